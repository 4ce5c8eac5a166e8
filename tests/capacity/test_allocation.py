"""Shares of team hours against linear programs, the conditions of the optimum, and cases known by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from capacity import allocation
from capacity.allocation import fair_allocation


def random_case(seed, *, equal_skills):
    """Required hours, team hours and skills of a small operation in which every queue has a team."""
    rng = np.random.default_rng(seed)
    n_teams, n_queues = rng.integers(1, 9), rng.integers(1, 13)
    can = rng.random((n_teams, n_queues)) < rng.uniform(0.3, 1.0)
    can[rng.integers(n_teams, size=n_queues), np.arange(n_queues)] = True
    skill = can * (1.0 if equal_skills else rng.uniform(0.5, 1.5, can.shape))
    return rng.lognormal(5.0, 1.0, n_queues), rng.uniform(50.0, 2000.0, n_teams), skill


def work_of(given_hours, skill):
    return (given_hours * skill).sum(axis=-2)


def best_least_cover(required, hours, skill):
    """Largest share of its requirement that every queue can have at the same time, by a linear program."""
    n_teams, n_queues = skill.shape
    # Variables: hours by team and queue, then the cover. Each queue gets cover x required or more.
    cover = np.zeros((n_queues, n_teams * n_queues + 1))
    spend = np.zeros((n_teams, n_teams * n_queues + 1))
    for team in range(n_teams):
        for queue in range(n_queues):
            cover[queue, team * n_queues + queue] = -skill[team, queue]
            spend[team, team * n_queues + queue] = 1.0
    cover[:, -1] = required
    objective = np.zeros(n_teams * n_queues + 1)
    objective[-1] = -1.0
    limits = np.concatenate([np.zeros(n_queues), hours])
    return -linprog(objective, A_ub=np.vstack([cover, spend]), b_ub=limits).fun


@pytest.mark.parametrize("seed", range(30))
def test_with_equal_skills_the_worst_covered_queue_has_as_much_as_any_plan_can_give_it(seed):
    required, hours, skill = random_case(seed, equal_skills=True)
    found = work_of(fair_allocation(required, hours, skill), skill) / required
    assert found.min() == pytest.approx(best_least_cover(required, hours, skill), rel=1e-4)


@pytest.mark.parametrize("equal_skills", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_the_conditions_of_the_optimum_hold(seed, equal_skills):
    """An hour is worth required x skill / work to a queue; a team gives its hours where they are worth most."""
    required, hours, skill = random_case(100 + seed, equal_skills=equal_skills)
    given_hours = fair_allocation(required, hours, skill)
    worth = required * skill / work_of(given_hours, skill)
    price = worth.max(axis=1)
    # Where worth is less than the price by a part, hardly any hours go, and all hours together cost the requirement.
    wasted = (given_hours * (price[:, None] - worth)).sum()
    assert wasted <= 1e-7 * required.sum()
    assert (price * hours).sum() == pytest.approx(required.sum(), rel=1e-7)


def worth_of(work, required):
    return (required * np.log(work)).sum()


@pytest.mark.property
@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_no_other_allocation_is_worth_more(seed):
    required, hours, skill = random_case(seed, equal_skills=False)
    best = worth_of(work_of(fair_allocation(required, hours, skill), skill), required)
    rng = np.random.default_rng(seed)
    for _ in range(5):
        other = rng.gamma(1.0, 1.0, skill.shape) * (skill > 0)
        other *= np.divide(hours, other.sum(axis=1), out=np.zeros_like(hours), where=other.any(axis=1))[:, None]
        work = work_of(other, skill)
        if (work > 0).all():
            assert worth_of(work, required) <= best + 1e-7 * required.sum()


@pytest.mark.property
@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.booleans())
def test_all_hours_of_teams_that_can_serve_someone_are_given(seed, equal_skills):
    required, hours, skill = random_case(seed, equal_skills=equal_skills)
    given_hours = fair_allocation(required, hours, skill)
    np.testing.assert_allclose(given_hours.sum(axis=1), np.where(skill.any(axis=1), hours, 0.0), rtol=1e-12)
    assert (given_hours >= 0).all()
    assert (given_hours[skill == 0] == 0).all()


@pytest.mark.property
@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.booleans())
def test_the_order_of_queues_and_teams_does_not_matter(seed, equal_skills):
    required, hours, skill = random_case(seed, equal_skills=equal_skills)
    rng = np.random.default_rng(seed)
    teams, queues = rng.permutation(len(hours)), rng.permutation(len(required))
    shuffled = fair_allocation(required[queues], hours[teams], skill[np.ix_(teams, queues)])
    straight = fair_allocation(required, hours, skill)[np.ix_(teams, queues)]
    np.testing.assert_allclose(shuffled, straight, atol=2e-4 * hours.max())


def test_only_the_ratios_of_requirements_matter():
    required, hours, skill = random_case(5, equal_skills=False)
    small, large = (fair_allocation(factor * required, hours, skill) for factor in (1e-3, 1e3))
    np.testing.assert_allclose(small, large, atol=2e-4 * hours.max())


def test_each_team_does_what_it_is_relatively_best_at():
    given_hours = fair_allocation([10.0, 10.0], [8.0, 8.0], [[1.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(given_hours, [[8.0, 0.0], [0.0, 8.0]], atol=1e-3)


def test_the_hours_of_one_team_go_by_requirement_whatever_its_skills():
    given_hours = fair_allocation([60.0, 20.0], [40.0], [[0.5, 1.0]])
    np.testing.assert_allclose(given_hours, [[30.0, 10.0]])


def test_teams_that_are_alike_are_treated_alike():
    given_hours = fair_allocation([30.0, 50.0, 20.0], [40.0, 40.0, 10.0], np.ones((3, 3)))
    np.testing.assert_allclose(given_hours[0], given_hours[1])
    np.testing.assert_allclose(given_hours, np.outer([40.0, 40.0, 10.0], [0.3, 0.5, 0.2]), rtol=1e-6)


def test_a_queue_without_requirement_and_a_team_without_hours_take_no_part():
    given_hours = fair_allocation([0.0, 10.0], [5.0, 0.0], [[1.0, 1.0], [1.0, 1.0]])
    np.testing.assert_array_equal(given_hours, [[0.0, 5.0], [0.0, 0.0]])


def test_hours_that_nobody_needs_are_not_given():
    given_hours = fair_allocation([0.0, 10.0], [5.0, 7.0], [[1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_array_equal(given_hours, [[0.0, 0.0], [0.0, 7.0]])


def test_nothing_required_gives_nothing():
    assert not fair_allocation([0.0, 0.0], [5.0], [[1.0, 1.0]]).any()


def test_a_queue_whose_teams_have_no_hours_does_not_disturb_the_others():
    alone = fair_allocation([30.0, 10.0], [8.0], [[1.0, 1.0]])
    beside = fair_allocation([30.0, 10.0, 99.0], [8.0, 0.0], [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(beside[0, :2], alone[0], rtol=1e-6)
    assert not beside[:, 2].any()


def test_many_cases_at_once_are_those_one_by_one():
    rng = np.random.default_rng(8)
    required, hours = rng.lognormal(5.0, 1.0, (6, 1, 5)), rng.uniform(10.0, 500.0, (4, 3))
    skill = rng.uniform(0.5, 1.5, (3, 5)) * [[1, 1, 0, 0, 1], [0, 1, 1, 1, 0], [1, 0, 0, 1, 1]]
    together = fair_allocation(required, hours, skill)
    assert together.shape == (6, 4, 3, 5)
    for row in range(6):
        for column in range(4):
            alone = fair_allocation(required[row, 0], hours[column], skill)
            np.testing.assert_allclose(together[row, column], alone, rtol=1e-9, atol=1e-9)


def test_a_thousand_plans_with_unequal_skills_settle_in_a_tenth_of_the_rounds_allowed(monkeypatch):
    monkeypatch.setattr(allocation, "MAX_ROUNDS", allocation.MAX_ROUNDS // 10)
    rng = np.random.default_rng(1)
    for _ in range(10):
        skill = rng.uniform(0.5, 1.5, (5, 8)) * (rng.random((5, 8)) < 0.5)
        skill[0] = np.maximum(skill[0], 0.5)
        fair_allocation(rng.lognormal(5.0, 1.5, (100, 8)), rng.uniform(50.0, 2000.0, (100, 5)), skill)


def test_a_border_case_settles_at_its_limit():
    # The second team covers the second queue exactly as well as the first team covers the first: it gives it nothing,
    # but a small gift would cost next to nothing.
    given_hours = fair_allocation([40.0, 80.0], [40.0, 80.0], [[1.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(work_of(given_hours, np.array([[1.0, 0.0], [1.0, 1.0]])), [40.0, 80.0], atol=0.01)


def test_an_allocation_that_has_not_settled_is_not_handed_out(monkeypatch):
    monkeypatch.setattr(allocation, "MAX_ROUNDS", 2)
    with pytest.raises(ValueError, match="the allocation had not settled after 2 rounds"):
        fair_allocation([40.0, 80.0], [40.0, 80.0], [[1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["required_hours", "team_hours", "skill"])
def test_a_wrong_argument_is_named(name, wrong):
    arguments = {"required_hours": [1.0], "team_hours": [1.0], "skill": [[1.0]]}
    arguments[name] = np.where(np.asarray(arguments[name]) > 0, wrong, 0.0)
    with pytest.raises(ValueError, match=f"{name} must be finite and >= 0; found {wrong}"):
        fair_allocation(**arguments)
