"""The page that a finance reviewer opens: one file, no network, the answer first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forecasting.chart_style import money, percent, points
from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.charts import Chart
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.tables import service_table


def write_page(contents: PackContents, charts: dict[str, Chart], path: Path) -> None:
    """Write the page of a run.

    Parameters
    ----------
    contents
        What the page is written from.
    charts
        Drawings that stand in the page.
    path
        The file to write.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    plan, words = contents.plan, contents.narrative
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"money": money, "percent": percent, "points": points, "words": in_words}
    text = environment.get_template("page.html.j2").render(
        config=contents.inputs.config,
        plan=plan,
        n_weeks=plan.values.case.n_weeks,
        first_day=plan.forecast.period_start[0],
        last_day=plan.forecast.period_start[-1],
        sentences=(*words.recommendation, *words.service, *words.trade_off, *words.risks),
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
        manifest=contents.manifest,
    )
    path.write_text(text, encoding="utf-8")


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
