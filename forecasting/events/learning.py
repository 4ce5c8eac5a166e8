"""How past events are laid on a history, measured and shrunk by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.calendar import Event, EventCalendar, EventKind, EventShape
from forecasting.events.catch_up import catch_up_weights
from forecasting.events.estimates import EventEstimates, lasting_change, level_drift
from forecasting.events.shrinkage import ShrunkEffects, shrink_effects
from forecasting.quality.normal_volume import log_residual, normal_volume, robust_spread, weekly_levels
from forecasting.volumes.history import VolumeHistory

# A closure that was neither seen nor sized keeps all but this share of arrivals away.
OPEN_THOUGH_CLOSED = 0.02
# A decay below this part of its full effect no longer hides what is normal.
FADED = 0.05
LASTING_WINDOW = pd.Timedelta(days=28)
DRIFT_WEEKS = 4


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventLayout:
    """Events on the grid of a history.

    Attributes
    ----------
    weight : ndarray of shape (n_events, n_periods)
        Share of the full effect that each period feels. [-]
    after : bool ndarray of shape (n_events, n_periods)
        Periods in which work kept away may be caught up.
    touched : bool ndarray of shape (n_events, n_queues)
        Which queues each event touches.
    lasting : bool ndarray of shape (n_events,)
        Steps and ramps.
    eventful : bool ndarray of shape (n_queues, n_periods)
        Periods that a passing event or its catch-up touches.
    teaches : bool ndarray of shape (n_queues, n_periods)
        Observed periods that are not eventful; all observed ones of a queue that has no other.
    """

    weight: NDArray[np.float64]
    after: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    lasting: NDArray[np.bool_]
    eventful: NDArray[np.bool_]
    teaches: NDArray[np.bool_]

    @property
    def begun(self) -> NDArray[np.bool_]:
        """Whether each event was under way in some period, of shape (n_events,)."""
        return np.asarray((self.weight > 0).any(axis=1))


def lay_events(history: VolumeHistory, calendar: EventCalendar) -> EventLayout:
    """Lay the events of a calendar on the grid of a history."""
    events, starts, step = calendar.events, history.period_start, history.frequency.step
    shape = (len(events), len(starts))
    weight = np.array([event.weights(starts, step) for event in events], dtype=np.float64).reshape(shape)
    after = np.array([may_catch_up(event) & (catch_up_weights(event, starts, step) > 0) for event in events])
    after = after.reshape(shape).astype(np.bool_)
    touched = np.array([event.touches(history.queues) for event in events], dtype=np.bool_)
    touched = touched.reshape(len(events), len(history.queues))
    lasting = np.array([event.lasting for event in events], dtype=np.bool_)
    hidden = ((weight > FADED) & ~lasting[:, None]) | after
    eventful = touched.T.astype(np.float64) @ hidden.astype(np.float64) > 0
    observed = ~np.isnan(history.items)
    quiet = observed & ~eventful
    return EventLayout(
        weight=weight,
        after=after,
        touched=touched,
        lasting=lasting,
        eventful=eventful,
        # A queue that was only ever seen during events is better told by those than by nothing.
        teaches=np.where(quiet.any(axis=1, keepdims=True), quiet, observed),
    )


def may_catch_up(event: Event) -> bool:
    """Whether work that the event kept away may come after it: given, or to be learned from closures."""
    if event.catch_up_share is None:
        return event.kind == EventKind.CLOSURE
    return event.catch_up_share > 0


def measure_lasting(
    history: VolumeHistory, calendar: EventCalendar, layout: EventLayout, profile: NDArray[np.float64]
) -> EventEstimates:
    """Measure steps and ramps one after the other, each with the earlier ones taken off.

    Parameters
    ----------
    history
        What was observed.
    calendar, layout
        The events and where they lie.
    profile : ndarray of shape (n_queues, season)
        Weekly profile. [-]

    Returns
    -------
    EventEstimates
        NaN for passing events.
    """
    starts, items = history.period_start, history.items
    log_effect, variance = np.full((2, *layout.touched.shape), np.nan)
    lasting = np.flatnonzero(layout.lasting & layout.begun).tolist()
    if not lasting:
        return EventEstimates(log_effect=log_effect, variance=variance)
    tiled = profile[:, np.arange(len(starts)) % profile.shape[1]]
    normal = normal_volume(items, profile.shape[1], teaches=layout.teaches)
    spread = robust_spread(log_residual(items, normal), layout.teaches)
    level, _ = weekly_levels(items, layout.teaches, profile)
    onsets = np.array([calendar.events[index].start for index in lasting], dtype="datetime64[ns]")
    drift = level_drift(level, _far_from(onsets, starts, level.shape), DRIFT_WEEKS)
    quiet = items
    for index in sorted(lasting, key=lambda each: calendar.events[each].start):
        before, after = _windows(calendar, index, lasting, layout.touched, starts)
        found, noise = lasting_change(quiet, tiled, layout.teaches, layout.weight[index], before, after, spread, drift)
        log_effect[index] = np.where(layout.touched[index], found, np.nan)
        variance[index] = np.where(layout.touched[index], noise, np.nan)
        effect = np.expm1(np.where(np.isnan(log_effect[index]), 0.0, log_effect[index]))
        quiet = quiet / np.maximum(1.0 + effect[:, None] * layout.weight[index], OPEN_THOUGH_CLOSED)
    return EventEstimates(log_effect=log_effect, variance=variance)


def shrink_by_kind(calendar: EventCalendar, estimates: EventEstimates) -> tuple[ShrunkEffects, NDArray[np.intp]]:
    """Shrink measured effects within each kind, lasting events apart from passing ones.

    Returns
    -------
    ShrunkEffects
        Of all events, in the order of the calendar.
    n_seen : int ndarray of shape (n_events,)
        Past occurrences of each event by name. [-]
    """
    shape = estimates.log_effect.shape
    past, past_spread, future, future_spread = np.zeros((4, *shape))
    n_seen = np.zeros(shape[0], dtype=np.intp)
    ranges = np.array([_given_log_range(event) for event in calendar]).reshape(shape[0], 2)
    seen = np.asarray((~np.isnan(estimates.log_effect)).any(axis=1), dtype=np.float64)
    for pool in dict.fromkeys(pool_of(event) for event in calendar):
        members = np.array([index for index, event in enumerate(calendar) if pool_of(event) == pool])
        names = list(dict.fromkeys(calendar.events[index].family for index in members))
        family = np.array([names.index(calendar.events[index].family) for index in members], dtype=np.intp)
        shrunk = shrink_effects(
            estimates.log_effect[members],
            estimates.variance[members],
            family,
            prior=float(np.log(OPEN_THOUGH_CLOSED)) if pool[0] == EventKind.CLOSURE else 0.0,
            given=ranges[members, 0],
            given_variance=ranges[members, 1],
        )
        past[members], past_spread[members] = shrunk.past, shrunk.past_spread
        future[members], future_spread[members] = shrunk.future, shrunk.future_spread
        n_seen[members] = np.bincount(family, weights=seen[members], minlength=len(names))[family].astype(np.intp)
    merged = ShrunkEffects(past=past, past_spread=past_spread, future=future, future_spread=future_spread)
    return merged, n_seen


def pool_of(event: Event) -> tuple[EventKind, bool]:
    """What an event is pooled with: its kind, lasting apart from passing."""
    return event.kind, event.lasting


def lasting_log_factor(layout: EventLayout, log_effect: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log of what lasting events made of each period against the last one, of shape (n_queues, n_periods)."""
    total = np.zeros((layout.touched.shape[1], layout.weight.shape[1]))
    for index in np.flatnonzero(layout.lasting & layout.begun):
        effect = np.expm1(np.where(layout.touched[index], log_effect[index], 0.0))
        # Logarithms of an effect that leaves nothing would be infinite.
        factor = np.maximum(1.0 + effect[:, None] * layout.weight[index], OPEN_THOUGH_CLOSED)
        total += np.log(factor) - np.log(factor[:, -1:])
    return total


def _given_log_range(event: Event) -> tuple[float, float]:
    """Mean and variance of the log of a given triangular factor; NaN where none is given."""
    if event.effect is None:
        return np.nan, np.nan
    low, mode, high = event.effect
    mean = max(1.0 + (low + mode + high) / 3.0, OPEN_THOUGH_CLOSED)
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18.0
    return float(np.log(mean)), min(1.0, variance / mean**2)


def _windows(
    calendar: EventCalendar,
    index: int,
    lasting: Sequence[int],
    touched: NDArray[np.bool_],
    starts: pd.DatetimeIndex,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Four weeks before an onset and until four weeks after its full effect, free of other onsets."""
    event = calendar.events[index]
    onset, full = event.start.normalize(), _full(event)
    begin, close = onset - LASTING_WINDOW, min(full + LASTING_WINDOW, event.end.normalize() + pd.Timedelta(days=1))
    for other in lasting:
        if other == index or not (touched[other] & touched[index]).any():
            continue
        rival = calendar.events[other].start.normalize()
        if onset < rival < close:
            close = rival
        if begin < _full(calendar.events[other]) <= onset:
            begin = _full(calendar.events[other])
    return np.asarray((starts >= begin) & (starts < onset)), np.asarray((starts >= onset) & (starts < close))


def _full(event: Event) -> pd.Timestamp:
    ramp = event.ramp_days if event.course == EventShape.RAMP else 0
    return event.start.normalize() + pd.Timedelta(days=ramp)


def _far_from(onsets: NDArray[np.datetime64], starts: pd.DatetimeIndex, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Weeks at which no lasting event set in within the weeks on both sides."""
    weeks_away = (onsets - starts[0].to_datetime64()) / np.timedelta64(7, "D")
    near = np.abs(np.arange(shape[1])[:, None] - weeks_away) < DRIFT_WEEKS
    return np.broadcast_to(~near.any(axis=1), shape)
