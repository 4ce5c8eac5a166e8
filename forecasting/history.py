"""Observed review volumes on a regular grid of queues and periods."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.frequency import Frequency, infer_frequency
from forecasting.problems import InputError, Problem

COLUMNS = ("queue", "date", "items")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VolumeHistory:
    """Items that arrived, by queue and period.

    Attributes
    ----------
    queues
        Names, in the order of the rows of `items`.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Start of each period, evenly spaced.
    frequency
        Length of a period.
    items : ndarray of shape (n_queues, n_periods)
        Items that arrived; NaN where the period was not observed. [items]

    Raises
    ------
    ValueError
        If shapes do not match, periods are not evenly spaced, a name is doubled or a volume is negative.

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
        even = pd.date_range(self.period_start[0], periods=shape[1], freq=self.frequency.step)
        if not self.period_start.equals(even.as_unit(self.period_start.unit)):
            raise ValueError(f"period_start must be evenly spaced by one {self.frequency} period, ascending")
        self.items.setflags(write=False)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "frame") -> Self:
        """Check a tidy frame and lay it on a regular grid.

        Parameters
        ----------
        frame
            Columns `queue`, `date` (start of the period) and `items`; one row a queue and period. A blank
            item count, or no row at all, means that the period was not observed.
        source
            Name of the file or argument, for messages.

        Returns
        -------
        VolumeHistory
            Queues in order of first appearance; the frequency is found from the dates.

        Raises
        ------
        InputError
            Listing every missing column, unreadable date, unreadable or negative volume and doubled row.
        """
        problems = list(_column_problems(frame, source))
        if problems:
            raise InputError(problems)
        dates = pd.to_datetime(frame["date"], errors="coerce", format="mixed")
        items = pd.to_numeric(frame["items"], errors="coerce")
        problems = sorted(_row_problems(frame, dates, items, source))
        if problems:
            raise InputError(problems)
        starts = pd.DatetimeIndex(dates)
        try:
            frequency = infer_frequency(starts)
        except ValueError as error:
            raise InputError(
                [
                    Problem(
                        source=source,
                        field="date",
                        found=f"{starts.min()} to {starts.max()}",
                        remedy=str(error),
                    )
                ]
            ) from error
        grid = pd.date_range(starts.min(), starts.max(), freq=frequency.step)
        queues = tuple(dict.fromkeys(frame["queue"].astype(str)))
        values = np.full((len(queues), len(grid)), np.nan)
        row = pd.Index(queues).get_indexer(pd.Index(frame["queue"].astype(str)))
        values[row, grid.get_indexer(starts)] = items.to_numpy(dtype=np.float64)
        return cls(queues=queues, period_start=grid, frequency=frequency, items=values)

    @property
    def observed(self) -> NDArray[np.bool_]:
        """Whether each queue was observed in each period, of shape (n_queues, n_periods)."""
        return ~np.isnan(self.items)

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
        )

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


def _column_problems(frame: pd.DataFrame, source: str) -> Iterator[Problem]:
    for column in COLUMNS:
        if column not in frame.columns:
            yield Problem(
                source=source,
                field=column,
                found=", ".join(map(str, frame.columns)),
                remedy=f"add a column named {column!r}",
            )
    if len(frame) == 0:
        yield Problem(source=source, field="rows", found="0", remedy="give at least one row of volumes")


def _row_problems(frame: pd.DataFrame, dates: pd.Series, items: pd.Series, source: str) -> Iterator[Problem]:
    def at(mask: pd.Series, field: str, remedy: str) -> Iterator[Problem]:
        # The header is line 1 of the file, so the first row of the frame is line 2.
        for position in np.flatnonzero(mask.to_numpy()):
            found = str(frame[field].iloc[position])
            yield Problem(source=source, row=int(position) + 2, field=field, found=found, remedy=remedy)

    blank = frame["items"].isna() | (frame["items"].astype(str).str.strip() == "")
    yield from at(frame["queue"].isna(), "queue", "name the queue")
    yield from at(dates.isna(), "date", "write the date as YYYY-MM-DD, or YYYY-MM-DD HH:MM for hours")
    yield from at(items.isna() & ~blank, "items", "give a number, or leave blank if not observed")
    yield from at((items < 0) | np.isinf(items), "items", "give a finite count of 0 or more")
    doubled = pd.DataFrame({"queue": frame["queue"], "date": dates}).duplicated() & dates.notna()
    for position in np.flatnonzero(doubled.to_numpy()):
        found = f"{frame['queue'].iloc[position]}, {frame['date'].iloc[position]}"
        yield Problem(
            source=source,
            row=int(position) + 2,
            field="queue, date",
            found=found,
            remedy="keep one row a queue and date (an earlier row has the same)",
        )
