"""The sheet on what one more hour, seat, dollar or point of target is worth to the plan of people alone."""

from __future__ import annotations

import math

from optimization.quarter.pack.evidence import no_people_alone
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field

HEAD = 3
WEEKS_A_PAGE = 14
WIDTHS_WITHOUT = (17, 34, 11, 11, 11, 11)
NOTE = (
    "What the plan of people alone would cost less in a week with one more of it; for a point of target, more. Holds "
    "for changes so small that nobody more or fewer is hired. Blank: not short."
)


def write_people_prices(book: Book) -> None:
    """Write the prices of what is short, one row a thing and one column a week.

    Parameters
    ----------
    book
        Where to.
    """
    alone = book.contents.plan.staffing_plan
    if alone is None:
        sheet = book.add_sheet("People alone prices", title="What one more is worth, by week", note=NOTE)
        sheet.widths(WIDTHS_WITHOUT)
        sheet.paragraph(HEAD, WIDTHS_WITHOUT, no_people_alone(book.contents.plan))
        return
    weeks = list(alone.week_start)
    pages = max(1, math.ceil(len(weeks) / WEEKS_A_PAGE))
    sheet = book.add_sheet("People alone prices", title="What one more is worth, by week", note=NOTE, pages_wide=pages)
    sheet.widths([17, 34, 11, *[11.0] * len(weeks)])
    table = alone.shadow_prices()
    if table.empty:
        sheet.put(HEAD, 0, "Nothing is short: one more of anything would save nothing.", "text")
        return
    things = table[["kind", "name", "unit"]].drop_duplicates().to_records(index=False).tolist()
    price = table.set_index(["kind", "name", "week"])["usd"].to_dict()
    fields = [
        Field(heading="One more", cells=[in_words(str(kind)) for kind, _, _ in things], width=17),
        Field(heading="of", cells=[in_words(str(name)) for _, name, _ in things], style="wrap", width=34),
        Field(heading="Unit", cells=[str(unit) for _, _, unit in things], width=11),
    ]
    for number, week in enumerate(weeks):
        cells = [price.get((kind, name, number)) for kind, name, _ in things]
        fields.append(Field(heading=f"{week:%Y-%m-%d}", cells=cells, style="cents", width=11))
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(things), len(fields), columns=2)
