"""The first two sheets: what this is, and the answer with its figures, words and checks."""

from __future__ import annotations

import numpy as np

from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Cell, Field, Formula, Sheet
from optimization.quarter.pack.workbook.styles import usd_style

SHEETS = (
    ("Summary", "the answer, its key figures, the figures that would change it, and checks that the sheets agree"),
    ("Charts", "cost against service, and the way from today to the recommended set"),
    ("Requests", "choose requests, change costs and the budget: total and headroom follow"),
    ("Request value", "what each request gives alone and on top of the others, and why it got its verdict"),
    ("Request findings", "what is the matter with requests: size, timing, claims, double counting"),
    ("Economics", "cost, benefit, net present value and payback of each request and of the set"),
    ("Frontier", "every set of requests that no other set beats"),
    ("Bridge", "from today to the recommended set, request by request"),
    ("Robustness", "how often each request would be funded on other futures and at other budgets"),
    ("Sensitivity", "which inputs move the recommendation, one at a time"),
    ("Service", "on-time share, chance of meeting the target, late and waiting items by queue"),
    ("Staffing", "needed, available and planned people by team and week"),
    ("People alone", "the cheapest staffing that keeps every target without any request, by team and week"),
    ("People alone service", "what that staffing promises each queue, and what is found of it"),
    ("People alone prices", "what one more hour, seat or point of target is worth to it, by week"),
    ("Forecast", "expected volume by queue and week"),
    ("Assumptions", "how the plan decides; queues, teams and claimed effects as it took them"),
    ("Data findings", "what is odd about the volumes"),
    ("Changes", "what changed since the earlier run"),
    ("Dictionary", "every table and column of the run"),
)
WIDTHS = (46, 18, 18, 18, 40)


def write_cover(book: Book) -> None:
    """Write what this is, where it comes from and what is on which sheet.

    Parameters
    ----------
    book
        Where to.
    """
    about, manifest = book.contents.inputs.config.plan, book.contents.manifest
    days = book.contents.plan.forecast.period_start
    sheet = book.add_sheet("Cover", title=" ".join(about.name.split()), landscape=False)
    sheet.widths([24, 80])
    lines: list[tuple[str, str]] = [
        ("Plan", f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}"),
        ("Amounts", "USD within the plan"),
        ("Run", f"{manifest['run_id']}, seed {manifest['seed']}, opex-staffing {manifest['version']}"),
        ("How it was decided", manifest["work"]["optimality"]),
        ("Data", about.data_note or "as in the planning folder"),
    ]
    row = 2
    for label, text in lines:
        sheet.put(row, 0, label, "strong")
        sheet.put(row, 1, " ".join(str(text).split()), "wrap")
        row += 1
    sheets = [pair for pair in SHEETS if pair[0] != "Changes" or book.contents.comparison]
    row = (
        sheet.table(
            row + 1,
            [
                Field(heading="Sheet", cells=[name for name, _ in sheets], style="strong", width=24),
                Field(heading="What is on it", cells=[text for _, text in sheets], style="wrap", width=80),
            ],
        )
        + 1
    )
    sheet.put(row, 0, "12,345", "input_text")
    sheet.put(row, 1, "a figure to change; every total that depends on it follows", "text")
    sheet.put(row + 1, 0, "12,345", "text")
    sheet.put(row + 1, 1, "a figure of the run, or a formula on such figures", "text")
    for offset, (name, digest) in enumerate(manifest["inputs_sha256"].items(), start=row + 3):
        sheet.put(offset, 0, name, "soft")
        sheet.put(offset, 1, f"SHA-256 {digest}", "soft")


def write_summary(book: Book) -> None:
    """Write the answer.

    Parameters
    ----------
    book
        Where to.
    """
    words = book.contents.narrative
    sheet = book.add_sheet("Summary", title="Summary", landscape=False)
    sheet.widths(WIDTHS)
    sheet.paragraph(1, WIDTHS, words.headline, style="headline")
    row = _key_figures(book, sheet, 3)
    for heading, sentences in words.paragraphs:
        shown = sentences[1:] if heading == "Recommendation" else sentences
        if not shown:
            continue
        sheet.put(row, 0, "Why this set" if heading == "Recommendation" else heading, "section")
        sheet.paragraph(row + 1, WIDTHS, " ".join(shown))
        row += 3
    row = _turning_points(book, sheet, row)
    _checks(book, sheet, row)


def _key_figures(book: Book, sheet: Sheet, row: int) -> int:
    """Today, recommended and change, by formulas where another sheet has the figure."""
    plan = book.contents.plan
    today, best = plan.frontier.today, plan.recommended
    met = [targets_met(plan, recommended=False), targets_met(plan, recommended=True)]
    late = [float(outcome.late.mean(axis=1).sum()) for outcome in (plan.service_today, plan.service_recommended)]
    budget = plan.frontier.budget_usd if np.isfinite(plan.frontier.budget_usd) else None
    usd = usd_style([best.cost_usd, budget or 0.0])
    cost: Cell | Formula = Formula("=RecommendedTotal", best.cost_usd) if plan.scorecard.scores else 0.0
    limit: Cell | Formula = Formula("=Budget", budget) if plan.scorecard.scores and budget is not None else budget
    left: Cell | Formula = None if budget is None else Formula(f"=C{row + 2}-C{row + 3}", budget - best.cost_usd)
    now, then = today.on_time_share_mean, best.on_time_share_mean
    low, high = (today.on_time_share_p10, best.on_time_share_p10), (today.on_time_share_p90, best.on_time_share_p90)
    chance = (plan.service_today.probability_all_met, plan.service_recommended.probability_all_met)
    count = '=COUNTIF({},">="&ChanceWanted)'
    counts = [Formula(count.format(name), n) for name, n in zip(("ChanceToday", "ChancePlanned"), met, strict=True)]
    late_cells = [Formula("=LateToday", late[0]), Formula("=LatePlanned", late[1])]
    rows: list[tuple[str, tuple[Cell | Formula, Cell | Formula], float | None, str, str, str]] = [
        ("Budget [USD]", (None, limit), None, usd, usd, "money for requests within the plan"),
        ("Recommended cost [USD]", (None, cost), None, usd, usd, ""),
        ("Left of the budget [USD]", (None, left), None, usd, usd, ""),
        ("On-time share, weighted by severity", (now, then), 100 * (then - now), "share", "points", "mean of futures"),
        ("On-time share, in 1 of 10 futures below", low, 100 * (low[1] - low[0]), "share", "points", ""),
        ("On-time share, in 1 of 10 futures above", high, 100 * (high[1] - high[0]), "share", "points", ""),
        (
            "Queues that meet their target",
            (counts[0], counts[1]),
            float(met[1] - met[0]),
            "items",
            "items_change",
            f"of {len(plan.values.case.queues)}, with the chance wanted",
        ),
        ("Chance that all targets are met", chance, 100 * (chance[1] - chance[0]), "share_whole", "points", ""),
        ("Late items", (late_cells[0], late_cells[1]), late[1] - late[0], "items", "items_change", "mean of futures"),
    ]
    heads = ("Key figures", "Today", "Recommended", "Change", "")
    for column, heading in enumerate(heads):
        sheet.put(row, column, heading, "heading" if column in (0, 4) else "heading_number")
    for offset, (label, (before, after), change, style, change_style, note) in enumerate(rows, start=1):
        r = row + offset + 1
        sheet.put(row + offset, 0, label, "text")
        sheet.put(row + offset, 1, before, style)
        sheet.put(row + offset, 2, after, style)
        times = 100 if change_style == "points" else 1
        moved = None if change is None else Formula(f"={times}*(C{r}-B{r})", change)
        sheet.put(row + offset, 3, moved, change_style)
        sheet.put(row + offset, 4, note, "soft")
    return row + len(rows) + 2


def _turning_points(book: Book, sheet: Sheet, row: int) -> int:
    turns = book.contents.narrative.turning_points
    if not turns:
        return row
    usd = [usd_style([turn.now_usd, turn.turns_at_usd]) if turn.now_usd < 1000 else "usd" for turn in turns]
    first = row + 3
    away: list[Cell | Formula] = [
        Formula(f"=C{first + i}/B{first + i}-1", turn.turns_at_usd / turn.now_usd - 1) if turn.now_usd else None
        for i, turn in enumerate(turns)
    ]
    sheet.put(row, 0, "Figures that would change the recommendation, one at a time, the nearest first", "section")
    end = sheet.table(
        row + 1,
        [
            Field(heading="Figure", cells=[turn.figure for turn in turns], style="wrap", width=46),
            Field(heading="Now\n[USD]", cells=[turn.now_usd for turn in turns], style=usd, width=18),
            Field(heading="Turns at\n[USD]", cells=[turn.turns_at_usd for turn in turns], style=usd, width=18),
            Field(heading="Change needed", cells=away, style="share_change", width=18),
            Field(heading="What happens there", cells=[turn.sentence for turn in turns], style="wrap", width=40),
        ],
    )
    return end + 1


def _checks(book: Book, sheet: Sheet, row: int) -> None:
    """Formulas that say OK where sheets that must agree do."""
    sheet.put(row, 0, "Checks that the sheets agree", "section")
    best = book.contents.plan.recommended
    figures = book.contents.manifest["headline"]
    checks = [
        ("The bridge ends at the recommended on-time share", f"ABS(BridgeEnd-{best.on_time_share_mean!r})<0.000001"),
        ("Late items of the queues add up to the headline", f"ABS(LatePlanned-{figures['late_items_recommended']})<1"),
    ]
    if book.contents.plan.scorecard.scores:
        checks.insert(
            0, ("Approved costs add up to the recommended cost", f"ABS(SUM(ApprovedCost)-{best.cost_usd!r})<0.005")
        )
        checks.append(("The bridge costs what is recommended", "ABS(BridgeCost-RecommendedTotal)<0.005"))
    for offset, (label, rule) in enumerate(checks, start=1):
        sheet.put(row + offset, 0, label, "text")
        sheet.put(row + offset, 1, Formula(f'=IF({rule},"OK","CHECK")', "OK"), "strong")
