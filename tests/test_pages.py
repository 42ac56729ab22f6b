"""Pages with students' own words: text and pictures stay, nothing that is alive does."""

import os
import re

import nbformat
import pytest

from backprop_course.grading.feedback_page import page_of
from backprop_course.grading.pages import harmless
from backprop_course.grading.prose import mathml, prose
from backprop_course.grading.rendering import PAGE_SECONDS, TEXT_SECONDS, render


@pytest.mark.parametrize(
    "html",
    [
        '<h2 class="x" id="a">Title</h2>',
        "<p>a &lt; b &amp; $x &lt; y$ <strong>and</strong> <em>so</em> on<br></p>",
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        "<details><summary>More</summary>text</details>",
        '<div class="highlight"><pre><span class="k">def</span> f</pre></div>',
        '<img src="data:image/png;base64,aGVsbG8=" alt="photo">',
        '<img src="photo 1.jpg">',
        '<a href="https://example.org" title="more">here</a>',
        "<blockquote><p>said</p></blockquote><ul><li>one</li></ul>",
    ],
)
def test_what_shows_something_stays(html):
    assert harmless(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</script>",
        '<img src="x.png" onerror="alert(1)">',
        '<img src="https://example.org/pixel.png">',
        '<img src="//example.org/pixel.png">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" data:text/html,alert(1)">x</a>',
        "<svg onload=alert(1)>",
        "<iframe src=x></iframe>",
        "<style>body{display:none}</style>",
        '<p style="background:url(https://example.org)">x</p>',
        '<form action="https://example.org"><input name=a></form>',
        '<math><mtext></mtext><mglyph><svg><mtext><style><path id="</style><img onerror=alert(1) src>">',
        '<meta http-equiv="refresh" content="0;url=https://example.org">',
        "<object data=x></object><embed src=x><link rel=stylesheet href=x><base href=https://example.org>",
    ],
)
def test_what_runs_loads_or_sends_does_not(html):
    cleaned = harmless(html)
    live = cleaned.replace("&lt;", "").replace("&gt;", "")
    for tag in ["script", "svg", "iframe", "style", "form", "input", "math", "meta", "object", "embed", "link", "base"]:
        assert f"<{tag}" not in cleaned
    inside = [part.partition(">")[0] for part in live.split("<")[1:]]  # of the tags that are left
    for dangerous in ("onerror", "onload", "javascript:", "data:", "style=", "https:", 'src="//'):
        assert not [part for part in inside if dangerous in part]


needs_forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="pages are made in one process here")
CODE, MARKDOWN = {"language": "ipython3", "metadata": {}}, {"attachments": {}, "path": ""}
HEAVY = [("code", "\n    ", CODE), ("code", ".", CODE), ("code", "a.", CODE), ("markdown", "\\\\(", MARKDOWN)]
"""Texts on which a lexer or a parser takes hours, if they are long."""


@needs_forks
@pytest.mark.parametrize(("kind", "text", "options"), HEAVY)
def test_a_text_that_takes_too_long_is_shown_as_it_is(kind, text, options):
    used = {}
    source = text * (99_000 // len(text))
    shown = render(kind, f"<b>{source}", options, used)
    assert re.sub("</?(div|pre)[^>]*>", "", shown) == f"&lt;b&gt;{source}"
    assert 0 < used["seconds"] < 2 * TEXT_SECONDS


@needs_forks
def test_many_such_texts_take_no_more_than_a_page_may():
    used = {"seconds": PAGE_SECONDS}
    assert "<span" not in render("code", "x = 1\n" * 100, CODE, used)
    assert used == {"seconds": PAGE_SECONDS}


@needs_forks
@pytest.mark.parametrize("length", [1, 1000])
def test_an_honest_text_is_coloured_and_typeset(length):
    assert render("code", "x = 1\n" * length, CODE, {}).count('<span class="n">x</span>') == length
    assert render("markdown", "*x* $y_1$\n\n" * length, MARKDOWN, {}).count("<em>x</em>") == length
    assert "data:image/png;base64,aGVsbG8=" in render(
        "markdown",
        "![photo](attachment:a.png)" + " and" * length,
        {"attachments": {"a.png": {"image/png": "aGVsbG8="}}, "path": ""},
        {},
    )


# Feedback pages


def graded_cell(kind, source, outputs=(), **role):
    metadata = {"nbgrader": {"grade": False, "solution": False, "task": False, **role}}
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind]
    made = new(source, metadata=metadata)
    if outputs:
        made.outputs = list(outputs)
    return made


def verdict(text):
    return nbformat.v4.new_output("display_data", data={"text/plain": text})


CELLS = [
    graded_cell("markdown", "The sigmoid: $\\sigma(z) < 1$"),
    graded_cell("code", "x = '</pre><script>alert(1)</script>'", grade_id="a", solution=True, comment="Nearly <b>"),
    graded_cell(
        "code",
        'check("a")',
        [
            verdict("a: 1 of 3 points\n  ✓ x: right.\n  ✗ y: <wrong>.\n    Why.\n"),
            nbformat.v4.new_output("execute_result", data={"text/plain": "1.0"}),
        ],
        grade_id="a-check",
        grade=True,
        score=1.0,
        points=3,
    ),
    graded_cell(
        "markdown",
        "Because $x$.",
        grade_id="why",
        grade=True,
        solution=True,
        score="not graded yet",
        points=2,
        comment="",
    ),
]
ABOUT = {"student": "ada", "assignment": "small", "notebook": "one", "score": 1.0, "max_score": 5, "late_penalty": 0.5}


@needs_forks
def test_a_feedback_page_begins_with_what_each_exercise_came_to():
    page = page_of(CELLS, ABOUT)
    listed, _, rest = page.partition("</nav>")
    assert "Score: <strong>1</strong> of 5" in listed
    assert "Late: 0.5 points are taken off." in listed
    assert re.findall(r"<a href='#(\w+)'>\1</a> <span>([^<]*)", listed) == [
        ("a", "1 of 3"),
        ("why", "not graded yet, of 2"),
    ]
    section = rest[rest.index("<section id='a'") : rest.index("</section>")]
    assert section.index("x: right.") < section.index("y: &lt;wrong&gt;.") < section.index("Why.")
    assert "Comment: Nearly &lt;b&gt;" in section
    assert section.index("Why.") < section.index("<details><summary>Your answer")
    assert ">1.0<" not in page  # the number below a verdict is nbgrader's


@needs_forks
def test_a_feedback_page_loads_nothing_and_runs_nothing_and_has_its_formulas():
    page = page_of(CELLS, ABOUT)
    assert not re.search(r"<script|<link|\ssrc=['\"](?!data:)|https?://", page)
    assert re.search(r"<math display=\"inline\">.*?<mi>σ</mi>", page)
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"x & <img src=x onerror=alert(1)>",
        r"\frac{",
    ],
)
def test_no_formula_is_alive(latex):
    shown = mathml(latex, "inline")
    assert not re.search(r"<(script|img|a)\b|href|javascript:alert\(1\)\"", shown)


def test_markdown_beside_formulas_is_harmless():
    shown = prose("a <script>x</script> $y$ \ue0000\ue001 <b onclick=x>b</b> `$z$`", {})
    assert "<script" not in shown
    assert "onclick" not in shown
    assert shown.count("<math") == 1
    assert "<code>$z$</code>" in shown


@needs_forks
def test_what_was_typeset_once_takes_no_time_again():
    text = "*x* $y$\n\n" * 200
    first, again = {}, {}
    assert render("prose", text, {"attachments": {}}, first) == render("prose", text, {"attachments": {}}, again)
    assert first["seconds"] > 0
    assert again == {}
