r"""The most work that a queue can get under any set of a cell, and the most it can come to on each path and step.

Why it is a bound. Hours are shared by the Eisenberg-Gale program (`capacity.allocation`): the work :math:`u_i` that
queue :math:`i` gets maximises :math:`\sum_i B_i \log u_i` for requirements :math:`B_i` and hours :math:`h_t`. It is the
equilibrium of a market in which queue :math:`i` spends :math:`B_i` on hours of skill :math:`s_{ti}` at prices
:math:`p_t`, so :math:`u_i = B_i \max_t s_{ti} / p_t`, and the logarithms of the prices minimise

.. math:: \sum_t h_t e^{q_t} + \sum_i B_i \max_t (\log s_{ti} - q_t).

A maximum of functions of one coordinate each, all falling, is submodular; so is a sum of them. The first sum has
increasing differences in :math:`(q, h)`, the second decreasing differences in :math:`(q, B)`. By Topkis's theorem [1]_
prices fall, none rises, where hours grow or requirements shrink. With :math:`B_i` and the skills as they are,
:math:`u_i` therefore never falls when teams get more hours or other queues require less. The most a queue can get under
any set of a cell, whose own requirement is the same in all of them, is what it gets with the most hours of every
team and the least requirement of every other queue.

References
----------
.. [1] D. M. Topkis (1998), Supermodularity and Complementarity, Princeton University Press, theorem 2.8.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from capacity.allocation import TOLERANCE

FloatArray = NDArray[np.float64]


def accuracy(required: FloatArray, most_in_all: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""How far the work that a queue gets may lie from the exact answer of the sharing.

    Parameters
    ----------
    required : ndarray of shape (..., n_weeks)
        Of the queue. [h]
    most_in_all : ndarray of shape (n_weeks,)
        The most that all queues require together. [h]

    Returns
    -------
    above, below : ndarray of shape (..., n_weeks)
        Work that was found is at most the exact one times `above`; the exact one is at most what was found times
        `below`. Infinite where nothing can be said. [-]

    Notes
    -----
    The sharing stops where its duality gap is at most a part :math:`\epsilon` of the sum of requirements. With
    :math:`x_i` the exact work over that found, :math:`\sum_i B_i x_i \le (1 + \epsilon) \sum_i B_i` by the prices
    and :math:`\sum_i B_i \log x_i \ge 0`, so :math:`x_i - 1 - \log x_i \le e = \epsilon \sum_j B_j / B_i`. Hence
    :math:`1 - \sqrt{2e} \le x_i \le 1 + \sqrt{2e} + e`.
    """
    error = TOLERANCE * np.divide(most_in_all, required, out=np.full(required.shape, np.inf), where=required > 0)
    root = np.sqrt(2.0 * error)
    above = np.divide(1.0, 1.0 - root, out=np.full(required.shape, np.inf), where=root < 1.0)
    return above, 1.0 + root + error


def most_by_step(
    work: FloatArray, most_of_team: FloatArray, over_mean: FloatArray, open_share: FloatArray
) -> FloatArray:
    """Most work of one queue in each step, however its teams share what it gets in a week.

    Parameters
    ----------
    work : ndarray of shape (n_weeks,)
        The most it gets in a week, on mean hours. [h]
    most_of_team : ndarray of shape (n_teams, n_weeks)
        The most each team can do for it, on mean hours. [h]
    over_mean : ndarray of shape (n_teams, n_paths or 1, n_weeks)
        Hours of a path over mean hours at most; finite. [-]
    open_share : ndarray of shape (n_teams, n_weeks, n_steps_of_week)
        Share of its week's hours that a team works in each step. [-]

    Returns
    -------
    ndarray of shape (n_paths or 1, n_weeks * n_steps_of_week)
        In each step by itself, the teams that do most in it come first. [h]

    Examples
    --------
    Of ten hours either team can do eight; they work in different halves of the week:

    >>> halves = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    >>> most_by_step(np.array([10.0]), np.full((2, 1), 8.0), np.ones((2, 1, 1)), halves)
    array([[8., 8.]])
    """
    gain = over_mean[..., None] * open_share[:, None]
    order = np.argsort(-gain, axis=0, kind="stable")
    gain = np.take_along_axis(gain, order, axis=0)
    limit = np.broadcast_to(most_of_team[:, None, :, None], gain.shape)
    limit = np.take_along_axis(limit, order, axis=0)
    before = np.cumsum(limit, axis=0) - limit
    taken = np.clip(work[None, None, :, None] - before, 0.0, limit)
    by_step = (taken * gain).sum(axis=0)
    return np.asarray(by_step.reshape(by_step.shape[0], -1))
