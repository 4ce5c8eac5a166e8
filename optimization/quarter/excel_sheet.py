"""The cells of an Excel workbook of one sheet as text, each row with its number."""

from __future__ import annotations

import zlib
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from forecasting import Problem

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

EXCEL_ENDINGS = (".xlsx", ".xlsm")
# What the reader of workbooks raises where a file is none, or only a part of one.
NOT_A_WORKBOOK = (AttributeError, BadZipFile, EOFError, KeyError, ParseError, TypeError, ValueError, zlib.error)


def excel_rows(path: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """Read every row of the one sheet of a workbook that is not blank.

    Parameters
    ----------
    path
        A workbook, `.xlsx` or `.xlsm`.
    problems
        Where faults are noted: no workbook, more than one sheet, merged cells, cells in error, and formulas without a
        value, which would all be read as blank.

    Returns
    -------
    list of (int, list of str)
        Number of the row, and its cells as they would stand in a CSV file: dates as YYYY-MM-DD, true and false as yes
        and no, whole numbers without a fraction. Rows are as long as their last cell that holds something.
    """
    from openpyxl import load_workbook

    def note(field: str, found: str, remedy: str) -> None:
        problems.append(Problem(source=path.name, field=field, found=found, remedy=remedy))

    try:
        # Opened here, as the reader leaves a file open that is only a part of a workbook.
        with path.open("rb") as file:
            # Once for what formulas gave when the workbook was last saved, and once to know which cells are formulas.
            values, formulas = (load_workbook(file, data_only=data_only) for data_only in (True, False))
    except OSError as error:
        note("file", str(path), f"the file must exist and be readable ({error.strerror})")
        return []
    except NOT_A_WORKBOOK as error:
        note("file", str(error), "save it as an Excel workbook (.xlsx), or as CSV")
        return []
    if len(values.worksheets) != 1 or len(values.sheetnames) != 1:
        note("sheets", ", ".join(values.sheetnames), "keep one sheet, the table")
        return []
    for merged in values.worksheets[0].merged_cells.ranges:
        note("cells", str(merged), "split the merged cells, and write the value into each")
    return _rows(values.worksheets[0], formulas.worksheets[0], path.name, problems)


def _rows(values: Worksheet, formulas: Worksheet, source: str, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    rows = []
    for number, (cells, written) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), start=1):
        for cell, origin in zip(cells, written, strict=True):
            found = None
            if cell.data_type == "e":
                found, remedy = str(cell.value), "mend the formula, or write the value"
            elif origin.data_type == "f" and cell.value is None:
                found, remedy = str(origin.value), "open the workbook in Excel and save it, so that it holds the result"
            if found is not None:
                field = f"cell {cell.coordinate}"
                problems.append(Problem(source=source, row=number, field=field, found=found, remedy=remedy))
        texts = [_as_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append((number, texts))
    return rows


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value).strip()
