"""From heads to productive hours: attrition, hires that arrive and ramp, and the hours of the week that are open."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity.team import ReviewTeam

FloatArray = NDArray[np.float64]

WEEK_HOURS = 168


def present_heads(heads: float, n_weeks: int, *, start_week: int = 0, weekly_attrition: float = 0.0) -> FloatArray:
    """Heads of one cohort that are there in each week.

    Parameters
    ----------
    heads : float
        Heads that start. [heads]
    n_weeks : int
        Length of the plan. [weeks]
    start_week : int
        Week in which they start, 0 the first. [-]
    weekly_attrition : float
        Share of those present that leaves at the end of a week. [-]

    Returns
    -------
    ndarray of shape (n_weeks,)
        Zero before they start. [heads]

    Raises
    ------
    ValueError
        If the heads are negative, or attrition lies outside 0-1.

    Examples
    --------
    >>> present_heads(10, 4, start_week=1, weekly_attrition=0.1)
    array([ 0. , 10. ,  9. ,  8.1])
    """
    if not 0.0 <= heads < float("inf"):
        raise ValueError(f"heads must be 0 or more; found {heads!r}")
    if not 0.0 <= weekly_attrition <= 1.0:
        raise ValueError(f"weekly_attrition must lie between 0 and 1; found {weekly_attrition!r}")
    tenure = np.arange(n_weeks) - start_week
    return np.where(tenure >= 0, heads * (1.0 - weekly_attrition) ** np.maximum(tenure, 0), 0.0)


def ramp_efficiency(n_weeks: int, *, start_week: int, ramp_weeks: int) -> FloatArray:
    """Output of a head relative to a full one, in each week of the plan.

    Parameters
    ----------
    n_weeks, start_week, ramp_weeks : int
        Length of the plan, week of the start, and weeks until full output. [weeks]

    Returns
    -------
    ndarray of shape (n_weeks,)
        (k + 1) / (ramp_weeks + 1) in the k-th week after the start, at most 1; 0 before it. [-]

    Examples
    --------
    >>> ramp_efficiency(5, start_week=1, ramp_weeks=3)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    tenure = np.arange(n_weeks) - start_week
    return np.where(tenure >= 0, np.minimum(1.0, (tenure + 1.0) / (ramp_weeks + 1.0)), 0.0)


def team_hours(teams: Sequence[ReviewTeam], n_weeks: int) -> FloatArray:
    """Productive hours of today's heads, who leave at each team's attrition and are not replaced.

    Parameters
    ----------
    teams
        In the order of the result.
    n_weeks : int
        Length of the plan. [weeks]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        Hours available for reviews; fewer in a week of holidays or training (`ReviewTeam.weekly_shrinkage`). [h]

    Examples
    --------
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> team_hours([team], 2)
    array([[300., 300.]])
    """
    return np.stack(
        [
            present_heads(team.heads, n_weeks, weekly_attrition=team.weekly_attrition)
            * team.productive_hours_by_week(n_weeks)
            for team in teams
        ]
    )


def open_hours(team: ReviewTeam, start: pd.Timestamp, n_weeks: int, time_zone: str = "UTC") -> FloatArray:
    """Share of its week's hours that a team works in each hour of the plan.

    Parameters
    ----------
    team
        Its local opening hours and days.
    start
        First moment of the plan, on the clock of `time_zone`.
    n_weeks : int
        Length of the plan. [weeks]
    time_zone : str
        Zone whose days the volumes are counted in.

    Returns
    -------
    ndarray of shape (n_weeks * 168,)
        Sums to 1 over each week of the plan. An hour that is open in part counts in part. [-]

    Notes
    -----
    Each quarter of an hour is looked up in local time, so a change to or from daylight saving moves the hours of
    that week, also where a zone is off by half an hour and the change falls inside an hour of the plan.

    Examples
    --------
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=900, open_hour=8, close_hour=16, open_days=5)
    >>> share = open_hours(team, pd.Timestamp("2026-11-02"), 1)
    >>> int((share > 0).sum()), float(share[8]), float(share.sum().round(9))
    (40, 0.025, 1.0)
    """
    return _open_hours(team.time_zone, team.open_hour, team.close_hour, team.open_days, start, n_weeks, time_zone)


@lru_cache(maxsize=512)
def _open_hours(
    zone: str, open_hour: float, close_hour: float, open_days: int, start: pd.Timestamp, n_weeks: int, time_zone: str
) -> FloatArray:
    """Shares as `open_hours` gives them; kept, for plans ask again and again for those of the same few hours."""
    # Zones differ, clocks change and days begin on quarters of an hour, so none holds two days or a change.
    quarters = pd.date_range(start, periods=n_weeks * WEEK_HOURS * 4, freq="15min")
    # On the clock of the volumes every day has 24 hours: the hour that spring skips is the one after it, and of the
    # hour that autumn repeats the first is meant.
    first = np.ones(len(quarters), dtype=bool)
    moments = quarters.tz_localize(time_zone, ambiguous=first, nonexistent="shift_forward")
    local = moments.tz_convert(zone)
    begins = local.hour.to_numpy() + local.minute.to_numpy() / 60.0
    open_part = np.minimum(begins + 0.25, close_hour) - np.maximum(begins, open_hour)
    worked = np.maximum(open_part, 0.0) * (local.day_of_week.to_numpy() < open_days)
    by_week = worked.reshape(n_weeks, WEEK_HOURS, 4).sum(axis=2)
    share = np.asarray((by_week / by_week.sum(axis=1, keepdims=True)).ravel(), dtype=np.float64)
    share.setflags(write=False)
    return share
