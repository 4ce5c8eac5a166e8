"""Scripts that the fonts at hand can write: more fonts where the machine has them, else question marks."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Comes with Matplotlib, the same everywhere: Latin, Greek, Cyrillic and more. The others write what it cannot.
FIRST = "DejaVu Sans"
OTHERS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Arial Unicode MS",
    "Droid Sans Fallback",
    "Unifont",
)


@cache
def families() -> tuple[str, ...]:
    """Names of the fonts to write with, the first one that has a letter writing it.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> families()[0]
    'DejaVu Sans'
    """
    from matplotlib.font_manager import fontManager

    there = {font.name for font in fontManager.ttflist}
    return (FIRST, *(name for name in OTHERS if name in there))


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(
        code for name in families() for code in get_font(findfont(FontProperties(family=name))).get_charmap()
    )


def written(text: str) -> str:
    """Write a question mark for every letter that no font at hand has.

    Parameters
    ----------
    text
        Any.

    Returns
    -------
    str

    Examples
    --------
    >>> written("Größe, Πλάτος, ширина")
    'Größe, Πλάτος, ширина'
    """
    return "".join(letter if letter.isspace() or ord(letter) in _letters() else "?" for letter in text)


def write_missing_as_marks(figure: Figure) -> None:
    """Put question marks into a figure for letters that would come out as boxes.

    Parameters
    ----------
    figure
        Changed in place; do it after files that keep texts as text, such as SVG, are written.
    """
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if text.get_text() != (marked := written(text.get_text())):
            text.set_text(marked)
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if labels != [written(label) for label in labels]:
                axis.set_ticks(axis.get_ticklocs(), [written(label) for label in labels])


@contextmanager
def boxes_accepted() -> Iterator[None]:
    """Let texts that stay texts, as in SVG, hold letters of any script without a warning: their reader has fonts.

    Yields
    ------
    None
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"(?s)Glyph .* missing from", category=UserWarning)
        yield
