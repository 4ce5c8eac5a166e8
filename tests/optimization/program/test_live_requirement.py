"""Live queues get the hours of every week that their service model requires."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.program.build import build_program
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_rounds import solve_program

Make = Callable[..., object]


@pytest.mark.parametrize("multiple", [1.0, 1.3])
def test_every_week_has_the_multiple_of_its_expected_work(make_case: Make, multiple: float):
    case, target = (
        make_case(teams={"alpha": {"heads": 20, "weekly_attrition": 0.0}}, within_hours=1.0),
        ChanceConstraint(),
    )
    assert all(queue.is_live for queue in case.queues)
    program = build_program(case, target, live_multiple=np.full(2, multiple), overtime_output=np.full((1, 4), 0.75))
    even = case.skill[:, :, None] * case.expected_work[None]
    solution = solve_program(program, target, margin=np.zeros(2), asked=target.asked_paths(case, even))
    assert not solution.relaxations
    assert (solution.given[0] >= multiple * case.expected_work - 1e-6).all()
    assert solution.given[0].sum() == pytest.approx(multiple * case.expected_work.sum(), rel=0.05)
