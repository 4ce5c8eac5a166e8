"""One function a kind of finding on volumes: where it is, how large, and what it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.volumes.frequency import Frequency

if TYPE_CHECKING:
    from forecasting.volumes.history import VolumeHistory

SEVERITIES = ("problem", "warning", "note")
# A run of zeros is suspicious where Poisson chance makes it this rare.
ZERO_CHANCE = 1e-4
OUTLIER_DISTANCE = 6.0
# Chance repeats a Poisson count of mean m with probability 1 / (2 sqrt(pi m)); a run must be rarer than this.
STALE_CHANCE = 1e-4
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing to know of a history.

    Attributes
    ----------
    code, severity, queue
        What it is, how grave, and of which queue ("all" for all).
    date, end
        First and last period.
    found, expected
        The figures of the sentence; NaN where there is nothing to compare with.
    sentence
        For a reader.
    """

    code: str
    severity: str
    queue: str
    date: pd.Timestamp
    end: pd.Timestamp
    found: float
    expected: float
    sentence: str


def partial_last_period(history: VolumeHistory) -> Iterator[Finding]:
    """The last period was not whole and is left out."""
    if history.partial_items is None:
        return
    season, last = history.frequency.season_periods, history.period_start[-1]
    like = history.items[:, -1 - season :: -season][:, :8]
    seen = (~np.isnan(like)).sum(axis=1)
    usual = np.nansum(like, axis=1)[seen > 0] / seen[seen > 0]
    expected = float(usual.sum()) if usual.size else np.nan
    compared = f" where about {expected:,.0f} are usual" if usual.size else ""
    found = float(np.nansum(history.partial_items))
    yield Finding(
        code="partial_last_period",
        severity="warning",
        queue="all",
        date=last,
        end=last,
        found=found,
        expected=expected,
        sentence=f"The period that starts {_when(history, last)} holds {found:,.0f} items{compared}: it "
        "was still running when the data were cut, and counts as not observed.",
    )


def closures(history: VolumeHistory, closed: NDArray[np.bool_]) -> Iterator[Finding]:
    """Spans in which nothing arrived in any queue while items arrived before and after, but for known closures."""
    shut = ~(history.items > 0).any(axis=0) & ~closed.all(axis=0)
    if len(history.queues) < 2 or history.frequency == Frequency.WEEKLY:
        return
    least = max(2, round(48 / history.frequency.period_hours))
    inner = np.zeros_like(shut)
    open_periods = np.flatnonzero(~shut)
    if open_periods.size:
        inner[open_periods[0] : open_periods[-1]] = True
    for first, stop in runs_of_true(shut & inner):
        if stop - first >= least:
            yield Finding(
                code="closure",
                severity="note",
                queue="all",
                date=history.period_start[first],
                end=history.period_start[stop - 1],
                found=float(stop - first),
                expected=np.nan,
                sentence=f"Nothing arrived in any queue from {_when(history, history.period_start[first])} for "
                f"{_counted(history, stop - first)}. If operations were closed, enter it as an event of kind closure.",
            )


def gaps(history: VolumeHistory) -> Iterator[Finding]:
    """Periods not observed between the first and the last of a queue, hours that are always closed aside."""
    season = history.frequency.season_periods
    position = np.arange(len(history.period_start)) % season
    observed = history.observed
    ever = np.stack([observed[:, slot::season].any(axis=1) for slot in range(season)], axis=1)
    skipped = history.exposure == 0
    firsts, lasts = history.first_observed, history.last_observed
    for row, queue in enumerate(history.queues):
        first, last = firsts[row], lasts[row]
        missing = ~observed[row] & ~skipped & ever[row, position]
        missing[:first] = False
        missing[last + 1 :] = False
        runs = list(runs_of_true(missing))
        if not runs:
            continue
        count, span = int(missing.sum()), int(last - first + 1)
        longest = max(runs, key=lambda run: run[1] - run[0])
        yield Finding(
            code="gap",
            severity="warning" if count > 0.1 * span else "note",
            queue=queue,
            date=history.period_start[runs[0][0]],
            end=history.period_start[runs[-1][1] - 1],
            found=float(count),
            expected=0.0,
            sentence=f"{queue}: {count:,} of {_counted(history, span)} were not observed, in {len(runs)} gap"
            f"{'s' if len(runs) > 1 else ''}, the longest of {_counted(history, longest[1] - longest[0])} from "
            f"{_when(history, history.period_start[longest[0]])}. They are left out, not taken for zeros.",
        )


def late_and_ended(history: VolumeHistory) -> Iterator[Finding]:
    """Queues that start a season after the history or ended a season before it."""
    season, starts = max(2, history.frequency.season_periods), history.period_start
    n_periods = len(starts)
    ends = zip(history.queues, history.first_observed.tolist(), history.last_observed.tolist(), strict=True)
    for queue, first, last in ends:
        if last < 0:
            text = f"{queue}: not one period was observed, so nothing can be said of it."
            yield _whole("never_observed", "problem", queue, starts, 0.0, text)
            continue
        if first >= season:
            text = (
                f"{queue}: first observed {_when(history, starts[first])}, {_counted(history, first)} after the others."
            )
            yield _whole("late_start", "note", queue, starts[first:], float(n_periods - first), text)
        if n_periods - 1 - last >= season:
            text = (
                f"{queue}: last observed {_when(history, starts[last])}, {_counted(history, n_periods - 1 - last)} "
                "before the end. Leave it out of the forecast if it was closed."
            )
            yield _whole("ended", "warning", queue, starts[last:], float(n_periods - 1 - last), text)


def suspicious_zeros(
    history: VolumeHistory, normal: NDArray[np.float64], closed: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Runs of zeros that neither chance nor a known closure made, one a queue: a feed that failed looks like this."""
    zero = (history.items == 0) & ~closed
    for row, queue in enumerate(history.queues):
        runs = [(first, stop, float(normal[row, first:stop].sum())) for first, stop in runs_of_true(zero[row])]
        odd = [run for run in runs if np.exp(-run[2]) < ZERO_CHANCE]
        if not odd:
            continue
        first, stop, expected = max(odd, key=lambda run: run[2])
        count = sum(each[1] - each[0] for each in odd)
        yield Finding(
            code="suspicious_zero",
            severity="warning",
            queue=queue,
            date=history.period_start[odd[0][0]],
            end=history.period_start[odd[-1][1] - 1],
            found=0.0,
            expected=expected,
            sentence=f"{queue}: zero items on {_counted(history, count)} ({len(odd)} "
            f"run{'s' if len(odd) > 1 else ''}), most oddly from {_when(history, history.period_start[first])} for "
            f"{_counted(history, stop - first)}, where about {expected:,.0f} items are usual. If the feed failed, "
            "leave the cells blank; if the queue was closed, enter a closure.",
        )


def outliers(
    history: VolumeHistory, normal: NDArray[np.float64], distance: NDArray[np.float64], known: NDArray[np.bool_]
) -> Iterator[Finding]:
    """Periods far from normal that no known event explains; one finding a queue, which names the farthest."""
    for row, queue in enumerate(history.queues):
        far = np.flatnonzero((np.abs(distance[row]) > OUTLIER_DISTANCE) & (history.items[row] > 0) & ~known[row])
        if far.size == 0:
            continue
        worst = far[np.argmax(np.abs(distance[row, far]))]
        found, expected = float(history.items[row, worst]), float(normal[row, worst])
        yield Finding(
            code="outlier",
            severity="note",
            queue=queue,
            date=history.period_start[far[0]],
            end=history.period_start[far[-1]],
            found=found,
            expected=expected,
            sentence=f"{queue}: {_counted(history, far.size)} far from normal, the farthest "
            f"{_when(history, history.period_start[worst])} with {found:,.0f} items where {expected:,.0f} were usual. "
            "They are kept and teach less. If the cause is known, enter an event.",
        )


def stale_runs(history: VolumeHistory) -> Iterator[Finding]:
    """Runs of one and the same count, as where a feed repeats its last value."""
    same = np.zeros(history.items.shape, dtype=np.bool_)
    same[:, 1:] = (history.items[:, 1:] == history.items[:, :-1]) & (history.items[:, 1:] > 10)
    for row, queue in enumerate(history.queues):
        if same[row].mean() > 0.5:
            continue
        for first, stop in runs_of_true(same[row]):
            value = float(history.items[row, first])
            repeat = 1.0 / (2.0 * np.sqrt(np.pi * value))
            if len(history.period_start) * repeat ** (stop - first) < STALE_CHANCE:
                yield Finding(
                    code="stale",
                    severity="warning",
                    queue=queue,
                    date=history.period_start[first - 1],
                    end=history.period_start[stop - 1],
                    found=value,
                    expected=np.nan,
                    sentence=f"{queue}: exactly {value:,.0f} items on {_counted(history, stop - first + 1)} on "
                    f"end from {_when(history, history.period_start[first - 1])}: a feed that repeats itself looks "
                    "like this.",
                )


def near_duplicates(history: VolumeHistory) -> Iterator[Finding]:
    """Names that differ by case, blanks or signs alone, and queues with the same items throughout."""
    starts = history.period_start
    names: dict[str, str] = {}
    series: dict[bytes, str] = {}
    for row, queue in enumerate(history.queues):
        plain = _PLAIN.sub("", queue.casefold())
        twin = names.setdefault(plain, queue)
        if twin != queue:
            text = f"{twin!r} and {queue!r} differ by case or signs alone: if they are one queue, give them one name."
            yield _whole("near_duplicate_name", "problem", queue, starts, 2.0, text)
        if np.nansum(history.items[row]) == 0:
            continue
        other = series.setdefault(history.items[row].tobytes(), queue)
        if other != queue:
            text = f"{queue} has the same items as {other} in every period: one of them counts the other's work."
            yield _whole("identical_queues", "problem", queue, starts, float(np.nansum(history.items[row])), text)


def _whole(code: str, severity: str, queue: str, starts: pd.DatetimeIndex, found: float, sentence: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        queue=queue,
        date=starts[0],
        end=starts[-1],
        found=found,
        expected=np.nan,
        sentence=sentence,
    )


def runs_of_true(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Return the first index and the index after the last of each run of True.

    Examples
    --------
    >>> list(runs_of_true(np.array([True, True, False, True])))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _counted(history: VolumeHistory, periods: int) -> str:
    return f"{periods:,} {history.frequency.period_noun}{'' if periods == 1 else 's'}"


def _when(history: VolumeHistory, moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}" if history.frequency.period_hours >= 24 else f"{moment:%Y-%m-%d %H:%M}"
