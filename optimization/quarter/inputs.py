"""The tables of a planning folder, read and checked against each other before any work starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from capacity import ReviewQueue, ReviewTeam
from forecasting import Event, EventCalendar, InputError, Problem, VolumeHistory
from forecasting.events.table import OPTIONAL as EVENT_OPTIONS
from forecasting.events.table import REQUIRED as EVENT_COLUMNS
from forecasting.events.table import read_events
from optimization.blocks import independent_blocks
from optimization.program.team_options import TeamOptions
from optimization.quarter.config import PlanConfig, read_for_tables
from optimization.quarter.cost_table import read_costs
from optimization.quarter.input_table import Row, read_table
from optimization.quarter.queue_table import read_queues
from optimization.quarter.request_table import read_requests
from optimization.quarter.team_table import read_teams
from optimization.request import OpexRequest
from optimization.request_rules import request_problems

# What a year of a rare queue may fall short of.
SMALL_BACKLOG = 10_000.0


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
        Listing every fault of the plan file and of every table at once; of the plan file alone where it does not say
        what to read.
    """
    config, problems = read_for_tables(plan_file)
    is_sound = not problems
    folder = plan_file.parent
    named = config.inputs.model_dump(exclude_none=True)
    files = {plan_file.name: plan_file, **{name: folder / name for name in named.values()}}
    history = _read_volumes(folder / config.inputs.volumes, config, plan_file.name, problems)
    queues = read_queues(folder / config.inputs.queues, problems)
    # Names are checked only where the table that holds them could be read: else every one would be a fault.
    known = [queue.name for queue in queues] or None
    plan_start = None if history is None else history.end.date()
    teams, team_options = read_teams(folder / config.inputs.teams, known, plan_start, config.plan.weeks, problems)
    requests = _read_requests(folder, config, known, [team.name for team in teams] or None, plan_start, problems)
    events = _read_events(folder / config.inputs.events, known, problems) if config.inputs.events else ()
    if history is not None and queues:
        problems += _mismatches(history, queues, config)
    problems += _unserved(queues, teams, config)
    # What requests contradict together rests on sound queues and teams; requests with faults of their own are left out.
    if is_sound and not any(problem.source in (config.inputs.queues, config.inputs.teams) for problem in problems):
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


def _read_volumes(path: Path, config: PlanConfig, plan_file: str, problems: list[Problem]) -> VolumeHistory | None:
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
        problems.append(Problem(source=plan_file, field="plan.start", found=str(start), remedy=remedy))
        return None
    return history.before(moment)


def _read_events(path: Path, queues: Sequence[str] | None, problems: list[Problem]) -> tuple[Event, ...]:
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
    queues: Sequence[str] | None,
    teams: Sequence[str] | None,
    plan_start: date | None,
    problems: list[Problem],
) -> list[OpexRequest]:
    """Requests with their further costs."""
    requests, names = read_requests(folder / config.inputs.requests, queues, teams, plan_start, problems)
    if config.inputs.costs is None:
        return requests
    path = folder / config.inputs.costs
    weeks = {request.name: (request.start_week, request.end_week) for request in requests}
    costs = read_costs(path, names, weeks, config.rates, plan_start, problems)
    return [replace(request, costs=costs.get(request.name, ())) for request in requests]


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
    problems += _backlogs_beyond_belief(history, queues, config)
    return problems


def _backlogs_beyond_belief(history: VolumeHistory, queues: Sequence[ReviewQueue], config: PlanConfig) -> list[Problem]:
    """Backlogs of more than a year of the queue's own volume, which are slips of the hand (and slow to simulate)."""
    year = 365.25 * (pd.Timedelta(days=1) / history.frequency.step)
    found = []
    for name, items, observed in zip(history.queues, history.items, history.observed, strict=True):
        waiting = next((queue.backlog_items for queue in queues if queue.name == name), 0.0)
        most = year * float(items[observed].mean()) if observed.any() else waiting
        if waiting > max(most, SMALL_BACKLOG):
            remedy = f"give the items that wait, at most a year of the queue's volume ({most:,.0f})"
            source = config.inputs.queues
            found.append(
                Problem(source=source, field="backlog_items", found=f"{waiting:,.0f} of {name}", remedy=remedy)
            )
    return found


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
