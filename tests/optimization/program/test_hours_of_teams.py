"""Teams give no more hours than they have, and one more hour is worth its dual."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.program.staffing_program import column

Make = Callable[..., object]


def test_hours_given_are_within_what_teams_have(make_case: Make, solved: Make):
    case = make_case(teams={"alpha": {"skills": {"q0": 1.0}}, "beta": {"skills": {"q0": 0.8, "q1": 1.0}}})
    solution = solved(case)
    value = solution.outcome.value
    for team in range(2):
        for week in range(4):
            has = value(column("hours", team, week)) + 0.75 * value(column("overtime", team, week))
            assert solution.given[team, :, week].sum() <= has + 1e-6
    assert solution.given[0, 1].sum() == 0.0


@pytest.mark.parametrize("week", [0, 2])
def test_the_dual_of_a_team_and_week_is_what_one_more_hour_saves(
    make_case: Make, program_of: Make, solved: Make, week: int
):
    from optimization.program.solver import ProgramSolver

    case = make_case()
    solution, program = solved(case), program_of(case)
    program.add_cuts(solution.cuts)
    solver = ProgramSolver(program.problem)
    base = solver.solve(integers=False)
    name = column("share", 0, week)
    solver.set_row_bounds(name, None, 0.01)
    assert solver.solve(integers=False).objective - base.objective == pytest.approx(0.01 * base.dual(name), abs=1e-6)
    assert base.dual(name) <= 0.0


def test_two_equal_teams_cost_what_one_of_their_size_costs(make_case: Make, solved: Make):
    one = make_case(teams={"alpha": {"heads": 12}})
    two = make_case(teams={"alpha": {"heads": 6}, "beta": {"heads": 6}})
    bounds = [solved(case).linear_bound for case in (one, two)]
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-4)
    assert solved(two).outcome.objective == pytest.approx(solved(one).outcome.objective, rel=5e-3)


def test_money_in_other_units_changes_no_decision(make_case: Make, solved: Make):
    one, hundred = (make_case(teams={"alpha": {"cost_usd_per_head_week": 900.0 * unit}}) for unit in (1.0, 100.0))
    plain, large = solved(one), solved(hundred)
    assert large.linear_bound == pytest.approx(100.0 * plain.linear_bound, rel=1e-3)
    hires = [
        np.array([solution.outcome.value(column("hire", 0, week)) for week in (1, 2, 3)]) for solution in (plain, large)
    ]
    assert hires[0] == pytest.approx(hires[1])
