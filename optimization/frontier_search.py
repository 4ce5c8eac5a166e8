"""The search for every set of requests that no other set beats: fronts of blocks, merged."""

from __future__ import annotations

import numpy as np

from optimization.block_shares import share_units
from optimization.block_values import SetValues, share_on_time
from optimization.frontier import Frontier
from optimization.frontier_bound import highest_share
from optimization.portfolio import merge_fronts


class InfeasibleBudgetError(ValueError):
    """The mandatory requests, with what they need, cost more than the budget.

    Parameters
    ----------
    budget_usd, least_usd
        The budget, and the least that would do. [USD]

    Examples
    --------
    >>> error = InfeasibleBudgetError(budget_usd=1000.0, least_usd=2700.0)
    >>> error.least_usd, "raise the budget by $1,700.00" in str(error)
    (2700.0, True)
    """

    def __init__(self, *, budget_usd: float, least_usd: float) -> None:
        self.budget_usd = budget_usd
        self.least_usd = least_usd
        super().__init__(
            f"the mandatory requests cost ${least_usd:,.2f}, more than the budget of ${budget_usd:,.2f}; raise the "
            f"budget by ${least_usd - budget_usd:,.2f} or make one of them optional"
        )


def find_frontier(
    values: SetValues, *, budget_usd: float | None = None, willingness_to_pay_usd: float | None = None
) -> Frontier:
    """Find every set of requests that no other set beats on both cost and service, exactly.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    budget_usd : float, optional
        Money for requests in the plan; points beyond it are kept and marked. [USD]
    willingness_to_pay_usd : float, optional
        What avoiding one severity-weighted late item is worth. [USD]

    Returns
    -------
    Frontier
        Complete, if every set was valued: no feasible set gives a higher mean on-time share at the same cost or less.
        Else with a proven bound on what any set could give (`optimization.block_bound`); with a bound as well where
        shares stop at 0, see the notes.

    Raises
    ------
    InfeasibleBudgetError
        If the mandatory requests cost more than the budget.
    ValueError
        If an amount is negative or not a number.

    Notes
    -----
    Blocks share nothing, so a non-dominated set is non-dominated in each block, and the fronts of the blocks
    merge pair by pair (Nemhauser and Ullmann [1]_). Costs are compared in whole cents and shares in
    hundred-millionths. Where requests add so much volume that on some path more is late than is due today, sets are
    compared by the share as it would be below 0, which adds up over blocks. A set that is later there, but less so
    elsewhere, may then have the higher mean of shares that stop at 0: the bound says by how much at most.

    References
    ----------
    .. [1] G. L. Nemhauser and Z. Ullmann (1969), Discrete dynamic programming and capital allocation,
       Management Science 15(9), doi:10.1287/mnsc.15.9.494.

    Examples
    --------
    Three seats do all the work of a queue, so that no set with nine is on the frontier.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100))), budget_usd=5000)
    >>> frontier.cost_usd.tolist(), frontier.levels.tolist()
    ([0.0, 2700.0], [[0.0, 0.0], [1.0, 0.0]])
    >>> frontier.recommended.funded
    ('three',)
    """
    if budget_usd is not None and not budget_usd >= 0:
        raise ValueError(f"budget_usd must be 0 or more, or None for no limit; found {budget_usd!r}")
    if willingness_to_pay_usd is not None and not 0 <= willingness_to_pay_usd < float("inf"):
        raise ValueError(f"willingness_to_pay_usd must be 0 or more, or None; found {willingness_to_pay_usd!r}")
    due = values.today_due_harm
    front = merge_fronts(
        [(block.cost_cents, units) for block, units in zip(values.blocks, share_units(values), strict=True)]
    )
    late = np.zeros((len(front.cost), len(due)))
    all_met = np.ones(late.shape, dtype=bool)
    late_items, freed = np.zeros((2, len(front.cost)))
    for column, block in enumerate(values.blocks):
        chosen = front.option[:, column]
        late += block.late_harm[chosen]
        all_met &= np.asarray(block.outcomes.met.all(axis=1))[chosen]
        late_items += block.outcomes.late_items.sum(axis=1)[chosen]
        freed += block.outcomes.freed_hours[chosen]
    share = share_on_time(late, due)
    low, high = np.quantile(share, [0.1, 0.9], axis=1)
    mean = share.mean(axis=1)
    is_exact = values.is_complete and values.shares_add_up
    bound = mean if is_exact else np.maximum(mean, highest_share(values, front.cost))
    budget = float("inf") if budget_usd is None else float(budget_usd)
    if front.cost[0] / 100 > budget:
        raise InfeasibleBudgetError(budget_usd=budget, least_usd=float(front.cost[0]) / 100)
    return Frontier(
        values=values,
        levels=values.levels_of(front.option),
        cost_usd=np.asarray(front.cost, dtype=np.float64) / 100,
        on_time_share_mean=mean,
        on_time_share_p10=low,
        on_time_share_p90=high,
        late_harm=late.mean(axis=1),
        late_items=late_items,
        probability_all_met=all_met.mean(axis=1),
        freed_hours=freed,
        on_time_share_bound=bound,
        budget_usd=budget,
        willingness_to_pay_usd=willingness_to_pay_usd,
    )
