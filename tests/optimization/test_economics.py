"""Economics of requests against the table of valued sets and cases that can be worked by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimization import Effect, OpexRequest, PlanningCase, planning_case, value_all_blocks
from optimization.economics.request_economics import economics_of_changes, economics_of_requests, weekly_cost_usd
from optimization.economics.terms import EconomicTerms
from optimization.economics.weekly_flow import spread_over_weeks, weekly_flow
from optimization.value import value_sets

FUNDED = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])


@pytest.fixture(scope="module")
def one_queue(
    make_queue: Callable, make_team: Callable, make_forecast: Callable
) -> Callable[[float, Effect], PlanningCase]:
    """Build one queue of 240 items a day, 24 h of work, for a team of some hours, and one request."""

    def make(heads: float, effect: Effect, **changes: object) -> PlanningCase:
        request = OpexRequest(name="ask", title="Ask", owner="Ops", effects=(effect,), **changes)
        forecast = make_forecast(np.full((1, 3, 28), 240.0))
        return planning_case(
            forecast, [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=heads)], [request], probability=0.8
        )

    return make


@pytest.mark.parametrize("within_hours", [0.5, 24.0, 60.0], ids=["live", "a day", "two days and a half"])
def test_weeks_sum_to_the_plan(within_hours: float, make_queue, make_team, make_request, make_effect, random_forecast):
    queue = make_queue("q0", within_hours=within_hours, backlog_items=300.0, backlog_age_hours=30.0)
    requests = [
        make_request("seats", make_effect("seats", 2, "a")),
        make_request("cut", make_effect("volume", -0.2, "q0")),
    ]
    case = planning_case(random_forecast(1), [queue], [make_team("a", {"q0": 1.0})], requests, probability=0.8)
    sets = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    flow = weekly_flow(case, [0], sets)
    # With one week less the flow of the first weeks is the same: nothing that comes later matters.
    days = case.forecast.period_start[:21]
    forecast = replace(case.forecast, arrivals=case.forecast.arrivals[:, :, :21].copy(), period_start=days)
    needed = replace(case.requirement, queue_hours=case.requirement.queue_hours[:, :3].copy())
    short = replace(case, forecast=forecast, requirement=needed)
    first = weekly_flow(short, [0], sets)
    for name in ("late", "due", "demand_hours", "waiting_hours", "team_hours"):
        np.testing.assert_allclose(getattr(flow, name)[..., :3], getattr(first, name), atol=1e-4)
    arrived = case.forecast.arrivals[0].sum(axis=1) * 0.1
    for row, volume in enumerate((1.0, 1.0, 0.8, 0.8)):
        np.testing.assert_allclose(flow.demand_hours[row, 0].sum(axis=-1), volume * arrived)
    # Of all that waits or comes, what is not due in the plan comes in its last hours.
    due, _, _ = value_sets(case, [0], sets)
    np.testing.assert_allclose(flow.due.sum(axis=-1), due, rtol=0.01)


def test_items_are_late_in_the_week_of_their_deadline(make_queue, make_team, make_request, make_effect, make_forecast):
    # All of a week's items come on its last day and nobody can decide one: all are late a day on, in the next week.
    arrivals = np.zeros((1, 1, 21))
    arrivals[0, 0, 6] = 70.0
    request = make_request("cut", make_effect("volume", -0.5, "q0"))
    team = make_team("a", {"q0": 1.0}, heads=0)
    case = planning_case(make_forecast(arrivals), [make_queue("q0")], [team], [request], probability=0.8)
    weekly = weekly_flow(case, [0], np.zeros((1, 1)))
    assert weekly.late[0, 0, 0] == pytest.approx([0.0, 70.0, 0.0])


def test_lateness_is_spread_from_the_start_on_so_that_weeks_sum_to_the_plan():
    rng = np.random.default_rng(0)
    by_flow, due, total = rng.normal(0.0, 5.0, (50, 6)), rng.uniform(0.0, 9.0, (50, 6)), rng.normal(0.0, 40.0, 50)
    weeks = spread_over_weeks(total, by_flow, due, 2)
    np.testing.assert_allclose(weeks.sum(axis=1), total)
    assert (weeks[:, :2] == 0).all()
    np.testing.assert_allclose(spread_over_weeks(by_flow.sum(axis=1), by_flow, due, 0), by_flow)
    assert spread_over_weeks(np.array(4.0), np.zeros(4), np.zeros(4), 2).tolist() == [0.0, 0.0, 2.0, 2.0]


def test_nothing_comes_of_a_request_before_it_starts(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks(heads={"start_week": 2}))
    heads = economics_of_requests(values, FUNDED, terms=EconomicTerms(late_item_usd=3.0)).requests[0]
    assert (heads.breach_usd[:, :2] == 0).all()
    assert (heads.breach_usd[:, 2:] != 0).any()
    assert heads.cost_usd.tolist() == [0.0, 0.0, 3_700.0, 3_700.0]


def test_what_groups_that_share_nothing_return_adds_up_week_by_week(two_blocks: Callable[..., PlanningCase]):
    case = two_blocks(seed=1, heads={"start_week": 2})
    values, nothing = value_all_blocks(case), np.zeros(len(case.requests))
    names = [request.name for request in case.requests]
    heads, seats = (np.array([float(name == one) for name in names]) for one in ("heads", "seats"))
    *alone, both = economics_of_changes(
        values,
        [(nothing, heads), (nothing, seats), (nothing, heads + seats)],
        ["heads", "seats", "both"],
        terms=EconomicTerms(late_item_usd=1.0),
    )
    for name in ("cost_usd", "breach_usd", "freed_hours", "freed_usd"):
        summed = sum(getattr(one, name) for one in alone)
        np.testing.assert_allclose(getattr(both, name), summed, rtol=1e-9, atol=1e-6)


def test_net_present_value_without_discount_is_avoided_lateness_less_cost(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks())
    terms = EconomicTerms(late_item_usd=3.0, annual_rate=0.0, saved_share_of_freed_hours=0.0)
    table = economics_of_requests(values, FUNDED, terms=terms)
    before, after = values.measure(np.zeros(6)), values.measure(FUNDED)
    expected = 3.0 * (before.late_harm - after.late_harm) - after.cost_usd
    assert table.whole_set.npv_usd.mean() == pytest.approx(expected, rel=1e-6)
    # On top of the rest, a tool goes with the model that needs it.
    rest = values.measure(np.array([1.0, 0.0, 0.0, 0.0, 0.0, 1.0]))
    tool = table.requests[1]
    assert tool.npv_usd.mean() == pytest.approx(
        3.0 * (rest.late_harm - after.late_harm) - after.cost_usd + rest.cost_usd, rel=1e-6
    )
    assert tool.probability_worth_it == (tool.npv_usd > 0).mean()
    assert tool.benefit_cost.mean() == pytest.approx(
        3.0 * (rest.late_harm - after.late_harm) / (after.cost_usd - rest.cost_usd), rel=1e-6
    )


def test_weekly_costs_sum_to_the_cost_of_the_set(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks(hires={"end_week": 3}))
    for levels in (FUNDED, np.array([0.5, 0.0, 0.0, 0.0, 1.0, 0.0])):
        assert weekly_cost_usd(values.case, levels).sum() == pytest.approx(values.measure(levels).cost_usd, abs=1e-9)
    assert weekly_cost_usd(values.case, np.array([0, 0, 0, 0, 1.0, 0])).tolist() == [0.0, 2_100.0, 2_100.0, 0.0]


def test_deflection_frees_all_its_hours_in_a_queue_with_slack(one_queue, make_effect):
    # 24 h a day of work for 12 x 30 / 7 = 51 h: a quarter less volume frees 6 h a day, 42 a week, at 900 / 30 USD.
    values = value_all_blocks(one_queue(12, make_effect("volume", -0.25, "q0"), one_off_usd=1_000.0))
    ask = economics_of_requests(values, np.ones(1), terms=EconomicTerms(late_item_usd=5.0, annual_rate=0.0)).requests[0]
    np.testing.assert_allclose(ask.freed_hours, 42.0)
    np.testing.assert_allclose(ask.npv_usd, 4 * 42.0 * 30.0 - 1_000.0)
    np.testing.assert_allclose(ask.payback_weeks, 1.0)
    half = economics_of_requests(
        values, np.ones(1), terms=EconomicTerms(late_item_usd=5.0, saved_share_of_freed_hours=0.5)
    )
    np.testing.assert_allclose(half.requests[0].freed_usd, ask.freed_usd / 2)


def test_deflection_frees_nothing_where_the_hours_are_used_up(one_queue, make_effect):
    # 168 h of work a week for 3 x 30 h: what no longer comes makes room for what waits.
    values = value_all_blocks(one_queue(3, make_effect("volume", -0.25, "q0")))
    ask = economics_of_requests(values, np.ones(1), terms=EconomicTerms(late_item_usd=5.0)).requests[0]
    np.testing.assert_allclose(ask.freed_hours, 0.0, atol=1e-6)
    assert (ask.breach_usd.sum(axis=1) > 0).all()


def test_deflection_frees_what_closing_the_gap_leaves(one_queue, make_effect):
    # 168 h of work for 150 h, and a quarter less: 42 h are taken out, 18 of them are needed to keep up.
    values = value_all_blocks(one_queue(5, make_effect("volume", -0.25, "q0")))
    ask = economics_of_requests(values, np.ones(1), terms=EconomicTerms(late_item_usd=5.0)).requests[0]
    np.testing.assert_allclose(ask.freed_hours.sum(axis=1), 4 * 24.0, rtol=0.02)


def test_added_people_free_no_hours(one_queue, make_effect):
    values = value_all_blocks(one_queue(4, make_effect("seats", 3, "a"), weekly_usd=100.0))
    ask = economics_of_requests(values, np.ones(1), terms=EconomicTerms(late_item_usd=5.0)).requests[0]
    np.testing.assert_allclose(ask.freed_hours, 0.0, atol=1e-9)


def test_a_freed_hour_is_worth_what_the_terms_say(one_queue, make_effect):
    values = value_all_blocks(one_queue(12, make_effect("volume", -0.25, "q0")))
    terms = EconomicTerms(late_item_usd=5.0, annual_rate=0.0, freed_hour_usd=11.0, saved_share_of_freed_hours=0.5)
    ask = economics_of_requests(values, np.ones(1), terms=terms).requests[0]
    np.testing.assert_allclose(ask.freed_usd, 0.5 * 42.0 * 11.0)


def test_an_infeasible_set_is_refused(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks())
    with pytest.raises(ValueError, match="recommended must keep every dependency"):
        economics_of_requests(values, np.array([0, 0, 1.0, 0, 0, 0]), terms=EconomicTerms(late_item_usd=1.0))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("late_item_usd", float("nan")),
        ("annual_rate", -1.0),
        ("freed_hour_usd", -1.0),
        ("saved_share_of_freed_hours", 1.5),
    ],
)
def test_terms_out_of_range_are_refused(field: str, value: float):
    with pytest.raises(ValueError, match=f"{field} must .*; found {value}"):
        EconomicTerms(**{"late_item_usd": 1.0, field: value})


def test_frame_has_a_row_a_request_and_one_for_the_set(two_blocks: Callable[..., PlanningCase]):
    frame = economics_of_requests(
        value_all_blocks(two_blocks()), FUNDED, terms=EconomicTerms(late_item_usd=3.0)
    ).to_frame()
    assert frame["request"].tolist() == ["heads", "tool", "model", "seats", "hires", "deflect", "recommended set"]
    assert (frame["npv_p10_usd"] <= frame["npv_p90_usd"]).all()
    assert frame["probability_worth_it"].between(0, 1).all()
