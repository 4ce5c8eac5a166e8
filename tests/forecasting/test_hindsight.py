"""Errors in hindsight against smoothing by hand, and what they take off errors made before much was learned."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.ensemble.fitting import FEW_HORIZONS, fit_queues, lay_out
from forecasting.ensemble.hindsight import errors_in_hindsight
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
    return errors_in_hindsight(values, HORIZON, origins, WEEKLY, fit, warm_up=WARM_UP)


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
