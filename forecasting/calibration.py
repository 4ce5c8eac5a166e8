"""How often intervals held what came: by period ahead, and for the sums that planning uses."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def coverage_by_horizon(actual: NDArray[np.float64], bounds: NDArray[np.float64]) -> pd.DataFrame:
    """Coverage and width of the 80 and 95% intervals by period ahead.

    Parameters
    ----------
    actual : ndarray of shape (n_origins, n_queues, horizon)
        What came, NaN where not observed. [items]
    bounds : ndarray of shape (n_origins, 4, n_queues, horizon)
        2.5, 10, 90 and 97.5% quantiles. [items]

    Returns
    -------
    pandas.DataFrame
        `horizon` (1, 2, ...), `n`, `coverage_80`, `coverage_95` and `width_80` (mean width over the mean of what
        came) [-].

    Examples
    --------
    >>> bounds = np.array([0.0, 1.0, 3.0, 4.0])[None, :, None, None] * np.ones((2, 1, 1, 1))
    >>> coverage_by_horizon(np.array([[[2.0]], [[4.0]]]), bounds)
       horizon  n  coverage_80  coverage_95  width_80
    0        1  2          0.5          1.0  0.666667
    """
    seen = ~np.isnan(actual)
    n = seen.sum(axis=(0, 1))
    divisor = np.where(n > 0, n, np.nan)

    def share(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(((actual >= low) & (actual <= high)).sum(axis=(0, 1)) / divisor)

    low_95, low_80, high_80, high_95 = np.moveaxis(bounds, 1, 0)
    came = np.where(seen, actual, 0.0).sum(axis=(0, 1))
    width = np.where(seen, high_80 - low_80, 0.0).sum(axis=(0, 1))
    return pd.DataFrame(
        {
            "horizon": np.arange(1, actual.shape[2] + 1),
            "n": n,
            "coverage_80": share(low_80, high_80),
            "coverage_95": share(low_95, high_95),
            "width_80": width / np.where(came > 0, came, np.nan),
        }
    )


def coverage_of_sums(sums: pd.DataFrame) -> pd.DataFrame:
    """Coverage of the 80 and 95% intervals by kind of sum.

    Parameters
    ----------
    sums
        One row a sum: `scope`, `actual`, `low_95`, `low_80`, `high_80`, `high_95`.

    Returns
    -------
    pandas.DataFrame
        `scope`, `n`, `coverage_80`, `coverage_95` [-].
    """
    inside = pd.DataFrame(
        {
            "scope": sums["scope"],
            "n": 1,
            "coverage_80": sums["actual"].between(sums["low_80"], sums["high_80"]).astype(float),
            "coverage_95": sums["actual"].between(sums["low_95"], sums["high_95"]).astype(float),
        }
    )
    grouped = inside.groupby("scope", sort=False)
    return grouped.agg(
        n=("n", "sum"), coverage_80=("coverage_80", "mean"), coverage_95=("coverage_95", "mean")
    ).reset_index()
