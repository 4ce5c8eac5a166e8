"""Whole heads of large programs: rounded plans keep every row, and what is said of their gap is true of the optimum."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import OvertimeRule, SupplyRules, VendorContract
from optimization.program import cut_search
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cross_check import solve_with_scipy
from optimization.program.cut_rounds import solve_program
from optimization.program.cut_search import CutSearch
from optimization.program.outcome import SolveStatus
from optimization.program.solver import WHOLE, ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]

SMALL_TEAM = {"heads": 9, "weekly_attrition": 0.05}


def vendor(**terms: object) -> TeamOptions:
    fields = {"seats": 10, "step_seats": 2, "lead_weeks": 1, "notice_weeks": 1, "most_seats": 40}
    return TeamOptions(rules=SupplyRules(contract=VendorContract(**{**fields, **terms})))


CASES: dict[str, dict[str, TeamOptions]] = {
    "hires and overtime": {
        "alpha": TeamOptions(rules=SupplyRules(overtime=OvertimeRule(most_hours_per_head_week=4.0)))
    },
    "classes of four, or part-time": {"alpha": TeamOptions(smallest_class=4, part_time_hours_per_week=20.0)},
    "releases": {"alpha": TeamOptions(most_releases_per_week=5, notice_weeks=1)},
    "steps of seats": {"beta": vendor(price_tiers=((0, 900.0),))},
    "graduated tiers": {"beta": vendor(price_tiers=((0, 900.0), (12, 600.0)))},
    "one price for all seats": {"beta": vendor(price_tiers=((0, 900.0), (13, 800.0)), tier_rule="all_seats")},
}


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every program for a large one."""
    monkeypatch.setattr(cut_search, "LARGE", 0)


def of_options(make_case: Make, options: dict[str, TeamOptions], **changes: object) -> StaffingCase:
    beta = {"heads": 10, "weekly_attrition": 0.0} if "beta" in options else SMALL_TEAM
    return make_case(teams={"alpha": SMALL_TEAM, "beta": beta}, options=options, **{"n_weeks": 5, **changes})


@pytest.mark.parametrize("name", CASES)
def test_a_large_program_says_no_more_of_its_plan_than_scipy_finds_true(
    name: str, make_case: Make, program_of: Make, solved: Make, large: None
):
    case = of_options(make_case, CASES[name])
    solution, program = solved(case), program_of(case)
    outcome = solution.outcome
    program.add_cuts(solution.cuts)
    solver = ProgramSolver(program.problem)
    whole = outcome.values[solver.whole]
    assert np.abs(whole - np.rint(whole)).max() <= WHOLE
    # The plan keeps the program with all its rows: with its whole numbers it costs what it says.
    with solver.whole_fixed(outcome):
        assert solver.solve().objective == pytest.approx(outcome.objective, rel=1e-6)
    best = solve_with_scipy(program.problem).objective
    assert outcome.bound <= best + 1e-6 * abs(best)
    assert best <= outcome.objective + 1e-6 * abs(best)
    assert outcome.objective - outcome.gap * abs(outcome.objective) <= best + 1e-6 * abs(best)
    assert solution.status is SolveStatus.OPTIMAL


@pytest.mark.parametrize("name", CASES)
def test_rounding_alone_finds_a_plan_not_far_from_the_best(name: str, make_case: Make, program_of: Make, large: None):
    case, target = of_options(make_case, CASES[name]), ChanceConstraint()
    program, asked = program_of(case), target.asked_paths(case, case.skill[:, :, None] * case.expected_work[None])
    solver = ProgramSolver(program.problem)
    search = CutSearch(program, target, np.zeros(len(case.queues)), asked, solver, ())
    dived = search._dived(search.until_kept())
    assert dived is not None
    position = search.position(dived.values)
    assert all(row.excess <= row.tolerance for row in target.touching(position))
    program.add_cuts(search.pool.cuts)
    best = solve_with_scipy(program.problem).objective
    # Steps of two seats and classes of four are a large part of so small a program.
    staffing = best + sum(float(team.cost_usd.sum()) for team in case.response)
    assert best - 1e-6 * abs(best) <= dived.objective <= best + 0.06 * staffing


def test_a_large_program_gives_the_same_plan_twice(make_case: Make, solved: Make, large: None):
    case = of_options(make_case, CASES["graduated tiers"])
    one, two = solved(case), solved(case)
    assert (one.outcome.values == two.outcome.values).all()
    assert one.outcome.gap == two.outcome.gap


def test_a_large_program_whose_gap_stays_open_is_not_called_optimal(
    make_case: Make, program_of: Make, solved: Make, large: None, monkeypatch: pytest.MonkeyPatch
):
    case = of_options(make_case, CASES["steps of seats"])
    monkeypatch.setattr(cut_search, "WHOLE_GAP", 0.0)
    monkeypatch.setattr(cut_search, "LARGE_GAP", 0.0)
    monkeypatch.setattr(cut_search, "LARGE_NODES", 0)
    solution = solved(case)
    assert solution.status is SolveStatus.TIME_LIMITED
    assert 0.0 < solution.outcome.gap < 1.0
    program = program_of(case)
    program.add_cuts(solution.cuts)
    best = solve_with_scipy(program.problem).objective
    assert (1.0 - solution.outcome.gap) * solution.outcome.objective <= best + 1e-6 * abs(best)


def test_rows_of_an_earlier_margin_change_no_bound(make_case: Make, program_of: Make, large: None):
    case, target = of_options(make_case, CASES["hires and overtime"]), ChanceConstraint()
    even = case.skill[:, :, None] * case.expected_work[None]
    asked = target.asked_paths(case, even)

    def solved_at(margin: float, cuts: tuple[object, ...] = ()) -> object:
        margins = np.full(len(case.queues), margin)
        return solve_program(program_of(case, target), target, margin=margins, asked=asked, cuts=cuts)

    before, fresh = solved_at(0.0), solved_at(0.04)
    again = solved_at(0.04, before.cuts)
    assert again.linear_bound == pytest.approx(fresh.linear_bound, rel=1e-6)
    assert again.linear_bound > before.linear_bound
    assert again.rounds < fresh.rounds
