"""Expected work fills its part of every team's hours."""

from collections.abc import Callable

import pytest

from capacity import SupplyRules
from optimization.plan.decisions import decisions_of
from optimization.program.policies import Policies
from optimization.program.staffing_program import column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


def test_teams_that_would_idle_are_made_smaller(make_case: Make, solved: Make):
    options = {
        "alpha": TeamOptions(rules=SupplyRules(release_cost_usd=50_000.0), most_releases_per_week=20, notice_weeks=0)
    }
    free, busy = (
        make_case(teams={"alpha": {"heads": 24}}, options=options, policies=Policies(least_occupancy=least))
        for least in (0.0, 0.8)
    )
    assert decisions_of(free, solved(free).outcome).releases.sum() == 0
    solution = solved(busy)
    assert decisions_of(busy, solution.outcome).releases.sum() > 0
    hours = sum(solution.outcome.value(column("hours", 0, week)) for week in range(4))
    assert busy.expected_work.sum() >= 0.8 * hours - 1e-6


def test_an_occupancy_of_one_is_refused():
    with pytest.raises(ValueError, match="least_occupancy must lie from 0 to below 1"):
        Policies(least_occupancy=1.0)
