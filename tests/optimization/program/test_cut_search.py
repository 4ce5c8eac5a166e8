"""The loop that adds cuts encloses the optimum, and what it puts aside is not lost."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.program import cut_pool
from optimization.program.cut_search import LINEAR_GAP, CutSearch
from optimization.program.expected_share import ExpectedShare
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.solver import ProgramSolver
from optimization.program.stacked_flows import StackedFlows
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut
from optimization.program.tail_risk import TailRisk

Make = Callable[..., object]
TARGETS = [ExpectedShare(), TailRisk(tail=0.25), PriceOfLateness(usd_per_item=3.0)]


@pytest.fixture(scope="module")
def search_of(program_of: Make) -> Callable[..., CutSearch]:
    def make(case: StaffingCase, target: object) -> CutSearch:
        program = program_of(case, target)
        asked = target.asked_paths(case, case.skill[:, :, None] * case.expected_work[None])
        return CutSearch(program, target, np.zeros(2), asked, ProgramSolver(program.problem), [])

    return make


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: type(target).__name__)
def test_plan_and_bound_enclose_the_optimum_of_the_program_with_every_path_written_out(
    target: object, make_case: Make, search_of: Make, program_of: Make, with_flows: Make
):
    case = make_case(n_paths=4, n_weeks=2, within_hours=96.0, teams={"alpha": {"heads": 13}})
    whole = program_of(case, target)
    missed = with_flows(whole)
    _state_target(whole, case, target, missed)
    exact = ProgramSolver(whole.problem).solve(integers=False).objective
    outcome = search_of(case, target).until_kept()
    assert outcome.bound <= exact * (1.0 + 1e-6)
    assert exact <= outcome.objective * (1.0 + 1e-6) + 1e-6
    assert outcome.objective - outcome.bound <= LINEAR_GAP * outcome.objective + 1e-6


def _state_target(program: object, case: StaffingCase, target: object, missed: list[list[object]]) -> None:
    """State the target on the items missed of every queue and path, as its page says."""
    import pulp

    problem = program.problem
    for queue, on_paths in enumerate(missed):
        due, allowed = case.flows[queue].due_items, 1.0 - case.queues[queue].target.share
        late = [items * (1.0 / due[path]) for path, items in enumerate(on_paths)]
        if isinstance(target, PriceOfLateness):
            column = program.variables[f"late_{queue:03d}"]
            problem += column * len(late) >= pulp.lpSum(on_paths), f"mean_{queue}"
        elif isinstance(target, ExpectedShare):
            problem += pulp.lpSum(late) <= allowed * len(late), f"mean_{queue}"
        else:
            level = problem.add_variable(f"level_{queue}")
            over = [problem.add_variable(f"over_{queue}_{path}", 0) for path in range(len(late))]
            for path, share in enumerate(late):
                problem += over[path] >= share - level, f"over_row_{queue}_{path}"
            problem += level + pulp.lpSum(over) * (1.0 / (target.tail * len(late))) <= allowed, f"tail_{queue}"


def test_cuts_that_wait_aside_change_no_answer(make_case: Make, search_of: Make, monkeypatch: pytest.MonkeyPatch):
    case = make_case(n_paths=10, teams={"alpha": {"heads": 12}})
    all_held = search_of(case, TARGETS[2])
    expected = all_held.until_kept()
    monkeypatch.setattr(cut_pool, "MOST_HELD", 4)
    monkeypatch.setattr(cut_pool, "MOST_HELD_EACH", 0)
    monkeypatch.setattr(cut_pool, "SLACK_SOLVES", 1)
    search = search_of(case, TARGETS[2])
    found = search.until_kept()
    assert len(search.pool.held) < len(search.pool.cuts)
    assert found.objective == pytest.approx(expected.objective, rel=3e-5)
    for cut in search.pool.cuts:  # those aside hold as well
        assert search.pool.shortfall(cut, found.values) <= 0.02


def test_a_cut_put_aside_comes_back_when_a_plan_breaks_it():
    import pulp

    problem = pulp.LpProblem("p", pulp.LpMinimize)
    x, y = (problem.add_variable(name, lowBound=0) for name in "xy")
    problem += x + 2 * y
    problem += x + y >= 1, "base"
    solver = ProgramSolver(problem)
    pool = cut_pool.CutPool(solver)
    pool.add(Cut(name="high", coefficients={"x": 1.0}, lower=3.0, queue=0), tolerance=1e-9)
    pool.add(Cut(name="low", coefficients={"x": 1.0}, lower=2.0, queue=0), tolerance=1e-9)
    solved = solver.solve()
    assert solved.objective == pytest.approx(3.0)
    assert solver.is_slack(["high", "low"]).tolist() == [False, True]
    pool.put_aside(solved, at_once=True)
    assert set(solver.rows) == {"base", "high"}
    assert [cut.name for cut in pool.held] == ["high"]
    assert solver.solve().dual("high") == pytest.approx(1.0)
    assert not pool.recall(np.array([3.0, 0.0]))
    assert pool.recall(np.array([1.0, 0.0]))
    assert set(solver.rows) == {"base", "high", "low"}


def test_a_row_of_hours_that_are_next_to_nothing_of_what_is_due_is_not_left_out():
    """Nine tenths of a billion items, of which an hour decides a fifth: HiGHS leaves out coefficients up to 1e-9."""
    import pulp

    problem = pulp.LpProblem("p", pulp.LpMinimize)
    hours, relax = problem.add_variable("hours", 0), problem.add_variable("relax", 0, 0)
    problem += 3 * hours
    problem += hours + relax >= 0, "base"
    solver = ProgramSolver(problem)
    pool = cut_pool.CutPool(solver)
    cut = Cut(name="due", coefficients={"hours": 2e-10, "relax": 1.0}, lower=0.9, queue=0)
    pool.add(cut, tolerance=1e-6)
    outcome = solver.solve()
    assert outcome.objective == pytest.approx(3 * 0.9 / 2e-10, rel=1e-9)
    # A price in another unit of the row, times the right side in it, is worth as much.
    (held,) = pool.held
    assert outcome.dual("due") * held.lower == pytest.approx(outcome.objective, rel=1e-9)
    # Its unit leads back to the row as it was.
    assert held.unit > 1.0
    assert held.lower / held.unit == pytest.approx(cut.lower)
    assert held.coefficients["hours"] / held.unit == pytest.approx(2e-10)
    assert not pool.recall(outcome.values)


def test_queues_side_by_side_miss_what_each_misses_alone(make_case: Make):
    case = make_case(n_paths=7, backlog_items=40.0, backlog_age_hours=10.0)
    rng = np.random.default_rng(0)
    capacity = {
        queue: rng.gamma(2.0, 0.5, flow.due.shape[1] - 1) * flow.arrived[:, -1].mean() / flow.due.shape[1]
        for queue, flow in enumerate(case.flows)
    }
    missed, saves = StackedFlows(case.flows, [0, 1]).at(capacity)
    for queue, flow in enumerate(case.flows):
        constant, alone = flow.missed_slope(capacity[queue], np.arange(7))
        assert (alone == saves[queue].T).all()
        assert missed[queue] == pytest.approx(constant - alone @ capacity[queue])
