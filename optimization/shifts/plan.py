"""Heads on tours that cover a week, with what they cost, where they exceed the need and what is proven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import Shift
from capacity.supply import WEEK_HOURS
from forecasting.charts.chart_style import money, percent
from optimization.program.outcome import SolveStatus
from optimization.shifts.interval_names import DAY_NAMES, clock, interval_names
from optimization.shifts.library import ShiftLibrary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedBreak:
    """A break of a shift plan: how many heads of one start take it, and when.

    Attributes
    ----------
    day, start_hour
        Of their shift: 0 for Monday, and local time. [h]
    hours
        Length of the break. [h]
    begin_hour
        When it begins, in hours of the week from Monday 0:00. [h]
    heads
        How many take it.

    Examples
    --------
    On Monday three heads who begin at eight break for half an hour at noon, four hours into their shift.

    >>> lunch = PlacedBreak(day=0, start_hour=8.0, hours=0.5, begin_hour=12.0, heads=3)
    >>> lunch.begin_hour - (24 * lunch.day + lunch.start_hour)
    4.0
    """

    day: int
    start_hour: float
    hours: float
    begin_hour: float
    heads: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShiftPlan:
    """Heads by tour, and the week that they cover.

    Attributes
    ----------
    library
        Tours that could be worked.
    required : ndarray of shape (n_intervals,)
        Heads that had to be at work. [heads]
    shrinkage
        Share of the scheduled time in which heads are not at work, beside breaks. [-]
    heads_by_tour : ndarray of int of shape (n_tours,)
        Heads on each tour of the library. [heads]
    breaks
        When breaks are taken.
    coverage : ndarray of shape (n_intervals,)
        Heads at work, breaks and shrinkage taken off. [heads]
    bound_usd
        No heads on tours of the library cover the need for less. [USD/week]
    status
        OPTIMAL where the gap asked for is proven, TIME_LIMITED where it is not.

    Examples
    --------
    Two heads are needed from nine to five on weekdays, and there is one tour that works just then.

    >>> from optimization import Tour, cover_shifts
    >>> required = np.zeros(168)
    >>> required[[24 * day + hour for day in range(5) for hour in range(9, 17)]] = 2.0
    >>> tour = Tour(days=range(5), start_hour=9, hours=8, cost_usd=1200)
    >>> plan = cover_shifts(required, ShiftLibrary(tours=(tour,)))
    >>> plan.heads, plan.cost_usd, plan.gap, bool((plan.surplus == 0).all())
    (2, 2400.0, 0.0, True)
    """

    library: ShiftLibrary
    required: FloatArray
    shrinkage: float
    heads_by_tour: NDArray[np.int64]
    breaks: tuple[PlacedBreak, ...]
    coverage: FloatArray
    bound_usd: float
    status: SolveStatus

    def __post_init__(self) -> None:
        for array in (self.required, self.heads_by_tour, self.coverage):
            array.setflags(write=False)

    @property
    def heads(self) -> int:
        """Heads in all."""
        return int(self.heads_by_tour.sum())

    @property
    def cost_usd(self) -> float:
        """Cost of a week [USD/week]."""
        return float(np.dot([tour.cost_usd for tour in self.library.tours], self.heads_by_tour))

    @property
    def gap(self) -> float:
        """Share of the cost [-] by which a better plan could be cheaper at most; proven."""
        return (self.cost_usd - self.bound_usd) / self.cost_usd

    @property
    def surplus(self) -> FloatArray:
        """Heads at work beyond the need, of shape (n_intervals,) [heads]."""
        return self.coverage - self.required

    @property
    def paid_hours(self) -> float:
        """Paid hours of a week [h/week]."""
        return float(np.dot([tour.paid_hours for tour in self.library.tours], self.heads_by_tour))

    @property
    def required_hours(self) -> float:
        """Hours of work that the week needs [h/week]."""
        return float(self.required.sum()) * WEEK_HOURS / self.required.size

    @property
    def needed_hours_per_head(self) -> float:
        """Hours of the need that one head covers in a week, which is what a weekly plan can count on [h/week]."""
        return self.required_hours / self.heads

    @property
    def heads_if_hours_were_divisible(self) -> float:
        """Heads that the same hours would take if anyone could work any hour [heads].

        Paid hours of a head on this plan, less unpaid shrinkage, could all fall where they are needed.
        """
        worked_per_head = float(self.coverage.sum()) * WEEK_HOURS / self.coverage.size / self.heads
        return self.required_hours / worked_per_head

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """Shifts with their heads, as `capacity.shift_table` takes them; breaks are left out of account."""
        return tuple(
            tour.shift(float(heads))
            for tour, heads in zip(self.library.tours, self.heads_by_tour, strict=True)
            if heads
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a tour that is worked: days, start, length, paid hours, heads and cost."""
        worked = [
            (tour, int(heads)) for tour, heads in zip(self.library.tours, self.heads_by_tour, strict=True) if heads
        ]
        return pd.DataFrame(
            {
                "days": [" ".join(DAY_NAMES[day] for day in tour.days) for tour, _ in worked],
                "start_hour": [float(tour.start_hour) for tour, _ in worked],
                "hours": [float(tour.hours) for tour, _ in worked],
                "paid_hours_per_week": [tour.paid_hours for tour, _ in worked],
                "heads": [heads for _, heads in worked],
                "cost_usd": [heads * tour.cost_usd for tour, heads in worked],
            }
        )

    def interval_frame(self) -> pd.DataFrame:
        """Return one row an interval: heads required, heads at work, and how many more than required."""
        return pd.DataFrame(
            {
                "begins": interval_names(self.required.size),
                "required_heads": self.required,
                "coverage_heads": self.coverage,
                "surplus_heads": self.surplus,
            }
        )

    def break_frame(self) -> pd.DataFrame:
        """Return one row a break and moment at which it is taken: shift, length and heads."""
        return pd.DataFrame(
            {
                "shift_begins": [clock(24.0 * pause.day + pause.start_hour) for pause in self.breaks],
                "break_begins": [clock(pause.begin_hour) for pause in self.breaks],
                "hours": [pause.hours for pause in self.breaks],
                "heads": [pause.heads for pause in self.breaks],
            }
        )

    def summary(self) -> str:
        """Say how many heads the week takes, why more than its hours alone, and what is proven."""
        extra = self.heads - self.heads_if_hours_were_divisible
        proven = (
            f"proven to be within {percent(self.gap, 2)} of the least cost"
            if self.gap > 0
            else "proven to be the least cost"
        )
        stopped = "; the search stopped at its time limit" if self.status is SolveStatus.TIME_LIMITED else ""
        return (
            f"{self.heads:,} heads cover the week for {money(self.cost_usd)}, {proven}{stopped}. Whole shifts take "
            f"{extra:,.1f} heads more than the {self.required_hours:,.0f} hours needed would by themselves."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw heads at work against heads required through the week on `ax` (`plot_shift_plan`)."""
        from optimization.shifts.plot_shifts import plot_shift_plan

        return plot_shift_plan(self, ax=ax)
