"""Shrinkage by week: what closures and training weeks take beside the usual share."""

from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]


def closed_days_by_week(
    dates: ArrayLike, start: str | date | np.datetime64, n_weeks: int, *, open_days: int = 5
) -> FloatArray:
    """Working days of each week of the plan on which a site is closed.

    Parameters
    ----------
    dates : array_like of dates
        Public holidays and other closures, in the site's calendar; others than of the plan are ignored.
    start : date
        First day of the plan.
    n_weeks : int
        Length of the plan. [weeks]
    open_days : int
        Days a week, from Monday on; a holiday on another day costs nothing. [days]

    Returns
    -------
    ndarray of shape (n_weeks,)
        [days]

    Raises
    ------
    ValueError
        If open_days lies outside 1-7.

    Examples
    --------
    Christmas Day and New Year's Day of 2026 are Fridays, Boxing Day is a Saturday:

    >>> closed_days_by_week(["2026-12-25", "2026-12-26", "2027-01-01"], "2026-12-21", 3)
    array([1., 1., 0.])
    """
    if not 1 <= open_days <= 7:
        raise ValueError(f"open_days must lie from 1 to 7; found {open_days!r}")
    days = np.unique(np.asarray(dates, dtype="datetime64[D]"))
    # Day 0 of numpy's calendar, 1970-01-01, was a Thursday.
    weekday = (days.astype(np.int64) + 3) % 7
    week = (days - np.asarray(start, dtype="datetime64[D]")).astype(np.int64) // 7
    counted = week[(weekday < open_days) & (week >= 0) & (week < n_weeks)]
    return np.bincount(counted, minlength=n_weeks).astype(np.float64)


def weekly_shrinkage(
    shrinkage: ArrayLike,
    *,
    closed_days: ArrayLike = 0.0,
    days_per_week: ArrayLike = 5.0,
    training_hours: ArrayLike = 0.0,
    paid_hours_per_week: ArrayLike = 40.0,
) -> FloatArray:
    """Share of paid time not spent on reviews, week by week.

    Parameters
    ----------
    shrinkage : array_like of shape (...)
        Usual share: leave, meetings, wellness breaks. [-]
    closed_days : array_like of shape (...)
        Paid days of the week on which nobody works, such as those of `closed_days_by_week`. [days]
    days_per_week : array_like of shape (...)
        Days that a head works in a week. [days]
    training_hours : array_like of shape (...)
        Hours of training of each head in the week, beyond what the usual share holds. [h]
    paid_hours_per_week : array_like of shape (...)
        Paid hours of a head. [h/week]

    Returns
    -------
    ndarray of the broadcast shape
        Usually (n_weeks,) or (n_teams, n_weeks). [-]

    Raises
    ------
    ValueError
        If an argument is out of range, or closures and training take more than the week.

    Notes
    -----
    1 - (1 - shrinkage)(1 - closed_days / days_per_week - training_hours / paid_hours_per_week): the usual share falls
    on the time that closures and training leave.

    Examples
    --------
    A holiday in the second week, half a day of training in the third:

    >>> weekly_shrinkage(0.25, closed_days=[0, 1, 0], training_hours=[0, 0, 4])
    array([0.25 , 0.4  , 0.325])
    """
    usual = np.asarray(shrinkage, dtype=np.float64)
    if not ((usual >= 0.0) & (usual <= 1.0)).all():
        raise ValueError(
            f"shrinkage must lie between 0 and 1; found {usual[~((usual >= 0.0) & (usual <= 1.0))].flat[0]:g}"
        )
    closed, days = checked("closed_days", closed_days), checked("days_per_week", days_per_week, positive=True)
    training = checked("training_hours", training_hours)
    lost = closed / days + training / checked("paid_hours_per_week", paid_hours_per_week, positive=True)
    if (lost > 1.0 + 1e-12).any():
        raise ValueError(
            f"closed_days and training_hours must not exceed the week; they take {lost.max():.3g} of the paid time"
        )
    return np.asarray(1.0 - (1.0 - usual) * (1.0 - np.minimum(lost, 1.0)))
