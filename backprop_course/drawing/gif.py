"""An animated picture as a GIF: our own SVG, drawn with Matplotlib once for each step."""

from __future__ import annotations

import io
from typing import Any
from xml.etree import ElementTree

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from backprop_course.drawing.animation import COLOURS, HALO, TINT
from backprop_course.drawing.painted import INK, INKS, WHITE, mixed, paint
from backprop_course.drawing.score import STEP, Score

SCALE = 1.2
"""Pixels of the GIF for one of the picture."""
LAST = 4.0
"""Seconds for the complete picture at the end."""


def gif(picture: str, played: Score) -> bytes:
    """The frames of an animated SVG: the network alone, each step, and the whole. On white, and for ever again."""
    root = ElementTree.fromstring(picture)
    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette())
    steps = range(-1, len(played.frames) + 1)
    frames = [_frame(root, played, k).quantize(palette=palette, dither=Image.Dither.NONE) for k in steps]
    file = io.BytesIO()
    seconds = [STEP] * (len(frames) - 1) + [LAST]
    durations = [round(1000 * length) for length in seconds]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return file.getvalue()


def _frame(root: ElementTree.Element, played: Score, k: int) -> Image.Image:
    figure = paint(root, played, k)
    figure.set_dpi(72 * SCALE)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])


def _palette() -> list[int]:
    """White, and from it to each colour that is drawn, in steps, for smooth edges."""
    colours = [to_rgb(colour) for colour in COLOURS.values()]
    pure = (to_rgb(INK), *colours, *INKS.values())
    tones = [mixed(colour, WHITE, k / 12) for colour in pure for k in range(1, 13)]
    tones += [mixed(colour, WHITE, share) for colour in colours for share in (TINT, HALO)]
    return [round(255 * part) for tone in (WHITE, *tones) for part in tone]
