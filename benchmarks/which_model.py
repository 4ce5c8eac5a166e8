"""On-time share by three models against the simulation, from 1 to 2,000 handling times, 80% to 110% load."""

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from capacity import CumulativeFlow, ReviewQueue, ServiceTarget, SimulatedQueues, SimulatedTeams, simulate_history
from capacity.erlang import service_level
from capacity.performance import queue_service, step_hours

TARGETS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
LOADS = (0.8, 0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1)
REVIEWERS = (5, 20, 100, 500)
# Mean handling time [h] and length of the plan [weeks]; 2,000 handling times fit into each.
SETTINGS = ((5 / 60, 2), (0.25, 4), (5 / 60, 8), (1.0, 13))
# The part that is printed as a table.
SHOWN_TARGETS = (2, 10, 50)
SHOWN_LOADS = (0.95, 1.0, 1.05)
SHOWN_REVIEWERS = (5, 100)
# Both intervals hold 99% of what repetition would give: there are many settings.
Z = 2.576


class Comparison(NamedTuple):
    """One target of one staffing, and the on-time share by each model; half-widths are of 99% intervals."""

    handle_hours: float
    weeks: int
    reviewers: int
    load: float
    target: float
    simulated: float
    simulated_half: float
    flow: float
    erlang: float
    model: float
    model_half: float

    @property
    def beyond(self) -> float:
        """Difference of the model and the simulation, over what chance in both explains [-]."""
        return self.excess(self.model, float(np.hypot(self.simulated_half, self.model_half)))

    def excess(self, share: float, interval: float) -> float:
        """Difference of a share and the simulated one, over an interval [-]."""
        return max(0.0, abs(share - self.simulated) - interval)


def simulated_shares(
    reviewers: int, load: float, handle_hours: float, weeks: int, targets: Sequence[float], n_replications: int
) -> NDArray[np.float64]:
    """On-time share of each replication and target, exponential handling and Poisson arrivals, from empty."""
    horizon = 168.0 * weeks
    queues = SimulatedQueues(
        names=("q",),
        handle_hours=np.array(handle_hours),
        handle_distribution="gamma",
        target_hours=np.array(np.inf),
        arrivals_per_hour=np.array([[load * reviewers / handle_hours]]),
    )
    teams = SimulatedTeams(names=("all",), servers=np.array([[reviewers]]), skills=np.array([[True]]))
    shares = np.empty((n_replications, len(targets)))
    for replication in range(n_replications):
        # Every setting by its own seed: else all would err to the same side.
        seed = zlib.crc32(repr((reviewers, load, handle_hours, weeks)).encode())
        items = simulate_history(queues, teams, step_hours=horizon, seed=seed, replication=replication)
        turnaround = items.decided_hours - items.arrival_hours
        for column, target in enumerate(targets):
            due = items.arrival_hours <= horizon - target * handle_hours
            shares[replication, column] = (turnaround[due] <= target * handle_hours).mean()
    return shares


def modelled_shares(
    reviewers: int, load: float, handle_hours: float, weeks: int, target: float, n_paths: int
) -> NDArray[np.float64]:
    """On-time share of each path by the model that `capacity` chooses; paths hold Poisson counts of days."""
    queue = ReviewQueue(
        name=f"{reviewers} at {load}",
        handle_minutes=60.0 * handle_hours,
        target=ServiceTarget(share=0.9, within_hours=target * handle_hours),
    )
    step = step_hours(queue)
    rng = np.random.default_rng([reviewers, round(1000 * load)])
    daily = rng.poisson(load * reviewers * 24.0 / handle_hours, (n_paths, 7 * weeks))
    arrivals = np.repeat(daily * step / 24.0, 24 // step, axis=1)
    due, on_time, _ = queue_service(queue, arrivals, np.full(arrivals.shape[1], float(reviewers * step)))
    return np.asarray(on_time / due)


def compare(
    handle_hours: float,
    weeks: int,
    reviewers: int,
    load: float,
    targets: Sequence[float],
    *,
    n_replications: int,
    n_paths: int,
) -> Iterator[Comparison]:
    """Compare all models at one staffing, one target after another."""
    simulated = simulated_shares(reviewers, load, handle_hours, weeks, targets, n_replications)
    items = np.full(168 * weeks, load * reviewers / handle_hours)
    flow = CumulativeFlow.of(items, np.full(168 * weeks, reviewers / handle_hours))
    for column, target in enumerate(targets):
        hours = target * handle_hours
        model = modelled_shares(reviewers, load, handle_hours, weeks, target, n_paths)
        yield Comparison(
            handle_hours=handle_hours,
            weeks=weeks,
            reviewers=reviewers,
            load=load,
            target=target,
            simulated=float(simulated[:, column].mean()),
            simulated_half=float(Z * simulated[:, column].std(ddof=1) / np.sqrt(n_replications)),
            flow=float(flow.on_time_items(hours) / flow.due_items(hours)),
            erlang=float(service_level(load * reviewers, reviewers, max(0.0, target - 1.0))),
            model=float(model.mean()),
            model_half=float(Z * model.std(ddof=1) / np.sqrt(n_paths)),
        )


def replications(reviewers: int, handle_hours: float, weeks: int, items: float) -> int:
    """Replications that make about so many items, at least six."""
    return int(np.clip(items * handle_hours / (168 * weeks * reviewers), 6, 400))


def sweep(items: float, n_paths: int) -> list[Comparison]:
    """Compare at every setting, staffing, load and target."""
    return [
        row
        for handle_hours, weeks in SETTINGS
        for reviewers in REVIEWERS
        for load in LOADS
        for row in compare(
            handle_hours,
            weeks,
            reviewers,
            load,
            [target for target in TARGETS if target * handle_hours < 168 * weeks],
            n_replications=replications(reviewers, handle_hours, weeks, items),
            n_paths=n_paths,
        )
    ]


def report(rows: Sequence[Comparison]) -> dict[str, float]:
    """Largest difference to the simulation beyond chance, and the share of settings off by more than 0.01."""
    by_flow, by_erlang = (
        np.array([row.excess(getattr(row, name), row.simulated_half) for row in rows]) for name in ("flow", "erlang")
    )
    by_model = np.array([row.beyond for row in rows])
    found = {"settings": float(len(rows))}
    for name, excess in (("flow", by_flow), ("erlang", by_erlang), ("model", by_model)):
        found |= {f"{name} largest": float(excess.max()), f"{name} off by over 0.01": float((excess > 0.01).mean())}
    return found


def main() -> None:
    """Print a table of one setting, the worst settings, and the summary of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer items and paths, within two minutes")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    arguments = parser.parse_args()
    rows = sweep(2e5 if arguments.quick else 6e6, 60 if arguments.quick else 600)
    print("| reviewers | load | target | simulated | flow | Erlang | chosen |\n|---|---|---|---|---|---|---|")
    for row in rows:
        shown = row.reviewers in SHOWN_REVIEWERS and row.load in SHOWN_LOADS and row.target in SHOWN_TARGETS
        if shown and (row.handle_hours, row.weeks) == (0.25, 4):
            figures = f"{row.simulated:.3f} ± {row.simulated_half:.3f} | {row.flow:.3f} | {row.erlang:.3f}"
            print(f"| {row.reviewers} | {row.load} | {row.target} | {figures} | {row.model:.3f} |")
    for row in sorted(rows, key=lambda row: -row.beyond)[:10]:
        print(row, f"beyond chance: {row.beyond:.4f}")
    found = report(rows)
    for name, value in found.items():
        print(f"{name}: {value:.4g}")
    if arguments.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
