"""The two-moment approximations against exact cases and simulated queues."""

import heapq

import numpy as np
import pytest
from numpy.typing import NDArray

from capacity.erlang import mean_wait
from capacity.general_queues import mean_wait_allen_cunneen, mean_wait_general

FloatArray = NDArray[np.float64]
FORMULAS = [mean_wait_allen_cunneen, mean_wait_general]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("handle_cv", [0.0, 0.5, 1.0, 3.0])
def test_one_server_with_poisson_arrivals_is_pollaczek_khinchine(formula, handle_cv: float) -> None:
    rho = np.array([0.05, 0.5, 0.8, 0.9, 0.95])
    expected = rho / (1 - rho) * (1 + handle_cv**2) / 2
    np.testing.assert_allclose(formula(rho, 1, arrival_cv=1, handle_cv=handle_cv), expected, rtol=1e-13)


@pytest.mark.parametrize("formula", FORMULAS)
def test_exponential_queues_are_exact(formula) -> None:
    load, servers = np.array([0.3, 4.5, 47.5, 0, 5]), np.array([1, 5, 50, 3, 5])
    np.testing.assert_allclose(formula(load, servers, arrival_cv=1, handle_cv=1), mean_wait(load, servers), rtol=1e-13)


def waits(gaps: FloatArray, times: FloatArray, servers: int) -> FloatArray:
    """Waits of items in turn: each starts on the server that is free first."""
    free, now, found = [0.0] * servers, 0.0, np.empty(gaps.size)
    for item, (gap, time) in enumerate(zip(gaps.tolist(), times.tolist(), strict=True)):
        now += gap
        start = max(free[0], now)
        found[item] = start - now
        heapq.heapreplace(free, start + time)
    return found


def varied(rng: np.random.Generator, cv: float, count: int) -> FloatArray:
    return np.ones(count) if cv == 0 else rng.gamma(1 / cv**2, cv**2, count)


@pytest.mark.parametrize(
    ("servers", "rho", "arrival_cv", "handle_cv", "tolerance"),
    [(1, 0.8, 1.0, 0.0, 0.0), (5, 0.85, 1.0, 0.5, 0.03), (10, 0.9, 0.5, 0.5, 0.05), (8, 0.85, 0.5, 1.0, 0.06)],
)
def test_the_recommended_formula_is_near_a_simulated_queue(
    servers: int, rho: float, arrival_cv: float, handle_cv: float, tolerance: float
) -> None:
    rng, batches, size = np.random.default_rng(11), 20, 20_000
    count = (batches + 1) * size
    gaps = varied(rng, arrival_cv, count) / (rho * servers)
    means = waits(gaps, varied(rng, handle_cv, count), servers)[size:].reshape(batches, size).mean(axis=1)
    half_width = 2.86 * means.std(ddof=1) / np.sqrt(batches)  # 99% of Student's t with 19 degrees of freedom
    wait = mean_wait_general(rho * servers, servers, arrival_cv=arrival_cv, handle_cv=handle_cv)
    assert abs(wait - means.mean()) < half_width + tolerance * means.mean()
    if arrival_cv < 1:
        crude = mean_wait_allen_cunneen(rho * servers, servers, arrival_cv=arrival_cv, handle_cv=handle_cv)
        assert abs(crude - means.mean()) > 2 * abs(wait - means.mean())


def test_the_two_branches_meet_at_poisson_arrivals() -> None:
    below, above = (mean_wait_general(9, 10, arrival_cv=cv, handle_cv=[0, 0.5, 2]) for cv in (1 - 1e-9, 1 + 1e-9))
    np.testing.assert_allclose(below, above, rtol=1e-7)


def test_more_variation_never_shortens_the_wait() -> None:
    cv = np.linspace(0, 3, 61)
    for servers in (1, 2, 10, 100):
        for rho in (0.5, 0.8, 0.95):
            assert (np.diff(mean_wait_general(rho * servers, servers, arrival_cv=cv, handle_cv=1)) >= 0).all()
            assert (np.diff(mean_wait_general(rho * servers, servers, arrival_cv=1, handle_cv=cv)) >= 0).all()


@pytest.mark.parametrize("formula", FORMULAS)
def test_overload_waits_for_ever_and_no_load_not_at_all(formula) -> None:
    assert formula([3, 0, 0], [3, 0, 2], arrival_cv=0, handle_cv=0).tolist() == [np.inf, 0, 0]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_negative_variation_is_named(formula) -> None:
    with pytest.raises(ValueError, match="arrival_cv must be >= 0"):
        formula(1, 2, arrival_cv=-1, handle_cv=1)
