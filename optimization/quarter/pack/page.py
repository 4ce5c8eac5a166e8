"""The page that a finance reviewer opens: one file, no network, the answer first."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from forecasting.charts.chart_style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_BROWN,
    PINK,
    SOFT,
    money,
    percent,
)
from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.assumptions import assumptions
from optimization.quarter.pack.charts import Chart
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.evidence import no_people_alone
from optimization.quarter.pack.page_rows import (
    frontier_steps,
    people_rows,
    queue_rows,
    request_rows,
    team_rows,
)
from optimization.quarter.pack.phrases import in_words, readable
from optimization.quarter.pack.plain_table import plain_table
from optimization.quarter.pack.reading import two_needs
from optimization.quarter.plan import QuarterPlan

SECTIONS = (
    ("answer", "The answer"),
    ("frontier", "What each dollar buys"),
    ("requests", "Requests"),
    ("queues", "Queues"),
    ("teams", "People"),
    ("volumes", "Volume"),
    ("since", "Since the last run"),
    ("data", "Data"),
    ("assumptions", "Assumptions"),
)
# Paragraphs of the narrative that stand below the headline and the figures.
MIDDLE = ("What it buys", "What was cut", "The trade-off", "Risks")
# What the colours of drawings become on a dark ground.
DARK = {
    INK: "#ececee",
    SOFT: "#b4b7bd",
    GREY: "#a9adb4",
    BLUE: "#63b5ea",
    ORANGE: "#f09a5e",
    GREEN: "#55cda3",
    PINK: "#e38fc4",
    PALE_BLUE: "#8fb2c9",
    PALE_BROWN: "#c9ab74",
    "#5F6B76": "#98a4ae",
    "#444444": "#c3c6cb",
    "#333333": "#d3d5d9",
    "#666666": "#9b9fa6",
    "#888888": "#8d9198",
    "#e4e4e4": "#3a3d43",
    "#ececec": "#2b2e33",
    "#bbbbbb": "#50545b",
    "#e9f1ec": "#24352d",
    "#8c8c8c": "#8d9198",
    "#ffffff": "#1d1f23",
}


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

    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = in_words
    style = (folder / "page.css").read_text(encoding="utf-8").replace("@@DARK@@", _dark_rules())
    script = (folder / "page.js").read_text(encoding="utf-8")
    found, alone = _findings(contents), contents.plan.staffing_plan
    text = environment.get_template("page.html.j2").render(
        **_answer(contents),
        charts=_charts(charts),
        steps=frontier_steps(contents.plan),
        requests=request_rows(contents.plan),
        queues=queue_rows(contents.plan),
        teams=team_rows(contents.plan),
        people=people_rows(contents.plan),
        two_needs=two_needs("in the chart above"),
        people_keep_all=alone is not None and all(one.meets_target for one in alone.service),
        no_people="" if alone is not None else no_people_alone(contents.plan),
        past=contents.past is not None,
        methods=sorted(zip(contents.plan.forecast.queues, contents.plan.forecast.method, strict=True)),
        findings=[finding for finding in found if finding["severity"] != "note"],
        notes=[finding for finding in found if finding["severity"] == "note"],
        assumptions=assumptions(contents.plan),
        policy=_ours(_policy(style, script)),
        style=_ours(style),
        script=_ours(script),
    )
    path.write_text(text, encoding="utf-8")


def _ours(text: str) -> Any:
    """Mark what this package writes (policy, style, script, drawings with escaped texts) as fit for the page."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704  # nothing in it was read without being escaped


def _policy(style: str, script: str) -> str:
    """Content-security-policy that lets this style and this script work and nothing else, no network at all."""
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _dark_rules() -> str:
    rules = [
        f'  .chart [{kind}="{light.lower()}"] {{ {kind}: {dark}; }}'
        for light, dark in DARK.items()
        for kind in ("fill", "stroke")
    ]
    return "\n".join(rules)


def _charts(charts: dict[str, Chart]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "message": chart.message,
            "short": chart.name.replace("_", " "),
            "wide": _ours(chart.wide),
            "narrow": _ours(chart.narrow),
            "wide_axis": chart.wide_axis,
            "narrow_axis": chart.narrow_axis,
            "table": plain_table(chart.table),
        }
        for name, chart in charts.items()
    }


def _answer(contents: PackContents) -> dict[str, Any]:
    plan, words = contents.plan, contents.narrative
    n_weeks = plan.values.case.n_weeks
    first, last = plan.forecast.period_start[0], plan.forecast.period_start[-1]
    return {
        "title": contents.inputs.config.plan.name,
        "data_note": contents.inputs.config.plan.data_note,
        "period": f"{n_weeks} week{'s' * (n_weeks != 1)}, {first:%-d %B %Y} to {last:%-d %B %Y}",
        "n_paths": f"{plan.forecast.n_paths:,}",
        "wanted": percent(plan.requirement.probability, 0),
        "manifest": contents.manifest,
        "sections": [part for part in SECTIONS if part[0] != "since" or words.since],
        "words": words,
        "figures": _figures(plan),
        "paragraphs": [
            *([("Why this set", words.recommendation[1:])] if words.recommendation[1:] else []),
            *[(heading, said) for heading, said in words.paragraphs if heading in MIDDLE],
        ],
    }


def _figures(plan: QuarterPlan) -> list[dict[str, str]]:
    """The five figures that come first."""
    best, today, budget = plan.recommended, plan.frontier.today, plan.frontier.budget_usd
    n_queues = len(plan.service_today.queues)
    before, after = targets_met(plan, recommended=False), targets_met(plan, recommended=True)
    low, high = percent(best.on_time_share_p10), percent(best.on_time_share_p90)
    of_budget = f"recommended, of a budget of {money(budget)}" if budget != float("inf") else "recommended"
    wanted = percent(plan.requirement.probability, 0)
    figures = [
        (money(best.cost_usd), of_budget),
        (
            f"{percent(today.on_time_share_mean)} → {percent(best.on_time_share_mean)}",
            "decided on time, weighted by severity",
        ),
        (f"{low} – {high}", "on time in 8 of 10 simulated futures"),
        (f"{before} → {after} of {n_queues}", f"queues with a chance of at least {wanted} to meet their target"),
        (percent(plan.service_recommended.probability_all_met, 0), "chance that every queue meets its target"),
    ]
    return [{"value": value, "meaning": meaning} for value, meaning in figures]


def _findings(contents: PackContents) -> list[dict[str, str]]:
    return [
        {"severity": str(row["severity"]), "sentence": readable(contents.plan, str(row["sentence"]))}
        for row in contents.findings.to_dict("records")
    ]
