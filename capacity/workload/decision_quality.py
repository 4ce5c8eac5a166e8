"""How right decisions are, and how many looks they take: consensus, early stop, correlated errors, quality checks."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MOST_LOOKS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsensusPolicy:
    """How many reviewers look at one item, and when they stop.

    Attributes
    ----------
    reviews
        Most looks at one item. [-]
    agree
        Stop as soon as this many gave the same label; None to take all looks. [-]
    labels
        Labels to choose from; a wrong reviewer picks each wrong one equally often. [-]

    Raises
    ------
    ValueError
        If reviews lie outside 1-15, agree outside 1-reviews, or labels below 2.

    Examples
    --------
    >>> ConsensusPolicy(reviews=3, agree=2).reviews
    3
    """

    reviews: int
    agree: int | None = None
    labels: int = 2

    def __post_init__(self) -> None:
        if not 1 <= self.reviews <= MOST_LOOKS:
            raise ValueError(f"reviews must lie from 1 to {MOST_LOOKS}; found {self.reviews}")
        if self.agree is not None and not 1 <= self.agree <= self.reviews:
            raise ValueError(f"agree must lie from 1 to reviews ({self.reviews}); found {self.agree}")
        if self.labels < 2:
            raise ValueError(f"labels must be at least 2; found {self.labels}")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ConsensusOutcome:
    """What a policy gives.

    Attributes
    ----------
    accuracy : ndarray of shape (...)
        Probability that the final decision is right. [-]
    reviews : ndarray of shape (...)
        Expected looks at one item: the `reviews_per_item` of a queue. [-]

    Examples
    --------
    Three of four right in each of three looks: 3 x 0.75**2 x 0.25 + 0.75**3.

    >>> from capacity import ConsensusPolicy, consensus
    >>> float(consensus(0.75, ConsensusPolicy(reviews=3)).accuracy)
    0.84375
    """

    accuracy: FloatArray
    reviews: FloatArray


def consensus(reviewer_accuracy: ArrayLike, policy: ConsensusPolicy, *, correlation: float = 0.0) -> ConsensusOutcome:
    """Accuracy and expected looks of a consensus.

    Parameters
    ----------
    reviewer_accuracy : array_like of shape (...)
        Probability that one reviewer is right. [-]
    policy
        Looks, stopping rule and number of labels.
    correlation : float
        Correlation of two reviewers' being right on the same item: some items are hard for everybody. [-]

    Returns
    -------
    ConsensusOutcome

    Raises
    ------
    ValueError
        If the accuracy lies outside 0-1 or the correlation outside 0 to below 1.

    Notes
    -----
    The label with most votes wins; ties are broken by chance. Without correlation and with two labels and an odd
    number of looks this is Condorcet's binomial [1]_. Correlation makes the chance of being right vary from item to
    item as a beta distribution with mean p and intraclass correlation rho (alpha = p (1 - rho) / rho,
    beta = (1 - p) (1 - rho) / rho): the votes are then beta-binomial [2]_. Both results are polynomials of the
    chance, so Gauss-Jacobi quadrature with one node more than looks is exact.

    References
    ----------
    .. [1] M. de Condorcet (1785), Essai sur l'application de l'analyse a la probabilite des decisions.
    .. [2] S. Berg (1993), Condorcet's jury theorem, dependency among jurors, Social Choice and Welfare 10(1),
       doi:10.1007/BF00187435.

    Examples
    --------
    Three looks at 80% each: 0.8^3 + 3 x 0.8^2 x 0.2. Stopping at two that agree saves looks and changes nothing:

    >>> float(consensus(0.8, ConsensusPolicy(reviews=3)).accuracy.round(3))
    0.896
    >>> early = consensus(0.8, ConsensusPolicy(reviews=3, agree=2))
    >>> float(early.accuracy.round(3)), float(early.reviews.round(3))
    (0.896, 2.32)
    """
    right = np.asarray(reviewer_accuracy, dtype=np.float64)
    if not ((right >= 0) & (right <= 1)).all():
        raise ValueError(
            f"reviewer_accuracy must lie between 0 and 1; found {right[~((right >= 0) & (right <= 1))].flat[0]}"
        )
    if not 0.0 <= correlation < 1.0:
        raise ValueError(f"correlation must lie from 0 to below 1; found {correlation!r}")
    nodes, weights = _chances(right, correlation, policy.reviews + 1)
    outcomes = _outcomes(policy)
    accuracy, looks = np.zeros(right.shape), np.zeros(right.shape)
    for (n_right, n_wrong), (ways, wins) in outcomes.items():
        chance = (weights * nodes**n_right * (1.0 - nodes) ** n_wrong).sum(axis=-1)
        accuracy += wins * chance
        looks += ways * chance * (n_right + n_wrong)
    return ConsensusOutcome(accuracy=accuracy, reviews=looks)


def accuracy_after_checks(accuracy: ArrayLike, qa_share: ArrayLike, qa_accuracy: ArrayLike) -> FloatArray:
    """Accuracy of decisions of which a random share is decided again by a checker.

    Parameters
    ----------
    accuracy, qa_share, qa_accuracy : array_like, broadcast against each other
        Accuracy before checks, share of items checked, and accuracy of the checker, whose decision stands. [-]

    Returns
    -------
    ndarray of the broadcast shape
        Accuracy after checks. [-]

    Raises
    ------
    ValueError
        If a value lies outside 0-1.

    Examples
    --------
    >>> float(accuracy_after_checks(0.9, 0.5, 0.98).round(3))
    0.94
    """
    values = [np.asarray(value, dtype=np.float64) for value in (accuracy, qa_share, qa_accuracy)]
    for name, value in zip(("accuracy", "qa_share", "qa_accuracy"), values, strict=True):
        if not ((value >= 0) & (value <= 1)).all():
            raise ValueError(f"{name} must lie between 0 and 1; found {value[~((value >= 0) & (value <= 1))].flat[0]}")
    before, share, checker = values
    return np.asarray((1.0 - share) * before + share * checker)


def _chances(right: FloatArray, correlation: float, n_nodes: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the distribution of an item's chance of being decided right, of shape (..., n_nodes)."""
    if correlation == 0.0:
        return right[..., None], np.ones((*right.shape, 1))
    from scipy.special import roots_jacobi

    nodes, weights = np.empty((*right.shape, n_nodes)), np.empty((*right.shape, n_nodes))
    for index in np.ndindex(right.shape):
        p = float(right[index])
        if p in (0.0, 1.0):
            nodes[index], weights[index] = p, np.eye(n_nodes)[0]
            continue
        alpha, beta = p * (1.0 - correlation) / correlation, (1.0 - p) * (1.0 - correlation) / correlation
        x, w = roots_jacobi(n_nodes, beta - 1.0, alpha - 1.0)
        nodes[index], weights[index] = (x + 1.0) / 2.0, w / w.sum()
    return nodes, weights


def _outcomes(policy: ConsensusPolicy) -> dict[tuple[int, int], tuple[float, float]]:
    """Ways to end, by number of right and wrong looks: their sum, and the part of them in which right wins.

    A state is the votes for the right label and, sorted, for the wrong ones. Each wrong label takes an equal part of
    the wrong looks, and labels with equal votes are alike, so states stay few.
    """
    going: dict[tuple[int, tuple[int, ...]], float] = {(0, (0,) * (policy.labels - 1)): 1.0}
    ended: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for look in range(policy.reviews + 1):
        after: dict[tuple[int, tuple[int, ...]], float] = defaultdict(float)
        for (right, wrong), ways in going.items():
            if look == policy.reviews or (policy.agree is not None and max(right, *wrong) >= policy.agree):
                best = max(wrong)
                level = 1 + sum(votes == best for votes in wrong)
                wins = 1.0 if right > best else 1.0 / level if right == best else 0.0
                ended[right, sum(wrong)][0] += ways
                ended[right, sum(wrong)][1] += ways * wins
                continue
            after[right + 1, wrong] += ways
            for label in range(len(wrong)):
                more = tuple(sorted((*wrong[:label], wrong[label] + 1, *wrong[label + 1 :]), reverse=True))
                after[right, more] += ways / len(wrong)
        going = after
    return {key: (ways, wins) for key, (ways, wins) in ended.items()}
