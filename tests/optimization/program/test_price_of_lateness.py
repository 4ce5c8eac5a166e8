"""A price of lateness by cuts against an explicit linear program of all paths."""

from collections.abc import Callable

import pulp
import pytest

from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram, column

Make = Callable[..., object]


def test_a_price_of_lateness_costs_what_the_explicit_program_costs(
    tiny: StaffingCase, program_of: Callable[..., StaffingProgram], solved: Make, with_flows: Make
):
    target = PriceOfLateness(usd_per_item=6.0)
    program = program_of(tiny, target)
    for queue, missed in enumerate(with_flows(program)):
        late = program.variables[column("late", queue)]
        program.problem.addConstraint(late >= pulp.lpSum(missed) * 0.25)
    explicit = ProgramSolver(program.problem, {"mip_rel_gap": 1e-6}).solve()
    solution = solved(tiny, target)
    assert solution.outcome.objective == pytest.approx(explicit.objective, rel=2e-4)
    dear = solved(tiny, PriceOfLateness(usd_per_item=60.0))
    late = [sum(one.outcome.value(column("late", queue)) for queue in range(2)) for one in (solution, dear)]
    assert late[1] <= late[0]


def test_a_price_of_nothing_is_refused():
    with pytest.raises(ValueError, match="usd_per_item must be above 0"):
        PriceOfLateness(usd_per_item=0.0)
