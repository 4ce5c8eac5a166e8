"""Share of items that the flow may miss, so that first-come service keeps a target that is a mean over paths."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# First-come service is late with all that stand behind a late item: where it may be late with a share of the items, the
# flow may miss some hundredths of that share. The search starts at the first part, and ends at the least: below, only
# more hours help. A round goes down by the first factor at most, and up by the second.
FIRST_PART, LEAST_PART = 0.1, 0.005
MOST_TIGHTER, MOST_LOOSER = 0.1, 2.0
# Lateness that hardly follows what the flow misses, as that of small queues, is not chased in one step.
LEAST_POWER = 0.4


class MissedShare:
    """What the flow may miss of each queue's items, learned from how late first-come service was.

    Parameters
    ----------
    most : ndarray of shape (n_queues,)
        Share that first-come service may be late with. [-]
    searched : ndarray of bool of shape (n_queues,)
        Queues for which a part of it is sought; the flow of all others may miss all of it.

    Notes
    -----
    Two things can be asked of the flow so that first-come service keeps a target: more hours for the same items, or
    fewer items missed. A flow that may miss a twentieth of the items misses them where people are dearest, all in a few
    weeks, which first-come service does not get over; to ask for more hours in all weeks then chases weeks that move
    from round to round. Fewer items missed leave no such weeks.

    Lateness L grows with what the flow misses, a, about as a power, L ~ a^p. The share to miss is moved by
    (most / L)^(1 / p), with p as the last two rounds show it and 1 before: the secant method in logarithms.
    """

    def __init__(self, most: FloatArray, searched: BoolArray) -> None:
        self.most, self.searched = most, searched
        self.share = np.where(searched, FIRST_PART, 1.0) * most
        self._before: dict[int, tuple[float, float]] = {}

    def may_settle(self, factor: FloatArray, margin: FloatArray) -> BoolArray:
        """Queues that are given more, or fewer, hours by what the flow may miss, rather than by their margin.

        Parameters
        ----------
        factor : ndarray of shape (n_queues,)
            Multiple of its hours that each queue needs. [-]
        margin : ndarray of shape (n_queues,)
            Part by which more hours are asked than the flow needs. [-]
        """
        tighter = (factor > 1.0) & (self.share > LEAST_PART * self.most)
        looser = (factor < 1.0) & (margin <= 0.0) & (self.share < self.most)
        return self.searched & (tighter | looser)

    def learn(self, queue: int, late: float) -> None:
        """Move the share of a queue after first-come service was late with `late` of its items [-]."""
        most, share = float(self.most[queue]), float(self.share[queue])
        late = max(late, LEAST_PART * most)
        power = 1.0
        if queue in self._before and self._before[queue][0] != share:
            share_before, late_before = self._before[queue]
            power = min(max(np.log(late / late_before) / np.log(share / share_before), LEAST_POWER), 1.0)
        self._before[queue] = (share, late)
        moved = share * min(max((most / late) ** (1.0 / power), MOST_TIGHTER), MOST_LOOSER)
        self.share[queue] = min(max(moved, LEAST_PART * most), most)
