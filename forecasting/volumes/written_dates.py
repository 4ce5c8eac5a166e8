"""Dates as people and extracts write them, read in one way only."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.problems import Problem

FIRST_YEAR, LAST_YEAR = 1900, 2200
REMEDY = (
    f"write the date as YYYY-MM-DD, or YYYY-MM-DD HH:MM for hours, of a year from {FIRST_YEAR} to {LAST_YEAR}; "
    "other orders of day and month are not guessed"
)
# 2026-03-29, 2026-03-29 00:00, 2026-03-29T00:00:00+01:00, 2026-03-29 00:00Z
_WRITTEN = re.compile(
    r"(?P<year>\d{4})-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?"
)


def read_moments(column: pd.Series, source: str, timezone: str | None) -> tuple[pd.Series, list[Problem]]:
    """Read dates in the one form that is not ambiguous.

    Parameters
    ----------
    column : pandas.Series of shape (n_rows,)
        Datetimes, or text as YYYY-MM-DD with or without a time of day and a UTC offset.
    source
        Name of the file or argument, for messages.
    timezone
        Zone on whose clock dates with several UTC offsets are laid.

    Returns
    -------
    moments : pandas.Series of shape (n_rows,)
        NaT where unreadable.
    problems
        One a row that cannot be read, or has a UTC offset where most have none, or none where most have one.

    Examples
    --------
    >>> moments, problems = read_moments(pd.Series(["2026-07-15", "15/07/2026"]), "volumes.csv", None)
    >>> str(moments[0]), [problem.row for problem in problems]
    ('2026-07-15 00:00:00', [3])
    """
    if pd.api.types.is_numeric_dtype(column.dtype) and len(column) > 0 and column.notna().any():
        found = str(column.dropna().iloc[0])
        remedy = f"numbers are not read as dates: {REMEDY}"
        return pd.Series(pd.NaT, index=column.index), [Problem(source=source, field="date", found=found, remedy=remedy)]
    if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(column.dtype):
        moments = column.where(column.dt.year.between(FIRST_YEAR, LAST_YEAR))
        return moments, _at(moments.isna().to_numpy(), column, source, REMEDY)
    codes, distinct = pd.factorize(column)
    matches = [_WRITTEN.fullmatch(str(value).strip()) for value in distinct]
    readable = np.array([match is not None and _in_years(match) for match in matches], dtype=np.bool_)
    offsets = np.array([(match and match["offset"]) or "" for match in matches], dtype=object)
    rows = np.bincount(codes[codes >= 0], minlength=len(distinct))
    odd, remedy = _odd_offsets(readable, offsets != "", rows)
    kept = readable & ~odd
    several = sorted(set(offsets[kept]))
    texts = [match[0] if match and keep else None for match, keep in zip(matches, kept, strict=True)]
    parsed = pd.to_datetime(pd.Series(texts, dtype=object), errors="coerce", format="ISO8601", utc=len(several) > 1)
    moments = pd.Series(parsed.array.take(codes, allow_fill=True), index=column.index)
    odd_rows = np.append(odd, False)[codes]
    problems = _at(moments.isna().to_numpy() & ~odd_rows, column, source, REMEDY)
    problems += _at(odd_rows, column, source, remedy)
    if len(several) > 1 and timezone is None:
        zone = "name the local time zone (`timezone`), as the dates have several UTC offsets"
        problems.append(Problem(source=source, field="date", found=", ".join(several[:3]), remedy=zone))
    return moments, problems


def _in_years(match: re.Match[str]) -> bool:
    return FIRST_YEAR <= int(match["year"]) <= LAST_YEAR


def _odd_offsets(
    readable: NDArray[np.bool_], aware: NDArray[np.bool_], rows: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], str]:
    """Distinct dates with a UTC offset where most rows have none, or the other way round, and the remedy."""
    if rows[readable & aware].sum() > rows[readable & ~aware].sum():
        return readable & ~aware, "write the UTC offset too, as in most rows"
    return readable & aware, "leave out the UTC offset, as in most rows"


def _at(mask: NDArray[np.bool_], column: pd.Series, source: str, remedy: str) -> list[Problem]:
    # The header is line 1 of the file, so the first row of the frame is line 2.
    return [
        Problem(source=source, row=int(place) + 2, field="date", found=str(column.iloc[place]), remedy=remedy)
        for place in np.flatnonzero(mask)
    ]
