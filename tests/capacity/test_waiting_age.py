"""Turnaround quantiles and ages against a list of items served one by one."""

import numpy as np
import pytest

from capacity.turnaround import CumulativeFlow
from capacity.turnaround.waiting_age import oldest_age, turnaround_quantiles


def items_one_by_one(arrivals: np.ndarray, capacity: np.ndarray, per_item: float) -> tuple[np.ndarray, np.ndarray]:
    """Arrival and decision time of many small items, first in, first out, by a loop over items."""
    came = np.concatenate(
        [step + (np.arange(round(n / per_item)) + 0.5) / round(n / per_item) for step, n in enumerate(arrivals) if n]
    )
    decided = np.full(came.size, np.nan)
    now = 0.0
    for index, arrival in enumerate(came):
        now = max(now, arrival)
        work = per_item
        while now < capacity.size and work > 1e-12:
            step = int(now + 1e-12)
            if step >= capacity.size:
                break
            room = (step + 1 - now) * capacity[step]
            done = min(work, room)
            now = now + done / capacity[step] if done < room else float(step + 1)
            work -= done
        if work <= 1e-12:
            decided[index] = now
    return came, decided


@pytest.fixture(scope="module")
def queue() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    return np.round(rng.gamma(2.0, 10.0, 40)), np.round(rng.gamma(4.0, 5.0, 40)) + 1.0


def test_quantiles_agree_with_items_served_one_by_one(queue: tuple[np.ndarray, np.ndarray]) -> None:
    came, decided = items_one_by_one(*queue, per_item=0.05)
    turnaround = (decided - came)[~np.isnan(decided)]
    q = [0.1, 0.5, 0.8, 0.9, 0.99]
    found = turnaround_quantiles(CumulativeFlow.of(*queue), q, step_hours=2.0)
    # Inside a step in which the queue runs empty completions bend; a straight line is off by part of a step.
    np.testing.assert_allclose(found, 2.0 * np.quantile(turnaround, q), atol=2.0 * 0.25)


def test_the_oldest_age_agrees_with_items_served_one_by_one(queue: tuple[np.ndarray, np.ndarray]) -> None:
    came, decided = items_one_by_one(*queue, per_item=0.05)
    decided = np.where(np.isnan(decided), np.inf, decided)
    found = oldest_age(CumulativeFlow.of(*queue))
    for node in range(1, queue[0].size + 1):
        waiting = came[(came <= node) & (decided > node)]
        assert found[node] == pytest.approx(node - waiting[0] if waiting.size else 0.0, abs=0.02)


def test_rows_are_served_apart() -> None:
    flow = CumulativeFlow.of([[4.0, 0.0], [0.0, 4.0]], [2.0, 2.0])
    each = [CumulativeFlow.of(row, [2.0, 2.0]) for row in ([4.0, 0.0], [0.0, 4.0])]
    np.testing.assert_array_equal(oldest_age(flow), [oldest_age(one) for one in each])
    quantiles = [turnaround_quantiles(one, [0.5, 1.0]) for one in each]
    np.testing.assert_array_equal(turnaround_quantiles(flow, [0.5, 1.0]), quantiles)


def test_nothing_decided_has_no_turnaround() -> None:
    assert np.isnan(turnaround_quantiles(CumulativeFlow.of([3.0], [0.0]), [0.5])).all()


def test_a_quantile_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"q must lie between 0 and 1; found 90\.0"):
        turnaround_quantiles(CumulativeFlow.of([3.0], [1.0]), [90.0])
