"""The sheet on what checks of the requests found: size, timing, claims, double counting."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words, readable
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field

HEAD = 3
NOTE = "Serious: not to be decided on as it stands. Warning: to be talked about. Note: good to know."


def write_request_findings(book: Book) -> None:
    """Write what is the matter with the requests as they were asked.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    table = plan.analysis.findings.to_frame()
    sheet = book.add_sheet("Request findings", title="Findings on the requests", note=NOTE)
    sheet.widths([34, 11, 22, 110])
    if table.empty:
        sheet.put(HEAD, 0, "Nothing is the matter with the requests.", "text")
        return
    fields = [
        Field(heading="Request", cells=[in_words(str(name)) for name in table["request"]], style="wrap", width=34),
        Field(heading="Severity", cells=[str(kind) for kind in table["severity"]], style="strong", width=11),
        Field(heading="What", cells=[in_words(str(code)) for code in table["code"]], style="wrap", width=22),
        Field(
            heading="Finding", cells=[readable(plan, str(words)) for words in table["finding"]], style="wrap", width=110
        ),
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(table), len(fields))
