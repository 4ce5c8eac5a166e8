"""The page that a finance reviewer opens: one file, no network, the answer first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forecasting.chart_style import money, percent, points
from optimization.block_values import SetValues
from optimization.frontier import Frontier, FrontierPoint, ranked_one_by_one
from optimization.quarter.charts import Chart
from optimization.quarter.inputs import PlanInputs
from optimization.quarter.manifest import targets_met
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
    sentences = []
    if not n_requests:
        return [f"Nothing was asked for. On-time decisions are expected at {percent(today.on_time_share_mean)}."]
    if best.funded:
        sentences.append(
            f"Fund {len(best.funded)} of the {n_requests} requests for {money(best.cost_usd)}: on-time decisions rise "
            f"from {percent(today.on_time_share_mean)} to {percent(best.on_time_share_mean)}, with 80% probability "
            f"between {percent(best.on_time_share_p10)} and {percent(best.on_time_share_p90)}."
        )
    else:
        sentences.append(
            f"Fund none of the {n_requests} requests: none that fits is worth its cost. On-time decisions stay at "
            f"{percent(today.on_time_share_mean)}."
        )
    sentences.append(
        f"{targets_met(plan, recommended=True)} of {n_queues} queues then meet their target with "
        f"{percent(plan.requirement.probability, 0)} probability; today {targets_met(plan, recommended=False)} do. "
        f"All meet it together with {percent(plan.service_recommended.probability_all_met, 0)} probability. "
        f"Late items go from {today.late_items:,.0f} to {best.late_items:,.0f}."
    )
    sentences += _less_money(frontier, best)
    sentences.append(
        f"Funding every ask would cost {money(asked.cost_usd)} and reach {percent(asked.on_time_share_mean)}."
    )
    sentences += _one_by_one(values, best, frontier.budget_usd)
    if plan.requirement.out_of_reach:
        names = ", ".join(_words(name) for name in plan.requirement.out_of_reach)
        sentences.append(f"No staffing in today's opening hours meets the target of: {names}.")
    return sentences


def _less_money(frontier: Frontier, best: FrontierPoint) -> list[str]:
    less = 0.9 * best.cost_usd
    if best.cost_usd == 0 or less < frontier.cost_usd[0]:
        return []
    other = frontier.at_budget(less)
    lost = best.on_time_share_mean - other.on_time_share_mean
    dropped = [name for name in best.funded if name not in other.funded]
    changes = ", ".join(_words(name) for name in dropped) or "nothing"
    sentence = (
        f"With 10% less money the best set costs {money(other.cost_usd)} and on-time decisions are "
        f"{percent(other.on_time_share_mean)} ({points(-lost)}); no longer funded as they are: {changes}."
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


def _service_rows(plan: QuarterPlan) -> list[dict[str, Any]]:
    table = service_table(plan)
    today = table[table["staffing"] == "today"].to_dict("records")
    best = table[table["staffing"] == "recommended"].to_dict("records")
    return [{"today": before, "best": after} for before, after in zip(today, best, strict=True)]


def _words(name: str) -> str:
    return name.replace("_", " ")
