"""Completions and on-time shares of flows against an integral by hand, and compiled loops against numpy."""

import numpy as np
import pytest

from capacity.turnaround import flow_steps
from capacity.turnaround.flow_steps import completions, on_time_shares


def random_flow(seed, n_paths=7, n_steps=60):
    rng = np.random.default_rng(seed)
    arrivals = rng.gamma(2.0, 5.0, (n_paths, n_steps)) * (rng.random((n_paths, n_steps)) < 0.8)
    capacity = rng.normal(11.0, 6.0, (n_paths, n_steps))
    # Some steps are level, and some paths without any item.
    capacity[:, 10:14] = arrivals[:, 10:14]
    arrivals[-1] = 0.0
    arrived = np.zeros((n_paths, n_steps + 1))
    np.cumsum(arrivals, axis=1, out=arrived[:, 1:])
    return arrivals, arrived, capacity, rng.exponential(30.0, (n_paths, n_steps)) * (arrivals > 0)


@pytest.mark.parametrize("seed", range(3))
def test_compiled_loops_and_numpy_give_the_same_bits(monkeypatch, seed):
    pytest.importorskip("numba")
    arrivals, arrived, capacity, dip = random_flow(seed)
    deadlines = [(0.4, 0), (1.0, 0), (3.7, 2), (6.0, 5), (59.5, 0), (80.0, 3)]

    def both():
        decided = completions(arrivals, arrived, capacity, dip)
        return [decided, *(on_time_shares(arrivals, arrived, capacity, decided, *late) for late in deadlines)]

    compiled = both()
    monkeypatch.setattr(flow_steps, "numba_is_there", lambda: False)
    for one, other in zip(compiled, both(), strict=True):
        assert one.tobytes() == other.tobytes()


def test_completions_are_the_work_done_up_to_the_last_moment_at_which_nobody_waited():
    arrivals, arrived, capacity, _ = random_flow(3)
    decided = completions(arrivals, arrived, capacity, np.zeros(arrivals.shape))
    ceiling = np.zeros(arrived.shape)
    np.cumsum(capacity, axis=1, out=ceiling[:, 1:])
    for path, node in np.ndindex(arrived.shape):
        done = ceiling[path, node] + min(arrived[path, s] - ceiling[path, s] for s in range(node + 1))
        assert decided[path, node] == pytest.approx(done, abs=1e-9)


@pytest.mark.parametrize("deadline", [0.4, 1.0, 3.7])
def test_the_share_on_time_is_the_share_of_moments_whose_items_are_done_by_their_deadline(deadline):
    arrivals, arrived, capacity, dip = random_flow(4, n_paths=2, n_steps=12)
    decided = completions(arrivals, arrived, capacity, dip)
    shares = on_time_shares(arrivals, arrived, capacity, decided, deadline, 0)
    moments = (np.arange(4000) + 0.5) / 4000
    for path, step in np.ndindex(arrivals.shape):
        due = step + moments + deadline
        inside = due < 12
        at = np.minimum(due.astype(int), 11)
        done = decided[path, at] + (due - at) * capacity[path, at]
        in_time = inside & (done >= arrived[path, step] + moments * arrivals[path, step])
        assert shares[path, step] == pytest.approx(in_time.mean(), abs=2e-3)
