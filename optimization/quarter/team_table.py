"""The table of teams: people, hours, cost and skills, and what a plan of people may do with them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from capacity import ReviewTeam, closed_days_by_week, weekly_shrinkage
from capacity.team import TeamKind
from forecasting import Problem
from forecasting.events.holiday_events import holiday_dates
from optimization.program.team_options import TeamOptions
from optimization.quarter.input_table import MOST_HEADS, MOST_WEEKS, Row, read_table
from optimization.quarter.team_options_table import STAFFING_COLUMNS, read_team_options

TEAM_COLUMNS = ("team", "site", "kind", "heads", "shrinkage", "cost_usd_per_head_week", "skills")
TEAM_OPTIONS = (
    "paid_hours_per_week",
    "time_zone",
    "open_hour",
    "close_hour",
    "open_days",
    "hire_lead_weeks",
    "ramp_weeks",
    "weekly_attrition",
    "holidays",
    *STAFFING_COLUMNS,
)


def read_teams(
    path: Path, queues: Sequence[str] | None, plan_start: date | None, weeks: int, problems: list[Problem]
) -> tuple[list[ReviewTeam], dict[str, TeamOptions]]:
    """Read the table of teams.

    Parameters
    ----------
    path
        CSV file or Excel workbook, one row a team.
    queues
        Known names; None if they could not be read.
    plan_start
        First day of the plan, from which public holidays count; None if it is not known because of other faults.
    weeks
        Length of the plan. [weeks]
    problems
        Where faults are noted.

    Returns
    -------
    teams : list of ReviewTeam
        With stand-ins where cells have faults.
    options : dict of str to TeamOptions
        What may be decided, by the name of the team.
    """
    teams: list[ReviewTeam] = []
    options: dict[str, TeamOptions] = {}
    seen: dict[str, int] = {}
    for row in read_table(path, TEAM_COLUMNS, TEAM_OPTIONS, problems):
        team = _read_team(row, queues, seen)
        options[team.name] = read_team_options(row, team)
        kept = plan_start is not None and row.has("holidays")
        teams.append(_with_holidays(row, team, plan_start, weeks) if kept and plan_start else team)
    return teams, options


def _read_team(row: Row, queues: Sequence[str] | None, seen: dict[str, int]) -> ReviewTeam:
    kind = row.text("kind")
    if kind not in list(TeamKind):
        row.note("kind", f"write one of {', '.join(TeamKind)}")
        kind = TeamKind.VENDOR
    opens = row.number("open_hour", default=0.0, most=23.0, stand_in=0.0)
    return ReviewTeam(
        name=row.unique("team", seen),
        site=row.text("site"),
        kind=TeamKind(kind),
        heads=row.number("heads", most=MOST_HEADS),
        shrinkage=row.number("shrinkage", most=0.99, stand_in=0.3),
        cost_usd_per_head_week=row.number("cost_usd_per_head_week", above=0.0, most=1e6),
        skills=_skills(row, queues),
        paid_hours_per_week=row.number("paid_hours_per_week", default=40.0, least=1.0, most=80.0, stand_in=40.0),
        time_zone=_time_zone(row),
        open_hour=opens,
        close_hour=row.number("close_hour", default=24.0, above=opens, most=24.0, stand_in=24.0),
        open_days=row.whole("open_days", default=7, least=1, most=7),
        hire_lead_weeks=row.whole("hire_lead_weeks", default=0, most=MOST_WEEKS),
        ramp_weeks=row.whole("ramp_weeks", default=0, most=MOST_WEEKS),
        weekly_attrition=row.number("weekly_attrition", default=0.0, most=0.99, stand_in=0.0),
    )


def _time_zone(row: Row) -> str:
    zone = row.cells.get("time_zone") or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        row.note("time_zone", "give an IANA name such as Asia/Manila")
        return "UTC"
    return zone


def _with_holidays(row: Row, team: ReviewTeam, plan_start: date, weeks: int) -> ReviewTeam:
    """Take the public holidays of the team's site from its hours, in the weeks in which they fall on working days."""
    try:
        dates = holiday_dates(row.text("holidays"), plan_start.year, (plan_start + timedelta(weeks=weeks)).year)
    except ValueError as error:
        row.note("holidays", str(error))
        return team
    closed = closed_days_by_week([str(day.date()) for day in dates], plan_start, weeks, open_days=team.open_days)
    shrinkage = weekly_shrinkage(team.shrinkage, closed_days=closed, days_per_week=team.open_days)
    if (shrinkage >= 1.0).any():
        row.note("holidays", f"leave it out: week {int(np.argmax(shrinkage)) + 1} of the plan has no working day")
        return team
    return replace(team, weekly_shrinkage=tuple(shrinkage.tolist()))


def _skills(row: Row, queues: Sequence[str] | None) -> dict[str, float]:
    """Read `queue` or `queue:speed` between semicolons."""
    skills: dict[str, float] = {}
    for part in row.names("skills"):
        name, _, speed = part.partition(":")
        cell = Row(row.source, row.line, {"skills": name.strip()}, row.problems)
        cell.names("skills", queues, "queue")
        speeds = Row(row.source, row.line, {"skills": speed.strip()}, row.problems)
        if name.strip() in skills:
            row.note("skills", f"name {name.strip()} once")
        skills[name.strip()] = speeds.number("skills", default=1.0, least=0.01, most=10.0)
    if not skills:
        row.note("skills", "name at least one queue, such as listings;appeals:0.8")
        skills = {"": 1.0}
    return skills
