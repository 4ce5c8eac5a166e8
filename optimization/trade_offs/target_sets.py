"""The cheapest set of requests with which every queue meets its target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import money, percent
from optimization.block_values import SetValues
from optimization.funded_sets import funded_names
from optimization.set_outcomes import BlockValues

FloatArray = NDArray[np.float64]


class UnreachableTargetError(ValueError):
    """No feasible set of requests meets every target with the probability asked.

    Parameters
    ----------
    probability
        What was asked. [-]
    best
        For each queue that stands in the way (or for the group of queues that no one set satisfies), the highest
        probability with which it can meet its target. [-]

    Examples
    --------
    >>> error = UnreachableTargetError(probability=0.8, best={"ads": 0.6})
    >>> error.best, "ads at most 60" in str(error)
    ({'ads': 0.6}, True)
    """

    def __init__(self, *, probability: float, best: dict[str, float]) -> None:
        self.probability = probability
        self.best = best
        listed = ", ".join(f"{name} at most {percent(p)}" for name, p in best.items())
        alone = all(p < probability for p in best.values())
        why = "" if alone else ", each by itself but not all with one set"
        super().__init__(
            f"no set of the requests meets every target with {percent(probability)} probability: {listed}{why}. "
            "Lower the probability, relax these targets, or ask for more for these queues"
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TargetSet:
    """The cheapest set of requests with which every queue meets its target with a probability.

    Attributes
    ----------
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    funded
        Names of the funded requests, with the share where it is not 1.
    cost_usd
        Within the plan. [USD]
    probability
        What was asked of each queue. [-]
    queues
        Names, in the order of `probability_met`.
    probability_met : ndarray of shape (n_queues,)
        Share of paths on which each queue meets its target. [-]
    probability_all_met
        Share of paths on which all of them do at once. [-]
    every_set_valued
        Whether it is the cheapest of all feasible sets; else of those that were valued.

    Examples
    --------
    >>> TargetSet(levels=np.array([1.0]), funded=("seats",), cost_usd=2700.0, probability=0.8, queues=("ads", "chat"),
    ...           probability_met=np.array([0.9, 0.8]), probability_all_met=0.75,
    ...           every_set_valued=True).summary().split("; ")[1]
    'the hardest is chat, met with 80%, and all at once with 75%.'
    """

    levels: FloatArray
    funded: tuple[str, ...]
    cost_usd: float
    probability: float
    queues: tuple[str, ...]
    probability_met: FloatArray
    probability_all_met: float
    every_set_valued: bool

    def summary(self) -> str:
        """Return the set, its cost and what it promises in a sentence."""
        hardest = int(np.argmin(self.probability_met))
        return (
            f"{money(self.cost_usd)} meets every target with at least {percent(self.probability, 0)} probability "
            f"({', '.join(self.funded) or 'nothing funded'}); the hardest is {self.queues[hardest]}, met with "
            f"{percent(float(self.probability_met[hardest]), 0)}, and all at once with "
            f"{percent(self.probability_all_met, 0)}."
            + ("" if self.every_set_valued else " Among the sets that were valued none is cheaper.")
        )


def cheapest_set_meeting_targets(values: SetValues, *, probability: float = 0.8) -> TargetSet:
    """Find the cheapest set with which each queue by itself meets its target with a probability.

    Parameters
    ----------
    values
        Every feasible set of every block.
    probability : float
        Share of paths on which each queue is to meet its target. [-]

    Returns
    -------
    TargetSet
        No feasible set that does so costs less, or where some were not valued, none of those that were; of equally
        cheap options of a block, the one with the least late harm.

    Raises
    ------
    UnreachableTargetError
        If no feasible set does so, with the best that each queue can reach.
    ValueError
        If the probability is not above 0 and up to 1.

    Notes
    -----
    A queue's service depends on the requests of its block alone, so the cheapest set takes the cheapest option of
    each block that satisfies the queues of that block. No set is valued again; where a block has too many sets to
    value all, the answer is the cheapest of those that were.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100)))
    >>> cheapest = cheapest_set_meeting_targets(values, probability=0.8)
    >>> cheapest.funded, cheapest.cost_usd, cheapest.probability_met.tolist()
    (('three',), 2700.0, [1.0])
    """
    if not 0.0 < probability <= 1.0:
        raise ValueError(f"probability must lie above 0 and up to 1 (write 0.8 for 80%); found {probability!r}")
    case = values.case
    option = np.zeros(len(values.blocks), dtype=np.intp)
    met = np.ones((len(case.queues), case.forecast.n_paths), dtype=bool)
    failed = dict[str, float]()
    for column, block in enumerate(values.blocks):
        row, best = _cheapest_option(block, probability)
        if row is None:
            failed |= {case.queues[q].name: float(p) for q, p in zip(block.block.queues, best, strict=True)}
            continue
        option[column], met[list(block.block.queues)] = row, block.outcomes.met[row]
    if failed:
        short = {name: p for name, p in failed.items() if p < probability}
        raise UnreachableTargetError(probability=probability, best=short or failed)
    levels = values.levels_of(option)
    return TargetSet(
        levels=levels,
        funded=funded_names(values.case, levels),
        cost_usd=sum(int(block.cost_cents[row]) for block, row in zip(values.blocks, option, strict=True)) / 100,
        probability=probability,
        queues=tuple(queue.name for queue in case.queues),
        probability_met=met.mean(axis=1),
        probability_all_met=float(met.all(axis=0).mean()),
        every_set_valued=values.is_complete,
    )


def _cheapest_option(values: BlockValues, probability: float) -> tuple[int | None, FloatArray]:
    """Row of the cheapest option that satisfies its queues, and the best probability that each queue can have."""
    share = values.outcomes.met.mean(axis=2)
    best = share.max(axis=0, initial=0.0)
    by_cost = np.lexsort((values.late_harm.mean(axis=1), values.cost_cents))
    satisfied = np.flatnonzero((share[by_cost] >= probability - 1e-12).all(axis=1))
    return (int(by_cost[satisfied[0]]) if satisfied.size else None), best
