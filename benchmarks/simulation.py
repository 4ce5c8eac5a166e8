"""Events a second of the service simulation against Ciw: one queue, then two priority classes."""

import os
import time
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

import ciw
import numpy as np

from benchmarks.harness import Case, main
from capacity.simulation import SimulatedQueues, SimulatedTeams, simulate_service

N_SERVERS, LOAD = 50, 0.95


def simulate_ours(n_classes: int, hours: float, seed: int) -> float:
    """Events a second of a whole call: items drawn, served and summarised; one replication."""
    queues = SimulatedQueues(
        names=tuple(f"class {number}" for number in range(n_classes)),
        handle_hours=np.array(1.0),
        handle_distribution="gamma",
        target_hours=np.array(2.0),
        priority=np.arange(n_classes, dtype=np.float64),
        arrivals_per_hour=np.full((n_classes, 1), LOAD * N_SERVERS / n_classes),
    )
    teams = SimulatedTeams(
        names=("all",), servers=np.array([[N_SERVERS]]), skills=np.ones((1, n_classes), dtype=np.bool_)
    )
    start = time.perf_counter()
    outcome = simulate_service(queues, teams, step_hours=hours, n_replications=1, seed=seed)
    seconds = time.perf_counter() - start
    return float(outcome.arrived.sum() + outcome.decided.sum()) / seconds


def simulate_peer(n_classes: int, hours: float, seed: int) -> float:
    """Events a second of Ciw's event loop alone: no network is built and no record is read in the measured time."""
    classes = [f"Class {number}" for number in range(n_classes)]
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(LOAD * N_SERVERS / n_classes)] for name in classes},
        service_distributions={name: [ciw.dists.Exponential(1.0)] for name in classes},
        priority_classes={name: number for number, name in enumerate(classes)},
        number_of_servers=[N_SERVERS],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    start = time.perf_counter()
    simulation.simulate_until_max_time(hours)
    seconds = time.perf_counter() - start
    arrived = simulation.nodes[0].number_of_individuals
    decided = simulation.nodes[-1].number_of_individuals
    return float(arrived + decided) / seconds


def alternating(side: Callable[[int, float, int], float], n_classes: int, hours: float) -> Callable[[], float]:
    """One timed run with a new seed at each call."""
    seeds = iter(range(1, 1_000))
    return lambda: side(n_classes, hours, next(seeds))


def time_first_call() -> float:
    """Seconds of the first call with an empty cache of compiled code, as on a new machine."""
    with TemporaryDirectory() as folder:
        # The compiler reads it when the first call imports it; the peers do not import it.
        os.environ["NUMBA_CACHE_DIR"] = folder
        start = time.perf_counter()
        simulate_ours(1, 10.0, 0)
        return time.perf_counter() - start


def build(quick: bool) -> Sequence[Case]:
    """M/M/50 at load 0.95, in events (arrivals and completions) a second."""
    our_hours, peer_hours = (10_000.0, 500.0) if quick else (40_000.0, 1_000.0)
    compile_seconds = time_first_call()
    notes = {
        "first call with nothing compiled yet, outside the measured time [s]": round(compile_seconds, 2),
        "events of one run, ours and peer": [int(2 * LOAD * N_SERVERS * hours) for hours in (our_hours, peer_hours)],
        "what is measured": "ours: items drawn, served and summarised; peer: its event loop alone; one thread each",
    }
    return [
        Case(
            name=name,
            unit="events/s",
            peer_name=f"Ciw {ciw.__version__}",
            ours=alternating(simulate_ours, n_classes, our_hours),
            peer=alternating(simulate_peer, n_classes, peer_hours),
            notes=notes,
        )
        for n_classes, name in ((1, "M/M/50 at load 0.95"), (2, "the same with two priority classes"))
    ]


if __name__ == "__main__":
    main(build, packages=["numpy", "numba", "ciw"])
