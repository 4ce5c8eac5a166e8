"""Dates that cannot be meant: far from the others, off their grid, or of too coarse a grid."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.problems import Problem
from forecasting.volumes.frequency import Frequency

# A few dates beyond a gap as long as this are taken to be typed wrongly: 2062 for 2026.
STRAY_GAP = pd.Timedelta(days=180)
MOST_STRAY_DATES = 3
MOST_STRAY_SHARE = 0.1
# Where this share of rows starts at one moment of the week, day or hour, the others are taken to be typed wrongly.
COMMON_SHARE = 0.9
# A history in which fewer steps than this lead from one period to the next is not counted in such periods.
LEAST_SHARE_OF_SINGLE_STEPS = 0.25
# Periods that a queue needs before lying on a coarser grid than the others is no coincidence.
LEAST_PERIODS = 8


def row_faults(starts: pd.DatetimeIndex) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows whose date cannot be meant.

    Parameters
    ----------
    starts : pandas.DatetimeIndex of shape (n_rows,)
        Local starts of periods, one a row.

    Returns
    -------
    stray : ndarray of shape (n_rows,)
        Whether the date lies with at most two others beyond a gap of 180 days.
    odd : ndarray of shape (n_rows,)
        Whether the period starts at another moment of the week, day or hour than nine tenths of the rows.

    Examples
    --------
    >>> stray, odd = row_faults(pd.DatetimeIndex([*pd.date_range("2026-01-05", periods=40), "2062-02-01"]))
    >>> stray.nonzero()[0].tolist(), int(odd.sum())
    ([40], 0)
    """
    codes, distinct = pd.factorize(starts, sort=True)
    distinct = pd.DatetimeIndex(distinct)
    stray = _stray(distinct)
    odd = _odd(distinct, np.bincount(codes, minlength=len(distinct)))
    return stray[codes], (odd & ~stray)[codes]


def _stray(distinct: pd.DatetimeIndex) -> NDArray[np.bool_]:
    stray = np.zeros(len(distinct), dtype=np.bool_)
    most = min(MOST_STRAY_DATES, int(MOST_STRAY_SHARE * len(distinct)))
    for cut in np.flatnonzero(np.diff(distinct.to_numpy()) > STRAY_GAP.to_timedelta64()) + 1:
        if cut <= most:
            stray[:cut] = True
        if len(distinct) - cut <= most:
            stray[cut:] = True
    return stray


def _odd(distinct: pd.DatetimeIndex, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    seconds = distinct.to_numpy().astype("datetime64[s]").astype(np.int64)
    for frequency in (Frequency.WEEKLY, Frequency.DAILY, Frequency.HOURLY, Frequency.HALF_HOURLY):
        phases, place = np.unique(seconds % round(frequency.period_hours * 3600), return_inverse=True)
        share = np.bincount(place, weights=rows) / rows.sum()
        if share.max() >= COMMON_SHARE:
            return np.asarray(place != share.argmax()) if len(phases) > 1 else np.zeros(len(distinct), dtype=np.bool_)
    return np.zeros(len(distinct), dtype=np.bool_)


def grid_problems(
    queues: tuple[str, ...], present: NDArray[np.bool_], frequency: Frequency, source: str
) -> Iterator[Problem]:
    """Yield a problem where all queues together, or single ones, are counted in longer periods than was inferred.

    Parameters
    ----------
    queues
        Names, n_queues of them.
    present : ndarray of shape (n_queues, n_periods)
        Whether there is a row of the queue and period.
    frequency
        What was inferred from all dates.
    source
        Name of the file or argument, for messages.

    Examples
    --------
    >>> months = np.isin(np.arange(91), [0, 31, 59, 90])[None, :]
    >>> [problem.found for problem in grid_problems(("ads",), months, Frequency.DAILY, "volumes.csv")]
    ['4 of 91 days']
    """
    given = np.flatnonzero(present.any(axis=0))
    noun = frequency.period_noun
    if len(given) > 2 and (np.diff(given) == 1).mean() < LEAST_SHARE_OF_SINGLE_STEPS:
        yield Problem(
            source=source,
            field="date",
            found=f"{len(given)} of {present.shape[1]} {noun}s",
            remedy=(
                f"the dates fit no longer period than one {noun}, and most {noun}s have no row: sum the items to "
                f"whole weeks, days, hours or half-hours, and write 0 for a {noun} in which nothing arrived "
                "(months vary in length: use weeks)"
            ),
        )
        return
    enough = present.sum(axis=1) >= LEAST_PERIODS
    for longer in (Frequency.WEEKLY, Frequency.DAILY, Frequency.HOURLY):
        phases = round(longer.period_hours / frequency.period_hours)
        if phases < 2:
            return
        seen = np.stack([present[:, phase::phases].any(axis=1) for phase in range(phases)]).sum(axis=0)
        for place in np.flatnonzero(enough & (seen == 1)):
            yield Problem(
                source=source,
                field="date",
                found=queues[place],
                remedy=(
                    f"this queue has {longer} dates, while all queues together have {frequency} ones: sum all "
                    f"queues to one grid, {longer} periods that start together or whole {noun}s, and write 0 for "
                    f"a {noun} in which nothing arrived"
                ),
            )
        enough &= seen != 1
