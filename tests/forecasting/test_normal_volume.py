"""What is normal is recovered around gaps, outliers and events."""

import numpy as np
import pytest

from forecasting.events.shrinkage import shrink_effects
from forecasting.quality.normal_volume import normal_volume, robust_profile, robust_spread

WEEK = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.9, 0.5])


def test_a_moving_level_and_a_weekly_profile_are_recovered_from_counts():
    level = 200.0 * np.exp(0.3 * np.sin(np.arange(364) / 60.0))
    mean = level * WEEK[np.arange(364) % 7]
    items = np.random.default_rng(0).poisson(mean, (20, 364)).astype(float)
    error = normal_volume(items, 7) / mean - 1
    assert np.sqrt((error**2).mean()) < 0.04
    assert abs(error.mean()) < 0.005


def test_weeks_of_outliers_and_gaps_leave_the_normal_where_it_was():
    mean = np.tile(100.0 * WEEK, 30)[None, :]
    items = mean.copy()
    items[0, 70:84] *= 5.0
    items[0, 100:130] = np.nan
    items[0, 150:155] = 0.0
    assert normal_volume(items, 7) == pytest.approx(mean, rel=0.02)


def test_half_weeks_are_not_low_for_it():
    mean = np.tile(100.0 * WEEK, 12)[None, :]
    items = mean.copy()
    items[0, ::2] = np.nan
    assert normal_volume(items, 7) == pytest.approx(mean, rel=0.03)


def test_an_intermittent_queue_keeps_its_mean():
    items = np.random.default_rng(0).poisson(0.1, (1, 700)).astype(float)
    assert robust_profile(items, 7).mean() == pytest.approx(1.0)
    assert np.isfinite(normal_volume(items, 7)).all()


@pytest.mark.parametrize("items", [np.zeros((1, 5)), np.full((1, 5), np.nan), np.array([[3.0]])])
def test_next_to_no_data_give_a_finite_answer(items: np.ndarray):
    assert np.isfinite(normal_volume(items, 7)).all()
    assert np.isfinite(robust_spread(items, ~np.isnan(items))).all()


def test_shrunk_effects_err_less_than_measured_ones():
    rng = np.random.default_rng(0)
    before, after, covered = [], [], []
    for _ in range(200):
        true_queue = -0.4 + rng.normal(0, 0.1) + rng.normal(0, 0.1, (1, 12))
        noise = rng.uniform(0.05, 0.6, (3, 12))
        occurrence = rng.normal(0, 0.1, (3, 1))
        measured = true_queue + occurrence + rng.normal(0, 1, (3, 12)) * noise
        none = np.full(4, np.nan)
        shrunk = shrink_effects(
            np.vstack([measured, np.full((1, 12), np.nan)]),
            np.vstack([noise**2, np.full((1, 12), np.nan)]),
            np.zeros(4, dtype=np.intp),
            prior=0.0,
            given=none,
            given_variance=none,
        )
        before.append(((measured.mean(axis=0) - true_queue) ** 2).mean())
        after.append(((shrunk.future[3] - true_queue) ** 2).mean())
        covered.append(
            np.mean(np.abs(shrunk.future[3] - true_queue - rng.normal(0, 0.1)) < 1.2816 * shrunk.future_spread[3])
        )
    assert np.mean(after) < 0.6 * np.mean(before)
    # One more occurrence lies within the 80% range about as often as that says.
    assert 0.75 < np.mean(covered) < 0.97
