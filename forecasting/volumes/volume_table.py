"""A table of volumes, one row a queue and period: its faults and its place on the grid."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.problems import Problem
from forecasting.volumes.date_faults import row_faults

COLUMNS = ("queue", "date", "items")
# Above every count that a queue can have in a week; beyond it, squares and sums lose their meaning.
MOST_ITEMS = 1e12


def column_problems(frame: pd.DataFrame, source: str) -> Iterator[Problem]:
    """Yield a problem for each column that is missing, and one if there are no rows."""
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


def queue_names(column: pd.Series) -> pd.Series:
    """Names as text, "" where blank, so that a queue 1 and a queue "1" are one."""
    codes, distinct = pd.factorize(column)
    names = np.array([*(str(name) if str(name).strip() else "" for name in distinct), ""], dtype=object)
    return pd.Series(names[codes], index=column.index, dtype=object)


def gridded(
    shape: tuple[int, int], row: NDArray[np.intp], column: NDArray[np.intp], items: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Items by queue and period; the two hours of one repeated by the clock are added."""
    total, rows = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (row, column), items)
    np.add.at(rows, (row, column), 1.0)
    return np.where(rows > 0, total, np.nan)


def row_problems(
    frame: pd.DataFrame, queue: pd.Series, dates: pd.Series, items: pd.Series, source: str
) -> Iterator[Problem]:
    """Yield a problem for each unreadable or impossible name and count, and each doubled row."""

    def at(mask: pd.Series, field: str, remedy: str) -> Iterator[Problem]:
        # The header is line 1 of the file, so the first row of the frame is line 2.
        for position in np.flatnonzero(mask.to_numpy()):
            found = str(frame[field].iloc[position])
            yield Problem(source=source, row=int(position) + 2, field=field, found=found, remedy=remedy)

    unread = (items.isna() & frame["items"].notna()).to_numpy(copy=True)
    unread[unread] = (frame["items"][unread].astype(str).str.strip() != "").to_numpy()
    yield from at(queue == "", "queue", "name the queue")
    yield from at(
        pd.Series(unread), "items", "give a number without separators of thousands, or leave blank if not observed"
    )
    yield from at((items < 0) | np.isinf(items), "items", "give a finite count of 0 or more")
    yield from at((items > MOST_ITEMS) & ~np.isinf(items), "items", f"give a count of up to {MOST_ITEMS:g}")
    yield from at(
        thousands(items), "items", "write 6439 for 6.439 thousand: a dot parts decimals, and items are counted whole"
    )
    doubled = pd.DataFrame({"queue": queue, "date": dates}).duplicated() & dates.notna()
    for position in np.flatnonzero(doubled.to_numpy()):
        found = f"{frame['queue'].iloc[position]}, {frame['date'].iloc[position]}"
        yield Problem(
            source=source,
            row=int(position) + 2,
            field="queue, date",
            found=found,
            remedy="keep one row a queue and date (an earlier row has the same)",
        )


def thousands(items: pd.Series) -> pd.Series:
    """Whether each count looks as if its dot parted thousands: 6.439 for 6439.

    So it looks where every count with a fraction lies between 1 and 1000 and has at most three decimals, at least half
    of them exactly three. Other fractions, such as estimates from a sample, are taken as they are.

    Examples
    --------
    >>> thousands(pd.Series([6.439, 812.0, 7.1])).tolist(), thousands(pd.Series([6.439, 0.5])).tolist()
    ([True, False, True], [False, False])
    """
    values = items.to_numpy(dtype=np.float64)
    fraction = np.isfinite(values) & (values != np.round(values))
    parts = values[fraction]
    if not len(parts) or parts.min() < 1 or parts.max() >= 1000:
        return pd.Series(False, index=items.index)
    milli, centi = parts * 1000, parts * 100
    within_three = np.abs(milli - np.round(milli)) < 1e-6
    exactly_three = within_three & (np.abs(centi - np.round(centi)) > 1e-6)
    return pd.Series(fraction & bool(within_three.all() and exactly_three.mean() >= 0.5), index=items.index)


def date_problems(frame: pd.DataFrame, starts: pd.DatetimeIndex, rows: NDArray[np.intp], source: str) -> list[Problem]:
    """Return a problem for each row whose date cannot be meant; `starts` are the local dates of these rows."""
    stray, odd = row_faults(starts)
    remedies = (
        (stray, "check the date: it lies more than 180 days from all others"),
        (odd, "check the date: the periods of nearly all other rows start at another weekday or time of day"),
    )
    return [
        Problem(
            source=source,
            row=int(rows[place]) + 2,
            field="date",
            found=str(frame["date"].iloc[rows[place]]),
            remedy=remedy,
        )
        for mask, remedy in remedies
        for place in np.flatnonzero(mask)
    ]
