"""How teams share their hours among the queues they can serve."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MAX_ROUNDS = 20_000
TOLERANCE = 1e-8


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
    proportional response [1]_. Where all skills are 0 or 1 it is also the lexicographically fairest cover
    (required x log is one of the separable concave functions that a base of a polymatroid maximises
    together [2]_). A plan made by it does not yet favour severe queues when hours are short.

    References
    ----------
    .. [1] L. Zhang (2011), Proportional response dynamics in the Fisher market, Theoretical Computer Science
       412(24), doi:10.1016/j.tcs.2010.06.021.
    .. [2] S. Fujishige (1980), Lexicographically optimal base of a polymatroid with respect to a weight vector,
       Mathematics of Operations Research 5(2), doi:10.1287/moor.5.2.186.

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
    useful = (skills > 0) & (required[..., None, :] > 0) & (hours[..., :, None] > 0)
    given = _normalised(np.where(useful, required[..., None, :], 0.0), axis=-1) * hours[..., None]
    for _ in range(MAX_ROUNDS):
        # Each queue bids its requirement over teams in proportion to the work each gave; teams split by bids.
        bids = required[..., None, :] * _normalised(skills * given, axis=-2)
        updated = _normalised(bids, axis=-1) * hours[..., None]
        moved = np.abs(updated - given).max(initial=0.0)
        given = updated
        if moved <= TOLERANCE * max(1.0, float(hours.max(initial=0.0))):
            return np.asarray(given)
    raise ValueError(
        f"the allocation had not settled after {MAX_ROUNDS} rounds (largest move {moved:.2g} hours); "
        "skills or requirements differ by too many orders of magnitude"
    )


def _normalised(values: FloatArray, *, axis: int) -> FloatArray:
    total = values.sum(axis=axis, keepdims=True)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)
