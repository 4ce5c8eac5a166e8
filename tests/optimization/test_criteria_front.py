"""Fronts of two criteria against all sets."""

from itertools import product

import numpy as np
import pytest

from optimization import find_frontier, value_all_blocks
from optimization.trade_offs.criteria_front import criteria_front, net_savings, on_time_items, on_time_share

WORTH = 0.6


@pytest.fixture(scope="module")
def values(two_blocks):
    # A dear request with little service and high savings makes the criteria conflict.
    return value_all_blocks(two_blocks(seed=5, deflect={"one_off_usd": 9_000.0}))


@pytest.fixture(scope="module")
def sets(values):
    """Cost, mean share, late items avoided and net savings of every feasible set, each valued as a whole."""
    today = values.measure(np.zeros(len(values.case.requests)))
    rows = []
    for levels in product(*((0.0, *request.levels()) for request in values.case.requests)):
        if values.is_feasible(np.array(levels)):
            one = values.measure(np.array(levels))
            savings = WORTH * (today.late_harm - one.late_harm) - one.cost_usd
            rows.append((one.cost_usd, float(one.share.mean()), today.late_items - one.late_items, savings))
    return np.array(rows)


def brute_force(first, second):
    """Pairs that no other pair beats, by rising first."""
    pairs = np.column_stack([first, second])
    beaten = [((pairs >= pair - 1e-7).all(axis=1) & (pairs > pair + 1e-6).any(axis=1)).any() for pair in pairs]
    kept = pairs[~np.array(beaten)]
    return kept[np.argsort(kept[:, 0])]


@pytest.mark.parametrize("budget", [None, 3_000.0, 12_000.0, 18_000.0])
@pytest.mark.parametrize("pair", [(1, 3), (1, 2), (2, 3)])
def test_the_front_is_complete(values, sets, budget, pair):
    criteria = {1: on_time_share(values), 2: on_time_items(values), 3: net_savings(values, WORTH)}
    front = criteria_front(values, criteria[pair[0]], criteria[pair[1]], budget_usd=budget)
    allowed = sets if budget is None else sets[sets[:, 0] <= budget]
    expected = brute_force(allowed[:, pair[0]], allowed[:, pair[1]])
    assert front.amounts.shape[1] == len(expected)
    # A cent a block of rounding in dollars.
    np.testing.assert_allclose(front.amounts.T, expected, atol=0.02)
    assert (np.diff(front.amounts[0]) > 0).all()
    assert (np.diff(front.amounts[1]) < 0).all()


def test_some_front_has_several_points(values):
    assert criteria_front(values, on_time_share(values), net_savings(values, WORTH)).amounts.shape[1] > 3


def test_the_sets_have_the_amounts_that_are_told(values):
    front = criteria_front(values, on_time_share(values), net_savings(values, WORTH), budget_usd=15_000.0)
    for share, cost, levels in zip(front.amounts[0], front.cost_usd, front.levels, strict=True):
        one = values.measure(levels)
        assert one.share.mean() == pytest.approx(share, abs=1e-7)
        assert one.cost_usd == pytest.approx(cost)
    assert list(front.to_frame().columns[:2]) == ["on_time_share_mean", "net_savings_usd"]


def test_the_best_share_of_a_budget_is_that_of_the_frontier(values):
    frontier = find_frontier(values)
    for budget in (0.0, 5_000.0, 11_000.0):
        front = criteria_front(values, on_time_share(values), net_savings(values, WORTH), budget_usd=budget)
        assert front.amounts[0, -1] == pytest.approx(frontier.at_budget(budget).on_time_share_mean, abs=1e-7)


def test_a_budget_without_end_is_no_limit(values):
    """A frontier without a budget has one of infinity."""
    fronts = [
        criteria_front(values, on_time_share(values), net_savings(values, WORTH), budget_usd=budget)
        for budget in (None, find_frontier(values).budget_usd)
    ]
    np.testing.assert_array_equal(fronts[0].levels, fronts[1].levels)
    np.testing.assert_array_equal(fronts[0].amounts, fronts[1].amounts)


def test_arguments_are_checked(values, two_blocks):
    share = on_time_share(values)
    with pytest.raises(ValueError, match="two criteria"):
        criteria_front(values, share, share)
    with pytest.raises(ValueError, match="budget_usd must be 0 or more"):
        criteria_front(values, share, on_time_items(values), budget_usd=-1.0)
    with pytest.raises(ValueError, match="usd_per_late_item"):
        net_savings(values, -1.0)
    forced = value_all_blocks(two_blocks(deflect={"mandatory": True}))
    with pytest.raises(ValueError, match=r"\$4,400.00"):
        criteria_front(forced, on_time_share(forced), on_time_items(forced), budget_usd=100.0)
