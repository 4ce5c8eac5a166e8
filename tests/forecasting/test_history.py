"""Histories: what is read, what is refused, and the clock on the wall."""

import numpy as np
import pandas as pd
import pytest

from forecasting.problems import InputError
from forecasting.volumes.history import VolumeHistory


def hourly(start: str, hours: int, zone: str, queue: str = "chat") -> pd.DataFrame:
    return pd.DataFrame(
        {"queue": queue, "date": pd.date_range(start, periods=hours, freq="h", tz=zone), "items": np.arange(hours) + 1}
    )


def daily(items: list[float], queue: str = "ads", start: str = "2026-01-05") -> pd.DataFrame:
    return pd.DataFrame({"queue": queue, "date": pd.date_range(start, periods=len(items)), "items": items})


def test_gaps_late_starts_and_ends_are_not_observed():
    frame = pd.concat([daily([1, 2, 3, 4, 5, 6]), daily([7, 8], "new", "2026-01-08")])
    frame = frame[frame["items"] != 2]
    history = VolumeHistory.from_frame(frame)
    assert history.observed.tolist() == [
        [True, False, True, True, True, True],
        [False, False, False, True, True, False],
    ]
    assert (history.first_observed.tolist(), history.last_observed.tolist()) == ([0, 3], [5, 4])


def test_the_hour_that_the_clock_repeats_holds_both_hours_and_nothing_is_lost():
    frame = hourly("2026-10-24", 72, "Europe/Berlin")
    history = VolumeHistory.from_frame(frame)
    repeated = history.period_start.get_loc(pd.Timestamp("2026-10-25 02:00"))
    assert history.items[0, repeated] == 27 + 28
    assert history.exposure[repeated] == 2
    assert history.weights()[0, repeated] <= 0.5
    assert history.items.sum() == frame["items"].sum()


def test_the_hour_that_the_clock_skips_is_not_observed_and_no_gap():
    history = VolumeHistory.from_frame(hourly("2026-03-28", 71, "Europe/Berlin"))
    skipped = history.period_start.get_loc(pd.Timestamp("2026-03-29 02:00"))
    assert np.flatnonzero(np.isnan(history.items[0])).tolist() == [skipped]
    assert history.exposure[skipped] == 0
    assert "gap" not in history.describe()["code"].tolist()
    assert history.to_daily().items[0, 1] == np.arange(25, 48).sum()


@pytest.mark.parametrize(("start", "hours"), [("2026-03-27", 24 * 5 - 1), ("2026-10-23", 24 * 5 + 1)])
def test_days_are_local_days_whatever_their_length(start: str, hours: int):
    frame = hourly(start, hours, "Europe/Berlin")
    history = VolumeHistory.from_frame(frame).to_daily()
    local = frame["items"].groupby(frame["date"].dt.strftime("%Y-%m-%d")).sum()
    assert history.items[0].tolist() == local.tolist()


def test_utc_dates_are_turned_to_the_local_clock():
    frame = hourly("2026-06-30 22:00", 48, "UTC")
    history = VolumeHistory.from_frame(frame, timezone="Europe/Berlin")
    assert history.period_start[0] == pd.Timestamp("2026-07-01 00:00")
    assert history.timezone == "Europe/Berlin"


def test_local_midnights_across_a_change_of_the_clock_are_daily():
    dates = pd.date_range("2026-03-20", periods=20, freq="D", tz="Europe/Berlin")
    history = VolumeHistory.from_frame(pd.DataFrame({"queue": "a", "date": dates, "items": 3}))
    assert str(history.frequency) == "daily"
    assert history.items.tolist() == [[3.0] * 20]


def test_written_offsets_that_change_need_the_name_of_the_zone():
    stamps = ["2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"]
    frame = pd.DataFrame({"queue": "a", "date": stamps, "items": [1, 2, 3]})
    with pytest.raises(InputError, match="time zone"):
        VolumeHistory.from_frame(frame)
    assert VolumeHistory.from_frame(frame, timezone="Europe/Berlin").items.tolist() == [[1.0, 2.0, 3.0]]


def test_a_doubled_row_is_refused_but_a_repeated_hour_is_not_one():
    frame = hourly("2026-10-24", 72, "Europe/Berlin")
    with pytest.raises(InputError, match="one row a queue and date"):
        VolumeHistory.from_frame(pd.concat([frame, frame.iloc[[30]]]))


def test_a_last_day_cut_short_is_left_out_and_said():
    history = VolumeHistory.from_frame(daily([50.0] * 60 + [12.0]))
    assert np.isnan(history.items[0, -1])
    assert history.partial_items is not None
    assert history.partial_items.tolist() == [12.0]
    finding = history.describe().iloc[0]
    assert (finding["code"], finding["found"], finding["expected"]) == ("partial_last_period", 12.0, 50.0)


def test_a_fall_that_lasts_is_no_partial_period():
    assert VolumeHistory.from_frame(daily([50.0] * 60 + [12.0, 13.0])).partial_items is None


def test_a_moment_given_decides_what_is_whole():
    frame = daily([50.0] * 60)
    cut = VolumeHistory.from_frame(frame, whole_until=pd.Timestamp("2026-03-05 12:00"))
    assert cut.partial_items is not None
    whole = VolumeHistory.from_frame(daily([50.0] * 60 + [1.0]), whole_until=pd.Timestamp("2030-01-01"))
    assert whole.items[0, -1] == 1.0


def test_what_is_dated_after_all_was_recorded_is_left_out():
    cut = VolumeHistory.from_frame(daily([50.0] * 59 + [7.0]), whole_until=pd.Timestamp("2026-02-20 12:00"))
    assert (cut.period_start[-1], cut.partial_items) == (pd.Timestamp("2026-02-20"), np.array([50.0]))
    assert np.isnan(cut.items[0, -1])
    assert (cut.items[0, :-1] == 50.0).all()
    whole = VolumeHistory.from_frame(daily([50.0] * 60), whole_until=pd.Timestamp("2026-02-20"))
    assert (whole.period_start[-1], whole.partial_items) == (pd.Timestamp("2026-02-19"), None)
    with pytest.raises(ValueError, match="whole_until must lie after the first date"):
        VolumeHistory.from_frame(daily([50.0] * 60), whole_until=pd.Timestamp("2026-01-05"))


def test_a_cut_day_is_compared_with_the_days_that_were_observed():
    items = np.full(61, 50.0)
    items[[-8, -15]], items[-1] = np.nan, 12.0
    assert VolumeHistory.from_frame(daily(items.tolist())).describe().iloc[0]["expected"] == 50.0
    short = VolumeHistory.from_frame(daily([5.0, 5.0, 1.0]), whole_until=pd.Timestamp("2026-01-07 05:00"))
    assert "holds 1 items: it was still running" in short.describe().iloc[0]["sentence"]


def test_what_was_known_at_a_moment_holds_whole_periods_only():
    history = VolumeHistory.from_frame(daily([1, 2, 3, 4]))
    assert history.before(pd.Timestamp("2026-01-07 12:00")).items.tolist() == [[1.0, 2.0]]


def test_real_snapshots_in_utc_fold_onto_the_clock_of_vienna_without_loss(shared_file):
    table = pd.read_parquet(shared_file("data/cran_review_queue_snapshots.parquet"))
    hour = pd.to_datetime(table["snapshot_utc"], utc=True).dt.floor("h")
    frame = table.groupby(hour)["total"].last().rename("items").rename_axis("date").reset_index()
    history = VolumeHistory.from_frame(frame.assign(queue="all"), timezone="Europe/Vienna")
    partial = 0.0 if history.partial_items is None else history.partial_items.sum()
    assert np.nansum(history.items) + partial == frame["items"].sum()
    local = frame["date"].dt.tz_convert("Europe/Vienna").dt.tz_localize(None)
    twice = local[local.duplicated()].unique()
    assert len(twice) >= 1
    assert (history.exposure[history.period_start.get_indexer(twice)] == 2).all()
