"""Weights follow recent errors, and only those that were known."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.ensemble.fitting import lay_out
from forecasting.ensemble.rolling import roll
from forecasting.ensemble.walk import Walk
from forecasting.ensemble.weights import LaneScores, weights_of
from forecasting.methods.candidates import INTRADAY, candidates
from forecasting.methods.lane_plan import LanePlan
from forecasting.methods.seasonal_median import recent_medians
from forecasting.methods.year_ago import YearAgo

ALL_READY = np.ones((2, 1), np.bool_)


def make_scores() -> LaneScores:
    scores = LaneScores.start(2, 1, np.dtype(np.float64), 8.0, 0.95)
    scores.add(20, np.array([[1.0], [2.0]]), np.array([1.0]))
    return scores


def test_an_origin_counts_only_once_its_horizon_has_passed():
    scores = make_scores()
    assert scores.weights(19, ALL_READY).ravel().tolist() == [0.5, 0.5]
    assert scores.weights(20, ALL_READY)[0, 0] > 0.99


def test_weights_are_errors_to_a_negative_power():
    np.testing.assert_allclose(make_scores().weights(20, ALL_READY).ravel(), np.array([256.0, 1.0]) / 257.0)


def test_a_lane_that_is_not_ready_weighs_nothing_however_small_its_errors():
    weight = make_scores().weights(20, np.array([[False], [True]]))
    assert weight.ravel().tolist() == [0.0, 1.0]


def test_lanes_that_are_not_ready_leave_the_others_their_weights_to_the_last_digit():
    mean = np.array([[1e-5], [1.0], [1.01]], np.float32)
    weight = weights_of(mean, np.array([[False], [True], [True]]), 64.0)
    np.testing.assert_allclose(weight[1:, 0], np.array([1.0, 1.01**-64]) / (1 + 1.01**-64), rtol=1e-4)


def test_lanes_that_repeat_the_year_are_those_that_say_so():
    plan = candidates(1, 52)
    assert list(plan.repeats_year) == ["year" in name for name in plan.names]
    assert sum(plan.repeats_year) == 18
    assert not any(candidates(7, 364, 24).repeats_year)


def test_hours_and_only_hours_have_patterns_of_the_day():
    assert [", day " in " ".join(lay_out(8000, 7, season).plan.names) for season in (1, 7, 168, 336)] == [
        False,
        False,
        True,
        True,
    ]


def test_changing_what_comes_after_an_origin_changes_no_earlier_error():
    rng = np.random.default_rng(0)
    values = rng.normal(10, 1, (200, 2, 1)).astype(np.float32)
    changed = values.copy()
    changed[150:] += 50
    plan, origins = candidates(7, 364), [60, 100, 140, 180]
    first, second = (roll(each, 10, origins, plan, warm_up=28).errors for each in (values, changed))
    np.testing.assert_array_equal(first[:3], second[:3])
    assert (first[3] != second[3]).any()


@pytest.mark.parametrize(("season", "warm_up"), [(7, 28), (1, 12)])
def test_origins_closer_than_a_horizon_know_nothing_of_each_others_errors_ahead(season: int, warm_up: int):
    values = np.random.default_rng(0).normal(10, 1, (200, 2, 1)).astype(np.float32)
    changed = values.copy()
    changed[150:] += 50
    plan, origins = candidates(season, 52 * season), list(range(60, 190, 3))
    first, second = (roll(each, 10, origins, plan, warm_up=warm_up).errors for each in (values, changed))
    for row, origin in enumerate(origins):
        before = max(0, 150 - origin)
        np.testing.assert_array_equal(first[row, :, :before], second[row, :, :before])


def test_errors_are_actual_less_forecast_of_what_was_known():
    rng = np.random.default_rng(0)
    values = rng.normal(10, 1, (200, 2, 1)).astype(np.float32)
    plan = candidates(7, 364)
    back = roll(values, 10, [60, 95, 130, 165], plan, warm_up=28)
    # The weekday of a step is counted from the end, so the shorter run must end a whole number of weeks before.
    there = roll(values[:165], 10, [60, 95, 130], plan, warm_up=28)
    np.testing.assert_allclose(values[165:175, :, 0].T - there.point[:, :, 0], back.errors[3][:, :, 0], atol=1e-4)


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


def test_a_sharp_yearly_pattern_of_weeks_is_repeated_week_by_week():
    rng = np.random.default_rng(0)
    year = rng.normal(0, 5, 52)
    values = (30 + np.tile(year, 4)[:, None, None] + rng.normal(0, 0.5, (208, 2, 1))).astype(np.float32)
    fit = roll(values[:195], 13, list(range(72, 183, 3)), candidates(1, 52), warm_up=12)
    error = np.abs(values[195:, :, 0].T - fit.point[:, :, 0]).mean()
    level = np.abs(values[195:] - 30).mean()
    assert error < 0.25 * level
    np.testing.assert_allclose(fit.parts[3, :, :, 0].mean(axis=0), year[195 % 52 :], atol=2.0)


def test_what_repeats_the_year_weighs_nothing_before_one_has_passed():
    values = np.random.default_rng(0).normal(30, 1, (120, 2, 1)).astype(np.float32)
    values[:80, 1] = np.nan
    plan = candidates(1, 52)
    fit = roll(values, 13, list(range(12, 108, 3)), plan, warm_up=12)
    yearly = np.array(plan.repeats_year)
    assert fit.weight[0, yearly].sum() > 0.1
    assert fit.weight[1, yearly].sum() == 0.0
    np.testing.assert_allclose(fit.weight.sum(axis=1), 1.0, rtol=1e-5)


def test_a_day_whose_shape_drifts_is_followed_on_every_weekday_at_once():
    rng = np.random.default_rng(0)
    swing = 6 * np.sin(2 * np.pi * np.arange(210) / 80)
    shape = 20 + swing[:, None] * np.array([1.0, -1.0, 0.5, -0.5])
    values = (shape + rng.normal(0, 0.3, shape.shape))[:, None].repeat(2, axis=1).astype(np.float32)
    errors = [
        np.abs(roll(values, 7, list(range(35, 204, 7)), candidates(7, 364, slots), warm_up=28).errors[12:]).mean()
        for slots in (1, 4)
    ]
    assert errors[1] < 0.7 * errors[0]


def test_a_timetable_that_changes_for_good_is_followed_within_two_weeks():
    rng, plan = np.random.default_rng(0), candidates(7, 364, 4)
    old, new = rng.normal(0, 3, (2, 7, 4))
    table = 20 + np.where(np.arange(140)[:, None] < 112, np.tile(old, (20, 1)), np.tile(new, (20, 1)))
    values = (table + rng.normal(0, 0.3, table.shape))[:, None].repeat(2, axis=1).astype(np.float32)
    slower = replace(plan, groups=plan.groups[:-1])
    errors = [
        np.abs(
            values[133:] - roll(values[:133], 7, range(35, 127, 7), each, warm_up=28).point.transpose(1, 0, 2)
        ).mean()
        for each in (plan, slower)
    ]
    assert errors[0] < 0.7 * errors[1]


# The pattern of the week as it started, where nothing of it is learned.
FIXED_WEEK = replace(INTRADAY[0], season=(0.0,) * INTRADAY[0].n_lanes)


@pytest.mark.parametrize(
    ("plan", "n_steps", "slots"),
    [
        (candidates(1, 52), 200, 1),
        (candidates(7, 364), 800, 1),
        (candidates(7, 364, 4), 120, 4),
        (replace(candidates(7, 364, 4), groups=(*candidates(7, 364, 4).groups, FIXED_WEEK)), 120, 4),
    ],
)
def test_parts_sum_to_the_mean_of_what_each_candidate_forecasts(plan: LanePlan, n_steps: int, slots: int):
    rng, horizon = np.random.default_rng(0), 60
    values = rng.normal(10, 1, (n_steps, 3, slots)).astype(np.float32)
    values[:50, 1], values[70:90, 2] = np.nan, np.nan
    walk = Walk.start(values, horizon, plan, 28, None)
    walk.finish()
    weight = rng.dirichlet(np.ones(len(plan.names)), 3).T.astype(np.float32)
    parts = walk.bank.parts(weight, horizon).sum(axis=0)
    buffer = np.empty((len(plan.names), 3, slots), np.float32)
    for step in range(horizon):
        expected = (weight[:, :, None] * walk.bank.forecast(step + 1, buffer)).sum(axis=0)
        np.testing.assert_allclose(parts[step], expected, atol=1e-4)
