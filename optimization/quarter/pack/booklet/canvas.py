"""One printed page that is filled from the top: headings, paragraphs, tiles, tables, and room for a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from forecasting.charts.chart_style import INK, SOFT
from forecasting.charts.glyphs import written
from forecasting.charts.measured_text import broken, text_points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A4 [points]
PAGE_WIDTH, PAGE_HEIGHT, MARGIN, FOOTER = 595.3, 841.9, 42.0, 30.0
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
LINE_HEIGHT = 1.3
WORDS_SIZE = 9.5
LINE_COLOUR, GROUND = "#C9CDD3", "#F1F4F7"
ELLIPSIS = "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableColumn:
    """One column of a printed table: its heading, where its cells stand, and its share of the width."""

    heading: str
    part: float
    align: Literal["left", "right"] = "left"


class Canvas:
    """A page that is filled from the top.

    Parameters
    ----------
    bookmark : str
        What stands in the list of bookmarks; empty for none.
    height : float
        Of the page, A4 unless a chart needs more. [points]
    """

    def __init__(self, bookmark: str = "", *, height: float = PAGE_HEIGHT) -> None:
        from matplotlib.figure import Figure

        self.bookmark = bookmark
        self.height = height
        self.figure: Figure = Figure(figsize=(PAGE_WIDTH / 72.0, height / 72.0))
        self.top = MARGIN

    @property
    def room(self) -> float:
        """Height that is left above the footer [points]."""
        return self.height - FOOTER - 14.0 - self.top

    def skip(self, points: float) -> None:
        """Leave some height free."""
        self.top += points

    def write(
        self,
        words: str,
        *,
        size: float = WORDS_SIZE,
        weight: str = "normal",
        colour: str = INK,
        left: float = MARGIN,
        width: float = TEXT_WIDTH,
    ) -> None:
        """Write words in lines as wide as given, and go below them."""
        for line in lines_of(words, size, weight, width):
            self._place(line, left, self.top, size=size, weight=weight, colour=colour)
            self.top += LINE_HEIGHT * size

    def rule(self) -> None:
        """Draw a line across the page."""
        self._line(MARGIN, PAGE_WIDTH - MARGIN, self.top)
        self.top += 6.0

    def tiles(self, figures: Sequence[tuple[str, str]]) -> None:
        """Write large figures side by side, each with what it is below."""
        from matplotlib.patches import Rectangle

        gap = 8.0
        width = (TEXT_WIDTH - gap * (len(figures) - 1)) / len(figures)
        inside = width - 14.0
        notes = [lines_of(note, 8.0, "normal", inside) for _, note in figures]
        height = 34.0 + LINE_HEIGHT * 8.0 * max(map(len, notes))
        for index, ((figure, _), lines) in enumerate(zip(figures, notes, strict=True)):
            left = MARGIN + index * (width + gap)
            corner = (left / PAGE_WIDTH, 1.0 - (self.top + height) / self.height)
            tile = Rectangle(corner, width / PAGE_WIDTH, height / self.height, facecolor=GROUND, edgecolor="none")
            self.figure.add_artist(tile)
            size = 14.0
            while text_width(figure, size, "bold") > inside and size > 7.0:
                size -= 0.5
            self._place(figure, left + 7.0, self.top + 8.0, size=size, weight="bold", colour=INK)
            for row, line in enumerate(lines):
                self._place(line, left + 7.0, self.top + 28.0 + row * LINE_HEIGHT * 8.0, size=8.0, colour=SOFT)
        self.top += height + 8.0

    def table(
        self,
        columns: Sequence[TableColumn],
        rows: Sequence[Sequence[str]],
        *,
        size: float = 8.0,
        most_lines: int = 2,
        below: float = 0.0,
    ) -> int:
        """Write as many rows of a table as the page has room for, less a height to stay free below it.

        Returns
        -------
        int
            Number of rows written.
        """
        lefts, widths = _places(columns)
        self._row([column.heading for column in columns], columns, lefts, widths, size, "bold", 3)
        self._line(MARGIN, PAGE_WIDTH - MARGIN, self.top - 2.0)
        self.top += 2.0
        for count, row in enumerate(rows):
            cells = [_cut(cell, size, width, most_lines) for cell, width in zip(row, widths, strict=True)]
            if LINE_HEIGHT * size * max(map(len, cells)) > self.room - below:
                return count
            self._row(row, columns, lefts, widths, size, "normal", most_lines)
        return len(rows)

    def footer(self, left: str, middle: str, right: str) -> None:
        """Write the line at the foot of the page."""
        self._line(MARGIN, PAGE_WIDTH - MARGIN, self.height - FOOTER - 6.0)
        size, top = 7.5, self.height - FOOTER
        short = _cut(left, size, 0.45 * TEXT_WIDTH, 1)[0]
        self._place(short, MARGIN, top, size=size, colour=SOFT)
        centre = PAGE_WIDTH / 2 - text_width(middle, size, "normal") / 2 + 20.0
        self._place(middle, centre, top, size=size, colour=SOFT)
        self._place(right, PAGE_WIDTH - MARGIN - text_width(right, size, "normal"), top, size=size, colour=SOFT)

    def _row(
        self,
        row: Sequence[str],
        columns: Sequence[TableColumn],
        lefts: Sequence[float],
        widths: Sequence[float],
        size: float,
        weight: str,
        most_lines: int,
    ) -> None:
        tallest = 1
        for cell, column, left, width in zip(row, columns, lefts, widths, strict=True):
            lines = _cut(cell, size, width, most_lines, weight)
            tallest = max(tallest, len(lines))
            for index, line in enumerate(lines):
                start = left if column.align == "left" else left + width - text_width(line, size, weight)
                self._place(line, start, self.top + index * LINE_HEIGHT * size, size=size, weight=weight, colour=INK)
        self.top += LINE_HEIGHT * size * tallest + 2.0

    def _place(self, line: str, left: float, top: float, *, size: float, colour: str, weight: str = "normal") -> None:
        """Put one line of text where its upper left corner is given."""
        self.figure.text(
            left / PAGE_WIDTH,
            1.0 - (top + size) / self.height,
            line,
            fontsize=size,
            fontweight=weight,
            color=colour,
            parse_math=False,
            va="baseline",
        )

    def _line(self, left: float, right: float, top: float) -> None:
        from matplotlib.lines import Line2D

        y = 1.0 - top / self.height
        line = Line2D([left / PAGE_WIDTH, right / PAGE_WIDTH], [y, y], color=LINE_COLOUR, linewidth=0.7)
        self.figure.add_artist(line)


def _places(columns: Sequence[TableColumn]) -> tuple[list[float], list[float]]:
    """Left edges and widths of the columns [points]."""
    gap = 8.0
    free = TEXT_WIDTH - gap * (len(columns) - 1)
    whole = sum(column.part for column in columns)
    widths = [free * column.part / whole for column in columns]
    return [MARGIN + sum(widths[:index]) + gap * index for index in range(len(columns))], widths


def lines_of(words: str, size: float, weight: str, width: float) -> list[str]:
    """Break words into lines of at most some width.

    Parameters
    ----------
    words : str
        What is written.
    size, weight
        Of the type. [points]
    width : float
        Of a line. [points]

    Returns
    -------
    list of str
        With question marks for letters that no font at hand has, which would come out as boxes.
    """
    return broken(written(words), lambda part: text_width(part, size, weight), width)


def _cut(cell: str, size: float, width: float, most_lines: int, weight: str = "normal") -> list[str]:
    """Lines of a cell; what does not fit in so many ends in an ellipsis."""
    lines = lines_of(cell, size, weight, width)
    if len(lines) <= most_lines:
        return lines
    last = lines[most_lines - 1]
    while last and text_width(last + ELLIPSIS, size, weight) > width:
        last = last[:-1]
    return [*lines[: most_lines - 1], last.rstrip() + ELLIPSIS]


def text_width(text: str, size: float, weight: str) -> float:
    """Width of one line, letter by letter [points]."""
    return size * sum(_letter_width(letter, weight) for letter in text)


@lru_cache(maxsize=20_000)
def _letter_width(letter: str, weight: str) -> float:
    """Width of a letter in type of one point; of a space, what it adds between two letters [points]."""
    from matplotlib.font_manager import FontProperties

    font = FontProperties(size=10.0, weight=weight)
    # Twice between uprights less once: what a letter advances, also where it has no ink.
    return (text_points(f"|{letter}{letter}|", font) - text_points(f"|{letter}|", font)) / 10.0
