"""Sample paths from past error trajectories: the same origins for every queue, so that sums stay honest."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from forecasting.ensemble.fitting import LEARNING_ORIGINS, StepLayout
from forecasting.methods.variance_scale import OFFSET

# With more zeros than this, errors are too lopsided to be mirrored.
MANY_ZEROS = 0.25
# Size of the second trajectory in a path against the first: fills what lies between past errors, and leaves their
# tails nearly as heavy as they were.
SMOOTHING = 0.15
# Standard errors that a mean error must exceed to be taken for more than chance.
SIGNIFICANT_ERRORS = 2.0
# Of so many origins none is given up.
ENOUGH_ORIGINS = 24
# Below this mean, rounding a rate to the nearest whole item would distort it.
LOW_VOLUME = 100.0
# Below this many items a period, cutting at zero matters.
NEAR_ZERO = 5.0
# Places in the table of random numbers at which a queue may start; drawing them anew for each would take longer.
ROUNDING_PLACES = 1 << 20
Singles = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginDraws:
    """Which past origins' errors each path is made of; the same for all queues.

    Attributes
    ----------
    origin : ndarray of shape (n_paths,)
        Index of the origin whose trajectory carries the path, 0 the latest.
    mirrored : bool ndarray of shape (n_paths,)
        Whether that trajectory is turned over.
    other : ndarray of shape (n_paths,)
        Index of the origin whose trajectory smooths the path.
    turned : bool ndarray of shape (n_paths,)
        Whether the smoothing trajectory is turned over.
    score : ndarray of shape (n_paths,)
        Standard normal score of how small the errors of the path are; a path and its mirror image share it.
    """

    origin: NDArray[np.intp]
    mirrored: NDArray[np.bool_]
    other: NDArray[np.intp]
    turned: NDArray[np.bool_]
    score: NDArray[np.float64]


def draw_origins(seed: int, n_paths: int, n_origins: int, least_apart: int = 1) -> OriginDraws:
    """Draw origins so that each, plain and mirrored, comes up equally often, give or take one.

    Parameters
    ----------
    seed, n_paths : int
        Nothing else decides the draws: neither the queues nor the length of the history.
    n_origins : int
        Origins to draw from, as many as a long history has.
    least_apart : int
        Origins between which horizons do not overlap; as many at least are between the two of a path.

    Notes
    -----
    Every round takes each origin once. Four rounds have the same pairs of origins, with all four choices of sign:
    the paths lie evenly around the forecast, and the products of different trajectories cancel. A path
    and its mirror image share a score; the scores lie at even steps of their distribution.

    Examples
    --------
    >>> draws = draw_origins(0, 4, 2)
    >>> sorted(draws.origin.tolist()), sorted(draws.other.tolist())
    ([0, 0, 1, 1], [0, 0, 1, 1])
    """
    rng = np.random.default_rng([seed, 1])
    order = rng.permutation(n_paths)
    origin, turn = order % n_origins, order // n_origins
    nearest = max(1, min(least_apart, n_origins // 2))
    apart = rng.permutation(np.arange(nearest, max(nearest, n_origins - nearest) + 1))
    step = apart[(turn // 4) % len(apart)]
    pair = turn // 2 * n_origins + origin
    even = (rng.permutation(int(pair.max()) + 1) + 0.5) / (pair.max() + 1)
    return OriginDraws(
        origin=origin,
        mirrored=np.asarray(turn % 2 == 1),
        other=(origin + step) % n_origins,
        turned=np.asarray((turn + turn // 2) % 2 == 1),
        score=np.asarray(ndtri(even)[pair]),
    )


def complete_trajectories(errors: NDArray[np.float64], n_origins: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Fill what is missing of the error trajectories by repeating what is there.

    Parameters
    ----------
    errors : ndarray of shape (n_queues, n_known, horizon)
        Errors by origin, the latest first; NaN where not known.
    n_origins : int
        Origins wanted.

    Returns
    -------
    trajectories : ndarray of shape (n_queues, n_origins, horizon)
        Origins beyond a queue's oldest repeat its own from the latest on; a gap takes the error at the same step
        from the next later origin that has one. 0 where a step was never observed.
    n_own : ndarray of shape (n_queues,)
        Origins back to the oldest kept.

    Notes
    -----
    Where there are enough, the oldest are not kept: their errors are those of an ensemble that had learned nothing
    yet, and larger than the next one will be.

    Examples
    --------
    >>> filled, own = complete_trajectories(np.array([[[1.0], [np.nan], [3.0], [np.nan]]]), 5)
    >>> filled[0, :, 0].tolist(), own.tolist()
    ([1.0, 1.0, 3.0, 1.0, 1.0], [3])
    """
    n_queues, n_known, horizon = errors.shape
    if n_known == 0:
        return np.zeros((n_queues, n_origins, horizon)), np.zeros(n_queues, dtype=np.intp)
    seen = ~np.isnan(errors)
    some = np.asarray(seen.any(axis=2), dtype=np.bool_)
    n_own = np.where(some.any(axis=1), n_known - some[:, ::-1].argmax(axis=1), 0)
    n_own = np.maximum(n_own - LEARNING_ORIGINS, np.minimum(n_own, ENOUGH_ORIGINS)).clip(max=n_origins)
    take = np.arange(n_origins)[None, :] % np.maximum(n_own, 1)[:, None]
    repeated = np.take_along_axis(errors, take[:, :, None], axis=1)
    missing = np.isnan(repeated)
    if not missing.any():
        return repeated, n_own.astype(np.intp)
    # Twice around, so that the latest origins find one too.
    index = np.where(missing, -1, np.arange(n_origins)[None, :, None])
    last = np.maximum.accumulate(np.concatenate([index, index], axis=1), axis=1)
    around = last[:, n_origins:]
    latest = last[:, :n_origins]
    source = np.where(latest >= 0, latest, around)
    filled = np.take_along_axis(repeated, np.maximum(source, 0), axis=1)
    return np.where(source >= 0, filled, 0.0), n_own.astype(np.intp)


def horizons_spanned(n_own: NDArray[np.intp], layout: StepLayout) -> NDArray[np.float64]:
    """How many horizons the origins of each queue span: about as many independent trajectories, at least 2."""
    return np.asarray(np.maximum(2.0, n_own * layout.stride / layout.horizon + 1.0))


def lasting_bias(trajectories: NDArray[np.float64], spans: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean error that stands out of its own uncertainty, of shape (n_queues,).

    Notes
    -----
    With mean error m of standard error s it is m max(0, 1 - (2 s / m)^2): a bias that may be chance is dropped, one
    that skewness makes is kept.
    """
    by_origin = trajectories.mean(axis=2)
    mean = by_origin.mean(axis=1)
    squared_error = by_origin.var(axis=1) / np.maximum(1.0, spans - 1.0)
    square = np.maximum(mean**2, 1e-12)
    return np.asarray(mean * np.maximum(0.0, 1.0 - SIGNIFICANT_ERRORS**2 * squared_error / square))


def root_paths(
    point: Singles,
    trajectories: Singles,
    bias: Singles,
    mirror: NDArray[np.bool_],
    size: Singles,
    draws: OriginDraws,
) -> Singles:
    """Point forecast plus a mixture of two past trajectories a path, (n_queues, n_paths, horizon), on the root scale.

    Parameters
    ----------
    point : ndarray of shape (n_queues, horizon)
        Point forecasts.
    trajectories : ndarray of shape (n_queues, n_origins, horizon)
        Complete error trajectories.
    bias : ndarray of shape (n_queues,)
        Mean that mirrored trajectories are turned around.
    mirror : bool ndarray of shape (n_queues,)
        Whether the queue's trajectories may be mirrored.
    size : ndarray of shape (n_queues, n_paths)
        How large errors are on each path, relative to the past ones.
    draws
        Origins drawn.

    Notes
    -----
    A smoothed bootstrap [1]_: with departures e from the bias, a path adds s (+-e_i +- h e_j) / sqrt(1 + h^2), s being
    its size. The kernel is the trajectories' own distribution, so that covariances, across queues and across the
    horizon, stay in proportion, while no two paths are alike. Where errors are too lopsided to be mirrored, the
    trajectory whose sum ranks as high as that of e_i ranks low stands in for -e_i, so that such a queue still rises
    and falls with the others.

    References
    ----------
    .. [1] B. W. Silverman, G. A. Young (1987), The bootstrap: to smooth or not to smooth?, Biometrika 74(3),
       doi:10.1093/biomet/74.3.469.
    """
    n_origins = trajectories.shape[1]
    centre = np.where(mirror, bias, trajectories.mean(axis=(1, 2)))[:, None, None]
    departure = (trajectories - centre) * np.float32(1 / np.sqrt(1 + SMOOTHING**2))
    over = np.where(mirror[:, None, None], -departure, _opposite(departure))
    carrying = np.concatenate([departure, over], axis=1)
    smoothing = np.concatenate([departure, -departure], axis=1) * np.float32(SMOOTHING)
    paths: Singles = np.take(carrying, draws.origin + n_origins * draws.mirrored, axis=1)
    paths += np.take(smoothing, draws.other + n_origins * draws.turned, axis=1)
    paths *= size[:, :, None]
    paths += point[:, None] + centre
    return paths


def _opposite(departure: Singles) -> Singles:
    """For each origin the trajectory of as high a rank as its own is low, of shape (n_queues, n_origins, horizon)."""
    order = np.argsort(departure.sum(axis=2), axis=1, kind="stable")
    opposite = np.empty_like(order)
    np.put_along_axis(opposite, order, order[:, ::-1], axis=1)
    return np.take_along_axis(departure, opposite[:, :, None], axis=1)


def to_items(roots: Singles) -> Singles:
    """Items of which these are the roots, of shape (n_queues, n_paths, horizon), in place.

    Notes
    -----
    Cutting at zero lifts the mean of a queue that is near it; its paths are scaled back to the mean before.
    """
    np.maximum(roots, np.float32(0), out=roots)
    np.square(roots, out=roots)
    roots -= np.float32(OFFSET)
    for row in np.flatnonzero(roots[:, :8].mean(axis=(1, 2)) < NEAR_ZERO):
        items = roots[row]
        before = float(items.mean(dtype=np.float64))
        np.maximum(items, np.float32(0), out=items)
        after = float(items.mean(dtype=np.float64))
        if before > 0:
            items *= np.float32(before / after)
    return np.maximum(roots, np.float32(0), out=roots)


def rounding_table(seed: int, size: int) -> Singles:
    """Even random numbers that all queues share, each from a place of its own; `size` more than there are places."""
    return np.random.default_rng([seed, 2]).random(ROUNDING_PLACES + size, dtype=np.float32)


def whole_items(rate: Singles, table: Singles, queue: str) -> Singles:
    """Round to whole items in place; low rates up or down by chance, so that their mean is kept.

    Parameters
    ----------
    rate : ndarray of shape (n_paths, horizon)
        Arrivals of one queue. [items]
    table
        Random numbers, as `rounding_table` gives them.
    queue
        Its name decides which of them are used, so that adding a queue changes no other queue's paths.
    """
    if rate.mean() >= LOW_VOLUME:
        return np.rint(rate, out=rate)
    first = zlib.crc32(queue.encode()) % ROUNDING_PLACES
    rate += table[first : first + rate.size].reshape(rate.shape)
    return np.floor(rate, out=rate)
