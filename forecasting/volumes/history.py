"""Observed review volumes on a regular grid of queues and periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.problems import InputError, Problem
from forecasting.volumes.date_faults import grid_problems
from forecasting.volumes.frequency import Frequency, infer_frequency
from forecasting.volumes.partial_period import last_is_partial
from forecasting.volumes.volume_table import column_problems, date_problems, gridded, queue_names, row_problems
from forecasting.volumes.wall_clock import check_zone, clock_exposure, to_wall_clock, utc_day_problems
from forecasting.volumes.written_dates import read_moments

if TYPE_CHECKING:
    from forecasting.events.calendar import Event


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VolumeHistory:
    """Items that arrived, by queue and period.

    Attributes
    ----------
    queues
        Names, in the order of the rows of `items`.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Start of each period by the local clock on the wall, without a zone, evenly spaced.
    frequency
        Length of a period.
    items : ndarray of shape (n_queues, n_periods)
        Items that arrived; NaN where the period was not observed. [items]
    timezone
        Name of the local time zone; None where none was given.
    partial_items : ndarray of shape (n_queues,)
        What was found in a last period that was not whole, and so counts as not observed; None where it was
        whole. [items]

    Raises
    ------
    ValueError
        If shapes do not match, periods are not evenly spaced or have a zone, a name is doubled or a volume is
        negative.

    Notes
    -----
    Weeks and days repeat by the clock on the wall, so that is what the grid follows: every day has 24 hourly
    periods. On the day of 23 hours the hour that the clock skips is not observed; on the day of 25 hours the hour
    that it repeats holds the items of both (`exposure` is 2 there). No item is lost, and sums by day are those of
    local days.

    Nothing observed is dropped: outliers stay in `items`, and `weights` says how much each should teach.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"queue": "hate", "date": pd.date_range("2026-01-01", periods=3), "items": [5, 0, 7]}
    ... )
    >>> history = VolumeHistory.from_frame(frame)
    >>> history.queues, str(history.frequency), history.items.tolist()
    (('hate',), 'daily', [[5.0, 0.0, 7.0]])
    """

    queues: tuple[str, ...]
    period_start: pd.DatetimeIndex
    frequency: Frequency
    items: NDArray[np.float64]
    timezone: str | None = None
    partial_items: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        shape = (len(self.queues), len(self.period_start))
        if self.items.shape != shape or 0 in shape:
            raise ValueError(
                f"items must have shape (queues, periods) = {shape}, neither zero; it has {self.items.shape}"
            )
        if len(set(self.queues)) != len(self.queues):
            raise ValueError(f"queues must be distinct; found {self.queues}")
        if (self.items < 0).any() or np.isinf(self.items).any():
            raise ValueError("items must be finite and >= 0, or NaN where not observed")
        if self.period_start.tz is not None:
            raise ValueError("period_start must be local times without a zone; name the zone in `timezone`")
        even = pd.date_range(self.period_start[0], periods=shape[1], freq=self.frequency.step)
        if not self.period_start.equals(even.as_unit(self.period_start.unit)):
            raise ValueError(f"period_start must be evenly spaced by one {self.frequency} period, ascending")
        self.items.setflags(write=False)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        source: str = "frame",
        timezone: str | None = None,
        whole_until: pd.Timestamp | None = None,
    ) -> Self:
        """Check a tidy frame and lay it on a regular grid.

        Parameters
        ----------
        frame
            Columns `queue`, `date` (start of the period) and `items`; one row a queue and period. A blank
            item count, or no row at all, means that the period was not observed.
        source
            Name of the file or argument, for messages.
        timezone
            Name of the local time zone, such as "Europe/Berlin": dates with an offset are turned to its clock;
            dates without one are on it already. None to keep the zone of the dates.
        whole_until
            Local moment up to which everything was recorded: the period that holds it is not whole, and what is dated
            later is left out. Without it a last period with less than half of the
            usual items is taken to be cut short (see `forecasting.volumes.partial_period.last_is_partial`).

        Returns
        -------
        VolumeHistory
            Queues in order of first appearance; the frequency is found from the dates. A last period that was not
            whole is not observed, and `partial_items` keeps what it held.

        Raises
        ------
        InputError
            Listing every missing column, unreadable date, date far from the others or off their grid, unreadable,
            negative or absurdly high volume and doubled row; or that the dates are of longer periods than a grid has.
        ValueError
            If the frame is no DataFrame, the time zone is not known, or `whole_until` lies before the first date.
        """
        if not isinstance(frame, pd.DataFrame):
            raise ValueError(f"frame must be a pandas DataFrame; found {type(frame).__name__}")
        check_zone(timezone)
        problems = list(column_problems(frame, source))
        if problems:
            raise InputError(problems)
        queue = queue_names(frame["queue"])
        moments, problems = read_moments(frame["date"], source, timezone)
        items = pd.to_numeric(frame["items"], errors="coerce")
        problems += row_problems(frame, queue, moments, items, source)
        problems += utc_day_problems(moments, timezone, source)
        dates, timezone = to_wall_clock(moments, timezone)
        readable = np.flatnonzero(dates.notna())
        if len(readable):
            problems += date_problems(frame, pd.DatetimeIndex(dates.iloc[readable]), readable, source)
        if problems:
            raise InputError(sorted(problems, key=lambda problem: (problem.row or 0, problem.field)))
        starts = pd.DatetimeIndex(dates)
        try:
            frequency = infer_frequency(starts)
        except ValueError as error:
            found = f"{starts.min()} to {starts.max()}"
            raise InputError([Problem(source=source, field="date", found=found, remedy=str(error))]) from error
        grid = pd.date_range(starts.min(), starts.max(), freq=frequency.step)
        row, names = pd.factorize(queue)
        queues = tuple(names)
        column = grid.get_indexer(starts)
        present = np.zeros((len(queues), len(grid)), dtype=np.bool_)
        present[row, column] = True
        problems = list(grid_problems(queues, present, frequency, source))
        if problems:
            raise InputError(problems)
        values = gridded(present.shape, row, column, items.to_numpy(dtype=np.float64))
        if whole_until is not None:
            begun = grid < whole_until
            if not begun.any():
                raise ValueError(f"whole_until must lie after the first date, {grid[0]}; found {whole_until}")
            grid, values = grid[begun], values[:, begun]
        partial = None
        if last_is_partial(values, grid, frequency.step, frequency.season_periods, whole_until):
            partial = values[:, -1].copy()
            values[:, -1] = np.nan
        return cls(
            queues=queues,
            period_start=grid,
            frequency=frequency,
            items=values,
            timezone=timezone,
            partial_items=partial,
        )

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Whether each queue was observed in each period, of shape (n_queues, n_periods)."""
        return np.asarray(~np.isnan(self.items), dtype=np.bool_)

    @property
    def first_observed(self) -> NDArray[np.intp]:
        """Index of each queue's first observed period, of shape (n_queues,); n_periods where there is none."""
        observed = self.observed
        first = np.where(observed.any(axis=1), observed.argmax(axis=1), observed.shape[1])
        return np.asarray(first, dtype=np.intp)

    @property
    def last_observed(self) -> NDArray[np.intp]:
        """Index of each queue's last observed period, of shape (n_queues,); -1 where there is none."""
        observed = self.observed
        last = np.where(observed.any(axis=1), observed.shape[1] - 1 - observed[:, ::-1].argmax(axis=1), -1)
        return np.asarray(last, dtype=np.intp)

    @property
    def exposure(self) -> NDArray[np.float64]:
        """Real length of each period over its length by the clock, of shape (n_periods,); see Notes [-]."""
        return clock_exposure(self.period_start, self.frequency.step, self.timezone)

    @property
    def end(self) -> pd.Timestamp:
        """First moment after the history."""
        return self.period_start[-1] + self.frequency.step

    def before(self, moment: pd.Timestamp) -> Self:
        """Return the history as it was known at a moment: whole periods that had ended by then."""
        known = self.period_start + self.frequency.step <= moment
        return type(self)(
            queues=self.queues,
            period_start=self.period_start[known],
            frequency=self.frequency,
            items=self.items[:, known].copy(),
            timezone=self.timezone,
        )

    def to_daily(self) -> Self:
        """Return sums of local days; a day with a period not observed, save one the clock skips, is not observed.

        Raises
        ------
        ValueError
            If the periods are longer than a day.
        """
        per_day = round(24.0 / self.frequency.period_hours)
        if per_day < 1:
            raise ValueError(f"periods must be no longer than a day; they are {self.frequency}")
        first, last = self.period_start[0].normalize(), self.period_start[-1].normalize()
        days = pd.date_range(first, last)
        padded = np.full((len(self.queues), len(days) * per_day), np.nan)
        offset = round((self.period_start[0] - first) / self.frequency.step)
        padded[:, offset : offset + self.items.shape[1]] = np.where(
            (self.exposure == 0) & ~self.observed, 0.0, self.items
        )
        return type(self)(
            queues=self.queues,
            period_start=days,
            frequency=Frequency.DAILY,
            items=padded.reshape(len(self.queues), len(days), per_day).sum(axis=2),
            timezone=self.timezone,
        )

    def weights(self) -> NDArray[np.float64]:
        """Return how much each period should teach, of shape (n_queues, n_periods) [-].

        1 for ordinary periods, less the farther an outlier lies from what was normal around it, half for an
        hour that the clock repeats, 0 where not observed. Outliers stay in `items`.
        """
        from forecasting.quality.data_quality import outlier_weights

        return outlier_weights(self.items, self.frequency.season_periods) / np.maximum(1.0, np.round(self.exposure))

    def describe(self, events: Iterable[Event] = ()) -> pd.DataFrame:
        """Return what a planner should know of the data; see `forecasting.quality.data_quality.describe_history`.

        Parameters
        ----------
        events
            Known events, such as an `EventCalendar`: what they explain is not told.
        """
        from forecasting.quality.data_quality import describe_history

        return describe_history(self, events)

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame with columns `queue`, `date`, `items`; unobserved periods are left out."""
        row, column = np.nonzero(self.observed)
        return pd.DataFrame(
            {
                "queue": np.asarray(self.queues, dtype=object)[row],
                "date": self.period_start[column],
                "items": self.items[row, column],
            }
        )
