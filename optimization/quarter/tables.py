"""The tables of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.quarter.analysis_tables import analysis_tables, frontier_columns, request_columns
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.staffing_schema import STAFFING_SCHEMAS


def run_tables(plan: QuarterPlan) -> dict[str, pd.DataFrame]:
    """Tidy tables of a plan, by file name.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    dict of pandas.DataFrame
        Those that `optimization.quarter.run_schema` describes, but for the one of the run itself.
    """
    return {
        "requests": requests_table(plan),
        "frontier": frontier_table(plan),
        "frontier_requests": frontier_requests_table(plan),
        "bridge": bridge_table(plan),
        "service": service_table(plan),
        "staffing": plan.staffing.to_frame(),
        "forecast": plan.forecast.to_frame(),
        "forecast_weekly": forecast_weekly_table(plan),
        "forecast_total": forecast_total_table(plan),
        "queues": queues_table(plan),
        "teams": teams_table(plan),
        "team_skills": team_skills_table(plan),
        "data_findings": data_findings_table(plan),
        **_people_alone_tables(plan),
        **analysis_tables(plan.analysis),
    }


def run_table(plan: QuarterPlan, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """One row: the run itself and its headline figures.

    Parameters
    ----------
    plan
        What a run found.
    manifest
        What it was made from.

    Returns
    -------
    pandas.DataFrame
    """
    head = manifest["headline"]
    budget, price = plan.frontier.budget_usd, plan.frontier.willingness_to_pay_usd
    row = {
        "plan": manifest["plan"],
        "first_day": plan.forecast.period_start[0],
        "weeks": plan.values.case.n_weeks,
        "version": manifest["version"],
        "seed": manifest["seed"],
        "futures": plan.forecast.n_paths,
        "probability_wanted": plan.requirement.probability,
        "willingness_to_pay_usd": np.nan if price is None else price,
        "budget_usd": budget if np.isfinite(budget) else np.nan,
        "requested_cost_usd": plan.frontier.requested.cost_usd,
    }
    of_head = (
        "recommended_cost_usd",
        "on_time_share_today",
        "on_time_share_recommended",
        "on_time_share_recommended_p10",
        "on_time_share_recommended_p90",
        "late_items_today",
        "late_items_recommended",
        "probability_all_targets_met",
        "targets_met_today",
        "targets_met_recommended",
        "queues",
        "people_alone",
    )
    return pd.DataFrame([{**row, **{name: head[name] for name in of_head}}])


def _people_alone_tables(plan: QuarterPlan) -> dict[str, pd.DataFrame]:
    """The three tables of people alone; without rows where there is no plan of them."""
    alone = plan.staffing_plan
    if alone is None:
        return {schema.name: pd.DataFrame({one.name: [] for one in schema.columns}) for schema in STAFFING_SCHEMAS}
    return {
        "staffing_plan": alone.to_frame(),
        "staffing_plan_service": alone.service_frame(),
        "staffing_plan_prices": alone.shadow_prices(),
    }


def requests_table(plan: QuarterPlan) -> pd.DataFrame:
    """Value, verdict and approved cost of every request.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a request.
    """
    case, levels = plan.values.case, plan.recommended.levels
    approved = [
        request.cost_usd(case.n_weeks, float(level)) if level > 0 else 0.0
        for request, level in zip(case.requests, levels, strict=True)
    ]
    mandatory = [request.mandatory for request in case.requests]
    table = plan.scorecard.to_frame().assign(mandatory=mandatory, approved_usd=approved)
    for place, field in enumerate(("category", "evidence", "cost_centre"), start=3):
        table.insert(place, field, [getattr(request, field) for request in case.requests])
    return pd.concat([table, request_columns(plan.analysis)], axis=1)


def frontier_table(plan: QuarterPlan) -> pd.DataFrame:
    """Every set that no other beats, numbered, and which of them is recommended.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a set.
    """
    table = plan.frontier.to_frame()
    table.insert(0, "point", np.arange(len(table)))
    table["recommended"] = (plan.frontier.levels == plan.recommended.levels).all(axis=1)
    return pd.concat([table, frontier_columns(plan.analysis)], axis=1)


def frontier_requests_table(plan: QuarterPlan) -> pd.DataFrame:
    """Which requests each set of the frontier funds.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a set and request that it funds.
    """
    levels = plan.frontier.levels
    point, column = np.nonzero(levels)
    names = np.array([request.name for request in plan.values.case.requests], dtype=object)
    return pd.DataFrame({"point": point, "request": names[column], "funded_share": levels[point, column]})


def bridge_table(plan: QuarterPlan) -> pd.DataFrame:
    """The way from today to the recommended set, request by request.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a funded request.
    """
    table = plan.analysis.bridge.to_frame()
    table.insert(0, "step", np.arange(1, len(table) + 1))
    return table


def service_table(plan: QuarterPlan) -> pd.DataFrame:
    """Service by queue, for today's staffing and for the recommended set.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a staffing and queue.
    """
    frames = {"today": plan.service_today.to_frame(), "recommended": plan.service_recommended.to_frame()}
    table = pd.concat(frames, names=["staffing"]).reset_index(level="staffing")
    return table.reset_index(drop=True)


def forecast_weekly_table(plan: QuarterPlan) -> pd.DataFrame:
    """Arrivals of every queue by week, with quantiles of the week.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a queue and week.
    """
    weekly, week = weekly_arrivals(plan)
    n_queues, n_weeks = weekly.shape[0], weekly.shape[2]
    names = np.repeat(np.asarray(plan.forecast.queues, dtype=object), n_weeks)
    return pd.DataFrame({"queue": names, "week": np.tile(week, n_queues), **_spread(weekly)})


def forecast_total_table(plan: QuarterPlan) -> pd.DataFrame:
    """Arrivals of all queues together by week, with quantiles of the sum.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a week.
    """
    weekly, week = weekly_arrivals(plan)
    return pd.DataFrame({"week": week, **_spread(weekly.sum(axis=0, keepdims=True))})


def weekly_arrivals(plan: QuarterPlan) -> tuple[NDArray[np.float64], pd.DatetimeIndex]:
    """Arrivals by week of the plan on every path, of shape (n_queues, n_paths, n_weeks), and when each week begins.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of ndarray and pandas.DatetimeIndex
    """
    arrivals = plan.forecast.arrivals
    weekly = arrivals.reshape(*arrivals.shape[:2], plan.values.case.n_weeks, -1).sum(axis=3)
    return weekly, plan.staffing.week_start


def _spread(items: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Mean and quantiles over paths (axis 1), flattened."""
    low, median, high = np.quantile(items, [0.1, 0.5, 0.9], axis=1)
    spread = {"items_mean": items.mean(axis=1), "items_p10": low, "items_p50": median, "items_p90": high}
    return {name: values.ravel() for name, values in spread.items()}


def queues_table(plan: QuarterPlan) -> pd.DataFrame:
    """Queues as the plan took them.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a queue.
    """
    queues = plan.values.case.queues
    return pd.DataFrame(
        {
            "queue": [queue.name for queue in queues],
            "target_share": [queue.target.share for queue in queues],
            "target_hours": [queue.target.within_hours for queue in queues],
            "severity": [queue.severity for queue in queues],
            "handle_minutes": [queue.handle_minutes for queue in queues],
            "reviews_per_item": [queue.reviews_per_item for queue in queues],
            "work_hours_per_item": [queue.work_hours_per_item for queue in queues],
            "backlog_items": [queue.backlog_items for queue in queues],
            "forecast_method": list(plan.forecast.method),
        }
    )


def teams_table(plan: QuarterPlan) -> pd.DataFrame:
    """Teams as the plan took them.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a team.
    """
    of_team = (
        "site",
        "kind",
        "heads",
        "paid_hours_per_week",
        "shrinkage",
        "cost_usd_per_head_week",
        "hire_lead_weeks",
        "ramp_weeks",
        "weekly_attrition",
    )
    teams = plan.values.case.teams
    columns = {name: [getattr(team, name) for team in teams] for name in of_team}
    columns["kind"] = [str(team.kind) for team in teams]
    return pd.DataFrame({"team": [team.name for team in teams], **columns})


def team_skills_table(plan: QuarterPlan) -> pd.DataFrame:
    """Which queues each team can serve, and how fast.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a team and queue.
    """
    rows = [(team.name, queue, skill) for team in plan.values.case.teams for queue, skill in team.skills.items()]
    return pd.DataFrame(rows, columns=["team", "queue", "standard_work_per_hour"])


def data_findings_table(plan: QuarterPlan) -> pd.DataFrame:
    """Findings on the volumes, numbered.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a finding.
    """
    found = plan.forecast.history.describe(plan.events)
    found.insert(0, "finding", np.arange(1, len(found) + 1))
    order = ["finding", "severity", "code", "queue", "date", "end", "found", "expected", "sentence"]
    return found[order]
