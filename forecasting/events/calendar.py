"""Known events that move volumes: closures, launches, elections, policy changes, crises."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.crisis_risk import CrisisRisk

# An event longer than this is taken to be a new normal state unless its shape says otherwise.
LASTING_DAYS = 42
# An elevenfold volume: what lies beyond is a per cent figure in the place of a share.
MOST_EFFECT = 10.0
MOST_CATCH_UP_SHARE = 2.0
MOST_RAMP_DAYS = 3650
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")


class EventKind(StrEnum):
    """What kind of thing an event is; events of one kind teach each other their effect.

    Examples
    --------
    >>> EventKind("launch") is EventKind.LAUNCH
    True
    >>> Event(name="Shops", kind="launch", start=pd.Timestamp("2026-01-05"), end=pd.Timestamp("2026-01-05")).kind.name
    'LAUNCH'
    """

    CLOSURE = "closure"
    HOLIDAY = "holiday"
    LAUNCH = "launch"
    POLICY = "policy"
    ELECTION = "election"
    CRISIS = "crisis"


class EventShape(StrEnum):
    """How the effect runs from the first day to the last.

    Examples
    --------
    What share of its effect an event of three days has on each of four days:

    >>> days = pd.date_range("2026-01-05", periods=4)
    >>> for shape in EventShape:
    ...     event = Event(name="x", kind="crisis", start=days[0], end=days[2], shape=shape, ramp_days=2)
    ...     print(shape, event.weights(days, pd.Timedelta(days=1)).round(2).tolist())
    pulse [1.0, 1.0, 1.0, 0.0]
    step [1.0, 1.0, 1.0, 0.0]
    ramp [0.25, 0.75, 1.0, 0.0]
    decay [0.84, 0.59, 0.42, 0.0]
    """

    PULSE = "pulse"
    STEP = "step"
    RAMP = "ramp"
    DECAY = "decay"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One dated event and what it does to arrivals.

    Attributes
    ----------
    name
        What a reader will see. Events whose names differ by the year alone ("Election 2024", "Election 2026")
        or not at all are occurrences of one thing.
    kind
        Events of one kind share what is learned of their effect.
    start, end
        First and last day, both included, in the local time of the history. A step that stays, such as a
        launch, has an end far in the future.
    queues
        Queues touched; empty means all.
    effect
        Relative change of arrivals while it lasts as (low, mode, high), -1 for none left and 1 for twice as
        many; None to learn it from past events of the same kind. [-]
    shape
        `pulse`: full effect on every day, then back to normal. `step`: full effect, and the new normal until
        the end. `ramp`: grows to the full effect over `ramp_days`, then a step. `decay`: full at the start,
        halved every `ramp_days`. None: a pulse up to 42 days, a step beyond.
    ramp_days
        Days until a ramp is full, or until a decay has halved. [days]
    catch_up_share
        Share of what the event kept away that arrives after its end; None to learn it from past closures
        (closures only; 0 for every other kind). [-]
    catch_up_days
        Days over which the catch-up comes, the first the heaviest. [days]

    Raises
    ------
    ValueError
        If the end lies before the start, a date has a time zone, the effect is out of order, below -1 or above 10,
        `ramp_days` is no whole number up to 3650 or, for a ramp or decay, 0, or the catch-up lies outside 0 to 2.

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
    shape: EventShape | None = None
    ramp_days: int = 0
    catch_up_share: float | None = None
    catch_up_days: int = 5

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EventKind(self.kind))
        if self.shape is not None:
            object.__setattr__(self, "shape", EventShape(self.shape))
        for name, moment in (("start", self.start), ("end", self.end)):
            if moment.tzinfo is not None:
                raise ValueError(f"{name} of event {self.name!r} must be a local date without a time zone: {moment}")
        if self.end < self.start:
            raise ValueError(
                f"end of event {self.name!r} must not lie before its start {self.start:%Y-%m-%d}; "
                f"it is {self.end:%Y-%m-%d}"
            )
        if self.effect is not None:
            low, mode, high = self.effect
            if not -1.0 <= low <= mode <= high <= MOST_EFFECT:
                raise ValueError(
                    f"effect of event {self.name!r} must be -1 <= low <= mode <= high <= {MOST_EFFECT:g} "
                    f"(write 0.25 for 25%); found {self.effect}"
                )
        if not 0 <= self.ramp_days <= MOST_RAMP_DAYS or self.ramp_days != int(self.ramp_days):
            raise ValueError(
                f"ramp_days of event {self.name!r} must be a whole number from 0 to {MOST_RAMP_DAYS}; "
                f"found {self.ramp_days}"
            )
        if self.shape in (EventShape.RAMP, EventShape.DECAY) and self.ramp_days < 1:
            raise ValueError(f"ramp_days of event {self.name!r} must be at least 1 for a {self.shape}")
        if self.catch_up_share is not None and not 0.0 <= self.catch_up_share <= MOST_CATCH_UP_SHARE:
            raise ValueError(
                f"catch_up_share of event {self.name!r} must lie from 0 to {MOST_CATCH_UP_SHARE:g} "
                f"(write 0.6 for 60%); found {self.catch_up_share}"
            )
        if self.catch_up_days < 1:
            raise ValueError(f"catch_up_days of event {self.name!r} must be at least 1; found {self.catch_up_days}")

    @property
    def days(self) -> int:
        """Days that it lasts."""
        return (self.end.normalize() - self.start.normalize()).days + 1

    @property
    def course(self) -> EventShape:
        """The shape given, or a pulse up to 42 days and a step beyond."""
        if self.shape is not None:
            return self.shape
        return EventShape.STEP if self.days > LASTING_DAYS else EventShape.PULSE

    @property
    def lasting(self) -> bool:
        """Whether it sets a new normal state, which the level of a later history holds."""
        return self.course in (EventShape.STEP, EventShape.RAMP)

    @property
    def family(self) -> str:
        """Name without its year: what recurs."""
        return " ".join(_YEAR.sub(" ", self.name).split()).casefold()

    def touches(self, queues: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether it touches each of the `queues`, of shape (n_queues,)."""
        named = set(self.queues)
        return np.array([not named or queue in named for queue in queues], dtype=np.bool_)

    def weights(self, period_start: pd.DatetimeIndex, step: pd.Timedelta) -> NDArray[np.float64]:
        """Share of the full effect that each period feels.

        Parameters
        ----------
        period_start
            Starts of the periods, of shape (n_periods,).
        step
            Length of one period.

        Returns
        -------
        ndarray of shape (n_periods,)
            Covered share of the period x the shape at the middle of the covered part. [-]

        Examples
        --------
        >>> launch = Event(name="Shops", kind="launch", start=pd.Timestamp("2026-01-05"), shape="ramp",
        ...                end=pd.Timestamp("2030-01-01"), ramp_days=4)
        >>> launch.weights(pd.date_range("2026-01-04", periods=6), pd.Timedelta(days=1)).tolist()
        [0.0, 0.125, 0.375, 0.625, 0.875, 1.0]
        """
        coverage = _coverage(self, period_start, step)
        if self.course in (EventShape.PULSE, EventShape.STEP):
            return coverage
        start = self.start.normalize()
        begin = period_start.where(period_start > start, start)
        middle_days = np.asarray((begin - start) / pd.Timedelta(days=1)) + coverage * (step / pd.Timedelta(days=1)) / 2
        if self.course == EventShape.RAMP:
            return np.asarray(coverage * np.clip(middle_days / self.ramp_days, 0.0, 1.0))
        return np.asarray(coverage * 0.5 ** (middle_days / self.ramp_days))


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """The events that a forecast knows of, past and future.

    Attributes
    ----------
    events
        In the order given.
    crises
        Crises without a date: how often they come and how large they are. Drawn on top of the paths.

    Examples
    --------
    >>> table = pd.DataFrame({"event": ["Feast"], "kind": ["holiday"], "start": ["2026-05-01"],
    ...                       "end": ["2026-05-01"], "queues": ["ads;shops"]})
    >>> EventCalendar.from_frame(table).events[0].queues
    ('ads', 'shops')
    """

    events: tuple[Event, ...] = ()
    crises: tuple[CrisisRisk, ...] = ()

    @classmethod
    def of(cls, events: Iterable[Event], crises: Iterable[CrisisRisk] = ()) -> Self:
        """Return a calendar of the dated `events`, in the order given, and of the undated `crises`."""
        return cls(tuple(events), tuple(crises))

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, source: str = "events") -> Self:
        """Read a table of events; see `forecasting.events.table.read_events` for its columns.

        Parameters
        ----------
        frame
            One row an event.
        source
            Name of the file or argument, for messages.

        Raises
        ------
        InputError
            Listing every missing column and every cell that cannot be read.
        """
        from forecasting.events.table import read_events

        return cls(read_events(frame, source=source))

    def to_frame(self) -> pd.DataFrame:
        """Return the dated events as a table that `from_frame` reads back."""
        from forecasting.events.table import event_table

        return event_table(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __add__(self, other: Self) -> Self:
        """Events and crises of both, in order."""
        return type(self)(self.events + other.events, self.crises + other.crises)


def _coverage(event: Event, period_start: pd.DatetimeIndex, step: pd.Timedelta) -> NDArray[np.float64]:
    """Share of each period that an event covers, its last day to midnight, of shape (n_periods,) [-]."""
    begin = period_start.where(period_start > event.start.normalize(), event.start.normalize())
    close = event.end.normalize() + pd.Timedelta(days=1)
    finish = (period_start + step).where(period_start + step < close, close)
    return np.clip(np.asarray((finish - begin) / step, dtype=np.float64), 0.0, 1.0)
