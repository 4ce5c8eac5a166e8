"""On-time share where the target is short: Erlang's chance waits on top of the backlog that earlier hours leave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv

from capacity.erlang import delay_probability
from capacity.normal_tail import normal_below
from capacity.turnaround.flow import cumulative

FloatArray = NDArray[np.float64]

# Gauss-Legendre: two moments of a step stand for all of it.
MOMENTS = (0.5 - np.sqrt(1 / 12), 0.5 + np.sqrt(1 / 12))
MOMENT_WEIGHTS = (0.5, 0.5)
# Handling times are cut at these quantiles, and the mean of each part stands for it. The longest decide most.
HANDLING_CUTS = np.array([0.0, 0.5, 0.85, 1.0])
# Paths are looked at in blocks of so many cells: their arrays then stay in the second-level cache.
BLOCK_CELLS = 32_768
# exp of more than this overflows; what it is multiplied with is then 0 to the last bit.
LARGEST_EXPONENT = 700.0
# Stands for the variance of a step to which no item comes; whatever follows from it weighs nothing.
LEAST_VARIANCE = 1e-9
# Far below capacity nobody waits by chance, and the quotient that says how soft the reflection is says nothing.
MOST_SOFTNESS = 3.0
# A steady state needs a drift of this much of its variance downwards.
LEAST_DECAY = -1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortTarget:
    """What a queue with a short target asks of every step.

    Attributes
    ----------
    target_steps, handle_steps : float
        Time from arrival to deadline, and mean time of one review. [steps]
    reviews_per_item : float
        Reviews that one item takes in all. [-]
    handle_cv : float
        Coefficient of variation of the time of a review (gamma distributed). [-]
    """

    target_steps: float
    handle_steps: float
    reviews_per_item: float
    handle_cv: float

    @property
    def variance(self) -> float:
        """Variance of the work that comes, an item, in units of the work of an item squared [-]."""
        return 1.0 + self.handle_cv**2 / self.reviews_per_item

    def handling_parts(self) -> tuple[FloatArray, FloatArray]:
        """Parts of the reviews that are shorter than the target, which stand for all of these.

        Returns
        -------
        handling : ndarray of shape (n_parts,)
            Mean handling time of each part; one part where all reviews take the same time, none where that is longer
            than the target. [steps]
        probability : ndarray of shape (n_parts,)
            Of each part; they sum to the share of reviews that are shorter than the target. [-]

        Examples
        --------
        >>> parts = ShortTarget(target_steps=8.0, handle_steps=1.0, reviews_per_item=1.0, handle_cv=1.0)
        >>> handling, probability = parts.handling_parts()
        >>> bool(abs((handling * probability).sum() - (1 - 9 * np.exp(-8))) < 1e-12)
        True
        """
        if self.handle_cv == 0:
            fits = self.handle_steps <= self.target_steps
            return np.full(int(fits), self.handle_steps), np.ones(int(fits))
        shape = self.handle_cv**-2
        longest = gammainc(shape, shape * self.target_steps / self.handle_steps)
        below: FloatArray = HANDLING_CUTS * longest
        cuts = gammaincinv(shape, below)
        probability = np.diff(below)
        means = np.diff(gammainc(shape + 1.0, cuts)) / np.maximum(probability, np.finfo(np.float64).tiny)
        return np.asarray(means * self.handle_steps), probability


def on_time_by_step(arrivals: FloatArray, capacity: FloatArray, backlog: FloatArray, short: ShortTarget) -> FloatArray:
    """Share of the items that arrive in each step and are decided within the target.

    Parameters
    ----------
    arrivals, capacity : ndarray of shape (n_paths, n_steps)
        Items that arrive, and that could be decided, in each step. [items]
    backlog : ndarray of shape (n_paths, n_steps)
        Items that wait at the start of each step, a draw of chance (`capacity.chance_flow`). [items]
    short
        Target and handling time.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        Expected over chance within the step. After the last step, capacity goes on as in it. [-]

    Notes
    -----
    An item that arrives a time f into the step, with handling time S, is late where the backlog then is more than
    K, the capacity until T - S later. From backlog x at the start of the step, with drift m = arrivals - capacity
    and variance v = `variance` x arrivals, that has the probability

        ndtr((x + m f - K) / s) + tail ndtr(-(x + m f + K + 2 m w / v) / s),   s^2 = v f + w,

    the law of a reflected Brownian motion, with w the variance of what is decided meanwhile. Its first term is the
    backlog that was carried in; the second is what chance adds. In the steady state tail is P(W > T - S), for which
    the Erlang C formula is put (its exponent over (1 + cv^2) / 2 where handling times are not exponential); in
    overload it is that of the motion. Reviewers who fall idle one by one soften the reflection: K counts some items
    more, as many as make the motion's steady state that of Erlang C, in the limit sqrt(pi n / 2) at load n [2]_.

    With loads far from the capacity and short handling this is the Erlang formula of each hour, for large volumes
    the flow without chance.

    References
    ----------
    .. [1] J. M. Harrison (1985), Brownian Motion and Stochastic Flow Systems, section 1.8.
    .. [2] S. Halfin, W. Whitt (1981), Heavy-traffic limits for queues with many exponential servers, Operations
       Research 29(3), doi:10.1287/opre.29.3.567.

    Examples
    --------
    Ten erlangs and fourteen reviewers, handling times of a minute and a target of five: few are late.

    >>> short = ShortTarget(target_steps=5 / 60, handle_steps=1 / 60, reviews_per_item=1.0, handle_cv=1.0)
    >>> share = on_time_by_step(np.full((1, 2), 600.0), np.full((1, 2), 840.0), np.zeros((1, 2)), short)
    >>> bool((abs(share - 0.993) < 0.001).all())
    True
    """
    came, could, waiting = np.broadcast_arrays(arrivals, capacity, backlog)
    rows = max(1, BLOCK_CELLS // came.shape[-1])
    blocks = (slice(start, start + rows) for start in range(0, came.shape[0], rows))
    return np.concatenate([_on_time_in_block(came[part], could[part], waiting[part], short) for part in blocks])


def late_at_least_by_step(
    arrivals: FloatArray, most_capacity: FloatArray, least_backlog: FloatArray, short: ShortTarget
) -> FloatArray:
    """Share of the items of each step that are late by `on_time_by_step`, whatever the capacity below a known one.

    Parameters
    ----------
    arrivals, most_capacity : ndarray of shape (n_paths, n_steps)
        Items that arrive, and the most that could be decided, in each step. [items]
    least_backlog : ndarray of shape (n_paths, n_steps)
        Items that wait at the start of each step with that capacity. [items]
    short
        Target and handling time.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        A lower bound for every capacity that is nowhere above the given one. [-]

    Notes
    -----
    The share that is late need not fall with every hour of capacity, but parts of it do. Of its two terms that of the
    backlog carried in is kept, ndtr((x + m f - softness - K) / s): x + m f - K only grows where capacity is less. The
    softness is at most that of the given capacity where that is not enough for the load, and at most
    `MOST_SOFTNESS` times its limit elsewhere; s lies between that of no room and that of the given room. The part of
    the items whose handling takes longer than the target is late in any case.

    Examples
    --------
    Half the capacity that the load takes, and a day's backlog:

    >>> short = ShortTarget(target_steps=0.5, handle_steps=0.1, reviews_per_item=1.0, handle_cv=1.0)
    >>> late_at_least_by_step(np.full((1, 1), 60.0), np.full((1, 1), 30.0), np.full((1, 1), 700.0), short)
    array([[1.]])
    """
    came, could, waiting = np.broadcast_arrays(arrivals, most_capacity, least_backlog)
    servers = could * short.reviews_per_item * short.handle_steps
    variance = np.maximum(short.variance * came, LEAST_VARIANCE)
    drift = came - could
    spread = short.reviews_per_item * short.variance / 2.0
    limit = np.sqrt(0.5 * np.pi * servers) * spread / short.reviews_per_item
    softness = np.where(2.0 * drift / variance < LEAST_DECAY, MOST_SOFTNESS, 1.0) * limit
    ahead = _Ahead.of(could, short.target_steps)
    handling, probability = short.handling_parts()
    late = np.full(came.shape, 1.0 - probability.sum())
    for moment, weight in zip(MOMENTS, MOMENT_WEIGHTS, strict=True):
        below = waiting + moment * drift - softness
        for mean, share in zip(handling, probability, strict=True):
            room = ahead.total_at(moment + short.target_steps - mean) - ahead.total_at(moment)
            beyond = below - room
            spreads = moment * variance
            spreads += np.where(beyond > 0.0, short.variance * np.maximum(room, 0.0), 0.0)
            late += (weight * share) * np.where(room <= 0.0, 1.0, normal_below(beyond / np.sqrt(spreads)))
    return np.asarray(np.clip(late, 0.0, 1.0))


def _on_time_in_block(came: FloatArray, could: FloatArray, waiting: FloatArray, short: ShortTarget) -> FloatArray:
    """`on_time_by_step` of paths whose arrays fit the cache.

    Parameters
    ----------
    came, could, waiting : ndarray of shape (n_paths, n_steps)
        Items that arrive and that could be decided in each step, and that wait when it begins. [items]
    short
        Target and handling time.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        Share on time of what arrives in each step. [-]
    """
    work = short.reviews_per_item * short.handle_steps
    load, servers = came * work, could * work
    stable = load < servers
    drift = came - could
    spread = short.reviews_per_item * short.variance / 2.0
    variance = np.maximum(short.variance * came, LEAST_VARIANCE)
    tilt = 2.0 * drift / variance
    with np.errstate(divide="ignore"):
        delayed = np.log(np.where(stable, delay_probability(load, np.where(stable, servers, load + 1.0)), 1.0))
    # Decay of the tail by item of capacity: (n - a) / spread a handling time, in which n / reviews are decided.
    decay = np.divide(drift * work * short.reviews_per_item, servers * spread, out=np.zeros(came.shape), where=stable)
    softness = _softness(np.sqrt(0.5 * np.pi * servers) * spread / short.reviews_per_item, delayed, tilt)
    busy = short.variance * np.divide(load, servers, out=np.ones(came.shape), where=stable)
    # Both exponents, of the steady state and of the motion, are straight lines in the room.
    base = np.where(stable, delayed, tilt * softness)
    slope = np.where(stable, decay, tilt * (1.0 + 0.5 * tilt * busy))
    lean = 1.0 + tilt * busy
    ahead = _Ahead.of(could, short.target_steps)
    late = np.zeros(came.shape)
    handling, probability = short.handling_parts()
    for moment, weight in zip(MOMENTS, MOMENT_WEIGHTS, strict=True):
        there = waiting + moment * drift
        below, above = there - softness, there + softness
        since = ahead.total_at(moment)
        for mean, share in zip(handling, probability, strict=True):
            room = ahead.total_at(moment + short.target_steps - mean) - since
            deviation = np.sqrt(variance * moment + busy * room)
            chance = np.exp(np.minimum(base + slope * room, LARGEST_EXPONENT))
            chance *= normal_below(-(above + lean * room) / deviation)
            chance += normal_below((below - room) / deviation)
            # Without room nothing is decided in time.
            chance += room <= 0.0
            late += (weight * share) * np.minimum(chance, 1.0)
    return np.asarray(np.maximum(probability.sum() - late, 0.0))


def _softness(limit: FloatArray, delayed: FloatArray, tilt: FloatArray) -> FloatArray:
    """Items by which the reflection is soft: -log(C) over the decay of the motion, and its limit near load n.

    Parameters
    ----------
    limit : ndarray of shape (n_paths, n_steps)
        What it comes to where load and capacity are alike. [items]
    delayed : ndarray of shape (n_paths, n_steps)
        Logarithm of the chance of delay C; 0 where the load exceeds the servers. [-]
    tilt : ndarray of shape (n_paths, n_steps)
        Twice the drift over the variance; minus the decay by item of the backlog. [1/items]

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        At most `MOST_SOFTNESS` times the limit. [items]
    """
    decays = tilt < LEAST_DECAY
    items = np.divide(delayed, tilt, out=limit.copy(), where=decays)
    return np.minimum(items, MOST_SOFTNESS * limit)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Ahead:
    """Running total of the capacity, continued after the last step as in it."""

    total: FloatArray
    n_steps: int

    @classmethod
    def of(cls, capacity: FloatArray, longest: float) -> "_Ahead":
        more = np.repeat(capacity[..., -1:], int(np.ceil(longest)) + 2, axis=-1)
        return cls(total=cumulative(np.concatenate([capacity, more], axis=-1)), n_steps=capacity.shape[-1])

    def total_at(self, offset: float) -> FloatArray:
        """Total at an offset from the start of each step, between nodes on a straight line."""
        whole = int(np.floor(offset))
        part = offset - whole
        left = self.total[..., whole : whole + self.n_steps]
        return np.asarray((1.0 - part) * left + part * self.total[..., whole + 1 : whole + 1 + self.n_steps])
