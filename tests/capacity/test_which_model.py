"""The chosen model against the simulation, from 1 to 2,000 handling times, 80% to 110% load, 5 to 500 reviewers."""

import numpy as np
import pytest

from benchmarks.which_model import compare, modelled_shares, simulated_shares

TARGETS = (1, 2, 5, 10, 20, 50, 100, 500, 2000)


@pytest.mark.parametrize(
    ("handle_hours", "weeks", "reviewers", "loads", "n_replications"),
    [
        (0.25, 4, 5, (0.8, 0.95, 0.98, 1.0, 1.05, 1.1), 500),
        (0.25, 4, 50, (0.9, 1.0, 1.02), 60),
        (0.25, 4, 500, (0.98, 1.01), 6),
        (1.0, 13, 8, (0.95, 1.02), 300),
        (5 / 60, 2, 12, (0.9, 1.0), 150),
    ],
)
def test_the_chosen_model_is_within_a_point_of_the_simulation(handle_hours, weeks, reviewers, loads, n_replications):
    off = []
    for load in loads:
        rows = compare(handle_hours, weeks, reviewers, load, TARGETS, n_replications=n_replications, n_paths=400)
        off += [row for row in rows if row.beyond > 0.01]
    assert off == []


def test_either_simple_model_by_itself_is_not():
    rows = list(compare(0.25, 4, 5, 0.95, (2, 10), n_replications=40, n_paths=40))
    rows += compare(0.25, 4, 5, 1.02, (50,), n_replications=40, n_paths=40)
    by_flow = [row.excess(row.flow, row.simulated_half) for row in rows]
    by_erlang = [row.excess(row.erlang, row.simulated_half) for row in rows]
    assert np.array(by_flow)[:2].min() > 0.05
    assert by_erlang[2] > 0.5


@pytest.mark.parametrize(("load", "target"), [(0.98, 10), (1.0, 10), (1.02, 100)])
def test_paths_differ_as_much_as_futures_do(load, target):
    simulated = simulated_shares(5, load, 0.25, 4, [target], 600)[:, 0]
    modelled = modelled_shares(5, load, 0.25, 4, target, 1000)
    assert modelled.std() == pytest.approx(simulated.std(), rel=0.15)
