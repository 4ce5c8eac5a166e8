"""Queues with too short or too plain a past: forecast from their level, other queues' shape, and widened."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.fitting import QueueFits
from forecasting.methods.variance_scale import to_even_variance

# Fewer past trajectories than this say little of what may happen.
LEAST_OWN_ORIGINS = 6
DONORS = 64
PROFILE_WEEKS = 8
# Weeks of its own that count as much as what other queues say of the weekly shape.
PRIOR_WEEKS = 2.0
# What is not known of a level of which hardly a week was seen, relative to its root: about 60% of the items either way.
LEVEL_UNCERTAINTY = 0.3
# How far a level wanders in a week, relative to its root.
WEEKLY_WANDER = 0.05
DONOR_WIDENING = 1.25
# Errors larger than so many mean errors are a donor's own odd days, and lend no more.
MOST_LENT = 8.0
LEVEL_WEEKS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Donors:
    """What long histories lend to short ones.

    Attributes
    ----------
    names : tuple of str
        The queues that lend.
    trajectories : ndarray of shape (n_donors, n_origins, horizon)
        Errors over each donor's mean absolute error, cut at 8.
    relative_error : float
        Typical mean absolute error over the root of the level; NaN without donors.
    profile : ndarray of shape (season_periods,)
        Typical weekly shape with mean 1; the last entry is the last period of the history.
    """

    names: tuple[str, ...]
    trajectories: NDArray[np.float64]
    relative_error: float
    profile: NDArray[np.float64]


def no_donors(season_periods: int) -> Donors:
    """Return that nothing is lent: a flat week."""
    return Donors(
        names=(), trajectories=np.zeros((0, 0, 0)), relative_error=float("nan"), profile=np.ones(season_periods)
    )


def pool_donors(
    names: tuple[str, ...],
    items: NDArray[np.float64],
    fits: QueueFits,
    trajectories: NDArray[np.float64],
    season_periods: int,
) -> Donors:
    """Standardise the trajectories and weekly shapes of queues with long histories.

    Parameters
    ----------
    names
        The donors.
    items : ndarray of shape (n_donors, n_periods)
        Their items. [items]
    fits
        Their fits.
    trajectories : ndarray of shape (n_donors, n_origins, horizon)
        Their completed error trajectories.
    season_periods : int
        Periods in a week.
    """
    size = np.abs(trajectories).mean(axis=(1, 2))
    moving = size > 0
    if not moving.any():
        return no_donors(season_periods)
    level = np.maximum(fits.point.mean(axis=1), 0.6)
    shapes = np.stack([weekly_shape(row, season_periods)[0] for row in items[moving]])
    shape = np.nan_to_num(np.median(np.nan_to_num(shapes, nan=1.0), axis=0), nan=1.0)
    return Donors(
        names=tuple(name for name, moves in zip(names, moving, strict=True) if moves),
        trajectories=np.clip(trajectories[moving] / size[moving, None, None], -MOST_LENT, MOST_LENT),
        relative_error=float(np.median(size[moving] / level[moving])),
        profile=shape / max(float(shape.mean()), 1e-9),
    )


def weekly_shape(items: NDArray[np.float64], season_periods: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean by place in the week over that of all places, from the last weeks, and how often each was seen.

    Returns
    -------
    shape, count : ndarrays of shape (season_periods,)
        The last entry is the place of the last period. NaN where never seen.
    """
    recent = items[-PROFILE_WEEKS * season_periods :]
    padded = np.full(-(-len(recent) // season_periods) * season_periods, np.nan)
    padded[len(padded) - len(recent) :] = recent
    weeks = padded.reshape(-1, season_periods)
    seen = ~np.isnan(weeks)
    count = seen.sum(axis=0)
    mean = np.where(count > 0, np.where(seen, weeks, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    overall = mean[count > 0].mean() if (count > 0).any() else 0.0
    return (mean / overall if overall > 0 else np.where(count > 0, 1.0, np.nan)), count.astype(np.float64)


def cold_point(items: NDArray[np.float64], horizon: int, donors: Donors) -> NDArray[np.float64]:
    """Level of what was seen of late x weekly shape, its own and the donors' by weeks seen.

    Parameters
    ----------
    items : ndarray of shape (n_periods,)
        One queue, NaN where not observed; at least one is. [items]
    horizon : int
        Periods ahead.
    donors
        What other queues lend.

    Returns
    -------
    ndarray of shape (horizon,)
        [items]
    """
    season = len(donors.profile)
    own, count = weekly_shape(items, season)
    weight = count / (count + PRIOR_WEEKS)
    shape = np.where(count > 0, weight * np.nan_to_num(own) + (1 - weight) * donors.profile, donors.profile)
    place = (np.arange(len(items)) - len(items)) % season
    seen = np.flatnonzero(~np.isnan(items))[-LEVEL_WEEKS * season :]
    exposure = shape[place[seen]].sum()
    level = items[seen].sum() / exposure if exposure > 0 else items[seen].mean()
    return np.asarray(level * shape[np.arange(horizon) % season])


def cold_paths(
    point: NDArray[np.float64],
    items: NDArray[np.float64],
    donors: Donors,
    origin: NDArray[np.intp],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Widened paths on the root scale, of shape (n_paths, horizon).

    Parameters
    ----------
    point : ndarray of shape (horizon,)
        Point forecast on the root scale.
    items : ndarray of shape (n_periods,)
        What was observed. [items]
    donors
        Lend their trajectories, a donor picked by chance for each origin; without any, errors are independent.
    origin : ndarray of shape (n_paths,)
        Origins drawn.
    rng
        Random numbers of this queue.
    """
    roots = to_even_variance(items[~np.isnan(items)])
    n_seen, level = len(roots), max(float(point.mean()), 0.6)
    own = float(np.abs(np.diff(roots)).mean()) / np.sqrt(2) if n_seen > 1 else 0.0
    # A count varies by half an item on this scale even where nothing else is known.
    prior = max(donors.relative_error * level, 0.0) if donors.names else 0.4 + 0.1 * level
    size = (n_seen * own + 7 * prior) / (n_seen + 7)
    horizon, n_paths, season = len(point), len(origin), len(donors.profile)
    level_error = LEVEL_UNCERTAINTY * level / np.sqrt(1 + n_seen / season) * rng.standard_normal((n_paths, 1))
    if donors.names:
        lender = rng.integers(0, len(donors.names), donors.trajectories.shape[1])
        noise = DONOR_WIDENING * size * donors.trajectories[np.asarray(lender)[origin], origin]
    else:
        steps = rng.standard_normal((n_paths, horizon)) * WEEKLY_WANDER * level / np.sqrt(season)
        noise = 1.25 * size * rng.standard_normal((n_paths, horizon)) + np.cumsum(steps, axis=1)
    return np.asarray(point + level_error + noise)


def unseen_paths(n_seen: int, n_paths: int, horizon: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Paths of a queue that has only ever been empty, of shape (n_paths, horizon) [items].

    Notes
    -----
    After n empty periods the rate has a gamma posterior of shape 1/2 and rate n (Jeffreys' prior), and arrivals
    given the rate are Poisson.
    """
    rate = rng.gamma(0.5, 1.0 / max(1, n_seen), (n_paths, 1))
    return rng.poisson(rate, (n_paths, horizon)).astype(np.float64)
