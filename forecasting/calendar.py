"""Known events that move volumes: closures, launches, elections, policy changes, crises."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class EventKind(StrEnum):
    """What happens; events of one kind teach each other their effect."""

    CLOSURE = "closure"
    HOLIDAY = "holiday"
    LAUNCH = "launch"
    POLICY = "policy"
    ELECTION = "election"
    CRISIS = "crisis"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One dated event and what it does to arrivals.

    Attributes
    ----------
    name
        What a reader will see.
    kind
        Events of one kind share what is learned of their effect.
    start, end
        First and last day, both included. A step that stays, such as a launch, has an end far in the future.
    queues
        Queues touched; empty means all.
    effect
        Relative change of arrivals while it lasts as (low, mode, high), -1 for none left and 1 for twice as
        many; None to learn it from past events of the same kind. [-]

    Raises
    ------
    ValueError
        If the end lies before the start, or the effect is out of order or below -1.

    Examples
    --------
    >>> Event(name="Election", kind="election", start=pd.Timestamp("2026-11-01"),
    ...       end=pd.Timestamp("2026-11-05"), effect=(0.1, 0.3, 0.6)).days
    5
    """

    name: str
    kind: EventKind
    start: pd.Timestamp
    end: pd.Timestamp
    queues: tuple[str, ...] = ()
    effect: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EventKind(self.kind))
        if self.end < self.start:
            raise ValueError(
                f"end of event {self.name!r} must not lie before its start {self.start:%Y-%m-%d}; "
                f"it is {self.end:%Y-%m-%d}"
            )
        if self.effect is not None:
            low, mode, high = self.effect
            if not -1.0 <= low <= mode <= high < np.inf:
                raise ValueError(
                    f"effect of event {self.name!r} must be -1 <= low <= mode <= high; found {self.effect}"
                )

    @property
    def days(self) -> int:
        """Days that it lasts."""
        return (self.end.normalize() - self.start.normalize()).days + 1


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """The events that a forecast knows of, past and future.

    Attributes
    ----------
    events
        In the order given.
    """

    events: tuple[Event, ...] = ()

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """Return a calendar of the events in the order given."""
        return cls(tuple(events))

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def share_of_periods(self, event: Event, period_start: pd.DatetimeIndex, step: pd.Timedelta) -> NDArray[np.float64]:
        """Share of each period that an event covers.

        Parameters
        ----------
        event
            The event; its last day is covered to midnight.
        period_start
            Starts of the periods, of shape (n_periods,).
        step
            Length of one period.

        Returns
        -------
        ndarray of shape (n_periods,)
            Between 0 and 1. [-]
        """
        begin = period_start.where(period_start > event.start.normalize(), event.start.normalize())
        close = event.end.normalize() + pd.Timedelta(days=1)
        finish = (period_start + step).where(period_start + step < close, close)
        return np.clip(np.asarray((finish - begin) / step, dtype=np.float64), 0.0, 1.0)
