"""Events as a table that planners keep: one row an event."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from forecasting.events.calendar import MOST_CATCH_UP_SHARE, MOST_EFFECT, MOST_RAMP_DAYS, Event, EventKind, EventShape
from forecasting.problems import InputError, Problem
from forecasting.volumes.written_dates import FIRST_YEAR, LAST_YEAR

REQUIRED = ("event", "kind", "start", "end")
EFFECT = ("low", "mode", "high")
OPTIONAL = ("queues", *EFFECT, "shape", "ramp_days", "catch_up_share")
_DAY = re.compile(r"(?P<day>(?P<year>\d{4})-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")


def read_events(frame: pd.DataFrame, *, source: str = "events") -> tuple[Event, ...]:
    """Check a table of events and return them in its order.

    Parameters
    ----------
    frame
        Columns `event`, `kind`, `start`, `end` (first and last day, both included); optional `queues` (names
        parted by ";", blank for all), `low`, `mode`, `high` (relative change of arrivals; all three blank to learn
        it), `shape` (pulse, step, ramp, decay; blank for a pulse up to 42 days and a step beyond), `ramp_days`
        and `catch_up_share`.
    source
        Name of the file or argument, for messages.

    Returns
    -------
    tuple of Event

    Raises
    ------
    InputError
        Listing every missing column, every cell that cannot be read, and each event that an earlier row holds too.

    Examples
    --------
    >>> table = pd.DataFrame({"event": ["Shops"], "kind": ["launch"], "start": ["2026-05-01"],
    ...                       "end": ["2029-12-31"], "low": [0.1], "mode": [0.2], "high": [0.5]})
    >>> read_events(table)[0].effect
    (0.1, 0.2, 0.5)
    """
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        found = ", ".join(map(str, frame.columns))
        raise InputError(
            Problem(source=source, field=column, found=found, remedy=f"add a column named {column!r}")
            for column in missing
        )
    rows = frame.reindex(columns=[*REQUIRED, *OPTIONAL]).astype(object)
    events: list[Event] = []
    lines: list[int] = []
    problems: list[Problem] = []
    # The header is line 1 of the file, so the first row of the frame is line 2.
    for line, row in enumerate(rows.to_dict("records"), start=2):
        cells = {str(column): "" if pd.isna(cell) else str(cell).strip() for column, cell in row.items()}
        faults = list(_cell_problems(cells, line, source))
        problems.extend(faults)
        if not faults:
            try:
                events.append(_event(cells))
                lines.append(line)
            except ValueError as error:
                problems.append(
                    Problem(source=source, row=line, field="event", found=cells["event"], remedy=str(error))
                )
    problems += _repeated(events, lines, source)
    if problems:
        raise InputError(problems)
    return tuple(events)


def event_table(events: Iterable[Event]) -> pd.DataFrame:
    """Return events as a table that `read_events` reads back.

    Examples
    --------
    >>> day = pd.Timestamp("2026-05-01")
    >>> event_table([Event(name="Feast", kind="holiday", start=day, end=day)])[["event", "kind"]].values.tolist()
    [['Feast', 'holiday']]
    """
    rows = []
    for event in events:
        low, mode, high = event.effect or (np.nan, np.nan, np.nan)
        rows.append(
            {
                "event": event.name,
                "kind": event.kind.value,
                "start": event.start.normalize(),
                "end": event.end.normalize(),
                "queues": ";".join(event.queues),
                "low": low,
                "mode": mode,
                "high": high,
                "shape": event.course.value,
                "ramp_days": event.ramp_days,
                "catch_up_share": np.nan if event.catch_up_share is None else event.catch_up_share,
            }
        )
    return pd.DataFrame(rows, columns=[*REQUIRED, *OPTIONAL])


def _cell_problems(cells: dict[str, str], line: int, source: str) -> Iterator[Problem]:
    def fault(field: str, remedy: str) -> Problem:
        return Problem(source=source, row=line, field=field, found=cells[field], remedy=remedy)

    if not cells["event"]:
        yield fault("event", "name the event")
    if cells["kind"] not in list(EventKind):
        yield fault("kind", f"write one of {', '.join(EventKind)}")
    for field in ("start", "end"):
        if not _is_day(cells[field]):
            yield fault(field, f"write the date as YYYY-MM-DD, of a year from {FIRST_YEAR} to {LAST_YEAR}")
    if cells["shape"] and cells["shape"] not in list(EventShape):
        yield fault("shape", f"write one of {', '.join(EventShape)}, or leave blank")
    for field in (*EFFECT, "ramp_days", "catch_up_share"):
        number = pd.to_numeric(cells[field] or "0", errors="coerce")
        if not np.isfinite(number):
            yield fault(field, "give a number, or leave blank")
        elif field in EFFECT and number > MOST_EFFECT:
            yield fault(field, f"give a relative change of up to {MOST_EFFECT:g}; write 0.25 for 25%")
        elif field == "catch_up_share" and not 0 <= number <= MOST_CATCH_UP_SHARE:
            yield fault(field, f"give a share from 0 to {MOST_CATCH_UP_SHARE:g}; write 0.6 for 60%")
        elif field == "ramp_days" and not (0 <= number <= MOST_RAMP_DAYS and number == int(number)):
            yield fault(field, f"give a whole number of days from 0 to {MOST_RAMP_DAYS}")
    blank = [not cells[field] for field in EFFECT]
    if any(blank) and not all(blank):
        yield fault(EFFECT[blank.index(True)], "give low, mode and high, or none of them to have the effect learned")


def _is_day(text: str) -> bool:
    """Whether a text is a date, or a datetime at midnight as it comes from a cell that holds a date."""
    match = _DAY.fullmatch(text)
    if match is None or not FIRST_YEAR <= int(match["year"]) <= LAST_YEAR:
        return False
    return bool(pd.notna(pd.to_datetime(match["day"], format="%Y-%m-%d", errors="coerce")))


def _repeated(events: list[Event], lines: list[int], source: str) -> Iterator[Problem]:
    """Yield a problem for each event that an earlier one of the same name overlaps in days and queues."""
    named: dict[str, list[tuple[int, Event]]] = {}
    for line, event in zip(lines, events, strict=True):
        earlier = named.setdefault(event.name.casefold(), [])
        for other_line, other in earlier:
            same_days = event.start <= other.end and other.start <= event.end
            if same_days and (not event.queues or not other.queues or set(event.queues) & set(other.queues)):
                remedy = f"keep one row: row {other_line} has the same event on some of its days and queues"
                yield Problem(source=source, row=line, field="event", found=event.name, remedy=remedy)
                break
        earlier.append((line, event))


def _event(cells: dict[str, str]) -> Event:
    return Event(
        name=cells["event"],
        kind=EventKind(cells["kind"]),
        start=pd.Timestamp(cells["start"]).normalize(),
        end=pd.Timestamp(cells["end"]).normalize(),
        queues=tuple(name.strip() for name in cells["queues"].split(";") if name.strip()),
        effect=(float(cells["low"]), float(cells["mode"]), float(cells["high"])) if cells["low"] else None,
        shape=EventShape(cells["shape"]) if cells["shape"] else None,
        ramp_days=int(float(cells["ramp_days"] or 0)),
        catch_up_share=float(cells["catch_up_share"]) if cells["catch_up_share"] else None,
    )
