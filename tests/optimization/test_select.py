import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimization.portfolio import SelectionStatus, pareto_front, select
from optimization.portfolio import budgets as budgets_module


def test_published_optima_are_found_and_proven(shared_file):
    instances = json.loads(shared_file("reference/capital_budgeting_known_optima.json").read_text())
    assert len(instances) == 15
    for instance in instances:
        best = select(instance["value"], instance["weight"], instance["capacity"])
        assert best.status is SelectionStatus.OPTIMAL
        assert best.value == best.bound == instance["optimum"]
        assert best.gap == 0.0
        assert (best.cost <= instance["capacity"]).all()


@pytest.mark.property
@settings(deadline=None, max_examples=30)
@given(data=st.data(), n=st.integers(1, 8), m=st.integers(0, 3))
def test_value_is_the_highest_of_all_subsets(data: st.DataObject, n: int, m: int):
    value = np.array(data.draw(st.lists(st.integers(-5, 20), min_size=n, max_size=n)))
    cells = st.lists(st.lists(st.integers(0, 9), min_size=n, max_size=n), min_size=m, max_size=m)
    cost = np.array(data.draw(cells), dtype=np.int64).reshape(m, n)
    budgets = np.array(data.draw(st.lists(st.integers(0, 30), min_size=m, max_size=m)))
    index = st.integers(0, n - 1)
    pairs = data.draw(
        st.lists(st.tuples(index, index).filter(lambda p: p[0] < p[1]), max_size=3) if n > 1 else st.just([])
    )
    needs, excludes = pairs[:1], [pair for pair in pairs[1:] if pairs[0][0] != pair[0]]
    sets = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    kept = (sets @ cost.T <= budgets).all(axis=1)
    for a, b in needs:
        kept &= ~sets[:, a] | sets[:, b]
    for a, b in excludes:
        kept &= ~(sets[:, a] & sets[:, b])
    best = select(value, cost, budgets, needs=needs, excludes=excludes)
    assert best.value == (sets @ value)[kept].max()
    assert best.value == value[best.chosen].sum()
    assert kept[(sets == best.chosen).all(axis=1)].all()


def test_one_budget_gives_the_points_of_the_exact_front():
    rng = np.random.default_rng(1)
    cost, value = rng.integers(100, 9999, 14) / 100, rng.integers(1, 99, 14)
    needs, excludes = [(0, 1), (2, 1), (3, 4)], [(5, 6), (0, 7)]
    front = pareto_front(cost, value, needs=needs, excludes=excludes)
    for index in range(0, front.cost.size, 20):
        best = select(value, [cost], [front.cost[index]], needs=needs, excludes=excludes)
        assert best.value == front.value[index]


def test_budget_may_be_spent_to_the_cent_and_not_beyond():
    assert select([1, 1], [[0.1, 0.2]], [0.3]).value == 2.0
    assert select([1, 1], [[0.1, 0.2]], [0.29]).value == 1.0


def test_overspending_below_the_tolerance_of_the_solver_is_refused():
    # Three requests overspend by 3e-9 of 3: HiGHS alone accepts them.
    cost = np.full((1, 4), 1 + 1e-9)
    best = select([5, 4, 3, 2], cost, [3.0])
    assert best.chosen.tolist() == [True, True, False, False]
    assert sum(map(Fraction, cost[0, best.chosen])) <= 3


def test_set_that_the_solver_takes_for_affordable_is_forbidden():
    # At 4e-16 of the budget the excess is far below any tolerance of the solver; sums are exact all the same.
    best = select([1, 5, 5], [[1, 1, 1 + 2**-50]], [2])
    assert best.chosen.tolist() == [True, True, False]


def test_huge_and_tiny_amounts_are_solved_alike():
    value, cost = np.array([9.0, 6.0, 5.0]), np.array([[4.0, 3.0, 2.0], [1.0, 2.0, 2.0]])
    for scale in (1e-9, 1.0, 1e9, 1 / 3e12, 1e14 / 3):
        best = select(value * scale, cost * scale, np.array([6.0, 3.0]) * scale)
        assert best.chosen.tolist() == [True, False, True]
        assert best.value == pytest.approx(14 * scale)


def hard_program(n: int = 120) -> dict:
    rng = np.random.default_rng(0)
    cost = rng.integers(100, 1000, (8, n))
    return {"value": cost.sum(axis=0) + rng.integers(0, 300, n), "cost": cost, "budgets": cost.sum(axis=1) // 2}


@pytest.mark.parametrize(("seconds", "n_requests"), [(1e-6, 120), (0.2, 300)])
def test_stopped_search_says_so_and_bounds_what_is_missing(seconds: float, n_requests: int):
    program = hard_program(n_requests)
    best = select(**program, time_limit_seconds=seconds)
    assert best.status is SelectionStatus.TIME_LIMIT
    assert "time limit" in best.status
    assert best.bound > best.value == program["value"][best.chosen].sum()
    assert (program["cost"][:, best.chosen].sum(axis=1) <= program["budgets"]).all()
    assert best.gap == (best.bound - best.value) / best.value if best.value else best.gap == float("inf")


def test_time_limit_that_is_not_reached_leaves_the_proof():
    assert select([1, 2], [[1, 1]], [1], time_limit_seconds=60).status is SelectionStatus.OPTIMAL


def test_without_budgets_every_request_of_value_is_chosen():
    assert select([3, -1, 2, 0], np.empty((0, 4)), []).chosen.tolist()[:3] == [True, False, True]


def test_without_requests_nothing_is_chosen():
    best = select([], np.empty((1, 0)), [5])
    assert (best.value, best.bound, best.gap, best.cost.tolist()) == (0.0, 0.0, 0.0, [0.0])


def test_negative_prerequisite_is_paid_for_when_it_opens_more():
    best = select([-2, 5, 4], [[1, 1, 3]], [3], needs=[(1, 0)])
    assert (best.chosen.tolist(), best.value) == ([False, False, True], 4.0)
    assert select([-2, 5, 4], [[1, 1, 3]], [5], needs=[(1, 0)]).value == 7.0


def test_cover_names_the_fewest_dear_requests_that_overspend():
    cover = budgets_module._cover(np.array([5, 1, 4, 9]), 8, np.array([True, True, True, False]))
    assert cover == [0, 2]


def test_every_problem_of_the_input_is_listed_at_once():
    with pytest.raises(ValueError, match="select: 6 problems") as caught:
        select(
            [1, np.nan],
            [[1, -2], [3, 4], [5, 6]],
            [1, -1],
            needs=[(0, 1), (1, 0)],
            time_limit_seconds=0,
        )
    for part in (
        "value[1] is nan",
        "cost[0, 1] is -2.0",
        "budgets[1] is -1.0",
        "here (2, 2); its shape is (3, 2)",
        "time_limit_seconds is 0",
        "cycle",
    ):
        assert part in str(caught.value)
