"""Targets met, late items by queue, breach cost and freed hours of sets, against all queues served as a whole."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization import OpexRequest, PlanningCase, find_frontier, planning_case, service_of, value_all_blocks
from optimization.economics.request_economics import economics_of_changes
from optimization.economics.terms import EconomicTerms
from optimization.score import score_requests


def test_every_set_of_the_frontier_has_the_service_of_all_queues_served_as_a_whole(
    two_blocks: Callable[..., PlanningCase],
) -> None:
    values = value_all_blocks(two_blocks(seed=5))
    frontier = find_frontier(values, willingness_to_pay_usd=3.0)
    severity = np.array([queue.severity for queue in values.case.queues])
    today = service_of(values.case, np.zeros(6))
    reached = set()
    for row, levels in enumerate(frontier.levels):
        point, outcome = frontier.point(levels), service_of(values.case, levels)
        met = outcome.on_time_share >= np.array([q.target.share for q in values.case.queues])[:, None]
        np.testing.assert_allclose(point.probability_met, outcome.probability_met)
        assert point.probability_all_met == pytest.approx(met.all(axis=0).mean())
        late = outcome.late.mean(axis=1)
        np.testing.assert_allclose(point.on_time_items_by_queue, today.due.mean(axis=1) - late, rtol=1e-6, atol=1e-3)
        assert point.breach_usd == pytest.approx(3.0 * severity @ late, rel=1e-6)
        table = frontier.to_frame().iloc[row]
        for name, figure in (
            ("late_items", point.late_items),
            ("breach_usd", point.breach_usd),
            ("probability_all_targets_met", point.probability_all_met),
            ("freed_hours", point.freed_hours),
        ):
            assert table[name] == pytest.approx(figure, rel=1e-9, abs=1e-9)
        reached.add(round(point.probability_all_met, 3))
    assert len(reached) > 1


def test_without_a_price_there_is_no_breach_cost(two_blocks: Callable[..., PlanningCase]) -> None:
    frontier = find_frontier(value_all_blocks(two_blocks()))
    assert frontier.today.breach_usd is None
    assert frontier.to_frame()["breach_usd"].isna().all()


@pytest.mark.parametrize(
    ("heads", "cut", "freed"),
    [(12, 0.25, 4 * 42.0), (3, 0.25, 0.0), (5, 0.25, 4 * 24.0)],
    ids=["slack", "swamped", "in between"],
)
def test_hours_are_freed_as_far_as_the_queue_does_not_need_them(
    heads: int, cut: float, freed: float, make_queue, make_team, make_forecast, make_effect
) -> None:
    # 168 h of work a week, and a quarter less: 42 h are taken out; with 150 h of people 18 of them are needed.
    ask = OpexRequest(name="ask", title="", owner="", effects=(make_effect("volume", -cut, "q0"),))
    forecast = make_forecast(np.full((1, 3, 28), 240.0))
    case = planning_case(forecast, [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=heads)], [ask])
    measure = value_all_blocks(case).measure(np.ones(1))
    # An hour of 672: of the backlog that the model of chance leaves.
    assert measure.freed_hours == pytest.approx(freed, rel=0.02, abs=1.0)


def test_freed_hours_are_those_of_the_economics_week_by_week(two_blocks: Callable[..., PlanningCase]) -> None:
    values = value_all_blocks(two_blocks(deflect={"one_off_usd": 1.0}))
    nothing, funded = np.zeros(6), np.array([1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    [change] = economics_of_changes(values, [(nothing, funded)], ["all"], terms=EconomicTerms(late_item_usd=0.0))
    weekly = change.freed_hours.sum(axis=1).mean()
    assert weekly > 10.0
    assert values.measure(funded).freed_hours == pytest.approx(weekly, rel=0.02)


def test_a_point_costs_what_a_hundredth_of_the_share_does(two_blocks: Callable[..., PlanningCase]) -> None:
    values = value_all_blocks(two_blocks())
    card = score_requests(values, find_frontier(values, budget_usd=17_000.0).recommended.levels)
    priced = [score for score in card.scores if score.cost_per_point_usd is not None]
    assert priced
    for score in priced:
        assert score.cost_per_point_usd * 100 * score.marginal_gain == pytest.approx(score.marginal_cost_usd)
    for score in set(card.scores) - set(priced):
        assert score.marginal_gain < 1e-4 or score.marginal_cost_usd <= 0
