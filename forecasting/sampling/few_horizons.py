"""What a back-test over few horizons leaves open: how large errors are."""

import numpy as np
from numpy.typing import NDArray

# No path takes errors for larger than so many times their past size.
LARGEST = 3.0
Singles = NDArray[np.float32]


def sizes_drawn(spans: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how large errors are on each path, relative to the past ones, of shape (n_queues, n_paths).

    Parameters
    ----------
    spans : ndarray of shape (n_queues,)
        Horizons that the origins span: about as many independent trajectories.
    score : ndarray of shape (n_paths,)
        Standard normal scores.

    Notes
    -----
    Quantiles of n past errors hold the next one less often than they say, since its size is known from those n only.
    The variance of normal errors is then n / chi2 of the past one, chi2 having n degrees of freedom: each path draws
    its own, and its errors have Student's distribution. 80% intervals are wider by 1 + 0.66/n, 95% intervals by
    1 + 1.2/n. A root of chi2/n to the third is near normal, of mean 1 - 2/(9 n) and variance 2/(9 n) [1]_.

    References
    ----------
    .. [1] E. B. Wilson, M. M. Hilferty (1931), The distribution of chi-square, Proceedings of the National Academy of
       Sciences 17(12), doi:10.1073/pnas.17.12.684.

    Examples
    --------
    >>> sizes_drawn(np.array([5.0, 27.0]), np.array([-1.28, 0.0, 1.28])).round(2).tolist()
    [[1.76, 1.07, 0.74], [1.22, 1.01, 0.86]]
    """
    variance = 2.0 / (9.0 * spans)[:, None]
    root = np.maximum(1.0 - variance + np.sqrt(variance) * score, LARGEST ** (-2.0 / 3.0))
    return np.asarray(root**-1.5)


def keep_mean(items: Singles, plain: Singles) -> None:
    """Scale paths back, in place, to the mean that they have with errors of their past size.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_paths, horizon)
        Paths with errors of the sizes drawn. [items]
    plain : ndarray of the same shape
        The same paths with errors as large as the past ones. [items]

    Notes
    -----
    The mean of squares is that of the roots, squared, plus their variance: where errors on the root scale are as large
    as the level, as they are in a queue that is often empty, larger ones would not only spread the paths but say that
    more items come, and how many come is known better than that. Each period has a factor of its own, as quiet days
    of the week are lifted less than others.

    Examples
    --------
    >>> paths = np.array([[[2.0], [8.0]]], np.float32)
    >>> keep_mean(paths, np.array([[[3.0], [5.0]]], np.float32))
    >>> paths.ravel().round(1)
    array([1.6, 6.4], dtype=float32)
    """
    wanted, found = (each.mean(axis=1, keepdims=True, dtype=np.float64) for each in (plain, items))
    items *= np.where(found > 0, wanted / np.where(found > 0, found, 1.0), 1.0).astype(np.float32)
