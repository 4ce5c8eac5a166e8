"""The solver says what HiGHS proved and no more; CBC and scipy find the same optima."""

import subprocess
import sys
from itertools import product
from typing import Any

import numpy as np
import pulp
import pytest

from optimization.program.cross_check import cbc_path, solve_with_cbc, solve_with_scipy
from optimization.program.linear_model import linear_model
from optimization.program.outcome import SolveStatus
from optimization.program.solver import ProgramSolver

needs_cbc = pytest.mark.skipif(cbc_path() is None, reason="CBC is not installed")


def diet(least: float = 3.0) -> pulp.LpProblem:
    """Minimise 2x + 3y with x + y >= least and x <= 2: 2 of x, the rest of y."""
    problem = pulp.LpProblem("diet", pulp.LpMinimize)
    x, y = problem.add_variable("x", 0, 2), problem.add_variable("y", 0)
    problem += 2 * x + 3 * y
    problem += x + y >= least, "least"
    return problem


def cover(seed: int, *, n_columns: int = 8, n_rows: int = 5) -> tuple:
    """Random integer covering problem with columns of 0 to 3."""
    rng = np.random.default_rng(seed)
    cost, need = rng.integers(3, 20, n_columns), rng.integers(5, 15, n_rows)
    matrix = rng.integers(0, 5, (n_rows, n_columns))
    problem = pulp.LpProblem("cover", pulp.LpMinimize)
    columns = [problem.add_variable(f"x{i:03d}", 0, 3, "Integer") for i in range(n_columns)]
    problem += pulp.lpDot(cost.tolist(), columns)
    for row in range(n_rows):
        problem += pulp.lpDot(matrix[row].tolist(), columns) >= int(need[row]), f"need{row}"
    return problem, cost, matrix, need


def test_the_optimum_carries_the_price_of_its_rows_and_columns():
    outcome = ProgramSolver(diet()).solve()
    assert outcome.status is SolveStatus.OPTIMAL
    assert (outcome.objective, outcome.value("x"), outcome.value("y")) == (7.0, 2.0, 1.0)
    # One more unit costs one more y; one more of x saves 3 - 2.
    assert outcome.dual("least") == 3.0
    assert outcome.reduced_costs[outcome.columns["x"]] == -1.0
    assert outcome.gap == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_all_solvers_find_the_optimum_of_brute_force(seed: int):
    problem, cost, matrix, need = cover(seed, n_columns=6, n_rows=4)
    every = np.array(list(product(range(4), repeat=6)))
    best = (every @ cost)[(every @ matrix.T >= need).all(axis=1)].min()
    assert ProgramSolver(problem).solve().objective == pytest.approx(best)
    assert solve_with_scipy(problem).objective == pytest.approx(best)
    if cbc_path() is not None:
        assert solve_with_cbc(problem).objective == pytest.approx(best)


@pytest.mark.parametrize("seed", range(3))
def test_the_dual_of_a_linear_program_closes_its_gap(seed: int):
    problem, *_ = cover(seed)
    solver = ProgramSolver(problem)
    outcome = solver.solve(integers=False)
    model = linear_model(problem)
    at_bounds = np.where(outcome.reduced_costs > 0, model.lower, model.upper)
    dual = outcome.duals @ model.row_lower + outcome.reduced_costs @ at_bounds
    assert dual == pytest.approx(outcome.objective, rel=1e-9)


class FailsFromThisBasis:
    """HiGHS whose solves end in a state of failure until it has forgotten the basis that it started from."""

    def __init__(self, highs: Any, failure: str) -> None:
        self.highs, self.failure, self.is_cleared = highs, failure, False

    def __getattr__(self, name: str) -> object:
        return getattr(self.highs, name)

    def clearSolver(self) -> object:  # noqa: N802  # the name that HiGHS gives it
        self.is_cleared = True
        return self.highs.clearSolver()

    def getModelStatus(self) -> object:  # noqa: N802  # the name that HiGHS gives it
        from highspy import HighsModelStatus

        return self.highs.getModelStatus() if self.is_cleared else getattr(HighsModelStatus, self.failure)


@pytest.mark.parametrize("failure", ["kUnknown", "kSolveError"])
def test_a_solve_that_fails_from_an_earlier_basis_begins_anew(failure: str):
    solver = ProgramSolver(diet())
    expected = solver.solve().objective
    solver._highs = FailsFromThisBasis(solver._highs, failure)
    outcome = solver.solve()
    assert (outcome.status, outcome.objective) == (SolveStatus.OPTIMAL, pytest.approx(expected))


def test_changes_in_place_equal_a_new_problem():
    solver = ProgramSolver(diet())
    for least in (1.0, 5.0, 2.5):
        solver.set_row_bounds("least", least, None)
        assert solver.solve().objective == pytest.approx(ProgramSolver(diet(least)).solve().objective)
    solver.set_cost("y", 1.0)
    solver.set_column_bounds("x", 0, 0)
    assert solver.solve().objective == pytest.approx(2.5)
    solver.add_row("most", {"y": 1.0}, None, 2.0)
    assert solver.solve().status is SolveStatus.INFEASIBLE
    with pytest.raises(ValueError, match="must be new"):
        solver.add_row("most", {"x": 1.0}, None, 1.0)


def test_the_relaxation_is_no_dearer_and_the_integers_come_back():
    problem, *_ = cover(1)
    solver = ProgramSolver(problem)
    whole, relaxed, again = solver.solve(), solver.solve(integers=False), solver.solve()
    assert relaxed.objective <= whole.objective
    assert again.objective == pytest.approx(whole.objective)
    assert whole.duals is None
    assert whole.bound == pytest.approx(whole.objective)


def test_prices_are_those_of_the_program_around_the_integer_plan():
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    heads, overtime = problem.add_variable("heads", 0, 5, "Integer"), problem.add_variable("overtime", 0, 12)
    problem += 100 * heads + 15 * overtime
    problem += 10 * heads + overtime >= 25, "hours"
    solver = ProgramSolver(problem)
    plan = solver.solve()
    assert (plan.value("heads"), plan.value("overtime")) == (2.0, 5.0)
    # With two heads, one more hour is an hour of overtime.
    assert solver.prices(plan).dual("hours") == 15.0
    assert solver.solve().objective == plan.objective


def test_a_linear_program_stopped_early_is_not_called_optimal():
    rng = np.random.default_rng(0)
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    columns = [problem.add_variable(f"x{i:03d}", 0) for i in range(40)]
    problem += pulp.lpSum(columns)
    for row in range(40):
        problem += pulp.lpDot(rng.random(40).tolist(), columns) >= 1.0, f"r{row}"
    limit = {"simplex_iteration_limit": 2, "presolve": "off"}
    problem.solve(pulp.HiGHS(msg=False, **limit))
    if hasattr(problem, "status"):
        assert problem.status == pulp.LpStatusOptimal  # what PuLP 3 says
    stopped = ProgramSolver(problem, limit).solve()
    assert stopped.status is SolveStatus.TIME_LIMITED
    assert stopped.bound == -np.inf
    assert stopped.gap > 0.0
    with pytest.raises(ValueError, match="holds no duals"):
        stopped.dual("r0")


def test_a_mixed_integer_program_stopped_early_gives_its_plan_and_its_gap():
    problem, *_ = cover(3, n_columns=40, n_rows=30)
    stopped = ProgramSolver(problem, {"mip_max_improving_sols": 1}).solve()
    optimum = solve_with_scipy(problem).objective
    assert stopped.status is SolveStatus.TIME_LIMITED
    assert stopped.values is not None
    assert stopped.bound <= optimum <= stopped.objective
    assert stopped.gap == pytest.approx((stopped.objective - stopped.bound) / stopped.objective)


def test_a_stop_before_any_plan_holds_no_plan():
    problem, *_ = cover(3, n_columns=40, n_rows=30)
    stopped = ProgramSolver(problem).solve(time_limit_seconds=1e-9)
    assert stopped.status is SolveStatus.TIME_LIMITED
    if stopped.values is None:
        assert np.isnan(stopped.objective)
        assert stopped.gap == np.inf
        with pytest.raises(ValueError, match="holds no plan"):
            stopped.value("x000")


def test_threads_that_change_in_the_process_do_not_stop_a_solve():
    problem = diet()
    problem.solve(pulp.HiGHS(msg=False, threads=1))
    problem.solve(pulp.HiGHS(msg=False, threads=2))
    if hasattr(problem, "status"):
        assert problem.status == pulp.LpStatusNotSolved  # what PuLP 3 says, with zeros for a plan
    assert ProgramSolver(diet()).solve().objective == 7.0


def test_an_infeasible_program_holds_no_zeros():
    problem = diet()
    problem += problem.variables()[1] <= 0.5, "most"
    outcome = ProgramSolver(problem).solve()
    assert outcome.status is SolveStatus.INFEASIBLE
    assert outcome.values is None
    assert np.isnan(outcome.objective)


@pytest.mark.parametrize("whole", [False, True])
def test_unbounded_and_infeasible_are_told_apart(whole: bool):
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    x = problem.add_variable("x", 0, cat="Integer" if whole else "Continuous")
    problem += -1 * x
    problem += x >= 1, "least"
    assert ProgramSolver(problem).solve().status is SolveStatus.UNBOUNDED
    problem += x <= 0.5, "most"
    assert ProgramSolver(problem).solve().status is SolveStatus.INFEASIBLE


def test_maximising_is_refused_because_prices_would_change_their_sign():
    problem = pulp.LpProblem("p", pulp.LpMaximize)
    problem += problem.add_variable("x", 0, 1)
    with pytest.raises(ValueError, match="must be minimised"):
        ProgramSolver(problem)


@pytest.mark.parametrize("option", [{"no_such_option": 1}, {"mip_rel_gap": "small"}])
def test_an_option_that_highs_does_not_know_is_refused(option: dict[str, object]):
    with pytest.raises(ValueError, match="must be known to HiGHS"):
        ProgramSolver(diet(), option)


def test_a_change_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="must be finite"):
        ProgramSolver(diet()).set_cost("x", float("nan"))
    with pytest.raises(ValueError, match="must be numbers in order"):
        ProgramSolver(diet()).set_row_bounds("least", 3, 2)


@needs_cbc
def test_cbc_tells_infeasible_from_optimal():
    problem = diet()
    assert solve_with_cbc(problem).status is SolveStatus.OPTIMAL
    problem += problem.variables()[1] <= 0.5, "most"
    # The CBC of cbcbox does not always know why there is no plan; it never says that there is one.
    assert solve_with_cbc(problem).status in (SolveStatus.INFEASIBLE, SolveStatus.SOLVER_ERROR)
    assert solve_with_cbc(problem).values is None
    assert solve_with_scipy(problem).status is SolveStatus.INFEASIBLE


def test_without_highs_the_error_names_what_to_install_and_what_can_do_without(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(ImportError, match=r"install highspy\. Only plan_staffing .* can do with CBC"):
        ProgramSolver(diet())


def test_a_solve_prints_nothing():
    # HiGHS greets once a process, so the process must be new.
    code = (
        "import pulp; from optimization.program.solver import ProgramSolver; "
        "problem = pulp.LpProblem('p', pulp.LpMinimize); problem += 2 * problem.add_variable('x', 3); "
        "assert ProgramSolver(problem).solve().objective == 6"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
