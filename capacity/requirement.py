"""The staffing that each service target needs, week by week, and how teams would share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.allocation import fair_allocation
from capacity.performance import arrivals_by_step, queue_service, step_hours
from capacity.queue import ReviewQueue
from capacity.supply import WEEK_HOURS, open_hours, team_hours
from capacity.team import FULL_TIME_HOURS, ReviewTeam
from capacity.workload import expected_work_hours, whole_weeks
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]

MOST_MULTIPLE = 64.0
PRECISION = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StaffingRequirement:
    """Hours that each queue requires to meet its target with a stated probability.

    Attributes
    ----------
    queues, teams
        In the order of the axes.
    probability
        With which each target is to be met over the horizon. [-]
    multiple : ndarray of shape (n_queues,)
        Required hours over expected work; NaN where no staffing in these opening hours meets the target. [-]
    queue_hours : ndarray of shape (n_queues, n_weeks)
        Required productive hours; where the target is out of reach, the expected work. [h]
    team_fte : ndarray of shape (n_teams, n_weeks)
        Required full-time equivalents where teams share the requirement as they share their hours. [FTE]
    """

    queues: tuple[ReviewQueue, ...]
    teams: tuple[ReviewTeam, ...]
    probability: float
    multiple: FloatArray
    queue_hours: FloatArray
    team_fte: FloatArray

    def __post_init__(self) -> None:
        for value in (self.multiple, self.queue_hours, self.team_fte):
            value.setflags(write=False)

    @property
    def out_of_reach(self) -> tuple[str, ...]:
        """Queues whose target no staffing meets in the opening hours of the teams that serve them."""
        return tuple(queue.name for queue, never in zip(self.queues, np.isnan(self.multiple), strict=True) if never)


def skill_matrix(queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam]) -> FloatArray:
    """Standard work done per hour given, of shape (n_teams, n_queues); 0 where a team cannot serve a queue.

    Parameters
    ----------
    queues, teams
        In the order of the axes.

    Returns
    -------
    ndarray of shape (n_teams, n_queues)

    Raises
    ------
    ValueError
        If a queue can be served by no team.
    """
    skill = np.array([[team.skills.get(queue.name, 0.0) for queue in queues] for team in teams])
    unserved = [queue.name for queue, column in zip(queues, skill.T, strict=True) if not column.any()]
    if unserved:
        raise ValueError(f"every queue must be in the skills of a team; none serves {unserved}")
    return skill


def required_staffing(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    probability: float = 0.8,
) -> StaffingRequirement:
    """Find the least hours with which each queue meets its target on a share of the paths.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks; its queues are those of `queues`, in the same order.
    queues, teams
        What is promised and who serves it.
    probability : float
        Share of paths on which each target is to be met. [-]

    Returns
    -------
    StaffingRequirement

    Raises
    ------
    ValueError
        If the probability lies outside 0-1, a queue has no team, or queues and forecast do not match.

    Notes
    -----
    Hours follow the expected work of each week times one multiple, found by halving on the exact service model: it meets
    the target, and one that is smaller by a thousandth of the expected work does not. Hours are placed in the week as the teams of the queue are open.
    """
    if not 0.0 < probability <= 1.0:
        raise ValueError(f"probability must lie above 0 and up to 1; found {probability!r}")
    n_weeks = whole_weeks(forecast)
    work = expected_work_hours(forecast, queues)
    skill = skill_matrix(queues, teams)
    available = team_hours(teams, n_weeks)
    coverage = np.stack([open_hours(team, forecast.period_start[0], n_weeks) for team in teams])
    # Who would serve a queue decides in which hours of the week its capacity falls.
    first_share = fair_allocation(work.T, available.T, skill).transpose(1, 2, 0)
    multiple = np.array(
        [
            _required_multiple(
                forecast, row, queue, _hours_in_week(work[row], first_share[:, row], coverage), probability
            )
            for row, queue in enumerate(queues)
        ]
    )
    required = work * np.where(np.isnan(multiple), 1.0, multiple)[:, None]
    return StaffingRequirement(
        queues=tuple(queues),
        teams=tuple(teams),
        probability=probability,
        multiple=multiple,
        queue_hours=required,
        team_fte=_team_fte(required, available, skill, teams),
    )


def _hours_in_week(weekly: FloatArray, given: FloatArray, coverage: FloatArray) -> FloatArray:
    """Spread weekly hours over the hours of the plan as the teams that give them are open, (n_weeks * 168,)."""
    total = given.sum(axis=0)
    n_teams = given.shape[0]
    share = np.divide(given, total, out=np.full_like(given, 1.0 / n_teams), where=total > 0)
    return np.asarray((np.repeat(share * weekly, WEEK_HOURS, axis=1) * coverage).sum(axis=0))


def _required_multiple(
    forecast: VolumeForecast, row: int, queue: ReviewQueue, hourly: FloatArray, probability: float
) -> float:
    step = step_hours(queue)
    arrivals = arrivals_by_step(forecast, row, step)
    shape = hourly.reshape(-1, step).sum(axis=1)

    # The target is met often enough where this path, counted from the best, meets it.
    decisive = int(np.ceil(round(probability * arrivals.shape[0], 9))) - 1

    def margin(multiple: float) -> float:
        due, on_time, _ = queue_service(queue, arrivals, multiple * shape)
        share = np.divide(on_time, due, out=np.ones_like(on_time), where=due > 0)
        return float(np.sort(share)[::-1][decisive] - queue.target.share)

    low, high = 0.0, 1.0
    while margin(high) < 0:
        low, high = high, 2.0 * high
        if high > MOST_MULTIPLE:
            return float("nan")
    # The margin rises with the multiple but is flat where all or nothing is on time: halving is safe there.
    while high - low > PRECISION:
        middle = (low + high) / 2.0
        low, high = (middle, high) if margin(middle) < 0 else (low, middle)
    return high


def _team_fte(
    required: FloatArray, available: FloatArray, skill: FloatArray, teams: Sequence[ReviewTeam]
) -> FloatArray:
    """Share each queue's requirement among teams as they would share their hours on it, in FTE."""
    given = fair_allocation(required.T, available.T, skill).transpose(1, 2, 0)
    work = given * skill[:, :, None]
    total = work.sum(axis=0)
    share = np.divide(work, total, out=np.zeros_like(work), where=total > 0)
    # A queue that today's heads give no hours to falls on the teams that could serve it, evenly.
    can = (skill > 0)[:, :, None] * np.ones(required.shape[1])
    share = np.where(total > 0, share, can / can.sum(axis=0))
    per_skill = np.divide(1.0, skill, out=np.zeros_like(skill), where=skill > 0)
    hours = (share * required * per_skill[:, :, None]).sum(axis=1)
    shrinkage = np.array([team.shrinkage for team in teams])[:, None]
    return np.asarray(hours / (1.0 - shrinkage) / FULL_TIME_HOURS)
