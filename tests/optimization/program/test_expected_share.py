"""Expected shares by cuts against an explicit linear program of all paths."""

from collections.abc import Callable

import numpy as np
import pulp
import pytest

from optimization.program.expected_share import ExpectedShare
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram

Make = Callable[..., object]


def test_expected_shares_cost_what_the_explicit_program_costs(
    tiny: StaffingCase, program_of: Callable[..., StaffingProgram], solved: Make, with_flows: Make
):
    target = ExpectedShare()
    program = program_of(tiny, target)
    for queue, missed in enumerate(with_flows(program)):
        due = tiny.flows[queue].due_items
        shares = pulp.lpSum(float(1.0 / due[path] / 4) * missed[path] for path in range(4))
        program.problem.addConstraint(shares <= 1.0 - tiny.queues[queue].target.share)
    explicit = ProgramSolver(program.problem, {"mip_rel_gap": 1e-6}).solve()
    assert solved(tiny, target).outcome.objective == pytest.approx(explicit.objective, rel=2e-4)


def test_the_share_short_is_that_of_the_mean():
    assert ExpectedShare().short_by(np.array([1.0, 0.8]), 0.95) == pytest.approx(0.05)
