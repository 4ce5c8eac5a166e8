"""Where the hours of teams go: to which queue in each week, and to which hours of the week."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.allocation import fair_allocation
from capacity.supply.present_hours import WEEK_HOURS

FloatArray = NDArray[np.float64]

# Half a shift of one reviewer: so much work may be done early or late. [h]
MOST_OWED = 4.0


def fair_work_shares(required_hours: ArrayLike, team_hours: ArrayLike, skill: ArrayLike) -> FloatArray:
    """Standard work that each queue gets for each hour of each team, where hours are shared fairly week by week.

    Parameters
    ----------
    required_hours : array_like of shape (..., n_queues, n_weeks)
        Standard work that each queue requires. [h]
    team_hours : array_like of shape (..., n_teams, n_weeks)
        Productive hours of each team. [h]
    skill : array_like of shape (..., n_weeks, n_teams, n_queues), or without weeks
        Standard work done per hour given; 0 where a team cannot serve a queue. [-]

    Returns
    -------
    ndarray of shape (..., n_teams, n_queues, n_weeks)
        Times the hours of a team it is the work that the queue gets of them; 0 for a team without hours. [-]

    Examples
    --------
    >>> fair_work_shares([[60.0], [60.0]], [[40.0], [80.0]], [[1, 0], [1, 1]])[:, :, 0].round(3)
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    """
    required, hours, skills = (np.asarray(value, dtype=np.float64) for value in (required_hours, team_hours, skill))
    given = fair_allocation(np.moveaxis(required, -2, -1), np.moveaxis(hours, -2, -1), skills)
    work = np.moveaxis(given * skills, -3, -1)
    total = hours[..., :, None, :]
    return np.asarray(np.divide(work, total, out=np.zeros_like(work), where=total > 0))


def coverage_by_step(coverage: ArrayLike, step: int) -> FloatArray:
    """Sum the coverage of teams over the steps of each week.

    Parameters
    ----------
    coverage : array_like of shape (n_teams, n_weeks * 168)
        Share of its week's hours that a team works in each hour (`capacity.supply.open_hours`). [-]
    step : int
        Length of a step, a whole part of a week. [h]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks, 168 / step)
        [-]

    Examples
    --------
    >>> coverage_by_step(np.full((1, 168), 1 / 168), 84)
    array([[[0.5, 0.5]]])
    """
    hourly = np.asarray(coverage, dtype=np.float64)
    return np.asarray(hourly.reshape(len(hourly), -1, WEEK_HOURS // step, step).sum(axis=3))


def capacity_by_step(work_share: ArrayLike, team_hours: ArrayLike, coverage: ArrayLike) -> FloatArray:
    """Standard work that one queue gets in each step.

    Parameters
    ----------
    work_share : array_like of shape (..., n_teams, n_weeks)
        Standard work that the queue gets for each hour of a team. [-]
    team_hours : array_like of shape (..., n_teams, n_paths, n_weeks)
        Productive hours of each team. [h]
    coverage : array_like of shape (n_teams, n_weeks, n_steps_of_week)
        Share of its week's hours that a team works in each step (`coverage_by_step`). [-]

    Returns
    -------
    ndarray of shape (..., n_paths, n_steps)
        Hours of standard work. [h]

    Examples
    --------
    >>> capacity_by_step([[0.5]], [[[336.0]]], [[[0.5, 0.5]]])
    array([[84., 84.]])
    """
    share, hours, open_share = (np.asarray(value, dtype=np.float64) for value in (work_share, team_hours, coverage))
    weekly = share[..., :, None, :] * hours
    placed = np.zeros((*weekly.shape[:-3], *weekly.shape[-2:], open_share.shape[-1]))
    for team, by_step in enumerate(open_share):
        # Most teams give nothing to most queues.
        if share[..., team, :].any():
            placed += weekly[..., team, :, :, None] * by_step
    return placed.reshape(*placed.shape[:-2], -1)


def whole_reviewers(hours: ArrayLike) -> NDArray[np.int64]:
    """Reviewers at work in each hour: whole numbers next to given hours, that change as rarely as adding up allows.

    Parameters
    ----------
    hours : array_like of shape (..., n_hours)
        Productive hours in each hour. [h]

    Returns
    -------
    int ndarray of shape (..., n_hours)
        Each is the hours of its hour, rounded down or up; running totals stay within five hours of each other.
        [reviewers]

    Notes
    -----
    Half a reviewer is one who comes for every other shift. One who came every other hour would finish the review in
    hand each time, and do more than is paid.

    Examples
    --------
    >>> whole_reviewers([2.0, 2.0, 0.0, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5])
    array([2, 2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2])
    """
    wanted = np.asarray(hours, dtype=np.float64)
    reviewers = np.empty(wanted.shape, dtype=np.int64)
    # Hours that differ from a whole number by rounding alone are whole.
    fewest, most = np.floor(wanted + 1e-9).astype(np.int64), np.ceil(wanted - 1e-9).astype(np.int64)
    before, owed = fewest[..., 0], np.zeros(wanted.shape[:-1])
    for hour in range(wanted.shape[-1]):
        low, high = fewest[..., hour], most[..., hour]
        kept = np.clip(before, low, high)
        owed = owed + wanted[..., hour]
        before = np.where(owed - kept > MOST_OWED, high, np.where(owed - kept < -MOST_OWED, low, kept))
        owed = owed - before
        reviewers[..., hour] = before
    return reviewers
