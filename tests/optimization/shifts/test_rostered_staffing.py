"""Weekly heads stand in whole shifts: the roster covers what the service models count on, and plans learn from it."""

from collections.abc import Callable
from math import ceil

import numpy as np
import pytest

from capacity.supply import open_hours
from optimization import (
    StaffingPlan,
    UncoveredIntervalsError,
    plan_staffing,
    rostered_staffing,
    shift_library,
    team_roster,
    work_day_patterns,
)
from optimization.shifts.team_roster import PLAIN_WEEK

Make = Callable[..., object]


@pytest.fixture(scope="module")
def asked(make_queue: Make, make_team: Make, random_forecast: Make) -> Callable[..., dict[str, object]]:
    """Build the arguments of a plan: one queue, one team that is short of people and works as told."""

    def make(**changes: object) -> dict[str, object]:
        team = {
            "heads": 6,
            "weekly_attrition": 0.0,
            "hire_lead_weeks": 0,
            "ramp_weeks": 0,
            "shrinkage": 0.25,
            **changes,
        }
        return {
            "forecast": random_forecast(1, n_paths=20, n_weeks=3, items_a_day=400.0),
            "queues": [make_queue("q0")],
            "teams": [make_team("alpha", {"q0": 1.0}, **team)],
        }

    return make


@pytest.fixture(scope="module")
def round_the_clock(asked: Make) -> StaffingPlan:
    """Plan for a team that is open day and night."""
    return plan_staffing(**asked(), simulated_items=0)


EVERY_START = shift_library(
    start_hours=range(0, 24, 4), shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=25
)


def test_a_roster_puts_enough_reviewers_in_every_open_hour(round_the_clock: StaffingPlan):
    roster = team_roster(round_the_clock, "alpha", EVERY_START)
    needed = round_the_clock.needed_hours[0]
    assert roster.week == needed.argmax()
    shares = open_hours(round_the_clock.teams[0], PLAIN_WEEK, 1)
    # Coverage counted anew from the shifts, each hour of each.
    at_work = np.zeros(168)
    for shift in roster.shifts.shifts:
        for day in shift.days:
            hours = (24 * day + int(shift.start_hour) + np.arange(int(shift.hours))) % 168
            at_work[hours] += shift.heads
    assert (0.75 * at_work >= needed.max() * shares - 1e-6).all()
    # Nobody covers a flat week round the clock with less than its hours over those of a head.
    assert roster.shifts.heads >= ceil(needed.max() / 30 - 1e-9)
    assert roster.counted_heads == pytest.approx(needed.max() / 30)


def test_where_shifts_are_the_opening_hours_whole_heads_are_all_that_is_lost(asked: Make):
    plan = plan_staffing(**asked(open_hour=9, close_hour=17, open_days=5), simulated_items=0)
    library = shift_library(start_hours=[9], shift_hours=[8], work_days=[range(5)], cost_usd_per_hour=25)
    roster = team_roster(plan, "alpha", library)
    assert roster.shifts.heads == ceil(plan.needed_hours[0].max() / 30 - 1e-9)


def test_a_plan_learns_what_whole_shifts_deliver(asked: Make, round_the_clock: StaffingPlan):
    # Two starts twelve hours apart of eight hours leave gaps; three starts do not, but days off cost heads.
    long_days = shift_library(
        start_hours=[0, 12], shift_hours=[12], work_days=work_day_patterns(3), cost_usd_per_hour=25
    )
    first = team_roster(round_the_clock, "alpha", long_days)
    assert first.output < 0.95  # 36 paid hours where the plan counts on 40
    found = rostered_staffing(**asked(), libraries={"alpha": long_days}, simulated_items=0)
    assert found.is_settled
    assert found.plans >= 2
    assert found.plan.heads.max() > round_the_clock.heads.max()
    # The heads of the plan suffice for the roster of its busiest week.
    (roster,) = found.rosters
    assert found.plan.heads[0, roster.week] >= roster.shifts.heads * 0.99 - 1.0
    assert "whole shifts" in found.summary()


def test_a_roster_that_must_fail_says_why(asked: Make, round_the_clock: StaffingPlan):
    days_only = shift_library(start_hours=[8], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=25)
    with pytest.raises(UncoveredIntervalsError, match="No tour of the library works in Mon 00:00"):
        team_roster(round_the_clock, "alpha", days_only)
    with pytest.raises(ValueError, match=r"team must be one of the plan, \['alpha'\]; found 'beta'"):
        team_roster(round_the_clock, "beta", EVERY_START)
    with pytest.raises(ValueError, match="week must lie from 0 to 2; found 3"):
        team_roster(round_the_clock, "alpha", EVERY_START, week=3)
    with pytest.raises(ValueError, match=r"libraries must be of teams of the plan; found \['beta'\]"):
        rostered_staffing(**asked(), libraries={"beta": EVERY_START})
    with pytest.raises(ValueError, match="most_plans must be 1 or more; found 0"):
        rostered_staffing(**asked(), libraries={}, most_plans=0)


def test_a_plan_that_may_not_be_made_again_says_that_it_has_not_settled(asked: Make):
    found = rostered_staffing(**asked(), libraries={"alpha": EVERY_START}, most_plans=1, simulated_items=0)
    assert found.plans == 1
    assert found.is_settled == (found.rosters[0].output >= 0.99)
    assert ("still take more heads" in found.summary()) != found.is_settled
