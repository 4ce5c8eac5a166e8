"""The referee simulates queues by themselves, on paths of all kinds, beside the service model."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity.expected_service import expected_service
from capacity.simulated_service import simulated_service
from optimization.plan.referee import Refereed, refereed
from optimization.program.staffing_case import StaffingCase, staffing_case

Make = Callable[..., object]


@pytest.fixture(scope="module")
def case(make_queue: Make, make_team: Make, random_forecast: Make) -> StaffingCase:
    return staffing_case(
        random_forecast(2, n_paths=12, n_weeks=2, items_a_day=150.0),
        [make_queue("q0"), make_queue("q1", within_hours=48.0)],
        [make_team("alpha", {"q0": 1.0}, heads=4), make_team("beta", {"q0": 1.0, "q1": 0.9}, heads=4)],
    )


def test_queues_simulated_by_themselves_are_served_as_together(case: StaffingCase):
    given = np.zeros((2, 2, 2))
    given[0, 0], given[1, 0], given[1, 1] = 90.0, 20.0, 130.0
    evaluated = expected_service(case.forecast, case.queues, case.teams, allocation=given).on_time_share
    judged = refereed(case, given, evaluated, most_items=1e9, seed=5)
    together = simulated_service(case.forecast, case.queues, case.teams, allocation=given, seed=5).on_time_share
    for row, one in enumerate(judged):
        assert one.paths.tolist() == list(range(12))
        assert (one.evaluated == evaluated[row]).all()
        # The draws differ, the mean does not.
        assert one.simulated.mean() == pytest.approx(together[row].mean(), abs=0.03)


def test_few_paths_are_spread_from_the_worst_to_the_best(case: StaffingCase):
    given = np.full((2, 2, 2), 60.0) * (case.skill > 0)[:, :, None]
    evaluated = np.stack([np.linspace(0.0, 1.0, 12), np.linspace(1.0, 0.0, 12)])
    judged = refereed(case, given, evaluated, most_items=1.0, seed=0)
    assert [one.paths.tolist() for one in judged] == [[2, 6, 10], [1, 5, 9]]


def test_a_difference_counts_only_beyond_its_interval():
    def judged(simulated: list[float]) -> Refereed:
        return Refereed(paths=np.arange(4), simulated=np.array(simulated), evaluated=np.full(4, 0.95))

    assert judged([0.90, 0.91, 0.90, 0.91]).is_surely_below
    assert not judged([0.95, 0.80, 1.00, 0.99]).is_surely_below
    assert not judged([0.9495, 0.9496, 0.9495, 0.9496]).is_surely_below  # sure, and too small to matter
    # Student's t for three degrees of freedom is 3.182.
    found = judged([0.90, 0.92, 0.90, 0.92])
    assert found.half_width == pytest.approx(3.182 * np.std([0.90, 0.92, 0.90, 0.92], ddof=1) / 2.0, rel=1e-3)


def test_a_difference_on_some_paths_alone_misses_the_target_on_those():
    # On the worse half of the paths the simulation is 20 points lower: 10 on average, which alone would miss nothing.
    evaluated = np.random.default_rng(0).permutation(np.linspace(0.99, 1.0, 400))
    paths = np.argsort(evaluated)[5::10]
    simulated = evaluated[paths] - np.where(np.arange(paths.size) < paths.size // 2, 0.2, 0.0)
    found = Refereed(paths=paths, simulated=simulated, evaluated=evaluated[paths])
    assert found.is_surely_below
    assert ((evaluated + found.difference) >= 0.85).all()
    on_all = found.on_all_paths(evaluated)
    assert (on_all[paths] == simulated).all()
    assert (on_all >= 0.85).mean() == pytest.approx(0.5, abs=0.02)
    assert on_all.mean() == pytest.approx(evaluated.mean() + found.difference, abs=0.005)
