"""Staffing plans whose heads stand in whole shifts: plan, roster the busiest week, count on less, plan again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from capacity import ReviewQueue, ReviewTeam
from forecasting import VolumeForecast
from optimization.plan.planning import plan_staffing
from optimization.plan.staffing_plan import StaffingPlan
from optimization.shifts.library import ShiftLibrary
from optimization.shifts.team_roster import TeamRoster, team_roster

# Part of a head's hours by which whole shifts may deliver less than the last plan expected.
CLOSE = 0.01
MOST_PLANS = 4


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RosteredPlan:
    """A staffing plan, and the whole shifts of each team's busiest week.

    Attributes
    ----------
    plan
        With teams whose shrinkage holds what whole shifts cost.
    rosters
        One a team that works by shifts.
    output : dict
        By team: part of the hours of a head that the plan counts on. [-]
    plans
        How many plans were made.

    Examples
    --------
    A head on three shifts of 12 hours works 36 hours a week, less a quarter: 27 where the plan counts on 30.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import rostered_staffing, shift_library, work_day_patterns
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": days, "items": 400}))
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="manila", site="Manila", kind="vendor", heads=6, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=600)
    >>> forecast = forecast_volumes(history, 7, n_paths=5)
    >>> library = shift_library(start_hours=[0, 12], shift_hours=[12], work_days=work_day_patterns(3),
    ...                         cost_usd_per_hour=15)
    >>> rostered = rostered_staffing(forecast, [spam], [team], {"manila": library}, simulated_items=0)
    >>> rostered.is_settled, bool(rostered.output["manila"] <= 0.9), len(rostered.rosters)
    (True, True, 1)
    """

    plan: StaffingPlan
    rosters: tuple[TeamRoster, ...]
    output: dict[str, float]
    plans: int

    @property
    def is_settled(self) -> bool:
        """Whether whole shifts deliver what the plan counts on, of every team, to one percent."""
        return all(roster.output >= 1.0 - CLOSE for roster in self.rosters)

    def summary(self) -> str:
        """Sentences: the plan, and for each team what whole shifts make of it."""
        end = "" if self.is_settled else f" After {self.plans} plans whole shifts still take more heads than planned."
        return " ".join([self.plan.summary(), *(roster.summary() for roster in self.rosters)]) + end


def rostered_staffing(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    libraries: Mapping[str, ShiftLibrary],
    *,
    most_plans: int = MOST_PLANS,
    **asked: Any,
) -> RosteredPlan:
    """Plan staffing with no more hours a head than whole shifts deliver.

    Parameters
    ----------
    forecast, queues, teams
        As for `plan_staffing`.
    libraries
        By name of each team that works by shifts: the tours that may be worked.
    most_plans : int
        Most plans to make.
    **asked
        Everything else that `plan_staffing` takes.

    Returns
    -------
    RosteredPlan
        `is_settled` says whether the last plan's heads suffice in whole shifts.

    Raises
    ------
    ValueError
        If a library is of no team, or `most_plans` is below 1.
    UncoveredIntervalsError
        If a team is open when no tour works.

    Notes
    -----
    A weekly plan counts on paid hours x (1 - shrinkage) of each head, wherever they are needed. Whole shifts deliver
    less: the roster of the busiest week (`team_roster`) says what part. That part becomes the team's output in the
    next plan, which then needs more heads, until the shifts of a plan deliver what it counts on. The part never rises
    from one plan to the next, so that the search ends.

    Examples
    --------
    A head on three shifts of 12 hours works 36 hours a week, less a quarter: 27 where the plan counts on 30.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import plan_staffing, rostered_staffing, shift_library, work_day_patterns
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": days, "items": 400}))
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="manila", site="Manila", kind="vendor", heads=6, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=600)
    >>> forecast = forecast_volumes(history, 7, n_paths=5)
    >>> library = shift_library(start_hours=[0, 12], shift_hours=[12], work_days=work_day_patterns(3),
    ...                         cost_usd_per_hour=15)
    >>> rostered = rostered_staffing(forecast, [spam], [team], {"manila": library}, simulated_items=0)
    >>> plan = plan_staffing(forecast, [spam], [team], simulated_items=0)
    >>> rostered.is_settled, bool(rostered.plan.heads.max() > plan.heads.max())
    (True, True)
    """
    unknown = sorted(set(libraries) - {team.name for team in teams})
    if unknown:
        raise ValueError(f"libraries must be of teams of the plan; found {unknown}")
    if most_plans < 1:
        raise ValueError(f"most_plans must be 1 or more; found {most_plans!r}")
    output = dict.fromkeys(libraries, 1.0)
    for made in range(1, most_plans + 1):
        counted = [_with_output(team, output.get(team.name, 1.0)) for team in teams]
        plan = plan_staffing(forecast, queues, counted, **asked)
        needed = {team.name: hours.max() for team, hours in zip(plan.teams, plan.needed_hours, strict=True)}
        rosters = tuple(
            team_roster(plan, team.name, libraries[team.name], own=team)
            for team in teams
            if team.name in libraries and needed[team.name] > 0.0
        )
        found = RosteredPlan(plan=plan, rosters=rosters, output=dict(output), plans=made)
        if found.is_settled:
            break
        for roster in rosters:
            output[roster.team.name] *= roster.output
    return found


def _with_output(team: ReviewTeam, part: float) -> ReviewTeam:
    """Return the team with only a part of its productive hours a head."""
    return replace(
        team,
        shrinkage=1.0 - (1.0 - team.shrinkage) * part,
        weekly_shrinkage=tuple(1.0 - (1.0 - share) * part for share in team.weekly_shrinkage),
    )
