"""How far the proven bound of a block with too many sets lies above the best sets found, and what that takes.

Nothing is compared with a peer: no other package bounds such sets. `--quick` takes fewer requests, values every set of
them too, and counts the sets that lie above their bound: there must be none.
"""

import argparse
import json
import time

import numpy as np
import pandas as pd

from capacity import ReviewQueue, ReviewTeam, ServiceTarget, TeamKind
from forecasting import VolumeForecast, VolumeHistory
from forecasting.volumes.frequency import Frequency
from optimization import Effect, OpexRequest, PlanningCase, find_frontier, planning_case, value_all_blocks

MONDAY = pd.Timestamp("2026-01-05")
# Kind of effect, and its size from small to large requests.
SIZES = {
    "seats": (2.0, 6.0),
    "heads": (2.0, 5.0),
    "overtime_hours": (20.0, 80.0),
    "handle_time": (-0.02, -0.08),
    "volume": (-0.03, -0.12),
    "shrinkage": (-0.01, -0.04),
    "quality": (-0.01, -0.04),
}


def generated_block(n_requests: int, *, n_weeks: int, n_paths: int, seed: int) -> PlanningCase:
    """Four queues that two teams share, a tenth short of people, and requests of every kind but skill."""
    rng = np.random.default_rng(seed)
    names = tuple(f"queue {number}" for number in range(4))
    level = 500.0 * rng.lognormal(0.0, 0.1, (4, n_paths, 1))
    arrivals = rng.poisson(level * rng.lognormal(0.0, 0.1, (4, n_paths, 7 * n_weeks))).astype(np.float64)
    history = VolumeHistory(
        queues=names,
        period_start=pd.date_range(MONDAY - pd.Timedelta(days=7), periods=7, freq="D"),
        frequency=Frequency.DAILY,
        items=arrivals[:, 0, :7],
    )
    forecast = VolumeForecast(
        queues=names,
        period_start=pd.date_range(MONDAY, periods=7 * n_weeks, freq="D"),
        frequency=Frequency.DAILY,
        arrivals=arrivals,
        method=("given",) * 4,
        seed=seed,
        history=history,
    )
    queues = [
        ReviewQueue(
            name=name,
            handle_minutes=6.0,
            severity=severity,
            rework_share=0.06,
            target=ServiceTarget(share=0.9, within_hours=24.0),
        )
        for name, severity in zip(names, (1.0, 3.0, 1.0, 0.5), strict=True)
    ]
    # 4 x 500 items of 6 minutes a day, a sixteenth of them twice, are 1,490 hours a week; 44 heads give 1,320.
    teams = [
        ReviewTeam(
            name=name,
            site="Here",
            kind=TeamKind.VENDOR,
            heads=22.0,
            shrinkage=0.25,
            skills=dict.fromkeys(served, 1.0),
            cost_usd_per_head_week=900.0,
        )
        for name, served in (("first", names[:3]), ("second", names[1:]))
    ]
    requests = [_request(rng, number, names) for number in range(n_requests)]
    return planning_case(forecast, queues, teams, requests, seed=seed)


def _request(rng: np.random.Generator, number: int, queues: tuple[str, ...]) -> OpexRequest:
    kind = list(SIZES)[number % len(SIZES)]
    small, large = SIZES[kind]
    part = float(rng.uniform())
    size = small + part * (large - small)
    if kind in ("seats", "heads"):
        size = float(round(size))
    of_queues = kind in ("handle_time", "volume", "quality")
    where = {"queues": (str(rng.choice(queues)),)} if of_queues else {"team": str(rng.choice(["first", "second"]))}
    return OpexRequest(
        name=f"{kind} {number}",
        title=kind,
        owner="Ops",
        one_off_usd=float(round((10_000 + 40_000 * part) * rng.uniform(0.6, 1.6))),
        start_week=int(rng.integers(0, 4)),
        effects=(Effect(kind=kind, low=size, mode=size, high=size, **where),),
    )


def measured(case: PlanningCase, *, most_sets: int, checked: bool) -> dict[str, float]:
    """Distances of the bound in percentage points, sets valued, and processor time."""
    start = time.process_time()
    frontier = find_frontier(value_all_blocks(case, most_sets=most_sets))
    seconds = time.process_time() - start
    found = {
        "sets_valued": frontier.values.n_sets,
        "mean_gap_points": 100 * float((frontier.on_time_share_bound - frontier.on_time_share_mean).mean()),
        "largest_gap_points": 100 * frontier.gap,
        "processor_seconds": seconds,
    }
    if checked:
        exact = find_frontier(value_all_blocks(case, most_sets=2 ** len(case.requests)))
        last = np.searchsorted(frontier.cost_usd, exact.cost_usd, side="right") - 1
        allowed = frontier.on_time_share_mean[last] + frontier.gap
        found["sets_above_the_bound"] = int((exact.on_time_share_mean > allowed + 1e-9).sum())
        found["truly_missed_points"] = 100 * float((exact.on_time_share_mean - frontier.on_time_share_mean[last]).max())
    return found


def main() -> None:
    """Parse the command line, measure some generated blocks and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller blocks, checked against every set")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    arguments = parser.parse_args()
    n_requests, n_weeks, n_paths, most_sets = (10, 4, 30, 256) if arguments.quick else (20, 13, 100, 2**14)
    rows = []
    for seed in range(3):
        case = generated_block(n_requests, n_weeks=n_weeks, n_paths=n_paths, seed=seed)
        rows.append({"seed": seed, **measured(case, most_sets=most_sets, checked=arguments.quick)})
        print(f"2^{n_requests} sets: " + ", ".join(f"{name} {value:,.3g}" for name, value in rows[-1].items()))
    if arguments.json:
        print(json.dumps({"cases": rows}))


if __name__ == "__main__":
    main()
