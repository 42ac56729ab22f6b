"""An array as a small picture: green above 0, purple below, white at 0."""

from __future__ import annotations

import base64
import struct
import zlib
from html import escape

import numpy as np

MOST_PER_AXIS = 24
"""Rows and columns that are shown; of more, as many evenly spread ones."""
CELL = 5
"""Pixels for one entry."""

_ZERO, _ABOVE, _BELOW = np.array([[247, 247, 247], [27, 120, 55], [118, 42, 131]], dtype=float)


def heatmap(array: np.ndarray) -> str:
    """An `<img>` of an array of one or two axes, the strongest colour at its largest size; with it in words."""
    shown = np.atleast_2d(np.asarray(array, dtype=float))
    shown = shown[np.ix_(*(_spread(n) for n in shown.shape))]
    rows, columns = shown.shape
    shape = " by ".join(str(n) for n in np.shape(array))
    finite = np.asarray(array, dtype=float)[np.isfinite(array)]
    ends = f", from {finite.min():.2g} to {finite.max():.2g}" if finite.size else ""
    words = f"{shape} numbers{ends}"
    return (
        f'<img class="heatmap" alt="{escape(words)}" title="{escape(words)}" width="{CELL * columns}" '
        f'height="{CELL * rows}" style="image-rendering: pixelated" src="data:image/png;base64,{_png(shown)}"/>'
    )


def _spread(n: int) -> np.ndarray:
    return np.unique(np.linspace(0, n - 1, min(n, MOST_PER_AXIS)).round().astype(int))


def _png(array: np.ndarray) -> str:
    """One pixel for each entry, as a PNG in base64."""
    shares = np.nan_to_num(array, nan=0.0, posinf=0.0, neginf=0.0)
    shares = shares / (np.abs(shares).max(initial=0.0) or 1.0)
    ends = np.where(shares[..., None] > 0, _ABOVE, _BELOW)
    pixels = np.round(_ZERO + np.abs(shares)[..., None] * (ends - _ZERO)).astype(np.uint8)
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
