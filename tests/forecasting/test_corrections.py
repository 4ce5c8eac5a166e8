"""Corrections take the share that past errors earned, and nothing that was not known."""

import numpy as np
import pytest

from forecasting.ensemble.corrections import PENALTY, CorrectionShares


def taught(correction: np.ndarray, error: np.ndarray, rounds: int = 1) -> np.ndarray:
    shares = CorrectionShares.start(len(correction), error.shape[1])
    for step in range(rounds):
        shares.add(step, correction, error)
        shares.at(step)
    return shares.at(rounds)


def test_a_correction_that_always_fits_takes_the_penalised_share():
    correction = np.array([[[1.0], [-1.0], [1.0], [-1.0]]])
    assert taught(correction, correction[0])[0, 0] == pytest.approx(1 / (1 + PENALTY))


def test_a_correction_that_points_the_wrong_way_takes_none():
    correction = np.array([[[1.0], [-1.0]]])
    assert taught(correction, -correction[0])[0, 0] == 0.0


def test_shares_never_exceed_the_whole():
    correction = np.array([[[1.0], [-1.0]]])
    assert taught(correction, 9 * correction[0])[0, 0] == 1.0


def test_shares_together_equal_the_ridge_solution_where_no_bound_binds():
    rng = np.random.default_rng(0)
    # Of size 1, so that no error exceeds the mean error by half and is clipped.
    correction = rng.choice([-1.0, 1.0], (2, 400, 1))
    error = 0.6 * correction[0] + 0.3 * correction[1]
    products = correction[:, :, 0] @ correction[:, :, 0].T
    solved = np.linalg.solve(products + PENALTY * np.diag(np.diag(products)), correction[:, :, 0] @ error[:, 0])
    np.testing.assert_allclose(taught(correction, error, rounds=6)[:, 0], solved, atol=0.01)


def test_an_origin_teaches_only_once_its_horizon_has_passed():
    shares = CorrectionShares.start(1, 1)
    correction = np.array([[[1.0], [-1.0]]])
    shares.add(20, correction, correction[0])
    assert shares.at(19)[0, 0] == 0.0
    assert shares.at(20)[0, 0] > 0.0


def test_errors_not_known_teach_nothing():
    assert taught(np.ones((1, 3, 1)), np.full((3, 1), np.nan))[0, 0] == 0.0
