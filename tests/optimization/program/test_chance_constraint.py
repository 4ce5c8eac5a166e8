"""The chance constraint against a mixed-integer program with a binary for every path, and against brute force."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pulp
import pytest

from optimization.program.chance_constraint import ChanceConstraint, needed_multiple
from optimization.program.deadline_cover import deadline_cover
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase, staffing_case


def test_the_cover_is_what_makes_nothing_late_on_the_paths_kept(make_case: Callable[..., StaffingCase]):
    case = make_case(n_paths=6)
    flow = case.flows[0]
    kept = np.array([True, True, False, True, False, True])
    cover = deadline_cover(flow, kept)
    rng = np.random.default_rng(0)
    for level in (0.9, 1.0, 1.1, 1.2, 1.4):
        capacity = level * rng.gamma(200.0, 1.0 / 200.0, cover.shape[0]) * flow.arrived[:, -1].mean() / cover.shape[0]
        done = np.concatenate([[0.0], np.cumsum(capacity)])
        covers = (cover <= done[1:] - done[:-1, None] + 1e-9).all()
        assert covers == (flow.missed(capacity)[kept] <= 1e-9).all()


def test_targets_hold_on_the_share_of_paths_and_a_hair_fewer_hours_would_not_do(
    make_case: Callable[..., StaffingCase], solved: Callable[..., object]
):
    case, target = make_case(), ChanceConstraint(probability=0.7)
    solution = solved(case, target)
    met = np.array([(case.flows[q].missed(case.capacity_items(solution.given, q)) <= 1e-6).mean() for q in range(2)])
    assert (met >= 0.7).all()
    fewer = [(case.flows[q].missed(0.99 * case.capacity_items(solution.given, q)) <= 1e-6).mean() for q in range(2)]
    assert min(fewer) < 0.7


@pytest.mark.parametrize("seed", range(3))
def test_cost_is_at_least_that_of_the_best_choice_of_paths_and_close_to_it(
    seed: int, make_case: Callable[..., StaffingCase]
):
    """One queue, hours of each week priced alike: every choice of the paths that may fail, by linear programs."""
    case, target = make_case(n_paths=6, n_weeks=2, seed=seed), ChanceConstraint(probability=0.67)
    flow = case.flows[0]
    work = case.expected_work[0]

    def cost(kept: np.ndarray) -> float:
        """Fewest hours in two weeks that cover the paths kept: every row of the cover at once."""
        cover = deadline_cover(flow, kept)
        problem = pulp.LpProblem("hours", pulp.LpMinimize)
        hours = [problem.add_variable(f"h{week}", 0) for week in range(2)]
        problem += pulp.lpSum(hours)
        placed = case.placed[0][0] / case.queues[0].work_hours_per_item
        share = [
            np.concatenate([placed[0], np.zeros_like(placed[1])]),
            np.concatenate([np.zeros_like(placed[0]), placed[1]]),
        ]
        for start in range(cover.shape[0]):
            for end in range(start, cover.shape[0]):
                if cover[start, end] > 0:
                    inside = [float(part[start : end + 1].sum()) for part in share]
                    problem += inside[0] * hours[0] + inside[1] * hours[1] >= float(cover[start, end])
        return ProgramSolver(problem).solve().objective

    n_kept = target.paths_met(6)
    best = min(cost(np.isin(np.arange(6), chosen)) for chosen in combinations(range(6), n_kept))
    given = np.zeros((1, 2, 2))
    given[0, 0] = work
    found = cost(target.asked_paths(case, given).kept[0])
    assert best <= found <= 1.03 * best


def test_jointly_the_same_paths_are_kept_for_all_queues_and_cost_no_less(
    make_case: Callable[..., StaffingCase], solved: Callable[..., object]
):
    case = make_case()
    alone, jointly = (solved(case, ChanceConstraint(probability=0.7, jointly=together)) for together in (False, True))
    assert jointly.outcome.objective >= alone.outcome.objective - 1e-6
    met = np.array([case.flows[q].missed(case.capacity_items(jointly.given, q)) <= 1e-6 for q in range(2)])
    assert met.all(axis=0).mean() >= 0.7


def test_a_queue_without_items_does_not_decide_which_paths_are_kept(make_case: Callable[..., StaffingCase]):
    case, target = make_case(), ChanceConstraint(probability=0.7, jointly=True)
    idle = replace(case.forecast, arrivals=case.forecast.arrivals * np.array([1.0, 0.0])[:, None, None])
    both = staffing_case(idle, case.queues, case.teams)
    given = case.skill[:, :, None] * case.expected_work[None]
    kept = target.asked_paths(both, given).kept
    assert (kept[0] == kept[1]).all()
    alone = ChanceConstraint(probability=0.7).asked_paths(both, given).kept
    assert (kept[0] == alone[0]).all()


def test_the_multiple_that_a_path_needs_is_where_nothing_is_late_any_more(make_case: Callable[..., StaffingCase]):
    case = make_case()
    given = case.skill[:, :, None] * case.expected_work[None]
    needed, capacity = needed_multiple(case, given, 0), case.capacity_items(given, 0)
    assert (case.flows[0].missed(needed[:, None] * capacity) <= 1e-3).all()
    assert (case.flows[0].missed(0.998 * needed[:, None] * capacity) > 0).all()


def test_the_share_short_is_that_of_the_path_that_decides():
    share = np.array([0.99, 0.97, 0.95, 0.90, 0.50])
    assert ChanceConstraint(probability=0.8).short_by(share, 0.95) == pytest.approx(0.05)
    assert ChanceConstraint(probability=0.6).short_by(share, 0.95) == pytest.approx(0.0)


def test_a_probability_above_one_is_refused():
    with pytest.raises(ValueError, match="probability must lie above 0 and up to 1; found 80"):
        ChanceConstraint(probability=80)
