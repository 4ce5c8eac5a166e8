"""Short histories borrow shape and spread, and say how little is known."""

import numpy as np
import pandas as pd
import pytest

from forecasting import Frequency, VolumeHistory, forecast_volumes
from forecasting.methods.variance_scale import from_even_variance, to_even_variance
from forecasting.sampling.cold_start import cold_paths, cold_point, no_donors, unseen_paths, weekly_shape


def test_the_weekly_shape_is_read_from_its_end():
    shape, count = weekly_shape(np.array([9.0, 1.0, 3.0, 1.0, 3.0]), 2)
    assert count.tolist() == [2, 3]
    np.testing.assert_allclose(shape, np.array([1.0, 5.0]) / 3.0)


def test_one_observation_is_the_level_with_a_flat_week():
    np.testing.assert_allclose(cold_point(np.array([np.nan, 6.0]), 5, no_donors(7)), 6.0)


def test_more_seen_means_less_spread():
    rng = np.random.default_rng(0)
    spreads = []
    for n_seen in (1, 10, 40):
        items = rng.poisson(50.0, n_seen).astype(float)
        roots = cold_paths(
            np.full(7, 7.1), items, no_donors(7), np.zeros(2000, dtype=np.intp), np.random.default_rng(1)
        )
        spreads.append(from_even_variance(roots).sum(axis=1).std())
    assert spreads[0] > spreads[1] > spreads[2]


def test_four_weeks_say_as_much_of_a_level_by_the_day_as_by_the_week():
    spreads = []
    for season, n_seen, horizon in ((7, 28, 91), (1, 4, 13)):
        level = np.sqrt(10_000.0 * 7 / season)
        items = np.full(n_seen, level**2)
        paths = cold_paths(
            np.full(horizon, level), items, no_donors(season), np.zeros(4000, np.intp), np.random.default_rng(1)
        )
        spreads.append(paths.mean(axis=1).std() / level)
    assert spreads[0] == pytest.approx(spreads[1], rel=0.1)


def test_the_rate_of_an_empty_queue_has_the_posterior_mean():
    paths = unseen_paths(20, 40000, 5, np.random.default_rng(0))
    assert paths.mean() == pytest.approx(0.5 / 20, rel=0.05)


def test_the_root_of_a_poisson_count_varies_by_a_quarter():
    counts = np.random.default_rng(0).poisson(50.0, 20000).astype(float)
    assert to_even_variance(counts).var() == pytest.approx(0.25, rel=0.05)


def test_one_odd_day_of_a_donor_is_not_lent_to_a_young_queue():
    items = np.random.default_rng(0).poisson(60.0, (8, 400)).astype(float)
    items[0, 200] = 1e7
    items[6:, :-20] = np.nan
    history = VolumeHistory(
        queues=tuple("abcdefgh"),
        period_start=pd.date_range("2025-01-01", periods=400),
        frequency=Frequency.DAILY,
        items=items,
    )
    young = forecast_volumes(history, 91, n_paths=500).arrivals[6:]
    assert young.max() < 1000
