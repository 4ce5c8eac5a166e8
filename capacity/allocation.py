"""How teams share their hours among the queues they can serve."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MAX_ROUNDS = 20_000
# Of the objective, relative to the sum of requirements: work received is then right to about five digits.
TOLERANCE = 1e-8
# A share of a team's hours that vanishes stays above 0, so that the way back is open.
LEAST_SHARE = 1e-100
ROUNDING = 1e-14


def fair_allocation(required_hours: ArrayLike, team_hours: ArrayLike, skill: ArrayLike) -> FloatArray:
    """Share team hours so that queues are covered as evenly, relative to what they require, as skills allow.

    Parameters
    ----------
    required_hours : array_like of shape (..., n_queues)
        Hours of standard work that each queue requires; 0 for a queue that needs none. [h]
    team_hours : array_like of shape (..., n_teams)
        Productive hours that each team has. [h]
    skill : array_like of shape (..., n_teams, n_queues)
        Standard work done per hour given; 0 where a team cannot serve a queue. [-]

    Returns
    -------
    ndarray of shape (..., n_teams, n_queues)
        Hours that each team gives to each queue; all hours of a team that can serve a queue with a requirement
        are given. [h]

    Raises
    ------
    ValueError
        If an argument is negative or not finite, or the iteration has not settled.

    Notes
    -----
    The answer maximises sum over queues of required x log(work received): the Eisenberg-Gale program, found by
    proportional response [1]_ with momentum [3]_ until the sum is proven, by its dual, to be within 1e-8 of the
    greatest, relative to the sum of requirements. Momentum acts on logarithms, where each round adds a term by queue
    and one by team, so it keeps the point that plain rounds lead to: of all greatest answers, the one nearest to
    hours in proportion to requirement (in relative entropy). Where all skills are 0 or 1 it is also the
    lexicographically fairest cover (required x log is one of the separable concave functions that a base of a
    polymatroid maximises together [2]_). A plan made by it does not yet favour severe queues when hours are short.

    References
    ----------
    .. [1] L. Zhang (2011), Proportional response dynamics in the Fisher market, Theoretical Computer Science
       412(24), doi:10.1016/j.tcs.2010.06.021.
    .. [2] S. Fujishige (1980), Lexicographically optimal base of a polymatroid with respect to a weight vector,
       Mathematics of Operations Research 5(2), doi:10.1287/moor.5.2.186.
    .. [3] B. O'Donoghue and E. Candès (2015), Adaptive restart for accelerated gradient schemes, Foundations of
       Computational Mathematics 15, doi:10.1007/s10208-013-9150-3.

    Examples
    --------
    Both teams can serve the first queue, only the second team the other:

    >>> fair_allocation([60.0, 60.0], [40.0, 80.0], [[1, 0], [1, 1]]).round(3)
    array([[40.,  0.],
           [20., 60.]])
    """
    required, hours, skills = (np.asarray(value, dtype=np.float64) for value in (required_hours, team_hours, skill))
    for name, value in (("required_hours", required), ("team_hours", hours), ("skill", skills)):
        if not (np.isfinite(value) & (value >= 0)).all():
            raise ValueError(f"{name} must be finite and >= 0; found {value[~(np.isfinite(value) & (value >= 0))][0]}")
    batch = np.broadcast_shapes(required.shape[:-1], hours.shape[:-1], skills.shape[:-2])
    one = (required.shape[-1:], hours.shape[-1:], skills.shape[-2:])
    cases = (
        np.broadcast_to(value, batch + shape).reshape(-1, *shape)
        for value, shape in zip((required, hours, skills), one, strict=True)
    )
    return _settled(*cases).reshape(batch + skills.shape[-2:])


def _settled(required: FloatArray, hours: FloatArray, skills: FloatArray) -> FloatArray:
    """Iterate all cases together; a case leaves the iteration when it has settled.

    Parameters
    ----------
    required : ndarray of shape (n_cases, n_queues)
        Hours of standard work that each queue requires. [h]
    hours : ndarray of shape (n_cases, n_teams)
        Productive hours of each team. [h]
    skills : ndarray of shape (n_cases, n_teams, n_queues)
        Standard work done per hour given. [-]

    Returns
    -------
    ndarray of shape (n_cases, n_teams, n_queues)
        Hours that each team gives to each queue. [h]

    Raises
    ------
    ValueError
        If a case has not settled after `MAX_ROUNDS` rounds.
    """
    useful = (skills > 0) & (required[:, None, :] > 0) & (hours[:, :, None] > 0)
    trial = _normalised(np.where(useful, required[:, None, :], 0.0), axis=2)
    log_before, result = np.zeros(skills.shape), np.zeros(skills.shape)
    case, worth, rises = np.arange(len(skills)), np.full(len(skills), -np.inf), np.zeros(len(skills))
    for _ in range(MAX_ROUNDS):
        # Each queue bids its requirement over teams in proportion to the work each gave; teams split by bids.
        bids = required[:, None, :] * _normalised(skills * trial * hours[:, :, None], axis=1)
        share = _normalised(bids, axis=2)
        work = (skills * share * hours[:, :, None]).sum(axis=1)
        settled = _is_settled(required, hours, skills, work)
        result[case[settled]] = (share * hours[:, :, None])[settled]
        if settled.all():
            return result
        worth_before, worth = worth, (required * _log_or_zero(work)).sum(axis=1)
        # Momentum as long as the worth rises: from 0 towards 1, and from 0 again after a fall.
        fell = worth < worth_before - ROUNDING * np.abs(worth_before)
        rises = np.where(fell, 0.0, rises + 1.0)
        log_share = _log_or_zero(share)
        trial = _ahead(share, log_share - log_before, np.maximum(rises - 1.0, 0.0) / (rises + 2.0))
        log_before = log_share
        if settled.any():
            required, hours, skills, trial, log_before, worth, rises = (
                array[~settled] for array in (required, hours, skills, trial, log_before, worth, rises)
            )
            case = case[~settled]
    raise ValueError(
        f"the allocation had not settled after {MAX_ROUNDS} rounds; "
        "skills or requirements differ by too many orders of magnitude"
    )


def _is_settled(required: FloatArray, hours: FloatArray, skills: FloatArray, work: FloatArray) -> NDArray[np.bool_]:
    """Whether the worth of each case is within the tolerance of its upper bound by duality.

    Each queue pays `required / work` for an hour of standard work, and each team earns the best pay that its hours can
    find. That is never less than what all queues require, and equal to it at the optimum: the excess bounds what is
    lost.

    Parameters
    ----------
    required, work : ndarray of shape (n_cases, n_queues)
        Hours of standard work required and received. [h]
    hours : ndarray of shape (n_cases, n_teams)
        Productive hours of each team. [h]
    skills : ndarray of shape (n_cases, n_teams, n_queues)
        Standard work done per hour given. [-]

    Returns
    -------
    ndarray of bool, shape (n_cases,)
    """
    per_work = np.divide(required, work, out=np.zeros_like(work), where=work > 0)
    paid = ((skills * per_work[:, None, :]).max(axis=2, initial=0.0) * hours).sum(axis=1)
    return np.asarray(paid <= (1.0 + TOLERANCE) * np.where(work > 0, required, 0.0).sum(axis=1))


def _ahead(share: FloatArray, log_change: FloatArray, momentum: FloatArray) -> FloatArray:
    """Shares of a team's hours moved on by a part of their last change, on a logarithmic scale."""
    further = np.where(share > 0, share * np.exp(momentum[:, None, None] * log_change), 0.0)
    return _normalised(np.where(share > 0, np.maximum(further, LEAST_SHARE), 0.0), axis=2)


def _log_or_zero(values: FloatArray) -> FloatArray:
    return np.asarray(np.log(values, out=np.zeros_like(values), where=values > 0))


def _normalised(values: FloatArray, *, axis: int) -> FloatArray:
    total = values.sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(values, total, out=np.zeros_like(values), where=total > 0))
