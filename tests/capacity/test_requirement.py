"""Required staffing: the least that meets each target, and what teams would need to give it."""

import numpy as np
import pytest

from capacity.allocation import fair_allocation
from capacity.performance import ServiceOutcome, arrivals_by_step, queue_service, step_hours
from capacity.requirement import PRECISION, required_staffing, skill_matrix
from capacity.supply import WEEK_HOURS, open_hours
from capacity.team import FULL_TIME_HOURS
from forecasting import Frequency


@pytest.fixture(scope="module")
def uncertain(make_forecast):
    """Four weeks of two queues whose level differs from path to path."""
    rng = np.random.default_rng(6)
    level = rng.gamma(30.0, 20.0, (2, 40, 1))
    day_of_week = np.tile([1.3, 1.2, 1.1, 1.0, 1.0, 0.7, 0.7], 4)
    return make_forecast(rng.poisson(level * day_of_week))


def shares_met(forecast, row, queue, hourly):
    """Share of paths on which a queue meets its target with some standard hours in each hour of the plan."""
    step = step_hours(queue)
    capacity = hourly.reshape(-1, step).sum(axis=1)
    due, on_time, backlog = queue_service(queue, arrivals_by_step(forecast, row, step), capacity)
    return ServiceOutcome(
        queues=(queue,), due=due[None].copy(), on_time=on_time[None], backlog_end=backlog[None]
    ).probability_met[0]


def work_by_hand(forecast, row, queue):
    """Expected work of a queue in each hour of the plan if it is spread evenly over each week."""
    per_week = round(WEEK_HOURS / forecast.frequency.period_hours)
    weekly = forecast.arrivals[row].mean(axis=0).reshape(-1, per_week).sum(axis=1)
    weekly[0] += queue.backlog_items
    return np.repeat(weekly * queue.work_hours_per_item / WEEK_HOURS, WEEK_HOURS)


@pytest.mark.parametrize(
    "changes",
    [
        {"within_hours": 24.0},
        {"within_hours": 10.0, "share": 0.99},
        {"within_hours": 30.0, "share": 1.0},
        {"within_hours": 0.4, "share": 0.8},
        {"within_hours": 48.0, "backlog_items": 900.0, "backlog_age_hours": 20.0},
    ],
)
@pytest.mark.parametrize("probability", [0.5, 0.8, 1.0])
def test_the_requirement_meets_the_target_and_a_thousandth_less_does_not(
    uncertain, make_queue, make_team, changes, probability
):
    queues = [make_queue("q0", **changes), make_queue("q1")]
    team = make_team(skills={"q0": 1.0, "q1": 1.0})
    found = required_staffing(uncertain, queues, [team], probability=probability)
    work = work_by_hand(uncertain, 0, queues[0])
    multiple = found.multiple[0]
    assert shares_met(uncertain, 0, queues[0], multiple * work) >= probability
    assert shares_met(uncertain, 0, queues[0], (multiple - PRECISION) * work) < probability
    np.testing.assert_allclose(found.queue_hours[0], multiple * work.reshape(-1, WEEK_HOURS).sum(axis=1))


def test_an_even_flow_needs_what_algebra_says(make_forecast, make_queue, make_team):
    # With k times the work the item of hour u is decided at u / k, in time while u <= 24 k / (1 - k).
    # Of the 672 - 24 hours whose items are due, nine tenths must be: k = 583.2 / (583.2 + 24).
    # So many items that chance does not count.
    forecast = make_forecast(np.full((1, 3, 28), 2400.0e8))
    queue = make_queue(within_hours=24.0, share=0.9, handle_minutes=6.0e-8)
    found = required_staffing(forecast, [queue], [make_team()])
    exact = 583.2 / 607.2
    assert exact - 1e-4 <= found.multiple[0] <= exact + PRECISION + 1e-4


def test_more_certain_costs_more(uncertain, make_queue, make_team):
    queues = [make_queue("q0"), make_queue("q1", within_hours=0.5)]
    team = make_team(skills={"q0": 1.0, "q1": 1.0})
    multiples = [
        required_staffing(uncertain, queues, [team], probability=probability).multiple
        for probability in (0.1, 0.5, 0.8, 0.95, 1.0)
    ]
    assert (np.diff(multiples, axis=0) >= 0).all()
    assert (multiples[-1] > multiples[0] + 0.1).all()


def test_a_shorter_target_and_a_higher_share_cost_more(uncertain, make_queue, make_team):
    def multiple(**changes):
        return required_staffing(
            uncertain, [make_queue("q0", **changes), make_queue("q1")], [make_team(skills={"q0": 1.0, "q1": 1.0})]
        ).multiple[0]

    by_hours = [multiple(within_hours=hours) for hours in (48.0, 24.0, 6.0, 0.9, 0.3)]
    by_share = [multiple(share=share) for share in (0.5, 0.9, 0.99)]
    assert (np.diff(by_hours) >= 0).all()
    assert (np.diff(by_share) >= 0).all()


def test_half_a_day_is_out_of_reach_of_a_team_that_is_closed_on_weekends(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((2, 3, 14), 240.0))
    queues = [make_queue("q0", within_hours=12.0), make_queue("q1", within_hours=80.0)]
    team = make_team(skills={"q0": 1.0, "q1": 1.0}, open_days=5)
    found = required_staffing(forecast, queues, [team])
    assert found.out_of_reach == ("q0",)
    assert np.isnan(found.multiple[0])
    np.testing.assert_allclose(found.queue_hours[0], 7 * 240.0 * 0.1)
    assert found.multiple[1] < 3.0


@pytest.mark.parametrize("handle_minutes", [70.0, 90.0, 200.0])
def test_reviews_that_all_take_longer_than_the_target_are_out_of_reach(
    make_forecast, make_queue, make_team, handle_minutes
):
    queue = make_queue(handle_minutes=handle_minutes, handle_cv=0.0, within_hours=1.0)
    _, on_time, _ = queue_service(queue, np.full(48, 10.0), np.full(48, 1000.0))
    assert on_time == 0.0
    forecast = make_forecast(np.full((1, 3, 14), 24.0))
    assert required_staffing(forecast, [queue], [make_team()]).out_of_reach == ("q0",)


def test_five_days_reach_what_is_wanted_of_five_days_in_seven(make_forecast, make_queue, make_team):
    # Items of Saturday, and of Sunday up to noon, are late with any staff; share of the rest: 7 - 1.5 of 7 days.
    forecast = make_forecast(np.full((1, 3, 28), 240.0))
    for share, reached in ((0.77, True), (0.80, False)):
        found = required_staffing(forecast, [make_queue(within_hours=12.0, share=share)], [make_team(open_days=5)])
        assert (found.out_of_reach == ()) is reached


def test_a_rare_live_item_needs_somebody_there(make_forecast, make_queue, make_team):
    # One item of six minutes a day: by Erlang C, 30 minutes are kept for 90% only by many times its work.
    queue = make_queue(within_hours=0.5, share=0.9)
    forecast = make_forecast(np.full((1, 3, 14), 0.5))
    found = required_staffing(forecast, [queue], [make_team()])
    assert found.out_of_reach == ()
    work = work_by_hand(forecast, 0, queue)
    assert shares_met(forecast, 0, queue, found.multiple[0] * work) == 1.0
    assert shares_met(forecast, 0, queue, 0.99 * found.multiple[0] * work) == 0.0


def hourly_capacity(found, row, start):
    """Standard hours that the required people of all teams give one queue alone, in each hour of the plan."""
    n_weeks = found.team_fte.shape[1]
    total = np.zeros(n_weeks * WEEK_HOURS)
    for team, fte in zip(found.teams, found.team_fte, strict=True):
        hours = fte * FULL_TIME_HOURS * (1.0 - team.shrinkage) * team.skills.get(found.queues[row].name, 0.0)
        total += np.repeat(hours, WEEK_HOURS) * open_hours(team, start, n_weeks)
    return total


@pytest.mark.parametrize("skill", [1.0, 0.4])
def test_the_people_required_of_teams_in_different_hours_meet_the_target_and_no_fewer_do(
    uncertain, make_forecast, make_queue, make_team, skill
):
    forecast = make_forecast(uncertain.arrivals[:1])
    queue = make_queue(within_hours=6.0)
    teams = [
        make_team("day", {"q0": 1.0}, close_hour=14, shrinkage=0.35),
        make_team("night", {"q0": skill}, open_hour=14, heads=8, weekly_attrition=0.02),
    ]
    found = required_staffing(forecast, [queue], teams, probability=0.9)
    hourly = hourly_capacity(found, 0, forecast.period_start[0])
    assert hourly.sum() == pytest.approx(found.queue_hours.sum())
    assert shares_met(forecast, 0, queue, (1 + 1e-9) * hourly) >= 0.9
    assert shares_met(forecast, 0, queue, (1 - PRECISION / found.multiple[0]) * hourly) < 0.9


def test_the_people_of_all_teams_do_all_the_required_work(uncertain, make_queue, make_team):
    queues = [make_queue("q0", handle_minutes=4.0), make_queue("q1", within_hours=0.5)]
    # A team has the same skill in each of its queues, so that its people say what work they do.
    teams = [
        make_team("a", {"q0": 0.8}, heads=5),
        make_team("b", {"q0": 1.2, "q1": 1.2}, shrinkage=0.4, paid_hours_per_week=20.0),
        make_team("c", {"q1": 1.0}, heads=0),
    ]
    found = required_staffing(uncertain, queues, teams)
    productive = FULL_TIME_HOURS * np.array([0.75, 0.6, 0.75])
    work = (found.team_fte * (productive * [0.8, 1.2, 1.0])[:, None]).sum(axis=0)
    np.testing.assert_allclose(work, found.queue_hours.sum(axis=0))


def test_the_requirement_is_shared_as_hours_are(uncertain, make_queue, make_team):
    queues = [make_queue("q0"), make_queue("q1")]
    teams = [make_team("a", {"q0": 1.0}), make_team("b", {"q0": 1.0, "q1": 1.0}, heads=30)]
    found = required_staffing(uncertain, queues, teams)
    required = found.queue_hours[:, 0]
    given = fair_allocation(required, [10 * 30.0, 30 * 30.0], skill_matrix(queues, teams))
    shares = given / given.sum(axis=0)
    np.testing.assert_allclose(found.team_fte[:, 0], (shares * required).sum(axis=1) / 30.0, rtol=1e-6)


def test_teams_of_one_queue_grow_together_whatever_their_skill(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((1, 3, 14), 2400.0))
    teams = [make_team("a", {"q0": 0.5}, heads=6), make_team("b", {"q0": 1.0}, heads=9)]
    fte = required_staffing(forecast, [make_queue()], teams).team_fte
    np.testing.assert_allclose(fte[0] / fte[1], 6 / 9)


def test_a_queue_whose_teams_have_no_heads_yet_falls_on_them_in_their_hours(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((2, 3, 14), 2400.0))
    queues = [make_queue("q0", within_hours=12.0), make_queue("q1", within_hours=90.0)]
    teams = [
        make_team("new", {"q0": 1.0}, heads=0),
        make_team("newer", {"q0": 1.0}, heads=0),
        make_team("office", {"q1": 1.0}, open_days=5, open_hour=9, close_hour=17),
    ]
    found = required_staffing(forecast, queues, teams)
    # The office is closed most of the week, but it does not serve the first queue, which round the clock is in reach.
    assert found.out_of_reach == ()
    alone = required_staffing(make_forecast(forecast.arrivals[:1]), queues[:1], teams[:1])
    assert found.multiple[0] == alone.multiple[0]
    office = make_team("office", {"q0": 1.0}, open_days=5, open_hour=9, close_hour=17)
    other = required_staffing(make_forecast(forecast.arrivals[1:]), [make_queue("q0", within_hours=90.0)], [office])
    # Chance belongs to the name of a queue.
    assert found.multiple[1] == pytest.approx(other.multiple[0], abs=0.02)
    np.testing.assert_allclose(found.team_fte[0], found.team_fte[1])
    np.testing.assert_allclose(found.team_fte[0] + found.team_fte[1], found.queue_hours[0] / 30.0)


def test_whole_numbers_do_as_skills(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((1, 3, 7), 240.0))
    whole, broken = (
        required_staffing(forecast, [make_queue()], [make_team(skills={"q0": skill})]) for skill in (2, 2.0)
    )
    np.testing.assert_array_equal(whole.team_fte, broken.team_fte)
    assert whole.team_fte[0, 0] == pytest.approx(whole.queue_hours[0, 0] / 2 / 30.0)


def test_a_backlog_is_work_of_the_first_week(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((1, 3, 14), 240.0))
    queue = make_queue(within_hours=48.0, backlog_items=840.0, backlog_age_hours=24.0)
    hours = required_staffing(forecast, [queue], [make_team()]).queue_hours[0]
    assert hours[0] / hours[1] == pytest.approx((7 * 240 + 840) / (7 * 240))


def test_weekly_and_daily_forecasts_of_an_even_flow_require_the_same(make_forecast, make_queue, make_team):
    daily, weekly = (
        required_staffing(make_forecast(np.full((1, 3, periods), items), frequency), [make_queue()], [make_team()])
        for frequency, periods, items in ((Frequency.DAILY, 14, 100.0), (Frequency.WEEKLY, 2, 700.0))
    )
    # A weekly count leaves it to chance on which day items come.
    np.testing.assert_allclose(daily.queue_hours, weekly.queue_hours, rtol=0.02)
    assert (weekly.queue_hours >= daily.queue_hours).all()


def test_a_holiday_week_needs_more_people_for_the_same_work(make_forecast, make_queue, make_team):
    forecast = make_forecast(np.full((1, 3, 14), 240.0))
    found = required_staffing(forecast, [make_queue()], [make_team(weekly_shrinkage=(0.25, 0.4))])
    np.testing.assert_allclose(found.team_fte[0] * 40.0 * np.array([0.75, 0.6]), found.queue_hours[0], rtol=1e-6)
    np.testing.assert_allclose(found.available_fte, 10.0)


@pytest.mark.parametrize("probability", [0.0, 1.2, 80, float("nan")])
def test_a_probability_that_is_a_percentage_is_refused(uncertain, make_queue, make_team, probability):
    with pytest.raises(ValueError, match=f"probability must lie above 0 and up to 1; found {probability}"):
        required_staffing(uncertain, [make_queue()], [make_team()], probability=probability)


def test_a_queue_that_nobody_serves_is_named(uncertain, make_queue, make_team):
    queues = [make_queue("q0"), make_queue("q1")]
    with pytest.raises(ValueError, match=r"every queue must be in the skills of a team; none serves \['q1'\]"):
        required_staffing(uncertain, queues, [make_team()])
    with pytest.raises(ValueError, match=r"none serves \['q0', 'q1'\]"):
        required_staffing(uncertain, queues, [])


def test_queues_that_are_not_those_of_the_forecast_are_refused(uncertain, make_queue, make_team):
    with pytest.raises(ValueError, match="queues must be those of the forecast in its order"):
        required_staffing(uncertain, [make_queue("q1"), make_queue("q0")], [make_team()])


def test_a_requirement_is_a_fact(make_forecast, make_queue, make_team):
    found = required_staffing(make_forecast(np.full((1, 3, 7), 240.0)), [make_queue()], [make_team()])
    with pytest.raises(ValueError, match="read-only"):
        found.team_fte[0, 0] = 0.0
