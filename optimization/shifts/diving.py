"""Whole heads from a linear program: round a few columns, solve again, and so on; then undo a part and try again."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.outcome import SolveStatus
from optimization.program.solver import ProgramSolver

FloatArray = NDArray[np.float64]

WHOLE = 1e-6
ROUNDED = 0.05  # share of the fractional columns that are rounded at once ...
NEAR = 0.8  # ... where they are nearly whole; the nearest one otherwise
UNDONE = (0.1, 0.2, 0.4)  # share of the heads that a round takes back


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WholePlan:
    """Whole numbers of heads.

    Attributes
    ----------
    values : ndarray of shape (n_columns,)
        Of all columns.
    cost
        Of the plan. [unit of the objective]
    """

    values: FloatArray
    cost: float


def dive(
    solver: ProgramSolver, n_tours: int, least: FloatArray, *, below: float = np.inf, deadline: float = np.inf
) -> WholePlan | None:
    """Round the linear program step by step until all columns are whole.

    Parameters
    ----------
    solver
        Of a cover program; its bounds are left changed.
    n_tours : int
        How many columns, from the first on, are tours; these are made whole before the placements of breaks.
    least : ndarray of shape (n_columns,)
        Whole numbers that the columns start from.
    below : float
        Give up as soon as the plan cannot cost less than this. [unit of the objective]
    deadline : float
        Give up at this reading of `time.monotonic`. [s]

    Returns
    -------
    WholePlan or None
        None if it gave up.
    """
    least = least.copy()
    every = np.arange(least.size)
    first = np.arange(least.size) < n_tours
    while time.monotonic() < deadline:
        solver.set_lower_bounds(every, least)
        left = None if deadline == np.inf else max(deadline - time.monotonic(), 1e-3)
        outcome = solver.solve(integers=False, time_limit_seconds=left)
        if outcome.status is not SolveStatus.OPTIMAL or outcome.values is None or outcome.objective >= below:
            return None
        whole = np.floor(outcome.values + WHOLE)
        part = outcome.values - whole
        open_columns = np.flatnonzero((part > WHOLE) & first)
        if not open_columns.size:
            open_columns = np.flatnonzero(part > WHOLE)
            if not open_columns.size:
                return WholePlan(values=whole, cost=outcome.objective)
            least = np.maximum(least, whole)
        least[first] = np.maximum(least, whole)[first]
        order = open_columns[np.argsort(-part[open_columns], kind="stable")]
        nearest = order[: max(1, int(ROUNDED * order.size))]
        nearly = nearest[part[nearest] > NEAR]
        chosen = nearly if nearly.size else nearest[:1]
        least[chosen] = whole[chosen] + 1.0
    return None


def improved(
    solver: ProgramSolver,
    n_tours: int,
    plan: WholePlan,
    *,
    target_cost: float,
    rounds: int,
    rng: np.random.Generator,
    deadline: float = np.inf,
) -> WholePlan:
    """Take a random share of the heads back and dive again, for some rounds; keep what is cheaper.

    Parameters
    ----------
    solver, n_tours, deadline
        As in `dive`.
    plan
        To start from.
    target_cost : float
        Stop once the plan costs no more. [unit of the objective]
    rounds : int
        Most rounds.
    rng
        Chooses whom to take back.

    Returns
    -------
    WholePlan
        At most as dear as the one handed in.

    References
    ----------
    .. [1] D. Pisinger, S. Ropke, "Large neighborhood search", in Handbook of Metaheuristics, Springer, 2010.
    """
    for _ in range(rounds):
        if plan.cost <= target_cost or time.monotonic() >= deadline:
            break
        heads = np.repeat(np.arange(n_tours), plan.values[:n_tours].astype(np.intp))
        n_undone = max(1, int(rng.choice(UNDONE) * heads.size))
        undone = rng.choice(heads, n_undone, replace=False)
        least = np.zeros(plan.values.size)
        least[:n_tours] = plan.values[:n_tours] - np.bincount(undone, minlength=n_tours)
        found = dive(solver, n_tours, least, below=plan.cost - WHOLE * abs(plan.cost), deadline=deadline)
        plan = plan if found is None else found
    return plan
