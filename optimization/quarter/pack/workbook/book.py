"""The workbook as a whole: its sheets in order, names for what formulas refer to, and what is printed on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.workbook.sheet import Sheet
from optimization.quarter.pack.workbook.styles import Styles

A4 = 9
# Text is text, whatever it begins with: no formula, link or number is made of a name.
TEXT_IS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """A workbook that is being written.

    Attributes
    ----------
    contents
        What it is written from.
    workbook
        Of xlsxwriter.
    styles
        Looks of its cells.
    """

    contents: PackContents
    workbook: Any
    styles: Styles

    def add_sheet(self, name: str, *, title: str, note: str = "", landscape: bool = True, pages_wide: int = 1) -> Sheet:
        """Add a sheet with its print set-up: A4, as wide as the paper, plan and run in the footer."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(pages_wide, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        run = self.contents.manifest["run_id"]
        # An ampersand begins a code in a footer; a doubled one is an ampersand. A footer holds 255 characters.
        plan = " ".join(self.contents.inputs.config.plan.name.split())[:80].replace("&", "&&")
        sheet.set_footer(f"&L&8{plan}&C&8{name}, run {run}&R&8Page &P of &N")
        return Sheet(sheet, self.styles, title=title, note=note)

    def name(self, name: str, sheet: Sheet, first: tuple[int, int], last: tuple[int, int] | None = None) -> None:
        """Give cells a name that formulas use."""
        cells = xl_rowcol_to_cell(*first, row_abs=True, col_abs=True)
        if last:
            cells += f":{xl_rowcol_to_cell(*last, row_abs=True, col_abs=True)}"
        self.workbook.define_name(name, f"='{sheet.sheet.get_name()}'!{cells}")


def new_book(contents: PackContents, path: Path) -> Book:
    """Begin a workbook.

    Parameters
    ----------
    contents
        What it is written from.
    path
        The file to write.

    Returns
    -------
    Book
        To be closed by `Book.workbook.close`.
    """
    workbook = Workbook(str(path), TEXT_IS_TEXT)
    start = contents.plan.forecast.period_start[0]
    workbook.set_properties(
        {
            "title": contents.inputs.config.plan.name,
            "subject": "OPEX requests valued by cost against service",
            "comments": f"Run {contents.manifest['run_id']}",
            # The first day of the plan, not today: equal runs give equal bytes.
            "created": datetime(start.year, start.month, start.day),  # noqa: DTZ001  # a date without a place
        }
    )
    workbook.set_calc_mode("auto")
    return Book(contents=contents, workbook=workbook, styles=Styles(workbook))
