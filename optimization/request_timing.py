"""Checks of when a request starts, how long it ramps, and whether that fits in the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from capacity.supply import ramp_efficiency
from forecasting.charts.chart_style import percent, points
from optimization.block_values import SetValues, lost_share
from optimization.case import PlanningCase
from optimization.effect import COUNTED
from optimization.finding import Finding, FindingCode, Severity
from optimization.funded_sets import minimum_set, with_needs, without
from optimization.request import OpexRequest, after_lead_time
from optimization.score import NO_CHANGE
from optimization.value import value_sets

FloatArray = NDArray[np.float64]


def timing_findings(values: SetValues, row: int, asked: OpexRequest) -> list[Finding]:
    """Check the timing of one request.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    row : int
        Which request.
    asked
        The request as it was asked, before its start was put off to the lead time of its teams.

    Returns
    -------
    list of Finding
        Of the codes lead_time, starts_too_late, ramp_outlasts_plan and before_its_needs.
    """
    return [
        *_lead_time(values.case, asked),
        *_too_late(values, row),
        *_ramp(values.case, row),
        *_before_needs(values.case, row),
    ]


def _lead_time(case: PlanningCase, asked: OpexRequest) -> Iterable[Finding]:
    possible = after_lead_time(asked, case.teams)
    if possible.start_week == asked.start_week:
        return
    lead = {team.name: team.hire_lead_weeks for team in case.teams}
    slowest = max((e.team for e in asked.effects if e.kind in COUNTED and e.team), key=lambda name: (lead[name], name))
    lost = min(possible.start_week, case.n_weeks) - min(asked.start_week, case.n_weeks)
    yield Finding(
        code=FindingCode.LEAD_TIME,
        severity=Severity.WARNING,
        request=asked.name,
        figures={"asked_week": asked.start_week + 1, "possible_week": possible.start_week + 1, "weeks_lost": lost},
        sentence=f"Asks to start in week {asked.start_week + 1}, but {slowest} takes {lead[slowest]} weeks to fill a "
        f"place: it counts from week {possible.start_week + 1}, {lost} of {case.n_weeks} weeks later.",
    )


def _too_late(values: SetValues, row: int) -> Iterable[Finding]:
    case, request = values.case, values.case.requests[row]
    start = without(case, row, minimum_set(case))
    funded = with_needs(case, row, start)
    now = float((values.measure(funded).share - values.measure(start).share).mean())
    earliest = after_lead_time(replace(request, start_week=0, end_week=None), case.teams)
    outside = request.start_week >= case.n_weeks
    if not outside and (request.start_week == earliest.start_week or abs(now) >= NO_CHANGE):
        return
    sooner = 0.0 if earliest.start_week >= case.n_weeks else _gain_if(values, row, earliest, start, funded)
    if not outside and sooner < NO_CHANGE:
        return
    when = f"after the {case.n_weeks} weeks of the plan" if outside else f"of {case.n_weeks}: too late to matter"
    otherwise = f"from week {earliest.start_week + 1} on it would by {points(sooner)}"
    if earliest.start_week >= case.n_weeks:
        otherwise = f"week {earliest.start_week + 1} is the earliest that it can start"
    yield Finding(
        code=FindingCode.STARTS_TOO_LATE,
        severity=Severity.SERIOUS,
        request=request.name,
        figures={
            "start_week": request.start_week + 1,
            "earliest_week": earliest.start_week + 1,
            "on_time_change": now,
            "on_time_change_at_earliest": sooner,
        },
        sentence=f"Starts in week {request.start_week + 1}, {when}. It changes the on-time share by {points(now)}; "
        f"{otherwise}.",
    )


def _gain_if(values: SetValues, row: int, request: OpexRequest, start: FloatArray, funded: FloatArray) -> float:
    """Change of the mean on-time share that a request would make with other dates."""
    case = values.case
    changed = replace(case, requests=(*case.requests[:row], request, *case.requests[row + 1 :]))
    queues = next(list(one.block.queues) for one in values.blocks if row in one.block.requests)
    if not queues:
        return 0.0
    due, on_time, _ = value_sets(changed, queues, np.stack([start, funded]))
    severity = np.array([case.queues[queue].severity for queue in queues])
    late = np.einsum("q,sqp->sp", severity, due - on_time)
    return float(lost_share(late[0] - late[1], values.today_due_harm).mean())


def _ramp(case: PlanningCase, row: int) -> Iterable[Finding]:
    request, n_weeks = case.requests[row], case.n_weeks
    ramp = {team.name: team.ramp_weeks for team in case.teams}
    weeks = max(
        ramp[effect.team] if effect.kind in COUNTED and effect.team else request.ramp_weeks
        for effect in request.effects
    )
    active = request.active(n_weeks)
    if weeks == 0 or not active.any():
        return
    reached = ramp_efficiency(n_weeks, start_week=request.start_week, ramp_weeks=weeks)
    end = int(np.flatnonzero(active)[-1])
    if reached[end] >= 1.0:
        return
    output = float((reached * active).sum() / active.sum())
    yield Finding(
        code=FindingCode.RAMP_OUTLASTS_PLAN,
        severity=Severity.WARNING,
        request=request.name,
        figures={"ramp_weeks": weeks, "active_weeks": float(active.sum()), "output_share": output},
        sentence=f"It ramps for {weeks} weeks from week {request.start_week + 1} on and is still at "
        f"{percent(float(reached[end]), 0)} in week {end + 1}, its last of the plan: over its {active.sum():.0f} weeks "
        f"it gives {percent(output, 0)} of full output.",
    )


def _before_needs(case: PlanningCase, row: int) -> Iterable[Finding]:
    request = case.requests[row]
    starts = {other.name: other.start_week for other in case.requests}
    for name in request.needs:
        if request.start_week < starts[name]:
            yield Finding(
                code=FindingCode.BEFORE_ITS_NEEDS,
                severity=Severity.WARNING,
                request=request.name,
                figures={"start_week": request.start_week + 1, "start_week_of_need": starts[name] + 1},
                sentence=f"Starts in week {request.start_week + 1}, before {name}, which it needs and which starts in "
                f"week {starts[name] + 1}.",
            )
