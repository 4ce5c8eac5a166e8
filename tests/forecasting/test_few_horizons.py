"""What few horizons leave open: sizes of errors against chi-square and Student."""

import numpy as np
import pytest
from scipy.stats import chi2, norm, t

from forecasting.sampling.few_horizons import LARGEST, keep_mean, sizes_drawn

SCORES = norm.ppf((np.arange(4001) + 0.5) / 4001)


@pytest.mark.parametrize("n", [4.0, 5.0, 8.0, 27.0])
def test_sizes_are_those_of_the_chi_square_distribution(n: float):
    exact = np.sqrt(n / chi2.ppf(norm.cdf(SCORES), n))
    found = sizes_drawn(np.array([n]), SCORES)[0]
    inner = exact < LARGEST
    np.testing.assert_allclose(found[inner], exact[inner], rtol=0.05)
    assert found.max() <= LARGEST * (1 + 1e-12)


@pytest.mark.parametrize("n", [4.0, 8.0, 27.0])
def test_normal_errors_of_drawn_size_have_the_quantiles_of_student(n: float):
    rng = np.random.default_rng(0)
    errors = sizes_drawn(np.array([n]), SCORES)[0][:, None] * rng.normal(size=(4001, 200))
    for level in (0.9, 0.975):
        assert np.quantile(errors, level) == pytest.approx(t.ppf(level, n), rel=0.02)


def test_intervals_of_few_errors_of_drawn_size_hold_the_next_one_as_often_as_they_say():
    rng = np.random.default_rng(0)
    n, trials = 6, 4000
    past, came = rng.normal(size=(trials, n)), rng.normal(size=trials)
    spread = np.sqrt((past**2).mean(axis=1))
    errors = sizes_drawn(np.array([float(n)]), SCORES)[0] * rng.normal(size=4001)
    for level in (0.8, 0.95):
        low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2])
        plain = norm.ppf((1 + level) / 2)
        held = ((came >= low * spread) & (came <= high * spread)).mean()
        assert held == pytest.approx(level, abs=0.02)
        assert held > (np.abs(came) <= plain * spread).mean() + 0.03


def test_many_horizons_leave_hardly_anything_open():
    assert np.abs(sizes_drawn(np.array([10_000.0]), SCORES) - 1).max() < 0.03


def test_sizes_that_keep_the_mean_still_spread_the_paths():
    rng = np.random.default_rng(0)
    scores = rng.permutation(SCORES)
    errors = rng.normal(size=(2, 4001, 3)) * np.array([4.0, 0.5])[:, None, None]
    size = sizes_drawn(np.array([4.0, 4.0]), scores)[:, :, None]
    plain, drawn = ((np.maximum(6 + each, 0) ** 2).astype(np.float32) for each in (errors, errors * size))
    lifted = drawn.mean(axis=1) / plain.mean(axis=1)
    assert lifted[0].min() > 1.15
    assert lifted[1].max() < 1.02
    keep_mean(drawn, plain)
    np.testing.assert_allclose(drawn.mean(axis=1), plain.mean(axis=1), rtol=1e-5)
    assert (drawn.std(axis=1) > 1.1 * plain.std(axis=1)).all()


def test_nothing_stays_nothing():
    items = np.zeros((1, 5, 2), np.float32)
    keep_mean(items, items.copy())
    assert not items.any()
