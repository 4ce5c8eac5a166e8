"""The sheet on money in and out of each request, and of the recommended set as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Cell, Field, Formula
from optimization.quarter.pack.workbook.styles import usd_style

HEAD = 3
FIRST = HEAD + 1
NOTE = (
    "Each request on top of the rest of the recommended set, within the plan; rows overlap and do not add up. Freed "
    "hours count here, but not for the verdict. The last row is the whole set against the least that must be funded: "
    "what is mandatory is neither in its cost nor in its benefit."
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
    # Less than half a cent, either way, is nothing.
    money = table[["cost_usd", "avoided_breach_usd", "freed_usd"]].mask(lambda usd: usd.abs() < 0.005, 0.0)
    cost, avoided, freed = (money[name].tolist() for name in money)
    row = [FIRST + index + 1 for index in range(len(table))]
    usd = usd_style([*cost, *avoided, *freed])
    net = [
        Formula(f"=C{r}+E{r}-B{r}", late + hours - spent)
        for r, spent, late, hours in zip(row, cost, avoided, freed, strict=True)
    ]
    columns: tuple[tuple[str, Sequence[Cell | Formula], str, float], ...] = (
        ("Extra cost\n[USD]", cost, usd, 14),
        ("Lateness avoided [USD]", avoided, usd, 14),
        ("Freed hours [h]", table["freed_hours"].tolist(), "items", 11),
        ("Freed hours, in money [USD]", freed, usd, 14),
        ("Net, not discounted [USD]", net, usd, 14),
        ("Net present value [USD]", table["npv_usd"].tolist(), usd, 14),
        ("in 1 of 10 below [USD]", table["npv_p10_usd"].tolist(), usd, 14),
        ("in 1 of 10 above [USD]", table["npv_p90_usd"].tolist(), usd, 14),
        ("Benefit over cost", table["benefit_cost"].tolist(), "ratio", 10),
        ("Return a week", table["irr_per_week"].tolist(), "share", 10),
        ("Payback [weeks]", table["payback_weeks_median"].tolist(), "one_digit", 10),
        ("Chance paid back", table["probability_paid_back"].tolist(), "share_whole", 10),
        ("Chance it pays", table["probability_worth_it"].tolist(), "share_whole", 10),
    )
    # The last row is the whole set.
    above = len(table) - 1
    names = [in_words(str(name)) for name in table["request"]]
    fields = [Field(heading="Request", cells=names, style=[*["wrap"] * above, "total_text"], width=34)]
    for heading, cells, look, width in columns:
        fields.append(Field(heading=heading, cells=cells, style=[*[look] * above, f"total_{look}"], width=width))
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, above, len(fields))
