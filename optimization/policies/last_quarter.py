"""Last quarter's heads and a part more: what a budget round gives without a forecast."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewTeam

FloatArray = NDArray[np.float64]


def last_quarter_plus(teams: Sequence[ReviewTeam], n_weeks: int, *, growth: float = 0.05) -> FloatArray:
    """Heads that every team is to have: today's and a part more, every week.

    Parameters
    ----------
    teams
        With today's heads.
    n_weeks : int
        Length of the plan. [weeks]
    growth : float
        Part more than today; below 0 for fewer. [-]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        [heads]

    Raises
    ------
    ValueError
        If the growth is below -1 or not finite, or there is no week.

    Examples
    --------
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=20, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> last_quarter_plus([team], 3, growth=0.1)
    array([[22., 22., 22.]])
    """
    if not -1.0 <= growth < np.inf:
        raise ValueError(f"growth must be -1 or more (0.05 for 5% more); found {growth!r}")
    if n_weeks < 1:
        raise ValueError(f"n_weeks must be 1 or more; found {n_weeks!r}")
    heads = np.array([team.heads for team in teams], dtype=np.float64)
    return np.repeat(heads[:, None] * (1.0 + growth), n_weeks, axis=1)
