"""The exact front of any two criteria under a budget, from the tables of the blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.block_shares import SHARE_UNITS, share_units
from optimization.block_values import SetValues
from optimization.funded_sets import funded_names
from optimization.portfolio.dominance import undominated_rows
from optimization.portfolio.triple_dominance import undominated_triples

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Pairs of partial sets that are held at once; bounds the memory of a merge to some hundred megabytes.
MOST_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Criterion:
    """Something to trade off in `criteria_front`: more of it is better, and it adds up over blocks.

    Attributes
    ----------
    name
        With its unit, such as ``net_savings_usd``: the name of its column.
    units : tuple of ndarray of int64, one a block, each of shape (n_options,)
        What each option contributes, in whole units.
    unit
        Size of one unit; differences below it do not count.
    offset
        Added to the sum over blocks.

    Examples
    --------
    One block of two options, of which the second brings half a point more than the first:

    >>> morale = Criterion(name="morale_points", units=(np.array([0, 5]),), unit=0.1, offset=3.0)
    >>> (morale.offset + morale.units[0] * morale.unit).tolist()
    [3.0, 3.5]
    """

    name: str
    units: tuple[IntArray, ...]
    unit: float
    offset: float


def on_time_share(values: SetValues) -> Criterion:
    """Mean on-time share, weighted by severity and today's volume, as on the frontier [-].

    Parameters
    ----------
    values
        Every feasible set of every block, valued.

    Returns
    -------
    Criterion
        `on_time_share_mean`, to a hundred-millionth; where more is late on a path than is due today, as it would be if
        it did not stop at 0.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> front = criteria_front(values, on_time_share(values), net_savings(values, 0))
    >>> front.names, front.amounts.round(1).tolist()
    (('on_time_share_mean', 'net_savings_usd'), [[0.0, 1.0], [0.0, -2700.0]])
    """
    return Criterion(name="on_time_share_mean", units=tuple(share_units(values)), unit=1 / SHARE_UNITS, offset=1.0)


def on_time_items(values: SetValues) -> Criterion:
    """Expected late items avoided against nothing funded, each item counting the same [items].

    Parameters
    ----------
    values
        Every feasible set of every block, valued.

    Returns
    -------
    Criterion
        `late_items_avoided`, to a ten-thousandth of an item.

    Examples
    --------
    Three seats do all the work of a queue that nobody does yet, so that they avoid nearly all late items.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> front = criteria_front(values, on_time_items(values), net_savings(values, 0))
    >>> late_today = values.measure(np.array([0.0])).late_items
    >>> front.names[0], bool(front.amounts[0, -1] > 0.99 * late_today)
    ('late_items_avoided', True)
    """
    today = values.measure(np.zeros(len(values.case.requests))).late_items
    units = tuple(-np.round(block.outcomes.late_items.sum(axis=1) * 1e4).astype(np.int64) for block in values.blocks)
    return Criterion(name="late_items_avoided", units=units, unit=1e-4, offset=today)


def net_savings(values: SetValues, usd_per_late_item: float) -> Criterion:
    """Worth of the late items avoided against nothing funded, weighted by severity, less the cost [USD].

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    usd_per_late_item : float
        What one late item of severity 1 costs. [USD]

    Returns
    -------
    Criterion

    Raises
    ------
    ValueError
        If the amount is negative or not finite.

    Examples
    --------
    Seats for 2,700 USD avoid some 420 late items: worth it at 10 USD each, so that nothing speaks for doing without.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> front = criteria_front(values, on_time_items(values), net_savings(values, usd_per_late_item=10))
    >>> avoided, saved = front.amounts[:, -1]
    >>> front.cost_usd.tolist(), bool(np.isclose(saved, 10 * avoided - 2700))
    ([2700.0], True)
    """
    if not 0 <= usd_per_late_item < float("inf"):
        raise ValueError(f"usd_per_late_item must be 0 or more and finite; found {usd_per_late_item!r}")
    today = values.measure(np.zeros(len(values.case.requests))).late_harm
    units = tuple(
        -np.round(100 * usd_per_late_item * block.late_harm.mean(axis=1)).astype(np.int64) - block.cost_cents
        for block in values.blocks
    )
    return Criterion(name="net_savings_usd", units=units, unit=0.01, offset=usd_per_late_item * today)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CriteriaFront:
    """All affordable sets of requests that no other affordable set beats on both criteria.

    Attributes
    ----------
    values
        The valued sets behind it.
    names
        Of the two criteria.
    amounts : ndarray of shape (2, n_points)
        The criteria; the first strictly rises, the second strictly falls. [units of the criteria]
    cost_usd : ndarray of shape (n_points,)
        Of the cheapest set that attains them. [USD]
    levels : ndarray of shape (n_points, n_requests)
        Share of each request that each set funds. [-]

    Examples
    --------
    Seats for 2,700 USD avoid some 420 late items. At 1 USD each they serve better and cost more: both ways stand.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> front = criteria_front(values, on_time_share(values), net_savings(values, usd_per_late_item=1))
    >>> front.to_frame()[["cost_usd", "requests"]].to_numpy().tolist()
    [[0.0, ''], [2700.0, 'three']]
    """

    values: SetValues
    names: tuple[str, str]
    amounts: FloatArray
    cost_usd: FloatArray
    levels: FloatArray

    @property
    def every_set_valued(self) -> bool:
        """Whether every feasible set was valued; if not, sets that were not may beat some of these."""
        return self.values.is_complete

    def to_frame(self) -> pd.DataFrame:
        """Return one row a set: both criteria, its cost and its requests."""
        return pd.DataFrame(
            {
                self.names[0]: self.amounts[0],
                self.names[1]: self.amounts[1],
                "cost_usd": self.cost_usd,
                "requests": ["; ".join(funded_names(self.values.case, row)) for row in self.levels],
            }
        )


def criteria_front(
    values: SetValues, first: Criterion, second: Criterion, *, budget_usd: float | None = None
) -> CriteriaFront:
    """Find every affordable set that no other affordable set beats on two criteria.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    first, second
        What to trade off, such as `on_time_share` against `net_savings`.
    budget_usd : float, optional
        Cap on the cost within the plan; None or infinite for no limit. [USD]

    Returns
    -------
    CriteriaFront
        Complete, by rising first criterion.

    Raises
    ------
    ValueError
        If the budget is negative or pays for no feasible set, or both criteria are of one name.

    Notes
    -----
    Blocks are merged one by one. Of the partial sets those go on that no other beats on cost and on both criteria
    (without a budget, on both criteria), and that leave enough money for the cheapest option of every block to come.
    Totals are compared in whole units.

    Examples
    --------
    Nine seats serve no better than three and cost more, so that no set with them stands.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100)))
    >>> front = criteria_front(values, on_time_share(values), net_savings(values, usd_per_late_item=1))
    >>> front.cost_usd.tolist(), front.levels.tolist()
    ([0.0, 2700.0], [[0.0, 0.0], [1.0, 0.0]])
    """
    if first.name == second.name:
        raise ValueError(f"first and second must be two criteria; both are {first.name!r}")
    if budget_usd is not None and not budget_usd >= 0:
        raise ValueError(f"budget_usd must be 0 or more, or None for no limit; found {budget_usd!r}")
    costs = [block.cost_cents for block in values.blocks]
    least = sum(int(cost.min()) for cost in costs)
    limit = np.inf if budget_usd is None else budget_usd
    capped = limit < np.inf
    cap = int(np.floor(100 * limit + 1e-6)) if capped else sum(int(cost.max()) for cost in costs)
    if cap < least:
        raise ValueError(f"budget_usd must pay for the cheapest feasible set, ${least / 100:,.2f}; found ${limit:,.2f}")
    total, option = np.zeros((3, 1), dtype=np.int64), np.zeros((1, 0), dtype=np.intp)
    for cost, one, other in zip(costs, first.units, second.units, strict=True):
        least -= int(cost.min())
        total, option = _merged(total, option, np.stack([cost, one, other]), cap - least, capped=capped)
    rows = undominated_rows(-total[1], total[2])
    # Of sets that tie on both criteria the cheapest stands first.
    rows = rows[np.lexsort((total[0, rows], total[1, rows]))]
    rows = rows[np.append(True, np.diff(total[1, rows]) > 0)]
    return CriteriaFront(
        values=values,
        names=(first.name, second.name),
        amounts=np.stack([one.offset + total[i] * one.unit for i, one in ((1, first), (2, second))])[:, rows],
        cost_usd=total[0, rows] / 100,
        levels=values.levels_of(option[rows]),
    )


def _merged(
    total: IntArray, option: NDArray[np.intp], block: IntArray, cap: int, *, capped: bool
) -> tuple[IntArray, NDArray[np.intp]]:
    """All sums of a partial set and an option that the cap allows and no other sum beats, with their options.

    Parameters
    ----------
    total : ndarray of int64, shape (3, n_sets)
        Cost [0.01 USD] and both criteria [whole units] of the partial sets.
    option : ndarray of int, shape (n_sets, n_blocks_before)
        Option of each block that makes them up.
    block : ndarray of int64, shape (3, n_options)
        Cost and criteria of the options of the next block.
    cap : int
        Most that a sum may cost, so that the blocks after it can be paid for. [0.01 USD]
    capped : bool
        Whether cost decides too: without a budget a dearer set may beat a cheaper one.

    Returns
    -------
    total : ndarray of int64, shape (3, n_kept)
    option : ndarray of int, shape (n_kept, n_blocks_before + 1)
    """
    n_options = block.shape[1]
    step = max(1, MOST_PAIRS_AT_ONCE // n_options)
    kept_total: list[IntArray] = []
    kept_code: list[IntArray] = []
    for start in range(0, total.shape[1], step):
        sums = (total[:, start : start + step, None] + block[:, None, :]).reshape(3, -1)
        code = start * n_options + np.arange(sums.shape[1])
        rows = np.flatnonzero(sums[0] <= cap)
        rows = rows[_undominated(sums[:, rows], code[rows], capped=capped)]
        kept_total.append(sums[:, rows])
        kept_code.append(code[rows])
    sums, code = np.concatenate(kept_total, axis=1), np.concatenate(kept_code)
    if len(kept_total) > 1:
        rows = _undominated(sums, code, capped=capped)
        sums, code = sums[:, rows], code[rows]
    return sums, np.column_stack([option[code // n_options], code % n_options])


def _undominated(total: IntArray, code: IntArray, *, capped: bool) -> NDArray[np.intp]:
    if capped:
        return undominated_triples(total, code.astype(np.uint64)[None, :])
    rows = undominated_rows(-total[1], total[2])
    # Sets that tie on both criteria differ in cost; the cheapest of them is as good as all.
    rows = rows[np.lexsort((code[rows], total[0, rows], total[1, rows]))]
    first: NDArray[np.bool_] = np.append(True, np.diff(total[1, rows]) > 0)[: rows.size]
    kept: NDArray[np.intp] = rows[first]
    return kept
