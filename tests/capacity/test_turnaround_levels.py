"""Many levels of staff at once against one flow at a time."""

import numpy as np
import pytest

from capacity.turnaround import CumulativeFlow, with_backlog
from capacity.turnaround.levels import turnaround_by_level


def test_levels_and_blocks_are_flows_one_by_one():
    rng = np.random.default_rng(0)
    arrivals, capacity = rng.gamma(2.0, 5.0, (2, 90, 700)), rng.gamma(9.0, 1.1, (2, 3, 700))
    deadline, items, age = [24.0, 7.3], [0.0, 60.0], [0.0, 12.5]
    due, on_time, left = turnaround_by_level(arrivals, capacity, deadline, backlog_items=items, backlog_steps=age)
    for queue in range(2):
        first = int(np.ceil(age[queue]))
        for level in range(3):
            flow = CumulativeFlow.of(*with_backlog(arrivals[queue], capacity[queue, level], items[queue], age[queue]))
            np.testing.assert_allclose(due[queue], flow.due_items(deadline[queue], first_step=first))
            np.testing.assert_allclose(on_time[queue, level], flow.on_time_items(deadline[queue], first_step=first))
            np.testing.assert_allclose(left[queue, level], flow.backlog[:, -1])
    assert 0.1 < on_time[0].sum() / (3 * due[0].sum()) < 0.99


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"found \(2, 3, 5\) and \(2, 3, 6\)"):
        turnaround_by_level(np.ones((2, 3, 5)), np.ones((2, 3, 6)), 1.0)
    with pytest.raises(ValueError, match="deadline_steps must be above 0; found 0"):
        turnaround_by_level(np.ones((2, 3, 5)), np.ones((2, 3, 5)), [1.0, 0.0])
