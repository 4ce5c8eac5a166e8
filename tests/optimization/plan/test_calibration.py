"""The multiple of hours that a target needs is found on the service model, for every sense of a target."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization import ChanceConstraint, ExpectedShare, TailRisk
from optimization.plan.calibration import MOST_FACTOR, needed_factor, queue_share
from optimization.program.staffing_case import staffing_case

LEVEL = np.linspace(0.8, 1.2, 101)


def share(multiple: float) -> np.ndarray:
    """Paths that need 0.8 to 1.2 of the hours for all their items to be on time, and lose in proportion below."""
    return np.minimum(1.0, multiple / LEVEL)


@pytest.mark.parametrize(
    ("target", "wanted", "answer"),
    [
        # The path at 80% of the levels needs 1.12; for 95% of its items a twentieth less.
        (ChanceConstraint(probability=0.8), 1.0, 1.12),
        (ChanceConstraint(probability=0.8), 0.95, 0.95 * 1.12),
        # The worst tenth of levels lies between 1.16 and 1.2.
        (TailRisk(tail=0.1), 0.95, 0.95 * 1.18),
    ],
)
def test_the_answer_is_that_of_the_levels(target: ChanceConstraint | TailRisk, wanted: float, answer: float):
    assert needed_factor(share, target, wanted) == pytest.approx(answer, abs=0.006)


def test_it_just_keeps_the_target_and_a_little_less_does_not():
    for target in (ChanceConstraint(), ExpectedShare(), TailRisk()):
        factor = needed_factor(share, target, 0.97)
        assert target.short_by(share(factor), 0.97) <= 0.0
        assert target.short_by(share(factor - 0.003), 0.97) > 0.0


def test_out_of_reach_ends_at_the_most():
    assert needed_factor(lambda _: np.full(10, 0.5), ChanceConstraint(), 0.9) == MOST_FACTOR


@pytest.mark.parametrize("within_hours", [24.0, 0.1])
def test_the_share_of_a_path_does_not_depend_on_which_others_are_asked_for(
    within_hours: float,
    make_queue: Callable[..., object],
    make_team: Callable[..., object],
    random_forecast: Callable[..., object],
):
    forecast = random_forecast(1, n_paths=20, n_weeks=2, items_a_day=210.0)
    team = make_team("alpha", {"q0": 1.0}, heads=6)
    case = staffing_case(forecast, [make_queue("q0", within_hours=within_hours)], [team])
    given = 1.02 * case.skill[:, :, None] * case.expected_work[None]
    largest = np.argsort(forecast.arrivals[0].sum(axis=1))[-8:]
    every, some = queue_share(case, given, 0)(1.0), queue_share(case, given, 0, largest)(1.0)
    assert np.ptp(every) > 0
    assert some == pytest.approx(every[largest], abs=1e-12)
