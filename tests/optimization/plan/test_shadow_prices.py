"""Shadow prices equal what the least cost of the linear relaxation changes by when one more is there."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from capacity import OvertimeRule, ReviewQueue, ReviewTeam, SupplyRules
from optimization.plan.calibration import needed_factor, queue_share
from optimization.plan.shadow_prices import shadow_prices
from optimization.program.build import StaffingTarget, build_program
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_rounds import ProgramSolution, solve_program
from optimization.program.policies import Budget, Policies
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase, staffing_case
from optimization.program.staffing_program import column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]
BUDGETS = (
    Budget(name="first half", usd=28_500.0, last_week=1),
    Budget(name="second half", usd=28_000.0, first_week=2),
)


class Relaxation:
    """The linear relaxation with the cuts of a solved program, its prices, and its cost after a change."""

    def __init__(self, case: StaffingCase, target: StaffingTarget) -> None:
        n_teams, n_queues = case.skill.shape
        self.case, self.target = case, target
        program = build_program(
            case, target, live_multiple=np.ones(n_queues), overtime_output=np.full((n_teams, case.n_weeks), 0.75)
        )
        even = case.skill[:, :, None] * case.expected_work[None]
        solved: ProgramSolution = solve_program(
            program, target, margin=np.zeros(n_queues), asked=target.asked_paths(case, even)
        )
        program.add_cuts(solved.cuts)
        self.solver = ProgramSolver(program.problem)
        self.outcome = self.solver.solve(integers=False)
        self.solution = replace(solved, prices=self.outcome)
        self.share = [queue_share(case, solved.given, queue) for queue in range(n_queues)]
        self.factor = np.array(
            [
                needed_factor(share, target, queue.target.share)
                for share, queue in zip(self.share, case.queues, strict=True)
            ]
        )

    def prices(self) -> pd.DataFrame:
        return shadow_prices(self.case, self.target, self.solution, self.share, self.factor)

    def saves(self, row: str, most: float, more: float) -> tuple[float, float]:
        """Cost saved by a little more on the right side of a row, and lost by as much less, each per unit."""
        costs = []
        for change in (more, -more):
            self.solver.set_row_bounds(row, None, most + change)
            costs.append(self.solver.solve(integers=False).objective)
        self.solver.set_row_bounds(row, None, most)
        return (self.outcome.objective - costs[0]) / more, (costs[1] - self.outcome.objective) / more


@pytest.fixture(scope="module")
def case_of(make_queue: Make, make_team: Make, random_forecast: Make) -> Callable[..., StaffingCase]:
    def make(items_a_day: float = 300.0, **policies: object) -> StaffingCase:
        queues: list[ReviewQueue] = [make_queue("q0"), make_queue("q1")]
        team: ReviewTeam = make_team(
            "alpha", {"q0": 1.0, "q1": 1.0}, heads=15, hire_lead_weeks=1, ramp_weeks=1, weekly_attrition=0.03
        )
        overtime = TeamOptions(rules=SupplyRules(overtime=OvertimeRule(most_hours_per_head_week=6)))
        forecast = random_forecast(2, n_paths=12, n_weeks=4, items_a_day=items_a_day)
        return staffing_case(forecast, queues, [team], options={"alpha": overtime}, policies=Policies(**policies))

    return make


def bounds_of(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    rows = found[found["kind"] == kind]
    assert len(rows) > 0, f"no {kind} is short in this case"
    return rows


def test_a_dollar_of_a_budget_is_worth_what_one_more_saves(case_of: Callable[..., StaffingCase]) -> None:
    relaxed = Relaxation(case_of(370.0, budgets=BUDGETS), PriceOfLateness(usd_per_item=20.0))
    spent = relaxed.case.response[0].cost_usd
    for row in bounds_of(relaxed.prices(), "dollar").itertuples():
        number = [budget.name for budget in BUDGETS].index(row.name)
        weeks = slice(0, 2) if number == 0 else slice(2, 4)
        most = BUDGETS[number].usd - float(spent[weeks].sum())
        gained, lost = relaxed.saves(column("budget", number), most, 0.5)
        assert gained - 1e-4 <= row.usd <= lost + 1e-4
        assert gained == pytest.approx(row.usd, rel=0.02) or lost == pytest.approx(row.usd, rel=0.02)


def test_a_seat_is_worth_in_each_week_what_one_more_saves(case_of: Callable[..., StaffingCase]) -> None:
    relaxed = Relaxation(case_of(370.0, site_seats={"Here": 15.5}), PriceOfLateness(usd_per_item=20.0))
    for row in bounds_of(relaxed.prices(), "seat").itertuples():
        gained, lost = relaxed.saves(column("site_seats", 0, row.week), 15.5, 1e-3)
        assert gained - 1e-2 <= row.usd <= lost + 1e-2
        assert gained == pytest.approx(row.usd, rel=0.02) or lost == pytest.approx(row.usd, rel=0.02)


def test_an_hour_is_worth_in_each_week_what_one_more_saves(case_of: Callable[..., StaffingCase]) -> None:
    relaxed = Relaxation(case_of(), ChanceConstraint())
    for row in bounds_of(relaxed.prices(), "hour").itertuples():
        gained, lost = relaxed.saves(column("share", 0, row.week), 0.0, 1e-2)
        assert gained - 1e-3 <= row.usd <= lost + 1e-3
        assert gained == pytest.approx(row.usd, rel=0.02) or lost == pytest.approx(row.usd, rel=0.02)


def test_a_point_of_target_costs_in_each_week_what_its_hours_cost(case_of: Callable[..., StaffingCase]) -> None:
    relaxed = Relaxation(case_of(), ChanceConstraint())
    part = 1e-4
    for row in bounds_of(relaxed.prices(), "point_of_target").itertuples():
        queue = int(row.name[1:])
        cuts = [
            cut
            for cut in relaxed.solution.cuts
            if cut.queue == queue and max(int(n[-3:]) for n in cut.coefficients if n.startswith("give")) == row.week
        ]
        costs = []
        for side in (part, -part):
            for cut in cuts:
                relaxed.solver.set_row_bounds(cut.name, cut.lower * (1.0 + side), None)
            costs.append(relaxed.solver.solve(integers=False).objective)
        for cut in cuts:
            relaxed.solver.set_row_bounds(cut.name, cut.lower, None)
        # More hours in proportion, as many as the service model wants for one point more.
        more = needed_factor(relaxed.share[queue], relaxed.target, 0.91) - relaxed.factor[queue]
        lost, gained = (
            (cost - relaxed.outcome.objective) / side * more for cost, side in zip(costs, (part, -part), strict=True)
        )
        assert gained - 1e-2 <= row.usd <= lost + 1e-2
        assert gained == pytest.approx(row.usd, rel=0.02) or lost == pytest.approx(row.usd, rel=0.02)
