"""What the past says of the coming dates: last year's movement, the day of the month, last week and the last days."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.year_ago import YEARS_AVERAGED, YearAgo

# Places of days in a month; shorter months leave the middle out.
MONTH_PLACES = 31
# Width of the mean that single days are compared with. [steps]
AROUND = 15
# Days of a month that count as much as knowing nothing of it.
PRIOR_DAYS = 6.0
# Steps of the mean that the last days and the last week are compared with.
LATELY = 28
# What is left a day later of a departure of the last two days, and the weights of these two.
FADING = 0.7
LAST_TWO = (0.6, 0.4)
# Of the slope of a straight line through the whole history, the theta method projects half.
THETA_SHARE = 0.5
Floats = NDArray[np.float64]


@dataclass(kw_only=True, slots=True)
class MonthDays:
    """How days depart from the mean around them, by place in the month.

    Attributes
    ----------
    place : ndarray of shape (at least n_steps + horizon,)
        Place in the month of each step.
    total, count : ndarray of shape (31, n_queues)
        Sum and number of departures.
    done : int
        Steps taken in.
    """

    place: NDArray[np.intp]
    total: Floats
    count: Floats
    done: int = 0

    @classmethod
    def start(cls, place: NDArray[np.intp], n_queues: int) -> Self:
        """Return that nothing is known."""
        return cls(place=place, total=np.zeros((MONTH_PLACES, n_queues)), count=np.zeros((MONTH_PLACES, n_queues)))

    def extend(self, past: YearAgo, known: int) -> None:
        """Take in the steps whose surroundings are known."""
        fresh = np.arange(max(self.done, AROUND // 2), known - AROUND // 2)
        if fresh.size == 0:
            return
        first, n_fresh = int(fresh[0]), len(fresh)
        departure = past.means(first, n_fresh, 1) - past.means(first - AROUND // 2, n_fresh, AROUND)
        seen = ~np.isnan(departure)
        departure[~seen] = 0.0
        for step, each, there in zip(fresh, departure, seen, strict=True):
            self.total[self.place[step]] += each
            self.count[self.place[step]] += there
        self.done = int(fresh[-1]) + 1

    def ahead(self, known: int, horizon: int) -> Floats:
        """Expected departures, of shape (horizon, n_queues)."""
        effect = self.total / (self.count + PRIOR_DAYS)
        return np.asarray(effect[self.place[known : known + horizon]])


def same_day_of_past_years(past: YearAgo, known: int, horizon: int, year: int) -> Floats:
    """How the same days departed from the mean around them, mean of the years known, of shape (horizon, n_queues).

    Notes
    -----
    Half the day itself and half the mean of it and its neighbours, since dates that move, such as Easter, do not
    fall on the same day 52 weeks later.
    """
    total, count = np.zeros((horizon, past.total.shape[1])), np.zeros((horizon, past.total.shape[1]))
    for back in range(1, YEARS_AVERAGED + 1):
        first = known - back * year
        n_days = min(horizon, known - AROUND // 2 - first)
        if first + n_days - 1 < AROUND // 2 or n_days < 1:
            continue
        departure = past.means(first, n_days, 1)
        departure += past.means(first - 1, n_days, 3)
        departure *= 0.5
        departure -= past.means(first - AROUND // 2, n_days, AROUND)
        there = ~np.isnan(departure)
        departure[~there] = 0.0
        total[:n_days] += departure
        count[:n_days] += there
    return np.asarray(total / np.maximum(count, 1))


def last_week(past: YearAgo, known: int, horizon: int, season: int) -> Floats:
    """Departures of the days of the last week from their own mean, repeated, of shape (horizon, n_queues)."""
    days = np.nan_to_num(past.means(known - season, season, 1) - past.means(known - LATELY, 1, LATELY))
    days -= days.sum(axis=0) / season
    return np.asarray(days[np.arange(horizon) % season])


def last_days(past: YearAgo, known: int, horizon: int) -> Floats:
    """Departure of the last two days from the mean of late, fading, of shape (horizon, n_queues)."""
    latest = np.nan_to_num(past.means(known - 2, 2, 1) - past.means(known - LATELY, 1, LATELY))
    departure = LAST_TWO[0] * latest[1] + LAST_TWO[1] * latest[0]
    return np.asarray(departure * FADING ** np.arange(1, horizon + 1)[:, None])


def long_trend(past: YearAgo, known: int, horizon: int, year: int) -> Floats:
    """Half the slope of the whole history, projected, of shape (horizon, n_queues)."""
    slope = past.slope(known, max(4, year // 8))
    return np.asarray(THETA_SHARE * slope * np.arange(1, horizon + 1)[:, None])


def movement_names(season: int, shapes: tuple[tuple[int, int], ...], dated: bool) -> tuple[str, ...]:
    """Descriptions of the movements in their order, for steps of a day (season above 1) or week, with dates or without.

    Examples
    --------
    >>> movement_names(1, ((5, 3),), dated=False)
    ("last year's movement (5 steps)", 'half the long trend')
    """
    daily = ["same day of past years", "last week", "last days"] if season > 1 else []
    moved = [f"last year's movement ({width} steps)" for width, _ in shapes]
    return (*moved, "half the long trend", *daily, *(["day of the month"] if dated else []))


@dataclass(kw_only=True, slots=True)
class ExpectedMovements:
    """All that may correct the mean of the ensemble, for the queues of a chunk.

    Attributes
    ----------
    past
        Sums of what was seen, less its weekly pattern.
    season, year : int
        Steps in a week, and in 52 weeks.
    shapes : tuple of (int, int)
        Width of the centred mean of last year's movement, and of the mean that it starts from [steps].
    days
        What is known of days of the month; None where steps are weeks or have no dates.
    """

    past: YearAgo
    season: int
    year: int
    shapes: tuple[tuple[int, int], ...]
    days: MonthDays | None

    @property
    def names(self) -> tuple[str, ...]:
        """One description a movement."""
        return movement_names(self.season, self.shapes, self.days is not None)

    @property
    def parts(self) -> tuple[int, ...]:
        """Part of the mean that each movement belongs to: 0 level, 1 trend, 2 weekly, 3 yearly."""
        daily = [3, 2, 0] if self.season > 1 else []
        return (*[3] * len(self.shapes), 1, *daily, *([3] if self.days else []))

    def ahead(self, known: int, horizon: int) -> NDArray[np.float32]:
        """Movements expected over the steps after those known, of shape (n_movements, horizon, n_queues)."""
        past = self.past
        found = [past.shape(known, horizon, self.year, width, start) for width, start in self.shapes]
        found.append(long_trend(past, known, horizon, self.year))
        if self.season > 1:
            found.append(same_day_of_past_years(past, known, horizon, self.year))
            found.append(last_week(past, known, horizon, self.season))
            found.append(last_days(past, known, horizon))
        if self.days is not None:
            self.days.extend(past, known)
            found.append(self.days.ahead(known, horizon))
        return np.stack(found, dtype=np.float32, casting="same_kind")
