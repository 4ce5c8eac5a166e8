"""The service that teams give to queues on every path of a forecast."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.allocation import fair_allocation
from capacity.placement import capacity_by_step, coverage_by_step
from capacity.queue import ReviewQueue
from capacity.queue_service import ServiceOutcome, arrivals_by_step, queue_service, step_hours
from capacity.requirement import skill_matrix
from capacity.supply.present_hours import open_hours, team_hours
from capacity.team import ReviewTeam
from capacity.workload.work_hours import expected_work_hours, whole_weeks
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]


def fair_hours(forecast: VolumeForecast, queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam]) -> FloatArray:
    """Share the hours of today's teams so that queues are covered as evenly, against expected work, as skills allow.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.

    Returns
    -------
    ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours (`capacity.fair_allocation`). [h]

    Raises
    ------
    ValueError
        If the queues are not those of the forecast, or no team serves one of them.

    Examples
    --------
    One team and one queue: all of 10 heads x 40 hours x (1 - 0.25).

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> from capacity.performance import fair_hours
    >>> fair_hours(forecast, [spam], [team])
    array([[[300., 300.]]])
    """
    work = expected_work_hours(forecast, queues)
    hours = team_hours(teams, whole_weeks(forecast))
    return fair_allocation(work.T, hours.T, skill_matrix(queues, teams)).transpose(1, 2, 0)


def checked_hours(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    allocation: ArrayLike | None,
) -> FloatArray:
    """Return an allocation as an array that fits its forecast, queues and teams; the fair one for None.

    Parameters
    ----------
    forecast, queues, teams
        As in `expected_service`.
    allocation : array_like of shape (n_teams, n_queues, n_weeks), optional
        Productive hours. [h]

    Returns
    -------
    ndarray of shape (n_teams, n_queues, n_weeks)

    Raises
    ------
    ValueError
        As in `expected_service`.
    """
    names = tuple(queue.name for queue in queues)
    if names != forecast.queues:
        raise ValueError(f"queues must be those of the forecast in its order, {forecast.queues}; found {names}")
    if allocation is None:
        return fair_hours(forecast, queues, teams)
    hours = np.asarray(allocation, dtype=np.float64)
    expected = (len(teams), len(queues), whole_weeks(forecast))
    if hours.shape != expected or not (np.isfinite(hours) & (hours >= 0)).all():
        raise ValueError(
            f"allocation must be finite hours >= 0 of shape (teams, queues, weeks) = {expected}; it has shape "
            f"{hours.shape}" + (f" and a least value of {np.nanmin(hours):g}" if hours.size else "")
        )
    unskilled = hours.sum(axis=2) * (skill_matrix(queues, teams) == 0)
    if unskilled.any():
        team, queue = (int(place) for place in np.argwhere(unskilled > 0)[0])
        raise ValueError(
            f"allocation must give hours only where a team has the skill; {teams[team].name!r} cannot serve "
            f"{queues[queue].name!r} and is given {unskilled[team, queue]:g} hours"
        )
    return hours


def expected_service(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    allocation: ArrayLike | None = None,
) -> ServiceOutcome:
    """Service of every queue on every path, each by the model that its target calls for.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    allocation : array_like of shape (n_teams, n_queues, n_weeks), optional
        Productive hours that each team gives to each queue; those of `fair_hours` if None. Each team gives them in
        its opening hours, evenly. [h]

    Returns
    -------
    ServiceOutcome

    Raises
    ------
    ValueError
        If queues and forecast do not match, a queue has no team, or the allocation has another shape, negative
        hours, or hours of a team in a queue it has no skill for.

    Notes
    -----
    More heads in a team never give a queue less work in a week (`fair_hours`). Where teams work at different hours of
    the day they may give it other hours, which a queue with a short target can feel: give an `allocation` then.

    `capacity.performance.queue_service` says which model is chosen; `capacity.simulated_service` takes the same
    arguments and returns the same record.

    Examples
    --------
    300 hours a week for 168 hours of work:

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> from capacity.performance import expected_service
    >>> expected_service(forecast, [spam], [team]).probability_met
    array([1.])
    """
    given = checked_hours(forecast, queues, teams, allocation)
    served = []
    for row, queue in enumerate(queues):
        step = step_hours(queue)
        arrivals = arrivals_by_step(forecast, row, step)
        hours = hours_by_step(forecast, queues, teams, given, row, step)
        served.append(queue_service(queue, arrivals, hours, counted_hours=forecast.frequency.period_hours))
    due, on_time, backlog = (np.stack(values) for values in zip(*served, strict=True))
    return ServiceOutcome(queues=tuple(queues), due=due, on_time=on_time, backlog_end=backlog)


def hours_by_step(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    allocation: FloatArray,
    row: int,
    step: int,
) -> FloatArray:
    """Standard work that one queue gets in each step, of shape (1, n_steps) [h].

    Parameters
    ----------
    forecast, queues, teams
        As in `expected_service`.
    allocation : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours. [h]
    row : int
        Which queue.
    step : int
        Length of a step. [h]

    Returns
    -------
    ndarray of shape (1, n_steps)
    """
    skill = skill_matrix(queues, teams)[:, row]
    n_teams, _, n_weeks = allocation.shape
    first, zone = forecast.period_start[0], forecast.time_zone
    coverage = np.stack([open_hours(team, first, n_weeks, zone) for team in teams])
    shares = np.broadcast_to(skill[:, None], (n_teams, n_weeks))
    return capacity_by_step(shares, allocation[:, row, None, :], coverage_by_step(coverage, step))
