"""How backlogs and turnaround of queues develop over a plan, day by day on every path."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity.expected_service import checked_hours, hours_by_step
from capacity.path_service import PathService
from capacity.queue import ReviewQueue
from capacity.queue_service import arrivals_by_step, step_hours
from capacity.team import ReviewTeam
from capacity.turnaround.flow import CumulativeFlow
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]

DAY_HOURS = 24


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BacklogCourse:
    """Backlog and turnaround of every queue at the end of every day.

    Attributes
    ----------
    queues
        In the order of the first axis.
    day_end : pandas.DatetimeIndex of shape (n_days,)
        Ends of the days.
    backlog_items : ndarray of shape (n_queues, n_paths, n_days)
        Items that wait. [items]
    turnaround_hours : ndarray of shape (n_queues, n_paths, n_days)
        Time from arrival to decision of the item that arrives last on the day; NaN where it is not decided within
        the plan. [h]
    """

    queues: tuple[ReviewQueue, ...]
    day_end: pd.DatetimeIndex
    backlog_items: FloatArray
    turnaround_hours: FloatArray

    def __post_init__(self) -> None:
        for value in (self.backlog_items, self.turnaround_hours):
            value.setflags(write=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a queue and day: backlog and turnaround, mean or median and the 10 and 90% quantiles.

        A quantile of turnaround that falls on paths that have not decided the item by the end is blank.
        """
        n_queues, _, n_days = self.backlog_items.shape
        low, high = np.quantile(self.backlog_items, [0.1, 0.9], axis=1)
        # An item that is never decided takes longer than any other.
        waits = np.quantile(np.nan_to_num(self.turnaround_hours, nan=np.inf), [0.1, 0.5, 0.9], axis=1, method="higher")
        quick, middle, slow = np.where(np.isfinite(waits), waits, np.nan)
        return pd.DataFrame(
            {
                "queue": np.repeat(np.array([queue.name for queue in self.queues], dtype=object), n_days),
                "day_end": np.tile(self.day_end, n_queues),
                "backlog_items_mean": self.backlog_items.mean(axis=1).ravel(),
                "backlog_items_p10": low.ravel(),
                "backlog_items_p90": high.ravel(),
                "turnaround_hours_p10": quick.ravel(),
                "turnaround_hours_p50": middle.ravel(),
                "turnaround_hours_p90": slow.ravel(),
            }
        )


def backlog_course(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    allocation: ArrayLike | None = None,
) -> BacklogCourse:
    """Follow the backlog and the turnaround of every queue through the plan.

    Parameters
    ----------
    forecast, queues, teams, allocation
        As in `capacity.expected_service`.

    Returns
    -------
    BacklogCourse

    Raises
    ------
    ValueError
        As in `capacity.expected_service`.
    """
    given = checked_hours(forecast, queues, teams, allocation)
    n_days = given.shape[2] * 7
    backlog = np.empty((len(queues), forecast.n_paths, n_days))
    turnaround = np.empty_like(backlog)
    for row, queue in enumerate(queues):
        step = step_hours(queue)
        arrivals = arrivals_by_step(forecast, row, step)
        hours = hours_by_step(forecast, queues, teams, given, row, step)
        path = PathService.of(queue, step, arrivals.shape[0], arrivals.shape[1], forecast.frequency.period_hours)
        flow = path.flow(arrivals, hours / queue.work_hours_per_item)
        first = flow.arrivals.shape[-1] - arrivals.shape[-1]
        nodes = first + np.arange(1, n_days + 1) * (DAY_HOURS // step)
        backlog[row] = flow.backlog[:, nodes]
        turnaround[row] = steps_until_begun(flow, nodes) * step + queue.handle_minutes / 60.0
    day_end = forecast.period_start[0] + pd.to_timedelta(np.arange(1, n_days + 1), unit="D")
    return BacklogCourse(
        queues=tuple(queues), day_end=pd.DatetimeIndex(day_end), backlog_items=backlog, turnaround_hours=turnaround
    )


def steps_until_begun(flow: CumulativeFlow, nodes: NDArray[np.intp]) -> FloatArray:
    """Time until the items that arrive at some nodes are begun, first in, first out.

    Parameters
    ----------
    flow
        Of one queue on n_paths paths.
    nodes : ndarray of int of shape (n_nodes,)
        Ends of steps, counted from the start of the flow.

    Returns
    -------
    ndarray of shape (n_paths, n_nodes)
        NaN where they are not begun before the flow ends. [steps]
    """
    steps = np.arange(flow.arrived.shape[-1], dtype=np.float64)
    result = np.empty((flow.arrived.shape[0], nodes.size))
    for row, (arrived, decided) in enumerate(zip(flow.arrived, flow.decided, strict=True)):
        # Chance may take decisions back for a moment; what was reached once is reached.
        reached = np.maximum.accumulate(decided)
        begun = np.interp(arrived[nodes], reached, steps, right=np.nan)
        result[row] = np.maximum(begun - nodes, 0.0)
    return result
