"""Errors at the same dates of past years set how wide paths spread; checked day by day without vectors."""

import numpy as np
import pytest

from forecasting.ensemble.fitting import StepLayout, lay_out
from forecasting.sampling.seasons_of_error import COMES_AGAIN, DAYS_AROUND, spread_ahead


def errors_by_date(size_of_day: np.ndarray, layout: StepLayout) -> np.ndarray:
    """Errors of one queue whose sizes depend on the day alone, from the origins of the layout, the latest first."""
    return np.stack(
        [size_of_day[origin : origin + layout.horizon] for origin in reversed(layout.origins)],
    )[None]


def by_hand(errors: np.ndarray, layout: StepLayout, years: int) -> np.ndarray:
    usual, factors = np.nanmean(np.abs(errors)), []
    for ahead in range(layout.horizon):
        ratios = []
        for year in range(1, years + 1):
            near = []
            for place, origin in enumerate(reversed(layout.origins)):
                for step in range(layout.horizon):
                    apart = (origin + step) - (layout.n_steps + ahead - year * layout.year)
                    if abs(apart) <= DAYS_AROUND and not np.isnan(errors[0, place, step]):
                        near.append(abs(errors[0, place, step]))
            if near:
                ratios.append(np.mean(near) / usual)
        n = len(ratios)
        share = n * COMES_AGAIN / (1 + (n - 1) * COMES_AGAIN)
        factors.append(1 + share * (np.mean(ratios) - 1) if n else 1.0)
    return np.array(factors)


@pytest.mark.parametrize(("n_days", "horizon", "years"), [(735, 14, 1), (1300, 91, 3), (500, 3, 1)])
def test_the_factor_is_that_of_its_definition(n_days: int, horizon: int, years: int):
    layout = lay_out(n_days, horizon, 7)
    errors = errors_by_date(np.random.default_rng(0).normal(size=n_days), layout)
    errors[0, 3, 1:] = np.nan
    np.testing.assert_allclose(spread_ahead(errors, layout)[0], by_hand(errors, layout, years), rtol=1e-12)


def test_dates_that_were_hard_to_foresee_a_year_ago_spread_more_and_others_less():
    layout = lay_out(735, 14, 7)
    size = np.ones(735)
    size[735 - 364 + 5 : 735 - 364 + 9] = 9.0
    hard = spread_ahead(errors_by_date(size, layout), layout)
    assert hard.min() > 1.1
    size = np.ones(735)
    size[735 - 200 : 735 - 190] = 9.0
    calm = spread_ahead(errors_by_date(size, layout), layout)
    assert 0.75 < calm.max() < 1.0


def test_nothing_is_said_of_a_first_year():
    layout = lay_out(360, 14, 7)
    errors = errors_by_date(np.random.default_rng(0).gamma(1.0, 1.0, 360), layout)
    assert (spread_ahead(errors, layout) == 1.0).all()
    assert (spread_ahead(np.full((2, 0, 14), np.nan), layout) == 1.0).all()
    assert (spread_ahead(np.zeros((1, len(layout.origins), 14)), lay_out(735, 14, 7)) == 1.0).all()


def test_even_errors_are_left_as_they_are_on_average():
    layout = lay_out(735, 14, 7)
    rng = np.random.default_rng(0)
    many = np.concatenate([errors_by_date(rng.normal(size=735), layout) for _ in range(300)])
    assert spread_ahead(many, layout).mean() == pytest.approx(1.0, abs=0.01)


def test_half_hours_of_a_day_share_one_factor():
    layout = lay_out(420 * 48, 336, 336)
    errors = np.random.default_rng(0).normal(size=(1, len(layout.origins), 336))
    found = spread_ahead(errors, layout)[0].reshape(7, 48)
    assert (found == found[:, :1]).all()
    assert (found != 1.0).all()
