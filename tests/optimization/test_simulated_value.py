"""The value of the recommended set against the event-by-event simulation, which knows nothing of cumulative flows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimization import EffectKind, PlanningCase, find_frontier, planning_case, value_all_blocks
from optimization.simulated_value import simulated_value

COUNTED = (EffectKind.HEADS, EffectKind.SEATS)


def larger(case: PlanningCase, factor: float) -> PlanningCase:
    """The same operation with more of everything, so that single items and whole reviewers weigh less."""
    size = case.size.copy()
    for index, (_, effect) in enumerate(case.effects):
        size[index] *= factor if effect.kind in COUNTED else 1.0
    return replace(
        case,
        forecast=replace(case.forecast, arrivals=case.forecast.arrivals * factor),
        requirement=replace(case.requirement, queue_hours=case.requirement.queue_hours * factor),
        teams=tuple(replace(team, heads=team.heads * factor) for team in case.teams),
        size=size,
    )


@pytest.mark.parametrize("seed", [0, 3])
def test_the_value_of_the_recommended_set_is_that_of_the_simulation(
    two_blocks: Callable[..., PlanningCase], seed: int
) -> None:
    case = larger(two_blocks(seed=seed), 6.0)
    frontier = find_frontier(value_all_blocks(case), budget_usd=20_000.0)
    best = frontier.recommended
    found = simulated_value(case, best.levels, n_paths=30, seed=1)
    assert abs(found.difference) <= found.half_width + 0.002
    # A backlog that stays about as old as the target is on time or late by chance: one path may differ by much.
    assert abs(np.median(found.simulated_share - found.modelled_share)) < 0.01
    assert found.half_width < 0.02
    assert best.on_time_share_p10 <= found.simulated_share.mean() <= best.on_time_share_p90
    # The paths that it takes are those of the frontier, good and bad.
    assert found.modelled_share.mean() == pytest.approx(best.on_time_share_mean, abs=0.02)
    assert np.ptp(found.modelled_share) > 0.05


def test_the_simulation_sees_what_requests_do(two_blocks: Callable[..., PlanningCase]) -> None:
    case = larger(two_blocks(), 6.0)
    sets = np.zeros(6), np.array([1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    nothing, funded = (simulated_value(case, levels, n_paths=6, seed=1) for levels in sets)
    gain = funded.simulated_share.mean() - nothing.simulated_share.mean()
    modelled = funded.modelled_share.mean() - nothing.modelled_share.mean()
    assert modelled > 0.3
    assert gain == pytest.approx(modelled, abs=0.015)


def test_a_team_that_learns_a_queue_works_in_it(
    make_queue, make_team, make_request, make_effect, random_forecast
) -> None:
    teams = [make_team("a", {"q0": 1.0}, heads=84), make_team("b", {"q1": 1.0}, heads=42)]
    requests = [make_request("learn", make_effect("skill", 0.9, "a", "q1"), start_week=1)]
    forecast = random_forecast(2, items_a_day=6 * 420.0)
    case = planning_case(forecast, [make_queue("q0"), make_queue("q1")], teams, requests)
    untaught, taught = (simulated_value(case, np.array([level]), n_paths=5) for level in (0.0, 1.0))
    assert abs(taught.difference) <= taught.half_width + 0.002
    assert taught.simulated_share.mean() > untaught.simulated_share.mean() + 0.02


def test_there_must_be_a_path_to_simulate(two_blocks: Callable[..., PlanningCase]) -> None:
    with pytest.raises(ValueError, match="n_paths must be 1 or more; found 0"):
        simulated_value(two_blocks(), np.zeros(6), n_paths=0)
