"""The sheet with every set of requests that no other set beats."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula
from optimization.quarter.pack.workbook.styles import usd_style

HEAD = 3
FIRST = HEAD + 1


def write_frontier(book: Book) -> None:
    """Write every set that no other beats.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    frontier = plan.frontier
    cost = [float(usd) for usd in frontier.cost_usd]
    share = frontier.on_time_share_mean
    best = (frontier.levels == plan.recommended.levels).all(axis=1)
    row = [FIRST + index + 1 for index in range(len(cost))]
    within = [
        Formula(f'=IF(OR(Budget="",B{r}<=Budget),"yes","no")', _yes(usd <= frontier.budget_usd))
        for r, usd in zip(row, cost, strict=True)
    ]
    step: list[Formula | None] = [None]
    step += [
        Formula(
            f"=(B{r}-B{r - 1})/(100*(C{r}-C{r - 1}))", (cost[i] - cost[i - 1]) / (100 * float(share[i] - share[i - 1]))
        )
        for i, r in list(enumerate(row))[1:]
    ]
    note = "Every set of requests that no other set beats, by rising cost. On-time share weighted by severity."
    sheet = book.add_sheet("Frontier", title="What each dollar buys", note=note)
    sheet.widths([8, 14, 11, 11, 11, 16, 10, 14, 90])
    names = frontier.to_frame()["requests"]
    fields = [
        Field(heading="Set", cells=list(range(len(cost))), style="items", width=8),
        Field(heading="Cost\n[USD]", cells=cost, style=usd_style(cost), width=14),
        Field(heading="On-time share", cells=list(map(float, share)), style="share", width=11),
        Field(heading="in 1 of 10 below", cells=list(map(float, frontier.on_time_share_p10)), style="share", width=11),
        Field(heading="in 1 of 10 above", cells=list(map(float, frontier.on_time_share_p90)), style="share", width=11),
        Field(heading="USD a percentage point from the set before", cells=step, style="usd", width=16),
        Field(heading="Within budget", cells=within, width=10),
        Field(heading="Recommended", cells=["recommended" if one else "" for one in best], style="strong", width=14),
        Field(heading="Requests", cells=[in_words(text) for text in names], style="wrap", width=90),
    ]
    end = sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(cost), len(fields))
    book.name("FrontierCost", sheet, (FIRST, 1), (end - 1, 1))
    book.name("FrontierShare", sheet, (FIRST, 2), (end - 1, 2))


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
