"""Load that arrivals of a changing rate offer hour by hour: the busy servers if there were always enough of them."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, ndtr

from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]
HandlingFamily = Literal["gamma", "lognormal"]

# Work left after this many remaining handling times is spread over all periods alike.
MEMORY_MEANS = 40.0


def offered_load(
    arrivals: ArrayLike,
    *,
    handle_periods: ArrayLike,
    handle_cv: ArrayLike = 1.0,
    family: HandlingFamily = "gamma",
    in_service: ArrayLike | None = None,
) -> FloatArray:
    """Mean offered load of each period, with the arrivals even inside a period.

    Parameters
    ----------
    arrivals : array_like of shape (..., n_periods)
        Items that arrive in each period. [items]
    handle_periods : array_like of shape (...)
        Mean handling time. [periods]
    handle_cv : array_like of shape (...)
        Coefficient of variation of the handling time: 1 with "gamma" is exponential, 0 is fixed. [-]
    family : {"gamma", "lognormal"}
        Distribution of the handling time.
    in_service : array_like of shape (...), optional
        Items in service when the first period starts. Without it the periods repeat for ever: before the week came
        the same week. [items]

    Returns
    -------
    ndarray of shape (..., n_periods)
        Mean of m(t) over the period. [erlangs]

    Raises
    ------
    ValueError
        If an argument is negative or not finite, a handling time is zero, or the family is unknown.

    Notes
    -----
    m(t) is the integral of the arrival rate at t - u times P(S > u) over u > 0. It lags behind the rate and is
    flatter. Staffing each period by `servers_required` for this load, the modified offered load, keeps the service
    steady where staffing for the rate of the moment does not.

    With K(t) = E[t min(S, t) - min(S, t)^2 / 2], the double integral of P(S > u), one item in a period adds
    K(j + 1) - 2 K(j) + K(j - 1) to the mean of the j-th period after it: exact, not a sum on a grid. Items in
    service at the start have the stationary remaining time, which for exponential times is exact.

    References
    ----------
    S. G. Eick, W. A. Massey, W. Whitt, "The physics of the M_t/G/infinity queue", Operations Research 41 (1993)
    731-742, doi:10.1287/opre.41.4.731.
    O. B. Jennings, A. Mandelbaum, W. A. Massey, W. Whitt, "Server staffing to meet time-varying demand", Management
    Science 42 (1996) 1383-1394, doi:10.1287/mnsc.42.10.1383.

    Examples
    --------
    >>> offered_load([0, 60, 0, 0], handle_periods=0.5, in_service=0)
    array([ 0.  , 17.03, 11.22,  1.52])
    """
    items = np.atleast_1d(checked("arrivals", arrivals))
    mean = checked("handle_periods", handle_periods, positive=True)[..., None]
    variation = checked("handle_cv", handle_cv)[..., None]
    if family not in ("gamma", "lognormal"):
        raise ValueError(f"family must be 'gamma' or 'lognormal'; found {family!r}")
    n_periods = items.shape[-1]
    if in_service is None:
        return _convolved(items, _repeating_weights(n_periods, mean, variation, family), n_periods)
    reached = _second_integral(np.arange(n_periods + 1.0), mean, variation, family)
    first = np.diff(reached, axis=-1)
    weights = np.diff(first, axis=-1, prepend=0.0)
    still_there = checked("in_service", in_service)[..., None] * np.maximum(1.0 - first / mean, 0.0)
    return _convolved(items, weights, 2 * n_periods)[..., :n_periods] + still_there


def _repeating_weights(n_periods: int, mean: FloatArray, variation: FloatArray, family: str) -> FloatArray:
    """Load in each period from one item in the first, with the periods on a circle; they sum to the handling time."""
    longest = float(np.max(MEMORY_MEANS * mean * (1.0 + variation**2)))
    rounds = int(np.ceil(longest / n_periods))
    reached = _second_integral(np.arange(rounds * n_periods + 1.0), mean, variation, family)
    weights = np.diff(np.diff(reached, axis=-1), axis=-1, prepend=0.0)
    folded = weights.reshape(*weights.shape[:-1], rounds, n_periods).sum(axis=-2)
    return np.asarray(folded + (mean - folded.sum(axis=-1, keepdims=True)) / n_periods)


def _second_integral(time: FloatArray, mean: FloatArray, variation: FloatArray, family: str) -> FloatArray:
    """K(t) = t E[S; S <= t] - E[S^2; S <= t] / 2 + t^2 P(S > t) / 2."""
    fixed = variation == 0
    # Any positive variation serves where the handling time is fixed; the result is replaced below.
    square = np.where(fixed, 1.0, variation) ** 2
    if family == "gamma":
        shape, scaled = 1.0 / square, time / (mean * square)
        below_1, below_2, above = (gammainc(shape + 1, scaled), gammainc(shape + 2, scaled), gammaincc(shape, scaled))
    else:
        sigma = np.sqrt(np.log1p(square))
        with np.errstate(divide="ignore"):
            score = np.log(time / mean) / sigma + sigma / 2
        below_1, below_2, above = ndtr(score - sigma), ndtr(score - 2 * sigma), ndtr(-score)
    varied = time * mean * below_1 + (time**2 * above - mean**2 * (1.0 + square) * below_2) / 2
    return np.where(fixed, np.where(time < mean, time**2 / 2, mean * (time - mean / 2)), varied)


def _convolved(items: FloatArray, weights: FloatArray, length: int) -> FloatArray:
    spectrum = np.fft.rfft(items, length) * np.fft.rfft(weights, length)
    # Rounding leaves tiny negative loads where there are none.
    return np.asarray(np.maximum(np.fft.irfft(spectrum, length), 0.0))
