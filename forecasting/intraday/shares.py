"""Shares of a day by slot: how unlike days are, and how far thin data are shrunk to more of their like."""

import numpy as np
from numpy.typing import NDArray

# Days may be no more alike than this: beyond it, only chance moves an item from slot to slot.
MOST_ALIKE = 1e6
LEAST_ALIKE = 1.0
# Until the data tell, days are as unlike as this, and that counts for as many degrees of freedom.
USUALLY_ALIKE = 1000.0
USUAL_FREEDOM = 10.0


def halvings(n_slots: int) -> tuple[int, ...]:
    """Number of parts into which a day, and then each part again, is split down to its slots.

    Parameters
    ----------
    n_slots : int
        24 or 48. [-]

    Returns
    -------
    tuple of int
        Halves, quarters and eighths of a day, hours, and half hours where there are 48 slots.

    Examples
    --------
    >>> halvings(24), halvings(48)
    ((2, 2, 2, 3), (2, 2, 2, 3, 2))
    """
    return (2, 2, 2, 3) if n_slots == 24 else (2, 2, 2, 3, 2)


def day_to_day_concentration(
    days: NDArray[np.float64], weekday: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How alike the days of each queue are, beyond what chance makes of counts.

    Parameters
    ----------
    days : ndarray of shape (n_queues, n_days, n_slots)
        Items, NaN on days that were not observed. [items]
    weekday : int ndarray of shape (n_days,)
        Monday 0 to Sunday 6.

    Returns
    -------
    concentration : ndarray of shape (n_queues, n_levels)
        At each level of `halvings`: Dirichlet concentration of a part's split around its weekday's. [-]
    dispersion, largest : ndarrays of shape (n_queues,)
        Pearson's dispersion of the counts over all levels, and at the level where it is largest (1 where only
        chance is at work). [-]

    Notes
    -----
    A day that runs late runs late for hours, so that one concentration for all slots would make sums of hours too
    sure. Under a Dirichlet-multinomial the chi-squared of n items over f degrees of freedom has mean
    f (1 + (n - 1) / (concentration + 1)); summed over days and parts it is solved for the concentration.

    Examples
    --------
    >>> days = np.random.default_rng(0).poisson(50.0, (1, 70, 24)).astype(float)
    >>> day_to_day_concentration(days, np.arange(70) % 7)[1].round(1)
    array([1.])
    """
    parts = halvings(days.shape[2])
    concentration = np.empty((days.shape[0], len(parts)))
    largest = np.ones(days.shape[0])
    all_squared, all_freedom = np.full((2, days.shape[0]), USUAL_FREEDOM)
    for level in range(len(parts)):
        n_parents, n_children = int(np.prod(parts[:level])), int(np.prod(parts[: level + 1]))
        children = days.reshape(*days.shape[:2], n_children, -1).sum(axis=3)
        split = children.reshape(*days.shape[:2], n_parents, parts[level])
        squared, freedom, leverage = _misfit(split, weekday)
        mean_leverage = leverage / np.maximum(freedom, 1.0)
        excess = np.maximum(0.0, squared - freedom) + USUAL_FREEDOM * mean_leverage / (USUALLY_ALIKE + 1.0)
        alike = (leverage + USUAL_FREEDOM * mean_leverage) / np.maximum(excess, 1e-9) - 1.0
        concentration[:, level] = np.clip(np.where(leverage > 0, alike, USUALLY_ALIKE), LEAST_ALIKE, MOST_ALIKE)
        largest = np.maximum(largest, (squared + USUAL_FREEDOM) / (freedom + USUAL_FREEDOM))
        all_squared, all_freedom = all_squared + squared, all_freedom + freedom
    return concentration, np.maximum(1.0, all_squared / all_freedom), largest


def _misfit(
    split: NDArray[np.float64], weekday: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Chi-squared of parts around their weekday's split, its degrees of freedom, and these times n - 1."""
    squared, freedom, leverage = np.zeros((3, split.shape[0]))
    for day in range(7):
        counts = np.nan_to_num(split[:, weekday == day])
        size = counts.sum(axis=3)
        slots = counts.sum(axis=1)
        total = slots.sum(axis=2)
        shares = slots / np.where(total > 0, total, 1.0)[:, :, None]
        mean = size[..., None] * shares[:, None]
        squared += np.where(mean > 0, (counts - mean) ** 2 / np.where(mean > 0, mean, 1.0), 0.0).sum(axis=(1, 2, 3))
        n_busy = (size > 0).sum(axis=1)
        free = np.maximum(0, (shares > 0).sum(axis=2) - 1) * np.maximum(0, n_busy - 1)
        freedom += free.sum(axis=1)
        leverage += (free * np.maximum(0.0, total / np.maximum(1, n_busy) - 1.0)).sum(axis=1)
    return squared, freedom, leverage


def shrunk_shares(
    counts: NDArray[np.float64], dispersion: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares by weekday and slot, shrunk to the queue's mean day, and that to the mean day of all queues.

    Parameters
    ----------
    counts : ndarray of shape (n_queues, 7, n_slots)
        Items. [items]
    dispersion : ndarray of shape (n_queues,)
        Pearson's dispersion of counts: that many items tell as much as one independent item. [-]

    Returns
    -------
    shares : ndarray of shape (n_queues, 7, n_slots)
        Of sum 1 over slots. [-]
    certainty : ndarray of shape (n_queues, 7)
        Independent items that they are known by, those borrowed included. [items]

    Notes
    -----
    shares = (n p + k q) / (n + k) with n independent items of shares p, shrunk to q with the strength k of a
    Dirichlet prior. By moments, chi-squared of p against q exceeds its degrees of freedom by n / k a degree.

    Examples
    --------
    >>> counts = np.full((1, 7, 4), 100.0)
    >>> shrunk_shares(counts, np.ones(1))[0][0, 0].tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    independent = counts / dispersion[:, None, None]
    n_slots = counts.shape[2]
    by_queue = independent.sum(axis=1)
    every = by_queue.sum(axis=0)
    # One item spread evenly over the open slots keeps a slot that is merely rare from being impossible.
    open_slots = every > 0
    flat = np.where(open_slots.any(), open_slots / max(1, open_slots.sum()), np.full(n_slots, 1.0 / n_slots))
    pooled = (every + flat) / (every.sum() + 1.0)
    mean_day, known = _toward(by_queue, pooled[None, :], np.full(len(by_queue), every.sum() + 1.0))
    shares, certainty = _toward(independent.reshape(-1, n_slots), np.repeat(mean_day, 7, axis=0), np.repeat(known, 7))
    return shares.reshape(counts.shape), certainty.reshape(counts.shape[:2])


def _toward(
    counts: NDArray[np.float64], prior: NDArray[np.float64], known: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shrink rows of independent counts to prior shares by one strength, found from how unlike they are.

    The prior is known by `known` items, the row's own among them: nothing is known by more than these.
    """
    size = counts.sum(axis=1)
    mean = size[:, None] * prior
    squared = np.where(mean > 0, (counts - mean) ** 2 / np.where(mean > 0, mean, 1.0), 0.0).sum(axis=1)
    freedom = max(1.0, float((prior > 0).sum(axis=1).max()) - 1.0)
    busy = size > 0
    excess = max(0.0, float((squared - freedom)[busy].sum())) / freedom
    strength = float(np.clip(size[busy].sum() / max(excess, 1e-6), 1.0, 1e6)) if busy.any() else 1.0
    borrowed = np.minimum(strength, known)
    shares = (counts + borrowed[:, None] * prior) / (size + borrowed)[:, None]
    return shares / shares.sum(axis=1, keepdims=True), np.minimum(size + borrowed, known)
