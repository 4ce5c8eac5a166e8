"""The cheapest set of requests with which every queue meets its target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.chart_style import money, percent
from optimization.block_values import BlockValues, SetValues
from optimization.frontier import funded_names
from optimization.trade_offs.block_shares import levels_of
from optimization.value import PlanningCase, value_sets

FloatArray = NDArray[np.float64]

# Options are valued this many at a time, cheapest first, so that the search stops soon after the first that does.
OPTIONS_AT_ONCE = 16


class UnreachableTargetError(ValueError):
    """No feasible set of requests meets every target with the probability asked.

    Parameters
    ----------
    probability
        What was asked. [-]
    best
        For each queue that stands in the way (or for the group of queues that no one set satisfies), the highest
        probability with which it can meet its target. [-]
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
    n_valued
        Options of blocks that had to be valued to prove it.
    """

    levels: FloatArray
    funded: tuple[str, ...]
    cost_usd: float
    probability: float
    queues: tuple[str, ...]
    probability_met: FloatArray
    probability_all_met: float
    n_valued: int

    def summary(self) -> str:
        """Return the set, its cost and what it promises in a sentence."""
        hardest = int(np.argmin(self.probability_met))
        return (
            f"{money(self.cost_usd)} meets every target with at least {percent(self.probability, 0)} probability "
            f"({', '.join(self.funded) or 'nothing funded'}); the hardest is {self.queues[hardest]}, met with "
            f"{percent(float(self.probability_met[hardest]), 0)}, and all at once with "
            f"{percent(self.probability_all_met, 0)}."
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
        No feasible set that does so costs less; of equally cheap options of a block, the one with the least late harm.

    Raises
    ------
    UnreachableTargetError
        If no feasible set does so, with the best that each queue can reach.
    ValueError
        If the probability is not above 0 and up to 1.

    Notes
    -----
    A queue's service depends on the requests of its block alone, so the cheapest set takes the cheapest option of
    each block that satisfies the queues of that block. Options are valued by rising cost and the search of a block
    stops at the first that does, so that most are never valued again.
    """
    if not 0.0 < probability <= 1.0:
        raise ValueError(f"probability must lie above 0 and up to 1 (write 0.8 for 80%); found {probability!r}")
    case = values.case
    option = np.zeros(len(values.blocks), dtype=np.intp)
    met = np.ones((len(case.queues), case.forecast.n_paths), dtype=bool)
    n_valued, failed = 0, dict[str, float]()
    for column, block in enumerate(values.blocks):
        row, met_of_block, valued, best = _cheapest_option(case, block, probability)
        n_valued += valued
        if row is None:
            failed |= {case.queues[q].name: p for q, p in zip(block.block.queues, best, strict=True)}
            continue
        option[column], met[list(block.block.queues)] = row, met_of_block
    if failed:
        short = {name: p for name, p in failed.items() if p < probability}
        raise UnreachableTargetError(probability=probability, best=short or failed)
    levels = levels_of(values, option)
    return TargetSet(
        levels=levels,
        funded=funded_names(values, levels),
        cost_usd=sum(int(block.cost_cents[row]) for block, row in zip(values.blocks, option, strict=True)) / 100,
        probability=probability,
        queues=tuple(queue.name for queue in case.queues),
        probability_met=met.mean(axis=1),
        probability_all_met=float(met.all(axis=0).mean()),
        n_valued=n_valued,
    )


def _cheapest_option(
    case: PlanningCase, values: BlockValues, probability: float
) -> tuple[int | None, NDArray[np.bool_], int, list[float]]:
    """Row of the cheapest option that satisfies its queues, targets met by queue and path, options valued, best P."""
    queues = list(values.block.queues)
    by_cost = np.lexsort((values.late_harm.mean(axis=1), values.cost_cents))
    if not queues:
        return int(by_cost[0]), np.ones((0, case.forecast.n_paths), dtype=bool), 0, []
    best = np.zeros(len(queues))
    for start in range(0, len(by_cost), OPTIONS_AT_ONCE):
        rows = by_cost[start : start + OPTIONS_AT_ONCE]
        levels = np.zeros((len(rows), len(case.requests)))
        levels[:, list(values.block.requests)] = values.block.levels[rows]
        met = _targets_met(case, queues, levels)
        share = met.mean(axis=2)
        best = np.maximum(best, share.max(axis=0))
        satisfied = np.flatnonzero((share >= probability - 1e-12).all(axis=1))
        if satisfied.size:
            first = int(satisfied[0])
            return int(rows[first]), met[first], start + len(rows), best.tolist()
    return None, np.zeros((len(queues), case.forecast.n_paths), dtype=bool), len(by_cost), best.tolist()


def _targets_met(case: PlanningCase, queues: list[int], levels: FloatArray) -> NDArray[np.bool_]:
    """Whether each queue meets its target, of shape (n_sets, n_queues, n_paths)."""
    due, on_time, _ = value_sets(case, queues, levels)
    share = np.divide(on_time, due, out=np.ones_like(due), where=due > 0)
    target = np.array([case.queues[row].target.share for row in queues])
    return np.asarray(share >= target[:, None])
