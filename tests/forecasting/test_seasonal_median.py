"""Medians of recent weeks are medians of what was seen."""

import numpy as np
import pytest

from forecasting.methods.seasonal_median import ordered_rows, recent_medians


@pytest.mark.parametrize("n_rows", range(1, 20))
def test_exchanges_sort_any_number_of_rows(n_rows: int):
    values = np.random.default_rng(n_rows).integers(0, 9, (n_rows, 3, 50)).astype(float)
    values[values == 8] = np.inf
    np.testing.assert_array_equal(np.stack(ordered_rows(values)), np.sort(values, axis=0))


@pytest.mark.parametrize(("n_weeks", "missing"), [(13, 0.0), (13, 0.3), (5, 0.0), (20, 0.9), (1, 0.0)])
def test_medians_are_those_of_what_was_seen(n_weeks: int, missing: float):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(7 * n_weeks, 40, 2)).astype(np.float32)
    values[rng.random(values.shape) < missing] = np.nan
    found = recent_medians(values, 7, 13)
    for place in range(7):
        weeks = values[place::7][-13:]
        seen = ~np.isnan(weeks).all(axis=0)
        np.testing.assert_allclose(found[place][seen], np.nanmedian(weeks[:, seen], axis=0), rtol=1e-6)
        assert not found[place][~seen].any()
