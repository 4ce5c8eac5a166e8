"""How often crises came and how large they were, from those that a calendar dates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.calendar import Event, EventKind
from forecasting.events.crisis_risk import DAYS_A_YEAR, CrisisRisk
from forecasting.events.effects import EventEffects
from forecasting.volumes.history import VolumeHistory

# Half a crisis is added to what was counted: none seen in a year does not mean that none can come.
UNSEEN_CRISES = 0.5
# Where few were seen, sizes and lengths reach from half of the least to twice the largest.
REACH = 2.0


def learned_crisis_risk(
    history: VolumeHistory, effects: EventEffects, *, name: str = "Unknown crises", queues: tuple[str, ...] = ()
) -> CrisisRisk:
    """Risk of crises to come, from the dated ones of the past.

    Parameters
    ----------
    history
        What was observed.
    effects
        Learned on it, with past crises as events of kind crisis. As their days are taken off the history, the
        spread of the forecast does not hold them, and drawing them anew does not count them twice.
    name
        What a reader will see; it seeds the draws.
    queues
        Queues that a coming crisis touches; empty means all.

    Returns
    -------
    CrisisRisk
        Rate (crises + 1/2) / years observed; height and length from half of the least to twice the largest seen, the
        mode at the mean.

    Raises
    ------
    ValueError
        If no dated crisis began within the history.

    Notes
    -----
    A crisis drawn falls evenly from its height to none, one of the past need not: as height counts that at which a
    crisis of the same length brings the same items, twice the mean effect over its days.

    The rate is the mean of what is known of a Poisson rate after the count under the prior of Jeffreys [1]_.

    References
    ----------
    .. [1] H. Jeffreys (1946), An invariant form for the prior probability in estimation problems, Proceedings of the
       Royal Society of London A 186(1007), doi:10.1098/rspa.1946.0056.

    Examples
    --------
    One crisis of ten days in four years, with twice the items: (1 + 1/2) / 4 a year, of five to twenty days, from three
    times the items down to none more.

    >>> from forecasting import Event, EventCalendar, VolumeHistory, learn_event_effects
    >>> days = pd.date_range("2022-01-01", periods=1461)
    >>> items = np.where((days >= "2024-03-01") & (days <= "2024-03-10"), 200.0, 100.0)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": items}))
    >>> attack = Event(name="Attack", kind="crisis", start=pd.Timestamp("2024-03-01"), end=pd.Timestamp("2024-03-10"))
    >>> risk = learned_crisis_risk(history, learn_event_effects(history, EventCalendar.of([attack])))
    >>> risk.rate_per_year, risk.days, round(risk.size[1])
    (0.375, (5.0, 10.0, 20.0), 2)
    """
    past = [
        (index, event)
        for index, event in enumerate(effects.calendar)
        if event.kind == EventKind.CRISIS and history.period_start[0] <= event.start < history.end
    ]
    if not past:
        raise ValueError(
            "effects must hold at least one crisis that began within the history; give a CrisisRisk instead"
        )
    heights = np.array([_height(effects, index, event) for index, event in past])
    days = np.array([float(event.days) for _, event in past])
    years = (history.end - history.period_start[0]).days / DAYS_A_YEAR
    return CrisisRisk(
        name=name,
        rate_per_year=(len(past) + UNSEEN_CRISES) / years,
        size=_range(np.maximum(heights, 0.0)),
        days=_range(days),
        queues=queues,
    )


def _height(effects: EventEffects, index: int, event: Event) -> float:
    """Height from which a crisis that falls evenly brings as many items as this one did [-]."""
    day = pd.Timedelta(days=1)
    course = event.weights(pd.date_range(event.start.normalize(), periods=event.days), day)
    effect = np.expm1(effects.log_effect[index][event.touches(effects.queues)]).mean()
    return float(2.0 * effect * course.mean())


def _range(seen: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(seen.min()) / REACH, float(seen.mean()), float(seen.max()) * REACH
