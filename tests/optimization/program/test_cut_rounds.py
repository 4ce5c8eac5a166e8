"""The solved program against brute force, CBC and scipy, and its prices against its costs."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from capacity import SupplyRules
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cross_check import cbc_path, solve_with_cbc, solve_with_scipy
from optimization.program.cut_search import WHOLE_GAP, SolverLimitError
from optimization.program.outcome import SolveStatus
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_program import column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


def test_all_solvers_find_the_same_cost_for_the_program_with_its_cuts(make_case: Make, program_of: Make, solved: Make):
    case = make_case(
        teams={"alpha": {"heads": 9}, "beta": {"heads": 7, "skills": {"q1": 1.0}, "cost_usd_per_head_week": 700.0}}
    )
    solution, program = solved(case), program_of(case)
    program.add_cuts(solution.cuts)
    assert solution.status is SolveStatus.OPTIMAL
    exact = ProgramSolver(program.problem, {"mip_rel_gap": 0.0}).solve().objective
    assert solution.outcome.objective == pytest.approx(exact, rel=2e-4)
    assert solve_with_scipy(program.problem).objective == pytest.approx(exact, rel=1e-6)
    if cbc_path() is not None:
        assert solve_with_cbc(program.problem).objective == pytest.approx(exact, rel=1e-6)
    assert solution.linear_bound <= exact + 1e-6


def test_no_hires_tried_one_by_one_cost_less(make_case: Make, solved: Make):
    """Every number of hires in each week: its hours cover both queues, by one linear program, or they do not."""
    case = make_case(
        n_weeks=3, options={"alpha": TeamOptions(rules=SupplyRules(), most_hires_per_week=6)}, within_hours=96.0
    )
    target = ChanceConstraint()
    asked = target.asked_paths(case, case.skill[:, :, None] * case.expected_work[None])
    response = case.response[0]

    def suffices(hires: tuple[int, ...]) -> bool:
        from scipy.optimize import linprog

        hours = response.hours + sum(number * move.hours for number, move in zip(hires, response.moves, strict=True))
        rows, least = [], []
        for queue in range(2):
            cover = asked.cover[queue]
            placed = case.placed[queue][0] / case.queues[queue].work_hours_per_item
            for start, end in product(range(cover.shape[0]), repeat=2):
                if end >= start and cover[start, end] > 0:
                    inside = np.zeros(cover.shape[0])
                    inside[start : end + 1] = 1.0
                    weekly = (inside.reshape(3, -1) * placed).sum(axis=1)
                    rows.append(np.concatenate([weekly * (queue == 0), weekly * (queue == 1)]))
                    least.append(cover[start, end])
        within = np.hstack([np.eye(3), np.eye(3)])
        found = linprog(
            np.zeros(6), A_ub=np.vstack([-np.array(rows), within]), b_ub=np.concatenate([-np.array(least), hours])
        )
        return found.status == 0

    options = sorted(
        product(range(7), repeat=2),
        key=lambda hires: sum(n * m.cost_usd.sum() for n, m in zip(hires, response.moves, strict=True)),
    )
    cheapest = next(hires for hires in options if suffices(hires))
    solution = solved(case, target)
    assert not solution.relaxations
    found = [solution.outcome.value(column("hire", 0, move.week)) for move in response.moves]
    cost = [
        float(sum(n * m.cost_usd.sum() for n, m in zip(hires, response.moves, strict=True)))
        for hires in (cheapest, found)
    ]
    assert cost[1] == pytest.approx(cost[0], rel=1e-6)


def test_letting_more_paths_fail_never_costs_more(make_case: Make, solved: Make):
    case = make_case(teams={"alpha": {"heads": 19, "weekly_attrition": 0.1}})
    costs = [solved(case, ChanceConstraint(probability=share)).linear_bound for share in (0.5, 0.7, 0.9, 1.0)]
    assert costs == sorted(costs)


def test_the_same_program_gives_the_same_plan(make_case: Make, solved: Make):
    one, two = solved(make_case()), solved(make_case())
    assert (one.outcome.values == two.outcome.values).all()
    assert (one.given == two.given).all()


def test_the_answer_breaks_no_row_and_its_gap_is_within_what_is_promised(make_case: Make, solved: Make):
    case, target = make_case(teams={"alpha": {"heads": 15, "weekly_attrition": 0.05}}), ChanceConstraint()
    solution = solved(case, target)
    assert solution.outcome.bound <= solution.outcome.objective
    assert solution.outcome.gap <= WHOLE_GAP
    # Whole heads, found before the last rows, must still cover what every interval asks for.
    for row in solution.cuts:
        covered = sum(value * solution.outcome.value(name) for name, value in row.coefficients.items())
        assert covered >= row.lower - 1e-6


def test_cuts_that_do_not_settle_are_called_that(make_case: Make, solved: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("optimization.program.cut_search.MOST_ROUNDS", 1)
    with pytest.raises(SolverLimitError, match="did not settle in 1 solves"):
        solved(make_case(teams={"alpha": {"heads": 15, "weekly_attrition": 0.05}}))
