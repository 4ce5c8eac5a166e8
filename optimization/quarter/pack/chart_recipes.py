"""The charts of a pack: what each says, how it is drawn at any width, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from forecasting.plot_backtest import plot_total_errors, total_errors_message
from forecasting.plot_explained import plot_fan_with_events
from forecasting.plots import fan_message, fan_panels, fans_message, plot_fans, weekly_totals
from optimization.bridge_plot import bridge_message, plot_bridge
from optimization.frontier_chart import frontier_message, plot_frontier
from optimization.frontier_plots import (
    budget_map_message,
    map_height,
    marginal_cost_message,
    plot_budget_map,
    plot_marginal_cost,
)
from optimization.plan.team_plot import plan_by_team_message, plot_plan_by_team
from optimization.quarter.pack.contents import PackContents
from optimization.request_plot import plot_requests, requests_height, requests_message
from optimization.service_course import service_course
from optimization.staffing_plot import plot_staffing, staffing_message, staffing_panels
from optimization.tornado_plot import plot_tornado, tornado_message

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# As wide as a page of paper, and as a phone (or 8 cm of it). [inches]
WIDE_INCHES, NARROW_INCHES = 8.0, 3.65
# The course of more queues than this is not followed; those least likely to meet their target come first.
MOST_FOLLOWED = 40


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ChartRecipe:
    """One chart of the pack, before it is drawn.

    Attributes
    ----------
    name
        File name without ending.
    message
        What it says, in a sentence built from the numbers drawn.
    description
        What it shows, for those who do not see it.
    height, narrow_height
        Of the figure, as wide as a page and as a phone. [inches]
    draw
        Draws into an empty figure with constrained layout, whose footnote is there already.
    table
        The numbers behind it, headed as they are to be read.
    along_money
        Whether money for requests runs along x.
    """

    name: str
    message: str
    description: str
    height: float
    narrow_height: float
    draw: Callable[[Figure], object]
    table: pd.DataFrame
    along_money: bool = False


def source_line(contents: PackContents) -> str:
    """What every chart of a run rests on: run, version, data, draws, currency, and whether the optimum is proven.

    Parameters
    ----------
    contents
        Of the pack.

    Returns
    -------
    str
    """
    plan, record = contents.plan, contents.manifest
    return (
        f"Source: opex-staffing {record['version']}, run {record['run_id']}. Volumes to "
        f"{plan.forecast.history.end - pd.Timedelta(days=1):%-d %b %Y}; {plan.forecast.n_paths:,} simulated futures; "
        f"amounts in USD; proven: all {plan.values.n_sets:,} sets of requests that can go together were valued."
    )


def chart_recipes(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of a pack in reading order.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    yield from _of_the_choice(contents)
    yield from _of_the_requests(contents)
    yield from _of_service(contents)
    yield from _of_staff(contents)
    yield from _of_volumes(contents)


def _of_the_choice(contents: PackContents) -> Iterator[ChartRecipe]:
    frontier, analysis = contents.plan.frontier, contents.plan.analysis
    steps = frontier.to_frame()
    yield ChartRecipe(
        name="frontier",
        along_money=True,
        message=frontier_message(frontier),
        description="Cost of the funded requests from left to right, expected on-time share upwards, as a rising line "
        "of steps with the band of 8 of 10 simulated futures, and the sets of today, of all asks and recommended.",
        height=5.0,
        narrow_height=4.4,
        draw=lambda figure: plot_frontier(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Cost, USD": steps["cost_usd"],
                "On-time share": steps["on_time_share_mean"],
                "Low (1 of 10)": steps["on_time_share_p10"],
                "High (9 of 10)": steps["on_time_share_p90"],
            }
        ),
    )
    price = analysis.marginal_cost.to_frame()
    yield ChartRecipe(
        name="marginal_cost",
        along_money=True,
        message=marginal_cost_message(frontier),
        description="Money for requests from left to right, the price of one more percentage point of on-time share "
        "upwards, as a line of rising steps.",
        height=4.4,
        narrow_height=4.0,
        draw=lambda figure: plot_marginal_cost(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Cost, USD": price["cost_usd"],
                "On-time share": price["on_time_share_mean"],
                "A point costs, USD": price["usd_per_point"],
            }
        )[price["efficient"]],
    )
    order = analysis.funding_order.to_frame()
    yield ChartRecipe(
        name="budget_map",
        along_money=True,
        message=budget_map_message(frontier),
        description="One row a request; a bar wherever the best set of that budget holds it, thin where in part.",
        height=map_height(len(contents.plan.scorecard.scores)),
        narrow_height=map_height(len(contents.plan.scorecard.scores)),
        draw=lambda figure: plot_budget_map(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "From a budget of, USD": order["budget_usd"],
                "Request": order["request"],
                "Change": order["change"],
                "Share funded": order["share_after"],
            }
        ),
    )


def _of_the_requests(contents: PackContents) -> Iterator[ChartRecipe]:
    plan = contents.plan
    scores = sorted(plan.scorecard.scores, key=lambda score: (-score.marginal_gain, score.name))
    yield ChartRecipe(
        name="requests",
        message=requests_message(plan.scorecard),
        description="One row a request: a bar for what it adds to the on-time share on top of the rest of the "
        "recommended set, with its range over 8 of 10 simulated futures, and the verdict.",
        height=requests_height(len(scores), WIDE_INCHES),
        narrow_height=requests_height(len(scores), NARROW_INCHES),
        draw=lambda figure: plot_requests(plan.scorecard, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Request": [score.name for score in scores],
                "Verdict": [str(score.verdict) for score in scores],
                "Added points": [100 * score.marginal_gain for score in scores],
                "Low, points (1 of 10)": [100 * score.marginal_p10 for score in scores],
                "High, points (9 of 10)": [100 * score.marginal_p90 for score in scores],
                "For, USD": [score.marginal_cost_usd for score in scores],
            }
        ),
    )
    bridge = plan.analysis.bridge
    steps = bridge.to_frame()
    yield ChartRecipe(
        name="bridge",
        message=bridge_message(bridge),
        description="A waterfall from today's on-time share to that of the recommended set, one bar a request.",
        height=2.0 + 0.27 * max(3, min(len(steps), 14)),
        narrow_height=2.0 + 0.27 * max(3, min(len(steps), 14)),
        draw=lambda figure: plot_bridge(bridge, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Request": [step.label for step in bridge.steps],
                "Added points": 100 * steps["on_time_change"],
                "Cost, USD": steps["cost_usd"],
                "On-time share so far": steps["on_time_share_so_far"],
            }
        ),
    )
    yield from _of_what_moves_it(contents)


def _of_what_moves_it(contents: PackContents) -> Iterator[ChartRecipe]:
    tornado = contents.plan.analysis.tornado
    swings = tornado.to_frame()
    swings = swings[swings["swing"] > 0]
    if swings.empty or not tornado.in_usd:
        return
    swings = swings.assign(input=[" ".join(text.replace("_", " ").split()) for text in swings["input"]])
    outcome = "Worth of the recommended set over the next best, net of cost"
    yield ChartRecipe(
        name="tornado",
        message=tornado_message(swings),
        description="One row an input: how far its low and its high end move what the recommended set is worth.",
        height=2.0 + 0.3 * max(3, min(len(swings), 12)),
        narrow_height=2.0 + 0.3 * max(3, min(len(swings), 12)),
        draw=lambda figure: plot_tornado(swings, outcome=outcome, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Input": swings["input"],
                "Low end": swings["low_setting"],
                "Worth there, USD": swings["low_value"],
                "High end": swings["high_setting"],
                "Worth at the high end, USD": swings["high_value"],
                "Another set would be recommended": [
                    {
                        (True, True): "at both ends",
                        (True, False): "at the low end",
                        (False, True): "at the high end",
                    }.get((bool(low), bool(high)), "no")
                    for low, high in zip(
                        swings["low_changes_recommendation"], swings["high_changes_recommendation"], strict=True
                    )
                ],
            }
        ),
    )


def _of_service(contents: PackContents) -> Iterator[ChartRecipe]:
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


def _of_staff(contents: PackContents) -> Iterator[ChartRecipe]:
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
    if not alone.teams:
        return
    people = alone.to_frame()
    yield ChartRecipe(
        name="people_alone",
        message=plan_by_team_message(alone),
        description="One panel a team: productive hours by week with people alone, without any request, against those "
        "that the targets need.",
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
                "Hours needed": people["needed_hours"],
                "Hours there": people["productive_hours"],
            }
        ),
    )


def _of_volumes(contents: PackContents) -> Iterator[ChartRecipe]:
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
