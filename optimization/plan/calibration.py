"""How much more, or less, of its hours a queue needs for the service model to agree with its target."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from capacity.expected_service import hours_by_step
from capacity.performance import arrivals_by_step, queue_service
from optimization.program.build import StaffingTarget
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]

PRECISION = 0.002
# The model of live queues takes fifty times as long: margins are found on so many paths, of all sizes alike.
LIVE_PATHS = 125
FIRST_STEP = 0.01
MOST_FACTOR = 8.0
LEAST_FACTOR = 0.25


def queue_share(case: StaffingCase, given: FloatArray, queue: int) -> Callable[[float], FloatArray]:
    """On-time share of a queue on every path, for a multiple of its hours.

    Parameters
    ----------
    case
        What is known.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team in each queue. [h]
    queue : int
        Which.

    Returns
    -------
    callable
        From a multiple to an ndarray of shape (n_paths,), for live queues of some paths; 1 where nothing is due. [-]
    """
    record, step = case.queues[queue], case.steps[queue]
    arrivals = arrivals_by_step(case.forecast, queue, step)
    if record.is_live and arrivals.shape[0] > LIVE_PATHS:
        by_volume = np.argsort(arrivals.sum(axis=1), kind="stable")
        middle = (np.arange(LIVE_PATHS) + 0.5) / LIVE_PATHS * arrivals.shape[0]
        arrivals = arrivals[by_volume[middle.astype(np.intp)]]
    hours = hours_by_step(case.forecast, case.queues, case.teams, given, queue, step)

    def share(multiple: float) -> FloatArray:
        due, on_time, _ = queue_service(
            record, arrivals, multiple * hours, counted_hours=case.forecast.frequency.period_hours
        )
        return np.asarray(np.divide(on_time, due, out=np.ones_like(due), where=due > 0))

    return share


def needed_factor(share: Callable[[float], FloatArray], target: StaffingTarget, target_share: float) -> float:
    """Least multiple of its hours with which a queue keeps its target by the service model.

    Parameters
    ----------
    share
        On-time share by path for a multiple of the hours.
    target
        In which sense it is kept.
    target_share : float
        [-]

    Returns
    -------
    float
        To 0.002, from 0.25 to 8. [-]

    Notes
    -----
    More hours are never worse, so the multiple is bracketed by steps that double, then halved. It starts at 1: close
    to the answer, which costs two evaluations there.
    """

    def short(multiple: float) -> bool:
        return target.short_by(share(multiple), target_share) > 0.0

    step = FIRST_STEP
    if short(1.0):
        low, high = 1.0, 1.0 + step
        while short(high):
            step *= 2.0
            low, high = high, high + step
            if high > MOST_FACTOR:
                return MOST_FACTOR
    else:
        low, high = 1.0 - step, 1.0
        while not short(low):
            step *= 2.0
            low, high = low - step, low
            if low < LEAST_FACTOR:
                return LEAST_FACTOR
    while high - low > PRECISION:
        middle = (low + high) / 2.0
        low, high = (middle, high) if short(middle) else (low, middle)
    return high
