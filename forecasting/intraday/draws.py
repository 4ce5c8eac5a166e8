"""Days split into hours by random shares, item by item."""

import numpy as np
from numpy.typing import NDArray


def drawn_shares(
    shares: NDArray[np.float64], concentration: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Dirichlet shares around given ones.

    Parameters
    ----------
    shares : ndarray of shape (..., n_slots)
        Mean shares, of sum 1; slots without share stay without. [-]
    concentration : ndarray of shape (...)
        Larger is closer to the mean: the variance of a share p is p (1 - p) / (concentration + 1). [-]
    rng
        Source of the draws.

    Returns
    -------
    ndarray of shape (..., n_slots)
        Of sum 1. [-]

    Examples
    --------
    >>> drawn_shares(np.array([0.5, 0.5, 0.0]), np.array(1e12), np.random.default_rng(0)).round(3)
    array([0.5, 0.5, 0. ])
    """
    drawn = rng.standard_gamma(shares * concentration[..., None])
    total = drawn.sum(axis=-1, keepdims=True)
    # Tiny concentrations can draw nothing at all in every slot; the mean shares then stand.
    return np.asarray(np.where(total > 0, drawn / np.where(total > 0, total, 1.0), shares))


def drawn_days(
    shares: NDArray[np.float64],
    concentration: NDArray[np.float64],
    parts: tuple[int, ...],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Shares of days around given ones, each part of a day split again around its own mean split.

    Parameters
    ----------
    shares : ndarray of shape (..., n_slots)
        Mean shares, of sum 1. [-]
    concentration : ndarray of shape (n_levels,)
        Dirichlet concentration of the splits at each level. [-]
    parts
        Number of parts at each level; their product is n_slots.
    rng
        Source of the draws.

    Returns
    -------
    ndarray of shape (..., n_slots)
        Of sum 1. [-]

    Examples
    --------
    >>> drawn_days(np.full(4, 0.25), np.full(2, 1e12), (2, 2), np.random.default_rng(0)).round(3)
    array([0.25, 0.25, 0.25, 0.25])
    """
    lead = shares.shape[:-1]
    drawn = np.ones((*lead, 1))
    for level, n_parts in enumerate(parts):
        n_children = int(np.prod(parts[: level + 1]))
        children = shares.reshape(*lead, n_children, -1).sum(axis=-1).reshape(*lead, n_children // n_parts, n_parts)
        total = children.sum(axis=-1, keepdims=True)
        mean = np.where(total > 0, children / np.where(total > 0, total, 1.0), 1.0 / n_parts)
        split = drawn_shares(mean, np.asarray(concentration[level]), rng)
        drawn = (drawn[..., None] * split).reshape(*lead, n_children)
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def split_items(
    items: NDArray[np.float64], shares: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Throw items into slots, each by itself, and lose none.

    Parameters
    ----------
    items : ndarray of shape (...)
        Items to split; a fraction of an item goes to one slot as it is. [items]
    shares : ndarray of shape (..., n_slots)
        Chance of each slot, of sum 1. [-]
    rng
        Source of the draws.

    Returns
    -------
    ndarray of shape (..., n_slots)
        Of sum exactly `items`. [items]

    Examples
    --------
    >>> float(split_items(np.array(7.25), np.array([0.2, 0.8]), np.random.default_rng(0)).sum())
    7.25
    """
    whole = np.floor(items)
    # The last chance is what the others leave, whatever their rounding: multinomial takes it so.
    counts = rng.multinomial(whole.astype(np.int64), shares).astype(np.float64)
    slot = (np.cumsum(shares, axis=-1) < rng.random(items.shape)[..., None]).sum(axis=-1)
    slot = np.minimum(slot, shares.shape[-1] - 1)[..., None]
    # A whole number below the total plus its fraction needs no more digits than the total: the sum is exact.
    np.put_along_axis(counts, slot, np.take_along_axis(counts, slot, axis=-1) + (items - whole)[..., None], axis=-1)
    return counts
