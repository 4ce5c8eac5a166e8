"""The tours that a site may work: all of one library, on one grid of intervals of the week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.supply import WEEK_HOURS
from optimization.shifts.tour import Break, Tour

FloatArray = NDArray[np.float64]

DAYS = 7
REST_HOURS = 8.0  # between two shifts of a head, unless the library says otherwise


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftLibrary:
    """Tours that a site may work, of which `cover_shifts` chooses.

    Attributes
    ----------
    tours
        All different.
    rest_hours
        Least rest between two shifts of one head. [h]

    Raises
    ------
    ValueError
        If there is no tour, one is listed twice, or one leaves less rest.

    Examples
    --------
    >>> days = Tour(days=range(5), start_hour=8, hours=8, cost_usd=1200)
    >>> nights = Tour(days=range(5), start_hour=20, hours=12, cost_usd=2000)
    >>> len(ShiftLibrary(tours=(days, nights)).tours)
    2
    """

    tours: tuple[Tour, ...]
    rest_hours: float = REST_HOURS

    def __post_init__(self) -> None:
        object.__setattr__(self, "tours", tuple(self.tours))
        if not self.tours:
            raise ValueError("tours of a library must hold at least one tour; found none")
        seen: dict[object, int] = {}
        for row, tour in enumerate(self.tours):
            what = (frozenset(tour.days), tour.start_hour, tour.hours, tour.breaks)
            if what in seen:
                raise ValueError(
                    f"tours of a library must differ; tour {row} works the same hours as tour {seen[what]}. Keep one"
                )
            seen[what] = row
            if tour.hours + self.rest_hours > 24.0 and _days_in_a_row(tour.days):
                raise ValueError(
                    f"tours must leave {self.rest_hours:g} hours of rest between shifts; tour {row} works "
                    f"{tour.hours:g} hours on days in a row. Shorten it, or take days with one off between"
                )


def work_day_patterns(n_days: int, *, days_off_in_a_row: bool = False) -> tuple[tuple[int, ...], ...]:
    """Every way to work some days of a week and have the others off.

    Parameters
    ----------
    n_days : int
        Days worked, 1 to 7.
    days_off_in_a_row : bool
        Whether the days off must follow each other, Sunday before Monday.

    Returns
    -------
    tuple of tuples of int
        Days from 0 for Monday, in order.

    Raises
    ------
    ValueError
        If the number of days is not 1 to 7.

    Examples
    --------
    >>> len(work_day_patterns(5)), len(work_day_patterns(5, days_off_in_a_row=True))
    (21, 7)
    >>> work_day_patterns(5, days_off_in_a_row=True)[0]
    (0, 1, 2, 3, 4)
    """
    if n_days not in range(1, DAYS + 1):
        raise ValueError(f"n_days must be a whole number from 1 to 7; found {n_days!r}")
    if not days_off_in_a_row:
        return tuple(combinations(range(DAYS), n_days))
    first = range(DAYS if n_days < DAYS else 1)
    return tuple(tuple(sorted((begin + day) % DAYS for day in range(n_days))) for begin in first)


def shift_library(
    *,
    start_hours: Iterable[float],
    shift_hours: Iterable[float],
    work_days: Sequence[Sequence[int]],
    cost_usd_per_hour: ArrayLike,
    breaks: Sequence[Break] = (),
    rest_hours: float = REST_HOURS,
) -> ShiftLibrary:
    """Make a library of every tour of some starts, lengths and patterns of days.

    Parameters
    ----------
    start_hours, shift_hours
        Local times at which shifts may begin, and their lengths with breaks. [h]
    work_days
        Patterns of days worked, such as `work_day_patterns` gives.
    cost_usd_per_hour : float or array_like of shape (168,)
        Paid cost of one head, everywhere or by local hour of the week from Monday 0:00, so that nights and Sundays
        may cost more. [USD/h]
    breaks
        Of every tour.
    rest_hours : float
        Least rest between two shifts of one head. [h]

    Returns
    -------
    ShiftLibrary

    Raises
    ------
    ValueError
        If nothing can be combined, a cost is not above 0, or a combination is no valid tour.

    Notes
    -----
    An unpaid break saves its share of what the whole shift would cost, wherever in its window it is placed.

    Examples
    --------
    >>> library = shift_library(start_hours=range(24), shift_hours=[8, 10], work_days=work_day_patterns(5),
    ...                         cost_usd_per_hour=30)
    >>> len(library.tours), library.tours[0].cost_usd
    (1008, 1200.0)
    """
    costs = np.asarray(cost_usd_per_hour, dtype=np.float64)
    if costs.shape not in ((), (WEEK_HOURS,)) or not (np.isfinite(costs) & (costs > 0)).all():
        raise ValueError(
            f"cost_usd_per_hour must be one finite cost above 0, or {WEEK_HOURS} by hour of the week; found shape "
            f"{costs.shape}" + (f" with a least value of {np.nanmin(costs):g}" if costs.size else "")
        )
    by_hour = np.broadcast_to(costs, WEEK_HOURS)
    starts, lengths = tuple(start_hours), tuple(shift_hours)
    for argument, given in (("start_hours", starts), ("shift_hours", lengths), ("work_days", work_days)):
        if not len(given):
            raise ValueError(f"{argument} must hold at least one value; found none")
    pauses = tuple(breaks)
    unpaid = sum(pause.hours for pause in pauses if not pause.paid)
    tours = [
        Tour(
            days=tuple(days),
            start_hour=start,
            hours=hours,
            breaks=pauses,
            cost_usd=round(sum(_shift_cost(by_hour, day, start, hours) for day in days) * (1 - unpaid / hours), 6),
        )
        for hours in lengths
        for days in work_days
        for start in starts
    ]
    return ShiftLibrary(tours=tuple(tours), rest_hours=rest_hours)


def _shift_cost(by_hour: FloatArray, day: int, start_hour: float, hours: float) -> float:
    """Cost of one shift without breaks [USD]."""
    begin = 24.0 * day + start_hour
    # The cost up to each full hour of two weeks, read off between hours on a straight line.
    upto = np.concatenate([[0.0], np.cumsum(np.tile(by_hour, 2))])
    ends = np.interp([begin, begin + hours], np.arange(upto.size), upto)
    return float(ends[1] - ends[0])


def _days_in_a_row(days: Sequence[int]) -> bool:
    worked = set(days)
    return any((day + 1) % DAYS in worked for day in worked)
