"""Noisy effects of past events pulled together: over queues, over occurrences of one event and over its kind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A kind seen once is trusted half, seen twice two thirds.
PRIOR_OCCURRENCES = 1.0
# What comes again by name is more alike than what is of one kind only.
PRIOR_OCCURRENCES_BY_NAME = 0.5
# Two occurrences of one event differ by about a quarter of its effect, until more occurrences say otherwise.
OCCURRENCE_SPREAD = 0.25
LEAST_SPREAD = 0.05
SPREAD_OCCURRENCES = 2.0
# Of an event whose kind was never seen, little more is known than that it may matter.
UNSEEN_SPREAD = 0.1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShrunkEffects:
    """Log effects of the events of one kind.

    Attributes
    ----------
    past, past_spread : ndarrays of shape (n_events, n_queues)
        What each occurrence did, and the standard deviation of what is known of it. [log]
    future, future_spread : ndarrays of shape (n_events, n_queues)
        What one more occurrence would do, and its standard deviation. [log]
    """

    past: NDArray[np.float64]
    past_spread: NDArray[np.float64]
    future: NDArray[np.float64]
    future_spread: NDArray[np.float64]


def shrink_effects(
    estimate: NDArray[np.float64],
    variance: NDArray[np.float64],
    family: NDArray[np.intp],
    *,
    prior: float,
    given: NDArray[np.float64],
    given_variance: NDArray[np.float64],
) -> ShrunkEffects:
    """Shrink measured log effects of one kind of event towards what is like them.

    Parameters
    ----------
    estimate, variance : ndarrays of shape (n_events, n_queues)
        Measured log effects, NaN where an event was not seen on a queue, and their sampling variances. [log]
    family : int ndarray of shape (n_events,)
        Equal for occurrences of one event; 0 to n_families - 1.
    prior : float
        Log effect assumed of a kind that was never seen. [log]
    given, given_variance : ndarrays of shape (n_events,)
        Log effect that the planner gave, NaN where none, and its variance. [log]

    Returns
    -------
    ShrunkEffects

    Notes
    -----
    Effects are occurrence + queue deviation + noise. Queues are averaged by precision; the average of an
    occurrence counts for tau^2 / (tau^2 + its variance) of one, tau^2 being the variance between occurrences
    of one event (moments, with a prior of two occurrences). The kind's mean is shrunk to `prior` as if that had been
    seen once, an event's mean to its kind's as if seen half a time, and a queue's deviation to none by its
    own noise: empirical Bayes with normal priors [1]_.

    References
    ----------
    .. [1] C. N. Morris (1983), Parametric empirical Bayes inference, Journal of the American Statistical
       Association 78(381), doi:10.1080/01621459.1983.10477920.

    Examples
    --------
    >>> none = np.full(2, np.nan)
    >>> shrunk = shrink_effects(np.array([[0.6], [np.nan]]), np.full((2, 1), 1e-9), np.array([0, 1]), prior=0.0,
    ...                         given=none, given_variance=none)
    >>> shrunk.future.round(2).tolist()
    [[0.5], [0.3]]
    """
    seen = ~np.isnan(estimate)
    between_queues = _variance_between_queues(estimate, variance, seen)
    mean, mean_variance = _pooled(estimate, variance + between_queues, seen, axis=1)
    member = (family[None, :] == np.arange(family.max(initial=0) + 1)[:, None]).astype(np.float64)
    between = _variance_between_occurrences(mean, mean_variance, member)
    centre, centre_variance = _event_means(mean, mean_variance, member, between, prior)

    deviation = np.where(seen, estimate - mean[:, None], 0.0)
    precision = np.where(seen, 1.0 / variance, 0.0)
    by_kind = _posterior(deviation, precision, np.ones((1, len(family))), between_queues)
    by_event = by_kind + _posterior(np.where(seen, deviation - by_kind, 0.0), precision, member, between_queues)
    queue_variance = between_queues / (1.0 + between_queues * (member @ precision))

    own = np.where(np.isnan(given), centre[family], given)
    own_variance = np.where(np.isnan(given), between, given_variance + LEAST_SPREAD**2)
    known = np.isfinite(mean_variance)
    gain = np.where(known, own_variance / (own_variance + np.where(known, mean_variance, 1.0)), 0.0)
    occurrence = own + gain * (np.where(known, mean, own) - own)
    past = occurrence[:, None] + by_event[family]
    past += np.where(seen, between_queues / (between_queues + variance) * (estimate - past), 0.0)
    past_variance = (1.0 - gain) * own_variance
    return ShrunkEffects(
        past=past,
        past_spread=np.sqrt(past_variance[:, None] + queue_variance[family]),
        future=centre[family][:, None] + by_event[family],
        future_spread=np.sqrt(centre_variance[family][:, None] + queue_variance[family]),
    )


def _variance_between_queues(
    estimate: NDArray[np.float64], variance: NDArray[np.float64], seen: NDArray[np.bool_]
) -> float:
    """Variance of effects over queues within one occurrence, less what noise explains."""
    several = seen & (seen.sum(axis=1, keepdims=True) >= 2)
    if not several.any():
        return 0.0
    mean, _ = _pooled(estimate, variance, several, axis=1)
    spare = 1.0 - 1.0 / several.sum(axis=1, keepdims=True).clip(1)
    # Weighted by precision, so that one noisy queue does not make all queues look alike or apart.
    weight = np.where(several, 1.0 / (variance + LEAST_SPREAD**2), 0.0)
    excess = np.where(several, (estimate - mean[:, None]) ** 2 / spare.clip(0.5) - variance, 0.0)
    return float(max(0.0, (weight * excess).sum() / weight.sum()))


def _variance_between_occurrences(
    mean: NDArray[np.float64], mean_variance: NDArray[np.float64], member: NDArray[np.float64]
) -> float:
    known = np.isfinite(mean_variance)
    if not known.any():
        return UNSEEN_SPREAD**2
    value, noise = np.where(known, mean, 0.0), np.where(known, mean_variance, 0.0)
    weight = np.where(known, 1.0 / (LEAST_SPREAD**2 + noise), 0.0)
    first_guess = max(LEAST_SPREAD, OCCURRENCE_SPREAD * abs(float((weight * value).sum() / weight.sum())))
    mass = member @ weight
    centre = (member @ (weight * value)) / np.where(mass > 0, mass, 1.0)
    count = member @ known
    apart = np.where(known, (value - centre @ member) ** 2, 0.0).sum() - (noise @ (1 - 1 / (count @ member).clip(1)))
    freedom = float((count - 1).clip(0).sum())
    return float((max(0.0, apart) + SPREAD_OCCURRENCES * first_guess**2) / (freedom + SPREAD_OCCURRENCES))


def _event_means(
    mean: NDArray[np.float64],
    mean_variance: NDArray[np.float64],
    member: NDArray[np.float64],
    between: float,
    prior: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of one more occurrence of each event of a kind."""
    known = np.isfinite(mean_variance)
    if not known.any():
        return np.full(len(member), prior), np.full(len(member), UNSEEN_SPREAD**2)
    counts_for = np.where(known, between / (between + np.where(known, mean_variance, 1.0)), 0.0)
    count = member @ counts_for
    own = (member @ (counts_for * np.where(known, mean, 0.0))) / np.where(count > 0, count, 1.0)
    kind = (PRIOR_OCCURRENCES * prior + count @ own) / (PRIOR_OCCURRENCES + count.sum())
    trust = count / (1.0 + count)
    # Until many events of the kind are known, they are taken to lie apart by half of its mean effect.
    apart = (trust @ (own - kind) ** 2 + (0.5 * kind) ** 2 + LEAST_SPREAD**2) / (trust.sum() + 1.0)
    centre = (PRIOR_OCCURRENCES_BY_NAME * kind + count * own) / (PRIOR_OCCURRENCES_BY_NAME + count)
    doubt = PRIOR_OCCURRENCES_BY_NAME / (PRIOR_OCCURRENCES_BY_NAME + count)
    return centre, between * (1.0 + 1.0 / (1.0 + count)) + doubt * apart


def _pooled(
    estimate: NDArray[np.float64], variance: NDArray[np.float64], seen: NDArray[np.bool_], axis: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Precision-weighted mean and its variance; 0 and infinity where nothing was seen."""
    precision = np.where(seen, 1.0 / variance, 0.0)
    mass = precision.sum(axis=axis)
    safe = np.where(mass > 0, mass, 1.0)
    mean = (precision * np.where(seen, estimate, 0.0)).sum(axis=axis) / safe
    return mean, np.where(mass > 0, 1.0 / safe, np.inf)


def _posterior(
    deviation: NDArray[np.float64], precision: NDArray[np.float64], member: NDArray[np.float64], between: float
) -> NDArray[np.float64]:
    """Deviation of each queue in each group, shrunk to none by its noise, of shape (n_groups, n_queues)."""
    return np.asarray(between * (member @ (precision * deviation)) / (1.0 + between * (member @ precision)))
