"""Dates with a time zone laid on the clock on the wall, by which weeks and days repeat."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.ensemble.expected_movements import MONTH_PLACES, WORKING_PLACES
from forecasting.problems import Problem


def to_wall_clock(dates: pd.Series, timezone: str | None) -> tuple[pd.Series, str | None]:
    """Local times without a zone, and the zone they are of.

    Parameters
    ----------
    dates
        Datetimes with a zone or without.
    timezone
        Name of the local time zone, such as "Europe/Berlin"; None to take the zone of the dates. Dates without
        a zone are taken as local already.

    Returns
    -------
    dates : pandas.Series of datetimes
        The clock on the wall.
    timezone : str or None
        None where nothing is known of the zone.

    Examples
    --------
    >>> local, zone = to_wall_clock(pd.Series(pd.to_datetime(["2026-07-01T22:00Z"])), "Europe/Berlin")
    >>> str(local[0]), zone
    ('2026-07-02 00:00:00', 'Europe/Berlin')
    """
    if isinstance(dates.dtype, pd.DatetimeTZDtype):
        zone = timezone or str(dates.dtype.tz)
        return dates.dt.tz_convert(zone).dt.tz_localize(None), zone
    return dates, timezone


def check_zone(timezone: str | None) -> None:
    """Raise ValueError where a zone is named that does not exist."""
    if timezone is None:
        return
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"timezone must be an IANA name such as 'Europe/Berlin'; found {timezone!r}") from error


def utc_day_problems(dates: pd.Series, timezone: str | None, source: str) -> list[Problem]:
    """Return a problem where whole days were counted in another zone than the local one.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2026-07-01", periods=3, tz="UTC"))
    >>> [problem.found for problem in utc_day_problems(days, "America/Chicago", "volumes.csv")]
    ['2026-07-01 00:00:00+00:00']
    """
    known = dates.dropna()
    if timezone is None or not isinstance(dates.dtype, pd.DatetimeTZDtype) or known.nunique() < 2:
        return []
    local = known.dt.tz_convert(timezone)
    if not (known.dt.normalize() == known).all() or (local.dt.normalize() == local).all():
        return []
    remedy = (
        f"each date is a midnight of another zone than {timezone}: write the days without a time and an offset, "
        f"YYYY-MM-DD, or count the items by days of {timezone}"
    )
    return [Problem(source=source, field="date", found=str(known.iloc[0]), remedy=remedy)]


def clock_exposure(period_start: pd.DatetimeIndex, step: pd.Timedelta, timezone: str | None) -> NDArray[np.float64]:
    """Real time in each wall-clock period over its length by the clock.

    Parameters
    ----------
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Local starts without a zone, evenly spaced.
    step
        Length of one period by the clock.
    timezone
        Name of the zone; None where there is none.

    Returns
    -------
    ndarray of shape (n_periods,)
        1, but for the periods that a change of the clock skips (0), repeats (2), shortens (23/24 of a day) or
        lengthens (25/24). [-]

    Examples
    --------
    >>> clock_exposure(pd.date_range("2026-10-25", periods=4, freq="h"), pd.Timedelta(hours=1), "Europe/Berlin")
    array([1., 1., 2., 1.])
    """
    if timezone is None:
        return np.ones(len(period_start))
    first = np.ones(len(period_start) + 1, dtype=np.bool_)
    if step < pd.Timedelta(days=1):
        starts = period_start
        repeated = starts.tz_localize(timezone, ambiguous="NaT", nonexistent="shift_forward").isna()
        skipped = starts.tz_localize(timezone, ambiguous=first[:-1], nonexistent="NaT").isna()
        return np.asarray(1.0 + repeated - 1.0 * skipped, dtype=np.float64)
    edges = pd.DatetimeIndex(period_start.append(pd.DatetimeIndex([period_start[-1] + step])))
    instants = edges.tz_localize(timezone, ambiguous=first, nonexistent="shift_forward").tz_convert("UTC")
    # Without the zone: with it an index becomes an array of objects.
    elapsed = np.diff(instants.tz_localize(None).to_numpy())
    return np.asarray(elapsed / step.to_timedelta64(), dtype=np.float64)


def month_places(period_start: pd.DatetimeIndex) -> NDArray[np.intp]:
    """Places of each day in its month, counted from its start in the first half and from its end in the second.

    Parameters
    ----------
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Local starts.

    Returns
    -------
    ndarray of shape (2, n_periods)
        Place among the days, and among the days from Monday to Friday; of the latter Saturdays and Sundays have the
        last. Wages due on the last day, if that is a Sunday, come on the last Friday.

    Examples
    --------
    >>> month_places(pd.DatetimeIndex(["2026-02-01", "2026-02-16", "2026-02-28", "2026-02-27", "2026-03-31"]))
    array([[ 0, 18, 30, 29, 30],
           [24, 14, 24, 23, 23]])
    """
    day, length = period_start.day.to_numpy(), period_start.days_in_month.to_numpy()
    early, dates = day <= MONTH_PLACES // 2, period_start.to_numpy().astype("datetime64[D]")
    begin = dates.astype("datetime64[M]")
    before = np.busday_count(begin.astype("datetime64[D]"), dates)
    after = np.busday_count(dates + 1, (begin + 1).astype("datetime64[D]"))
    by_day = np.where(early, day - 1, MONTH_PLACES - 1 - length + day)
    weekend = WORKING_PLACES - 1
    by_working_day = np.where(np.is_busday(dates), np.where(early, before, weekend - 1 - after), weekend)
    return np.stack([by_day, by_working_day]).astype(np.intp)
