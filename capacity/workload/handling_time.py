"""Handling time of people who differ: by team, by skill and by weeks on the job."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]


def handle_minutes_by_team(handle_minutes: ArrayLike, skill: ArrayLike, efficiency: ArrayLike = 1.0) -> FloatArray:
    """Mean handling time of each team on each queue.

    Parameters
    ----------
    handle_minutes : array_like of shape (n_queues,)
        Of the standard reviewer. [min]
    skill : array_like of shape (n_teams, n_queues)
        Standard work done per hour; 0 where a team cannot serve a queue. [-]
    efficiency : array_like of shape (n_teams, ...)
        Output of the team's heads relative to full ones, such as `WeeklySupply.mean_efficiency` by week. [-]

    Returns
    -------
    ndarray of shape (n_teams, n_queues, ...)
        Infinite where a team cannot serve a queue or is still in the classroom. [min]

    Raises
    ------
    ValueError
        If a handling time is not above 0, or a skill or efficiency negative.

    Notes
    -----
    handle_minutes / (skill x efficiency): a new head at an efficiency of 0.5 takes twice as long for an item.

    Examples
    --------
    A team at 80% on the second queue, in a week at full output and in one at half:

    >>> handle_minutes_by_team([2, 4], [[1.0, 0.8]], [[1.0, 0.5]])
    array([[[ 2.,  4.],
            [ 5., 10.]]])
    """
    standard, skills = checked("handle_minutes", handle_minutes, positive=True), checked("skill", skill)
    output = checked("efficiency", efficiency)
    later = output.ndim - 1 if output.ndim > 1 else 0
    output = output[:, None] if output.ndim else output
    speed = skills.reshape(*skills.shape, *(1,) * later) * output
    minutes = standard.reshape(-1, *(1,) * later)
    return np.asarray(np.divide(minutes, speed, out=np.full(speed.shape, np.inf), where=speed > 0))


def mixed_handling(
    handle_minutes: ArrayLike, handle_cv: ArrayLike, hours: ArrayLike, speed: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Mean and variation of the handling time of an item, over people of different speeds.

    Parameters
    ----------
    handle_minutes, handle_cv : array_like of shape (...)
        Mean of the standard reviewer, and coefficient of variation of each reviewer. [min], [-]
    hours : array_like of shape (..., n_groups)
        Hours that each group (team, cohort or head) gives to the queue. [h]
    speed : array_like of shape (..., n_groups)
        Work that it does per hour relative to the standard reviewer: skill x efficiency. [-]

    Returns
    -------
    minutes, cv : ndarray of shape (...)
        Over items, not over heads. [min], [-]

    Raises
    ------
    ValueError
        If an argument is negative or not finite, or no work is done.

    Notes
    -----
    A group does items in proportion to hours x speed, each taking m / speed. So the mean is m sum(h) / sum(h s), and
    the second moment (1 + cv^2) m^2 sum(h / s) / sum(h s). Mixed speeds make handling times more variable than those
    of any one reviewer, which is what a queue with waiting feels.

    Examples
    --------
    Half of the hours are of people at half speed; they do a third of the items:

    >>> minutes, cv = mixed_handling(2.0, 1.0, [100, 100], [1.0, 0.5])
    >>> float(minutes.round(4)), float(cv.round(4))
    (2.6667, 1.118)
    """
    standard, own = checked("handle_minutes", handle_minutes, positive=True), checked("handle_cv", handle_cv)
    given, rate = np.broadcast_arrays(checked("hours", hours), checked("speed", speed))
    work = (given * rate).sum(axis=-1)
    if not (work > 0).all():
        raise ValueError("hours x speed must be above 0 in sum; found a queue on which no work is done")
    # Hours at speed 0 are a classroom: no item sees them, so they add to neither moment.
    active = np.where(rate > 0, given, 0.0)
    mean = standard * active.sum(axis=-1) / work
    inverse = np.divide(active, rate, out=np.zeros(given.shape), where=rate > 0)
    square = (1.0 + own**2) * standard**2 * inverse.sum(axis=-1) / work
    return np.asarray(mean), np.asarray(np.sqrt(np.maximum(square / mean**2 - 1.0, 0.0)))
