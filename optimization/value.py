"""Service under sets of requests: hours shared among queues, and on-time items counted on every path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome
from capacity.allocation import fair_allocation
from capacity.path_service import PathService, of_paths
from capacity.performance import arrivals_by_step, step_hours
from capacity.placement import capacity_by_step, coverage_by_step
from capacity.supply import WEEK_HOURS
from optimization.case import PlanningCase
from optimization.set_effects import by_step, demand_factors, hours_of_teams, mean_skill, teams_of_queues

FloatArray = NDArray[np.float64]

# Sets are valued a chunk at a time: so many numbers by path and week stay in memory, whatever the number of sets.
CELLS_A_CHUNK = 10_000_000


def value_sets(
    case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Service of some queues under many sets of requests, on all paths.

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
    due, on_time, backlog_end : ndarray of shape (n_sets, n_queue_rows, n_paths)
        See `capacity.ServiceOutcome`. [items]

    Notes
    -----
    Effects multiply where they meet: two deflections of 10% leave 0.9 x 0.9 of the volume. Points of shrinkage and
    of rework add up, and stop at none at all. Hours are shared among queues week by week on expected work and
    at the mean skill over paths, before the path is known (`capacity.allocation`).
    """
    forecast, n_weeks = case.forecast, case.n_weeks
    served = np.empty((3, len(levels), len(queue_rows), forecast.n_paths))
    teams = teams_of_queues(case, queue_rows)
    coverage = case.open_hours(teams)
    models = [service_model(case, row) for row in queue_rows]
    chunk = max(1, CELLS_A_CHUNK // (forecast.n_paths * n_weeks * (len(teams) + 2 * len(queue_rows))))
    for start in range(0, len(levels), chunk):
        part = slice(start, start + chunk)
        volume, work = demand_factors(case, queue_rows, levels[part])
        hours, skill = hours_of_teams(case, levels[part], teams), mean_skill(case, queue_rows, levels[part], teams)
        given = weekly_shares(case, queue_rows, hours, skill, volume * work)
        for column, model in enumerate(models):
            arrivals = arrivals_by_step(forecast, queue_rows[column], model.step)
            open_share = coverage_by_step(coverage, model.step)
            items_per_hour = 1.0 / (model.queue.work_hours_per_item * work[:, column])
            handle_factor = work[:, column].mean(axis=(1, 2))
            for alike in _alike(volume[:, column]):
                for paths, block in model.blocks(arrivals * by_step(volume[alike[0], column], model.step)):
                    for place in alike:
                        could = of_paths(hours[place], paths) * of_paths(items_per_hour[place], paths)
                        capacity = capacity_by_step(given[place, :, column], could, open_share)
                        service = block.service(capacity, float(handle_factor[place]))
                        served[:, start + place, column, paths] = service
    due, on_time, backlog = served
    return due, on_time, backlog


def service_model(case: PlanningCase, row: int) -> PathService:
    """Return the model of service of one queue.

    Parameters
    ----------
    case
        Forecast and queues.
    row : int
        Which queue.

    Returns
    -------
    PathService
    """
    step = step_hours(case.queues[row])
    n_steps = case.n_weeks * WEEK_HOURS // step
    return PathService.of(case.queues[row], step, case.forecast.n_paths, n_steps, case.forecast.frequency.period_hours)


def service_of(case: PlanningCase, levels: FloatArray) -> ServiceOutcome:
    """Service of all queues under one set of requests.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ServiceOutcome

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, service_of
    >>> case = sample_case()
    >>> nothing, seats = service_of(case, np.array([0.0])), service_of(case, np.array([1.0]))
    >>> bool((nothing.on_time < seats.on_time).all()), nothing.probability_all_met, seats.probability_all_met
    (True, 0.0, 1.0)
    """
    due, on_time, backlog = value_sets(case, range(len(case.queues)), levels[None, :])
    return ServiceOutcome(queues=case.queues, due=due[0], on_time=on_time[0], backlog_end=backlog[0])


def weekly_shares(
    case: PlanningCase, queue_rows: Sequence[int], hours: FloatArray, skill: FloatArray, demand: FloatArray
) -> FloatArray:
    """Share the hours of teams among queues week by week, before the path is known.

    Parameters
    ----------
    case
        What each queue requires today.
    queue_rows
        Which queues; all that share a team with them must be among them.
    hours : ndarray of shape (n_sets, n_teams, n_paths or 1, n_weeks)
        Productive hours; their means over paths are shared. [h]
    skill : ndarray of shape (n_sets, n_weeks, n_teams, n_queues)
        Standard work per hour. [-]
    demand : ndarray of shape (n_sets, n_queues, n_paths or 1, n_weeks)
        Factor on the work of each queue; its mean over paths scales what the queue requires. [-]

    Returns
    -------
    ndarray of shape (n_sets, n_teams, n_queues, n_weeks)
        Standard work that a queue gets for each hour of a team. [h/h]
    """
    required = case.requirement.queue_hours[list(queue_rows)] * demand.mean(axis=2)
    expected = hours.mean(axis=2)
    given = fair_allocation(np.moveaxis(required, 1, 2), np.moveaxis(expected, 1, 2), skill)
    per_hour = np.moveaxis(given * skill, 1, 3)
    per = expected[:, :, None, :]
    return np.asarray(np.divide(per_hour, per, out=np.zeros_like(per_hour), where=per > 0))


def _alike(volume: FloatArray) -> list[list[int]]:
    """Sets with the same factors on volume, given by (n_sets, n_paths or 1, n_weeks)."""
    groups: dict[bytes, list[int]] = {}
    for place, factors in enumerate(volume):
        groups.setdefault(factors.tobytes(), []).append(place)
    return list(groups.values())
