"""Answers from the frontier against all sets, each valued as a whole."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimization import find_frontier, planning_case, service_of, value_all_blocks
from optimization.trade_offs.frontier_walk import funding_order, marginal_cost
from optimization.trade_offs.funding_changes import cost_of_cut, equal_cost_swaps, ranking_regret, same_service_for_less


def every_set(case):
    """All sets that keep needs, excludes and mandatory, with cost and mean share, without the tables of blocks."""
    requests, due = case.requests, service_of(case, np.zeros(len(case.requests))).due
    severity = np.array([queue.severity for queue in case.queues])
    sets = []
    for levels in product(*((0.0, *request.levels()) for request in requests)):
        funded = {request.name for request, level in zip(requests, levels, strict=True) if level > 0}
        allowed = all(
            set(r.needs) <= funded and not set(r.excludes) & funded for r in requests if r.name in funded
        ) and all(r.name in funded for r in requests if r.mandatory)
        if allowed:
            late = severity @ service_of(case, np.array(levels)).late
            cost = sum(r.cost_usd(case.n_weeks, level) for r, level in zip(requests, levels, strict=True) if level)
            sets.append((np.array(levels), round(cost, 2), float((1 - late / (severity @ due)).mean())))
    return sets


@pytest.fixture(scope="module")
def case(two_blocks):
    return two_blocks(seed=3)


@pytest.fixture(scope="module")
def frontier(case):
    return find_frontier(value_all_blocks(case), budget_usd=17_000.0)


@pytest.fixture(scope="module")
def sets(case):
    return every_set(case)


def best_share(sets, budget):
    return max(share for _, cost, share in sets if cost <= budget)


@pytest.mark.parametrize("cut", [0.0, 100.0, 3_000.0, 9_000.0, 17_000.0])
def test_a_cut_costs_the_difference_of_the_best_sets(frontier, sets, cut):
    loss = cost_of_cut(frontier, cut)
    assert loss.before.on_time_share_mean == pytest.approx(best_share(sets, 17_000.0), abs=1e-7)
    assert loss.after.on_time_share_mean == pytest.approx(best_share(sets, 17_000.0 - cut), abs=1e-7)
    assert loss.after.cost_usd <= 17_000.0 - cut


def test_a_cut_says_what_is_dropped_and_by_how_much(frontier):
    loss = cost_of_cut(frontier, 9_000.0)
    for name in loss.dropped:
        assert name in loss.summary()
    assert f"{abs(loss.late_items):,.0f} more late items" in loss.summary()
    assert "stays spent" in cost_of_cut(frontier, 0.0).summary()


def test_a_cut_must_leave_the_mandatory(two_blocks):
    values = value_all_blocks(two_blocks(deflect={"mandatory": True}))
    with pytest.raises(ValueError, match=r"at most \$600.00"):
        cost_of_cut(find_frontier(values, budget_usd=5_000.0), 601.0)
    with pytest.raises(ValueError, match="cut_usd must be 0 or more"):
        cost_of_cut(find_frontier(values), -1.0)


def test_the_same_service_is_found_for_the_least_money(frontier, sets):
    for levels, cost, share in sets[::7]:
        found = same_service_for_less(frontier, levels)
        least = min(c for _, c, s in sets if s >= share - 1e-8)
        assert found.after.cost_usd == pytest.approx(least, abs=0.005)
        assert found.after.on_time_share_mean >= share - 3e-8
        assert found.cost_usd <= 0
        assert found.before.cost_usd == pytest.approx(cost)


def test_a_set_on_the_frontier_cannot_be_had_for_less(frontier):
    best = frontier.recommended.levels
    assert same_service_for_less(frontier, best).after.levels.tolist() == best.tolist()


@pytest.mark.parametrize("tolerance", [0.0, 1_000.0, 4_000.0])
def test_swaps_are_all_sets_that_differ_in_one_request_down_and_one_up(frontier, sets, tolerance):
    start = frontier.recommended
    expected = {
        tuple(levels)
        for levels, cost, _ in sets
        if (levels > start.levels).sum() == 1
        and (levels < start.levels).sum() == 1
        and abs(cost - start.cost_usd) <= tolerance
    }
    swaps = equal_cost_swaps(frontier, start.levels, tolerance_usd=tolerance)
    assert {tuple(swap.after.levels) for swap in swaps} == expected
    gains = [swap.on_time_share for swap in swaps]
    assert gains == sorted(gains, reverse=True)
    assert all(swap.on_time_share <= 1e-7 for swap in swaps if swap.cost_usd <= 0)


def test_a_swap_may_start_from_a_share_that_is_not_offered(frontier, sets):
    """Such as a part of what is all or nothing, as a reviewer may enter it."""
    case = frontier.values.case
    start = frontier.recommended.levels.copy()
    row = next(i for i, one in enumerate(case.requests) if one.levels() == (1.0,) and start[i] == 1.0)
    start[row] = 0.3
    swaps = equal_cost_swaps(frontier, start, tolerance_usd=1e9)
    expected = {tuple(levels) for levels, _, _ in sets if (levels > start).sum() == 1 and (levels < start).sum() == 1}
    assert expected
    assert {tuple(swap.after.levels) for swap in swaps} == expected


def test_the_order_of_funding_leads_through_every_set_of_the_frontier(frontier):
    names = [request.name for request in frontier.values.case.requests]
    so_far = dict.fromkeys(names, 0.0)
    by_budget = dict(list(funding_order(frontier).to_frame().groupby("budget_usd")))
    for cost, levels in zip(frontier.cost_usd, frontier.levels, strict=True):
        for change in by_budget[cost].itertuples() if cost in by_budget else ():
            assert so_far[change.request] == change.share_before
            so_far[change.request] = change.share_after
            kinds = {(True, False): "enters", (False, True): "leaves"}
            zero = (change.share_before == 0, change.share_after == 0)
            grows = "grows" if change.share_after > change.share_before else "shrinks"
            assert change.change == kinds.get(zero, grows)
        assert list(so_far.values()) == levels.tolist()


def test_the_next_point_costs_what_the_cheapest_set_with_a_point_more_does(frontier, sets):
    table = marginal_cost(frontier).to_frame()
    for row in table.itertuples():
        costs = [cost for _, cost, share in sets if share >= row.on_time_share_mean + 0.01]
        if costs:
            assert row.usd_for_next_point == pytest.approx(min(costs) - row.cost_usd, abs=0.01)
        else:
            assert np.isnan(row.usd_for_next_point)


def test_the_price_of_a_point_rises_along_the_corners_and_no_set_lies_above_them(frontier, sets):
    corner = marginal_cost(frontier).to_frame().query("efficient")
    price = corner["usd_per_point"].to_numpy()[:-1]
    assert (np.diff(price) >= -1e-9).all()
    for _, cost, share in sets:
        line = np.interp(cost, corner["cost_usd"], corner["on_time_share_mean"])
        assert share <= line + 1e-7


def test_where_no_money_lifts_the_share_a_point_has_no_price(
    make_queue, make_team, make_request, make_effect, make_forecast
):
    asks = [
        make_request("launch", make_effect("volume", 3.0, "q0"), mandatory=True),
        make_request("few", make_effect("seats", 3, "a")),
    ]
    forecast = make_forecast(np.array([[[100.0] * 14, [400.0] * 14]]))
    case = planning_case(forecast, [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=2)], asks)
    found = find_frontier(value_all_blocks(case))
    assert (found.cost_usd.size, found.on_time_share_mean.max()) == (2, 0.0)
    price = marginal_cost(found)
    assert np.isnan(price.usd_for_next_point).all()
    assert price.efficient.tolist() == [True, False]
    assert np.isnan(price.usd_per_point).all()


def test_ranking_never_beats_the_best_set_and_the_loss_is_in_the_sentence(frontier, sets):
    for budget in (3_000.0, 8_000.0, 12_000.0, 20_000.0):
        regret = ranking_regret(frontier, budget)
        assert regret.best.on_time_share_mean == pytest.approx(best_share(sets, budget), abs=1e-7)
        assert regret.on_time_share >= -1e-9
        assert 0 <= regret.share_of_gain <= 1
        loses = f"{regret.share_of_gain:.0%}" in regret.summary()
        assert loses or "finds the best set" in regret.summary() or "<1%" in regret.summary()


def test_with_a_price_of_lateness_a_cut_of_unwanted_money_is_free(frontier):
    careful = replace(frontier, willingness_to_pay_usd=0.0)
    assert careful.recommended.cost_usd == 0.0
    assert cost_of_cut(careful, 17_000.0).cost_usd == 0.0
