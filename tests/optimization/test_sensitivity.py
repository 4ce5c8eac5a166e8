"""Bars of the tornado against whole valuations of changed cases, and against arithmetic."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimization import PlanningCase, find_frontier, value_all_blocks
from optimization.economics.changed_inputs import first_paths, with_effect_size, with_success, with_volumes
from optimization.economics.sensitivity import tornado

BUDGET = 15_000.0
WORTH = 2.0


@pytest.fixture(scope="module")
def case(two_blocks: Callable[..., PlanningCase]) -> PlanningCase:
    return two_blocks()


@pytest.fixture(scope="module")
def frontier(case: PlanningCase):
    return find_frontier(value_all_blocks(case), budget_usd=BUDGET, willingness_to_pay_usd=WORTH)


@pytest.fixture(scope="module")
def bars(frontier):
    return {bar.input: bar for bar in tornado(frontier).bars}


def net_usd(values, levels) -> float:
    measure = values.measure(levels)
    return -WORTH * measure.late_harm - measure.cost_usd


def advantage(values, frontier) -> float:
    return net_usd(values, frontier.recommended.levels) - net_usd(values, frontier.levels[0])


def test_advantage_is_that_of_the_table_when_all_paths_are_used(frontier):
    found = tornado(frontier)
    assert found.advantage == pytest.approx(advantage(frontier.values, frontier), rel=1e-9)
    assert found.in_usd
    assert found.n_paths == 30


def test_costs_and_willingness_to_pay_move_it_by_their_own_share(frontier, bars):
    values, best, least = frontier.values, frontier.recommended.levels, frontier.levels[0]
    cost = values.measure(best).cost_usd - values.measure(least).cost_usd
    gain = WORTH * (values.measure(least).late_harm - values.measure(best).late_harm)
    assert bars["cost of requests"].low == pytest.approx(gain - 0.9 * cost, abs=0.02)
    assert bars["cost of requests"].high == pytest.approx(gain - 1.1 * cost, abs=0.02)
    assert bars["willingness to pay"].swing == pytest.approx(0.5 * gain)


def test_bars_of_effects_and_volumes_are_those_of_whole_valuations(case, frontier, bars):
    effect = next(i for i, (row, _) in enumerate(case.effects) if case.requests[row].name == "tool")
    for name, low, high in (
        ("tool: handle_time of q0, q1", with_effect_size(case, effect, -0.08), with_effect_size(case, effect, -0.02)),
        ("deflect: success", with_success(case, 5, works=False), with_success(case, 5, works=True)),
        ("volumes", with_volumes(case, 0.9), with_volumes(case, 1.1)),
    ):
        for found, changed, instead in (
            (bars[name].low, low, bars[name].low_instead),
            (bars[name].high, high, bars[name].high_instead),
        ):
            values = value_all_blocks(changed)
            assert found == pytest.approx(advantage(values, frontier), rel=1e-6)
            best = find_frontier(values, budget_usd=BUDGET, willingness_to_pay_usd=WORTH).recommended
            if instead is None:
                # Sets that were on no frontier before may be better by a little.
                assert net_usd(values, frontier.recommended.levels) >= net_usd(values, best.levels) - 0.02 * BUDGET
            else:
                assert set(instead) != set(frontier.recommended.funded)


def test_settings_of_effects_say_their_unit(bars):
    tool, model = bars["tool: handle_time of q0, q1"], bars["model: volume of q1"]
    assert (tool.low_setting, tool.high_setting) == ("−8%", "−2%")
    assert model.low_setting[-1] == model.high_setting[-1] == "%"


def test_certain_effects_and_teams_without_attrition_have_no_bar(bars):
    assert not [name for name in bars if name.startswith(("heads", "seats", "hires")) or name == "attrition"]
    assert {"tool: handle_time of q0, q1", "model: volume of q1", "deflect: success", "handling times"} <= set(bars)


def test_bars_come_by_falling_swing_and_change_marks_another_set(frontier):
    frame = tornado(frontier).to_frame()
    assert (np.diff(frame["swing"]) <= 0).all()
    assert (frame["low_changes_recommendation"] == (frame["low_recommends"] != "")).all()


def test_without_a_price_of_lateness_the_measure_is_the_on_time_share(case):
    frontier = find_frontier(value_all_blocks(case), budget_usd=BUDGET)
    found = tornado(frontier)
    gain = frontier.recommended.on_time_share_mean - frontier.on_time_share_mean[0]
    assert found.advantage == pytest.approx(gain, abs=1e-9)
    assert not found.in_usd
    assert "willingness to pay" not in {bar.input for bar in found.bars}
    assert next(bar for bar in found.bars if bar.input == "cost of requests").swing == 0.0


def test_a_request_that_works_nowhere_takes_its_mean_size(case):
    never = replace(case, size=np.zeros_like(case.size))
    index = next(i for i, (row, _) in enumerate(case.effects) if row == 1)
    assert with_success(never, 1, works=True).size[index] == pytest.approx(np.full(30, -0.05))


def test_fewer_paths_are_the_first_ones(case):
    few = first_paths(case, 7)
    assert few.forecast.arrivals.tolist() == case.forecast.arrivals[:, :7].tolist()
    assert few.size.tolist() == case.size[:, :7].tolist()


def test_arguments_out_of_range_are_refused(frontier):
    with pytest.raises(ValueError, match="n_paths must be 1 or more"):
        tornado(frontier, n_paths=0)
    with pytest.raises(ValueError, match="alternative must keep every dependency"):
        tornado(frontier, alternative=np.array([0, 0, 1.0, 0, 0, 0]))


def test_frame_is_what_the_tornado_plot_draws(frontier):
    frame = tornado(frontier).to_frame()
    assert {"input", "low_value", "high_value", "base"} <= set(frame.columns)
    assert frame["base"].nunique() == 1
    assert np.isfinite(frame[["low_value", "high_value", "base"]].to_numpy()).all()
