"""How often intervals held what came: by period ahead, and for the sums that planning uses."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def share_inside(below: NDArray[np.float64], equal: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """How much of what came lies in the central interval of that level.

    Parameters
    ----------
    below, equal : ndarray of any shape
        Share of paths below what came, and equal to it; NaN where nothing was observed. [-]
    level : float
        Probability of the interval. [-]

    Returns
    -------
    ndarray of that shape
        0 or 1 where no path equals what came; else the part of the equal paths that the interval takes. [-]

    Notes
    -----
    An interval of whole numbers holds at least its level, and at few items a day much more: of a Poisson variable of
    mean 5 the 80% interval from 2 to 8 holds 89%. To count only the part of the bounds' own probability that the
    interval needs is to take the mean over the randomised probability integral transform [1]_: a forecast that is right
    covers its level exactly, and one that is too wide shows.

    References
    ----------
    .. [1] C. Czado, T. Gneiting, L. Held (2009), Predictive model assessment for count data, Biometrics 65(4),
       doi:10.1111/j.1541-0420.2009.01191.x.

    Examples
    --------
    >>> share_inside(np.array([0.5, 0.95, 0.0]), np.array([0.0, 0.0, 0.2]), 0.8)
    array([1. , 0. , 0.5])
    """
    low, high = (1 - level) / 2, (1 + level) / 2
    inside = np.where((below >= low) & (below <= high), 1.0, 0.0)
    overlap = np.maximum(0.0, np.minimum(below + equal, high) - np.maximum(below, low))
    share = np.where(equal > 0, overlap / np.where(equal > 0, equal, 1.0), inside)
    return np.where(np.isnan(below), np.nan, share)


def coverage_by_horizon(
    actual: NDArray[np.float64],
    below: NDArray[np.float64],
    equal: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> pd.DataFrame:
    """Coverage and width of the 80 and 95% intervals by period ahead.

    Parameters
    ----------
    actual : ndarray of shape (n_origins, n_queues, horizon)
        What came, NaN where not observed. [items]
    below, equal : ndarray of the same shape
        Share of paths below what came, and equal to it. [-]
    bounds : ndarray of shape (n_origins, 4, n_queues, horizon)
        2.5, 10, 90 and 97.5% quantiles. [items]

    Returns
    -------
    pandas.DataFrame
        `horizon` (1, 2, ...), `n`, `coverage_80`, `coverage_95` (see `share_inside`) and `width_80` (mean width over
        the mean of what came) [-].

    Examples
    --------
    >>> bounds = np.array([0.0, 1.0, 3.0, 4.0])[None, :, None, None] * np.ones((2, 1, 1, 1))
    >>> below = np.array([[[0.5]], [[0.96]]])
    >>> coverage_by_horizon(np.array([[[2.0]], [[3.5]]]), below, 0 * below, bounds)
       horizon  n  coverage_80  coverage_95  width_80
    0        1  2          0.5          1.0  0.727273
    """
    seen = ~np.isnan(actual)
    n = seen.sum(axis=(0, 1))
    divisor = np.where(n > 0, n, np.nan)
    low_80, high_80 = bounds[:, 1], bounds[:, 2]
    came = np.where(seen, actual, 0.0).sum(axis=(0, 1))
    width = np.where(seen, high_80 - low_80, 0.0).sum(axis=(0, 1))
    covered = [np.nansum(share_inside(below, equal, level), axis=(0, 1)) / divisor for level in (0.8, 0.95)]
    return pd.DataFrame(
        {
            "horizon": np.arange(1, actual.shape[2] + 1),
            "n": n,
            "coverage_80": covered[0],
            "coverage_95": covered[1],
            "width_80": width / np.where(came > 0, came, np.nan),
        }
    )


def coverage_of_sums(sums: pd.DataFrame) -> pd.DataFrame:
    """Coverage of the 80 and 95% intervals by kind of sum.

    Parameters
    ----------
    sums
        One row a sum: `scope`, and the share of paths `below` and `equal` to what came.

    Returns
    -------
    pandas.DataFrame
        `scope`, `n`, `coverage_80`, `coverage_95` (see `share_inside`) [-].
    """
    below, equal = sums["below"].to_numpy(np.float64), sums["equal"].to_numpy(np.float64)
    inside = pd.DataFrame(
        {
            "scope": sums["scope"],
            "n": 1,
            "coverage_80": share_inside(below, equal, 0.8),
            "coverage_95": share_inside(below, equal, 0.95),
        }
    )
    grouped = inside.groupby("scope", sort=False)
    return grouped.agg(
        n=("n", "sum"), coverage_80=("coverage_80", "mean"), coverage_95=("coverage_95", "mean")
    ).reset_index()
