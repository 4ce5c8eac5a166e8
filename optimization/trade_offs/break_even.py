"""What a request may cost and still be funded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import money
from optimization.block_shares import share_units
from optimization.block_values import SetValues
from optimization.frontier import Frontier
from optimization.portfolio import merge_fronts
from optimization.portfolio.dominance import non_dominated
from optimization.trade_offs.revaluation import block_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Costs are searched up to a billion dollars above any amount of the case.
MOST_CENTS_ABOVE = 10**11


# What an answer adds where there were too many sets to value all.
AMONG_VALUED = " Only the sets that were valued were looked at."


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEvenCost:
    """The most that a request may cost within the plan and still be funded.

    Attributes
    ----------
    request
        Its name.
    asked_usd
        What it costs in full as asked. [USD]
    most_usd
        To the cent; infinite if it is funded at any cost, None if it is not even funded for nothing. [USD]
    is_funded
        Whether it is in the recommended set as asked, in full or in part.
    every_set_valued
        Whether every feasible set was valued; if not, the answer holds among those that were.

    Examples
    --------
    >>> BreakEvenCost(request="tool", asked_usd=150_000.0, most_usd=104_000.0, is_funded=False,
    ...               every_set_valued=True).summary()
    'tool is funded if it costs at most $104k, $46.0k less than the $150k asked.'
    """

    request: str
    asked_usd: float
    most_usd: float | None
    is_funded: bool
    every_set_valued: bool

    def summary(self) -> str:
        """Return what must be true of the cost, in a sentence."""
        return self._answer() + ("" if self.every_set_valued else AMONG_VALUED)

    def _answer(self) -> str:
        if self.most_usd is None:
            return f"{self.request} would not be funded even for nothing."
        if self.most_usd == float("inf"):
            return f"{self.request} is funded whatever it costs: no budget and no worth of a late item limits it."
        if self.is_funded:
            return (
                f"{self.request} is funded at {money(self.asked_usd)} and may cost up to {money(self.most_usd)} "
                f"({money(self.most_usd - self.asked_usd)} more)."
            )
        return (
            f"{self.request} is funded if it costs at most {money(self.most_usd)}, "
            f"{money(self.asked_usd - self.most_usd)} less than the {money(self.asked_usd)} asked."
        )


def break_even_cost(frontier: Frontier, request: str) -> BreakEvenCost:
    """Find the most that a request may cost and still be in the recommended set.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay, which decide what is recommended.
    request : str
        Name of the request.

    Returns
    -------
    BreakEvenCost

    Raises
    ------
    ValueError
        If there is no such request.

    Notes
    -----
    The fronts of the sets without the request, and with each share of it at no cost of its own, are found once. For any
    cost of the request the frontier is what none beats of the first and of the others moved to the right by that cost;
    the cost at which the recommendation turns is then found by halving, to the cent. No set is valued again.

    Examples
    --------
    Three seats do all the work of a queue, so that they are worth any part of the budget of 4,000 USD.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()), budget_usd=4000)
    >>> most = break_even_cost(frontier, "three")
    >>> most.asked_usd, most.most_usd, most.is_funded
    (2700.0, 4000.0, True)
    """
    row = row_of(frontier, request)
    case = frontier.values.case
    asked = round(100 * case.requests[row].cost_usd(case.n_weeks))
    fronts = _fronts_by_level(frontier.values, row)

    def funded(cents: int) -> bool:
        return _recommends(fronts, cents, frontier.budget_usd, frontier.willingness_to_pay_usd)

    low, high = 0, asked + MOST_CENTS_ABOVE
    most: float | None = None
    if funded(high):
        most = float("inf")
    elif funded(low):
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if funded(middle) else (low, middle)
        most = low / 100
    return BreakEvenCost(
        request=request,
        asked_usd=asked / 100,
        most_usd=most,
        is_funded=bool(frontier.recommended.levels[row] > 0),
        every_set_valued=frontier.values.is_complete,
    )


def row_of(frontier: Frontier, request: str) -> int:
    """Return the row of a request.

    Parameters
    ----------
    frontier
        Of the requests.
    request : str
        Name of the request.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If there is no such request, with the names that there are.
    """
    names = [one.name for one in frontier.values.case.requests]
    if request not in names:
        raise ValueError(f"request must be one of {names}; found {request!r}")
    return names.index(request)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _LevelFront:
    """Non-dominated sets that fund a request at one level, without what it costs itself."""

    level: float
    cents: IntArray
    units: IntArray
    late_harm: FloatArray


def _fronts_by_level(values: SetValues, row: int) -> list[_LevelFront]:
    """One front for each level of a request, unfunded first."""
    case, column = values.case, block_of(values, row)
    levels = values.blocks[column].block.levels[:, values.blocks[column].block.requests.index(row)]
    units = share_units(values)
    fronts = []
    for level in np.unique(levels):
        rows = [np.arange(len(block.cost_cents)) for block in values.blocks]
        rows[column] = np.flatnonzero(levels == level)
        own = round(100 * case.requests[row].cost_usd(case.n_weeks, float(level))) if level > 0 else 0
        front = merge_fronts(
            [(block.cost_cents[kept], unit[kept]) for block, unit, kept in zip(values.blocks, units, rows, strict=True)]
        )
        harm = sum(
            block.late_harm.mean(axis=1)[kept[front.option[:, i]]]
            for i, (block, kept) in enumerate(zip(values.blocks, rows, strict=True))
        )
        cents = front.cost.astype(np.int64) - own
        fronts.append(
            _LevelFront(level=float(level), cents=cents, units=front.value.astype(np.int64), late_harm=np.asarray(harm))
        )
    return fronts


def _recommends(fronts: list[_LevelFront], cents: int, budget_usd: float, willingness_to_pay_usd: float | None) -> bool:
    """Whether the set that is recommended holds the request if it costs so much in full."""
    # Rounded as `OpexRequest.cost_usd` rounds the cost of a part.
    cost = np.concatenate([front.cents + round(100 * round(front.level * (cents / 100), 2)) for front in fronts])
    units = np.concatenate([front.units for front in fronts])
    level = np.concatenate([np.full(len(front.cents), front.level) for front in fronts])
    rows = non_dominated(cost, units)
    rows = rows[cost[rows] / 100 <= budget_usd]
    if not rows.size:
        return False
    if willingness_to_pay_usd is None:
        return bool(level[rows[-1]] > 0)
    harm = np.concatenate([front.late_harm for front in fronts])[rows]
    return bool(level[rows[int(np.argmax(-willingness_to_pay_usd * harm - cost[rows] / 100))]] > 0)
