"""Complete portfolio fronts against the same fronts by repeated integer programs, and fronts with queueing."""

import time
import tracemalloc
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from benchmarks.harness import Case, main
from capacity import ReviewQueue, ReviewTeam, ServiceTarget, TeamKind
from forecasting import VolumeForecast, VolumeHistory
from forecasting.volumes.frequency import Frequency
from optimization import (
    Effect,
    EffectKind,
    OpexRequest,
    PlanningCase,
    find_frontier,
    planning_case,
    service_of,
    value_all_blocks,
)
from optimization.portfolio import ParetoFront, pareto_front

CBC_NAMES = ("PULP_CBC_CMD", "COIN_CMD")
LEAST_SECONDS = 0.1  # one front takes milliseconds: it is found again until the clock tells


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Whole costs [thousand USD] and values [items on time], with the pairs that link requests."""

    cost: NDArray[np.int64]
    value: NDArray[np.int64]
    needs: list[tuple[int, int]]
    excludes: list[tuple[int, int]]

    def front(self) -> ParetoFront:
        """Return the complete front."""
        return pareto_front(self.cost, self.value, needs=self.needs, excludes=self.excludes)


def linked_requests(n_requests: int, n_links: int) -> Requests:
    """Requests of 10-1,000 thousand USD, value for money within a factor of four; half the links are needs."""
    rng = np.random.default_rng(n_requests)
    cost = rng.integers(10, 1000, n_requests)
    value = np.rint(cost * rng.uniform(5, 20, n_requests)).astype(np.int64)
    pairs = [tuple(sorted(rng.choice(n_requests, 2, replace=False).tolist())) for _ in range(n_links)]
    return Requests(cost=cost, value=value, needs=[(b, a) for a, b in pairs[::2]], excludes=pairs[1::2])


def best_set(requests: Requests, most_cost: int, solver: Any) -> tuple[int, int]:
    """Cost and value of the most valuable set within a cost, the cheapest such set, by one integer program."""
    problem = pulp.LpProblem("epsilon_constraint", pulp.LpMaximize)
    fund = [problem.add_variable(f"fund_{i}", cat="Binary") for i in range(requests.cost.size)]
    # The cost weighs less than one item in total: value first, then cost.
    weight = requests.value - requests.cost / (requests.cost.sum() + 1)
    problem += pulp.lpDot(weight.tolist(), fund)
    problem += pulp.lpDot(requests.cost.tolist(), fund) <= most_cost
    for a, b in requests.needs:
        problem += fund[a] <= fund[b]
    for a, b in requests.excludes:
        problem += fund[a] + fund[b] <= 1
    problem.solve(solver)
    chosen = np.array([variable.value() > 0.5 for variable in fund])
    return int(requests.cost[chosen].sum()), int(requests.value[chosen].sum())


def walked_front(requests: Requests, solver: Any) -> list[tuple[int, int]]:
    """Return every point, from the dearest down, each by one integer program."""
    points = [best_set(requests, int(requests.cost.sum()), solver)]
    while points[-1][0] > 0:
        points.append(best_set(requests, points[-1][0] - 1, solver))
    return points[::-1]


def _spread(points: list[tuple[int, int]], sample: int) -> list[tuple[int, int]]:
    """Return that many points, evenly spaced along the front, without the two trivial ends."""
    return [points[i] for i in np.linspace(0, len(points) - 1, sample + 2, dtype=int)[1:-1]]


def against_solver(name: str, requests: Requests, peer_name: str, solver: Any, sample: int | None) -> Case:
    """Compare one front; with a sample, the peer solves that many of its points and is credited with their rate."""
    tracemalloc.start()
    front = requests.front()
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    points = list(zip(front.cost.astype(int).tolist(), front.value.astype(int).tolist(), strict=True))
    start = time.perf_counter()
    requests.front()
    notes = {
        "points": len(points),
        "seconds": round(time.perf_counter() - start, 4),
        "peak_memory_mb": round(peak_bytes / 1e6, 1),
        "peer_points": "all, one after the other" if sample is None else f"{sample} of them, scaled to all",
    }

    def ours() -> float:
        found, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < LEAST_SECONDS:
            found += requests.front().cost.size
        return found / (time.perf_counter() - begin)

    def peer() -> float:
        expected = points if sample is None else _spread(points, sample)
        begin = time.perf_counter()
        if sample is None:
            found = walked_front(requests, solver)
        else:
            found = [best_set(requests, cost, solver) for cost, _ in expected]
        seconds = time.perf_counter() - begin
        if found != expected:
            raise AssertionError(f"{peer_name} found other points: {set(found) ^ set(expected)}")
        return len(found) / seconds

    return Case(name=name, unit="points/s", peer_name=peer_name, ours=ours, peer=peer, notes=notes)


def interacting_requests(n_requests: int, n_paths: int) -> PlanningCase:
    """Requests on 12 queues in four groups of three that share a team, over 13 weeks; each has an effect at random."""
    rng = np.random.default_rng(n_requests)
    names = [f"q{row}" for row in range(12)]
    queues = [
        ReviewQueue(name=name, handle_minutes=6.0, target=ServiceTarget(share=0.9, within_hours=24.0)) for name in names
    ]
    groups = [names[start : start + 3] for start in range(0, 12, 3)]
    teams = [
        ReviewTeam(
            name=f"team{row}",
            site="here",
            kind=TeamKind.VENDOR,
            heads=28.0,
            shrinkage=0.25,
            cost_usd_per_head_week=900.0,
            skills=dict.fromkeys(group, 1.0),
        )
        for row, group in enumerate(groups)
    ]
    requests = []
    for row in range(n_requests):
        group = row % 4
        some = tuple(rng.choice(groups[group], 2, replace=False).tolist())
        size = float(rng.uniform(0.02, 0.12))
        effect = (
            Effect(kind=EffectKind.SEATS, team=f"team{group}", low=2, mode=2, high=2)
            if row % 3 == 0
            else Effect(kind=EffectKind.VOLUME, queues=some, low=-1.5 * size, mode=-size, high=-0.5 * size)
        )
        cost = float(rng.integers(5_000, 60_000))
        requests.append(OpexRequest(name=f"r{row}", title="", owner="", effects=(effect,), one_off_usd=cost))
    days = pd.date_range("2026-01-05", periods=91)
    level = 420.0 * rng.lognormal(0.0, 0.12, (12, n_paths, 1))
    arrivals = rng.poisson(level * rng.lognormal(0.0, 0.1, (12, n_paths, 91))).astype(np.float64)
    history = VolumeHistory(
        queues=tuple(names),
        period_start=days - pd.Timedelta(days=91),
        frequency=Frequency.DAILY,
        items=arrivals.mean(axis=1),
    )
    forecast = VolumeForecast(
        queues=tuple(names),
        period_start=days,
        frequency=Frequency.DAILY,
        arrivals=arrivals,
        method=("drawn",) * 12,
        seed=0,
        history=history,
    )
    return planning_case(forecast, queues, teams, requests)


def against_single_sets(n_requests: int, n_paths: int, sample: int) -> Case:
    """Compare valuing every set of every group with valuing sets one after the other, all queues each time."""
    case = interacting_requests(n_requests, n_paths)
    notes: dict[str, Any] = {"requests": n_requests, "paths": n_paths, "peer_sets": f"{sample}, one after the other"}

    def ours() -> float:
        begin = time.perf_counter()
        values = value_all_blocks(case)
        frontier = find_frontier(values)
        seconds = time.perf_counter() - begin
        notes.update(seconds=round(seconds, 2), sets=values.n_sets, points=len(frontier.cost_usd))
        return values.n_sets / seconds

    def peer() -> float:
        rng = np.random.default_rng(0)
        sets = rng.integers(0, 2, (sample, n_requests)).astype(np.float64)
        begin = time.perf_counter()
        for levels in sets:
            service_of(case, levels)
        return sample / (time.perf_counter() - begin)

    return Case(
        name=f"front of {n_requests} requests on 12 queues with queueing",
        unit="sets/s",
        peer_name="sets one by one",
        ours=ours,
        peer=peer,
        notes=notes,
    )


def build(quick: bool) -> list[Case]:
    """Complete fronts of 40 and 200 requests with 8 crossing links; of 40 (20 if quick) on 12 queues with queueing."""
    solvers: dict[str, Any] = {}
    cbc = next((name for name in CBC_NAMES if name in pulp.listSolvers(onlyAvailable=True)), None)
    if cbc is None:
        print("CBC is not available here: its cases are left out")
    else:
        solvers["PuLP with CBC"] = pulp.getSolver(cbc, msg=False, gapRel=0.0)  # the faster of the two: the headline
    solvers["PuLP with HiGHS"] = pulp.HiGHS(msg=False, gapRel=0.0)
    forty, two_hundred = linked_requests(40, 8), linked_requests(200, 8)
    return [
        against_solver(f"front of {size} requests with 8 crossing links", requests, peer_name, solver, sample)
        for size, requests, sample in ((40, forty, 20 if quick else None), (200, two_hundred, 8 if quick else 40))
        for peer_name, solver in solvers.items()
    ] + [against_single_sets(20 if quick else 40, 500, 4 if quick else 20)]


if __name__ == "__main__":
    main(build, ["numpy", "pulp", "highspy"], repetitions=3)
