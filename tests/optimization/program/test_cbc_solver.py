"""CBC in the place of HiGHS: the same optima, prices and verdicts, and bounds that never say too much."""

from collections.abc import Callable

import numpy as np
import pulp
import pytest

from optimization import SolveStatus, plan_staffing
from optimization.program import installed_solver
from optimization.program.cbc_solver import CbcSolver
from optimization.program.cross_check import cbc_path, solve_with_scipy
from optimization.program.linear_model import linear_model
from optimization.program.solver import ProgramSolver

pytestmark = pytest.mark.skipif(cbc_path() is None, reason="CBC is not installed")

Make = Callable[..., object]


def cover(seed: int, *, n_columns: int = 8, n_rows: int = 5) -> pulp.LpProblem:
    """Random integer covering problem with dear shortfalls, columns of 0 to 3, and one row bounded on both sides."""
    rng = np.random.default_rng(seed)
    problem = pulp.LpProblem("cover", pulp.LpMinimize)
    columns = [problem.add_variable(f"x{i:03d}", 0, 3, "Integer") for i in range(n_columns)]
    short = [problem.add_variable(f"y{i:03d}", 0) for i in range(n_rows)]
    problem += pulp.lpDot(rng.integers(3, 20, n_columns).tolist(), columns) + 9.5 * pulp.lpSum(short) + 7
    for row in range(n_rows):
        problem += (
            pulp.lpDot(rng.integers(0, 5, n_columns).tolist(), columns) + short[row] >= float(rng.integers(5, 15)),
            f"need{row}",
        )
    return problem


def test_a_changed_program_has_the_optimum_and_prices_that_highs_finds():
    for seed in range(4):
        problem = cover(seed)
        solvers = [ProgramSolver(problem, {"mip_rel_gap": 0.0}), CbcSolver(problem, {"mip_rel_gap": 0.0})]
        for solver in solvers:
            solver.set_row_bounds("need0", 9, 9)
            solver.set_column_bounds("x000", 1, 2)
            solver.add_row("most", {"x001": 1.0, "x002": 1.0}, 1.0, 2.0)
            costs = solver.costs
            costs[3] += 2.5
            solver.set_costs(costs)
        ours, theirs = (solver.solve() for solver in solvers)
        assert theirs.status is SolveStatus.OPTIMAL
        assert theirs.objective == pytest.approx(ours.objective, abs=1e-6)
        relaxed, same = (solver.solve(integers=False) for solver in solvers)
        assert same.objective == pytest.approx(relaxed.objective, abs=1e-6)
        assert same.objective <= theirs.objective + 1e-6
        # Both offer to start from the plan, and both come back to whole numbers.
        for solver in solvers:
            solver.set_start(theirs.values)
        assert solvers[1].solve().objective == pytest.approx(solvers[0].solve().objective, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_dual_of_a_linear_program_closes_its_gap(seed: int):
    problem = cover(seed)
    outcome = CbcSolver(problem).solve(integers=False)
    model = linear_model(problem)
    at_bounds = np.where(outcome.reduced_costs > 0, model.lower, np.where(np.isinf(model.upper), 0.0, model.upper))
    dual = outcome.duals @ model.row_lower + outcome.reduced_costs @ at_bounds + model.offset
    assert dual == pytest.approx(outcome.objective, rel=1e-6)


def test_prices_are_those_of_the_program_around_the_integer_plan():
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    heads, overtime = problem.add_variable("heads", 0, 5, "Integer"), problem.add_variable("overtime", 0, 12)
    problem += 100 * heads + 15 * overtime
    problem += 10 * heads + overtime >= 25, "hours"
    solver = CbcSolver(problem)
    plan = solver.solve()
    assert (plan.value("heads"), plan.value("overtime")) == (2.0, 5.0)
    # With two heads, one more hour is an hour of overtime.
    assert solver.prices(plan).dual("hours") == 15.0
    assert solver.solve().objective == plan.objective


def test_a_stopped_search_gives_a_bound_that_holds():
    problem = cover(3, n_columns=40, n_rows=30)
    stopped = CbcSolver(problem, {"mip_rel_gap": 0.0, "mip_max_nodes": 1}).solve()
    optimum = solve_with_scipy(problem).objective
    assert stopped.status is SolveStatus.TIME_LIMITED
    assert stopped.bound <= optimum <= stopped.objective + 1e-6
    assert stopped.bound > 0.0


def test_a_search_that_ended_has_closed_the_gap_that_was_asked_for():
    problem = cover(4, n_columns=20, n_rows=12)
    outcome = CbcSolver(problem, {"mip_rel_gap": 0.05}).solve()
    optimum = solve_with_scipy(problem).objective
    assert outcome.status is SolveStatus.OPTIMAL
    assert outcome.bound - 1e-6 <= optimum <= outcome.objective + 1e-6
    assert outcome.gap <= 0.05 + 1e-9


@pytest.mark.parametrize("whole", [False, True])
def test_unbounded_and_infeasible_are_told_apart(whole: bool):
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    problem += -1 * problem.add_variable("x", 0, cat="Integer" if whole else "Continuous")
    problem += problem.variables()[0] >= 1, "least"
    solver = CbcSolver(problem)
    unbounded = solver.solve()
    assert unbounded.values is None
    solver.add_row("most", {"x": 1.0}, None, 0.5)
    infeasible = solver.solve()
    assert infeasible.status is SolveStatus.INFEASIBLE
    assert infeasible.values is None
    # CBC calls an unbounded integer program infeasible or unbounded, never solved.
    assert unbounded.status is SolveStatus.UNBOUNDED or whole


def test_what_cbc_cannot_do_is_refused():
    with pytest.raises(ValueError, match="mip_rel_gap or mip_max_nodes"):
        CbcSolver(cover(0), {"simplex_iteration_limit": 2})
    with pytest.raises(ValueError, match="must be new"):
        CbcSolver(cover(0)).add_row("need0", {"x000": 1.0}, 0.0, None)
    with pytest.raises(ValueError, match="in order"):
        CbcSolver(cover(0)).set_row_bounds("need0", 3, 2)


def test_a_plan_without_highs_costs_the_same_and_says_who_solved_it(
    make_queue: Make, make_team: Make, random_forecast: Make, monkeypatch: pytest.MonkeyPatch
):
    team = make_team("alpha", {"q0": 1.0}, heads=6, weekly_attrition=0.02, hire_lead_weeks=1, ramp_weeks=1)
    asked = {
        "forecast": random_forecast(1, n_paths=20, n_weeks=3, items_a_day=210.0),
        "queues": [make_queue("q0")],
        "teams": [team],
        "simulated_items": 0,
    }
    expected = plan_staffing(**asked)
    monkeypatch.setattr(installed_solver, "find_spec", lambda _: None)
    with pytest.warns(RuntimeWarning, match="highspy is not installed"):
        plan = plan_staffing(**asked)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.cost_usd == pytest.approx(expected.cost_usd, rel=1e-3)
    assert [queue.meets_target for queue in plan.service] == [queue.meets_target for queue in expected.service]


def test_without_any_solver_nothing_is_solved(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("optimization.program.cbc_solver.cbc_path", lambda: None)
    with pytest.raises(RuntimeError, match="there is no CBC"):
        CbcSolver(cover(0))
