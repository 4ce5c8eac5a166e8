"""Whole shifts for the hours that a staffing plan gives a team: how many heads its weekly hours really take."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from capacity import ReviewTeam
from capacity.supply import open_hours
from optimization.plan.staffing_plan import StaffingPlan
from optimization.shifts.cover import cover_shifts
from optimization.shifts.library import ShiftLibrary
from optimization.shifts.plan import ShiftPlan

# A week in which no zone changes its clocks, from Monday on.
PLAIN_WEEK = pd.Timestamp("2026-01-05")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TeamRoster:
    """One week of one team of a plan, in whole shifts.

    Attributes
    ----------
    team
        With what really takes its heads away from reviews.
    week : int
        Of the plan, 0 the first.
    planned_heads
        Of the plan in that week, those who still learn included. [heads]
    counted_hours_per_head
        Productive hours that the plan expects of a head at full output. [h/week]
    shifts
        Heads on tours that put as many reviewers in each open hour as the plan's needed hours are spread over.

    Examples
    --------
    A head on three shifts of 12 hours works 36 hours a week, less a quarter: 27 where the plan counts on 30.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import plan_staffing, shift_library, team_roster, work_day_patterns
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": days, "items": 400}))
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="manila", site="Manila", kind="vendor", heads=6, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=600)
    >>> forecast = forecast_volumes(history, 7, n_paths=5)
    >>> library = shift_library(start_hours=[0, 12], shift_hours=[12], work_days=work_day_patterns(3),
    ...                         cost_usd_per_hour=15)
    >>> plan = plan_staffing(forecast, [spam], [team], simulated_items=0)
    >>> roster = team_roster(plan, "manila", library)
    >>> roster.counted_hours_per_head, bool(roster.hours_per_head <= 27), bool(roster.output <= 0.9)
    (30.0, True, True)
    """

    team: ReviewTeam
    week: int
    planned_heads: float
    counted_hours_per_head: float
    shifts: ShiftPlan

    @property
    def hours_per_head(self) -> float:
        """Needed hours that a head on whole shifts covers [h/week]."""
        return self.shifts.needed_hours_per_head

    @property
    def output(self) -> float:
        """Part of the hours that the plan expects of a head which whole shifts deliver, at most 1 [-]."""
        return min(1.0, self.hours_per_head / self.counted_hours_per_head)

    @property
    def counted_heads(self) -> float:
        """Heads at full output that the plan reckons with for the needed hours [heads]."""
        return self.shifts.required_hours / self.counted_hours_per_head

    def summary(self) -> str:
        """Sentence with the heads that the plan reckons with and those on whole shifts."""
        return (
            f"{self.team.name}, week {self.week + 1}: {self.shifts.required_hours:,.0f} hours are "
            f"{self.counted_heads:,.1f} heads to the plan and {self.shifts.heads:,} heads on whole shifts."
        )


def team_roster(
    plan: StaffingPlan,
    team: str,
    library: ShiftLibrary,
    *,
    week: int | None = None,
    own: ReviewTeam | None = None,
    gap: float = 0.01,
    time_limit_seconds: float = 20.0,
    seed: int = 0,
) -> TeamRoster:
    """Cover the hours that a plan needs of a team by whole shifts.

    Parameters
    ----------
    plan
        As planned.
    team
        Name of one of its teams.
    library
        Tours that may be worked at its site, in local time.
    week : int, optional
        Of the plan, 0 the first; the week that needs most hours if None.
    own : ReviewTeam, optional
        The team with its own shrinkage, where the plan counted on fewer hours of a head than that leaves
        (`rostered_staffing`).
    gap, time_limit_seconds, seed
        Of `optimization.cover_shifts`.

    Returns
    -------
    TeamRoster

    Raises
    ------
    ValueError
        If the plan has no such team or week, or needs nothing of the team in it.
    UncoveredIntervalsError
        If the team is open when no tour works.

    Notes
    -----
    The service models spread the hours of a week evenly over the hours in which a team is open, so that is what the
    shifts must cover: needed hours x share of the hour, in local time, with the team's shrinkage of the week.

    Examples
    --------
    A head on three shifts of 12 hours works 36 hours a week, less a quarter: 27 where the plan counts on 30.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import plan_staffing, shift_library, team_roster, work_day_patterns
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": days, "items": 400}))
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="manila", site="Manila", kind="vendor", heads=6, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=600)
    >>> forecast = forecast_volumes(history, 7, n_paths=5)
    >>> library = shift_library(start_hours=[0, 12], shift_hours=[12], work_days=work_day_patterns(3),
    ...                         cost_usd_per_hour=15)
    >>> plan = plan_staffing(forecast, [spam], [team], simulated_items=0)
    >>> roster = team_roster(plan, "manila", library)
    >>> roster.counted_hours_per_head, bool(roster.shifts.heads > roster.counted_heads)
    (30.0, True)
    """
    names = [one.name for one in plan.teams]
    if team not in names:
        raise ValueError(f"team must be one of the plan, {names}; found {team!r}")
    row = names.index(team)
    n_weeks = plan.needed_hours.shape[1]
    chosen = int(plan.needed_hours[row].argmax()) if week is None else week
    if not 0 <= chosen < n_weeks:
        raise ValueError(f"week must lie from 0 to {n_weeks - 1}; found {week!r}")
    needed = float(plan.needed_hours[row, chosen])
    if needed <= 0.0:
        raise ValueError(f"week must be one in which the plan needs {team!r}; found {chosen}, with no hours needed")
    record = own or plan.teams[row]
    shrinkage = float(record.shrinkage_by_week(n_weeks)[chosen])
    return TeamRoster(
        team=record,
        week=chosen,
        planned_heads=float(plan.heads[row, chosen]),
        counted_hours_per_head=float(plan.teams[row].productive_hours_by_week(n_weeks)[chosen]),
        shifts=cover_shifts(
            needed * open_hours(record, PLAIN_WEEK, 1, record.time_zone),
            library,
            shrinkage=shrinkage,
            gap=gap,
            time_limit_seconds=time_limit_seconds,
            seed=seed,
        ),
    )
