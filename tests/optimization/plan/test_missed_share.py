"""The share that the flow may miss is found for lateness known in closed form, and for queues over a quarter."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import ReviewQueue, ReviewTeam, ServiceTarget
from capacity.expected_service import expected_service
from forecasting import VolumeHistory, forecast_volumes
from forecasting.sample_data import sample_volumes
from optimization import ExpectedShare, SolveStatus, TailRisk, plan_staffing
from optimization.plan.missed_share import LEAST_PART, MissedShare


@pytest.mark.parametrize(("times", "power"), [(3.0, 1.0), (8.0, 1.0), (2.0, 0.8), (1.2, 0.5)])
def test_lateness_that_follows_a_power_is_met_within_five_rounds(times: float, power: float):
    most = 0.05
    search = MissedShare(np.array([most]), np.array([True]))

    def late() -> float:
        return times * most * (float(search.share[0]) / most) ** power

    for _ in range(5):
        search.learn(0, late())
    assert late() == pytest.approx(most, rel=0.01)
    assert float(search.share[0]) == pytest.approx(most * times ** (-1.0 / power), rel=0.02)


def test_the_share_stays_between_the_least_part_and_all_that_may_be_late():
    search = MissedShare(np.array([0.1, 0.1]), np.array([True, True]))
    for _ in range(20):
        search.learn(0, 1.0)
        search.learn(1, 0.0)
    assert search.share.tolist() == pytest.approx([0.1 * LEAST_PART, 0.1])


def test_hours_settle_what_the_share_cannot():
    lacks, has = np.array([1.2, 1.2]), np.array([0.9, 0.9])
    search = MissedShare(np.array([0.1, 0.1]), np.array([True, False]))
    assert search.may_settle(lacks, np.zeros(2)).tolist() == [True, False]
    assert search.may_settle(has, np.zeros(2)).tolist() == [True, False]
    # Hours that were asked for on top go first.
    assert search.may_settle(has, np.array([0.1, 0.0])).tolist() == [False, False]
    for _ in range(20):
        search.learn(0, 1.0)
    assert not search.may_settle(lacks, np.zeros(2)).any()


@pytest.mark.parametrize("target", [TailRisk(), ExpectedShare()])
def test_a_plan_of_queues_that_share_teams_over_a_quarter_settles_and_has_no_hours_to_spare(
    target: TailRisk | ExpectedShare, make_team: Callable[..., ReviewTeam]
):
    """More hours alone chase weeks that the flow starves, from round to round, until no round is left."""
    volumes = sample_volumes()
    names = {"listings_counterfeit": 24, "listings_prohibited": 24, "listings_quality": 48, "seller_appeals": 48}
    history = VolumeHistory.from_frame(volumes[volumes["queue"].isin(names)])
    forecast = forecast_volumes(history, 91, n_paths=20)
    queues = [
        ReviewQueue(name=name, handle_minutes=3.0, target=ServiceTarget(share=0.92, within_hours=names[name]))
        for name in forecast.queues
    ]
    work = forecast.mean().sum() / 13.0 * 0.05
    teams = [
        make_team(
            team,
            dict.fromkeys(skills, 1.0),
            heads=float(np.floor(0.45 * work / 28.0)),
            shrinkage=0.3,
            hire_lead_weeks=0,
        )
        for team, skills in {"one": forecast.queues[:3], "two": forecast.queues[1:]}.items()
    ]
    plan = plan_staffing(forecast, queues, teams, target=target, simulated_items=0)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.rounds < 8
    assert plan.heads_hired > 0

    def short(hours: np.ndarray) -> list[float]:
        shares = expected_service(forecast, queues, teams, allocation=hours).on_time_share
        n_worst = 4 if isinstance(target, TailRisk) else 20
        return [0.92 - float(np.sort(share)[:n_worst].mean()) for share in shares]

    assert max(short(plan.hours)) <= 1e-9
    assert max(short(plan.hours * 0.97)) > 0.0
