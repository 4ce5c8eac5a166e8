"""Work and lateness week by week, as flows without chance: when in the plan the value of requests comes about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue
from capacity.performance import arrivals_by_step, step_hours
from capacity.placement import capacity_by_step, coverage_by_step
from capacity.supply import WEEK_HOURS
from capacity.turnaround import CumulativeFlow, with_backlog
from optimization.case import PlanningCase
from optimization.set_effects import by_step, demand_factors, hours_of_teams, mean_skill
from optimization.value import weekly_shares

FloatArray = NDArray[np.float64]

# Sets are followed a chunk at a time, so that the arrays of a chunk stay small whatever the number of sets.
CELLS_A_CHUNK = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WeeklyFlow:
    """Flows of sets of requests by queue, path and week.

    Attributes
    ----------
    late, due : ndarray of shape (n_sets, n_queues, n_paths, n_weeks)
        Items whose deadline falls into the week, those missed and all. [items]
    demand_hours : ndarray of shape (n_sets, n_queues, n_paths, n_weeks)
        Work that arrives in the week. [h of standard work]
    waiting_hours : ndarray of shape (n_sets, n_queues, n_paths, n_weeks)
        Work that waits when the week ends. [h of standard work]
    team_hours : ndarray of shape (n_sets, n_teams, n_paths, n_weeks)
        Productive hours of every team. [h]
    """

    late: FloatArray
    due: FloatArray
    demand_hours: FloatArray
    waiting_hours: FloatArray
    team_hours: FloatArray


def weekly_flow(case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray) -> WeeklyFlow:
    """Flows of some queues under some sets of requests, week by week.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    queue_rows
        Which queues; all that share a team or a request with them must be among them.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]

    Returns
    -------
    WeeklyFlow
        First in, first out, with the arrivals and capacities of `optimization.value.value_sets`.
    """
    shape = (len(levels), len(queue_rows), case.forecast.n_paths, case.n_weeks)
    late, due, demand, waiting = np.empty(shape), np.empty(shape), np.empty(shape), np.empty(shape)
    supply = np.empty((len(levels), len(case.teams), *shape[2:]))
    n_steps = case.n_weeks * WEEK_HOURS // min(step_hours(case.queues[row]) for row in queue_rows)
    chunk = max(1, CELLS_A_CHUNK // (case.forecast.n_paths * n_steps))
    coverage = case.open_hours()
    for start in range(0, len(levels), chunk):
        part = slice(start, start + chunk)
        volume, work = demand_factors(case, queue_rows, levels[part])
        hours, skill = hours_of_teams(case, levels[part]), mean_skill(case, queue_rows, levels[part])
        given = weekly_shares(case, queue_rows, hours, skill, volume * work)
        supply[part] = hours
        for column, row in enumerate(queue_rows):
            queue = case.queues[row]
            step = step_hours(queue)
            arrivals = arrivals_by_step(case.forecast, row, step) * by_step(volume[:, column], step)
            capacity = capacity_by_step(given[:, :, column], hours, coverage_by_step(coverage, step))
            could = capacity / (queue.work_hours_per_item * by_step(work[:, column], step))
            flows = _by_week(queue, arrivals, could, case.n_weeks)
            late[part, column], due[part, column], items_waiting = flows
            weekly_work = queue.work_hours_per_item * work[:, column]
            demand[part, column] = arrivals.reshape(*arrivals.shape[:2], case.n_weeks, -1).sum(axis=3) * weekly_work
            waiting[part, column] = items_waiting * weekly_work
    return WeeklyFlow(late=late, due=due, demand_hours=demand, waiting_hours=waiting, team_hours=supply)


def spread_over_weeks(total: FloatArray, by_flow: FloatArray, due: FloatArray, first_week: int) -> FloatArray:
    """Spread what two sets differ by over the weeks of the plan.

    Parameters
    ----------
    total : ndarray of shape (...)
        Difference of late items in the plan, chance included. [items]
    by_flow : ndarray of shape (..., n_weeks)
        The same by week in the flow without chance. [items]
    due : ndarray of shape (..., n_weeks)
        Items due. [items]
    first_week : int
        Week in which the two sets begin to differ; none of the difference lies before it. [-]

    Returns
    -------
    ndarray of shape (..., n_weeks)
        Sums to `total`: as the flow has it; what chance makes of it besides, as items are due. [items]

    Examples
    --------
    >>> spread_over_weeks(np.array(5.0), np.array([0.0, 0.0, 3.0]), np.array([10.0, 10.0, 10.0]), 1).tolist()
    [0.0, 1.0, 4.0]
    """
    week = np.arange(by_flow.shape[-1])
    there = week >= min(first_week, len(week) - 1)
    known = np.where(there, by_flow, 0.0)
    # A week without anything due still counts a little, so that shares exist where nothing is.
    weight = np.where(there, due + np.finfo(np.float64).tiny, 0.0)
    rest = total - known.sum(axis=-1)
    return np.asarray(known + rest[..., None] * weight / weight.sum(axis=-1, keepdims=True))


def _by_week(
    queue: ReviewQueue, arrivals: FloatArray, could: FloatArray, n_weeks: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Late items, items due, and items that wait at the end, by week."""
    hours = step_hours(queue)
    age = int(np.ceil(queue.backlog_age_hours / hours)) if queue.backlog_items > 0 else 0
    flow = CumulativeFlow.of(*with_backlog(arrivals, could, queue.backlog_items, age))
    deadline = queue.target.within_hours / hours
    first = age + WEEK_HOURS // hours * np.arange(n_weeks + 1)
    # From each week to the end of the plan; a week is the difference to the next.
    due = np.stack([flow.due_items(deadline, first_step=int(step)) for step in first], axis=-1)
    on_time = np.stack([flow.on_time_items(deadline, first_step=int(step)) for step in first[:-1]], axis=-1)
    on_time = np.concatenate([on_time, np.zeros_like(on_time[..., :1])], axis=-1)
    late = np.maximum(-np.diff(due - on_time, axis=-1), 0.0)
    return late, -np.diff(due, axis=-1), flow.backlog[..., first[1:]]
