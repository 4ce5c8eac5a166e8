"""Work that an event kept away and that comes after it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.calendar import Event, EventKind


def catch_up_weights(event: Event, period_start: pd.DatetimeIndex, step: pd.Timedelta) -> NDArray[np.float64]:
    """How the catch-up is spread over the days after an event.

    Parameters
    ----------
    event
        The event; its `catch_up_days` begin on the day after its last.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Starts of the periods.
    step
        Length of one period.

    Returns
    -------
    ndarray of shape (n_periods,)
        Falls evenly from the first day to none; zero outside. Not scaled to any sum. [-]

    Examples
    --------
    >>> day = pd.Timestamp("2026-05-01")
    >>> closed = Event(name="Closed", kind="closure", start=day, end=day, catch_up_days=2)
    >>> catch_up_weights(closed, pd.date_range(day, periods=4), pd.Timedelta(days=1)).tolist()
    [0.0, 0.75, 0.25, 0.0]
    """
    opens = event.end.normalize() + pd.Timedelta(days=1)
    last = opens + pd.Timedelta(days=event.catch_up_days)
    begin = period_start.where(period_start > opens, opens)
    finish = (period_start + step).where(period_start + step < last, last)
    covered = np.clip(np.asarray((finish - begin) / step, dtype=np.float64), 0.0, 1.0)
    middle = np.asarray((begin - opens) / pd.Timedelta(days=1)) + covered * (step / pd.Timedelta(days=1)) / 2
    return np.asarray(covered * np.clip(1.0 - middle / event.catch_up_days, 0.0, 1.0))


def event_grid(event: Event, anchor: pd.Timestamp, step: pd.Timedelta) -> tuple[pd.DatetimeIndex, NDArray[np.intp]]:
    """Periods from the first day of an event to the last of its catch-up, and how far they lie from an anchor.

    Examples
    --------
    >>> day = pd.Timestamp("2026-05-02")
    >>> closed = Event(name="Closed", kind="closure", start=day, end=day, catch_up_days=2)
    >>> event_grid(closed, pd.Timestamp("2026-05-01"), pd.Timedelta(days=1))[1].tolist()
    [1, 2, 3]
    """
    first = int(np.floor((event.start.normalize() - anchor) / step))
    last = int(np.ceil((event.end.normalize() + pd.Timedelta(days=1 + event.catch_up_days) - anchor) / step))
    offset = np.arange(first, last)
    return pd.DatetimeIndex(anchor + offset * step), offset


def catch_up_lift(
    event: Event,
    effect: NDArray[np.float64],
    share: float,
    profile: NDArray[np.float64],
    anchor: pd.Timestamp,
    period_start: pd.DatetimeIndex,
    step: pd.Timedelta,
) -> NDArray[np.float64]:
    """Lift of arrivals after an event, as a part of what is normal.

    Parameters
    ----------
    event
        The event.
    effect : ndarray of shape (n_queues, ...)
        Relative change of arrivals while it lasts; only what is lost is caught up. [-]
    share : float
        Share of the loss that comes later. [-]
    profile : ndarray of shape (n_queues, season)
        Weekly profile; position 0 is that of the period at `anchor`.
    anchor
        Start of a period of the grid.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Periods asked for.
    step
        Length of one period.

    Returns
    -------
    ndarray of shape (n_queues, ..., n_periods)
        To be added to the event's own factor. [-]

    Notes
    -----
    With profile p, course w, effect e and spread c the lift is share x sum(p w (-e)) x c_t / sum(p c): in items it
    adds up to the share of the loss where the level does not change.

    Examples
    --------
    >>> day = pd.Timestamp("2026-05-01")
    >>> closed = Event(name="Closed", kind="closure", start=day, end=day, catch_up_days=2)
    >>> catch_up_lift(closed, np.array([-1.0]), 0.8, np.ones((1, 7)), day, pd.date_range(day, periods=3),
    ...               pd.Timedelta(days=1)).round(2)
    array([[0. , 0.6, 0.2]])
    """
    grid, offset = event_grid(event, anchor, step)
    around = profile[:, offset % profile.shape[1]]
    lost_periods = around @ event.weights(grid, step)
    spread = around @ catch_up_weights(event, grid, step)
    ratio = share * lost_periods / np.where(spread > 0, spread, 1.0)
    lift = np.maximum(0.0, -effect) * ratio.reshape(-1, *np.ones(effect.ndim - 1, dtype=int))
    return np.asarray(lift[..., None] * catch_up_weights(event, period_start, step))


def learned_catch_up_share(
    calendar_events: tuple[Event, ...],
    past_effect: NDArray[np.float64],
    items: NDArray[np.float64],
    normal: NDArray[np.float64],
    period_start: pd.DatetimeIndex,
    step: pd.Timedelta,
) -> float:
    """Share of what past closures kept away that came after them.

    Parameters
    ----------
    calendar_events
        All events; closures teach.
    past_effect : ndarray of shape (n_events, n_queues)
        Relative change of arrivals by event. [-]
    items, normal : ndarrays of shape (n_queues, n_periods)
        Arrivals (NaN where not observed) and what would be normal. [items]
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Starts of the periods.
    step
        Length of one period.

    Returns
    -------
    float
        Mean over closures of (items above normal after it) / (items lost), each held to 0-1, shrunk to none as
        if one closure without catch-up had been seen; 0 where no closure can be judged. [-]
    """
    shares = []
    for index, event in enumerate(calendar_events):
        after = catch_up_weights(event, period_start, step) > 0
        if event.kind != EventKind.CLOSURE or not after.any():
            continue
        weight = event.weights(period_start, step)
        lost = (normal * weight).sum(axis=1) * np.maximum(0.0, -past_effect[index])
        seen = ~np.isnan(items[:, after]).any(axis=1) & (lost > 0)
        if seen.any():
            excess = (items[np.ix_(seen, after)] - normal[np.ix_(seen, after)]).sum()
            shares.append(float(np.clip(excess / lost[seen].sum(), 0.0, 1.0)))
    return sum(shares) / (len(shares) + 1.0)
