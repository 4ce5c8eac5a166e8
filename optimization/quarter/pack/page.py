"""The page that a finance reviewer opens: one file, no network, the answer first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forecasting.chart_style import money, percent, points
from optimization.block_values import SetValues
from optimization.frontier import Frontier, FrontierPoint
from optimization.one_by_one import ranked_one_by_one
from optimization.quarter.inputs import PlanInputs
from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.charts import Chart
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.tables import service_table


def write_page(
    inputs: PlanInputs, plan: QuarterPlan, charts: dict[str, Chart], manifest: dict[str, Any], path: Path
) -> None:
    """Write the page of a run.

    Parameters
    ----------
    inputs, plan
        What went in and what came out.
    charts
        Drawings that stand in the page.
    manifest
        What the run was made from.
    path
        The file to write.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"money": money, "percent": percent, "points": points, "words": _words}
    text = environment.get_template("page.html.j2").render(
        config=inputs.config,
        plan=plan,
        n_weeks=plan.values.case.n_weeks,
        first_day=plan.forecast.period_start[0],
        last_day=plan.forecast.period_start[-1],
        sentences=answer(plan),
        scores=sorted(plan.scorecard.scores, key=lambda score: (-score.marginal_gain, score.name)),
        approved=_approved_costs(plan),
        service=_service_rows(plan),
        today=plan.frontier.today,
        best=plan.recommended,
        met_today=targets_met(plan, recommended=False),
        met_best=targets_met(plan, recommended=True),
        methods=sorted(zip(plan.forecast.queues, plan.forecast.method, strict=True)),
        # The drawings are ours, and the SVG writer escapes their text.
        charts={name: {"message": chart.message, "svg": Markup(chart.svg)} for name, chart in charts.items()},  # noqa: S704
        manifest=manifest,
    )
    path.write_text(text, encoding="utf-8")


def answer(plan: QuarterPlan) -> list[str]:
    """The answer in sentences: what to fund, what it buys, how sure it is, and what less money would buy.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    list of str
    """
    frontier, values = plan.frontier, plan.values
    today, best, asked = frontier.today, plan.recommended, frontier.requested
    n_requests, n_queues = len(values.case.requests), len(values.case.queues)
    if not n_requests:
        return [f"Nothing was asked for. The on-time share is expected at {percent(today.on_time_share_mean)}."]
    now, then = percent(today.on_time_share_mean), percent(best.on_time_share_mean)
    low, high = percent(best.on_time_share_p10), percent(best.on_time_share_p90)
    first = (
        f"Fund {len(best.funded)} of the {n_requests} requests for {money(best.cost_usd)}: the on-time share, weighted "
        f"by severity, goes from {now} to {then}; in 8 of 10 simulated futures it lies between {low} and {high}."
    )
    if not best.funded:
        first = (
            f"Fund none of the {n_requests} requests: none that fits is worth its cost. The on-time share, weighted by "
            f"severity, stays at {now}."
        )
    sentences = [first]
    sentences += [*_targets(plan, n_queues), *_unspent(frontier, best), *_less_money(frontier, best)]
    everything = percent(asked.on_time_share_mean)
    sentences.append(f"All asks that can go together would cost {money(asked.cost_usd)} and give {everything}.")
    if frontier.least.funded:
        least = frontier.least
        sentences.append(
            f"Mandatory: {', '.join(_words(name) for name in least.funded)}; with nothing else funded the share is "
            f"{percent(least.on_time_share_mean)} for {money(least.cost_usd)}."
        )
    sentences += _one_by_one(values, best, frontier.budget_usd)
    if plan.requirement.out_of_reach:
        names = ", ".join(_words(name) for name in plan.requirement.out_of_reach)
        sentences.append(f"No staffing in today's opening hours meets the target of: {names}.")
    return sentences


def _targets(plan: QuarterPlan, n_queues: int) -> list[str]:
    """Which targets are met, which are not, and how many items are late in all."""
    wanted, service = plan.requirement.probability, plan.service_recommended
    met, before = targets_met(plan, recommended=True), targets_met(plan, recommended=False)
    due = plan.service_today.due.sum(axis=0).mean()
    sentence = (
        f"{met} of {n_queues} queues then have a chance of at least {percent(wanted, 0)} to meet their target (today "
        f"{before}); the chance that all do is {percent(service.probability_all_met, 0)}. Late items go from "
        f"{plan.frontier.today.late_items:,.0f} to {plan.recommended.late_items:,.0f} of about {round(due, -3):,.0f}."
    )
    short = sorted(
        (float(chance), _words(queue.name))
        for queue, chance in zip(service.queues, service.probability_met, strict=True)
        if chance < wanted
    )
    if not short:
        return [sentence]
    names = ", ".join(f"{name} ({percent(chance, 0)})" for chance, name in short)
    return [sentence, f"Below {percent(wanted, 0)} stay: {names}."]


def _unspent(frontier: Frontier, best: FrontierPoint) -> list[str]:
    """Why the recommended set stops where it does."""
    left, price = frontier.budget_usd - best.cost_usd, frontier.next_step_price_usd
    if frontier.willingness_to_pay_usd is None or price is None or price <= frontier.willingness_to_pay_usd:
        return []
    sentence = (
        f"{money(left)} of the budget of {money(frontier.budget_usd)} stays unspent: the cheapest next step costs "
        f"{money(price)} for each late item of severity 1 that it avoids, more than the "
        f"{money(frontier.willingness_to_pay_usd)} that avoiding one is held to be worth."
    )
    return [sentence]


def _less_money(frontier: Frontier, best: FrontierPoint) -> list[str]:
    """What the best set is with 10% less than the recommended one costs."""
    less = 0.9 * best.cost_usd
    if best.cost_usd == 0 or less < frontier.cost_usd[0]:
        return []
    other = frontier.at_budget(less)
    names = [request.name for request in frontier.values.case.requests]
    both = list(zip(names, best.levels, other.levels, strict=True))
    changed = {
        "out": [_words(name) for name, was, now in both if was > 0 and now == 0],
        "less of": [_words(name) for name, was, now in both if 0 < now < was],
        "more of": [_words(name) for name, was, now in both if now > was > 0],
        "in": [_words(name) for name, was, now in both if was == 0 and now > 0],
    }
    changes = "; ".join(f"{what}: {', '.join(found)}" for what, found in changed.items() if found)
    lost = other.on_time_share_mean - best.on_time_share_mean
    sentence = (
        f"With {money(less)}, 10% less than recommended, the best set gives {percent(other.on_time_share_mean)} "
        f"({points(lost)}); {changes}."
    )
    return [sentence]


def _one_by_one(values: SetValues, best: FrontierPoint, budget_usd: float) -> list[str]:
    ranked = values.measure(ranked_one_by_one(values, budget_usd))
    lost = best.on_time_share_mean - float(ranked.share.mean())
    if lost < 5e-5:
        return []
    share = percent(float(ranked.share.mean()))
    sentence = (
        f"Picking requests one by one, by lateness avoided per dollar, would cost {money(ranked.cost_usd)} and give "
        f"{share} ({points(-lost)} against the recommended set): requests overlap and depend on each other."
    )
    return [sentence]


def _approved_costs(plan: QuarterPlan) -> dict[str, float]:
    """Cost of what is funded of each request; together the cost of the recommended set [USD]."""
    case, levels = plan.values.case, plan.recommended.levels
    pairs = zip(case.requests, levels, strict=True)
    return {
        request.name: request.cost_usd(case.n_weeks, float(level)) if level > 0 else 0.0 for request, level in pairs
    }


def _service_rows(plan: QuarterPlan) -> list[dict[str, Any]]:
    table = service_table(plan)
    today = table[table["staffing"] == "today"].to_dict("records")
    best = table[table["staffing"] == "recommended"].to_dict("records")
    severity = [queue.severity for queue in plan.service_today.queues]
    rows = zip(today, best, severity, strict=True)
    return [{"today": before, "best": after, "severity": weight} for before, after, weight in rows]


def _words(name: str) -> str:
    return name.replace("_", " ")
