"""Weekdays whose share of the week changed for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.quality.findings import Finding
from forecasting.quality.normal_volume import normal_volume, robust_profile, robust_spread
from forecasting.volumes.frequency import Frequency

if TYPE_CHECKING:
    from forecasting.volumes.history import VolumeHistory

# One odd week would be an outlier; a habit that changed shows in half a season.
RECENT_WEEKS = 8
LEAST_DAY_CHANGE = np.log(1.5)
# Fewer items of a weekday in these weeks, before or after, say nothing: shares of a mean day are then those of chance.
LEAST_ITEMS = 40.0
STANDS_OUT = 6.0


def weekday_anomalies(history: VolumeHistory) -> Iterator[Finding]:
    """Weekdays whose share of the week changed for good in the last eight weeks."""
    if history.frequency.season_periods == 1:
        return
    daily = history.to_daily() if history.frequency != Frequency.DAILY else history
    split = daily.items.shape[1] - 7 * RECENT_WEEKS
    if split < 7 * RECENT_WEEKS:
        return
    # Weekdays that one of the two spans does not hold, such as weekends that are no longer recorded, say nothing: left
    # out of both, for a share is one of the mean of all days that are seen.
    weekday = np.arange(daily.items.shape[1]) % 7
    both = np.stack(
        [
            daily.observed[:, :split][:, weekday[:split] == day].any(axis=1)
            & daily.observed[:, split:][:, weekday[split:] == day].any(axis=1)
            for day in range(7)
        ],
        axis=1,
    )
    teaches = both[:, weekday]
    before = robust_profile(daily.items[:, :split], 7, teaches=teaches[:, :split])
    recent = robust_profile(daily.items[:, split:], 7, teaches=teaches[:, split:])
    recent = np.roll(recent, split % 7, axis=1)
    level = np.where(daily.observed, daily.items, 0.0).sum(axis=1) / np.maximum(1, daily.observed.sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(np.log(recent / before))
    # Noise alone moves a share of the week by this much in eight weeks: that of counts, wider for bursty queues.
    residual = np.sqrt(daily.items + 0.375) - np.sqrt(normal_volume(daily.items, 7) + 0.375)
    burst = robust_spread(residual, daily.observed, floor=0.5)[:, None] / 0.5
    items = RECENT_WEEKS * np.maximum(before, recent) * level[:, None]
    noise = burst / np.sqrt(np.maximum(1.0, items))
    # A queue that ended or began meanwhile has no week to compare.
    seen = daily.observed[:, split:].mean(axis=1) > 0.5
    change = np.where(seen[:, None] & (daily.observed[:, :split].sum(axis=1) >= 7 * RECENT_WEEKS)[:, None], change, 0.0)
    enough = (items >= LEAST_ITEMS) & (np.maximum(before, recent) > 0.1)
    odd = both & enough & (change > LEAST_DAY_CHANGE) & (change > STANDS_OUT * noise)
    for row, position in zip(*np.nonzero(odd), strict=True):
        name = (daily.period_start[0] + pd.Timedelta(days=int(position))).day_name()
        queue = daily.queues[row]
        yield Finding(
            code="weekday_anomaly",
            severity="warning",
            queue=queue,
            date=daily.period_start[split],
            end=daily.period_start[-1],
            found=float(recent[row, position]),
            expected=float(before[row, position]),
            sentence=f"{queue}: {name}s bring {recent[row, position]:.2f} of a mean day in the last {RECENT_WEEKS} "
            f"weeks, {before[row, position]:.2f} before. Was intake moved to another day?",
        )
