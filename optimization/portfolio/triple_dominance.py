"""Points of lowest cost and highest value by two criteria, found by halving the list that is sorted by cost."""

import numpy as np
from numpy.typing import NDArray


def undominated_triples(total: NDArray[np.int64], code: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Rows that no other row beats on cost, first and second criterion.

    Parameters
    ----------
    total : ndarray of int64 of shape (3, n_points)
        Cost (less is better), first and second criterion (more is better).
    code : ndarray of uint64 of shape (n_words, n_points)
        Decides between rows with equal totals: the smaller code is kept.

    Returns
    -------
    ndarray of shape (n_kept,)
        Rows by rising cost, then falling criteria.

    Notes
    -----
    With the rows sorted by cost, a row can only be beaten by one before it. Blocks of 1, 2, 4, ... rows are paired;
    in each pair, sorted by the first criterion, a right-hand row falls if the best second criterion of the left-hand
    rows so far reaches its own. All pairs of one size are handled together: n log(n) work for each size [1]_.

    References
    ----------
    .. [1] H. T. Kung, F. Luccio and F. P. Preparata, "On finding the maxima of a set of vectors",
       Journal of the ACM 22 (1975), 469-476. doi:10.1145/321906.321910
    """
    order = np.lexsort((*code[::-1], -total[2], -total[1], total[0]))
    repeated = np.zeros(order.size, dtype=bool)
    repeated[1:] = (np.diff(total[:, order]) == 0).all(axis=0)
    order = order[~repeated]
    first, second = total[1, order], total[2, order]
    by_first = np.argsort(-first, kind="stable")
    # Ranks instead of values, so that a block number can be put in front without overflow.
    rank = np.unique(second, return_inverse=True)[1] + 1
    n_ranks = order.size + 2
    alive = np.ones(order.size, dtype=bool)
    for level in range((order.size - 1).bit_length()):
        pair = by_first >> (level + 1)
        narrow = pair.astype(np.min_scalar_type(order.size >> (level + 1)))  # 16 bits and less sort in linear time
        turn = np.argsort(narrow, kind="stable")
        rows, base = by_first[turn], pair[turn] * n_ranks
        left = (rows >> level) & 1 == 0
        row_rank = rank[rows]
        best_left = np.maximum.accumulate(base + np.where(left, row_rank, 0)) - base
        alive[rows[~left & (best_left >= row_rank)]] = False
    return order[alive]
