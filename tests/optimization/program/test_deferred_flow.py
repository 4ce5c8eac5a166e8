"""The cumulative curves against linear programs and first come, first served."""

import numpy as np
import pytest
from scipy.optimize import linprog

from optimization.program.deferred_flow import DeferredFlow, deferred_flow


def random_flow(
    seed: int, *, n_paths: int = 4, n_steps: int = 12, within: float = 2.0
) -> tuple[DeferredFlow, np.ndarray]:
    rng = np.random.default_rng(seed)
    flow = deferred_flow(
        rng.gamma(2.0, 5.0, (n_paths, n_steps)), within_steps=within, backlog_items=8.0, backlog_age_steps=1.5
    )
    return flow, rng.gamma(4.0, 2.4, n_steps)


def least_missed(flow: DeferredFlow, path: int, capacity: np.ndarray) -> float:
    """A(t - L) <= C(t) + Z(t) <= A(t) as an explicit linear program in the increments of C and Z."""
    n = capacity.size
    running = np.tril(np.ones((n, n)))
    both = np.hstack([running, running])
    result = linprog(
        np.concatenate([np.zeros(n), np.ones(n)]),
        A_ub=np.vstack([-both, both]),
        b_ub=np.concatenate([-(flow.due[path, 1:] - flow.due[path, 0]), flow.arrived[path, 1:] - flow.due[path, 0]]),
        bounds=[(0.0, most) for most in capacity] + [(0.0, None)] * n,
    )
    return float(result.fun)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("within", [1.0, 2.0, 2.6])
def test_fewest_items_missed_equal_those_of_the_linear_program(seed: int, within: float):
    flow, capacity = random_flow(seed, within=within)
    missed = flow.missed(capacity)
    assert missed == pytest.approx([least_missed(flow, path, capacity) for path in range(4)], abs=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_slopes_never_lie_above_the_fewest_items_missed_and_touch_them(seed: int):
    flow, capacity = random_flow(seed)
    paths = np.arange(4)
    constant, saves = flow.missed_slope(capacity, paths)
    assert constant - saves @ capacity == pytest.approx(flow.missed(capacity))
    rng = np.random.default_rng(seed)
    for _ in range(50):
        other = rng.gamma(4.0, 2.4, capacity.size)
        assert (flow.missed(other) >= constant - saves @ other - 1e-9).all()


def test_nothing_is_missed_exactly_where_first_come_first_served_is_late_with_nothing():
    rng = np.random.default_rng(3)
    flow, _ = random_flow(1)
    for scale in (0.8, 1.0, 1.2, 1.5, 2.0, 3.0):
        capacity = scale * rng.gamma(4.0, 2.4, 12)
        decided = np.zeros(4)
        late = np.zeros(4, dtype=bool)
        for step in range(12):
            decided = np.minimum(decided + capacity[step], flow.arrived[:, step + 1])
            late |= decided < flow.due[:, step + 1] - 1e-9
        assert ((flow.missed(capacity) > 1e-9) == late)[flow.due[:, 0] == 0].all()


def test_items_due_before_the_start_count_neither_as_due_nor_as_missed():
    flow = deferred_flow(np.zeros((1, 3)), within_steps=1.0, backlog_items=10.0, backlog_age_steps=2.0)
    assert flow.due[0].tolist() == [5.0, 10.0, 10.0, 10.0]
    assert flow.due_items.tolist() == [5.0]
    assert flow.missed(np.zeros(3)).tolist() == [5.0]


def test_a_curve_that_falls_is_refused():
    with pytest.raises(ValueError, match="arrived must not fall"):
        DeferredFlow(arrived=np.array([[1.0, 0.0]]), due=np.zeros((1, 2)))
    with pytest.raises(ValueError, match="due must not exceed"):
        DeferredFlow(arrived=np.array([[0.0, 1.0]]), due=np.array([[0.0, 2.0]]))
