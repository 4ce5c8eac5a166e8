"""The smallest team that meets a service level: a square-root first guess, and a search over whole servers."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx

from capacity.erlang.waiting import occupancy, service_level
from capacity.erlang_arguments import checked, evaluate

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]

# After three Newton steps the guess without abandonment is nearly always the answer: two tests an interval do.
NEWTON_STEPS = 3
# With abandonment the guess is bracketed, by halving and false position in turn; a step is cheap against a test.
BRACKET_STEPS = 7
# The exponentials of the guess stay finite for arguments up to this.
FARTHEST = 25.0
# Loads from here on are refused: whole numbers of servers near them are not all floats.
TOO_MANY = 1e15


def servers_required(
    load_erlangs: ArrayLike,
    *,
    target: ArrayLike,
    wait_limit: ArrayLike,
    patience: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Fewest servers that meet a service level, and an occupancy if one is given.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load. [erlangs]
    target : array_like
        Service level to reach, 0 <= target < 1. [-]
    wait_limit : array_like
        Longest wait that counts as in time. [handling times]
    patience : array_like, optional
        Mean patience; without it items wait for ever. [handling times]
    max_occupancy : array_like, optional
        Highest occupancy allowed, > 0. [-]

    Returns
    -------
    ndarray of int
        Of the broadcast shape: n meets the target by `service_level` (and by `occupancy`), n - 1 does not. [-]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    A square-root guess (Halfin-Whitt) is tested and moved until a whole number that meets the target stands next
    to one that does not: the answer is minimal by definition, and the work does not grow with the load.

    References
    ----------
    S. Halfin, W. Whitt, "Heavy-traffic limits for queues with many exponential servers", Operations Research 29
    (1981) 567-588, doi:10.1287/opre.29.3.567.

    Examples
    --------
    >>> servers_required([0, 10, 100, 100_000], target=0.8, wait_limit=20 / 180)
    array([     0,     14,    107, 100014])
    """
    load = checked("load_erlangs", load_erlangs, below=TOO_MANY)
    goal, limit = checked("target", target, below=1.0), checked("wait_limit", wait_limit)
    patient = None if patience is None else checked("patience", patience, positive=True)
    ceiling = None if max_occupancy is None else checked("max_occupancy", max_occupancy, positive=True)
    if ceiling is not None and (ceiling > 1.0).any():
        raise ValueError(f"max_occupancy must be > 0 and <= 1; found {ceiling.max():g}")
    given = [value for value in (load, goal, limit, patient, ceiling) if value is not None]
    shape = np.broadcast_shapes(*(value.shape for value in given))
    load, goal, limit = (np.broadcast_to(value, shape).reshape(-1) for value in (load, goal, limit))
    if patient is not None:
        patient = np.broadcast_to(patient, shape).reshape(-1)

    def gain(rows: Rows, servers: FloatArray) -> FloatArray:
        chosen = None if patient is None else patient[rows]
        return service_level(load[rows], servers, limit[rows], patience=chosen) - goal[rows]

    if patient is None:
        guess = _first_guess(load, goal, limit)
    else:
        guess = evaluate(_guess_with_patience, (load > 0) & (goal > 0), 0.0, load, goal, limit, patient)
    found = _fewest(gain, guess)
    if ceiling is not None:
        highest = np.broadcast_to(ceiling, shape).reshape(-1)

        def slack(rows: Rows, servers: FloatArray) -> FloatArray:
            chosen = None if patient is None else patient[rows]
            return highest[rows] - occupancy(load[rows], servers, patience=chosen)

        found = np.maximum(found, _fewest(slack, np.ceil(load / highest)))
    return found.reshape(shape).astype(np.int64)[()]


def _first_guess(load: FloatArray, target: FloatArray, wait_limit: FloatArray) -> FloatArray:
    """Whole servers near the answer without abandonment, by the Halfin-Whitt limit.

    With b standard deviations sqrt(a) above the load, log P(wait > T) is close to -log(1 + b M(b)) - b sqrt(a) T with
    M = Phi / phi. That is concave and falling in b, so that Newton's steps overshoot once and then close in.
    """
    deviation = np.sqrt(load)
    depth = -np.log1p(-target)
    decay = deviation * wait_limit
    safety = np.minimum(depth / (decay + np.sqrt(np.pi / 2)), np.sqrt(2 * depth))
    for _ in range(NEWTON_STEPS):
        mills = np.sqrt(np.pi / 2) * erfcx(-safety / np.sqrt(2))
        rise = 1.0 + safety * mills
        value = depth - np.log(rise) - safety * decay
        slope = mills / rise + safety + decay
        safety = np.maximum(safety + value / slope, 0.0)
    return np.where((load > 0) & (target > 0), np.maximum(np.ceil(load + safety * deviation), np.floor(load) + 1), 0.0)


def _guess_with_patience(
    load: FloatArray, target: FloatArray, wait_limit: FloatArray, patience: FloatArray
) -> FloatArray:
    """Whole servers near the answer with abandonment.

    An overloaded team serves n/a of the load, after a wait of log(a/n) times the patience: the fluid answer. The true
    one is some standard deviations sqrt(a) from it, and is not above the team that lets only 1 - target wait at all.
    """
    deviation = np.sqrt(load)
    fluid = load * np.maximum(target, np.exp(-wait_limit / patience))
    low = np.maximum(target * load, fluid - 3.0 * deviation)
    reach = fluid + (3.0 + np.sqrt(-2.0 * np.log1p(-target))) * deviation
    high = np.maximum(np.minimum(_first_guess(load, target, np.zeros_like(load)), reach), low)
    at_low, at_high = (_rough_level(load, n, wait_limit, patience) - target for n in (low, high))
    for step in range(BRACKET_STEPS):
        rise = np.where(at_high > at_low, at_high - at_low, 1.0)
        share = np.clip(-at_low / rise, 0.02, 0.98) if step % 2 else 0.5
        middle = low + share * (high - low)
        value = _rough_level(load, middle, wait_limit, patience) - target
        met = value >= 0
        high, at_high = np.where(met, middle, high), np.where(met, value, at_high)
        low, at_low = np.where(met, low, middle), np.where(met, at_low, value)
    return np.ceil(0.5 * (low + high))


def _rough_level(load: FloatArray, servers: FloatArray, wait_limit: FloatArray, patience: FloatArray) -> FloatArray:
    """Leading terms of `service_level` with patience: sqrt(pi n / 2) erfcx(+-eta sqrt(n / 2)) for each tail ratio."""
    ratio, elapsed = load / servers, wait_limit / patience
    left = ratio * np.exp(-elapsed)
    logarithm = np.log(ratio)
    eta = np.copysign(np.sqrt(2.0 * np.maximum(ratio - 1.0 - logarithm, 0.0)), ratio - 1.0)
    eta_end = np.copysign(np.sqrt(2.0 * np.maximum(left - 1.0 - logarithm + elapsed, 0.0)), left - 1.0)
    root, root_queue = np.sqrt(servers / 2), np.sqrt(servers * patience / 2)
    start, end, system = (
        np.clip(value, -FARTHEST, FARTHEST) for value in (eta * root_queue, eta_end * root_queue, eta * root)
    )
    idle = np.sqrt(np.pi) * root * erfcx(system) - 1 / 3
    queued = np.sqrt(np.pi) * root_queue * erfcx(-start) + 1 / 3
    queued_end = np.sqrt(np.pi) * root_queue * erfcx(-end) - 2 / 3
    lost = 1.0 + (ratio - 1.0) * queued + queued_end * np.exp(start * start - end * end)
    return np.asarray(1.0 - lost / (ratio * (idle + queued)))


def _fewest(gain: Callable[[Rows, FloatArray], FloatArray], guess: FloatArray) -> FloatArray:
    """Smallest whole numbers at which a rising function is not negative.

    Parameters
    ----------
    gain
        Takes rows and one whole number for each; must be >= 0 somewhere in every row.
    guess : ndarray of shape (n,)
        Whole numbers to start from, >= 0.
    """
    enough, short = np.full_like(guess, np.inf), np.full_like(guess, -1.0)
    at_enough, at_short = np.full_like(guess, np.nan), np.full_like(guess, np.nan)
    rows, trial, tried = np.arange(guess.size), guess, 0
    while rows.size:
        value = gain(rows, trial)
        met = value >= 0
        enough[rows[met]], at_enough[rows[met]] = trial[met], value[met]
        short[rows[~met]], at_short[rows[~met]] = trial[~met], value[~met]
        rows = rows[enough[rows] - short[rows] > 1]
        below, above = short[rows], enough[rows]
        # Strides double until the answer is bracketed; then false position, and halving to be safe against a bend.
        weight = at_short[rows] / (at_short[rows] - at_enough[rows]) if tried % 3 < 2 else 0.5
        inside = np.clip(np.ceil(below + (above - below) * weight), below + 1, above - 1)
        ahead = np.where(np.isnan(at_short[rows]), np.maximum(above - 2**tried, 0), inside)
        trial = np.where(np.isinf(above), below + 2**tried, ahead)
        tried += 1
    return enough
