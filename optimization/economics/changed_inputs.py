"""The same planning case with one input changed: volumes, handling times, attrition, or the size of an effect."""

from dataclasses import replace

import numpy as np

from capacity import StaffingRequirement
from optimization.case import PlanningCase


def first_paths(case: PlanningCase, n_paths: int) -> PlanningCase:
    """Keep the first paths of a case.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    n_paths : int
        Paths to keep; all if there are fewer. [-]

    Returns
    -------
    PlanningCase
    """
    forecast = replace(case.forecast, arrivals=case.forecast.arrivals[:, :n_paths].copy())
    return replace(case, forecast=forecast, size=case.size[:, :n_paths].copy())


def with_volumes(case: PlanningCase, factor: float) -> PlanningCase:
    """Multiply the volumes of all queues, and with them the hours required.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    factor : float
        Above 0. [-]

    Returns
    -------
    PlanningCase
    """
    forecast = replace(case.forecast, arrivals=case.forecast.arrivals * factor)
    return replace(case, forecast=forecast, requirement=_required(case, factor))


def with_handle_times(case: PlanningCase, factor: float) -> PlanningCase:
    """Multiply the handling times of all queues, and with them the hours required.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    factor : float
        Above 0. [-]

    Returns
    -------
    PlanningCase
    """
    queues = tuple(replace(queue, handle_minutes=queue.handle_minutes * factor) for queue in case.queues)
    return replace(case, queues=queues, requirement=_required(case, factor))


def with_attrition(case: PlanningCase, factor: float) -> PlanningCase:
    """Multiply the weekly attrition of all teams.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    factor : float
        0 or more. [-]

    Returns
    -------
    PlanningCase
    """
    teams = tuple(replace(team, weekly_attrition=min(0.99, team.weekly_attrition * factor)) for team in case.teams)
    return replace(case, teams=teams)


def with_effect_size(case: PlanningCase, index: int, size: float) -> PlanningCase:
    """Give an effect one size on all paths on which its request works.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    index : int
        Row of `case.size`.
    size : float
        [unit of the effect]

    Returns
    -------
    PlanningCase
    """
    sizes = case.size.copy()
    sizes[index] = np.where(sizes[index] != 0, size, 0.0)
    return replace(case, size=sizes)


def with_success(case: PlanningCase, row: int, *, works: bool) -> PlanningCase:
    """Let a request work, or fail, on all paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    row : int
        Which request.
    works : bool
        On paths on which it failed, its effects take the sizes of the paths on which it works, in turn; their means
        where it works on none.

    Returns
    -------
    PlanningCase
    """
    sizes = case.size.copy()
    for index, (owner, effect) in enumerate(case.effects):
        if owner != row:
            continue
        drawn = sizes[index][sizes[index] != 0]
        failed = sizes[index] == 0
        if not works:
            sizes[index] = 0.0
        elif failed.any():
            sizes[index, failed] = np.resize(drawn, int(failed.sum())) if drawn.size else effect.mean
    return replace(case, size=sizes)


def _required(case: PlanningCase, factor: float) -> StaffingRequirement:
    return replace(
        case.requirement,
        queue_hours=case.requirement.queue_hours * factor,
        team_fte=case.requirement.team_fte * factor,
    )
