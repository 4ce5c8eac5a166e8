"""How the items of a day fall on its hours, learned by hour of the week and sure or unsure of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.intraday.draws import drawn_days, drawn_shares, split_items
from forecasting.intraday.shares import day_to_day_concentration, halvings, shrunk_shares
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory
from forecasting.volumes.wall_clock import clock_exposure

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IntradayProfile:
    """How the items of a day come by hour of the week, to make hourly paths of daily ones.

    Attributes
    ----------
    queues
        Names, in the order of the first axes.
    frequency
        Hourly or half-hourly.
    shares : ndarray of shape (n_queues, 7, n_slots)
        Mean share of its day that each period of the week receives, Monday first; of sum 1 over a day. [-]
    certainty : ndarray of shape (n_queues, 7)
        What the shares are known by, in independent items: the concentration of a Dirichlet distribution. [items]
    day_to_day : ndarray of shape (n_queues, n_levels)
        How alike days are, for the split of the day into halves, of these into quarters and so on
        (`forecasting.intraday.shares.halvings`): concentrations of Dirichlet distributions. [-]
    weekday_share : ndarray of shape (n_queues, 7)
        Share of the week's items by day. [-]
    timezone
        Name of the local time zone; on days on which its clock changes, no item falls in the hour skipped.

    Raises
    ------
    ValueError
        If the shares of a day do not add up to 1.

    Examples
    --------
    >>> hours = pd.date_range("2026-01-05", periods=24 * 28, freq="h")
    >>> frame = pd.DataFrame({"queue": "chat", "date": hours, "items": np.where(hours.hour < 12, 30, 10)})
    >>> profile = IntradayProfile.from_history(VolumeHistory.from_frame(frame))
    >>> profile.shares[0, 0, [0, 23]].round(4).tolist()
    [0.0625, 0.0208]
    """

    queues: tuple[str, ...]
    frequency: Frequency
    shares: NDArray[np.float64]
    certainty: NDArray[np.float64]
    day_to_day: NDArray[np.float64]
    weekday_share: NDArray[np.float64]
    timezone: str | None = None

    def __post_init__(self) -> None:
        if (self.shares < 0).any() or not np.allclose(self.shares.sum(axis=2), 1.0):
            raise ValueError("shares must be >= 0 and add up to 1 over each day")
        self.shares.setflags(write=False)

    @classmethod
    def from_history(cls, history: VolumeHistory) -> Self:
        """Learn the profile of each queue from an hourly or half-hourly history.

        Parameters
        ----------
        history
            Periods of the week that were never observed are taken to be closed.

        Returns
        -------
        IntradayProfile

        Raises
        ------
        ValueError
            If the periods are days or weeks, or not one day was observed whole.

        Notes
        -----
        A queue's day is shrunk to the queue's mean day, and that to the mean day of all queues, each by how
        unlike they are beyond noise (`forecasting.intraday.shares.shrunk_shares`).
        """
        if history.frequency.period_hours >= 24:
            raise ValueError(f"history must be hourly or half-hourly to learn the day from; it is {history.frequency}")
        days, weekday = _whole_days(history)
        if not (~np.isnan(days)).any():
            raise ValueError("history must hold at least one whole day; every day has a gap")
        totals = np.nan_to_num(days)
        by_weekday = np.stack([totals[:, weekday == day].sum(axis=1) for day in range(7)], axis=1)
        alike, dispersion, largest = day_to_day_concentration(days, weekday)
        shares, certainty = shrunk_shares(by_weekday, dispersion)
        seen = np.stack([(~np.isnan(days[:, weekday == day, 0])).sum(axis=1) for day in range(7)], axis=1)
        level = by_weekday.sum(axis=2) / np.maximum(1, seen)
        week = level.sum(axis=1, keepdims=True)
        return cls(
            queues=history.queues,
            frequency=history.frequency,
            shares=shares,
            # Sums of hours are less sure than hours by themselves; the shares must not be surer than these.
            certainty=certainty * (dispersion / largest)[:, None],
            day_to_day=alike,
            weekday_share=np.where(week > 0, level / np.where(week > 0, week, 1.0), 1 / 7),
            timezone=history.timezone,
        )

    @property
    def hour_of_week(self) -> NDArray[np.float64]:
        """Share of the week's items by period of the week, Monday first, of shape (n_queues, 7 x n_slots) [-]."""
        return (self.weekday_share[:, :, None] * self.shares).reshape(len(self.queues), -1)

    def expected(self, daily: NDArray[np.float64], day_start: pd.DatetimeIndex) -> NDArray[np.float64]:
        """Split days by the mean shares.

        Parameters
        ----------
        daily : ndarray of shape (n_queues, ..., n_days)
            Items by day. [items]
        day_start : pandas.DatetimeIndex of shape (n_days,)
            Midnights.

        Returns
        -------
        ndarray of shape (n_queues, ..., n_days x n_slots)
            Items by period; a day's periods add up to it. [items]
        """
        shares = self._on_days(self.shares, day_start)
        shares = shares.reshape(shares.shape[0], *np.ones(daily.ndim - 2, dtype=int), *shares.shape[1:])
        return np.asarray((daily[..., None] * shares).reshape(*daily.shape[:-1], -1))

    def split(
        self, daily: NDArray[np.float64], day_start: pd.DatetimeIndex, seed: int
    ) -> tuple[NDArray[np.float64], pd.DatetimeIndex]:
        """Split daily paths into paths by period, unsure of the shares and of each day's whims.

        Parameters
        ----------
        daily : ndarray of shape (n_queues, n_paths, n_days)
            Items by day. [items]
        day_start : pandas.DatetimeIndex of shape (n_days,)
            Midnights.
        seed : int
            The draws of a queue depend on it and on the queue's name alone.

        Returns
        -------
        items : ndarray of shape (n_queues, n_paths, n_days x n_slots)
            A day's periods add up to exactly that day. [items]
        period_start : pandas.DatetimeIndex
            Starts of the periods by the clock on the wall.

        Notes
        -----
        On each path the week's shares are one Dirichlet draw (what is not known of the mean), each day is split
        around them by Dirichlet draws from halves down to hours (days differ, for hours on end), and items fall by
        chance (multinomial).
        """
        n_slots = self.shares.shape[2]
        paths = np.empty((*daily.shape, n_slots))
        for row, queue in enumerate(self.queues):
            rng = np.random.default_rng([seed, 6, zlib.crc32(queue.encode())])
            wide = np.broadcast_to(self.shares[row], (daily.shape[1], 7, n_slots))
            week = drawn_shares(wide, np.broadcast_to(self.certainty[row], wide.shape[:2]), rng)
            open_hours = self._on_days(week, day_start)
            shares = drawn_days(open_hours, self.day_to_day[row], halvings(n_slots), rng)
            paths[row] = split_items(daily[row], shares, rng)
        starts = pd.date_range(day_start[0], periods=len(day_start) * n_slots, freq=self.frequency.step)
        return paths.reshape(*daily.shape[:2], -1), starts

    def to_days(self, items: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add periods up to days, of shape (..., n_days) for items of shape (..., n_days x n_slots) [items]."""
        return np.asarray(items.reshape(*items.shape[:-1], -1, self.shares.shape[2]).sum(axis=-1))

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a queue, weekday and period, with the share and its 80% range."""
        from scipy.special import betaincinv

        n_queues, _, n_slots = self.shares.shape
        first = self.shares * self.certainty[:, :, None]
        second = np.maximum(self.certainty[:, :, None] - first, 1e-9)
        known = first > 0
        low, high = (
            np.where(known, betaincinv(np.where(known, first, 1.0), second, share), 0.0) for share in (0.1, 0.9)
        )
        minutes = np.arange(n_slots) * round(60 * self.frequency.period_hours)
        clock = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in minutes]
        return pd.DataFrame(
            {
                "queue": np.repeat(np.asarray(self.queues, dtype=object), 7 * n_slots),
                "weekday": np.tile(np.repeat(np.asarray(WEEKDAYS, dtype=object), n_slots), n_queues),
                "time": np.tile(np.asarray(clock, dtype=object), n_queues * 7),
                "share": self.shares.ravel(),
                "share_p10": low.ravel(),
                "share_p90": high.ravel(),
            }
        )

    def _on_days(self, shares: NDArray[np.float64], day_start: pd.DatetimeIndex) -> NDArray[np.float64]:
        """Shares on given days, of shape (..., n_days, n_slots), with the clock's changes."""
        n_slots = shares.shape[-1]
        on_days = shares[..., np.asarray(day_start.day_of_week), :]
        if self.timezone is None:
            return on_days
        starts = pd.date_range(day_start[0], periods=len(day_start) * n_slots, freq=self.frequency.step)
        exposure = clock_exposure(starts, self.frequency.step, self.timezone).reshape(-1, n_slots)
        real = on_days * exposure
        total = real.sum(axis=-1, keepdims=True)
        return np.asarray(np.where(total > 0, real / np.where(total > 0, total, 1.0), on_days))


def _whole_days(history: VolumeHistory) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Items by queue, day and slot, NaN on days not wholly observed; and each day's weekday, Monday 0."""
    n_slots = round(24.0 / history.frequency.period_hours)
    first, last = history.period_start[0].normalize(), history.period_start[-1].normalize()
    dates = pd.date_range(first, last)
    offset = round((history.period_start[0] - first) / history.frequency.step)
    padded = np.full((len(history.queues), len(dates) * n_slots), np.nan)
    padded[:, offset : offset + history.items.shape[1]] = history.items
    days = padded.reshape(len(history.queues), len(dates), n_slots)
    weekday = np.asarray(dates.day_of_week, dtype=np.intp)
    observed = ~np.isnan(days)
    ever = np.stack([observed[:, weekday == day].any(axis=1) for day in range(7)], axis=1)[:, weekday]
    exposure = np.ones(padded.shape[1])
    exposure[offset : offset + history.items.shape[1]] = history.exposure
    # The hour that the clock skips is no gap.
    missing = ever & ~observed & (exposure.reshape(len(dates), n_slots) > 0)
    whole = ever.any(axis=2) & ~missing.any(axis=2)
    return np.where(whole[:, :, None], np.nan_to_num(days), np.nan), weekday
