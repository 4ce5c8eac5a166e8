"""Priority classes on one capacity against a queue of many tiny items served one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.turnaround import CumulativeFlow
from capacity.turnaround.priority_flow import flows_by_priority

SLICES = 400  # tiny items a step in the item-by-item check


def served_one_by_one(arrivals: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Backlog of each class after each step when every tiny slice of time serves the most urgent work there is."""
    n_classes, n_steps = arrivals.shape
    waiting = np.zeros(n_classes)
    backlog = np.zeros((n_classes, n_steps + 1))
    for step in range(n_steps):
        for _ in range(SLICES):
            waiting += arrivals[:, step] / SLICES
            left = capacity[step] / SLICES
            for rank in range(n_classes):
                done = min(waiting[rank], left)
                waiting[rank] -= done
                left -= done
        backlog[:, step + 1] = waiting
    return backlog


def test_backlogs_agree_with_serving_tiny_items_one_by_one() -> None:
    rng = np.random.default_rng(5)
    arrivals = rng.gamma(1.0, 4.0, (3, 30))
    capacity = rng.gamma(2.0, 6.5, 30)
    flows = flows_by_priority(list(arrivals), capacity)
    expected = served_one_by_one(arrivals, capacity)
    for flow, backlog in zip(flows, expected, strict=True):
        np.testing.assert_allclose(flow.backlog, backlog, atol=3 * capacity.max() / SLICES)


@pytest.mark.property
@given(seed=st.integers(0, 10_000))
def test_the_classes_together_are_one_queue_on_the_whole_capacity(seed: int) -> None:
    rng = np.random.default_rng(seed)
    arrivals, capacity = rng.gamma(1.0, 5.0, (3, 2, 12)), rng.gamma(1.0, 14.0, 12)
    flows = flows_by_priority(list(arrivals), capacity)
    whole = CumulativeFlow.of(arrivals.sum(axis=0), capacity)
    np.testing.assert_allclose(sum(flow.decided for flow in flows), whole.decided, atol=1e-9)


@pytest.mark.property
@given(seed=st.integers(0, 10_000))
def test_a_class_does_not_feel_those_after_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.gamma(1.0, 5.0, (2, 12))
    capacity = rng.gamma(1.0, 9.0, 12)
    alone = flows_by_priority([first], capacity)[0]
    with_other = flows_by_priority([first, second], capacity)[0]
    np.testing.assert_array_equal(alone.decided, with_other.decided)


def test_no_class_and_uneven_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one class"):
        flows_by_priority([], [1.0])
    with pytest.raises(ValueError, match=r"arrivals\[1\] must have as many steps as the capacity, 2"):
        flows_by_priority([[1.0, 1.0], [1.0]], [1.0, 1.0])
