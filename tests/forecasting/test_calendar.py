"""Events: what is read from a table, what is refused, and how effects run in time."""

import numpy as np
import pandas as pd
import pytest

from forecasting.events.calendar import Event, EventCalendar, EventShape
from forecasting.events.crisis_risk import CrisisRisk, draw_crises, triangular_quantile
from forecasting.problems import InputError

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2026-03-02")


def make_event(**changes: object) -> Event:
    fields: dict[str, object] = {"name": "Vote", "kind": "election", "start": START, "end": START + 2 * DAY}
    return Event(**(fields | changes))  # type: ignore[arg-type]  # a factory of keyword fields


def row(**changes: object) -> dict[str, object]:
    return {"event": "Vote", "kind": "election", "start": "2026-03-02", "end": "2026-03-04"} | changes


def test_a_table_read_and_written_is_the_same_table():
    table = pd.DataFrame(
        [
            row(queues="ads; chat", low=0.1, mode=0.2, high=0.5),
            row(event="Shops", kind="launch", shape="ramp", ramp_days=14),
            row(event="Closed", kind="closure", catch_up_share=0.6),
        ]
    )
    calendar = EventCalendar.from_frame(table)
    assert calendar.events[0].queues == ("ads", "chat")
    assert calendar.events[0].effect == (0.1, 0.2, 0.5)
    assert [event.catch_up_share for event in calendar] == [None, None, 0.6]
    again = EventCalendar.from_frame(calendar.to_frame())
    assert [event.course for event in again] == [EventShape.PULSE, EventShape.RAMP, EventShape.PULSE]
    pd.testing.assert_frame_equal(again.to_frame(), calendar.to_frame())


def test_every_fault_of_a_table_is_listed_with_its_line():
    table = pd.DataFrame(
        [
            row(kind="party"),
            row(start="soon"),
            row(low=0.1),
            row(shape="ramp"),
            row(end="2026-01-01"),
            row(ramp_days="many"),
        ]
    )
    with pytest.raises(InputError) as caught:
        EventCalendar.from_frame(table)
    assert [(problem.row, problem.field) for problem in caught.value.problems] == [
        (2, "kind"),
        (3, "start"),
        (4, "mode"),
        (5, "event"),
        (6, "event"),
        (7, "ramp_days"),
    ]


def test_missing_columns_are_named():
    with pytest.raises(InputError, match="'kind'"):
        EventCalendar.from_frame(pd.DataFrame({"event": ["a"], "start": ["2026-01-01"], "end": ["2026-01-01"]}))


def test_a_half_day_period_feels_half_of_an_event_that_begins_in_it():
    weights = make_event().weights(pd.date_range(START - 7 * DAY, periods=3, freq="7D"), 7 * DAY)
    assert weights == pytest.approx([0.0, 3 / 7, 0.0])


@pytest.mark.parametrize("shape", list(EventShape))
def test_days_felt_are_the_integral_of_the_shape(shape: EventShape):
    event = make_event(shape=shape, ramp_days=10, end=START + 29 * DAY)
    days = event.weights(pd.date_range(START - 5 * DAY, periods=60), DAY).sum()
    exact = {"pulse": 30, "step": 30, "ramp": 25, "decay": 10 / np.log(2) * (1 - 0.5**3)}[shape.value]
    assert days == pytest.approx(exact, rel=1e-3)


def test_hours_and_days_feel_the_same_ramp():
    event = make_event(shape="ramp", ramp_days=10, end=START + 29 * DAY)
    hours = event.weights(pd.date_range(START, periods=24 * 40, freq="h"), pd.Timedelta(hours=1))
    assert hours.reshape(-1, 24).mean(axis=1) == pytest.approx(event.weights(pd.date_range(START, periods=40), DAY))


def test_long_events_last_unless_told_otherwise():
    long = {"end": START + 60 * DAY}
    assert make_event(**long).lasting
    assert not make_event(**long, shape="pulse").lasting
    assert not make_event().lasting


def test_a_year_in_the_name_does_not_make_another_event():
    assert make_event(name="Vote 2024 (US)").family == make_event(name="vote 2028 (US)").family
    assert make_event(name="Area 51").family != make_event(name="Area 52").family


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"end": START - DAY}, "end of event"),
        ({"effect": (0.3, 0.2, 0.4)}, "low <= mode <= high"),
        ({"shape": "decay"}, "ramp_days"),
        ({"catch_up_share": -0.1}, "catch_up_share"),
        ({"start": pd.Timestamp("2026-03-02", tz="UTC")}, "time zone"),
    ],
)
def test_impossible_events_are_refused(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        make_event(**changes)


def test_crises_come_at_their_rate_and_with_their_size():
    risk = CrisisRisk(name="Attack", rate_per_year=2.0, size=(0.5, 0.5, 0.5), days=(10, 10, 10))
    factor = draw_crises(risk, pd.date_range(START, periods=365), DAY, 4000, seed=0)
    # A crisis of 10 days that falls evenly from 50% to none is worth 2.5 days.
    assert (factor - 1).sum(axis=1).mean() == pytest.approx(2.0 * 2.5 * 365 / 365.25, rel=0.03)
    calm = (factor == 1).all(axis=1).mean()
    assert calm == pytest.approx(np.exp(-2.0 * 375 / 365.25), abs=0.02)


def test_triangular_quantiles_are_those_of_scipy():
    from scipy.stats import triang

    share = np.linspace(0, 1, 21)
    assert triangular_quantile(share, (1.0, 2.0, 5.0)) == pytest.approx(triang.ppf(share, 0.25, 1.0, 4.0))
