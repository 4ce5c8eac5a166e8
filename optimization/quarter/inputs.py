"""The tables of a planning folder, read and checked against each other before any work starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from capacity import ReviewQueue, ReviewTeam, ServiceTarget, closed_days_by_week, weekly_shrinkage
from capacity.team import TeamKind
from forecasting import Event, EventCalendar, InputError, Problem, VolumeHistory
from forecasting.event_table import OPTIONAL as EVENT_OPTIONS
from forecasting.event_table import REQUIRED as EVENT_COLUMNS
from forecasting.event_table import read_events
from forecasting.holiday_events import holiday_dates
from optimization.blocks import independent_blocks
from optimization.program.team_options import TeamOptions
from optimization.quarter.config import PlanConfig, read_config
from optimization.quarter.cost_table import read_costs
from optimization.quarter.input_table import Row, read_table
from optimization.quarter.request_table import read_requests
from optimization.quarter.team_options_table import STAFFING_COLUMNS, read_team_options
from optimization.request import OpexRequest
from optimization.request_rules import request_problems

QUEUE_COLUMNS = ("queue", "handle_minutes", "target_share", "target_hours")
QUEUE_OPTIONS = (
    "severity",
    "handle_cv",
    "reviews_per_item",
    "qa_share",
    "qa_ratio",
    "rework_share",
    "backlog_items",
    "backlog_age_hours",
)
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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PlanInputs:
    """A planning folder, read and checked.

    Attributes
    ----------
    config
        The plan file.
    history
        Volumes known when the plan starts.
    queues, teams, requests, events
        Queues in the order of the history.
    team_options
        What a plan of people may do with each team, by its name.
    files
        Every file that was read, by its name in the plan file.
    """

    config: PlanConfig
    history: VolumeHistory
    queues: tuple[ReviewQueue, ...]
    teams: tuple[ReviewTeam, ...]
    team_options: dict[str, TeamOptions]
    requests: tuple[OpexRequest, ...]
    events: EventCalendar
    files: dict[str, Path]


def read_inputs(plan_file: Path) -> PlanInputs:
    """Read a planning folder and check it as a whole.

    Parameters
    ----------
    plan_file
        The TOML file; tables lie where it says, relative to it.

    Returns
    -------
    PlanInputs

    Raises
    ------
    InputError
        Listing every fault of every file at once.
    """
    config = read_config(plan_file)
    folder = plan_file.parent
    named = config.inputs.model_dump(exclude_none=True)
    files = {plan_file.name: plan_file, **{name: folder / name for name in named.values()}}
    problems: list[Problem] = []
    history = _read_volumes(folder / config.inputs.volumes, config, problems)
    queues = _read_queues(folder / config.inputs.queues, problems)
    known = [queue.name for queue in queues]
    plan_start = None if history is None else history.end.date()
    teams, team_options = _read_teams(folder / config.inputs.teams, known, plan_start, config.plan.weeks, problems)
    requests = _read_requests(folder, config, known, [team.name for team in teams], plan_start, problems)
    events = _read_events(folder / config.inputs.events, known, problems) if config.inputs.events else ()
    if history is not None:
        problems += _mismatches(history, queues, config)
    problems += _unserved(queues, teams, config)
    # What requests contradict together rests on sound queues and teams; requests with faults of their own are left out.
    if not any(problem.source in (config.inputs.queues, config.inputs.teams) for problem in problems):
        problems += _rules(queues, teams, requests, config, plan_start)
    if problems or history is None:
        raise InputError(problems)
    by_name = {queue.name: queue for queue in queues}
    return PlanInputs(
        config=config,
        history=history,
        queues=tuple(by_name[name] for name in history.queues),
        teams=tuple(teams),
        team_options=team_options,
        requests=tuple(requests),
        events=EventCalendar.of(events),
        files=files,
    )


def _read_volumes(path: Path, config: PlanConfig, problems: list[Problem]) -> VolumeHistory | None:
    rows = read_table(path, ("queue", "date", "items"), (), problems)
    if not rows:
        return None
    frame = pd.DataFrame([row.cells for row in rows])
    try:
        history = VolumeHistory.from_frame(frame, source=path.name, timezone=config.plan.time_zone)
    except InputError as error:
        problems += _on_lines_of_the_file(error, rows)
        return None
    start = config.plan.start
    if start is None:
        return history
    moment = pd.Timestamp(start)
    first = history.period_start[0]
    on_grid = (moment - first) % history.frequency.step == pd.Timedelta(0)
    if not first < moment <= history.end or not on_grid:
        remedy = (
            f"give a date from {first + history.frequency.step:%Y-%m-%d} to {history.end:%Y-%m-%d} on which a "
            f"{history.frequency} period starts"
        )
        problems.append(Problem(source="plan.toml", field="plan.start", found=str(start), remedy=remedy))
        return None
    return history.before(moment)


def _unique(row: Row, field: str, seen: dict[str, int]) -> str:
    name = row.text(field)
    if name in seen:
        row.note(field, f"keep one row each; row {seen[name]} has the same name")
    seen.setdefault(name, row.line)
    return name


def _read_queues(path: Path, problems: list[Problem]) -> list[ReviewQueue]:
    queues = []
    seen: dict[str, int] = {}
    for row in read_table(path, QUEUE_COLUMNS, QUEUE_OPTIONS, problems):
        backlog = row.number("backlog_items", default=0.0)
        age = row.number("backlog_age_hours", default=0.0)
        if backlog > 0 and age == 0:
            row.note("backlog_age_hours", "give the age of the oldest waiting item, above 0, where items wait")
            age = 1.0
        queues.append(
            ReviewQueue(
                name=_unique(row, "queue", seen),
                handle_minutes=row.number("handle_minutes", above=0.0, most=1439.0),
                target=ServiceTarget(
                    share=row.number("target_share", above=0.0, most=1.0),
                    within_hours=row.number("target_hours", above=0.0),
                ),
                severity=row.number("severity", default=1.0),
                handle_cv=row.number("handle_cv", default=1.0, most=10.0),
                reviews_per_item=row.number("reviews_per_item", default=1.0, least=1.0, most=99.0),
                qa_share=row.number("qa_share", default=0.0, most=1.0, stand_in=0.0),
                qa_ratio=row.number("qa_ratio", default=1.0),
                rework_share=row.number("rework_share", default=0.0, most=0.99, stand_in=0.0),
                backlog_items=backlog,
                backlog_age_hours=age,
            )
        )
    return queues


def _read_teams(
    path: Path, queues: Sequence[str], plan_start: date | None, weeks: int, problems: list[Problem]
) -> tuple[list[ReviewTeam], dict[str, TeamOptions]]:
    teams: list[ReviewTeam] = []
    options: dict[str, TeamOptions] = {}
    seen: dict[str, int] = {}
    for row in read_table(path, TEAM_COLUMNS, TEAM_OPTIONS, problems):
        if row.text("kind") not in list(TeamKind):
            row.note("kind", f"write one of {', '.join(TeamKind)}")
            row.cells["kind"] = TeamKind.VENDOR
        opens = row.number("open_hour", default=0.0, most=23.0, stand_in=0.0)
        try:
            teams.append(
                ReviewTeam(
                    name=_unique(row, "team", seen),
                    site=row.text("site"),
                    kind=TeamKind(row.cells["kind"]),
                    heads=row.number("heads"),
                    shrinkage=row.number("shrinkage", most=0.99, stand_in=0.3),
                    cost_usd_per_head_week=row.number("cost_usd_per_head_week", above=0.0),
                    skills=_skills(row, queues),
                    paid_hours_per_week=row.number("paid_hours_per_week", default=40.0, above=0.0, most=80.0),
                    time_zone=row.cells.get("time_zone") or "UTC",
                    open_hour=opens,
                    close_hour=row.number("close_hour", default=24.0, above=opens, most=24.0, stand_in=24.0),
                    open_days=row.whole("open_days", default=7, least=1, most=7),
                    hire_lead_weeks=row.whole("hire_lead_weeks", default=0),
                    ramp_weeks=row.whole("ramp_weeks", default=0),
                    weekly_attrition=row.number("weekly_attrition", default=0.0, most=0.99, stand_in=0.0),
                )
            )
        except ValueError as error:
            row.note("time_zone", str(error))
            continue
        options[teams[-1].name] = read_team_options(row, teams[-1])
        if plan_start is not None and row.has("holidays"):
            teams[-1] = _with_holidays(row, teams[-1], plan_start, weeks)
    return teams, options


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


def _skills(row: Row, queues: Sequence[str]) -> dict[str, float]:
    """Read `queue` or `queue:speed` between semicolons."""
    skills: dict[str, float] = {}
    for part in row.names("skills"):
        name, _, speed = part.partition(":")
        cell = Row(row.source, row.line, {"skills": name}, row.problems)
        cell.names("skills", queues, "queue")
        speeds = Row(row.source, row.line, {"skills": speed.strip()}, row.problems)
        skills[name.strip()] = speeds.number("skills", default=1.0, above=0.0, most=10.0)
    if not skills:
        row.note("skills", "name at least one queue, such as listings;appeals:0.8")
        skills = {"": 1.0}
    return skills


def _read_events(path: Path, queues: Sequence[str], problems: list[Problem]) -> tuple[Event, ...]:
    rows = read_table(path, EVENT_COLUMNS, EVENT_OPTIONS, problems, may_be_empty=True)
    for row in rows:
        row.names("queues", queues, "queue")
    try:
        return (
            read_events(pd.DataFrame([row.cells for row in rows], columns=list(rows[0].cells)), source=path.name)
            if rows
            else ()
        )
    except InputError as error:
        problems += _on_lines_of_the_file(error, rows)
        return ()


def _on_lines_of_the_file(error: InputError, rows: Sequence[Row]) -> list[Problem]:
    """Frames count rows without the blank lines of the file; put the lines right."""
    return [
        problem if problem.row is None else replace(problem, row=rows[problem.row - 2].line)
        for problem in error.problems
    ]


def _read_requests(
    folder: Path,
    config: PlanConfig,
    queues: Sequence[str],
    teams: Sequence[str],
    plan_start: date | None,
    problems: list[Problem],
) -> list[OpexRequest]:
    """Requests with their further costs."""
    requests, names = read_requests(folder / config.inputs.requests, queues, teams, plan_start, problems)
    if config.inputs.costs is None:
        return requests
    path = folder / config.inputs.costs
    costs = read_costs(path, names, config.rates, plan_start, problems)
    complete = []
    for request in requests:
        try:
            complete.append(replace(request, costs=costs.get(request.name, ())))
        except ValueError as error:
            remedy = f"a cost must end after the request has started ({error})"
            problems.append(Problem(source=path.name, field="end_week", found=request.name, remedy=remedy))
    return complete


def _rules(
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    requests: Sequence[OpexRequest],
    config: PlanConfig,
    plan_start: date | None,
) -> list[Problem]:
    """What the requests break together: dependencies, the budget, and the number of sets that can be valued."""
    weeks = config.plan.weeks
    # Where faults hide the start of the plan, nothing is said of costs by month, so nothing of the budget.
    start, budget = (date(2001, 1, 1), None) if plan_start is None else (plan_start, config.decision.budget_usd)
    source = config.inputs.requests
    there = {request.name for request in requests}
    sound = [
        replace(
            request,
            needs=tuple(name for name in request.needs if name in there),
            excludes=tuple(name for name in request.excludes if name in there),
        )
        for request in requests
    ]
    problems = [
        replace(problem, source=f"{source}, {problem.source}")
        for problem in request_problems(
            sound, teams, queues, n_weeks=weeks, budget_usd=budget, start=start, rates=config.rates
        )
    ]
    if not problems:
        try:
            independent_blocks(queues, teams, sound)
        except ValueError as error:
            found = f"{len(requests)} requests"
            problems.append(Problem(source=source, field="request", found=found, remedy=str(error)))
    return problems


def _mismatches(history: VolumeHistory, queues: Sequence[ReviewQueue], config: PlanConfig) -> list[Problem]:
    known = {queue.name for queue in queues}
    problems = [
        Problem(source=config.inputs.volumes, field="queue", found=name, remedy=f"add it to {config.inputs.queues}")
        for name in history.queues
        if name not in known
    ]
    problems += [
        Problem(
            source=config.inputs.queues,
            field="queue",
            found=name,
            remedy=f"add its volumes to {config.inputs.volumes}, or take the queue out",
        )
        for name in sorted(known - set(history.queues))
    ]
    problems += [
        Problem(
            source=config.inputs.volumes,
            field="items",
            found=f"no count of {name} before the plan starts",
            remedy="give at least one, or take the queue out",
        )
        for name, row in zip(history.queues, history.observed, strict=True)
        if not row.any()
    ]
    return problems


def _unserved(queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam], config: PlanConfig) -> list[Problem]:
    if not teams:
        return []
    # A skill that a request would bring does not serve today.
    served = {name for team in teams for name in team.skills}
    remedy = f"add it to the skills of a team in {config.inputs.teams}"
    return [
        Problem(source=config.inputs.queues, field="queue", found=queue.name, remedy=remedy)
        for queue in queues
        if queue.name not in served
    ]
