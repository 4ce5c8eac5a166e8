"""Small staffing cases that the tests of the program's terms share."""

from collections.abc import Callable, Mapping

import numpy as np
import pulp
import pytest

from optimization.program.build import StaffingTarget, build_program
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_rounds import ProgramSolution, solve_program
from optimization.program.policies import Policies
from optimization.program.staffing_case import StaffingCase, staffing_case
from optimization.program.staffing_program import StaffingProgram, column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


@pytest.fixture(scope="session")
def make_case(make_queue: Make, make_team: Make, random_forecast: Make) -> Callable[..., StaffingCase]:
    """Build a case of two queues of 2,100 six-minute items a week each, and a team of 15 heads soon short of people.

    `teams` maps names to changes of the team; every team serves both queues unless it says otherwise.
    """

    def make(
        *,
        teams: Mapping[str, dict[str, object]] | None = None,
        options: Mapping[str, TeamOptions] | None = None,
        policies: Policies | None = None,
        n_paths: int = 20,
        n_weeks: int = 4,
        seed: int = 0,
        **queue: float,
    ) -> StaffingCase:
        fields = {"heads": 15, "hire_lead_weeks": 1, "ramp_weeks": 1, "weekly_attrition": 0.03}
        return staffing_case(
            random_forecast(2, n_paths=n_paths, n_weeks=n_weeks, items_a_day=300.0, seed=seed),
            [make_queue("q0", **queue), make_queue("q1", **queue)],
            [
                make_team(name, changes.pop("skills", {"q0": 1.0, "q1": 1.0}), **{**fields, **changes})
                for name, changes in ((name, dict(change)) for name, change in (teams or {"alpha": {}}).items())
            ],
            options=options,
            policies=policies,
        )

    return make


@pytest.fixture(scope="session")
def program_of() -> Callable[..., StaffingProgram]:
    """Build the program of a case; overtime is worth three quarters of its paid hours."""

    def make(case: StaffingCase, target: StaffingTarget | None = None) -> StaffingProgram:
        return build_program(
            case,
            target or ChanceConstraint(),
            live_multiple=np.ones(len(case.queues)),
            overtime_output=np.full((len(case.teams), case.n_weeks), 0.75),
        )

    return make


@pytest.fixture(scope="session")
def solved(program_of: Callable[..., StaffingProgram]) -> Callable[..., ProgramSolution]:
    """Solve a case without margins."""

    def make(case: StaffingCase, target: StaffingTarget | None = None) -> ProgramSolution:
        chosen = target or ChanceConstraint()
        even = case.skill[:, :, None] * case.expected_work[None]
        return solve_program(
            program_of(case, chosen),
            chosen,
            margin=np.zeros(len(case.queues)),
            asked=chosen.asked_paths(case, even),
        )

    return make


@pytest.fixture(scope="session")
def with_flows() -> Callable[[StaffingProgram], list[list[object]]]:
    """State A(t - L) <= C(t) + Z(t) <= A(t) for every path; return the items missed, by queue and path."""

    def state(program: StaffingProgram) -> list[list[object]]:
        case, problem = program.case, program.problem
        missed = []
        for queue, flow in enumerate(case.flows):
            weekly = case.placed[queue] / case.queues[queue].work_hours_per_item
            give = {
                (k, w): program.variables[column("give", k, queue, w)]
                for k, q in case.pairs
                if q == queue
                for w in range(case.n_weeks)
            }
            of_queue = []
            for path in range(case.forecast.n_paths):
                decided, lost = 0, 0
                for step in range(flow.due.shape[1] - 1):
                    week, part = divmod(step, weekly.shape[2])
                    done = problem.add_variable(f"done_{queue}_{path:03d}_{step:03d}", 0)
                    late = problem.add_variable(f"lost_{queue}_{path:03d}_{step:03d}", 0)
                    problem += done <= pulp.lpSum(
                        float(case.skill[k, queue] * weekly[k, week, part]) * give[k, week]
                        for k in range(len(case.teams))
                        if (k, week) in give
                    )
                    decided, lost = decided + done, lost + late
                    problem += decided + lost >= float(flow.due[path, step + 1] - flow.due[path, 0])
                    problem += decided + lost <= float(flow.arrived[path, step + 1] - flow.due[path, 0])
                of_queue.append(lost)
            missed.append(of_queue)
        return missed

    return state


@pytest.fixture(scope="session")
def tiny(make_case: Callable[..., StaffingCase]) -> StaffingCase:
    """Build a case that an explicit program of all paths can hold: four paths, two weeks, four days to decide."""
    return make_case(n_paths=4, n_weeks=2, within_hours=96.0)
