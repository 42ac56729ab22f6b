"""A page that needs nothing else: its style is in it, it has no script, and its policy lets it load nothing."""

from __future__ import annotations

from html import escape
from pathlib import Path


def standalone(title: str, body: str, style: Path, *, pictures: bool = False, kind: str = "") -> str:
    """An HTML page. body: as HTML. pictures: it may show those within it and beside it. kind: the body's class."""
    images = " img-src 'self' data: file:;" if pictures else ""
    policy = f"default-src 'none'; style-src 'unsafe-inline';{images} base-uri 'none'; form-action 'none'"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style.read_text(encoding='utf-8')}</style></head>\n<body{f' class={kind!r}' if kind else ''}>\n"
        f"{body}\n</body></html>\n"
    )
