"""Search for the non-dominated pairs of two criteria under one budget, with bounds from linear relaxations."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimization.portfolio.dominance import undominated_rows
from optimization.portfolio.request_codes import RequestCodes
from optimization.portfolio.triple_dominance import undominated_triples

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
CodeArray = NDArray[np.uint64]

SEED_DIRECTIONS = 33
FIRST_PASS_WIDTH = 400  # partial sets kept at each step of the pass that looks for good results
ROUNDING = 1e-9  # slack of the bounds, which are computed in floating point on a scale of 0 to 1


def best_pairs(request: IntArray, cap: int, codes: RequestCodes) -> tuple[IntArray, CodeArray]:
    """Return totals of shape (3, n_points) and codes of all non-dominated affordable sets.

    Parameters
    ----------
    request : ndarray of int64 of shape (3, n_requests)
        Cost, first and second criterion of each request, in whole units.
    cap : int
        Most units of cost that a set may have.
    codes : RequestCodes
        Bits of the requests; of sets with equal totals the one of the smallest code is returned.
    """
    useful = np.flatnonzero((request[0] <= cap) & (request[1:] > 0).any(axis=0))
    order = useful[np.argsort(_mean_rank(request[:, useful]), kind="stable")]
    scale = 1.0 / np.maximum(1.0, np.abs(request[1:].astype(np.float64)).sum(axis=1))
    known = _greedy_results(request[:, order], scale, cap)
    for width in (FIRST_PASS_WIDTH, None):
        total, code = _pass(request, order, cap, codes, Target.of(known, scale), width)
        known = np.concatenate([known, total[1:]], axis=1)
        known = known[:, undominated_rows(-known[0], known[1])]
    rows = undominated_rows(-total[1], total[2])
    return total[:, rows], code[:, rows]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Target:
    """What a result must reach so as not to be beaten by the known ones.

    A result that no known one beats lies, for some direction of the list, at or above all three thresholds.

    Attributes
    ----------
    scale : ndarray of shape (2,)
        Factors that bring both criteria to sums of at most one; all that follows is on this scale.
    direction : ndarray of shape (n_directions, 2)
        Weights of the two criteria: the normals of the edges of the known front, and both axes.
    least : ndarray of shape (n_directions,)
        Threshold of the weighted sum.
    least_single : ndarray of shape (n_directions, 2)
        Thresholds of each criterion by itself; minus infinity where there is none.
    """

    scale: FloatArray
    direction: FloatArray
    least: FloatArray
    least_single: FloatArray

    @classmethod
    def of(cls, known: IntArray, scale: FloatArray) -> "Target":
        """Thresholds from known results of shape (2, n_known), in any order."""
        rows = undominated_rows(-known[0], known[1])[::-1]
        points = known[:, rows] * scale[:, None]  # the first criterion rises, the second falls
        points = points[:, np.append(np.diff(points[0]) > 0, True)]
        corner = np.stack([points[0, :-1], points[1, 1:]])
        direction, least, single = [(1.0, 0.0), (0.0, 1.0)], [points[0, -1], points[1, 0]], [(-np.inf, -np.inf)] * 2
        hull = _upper_hull(points)
        for start, end in pairwise(hull):
            normal = np.array([points[1, start] - points[1, end], points[0, end] - points[0, start]])
            normal /= normal.sum()
            direction.append((normal[0], normal[1]))
            least.append((normal @ corner[:, start:end]).min())
            single.append((points[0, start], points[1, end]))
        return cls(scale=scale, direction=np.array(direction), least=np.array(least), least_single=np.array(single))

    def scaled(self, amounts: IntArray) -> FloatArray:
        """Both criteria, given in rows, on the common scale."""
        result: FloatArray = amounts * self.scale[:, None]
        return result


def _upper_hull(points: FloatArray) -> list[int]:
    """Corners of the convex hull of points whose first criterion rises and whose second falls."""
    hull: list[int] = []
    for index in range(points.shape[1]):
        while len(hull) >= 2:
            edge = points[:, hull[-1]] - points[:, hull[-2]]
            step = points[:, index] - points[:, hull[-2]]
            if edge[0] * step[1] < edge[1] * step[0]:
                break
            hull.pop()
        hull.append(index)
    return hull


def _efficiency(value: FloatArray, cost: IntArray) -> FloatArray:
    """Value by unit of cost; infinite where a positive value is free."""
    free = np.where(value > 0, np.inf, 0.0)
    return np.divide(value, cost, out=free, where=cost > 0)


def _mean_rank(request: IntArray) -> FloatArray:
    """Rank of each request by value for cost, averaged over both criteria."""
    ranks = [
        np.argsort(np.argsort(-_efficiency(value.astype(np.float64), request[0]), kind="stable"))
        for value in request[1:]
    ]
    mean: FloatArray = np.mean(ranks, axis=0)
    return mean


def _greedy_results(request: IntArray, scale: FloatArray, cap: int) -> IntArray:
    """Totals of both criteria of the sets filled by value for cost, for directions spread over the quadrant.

    Parameters
    ----------
    request : ndarray of int64, shape (3, n_requests)
        Cost, first and second criterion of each request. [whole units]
    scale : ndarray of shape (2,)
        Factors that bring both criteria to sums of at most one.
    cap : int
        Most units of cost that a set may have.

    Returns
    -------
    ndarray of int64, shape (2, SEED_DIRECTIONS)
        The same set may come up for several directions. [whole units]
    """
    angle = np.linspace(0.0, np.pi / 2, SEED_DIRECTIONS)
    value = np.outer(np.cos(angle), request[1] * scale[0]) + np.outer(np.sin(angle), request[2] * scale[1])
    best_first = np.argsort(-_efficiency(value, request[0]), axis=1, kind="stable")
    left = np.full(SEED_DIRECTIONS, cap)
    total = np.zeros((2, SEED_DIRECTIONS), dtype=np.int64)
    for turn in best_first.T:
        takes = (request[0, turn] <= left) & (value[np.arange(SEED_DIRECTIONS), turn] > 0)
        left -= np.where(takes, request[0, turn], 0)
        total += np.where(takes, request[1:, turn], 0)
    return total


def _pass(
    request: IntArray, order: NDArray[np.intp], cap: int, codes: RequestCodes, target: Target, width: int | None
) -> tuple[IntArray, CodeArray]:
    """Decide the requests in order; complete without a width, otherwise the most promising sets of each step.

    Parameters
    ----------
    request : ndarray of int64, shape (3, n_requests)
        Cost, first and second criterion of each request. [whole units]
    order : ndarray of int, shape (n_useful,)
        Requests to decide; those left out stay unfunded.
    cap : int
        Most units of cost that a set may have.
    codes
        Bits of the requests.
    target
        What a set must be able to reach, or it is dropped.
    width : int, optional
        Most sets kept after each request; None for all.

    Returns
    -------
    total : ndarray of int64, shape (3, n_points)
        Cost and both criteria of the sets that are left. [whole units]
    code : ndarray of uint64, shape (n_words, n_points)
        Which requests they fund.
    """
    total = np.zeros((3, 1), dtype=np.int64)
    code = np.zeros((codes.n_words, 1), dtype=np.uint64)
    relaxations = _relaxations(request[:, order], target)
    for index, relaxation in zip(order.tolist(), relaxations, strict=True):
        affordable = np.flatnonzero(total[0] <= cap - request[0, index])
        total = np.concatenate([total, total[:, affordable] + request[:, index, None]], axis=1)
        code = np.concatenate([code, code[:, affordable] | codes.mask({index})], axis=1)
        room = _room(total, cap, relaxation, target)
        rows = np.flatnonzero(room >= 0)
        rows = rows[undominated_triples(total[:, rows], code[:, rows])]
        if width is not None and rows.size > width:
            rows = rows[np.argsort(-room[rows], kind="stable")[:width]]
        total, code = total[:, rows], code[:, rows]
    return total, code


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Relaxation:
    """Greedy fill with the undecided requests by one direction: cumulated cost and value, and value for cost next."""

    cost: FloatArray
    value: FloatArray
    next_efficiency: FloatArray

    def most(self, left: IntArray) -> FloatArray:
        """Bound on the value that the undecided requests add to sets with the given cost left."""
        filled = np.searchsorted(self.cost, left, side="right") - 1
        return self.value[filled] + (left - self.cost[filled]) * self.next_efficiency[filled]


def _relaxations(request: IntArray, target: Target) -> Iterator[list[Relaxation]]:
    """For each step, the relaxations of what is undecided after it, one a direction."""
    value = target.direction @ target.scaled(request[1:])
    efficiency = [_efficiency(row, request[0]) for row in value]
    best_first = [np.argsort(-row, kind="stable")[: np.count_nonzero(row > 0)] for row in efficiency]
    for step in range(request.shape[1]):
        relaxations = []
        for row, ratio, turn in zip(value, efficiency, best_first, strict=True):
            undecided = turn[turn > step]
            relaxations.append(
                Relaxation(
                    cost=np.concatenate([[0.0], np.cumsum(request[0, undecided])]),
                    value=np.concatenate([[0.0], np.cumsum(row[undecided])]),
                    next_efficiency=np.append(ratio[undecided], 0.0),
                )
            )
        yield relaxations


def _room(total: IntArray, cap: int, relaxation: list[Relaxation], target: Target) -> FloatArray:
    """By how much the bound of each partial set clears the threshold, at best; negative if in no direction."""
    left, so_far = cap - total[0], target.scaled(total[1:])
    bound = [so_far[axis] + relaxation[axis].most(left) for axis in (0, 1)]
    best = np.full(total.shape[1], -np.inf)
    for row, (direction, least, (least_first, least_second)) in enumerate(
        zip(target.direction, target.least, target.least_single, strict=True)
    ):
        most = bound[row] if row < 2 else direction @ so_far + relaxation[row].most(left)
        reaches = (bound[0] >= least_first - ROUNDING) & (bound[1] >= least_second - ROUNDING)
        best = np.maximum(best, np.where(reaches, most - least + ROUNDING, -np.inf))
    return best
