"""What the past says of the coming dates: last year's movement, the day of the month, last week and the last days."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.methods.year_ago import YEARS_AVERAGED, YearAgo

# Places of days in a month; shorter months leave the middle out.
MONTH_PLACES = 31
# Width of the mean that single days are compared with. [steps]
AROUND = 15
# Eleven working days at most in the first half of a month, thirteen from its end, and one place for weekends.
WORKING_PLACES = 25
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
Singles = NDArray[np.float32]


@dataclass(kw_only=True, slots=True)
class DayDepartures:
    """How days departed from the mean around them, one by one and by place in the month.

    Attributes
    ----------
    value, seen : ndarray of shape (n_steps, n_queues)
        Departures, 0 where not known, and 1 where known, else 0.
    place : ndarray of shape (2, at least n_steps + horizon) or None
        Rows of `total` that each step belongs to, by its day and by its working day of the month; None where steps have
        no dates.
    total, count : ndarray of shape (31 + 25, n_queues)
        Sum and number of departures by place.
    done : int
        Steps taken in: those whose surroundings are known.
    """

    value: Singles
    seen: Singles
    place: NDArray[np.intp] | None
    total: Singles
    count: Singles
    done: int = 0

    @classmethod
    def start(cls, n_steps: int, n_queues: int, month_places: NDArray[np.intp] | None) -> Self:
        """Return that nothing is known.

        Parameters
        ----------
        n_steps, n_queues : int
            Size of the history.
        month_places : ndarray of shape (2, at least n_steps + horizon) or None
            Places of each step among the days and among the working days of its month.
        """
        by_step, by_place = (n_steps, n_queues), (MONTH_PLACES + WORKING_PLACES, n_queues)
        return cls(
            value=np.zeros(by_step, np.float32),
            seen=np.zeros(by_step, np.float32),
            place=None if month_places is None else month_places + np.array([[0], [MONTH_PLACES]]),
            total=np.zeros(by_place, np.float32),
            count=np.zeros(by_place, np.float32),
        )

    def extend(self, past: YearAgo, known: int) -> None:
        """Take in the steps whose surroundings have come to be known."""
        first, stop = max(self.done, AROUND // 2), known - AROUND // 2
        if stop <= first:
            return
        departure = past.means(first, stop - first, 1) - past.means(first - AROUND // 2, stop - first, AROUND)
        there = ~np.isnan(departure)
        departure[~there] = 0.0
        self.value[first:stop], self.seen[first:stop] = departure, there
        if self.place is not None:
            for step in range(first, stop):
                places = self.place[:, step]
                self.total[places] += self.value[step]
                self.count[places] += self.seen[step]
        self.done = stop

    def of_month(self, known: int, horizon: int) -> Singles:
        """Expected departures by both places in the month, of shape (2, horizon, n_queues); there must be places."""
        effect = self.total / (self.count + np.float32(PRIOR_DAYS))
        return np.asarray(effect[np.asarray(self.place)[:, known : known + horizon]])

    def of_past_years(self, known: int, horizon: int, year: int) -> Singles:
        """Departures of the same days of past years, mean of the years known, of shape (horizon, n_queues).

        Notes
        -----
        A third is that of the neighbours, since dates that move do not fall on the same day 52 weeks later.
        """
        total, count = np.zeros((2, horizon, self.value.shape[1]), np.float32)
        for back in range(1, YEARS_AVERAGED + 1):
            day = known - back * year
            first, stop = max(day, 1), min(day + horizon, self.done - 1)
            if stop <= first:
                continue
            near = self.value[first - 1 : stop - 1] + self.value[first + 1 : stop + 1]
            near += 4 * self.value[first:stop]
            near *= self.seen[first:stop] / np.float32(6)
            total[first - day : stop - day] += near
            count[first - day : stop - day] += self.seen[first:stop]
        return np.asarray(total / np.maximum(count, 1))


def _or_zero(values: Floats) -> Floats:
    """Values with 0 for what is not known, in place: `numpy.nan_to_num` also looks for infinities."""
    values[np.isnan(values)] = 0.0
    return values


def last_week(past: YearAgo, known: int, horizon: int, season: int) -> Floats:
    """Departures of the days of the last week from their own mean, repeated, of shape (horizon, n_queues)."""
    days = _or_zero(past.means(known - season, season, 1) - past.means(known - LATELY, 1, LATELY))
    days -= days.sum(axis=0) / season
    return np.asarray(days[np.arange(horizon) % season])


def last_days(past: YearAgo, known: int, horizon: int) -> Floats:
    """Departure of the last two days from the mean of late, fading, of shape (horizon, n_queues)."""
    latest = _or_zero(past.means(known - 2, 2, 1) - past.means(known - LATELY, 1, LATELY))
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
    return (*moved, "half the long trend", *daily, *(["day of the month", "working day of the month"] if dated else []))


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
        Departures of single days; not used where steps are weeks.
    """

    past: YearAgo
    season: int
    year: int
    shapes: tuple[tuple[int, int], ...]
    days: DayDepartures

    @property
    def names(self) -> tuple[str, ...]:
        """One description a movement."""
        return movement_names(self.season, self.shapes, self.days.place is not None)

    @property
    def parts(self) -> tuple[int, ...]:
        """Part of the mean that each movement belongs to: 0 level, 1 trend, 2 weekly, 3 yearly."""
        daily = [3, 2, 0] if self.season > 1 else []
        return (*[3] * len(self.shapes), 1, *daily, *([3, 3] if self.days.place is not None else []))

    def ahead(self, known: int, horizon: int) -> Singles:
        """Movements expected over the steps after those known, of shape (n_movements, horizon, n_queues)."""
        past = self.past
        found: list[NDArray[np.floating]] = [
            past.shape(known, horizon, self.year, width, start) for width, start in self.shapes
        ]
        found.append(long_trend(past, known, horizon, self.year))
        if self.season > 1:
            self.days.extend(past, known)
            found.append(self.days.of_past_years(known, horizon, self.year))
            found.append(last_week(past, known, horizon, self.season))
            found.append(last_days(past, known, horizon))
        if self.days.place is not None:
            found.extend(self.days.of_month(known, horizon))
        return np.stack(found, dtype=np.float32, casting="same_kind")
