"""The table of requests: one row an effect, the first row of a request carrying its cost and dependencies."""

from collections.abc import Sequence
from pathlib import Path

from forecasting import Problem
from optimization.quarter.csv_table import Row, read_table
from optimization.request import COUNTED, OF_QUEUES, OF_TEAMS, Effect, EffectKind, OpexRequest

COLUMNS = ("request", "effect", "mode")
OPTIONS = (
    "title",
    "owner",
    "team",
    "queues",
    "low",
    "high",
    "one_off_usd",
    "weekly_usd",
    "start_week",
    "end_week",
    "ramp_weeks",
    "success_probability",
    "smallest_share",
    "needs",
    "excludes",
    "mandatory",
)


def read_requests(
    path: Path, queues: Sequence[str], teams: Sequence[str], problems: list[Problem]
) -> list[OpexRequest]:
    """Read the table of requests.

    Parameters
    ----------
    path
        CSV file. A further row with the same `request` adds an effect; only its effect columns are read.
    queues, teams
        Known names.
    problems
        Where faults are noted.

    Returns
    -------
    list of OpexRequest
        Without the rows that have faults.
    """
    rows = read_table(path, COLUMNS, OPTIONS, problems, may_be_empty=True)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.text("request"), []).append(row)
    requests = []
    for name, members in groups.items():
        n_before = len(problems)
        effects = [_read_effect(row, queues, teams) for row in members]
        request = _read_request(members[0], tuple(effect for effect in effects if effect is not None), list(groups))
        if request is not None and len(problems) == n_before:
            requests.append(request)
        elif len(problems) == n_before:
            members[0].note("request", f"request {name!r} could not be read")
    return requests


def _read_request(row: Row, effects: tuple[Effect, ...], names: Sequence[str]) -> OpexRequest | None:
    start = row.whole("start_week", default=0)
    if not effects:
        return None
    try:
        return OpexRequest(
            name=row.cells["request"],
            effects=effects,
            start_week=start,
            title=row.cells.get("title") or row.cells["request"],
            owner=row.cells.get("owner", ""),
            one_off_usd=row.number("one_off_usd", default=0.0),
            weekly_usd=row.number("weekly_usd", default=0.0),
            end_week=row.whole("end_week", least=start + 1) if row.has("end_week") else None,
            ramp_weeks=row.whole("ramp_weeks", default=0),
            success_probability=row.number("success_probability", default=1.0, above=0.0, most=1.0),
            smallest_share=row.number("smallest_share", default=1.0, above=0.0, most=1.0),
            needs=row.names("needs", names, "request"),
            excludes=row.names("excludes", names, "request"),
            mandatory=row.flag("mandatory"),
        )
    except ValueError as error:
        row.note("needs" if "needs" in str(error) else "excludes", str(error))
        return None


def _read_effect(row: Row, queues: Sequence[str], teams: Sequence[str]) -> Effect | None:
    n_before = len(row.problems)
    kind = row.text("effect")
    if kind not in list(EffectKind):
        row.note("effect", f"write one of {', '.join(EffectKind)}")
        return None
    team = row.names("team", teams, "team")
    named = row.names("queues", queues, "queue")
    if (kind in OF_TEAMS or kind == EffectKind.SKILL) and len(team) != 1:
        row.note("team", f"name the one team that {kind} is for")
    if kind in OF_QUEUES and team:
        row.note("team", f"leave it blank: {kind} changes queues")
    if (kind in OF_QUEUES or kind == EffectKind.SKILL) and not named:
        row.note("queues", f"name the queues that {kind} is for")
    if kind in OF_TEAMS and named:
        row.note("queues", f"leave it blank: {kind} changes a team, whose skills say which queues it serves")
    least, most = _range_of(EffectKind(kind))
    mode = row.number("mode", least=least, most=most, stand_in=0.0)
    low = row.number("low", default=mode, least=least, most=most, stand_in=mode)
    high = row.number("high", default=mode, least=least, most=most, stand_in=mode)
    if not low <= mode <= high:
        row.note("mode", f"the range must be low <= mode <= high; low is {low:g}, high is {high:g}")
    if kind in COUNTED and (mode != int(mode) or mode < 1):
        row.note("mode", "give a whole number of 1 or more")
    if len(row.problems) > n_before:
        return None
    try:
        return Effect(
            kind=EffectKind(kind), team=team[0] if team else None, queues=named, low=low, mode=mode, high=high
        )
    except ValueError as error:
        row.note("mode", str(error))
        return None


def _range_of(kind: EffectKind) -> tuple[float, float]:
    if kind in (EffectKind.HANDLE_TIME, EffectKind.VOLUME):
        return -1.0, 10.0
    if kind in (EffectKind.SHRINKAGE, EffectKind.QUALITY):
        return -1.0, 1.0
    return 0.0, 1e6
