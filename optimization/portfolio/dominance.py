"""Points of lowest cost and highest value, with the decisions that lead to each, and their exact merges."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.portfolio.exact_units import ExactUnit

IntArray = NDArray[np.int64]
IndexArray = NDArray[np.intp]
CodeArray = NDArray[np.uint64]

PAIRS_AT_ONCE = 1 << 20  # bounds the memory of a merge: about 60 bytes a pair


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CodedPoints:
    """Totals in exact units and the decisions behind them.

    Attributes
    ----------
    cost, value : ndarray of int64 of shape (n_points,)
        Totals in whole units.
    code : ndarray of uint64 of shape (n_words, n_points)
        The decisions, first decision in the highest bits of the first word: of two points with equal totals
        the one with the smaller code is kept, whatever the order in which the points were made.
    """

    cost: IntArray
    value: IntArray
    code: CodeArray

    def take(self, rows: IndexArray | slice) -> "CodedPoints":
        """Return the points of the given rows."""
        return CodedPoints(cost=self.cost[rows], value=self.value[rows], code=self.code[:, rows])


def origin(n_words: int) -> CodedPoints:
    """Return the single point without cost, value or decisions."""
    zero = np.zeros(1, dtype=np.int64)
    return CodedPoints(cost=zero, value=zero, code=np.zeros((n_words, 1), dtype=np.uint64))


def non_dominated(cost: ArrayLike, value: ArrayLike) -> IndexArray:
    """Indices of the points that no other point beats on both cost and value.

    Parameters
    ----------
    cost : array_like of shape (n_points,)
        Cost of each point, less is better. [any unit]
    value : array_like of shape (n_points,)
        Value of each point, more is better. [any unit]

    Returns
    -------
    ndarray of shape (n_kept,)
        Indices sorted by rising cost (and so by rising value). Of points equal in both, the one listed first.

    Raises
    ------
    ValueError
        If the arrays are not of one length, or a number is not finite.

    Examples
    --------
    >>> non_dominated([3, 1, 2, 3], [9, 5, 4, 9]).tolist()
    [1, 0]
    """
    costs, values = np.asarray(cost), np.asarray(value)
    if costs.ndim != 1 or costs.shape != values.shape:
        raise ValueError(
            f"cost and value must be of one length; cost has shape {costs.shape} and value {values.shape}. "
            "Hand in one number a point in each."
        )
    for name, numbers in (("cost", costs), ("value", values)):
        bad = np.flatnonzero(~np.isfinite(numbers))
        if bad.size:
            raise ValueError(
                f"{name}[{bad[0]}] is {numbers[bad[0]]} ({bad.size} such points): every number must be finite. "
                "Leave such points out."
            )
    rows = undominated_rows(costs, values)
    repeated = np.zeros(rows.size, dtype=bool)
    repeated[1:] = (costs[rows[1:]] == costs[rows[:-1]]) & (values[rows[1:]] == values[rows[:-1]])
    distinct: IndexArray = rows[~repeated]
    return distinct


def undominated_rows(
    cost: NDArray[np.generic], value: NDArray[np.generic], group: Iterable[CodeArray] = ()
) -> IndexArray:
    """Rows that no other row of the same group beats, ties included.

    Parameters
    ----------
    cost, value : ndarray of shape (n_points,)
        Less is better, and more is better. [any units]
    group : iterable of ndarray of uint64 of shape (n_points,), optional
        Labels: points with equal labels are one group; all of them without.

    Returns
    -------
    ndarray of int of shape (n_kept,)
        Sorted by group, then cost, then row.
    """
    labels = tuple(group)
    order = np.lexsort((cost, *labels)) if labels else np.argsort(cost, kind="stable")
    starts = np.flatnonzero(_changes(order, labels))
    best = value[order]
    for first, last in zip(starts, np.append(starts[1:], order.size)[: starts.size], strict=True):
        np.maximum.accumulate(best[first:last], out=best[first:last])
    rows = order[value[order] == best]
    # What is left never falls in value along a group; two kinds of dominated rows remain.
    values, costs = value[rows], cost[rows]
    new_group = _changes(rows, labels)
    new_cost = new_group | np.concatenate([[True], costs[1:] != costs[:-1]])[: rows.size]
    new_value = new_group | np.concatenate([[True], values[1:] != values[:-1]])[: rows.size]
    cost_run, value_run = np.cumsum(new_cost) - 1, np.cumsum(new_value) - 1
    last_of_run = np.append(np.flatnonzero(new_cost)[1:], rows.size) - 1
    as_good = values == values[last_of_run[cost_run]]
    as_cheap = costs == costs[np.flatnonzero(new_value)[value_run]]
    undominated: IndexArray = rows[as_good & as_cheap]
    return undominated


def _changes(rows: IndexArray, labels: tuple[CodeArray, ...]) -> NDArray[np.bool_]:
    """Whether each row is the first of its group."""
    first = np.zeros(rows.size, dtype=bool)
    first[:1] = True
    for label in labels:
        sorted_label = label[rows]
        first[1:] |= sorted_label[1:] != sorted_label[:-1]
    return first


def without_ties(points: CodedPoints, group: tuple[CodeArray, ...] = ()) -> CodedPoints:
    """Keep the point of the smallest code among neighbours with equal totals in one group.

    Parameters
    ----------
    points
        Points with equal totals stand side by side.
    group : tuple of ndarray of uint64 of shape (n_points,)
        As in `undominated_rows`.

    Returns
    -------
    CodedPoints
        In the same order.
    """
    rows = np.arange(points.cost.size)

    def run_starts() -> NDArray[np.bool_]:
        changed = _changes(rows, group)
        for total in (points.cost, points.value):
            changed[1:] |= total[rows[1:]] != total[rows[:-1]]
        return changed

    for word in points.code:
        first = run_starts()
        if first.all():
            break
        smallest = np.minimum.reduceat(word[rows], np.flatnonzero(first))
        rows = rows[word[rows] == smallest[np.cumsum(first) - 1]]
    return points.take(rows)


def merged(left: CodedPoints, right: CodedPoints, cost_cap: int) -> CodedPoints:
    """All sums of a left and a right point that the cap allows and that no other sum beats.

    Parameters
    ----------
    left, right
        Fronts of different requests, in the same units.
    cost_cap : int
        Most that a sum may cost. [whole units of cost]

    Returns
    -------
    CodedPoints
        By rising cost; of equal sums the one of the smallest code.
    """
    if left.cost.size < right.cost.size:
        left, right = right, left
    width = left.cost.size
    step = max(1, PAIRS_AT_ONCE // width)
    kept: list[IndexArray] = []
    for start in range(0, right.cost.size, step):
        chunk = slice(start, start + step)
        cost = (right.cost[chunk, None] + left.cost).ravel()
        value = (right.value[chunk, None] + left.value).ravel()
        within = np.flatnonzero(cost <= cost_cap)
        kept.append(start * width + within[undominated_rows(cost[within], value[within])])
    right_row, left_row = np.divmod(np.concatenate(kept), width)
    cost, value = left.cost[left_row] + right.cost[right_row], left.value[left_row] + right.value[right_row]
    if len(kept) > 1:
        best = undominated_rows(cost, value)
        cost, value, left_row, right_row = cost[best], value[best], left_row[best], right_row[best]
    code = left.code[:, left_row] | right.code[:, right_row]
    return without_ties(CodedPoints(cost=cost, value=value, code=code))


def merged_all(fronts: Iterable[CodedPoints], n_words: int, cost_cap: int) -> CodedPoints:
    """Merge any number of fronts, the longest first so that the many short ones meet few points.

    Parameters
    ----------
    fronts
        Of different requests, in the same units.
    n_words : int
        Words of a code.
    cost_cap : int
        Most that a sum may cost. [whole units of cost]

    Returns
    -------
    CodedPoints
        Of all of them; the single point of nothing where there is none.
    """
    total = origin(n_words)
    for front in sorted(fronts, key=lambda front: -front.cost.size):
        total = merged(total, front, cost_cap)
    return total


def in_amounts(
    points: CodedPoints, cost_unit: ExactUnit, value_unit: ExactUnit
) -> tuple[NDArray[np.float64], NDArray[np.float64], CodeArray]:
    """Totals of points in amounts; points that rounding makes equal to a better one are left out.

    Parameters
    ----------
    points
        In whole units.
    cost_unit, value_unit
        What the units are worth.

    Returns
    -------
    cost, value : ndarray of shape (n_kept,)
        [units of the amounts]
    code : ndarray of uint64 of shape (n_words, n_kept)
    """
    cost, value = cost_unit.amount(points.cost), value_unit.amount(points.value)
    rows = non_dominated(cost, value)
    return cost[rows], value[rows], points.code[:, rows]
