"""Consensus against Condorcet's binomial, enumeration, the beta-binomial and a simulation."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.stats import betabinom

from capacity.workload.decision_quality import ConsensusPolicy, accuracy_after_checks, consensus


@pytest.mark.parametrize("n", [1, 3, 5, 7])
@pytest.mark.parametrize("p", [0.4, 0.6, 0.9])
def test_odd_juries_of_two_labels_follow_condorcet(n: int, p: float) -> None:
    expected = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n // 2 + 1, n + 1))
    found = consensus(p, ConsensusPolicy(reviews=n))
    assert found.accuracy == pytest.approx(expected, rel=1e-12)
    assert found.reviews == pytest.approx(n)


@pytest.mark.parametrize(("reviews", "agree", "labels"), [(3, 2, 2), (5, 2, 3), (5, 3, 4), (4, None, 3), (2, 2, 2)])
def test_policies_agree_with_enumerating_every_sequence_of_votes(reviews: int, agree: int | None, labels: int) -> None:
    p, accuracy, looks = 0.7, 0.0, 0.0
    for votes in product(range(labels), repeat=reviews):
        chance = float(np.prod([p if vote == 0 else (1 - p) / (labels - 1) for vote in votes]))
        used = reviews
        for n in range(1, reviews + 1):
            if agree is not None and max(np.bincount(votes[:n], minlength=labels)) >= agree:
                used = n
                break
        count = np.bincount(votes[:used], minlength=labels)
        winners = np.flatnonzero(count == count.max())
        accuracy += chance * (0 in winners) / winners.size
        looks += chance * used
    found = consensus(p, ConsensusPolicy(reviews=reviews, agree=agree, labels=labels))
    assert found.accuracy == pytest.approx(accuracy, rel=1e-12)
    assert found.reviews == pytest.approx(looks, rel=1e-12)


@pytest.mark.parametrize("rho", [0.05, 0.3, 0.8])
def test_correlated_juries_follow_the_beta_binomial(rho: float) -> None:
    p, n = 0.75, 5
    alpha, beta = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho
    found = consensus(p, ConsensusPolicy(reviews=n), correlation=rho)
    assert found.accuracy == pytest.approx(betabinom.sf(n // 2, n, alpha, beta), rel=1e-9)


def test_correlated_early_stop_agrees_with_a_simulation() -> None:
    rng = np.random.default_rng(3)
    p, rho, n = 0.8, 0.25, 400_000
    chance = rng.beta(p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho, n)
    votes = rng.random((n, 3)) < chance[:, None]
    third = votes[:, 0] != votes[:, 1]
    right = np.where(third, votes.sum(axis=1) >= 2, votes[:, 0])
    found = consensus(p, ConsensusPolicy(reviews=3, agree=2), correlation=rho)
    assert found.accuracy == pytest.approx(right.mean(), abs=4 * right.std() / np.sqrt(n))
    assert found.reviews == pytest.approx(2 + third.mean(), abs=4 * third.std() / np.sqrt(n))


def test_perfect_correlation_leaves_one_reviewer() -> None:
    found = consensus([0.0, 0.7, 1.0], ConsensusPolicy(reviews=5), correlation=0.999)
    np.testing.assert_allclose(found.accuracy, [0.0, 0.7, 1.0], atol=2e-3)


def test_arrays_are_valued_one_by_one() -> None:
    p = np.array([[0.55, 0.7], [0.85, 0.99]])
    policy = ConsensusPolicy(reviews=5, agree=3)
    whole = consensus(p, policy, correlation=0.1)
    for index in np.ndindex(p.shape):
        assert whole.accuracy[index] == pytest.approx(float(consensus(p[index], policy, correlation=0.1).accuracy))


def test_checking_everything_gives_the_checker_and_checking_nothing_gives_the_reviewer() -> None:
    np.testing.assert_allclose(accuracy_after_checks(0.9, [0.0, 1.0], 0.97), [0.9, 0.97])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ConsensusPolicy(reviews=0), "reviews must lie from 1 to 15; found 0"),
        (lambda: ConsensusPolicy(reviews=3, agree=4), r"agree must lie from 1 to reviews \(3\); found 4"),
        (lambda: ConsensusPolicy(reviews=3, labels=1), "labels must be at least 2; found 1"),
        (lambda: consensus(80.0, ConsensusPolicy(reviews=3)), "reviewer_accuracy must lie .*found 80"),
        (lambda: consensus(0.8, ConsensusPolicy(reviews=3), correlation=1.0), "correlation must lie .*found 1.0"),
        (lambda: accuracy_after_checks(0.9, 5, 0.9), "qa_share must lie .*found 5"),
    ],
)
def test_wrong_arguments_are_named(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]  # a parametrised thunk
