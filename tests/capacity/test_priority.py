"""Priority waits against published values, conservation of work and a simulated queue; and the gain of pooling."""

import heapq
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from capacity.erlang import mean_wait, servers_required
from capacity.priority import priority_mean_wait, servers_pooled_and_split

FloatArray = NDArray[np.float64]


def test_published_waits_of_equal_handling_times(shared_file: Callable[[str], Path]) -> None:
    published = json.loads(shared_file("reference/queueing_published_values.json").read_text())
    for row in published["cobham_nonpreemptive_equal_mu"]:
        np.testing.assert_allclose(priority_mean_wait(row["lambda"], row["c"]), row["W"], rtol=1e-12)
    row = published["priority_MMc_nonpreemptive"][0]
    high = row["a"] * row["share_high"]
    np.testing.assert_allclose(
        priority_mean_wait([high, row["a"] - high], row["n"]), [row["W_high"], row["W_low"]], rtol=1e-10
    )


def test_priorities_share_out_the_waiting_of_the_whole_queue() -> None:
    load, servers = np.array([[1.0, 3.0, 0.5], [20.0, 1.0, 7.0]]), np.array([5, 30])
    waiting = (load * priority_mean_wait(load, servers)).sum(axis=-1)
    np.testing.assert_allclose(waiting, load.sum(axis=-1) * mean_wait(load.sum(axis=-1), servers), rtol=1e-12)


def test_one_server_with_any_handling_times_is_cobhams_formula() -> None:
    load, time, cv = np.array([0.2, 0.3, 0.25]), np.array([1.0, 4.0, 0.5]), np.array([0.0, 1.0, 2.0])
    rate = load / time
    residual = (rate * time**2 * (1 + cv**2)).sum() / 2
    up_to = np.cumsum(load)
    expected = residual / ((1 - up_to + load) * (1 - up_to))
    np.testing.assert_allclose(priority_mean_wait(load, 1, handle_time=time, handle_cv=cv), expected, rtol=1e-12)


def test_urgent_items_are_served_while_the_others_wait_for_ever() -> None:
    # The second class keeps all servers busy, so an urgent item waits 1/n and for the urgent ones before it.
    waits = priority_mean_wait([1.0, 5.0, 1.0], 4)
    np.testing.assert_allclose(waits[0], 0.25 / (1 - 0.25), rtol=1e-12)
    assert waits[1:].tolist() == [np.inf, np.inf]


def test_no_load_waits_not_at_all_and_no_servers_for_ever() -> None:
    assert priority_mean_wait([0.0, 0.0], 3).tolist() == [0, 0]
    assert priority_mean_wait([0.0, 2.0, 0.0], 0).tolist() == [0, np.inf, np.inf]


def simulated_waits(load: list[float], time: list[float], servers: int, items: int) -> list[float]:
    rng = np.random.default_rng(5)
    rate = np.array(load) / np.array(time)
    kinds = rng.choice(len(load), items, p=rate / rate.sum())
    arrived = np.cumsum(rng.exponential(1 / rate.sum(), items))
    handled = rng.exponential(np.array(time)[kinds])
    waited, waiting, busy = np.zeros(items), [], []
    for item in range(items):
        while busy and busy[0] <= arrived[item]:
            freed = heapq.heappop(busy)
            if waiting:
                _, chosen = heapq.heappop(waiting)
                waited[chosen] = freed - arrived[chosen]
                heapq.heappush(busy, freed + handled[chosen])
        if len(busy) < servers:
            heapq.heappush(busy, arrived[item] + handled[item])
        else:
            heapq.heappush(waiting, (kinds[item], item))
    kept = slice(items // 20, items - items // 20)
    return [float(waited[kept][kinds[kept] == kind].mean()) for kind in range(len(load))]


def test_unequal_handling_times_are_near_a_simulated_queue() -> None:
    simulated = simulated_waits([3.0, 1.2], [1.0, 4.0], 5, 120_000)
    formula = priority_mean_wait([3.0, 1.2], 5, handle_time=[1.0, 4.0])
    np.testing.assert_allclose(formula, simulated, rtol=0.2)


def test_pooling_saves_servers_and_never_costs_any() -> None:
    load = np.random.default_rng(2).gamma(1.0, 20.0, (50, 4))
    pooled, split = servers_pooled_and_split(load, target=0.8, wait_limit=0.1)
    assert (pooled <= split).all()
    alone = [[int(servers_required(a, target=0.8, wait_limit=0.1)) for a in row] for row in load[:3]]
    assert split[:3].tolist() == [sum(row) for row in alone]
    together, apart = servers_pooled_and_split(load, target=0.8, wait_limit=0.1, patience=2.0)
    assert (together <= apart).all()


def test_a_handling_time_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="handle_time must be > 0"):
        priority_mean_wait([1.0], 2, handle_time=0.0)
