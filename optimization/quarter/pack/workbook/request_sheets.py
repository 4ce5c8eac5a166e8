"""The sheet on which requests are chosen, with total and headroom that follow, and the one on what each is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimization.quarter.pack.decisions import approved_usd
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula, Sheet
from optimization.quarter.pack.workbook.styles import usd_style
from optimization.request import OpexRequest
from optimization.score import RequestScore

PANEL, HEAD = 3, 11
FIRST = HEAD + 1
NOTE = "Blue on yellow are figures to change: fund a request or not, its share, its cost, the budget. The rest follows."


def write_requests(book: Book) -> None:
    """Write the sheet on which requests are chosen.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    scores, requests = plan.scorecard.scores, plan.values.case.requests
    sheet = book.add_sheet("Requests", title="Requests: choose and see what is left", note=NOTE)
    sheet.widths([44, 14, 9, 14, 7, 8, 14, 14, 14, 34, 11, 12])
    if not scores:
        sheet.put(PANEL, 0, "Budget", "strong")
        sheet.put(PANEL, 3, _limit(book), "input_usd")
        book.name("Budget", sheet, (PANEL, 3))
        sheet.put(PANEL + 1, 0, "Nothing was asked for.", "text")
        return
    asked = [score.cost_usd for score in scores]
    approved = [approved_usd(plan, score) for score in scores]
    usd = usd_style([*asked, *approved])
    shares = [score.funded_share if score.funded_share > 0 else 1.0 for score in scores]
    chosen = ["Yes" if score.funded_share > 0 else "No" for score in scores]
    row = [FIRST + index + 1 for index in range(len(scores))]
    fields = [
        Field(heading="Request", cells=[_label(score) for score in scores], style="wrap", width=44),
        Field(heading="Owner", cells=[score.owner for score in scores], style="wrap", width=14),
        Field(heading="Verdict", cells=[str(score.verdict) for score in scores], style="strong", width=9),
        Field(heading="Asked\n[USD]", cells=asked, style=f"input_{usd}", width=14),
        Field(heading="Fund?", cells=chosen, style="input_text", width=7),
        Field(heading="Share", cells=shares, style="input_share", width=8),
        Field(
            heading="Selected\n[USD]",
            cells=[
                Formula(f'=IF(E{r}="Yes",ROUND(D{r}*F{r},2),0)', usd_now)
                for r, usd_now in zip(row, approved, strict=True)
            ],
            style=usd,
            width=14,
        ),
        Field(heading="Recommended\n[USD]", cells=approved, style=usd, width=14),
        Field(
            heading="Difference\n[USD]",
            cells=[Formula(f"=G{r}-H{r}", 0.0) for r in row],
            style=f"{usd}_change",
            width=14,
        ),
        Field(heading="Rules broken", cells=_rules(requests), style="wrap", width=34),
        Field(
            heading="On-time share, added [pp]",
            cells=[100 * score.marginal_gain for score in scores],
            style="points",
            width=11,
        ),
        Field(
            heading="Late items avoided", cells=[score.late_items_avoided for score in scores], style="items", width=12
        ),
    ]
    end = sheet.table(HEAD, fields)
    _total(book, sheet, end, [sum(asked), sum(approved)], usd)
    _panel(book, sheet, end, sum(approved), chosen.count("Yes"), usd)
    _validations(sheet, requests)
    sheet.freeze_and_filter(HEAD, len(scores), len(fields))
    book.name("ApprovedCost", sheet, (FIRST, 7), (end - 1, 7))


def _label(score: RequestScore) -> str:
    return " ".join(score.title.split())


def _rules(requests: Sequence[OpexRequest]) -> list[Formula | str]:
    """For each request, what the present choice breaks: it is mandatory, needs another, or excludes one."""
    row = {request.name: FIRST + index + 1 for index, request in enumerate(requests)}
    cells: list[Formula | str] = []
    for request in requests:
        mine = f'E{row[request.name]}="Yes"'
        parts = [f'IF({mine},"","Mandatory. ")'] if request.mandatory else []
        parts += [f'IF(AND({mine},E{row[name]}<>"Yes"),"Needs: "&A{row[name]}&". ","")' for name in request.needs]
        parts += [f'IF(AND({mine},E{row[name]}="Yes"),"Excludes: "&A{row[name]}&". ","")' for name in request.excludes]
        cells.append(Formula(f"={'&'.join(parts)}", "") if parts else "")
    return cells


def _total(book: Book, sheet: Sheet, end: int, totals: list[float], usd: str) -> None:
    """Sums below the table."""
    asked, approved = totals
    sheet.put(end, 0, "Total", "total_text")
    for column in (1, 2, 4, 5, 9, 10, 11):
        sheet.put(end, column, None, "total_text")
    for column, letter, value in ((3, "D", asked), (6, "G", approved), (7, "H", approved), (8, "I", 0.0)):
        style = f"total_{usd}_change" if letter == "I" else f"total_{usd}"
        sheet.put(end, column, Formula(f"=SUM({letter}{FIRST + 1}:{letter}{end})", value), style)
    book.name("SelectedTotal", sheet, (end, 6))
    book.name("RecommendedTotal", sheet, (end, 7))


def _panel(book: Book, sheet: Sheet, end: int, selected: float, n_funded: int, usd: str) -> None:
    """What a reviewer watches while choosing: total, headroom, and what so much money buys at best."""
    frontier = book.contents.plan.frontier
    budget = _limit(book)
    at_best = float(frontier.on_time_share_mean[np.flatnonzero(frontier.cost_usd <= selected + 0.005)[-1]])
    broken = f"=SUMPRODUCT(--(LEN(J{FIRST + 1}:J{end})>0))"
    lookup = (
        'IF(SelectedTotal+0.005<INDEX(FrontierCost,1),"below the least allowed",'
        "LOOKUP(SelectedTotal+0.005,FrontierCost,FrontierShare))"
    )
    lines: list[tuple[str, float | Formula | None, str, str]] = [
        ("Budget", budget, f"input_{usd}", "money for requests within the plan; blank for no limit"),
        ("Selected", Formula("=SelectedTotal", selected), usd, "cost of what is marked Yes below, at its share"),
        (
            "Headroom",
            Formula('=IF(Budget="","",Budget-SelectedTotal)', "" if budget is None else budget - selected),
            usd,
            "budget less selected; below zero where the selection does not fit",
        ),
        ("Requests funded", Formula(f'=COUNTIF(E{FIRST + 1}:E{end},"Yes")', n_funded), "items", "marked Yes below"),
        ("Rules broken", Formula(broken, 0), "items", "requests whose needs, exclusions or duty are not kept"),
        (
            "Best on-time share for so much money",
            Formula(f"={lookup}", at_best),
            "share",
            "of the best set that costs no more, at the costs as asked; another selection gives at most this",
        ),
    ]
    for index, (label, value, style, note) in enumerate(lines):
        sheet.put(PANEL + index, 0, label, "strong")
        sheet.put(PANEL + index, 3, value, style)
        sheet.put(PANEL + index, 4, note, "soft")
    book.name("Budget", sheet, (PANEL, 3))
    alarm = book.workbook.add_format({"font_color": "#B00020", "bold": True})
    below = {"type": "cell", "criteria": "<", "value": 0, "format": alarm}
    sheet.sheet.conditional_format(PANEL + 2, 3, PANEL + 2, 3, below)
    some = {"type": "cell", "criteria": ">", "value": 0, "format": alarm}
    sheet.sheet.conditional_format(PANEL + 4, 3, PANEL + 4, 3, some)
    sheet.sheet.conditional_format(FIRST, 9, end - 1, 9, {"type": "no_blanks", "format": alarm})


def _limit(book: Book) -> float | None:
    """The budget, or None without one [USD]."""
    usd = book.contents.plan.frontier.budget_usd
    return usd if np.isfinite(usd) else None


def _validations(sheet: Sheet, requests: Sequence[OpexRequest]) -> None:
    last = FIRST + len(requests) - 1
    rules = {"validate": "list", "source": ["Yes", "No"], "error_title": "Fund?", "error_message": "Yes or No."}
    sheet.sheet.data_validation(FIRST, 4, last, 4, rules)
    cost = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "A cost of 0 or more."}
    sheet.sheet.data_validation(FIRST, 3, last, 3, cost)
    sheet.sheet.data_validation(PANEL, 3, PANEL, 3, {**cost, "error_message": "A budget of 0 or more."})
    for index, request in enumerate(requests):
        least = request.smallest_share
        message = f"From {least:.0%} to 100%." if least < 1 else "This request is funded in full or not at all."
        share = {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": 1}
        sheet.sheet.data_validation(FIRST + index, 5, FIRST + index, 5, {**share, "error_message": message})


def write_request_values(book: Book) -> None:
    """Write the sheet on what each request is worth, and why it got its verdict.

    Parameters
    ----------
    book
        Where to.
    """
    scores = book.contents.plan.scorecard.scores
    note = "On-time share weighted by severity; changes in percentage points. Effects overlap, so rows do not add up."
    sheet = book.add_sheet("Request value", title="What each request is worth, and why", note=note)
    sheet.widths([40, 9, 10, 10, 10, 10, 14, 12, 12, 9, 12, 90])
    if not scores:
        sheet.put(3, 0, "Nothing was asked for.", "text")
        return
    cost, per_item = [score.marginal_cost_usd for score in scores], [score.cost_per_item_usd for score in scores]
    sizes = [(score.size.asked, score.size.supported) if score.size else (None, None) for score in scores]
    fields = [
        Field(heading="Request", cells=[_label(score) for score in scores], style="wrap", width=40),
        Field(heading="Verdict", cells=[str(score.verdict) for score in scores], style="strong", width=9),
        Field(heading="Alone\n[pp]", cells=[100 * s.stand_alone_gain for s in scores], style="points", width=10),
        Field(heading="Added\n[pp]", cells=[100 * s.marginal_gain for s in scores], style="points", width=10),
        Field(heading="Added, P10 [pp]", cells=[100 * s.marginal_p10 for s in scores], style="points", width=10),
        Field(heading="Added, P90 [pp]", cells=[100 * s.marginal_p90 for s in scores], style="points", width=10),
        Field(heading="Extra cost\n[USD]", cells=cost, style=usd_style(cost), width=14),
        Field(heading="Late items avoided", cells=[s.late_items_avoided for s in scores], style="items", width=12),
        Field(heading="USD a late item", cells=per_item, style="cents", width=12),
        Field(heading="Asked\n[heads]", cells=[asked for asked, _ in sizes], style="number", width=9),
        Field(heading="Supported\n[heads]", cells=[supported for _, supported in sizes], style="number", width=12),
        Field(heading="Why", cells=[score.reason for score in scores], style="wrap", width=90),
    ]
    sheet.table(3, fields)
    sheet.freeze_and_filter(3, len(scores), len(fields))
