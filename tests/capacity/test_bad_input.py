"""Numbers that cannot be: refused with the argument, what was found and the rule, before any work."""

import numpy as np
import pytest

from capacity.erlang import servers_required
from capacity.performance import queue_service
from capacity.supply import present_heads
from capacity.supply.coverage import Shift, shift_table
from capacity.turnaround import CumulativeFlow, with_backlog
from capacity.turnaround.levels import turnaround_by_level
from capacity.turnaround.priority_flow import flows_by_priority
from capacity.turnaround.required import required_capacity

ONE = np.ones((1, 1, 5))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CumulativeFlow.of([1.0, -2.0], [1.0, 1.0]), "arrivals must be >= 0 and finite; found -2"),
        (lambda: CumulativeFlow.of([1.0], [np.nan]), "capacity must be >= 0 and finite; found nan"),
        (lambda: with_backlog([1.0], [1.0], -5.0, 2.0), "backlog_items must be >= 0 and finite; found -5"),
        (lambda: with_backlog([1.0], [1.0], 5.0, 0.0), "backlog_steps must be above 0 where items wait; found 0 for 5"),
        (lambda: turnaround_by_level(-ONE, ONE, 1.0), "arrivals must be >= 0 and finite; found -1"),
        (lambda: turnaround_by_level(ONE, -ONE, 1.0), "capacity must be >= 0 and finite; found -1"),
        (lambda: flows_by_priority([[1.0], [-1.0]], [1.0]), r"arrivals\[1\] must be >= 0 and finite; found -1"),
        (lambda: required_capacity([[1.0]], [-1.0], 0.5, share=0.9), "shape must be >= 0 and finite; found -1"),
        (lambda: present_heads(-1.0, 3), "heads must be 0 or more; found -1"),
        (lambda: present_heads(1.0, 3, weekly_attrition=1.5), "weekly_attrition must lie between 0 and 1; found 1.5"),
        (
            lambda: servers_required(1.0, target=0.8, wait_limit=0.1, max_occupancy=1.2),
            "max_occupancy must be > 0 and <= 1; found 1.2",
        ),
    ],
)
def test_it_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("arrivals", "hours", "factor", "message"),
    [
        (-1.0, 1.0, 1.0, "arrivals must be >= 0 and finite; found -1"),
        (1.0, -1.0, 1.0, "capacity_hours must be >= 0 and finite; found -1"),
        (1.0, np.nan, 1.0, "capacity_hours must be >= 0 and finite; found nan"),
        (1.0, 1.0, 0.0, "work_factor must be > 0 and finite; found 0"),
    ],
)
def test_service_of_a_queue_refuses_it(make_queue, arrivals, hours, factor, message):
    with pytest.raises(ValueError, match=message):
        queue_service(make_queue(), np.full((1, 28), arrivals), np.full(28, hours), factor)


def test_people_cannot_work_two_shifts_at_once():
    early, late = (Shift(days=(0, 6), start_hour=hour, hours=10, crew="a") for hour in (6.0, 15.5))
    with pytest.raises(ValueError, match="shifts of crew 'a' must not overlap; found one of 10 hours from Monday 6:00"):
        shift_table([early, late])
    # From Sunday night into Monday morning.
    night = Shift(days=(6,), start_hour=22.0, hours=9, crew="a")
    with pytest.raises(ValueError, match="from Sunday 22:00 and the next from Monday 6:00"):
        shift_table([Shift(days=(0,), start_hour=6, hours=8, crew="a"), night])
    with pytest.raises(ValueError, match="must not overlap"):
        shift_table([Shift(days=(0, 1), start_hour=6, hours=24, crew="a"), early])


def test_shifts_that_follow_each_other_and_those_of_others_are_fine():
    split = [Shift(days=(0,), start_hour=hour, hours=4, crew="a") for hour in (8, 12)]
    others = [Shift(days=(0,), start_hour=10, hours=8) for _ in range(2)]
    assert shift_table([*split, *others]).sum() == pytest.approx(24.0)
