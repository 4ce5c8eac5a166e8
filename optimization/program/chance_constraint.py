"""Targets that are met with a probability: each queue's on its own, or all of them on the same paths."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.deadline_cover import AskedPaths, deadline_cover
from optimization.program.deferred_flow import DeferredFlow
from optimization.program.missed_cuts import SHARE_TOLERANCE, Position, Touching, hours_in_steps
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, column

FloatArray = NDArray[np.float64]

# A path that needs more than this multiple of the hours at hand counts as needing so much.
MOST_TIMES = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ChanceConstraint:
    """A `target` of `plan_staffing`: every queue's on-time share reaches its target share on a part of the paths.

    Attributes
    ----------
    probability
        Part of the paths. [-]
    jointly
        Whether it is asked that all queues reach their targets on the same paths.

    Raises
    ------
    ValueError
        If the probability lies outside 0-1.

    Notes
    -----
    Of n paths, k = floor((1 - p) n) may fail. At a given weekly shape each path asks for a number of hours; the k paths
    that ask for most are let go, and the hours cover the deadlines of all others (`deadline_cover`): with C the
    capacity, C(t) - C(s) >= the greatest over them of A(t - L) - A(s) for all moments s < t. That makes nothing late on
    these paths, first come, first served; how much less the target needs is the margin that the service model finds,
    negative then. Which paths are let go is decided at the shape of the last solution, and again when that has changed.
    It is an inner approximation: what it gives keeps the constraint on the paths, and something cheaper may too. How
    far the paths stand for the future depends on their number [1]_.

    References
    ----------
    .. [1] J. Luedtke and S. Ahmed (2008), A sample approximation approach for optimization with probabilistic
       constraints, SIAM Journal on Optimization 19(2), doi:10.1137/070702928.

    Examples
    --------
    Four of five paths must reach 90%; the fourth best reaches 85%.

    >>> target = ChanceConstraint(probability=0.8)
    >>> target.paths_met(5), round(target.short_by(np.array([1.0, 0.95, 0.9, 0.85, 0.5]), 0.9), 9)
    (4, 0.05)
    """

    probability: float = 0.8
    jointly: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.probability <= 1.0:
            raise ValueError(f"probability must lie above 0 and up to 1; found {self.probability!r}")

    def short_by(self, on_time_share: FloatArray, target_share: float) -> float:
        """Share by which a queue is short of its target; below 0 where it has some to spare.

        Parameters
        ----------
        on_time_share : ndarray of shape (n_paths,)
            [-]
        target_share : float
            [-]

        Returns
        -------
        float
            [-]
        """
        ordered = np.sort(on_time_share)[::-1]
        return float(target_share - ordered[self.paths_met(ordered.size) - 1])

    def paths_met(self, n_paths: int) -> int:
        """Number of paths, of `n_paths`, on which the target must be met."""
        return max(1, int(np.ceil(round(self.probability * n_paths, 9))))

    def asked_paths(self, case: StaffingCase, given: FloatArray) -> AskedPaths:
        """Paths on which the targets are asked for, and what they need between any two moments.

        Parameters
        ----------
        case
            What is known.
        given : ndarray of shape (n_teams, n_queues, n_weeks)
            Hours whose weekly shape decides which paths need most. [h]

        Returns
        -------
        AskedPaths
        """
        needed = np.stack([needed_multiple(case, given, queue) for queue in range(len(case.queues))])
        n_kept = self.paths_met(case.forecast.n_paths)
        if self.jointly:
            # Queues count alike: by how far a path is above the one that just has to be met.
            level = np.sort(needed, axis=1)[:, n_kept - 1 : n_kept]
            # Where most paths need nothing, such as of a queue without items, any that does is above them.
            above = np.divide(needed, level, out=np.where(needed > 0.0, np.inf, 0.0), where=level > 0.0)
            needed = np.broadcast_to(above.max(axis=0), needed.shape)
        order = np.argsort(needed, axis=1, kind="stable")
        kept = np.zeros(needed.shape, dtype=np.bool_)
        np.put_along_axis(kept, order[:, :n_kept], True, axis=1)
        cover = [
            np.zeros((0, 0)) if queue.is_live else deadline_cover(flow, paths)
            for queue, flow, paths in zip(case.queues, case.flows, kept, strict=True)
        ]
        return AskedPaths(kept=kept, cover=tuple(cover), allowed=case.allowed_late_share)

    def touching(self, position: Position) -> list[Touching]:
        """Rows that the plan breaks: for every week, the interval that ends in it and is shortest of capacity.

        Parameters
        ----------
        position
            The plan.

        Returns
        -------
        list of Touching
        """
        return [row for queue in position.deferred for row in _broken(position, queue)]

    def restated(self, position: Position, cuts: Sequence[Cut]) -> list[Cut]:
        """Rows of an earlier program of the same case, as they read under other margins and on other paths.

        Parameters
        ----------
        position
            Any plan, under the margins and on the paths that hold now.
        cuts
            From before.

        Returns
        -------
        list of Cut
            One of each interval.
        """
        intervals = dict.fromkeys((cut.queue, cut.steps) for cut in cuts if cut.steps is not None)
        return [_cover_cut(position, queue, steps, name=column("again", queue, *steps)) for queue, steps in intervals]


def _broken(position: Position, queue: int) -> list[Touching]:
    case, cover = position.case, position.asked.cover[queue]
    n_steps = cover.shape[0]
    done = np.concatenate([[0.0], np.cumsum(position.capacity(queue))])
    due = _mean_due(position, queue)
    short = cover + done[:-1, None]
    short -= done[1:]
    worst = short.argmax(axis=0)  # where the interval that ends in a step and is shortest begins
    by_week = short[worst, np.arange(n_steps)].reshape(case.n_weeks, -1) / due - position.relaxed[queue][:, None]
    found = []
    for week, within in enumerate(by_week.argmax(axis=1)):
        if by_week[week, within] <= SHARE_TOLERANCE:
            continue
        end = week * by_week.shape[1] + int(within)
        start = int(worst[end])
        cut = _cover_cut(position, queue, (start, end), name=column("cover", queue, position.serial, week))
        found.append(Touching(cut=cut, excess=float(by_week[week, within]), tolerance=SHARE_TOLERANCE))
    return found


def _cover_cut(position: Position, queue: int, steps: tuple[int, int], *, name: str) -> Cut:
    start, end = steps
    case, cover = position.case, position.asked.cover[queue]
    due = _mean_due(position, queue)
    inside = np.zeros(cover.shape[0])
    inside[start : end + 1] = 1.0 / due
    week = end * case.n_weeks // cover.shape[0]
    return Cut(
        name=name,
        coefficients={**hours_in_steps(position, queue, inside), column("relax_queue", queue, week): 1.0},
        lower=float(cover[start, end]) / due,
        queue=queue,
        steps=steps,
    )


def _mean_due(position: Position, queue: int) -> float:
    return max(float(position.case.flows[queue].due_items[position.asked.kept[queue]].mean()), 1e-9)


def needed_multiple(case: StaffingCase, given: FloatArray, queue: int) -> FloatArray:
    """Multiple of the hours given with which nothing would be late on each path.

    Parameters
    ----------
    case
        What is known.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        [h]
    queue : int
        Which.

    Returns
    -------
    ndarray of shape (n_paths,)
        From 0 to 4. [-]

    Notes
    -----
    Items missed are a convex, piecewise linear function of the multiple that falls to 0, so Newton's steps from the
    left never pass its zero and reach it in few of them. They start from what some intervals alone ask for.
    """
    flow, capacity = case.flows[queue], case.capacity_items(given, queue)
    multiple = _least_multiple(flow, capacity)
    open_paths = np.arange(multiple.size)
    while open_paths.size:
        hours = multiple[open_paths, None] * capacity
        constant, saves = flow.missed_slope(hours, open_paths)
        slope = saves @ capacity
        missed = constant - multiple[open_paths] * slope
        short = missed > SHARE_TOLERANCE * flow.due_items[open_paths]
        reached = np.where(slope > 0, constant / np.where(slope > 0, slope, 1.0), MOST_TIMES)
        multiple[open_paths[short]] = np.minimum(reached[short], MOST_TIMES)
        open_paths = open_paths[short & (multiple[open_paths] < MOST_TIMES)]
    return multiple


def _least_multiple(flow: DeferredFlow, capacity: FloatArray) -> FloatArray:
    """Multiple of the capacity that each path needs at least: what is due in intervals of 1, 2, 4, ... steps."""
    begun, n_steps = flow.arrived.copy(), capacity.size
    begun[:, 0] = flow.due[:, 0]
    done = np.concatenate([[0.0], np.cumsum(capacity)])
    multiple = np.zeros(begun.shape[0])
    for span in {min(2**power, n_steps) for power in range(n_steps.bit_length() + 1)}:
        room = done[span:] - done[:-span]
        items = flow.due[:, span:] - begun[:, :-span]
        ratio = np.divide(items, room, out=np.zeros_like(items), where=room > 0)
        multiple = np.maximum(multiple, ratio.max(axis=1))
    return np.asarray(np.minimum(multiple, MOST_TIMES))
