"""What the events of a calendar explain of a history, so that nobody is asked for what was entered already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from forecasting.events.calendar import Event
    from forecasting.volumes.history import VolumeHistory

DAY = pd.Timedelta(days=1)


def known_periods(history: VolumeHistory, events: Iterable[Event], *, closed: bool = False) -> NDArray[np.bool_]:
    """Periods in which an event that passes, or what it kept away and comes after it, explains odd volumes.

    Parameters
    ----------
    history
        What was observed.
    events
        Known events.
    closed : bool
        Whether closures and holidays alone count, without the days after them: what explains that nothing came.

    Returns
    -------
    bool ndarray of shape (n_queues, n_periods)

    Examples
    --------
    >>> from forecasting import Event, VolumeHistory
    >>> days = pd.date_range("2026-01-05", periods=6)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": [5, 5, 0, 9, 6, 5]}))
    >>> shut = Event(name="Shut", kind="closure", start=days[2], end=days[2], catch_up_days=2)
    >>> known_periods(history, [shut]).astype(int).tolist()
    [[0, 0, 1, 1, 1, 0]]
    >>> known_periods(history, [shut], closed=True).astype(int).tolist()
    [[0, 0, 1, 0, 0, 0]]
    """
    starts, step = history.period_start, history.frequency.step
    known = np.zeros(history.items.shape, dtype=np.bool_)
    for event in events:
        if event.lasting or (closed and event.kind not in ("closure", "holiday")):
            continue
        after = 0 if closed or event.kind != "closure" else event.catch_up_days
        end = event.end.normalize() + (1 + after) * DAY
        during = (starts + step > event.start.normalize()) & (starts < end)
        known |= event.touches(history.queues)[:, None] & np.asarray(during)
    return known


def is_known_shift(queue: str, week: pd.Timestamp, events: Iterable[Event], within: pd.Timedelta) -> bool:
    """Whether a lasting event of a queue set in, or was growing to its full effect, about a week.

    Examples
    --------
    >>> from forecasting import Event
    >>> day = pd.Timestamp("2026-03-02")
    >>> launch = Event(name="Shops", kind="launch", start=day, end=pd.Timestamp("2030-01-01"), queues=("ads",))
    >>> [is_known_shift(queue, day + 7 * DAY, [launch], 14 * DAY) for queue in ("ads", "chat")]
    [True, False]
    """
    return any(
        event.lasting
        and bool(event.touches((queue,))[0])
        and event.start - within <= week <= event.start + event.ramp_days * DAY + within
        for event in events
    )
