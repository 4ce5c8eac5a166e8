"""The deferred model on a real review queue: fed with its exits as capacity it holds its work in progress."""

import numpy as np
import pandas as pd
import pytest

from capacity.turnaround import CumulativeFlow


@pytest.fixture(scope="module")
def daily(shared_file):
    frame = pd.read_csv(shared_file("data/cran_review_queue_daily.csv.gz"), parse_dates=["date"])
    return frame.sort_values("date")


def work_in_progress_errors(daily, queue):
    """Model less observed items at the end of each day, over runs of at least eight observed days; and the observed."""
    rows = daily[daily["queue"] == queue].reset_index(drop=True)
    seen = rows["end_wip"].notna()
    errors, observed = [], []
    for _, run in rows[seen].groupby((~seen).cumsum()[seen]):
        if len(run) < 8:
            continue
        arrivals = np.concatenate([run["end_wip"].iloc[:1], run["arrivals"].iloc[1:]])
        exits = np.concatenate([[0.0], run["exits"].iloc[1:]])
        errors.append(CumulativeFlow.of(arrivals, exits).backlog[2:] - run["end_wip"].iloc[1:].to_numpy())
        observed.append(run["end_wip"].iloc[1:].to_numpy())
    return np.concatenate(errors), np.concatenate(observed)


@pytest.mark.parametrize(
    ("queue", "most"),
    [("ALL", 0.04), ("pretest", 0.04), ("newbies", 0.01), ("human", 0.01), ("inspect", 0.01), ("waiting", 0.01)],
)
def test_daily_exits_as_capacity_give_the_work_in_progress(daily, queue, most):
    errors, observed = work_in_progress_errors(daily, queue)
    assert errors.size > 1400
    assert np.abs(errors).mean() < most * observed.mean()


START, HOUR, N_HOURS = pd.Timestamp("2020-09-13"), pd.Timedelta("1h"), 37_400


@pytest.fixture(scope="module")
def submissions(shared_file):
    return pd.read_parquet(shared_file("data/cran_submissions.parquet"))


def hourly_flow(submissions):
    """Flow of submissions through their own exits, hour by hour, and the exits."""

    def per_hour(moments):
        hours = np.floor(((moments - START) / HOUR).dropna().to_numpy()).astype(int)
        return np.bincount(hours[(hours >= 0) & (hours < N_HOURS)], minlength=N_HOURS).astype(float)

    before = (submissions["first_seen_utc"] < START) & ~(submissions["gone_by_utc"] < START)
    arrivals = np.concatenate([[before.sum()], per_hour(submissions["first_seen_utc"])])
    exits = np.concatenate([[0.0], per_hour(submissions["gone_by_utc"])])
    return CumulativeFlow.of(arrivals, exits), exits


def test_hourly_exits_as_capacity_give_every_snapshot(submissions, shared_file):
    snapshots = pd.read_parquet(shared_file("data/cran_review_queue_snapshots.parquet")).sort_values("snapshot_utc")
    flow, exits = hourly_flow(submissions)
    moment = ((snapshots["snapshot_utc"] - START) / HOUR).to_numpy()
    inside = (moment >= 0) & (moment < N_HOURS)
    observed = snapshots["total"].to_numpy()[inside]
    errors = np.interp(moment[inside], np.arange(N_HOURS + 1), flow.backlog[1:]) - observed
    assert inside.sum() > 30_000
    assert np.abs(errors).mean() < 0.04 * observed.mean()
    # No exit is left unused: nothing leaves that the model says is not there.
    assert flow.decided[-1] == pytest.approx(exits.sum())


def test_people_who_take_easy_items_first_are_quicker_on_most_and_slower_on_the_rest(submissions):
    flow, _ = hourly_flow(submissions)
    took = (submissions["gone_by_utc"] - submissions["first_seen_utc"]).dropna()
    modelled, observed = (
        [float(share) for share in shares]
        for shares in (
            [flow.on_time_items(hours) / flow.due_items(hours) for hours in (24, 72)],
            [(took <= hours * HOUR).mean() for hours in (24, 72)],
        )
    )
    assert observed[0] > modelled[0] + 0.2
    assert observed[1] < modelled[1] - 0.04
