"""Sample paths from past error trajectories: the same origin for every queue, so that sums stay honest."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.fitting import StepLayout
from forecasting.variance_scale import OFFSET

# With more zeros than this, errors are too lopsided to be mirrored.
MANY_ZEROS = 0.25
# Below this mean, rounding a rate to the nearest whole item would distort it.
LOW_VOLUME = 100.0
# Below this many items a period, cutting at zero matters.
NEAR_ZERO = 5.0
Singles = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginDraws:
    """Which past origin's errors each path repeats, and whether mirrored; the same for all queues.

    Attributes
    ----------
    origin : ndarray of shape (n_paths,)
        Index of the origin, 0 the latest.
    mirrored : bool ndarray of shape (n_paths,)
        Whether the trajectory is turned over.
    """

    origin: NDArray[np.intp]
    mirrored: NDArray[np.bool_]


def draw_origins(seed: int, n_paths: int, n_origins: int) -> OriginDraws:
    """Draw origins so that each, plain and mirrored, comes up equally often, give or take one.

    Parameters
    ----------
    seed, n_paths : int
        Nothing else decides the draws: neither the queues nor the length of the history.
    n_origins : int
        Origins to draw from, as many as a long history has.

    Examples
    --------
    >>> sorted(draw_origins(0, 4, 2).origin.tolist())
    [0, 0, 1, 1]
    """
    order = np.random.default_rng([seed, 1]).permutation(n_paths)
    return OriginDraws(origin=order % n_origins, mirrored=(order // n_origins) % 2 == 1)


def complete_trajectories(errors: NDArray[np.float64], n_origins: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Fill what is missing of the error trajectories by repeating what is there.

    Parameters
    ----------
    errors : ndarray of shape (n_queues, n_known, horizon)
        Errors by origin, the latest first; NaN where not known.
    n_origins : int
        Origins wanted, at least n_known.

    Returns
    -------
    trajectories : ndarray of shape (n_queues, n_origins, horizon)
        Origins beyond a queue's oldest repeat its own from the latest on; a gap takes the error at the same step
        from the next later origin that has one. 0 where a step was never observed.
    n_own : ndarray of shape (n_queues,)
        Origins back to the oldest known.

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
    With mean error m of standard error s it is m max(0, 1 - s^2 / m^2): a bias that may be chance is dropped, one
    that skewness makes is kept.
    """
    by_origin = trajectories.mean(axis=2)
    mean = by_origin.mean(axis=1)
    squared_error = by_origin.var(axis=1) / np.maximum(1.0, spans - 1.0)
    square = np.maximum(mean**2, 1e-12)
    return np.asarray(mean * np.maximum(0.0, 1.0 - squared_error / square))


def root_paths(
    point: Singles,
    trajectories: Singles,
    bias: Singles,
    widening: Singles,
    mirror: NDArray[np.bool_],
    draws: OriginDraws,
) -> Singles:
    """Point forecast plus one past trajectory a path, of shape (n_queues, n_paths, horizon), on the root scale.

    Parameters
    ----------
    point : ndarray of shape (n_queues, horizon)
        Point forecasts.
    trajectories : ndarray of shape (n_queues, n_origins, horizon)
        Complete error trajectories.
    bias, widening : ndarray of shape (n_queues,)
        Mean that mirrored trajectories are turned around, and factor on all of them.
    mirror : bool ndarray of shape (n_queues,)
        Whether the queue's trajectories may be mirrored.
    draws
        Origins drawn.

    Notes
    -----
    The variance of a mean over n independent trajectories adds 1/n to that of the next one, hence a widening of
    sqrt(1 + 1/n). Mirroring doubles how many distinct futures there are, and keeps all covariances.
    """
    turned = draws.mirrored[None, :] & mirror[:, None]
    sign = np.where(turned, -widening[:, None], widening[:, None]).astype(np.float32)
    shift = np.where(turned, 2 * (bias * widening)[:, None], 0).astype(np.float32)
    paths = trajectories[:, draws.origin]
    paths *= sign[:, :, None]
    paths += shift[:, :, None]
    paths += point[:, None]
    return paths


def to_items(roots: Singles) -> Singles:
    """Items of which these are the roots, of shape (n_queues, n_paths, horizon), in place.

    Notes
    -----
    Cutting at zero lifts the mean of a queue that is near it; its paths are scaled back to the mean before.
    """
    np.maximum(roots, np.float32(0), out=roots)
    np.square(roots, out=roots)
    roots -= np.float32(OFFSET)
    for items in roots:
        if items[:8].mean() < NEAR_ZERO:
            before = float(items.mean(dtype=np.float64))
            np.maximum(items, np.float32(0), out=items)
            after = float(items.mean(dtype=np.float64))
            if before > 0:
                items *= np.float32(before / after)
    return np.maximum(roots, np.float32(0), out=roots)


def whole_items(rate: Singles, seed: int, queue: str) -> Singles:
    """Round to whole items in place; low rates up or down by chance, so that their mean is kept.

    Parameters
    ----------
    rate : ndarray of shape (n_paths, horizon)
        Arrivals of one queue. [items]
    seed, queue
        The draws depend on these alone, so that adding a queue changes no other queue's paths.
    """
    if rate.mean() >= LOW_VOLUME:
        return np.rint(rate, out=rate)
    rate += queue_rng(seed, queue).random(rate.shape, dtype=np.float32)
    return np.floor(rate, out=rate)


def queue_rng(seed: int, queue: str) -> np.random.Generator:
    """Return the random numbers of one queue."""
    return np.random.default_rng([seed, 2, zlib.crc32(queue.encode())])
