"""Weights follow recent errors, and only those that were known."""

import numpy as np

from forecasting.ensemble.rolling import roll
from forecasting.ensemble.weights import LaneScores
from forecasting.methods.candidates import candidates
from forecasting.methods.seasonal_median import recent_medians
from forecasting.methods.year_ago import YearAgo


def make_scores() -> LaneScores:
    scores = LaneScores.start(2, 1, np.dtype(np.float64), 8.0, 0.95)
    scores.add(20, np.array([[1.0], [2.0]]), np.array([1.0]))
    return scores


def test_an_origin_counts_only_once_its_horizon_has_passed():
    scores = make_scores()
    assert scores.weights(19).ravel().tolist() == [0.5, 0.5]
    assert scores.weights(20)[0, 0] > 0.99


def test_weights_are_errors_to_a_negative_power():
    np.testing.assert_allclose(make_scores().weights(20).ravel(), np.array([256.0, 1.0]) / 257.0)


def test_changing_what_comes_after_an_origin_changes_no_earlier_error():
    rng = np.random.default_rng(0)
    values = rng.normal(10, 1, (200, 2, 1)).astype(np.float32)
    changed = values.copy()
    changed[150:] += 50
    plan, origins = candidates(7, 364), [60, 100, 140, 180]
    first, second = (roll(each, 10, origins, plan, warm_up=28).errors for each in (values, changed))
    np.testing.assert_array_equal(first[:3], second[:3])
    assert (first[3] != second[3]).any()


def test_errors_are_actual_less_forecast_of_what_was_known():
    rng = np.random.default_rng(0)
    values = rng.normal(10, 1, (200, 2, 1)).astype(np.float32)
    plan = candidates(7, 364)
    back = roll(values, 10, [60, 95, 130, 165], plan, warm_up=28)
    # The weekday of a step is counted from the end, so the shorter run must end a whole number of weeks before.
    there = roll(values[:165], 10, [60, 95, 130], plan, warm_up=28)
    np.testing.assert_allclose(values[165:175, :, 0].T - there.point[:, :, 0], back.errors[3][:, :, 0], atol=1e-4)


def test_parts_sum_to_the_point_forecast():
    values = np.random.default_rng(0).normal(10, 1, (500, 2, 1)).astype(np.float32)
    fit = roll(values, 10, [60, 95, 130], candidates(7, 364), warm_up=28)
    np.testing.assert_allclose(fit.parts.sum(axis=0), fit.point, atol=1e-4)


def test_last_years_bump_is_expected_again():
    steps = np.arange(800)
    wave = 10 + 3 * np.sin(2 * np.pi * steps / 364)
    ago = YearAgo(total=np.zeros((801, 1)), count=np.zeros((801, 1)), first=np.zeros(1, dtype=np.intp))
    ago.extend(0, wave[:, None], np.ones((800, 1)))
    shape = ago.shape(800, 60, 364, 7, 1)[:, 0]
    future = 10 + 3 * np.sin(2 * np.pi * np.arange(800, 860) / 364)
    np.testing.assert_allclose(shape, future - wave[-1], atol=0.15)


def test_a_year_that_was_not_seen_has_no_shape():
    ago = YearAgo(total=np.zeros((301, 1)), count=np.zeros((301, 1)), first=np.zeros(1, dtype=np.intp))
    ago.extend(0, np.ones((300, 1)), np.ones((300, 1)))
    assert not ago.shape(300, 14, 364, 7, 28).any()


def test_medians_ignore_one_odd_week_and_gaps():
    departure = np.tile([1.0, -1.0], 5)
    departure[4] = 100.0
    departure[7] = np.nan
    assert recent_medians(departure[:, None, None], 2, 5).ravel().tolist() == [1.0, -1.0]
