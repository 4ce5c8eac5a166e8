"""Expected shares by cuts against an explicit linear program of all paths."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pulp
import pytest

from optimization.program.expected_share import ExpectedShare
from optimization.program.missed_cuts import Position, missed_cuts_again
from optimization.program.solver import ProgramSolver
from optimization.program.stacked_flows import StackedFlows
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, StaffingProgram
from optimization.program.tail_risk import TailRisk

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
    # Only hours cost here, 1e-5 USD each, so that none are idle: a thousandfold stands out of what HiGHS tolerates.
    program.problem.setObjective(1000.0 * program.problem.objective)
    explicit = ProgramSolver(program.problem, {"mip_rel_gap": 1e-6}).solve()
    assert solved(tiny, target).outcome.objective == pytest.approx(explicit.objective / 1000.0, rel=1e-6)


def test_the_share_short_is_that_of_the_mean():
    assert ExpectedShare().short_by(np.array([1.0, 0.8]), 0.95) == pytest.approx(0.05)


@pytest.mark.parametrize("target", [ExpectedShare(), TailRisk(tail=0.4)])
def test_rows_of_an_earlier_program_are_tangents_of_what_a_later_one_misses(
    target: ExpectedShare | TailRisk, make_case: Callable[..., StaffingCase]
):
    """Written under one margin and share to miss, read under others: nowhere above what is missed, and equal to it at a
    plan with as many items of capacity."""
    case = make_case(n_paths=6, n_weeks=2)
    rng = np.random.default_rng(5)
    even = case.skill[:, :, None] * case.expected_work[None]

    def position(given: np.ndarray, margin: float, part: float) -> Position:
        return Position(
            case=case,
            flows=StackedFlows(case.flows, list(range(2))),
            given=given,
            margin=np.full(2, margin),
            relaxed=np.zeros((2, 2)),
            asked=replace(target.asked_paths(case, even), allowed=part * case.allowed_late_share),
            extra={},
            serial=0,
        )

    def short_of(cut: Cut, given: np.ndarray) -> float:
        hours = (
            worth * given[tuple(int(place) for place in name.split("_")[1:])]
            for name, worth in cut.coefficients.items()
            if name.startswith("give")
        )
        return cut.lower - float(sum(hours))

    written = 0.8 * even
    cuts = [row.cut for row in target.touching(position(written, 0.1, 1.0))]
    again = missed_cuts_again(position(even, 0.3, 0.2), cuts)
    in_units = [
        replace(cut, coefficients={k: 8.0 * v for k, v in cut.coefficients.items()}, lower=8.0 * cut.lower, unit=8.0)
        for cut in cuts
    ]
    for one, other in zip(again, missed_cuts_again(position(even, 0.3, 0.2), in_units), strict=True):
        assert other.coefficients == pytest.approx(dict(one.coefficients))
        assert other.lower == pytest.approx(one.lower)
    same = {row.cut.queue: row.excess for row in target.touching(position(written * 1.3 / 1.1, 0.3, 0.2))}
    assert [cut.queue for cut in again] == [0, 1]
    for cut in again:
        assert short_of(cut, written * 1.3 / 1.1) == pytest.approx(same[cut.queue], abs=1e-9)
    for _ in range(20):
        given = even * rng.uniform(0.6, 1.6, even.shape)
        missed = {row.cut.queue: row.excess for row in target.touching(position(given, 0.3, 0.2))}
        for cut in again:
            assert short_of(cut, given) <= missed[cut.queue] + 1e-9
