"""Tables read cell by cell from CSV or Excel, every fault noted with its file, row and field."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from forecasting import Problem
from optimization.quarter.csv_sheet import csv_rows
from optimization.quarter.excel_sheet import EXCEL_ENDINGS, excel_rows

OTHER_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
# No plan looks further than ten years, and no plan of reviews spends more: larger figures are slips of the hand.
MOST_WEEKS = 520
MOST_USD = 1e12
MOST_HEADS = 100_000


class Row:
    """One row of a table: typed reads note a problem and go on with a stand-in, so that all faults are found.

    Parameters
    ----------
    source
        Name of the file.
    line
        Line of the file as an editor counts it, or row of the sheet.
    cells
        Text by column.
    problems
        Where faults are noted.
    """

    def __init__(self, source: str, line: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.source = source
        self.line = line
        self.cells = cells
        self.problems = problems
        self._noted: set[str] = set()

    def note(self, field: str, remedy: str) -> None:
        """Note a fault of a field; the first one of a cell, from which others only follow."""
        if field in self._noted:
            return
        self._noted.add(field)
        self.problems.append(
            Problem(source=self.source, row=self.line, field=field, found=self.cells.get(field, ""), remedy=remedy)
        )

    def has(self, field: str) -> bool:
        """Whether the cell holds anything."""
        return self.cells.get(field, "") != ""

    def text(self, field: str) -> str:
        """Text of a cell that must not be blank."""
        if not self.has(field):
            self.note(field, "must not be blank")
        return self.cells.get(field, "")

    def unique(self, field: str, seen: dict[str, int]) -> str:
        """Text of a cell that no row before has, a stand-in where it is blank; `seen` holds the line of each."""
        name = self.text(field) or f"(blank in row {self.line})"
        if name in seen:
            self.note(field, f"keep one row each; row {seen[name]} has the same name")
        seen.setdefault(name, self.line)
        return name

    def once(self, key: tuple[str, ...], seen: dict[tuple[str, ...], int], why: str) -> None:
        """Note a row that says what a row before says; `seen` holds the line of each."""
        if key in seen:
            remedy = f"it repeats row {seen[key]}, and {why}: remove it, or put both into one row"
            found = ", ".join(part for part in key if part)
            self.problems.append(Problem(source=self.source, row=self.line, field="row", found=found, remedy=remedy))
        seen.setdefault(key, self.line)

    def names(self, field: str, known: Iterable[str] | None = None, what: str = "name") -> tuple[str, ...]:
        """Names between semicolons, each once; each must be known where a list is given."""
        found = tuple(part.strip() for part in self.cells.get(field, "").split(";") if part.strip())
        for name in dict.fromkeys(name for name in found if found.count(name) > 1):
            self.note(field, f"name {name} once")
        if known is not None:
            options = list(known)
            for name in found:
                if name not in options:
                    self.problems.append(
                        Problem(
                            source=self.source,
                            row=self.line,
                            field=field,
                            found=name,
                            remedy=f"name a known {what}: {_listed(options)}",
                        )
                    )
        return found

    def number(
        self,
        field: str,
        *,
        default: float | None = None,
        least: float = 0.0,
        most: float = math.inf,
        above: float = -math.inf,
        stand_in: float = 1.0,
    ) -> float:
        """A number within bounds; the default where the cell is blank, if there is one.

        Parameters
        ----------
        field
            Column.
        default
            Value of a blank cell; None if it must not be blank.
        least, most, above
            Inclusive bounds, and a bound that must be exceeded.
        stand_in
            What to go on with after a fault.

        Returns
        -------
        float
        """
        raw = self.cells.get(field, "")
        if raw == "" and default is not None:
            return default
        value = float(raw) if NUMBER.fullmatch(raw) else math.nan
        if not (math.isfinite(value) and least <= value <= most and value > above):
            self.note(field, f"give a number {_bounds(least, most, above)}{_hint(raw, most)}")
            return stand_in
        return value

    def whole(self, field: str, *, default: int | None = None, least: int = 0, most: int | None = None) -> int:
        """A whole number within bounds; the default where the cell is blank, if there is one."""
        limit = math.inf if most is None else most
        value = self.number(field, default=default, least=least, most=limit, stand_in=float(least))
        if value != int(value):
            self.note(field, "give a whole number")
        return int(value)

    def day(self, field: str) -> date:
        """A date written as YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.text(field))
        except ValueError:
            self.note(field, "write the date as YYYY-MM-DD")
            return date.min

    def flag(self, field: str) -> bool:
        """`yes` or `no`; blank means no."""
        value = self.cells.get(field, "").lower()
        if value not in ("", "yes", "no"):
            self.note(field, "write yes or no")
        return value == "yes"


def read_table(
    path: Path, required: Sequence[str], optional: Sequence[str], problems: list[Problem], *, may_be_empty: bool = False
) -> list[Row]:
    """Read a table with a header.

    Parameters
    ----------
    path
        CSV file in UTF-8, or an Excel workbook of one sheet, by its ending.
    required, optional
        Columns; an unknown one is a fault, so that a misspelt optional column is not passed over.
    problems
        Where faults are noted.
    may_be_empty
        Whether a header alone will do.

    Returns
    -------
    list of Row
        Empty if the file cannot be used at all. Blank lines are passed over.
    """
    source, n_before = path.name, len(problems)
    if path.suffix.lower() in OTHER_SHEETS:
        remedy = "save it as an Excel workbook (.xlsx) or as CSV (.csv), and name that file in the plan file"
        problems.append(Problem(source=source, field="file", found=path.suffix, remedy=remedy))
        return []
    read = excel_rows if path.suffix.lower() in EXCEL_ENDINGS else csv_rows
    sheet = read(path, problems)
    if len(problems) > n_before:
        return []
    first, header = sheet[0] if sheet else (1, [])
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        problems.append(
            Problem(source=source, row=first, field="row", found=header[0], remedy="part the cells by commas")
        )
        return []
    width = len(header) if read is excel_rows else None
    problems += [
        Problem(source=source, row=first, field=name, found=", ".join(header), remedy=f"add a column named {name!r}")
        for name in required
        if name not in header
    ]
    problems += [
        Problem(
            source=source,
            row=first,
            field=name,
            found=name,
            remedy=f"remove or rename the column; known are {_listed([*required, *optional])}",
        )
        for name in dict.fromkeys(header)
        if name not in (*required, *optional) or header.count(name) > 1
    ]
    if len(problems) > n_before:
        return []
    rows = []
    for line, cells in sheet[1:]:
        # A sheet does not say where a row ends: cells at its end that are left blank are there.
        full = cells + [""] * ((width or 0) - len(cells))
        if len(full) != len(header):
            remedy = f"give {len(header)} cells, as many as the header; in CSV, quote a cell that holds a comma"
            problems.append(Problem(source=source, row=line, field="row", found=f"{len(full)} cells", remedy=remedy))
            continue
        rows.append(Row(source, line, dict(zip(header, full, strict=True)), problems))
    if not rows and not may_be_empty and len(problems) == n_before:
        problems.append(Problem(source=source, field="rows", found="0", remedy="give at least one row"))
    return rows


def _hint(raw: str, most: float) -> str:
    """How to write what was probably meant."""
    bare = raw.removesuffix("%").strip()
    if "," in raw or "_" in raw:
        return "; write 1234.5: a point before the decimals, and nothing between the thousands"
    if not NUMBER.fullmatch(bare):
        return ""
    # Bounds this small are those of shares and relative changes.
    meant_as_percentage = bare != raw or (most <= 2.0 and 2.0 < abs(float(bare)) <= 100.0) or float(bare) > most == 1.0
    return f"; write {float(bare) / 100:g} for {float(bare):g}%" if meant_as_percentage else ""


def _bounds(least: float, most: float, above: float) -> str:
    if math.isfinite(above) and math.isfinite(most):
        return f"above {above:g} and up to {most:g}"
    if math.isfinite(above):
        return f"above {above:g}"
    if math.isfinite(most):
        return f"from {least:g} to {most:g}"
    return f"of {least:g} or more" if math.isfinite(least) else "(any finite one)"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown} and {len(names) - 12} more"
