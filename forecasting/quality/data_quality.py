"""What a planner should know of volumes before trusting a forecast of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.quality.findings import (
    SEVERITIES,
    Finding,
    closures,
    gaps,
    late_and_ended,
    near_duplicates,
    outliers,
    partial_last_period,
    stale_runs,
    suspicious_zeros,
)
from forecasting.quality.known_events import is_known_shift, known_periods
from forecasting.quality.level_shifts import SHIFT_WEEKS, level_shifts
from forecasting.quality.normal_volume import normal_volume, robust_spread
from forecasting.quality.weekday_anomalies import weekday_anomalies

if TYPE_CHECKING:
    from forecasting.events.calendar import Event
    from forecasting.volumes.history import VolumeHistory

# Within this many standard deviations a period teaches in full; beyond it by the inverse of its distance.
FULL_WEIGHT_WITHIN = 3.0
# Half a standard deviation on the scale of square roots is the noise of a count.
COUNT_NOISE = 0.5
WEEK = pd.Timedelta(weeks=1)


def outlier_distance(items: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """How far each period lies from what was normal around it.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    season : int
        Periods in one week. [-]

    Returns
    -------
    ndarray of shape (n_queues, n_periods)
        Signed distance of square roots in robust standard deviations, at least the noise of a count; 0 where not
        observed. [-]

    Examples
    --------
    >>> outlier_distance(np.array([[25.0] * 30 + [400.0] + [25.0] * 30]), 1)[0, [29, 30]].round()
    array([ 0., 30.])
    """
    normal = normal_volume(items, season)
    residual = np.sqrt(items + 0.375) - np.sqrt(normal + 0.375)
    spread = robust_spread(residual, ~np.isnan(items), floor=COUNT_NOISE)
    return np.nan_to_num(residual / spread[:, None])


def outlier_weights(items: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """How much each period should teach.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    season : int
        Periods in one week. [-]

    Returns
    -------
    ndarray of shape (n_queues, n_periods)
        1 within three standard deviations, 3 / distance beyond (Huber's weight [1]_), 0 where not observed. [-]

    References
    ----------
    .. [1] P. J. Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics
       35(1), doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> outlier_weights(np.array([[25.0] * 30 + [400.0] + [25.0] * 30]), 1)[0, [29, 30]].round(1)
    array([1. , 0.1])
    """
    distance = np.abs(outlier_distance(items, season))
    weight = np.minimum(1.0, FULL_WEIGHT_WITHIN / np.maximum(distance, FULL_WEIGHT_WITHIN))
    return np.where(np.isnan(items), 0.0, weight)


def describe_history(history: VolumeHistory, events: Iterable[Event] = ()) -> pd.DataFrame:
    """Findings on the quality of a history.

    Parameters
    ----------
    history
        What was observed.
    events
        Known events: what they explain is not told, such as zeros while a queue was closed.

    Returns
    -------
    pandas.DataFrame
        One row a finding, the gravest first: `code`, `severity` (problem, warning, note), `queue` ("all" where
        it is of all), `date` and `end` (first and last period), `found` and `expected` (items, shares or
        periods, as the sentence says) and `sentence`. Empty where nothing was found.

    Notes
    -----
    Codes: partial_last_period, closure, gap, late_start, ended, level_shift, suspicious_zero, weekday_anomaly,
    outlier, stale, near_duplicate_name, identical_queues. Rows that are doubled outright never get here:
    `VolumeHistory.from_frame` refuses them.

    Examples
    --------
    >>> from forecasting.volumes.history import VolumeHistory
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [50.0] * 30 + [None] * 5 + [50.0] * 35})
    >>> VolumeHistory.from_frame(frame).describe()[["code", "found"]].values.tolist()
    [['gap', 5.0]]
    """
    rows = sorted(_findings(history, tuple(events)), key=lambda finding: SEVERITIES.index(finding.severity))
    columns = ["code", "severity", "queue", "date", "end", "found", "expected", "sentence"]
    return pd.DataFrame([{column: getattr(row, column) for column in columns} for row in rows], columns=columns)


def _findings(history: VolumeHistory, events: Sequence[Event]) -> Iterator[Finding]:
    season = history.frequency.season_periods
    normal = normal_volume(history.items, season)
    distance = outlier_distance(history.items, season)
    closed = known_periods(history, events, closed=True)
    yield from partial_last_period(history)
    yield from closures(history, closed)
    yield from gaps(history)
    yield from late_and_ended(history)
    for shift in level_shifts(history):
        if not is_known_shift(shift.queue, shift.date, events, SHIFT_WEEKS * WEEK):
            yield shift
    yield from suspicious_zeros(history, normal, closed)
    yield from weekday_anomalies(history)
    yield from outliers(history, normal, distance, known_periods(history, events))
    yield from stale_runs(history)
    yield from near_duplicates(history)
