"""Erlang A: Poisson arrivals, exponential handling, and waiting items that leave after an exponential patience."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from capacity.erlang.poisson_ratios import Position, below_over_mass, from_over_mass, upper_tail

FloatArray = NDArray[np.float64]

# Above this exponent the two factors of a survival probability are replaced by the tails themselves.
DEEPEST = 300.0

# All functions take one-dimensional arrays of one length, with load and servers > 0; times in handling times.


class Waiting(NamedTuple):
    """Shares of all arrivals that wait and that abandon, and A = 1F1(1; y + 1; x), infinite in deep overload."""

    delayed: FloatArray
    abandoned: FloatArray
    queued: FloatArray


def waiting(load: FloatArray, servers: FloatArray, patience: FloatArray) -> Waiting:
    """P(wait > 0) and P(abandon).

    Parameters
    ----------
    load, servers, patience : ndarray of shape (n,)
        Offered load and servers, above 0; mean patience. [erlangs, servers, handling times]

    Returns
    -------
    Waiting
        Arrays of shape (n,). [-]

    Notes
    -----
    With y = n patience, x = a patience and U = 1/B - 1, where B is Erlang B:
    P(wait > 0) = A / (U + A) and P(abandon) = (1 - (1 - a/n) A) / ((a/n) (U + A)).
    """
    ratio, excess = load / servers, (load - servers) / servers
    idle = below_over_mass(Position(servers, ratio, excess))
    queued, shortfall = from_over_mass(Position(servers * patience, ratio, excess))
    # Divided through by A: in deep overload A is infinite and the limit is 1 - n/a.
    inverse = 1.0 / queued
    lost = inverse + excess
    light = excess <= 0
    lost[light] = shortfall[light] * inverse[light]
    either = 1.0 + idle * inverse
    return Waiting(1.0 / either, lost / (ratio * either), queued)


def served_within(load: FloatArray, servers: FloatArray, patience: FloatArray, wait_limit: FloatArray) -> FloatArray:
    """P(served and wait <= limit) over all arrivals.

    Parameters
    ----------
    load, servers, patience : ndarray of shape (n,)
        As in `waiting`.
    wait_limit : ndarray of shape (n,)
        [handling times]

    Returns
    -------
    ndarray of shape (n,)
        [-]

    Notes
    -----
    V, the wait of an item that never gives up, has P(V > T) = P(wait > 0) F(x e^-u) / F(x) with u = T / patience and
    F(x) = P(Poisson(x) >= y), and P(served, V > T) = P(V > T) (1 - 1/A_T) n/a, with A_T = A at x e^-u.
    """
    state = waiting(load, servers, patience)
    count, ratio, excess = servers * patience, load / servers, (load - servers) / servers
    elapsed = wait_limit / patience
    left, gone = np.exp(-elapsed), np.expm1(-elapsed)
    start, end = Position(count, ratio, excess), Position(count, ratio * left, excess * left + gone)
    queued_end = from_over_mass(end)[0]
    exponent = -count * (excess * gone + _elapsed_less_gone(elapsed, gone))
    # F(x e^-u) / F(x) = exp(exponent) A_T / A, whose factors overflow in deep overload.
    deep = (exponent > DEEPEST) | np.isinf(state.queued)
    survival = np.exp(np.where(deep, 0.0, exponent)) * (queued_end / np.where(deep, 1.0, state.queued))
    if deep.any():
        rows = np.flatnonzero(deep)
        survival[rows] = upper_tail(end.take(rows)) / upper_tail(start.take(rows))
    late = state.delayed * survival * (1.0 - 1.0 / queued_end) / ratio
    return np.clip(1.0 - state.abandoned - late, 0.0, 1.0)


def _elapsed_less_gone(elapsed: FloatArray, gone: FloatArray) -> FloatArray:
    """The difference u - (1 - e^-u), to full relative precision for small u."""
    short = np.minimum(elapsed, 0.3)
    series = np.zeros_like(short)
    for order in range(12, 1, -1):
        series = (1.0 - series) * short / order
    return np.where(elapsed < 0.3, elapsed * series, elapsed + gone)
