"""Last year's shape: how far the level moved over the same dates in the years before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Older years than these say less about the coming one than their average adds.
YEARS_AVERAGED = 3
EXACT = 2.0**20
Floats = NDArray[np.floating]


@dataclass(kw_only=True, slots=True)
class YearAgo:
    """Running sums of the deseasonalised values, from which any centred mean can be read.

    Attributes
    ----------
    total, count : ndarray of shape (n_steps + 1, n_queues)
        Sum and number of the values seen in the first so many steps.
    first : ndarray of shape (n_queues,)
        Step of each queue's first observation; windows that reach back before it are not used.
    """

    total: NDArray[np.float64]
    count: NDArray[np.float64]
    first: NDArray[np.intp]

    def extend(self, start: int, value: Floats, seen: Floats) -> None:
        """Take in the deseasonalised values (n_new, n_queues) of the steps from start on; seen is 1 or 0."""
        # Whole multiples of a small step add up exactly, so that no sum depends on where it was cut.
        exact = value.astype(np.float64)
        exact *= EXACT
        np.rint(exact, out=exact)
        exact /= EXACT
        exact *= seen
        for step in range(len(value)):
            np.add(self.total[start + step], exact[step], out=self.total[start + step + 1])
            np.add(self.count[start + step], seen[step], out=self.count[start + step + 1])

    def mean(self, start: NDArray[np.intp], width: int) -> NDArray[np.float64]:
        """Mean over the width steps from each start, of shape (n_starts, n_queues); NaN before a queue's first."""
        begin, stop = np.maximum(start, 0), np.maximum(start + width, 0)
        count = self.count[stop] - self.count[begin]
        total = self.total[stop] - self.total[begin]
        known = (count > 0) & (np.maximum(self.first, 0) <= start[:, None])
        return np.where(known, total / np.maximum(count, 1), np.nan)

    def means(self, start: int, n_starts: int, width: int) -> NDArray[np.float64]:
        """Return the same for consecutive starts, of shape (n_starts, n_queues)."""
        last = start + n_starts - 1 + width
        if start >= 0 and (self.count[last] - self.count[start] == last - start).all():
            # All was seen: the same digits without looking at each step.
            moved = self.total[start + width : last + 1] - self.total[start : start + n_starts]
            moved /= width
            return moved
        return self.mean(np.arange(start, start + n_starts), width)

    def slope(self, known: int, span: int) -> NDArray[np.float64]:
        """Change a step between the first and the last span of steps, of shape (n_queues,); 0 where they overlap."""
        apart = known - span - self.first
        if len(self.first) and (self.first == self.first[0]).all() and apart[0] >= span:
            # All begin together: the same digits without looking each up.
            begun = int(self.first[0])
            return np.asarray(
                np.nan_to_num(self.means(known - span, 1, span)[0] - self.means(begun, 1, span)[0]) / apart[0]
            )
        begin = np.minimum(self.first, len(self.count) - 1)
        close, rows = np.minimum(begin + span, len(self.count) - 1), np.arange(len(begin))
        count = self.count[close, rows] - self.count[begin, rows]
        opening = (self.total[close, rows] - self.total[begin, rows]) / np.maximum(count, 1)
        latest = self.mean(np.array([known - span]), span)[0]
        known_both = (apart >= span) & (count > 0) & ~np.isnan(latest)
        return np.where(known_both, (latest - opening) / np.maximum(apart, 1), 0.0)

    def shape(self, known: int, horizon: int, year: int, window: int, start_window: int) -> NDArray[np.float64]:
        """Movement of the centred mean from now over the horizon, a year ago, averaged over years.

        Parameters
        ----------
        known : int
            Steps known; the movement starts from the last of them.
        horizon : int
            Steps ahead.
        year : int
            Steps in 52 weeks.
        window : int
            Width of the mean. [steps]
        start_window : int
            Width of the mean up to now that the movement starts from. [steps]

        Returns
        -------
        ndarray of shape (horizon, n_queues)
            0 where no year before holds both ends.
        """
        half, ahead = window // 2, np.arange(horizon)
        total = np.zeros((horizon, self.total.shape[1]))
        count = np.zeros_like(total)
        for back in range(1, YEARS_AVERAGED + 1):
            now = known - back * year
            if now < start_window:
                break
            # Where the horizon reaches past the same date of the last year known, an earlier year stands in.
            centre = now + ahead - year * np.maximum(0, -(-(now + ahead + half + 1 - known) // year))
            if centre[-1] - centre[0] == horizon - 1:
                moved = self.means(int(centre[0]) - half, horizon, window)
            else:
                moved = self.mean(centre - half, window)
            moved -= self.mean(np.array([now - start_window]), start_window)
            seen = ~np.isnan(moved)
            total += np.where(seen, moved, 0.0)
            count += seen
        return np.asarray(total / np.maximum(count, 1))
