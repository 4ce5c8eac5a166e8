"""Break-even costs, effects and volumes against frontiers of cases with just that change."""

from dataclasses import replace

import numpy as np
import pytest

from optimization import find_frontier, planning_case, value_all_blocks
from optimization.trade_offs.break_even import break_even_cost
from optimization.trade_offs.break_even_factor import break_even_effect, break_even_volume

NAMES = ("heads", "tool", "model", "seats", "hires", "deflect")


@pytest.fixture(scope="module")
def make_frontier(two_blocks):
    def make(*, budget=None, worth=None, **changes):
        values = value_all_blocks(two_blocks(seed=3, **changes))
        return find_frontier(values, budget_usd=budget, willingness_to_pay_usd=worth)

    return make


@pytest.mark.parametrize(("budget", "worth"), [(12_000.0, None), (20_000.0, 1.5), (None, 1.5), (9_000.0, 4.0)])
@pytest.mark.parametrize("name", NAMES)
def test_a_request_is_funded_up_to_its_break_even_cost_and_not_beyond(make_frontier, name, budget, worth):
    frontier = make_frontier(budget=budget, worth=worth)
    found = break_even_cost(frontier, name)
    row = NAMES.index(name)
    assert found.is_funded == (frontier.recommended.levels[row] > 0)
    assert found.most_usd is not None
    assert found.is_funded == (found.asked_usd <= found.most_usd)
    for cost, funded in ((found.most_usd, True), (found.most_usd + 0.01, False)):
        exact = {"one_off_usd": round(cost, 2), "weekly_usd": 0.0}
        again = make_frontier(budget=budget, worth=worth, **{name: exact})
        assert bool(again.recommended.levels[row] > 0) is funded


def test_a_request_that_only_adds_work_is_not_funded_even_for_nothing(
    make_queue, make_team, make_request, make_effect, random_forecast
):
    growth = make_request("growth", make_effect("volume", 0.1, "q0"))
    case = planning_case(random_forecast(1), [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=9)], [growth])
    found = break_even_cost(find_frontier(value_all_blocks(case)), "growth")
    assert found.most_usd is None
    assert not found.is_funded
    assert found.summary() == "growth would not be funded even for nothing."


def test_without_budget_and_price_a_request_that_helps_is_funded_at_any_cost(make_frontier):
    found = break_even_cost(make_frontier(), "tool")
    assert found.most_usd == float("inf")
    assert "whatever it costs" in found.summary()


def test_a_mandatory_request_breaks_even_where_the_budget_does(make_frontier):
    assert break_even_cost(make_frontier(budget=7_000.0, deflect={"mandatory": True}), "deflect").most_usd == 7_000.0


def test_the_sentence_says_how_much_must_be_saved(make_frontier):
    frontier = make_frontier(budget=12_000.0)
    for name in NAMES:
        found = break_even_cost(frontier, name)
        text = found.summary()
        assert name in text
        assert ("may cost up to" in text) == found.is_funded
        assert ("even for nothing" in text) == (found.most_usd is None)


def test_an_effect_decides_on_either_side_of_its_break_even(make_frontier):
    frontier = make_frontier(budget=20_000.0, worth=1.5)
    values, case = frontier.values, frontier.values.case
    turned = 0
    for row, name in enumerate(NAMES):
        found = break_even_effect(frontier, name, precision=0.02)
        assert found.is_funded == (frontier.recommended.levels[row] > 0)
        if found.factor is None:
            continue
        turned += 1
        assert found.funded_side == "above"
        for factor, funded in ((found.factor, True), (found.factor - 0.02, False)):
            of_request = np.array([index == row for index, _ in case.effects])[:, None]
            scaled = replace(case, size=np.where(of_request, factor * case.size, case.size))
            again = find_frontier(value_all_blocks(scaled), budget_usd=20_000.0, willingness_to_pay_usd=1.5)
            assert bool(again.recommended.levels[row] > 0) is funded
        assert f"{found.factor:.0%}" in found.summary()
    assert turned >= 3
    assert values.n_sets == frontier.values.n_sets


def test_a_volume_decides_on_either_side_of_its_break_even(make_frontier):
    frontier = make_frontier(budget=20_000.0, worth=1.5)
    case = frontier.values.case
    turned = 0
    for name, queues in (("seats", ("q2", "q3")), ("tool", ("q0", "q1"))):
        found = break_even_volume(frontier, name, precision=0.02)
        if found.factor is None:
            continue
        turned += 1
        step = -0.02 if found.funded_side == "above" else 0.02
        for factor, funded in ((found.factor, True), (found.factor + step, False)):
            arrivals = case.forecast.arrivals.copy()
            arrivals[[queue in queues for queue in case.forecast.queues]] *= factor
            changed = planning_case(
                replace(case.forecast, arrivals=arrivals), case.queues, case.teams, case.requests, seed=3
            )
            again = find_frontier(value_all_blocks(changed), budget_usd=20_000.0, willingness_to_pay_usd=1.5)
            assert bool(again.recommended.levels[NAMES.index(name)] > 0) is funded
    assert turned >= 1


def test_where_nothing_turns_the_range_is_told(make_frontier):
    found = break_even_effect(make_frontier(budget=100.0), "tool", most_factor=1.5)
    assert found.factor is None
    assert found.summary() == "tool is not funded with its effects anywhere from 0 to 1.5 times."


def test_arguments_are_checked(make_frontier):
    frontier = make_frontier()
    with pytest.raises(ValueError, match="request must be one of"):
        break_even_cost(frontier, "nothing")
    with pytest.raises(ValueError, match="range of the factor"):
        break_even_effect(frontier, "tool", most_factor=0.5)
    with pytest.raises(ValueError, match="precision"):
        break_even_volume(frontier, "tool", precision=0.0)
