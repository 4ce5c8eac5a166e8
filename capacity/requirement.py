"""The staffing that each service target needs, week by week, and how teams would share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity.allocation import fair_allocation
from capacity.path_service import PathService
from capacity.queue import ReviewQueue
from capacity.queue_service import arrivals_by_step, step_hours
from capacity.supply.present_hours import WEEK_HOURS, open_hours, team_hours
from capacity.team import FULL_TIME_HOURS, ReviewTeam
from capacity.workload.work_hours import expected_work_hours, whole_weeks
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]

# A queue of a few items a week still needs a person there: thousands of times its work.
MOST_MULTIPLE = 2.0**20
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

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget, required_staffing
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> needed = required_staffing(forecast, [spam], [team])
    >>> needed.queue_hours.shape, bool((needed.team_fte < needed.available_fte).all())
    ((1, 2), True)
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

    @property
    def available_fte(self) -> FloatArray:
        """Full-time equivalents of today's heads, at each team's attrition, of shape (n_teams, n_weeks) [FTE]."""
        n_weeks = self.team_fte.shape[1]
        shrinkage = np.stack([team.shrinkage_by_week(n_weeks) for team in self.teams])
        return np.asarray(team_hours(self.teams, n_weeks) / (1.0 - shrinkage) / FULL_TIME_HOURS)

    @property
    def gap_fte(self) -> FloatArray:
        """Required less available, above 0 where people are missing, of shape (n_teams, n_weeks) [FTE]."""
        return self.team_fte - self.available_fte

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team and week: required, available and missing full-time equivalents."""
        n_teams, n_weeks = self.team_fte.shape
        return pd.DataFrame(
            {
                "team": np.repeat(np.array([team.name for team in self.teams], dtype=object), n_weeks),
                "week": np.tile(np.arange(n_weeks), n_teams),
                "required_fte": self.team_fte.ravel(),
                "available_fte": self.available_fte.ravel(),
                "gap_fte": self.gap_fte.ravel(),
            }
        )

    def queue_frame(self) -> pd.DataFrame:
        """Return one row a queue and week: required hours, and whether any staffing meets the target."""
        n_queues, n_weeks = self.queue_hours.shape
        return pd.DataFrame(
            {
                "queue": np.repeat(np.array([queue.name for queue in self.queues], dtype=object), n_weeks),
                "week": np.tile(np.arange(n_weeks), n_queues),
                "required_hours": self.queue_hours.ravel(),
                "within_reach": np.repeat(~np.isnan(self.multiple), n_weeks),
            }
        )


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
    by_team = [[team.skills.get(queue.name, 0.0) for queue in queues] for team in teams]
    skill = np.array(by_team, dtype=np.float64).reshape(len(teams), len(queues))
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
    Hours follow the expected work of each week times one multiple, found by halving on the exact service model: it
    meets the target, and one that is smaller by a thousandth of the expected work does not. Hours are placed in the
    week as the teams of the queue are open, each in proportion to the work that it would do.

    Examples
    --------
    240 items a day of a tenth of an hour are 168 hours of work a week:

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget, required_staffing
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> needed = required_staffing(forecast, [spam], [team], probability=0.8)
    >>> needed.out_of_reach, bool(0.8 * 168 < needed.queue_hours.mean() < 1.2 * 168)
    ((), True)
    """
    if not 0.0 < probability <= 1.0:
        raise ValueError(f"probability must lie above 0 and up to 1; found {probability!r}")
    n_weeks = whole_weeks(forecast)
    work = expected_work_hours(forecast, queues)
    skill = skill_matrix(queues, teams)
    available = team_hours(teams, n_weeks)
    coverage = np.stack([open_hours(team, forecast.period_start[0], n_weeks, forecast.time_zone) for team in teams])
    # Who would serve a queue decides in which hours of the week its capacity falls.
    first_share = _work_share(work, available, skill)
    multiple = np.array(
        [
            _required_multiple(
                forecast, row, queue, _hours_in_week(work[row] * first_share[:, row], coverage), probability
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
        team_fte=_team_fte(required * _work_share(required, available, skill), skill, teams),
    )


def _work_share(required: FloatArray, available: FloatArray, skill: FloatArray) -> FloatArray:
    """Share of each queue's work that each team does if teams share their hours fairly.

    Parameters
    ----------
    required : ndarray of shape (n_queues, n_weeks)
        Standard work that each queue requires. [h]
    available : ndarray of shape (n_teams, n_weeks)
        Productive hours of each team. [h]
    skill : ndarray of shape (n_teams, n_queues)
        Standard work done per hour given; 0 where a team cannot serve a queue. [-]

    Returns
    -------
    ndarray of shape (n_teams, n_queues, n_weeks)
        Sums to 1 over the teams. [-]
    """
    given = fair_allocation(required.T, available.T, skill).transpose(1, 2, 0)
    work = given * skill[:, :, None]
    total = work.sum(axis=0)
    # A queue that today's heads give no hours to falls on the teams that could serve it, evenly.
    can = np.broadcast_to((skill > 0)[:, :, None], work.shape)
    return np.asarray(np.divide(work, total, out=can / can.sum(axis=0), where=total > 0))


def _hours_in_week(weekly: FloatArray, coverage: FloatArray) -> FloatArray:
    """Spread weekly work of teams over the hours of the plan in which each is open, (n_weeks * 168,)."""
    return np.asarray((np.repeat(weekly, WEEK_HOURS, axis=1) * coverage).sum(axis=0))


def _required_multiple(
    forecast: VolumeForecast, row: int, queue: ReviewQueue, hourly: FloatArray, probability: float
) -> float:
    step = step_hours(queue)
    arrivals = arrivals_by_step(forecast, row, step)
    items = (hourly.reshape(-1, step).sum(axis=1) / queue.work_hours_per_item)[None]
    n_paths, n_steps = arrivals.shape
    model = PathService.of(queue, step, n_paths, n_steps, forecast.frequency.period_hours)
    blocks = [served for _, served in model.blocks(arrivals)]
    # The target is met often enough where this path, counted from the best, meets it.
    decisive = int(np.ceil(round(probability * arrivals.shape[0], 9))) - 1

    def margin(multiple: float) -> float:
        due, on_time, _ = np.concatenate([served.service(multiple * items) for served in blocks], axis=-1)
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


def _team_fte(work: FloatArray, skill: FloatArray, teams: Sequence[ReviewTeam]) -> FloatArray:
    """Full-time equivalents with which each team does its work for all queues.

    Parameters
    ----------
    work : ndarray of shape (n_teams, n_queues, n_weeks)
        Standard work that each team does for each queue. [h]
    skill : ndarray of shape (n_teams, n_queues)
        Standard work done per hour given. [-]
    teams
        Their shrinkage by week.

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        [FTE]
    """
    per_skill = np.divide(1.0, skill, out=np.zeros_like(skill), where=skill > 0)
    hours = (work * per_skill[:, :, None]).sum(axis=1)
    shrinkage = np.stack([team.shrinkage_by_week(work.shape[-1]) for team in teams])
    return np.asarray(hours / (1.0 - shrinkage) / FULL_TIME_HOURS)
