"""Sums are coherent, and reconciliation is the published projection."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.forecast import VolumeForecast
from forecasting.hierarchy import (
    group_matrix,
    reconcile,
    reconciliation_weights,
    shrunk_covariance,
    sum_by_group,
    sum_history,
)
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

STARTS = pd.date_range("2026-01-05", periods=6)
GROUP = {"a": "US", "b": "US", "c": "DE", "d": "DE", "e": "DE"}


def make_forecast(arrivals: np.ndarray, queues: tuple[str, ...] = tuple(GROUP)) -> VolumeForecast:
    past = pd.date_range("2025-12-01", periods=35)
    history = VolumeHistory(
        queues=queues, period_start=past, frequency=Frequency.DAILY, items=np.full((len(queues), 35), 50.0)
    )
    return VolumeForecast(
        queues=queues,
        period_start=STARTS,
        frequency=Frequency.DAILY,
        arrivals=arrivals,
        method=("given",) * len(queues),
        seed=1,
        history=history,
    )


def test_sums_by_group_add_up_on_every_path():
    forecast = make_forecast(np.random.default_rng(0).poisson(20.0, (5, 8, 6)).astype(float))
    sums = sum_by_group(forecast, GROUP)
    assert sums.groups == ("US", "DE")
    assert (sums.arrivals[0] == forecast.arrivals[:2].sum(axis=0)).all()
    assert sums.arrivals.sum() == forecast.arrivals.sum()


def test_a_queue_without_a_group_is_refused():
    with pytest.raises(ValueError, match="every queue"):
        group_matrix(("a", "z"), GROUP)


def test_a_summed_history_is_not_observed_where_a_queue_was_not():
    items = np.arange(12.0).reshape(2, 6)
    items[0, 3] = np.nan
    items[1, 0] = np.nan
    history = VolumeHistory(queues=("a", "b"), period_start=STARTS, frequency=Frequency.DAILY, items=items)
    # Queue b begins on the second day, which is no gap.
    assert sum_history(history, GROUP).items.tolist()[0] == pytest.approx([0, 8, 10, np.nan, 14, 16], nan_ok=True)


def test_the_projection_is_generalised_least_squares_on_the_summing_matrix():
    rng = np.random.default_rng(1)
    _, membership = group_matrix(tuple(GROUP), GROUP)
    root = rng.normal(size=(7, 7))
    covariance = root @ root.T
    base = rng.normal(100.0, 10.0, 7)
    summing = np.vstack([membership, np.eye(5)])
    inverse = np.linalg.inv(covariance)
    expected = np.linalg.solve(summing.T @ inverse @ summing, summing.T @ inverse @ base)
    weights = reconciliation_weights(membership, covariance)
    assert base[2:] + weights @ (base[:2] - membership @ base[2:]) == pytest.approx(expected)


def test_better_forecasts_of_the_sum_make_better_forecasts_of_its_queues():
    rng = np.random.default_rng(2)
    _, membership = group_matrix(tuple(GROUP), GROUP)
    truth = np.full((5, 1, 6), 200.0)

    def base(n: int) -> tuple[np.ndarray, np.ndarray]:
        common = rng.normal(0, 20, (1, n, 6))
        return 2.0 * rng.normal(0, 3, (2, n, 6)), common + rng.normal(0, 5, (5, n, 6))

    top_error, bottom_error = base(60)
    errors = np.concatenate([top_error, bottom_error]).reshape(7, -1)
    top_error, bottom_error = base(400)
    tops = make_forecast(200.0 * membership.sum(axis=1)[:, None, None] + top_error, ("US", "DE"))
    bottoms = make_forecast(np.maximum(truth + bottom_error, 0.0))
    better = reconcile(bottoms, tops, GROUP, errors)
    before, after = (np.sqrt(((each.arrivals - truth) ** 2).mean()) for each in (bottoms, better))
    assert after < 0.5 * before


def test_shrinkage_keeps_variances_and_pulls_correlations_in():
    errors = np.random.default_rng(3).multivariate_normal([0, 0, 0], [[4, 1, 0], [1, 1, 0], [0, 0, 9]], 30).T
    plain, shrunk = errors @ errors.T / 30, shrunk_covariance(errors)
    assert np.diag(shrunk) == pytest.approx(np.diag(plain))
    assert abs(shrunk[0, 1]) < abs(plain[0, 1])
    assert np.linalg.eigvalsh(shrunk).min() > 0


@pytest.mark.property
@given(seed=st.integers(0, 10_000), level=st.floats(0.0, 30.0))
def test_reconciled_paths_are_never_negative(seed: int, level: float):
    rng = np.random.default_rng(seed)
    bottoms = make_forecast(rng.poisson(level, (5, 3, 6)).astype(float))
    tops = make_forecast(rng.poisson(3 * level, (2, 3, 6)).astype(float), ("US", "DE"))
    better = reconcile(bottoms, tops, GROUP, rng.normal(0, 1 + level, (7, 20)))
    assert (better.arrivals >= 0).all()
    assert np.isfinite(better.arrivals).all()


def test_what_is_cut_at_zero_in_one_group_changes_no_sum():
    arrivals = np.full((5, 3, 6), 20.0)
    arrivals[0] = 1.0
    sums = np.array([10.0, 60.0])[:, None, None] * np.ones((2, 3, 6))
    bottoms, tops = make_forecast(arrivals), make_forecast(sums, ("US", "DE"))
    # Both queues of the US give way alike, which takes the smaller one below zero; DE fits as it is.
    errors = np.eye(7)[:, np.arange(14) // 2] * np.tile([1.0, -1.0], 7)
    better = reconcile(bottoms, tops, GROUP, errors)
    assert better.arrivals[0].max() == 0.0
    covariance = shrunk_covariance(errors)
    weights = reconciliation_weights(group_matrix(tuple(GROUP), GROUP)[1], covariance)
    uncut = arrivals[:, 0, 0] + weights @ np.array([10.0 - 21.0, 0.0])
    assert uncut[0] < 0
    assert better.arrivals[:2].sum(axis=0) == pytest.approx(np.full((3, 6), uncut[:2].sum()))
    assert better.arrivals[2:] == pytest.approx(np.full((3, 3, 6), 20.0))


def test_sums_of_other_groups_are_refused():
    bottoms = make_forecast(np.ones((5, 3, 6)))
    tops = make_forecast(np.ones((1, 3, 6)), ("FR",))
    with pytest.raises(ValueError, match="labels of group"):
        reconcile(bottoms, tops, GROUP, np.ones((6, 4)))
