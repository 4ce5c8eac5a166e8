"""The sheet on how firmly each request belongs to the recommended set."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field

HEAD = 3
NOTE = (
    "Redraws: how often the same analysis on redrawn futures would fund it; near 0% or 100% more futures would not "
    "change the decision."
)


def write_robustness(book: Book) -> None:
    """Write how often each request would be funded on other futures and at other budgets.

    Parameters
    ----------
    book
        Where to.
    """
    table = book.contents.plan.analysis.robustness.to_frame()
    sheet = book.add_sheet("Robustness", title="How firmly each request belongs to the set", note=NOTE)
    sheet.widths([40, 14, 16, 20, 20, 20])
    if table.empty:
        sheet.put(HEAD, 0, "Nothing was asked for.", "text")
        return
    columns = (
        ("Funded in so many redraws", "chosen_on_resamples", 16),
        ("Best in so many futures, in hindsight", "chosen_on_paths", 20),
        ("In so many sets of the frontier", "core_index", 20),
        ("of those within the budget", "core_index_within_budget", 20),
    )
    fields = [
        Field(heading="Request", cells=[in_words(str(name)) for name in table["request"]], style="wrap", width=40),
        Field(heading="Recommended", cells=["yes" if one else "no" for one in table["recommended"]], width=14),
        *[Field(heading=head, cells=table[name].tolist(), style="share", width=wide) for head, name, wide in columns],
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(table), len(fields))
