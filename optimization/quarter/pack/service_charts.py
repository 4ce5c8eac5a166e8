"""The charts of a pack on what is behind the choice: service, people and volumes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from capacity.plot_backlog import MOST_QUEUES, late_days, panels_height, panels_message, plot_backlog_panels
from capacity.plot_service import (
    on_time_map_message,
    plot_on_time_map,
    plot_target_chance,
    service_height,
    target_chance_message,
)
from forecasting.evaluation.plot_backtest import plot_total_errors, total_errors_message
from forecasting.plot_explained import plot_fan_with_events
from forecasting.plots import fan_message, fan_panels, fans_message, plot_fans, weekly_totals
from optimization.plan.team_plot import plan_by_team_message, plot_plan_by_team
from optimization.quarter.pack.chart_recipe import NARROW_INCHES, WIDE_INCHES, ChartRecipe
from optimization.quarter.pack.contents import PackContents
from optimization.service_course import service_course
from optimization.staffing_plot import plot_staffing, staffing_message
from optimization.team_panels import staffing_panels

# The course of more queues than this is not followed; those least likely to meet their target come first.
MOST_FOLLOWED = 40


def of_service(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of service: chance of each target, on-time share by week, backlogs.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    plan = contents.plan
    after, before, wanted = plan.service_recommended, plan.service_today, plan.requirement.probability
    yield ChartRecipe(
        name="target_chance",
        message=target_chance_message(after, before=before, probability=wanted),
        description="One row a queue: the chance to meet its target today and with the recommended set.",
        height=service_height(len(after.queues)),
        narrow_height=service_height(len(after.queues)),
        draw=lambda figure: plot_target_chance(after, before=before, probability=wanted, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Queue": [queue.name for queue in after.queues],
                "Chance today": before.probability_met,
                "Chance then": after.probability_met,
            }
        ),
    )
    rows = np.sort(np.argsort(after.probability_met, kind="stable")[:MOST_FOLLOWED]).tolist()
    course, weekly = service_course(plan.values.case, plan.recommended.levels, after, rows=rows)
    shares = pd.DataFrame(weekly.on_time_share, columns=[f"Week {i + 1}" for i in range(len(weekly.week_start))])
    shares.insert(0, "Queue", [queue.name for queue in weekly.queues])
    yield ChartRecipe(
        name="on_time_map",
        message=on_time_map_message(weekly),
        description="A table of queues and weeks; each cell says the expected on-time share, darker the farther "
        "it lies below the target.",
        height=service_height(len(weekly.queues)),
        narrow_height=service_height(len(weekly.queues)),
        draw=lambda figure: plot_on_time_map(weekly, ax=figure.subplots()),
        table=shares,
    )
    worst = np.argsort(-late_days(course), kind="stable")[:MOST_QUEUES]
    last = course.backlog_items[..., -1].mean(axis=1)
    most = course.backlog_items.mean(axis=1).max(axis=1)
    yield ChartRecipe(
        name="backlog",
        message=panels_message(course),
        description="Two panels a queue: items waiting day by day, and hours to decision against the target.",
        height=panels_height(len(course.queues)),
        narrow_height=panels_height(len(course.queues)) + 0.6,
        draw=lambda figure: plot_backlog_panels(course, figure=figure),
        table=pd.DataFrame(
            {
                "Queue": [course.queues[row].name for row in worst],
                "Target, hours": [course.queues[row].target.within_hours for row in worst],
                "Share of days late": late_days(course)[worst],
                "Most items waiting": most[worst],
                "Items waiting at the end": last[worst],
            }
        ),
    )


def of_staff(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of people: needed and available by team, and what people alone would take.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    staffing = contents.plan.staffing
    frame = staffing.to_frame()
    n_weeks = staffing.needed.shape[1]
    yield ChartRecipe(
        name="staffing",
        message=staffing_message(staffing),
        description="One panel a team: full-time equivalents available, planned and needed, by week.",
        height=1.5 + 2.0 * staffing_panels(len(staffing.teams), WIDE_INCHES)[0],
        narrow_height=1.5 + 2.0 * staffing_panels(len(staffing.teams), NARROW_INCHES)[0],
        draw=lambda figure: plot_staffing(staffing, figure=figure),
        table=pd.DataFrame(
            {
                "Team": frame["team"],
                "Week": np.tile(np.arange(1, n_weeks + 1), len(staffing.teams)),
                "Needed, FTE": frame["needed_fte"],
                "Available, FTE": frame["available_fte"],
                "Planned, FTE": frame["planned_fte"],
            }
        ),
    )
    alone = contents.plan.staffing_plan
    if alone is None or not alone.teams:
        return
    people = alone.to_frame()
    yield ChartRecipe(
        name="people_alone",
        message=plan_by_team_message(alone),
        description="One panel a team: productive hours by week with people alone, without any request, against the "
        "hours of work that the plan puts with the team.",
        height=1.5 + 2.0 * staffing_panels(len(alone.teams), WIDE_INCHES)[0],
        narrow_height=1.5 + 2.0 * staffing_panels(len(alone.teams), NARROW_INCHES)[0],
        draw=lambda figure: plot_plan_by_team(alone, figure=figure),
        table=pd.DataFrame(
            {
                "Team": people["team"],
                "Week": np.tile(np.arange(1, alone.heads.shape[1] + 1), len(alone.teams)),
                "Heads": people["heads"],
                "Hires": people["hires"] + people["part_time_hires"],
                "Gone": people["releases"],
                "Seats": people["seats"],
                "Overtime hours": people["overtime_hours"],
                "Hours of work": people["needed_hours"],
                "Hours there": people["productive_hours"],
            }
        ),
    )


def of_volumes(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of volumes: forecast in total and by queue, and how good forecasts were.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    forecast, past = contents.plan.forecast, contents.past
    every = list(range(len(forecast.queues)))
    _, week_start, paths = weekly_totals(forecast, every)
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    yield ChartRecipe(
        name="forecast",
        message=fan_message(forecast),
        description="Items a week: what arrived as a solid line, what is expected as a dashed one with its band, and "
        "known events.",
        height=4.2,
        narrow_height=4.2,
        draw=lambda figure: plot_fan_with_events(forecast, contents.inputs.events, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Week from": [f"{day:%Y-%m-%d}" for day in week_start],
                "Items expected": paths.mean(axis=0),
                "Low, items (1 of 10)": low,
                "High, items (9 of 10)": high,
            }
        ),
    )
    total = forecast.arrivals.sum(axis=2)
    yield ChartRecipe(
        name="forecast_by_queue",
        message=fans_message(forecast),
        description="One small panel a queue: items a week, arrived and expected.",
        height=1.4 + 1.45 * fan_panels(len(forecast.queues), WIDE_INCHES)[0],
        narrow_height=1.4 + 1.25 * fan_panels(len(forecast.queues), NARROW_INCHES)[0],
        draw=lambda figure: plot_fans(forecast, figure=figure),
        table=pd.DataFrame(
            {
                "Queue": list(forecast.queues),
                "Items expected in the plan": total.mean(axis=1),
                "Low, items (1 of 10)": np.quantile(total, 0.1, axis=1),
                "High, items (9 of 10)": np.quantile(total, 0.9, axis=1),
            }
        ),
    )
    if past is None:
        return
    errors = past.accuracy()
    yield ChartRecipe(
        name="past_accuracy",
        message=total_errors_message(past),
        description="One row a queue: how far forecasts of whole plans made in the past lay from what came.",
        height=1.9 + 0.27 * max(3, min(30, len(errors))),
        narrow_height=1.9 + 0.27 * max(3, min(30, len(errors))),
        draw=lambda figure: plot_total_errors(past, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Queue": errors["queue"],
                "Error of single periods": errors["wape"],
                "Too high or low by": errors["bias"],
                "80% band held": errors["coverage_80"],
                "95% band held": errors["coverage_95"],
            }
        ),
    )
