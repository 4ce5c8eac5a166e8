"""Hours of today's people that nothing needs any more once a set of requests is funded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity.workload import whole_weeks
from optimization.case import PlanningCase
from optimization.set_effects import demand_factors, hours_of_teams

FloatArray = NDArray[np.float64]


def freed_hours(
    case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray, backlog_end: FloatArray
) -> FloatArray:
    """Hours of work that sets take out of some queues and that are not used up otherwise, within the plan.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    queue_rows
        Which queues; all that share a team or a request with them must be among them.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds; the first set is compared with. [-]
    backlog_end : ndarray of shape (n_sets, n_queue_rows, n_paths)
        Items that wait when the plan ends, as `optimization.value.value_sets` gives them. [items]

    Returns
    -------
    ndarray of shape (n_sets, n_paths)
        0 or more. [h]

    Notes
    -----
    Work is taken out by less volume, shorter handling and less rework. What of it makes room for work that would still
    wait otherwise is no freed hour: it shows as items on time. The people that a set adds take on waiting work first.
    """
    n_weeks = whole_weeks(case.forecast)
    volume, work = demand_factors(case, queue_rows, levels)
    arrivals = case.forecast.arrivals[list(queue_rows)]
    weekly = arrivals.reshape(*arrivals.shape[:2], n_weeks, -1).sum(axis=3)
    hours_per_item = np.array([case.queues[row].work_hours_per_item for row in queue_rows])
    demand = np.einsum(
        "q,qpw,sqpw->sp", hours_per_item, weekly, np.broadcast_to(volume * work, (*levels.shape[:1], *weekly.shape))
    )
    waiting = np.einsum("q,sqp,sqp->sp", hours_per_item, backlog_end, np.broadcast_to(work[..., -1], backlog_end.shape))
    names = {case.queues[row].name for row in queue_rows}
    teams = [row for row, team in enumerate(case.teams) if names & set(team.skills)]
    supply = np.broadcast_to(hours_of_teams(case, levels, teams).sum(axis=(1, 3)), demand.shape)
    taken_out, added, less_waiting = demand[:1] - demand, supply - supply[:1], waiting[:1] - waiting
    return np.asarray(np.maximum(taken_out - np.maximum(less_waiting - np.maximum(added, 0.0), 0.0), 0.0))
