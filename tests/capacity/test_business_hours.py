"""Deadlines in open hours against a loop over minutes, and against elapsed hours where nothing is closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.turnaround import CumulativeFlow
from capacity.turnaround.business_hours import business_quantiles, business_service
from capacity.turnaround.waiting_age import turnaround_quantiles

MINUTES = 60


def by_minute(arrivals, capacity, open_hours, target_hours):
    """Items due and on time, minute by minute: each minute's items are decided as a whole."""
    came = np.repeat(np.asarray(arrivals) / MINUTES, MINUTES)
    could = np.repeat(np.asarray(capacity) / MINUTES, MINUTES)
    open_minutes = np.repeat(np.asarray(open_hours, dtype=float), MINUTES)
    waiting, done = 0.0, [0.0]
    for items, most in zip(came, could, strict=True):
        decided = min(waiting + items, most)
        waiting += items - decided
        done.append(done[-1] + decided)
    due = on_time = 0.0
    before = 0.0
    for minute, items in enumerate(came):
        counted, deadline = 0.5 * open_minutes[minute], minute
        while counted < target_hours * MINUTES - 1e-9 and deadline + 1 < len(came):
            deadline += 1
            counted += open_minutes[deadline]
        if counted >= target_hours * MINUTES - 1e-9:
            due += items
            on_time += items * (done[deadline + 1] >= before + 0.5 * items)
        before += items
    return due, on_time


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("target_hours", [1.0, 2.5, 8.0])
def test_items_are_due_and_on_time_as_a_loop_over_minutes_says(seed, target_hours):
    rng = np.random.default_rng(seed)
    n_hours = 60
    arrivals = rng.gamma(2.0, 5.0, n_hours)
    open_hours = np.where((np.arange(n_hours) % 24 >= 8) & (np.arange(n_hours) % 24 < 18), 1.0, 0.0)
    open_hours[17::24] = 0.5
    capacity = (13.0 if target_hours > 5 else 26.0) * open_hours * rng.gamma(20.0, 0.05, n_hours)
    due, on_time = business_service(CumulativeFlow.of(arrivals, capacity), target_hours, open_hours)
    expected_due, expected_on_time = by_minute(arrivals, capacity, open_hours, target_hours)
    assert due == pytest.approx(expected_due, abs=arrivals.max() / 20)
    assert on_time == pytest.approx(expected_on_time, abs=arrivals.max() / 10)
    assert 0 < expected_on_time < expected_due


@pytest.mark.property
@settings(deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 30.0))
def test_where_every_hour_is_open_open_hours_are_hours(seed, target_hours):
    rng = np.random.default_rng(seed)
    flow = CumulativeFlow.of(rng.gamma(1.0, 10.0, (4, 40)), rng.gamma(1.0, 11.0, 40))
    due, on_time = business_service(flow, target_hours, np.ones(40))
    np.testing.assert_allclose(due, flow.due_items(target_hours), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(on_time, flow.on_time_items(target_hours), rtol=1e-6, atol=1e-5)


def test_items_due_before_the_horizon_are_not_counted():
    flow = CumulativeFlow.of([6.0, 6.0, 0.0, 0.0], [0.0, 0.0, 12.0, 12.0])
    due, on_time = business_service(flow, 1.0, [1.0, 1.0, 1.0, 1.0], first_step=2)
    assert due == pytest.approx(6.0)
    assert on_time == pytest.approx(float(flow.on_time_items(1.0, first_step=2)))


def test_an_item_of_the_first_open_hour_is_due_at_the_close_and_not_the_next_morning():
    opened = np.tile(np.repeat([0.0, 1.0, 0.0], 8), 2)
    arrivals = np.where(np.arange(48) == 7, 10.0, 0.0)
    at_the_close, next_morning = np.where(np.arange(48) == 15, 10.0, 0.0), np.where(np.arange(48) == 32, 10.0, 0.0)
    for capacity, expected in ((at_the_close, 10.0), (next_morning, 0.0)):
        due, on_time = business_service(CumulativeFlow.of(arrivals, capacity), 8.0, opened)
        assert (due, on_time) == (pytest.approx(10.0), pytest.approx(expected, abs=1e-6))


def test_quantiles_in_open_hours_leave_out_the_closed_ones():
    flow = CumulativeFlow.of([10.0, 0.0, 0.0, 0.0], [4.0, 0.0, 0.0, 6.0])
    np.testing.assert_allclose(business_quantiles(flow, [1.0], [1.0, 0.0, 0.0, 1.0]), [1.0], atol=0.01)
    rng = np.random.default_rng(0)
    wide = CumulativeFlow.of(rng.gamma(1.0, 10.0, (3, 40)), rng.gamma(1.0, 11.0, 40))
    levels = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(
        business_quantiles(wide, levels, np.ones(40)), turnaround_quantiles(wide, levels), atol=0.02
    )


def test_bad_hours_are_refused():
    flow = CumulativeFlow.of([1.0, 1.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="target_hours must be above 0; found 0"):
        business_service(flow, 0.0, [1.0, 1.0])
    with pytest.raises(ValueError, match=r"open_hours must be finite, >= 0 and of shape \(2,\)"):
        business_service(flow, 1.0, [1.0, -1.0])
    with pytest.raises(ValueError, match="q must lie between 0 and 1; found 95"):
        business_quantiles(flow, [95], [1.0, 1.0])
