"""Error trajectories keep their dates, their covariance and their size."""

import numpy as np
import pytest

from forecasting.fitting import lay_out
from forecasting.paths import (
    complete_trajectories,
    draw_origins,
    lasting_bias,
    root_paths,
    whole_items,
)


def test_every_origin_is_drawn_equally_often_plain_and_mirrored():
    draws = draw_origins(0, 400, 50)
    pairs = np.unique(draws.origin + 1000 * draws.mirrored, return_counts=True)[1]
    assert (pairs == 4).all()


def test_covariance_of_paths_is_that_of_the_trajectories():
    trajectories = np.random.default_rng(0).normal(size=(2, 50, 5)).astype(np.float32)
    zero = np.zeros(2, np.float32)
    paths = root_paths(
        np.full((2, 5), 9.0, np.float32),
        trajectories,
        zero,
        np.ones(2, np.float32),
        np.ones(2, dtype=bool),
        draw_origins(1, 400, 50),
    )
    found = np.einsum("pt,ps->ts", paths[0] - 9, paths[1] - 9) / 400
    np.testing.assert_allclose(found, np.einsum("ot,os->ts", *trajectories) / 50, atol=1e-4)


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
    whole = whole_items(rate.copy(), 0, "ads")
    assert set(np.unique(whole)) == {0.0, 1.0}
    assert whole.mean() == pytest.approx(0.3, abs=0.02)


def test_origins_do_not_move_with_the_length_of_the_history():
    short, long = lay_out(400, 14, 7), lay_out(1000, 14, 7)
    assert [400 - origin for origin in short.origins] == [1000 - origin for origin in long.origins][
        -len(short.origins) :
    ]
    assert all((400 - origin) % 7 == 0 for origin in short.origins)
