"""Deferred queues at many staffing levels in one call, against a loop that serves each path hour by hour."""

import time
import tracemalloc
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Case, main
from capacity.turnaround.levels import turnaround_by_level

FloatArray = NDArray[np.float64]

N_STEPS = 91 * 24
DEADLINE_STEPS = 24


def instance(n_queues: int, n_paths: int, n_levels: int) -> tuple[FloatArray, FloatArray]:
    """Hourly arrivals with a daily wave, and capacities from 90% to 120% of their mean."""
    rng = np.random.default_rng(0)
    wave = 1.0 + 0.5 * np.sin(2 * np.pi * np.arange(N_STEPS) / 24)
    level = rng.gamma(100.0, 1.0, (n_queues, n_paths, 1))
    arrivals = rng.poisson(level * wave).astype(np.float64)
    staffing = np.linspace(0.9, 1.2, n_levels)[None, :, None] * arrivals.mean(axis=(1, 2))[:, None, None]
    return arrivals, np.broadcast_to(staffing, (n_queues, n_levels, N_STEPS))


def hour_by_hour(arrivals: FloatArray, capacity: FloatArray) -> tuple[float, float]:
    """Items due and on time on one path: what a planner's script does, a queue of hourly batches."""
    waiting: deque[list[float]] = deque()
    on_time = 0.0
    last = len(arrivals) - DEADLINE_STEPS
    for hour, (items, most) in enumerate(zip(arrivals.tolist(), capacity.tolist(), strict=True)):
        waiting.append([hour, items])
        while waiting and most > 0:
            batch = waiting[0]
            decided = min(batch[1], most)
            if hour - batch[0] < DEADLINE_STEPS and batch[0] < last:
                on_time += decided
            batch[1] -= decided
            most -= decided
            if batch[1] <= 0:
                waiting.popleft()
    return float(arrivals[:last].sum()), on_time


def build(quick: bool) -> Sequence[Case]:
    """Cells (queue x path x hour x level) a second; the peer serves a sample of the paths."""
    shape = (5, 100, 4) if quick else (50, 500, 16)
    arrivals, capacity = instance(*shape)
    cells = arrivals.size * shape[2]
    sample = [(queue, path) for queue in range(2) for path in range(10)]

    def timed() -> tuple[float, tuple[FloatArray, FloatArray, FloatArray]]:
        start = time.perf_counter()
        found = turnaround_by_level(arrivals, capacity, float(DEADLINE_STEPS))
        return time.perf_counter() - start, found

    # Where numba is installed, the first call compiles.
    start = time.perf_counter()
    turnaround_by_level(arrivals[:1, :1], capacity[:1, :1], float(DEADLINE_STEPS))
    first = time.perf_counter() - start
    seconds, (due, on_time, left) = timed()
    # Of one queue: watching every allocation takes time, and one queue after another is served.
    tracemalloc.start()
    turnaround_by_level(arrivals[:1], capacity[:1], float(DEADLINE_STEPS))
    working = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    shares = [
        on_time[queue, 0, path] / due[queue, path] - done / total
        for queue, path in sample
        for total, done in [hour_by_hour(arrivals[queue, path], capacity[queue, 0])]
    ]

    def ours() -> float:
        return cells / timed()[0]

    def peer() -> float:
        start = time.perf_counter()
        for queue, path in sample:
            hour_by_hour(arrivals[queue, path], capacity[queue, 0])
        return len(sample) * N_STEPS / (time.perf_counter() - start)

    notes = {
        "queues, paths, levels, hours": [*shape, N_STEPS],
        "first call of a process, on one path [s]": round(first, 2),
        "seconds of one call": round(seconds, 2),
        "peak memory while serving a queue [MB]": round(working / 2**20, 1),
        "memory of the results [MB]": round((due.nbytes + on_time.nbytes + left.nbytes) / 2**20, 1),
        "memory of the arrivals [MB]": round(arrivals.nbytes / 2**20, 1),
        "the loop serves": f"{len(sample)} paths at one level; its rate is scaled to the {cells:,} cells of the call",
        "largest difference of on-time share, whole hours against exact": round(float(np.abs(shares).max()), 4),
    }
    return [
        Case(name="turnaround", unit="cells/s", peer_name="loop over hours", ours=ours, peer=peer, notes=notes),
    ]


if __name__ == "__main__":
    main(build, packages=["numpy"], repetitions=3)
