"""The plan of people in a quarterly plan: what meets all targets without any request, or what has to give."""

from collections.abc import Callable

import pytest

from capacity import SupplyRules
from optimization import PlanningCase, SolveStatus, TeamOptions
from optimization.quarter.people_alone import people_alone
from optimization.quarter.plan import plan_from_forecast
from optimization.quarter.tables import run_tables

Make = Callable[..., PlanningCase]
FREEZE = TeamOptions(rules=SupplyRules(), most_hires_per_week=0)


def test_people_alone_meet_every_target_that_today_s_staffing_misses(two_blocks: Make):
    plan = people_alone(two_blocks(), None)
    assert plan.status is SolveStatus.OPTIMAL
    assert all(queue.meets_target for queue in plan.service)
    assert plan.extra_cost_usd > 0
    assert plan.cost_usd == pytest.approx(plan.today_cost_usd.sum() + plan.extra_cost_usd)


def test_a_hiring_freeze_does_not_stop_the_quarterly_plan_which_says_what_has_to_give(two_blocks: Make):
    case = two_blocks()
    options = {team.name: FREEZE for team in case.teams}
    plan = plan_from_forecast(case.forecast, case.queues, case.teams, case.requests, team_options=options)
    people = plan.staffing_plan
    assert people.status is SolveStatus.INFEASIBLE
    assert {relaxation.kind.value for relaxation in people.relaxations} == {"target"}
    assert people.heads_hired == 0
    assert "lower the target of" in people.summary()
    tables = run_tables(plan)
    missed = tables["staffing_plan_service"].query("not meets_target")["queue"]
    assert set(missed) >= {relaxation.name for relaxation in people.relaxations}
    assert len(tables["staffing_plan"]) == len(case.teams) * case.n_weeks


def test_a_team_whose_hires_would_arrive_after_the_plan_hires_nobody(two_blocks: Make):
    from dataclasses import replace

    case = two_blocks()
    late = replace(case, teams=tuple(replace(team, hire_lead_weeks=4) for team in case.teams))
    assert people_alone(late, None).heads_hired == 0
