"""On-time share of every queue week by week: when in a plan items are late."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity.queue import ReviewQueue

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WeeklyService:
    """Items due and late by queue and week, expected over paths.

    Attributes
    ----------
    queues
        In the order of the rows.
    week_start : pandas.DatetimeIndex of shape (n_weeks,)
        First day of each week.
    due_items, late_items : ndarray of shape (n_queues, n_weeks)
        Items whose deadline falls into the week, all and those missed. [items]
    """

    queues: tuple[ReviewQueue, ...]
    week_start: pd.DatetimeIndex
    due_items: FloatArray
    late_items: FloatArray

    def __post_init__(self) -> None:
        shape = (len(self.queues), len(self.week_start))
        for name in ("due_items", "late_items"):
            value = getattr(self, name)
            if value.shape != shape:
                raise ValueError(f"{name} must have shape (queues, weeks), here {shape}; it has {value.shape}")
            value.setflags(write=False)

    @property
    def on_time_share(self) -> FloatArray:
        """Share of the items due decided in time, of shape (n_queues, n_weeks); NaN where nothing is due [-]."""
        late = np.divide(
            self.late_items, self.due_items, out=np.full_like(self.due_items, np.nan), where=self.due_items > 0
        )
        return np.clip(1.0 - late, 0.0, 1.0)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a queue and week."""
        n_weeks = len(self.week_start)
        return pd.DataFrame(
            {
                "queue": np.repeat(np.array([queue.name for queue in self.queues], dtype=object), n_weeks),
                "week": np.tile(self.week_start, len(self.queues)),
                "due_items": self.due_items.ravel(),
                "late_items": self.late_items.ravel(),
                "on_time_share": self.on_time_share.ravel(),
            }
        )
