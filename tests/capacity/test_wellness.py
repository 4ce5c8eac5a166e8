"""Allocation under wellness caps, against a linear program and the allocation without caps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from capacity.allocation import fair_allocation
from capacity.supply.wellness import WellnessCap, capped_allocation

GRAPHIC = [[True, False, False], [True, True, False]]


def smallest_cover(
    required: np.ndarray, hours: np.ndarray, skill: np.ndarray, caps: np.ndarray, graphic: np.ndarray
) -> float:
    """Largest share of its requirement that every queue can get at once, by a linear program."""
    n_teams, n_queues = skill.shape
    cost = np.zeros(n_teams * n_queues + 1)
    cost[-1] = -1.0
    rows, limits = [], []
    for queue in range(n_queues):
        row = np.zeros((n_teams, n_queues))
        row[:, queue] = -skill[:, queue]
        rows.append([*row.ravel(), required[queue]])
        limits.append(0.0)
    for team in range(n_teams):
        for under, most in [(np.ones(n_queues), hours[team]), *zip(graphic, caps[:, team], strict=True)]:
            row = np.zeros((n_teams, n_queues))
            row[team] = under
            rows.append([*row.ravel(), 0.0])
            limits.append(most)
    return float(-linprog(cost, A_ub=np.array(rows, dtype=float), b_ub=limits).fun)


@pytest.mark.property
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_the_worst_covered_queue_is_covered_as_well_as_the_caps_allow(seed: int) -> None:
    rng = np.random.default_rng(seed)
    required, hours = rng.uniform(10, 100, 3), rng.uniform(20, 100, 2)
    skill = np.ones((2, 3))
    caps = rng.uniform(0.1, 0.7, (2, 2)) * hours
    given_hours = capped_allocation(required, hours, skill, capped_hours=caps, graphic=GRAPHIC)
    cover = (given_hours * skill).sum(axis=0) / required
    assert cover.min() == pytest.approx(smallest_cover(required, hours, skill, caps, np.array(GRAPHIC)), rel=1e-4)
    assert (given_hours[:, 0] <= caps[0] + 1e-6).all()
    assert (given_hours[:, :2].sum(axis=1) <= caps[1] + 1e-6).all()
    assert (given_hours.sum(axis=1) <= hours + 1e-6).all()


def test_a_cap_above_all_hours_changes_nothing() -> None:
    required, hours, skill = [60.0, 60.0, 30.0], [40.0, 80.0], [[1, 0, 1], [1, 1, 0.5]]
    capped = capped_allocation(required, hours, skill, capped_hours=[[99, 99]], graphic=[[True, True, False]])
    np.testing.assert_allclose(capped, fair_allocation(required, hours, skill), atol=1e-5)


def test_a_team_with_graphic_queues_alone_keeps_the_rest_of_its_hours() -> None:
    given_hours = capped_allocation([100], [80], [[1]], capped_hours=[[50]], graphic=[[True]])
    np.testing.assert_allclose(given_hours, [[50]])


def test_a_tight_outer_cap_holds_for_the_inner_set_too() -> None:
    given_hours = capped_allocation(
        [100, 1, 1], [80], [[1, 1, 1]], capped_hours=[[70], [30]], graphic=[[True, False, False], [True, True, False]]
    )
    assert given_hours[0, :2].sum() == pytest.approx(30)


def test_weeks_in_one_call_are_the_single_calls() -> None:
    rng = np.random.default_rng(3)
    required, hours = rng.uniform(10, 90, (5, 3)), rng.uniform(20, 90, (5, 2))
    skill, caps = np.ones((5, 2, 3)), rng.uniform(5, 40, (2, 5, 2))
    together = capped_allocation(required, hours, skill, capped_hours=caps, graphic=GRAPHIC)
    for week in range(5):
        alone = capped_allocation(required[week], hours[week], skill[week], capped_hours=caps[:, week], graphic=GRAPHIC)
        np.testing.assert_allclose(together[week], alone, atol=1e-4)


def test_bad_caps_are_refused() -> None:
    with pytest.raises(ValueError, match="queues of a wellness cap must name"):
        WellnessCap(queues=frozenset(), hours_per_head_week=20)
    with pytest.raises(ValueError, match=r"hours_per_head_week of a wellness cap must.*found -1"):
        WellnessCap(queues=frozenset({"gore"}), hours_per_head_week=-1)
    with pytest.raises(ValueError, match="hours_per_head_day must lie between 0 and 24"):
        WellnessCap.daily({"gore"}, hours_per_head_day=25)
    with pytest.raises(ValueError, match="graphic must be nested"):
        capped_allocation(
            [1, 1, 1], [9], [[1, 1, 1]], capped_hours=[[1], [1]], graphic=[[True, False, False], [False, True, False]]
        )
    with pytest.raises(ValueError, match=r"graphic must be of shape \(n_caps, n_queues\) = \(1, 2\)"):
        capped_allocation([1, 1], [9], [[1, 1]], capped_hours=[[1]], graphic=[[True]])
