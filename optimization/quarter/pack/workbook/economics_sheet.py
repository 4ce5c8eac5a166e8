"""The sheet on money in and out of each request, and of the recommended set as a whole."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula
from optimization.quarter.pack.workbook.styles import usd_style

HEAD = 3
FIRST = HEAD + 1
NOTE = (
    "Each request on top of the rest of the recommended set, within the plan; rows overlap and do not add up. Freed "
    "hours count here, but not for the verdict."
)


def write_economics(book: Book) -> None:
    """Write cost, benefit, net present value and payback of each request and of the set.

    Parameters
    ----------
    book
        Where to.
    """
    economics = book.contents.plan.analysis.economics
    sheet = book.add_sheet("Economics", title="What each request costs and pays back", note=NOTE)
    sheet.widths([34, 14, 14, 11, 14, 14, 14, 14, 14, 10, 10, 10, 10, 10])
    if economics is None:
        sheet.put(HEAD, 0, "No price was given for a late item, so nothing is put in money.", "text")
        return
    table = economics.to_frame()
    cost, avoided, freed = (table[name].tolist() for name in ("cost_usd", "avoided_breach_usd", "freed_usd"))
    row = [FIRST + index + 1 for index in range(len(table))]
    usd = usd_style([*cost, *avoided, *freed])
    net = [
        Formula(f"=C{r}+E{r}-B{r}", late + hours - spent)
        for r, spent, late, hours in zip(row, cost, avoided, freed, strict=True)
    ]
    columns = (
        ("Net present value [USD]", "npv_usd", usd, 14),
        ("in 1 of 10 below [USD]", "npv_p10_usd", usd, 14),
        ("in 1 of 10 above [USD]", "npv_p90_usd", usd, 14),
        ("Benefit over cost", "benefit_cost", "ratio", 10),
        ("Return a week", "irr_per_week", "share", 10),
        ("Payback [weeks]", "payback_weeks_median", "one_digit", 10),
        ("Chance paid back", "probability_paid_back", "share_whole", 10),
        ("Chance it pays", "probability_worth_it", "share_whole", 10),
    )
    fields = [
        Field(heading="Request", cells=[in_words(str(name)) for name in table["request"]], style="wrap", width=34),
        Field(heading="Extra cost\n[USD]", cells=cost, style=usd, width=14),
        Field(heading="Lateness avoided [USD]", cells=avoided, style=usd, width=14),
        Field(heading="Freed hours [h]", cells=table["freed_hours"].tolist(), style="items", width=11),
        Field(heading="Freed hours, in money [USD]", cells=freed, style=usd, width=14),
        Field(heading="Net, not discounted [USD]", cells=net, style=usd, width=14),
        *[
            Field(heading=head, cells=table[name].tolist(), style=look, width=wide)
            for head, name, look, wide in columns
        ],
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(table), len(fields))
