"""What has to give is named, is enough, and is the least."""

from collections.abc import Callable

import pytest

from capacity import SupplyRules
from optimization.program.outcome import SolveStatus
from optimization.program.policies import Policies, VendorShare
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


def test_targets_give_only_in_weeks_without_people_and_are_named(make_case: Make, solved: Make):
    frozen = {"alpha": TeamOptions(rules=SupplyRules())}
    solution = solved(make_case(teams={"alpha": {"heads": 11, "hire_lead_weeks": 2}}, options=frozen))
    assert solution.status is SolveStatus.INFEASIBLE
    assert {relaxation.kind.value for relaxation in solution.relaxations} == {"target"}
    assert {relaxation.name for relaxation in solution.relaxations} <= {"q0", "q1"}
    assert "lower the target of q" in solution.relaxations[0].sentence()
    # The weeks in which hires are there make up for what the first ones left.
    assert solution.given[0, :, 2:].sum() > solution.given[0, :, :2].sum()


def test_a_relaxation_is_the_least_that_does(make_case: Make, solved: Make, program_of: Make):
    from optimization.program.solver import ProgramSolver
    from optimization.program.staffing_program import column

    case = make_case(
        teams={"alpha": {"heads": 11, "hire_lead_weeks": 2}}, options={"alpha": TeamOptions(rules=SupplyRules())}
    )
    solution = solved(case)
    greatest = max(relaxation.amount for relaxation in solution.relaxations)
    for factor, status in ((0.98, SolveStatus.INFEASIBLE), (1.02, SolveStatus.OPTIMAL)):
        program = program_of(case)
        program.add_cuts(solution.cuts)
        solver = ProgramSolver(program.problem)
        solver.set_column_bounds("relax_worst", 0.0, factor * greatest)
        for queue in range(2):
            for week in range(4):
                solver.set_column_bounds(column("relax_queue", queue, week), 0.0, None)
        assert solver.solve(integers=False).status is status


def test_policies_that_contradict_each_other_whatever_gives_are_refused(make_case: Make, solved: Make):
    only = {"alpha": {"heads": 14, "kind": "vendor"}, "beta": {"heads": 1, "kind": "in_house"}}
    options = {"beta": TeamOptions(rules=SupplyRules(), most_hires_per_week=0, most_heads=0.0)}
    with pytest.raises(ValueError, match="policies and options must not contradict each other"):
        solved(make_case(teams=only, options=options, policies=Policies(vendor_shares=(VendorShare(most_share=0.1),))))
