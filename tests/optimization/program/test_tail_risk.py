"""Tail risk by cuts against the linear program of Rockafellar and Uryasev over all paths."""

from collections.abc import Callable

import numpy as np
import pulp
import pytest

from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram
from optimization.program.tail_risk import TailRisk

Make = Callable[..., object]


def test_tail_risk_costs_what_the_explicit_program_costs(
    tiny: StaffingCase, program_of: Callable[..., StaffingProgram], solved: Make, with_flows: Make
):
    target = TailRisk(tail=0.5)
    program = program_of(tiny, target)
    for queue, missed in enumerate(with_flows(program)):
        due = tiny.flows[queue].due_items
        level = program.problem.add_variable(f"level_{queue}")
        over = [program.problem.add_variable(f"over_{queue}_{path}", 0) for path in range(4)]
        for path in range(4):
            program.problem.addConstraint(over[path] >= float(1.0 / due[path]) * missed[path] - level)
        tail = level + pulp.lpSum(over) * (1.0 / (0.5 * 4))
        program.problem.addConstraint(tail <= 1.0 - tiny.queues[queue].target.share)
    explicit = ProgramSolver(program.problem, {"mip_rel_gap": 1e-6}).solve()
    assert solved(tiny, target).outcome.objective == pytest.approx(explicit.objective, rel=2e-4)


def test_weights_of_the_tail_are_those_with_the_greatest_mean():
    share = np.array([0.3, 0.1, 0.2, 0.0, 0.4])
    weight = TailRisk(tail=0.5).weights(share)
    # Half of five paths: the worst two whole, half of the third.
    assert weight.tolist() == pytest.approx([0.4, 0.0, 0.2, 0.0, 0.4])
    assert TailRisk(tail=0.2).short_by(1.0 - share, 0.9) == pytest.approx(0.3)


def test_a_tail_of_nothing_is_refused():
    with pytest.raises(ValueError, match="tail must lie above 0"):
        TailRisk(tail=0.0)
