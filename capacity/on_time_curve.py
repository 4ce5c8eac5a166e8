"""On-time share of one queue against the hours that it gets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity.expected_service import checked_hours, hours_by_step
from capacity.queue import ReviewQueue
from capacity.queue_service import arrivals_by_step, queue_service, step_hours
from capacity.team import ReviewTeam
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OnTimeCurve:
    """What more or fewer hours of the same weekly shape would do to a queue.

    Attributes
    ----------
    queue
        Which.
    hours_per_week : ndarray of shape (n_points,)
        Mean standard work given to the queue in a week, rising. [h/week]
    on_time_share : ndarray of shape (n_points, n_paths)
        Of the items due on a path; 1 where none is. [-]
    current_hours : float
        Hours a week that it gets now; a point of the curve. [h/week]
    """

    queue: ReviewQueue
    hours_per_week: FloatArray
    on_time_share: FloatArray
    current_hours: float

    def __post_init__(self) -> None:
        for value in (self.hours_per_week, self.on_time_share):
            value.setflags(write=False)

    @property
    def probability_met(self) -> FloatArray:
        """Share of paths that meet the target, of shape (n_points,) [-]."""
        return np.asarray((self.on_time_share >= self.queue.target.share).mean(axis=1))

    @property
    def current(self) -> int:
        """Which point is the current one."""
        return int(np.argmin(np.abs(self.hours_per_week - self.current_hours)))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point: hours, on-time share (mean, P10, P90) and probability of the target."""
        low, high = np.quantile(self.on_time_share, [0.1, 0.9], axis=1)
        return pd.DataFrame(
            {
                "hours_per_week": self.hours_per_week,
                "on_time_share_mean": self.on_time_share.mean(axis=1),
                "on_time_share_p10": low,
                "on_time_share_p90": high,
                "probability_target_met": self.probability_met,
            }
        )


def on_time_curve(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    queue: str,
    *,
    allocation: ArrayLike | None = None,
    multiples: ArrayLike | None = None,
) -> OnTimeCurve:
    """Serve one queue with multiples of the hours that it gets.

    Parameters
    ----------
    forecast, queues, teams, allocation
        As in `capacity.expected_service`.
    queue : str
        Its name.
    multiples : array_like of shape (n_points,), optional
        Of the hours it gets; 1, the current point, is added where it is missing. From 0.7 to 1.3 if None. [-]

    Returns
    -------
    OnTimeCurve

    Raises
    ------
    ValueError
        If there is no such queue, or a multiple is negative, and as in `capacity.expected_service`.
    """
    names = [one.name for one in queues]
    if queue not in names:
        raise ValueError(f"queue must be one of {names}; found {queue!r}")
    factors = np.unique(np.append(np.linspace(0.7, 1.3, 25) if multiples is None else multiples, 1.0))
    if not (np.isfinite(factors) & (factors >= 0)).all():
        raise ValueError(f"multiples must be finite and 0 or more; found {factors}")
    given = checked_hours(forecast, queues, teams, allocation)
    row = names.index(queue)
    step = step_hours(queues[row])
    hours = hours_by_step(forecast, queues, teams, given, row, step)
    due, on_time, _ = queue_service(
        queues[row],
        arrivals_by_step(forecast, row, step),
        factors[:, None, None] * hours,
        counted_hours=forecast.frequency.period_hours,
    )
    weekly = float(hours.sum()) / given.shape[2]
    return OnTimeCurve(
        queue=queues[row],
        hours_per_week=factors * weekly,
        on_time_share=np.divide(on_time, due, out=np.ones_like(due), where=due > 0),
        current_hours=weekly,
    )
