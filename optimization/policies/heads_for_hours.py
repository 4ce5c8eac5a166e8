"""Heads of teams for the hours that queues are to get."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from capacity.expected_service import fair_hours
from capacity.requirement import skill_matrix
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]


def heads_for_hours(
    forecast: VolumeForecast, queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam], work_hours: FloatArray
) -> FloatArray:
    """Heads with which each queue gets so many hours of work, where teams share queues as they do today.

    Parameters
    ----------
    forecast, queues, teams
        The queues are those of the forecast, in its order.
    work_hours : ndarray of shape (n_queues, n_weeks)
        Hours of standard work. [h]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        [heads]
    """
    given = fair_hours(forecast, queues, teams)
    work = np.einsum("kqw,kq->qw", given, skill_matrix(queues, teams))
    scale = np.divide(work_hours, work, out=np.zeros_like(work), where=work > 0)
    hours = (given * scale[None]).sum(axis=1)
    return np.asarray(hours / np.array([team.productive_hours_per_head for team in teams])[:, None])
