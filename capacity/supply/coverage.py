"""When in the week a team works: shifts, the table of heads by local hour, and its place on the plan's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.supply.present_hours import WEEK_HOURS

FloatArray = NDArray[np.float64]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """Heads who work the same hours on the same days.

    Attributes
    ----------
    days
        Days on which the shift begins, 0 for Monday to 6 for Sunday.
    start_hour
        Local time at which it begins; 22.5 for half past ten at night. [h]
    hours
        Length, past midnight if need be. [h]
    heads
        Heads on it, or their share of the team. [heads]
    crew
        Name of the people: shifts of one crew are worked by the same heads and must not overlap. Shifts without a name
        are worked by people of their own.

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> Shift(days=(5, 6), start_hour=22, hours=8).heads
    1.0
    """

    days: tuple[int, ...]
    start_hour: float
    hours: float
    heads: float = 1.0
    crew: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", tuple(self.days))
        known = bool(self.days) and set(self.days) <= set(range(7)) and len(set(self.days)) == len(self.days)
        rules = {
            "days": (known, "be different days from 0 (Monday) to 6 (Sunday), at least one"),
            "start_hour": (0.0 <= self.start_hour < 24.0, "lie from 0 to below 24"),
            "hours": (0.0 < self.hours <= 24.0, "lie above 0 and up to 24"),
            "heads": (0.0 <= self.heads < float("inf"), "be 0 or more"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of a shift must {rule}; found {getattr(self, field)!r}")


def shift_table(shifts: Sequence[Shift]) -> FloatArray:
    """Heads at work in each local hour of the week.

    Parameters
    ----------
    shifts
        Of one team.

    Returns
    -------
    ndarray of shape (168,)
        From Monday 0:00; an hour worked in part counts in part, and Sunday night runs into Monday. [heads]

    Raises
    ------
    ValueError
        If two shifts of one crew overlap.

    Examples
    --------
    >>> table = shift_table([Shift(days=(6,), start_hour=22.5, hours=3, heads=3)])
    >>> table[-2:], table[:4]
    (array([1.5, 3. ]), array([3. , 1.5, 0. , 0. ]))
    """
    for crew in sorted({shift.crew for shift in shifts} - {""}):
        _refuse_overlaps(crew, [shift for shift in shifts if shift.crew == crew])
    hour = np.arange(2.0 * WEEK_HOURS)
    heads = np.zeros(hour.size)
    for shift in shifts:
        for day in shift.days:
            begin = 24.0 * day + shift.start_hour
            heads += shift.heads * np.clip(
                np.minimum(hour + 1.0, begin + shift.hours) - np.maximum(hour, begin), 0.0, 1.0
            )
    return heads[:WEEK_HOURS] + heads[WEEK_HOURS:]


def _refuse_overlaps(crew: str, shifts: Sequence[Shift]) -> None:
    """Refuse shifts by which the same people work two at once."""
    spans = sorted((24.0 * day + shift.start_hour, shift.hours) for shift in shifts for day in shift.days)
    following = [*spans[1:], (spans[0][0] + WEEK_HOURS, spans[0][1])]
    for (begin, hours), (after, _) in zip(spans, following, strict=True):
        if begin + hours > after:
            raise ValueError(
                f"shifts of crew {crew!r} must not overlap; found one of {hours:g} hours from {_moment(begin)} and the "
                f"next from {_moment(after)}"
            )


def _moment(hour: float) -> str:
    day, clock = divmod(hour % WEEK_HOURS, 24.0)
    return f"{DAYS[int(day)]} {int(clock)}:{round(clock % 1.0 * 60):02d}"


def coverage_by_hour(
    table: ArrayLike, time_zone: str, start: pd.Timestamp, n_weeks: int, *, closed_dates: ArrayLike = ()
) -> FloatArray:
    """Share of a week's hours that a team works in each hour of the plan.

    Parameters
    ----------
    table : array_like of shape (168,)
        Heads at work, or any weight, by local hour of the week from Monday 0:00, such as `shift_table` gives. [heads]
    time_zone : str
        IANA name.
    start
        First moment of the plan, in UTC.
    n_weeks : int
        Length of the plan. [weeks]
    closed_dates : array_like of dates
        Local dates on which nobody works; the week's hours fall on its other days.

    Returns
    -------
    ndarray of shape (n_weeks * 168,)
        Sums to 1 over each week of the plan, or to 0 where all of it is closed. [-]

    Raises
    ------
    ValueError
        If the table has not 168 values, a value is negative, all are 0, or the time zone is unknown.

    Notes
    -----
    Each quarter of an hour is looked up in local time, so a change to or from daylight saving moves the hours of
    that week. In a zone of half or quarter hours an hour of the plan draws on the two local hours that it overlaps.

    Examples
    --------
    Noon to eight at night in Manila is four in the morning until noon in UTC:

    >>> table = shift_table([Shift(days=range(5), start_hour=12, hours=8)])
    >>> coverage = coverage_by_hour(table, "Asia/Manila", pd.Timestamp("2026-11-02"), 1)
    >>> np.flatnonzero(coverage)[[0, 7, 8]], float(coverage[4])
    (array([ 4, 11, 28]), 0.025)
    """
    weights = checked("table", table)
    if weights.shape != (WEEK_HOURS,):
        raise ValueError(f"table must have {WEEK_HOURS} values, one for each hour of the week; found {weights.shape}")
    if not weights.any():
        raise ValueError("table must hold an hour that is worked; all 168 values are 0")
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"time_zone must be an IANA name such as 'Asia/Manila'; found {time_zone!r}") from error
    # Zones differ, clocks change and days begin on quarters of an hour, so none holds two hours or a change.
    quarters = pd.date_range(start, periods=n_weeks * WEEK_HOURS * 4, freq="15min")
    local = quarters.tz_localize("UTC").tz_convert(zone)
    dates = local.tz_localize(None).to_numpy().astype("datetime64[D]")
    open_dates = ~np.isin(dates, np.asarray(closed_dates, dtype="datetime64[D]"))
    worked = weights[24 * local.day_of_week.to_numpy() + local.hour.to_numpy()] * open_dates
    by_week = worked.reshape(n_weeks, WEEK_HOURS, 4).sum(axis=2)
    total = by_week.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(by_week, total, out=np.zeros_like(by_week), where=total > 0).ravel())


def hours_by_hour(weekly_hours: ArrayLike, coverage: ArrayLike) -> FloatArray:
    """Spread weekly hours over the hours of the plan.

    Parameters
    ----------
    weekly_hours : array_like of shape (..., n_weeks)
        Productive hours. [h]
    coverage : array_like of shape (..., n_weeks * 168)
        Share of a week's hours in each hour, such as `coverage_by_hour` or `capacity.supply.open_hours` gives. [-]

    Returns
    -------
    ndarray of shape (..., n_weeks * 168)
        With the same sum over each week. [h]

    Raises
    ------
    ValueError
        If the lengths do not match, or a week has hours but no hour that is worked.

    Examples
    --------
    >>> always = np.full(168, 1 / 168)
    >>> hours_by_hour([336.0], always)[:3]
    array([2., 2., 2.])
    """
    weekly, share = checked("weekly_hours", weekly_hours), checked("coverage", coverage)
    if share.shape[-1] != weekly.shape[-1] * WEEK_HOURS:
        raise ValueError(
            f"coverage must have {WEEK_HOURS} hours for each of the {weekly.shape[-1]} weeks; found {share.shape[-1]}"
        )
    worked = share.reshape(*share.shape[:-1], -1, WEEK_HOURS).any(axis=-1)
    lost = np.where(worked, 0.0, weekly)
    if lost.any():
        raise ValueError(
            f"weekly_hours must be 0 in a week that coverage closes; found {lost.max():g} hours (give that week a "
            "shrinkage of 1)"
        )
    return np.asarray(np.repeat(weekly, WEEK_HOURS, axis=-1) * share)
