"""Plans on generated and on real volumes keep their promise by simulation, and on futures they were not made with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from capacity import ReviewQueue, ReviewTeam, ServiceTarget
from capacity.expected_service import expected_service
from capacity.simulated_service import simulated_service
from forecasting import VolumeForecast, VolumeHistory, forecast_volumes
from forecasting.sample_data import sample_volumes
from optimization import ChanceConstraint, SolveStatus, StaffingPlan, plan_staffing

STAGES = ("pretest", "newbies", "human")


def wilson(met: np.ndarray) -> tuple[float, float]:
    """95% interval of a share of paths."""
    n, share, z = met.size, float(met.mean()), 1.96
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


@pytest.fixture(scope="module")
def real(shared_file: Callable[[str], Path]) -> tuple[VolumeForecast, StaffingPlan]:
    """A quarter of a real review queue, its smallest stages first, and a team that is too small for it."""
    table = pd.read_csv(shared_file("data/cran_review_queue_daily.csv.gz"))
    table = table[table["queue"].isin(STAGES)].rename(columns={"arrivals": "items"})
    history = VolumeHistory.from_frame(table[["queue", "date", "items"]])
    forecast = forecast_volumes(history, 91, n_paths=200, seed=3)
    queues = [
        ReviewQueue(
            name=name,
            handle_minutes={"pretest": 6, "newbies": 25, "human": 20}[name],
            target=ServiceTarget(share=0.9, within_hours={"pretest": 24.0}.get(name, 72.0)),
        )
        for name in forecast.queues
    ]
    team = ReviewTeam(
        name="vienna",
        site="Vienna",
        kind="in_house",
        heads=1.0,
        shrinkage=0.3,
        cost_usd_per_head_week=1_800,
        skills=dict.fromkeys(STAGES, 1.0),
        hire_lead_weeks=0,
    )
    return forecast, plan_staffing(
        forecast, queues, [team], target=ChanceConstraint(probability=0.8), simulated_items=1e6
    )


def test_the_plan_of_a_real_queue_meets_its_targets_by_simulation_on_every_path(
    real: tuple[VolumeForecast, StaffingPlan],
):
    forecast, plan = real
    assert plan.status is SolveStatus.OPTIMAL
    assert all(queue.meets_target for queue in plan.service)
    # A queue that gets a part of one reviewer needs more than a flow does: the simulation found it, and was heard.
    assert plan.rounds > 1
    simulated = simulated_service(forecast, plan.queues, plan.teams, allocation=plan.hours, seed=11)
    for row, queue in enumerate(plan.queues):
        met = simulated.on_time_share[row] >= queue.target.share
        assert wilson(met)[1] >= 0.8, queue.name


def test_the_plan_of_generated_volumes_keeps_its_promise_on_futures_it_was_not_made_with():
    volumes = sample_volumes()
    names = ("hate_speech_es", "graphic_violence")
    history = VolumeHistory.from_frame(volumes[volumes["queue"].isin(names)])
    known, unseen = (forecast_volumes(history, 42, n_paths=250, seed=seed) for seed in (1, 2))
    queues = [
        ReviewQueue(name=name, handle_minutes=2.6, target=ServiceTarget(share=0.95, within_hours=24.0))
        for name in known.queues
    ]
    work = known.mean().sum(axis=0)[:7].sum() * queues[0].work_hours_per_item
    team = ReviewTeam(
        name="manila",
        site="Manila",
        kind="vendor",
        heads=float(np.ceil(work / 28.0)),
        shrinkage=0.3,
        cost_usd_per_head_week=680,
        skills=dict.fromkeys(names, 1.0),
        hire_lead_weeks=1,
    )
    plan = plan_staffing(known, queues, [team], simulated_items=1e6)
    assert plan.status is SolveStatus.OPTIMAL
    outcome = expected_service(replace(unseen), queues, [team], allocation=plan.hours)
    for row in range(len(queues)):
        # Both sets of futures are samples: the promise of 80% must lie in the interval of what the new ones show.
        met = outcome.on_time_share[row] >= 0.95
        assert wilson(met)[1] >= 0.78
    for queue in plan.service:
        assert queue.simulated_low - 0.01 <= queue.evaluated_share <= queue.simulated_high + 0.01
