"""The best feasible set of requests within a budget, for many weightings of the paths at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.block_values import SetValues, lost_share
from optimization.portfolio.option_blocks import merge_fronts

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

# Differences below this are noise of the allocation: the cheaper set is taken.
DECIMALS = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SetWorth:
    """What every feasible set of every block is worth on every path; the worth of a whole set is the sum.

    Attributes
    ----------
    cost_cents : tuple of ndarray of int64 of shape (n_sets,)
        Of each block. [0.01 USD]
    worth : tuple of ndarray of shape (n_sets, n_paths)
        Of each block: minus the breach cost and the cost [USD], or minus the lost on-time share [-].
    budget_usd
        Infinite if there is none. [USD]
    in_usd
        Which of the two units.
    """

    cost_cents: tuple[NDArray[np.int64], ...]
    worth: tuple[FloatArray, ...]
    budget_usd: float
    in_usd: bool

    @property
    def n_paths(self) -> int:
        """Number of paths."""
        return int(self.worth[0].shape[1])

    def best(self, by_case: Sequence[FloatArray] | None = None) -> IndexArray:
        """Find the best set within the budget, in each case.

        Parameters
        ----------
        by_case : sequence of ndarray of shape (n_sets, n_cases), optional
            Worth of the sets of each block in each case, such as means over bins of paths; each path by itself
            if None.

        Returns
        -------
        ndarray of int of shape (n_cases, n_blocks)
            Row of each block's table. Of sets of equal worth the cheaper one.
        """
        return best_rows(self.cost_cents, self.worth if by_case is None else by_case, self.budget_usd)

    def at(self, rows: IndexArray) -> FloatArray:
        """Worth on each path of the set that was chosen for it.

        Parameters
        ----------
        rows : ndarray of int of shape (n_paths, n_blocks)
            Row of each block's table, path by path.

        Returns
        -------
        ndarray of shape (n_paths,)
            Worth. [USD or share]
        """
        path = np.arange(self.n_paths)
        return np.asarray(sum(worth[rows[:, block], path] for block, worth in enumerate(self.worth)))

    def on_paths(self, rows: IndexArray) -> FloatArray:
        """Worth on every path of sets given by their rows.

        Parameters
        ----------
        rows : ndarray of int of shape (..., n_blocks)
            Row of each block's table.

        Returns
        -------
        ndarray of shape (..., n_paths)
            Worth. [USD or share]
        """
        return np.asarray(sum(worth[rows[..., block]] for block, worth in enumerate(self.worth)))


def worth_of_sets(
    values: SetValues, *, budget_usd: float | None = None, willingness_to_pay_usd: float | None = None
) -> SetWorth:
    """Put a worth on every set: money where lateness has a price, the on-time share where it has none.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    budget_usd : float, optional
        Money for requests in the plan; None for no limit. [USD]
    willingness_to_pay_usd : float, optional
        What avoiding one severity-weighted late item is worth. [USD]

    Returns
    -------
    SetWorth

    Raises
    ------
    ValueError
        If an amount is negative or not a number, or the cheapest feasible set costs more than the budget.
    """
    amounts = {"budget_usd": budget_usd, "willingness_to_pay_usd": willingness_to_pay_usd}
    for name, amount in amounts.items():
        if amount is not None and not amount >= 0:
            raise ValueError(f"{name} must be 0 or more, or None; found {amount!r}")
    budget = float("inf") if budget_usd is None else float(budget_usd)
    least = sum(int(block.cost_cents.min()) for block in values.blocks) / 100
    if least > budget:
        raise ValueError(f"budget_usd must pay for the cheapest feasible set, ${least:,.2f}; found ${budget:,.2f}")
    if willingness_to_pay_usd is not None:
        worth = tuple(
            -willingness_to_pay_usd * block.late_harm - block.cost_cents[:, None] / 100 for block in values.blocks
        )
    else:
        due = values.today_due_harm
        worth = tuple(-lost_share(block.late_harm, due) for block in values.blocks)
    return SetWorth(
        cost_cents=tuple(block.cost_cents for block in values.blocks),
        worth=worth,
        budget_usd=budget,
        in_usd=willingness_to_pay_usd is not None,
    )


def best_rows(cost_cents: Sequence[NDArray[np.int64]], worth: Sequence[FloatArray], budget_usd: float) -> IndexArray:
    """Choose one set of every block so that their worth is greatest and their cost within a budget.

    Parameters
    ----------
    cost_cents : sequence of ndarray of int64 of shape (n_sets,)
        Cost of the sets of each block. [0.01 USD]
    worth : sequence of ndarray of shape (n_sets, n_cases)
        Their worth in each case. [any unit, the same for all]
    budget_usd : float
        Cap on the total cost; it pays for the cheapest sets. [USD]

    Returns
    -------
    ndarray of int of shape (n_cases, n_blocks)

    Notes
    -----
    Without a cap each block takes its best set. Where that fits, it is the answer; elsewhere the fronts of the
    blocks are merged (`optimization.portfolio.merge_fronts`), which is exact.

    Examples
    --------
    >>> cost, worth = [np.array([0, 300]), np.array([0, 200])], [np.array([[0.0], [5.0]]), np.array([[0.0], [4.0]])]
    >>> best_rows(cost, worth, 5.0).tolist(), best_rows(cost, worth, 4.0).tolist(), best_rows(cost, worth, 2.0).tolist()
    ([[1, 1]], [[1, 0]], [[0, 1]])
    """
    rounded = [np.round(one, DECIMALS) for one in worth]
    by_cost = [np.argsort(cost, kind="stable") for cost in cost_cents]
    rows = np.stack([order[np.argmax(one[order], axis=0)] for order, one in zip(by_cost, rounded, strict=True)], axis=1)
    spent = sum(cost[rows[:, block]] for block, cost in enumerate(cost_cents))
    if budget_usd < float("inf"):
        for case in np.flatnonzero(np.asarray(spent) / 100 > budget_usd):
            fronts = [(cost, one[:, case]) for cost, one in zip(cost_cents, rounded, strict=True)]
            rows[case] = merge_fronts(fronts, budget=round(100 * budget_usd, 4)).option[-1]
    return rows


def rows_of(values: SetValues, levels: FloatArray) -> IndexArray:
    """Find the row of each block's table that a feasible set takes.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ndarray of int of shape (n_blocks,)

    Raises
    ------
    ValueError
        If the set is not feasible.
    """
    rows = []
    for values_of_block in values.blocks:
        block = values_of_block.block
        same = np.flatnonzero((block.levels == levels[list(block.requests)]).all(axis=1))
        if same.size == 0:
            names = [values.case.requests[row].name for row in block.requests]
            raise ValueError(
                f"levels must keep every dependency and level of the requests; found {levels[list(block.requests)]} "
                f"for {names}"
            )
        rows.append(int(same[0]))
    return np.array(rows, dtype=np.intp)
