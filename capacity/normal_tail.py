"""The normal distribution function to seven digits, several times faster than to sixteen."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# erfc(x) = t exp(-x^2 + p(t)) with t = 1 / (1 + x / 2), x >= 0; p from its highest power down.
COEFFICIENTS = (
    0.17087277,
    -0.82215223,
    1.48851587,
    -1.13520398,
    0.27886807,
    -0.18628806,
    0.09678418,
    0.37409196,
    1.00002368,
    -1.26551223,
)


def normal_below(values: FloatArray) -> FloatArray:
    """Probability that a standard normal variable is below each value.

    Parameters
    ----------
    values : ndarray of shape (...)
        Finite. [-]

    Returns
    -------
    ndarray of shape (...)
        To a relative error of 1.2e-7, also in the lower tail. [-]

    References
    ----------
    .. [1] W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery (1992), Numerical Recipes in C, 2nd ed.,
       section 6.2 (`erfcc`), Cambridge University Press.

    Examples
    --------
    >>> normal_below(np.array([-10.0, 0.0, 1.96])).round(6)
    array([0.   , 0.5  , 0.975])
    """
    distance = np.abs(values)
    t = distance * (0.5 / np.sqrt(2.0))
    t += 1.0
    np.divide(1.0, t, out=t)
    power = t * COEFFICIENTS[0]
    for coefficient in COEFFICIENTS[1:-1]:
        power += coefficient
        power *= t
    power += COEFFICIENTS[-1]
    distance *= distance
    distance *= 0.5
    power -= distance
    np.exp(power, out=power)
    power *= t
    power *= 0.5
    # That is what lies beyond the distance: the answer on the lower side, its complement on the other.
    upper = np.asarray(values > 0.0, dtype=np.float64)
    np.subtract(1.0, power + power, out=t)
    t *= upper
    t += power
    return np.asarray(t)
