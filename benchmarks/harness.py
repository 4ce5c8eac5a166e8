"""How every benchmark measures and reports: interleaved repetitions, medians, a ratio and its spread."""

import argparse
import json
import platform
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Case:
    """One comparison; `ours` and `peer` each do one timed run and return units of work a second."""

    name: str
    unit: str
    peer_name: str
    ours: Callable[[], float]
    peer: Callable[[], float]
    notes: dict[str, Any] = field(default_factory=dict)


def measure(case: Case, repetitions: int) -> dict[str, Any]:
    """Run both sides in turn, so that a noisy spell of the machine falls on both."""
    pairs = [(case.ours(), case.peer()) for _ in range(repetitions)]
    ours, peer = ([pair[side] for pair in pairs] for side in (0, 1))
    ratios = [mine / theirs for mine, theirs in pairs]
    return {
        "case": case.name,
        "unit": case.unit,
        "peer_name": case.peer_name,
        "ours": statistics.median(ours),
        "peer": statistics.median(peer),
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "repetitions": repetitions,
        **case.notes,
    }


def main(build: Callable[[bool], Sequence[Case]], packages: Sequence[str], *, repetitions: int = 5) -> None:
    """Parse the command line, measure the cases and print them; the first case is the headline.

    Parameters
    ----------
    build
        Takes `quick` and returns the cases, largest claim first.
    packages
        Distributions whose versions are part of the result.
    repetitions
        Pairs of runs a case; three with `--quick`.
    """
    parser = argparse.ArgumentParser(description=build.__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller instances, within a minute")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    arguments = parser.parse_args()
    results = []
    for case in build(arguments.quick):
        results.append(measure(case, 3 if arguments.quick else repetitions))
        row = results[-1]
        print(
            f"{row['case']}: ours {row['ours']:,.4g} {row['unit']}, {row['peer_name']} {row['peer']:,.4g}, "
            f"ratio {row['ratio']:,.1f} (from {row['spread'][0]:,.1f} to {row['spread'][1]:,.1f})"
        )
        for note, value in case.notes.items():
            print(f"    {note}: {value}")
    versions = {"python": platform.python_version(), **{name: version(name) for name in packages}}
    print(", ".join(f"{name} {number}" for name, number in versions.items()))
    if arguments.json:
        print(json.dumps({**results[0], "versions": versions, "cases": results}))
