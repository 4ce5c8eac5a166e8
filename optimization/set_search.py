"""Search for the sets worth valuing in a block that has too many."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.effect import EffectKind
from optimization.request import OpexRequest
from optimization.set_outcomes import BlockValues, OpenSets, SetOutcomes, cost_in_cents, outcomes_of_sets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Branches that are looked into at a time: many sets are valued in one go.
BRANCHES_AT_ONCE = 64
# Lost on-time share that is not worth another valuation.
TOLERANCE = 1e-6
MORE_IS_LESS = frozenset({EffectKind.HANDLE_TIME, EffectKind.VOLUME, EffectKind.QUALITY, EffectKind.SHRINKAGE})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Branch:
    """The first requests in the order of the search decided, the others open."""

    decided: tuple[float, ...]
    cost_cents: int
    least_lost: float


@dataclass(kw_only=True, slots=True, eq=False)
class ValuedSets:
    """Sets of one block valued so far, by their levels in the block.

    Attributes
    ----------
    case
        Forecast, queues, teams and requests.
    block
        With the set that funds the least.
    weight : ndarray of shape (n_paths,)
        Lost on-time share by late item of severity 1 on each path. [-]
    lost, cost
        Lost on-time share, and cost in cents, of each set.
    kept
        Levels and outcomes, in the order in which they were valued.
    """

    case: PlanningCase
    block: Block
    weight: FloatArray
    lost: dict[bytes, float] = field(default_factory=dict)
    cost: dict[bytes, int] = field(default_factory=dict)
    kept: list[tuple[FloatArray, SetOutcomes]] = field(default_factory=list)

    def add(self, levels: FloatArray) -> None:
        """Value those of some sets that are new.

        Parameters
        ----------
        levels : ndarray of shape (n_sets, n_requests_of_block)
            Share of each request that each set funds; feasible or not. [-]
        """
        new = {one.tobytes(): one for one in levels if one.tobytes() not in self.lost}
        if not new:
            return
        sets = np.stack(list(new.values()))
        whole = np.zeros((len(sets), len(self.case.requests)))
        whole[:, list(self.block.requests)] = sets
        outcomes = outcomes_of_sets(self.case, self.block, whole)
        self.lost |= dict(zip(new, (outcomes.late_harm @ self.weight).tolist(), strict=True))
        self.cost |= {key: cost_in_cents(self.case, one) for key, one in zip(new, whole, strict=True)}
        self.kept.append((sets, outcomes))

    def front(self) -> tuple[IntArray, FloatArray]:
        """Costs of the feasible sets, and the least share lost up to each cost.

        Returns
        -------
        cost_cents : ndarray of int64 of shape (n_feasible,)
            Ascending. [0.01 USD]
        lost : ndarray of shape (n_feasible,)
            Lost on-time share, never rising. [-]
        """
        sets = np.concatenate([levels for levels, _ in self.kept])
        keys = [one.tobytes() for one in sets[self.block.allowed(sets)]]
        cost, lost = np.array([self.cost[key] for key in keys]), np.array([self.lost[key] for key in keys])
        order = np.lexsort((lost, cost))
        return cost[order], np.minimum.accumulate(lost[order])

    def table(self, open_sets: OpenSets) -> BlockValues:
        """Put the feasible sets together, by their levels, so that the table does not depend on the way of the search.

        Parameters
        ----------
        open_sets
            What is proven of the others.

        Returns
        -------
        BlockValues
        """
        sets = np.concatenate([levels for levels, _ in self.kept])
        rows = np.flatnonzero(self.block.allowed(sets))
        rows = rows[np.lexsort(sets[rows].T[::-1])]
        names = ("late_harm", "late_items", "met", "freed_hours")
        parts = {name: np.concatenate([getattr(one, name) for _, one in self.kept])[rows] for name in names}
        block = replace(self.block, levels=sets[rows], is_complete=False)
        return BlockValues(
            block=block,
            cost_cents=np.array([self.cost[one.tobytes()] for one in block.levels], dtype=np.int64),
            outcomes=SetOutcomes(**parts),
            open_sets=open_sets,
        )


def search_block(case: PlanningCase, block: Block, due_harm: FloatArray, *, most_sets: int) -> ValuedSets:
    """Value the sets of a large block that look best.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    block
        With the set that funds the least.
    due_harm : ndarray of shape (n_paths,)
        Severity-weighted items due with nothing funded, by which shares are counted. [severity-weighted items]
    most_sets : int
        Sets to value before the search stops. [-]

    Returns
    -------
    ValuedSets
        Good ones; nothing is proven of the others (`optimization.block_bound` does that).

    Notes
    -----
    Best first. Requests are decided one by one; a branch is judged by the set that funds, beside what is decided, all
    open requests that help in full and none that harm. It is left aside where a set that costs no more than what is
    decided already does as well.
    """
    weight = np.divide(1.0, due_harm, out=np.zeros_like(due_harm), where=due_harm > 0) / len(due_harm)
    rule, valued = _Rule(case, block), ValuedSets(case=case, block=block, weight=weight)
    valued.add(block.levels)
    _add_greedily(valued, rule, most_sets)
    root = rule.optimistic(())
    valued.add(root[None, :])
    branches = [_branch(valued, (), block.levels[0], root)]
    while branches and len(valued.lost) < most_sets:
        front = valued.front()
        branches = sorted(
            (one for one in branches if _could_gain(one, front) > TOLERANCE),
            key=lambda one: (-_could_gain(one, front), one.decided),
        )
        chosen, branches = branches[:BRANCHES_AT_ONCE], branches[BRANCHES_AT_ONCE:]
        new = [one for branch in chosen for one in rule.children(branch.decided)]
        if not new:
            continue
        least, best = (np.stack([make(one) for one in new]) for make in (rule.least, rule.optimistic))
        valued.add(np.concatenate([least, best]))
        branches += [
            _branch(valued, decided, low, high)
            for decided, low, high in zip(new, least, best, strict=True)
            if len(decided) < len(block.requests)
        ]
    return valued


def _branch(valued: ValuedSets, decided: tuple[float, ...], least: FloatArray, best: FloatArray) -> _Branch:
    """Branch of what is decided, given its least and its best set."""
    return _Branch(decided=decided, cost_cents=valued.cost[least.tobytes()], least_lost=valued.lost[best.tobytes()])


def _could_gain(branch: _Branch, front: tuple[IntArray, FloatArray]) -> float:
    """By how much on-time share a set of a branch could beat all valued sets of its cost."""
    cost, lost = front
    place = int(np.searchsorted(cost, branch.cost_cents, side="right")) - 1
    return float(lost[place] - branch.least_lost) if place >= 0 else np.inf


class _Rule:
    """The order in which the requests of a block are decided, and the sets that stand for a branch."""

    def __init__(self, case: PlanningCase, block: Block) -> None:
        requests = [case.requests[row] for row in block.requests]
        self.block = block
        sign = [_sign(request) for request in requests]
        # What may help or harm is decided first: of it no open request can be taken to be funded or not. Then by cost.
        self.order = sorted(
            range(len(requests)), key=lambda i: (sign[i] != 0, -requests[i].cost_usd(case.n_weeks), requests[i].name)
        )
        self.helps = [one > 0 for one in sign]
        self.best = np.array(
            [options[-1] if one > 0 else options[0] for one, options in zip(sign, block.choices, strict=True)]
        )

    def least(self, decided: tuple[float, ...]) -> FloatArray:
        """Nothing of what is open but the mandatory."""
        return self._with(self.block.levels[0].copy(), decided)

    def optimistic(self, decided: tuple[float, ...]) -> FloatArray:
        """All of what is open and helps."""
        return self._with(self.best.copy(), decided)

    def children(self, decided: tuple[float, ...]) -> list[tuple[float, ...]]:
        """Decide the next request in every way that the dependencies of the decided ones allow."""
        if len(decided) == len(self.order):
            return []
        ways = [(*decided, level) for level in self.block.choices[self.order[len(decided)]]]
        return [way for way in ways if self._is_open(way)]

    def _with(self, levels: FloatArray, decided: tuple[float, ...]) -> FloatArray:
        levels[self.order[: len(decided)]] = decided
        return levels

    def _is_open(self, decided: tuple[float, ...]) -> bool:
        level = dict(zip(self.order, decided, strict=False))
        needs = all(level.get(a, 0.0) == 0 or level.get(b, 1.0) > 0 for a, b in self.block.needs)
        return needs and all(level.get(a, 0.0) == 0 or level.get(b, 0.0) == 0 for a, b in self.block.excludes)


def _sign(request: OpexRequest) -> int:
    """1 if all effects of a request can only help, -1 if they can only harm, 0 if that is open."""
    ends = [
        -end if effect.kind in MORE_IS_LESS else end for effect in request.effects for end in (effect.low, effect.high)
    ]
    if all(end >= 0 for end in ends):
        return 1
    return -1 if all(end <= 0 for end in ends) else 0


def _add_greedily(valued: ValuedSets, rule: _Rule, most_sets: int) -> None:
    """Value the sets on the way of funding, one after the other, what gives most for its cost."""
    block, now = valued.block, valued.block.levels[0]
    for _ in rule.order:
        steps = []
        for place in np.flatnonzero(now == 0):
            step = now.copy()
            step[place] = block.choices[place][-1]
            # Chains of needs are as long as there are requests, at most.
            for index, other in block.needs * len(block.requests):
                if step[index] > 0 and step[other] == 0:
                    step[other] = block.choices[other][-1]
            if block.allowed(step[None, :])[0]:
                steps.append(step)
        if not steps or len(valued.lost) >= most_sets:
            return
        valued.add(np.stack(steps))
        before = now.tobytes()
        now = max(
            steps,
            key=lambda one: (
                (valued.lost[before] - valued.lost[one.tobytes()])
                / max(1, valued.cost[one.tobytes()] - valued.cost[before]),
                one.tobytes(),
            ),
        )
