"""What events do to arrivals: learned from the past with shrinkage or given as a range, and drawn for the future."""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.calendar import Event, EventCalendar, EventKind
from forecasting.events.catch_up import catch_up_lift, catch_up_weights, learned_catch_up_share
from forecasting.events.crisis_risk import draw_crises, triangular_quantile
from forecasting.events.estimates import EventEstimates, measure_passing
from forecasting.events.learning import (
    EventLayout,
    lasting_log_factor,
    lay_events,
    may_catch_up,
    measure_lasting,
    pool_of,
    shrink_by_kind,
)
from forecasting.events.shrinkage import UNSEEN_SPREAD
from forecasting.quality.normal_volume import log_residual, normal_volume, robust_profile, robust_spread
from forecasting.volumes.history import VolumeHistory

# Dividing by less than this says nothing of the level: such periods are set aside instead.
LEAST_FACTOR = 0.25
BADLY_EXPLAINED = 3.0
# Least factor whose logarithm is taken.
NEXT_TO_NOTHING = 0.001


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventEffects:
    """What each event did to the past and will do to the future.

    Attributes
    ----------
    calendar
        The events.
    queues
        Names, in the order of every axis of queues.
    anchor
        Start of the first period of the history.
    step
        Length of one period.
    past_log_factor : ndarray of shape (n_queues, n_periods)
        Log of what events did to each past period. Lasting events are measured against the end of the history,
        whose level holds them: what lies before a launch is raised or lowered to today's state by it. 0 where
        nothing was done.
    set_aside : bool ndarray of shape (n_queues, n_periods)
        Periods that must not teach the level: closures, and passing events that the effect explains badly.
    end_weight : ndarray of shape (n_events,)
        Share of its full effect that the last period of the history feels, for lasting events; else 0. [-]
    log_effect, log_spread : ndarrays of shape (n_events, n_queues)
        Effect (of its own past where an event has begun, else of one more of its like) and the standard
        deviation of what is known of it; 0 for queues not touched. [log]
    given : bool ndarray of shape (n_events,)
        Whether the planner's range is drawn: given, and not begun when the history ends.
    catch_up_share : ndarray of shape (n_events,)
        Share of what is lost that comes after. [-]
    n_seen : int ndarray of shape (n_events,)
        Past occurrences, by name, that taught the effect. [-]
    profile : ndarray of shape (n_queues, season)
        Weekly profile that spreads the catch-up; position 0 is that of the first period. [-]

    Examples
    --------
    An event to come, of which the planner knows that it adds a half.

    >>> days = pd.date_range("2026-01-05", periods=30)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:28], "items": 100}))
    >>> vote = Event(name="Vote", kind="election", start=days[29], end=days[29], effect=(0.5, 0.5, 0.5))
    >>> effects = learn_event_effects(history, EventCalendar.of([vote]))
    >>> effects.draw(days[28:], n_paths=1, seed=0).tolist(), effects.to_frame()["basis"].tolist()
    ([[[1.0, 1.5]]], ['given'])
    """

    calendar: EventCalendar
    queues: tuple[str, ...]
    anchor: pd.Timestamp
    step: pd.Timedelta
    past_log_factor: NDArray[np.float64]
    set_aside: NDArray[np.bool_]
    end_weight: NDArray[np.float64]
    log_effect: NDArray[np.float64]
    log_spread: NDArray[np.float64]
    given: NDArray[np.bool_]
    catch_up_share: NDArray[np.float64]
    n_seen: NDArray[np.intp]
    profile: NDArray[np.float64]

    def draw(
        self, period_start: pd.DatetimeIndex, n_paths: int, seed: int, *, rows: slice = slice(None)
    ) -> NDArray[np.float64]:
        """Draw multipliers on future arrivals.

        Parameters
        ----------
        period_start : pandas.DatetimeIndex of shape (n_periods,)
            Starts of the periods asked for, on the grid of the history.
        n_paths : int
            Joint draws. [-]
        seed : int
            The draws of an event depend on it, on the event's name and on its start alone.
        rows
            Queues asked for; their draws are the same whichever others are asked for.

        Returns
        -------
        ndarray of shape (n_queues, n_paths, n_periods)
            Factors against a forecast that knows of no event beyond those its level holds. [-]

        Notes
        -----
        One standard normal draw an event moves all its queues, each by its own spread, so that an event
        larger than expected is so everywhere. The mean factor is that of the mean effect.
        """
        profile = self.profile[rows]
        factor = np.ones((len(profile), n_paths, len(period_start)))
        for index, event in enumerate(self.calendar):
            weight = event.weights(period_start, self.step)
            share, held = float(self.catch_up_share[index]), self.end_weight[index]
            catches_up = share > 0 and bool(catch_up_weights(event, period_start, self.step).any())
            if not catches_up and (weight == held).all():
                continue
            effect = self._drawn_effect(index, event, n_paths, seed)[rows]
            moved = (1.0 + effect[:, :, None] * weight) / np.maximum(1.0 + effect * held, NEXT_TO_NOTHING)[:, :, None]
            if catches_up:
                moved += catch_up_lift(event, effect, share, profile, self.anchor, period_start, self.step)
            factor *= moved
        for crisis in self.calendar.crises:
            touched = np.array([not crisis.queues or queue in crisis.queues for queue in self.queues])[rows]
            factor[touched] *= draw_crises(crisis, period_start, self.step, n_paths, seed)
        return factor

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row an event and queue touched, with the effect, its 80% range and its basis."""
        parts = []
        for index, event in enumerate(self.calendar):
            touched = event.touches(self.queues)
            low, middle, high = self._range(index, event)[:, touched]
            columns = {
                "event": event.name,
                "kind": event.kind.value,
                "start": event.start,
                "end": event.end,
                "queue": np.asarray(self.queues, dtype=object)[touched],
                "effect": middle,
                "effect_p10": low,
                "effect_p90": high,
                "catch_up_share": self.catch_up_share[index],
                "basis": self._basis(index),
            }
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def _drawn_effect(self, index: int, event: Event, n_paths: int, seed: int) -> NDArray[np.float64]:
        """Relative change of arrivals, of shape (n_queues, n_paths)."""
        name = f"{event.name}|{event.start:%Y-%m-%d}"
        rng = np.random.default_rng([seed, 3, zlib.crc32(name.encode())])
        if self.given[index] and event.effect is not None:
            drawn = triangular_quantile(rng.random(n_paths), event.effect)
            return np.where(event.touches(self.queues)[:, None], drawn, 0.0)
        spread = self.log_spread[index][:, None]
        shift = spread * np.clip(rng.standard_normal(n_paths), -3.0, 3.0) - spread**2 / 2
        return np.asarray(np.expm1(self.log_effect[index][:, None] + shift))

    def _range(self, index: int, event: Event) -> NDArray[np.float64]:
        """10% quantile, mean and 90% quantile of the effect, of shape (3, n_queues)."""
        if self.given[index] and event.effect is not None:
            low, high = triangular_quantile(np.array([0.1, 0.9]), event.effect)
            return np.array([low, np.mean(event.effect), high])[:, None] * np.ones(len(self.queues))
        # As it is drawn: about a median that lies below the mean.
        spread = self.log_spread[index]
        shift = np.stack([-1.2816 * spread - spread**2 / 2, np.zeros_like(spread), 1.2816 * spread - spread**2 / 2])
        return np.asarray(np.expm1(self.log_effect[index] + shift))

    def _basis(self, index: int) -> str:
        event, seen = self.calendar.events[index], self.n_seen[index]
        if self.given[index]:
            return "given"
        if seen > 0:
            return f"learned from {seen} past occurrence{'s' if seen > 1 else ''} of it"
        if event.effect is not None:
            return "given; it has begun but was not observed"
        alike = sum(
            pool_of(other) == pool_of(event) and self.n_seen[row] > 0 for row, other in enumerate(self.calendar)
        )
        if alike:
            return f"learned from {alike} other event{'s' if alike > 1 else ''} of kind {event.kind}"
        if event.kind == EventKind.CLOSURE:
            return "assumed: next to nothing arrives while closed"
        return f"assumed: no effect, give or take {UNSEEN_SPREAD:.0%}, as no {event.kind} was seen yet"


def learn_event_effects(history: VolumeHistory, calendar: EventCalendar) -> EventEffects:
    """Learn from past events what each event does to each queue.

    Parameters
    ----------
    history
        What was observed; give `history.before(moment)` for what could be learned by then.
    calendar
        Events past and future. Past ones teach future ones of the same name and of the same kind.

    Returns
    -------
    EventEffects

    Notes
    -----
    1. Lasting events (step, ramp): level of the four weeks before against that of the four weeks after.
    2. Passing events (pulse, decay): items against the running median level x weekly profile of the days
       around them that no event touches; events that overlap are measured jointly.
    3. The measurements are shrunk over queues, occurrences and kinds, see
       `forecasting.events.shrinkage.shrink_effects`.

    A given range is the prior of its event's own past, so that data correct it once the event has begun.

    Examples
    --------
    >>> items = np.full(70, 100.0)
    >>> items[30] = 50.0
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": items}))
    >>> feast = Event(name="Feast", kind="holiday", start=days[30], end=days[30])
    >>> effects = learn_event_effects(history, EventCalendar.of([feast]))
    >>> np.exp(effects.past_log_factor[0, [29, 30]]).round(1).tolist()
    [1.0, 0.5]
    """
    layout = lay_events(history, calendar)
    profile = robust_profile(history.items, history.frequency.season_periods, teaches=layout.teaches)
    lasts = measure_lasting(history, calendar, layout, profile)
    log_factor = lasting_log_factor(layout, shrink_by_kind(calendar, lasts)[0].past)

    today = history.items / np.exp(log_factor)
    normal = normal_volume(today, history.frequency.season_periods, teaches=layout.teaches)
    spread = robust_spread(log_residual(today, normal), layout.teaches)
    passes = measure_passing(today, normal, layout.weight, layout.touched & ~layout.lasting[:, None], spread)
    shrunk, n_seen = shrink_by_kind(calendar, _merged(layout, lasts, passes))
    past = np.where(layout.touched, shrunk.past, 0.0)
    share = _catch_up_shares(history, calendar, past, today, normal)
    log_factor += _passing_log_factor(history, calendar, layout, past, share, profile)

    misfit = np.abs(log_residual(history.items, normal * np.exp(log_factor))) > BADLY_EXPLAINED * spread[:, None]
    begun = layout.begun[:, None]
    log_spread = np.where(begun, shrunk.past_spread, shrunk.future_spread)
    return EventEffects(
        calendar=calendar,
        queues=history.queues,
        anchor=history.period_start[0],
        step=history.frequency.step,
        past_log_factor=log_factor,
        set_aside=layout.eventful & (misfit | (log_factor < np.log(LEAST_FACTOR))),
        end_weight=np.where(layout.lasting, layout.weight[:, -1], 0.0),
        log_effect=np.where(layout.touched, np.where(begun, shrunk.past, shrunk.future), 0.0),
        log_spread=np.where(layout.touched, log_spread, 0.0),
        given=np.array([event.effect is not None for event in calendar], dtype=np.bool_) & ~layout.begun,
        catch_up_share=share,
        n_seen=n_seen,
        profile=profile,
    )


def _merged(layout: EventLayout, lasts: EventEstimates, passes: EventEstimates) -> EventEstimates:
    lasting = layout.lasting[:, None]
    return EventEstimates(
        log_effect=np.where(lasting, lasts.log_effect, passes.log_effect),
        variance=np.where(lasting, lasts.variance, passes.variance),
    )


def _catch_up_shares(
    history: VolumeHistory,
    calendar: EventCalendar,
    log_effect: NDArray[np.float64],
    today: NDArray[np.float64],
    normal: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Share of what each event keeps away that comes after it, of shape (n_events,)."""
    learned = learned_catch_up_share(
        calendar.events, np.expm1(log_effect), today, normal, history.period_start, history.frequency.step
    )
    given = [learned if event.catch_up_share is None else event.catch_up_share for event in calendar]
    possible = [may_catch_up(event) for event in calendar]
    return np.where(possible, given, 0.0).astype(np.float64)


def _passing_log_factor(
    history: VolumeHistory,
    calendar: EventCalendar,
    layout: EventLayout,
    log_effect: NDArray[np.float64],
    share: NDArray[np.float64],
    profile: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Log of what passing events and their catch-up did to each period, of shape (n_queues, n_periods)."""
    total = np.zeros(history.items.shape)
    for index, event in enumerate(calendar):
        if layout.lasting[index] or not (layout.begun[index] or layout.after[index].any()):
            continue
        effect = np.expm1(log_effect[index])
        factor = 1.0 + effect[:, None] * layout.weight[index]
        if share[index] > 0:
            anchor, step = history.period_start[0], history.frequency.step
            factor += catch_up_lift(event, effect, float(share[index]), profile, anchor, history.period_start, step)
        total += np.log(np.maximum(factor, NEXT_TO_NOTHING))
    return total
