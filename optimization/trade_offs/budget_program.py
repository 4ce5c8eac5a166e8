"""One option of every block within several budgets, as a mixed-integer program."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.solver import ProgramSolver

IntArray = NDArray[np.int64]

EXACTLY: dict[str, bool | int | float | str] = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0}
LEAST_SECONDS = 1e-3  # the solver takes zero for no limit
# Rows are scaled to coefficients whose sum is at most this, against which the tolerances of the solver are small.
LARGEST_SUM = 1e6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BlockOptions:
    """The options of one block worth considering.

    Attributes
    ----------
    row : ndarray of int of shape (n_options,)
        Where they stand in the table of the block.
    cents : ndarray of int64 of shape (n_budgets, n_options)
        What each takes of each budget. [0.01 USD]
    value : ndarray of int64 of shape (n_options,)
        What each is worth. [any unit]
    """

    row: NDArray[np.intp]
    cents: IntArray
    value: IntArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Choice:
    """The best choice found.

    Attributes
    ----------
    option : tuple of int
        Position of the option taken in each block.
    proven
        Whether no other choice within the budgets is worth more.
    bound
        No choice within the budgets is worth more than this. [unit of the values]
    """

    option: tuple[int, ...]
    proven: bool
    bound: float


def best_choice(blocks: Sequence[BlockOptions], caps: IntArray, *, time_limit_seconds: float | None) -> Choice | None:
    """Find the choice of one option a block that is worth most within every budget.

    Parameters
    ----------
    blocks
        At least one option each.
    caps : ndarray of int64 of shape (n_budgets,)
        Most that may be taken of each budget. [0.01 USD]
    time_limit_seconds
        Stop after this time; None for no limit. [s]

    Returns
    -------
    Choice or None
        None if no choice keeps every budget.

    Raises
    ------
    RuntimeError
        If the solver ends in a way that proves nothing, or without any choice at its time limit.

    Examples
    --------
    >>> blocks = [BlockOptions(row=np.arange(2), cents=np.array([[0, 5]]), value=np.array([0, 4])),
    ...           BlockOptions(row=np.arange(3), cents=np.array([[0, 3, 6]]), value=np.array([0, 3, 6]))]
    >>> best_choice(blocks, np.array([8]), time_limit_seconds=None)
    Choice(option=(1, 1), proven=True, bound=7.0)
    """
    problem, take, scale = _program(blocks, caps)
    solver = ProgramSolver(problem, EXACTLY)
    deadline = None if time_limit_seconds is None else time.monotonic() + time_limit_seconds
    n_cuts = 0
    while True:
        left = None if deadline is None else max(deadline - time.monotonic(), LEAST_SECONDS)
        outcome = solver.solve(time_limit_seconds=left)
        if outcome.status is SolveStatus.INFEASIBLE:
            return None
        option = _taken(take, outcome)
        if outcome.status not in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMITED) or option is None:
            raise RuntimeError(
                f"HiGHS ended with {outcome.solver_status!r} and no choice that is proven or usable. Raise the time "
                "limit, or check the magnitudes of the costs."
            )
        proven = outcome.status is SolveStatus.OPTIMAL
        spent = sum((block.cents[:, k] for block, k in zip(blocks, option, strict=True)), np.zeros_like(caps))
        if (spent <= caps).all():
            most = sum(int(block.value.max()) for block in blocks)
            bound = min(-outcome.bound / scale + sum(int(block.value.min()) for block in blocks), float(most))
            return Choice(option=option, proven=proven, bound=_worth(blocks, option) if proven else bound)
        if not proven:
            raise RuntimeError(
                "HiGHS stopped at its time limit with a choice that overspends a budget. Raise the time limit."
            )
        # Overspent by less than the tolerance of the solver: this one choice is forbidden.
        taken = {str(take[b][k].name): 1.0 for b, k in enumerate(option)}
        solver.add_row(f"cut_{n_cuts}", taken, None, len(option) - 1.0)
        n_cuts += 1


def least_excess(blocks: Sequence[BlockOptions], caps: IntArray) -> IntArray:
    """Smallest raise of the budgets, in cents over all of them, with which some choice keeps them all.

    Parameters
    ----------
    blocks, caps
        As in `best_choice`.

    Returns
    -------
    ndarray of int64 of shape (n_budgets,)
        0 for budgets that need no raise. [0.01 USD]
    """
    import pulp

    problem = pulp.LpProblem("least_excess", pulp.LpMinimize)
    take = _one_of_each(problem, blocks)
    excess = [problem.add_variable(f"excess_{i}", lowBound=0) for i in range(caps.size)]
    problem += pulp.lpSum(excess)
    for i, cap in enumerate(caps):
        # In dollars, so that coefficients stay moderate.
        used = pulp.lpSum(
            float(c) / 100 * x
            for block, xs in zip(blocks, take, strict=True)
            for c, x in zip(block.cents[i], xs, strict=True)
        )
        problem += used - excess[i] <= float(cap) / 100, f"budget_{i}"
    option = _taken(take, ProgramSolver(problem, EXACTLY).solve())
    if option is None:
        raise RuntimeError("HiGHS found no choice even without budgets")
    spent = sum((block.cents[:, k] for block, k in zip(blocks, option, strict=True)), np.zeros_like(caps))
    return np.asarray(np.maximum(spent - caps, 0))


def _program(blocks: Sequence[BlockOptions], caps: IntArray) -> tuple[Any, list[list[Any]], float]:
    """Return the program, its variables, and the factor on the values, which are counted from each block's least."""
    import pulp

    problem = pulp.LpProblem("select_under_budgets", pulp.LpMinimize)
    take = _one_of_each(problem, blocks)
    gains = [block.value - block.value.min() for block in blocks]
    scale = min(1.0, LARGEST_SUM / max(1, sum(int(gain.max()) for gain in gains)))
    problem += pulp.lpSum(
        -float(v) * scale * x for gain, xs in zip(gains, take, strict=True) for v, x in zip(gain, xs, strict=True)
    )
    for i, cap in enumerate(caps):
        most = sum(int(block.cents[i].max()) for block in blocks)
        if most <= cap:
            continue
        unit = min(1.0, LARGEST_SUM / most)
        used = pulp.lpSum(
            float(c) * unit * x
            for block, xs in zip(blocks, take, strict=True)
            for c, x in zip(block.cents[i], xs, strict=True)
        )
        problem += used <= float(cap) * unit, f"budget_{i}"
    return problem, take, scale


def _one_of_each(problem: Any, blocks: Sequence[BlockOptions]) -> list[list[Any]]:
    import pulp

    take = [
        [problem.add_variable(f"take_{b}_{k}", cat="Binary") for k in range(block.value.size)]
        for b, block in enumerate(blocks)
    ]
    for b, xs in enumerate(take):
        problem += pulp.lpSum(xs) == 1, f"one_of_block_{b}"
    return take


def _taken(take: list[list[Any]], outcome: SolveOutcome) -> tuple[int, ...] | None:
    """Position of the option taken in each block; None if the solver has no whole solution."""
    if outcome.values is None:
        return None
    option = []
    for xs in take:
        amounts = np.array([outcome.value(str(x.name)) for x in xs])
        if abs(float(amounts.sum()) - 1.0) > 1e-4 or float(amounts.max()) < 0.999:
            return None
        option.append(int(np.argmax(amounts)))
    return tuple(option)


def _worth(blocks: Sequence[BlockOptions], option: tuple[int, ...]) -> float:
    return float(sum(int(block.value[k]) for block, k in zip(blocks, option, strict=True)))
