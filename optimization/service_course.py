"""How service develops under one set of requests: backlog and turnaround by day, on-time share by week."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity.backlog_course import DAY_HOURS, BacklogCourse, steps_until_begun
from capacity.path_service import PathService
from capacity.performance import ServiceOutcome, arrivals_by_step, step_hours
from capacity.placement import capacity_by_step, coverage_by_step
from capacity.queue import ReviewQueue
from capacity.supply import WEEK_HOURS
from capacity.turnaround import CumulativeFlow
from capacity.weekly_service import WeeklyService
from optimization.case import PlanningCase
from optimization.economics.weekly_flow import spread_over_weeks
from optimization.set_effects import by_step, demand_factors, hours_of_teams, mean_skill
from optimization.value import weekly_shares

FloatArray = NDArray[np.float64]


def service_course(
    case: PlanningCase, levels: FloatArray, service: ServiceOutcome, *, rows: Sequence[int] | None = None
) -> tuple[BacklogCourse, WeeklyService]:
    """Follow queues through the plan under one set of requests.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    service
        Of all queues under the same set; the late items of the weeks add up to it, but for what a week with fewer
        items due cannot hold.
    rows
        Queues to follow; all if None.

    Returns
    -------
    BacklogCourse, WeeklyService

    Notes
    -----
    The flow of `optimization.value.value_sets`, chance included. Live queues are counted by the hour there, which a
    flow cannot show; what it misses of their late items is spread over the weeks as items are due.
    """
    every = range(len(case.queues))
    followed = list(every if rows is None else rows)
    forecast, n_days = case.forecast, 7 * case.n_weeks
    volume, work = demand_factors(case, every, levels[None])
    hours, skill = hours_of_teams(case, levels[None]), mean_skill(case, every, levels[None])
    given = weekly_shares(case, every, hours, skill, volume * work)
    first, coverage = forecast.period_start[0], case.open_hours()
    backlog, turnaround = np.empty((2, len(followed), forecast.n_paths, n_days))
    due, late = np.empty((2, len(followed), case.n_weeks))
    for place, row in enumerate(followed):
        queue, step = case.queues[row], step_hours(case.queues[row])
        arrivals = (arrivals_by_step(forecast, row, step) * by_step(volume[:, row], step))[0]
        given_hours = capacity_by_step(given[:, :, row], hours, coverage_by_step(coverage, step))[0]
        path = PathService.of(queue, step, arrivals.shape[0], arrivals.shape[1], forecast.frequency.period_hours)
        flow = path.flow(arrivals, given_hours / (queue.work_hours_per_item * by_step(work[:, row], step)[0]))
        start = flow.arrivals.shape[-1] - arrivals.shape[-1]
        nodes = start + np.arange(1, n_days + 1) * (DAY_HOURS // step)
        backlog[place] = flow.backlog[:, nodes]
        turnaround[place] = steps_until_begun(flow, nodes) * step + queue.handle_minutes / 60.0
        week_due, week_late = _by_week(flow, start + WEEK_HOURS // step * np.arange(case.n_weeks + 1), queue, step)
        total = float(service.late[row].mean())
        due[place] = week_due
        late[place] = np.clip(spread_over_weeks(np.array(total), week_late, week_due, 0), 0.0, week_due)
    queues = tuple(case.queues[row] for row in followed)
    day_end = pd.DatetimeIndex(first + pd.to_timedelta(np.arange(1, n_days + 1), unit="D"))
    week_start = pd.date_range(first, periods=case.n_weeks, freq="7D")
    return (
        BacklogCourse(queues=queues, day_end=day_end, backlog_items=backlog, turnaround_hours=turnaround),
        WeeklyService(queues=queues, week_start=week_start, due_items=due, late_items=late),
    )


def _by_week(
    flow: CumulativeFlow, first: NDArray[np.intp], queue: ReviewQueue, step: int
) -> tuple[FloatArray, FloatArray]:
    """Items due and late by week, mean over paths; week i lies between the nodes i and i + 1 of `first`."""
    deadline = queue.target.within_hours / step
    # Begun a handling time before the deadline; a live target may be shorter than that.
    begun = max(deadline - queue.handle_minutes / 60.0 / step, 1e-6)
    due = np.stack([flow.due_items(deadline, first_step=int(node)) for node in first], axis=-1)
    on_time = np.stack([flow.on_time_items(begun, first_step=int(node)) for node in first[:-1]], axis=-1)
    looked_at = np.stack([flow.due_items(begun, first_step=int(node)) for node in first], axis=-1)
    missed = np.maximum(looked_at[..., :-1] - on_time, 0.0)
    # From each week to the end of the plan; a week is the difference to the next.
    missed = np.concatenate([missed, np.zeros_like(missed[..., :1])], axis=-1)
    return -np.diff(due.mean(axis=0)), np.maximum(-np.diff(missed.mean(axis=0)), 0.0)
