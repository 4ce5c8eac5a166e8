"""Volumes, events and arguments that cannot be meant are refused at the door, each fault with its row and remedy."""

import numpy as np
import pandas as pd
import pytest

from forecasting import forecast_volumes
from forecasting.events.calendar import EventCalendar
from forecasting.problems import InputError
from forecasting.volumes.history import VolumeHistory


def table(dates: object, items: object = 20, queue: object = "ads") -> pd.DataFrame:
    return pd.DataFrame({"queue": queue, "date": dates, "items": items})


def days(n: int = 40, start: str = "2026-01-05") -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in pd.date_range(start, periods=n)]


def with_cell(cell: str, place: int = 20) -> list[str]:
    dates = days()
    dates[place] = cell
    return dates


def faults(frame: pd.DataFrame, timezone: str | None = None) -> list[tuple[int | None, str, str, str]]:
    with pytest.raises(InputError) as caught:
        VolumeHistory.from_frame(frame, timezone=timezone)
    return [(problem.row, problem.field, problem.found, problem.remedy) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "cell",
    [
        "15/07/2026",
        "07/08/2026",
        "15.07.2026",
        "July 15 2026",
        "2026",
        "2026-07",
        "20260715",
        "2026-7-15",
        "now",
        "today",
        "2026-02-30",
        "2026-01-25 25:00",
        "2026-01-25 12h",
        "9999-12-31",
        "0001-01-01",
        "",
    ],
)
def test_a_date_written_in_another_way_is_refused_and_never_guessed(cell: str):
    [(row, field, found, remedy)] = faults(table(with_cell(cell)))
    assert (row, field, found) == (22, "date", cell)
    assert "write the date as YYYY-MM-DD" in remedy


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%d 00:00", "%Y-%m-%dT00:00:00", "%Y-%m-%d 00:00:00Z"])
def test_the_ways_in_which_dates_may_be_written_give_one_history(form: str):
    dates = pd.date_range("2026-01-05", periods=40)
    history = VolumeHistory.from_frame(table([day.strftime(form) for day in dates]))
    assert history.period_start.equals(dates.as_unit(history.period_start.unit))


@pytest.mark.parametrize(("zoned", "remedy"), [(1, "leave out the UTC offset"), (39, "write the UTC offset too")])
def test_offsets_in_some_rows_only_are_refused_at_the_odd_rows(zoned: int, remedy: str):
    dates = [f"{day}T00:00:00{'Z' if place < zoned else ''}" for place, day in enumerate(days())]
    [(row, field, _, said)] = faults(table(dates), timezone="UTC")
    assert (row, field) == (2 if zoned == 1 else 41, "date")
    assert remedy in said


@pytest.mark.parametrize("dates", [range(40), np.arange(46000.0, 46040.0)])
def test_numbers_are_no_dates(dates: object):
    [(_, field, _, remedy)] = faults(table(dates))
    assert field == "date"
    assert "numbers are not read as dates" in remedy


@pytest.mark.parametrize("cell", ["2062-01-25", "1926-01-25", "2027-01-25"])
def test_a_date_far_from_all_others_is_refused(cell: str):
    [(row, _, found, remedy)] = faults(table(with_cell(cell)))
    assert (row, found) == (22, cell)
    assert "more than 180 days from all others" in remedy


def test_a_history_with_a_long_gap_is_no_mistake():
    history = VolumeHistory.from_frame(table(days() + days(start="2027-01-04")))
    assert int(history.observed.sum()) == 80


def test_one_time_of_day_does_not_turn_days_into_half_hours():
    [(row, _, found, remedy)] = faults(table(with_cell("2026-01-25 12:30")))
    assert (row, found) == (22, "2026-01-25 12:30")
    assert "another weekday or time of day" in remedy


@pytest.mark.parametrize("step", ["MS", "14D", "6h", "QS"])
def test_periods_that_are_no_grid_of_ours_are_not_taken_for_shorter_ones(step: str):
    dates = pd.date_range("2026-01-01", periods=9, freq=step)
    [(_, field, found, remedy)] = faults(table(dates))
    assert field == "date"
    assert found.startswith("9 of ")
    assert "sum the items to whole weeks" in remedy


def test_weeks_that_start_on_other_days_in_one_queue_are_refused():
    mondays, tuesdays = (pd.date_range(start, periods=20, freq="7D") for start in ("2026-01-05", "2026-01-06"))
    frame = pd.concat([table(mondays), table(mondays, queue="shops"), table(tuesdays, queue="chat")])
    with pytest.raises(InputError, match=r"most days have no row|weekly dates"):
        VolumeHistory.from_frame(frame)


def test_a_weekly_queue_among_daily_ones_is_named():
    frame = pd.concat([table(days(84)), table(pd.date_range("2026-01-05", periods=12, freq="7D"), queue="chat")])
    [(_, _, found, remedy)] = faults(frame)
    assert found == "chat"
    assert "this queue has weekly dates" in remedy


def test_working_days_and_office_hours_are_grids_with_gaps():
    weekdays = pd.bdate_range("2026-01-05", periods=60)
    assert str(VolumeHistory.from_frame(table(weekdays)).frequency) == "daily"
    hours = [day + pd.Timedelta(hours=hour) for day in weekdays for hour in range(9, 17)]
    assert str(VolumeHistory.from_frame(table(hours)).frequency) == "hourly"


def test_midnights_of_another_zone_are_not_taken_for_local_days():
    dates = pd.date_range("2026-07-06", periods=40, tz="UTC")
    problems = faults(table(dates), timezone="America/Chicago")
    assert [remedy for *_, remedy in problems if "midnight of another zone than America/Chicago" in remedy]


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("6.439", "write 6439"),
        ("1.234.567", "without separators of thousands"),
        ("6,439", "without separators of thousands"),
        ("1e300", "up to 1e\\+12"),
        ("inf", "finite count"),
        ("-3", "finite count"),
    ],
)
def test_a_count_that_cannot_be_meant_is_refused(cell: str, remedy: str):
    items = ["20"] * 40
    items[20] = cell
    with pytest.raises(InputError, match=f"row 22, items: found '{cell}'; .*{remedy}"):
        VolumeHistory.from_frame(table(days(), items))


def test_tables_laid_end_to_end_name_faults_by_place():
    frame = pd.concat([table(days(), "20"), table(days(), "many", queue="chat")[:1]])
    assert [(row, field) for row, field, *_ in faults(frame)] == [(42, "items")]


def test_fractions_of_estimates_are_taken_as_they_are():
    items = np.round(np.linspace(0.5, 2000.25, 40), 3)
    assert VolumeHistory.from_frame(table(days(), items)).items[0].tolist() == items.tolist()


@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_queue_is_named_by_its_row(blank: str | None):
    queue: list[str | None] = ["ads"] * 40
    queue[20] = blank
    assert faults(table(days(), queue=queue))[0][:2] == (22, "queue")


def test_a_queue_written_as_a_number_and_as_text_is_one():
    frame = pd.concat([table(days(), queue=1), table(days()[:1], queue="1")])
    assert [(row, field) for row, field, *_ in faults(frame)] == [(42, "queue, date")]


def test_faults_of_all_columns_are_listed_together():
    frame = table(with_cell("15/07/2026"), ["x", *["20"] * 39], ["ads"] * 39 + [""])
    assert [(row, field) for row, field, *_ in faults(frame)] == [(2, "items"), (22, "date"), (41, "queue")]


@pytest.mark.parametrize("tz", [None, "UTC"])
def test_a_zone_that_does_not_exist_is_refused(tz: str | None):
    with pytest.raises(ValueError, match="timezone must be an IANA name such as 'Europe/Berlin'; found 'Mars'"):
        VolumeHistory.from_frame(table(pd.date_range("2026-01-05", periods=9, tz=tz)), timezone="Mars")


def event(**cells: object) -> dict[str, object]:
    return {"event": "Vote", "kind": "election", "start": "2026-03-02", "end": "2026-03-04"} | cells


@pytest.mark.parametrize(
    ("cells", "field", "remedy"),
    [
        ({"start": "10/11/2026"}, "start", "YYYY-MM-DD"),
        ({"start": "2026-03-02 12:00"}, "start", "YYYY-MM-DD"),
        ({"end": "9999-12-31"}, "end", "from 1900 to 2200"),
        ({"end": "2026-02-30"}, "end", "YYYY-MM-DD"),
        ({"low": 10, "mode": 25, "high": 45}, "mode", "write 0.25 for 25%"),
        ({"low": 0, "mode": 0, "high": 1e300}, "high", "up to 10"),
        ({"ramp_days": 1.5}, "ramp_days", "whole number of days"),
        ({"ramp_days": -5}, "ramp_days", "whole number of days"),
        ({"ramp_days": 1e300}, "ramp_days", "whole number of days"),
        ({"catch_up_share": 60}, "catch_up_share", "write 0.6 for 60%"),
        ({"catch_up_share": 1e300}, "catch_up_share", "write 0.6 for 60%"),
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(cells: dict[str, object], field: str, remedy: str):
    with pytest.raises(InputError, match=f"row 2, {field}: .*{remedy}"):
        EventCalendar.from_frame(pd.DataFrame([event(**cells)]))


@pytest.mark.parametrize(
    "again", [{}, {"event": "vote"}, {"start": "2026-03-04", "end": "2026-03-09"}, {"queues": "ads"}]
)
def test_an_event_given_twice_is_refused(again: dict[str, object]):
    with pytest.raises(InputError, match=r"row 3, event: .*row 2 has the same event"):
        EventCalendar.from_frame(pd.DataFrame([event(), event(**again)]))


def test_one_name_on_other_days_or_queues_is_another_occurrence():
    rows = [event(queues="ads"), event(queues="chat"), event(queues="ads", start="2026-03-05", end="2026-03-06")]
    assert len(EventCalendar.from_frame(pd.DataFrame(rows))) == 3


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"horizon": "3"}, ValueError, "horizon must be a whole number; found '3'"),
        ({"horizon": None}, ValueError, "horizon must be a whole number; found None"),
        ({"horizon": 0}, ValueError, "horizon must be at least 1; found 0"),
        ({"n_paths": 2.5}, ValueError, "n_paths must be a whole number; found 2.5"),
        ({"seed": None}, ValueError, "seed must be a whole number; found None"),
        ({"seed": -1}, ValueError, "seed must be at least 0; found -1"),
        ({"history": table(days())}, ValueError, "history must be a VolumeHistory; found DataFrame"),
    ],
)
def test_an_argument_of_the_forecast_is_named(arguments: dict[str, object], error: type[Exception], message: str):
    given: dict[str, object] = {"history": VolumeHistory.from_frame(table(days())), "horizon": 7} | arguments
    with pytest.raises(error, match=message):
        forecast_volumes(**given)  # type: ignore[arg-type]  # what a caller without types may hand in


def test_a_list_is_no_frame():
    with pytest.raises(ValueError, match="frame must be a pandas DataFrame; found list"):
        VolumeHistory.from_frame([1, 2])  # type: ignore[arg-type]  # what a caller without types may hand in
