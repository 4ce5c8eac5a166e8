"""The scale on which errors are about as large at high volumes as at low ones: square roots."""

import numpy as np
from numpy.typing import NDArray

# Anscombe's offset: the square root of a Poisson count plus this has a variance of a quarter at any mean.
OFFSET = 0.375


def to_even_variance(items: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sqrt(items + 3/8); NaN stays NaN.

    References
    ----------
    .. [1] F. J. Anscombe (1948), The transformation of Poisson, binomial and negative-binomial data, Biometrika
       35(3/4), doi:10.2307/2332343.

    Examples
    --------
    >>> from_even_variance(to_even_variance(np.array([0.0, 9.0])))
    array([0., 9.])
    """
    return np.asarray(np.sqrt(items + OFFSET))


def from_even_variance(roots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the items of which these are the roots, never negative."""
    return np.asarray(np.maximum(np.square(np.maximum(roots, 0.0)) - OFFSET, 0.0))
