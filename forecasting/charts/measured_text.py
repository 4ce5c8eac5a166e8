"""Texts broken into lines by their measured width, so that nothing is cut and dollar signs stay dollar signs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

ELLIPSIS = "…"
# Letters on a grid of pixels are this much wider than their outlines.
ON_A_GRID = 1.05


def fitted(text: Text, words: str, width: float, *, most_lines: int | None = None) -> str:
    """Break words into lines that are no wider than given, in the type of a text.

    Parameters
    ----------
    text
        Its font and size are measured.
    words
        What it says; its own line breaks are kept.
    width : float
        Of a line. [pixels]
    most_lines : int, optional
        What is longer ends in an ellipsis.

    Returns
    -------
    str
    """
    figure = text.get_figure()
    scale = ON_A_GRID * (1.0 if figure is None else figure.dpi / 72.0)
    font = text.get_fontproperties()
    lines = broken(words, lambda part: text_points(part, font) * scale, width)
    if most_lines is not None and len(lines) > most_lines:
        last = lines[most_lines - 1]
        while last and text_points(last + ELLIPSIS, font) * scale > width:
            last = last[:-1]
        lines = [*lines[: most_lines - 1], last.rstrip() + ELLIPSIS]
    return "\n".join(lines)


def broken(words: str, measure: Callable[[str], float], width: float) -> list[str]:
    """Break words into lines, between words where it can be and inside of those that are longer than a line.

    Parameters
    ----------
    words
        Its own line breaks are kept.
    measure
        Gives the width of a part.
    width : float
        Of a line, in the unit of `measure`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> broken("one two three fourteen", len, 9)
    ['one two', 'three', 'fourteen']
    >>> broken("fourteen", len, 5)
    ['fourt', 'een']
    """
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}" if line else word
            if measure(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while measure(line) > width and len(line) > 1:
                cut = max(1, next((n for n in range(len(line), 0, -1) if measure(line[:n]) <= width), 1))
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    return lines


def text_points(text: str, font: FontProperties) -> float:
    """Width of one line in some type [points]."""
    # A copy, as the font may be changed after it was measured.
    return _points(text, font.copy())


@lru_cache(maxsize=50_000)
def _points(text: str, font: FontProperties) -> float:
    from matplotlib.textpath import text_to_path

    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])
