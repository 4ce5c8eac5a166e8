"""Errors in hindsight against smoothing by hand, and what they take off errors made before much was learned."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.ensemble.fitting import FEW_HORIZONS, fit_queues, lay_out
from forecasting.ensemble.hindsight import LARGEST_CHANGE, errors_in_hindsight
from forecasting.ensemble.rolling import RollingFit, roll
from forecasting.methods.candidates import candidates
from forecasting.methods.variance_scale import to_even_variance

HORIZON, WARM_UP, YEAR = 13, 12, 52
WEEKLY = candidates(1, YEAR)
ORIGINS = tuple(range(14, 81, 3))


def noise(n_steps: int, n_queues: int) -> np.ndarray:
    return np.random.default_rng(0).normal(20, 1, (n_steps, n_queues, 1)).astype(np.float32)


def first_pass(values: np.ndarray, origins: tuple[int, ...] = ORIGINS) -> RollingFit:
    return roll(values, HORIZON, origins, WEEKLY, warm_up=WARM_UP)


def in_hindsight(values: np.ndarray, fit: RollingFit, origins: tuple[int, ...] = ORIGINS) -> np.ndarray:
    return errors_in_hindsight(values, HORIZON, origins, WEEKLY, fit.score, fit.share, warm_up=WARM_UP)


def test_a_candidate_that_ends_with_all_the_weight_has_it_at_every_origin():
    values = noise(93, 2)
    fit = first_pass(values)
    lane = WEEKLY.names.index("smoothing (level 0.35, week 0)")
    score = np.full_like(fit.score, 1e6)
    score[:, lane] = 1.0
    found = in_hindsight(values, replace(fit, score=score, share=np.zeros_like(fit.share)))
    level = values[:WARM_UP].mean(axis=0)
    for step in range(93):
        if step in ORIGINS:
            expected = values[step : step + HORIZON] - level
            np.testing.assert_allclose(
                found[ORIGINS.index(step), :, : len(expected)], expected.transpose(1, 0, 2), atol=1e-3
            )
        level = level + 0.35 * (values[step] - level)


def test_a_steep_trend_that_had_to_be_learned_is_known_in_hindsight():
    values = noise(93, 20) + np.arange(93, dtype=np.float32)[:, None, None]
    fit = first_pass(values)
    early = slice(0, 4)
    before, after = (np.abs(each[early]).mean() for each in (fit.errors, in_hindsight(values, fit)))
    assert after < 0.8 * before


def test_errors_made_before_a_year_was_known_count_for_less_where_it_repeats():
    rng = np.random.default_rng(1)
    origins = tuple(range(14, 128, 3))
    year = rng.normal(0, 5, (YEAR, 20, 1))
    values = noise(140, 20) + np.tile(year, (3, 1, 1))[:140].astype(np.float32)
    fit = first_pass(values, origins)
    found = in_hindsight(values, fit, origins)
    yearless, yearly = (np.abs(found[[at < YEAR for at in origins]]), np.abs(found[[at >= 2 * YEAR for at in origins]]))
    plain = np.abs(fit.errors[[at < YEAR for at in origins]])
    assert np.nanmean(plain) > 3 * np.nanmean(yearly)
    assert np.nanmean(yearless) < 0.8 * np.nanmean(plain)


def test_where_nothing_repeats_they_count_nearly_in_full():
    origins = tuple(range(14, 128, 3))
    values = noise(140, 100)
    fit = first_pass(values, origins)
    found = np.abs(in_hindsight(values, fit, origins)[[at < YEAR for at in origins]])
    assert np.nanmean(found) == pytest.approx(np.nanmean(np.abs(values[14:65] - 20)), rel=0.08)


def smoothed(values: np.ndarray, first: int, level_gain: float, year_gain: float, origin: int) -> np.ndarray:
    """Forecasts of one queue by the textbook, from what is known at the origin."""
    level, year = values[first : first + WARM_UP].mean(), np.zeros(YEAR)
    for step in range(first, origin):
        error = values[step] - level - year[step % YEAR]
        level += level_gain * error
        year[step % YEAR] += year_gain * error
    return level + year[np.arange(origin, origin + HORIZON) % YEAR]


def test_errors_and_their_ratio_are_those_of_two_candidates_by_hand():
    rng = np.random.default_rng(3)
    n_steps, origins, first = 140, tuple(range(14, 128, 3)), (0, 0, 0, 30)
    year = rng.normal(0, 6, YEAR)
    values = noise(n_steps, len(first)).astype(np.float64) + 0.02 * np.arange(n_steps)[:, None, None]
    values[:, 1, 0] += np.tile(year, 3)[:n_steps]
    values[:YEAR, [0, 2], 0] += year[:, None] * [0.3, 1.0]
    values[:30, 3] = np.nan
    plain, yearly = (WEEKLY.names.index(f"smoothing (level {name})") for name in ("0.35, week 0", "0.1, year 0.9"))
    values = values.astype(np.float32)
    fit = first_pass(values, origins)
    score = np.full_like(fit.score, 1e6)
    score[:, plain], score[:, yearly] = 1.0, 0.9
    found = in_hindsight(values, replace(fit, score=score, share=np.full_like(fit.share, 0.6)), origins)
    weight = 0.9**-WEEKLY.power / (1 + 0.9**-WEEKLY.power)
    ratios = []
    for queue, begun in enumerate(first):
        known = [at for at in origins if at - begun >= WARM_UP]
        raw, corrected, left, without = {}, {}, 0.0, 0.0
        for at in known:
            came = values[at : at + HORIZON, queue, 0]
            one, other = (smoothed(values[:, queue, 0], begun, *gains, at) for gains in ((0.35, 0.0), (0.1, 0.9)))
            knows_year = at - begun >= YEAR
            mean = (1 - weight) * one + weight * other if knows_year else one
            raw[at] = came - mean[: len(came)]
            if knows_year:
                left += np.abs(raw[at]).sum()
                without += np.abs(came - one[: len(came)]).sum()
            opening, latest = values[begun : begun + 6, queue, 0].mean(), values[at - 6 : at, queue, 0].mean()
            slope = (latest - opening) / (at - 6 - begun) if at - 6 - begun >= 6 else 0.0
            corrected[at] = raw[at] - 0.6 * 0.5 * slope * np.arange(1, len(came) + 1)
        ratios.append(left / without)
        factor = np.clip(ratios[-1], 1 / LARGEST_CHANGE, LARGEST_CHANGE)
        for row, at in enumerate(origins):
            if at not in known:
                assert np.isnan(found[row, queue]).all()
                continue
            expected = corrected[at] * (factor if at - begun < YEAR else 1.0)
            np.testing.assert_allclose(found[row, queue, : len(expected), 0], expected, atol=2e-3)
    # One queue whose year comes again, one whose year does not, and one that is cut at the bound.
    assert ratios[1] < 1 < ratios[0]
    assert ratios[2] > LARGEST_CHANGE


def test_only_queues_with_few_horizons_are_gone_through_again():
    n_periods, horizon = 730, 14
    rng = np.random.default_rng(0)
    items = rng.poisson(100, (3, n_periods)).astype(float)
    items[1:, :500] = np.nan
    layout = lay_out(n_periods, horizon, 7)
    assert (len(layout.origins) * layout.stride) / horizon >= FEW_HORIZONS
    fits = fit_queues(items, horizon, layout)
    values = np.ascontiguousarray(to_even_variance(items).T[:, :, None], np.float32)
    online = roll(values, horizon, layout.origins, layout.plan, warm_up=layout.warm_up).errors[::-1, :, :, 0]
    np.testing.assert_array_equal(fits.errors[0], online[:, 0])
    assert np.nanmax(np.abs(fits.errors[1:] - online[:, 1:].transpose(1, 0, 2))) > 0.01
    # Alone as in a chunk of several.
    np.testing.assert_array_equal(fit_queues(items[1:2], horizon, layout).errors[0], fits.errors[1])


def test_twenty_eight_horizons_are_many_and_one_origin_less_is_few():
    horizon, n_periods = 15, 700
    layout = lay_out(n_periods, horizon, 7)
    assert len(layout.origins) * layout.stride == FEW_HORIZONS * horizon
    items = np.random.default_rng(0).poisson(100, (2, n_periods)).astype(float)
    items[1, : layout.origins[0] - layout.warm_up + 1] = np.nan
    found = fit_queues(items, horizon, layout).errors
    values = np.ascontiguousarray(to_even_variance(items).T[:, :, None], np.float32)
    online = roll(values, horizon, layout.origins, layout.plan, warm_up=layout.warm_up).errors[::-1, :, :, 0]
    assert np.isfinite(online[:, 1]).any(axis=1).sum() == len(layout.origins) - 1
    np.testing.assert_array_equal(found[0], online[:, 0])
    assert np.nanmax(np.abs(found[1] - online[:, 1])) > 0.01


def test_errors_in_hindsight_know_the_place_in_the_month():
    n_periods, horizon = 350, 28
    layout = lay_out(n_periods, horizon, 7)
    day = np.arange(n_periods + horizon) % 30
    places = np.stack([day, day % 21])
    items = np.random.default_rng(0).poisson(100 + 100 * (day[:n_periods] == 4), (2, n_periods)).astype(float)
    found = fit_queues(items, horizon, layout, places).errors
    values = np.ascontiguousarray(to_even_variance(items).T[:, :, None], np.float32)
    options = {"warm_up": layout.warm_up, "month_places": places}
    fit = roll(values, horizon, layout.origins, layout.plan, **options)
    expected = errors_in_hindsight(values, horizon, layout.origins, layout.plan, fit.score, fit.share, **options)
    np.testing.assert_array_equal(found, expected[::-1, :, :, 0].transpose(1, 0, 2))
    assert fit.share[:, -2:].min() > 0.05
