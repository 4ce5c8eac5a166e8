"""The whole line on the volumes of a real review queue that people staff."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capacity import ReviewQueue, ReviewTeam, ServiceTarget
from forecasting import Event, EventCalendar, VolumeHistory
from optimization import Effect, OpexRequest, QuarterPlan, plan_quarter

STAGES = ("pretest", "inspect", "newbies", "pending", "human")
WEEKS = 13
BUDGET_USD = 60_000.0

# The queue closes in August and at Christmas: arrivals are not observed, or none are let in.
CLOSURES = [
    ("2021-08-09", "2021-08-18"),
    ("2021-12-23", "2022-01-04"),
    ("2022-07-22", "2022-08-05"),
    ("2022-12-22", "2023-01-08"),
    ("2023-07-21", "2023-08-07"),
    ("2023-12-22", "2024-01-08"),
    ("2024-07-19", "2024-08-02"),
    ("2024-12-23", "2025-01-07"),
]


@pytest.fixture(scope="module")
def whole(shared_file: Callable[[str], Path]) -> VolumeHistory:
    table = pd.read_csv(shared_file("data/cran_review_queue_daily.csv.gz"))
    table = table[table["queue"].isin(STAGES)].rename(columns={"arrivals": "items"})
    return VolumeHistory.from_frame(table[["queue", "date", "items"]])


@pytest.fixture(scope="module")
def known(whole: VolumeHistory) -> VolumeHistory:
    return whole.before(whole.end - pd.Timedelta(days=7 * WEEKS))


def plan_the_queue(known: VolumeHistory, seed: int) -> QuarterPlan:
    queues = [
        ReviewQueue(
            name=stage,
            handle_minutes={"pretest": 6, "inspect": 12, "newbies": 25, "pending": 10, "human": 20}[stage],
            target=ServiceTarget(share=0.9, within_hours={"pretest": 24, "newbies": 72}.get(stage, 48)),
            severity={"newbies": 2.0}.get(stage, 1.0),
            backlog_items=10,
            backlog_age_hours=24,
        )
        for stage in known.queues
    ]
    teams = [
        ReviewTeam(
            name="vienna",
            site="Vienna",
            kind="in_house",
            heads=0.9,
            shrinkage=0.3,
            cost_usd_per_head_week=1_800,
            skills=dict.fromkeys(("newbies", "human", "pending"), 1.0),
            time_zone="Europe/Vienna",
            open_hour=7,
            close_hour=20,
        ),
        ReviewTeam(
            name="dortmund",
            site="Dortmund",
            kind="in_house",
            heads=0.25,
            shrinkage=0.3,
            cost_usd_per_head_week=1_800,
            skills={"pretest": 1.0, "inspect": 1.0},
            time_zone="Europe/Berlin",
        ),
    ]
    requests = [
        OpexRequest(
            name="reviewer",
            title="Another reviewer",
            owner="a",
            weekly_usd=1_800,
            start_week=2,
            effects=(Effect(kind="heads", team="vienna", low=1, mode=1, high=1),),
        ),
        OpexRequest(
            name="checks",
            title="Automatic checks",
            owner="b",
            one_off_usd=15_000,
            start_week=3,
            effects=(Effect(kind="handle_time", queues=("human", "newbies"), low=-0.3, mode=-0.2, high=-0.1),),
        ),
        OpexRequest(
            name="more_checks",
            title="Checks that decide",
            owner="b",
            one_off_usd=20_000,
            start_week=5,
            needs=("checks",),
            effects=(Effect(kind="volume", queues=("human",), low=-0.2, mode=-0.1, high=0.0),),
        ),
        OpexRequest(
            name="assistant",
            title="An assistant for first checks",
            owner="c",
            weekly_usd=900,
            excludes=("checks",),
            effects=(Effect(kind="overtime_hours", team="dortmund", low=5, mode=8, high=10),),
        ),
    ]
    events = EventCalendar.of(
        Event(name=f"Closed from {start}", kind="closure", start=pd.Timestamp(start), end=pd.Timestamp(end))
        for start, end in CLOSURES
    )
    return plan_quarter(
        known, queues, teams, requests, weeks=WEEKS, events=events, budget_usd=BUDGET_USD, n_paths=200, seed=seed
    )


@pytest.fixture(scope="module")
def plan(known: VolumeHistory) -> QuarterPlan:
    return plan_the_queue(known, seed=3)


def test_the_forecast_covers_the_last_91_days(plan: QuarterPlan, whole: VolumeHistory) -> None:
    assert plan.forecast.period_start.equals(whole.period_start[-7 * WEEKS :])
    assert set(plan.forecast.queues) == set(STAGES)


def test_paths_are_counts_and_of_the_size_of_what_came(plan: QuarterPlan, whole: VolumeHistory) -> None:
    assert (plan.forecast.arrivals >= 0).all()
    assert np.isfinite(plan.forecast.arrivals).all()
    actual = np.nansum(whole.items[:, -7 * WEEKS :])
    assert 0.3 * actual < plan.forecast.total().sum(axis=0).mean() < 3 * actual


def test_shares_lie_between_0_and_1(plan: QuarterPlan) -> None:
    for outcome in (plan.service_today, plan.service_recommended):
        assert ((outcome.on_time_share >= 0) & (outcome.on_time_share <= 1)).all()
        assert ((outcome.probability_met >= 0) & (outcome.probability_met <= 1)).all()
    frame = plan.frontier.to_frame()
    for column in ("on_time_share_mean", "on_time_share_p10", "on_time_share_p90"):
        assert frame[column].between(0, 1).all()


def test_volumes_are_conserved(plan: QuarterPlan) -> None:
    # Due are the backlog that is not yet late and the arrivals up to one deadline before the end.
    for row, queue in enumerate(plan.service_today.queues):
        last_days = queue.target.within_hours / 24
        until = plan.forecast.arrivals[row, :, : round(7 * WEEKS - last_days)].sum(axis=1)
        assert plan.service_today.due[row] == pytest.approx(until + queue.backlog_items)
        ever = plan.forecast.arrivals[row].sum(axis=1) + queue.backlog_items
        assert (plan.service_today.backlog_end[row] <= ever + 1e-9).all()


def test_the_frontier_is_monotone_and_non_dominated(plan: QuarterPlan) -> None:
    assert (np.diff(plan.frontier.cost_usd) > 0).all()
    assert (np.diff(plan.frontier.on_time_share_mean) > 0).all()
    assert plan.frontier.cost_usd[0] == 0


def test_the_budget_is_kept_and_the_recommended_set_is_no_worse_than_today(plan: QuarterPlan) -> None:
    assert plan.recommended.cost_usd <= BUDGET_USD
    assert plan.recommended.on_time_share_mean >= plan.frontier.today.on_time_share_mean


def test_a_seed_fixes_every_figure(plan: QuarterPlan, known: VolumeHistory) -> None:
    again = plan_the_queue(known, seed=3)
    np.testing.assert_array_equal(again.forecast.arrivals, plan.forecast.arrivals)
    pd.testing.assert_frame_equal(again.frontier.to_frame(), plan.frontier.to_frame())
    pd.testing.assert_frame_equal(again.scorecard.to_frame(), plan.scorecard.to_frame())
    other = plan_the_queue(known, seed=4)
    assert (other.forecast.arrivals != plan.forecast.arrivals).any()
