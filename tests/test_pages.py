"""Pages with students' own words: text and pictures stay, nothing that is alive does."""

import os
import re

import pytest

from backprop_course.grading.pages import harmless
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
