"""A convex function between its tangents from below and its chords from above, solved where they are furthest apart."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Tangents that meet closer than this part of an interval to its end add nothing.
EDGE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sandwich:
    """Points of a convex function with a slope at each.

    Attributes
    ----------
    place, value, bound, slope : ndarray of shape (n_points,)
        In order of place: a value that the function does not exceed there, one that it is not below, and the slope of a
        line through the latter that it is nowhere below. Where it is known exactly the two values are the same.
    """

    place: FloatArray
    value: FloatArray
    bound: FloatArray
    slope: FloatArray

    def __post_init__(self) -> None:
        for array in (self.place, self.value, self.bound, self.slope):
            array.setflags(write=False)

    def chord(self, place: ArrayLike) -> FloatArray:
        """Upper bound: the chord between neighbouring points.

        Parameters
        ----------
        place : array_like of any shape
            Between the ends. [unit of the places]

        Returns
        -------
        ndarray of the shape of `place`
            [unit of the values]
        """
        return np.asarray(np.interp(np.asarray(place, dtype=np.float64), self.place, self.value))

    def tangent(self, place: ArrayLike) -> FloatArray:
        """Lower bound: the highest of all tangents.

        Parameters
        ----------
        place : array_like of any shape
            [unit of the places]

        Returns
        -------
        ndarray of the shape of `place`
            [unit of the values]
        """
        where = np.asarray(place, dtype=np.float64)[..., None]
        return np.asarray((self.bound + self.slope * (where - self.place)).max(axis=-1))

    @property
    def meeting(self) -> FloatArray:
        """Where the tangents of neighbours meet, of shape (n_points - 1,) [unit of the places]."""
        left, right = slice(None, -1), slice(1, None)
        bend = self.slope[right] - self.slope[left]
        width = np.diff(self.place)
        drop = np.diff(self.bound) - self.slope[left] * width
        # The left tangent has fallen `drop` below the right point; the right one makes that good over the rest.
        part = 1.0 - np.divide(drop, bend * width, out=np.full(width.size, 0.5), where=bend * width > 0)
        return np.asarray(self.place[left] + np.clip(part, 0.0, 1.0) * width)

    @property
    def gap(self) -> FloatArray:
        """Furthest that bounds lie apart from each point to the next, of shape (n_points - 1,) [unit of the values]."""
        left, right = slice(None, -1), slice(1, None)
        lines = [self.bound[side] + self.slope[side] * (self.meeting - self.place[side]) for side in (left, right)]
        apart = self.chord(self.meeting) - np.maximum(*lines)
        at_points = self.value - self.bound
        return np.asarray(np.max([apart, at_points[left], at_points[right], np.zeros(apart.size)], axis=0))


def sandwich(
    solve: Callable[[float], tuple[float, float, float]], low: float, high: float, *, tolerance: float, most_solves: int
) -> Sandwich:
    """Enclose a convex function until bounds are close everywhere.

    Parameters
    ----------
    solve
        From a place to a value attained there, a bound of it, and the slope of a line through the bound that supports.
    low, high : float
        Ends of the places.
    tolerance : float
        Stop once the bounds are nowhere further apart than this part of the difference of the values at the ends. [-]
    most_solves : int
        Calls of `solve` at most, 2 or more.

    Returns
    -------
    Sandwich

    Notes
    -----
    Each step solves where the bounds are furthest apart. The error falls with the square of the number of points [1]_.

    References
    ----------
    .. [1] G. Rote, "The convergence rate of the sandwich algorithm for approximating convex functions", Computing 48,
       337-361, 1992.

    Examples
    --------
    >>> found = sandwich(lambda x: (1 / x, 1 / x, -1 / x**2), 1.0, 10.0, tolerance=0.01, most_solves=50)
    >>> found.place.size, bool(found.gap.max() <= 0.01 * 0.9)
    (15, True)
    """
    points = {place: solve(place) for place in dict.fromkeys((low, high))}
    while True:
        places = np.array(sorted(points))
        found = Sandwich(
            place=places,
            value=np.array([points[place][0] for place in places]),
            bound=np.array([points[place][1] for place in places]),
            slope=np.array([points[place][2] for place in places]),
        )
        if places.size < 2:
            return found
        span = abs(found.value[-1] - found.value[0])
        worst = int(found.gap.argmax())
        place = float(found.meeting[worst])
        edge = EDGE * (places[worst + 1] - places[worst])
        inside = places[worst] + edge < place < places[worst + 1] - edge
        if found.gap[worst] <= tolerance * span or len(points) >= most_solves or not inside:
            return found
        points[place] = solve(place)
