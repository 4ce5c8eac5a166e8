"""Weeks at which the level of a queue moved for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.quality.findings import Finding, runs_of_true
from forecasting.quality.normal_volume import robust_profile, weekly_levels

if TYPE_CHECKING:
    from forecasting.volumes.history import VolumeHistory

# Weeks on each side of a shift of level, the least shift reported and how far it must stand out.
SHIFT_WEEKS = 6
LEAST_SHIFT = np.log(1.3)
SHIFT_STANDS_OUT = 4.0
WEEKS_A_YEAR = 52
# Keeps the log of nothing finite.
HALF_AN_ITEM = 0.5
# A step shows at once, a season's slope does not: two weeks on each side must hold most of the change.
SHARP_WEEKS = 2
SHARP_SHARE = 0.7


def level_shifts(history: VolumeHistory) -> Iterator[Finding]:
    """Weeks at which the level of the next six weeks differs from that of the six before, and not every year."""
    season = history.frequency.season_periods
    level, _ = weekly_levels(history.items, history.observed, robust_profile(history.items, season))
    if level.shape[1] < 2 * SHIFT_WEEKS + 2:
        return
    log_level = np.log(level + HALF_AN_ITEM)
    before, change = _changes(log_level, SHIFT_WEEKS)
    _, sharp = _changes(log_level, SHARP_WEEKS)
    apart = SHIFT_WEEKS - SHARP_WEEKS
    sudden = np.abs(sharp[:, apart : apart + change.shape[1]]) > SHARP_SHARE * np.abs(change)
    # Weeks follow each other closely in a drifting queue, so a shift must beat the queue's own usual changes.
    needed = np.maximum(LEAST_SHIFT, SHIFT_STANDS_OUT * np.maximum(_usual_step(log_level), 0.02))
    large = (np.abs(change) > needed[:, None]) & sudden & ~_yearly(change)
    for row, queue in enumerate(history.queues):
        for first, stop in runs_of_true(large[row]):
            at = first + int(np.argmax(np.abs(change[row, first:stop])))
            old, new = np.maximum(np.exp(before[row, at] + np.array([0.0, change[row, at]])) - HALF_AN_ITEM, 0.0)
            by = f" ({new / old - 1:+.0%})" if old > 0 else ""
            start = history.period_start[(at + SHIFT_WEEKS) * season]
            yield Finding(
                code="level_shift",
                severity="warning",
                queue=queue,
                date=start,
                end=start,
                found=float(new),
                expected=float(old),
                sentence=f"{queue}: the level went from {old:,.1f} to {new:,.1f} items a period{by} "
                f"about the week of {start:%Y-%m-%d} and stayed for {SHIFT_WEEKS} weeks. If the cause is known, enter "
                "it as a launch or policy event.",
            )


def _usual_step(log_level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median change from one week to the next, of those weeks that were seen; infinite where none was."""
    steps = np.abs(np.diff(log_level, axis=1))
    steps[np.isnan(steps).all(axis=1)] = np.inf
    return np.asarray(np.nanmedian(steps, axis=1))


def _changes(log_level: NDArray[np.float64], weeks: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Median log level of some weeks before each week, and its change in as many weeks from then on."""
    windows = np.lib.stride_tricks.sliding_window_view(log_level, weeks, axis=1)
    middle = np.median(windows, axis=2)
    return middle[:, :-weeks], np.nan_to_num(middle[:, weeks:] - middle[:, :-weeks])


def _yearly(change: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a change came in another year too, at the same time give or take two weeks."""
    found = np.zeros(change.shape, dtype=np.bool_)
    for shift in range(WEEKS_A_YEAR - 2, WEEKS_A_YEAR + 3):
        if shift < change.shape[1]:
            early, late = change[:, :-shift], change[:, shift:]
            found[:, shift:] |= early * np.sign(late) > 0.5 * np.abs(late)
            found[:, :-shift] |= late * np.sign(early) > 0.5 * np.abs(early)
    return found
