"""A table of volumes, one row a queue and period: its faults, its dates and its place on the grid."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.problems import InputError, Problem

COLUMNS = ("queue", "date", "items")
# A UTC offset after a time of day: 2026-03-29T00:00+01:00, 2026-03-29 00:00Z.
_OFFSET = re.compile(r"\d{2}:\d{2}.*?(Z|[+-]\d{2}:?\d{2})$")


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


def read_moments(column: pd.Series, source: str, timezone: str | None) -> pd.Series:
    """Read dates, NaT where unreadable; those with several UTC offsets need a zone to be laid on one clock."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column
    written = pd.Series(column.dropna().unique()).astype(str)
    offsets = written.str.extract(_OFFSET, expand=False).dropna().unique()
    if len(offsets) > 1 and timezone is None:
        found = ", ".join(sorted(offsets)[:3])
        remedy = "name the local time zone (`timezone`), as the dates have several UTC offsets"
        raise InputError([Problem(source=source, field="date", found=found, remedy=remedy)])
    return pd.to_datetime(column, errors="coerce", format="mixed", utc=len(offsets) > 1)


def gridded(
    shape: tuple[int, int], row: NDArray[np.intp], column: NDArray[np.intp], items: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Items by queue and period; the two hours of one repeated by the clock are added."""
    total, rows = np.zeros(shape), np.zeros(shape)
    np.add.at(total, (row, column), items)
    np.add.at(rows, (row, column), 1.0)
    return np.where(rows > 0, total, np.nan)


def row_problems(frame: pd.DataFrame, dates: pd.Series, items: pd.Series, source: str) -> Iterator[Problem]:
    """Yield a problem for each unreadable or impossible cell and each doubled row."""

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
