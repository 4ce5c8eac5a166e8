"""Error trajectories keep their dates, their covariance and their size."""

import numpy as np
import pytest
from scipy.stats import norm

from forecasting.ensemble.fitting import lay_out
from forecasting.sampling.paths import (
    complete_trajectories,
    draw_origins,
    lasting_bias,
    root_paths,
    rounding_table,
    whole_items,
)


def test_every_origin_is_drawn_equally_often_plain_and_mirrored():
    draws = draw_origins(0, 400, 50)
    for origin, turned in ((draws.origin, draws.mirrored), (draws.other, draws.turned)):
        assert (np.unique(origin + 1000 * turned, return_counts=True)[1] == 4).all()


def test_the_two_origins_of_a_path_are_as_far_apart_as_asked():
    draws = draw_origins(0, 500, 52, 6)
    apart = np.abs(draws.origin - draws.other)
    assert np.minimum(apart, 52 - apart).min() >= 6


def paths_of(trajectories: np.ndarray, mirror: list[bool], n_paths: int = 400) -> np.ndarray:
    n_queues, n_origins, horizon = trajectories.shape
    point, bias = np.full((n_queues, horizon), 9.0, np.float32), np.zeros(n_queues, np.float32)
    draws = draw_origins(1, n_paths, n_origins)
    size = np.ones((n_queues, n_paths), np.float32)
    return root_paths(point, trajectories.astype(np.float32), bias, np.array(mirror), size, draws) - 9


def test_covariance_of_paths_is_that_of_the_trajectories():
    trajectories = np.random.default_rng(0).normal(size=(2, 50, 5))
    paths = paths_of(trajectories, [True, True])
    found = np.einsum("pt,ps->ts", *paths) / 400
    np.testing.assert_allclose(found, np.einsum("ot,os->ts", *trajectories) / 50, atol=1e-4)


def test_a_path_and_its_mirror_image_share_a_score_and_the_scores_are_even():
    draws = draw_origins(0, 400, 50)
    same_side = draws.mirrored == draws.turned
    pairs = np.unique(np.column_stack([draws.origin, draws.other, same_side, draws.score]), axis=0)
    assert len(pairs) == 200
    np.testing.assert_allclose(np.sort(pairs[:, 3]), norm.ppf((np.arange(200) + 0.5) / 200))
    assert abs(np.corrcoef(pairs[:, 0], pairs[:, 3])[0, 1]) < 0.2


def test_the_size_of_a_path_stretches_it_around_the_forecast():
    trajectories = np.random.default_rng(0).normal(size=(1, 50, 5)).astype(np.float32)
    draws, point, bias = draw_origins(1, 400, 50), np.full((1, 5), 9, np.float32), np.zeros(1, np.float32)
    size = np.random.default_rng(1).uniform(0.5, 3, (1, 400)).astype(np.float32)
    plain, stretched = (
        root_paths(point, trajectories, bias, np.array([True]), each, draws) for each in (np.ones_like(size), size)
    )
    np.testing.assert_allclose(stretched - 9, (plain - 9) * size[:, :, None], rtol=1e-4, atol=1e-5)


def test_mirrored_paths_lie_evenly_around_the_forecast():
    paths = paths_of(np.random.default_rng(0).gamma(1.0, 1.0, (1, 50, 5)), [True])
    np.testing.assert_allclose(np.sort(paths[0], axis=0), np.sort(-paths[0], axis=0), atol=1e-5)


def test_no_two_paths_have_the_same_total():
    lopsided = np.random.default_rng(0).gamma(1.0, 1.0, (2, 52, 14))
    for totals in paths_of(lopsided, [True, False], 500).sum(axis=2):
        assert len(np.unique(totals.round(4))) > 490


def test_lopsided_errors_keep_mean_and_lean_and_move_with_mirrored_ones():
    shared = np.random.default_rng(0).gamma(0.5, 1.0, (1, 50, 1)) - 0.5
    trajectories = np.repeat(np.repeat(shared, 2, axis=0), 3, axis=2)
    free, lopsided = paths_of(trajectories, [True, False])[:, :, 0]
    assert lopsided.mean() == pytest.approx(trajectories.mean(), abs=1e-5)
    assert np.quantile(lopsided, 0.99) > 2 * -np.quantile(lopsided, 0.01)
    assert np.corrcoef(free, lopsided)[0, 1] > 0.7


def test_a_short_queue_repeats_its_own_origins():
    errors = np.full((1, 4, 2), np.nan)
    errors[0, :2] = [[1.0, 2.0], [3.0, 4.0]]
    filled, own = complete_trajectories(errors, 5)
    assert own.tolist() == [2]
    assert filled[0, :, 0].tolist() == [1.0, 3.0, 1.0, 3.0, 1.0]


def test_a_queue_without_any_origin_gets_zeros():
    filled, own = complete_trajectories(np.full((1, 3, 2), np.nan), 4)
    assert own.tolist() == [0]
    assert not filled.any()


def test_a_chance_bias_is_dropped_and_a_lasting_one_kept():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, (1, 50, 7))
    noise -= noise.mean()
    spans = np.array([26.0])
    assert lasting_bias(noise + 0.01, spans).item() == 0.0
    assert lasting_bias(noise + 2.0, spans).item() == pytest.approx(2.0, rel=0.05)


def test_rounding_keeps_the_mean_of_low_rates():
    rate = np.full((4000, 5), 0.3, np.float32)
    table = rounding_table(0, rate.size)
    whole, other = (whole_items(rate.copy(), table, name) for name in ("ads", "spam"))
    assert set(np.unique(whole)) == {0.0, 1.0}
    assert whole.mean() == pytest.approx(0.3, abs=0.02)
    # Each queue has numbers of its own.
    assert abs(np.corrcoef(whole.ravel(), other.ravel())[0, 1]) < 0.03


def test_origins_do_not_move_with_the_length_of_the_history():
    short, long = lay_out(400, 14, 7), lay_out(1000, 14, 7)
    assert [400 - origin for origin in short.origins] == [1000 - origin for origin in long.origins][
        -len(short.origins) :
    ]
    assert all((400 - origin) % 7 == 0 for origin in short.origins)
