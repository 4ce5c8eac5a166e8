"""Fluid flows against many tiny items followed one by one, and what holds for any flow."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.turnaround import CumulativeFlow, cumulative, with_backlog

PARTS = 150  # tiny items that a step's arrivals are cut into


def decided_at(arrival_times, sizes, capacity):
    """Time at which each tiny item is decided by one server that works at the capacity of the step it is in."""
    clock, ends = 0.0, []
    for arrival, size in zip(arrival_times, sizes, strict=True):
        clock = max(clock, arrival)
        left = size
        while left > 0 and clock < len(capacity):
            step = int(clock)
            by_the_end_of_step = (step + 1 - clock) * capacity[step]
            if by_the_end_of_step >= left:
                clock, left = clock + left / capacity[step], 0.0
            else:
                clock, left = float(step + 1), left - by_the_end_of_step
        ends.append(clock if left == 0 else inf)
    return np.array(ends)


def tiny_items(arrivals, capacity, backlog_items=0.0, backlog_age=0.0):
    """Arrival time, size and end of every tiny item; those of the backlog have ages even from 0 to the oldest."""
    middle = (np.arange(PARTS) + 0.5) / PARTS
    times = np.concatenate([step + middle for step in range(len(arrivals))])
    sizes = np.repeat(np.asarray(arrivals) / PARTS, PARTS)
    if backlog_items:
        n_before = 4 * PARTS
        before = -backlog_age * (1.0 - (np.arange(n_before) + 0.5) / n_before)
        times = np.concatenate([before, times])
        sizes = np.concatenate([np.full(n_before, backlog_items / n_before), sizes])
    return times, sizes, decided_at(times, sizes, capacity)


def random_case(seed, n_steps=14):
    """Arrivals and capacity per step, some of them nothing, as at night."""
    rng = np.random.default_rng(seed)
    arrivals = rng.gamma(1.0, 5.0, n_steps) * (rng.random(n_steps) < 0.8)
    capacity = rng.gamma(1.0, rng.uniform(4.0, 9.0), n_steps) * (rng.random(n_steps) < 0.8)
    return arrivals, capacity


@pytest.mark.parametrize("deadline", [0.3, 1.0, 1.75, 3.0, 6.4])
@pytest.mark.parametrize("seed", range(6))
def test_on_time_and_due_items_are_those_of_tiny_items_served_one_by_one(seed, deadline):
    arrivals, capacity = random_case(seed)
    times, sizes, ends = tiny_items(arrivals, capacity)
    due = times + deadline <= len(arrivals)
    flow = CumulativeFlow.of(arrivals, capacity)
    grain = len(arrivals) * arrivals.max() / PARTS
    assert flow.due_items(deadline) == pytest.approx(sizes[due].sum(), abs=grain)
    assert flow.on_time_items(deadline) == pytest.approx(sizes[due & (ends <= times + deadline)].sum(), abs=grain)


@pytest.mark.parametrize("seed", range(6))
def test_the_backlog_is_what_of_the_tiny_items_is_not_yet_decided(seed):
    arrivals, capacity = random_case(seed)
    times, sizes, ends = tiny_items(arrivals, capacity)
    waiting = [sizes[(times <= node) & (ends > node)].sum() for node in range(len(arrivals) + 1)]
    np.testing.assert_allclose(CumulativeFlow.of(arrivals, capacity).backlog, waiting, atol=2 * arrivals.max() / PARTS)


@pytest.mark.parametrize("deadline", [0.5, 2.0, 3.3, 9.0])
@pytest.mark.parametrize("seed", range(4))
def test_what_waits_at_the_start_is_served_first_and_due_by_its_age(seed, deadline):
    arrivals, capacity = random_case(seed)
    items, age = 40.0, 3
    times, sizes, ends = tiny_items(arrivals, capacity, items, age)
    due = (times + deadline >= 0) & (times + deadline <= len(arrivals))
    flow = CumulativeFlow.of(*with_backlog(arrivals, capacity, items, age))
    grain = len(arrivals) * max(arrivals.max(), items / age) / PARTS
    assert flow.due_items(deadline, first_step=age) == pytest.approx(sizes[due].sum(), abs=grain)
    on_time = sizes[due & (ends <= times + deadline)].sum()
    assert flow.on_time_items(deadline, first_step=age) == pytest.approx(on_time, abs=grain)
    assert flow.backlog[age] == pytest.approx(items)


def test_items_due_before_the_start_are_not_counted():
    # Eight items of ages 0 to 4, due after one step: three quarters are overdue and served first. The item of age a
    # has 8 - 2 a before it, so it is decided at (8 - 2 a) / 100 and in time, at 1 - a, where a <= 92 / 98.
    flow = CumulativeFlow.of(*with_backlog(np.zeros(3), np.full(3, 100.0), 8.0, 4))
    assert flow.due_items(1.0, first_step=4) == pytest.approx(2.0)
    assert flow.on_time_items(1.0, first_step=4) == pytest.approx(2.0 * 92.0 / 98.0)


def test_overdue_items_are_still_worked_on_before_the_others():
    # Eight overdue items take both steps; what arrives in the meantime is late though nothing overdue is counted.
    flow = CumulativeFlow.of(*with_backlog([1.0, 1.0, 0.0, 0.0], [4.0, 4.0, 4.0, 4.0], 8.0, 2))
    by_hand = tiny_items([1.0, 1.0, 0.0, 0.0], [4.0, 4.0, 4.0, 4.0], 8.0, 2)
    waits = (by_hand[2] - by_hand[0])[4 * PARTS :][: 2 * PARTS]
    assert flow.on_time_items(1.0, first_step=2) == pytest.approx((waits <= 1.0).sum() / PARTS, abs=0.02)


def test_items_due_after_the_horizon_are_not_counted():
    flow = CumulativeFlow.of([5.0, 5.0, 5.0], [9.0, 9.0, 9.0])
    for deadline in (3.0, 3.5, 100.0):
        assert flow.due_items(deadline) == 0.0
        assert flow.on_time_items(deadline) == 0.0
    assert flow.due_items(2.25) == flow.on_time_items(2.25) == pytest.approx(0.75 * 5.0)


def test_a_part_of_a_step_holds_its_part_of_the_backlog():
    arrivals, capacity = with_backlog([7.0], [4.0], 10.0, 2.5)
    np.testing.assert_allclose(arrivals, [2.0, 4.0, 4.0, 7.0])
    np.testing.assert_allclose(capacity, [0.0, 0.0, 0.0, 4.0])


def test_without_a_backlog_nothing_is_put_before():
    arrivals, capacity = with_backlog([7.0], [4.0], 0.0, 0)
    assert arrivals.tolist() == [7.0]
    assert capacity.tolist() == [4.0]


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.7, 1.0, 2.7, 3.7, 5.9, 100.0 / 3.0])
def test_an_item_decided_at_its_deadline_is_on_time_whatever_the_rounding(rate):
    # As much arrives as is decided and the backlog is three steps of it: every item waits three steps exactly.
    flow = CumulativeFlow.of(*with_backlog(np.full(28, rate), np.full(28, rate), 3 * rate, 3))
    assert flow.on_time_items(3.0, first_step=3) == pytest.approx(28 * rate)
    assert flow.on_time_items(2.99, first_step=3) == pytest.approx(0.0, abs=1e-6)


amounts = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 100.0)), min_size=2, max_size=12)


@pytest.mark.property
@settings(deadline=None)
@given(amounts, st.floats(0.0, 50.0))
def test_whatever_arrives_is_decided_or_waits_and_nobody_idles(arrivals, capacity):
    flow = CumulativeFlow.of(arrivals, np.full(len(arrivals), capacity))
    waiting = 0.0
    for step, came in enumerate(arrivals):
        done = min(waiting + came, capacity)
        assert flow.decided[step + 1] - flow.decided[step] == pytest.approx(done, abs=1e-7)
        waiting += came - done
        assert flow.backlog[step + 1] == pytest.approx(waiting, abs=1e-7)
    assert flow.arrived[-1] == pytest.approx(sum(arrivals))


@pytest.mark.property
@settings(deadline=None)
@given(amounts, st.floats(0.0, 50.0), st.floats(0.0, 20.0), st.integers(0, 11), st.floats(0.1, 12.0))
def test_more_capacity_in_any_step_makes_nothing_late(arrivals, capacity, more, step, deadline):
    few = np.full(len(arrivals), capacity)
    many = few.copy()
    many[step % len(arrivals)] += more
    before, after = (CumulativeFlow.of(arrivals, could).on_time_items(deadline) for could in (few, many))
    assert after >= before - 1e-6


@pytest.mark.property
@settings(deadline=None)
@given(amounts, st.floats(0.0, 50.0), st.floats(0.1, 6.0), st.floats(0.0, 6.0))
def test_a_longer_deadline_makes_nothing_late(arrivals, capacity, deadline, longer):
    # Empty steps follow, so that all items are due inside the horizon under both deadlines.
    flow = CumulativeFlow.of(np.append(arrivals, np.zeros(12)), np.full(len(arrivals) + 12, capacity))
    short, long = flow.on_time_items(deadline), flow.on_time_items(deadline + longer)
    assert short - 1e-6 <= long <= flow.due_items(deadline + longer) + 1e-6
    assert flow.due_items(deadline + longer) == pytest.approx(sum(arrivals))


@pytest.mark.property
@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 15.0))
def test_no_more_is_on_time_than_is_due(seed, deadline):
    arrivals, capacity = random_case(seed)
    flow = CumulativeFlow.of(*with_backlog(arrivals, capacity, 15.0, 2))
    on_time, due = flow.on_time_items(deadline, first_step=2), flow.due_items(deadline, first_step=2)
    assert -1e-9 <= on_time <= due + 1e-9
    assert due <= flow.arrived[-1] + 1e-9


def test_many_flows_at_once_are_those_one_by_one():
    rng = np.random.default_rng(3)
    arrivals, capacity = rng.gamma(1.0, 5.0, (3, 1, 20)), rng.gamma(2.0, 2.6, (4, 20))
    together = CumulativeFlow.of(*with_backlog(arrivals, capacity, 12.0, 2.0))
    assert together.backlog.shape == (3, 4, 23)
    for row in range(3):
        for column in range(4):
            alone = CumulativeFlow.of(*with_backlog(arrivals[row, 0], capacity[column], 12.0, 2.0))
            np.testing.assert_array_equal(together.backlog[row, column], alone.backlog)
            for deadline in (0.6, 2.0):
                found = together.on_time_items(deadline, first_step=2)[row, column]
                assert found == pytest.approx(alone.on_time_items(deadline, first_step=2), rel=1e-12)
            due = np.broadcast_to(together.due_items(1.5, first_step=2), (3, 4))
            assert due[row, column] == alone.due_items(1.5, first_step=2)


def test_running_totals_start_at_nothing():
    np.testing.assert_array_equal(cumulative([[1.0, 2.0], [0.5, 0.0]]), [[0.0, 1.0, 3.0], [0.0, 0.5, 0.5]])


@pytest.mark.parametrize("deadline", [0.0, -1.0, float("nan")])
def test_a_deadline_must_lie_after_the_arrival(deadline):
    with pytest.raises(ValueError, match=f"deadline_steps must be above 0; found {deadline}"):
        CumulativeFlow.of([1.0], [1.0]).on_time_items(deadline)
