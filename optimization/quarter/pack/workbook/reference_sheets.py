"""The sheets to look things up in: findings on the volumes, and the dictionary of tables and columns."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field
from optimization.quarter.run_schema import SCHEMAS

HEAD = 3


def write_findings(book: Book) -> None:
    """Write what is odd about the volumes.

    Parameters
    ----------
    book
        Where to.
    """
    found = book.contents.findings
    note = "What to know of the volumes before trusting a forecast of them, the gravest first."
    sheet = book.add_sheet("Data findings", title="Findings on the data", note=note)
    sheet.widths([11, 22, 34, 13, 13, 100])
    if found.empty:
        sheet.put(HEAD, 0, "Nothing odd was found in the volumes.", "text")
        return
    fields = [
        Field(heading="Severity", cells=found["severity"].tolist(), style="strong", width=11),
        Field(heading="What", cells=[in_words(str(code)) for code in found["code"]], style="wrap", width=22),
        Field(heading="Queue", cells=[in_words(str(name)) for name in found["queue"]], style="wrap", width=34),
        Field(heading="From", cells=[day.to_pydatetime() for day in found["date"]], style="date", width=13),
        Field(heading="To", cells=[day.to_pydatetime() for day in found["end"]], style="date", width=13),
        Field(heading="Finding", cells=found["sentence"].tolist(), style="wrap", width=100),
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(found), len(fields))


def write_dictionary(book: Book) -> None:
    """Write what every table and column of the run folder holds.

    Parameters
    ----------
    book
        Where to.
    """
    note = "The tables beside this workbook, as CSV; tables.json says the same to programs."
    sheet = book.add_sheet("Dictionary", title="Tables and columns of the run", note=note)
    sheet.widths([20, 34, 10, 10, 100])
    rows = [(schema, column) for schema in SCHEMAS.values() for column in schema.columns]
    fields = [
        Field(heading="Table", cells=[schema.name for schema, _ in rows], width=20),
        Field(heading="Column", cells=[column.name for _, column in rows], width=34),
        Field(heading="Unit", cells=[column.unit for _, column in rows], width=10),
        Field(heading="Type", cells=[column.kind for _, column in rows], width=10),
        Field(heading="Meaning", cells=[column.meaning for _, column in rows], style="wrap", width=100),
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(rows), len(fields))
