"""The best set of requests under several budgets at once, as a mixed-integer program."""

import time
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.portfolio.dependencies import Dependencies, read_dependencies
from optimization.portfolio.exact_units import ExactUnit, exact_unit
from optimization.portfolio.request_checks import invalid_input, numbers_of
from optimization.program.outcome import SolveStatus
from optimization.program.solver import ProgramSolver

LARGEST_COEFFICIENT_SUM = 1e9  # whole units are handed to the solver up to here, larger ones are scaled down
LEAST_SECONDS = 1e-3  # the solver takes zero for no limit
BOUND_ROUNDING = 1e-9  # relative accuracy of a bound computed in double precision


class SelectionStatus(StrEnum):
    """How the search ended; the text of each member says what that means for the reader.

    Examples
    --------
    >>> select([9, 6], [[4, 3]], [5]).status is SelectionStatus.OPTIMAL
    True
    >>> print(SelectionStatus.OPTIMAL)
    optimal: it is proven that no allowed set has a higher value
    """

    OPTIMAL = "optimal: it is proven that no allowed set has a higher value"
    SOME_SETS = "the best of the sets that were valued: there were too many to value all"
    TIME_LIMIT = "stopped at the time limit: a better set may exist, worth at most the bound"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Selection:
    """The best set of requests that `select` found, what it takes of each budget, and how sure that it is the best.

    Attributes
    ----------
    chosen : ndarray of bool of shape (n_requests,)
        The requests of the set.
    value : float
        Its total value. [unit of the values handed in]
    cost : ndarray of shape (n_budgets,)
        What it takes of each budget. [unit of the costs handed in]
    status : SelectionStatus
        Whether the set is proven to be best.
    bound : float
        No allowed set is worth more than this; equal to `value` when proven. [unit of the values]

    Examples
    --------
    Two requests of 4 and 3 within a budget of 5: only one fits.

    >>> best = select([9, 6], [[4, 3]], [5])
    >>> best.chosen.tolist(), best.cost.tolist(), best.value == best.bound, best.gap
    ([True, False], [4.0], True, 0.0)
    """

    chosen: NDArray[np.bool_]
    value: float
    cost: NDArray[np.float64]
    status: SelectionStatus
    bound: float

    def __post_init__(self) -> None:
        self.chosen.setflags(write=False)
        self.cost.setflags(write=False)

    @property
    def gap(self) -> float:
        """Part of `value` [-] by which a better set could exceed it at most; infinite if `value` is 0."""
        if self.bound == self.value:
            return 0.0
        return (self.bound - self.value) / abs(self.value) if self.value else float("inf")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SelectionProgram:
    """Maximise the value of a set within the budgets, in whole units.

    Attributes
    ----------
    value : ndarray of int64 of shape (n_requests,)
        Value of each request.
    cost : ndarray of int64 of shape (n_budgets, n_requests)
        Cost of each request by budget.
    cap : tuple of int
        Most units of each budget.
    dependencies : Dependencies
        Which requests need or exclude each other.
    """

    value: NDArray[np.int64]
    cost: NDArray[np.int64]
    cap: tuple[int, ...]
    dependencies: Dependencies

    def overspent(self, chosen: NDArray[np.bool_]) -> list[int]:
        """Budgets that a set does not keep, by exact sums.

        Parameters
        ----------
        chosen : ndarray of bool of shape (n_requests,)
            The set.

        Returns
        -------
        list of int
            Rows of the budgets; empty if all are kept.
        """
        spent = self.cost[:, chosen].sum(axis=1).tolist()
        return [budget for budget, cap in enumerate(self.cap) if spent[budget] > cap]


def select(
    value: ArrayLike,
    cost: ArrayLike,
    budgets: ArrayLike,
    *,
    needs: ArrayLike = (),
    excludes: ArrayLike = (),
    time_limit_seconds: float | None = None,
) -> Selection:
    r"""Set of requests with the highest total value that keeps several budgets at once.

    Parameters
    ----------
    value : array_like of shape (n_requests,)
        Value of each request, additive; may be negative. [any unit]
    cost : array_like of shape (n_budgets, n_requests)
        What each request takes of each budget (a quarter, a cost centre, a headcount cap), >= 0. [unit of the budget]
    budgets : array_like of shape (n_budgets,)
        Cap on the total of each row of `cost`, >= 0. [any units]
    needs : pairs of int, shape (n_pairs, 2)
        (a, b): request a is funded only if request b is.
    excludes : pairs of int, shape (n_pairs, 2)
        (a, b): at most one of the two is funded.
    time_limit_seconds : float, optional
        Stop after this time with the best set so far. [s]

    Returns
    -------
    Selection
        The set, its value, and whether it is proven to be best. The empty set is always allowed, so there always is an
        answer. Where several sets are best, one of them.

    Raises
    ------
    ValueError
        If numbers, shapes or pairs are wrong or contradict each other; all problems are listed at once.
    RuntimeError
        If the solver ends in a way that proves nothing, with its own status in the text.

    Notes
    -----
    Solves a knapsack problem of several dimensions [1]_: with :math:`x` binary, :math:`\max v^\top x` subject to
    :math:`C x \le b`, :math:`x_a \le x_b` for each need and :math:`x_a + x_b \le 1` for each exclusion, by branch and
    bound with HiGHS and a gap of zero. The solver accepts a budget that is overspent by less than its tolerance;
    therefore each set that it returns is added up exactly, and one that overspends is forbidden, as a cover, before
    the solver goes on.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger (2004), Knapsack Problems, chapter 9,
       doi:10.1007/978-3-540-24777-7.

    Examples
    --------
    >>> best = select([9, 6, 5], [[4, 3, 2], [1, 2, 2]], [6, 3])
    >>> best.chosen.tolist(), best.value, best.status.name, best.gap
    ([True, False, True], 14.0, 'OPTIMAL', 0.0)
    """
    program, value_unit, cost_units = _read(value, cost, budgets, needs, excludes, time_limit_seconds)
    chosen, bound, proven = _solve(program, time_limit_seconds)
    worth = float(value_unit.amount(program.value[chosen].sum()))
    spent = program.cost[:, chosen].sum(axis=1)
    return Selection(
        chosen=chosen,
        value=worth,
        cost=np.array([unit.amount(count) for unit, count in zip(cost_units, spent, strict=True)]),
        status=SelectionStatus.OPTIMAL if proven else SelectionStatus.TIME_LIMIT,
        bound=worth if proven else max(worth, float(value_unit.amount(bound))),
    )


def _read(
    value: ArrayLike,
    cost: ArrayLike,
    budgets: ArrayLike,
    needs: ArrayLike,
    excludes: ArrayLike,
    time_limit_seconds: float | None,
) -> tuple[SelectionProgram, ExactUnit, list[ExactUnit]]:
    problems: list[str] = []
    values = numbers_of("value", value, problems)
    costs = numbers_of("cost", cost, problems, n_dimensions=2, at_least=0.0)
    caps = numbers_of("budgets", budgets, problems, at_least=0.0)
    if costs.shape != (caps.size, values.size):
        problems.append(
            f"cost must have one row a budget and one column a request, here ({caps.size}, {values.size}); "
            f"its shape is {costs.shape}."
        )
    if time_limit_seconds is not None and not time_limit_seconds > 0:
        problems.append(f"time_limit_seconds is {time_limit_seconds!r}: it must be > 0. Leave it out for no limit.")
    dependencies = read_dependencies(values.size, needs, excludes, problems)
    if problems:
        raise invalid_input("select", problems)
    value_unit, *cost_units = (exact_unit(row, float(np.abs(row).sum())) for row in (values, *costs))
    counts = np.array([unit.count(row) for unit, row in zip(cost_units, costs, strict=True)], dtype=np.int64).reshape(
        costs.shape
    )
    cap = tuple(
        unit.most_within(float(budget), 0, int(row.sum()))
        for unit, budget, row in zip(cost_units, caps, counts, strict=True)
    )
    program = SelectionProgram(value=value_unit.count(values), cost=counts, cap=cap, dependencies=dependencies)
    return program, value_unit, cost_units


def _solver_scale(counts: NDArray[np.int64]) -> float:
    """Return 1 where whole units suit the solver, so that it can use that they are whole."""
    return min(1.0, LARGEST_COEFFICIENT_SUM / max(1.0, float(np.abs(counts.astype(np.float64)).sum())))


def build_program(program: SelectionProgram) -> tuple[Any, list[Any]]:
    """Return the program as a PuLP problem that loses the least value, and its variables, one a request."""
    import pulp

    problem = pulp.LpProblem("select", pulp.LpMinimize)
    fund = [problem.add_variable(f"fund_{i}", cat="Binary") for i in range(program.value.size)]
    scale = _solver_scale(program.value)
    problem += pulp.lpDot((-program.value * scale).tolist(), fund)
    for budget, (row, cap) in enumerate(zip(program.cost, program.cap, strict=True)):
        if row.sum() > cap:
            scale = _solver_scale(row)
            problem += pulp.lpDot((row * scale).tolist(), fund) <= cap * scale, f"budget_{budget}"
    for pair, (a, b) in enumerate(program.dependencies.needs):
        problem += fund[a] - fund[b] <= 0, f"needs_{pair}"
    for pair, (a, b) in enumerate(program.dependencies.excludes):
        problem += fund[a] + fund[b] <= 1, f"excludes_{pair}"
    return problem, fund


def _solve(program: SelectionProgram, time_limit_seconds: float | None) -> tuple[NDArray[np.bool_], np.int64, bool]:
    """Return the best set that keeps the budgets exactly, a bound in units of value, and whether it is proven."""
    if program.value.size == 0:
        return np.zeros(0, dtype=bool), np.int64(0), True
    problem, fund = build_program(program)
    names = [str(variable.name) for variable in fund]
    solver = ProgramSolver(problem, {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0})
    deadline = None if time_limit_seconds is None else time.monotonic() + time_limit_seconds
    for cover in count():
        left = None if deadline is None else max(deadline - time.monotonic(), LEAST_SECONDS)
        outcome = solver.solve(time_limit_seconds=left)
        if outcome.status not in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMITED):
            raise RuntimeError(
                f"HiGHS ended with {outcome.solver_status!r}, which proves nothing. Check the magnitudes of value and "
                "cost."
            )
        proven = outcome.status is SolveStatus.OPTIMAL
        # Out of time without any set, the empty one is what there is. What has no value and no row is no column.
        held = solver.columns if outcome.values is not None else {}
        chosen = np.array([name in held and outcome.value(name) > 0.5 for name in names], dtype=bool)
        excess = program.overspent(chosen)
        if not excess:
            break
        if not proven:  # out of time with a set that overspends by less than the tolerance of the solver
            chosen = np.zeros_like(chosen)
            break
        members = _cover(program.cost[excess[0]], program.cap[excess[0]], chosen)
        solver.add_row(f"cover_{cover}", {names[i]: 1.0 for i in members}, None, len(members) - 1.0)
    return chosen, _whole_bound(program.value, -outcome.bound), proven


def _cover(cost: NDArray[np.int64], cap: int, chosen: NDArray[np.bool_]) -> list[int]:
    """Fewest of the chosen requests, dearest first, that together overspend the cap."""
    members = sorted(np.flatnonzero(chosen).tolist(), key=lambda request: -int(cost[request]))
    spent = np.cumsum(cost[members])
    return members[: int(np.searchsorted(spent, cap, side="right")) + 1]


def _whole_bound(value: NDArray[np.int64], solver_bound: float) -> np.int64:
    """Bound of the solver in whole units; without one, the sum of all positive values."""
    everything = int(value[value > 0].sum())
    bound = solver_bound / _solver_scale(value)
    if not bound < everything:
        return np.int64(everything)
    return np.int64(np.floor(bound + BOUND_ROUNDING * max(1.0, abs(bound))))
