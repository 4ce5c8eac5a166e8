"""The Erlang formulas against 60-digit values, published values, second methods and limits."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.stats import poisson

from capacity.erlang import (
    abandonment_probability,
    blocking_probability,
    delay_probability,
    mean_wait,
    occupancy,
    servers_required,
    service_level,
)

FloatArray = NDArray[np.float64]
SharedFile = Callable[[str], Path]


@pytest.fixture
def reference(shared_file: SharedFile) -> Any:
    path = shared_file("reference/erlang_reference_values.csv")
    return np.genfromtxt(path, delimiter=",", names=True)


@pytest.fixture
def published(shared_file: SharedFile) -> Any:
    return json.loads(shared_file("reference/queueing_published_values.json").read_text())


def test_infinitely_patient_reference_values(reference: Any) -> None:
    rows = reference
    np.testing.assert_allclose(blocking_probability(rows["a"], rows["n"]), rows["B"], rtol=1e-12)
    rows = rows[rows["n"] > rows["a"]]
    load, servers = rows["a"], rows["n"]
    level = service_level(load, servers, rows["T"])
    np.testing.assert_allclose(delay_probability(load, servers), rows["C"], rtol=1e-12)
    np.testing.assert_allclose(mean_wait(load, servers), rows["C_EW"], rtol=1e-12)
    np.testing.assert_allclose(level, rows["C_SL"], rtol=1e-12)
    np.testing.assert_allclose(1 - level, rows["C_PWgtT"], rtol=0, atol=1e-14)


def test_abandonment_reference_values(reference: Any) -> None:
    rows = reference[~np.isnan(reference["theta"])]
    load, servers, patience = rows["a"], rows["n"], 1 / rows["theta"]
    assert len(rows) == 124
    np.testing.assert_allclose(delay_probability(load, servers, patience=patience), rows["A_Pw"], rtol=1e-12)
    np.testing.assert_allclose(abandonment_probability(load, servers, patience=patience), rows["A_Pab"], rtol=1e-12)
    np.testing.assert_allclose(mean_wait(load, servers, patience=patience), rows["A_EW"], rtol=1e-12)
    level = service_level(load, servers, rows["T"], patience=patience)
    # Down to 1e-44 in deep overload: absolute, as no one staffs for the digits of such a level.
    np.testing.assert_allclose(level, rows["A_SL"], rtol=1e-9, atol=1e-13)


def test_published_blocking(published: Any) -> None:
    for row in published["erlang_b"]:
        if "B" in row:
            assert blocking_probability(row["a"], row["n"]) == pytest.approx(row["B"], rel=1e-12)
        else:
            blocked = blocking_probability(row["a"], np.arange(30))
            assert int(np.argmax(blocked <= row["max_blocking"])) == row["n_required"]


def test_published_waits_without_abandonment(published: Any) -> None:
    row = published["erlang_c"][0]
    assert delay_probability(10, 14) == pytest.approx(row["C"], rel=1e-12)
    assert service_level(10, 14, 1 / 9) == pytest.approx(row["SL_T_over_aht_1_9"], rel=1e-12)
    assert mean_wait(10, 14) == pytest.approx(row["ASA_over_aht"], rel=1e-12)
    assert occupancy(10, 14) == pytest.approx(row["occ"], rel=1e-12)
    assert servers_required(10, target=0.8, wait_limit=1 / 9) == 14
    assert servers_required(10, target=0.8, wait_limit=1 / 9, max_occupancy=0.7) == 15
    call = next(row for row in published["erlang_c"] if row.get("n_required") == 28)
    load, limit = call["rate"] * call["aht"] / call["interval"], call["T"] / call["aht"]
    np.testing.assert_allclose(service_level(load, [27, 28], limit), [call["SL27"], call["SL28"]], rtol=1e-12)
    assert servers_required(load, target=call["target"], wait_limit=limit) == 28
    # A figure in public code that is wrong: 0.261 for 20 erlangs and 25 servers.
    wrong = next(row for row in published["erlang_c"] if row["status"].startswith("DISAGREES"))
    assert delay_probability(20, 25) == pytest.approx(wrong["C"], rel=1e-12)


def test_published_abandonment(published: Any) -> None:
    palm, example, waits, lost, trap = published["erlang_a"]
    assert abandonment_probability(48, 50, patience=2) == pytest.approx(palm["P_ab"], rel=1e-12)
    assert 60 * mean_wait(48, 50, patience=2) == pytest.approx(palm["EW_sec"], rel=1e-12)
    assert occupancy(48, 50, patience=2) == pytest.approx(palm["util"], rel=1e-12)
    assert delay_probability(10, 14, patience=5 / 3) == pytest.approx(example["P_wait"], rel=1e-12)
    level = service_level(10, 14, 1 / 9, patience=5 / 3)
    assert level == pytest.approx(example["SL_served_within_20s"], rel=1e-12)
    assert 240 * mean_wait(24, 28, patience=300 / 240) == pytest.approx(waits["EW_sec"], rel=1e-12)
    assert abandonment_probability(24, 25, patience=30 / 240) == pytest.approx(lost["P_ab"], rel=1e-12)
    # Public code gives 0.86337, which is right under none of the three definitions.
    assert service_level(24, 28, 20 / 240, patience=300 / 240) == pytest.approx(trap["exact_served_within"], rel=1e-12)


def test_a_million_erlangs_agree_with_the_recursion() -> None:
    load, inverse = 1e6, 1.0
    for server in range(1, 1_001_001):
        inverse = 1.0 + server / load * inverse
    assert blocking_probability(load, 1_001_000) == pytest.approx(1 / inverse, rel=1e-11)
    delayed = 1 / (1 + (inverse - 1) * (1 - load / 1_001_000))
    assert service_level(load, 1_001_000, 1e-3) == pytest.approx(1 - delayed * np.exp(-1.0), rel=1e-11)


@pytest.mark.parametrize(("load", "servers"), [(0.3, 0.4), (2.0, 7.25), (60.0, 3.5), (40.0, 45.75), (900.0, 950.5)])
def test_fractional_servers_follow_the_integral_of_the_loss_function(load: float, servers: float) -> None:
    # 1/B = integral of a e^(-a t) (1 + t)^n dt, with t = u / a.
    inverse, _ = quad(lambda u: np.exp(servers * np.log1p(u / load) - u), 0, 400, epsrel=1e-13, limit=400)
    assert blocking_probability(load, servers) == pytest.approx(1 / inverse, rel=1e-9)


def test_patience_of_one_handling_time_is_a_queue_with_servers_for_all() -> None:
    # Items leave the system at one rate, waiting or not: the number present is Poisson.
    load = np.array([0.2, 7.0, 55.0, 300.0])[:, None]
    servers = np.round(load * np.array([0.5, 1.0, 1.2])) + 1
    np.testing.assert_allclose(delay_probability(load, servers, patience=1), poisson.sf(servers - 1, load), rtol=1e-11)


def stationary(load: float, servers: int, patience: float) -> FloatArray:
    """Probabilities of M/M/n+M by detailed balance."""
    states = np.arange(1, 12_000)
    leaving = np.minimum(states, servers) + np.maximum(states - servers, 0) / patience
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / leaving))])
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


@pytest.mark.parametrize("patience", [0.02, 0.5, 3.0, 200.0])
@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (4.0, 3), (18.0, 20), (150.0, 120)])
def test_abandonment_is_detailed_balance(load: float, servers: int, patience: float) -> None:
    chance = stationary(load, servers, patience)
    waiting = np.maximum(np.arange(chance.size) - servers, 0)
    lost = (waiting * chance).sum() / patience / load
    assert delay_probability(load, servers, patience=patience) == pytest.approx(chance[servers:].sum(), rel=1e-9)
    assert abandonment_probability(load, servers, patience=patience) == pytest.approx(lost, rel=1e-9)
    busy = (np.minimum(np.arange(chance.size), servers) * chance).sum() / servers
    assert occupancy(load, servers, patience=patience) == pytest.approx(busy, rel=1e-9)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    load, servers = np.array([3.0, 50.0, 2000.0]), np.array([5.0, 55.0, 2050.0])
    np.testing.assert_allclose(
        service_level(load, servers, 0.1, patience=1e12), service_level(load, servers, 0.1), rtol=1e-9
    )
    np.testing.assert_allclose(mean_wait(load, servers, patience=1e12), mean_wait(load, servers), rtol=1e-6)
    np.testing.assert_allclose(
        abandonment_probability(load, servers, patience=1e-9), blocking_probability(load, servers), rtol=1e-5
    )


def test_the_level_within_no_time_and_within_all_time() -> None:
    load, servers = np.array([5.0, 30.0, 400.0]), np.array([4.0, 33.0, 380.0])
    np.testing.assert_allclose(
        service_level(load, servers, 0, patience=2), 1 - delay_probability(load, servers, patience=2), atol=1e-14
    )
    np.testing.assert_allclose(
        service_level(load, servers, 1e3, patience=2),
        1 - abandonment_probability(load, servers, patience=2),
        atol=1e-14,
    )


def test_square_root_staffing_reaches_the_halfin_whitt_limit(published: Any) -> None:
    for row in published["halfin_whitt_alpha_beta"]:
        delayed = delay_probability(1e10, 1e10 + row["beta"] * 1e5)
        assert delayed == pytest.approx(row["alpha"], rel=1e-4)


def test_overload_is_answered() -> None:
    load, servers = np.array([5, 5, 5]), np.array([0, 3, 5])
    assert delay_probability(load, servers).tolist() == [1, 1, 1]
    assert mean_wait(load, servers).tolist() == [np.inf] * 3
    assert service_level(load, servers, 1e6).tolist() == [0, 0, 0]
    assert occupancy(load, servers).tolist() == [1, 1, 1]
    np.testing.assert_allclose(blocking_probability(1e6, [0, 1000]), [1, 0.999], rtol=1e-6)
    assert abandonment_probability(1e6, 1000, patience=3) == pytest.approx(0.999, rel=1e-12)


def test_no_load_never_waits_and_no_servers_never_serve() -> None:
    for patience in (None, 2.0):
        assert delay_probability([0, 0, 2], [0, 3, 0], patience=patience).tolist() == [0, 0, 1]
        assert service_level([0, 0, 2], [0, 3, 0], 1, patience=patience).tolist() == [1, 1, 0]
        assert occupancy([0, 0, 2], [0, 3, 0], patience=patience).tolist() == [0, 0, 1]
        assert servers_required(0, target=0.99, wait_limit=0, patience=patience) == 0
    assert blocking_probability([0, 0, 2], [0, 3, 0]).tolist() == [0, 0, 1]
    assert mean_wait([0, 0, 2], [0, 3, 0]).tolist() == [0, 0, np.inf]
    assert mean_wait([0, 0, 2], [0, 3, 0], patience=4).tolist() == [0, 0, 4]


def test_arguments_broadcast_and_scalars_stay_scalars() -> None:
    load, servers = np.linspace(1, 9, 5)[:, None], np.arange(1, 13)
    table = service_level(load, servers, 0.5, patience=np.full((2, 1, 1), 3.0))
    assert table.shape == (2, 5, 12)
    assert table[1, 2, 6] == service_level(load[2, 0], servers[6], 0.5, patience=3.0)
    assert np.ndim(delay_probability(3, 4)) == 0
    assert servers_required(load, target=[0.8, 0.9], wait_limit=0).shape == (5, 2)
    assert service_level(np.empty((0, 3)), 2, 1).shape == (0, 3)


def fewest_by_counting(load: float, target: float, limit: float, patience: float | None) -> int:
    return int(np.argmax(service_level(load, np.arange(150), limit, patience=patience) >= target))


@pytest.mark.parametrize("patience", [None, 0.3, 2.0, 60.0])
def test_servers_required_is_what_counting_up_finds(patience: float | None) -> None:
    for load in (1e-6, 0.4, 1.0, 7.5, 24.0, 63.2):
        for target in (0.3, 0.8, 0.99, 0.999999):
            for limit in (0.0, 0.1, 3.0, 250.0):
                found = servers_required(load, target=target, wait_limit=limit, patience=patience)
                assert found == fewest_by_counting(load, target, limit, patience)


def test_a_long_target_is_met_by_the_first_server_above_the_load() -> None:
    # A search that starts at round(load) + 1 = 12 never sees that 11 servers are enough.
    assert round(10.6) + 1 == 12
    assert service_level(10.6, 11, 5.0) > 0.8
    assert servers_required(10.6, target=0.8, wait_limit=5.0) == 11


def test_a_deferred_target_needs_just_more_than_the_load() -> None:
    load = np.array([0.3, 10.0, 99.5, 4321.1, 99_999.5])
    found = servers_required(load, target=0.95, wait_limit=500.0)
    assert found.tolist() == (np.floor(load) + 1).tolist()
    # Where the whole number leaves almost no slack the queue is still too slow for it, and one more is needed.
    assert servers_required(10.9999, target=0.95, wait_limit=500.0) == 12


@pytest.mark.property
@given(
    load=st.floats(1e-3, 1e6),
    target=st.floats(0.01, 0.9999),
    limit=st.floats(0, 50),
    patience=st.none() | st.floats(0.01, 1e4),
)
def test_the_answer_meets_the_target_and_one_fewer_does_not(
    load: float, target: float, limit: float, patience: float | None
) -> None:
    found = servers_required(load, target=target, wait_limit=limit, patience=patience)
    fewer, enough = service_level(load, [found - 1, found], limit, patience=patience)
    assert fewer < target <= enough


@pytest.mark.property
@given(load=st.floats(1e-3, 1e5), ceiling=st.floats(0.3, 0.999), patience=st.none() | st.floats(0.1, 100))
def test_an_occupancy_limit_is_met_by_the_fewest(load: float, ceiling: float, patience: float | None) -> None:
    options = {"target": 0.5, "wait_limit": 0.2, "patience": patience}
    limited = servers_required(load, max_occupancy=ceiling, **options)
    assert occupancy(load, limited, patience=patience) <= ceiling
    free = servers_required(load, **options)
    assert limited == free or occupancy(load, limited - 1, patience=patience) > ceiling


@pytest.mark.property
@given(
    load=st.floats(1e-3, 1e6),
    deviations=st.floats(-8, 8),
    limit=st.floats(0, 20),
    patience=st.none() | st.floats(0.01, 1e4),
)
def test_more_servers_never_serve_worse(load: float, deviations: float, limit: float, patience: float | None) -> None:
    servers = max(0.0, load + deviations * np.sqrt(load)) + np.array([0.0, 0.5, 1.0])
    level = service_level(load, servers, limit, patience=patience)
    assert ((level >= 0) & (level <= 1)).all()
    assert (np.diff(level) >= -1e-12).all()
    assert (np.diff(delay_probability(load, servers, patience=patience)) <= 1e-12).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: delay_probability(-1, 2), "load_erlangs must be >= 0 and finite; found -1"),
        (lambda: delay_probability(1, np.nan), "servers must be >= 0 and finite; found nan"),
        (lambda: service_level(1, 2, -3), "wait_limit must be >= 0"),
        (lambda: mean_wait(1, 2, patience=0), "patience must be > 0 and finite; found 0"),
        (lambda: abandonment_probability(1, 2, patience=np.inf), "patience must be > 0 and finite; found inf"),
        (lambda: servers_required(1, target=1, wait_limit=0), "target must be >= 0 and < 1; found 1"),
        (lambda: servers_required(1e15, target=0.8, wait_limit=0), "load_erlangs must be >= 0 and < 1e\\+15"),
        (lambda: servers_required(1, target=0.5, wait_limit=0, max_occupancy=0), "max_occupancy must be > 0"),
    ],
)
def test_arguments_out_of_range_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
