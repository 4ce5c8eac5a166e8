"""The table of requests: one row an effect, the first row of a request carrying its cost and dependencies."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from forecasting import Problem
from optimization.claim import Claim, ClaimUnit
from optimization.effect import COUNTED, OF_QUEUES, OF_TEAMS, Effect, EffectKind
from optimization.quarter.input_table import MOST_HEADS, MOST_USD, Row, read_table
from optimization.quarter.plan_weeks import read_week, read_weeks
from optimization.request import OpexRequest

COLUMNS = ("request", "effect", "mode")
OPTIONS = (
    "title",
    "owner",
    "category",
    "evidence",
    "team",
    "queues",
    "low",
    "high",
    "one_off_usd",
    "weekly_usd",
    "cost_centre",
    "start_week",
    "start_date",
    "ramp_weeks",
    "full_effect_date",
    "end_week",
    "end_date",
    "success_probability",
    "smallest_share",
    "needs",
    "excludes",
    "mandatory",
    "claimed_on_time_change",
    "claimed_late_items_avoided",
    "claimed_hours_freed",
    "claimed_usd",
)


# What a further row of a request is read for.
OF_AN_EFFECT = ("request", "effect", "team", "queues", "low", "mode", "high")


def read_requests(
    path: Path,
    queues: Sequence[str] | None,
    teams: Sequence[str] | None,
    plan_start: date | None,
    problems: list[Problem],
) -> tuple[list[OpexRequest], tuple[str, ...] | None]:
    """Read the table of requests.

    Parameters
    ----------
    path
        CSV file or Excel workbook. A further row with the same `request` adds an effect; its
        other cells are blank or as in the first.
    queues, teams
        Known names; None if they could not be read.
    plan_start
        First day of the plan, from which dates count; None if it is not known because of other faults.
    problems
        Where faults are noted.

    Returns
    -------
    requests : list of OpexRequest
        Without the rows that have faults.
    names : tuple of str
        Of all requests, those with faults too; None if the table could not be read.
    """
    n_at_first = len(problems)
    rows = read_table(path, COLUMNS, OPTIONS, problems, may_be_empty=True)
    if not rows and len(problems) > n_at_first:
        return [], None
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.text("request"), []).append(row)
    requests = []
    for name, members in groups.items():
        n_before = len(problems)
        _check_further_rows(members)
        effects = [_read_effect(row, queues, teams) for row in members]
        known = tuple(effect for effect in effects if effect is not None)
        request = _read_request(members[0], known, tuple(groups), plan_start)
        if request is not None and len(problems) == n_before:
            requests.append(request)
        elif len(problems) == n_before:
            members[0].note("request", f"request {name!r} could not be read")
    return requests, tuple(groups)


def _check_further_rows(members: Sequence[Row]) -> None:
    """Note effects that are there twice, and cells of the request itself that differ from its first row."""
    seen: dict[tuple[str, ...], int] = {}
    first = members[0]
    for row in members:
        queues = ";".join(sorted(row.names("queues")))
        row.once((row.cells["effect"], row.cells.get("team", ""), queues), seen, "effects of a request multiply")
        for field in row.cells:
            if field not in OF_AN_EFFECT and row.has(field) and row.cells[field] != first.cells[field]:
                found = first.cells[field] or "a blank"
                row.note(field, f"leave it blank, or as in row {first.line}, the first of the request, with {found}")


def _read_request(
    row: Row, effects: tuple[Effect, ...], names: Sequence[str], plan_start: date | None
) -> OpexRequest | None:
    start, end = read_weeks(row, plan_start)
    ramp_weeks, claims = _ramp_weeks(row, start or 0, plan_start), _read_claims(row)
    if not effects:
        return None
    try:
        return OpexRequest(
            name=row.cells["request"],
            effects=effects,
            title=row.cells.get("title") or row.cells["request"],
            owner=row.cells.get("owner", ""),
            category=row.cells.get("category", ""),
            evidence=row.cells.get("evidence", ""),
            one_off_usd=row.number("one_off_usd", default=0.0, most=MOST_USD),
            weekly_usd=row.number("weekly_usd", default=0.0, most=MOST_USD),
            cost_centre=row.cells.get("cost_centre", ""),
            start_week=start or 0,
            end_week=end,
            ramp_weeks=ramp_weeks,
            success_probability=row.number("success_probability", default=1.0, least=0.01, most=1.0),
            smallest_share=row.number("smallest_share", default=1.0, least=0.01, most=1.0),
            needs=row.names("needs", names, "request"),
            excludes=row.names("excludes", names, "request"),
            mandatory=row.flag("mandatory"),
            claims=claims,
        )
    except ValueError as error:
        row.note("needs" if "needs" in str(error) else "excludes", str(error))
        return None


def _ramp_weeks(row: Row, start: int, plan_start: date | None) -> int:
    """Weeks until the full effect, from their number or from the date of the full effect."""
    full = read_week(row, "ramp_weeks", "full_effect_date", plan_start)
    if full is None or row.has("ramp_weeks"):
        return full or 0
    if full < start:
        row.note("full_effect_date", "give a date on or after the start")
        return 0
    return full - start


def _read_claims(row: Row) -> tuple[Claim, ...]:
    claims = []
    for unit in ClaimUnit:
        field = f"claimed_{unit}"
        if row.has(field):
            most = 1.0 if unit is ClaimUnit.ON_TIME_CHANGE else MOST_USD
            claims.append(Claim(unit=unit, amount=row.number(field, least=-most, most=most, stand_in=0.0)))
    return tuple(claims)


def _read_effect(row: Row, queues: Sequence[str] | None, teams: Sequence[str] | None) -> Effect | None:
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
    # Queues may grow threefold; what is larger was meant as a percentage.
    if kind in (EffectKind.HANDLE_TIME, EffectKind.VOLUME):
        return -1.0, 2.0
    if kind in (EffectKind.SHRINKAGE, EffectKind.QUALITY):
        return -1.0, 1.0
    if kind is EffectKind.SKILL:
        return 0.0, 10.0
    return 0.0, 168.0 * MOST_HEADS if kind is EffectKind.OVERTIME_HOURS else MOST_HEADS
