"""The sets that a frontier knows, valued again when an input changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimization.block_values import lost_share
from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.economics.best_sets import best_rows
from optimization.frontier import Frontier
from optimization.set_outcomes import cost_in_cents
from optimization.value import value_sets

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CandidateValues:
    """Lateness of the candidate sets of every block, what they cost, and what lateness costs.

    Attributes
    ----------
    late_harm : tuple of ndarray of shape (n_candidates, n_paths)
        Of each block. [severity-weighted items]
    due_harm : tuple of ndarray of shape (n_paths,)
        Items due in each block with nothing funded. [severity-weighted items]
    cost_factor
        On the cost of every set. [-]
    willingness_to_pay_usd
        What avoiding one severity-weighted late item is worth; None to compare on-time shares. [USD]
    """

    late_harm: tuple[FloatArray, ...]
    due_harm: tuple[FloatArray, ...]
    cost_factor: float
    willingness_to_pay_usd: float | None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Judgement:
    """How the recommended set stands.

    Attributes
    ----------
    advantage
        Over the alternative. [USD, or on-time share]
    best : ndarray of int of shape (n_blocks,)
        The best set within the budget, as its candidate in each block.
    """

    advantage: float
    best: NDArray[np.intp]


class CandidateSets:
    """Every way in which a set of the frontier, the recommended set or the alternative funds each block.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay.
    alternative : ndarray of shape (n_requests,)
        A feasible set. [-]
    """

    def __init__(self, frontier: Frontier, alternative: FloatArray) -> None:
        self.frontier = frontier
        self.blocks = [table.block for table in frontier.values.blocks]
        both = np.stack([frontier.recommended.levels, alternative])
        every = np.concatenate([both, frontier.levels])
        self.levels: list[FloatArray] = []
        self.cost_cents: list[NDArray[np.int64]] = []
        pair = []
        for table in frontier.values.blocks:
            own = list(table.block.requests)
            parts, place = np.unique(every[:, own], axis=0, return_inverse=True)
            levels = np.zeros((len(parts), every.shape[1]))
            levels[:, own] = parts
            self.levels.append(levels)
            # Of the requests, not of the table: of a block that was searched, the table need not hold the alternative.
            cost = [cost_in_cents(frontier.values.case, one) for one in levels]
            self.cost_cents.append(np.array(cost, dtype=np.int64))
            pair.append(np.ravel(place)[:2])
        self.recommended, self.alternative = np.stack(pair, axis=1)

    def levels_at(self, rows: NDArray[np.intp]) -> FloatArray:
        """Return the share of each request that a set funds.

        Parameters
        ----------
        rows : ndarray of int of shape (n_blocks,)
            Its candidate in each block.

        Returns
        -------
        ndarray of shape (n_requests,)
            [-]
        """
        return np.asarray(np.sum([levels[row] for levels, row in zip(self.levels, rows, strict=True)], axis=0))

    def valued(self, case: PlanningCase) -> CandidateValues:
        """Value every candidate in a case, at its costs as they are.

        Parameters
        ----------
        case
            The frontier's, with an input changed.

        Returns
        -------
        CandidateValues
        """
        parts = [_lateness(case, block, levels) for block, levels in zip(self.blocks, self.levels, strict=True)]
        return CandidateValues(
            late_harm=tuple(late for late, _ in parts),
            due_harm=tuple(due for _, due in parts),
            cost_factor=1.0,
            willingness_to_pay_usd=self.frontier.willingness_to_pay_usd,
        )

    def with_request(self, case: PlanningCase, base: CandidateValues, row: int) -> CandidateValues:
        """Value only the candidates that fund one request again.

        Parameters
        ----------
        case
            The case of the base, with an effect of the request changed.
        base
            Values to keep for all other candidates.
        row : int
            Which request.

        Returns
        -------
        CandidateValues
        """
        late_harm = list(base.late_harm)
        for place, (block, levels) in enumerate(zip(self.blocks, self.levels, strict=True)):
            touched = levels[:, row] > 0
            if touched.any():
                late_harm[place] = late_harm[place].copy()
                late_harm[place][touched] = _lateness(case, block, levels[touched])[0]
        return replace(base, late_harm=tuple(late_harm))

    def judged(self, valued: CandidateValues) -> Judgement:
        """Compare the recommended set with the alternative, and find the best candidate of every block.

        Parameters
        ----------
        valued
            All candidates.

        Returns
        -------
        Judgement
        """
        cost = [np.round(valued.cost_factor * cents).astype(np.int64) for cents in self.cost_cents]
        due = np.sum(valued.due_harm, axis=0)
        worth = []
        for cents, late in zip(cost, valued.late_harm, strict=True):
            if valued.willingness_to_pay_usd is not None:
                worth.append(-valued.willingness_to_pay_usd * late.mean(axis=1) - cents / 100)
            else:
                worth.append(-lost_share(late, due).mean(axis=1))
        recommended, alternative = (
            sum(float(one[row]) for one, row in zip(worth, rows, strict=True))
            for rows in (self.recommended, self.alternative)
        )
        # What is mandatory is spent even where it has become dearer than the budget.
        budget = max(self.frontier.budget_usd, sum(int(cents.min()) for cents in cost) / 100)
        best = best_rows(cost, [one[:, None] for one in worth], budget)[0]
        return Judgement(advantage=recommended - alternative, best=best)


def _lateness(case: PlanningCase, block: Block, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Severity-weighted late items of some sets, and the items due with nothing funded."""
    if not block.queues:
        return np.zeros((len(levels), case.forecast.n_paths)), np.zeros(case.forecast.n_paths)
    severity = np.array([case.queues[row].severity for row in block.queues])
    with_nothing = np.concatenate([np.zeros_like(levels[:1]), levels])
    due, on_time, _ = value_sets(case, block.queues, with_nothing)
    return np.einsum("q,sqp->sp", severity, (due - on_time)[1:]), np.einsum("q,qp->p", severity, due[0])
