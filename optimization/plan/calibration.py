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
# False position moves an end of the bracket by at least this part of it.
LEAST_PART = 0.2


def queue_share(
    case: StaffingCase, given: FloatArray, queue: int, paths: NDArray[np.intp] | None = None
) -> Callable[[float], FloatArray]:
    """On-time share of a queue on every path, for a multiple of its hours.

    Parameters
    ----------
    case
        What is known.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team in each queue. [h]
    queue : int
        Which.
    paths : ndarray of int, optional
        On which; all if None, and for live queues some of them.

    Returns
    -------
    callable
        From a multiple to an ndarray of shape (n_paths,); 1 where nothing is due. [-]
    """
    record, step = case.queues[queue], case.steps[queue]
    arrivals = arrivals_by_step(case.forecast, queue, step)
    # What chance adds to a path rests on the mean of all, so that all are worked out where some are asked for.
    chosen: slice | NDArray[np.intp] = slice(None) if paths is None else paths
    if paths is None and record.is_live and arrivals.shape[0] > LIVE_PATHS:
        by_volume = np.argsort(arrivals.sum(axis=1), kind="stable")
        middle = (np.arange(LIVE_PATHS) + 0.5) / LIVE_PATHS * arrivals.shape[0]
        arrivals = arrivals[by_volume[middle.astype(np.intp)]]
    hours = hours_by_step(case.forecast, case.queues, case.teams, given, queue, step)

    def share(multiple: float) -> FloatArray:
        due, on_time, _ = queue_service(
            record, arrivals, multiple * hours, counted_hours=case.forecast.frequency.period_hours
        )
        return np.asarray(np.divide(on_time, due, out=np.ones_like(due), where=due > 0))[chosen]

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
    More hours are never worse, so the multiple is bracketed by steps that double from 1, close to the answer, and the
    bracket is narrowed by false position, kept off its ends.
    """

    def short_by(multiple: float) -> float:
        return target.short_by(share(multiple), target_share)

    step = FIRST_STEP
    low = high = 1.0
    lacks = spare = short_by(1.0)
    while lacks <= 0.0:
        high, spare = low, lacks
        low, step = low - step, 2.0 * step
        if low < LEAST_FACTOR:
            return LEAST_FACTOR
        lacks = short_by(low)
    while spare > 0.0:
        low, lacks = high, spare
        high, step = high + step, 2.0 * step
        if high > MOST_FACTOR:
            return MOST_FACTOR
        spare = short_by(high)
    while high - low > PRECISION:
        part = min(max(lacks / (lacks - spare), LEAST_PART), 1.0 - LEAST_PART)
        middle = low + part * (high - low)
        value = short_by(middle)
        if value > 0.0:
            low, lacks = middle, value
        else:
            high, spare = middle, value
    return high
