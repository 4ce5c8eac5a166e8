"""Service of queues against Erlang's formula and flows by hand, and what holds for any capacity."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.performance import ServiceOutcome, arrivals_by_step, queue_service, step_hours
from capacity.turnaround import CumulativeFlow, with_backlog
from forecasting import Frequency

# With so many items, of as many times less work, chance is too small to see.
MANY = 1e8


def decided_in_time(load, n_servers, target):
    """Waiting and handling in M/M/n as the textbooks print it; the target is in handling times."""
    waiting = load**n_servers / math.factorial(n_servers) * n_servers / (n_servers - load)
    delayed = waiting / (sum(load**k / math.factorial(k) for k in range(n_servers)) + waiting)
    spare = n_servers - load
    both = (spare * math.exp(-target) - math.exp(-spare * target)) / (spare - 1.0)
    return 1.0 - (1.0 - delayed) * math.exp(-target) - delayed * both


@pytest.mark.parametrize(("items", "n_reviewers", "within_hours"), [(60, 8, 0.3), (300, 40, 0.15), (5, 2, 0.3)])
def test_a_live_queue_with_hours_to_spare_is_erlangs(make_queue, items, n_reviewers, within_hours):
    queue = make_queue(within_hours=within_hours)
    arrivals = np.full((200, 168), float(items))
    due, on_time, _ = queue_service(queue, arrivals, np.full(168, float(n_reviewers)))
    np.testing.assert_allclose(due, items * (168 - within_hours))
    expected = decided_in_time(items / 10.0, n_reviewers, within_hours / 0.1)
    assert on_time.sum() / due.sum() == pytest.approx(expected, abs=0.005)


def test_a_handling_time_that_never_varies_is_decided_after_it(make_queue):
    arrivals, capacity = np.full((5, 24), 20.0), np.full(24, 30.0)
    for within_hours, expected in ((0.09, 0.0), (0.11, 1.0)):
        due, on_time, _ = queue_service(make_queue(within_hours=within_hours, handle_cv=0.0), arrivals, capacity)
        np.testing.assert_allclose(on_time / due, expected)


@pytest.mark.parametrize("within_hours", [0.3, 1.0, 2.5, 3.9, 6.0, 24.0])
def test_large_volumes_leave_nothing_to_chance(make_queue, within_hours):
    queue = make_queue(within_hours=within_hours, handle_minutes=6.0 / MANY)
    hours = np.arange(336)
    step = step_hours(queue)
    items = MANY * 10.0 * (1.0 + 0.5 * np.sin(2 * np.pi * hours / 24))
    capacity = np.where(hours % 24 < 16, 1.55, 0.0)
    by_step, given_by_step = (value.reshape(-1, step).sum(axis=1) for value in (items, capacity))
    due, on_time, backlog = queue_service(queue, by_step[None], given_by_step)
    flow = CumulativeFlow.of(by_step, given_by_step / 0.1 * MANY)
    assert due[0] == pytest.approx(float(flow.due_items(within_hours / step)))
    # A live hour is looked at in two moments.
    assert on_time[0] / due[0] == pytest.approx(float(flow.on_time_items(within_hours / step)) / due[0], abs=0.01)
    assert backlog[0] == pytest.approx(flow.backlog[-1], rel=1e-3)


def test_what_an_overloaded_hour_leaves_burdens_the_next(make_queue):
    queue = make_queue(within_hours=0.5, handle_minutes=6.0 / MANY)
    arrivals, capacity = MANY * np.array([[0.0, 50.0, 10.0, 0.0, 0.0]]), [3.0, 3.0, 3.0, 3.0, 3.0]
    # The 50 items need 1 h 40 min; who comes after 45 minutes of the hour waits more than half an hour.
    due, on_time, backlog = queue_service(queue, arrivals, capacity)
    assert due[0] == 60.0 * MANY
    exact = CumulativeFlow.of(arrivals, 10.0 * MANY * np.array(capacity)).on_time_items(0.5)
    # An hour that is late in part is looked at in two moments, to the nearest half.
    assert on_time[0] / MANY == pytest.approx(exact[0] / MANY, abs=15.1)
    assert exact[0] == pytest.approx(45 * MANY)
    assert backlog[0] == pytest.approx(0.0, abs=1e-2 * MANY)


def test_hours_without_items_or_reviewers_make_no_live_item_on_time(make_queue):
    due, on_time, backlog = queue_service(make_queue(within_hours=0.5), [[0.0, 10.0, 0.0]], [[3.0, 0.0, 0.0]])
    assert (due[0], on_time[0]) == (10.0, 0.0)
    assert backlog[0] == pytest.approx(10.0, abs=6.0)


def test_a_deferred_queue_that_falls_behind_is_late_from_when_it_should(make_queue):
    # Even arrivals, capacity for nine tenths of them: the item of hour u is decided at u / 0.9, so it is 24 hours
    # late after u = 24 x 9 = 216, of the 336 - 24 hours whose items are due in two weeks.
    queue = make_queue(within_hours=24.0, handle_minutes=6.0 / MANY)
    assert step_hours(queue) == 6
    hours = np.full(56, 6.0 * 0.9)
    due, on_time, backlog = queue_service(queue, np.full((1, 56), 60.0 * MANY), hours)
    assert due[0] / MANY == pytest.approx(10.0 * 312)
    assert on_time[0] / MANY == pytest.approx(10.0 * 216, rel=1e-3)
    assert backlog[0] / MANY == pytest.approx(0.1 * 3360, rel=1e-3)


def test_a_deferred_queue_pays_for_its_backlog_first(make_queue):
    # 480 items of ages up to 24 hours and 10 an hour; capacity 20 an hour. The oldest is due at once, and the item of
    # age a is decided at (480 - 20 a) / 20 = 24 - a: just in time, all of them. Later items wait less.
    queue = make_queue(within_hours=24.0, handle_minutes=6.0 / MANY, backlog_items=480.0 * MANY, backlog_age_hours=24.0)
    arrivals = np.full((1, 28), 60.0 * MANY)
    due, on_time, _ = queue_service(queue, arrivals, np.full(28, 1.01 * 12.0))
    assert due[0] / MANY == pytest.approx(480.0 + 10.0 * 144)
    # The oldest is due at once.
    assert on_time[0] / MANY == pytest.approx(due[0] / MANY, abs=0.1)
    _, fewer, _ = queue_service(queue, arrivals, np.full(28, 0.99 * 12.0))
    assert fewer[0] < due[0] - 100.0 * MANY


@pytest.mark.parametrize(("within_hours", "age", "items"), [(96.0, 49.0, 3000.0), (24.0, 7.0, 1000.0)])
def test_a_backlog_is_as_old_as_it_is_and_not_as_old_as_whole_steps(make_queue, within_hours, age, items):
    queue = make_queue(
        within_hours=within_hours, handle_minutes=6.0 / MANY, backlog_items=items * MANY, backlog_age_hours=age
    )
    step, n_hours = step_hours(queue), 504
    assert age % step
    found = queue_service(
        queue, np.full((1, n_hours // step), 20.0 * step * MANY), np.full(n_hours // step, 2.4 * step)
    )
    by_hour = CumulativeFlow.of(*with_backlog(np.full(n_hours, 20.0), np.full(n_hours, 24.0), items, age))
    assert found[0][0] / MANY == pytest.approx(by_hour.due_items(within_hours, first_step=int(age)))
    assert found[1][0] / MANY == pytest.approx(by_hour.on_time_items(within_hours, first_step=int(age)), rel=1e-3)


def test_counts_of_a_forecast_are_not_made_more_uncertain_than_they_are(make_queue):
    # Capacity is ample but for the last step of each day: what is left then is the day's, and varies by handling alone.
    queue = make_queue(within_hours=24.0, handle_cv=0.0)
    arrivals = np.full((300, 28), 600.0)
    capacity = np.tile([0.0, 0.0, 0.0, 240.0], 7)
    *_, backlog = queue_service(queue, arrivals, 0.9 * capacity)
    # Within the last step it may run out for a moment, and be idle.
    np.testing.assert_allclose(backlog, 7 * 240.0, rtol=2e-3)
    *_, unsure = queue_service(make_queue(within_hours=24.0), arrivals, 0.9 * capacity)
    assert unsure.std() == pytest.approx(math.sqrt(7 * 2400.0), rel=0.15)


def test_a_path_meets_the_same_chance_whatever_paths_stand_beside_it(make_queue):
    arrivals = np.random.default_rng(3).poisson(50.0, (4, 28))
    few, many = (queue_service(make_queue(), arrivals[:rows], np.full(28, 5.1)) for rows in (2, 4))
    for one, other in zip(few, many, strict=True):
        np.testing.assert_array_equal(one, other[:2])


@pytest.mark.parametrize(("within_hours", "hours"), [(0.5, 15.0), (24.0, 9.0)])
def test_an_item_of_twice_the_work_is_an_item_of_twice_the_handling_time(make_queue, within_hours, hours):
    arrivals, capacity = np.random.default_rng(0).poisson(60.0, (5, 28)), np.full(28, hours)
    doubled = queue_service(make_queue(within_hours=within_hours), arrivals, capacity, 2.0)
    longer = queue_service(make_queue(within_hours=within_hours, handle_minutes=12.0), arrivals, capacity)
    for one, other in zip(doubled, longer, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)
    assert 0.0 < doubled[1].sum() < doubled[0].sum()


@pytest.mark.parametrize("within_hours", [24.0, 25.0, 31.7, 100.0])
def test_with_hours_to_spare_every_item_is_on_time_to_the_last_bit(make_queue, within_hours):
    queue = make_queue(share=1.0, within_hours=within_hours)
    arrivals = np.random.default_rng(1).gamma(4.0, 10.0, (200, 56))
    due, on_time, _ = queue_service(queue, arrivals, np.full(56, 1e4))
    np.testing.assert_array_equal(on_time, due)


@pytest.mark.property
@settings(deadline=None)
@given(
    st.sampled_from([0.2, 0.9, 3.0, 24.0, 50.0]),
    st.integers(0, 10_000),
    st.floats(0.2, 2.0),
    st.floats(0.0, 1.0),
    st.booleans(),
)
def test_shares_lie_between_nothing_and_all_and_more_hours_are_never_worse(
    make_queue, within_hours, seed, level, more, burdened
):
    backlog = {"backlog_items": 300.0, "backlog_age_hours": 30.0} if burdened else {}
    queue = make_queue(within_hours=within_hours, **backlog)
    rng = np.random.default_rng(seed)
    arrivals = rng.poisson(40.0, (3, 48)).astype(float)
    capacity = level * rng.gamma(2.0, 2.0, 48) * (rng.random(48) < 0.8)
    due, on_time, backlog_end = queue_service(queue, arrivals, capacity)
    _, after, backlog_after = queue_service(queue, arrivals, capacity + more * rng.random(48))
    assert ((on_time >= 0) & (on_time <= due)).all()
    assert (after >= on_time - 1e-6).all()
    assert (backlog_after <= backlog_end + 1e-6).all()


@pytest.mark.parametrize("within_hours", [0.5, 24.0])
def test_many_capacities_at_once_are_those_one_by_one(make_queue, within_hours):
    rng = np.random.default_rng(2)
    queue = make_queue(within_hours=within_hours, backlog_items=80.0, backlog_age_hours=12.0)
    arrivals, capacity = rng.poisson(50.0, (3, 28)), rng.gamma(9.0, 0.6, (4, 1, 28))
    together = queue_service(queue, arrivals, capacity)
    for row in range(4):
        for whole, alone in zip(together, queue_service(queue, arrivals, capacity[row]), strict=True):
            np.testing.assert_allclose(whole[row], alone, rtol=1e-12, atol=1e-9)
    first = queue_service(queue, arrivals[0], capacity[0, 0])
    for whole, alone in zip(together, first, strict=True):
        assert whole[0, 0] == pytest.approx(float(alone), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("within_hours", [0.05, 0.9, 1.1, 3.9, 5.0, 11.0, 24.0, 47.0, 96.0, 1000.0])
def test_steps_are_parts_of_a_day_and_short_beside_the_deadline(make_queue, within_hours):
    step = step_hours(make_queue(within_hours=within_hours))
    assert 24 % step == 0
    assert step == 1 or step <= within_hours / 4
    longer = [hours for hours in range(step + 1, 25) if 24 % hours == 0 and hours <= within_hours / 4]
    assert step == 24 or not longer


@pytest.mark.parametrize(
    ("frequency", "periods"),
    [(Frequency.HALF_HOURLY, 336), (Frequency.HOURLY, 168), (Frequency.DAILY, 7), (Frequency.WEEKLY, 1)],
)
@pytest.mark.parametrize("hours", [1, 6, 24])
def test_steps_hold_what_the_periods_hold(make_forecast, frequency, periods, hours):
    arrivals = np.random.default_rng(4).poisson(500.0, (2, 3, 2 * periods)).astype(float)
    steps = arrivals_by_step(make_forecast(arrivals, frequency), 1, hours)
    assert steps.shape == (3, 336 // hours)
    # Over the longer of a period and a step, both hold the same items.
    longer = max(hours, round(frequency.period_hours), 1)
    by_step = steps.reshape(3, 336 // longer, -1).sum(axis=2)
    np.testing.assert_allclose(by_step, arrivals[1].reshape(3, 336 // longer, -1).sum(axis=2))


def outcome_of(queues, due, on_time):
    return ServiceOutcome(
        queues=tuple(queues),
        due=np.array(due, dtype=float),
        on_time=np.array(on_time, dtype=float),
        backlog_end=np.zeros(np.shape(due)),
    )


def test_the_target_is_met_on_the_paths_that_reach_its_share(make_queue):
    queues = [make_queue("q0", share=0.9), make_queue("q1", share=0.5)]
    outcome = outcome_of(queues, [[100, 100, 100, 0], [10, 10, 10, 10]], [[90, 89, 95, 0], [4, 5, 3, 2]])
    np.testing.assert_allclose(outcome.on_time_share, [[0.9, 0.89, 0.95, 1.0], [0.4, 0.5, 0.3, 0.2]])
    np.testing.assert_allclose(outcome.probability_met, [0.75, 0.25])
    np.testing.assert_allclose(outcome.late, [[10, 11, 5, 0], [6, 5, 7, 8]])


def test_the_weighted_share_counts_items_by_severity(make_queue):
    queues = [make_queue("q0", severity=3.0), make_queue("q1", severity=1.0), make_queue("q2", severity=0.0)]
    outcome = outcome_of(queues, [[100, 0], [50, 0], [9, 9]], [[90, 0], [10, 0], [0, 0]])
    np.testing.assert_allclose(outcome.weighted_share(), [(3 * 90 + 10) / (3 * 100 + 50), 1.0])


def test_the_frame_has_a_row_a_queue_with_means_and_quantiles_over_paths(make_queue):
    shares = np.linspace(0.5, 1.0, 11)
    outcome = outcome_of([make_queue("q0", share=0.7, within_hours=8.0)], [np.full(11, 10.0)], [10 * shares])
    row = outcome.to_frame().set_index("queue").loc["q0"]
    assert row["target_share"] == 0.7
    assert row["target_hours"] == 8.0
    assert row["on_time_share_mean"] == pytest.approx(0.75)
    assert (row["on_time_share_p10"], row["on_time_share_p90"]) == pytest.approx((0.55, 0.95))
    assert row["probability_target_met"] == pytest.approx(7 / 11)
    assert row["late_items_mean"] == pytest.approx(2.5)


def test_an_outcome_is_a_fact(make_queue):
    outcome = outcome_of([make_queue()], [[10.0]], [[9.0]])
    with pytest.raises(ValueError, match="read-only"):
        outcome.on_time[0, 0] = 10.0


def test_arrays_of_other_shapes_are_refused(make_queue):
    with pytest.raises(ValueError, match=r"on_time must have shape \(queues, paths\); it has \(1, 3\)"):
        outcome_of([make_queue()], [[1.0, 2.0]], [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"due must have shape \(queues, paths\); it has \(2, 1\)"):
        outcome_of([make_queue()], [[1.0], [2.0]], [[1.0], [2.0]])
