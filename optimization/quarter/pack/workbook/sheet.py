"""One worksheet, written cell by cell: text stays text, numbers carry their unit's format, formulas their value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from optimization.quarter.pack.workbook.styles import Styles

# What a cell of a spreadsheet can hold.
MOST_CHARACTERS = 32_767
LINE_POINTS = 13.5
# A column of width 10 takes ten digits; of running text it takes more, as most letters are narrower than digits.
LETTERS_A_DIGIT = 1.22

Cell = str | float | int | bool | datetime | None


class Formula(NamedTuple):
    """A formula and the value that it has now."""

    text: str
    value: str | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One column of a table on a sheet.

    Attributes
    ----------
    heading
        What stands above it.
    cells
        From the first row down: text, a number, a date, a formula, or None for an empty cell.
    style
        Of the cells, all alike or one each; see `optimization.quarter.pack.workbook.styles.Styles`.
    width
        In characters.
    """

    heading: str
    cells: Sequence[Cell | Formula]
    style: str | Sequence[str] = "text"
    width: float = 12.0

    def style_of(self, row: int) -> str:
        """Return the style of one cell."""
        return self.style if isinstance(self.style, str) else self.style[row]

    def lines(self, row: int) -> int:
        """Return the lines that one cell needs; 1 where it does not wrap."""
        cell = self.cells[row]
        shown = cell.value if isinstance(cell, Formula) else cell
        return lines_of(str(shown), self.width) if self.style_of(row) == "wrap" else 1


class Sheet:
    """A worksheet of the workbook, with its print set-up.

    Parameters
    ----------
    sheet
        Of xlsxwriter.
    styles
        Of the workbook.
    title, note : str
        What it is, and what to know of it; they stand on top.
    """

    def __init__(self, sheet: Any, styles: Styles, *, title: str, note: str = "") -> None:
        self.sheet = sheet
        self.styles = styles
        self.put(0, 0, title, "title")
        sheet.set_row(0, 24)
        if note:
            self.put(1, 0, note, "note")

    def put(self, row: int, column: int, cell: Cell | Formula, style: str) -> None:
        """Write one cell; a number that is not one, or None, leaves it empty."""
        look, sheet = self.styles.of(style), self.sheet
        if isinstance(cell, Formula):
            done = sheet.write_formula(row, column, cell.text, look, cell.value)
        elif isinstance(cell, str):
            text = cell if len(cell) <= MOST_CHARACTERS else f"{cell[: MOST_CHARACTERS - 1]}…"
            done = sheet.write_string(row, column, text, look)
        elif isinstance(cell, datetime):
            done = sheet.write_datetime(row, column, cell.replace(tzinfo=None), look)
        elif cell is None or not math.isfinite(cell):
            done = sheet.write_blank(row, column, None, look)
        else:
            done = sheet.write_number(row, column, float(cell), look)
        if done:
            raise ValueError(f"cell ({row}, {column}) of sheet {sheet.get_name()!r} could not be written: {cell!r}")

    def paragraph(self, row: int, widths: Sequence[float], text: str, *, style: str = "paragraph") -> None:
        """Write a paragraph over the first columns, which have these widths, as high as its text needs."""
        last_column = len(widths) - 1
        self.sheet.merge_range(row, 0, row, last_column, "", self.styles.of(style))
        self.put(row, 0, text, style)
        size = 1.2 if style == "headline" else 1.0
        self.sheet.set_row(row, size * LINE_POINTS * lines_of(text, sum(widths) / size) + 3)

    def table(self, row: int, fields: Sequence[Field]) -> int:
        """Write a table with its headings in the given row.

        Returns
        -------
        int
            The row after its last one.
        """
        self.sheet.set_row(row, LINE_POINTS * max(lines_of(field.heading, field.width) for field in fields) + 5)
        n_rows = len(fields[0].cells)
        for column, field in enumerate(fields):
            is_text = n_rows == 0 or field.style_of(0) in ("text", "wrap", "strong")
            self.put(row, column, field.heading, "heading" if is_text else "heading_number")
        for index in range(n_rows):
            for column, field in enumerate(fields):
                self.put(row + 1 + index, column, field.cells[index], field.style_of(index))
            tallest = max(field.lines(index) for field in fields)
            if tallest > 1:
                self.sheet.set_row(row + 1 + index, LINE_POINTS * tallest + 3)
        return row + 1 + n_rows

    def widths(self, widths: Sequence[float]) -> None:
        """Set the widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def freeze_and_filter(self, row: int, n_rows: int, n_columns: int, *, columns: int = 1) -> None:
        """Keep the headings in the given row and the first columns in view, filter the table, repeat both in print."""
        self.sheet.freeze_panes(row + 1, columns)
        self.sheet.repeat_rows(row)
        if n_rows:
            self.sheet.autofilter(row, 0, row + n_rows, n_columns - 1)


def lines_of(text: str, width: float) -> int:
    """Lines that a text needs in a column.

    Parameters
    ----------
    text : str
        With or without line breaks.
    width : float
        Of the column, in digits.

    Returns
    -------
    int

    Examples
    --------
    >>> lines_of("four words in all", 8), lines_of("", 10)
    (3, 1)
    """
    count, characters = 0, LETTERS_A_DIGIT * width
    for part in text.split("\n"):
        used, lines = 0.0, 1
        for word in part.split(" "):
            # Letters of other scripts, such as Chinese, are about twice as wide.
            width = sum(2.0 if ord(letter) > 0x2E7F else 1.0 for letter in word)
            if used and used + 1 + width > characters:
                lines, used = lines + 1, 0.0
            lines += int(width // (characters + 1))
            used += width % (characters + 1) + (1 if used else 0)
        count += lines
    return count
