"""What flows of money are worth: present value, internal rate of return, payback; on many paths at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.cost_schedule import discount_factors

FloatArray = NDArray[np.float64]

# Flows below half a cent are no flows.
HALF_A_CENT = 0.005
# Logarithms of the discount factor of a week between which rates are looked for: 99.9994% lost, to 160,000-fold.
WIDEST_LOG = 12.0
HALVINGS = 60


def net_present_value(flows_usd: ArrayLike, annual_rate: float) -> FloatArray:
    """Present value of weekly flows, each at the start of its week.

    Parameters
    ----------
    flows_usd : array_like of shape (..., n_weeks)
        Money in, less money out. [USD]
    annual_rate : float
        Discount rate, above -1. [1/year]

    Returns
    -------
    ndarray of shape (...)
        [USD]

    Raises
    ------
    ValueError
        If the rate is not above -1.

    Examples
    --------
    >>> float(net_present_value([-100.0, 60.0, 60.0], 0.0))
    20.0
    """
    flows = np.asarray(flows_usd, dtype=np.float64)
    days = 7.0 * np.arange(flows.shape[-1], dtype=np.float64)
    return np.asarray((flows * discount_factors(days, annual_rate)).sum(axis=-1))


def internal_rate_of_return(flows_usd: ArrayLike) -> FloatArray:
    """Rate by week at which weekly flows are worth nothing; NaN where no rate, or not just one, is meaningful.

    Parameters
    ----------
    flows_usd : array_like of shape (..., n_weeks)
        Money in, less money out. [USD]

    Returns
    -------
    ndarray of shape (...)
        A year has (1 + rate)^(365.25 / 7) - 1. [1/week]

    Notes
    -----
    Defined where money goes out first and either the flows change sign once (Descartes: one rate above -1), or their
    running sum changes sign once and ends above 0 (Norstrom [1]_: one rate of 0 or more). Otherwise a project has
    several rates or none. Found by bisection on all paths together.

    References
    ----------
    .. [1] C. J. Norstrom (1972), A sufficient condition for a unique nonnegative internal rate of return, Journal
       of Financial and Quantitative Analysis 7(3), 1835-1839.

    Examples
    --------
    >>> internal_rate_of_return([[-100.0, 110.0], [-100.0, 0.0], [100.0, -50.0]]).round(9)
    array([0.1, nan, nan])
    """
    flows = np.asarray(flows_usd, dtype=np.float64)
    flows = np.where(np.abs(flows) < HALF_A_CENT, 0.0, flows)
    running = np.cumsum(flows, axis=-1)
    once = (_sign_changes(flows) == 1) & (_first_sign(flows) < 0)
    once_in_sum = (_sign_changes(running) == 1) & (_first_sign(running) < 0) & (running[..., -1] > 0)
    low = np.full(flows.shape[:-1], -WIDEST_LOG)
    high = np.where(once, WIDEST_LOG, 0.0)
    week = np.arange(flows.shape[-1])
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        recovered = (flows * np.exp(middle[..., None] * week)).sum(axis=-1) > 0
        low, high = np.where(recovered, low, middle), np.where(recovered, middle, high)
    return np.where(once | once_in_sum, np.expm1(-(low + high) / 2.0), np.nan)


def payback_weeks(flows_usd: ArrayLike) -> FloatArray:
    """Weeks from the first flow until all money is back for good.

    Parameters
    ----------
    flows_usd : array_like of shape (..., n_weeks)
        Money in, less money out, not discounted. [USD]

    Returns
    -------
    ndarray of shape (...)
        Whole weeks, 1 if the first week pays for itself; infinite if money is still out when the weeks end; 0 where
        nothing flows. [weeks]

    Examples
    --------
    >>> payback_weeks([[0.0, -100.0, 60.0, 60.0], [0.0, -100.0, 60.0, 20.0]])
    array([ 3., inf])
    """
    flows = np.asarray(flows_usd, dtype=np.float64)
    n_weeks = flows.shape[-1]
    moves = np.abs(flows) >= HALF_A_CENT
    first = np.where(moves.any(axis=-1), np.argmax(moves, axis=-1), n_weeks)
    out = np.cumsum(flows, axis=-1) < -HALF_A_CENT
    last_out = np.where(out.any(axis=-1), n_weeks - 1 - np.argmax(out[..., ::-1], axis=-1), first - 1)
    weeks = np.where(first < n_weeks, last_out + 2.0 - first, 0.0)
    return np.where(out[..., -1], np.inf, weeks)


def _sign_changes(values: FloatArray) -> NDArray[np.int64]:
    """Number of changes of sign along the last axis, zeros left out."""
    sign = np.sign(values)
    # A zero takes the sign of what came before it.
    place = np.maximum.accumulate(np.where(sign != 0, np.arange(values.shape[-1]), 0), axis=-1)
    carried = np.take_along_axis(sign, place, axis=-1)
    return np.asarray((carried[..., 1:] * carried[..., :-1] < 0).sum(axis=-1))


def _first_sign(values: FloatArray) -> FloatArray:
    """Sign of the first value that is not 0; 0 if all are."""
    sign = np.sign(values)
    place = np.argmax(sign != 0, axis=-1)
    return np.asarray(np.take_along_axis(sign, place[..., None], axis=-1)[..., 0])
