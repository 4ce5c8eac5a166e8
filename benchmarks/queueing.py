"""Staffing by Erlang C: intervals a second against pyworkforce on the same intervals, and how often both agree."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pyworkforce.queuing import ErlangC

from benchmarks.harness import Case, main
from capacity.erlang import servers_required, service_level

Rows = NDArray[np.intp]

INTERVALS = 100_000
INTERVAL_MINUTES = 30
ANSWER_MINUTES = 20 / 60
LONG_MINUTES = 60.0


class Intervals:
    """Intervals with a load, a handling time and a share to be answered in time."""

    def __init__(self, lowest: float, highest: float) -> None:
        rng = np.random.default_rng(20_261_122)
        load = np.exp(rng.uniform(np.log(lowest), np.log(highest), INTERVALS))
        self.handle_minutes = rng.uniform(2.0, 8.0, INTERVALS)
        self.items = load / self.handle_minutes * INTERVAL_MINUTES
        self.target = rng.choice([0.7, 0.8, 0.9], INTERVALS)
        # In the order of the peer, so that both see the same load to the last bit.
        self.load = self.items / INTERVAL_MINUTES * self.handle_minutes

    def staff(self, answer_minutes: float = ANSWER_MINUTES, patience: float | None = None) -> NDArray[np.int64]:
        """Servers of all intervals, in one call."""
        limit = answer_minutes / self.handle_minutes
        return servers_required(self.load, target=self.target, wait_limit=limit, patience=patience)

    def peer(self, row: int, answer_minutes: float = ANSWER_MINUTES) -> ErlangC:
        """One interval, which is all that the peer's object holds."""
        return ErlangC(
            transactions=float(self.items[row]),
            aht=float(self.handle_minutes[row]),
            asa=answer_minutes,
            interval=INTERVAL_MINUTES,
        )

    def peer_staff(self, rows: Rows, answer_minutes: float = ANSWER_MINUTES) -> NDArray[np.int64]:
        """Servers of some intervals by the peer."""
        targets = self.target[rows].tolist()
        return np.array(
            [
                self.peer(row, answer_minutes).required_positions(service_level=target)["raw_positions"]
                for row, target in zip(rows.tolist(), targets, strict=True)
            ]
        )


def rate(run: Callable[[], object], units: int) -> float:
    """Units a second of one timed run, after one that is not timed."""
    run()
    started = time.perf_counter()
    run()
    return units / (time.perf_counter() - started)


def agreement(intervals: Intervals, rows: Rows, answer_minutes: float) -> str:
    """How many sampled intervals get the same answer, and on which side the others are."""
    mine, theirs = intervals.staff(answer_minutes)[rows], intervals.peer_staff(rows, answer_minutes)
    limit = answer_minutes / intervals.handle_minutes[rows]
    level = service_level(intervals.load[rows], theirs - 1, limit)
    spare = (theirs > mine) & (level >= intervals.target[rows])
    return (
        f"{np.mean(mine == theirs):.1%} the same; {spare.sum()} of {rows.size} where the peer's own target is met with "
        f"one server fewer, {np.sum(theirs < mine)} where it has too few"
    )


def fastest(lowest: float, highest: float, patience: float | None = None) -> str:
    """Intervals a second of ours between two loads, the best of three."""
    intervals = Intervals(lowest, highest)
    return f"{max(rate(lambda: intervals.staff(patience=patience), INTERVALS) for _ in range(3)):,.0f} intervals/s"


def build(quick: bool) -> Sequence[Case]:
    """Compare the staffing of many intervals, and the service level of given teams, with pyworkforce."""
    intervals = Intervals(1.0, 5_000.0)
    rows = np.random.default_rng(7).choice(INTERVALS, 200 if quick else 1_000, replace=False)
    servers = intervals.staff()
    limit = ANSWER_MINUTES / intervals.handle_minutes

    def peer_levels() -> list[float]:
        return [intervals.peer(row).service_level(int(servers[row])) for row in rows.tolist()]

    return [
        Case(
            name="staffing of many intervals, Erlang C",
            unit="intervals/s",
            peer_name="pyworkforce",
            ours=lambda: rate(intervals.staff, INTERVALS),
            peer=lambda: rate(lambda: intervals.peer_staff(rows), rows.size),
            notes={
                "intervals": f"{INTERVALS:,} for ours in one call, a random {rows.size:,} of them for the peer",
                "loads": "1 to 5,000 erlangs log-uniform, handling 2 to 8 min, 70, 80 or 90% within 20 s",
                "answers": agreement(intervals, rows, ANSWER_MINUTES),
                "answers for 60 min in place of 20 s": agreement(intervals, rows, LONG_MINUTES)
                + " (it starts to search at round(load + 1))",
                "ours at 1 to 10 erlangs": fastest(1.0, 10.0),
                "ours at 10,000 to 100,000 erlangs": fastest(1e4, 1e5),
                "ours with patience (Erlang A)": fastest(1.0, 5_000.0, patience=1.5),
            },
        ),
        Case(
            name="service level of given teams, Erlang C",
            unit="intervals/s",
            peer_name="pyworkforce",
            ours=lambda: rate(lambda: service_level(intervals.load, servers, limit), INTERVALS),
            peer=lambda: rate(peer_levels, rows.size),
            notes={"intervals": f"{INTERVALS:,} for ours in one call, a random {rows.size:,} of them for the peer"},
        ),
    ]


if __name__ == "__main__":
    main(build, ["numpy", "scipy", "pyworkforce"])
