"""The rows of the tables on the page, written as they are read."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecasting.charts.chart_style import money, money_parts, percent, points
from optimization.frontier_chart import next_step
from optimization.funded_sets import funded_names
from optimization.quarter.pack.decisions import approved_usd
from optimization.quarter.pack.phrases import funded_amount, in_words, listed, readable
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.tables import service_table

# The slider has at most this many steps; all are in the tables of the run.
MOST_STEPS = 150


def frontier_steps(plan: QuarterPlan) -> dict[str, Any]:
    """Steps along the frontier: cost, service, set and what changes.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    dict
        `rows`, the row that is `chosen` at first, and how many are `left_out`.
    """
    frontier = plan.frontier
    kept = _steps_shown(plan)
    names = [request.name for request in plan.values.case.requests]
    marks = _marks(plan)
    before = np.zeros(len(names))
    rows = []
    for row in kept:
        levels = frontier.levels[row]
        low, high = percent(float(frontier.on_time_share_p10[row])), percent(float(frontier.on_time_share_p90[row]))
        usd = float(frontier.cost_usd[row])
        mark = marks.get(row, "")
        if usd > frontier.budget_usd:
            mark = f"{mark} Beyond the budget.".strip()
        rows.append(
            {
                "cost_usd": usd,
                "cost": money(usd),
                "share": percent(float(frontier.on_time_share_mean[row])),
                "range": f"{low} – {high}",
                "change": _change(names, before, levels),
                "funded": listed([in_words(name) for name in funded_names(plan.values.case, levels)], most=len(names))
                if levels.any()
                else "nothing",
                "mark": mark,
            }
        )
        before = levels
    chosen = kept.index(_row_of(plan, plan.recommended.levels))
    return {"rows": rows, "chosen": chosen, "left_out": len(frontier.cost_usd) - len(kept)}


def _row_of(plan: QuarterPlan, levels: np.ndarray) -> int:
    return int(np.flatnonzero((plan.frontier.levels == levels).all(axis=1))[0])


def _steps_shown(plan: QuarterPlan) -> list[int]:
    """Rows of the frontier, thinned evenly over the money where they are many; the marked ones stay."""
    cost = plan.frontier.cost_usd
    if len(cost) <= MOST_STEPS:
        return list(range(len(cost)))
    grid = np.linspace(cost[0], cost[-1], MOST_STEPS - 4)
    rows = set((np.searchsorted(cost, grid, side="right") - 1).tolist())
    return sorted(rows | set(_marks(plan)) | {0, len(cost) - 1})


def _marks(plan: QuarterPlan) -> dict[int, str]:
    frontier = plan.frontier
    marks = {_row_of(plan, frontier.knee.levels): "The knee: gains slow beyond."} if len(frontier.cost_usd) > 2 else {}
    after = next_step(frontier)
    if after is not None:
        marks[_row_of(plan, after.levels)] = "The next step beyond the recommended set."
    best = _row_of(plan, plan.recommended.levels)
    marks[best] = " ".join(["Recommended.", *([marks[best]] if best in marks else [])])
    return marks


def _change(names: list[str], before: np.ndarray, after: np.ndarray) -> str:
    """What enters, leaves, grows and shrinks from one set to the next."""
    kinds = {
        "in": [n for n, was, now in zip(names, before, after, strict=True) if was == 0 < now],
        "out": [n for n, was, now in zip(names, before, after, strict=True) if now == 0 < was],
        "more of": [n for n, was, now in zip(names, before, after, strict=True) if 0 < was < now],
        "less of": [n for n, was, now in zip(names, before, after, strict=True) if 0 < now < was],
    }
    said = [f"{kind}: {', '.join(in_words(name) for name in found)}" for kind, found in kinds.items() if found]
    return "; ".join(said) or "nothing funded"


def request_rows(plan: QuarterPlan) -> dict[str, Any]:
    """Rows of the table of requests, those that add most first, with totals that add up as written.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    dict
        `rows`, the `verdicts` that occur, the totals `asked` and `approved`, and whether they are `priced`.
    """
    scores = sorted(plan.scorecard.scores, key=lambda score: (-score.marginal_gain, score.name))
    approved = [approved_usd(plan, score) for score in scores]
    asked_texts, asked_total = money_parts([score.cost_usd for score in scores]) if scores else ([], "$0")
    approved_texts, approved_total = money_parts(approved) if scores else ([], "$0")
    shares = plan.analysis.shapley.to_frame().set_index("request")["shapley_on_time_change"]
    priced = plan.analysis.economics
    worth = None if priced is None else priced.to_frame().set_index("request").to_dict("index")
    requests = {request.name: request for request in plan.values.case.requests}
    rows = []
    for score, asked, usd, written in zip(scores, asked_texts, approved, approved_texts, strict=True):
        fair = float(shares[score.name])
        findings = plan.analysis.findings.of(score.name)
        row: dict[str, Any] = {
            "name": in_words(score.name),
            "title": " ".join(score.title.split()) or in_words(score.name),
            "owner": " ".join(score.owner.split()),
            "verdict": str(score.verdict),
            "asked": asked,
            "asked_usd": score.cost_usd,
            "approved": written if usd else "–",
            "approved_usd": usd,
            "amount": funded_amount(requests[score.name], score.funded_share) if 0 < score.funded_share < 1 else "",
            "alone": _points(score.stand_alone_gain),
            "alone_value": score.stand_alone_gain,
            "added": _points(score.marginal_gain),
            "added_value": score.marginal_gain,
            "fair": _points(fair) if score.funded_share else "–",
            "fair_value": fair,
            "reason": readable(plan, score.reason),
            "findings": [
                {"kind": str(found.severity), "sentence": readable(plan, found.sentence)} for found in findings
            ],
            "serious": sum(found.severity == "serious" for found in findings),
        }
        if worth is not None:
            row |= _worth(worth[score.name])
        rows.append(row)
    verdicts = [verdict for verdict in ("fund", "trim", "defer", "reject") if verdict in {r["verdict"] for r in rows}]
    return {
        "rows": rows,
        "verdicts": verdicts,
        "asked": asked_total,
        "approved": approved_total,
        "priced": worth is not None,
    }


def _points(change: float) -> str:
    return points(change).removesuffix(" points")


def _worth(economics: dict[Any, Any]) -> dict[str, Any]:
    npv, chance = float(economics["npv_usd"]), float(economics["probability_worth_it"])
    return {"npv": money(npv), "npv_value": npv, "worth": percent(chance, 0), "worth_value": chance}


def queue_rows(plan: QuarterPlan) -> list[dict[str, Any]]:
    """Rows of the table of queues.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    list of dict
    """
    table = service_table(plan)
    today = table[table["staffing"] == "today"].to_dict("records")
    best = table[table["staffing"] == "recommended"].to_dict("records")
    wanted = plan.requirement.probability
    rows = []
    for queue, now, then in zip(plan.service_today.queues, today, best, strict=True):
        low, high = percent(then["on_time_share_p10"]), percent(then["on_time_share_p90"])
        rows.append(
            {
                "name": in_words(queue.name),
                "target": f"{percent(queue.target.share, 0)} in {queue.target.within_hours:g} h",
                "severity": f"{queue.severity:g}",
                "cells": [
                    _cell("On time today", now["on_time_share_mean"], percent(now["on_time_share_mean"])),
                    _cell("Chance today", now["probability_target_met"], percent(now["probability_target_met"], 0)),
                    _cell("Recommended", then["on_time_share_mean"], percent(then["on_time_share_mean"])),
                    _cell("8 of 10", then["on_time_share_p10"], f"{low} – {high}"),
                    _cell(
                        "Chance then",
                        then["probability_target_met"],
                        percent(then["probability_target_met"], 0),
                        short=then["probability_target_met"] < wanted,
                    ),
                    _cell("Waiting, as today", now["backlog_end_items"], f"{now['backlog_end_items']:,.0f}"),
                    _cell("Waiting then", then["backlog_end_items"], f"{then['backlog_end_items']:,.0f}"),
                ],
            }
        )
    return rows


def _cell(head: str, value: float, text: str, *, short: bool = False) -> dict[str, Any]:
    return {"head": head, "value": float(value), "text": text, "short": short}


def team_rows(plan: QuarterPlan) -> list[dict[str, Any]]:
    """Rows of the table of teams.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    list of dict
    """
    table = plan.staffing
    rows = []
    for row, team in enumerate(table.teams):
        needed, available, planned = table.needed[row], table.available[row], table.planned[row]
        gap = needed - planned
        short, widest = int((gap > 0.05).sum()), float(gap.max())
        cells = [
            _cell("Needed", needed.mean(), f"{needed.mean():,.1f}"),
            _cell("Today", available.mean(), f"{available.mean():,.1f}"),
            _cell("Planned", planned.mean(), f"{planned.mean():,.1f}"),
            _cell("Weeks short", short, f"{short} of {needed.size}"),
            _cell("Widest gap", widest, f"{widest:,.1f}" if short else "none"),
        ]
        rows.append({"name": in_words(team), "cells": cells})
    return rows


def people_rows(plan: QuarterPlan) -> list[dict[str, Any]]:
    """Rows of the table of what people alone, without any request, would take.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    list of dict
        Empty where there is no such plan.
    """
    alone = plan.staffing_plan
    if alone is None:
        return []
    cost = alone.cost_frame().set_index("team")["extra_cost_usd"]
    rows = []
    for row, team in enumerate(alone.teams):
        hires = alone.hires[row] + alone.part_time_hires[row]
        when = [f"week {week + 1}: {number:,.3g}" for week, number in enumerate(hires) if number > 0.005]
        heads = f"{alone.heads[row, 0]:,.1f} → {alone.heads[row, -1]:,.1f}"
        cells = [
            _cell("Heads, first and last week", alone.heads[row, 0], heads),
            _cell("Hires", hires.sum(), listed(when, most=4) if when else "none"),
            _cell("Overtime, hours", alone.overtime_hours[row].sum(), f"{alone.overtime_hours[row].sum():,.0f}"),
            _cell("Seats, most", alone.seats[row].max(), f"{alone.seats[row].max():,.0f}"),
            _cell("Beyond today", float(cost[team.name]), money(float(cost[team.name]))),
        ]
        rows.append({"name": in_words(team.name), "cells": cells})
    return rows
