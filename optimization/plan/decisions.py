"""What a solution of the program decides, carried out by the capacity model: people, seats, overtime, cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity import Cohort, Release, SupplyRules, WeeklySupply, supply_by_week
from optimization.program.head_response import MoveKind
from optimization.program.outcome import SolveOutcome
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import column

FloatArray = NDArray[np.float64]
FEWEST_HOURS = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Decisions:
    """Moves of a plan by team and week.

    Attributes
    ----------
    hires, part_time_hires, releases : ndarray of shape (n_teams, n_weeks)
        Heads that start, or are gone, when the week begins. [heads]
    seats : ndarray of shape (n_teams, n_weeks)
        Seats in force; 0 for teams without a contract. [seats]
    overtime_hours : ndarray of shape (n_teams, n_weeks)
        Paid overtime. [h]
    """

    hires: FloatArray
    part_time_hires: FloatArray
    releases: FloatArray
    seats: FloatArray
    overtime_hours: FloatArray


def decisions_of(case: StaffingCase, outcome: SolveOutcome) -> Decisions:
    """Read a plan from the solver's columns.

    Parameters
    ----------
    case
        What the program was built from.
    outcome
        A solve with a plan.

    Returns
    -------
    Decisions
    """
    shape = (len(case.teams), case.n_weeks)
    moves = {kind: np.zeros(shape) for kind in MoveKind}
    overtime, seats = np.zeros(shape), np.zeros(shape)
    for team, response in enumerate(case.response):
        for move in response.moves:
            moves[move.kind][team, move.week] = round(outcome.value(column(move.kind, team, move.week)))
        contract = case.options[team].rules.contract
        if contract is not None:
            change = moves[MoveKind.ORDER][team] - moves[MoveKind.RETURN][team]
            seats[team] = contract.seats + contract.step_seats * np.cumsum(change)
        # Where overtime is decided later, path by path, there is no column for it.
        if case.options[team].rules.overtime is not None and column("overtime", team, 0) in outcome.columns:
            hours = [outcome.value(column("overtime", team, week)) for week in range(case.n_weeks)]
            overtime[team] = np.where(np.array(hours) > FEWEST_HOURS, hours, 0.0)
    return Decisions(
        hires=moves[MoveKind.HIRE],
        part_time_hires=moves[MoveKind.PART_TIME],
        releases=moves[MoveKind.RELEASE],
        seats=seats,
        overtime_hours=overtime,
    )


def no_decisions(case: StaffingCase) -> Decisions:
    """Nothing is decided: today's people leave as they do, and contracts go on."""
    shape = (len(case.teams), case.n_weeks)
    seats = [0 if option.rules.contract is None else option.rules.contract.seats for option in case.options]
    return Decisions(
        hires=np.zeros(shape),
        part_time_hires=np.zeros(shape),
        releases=np.zeros(shape),
        seats=np.repeat(np.array(seats, dtype=np.float64)[:, None], case.n_weeks, axis=1),
        overtime_hours=np.zeros(shape),
    )


def supply_of(case: StaffingCase, decisions: Decisions) -> WeeklySupply:
    """Follow the people of a plan by the capacity model.

    Parameters
    ----------
    case
        Teams and options.
    decisions
        Moves of the plan.

    Returns
    -------
    WeeklySupply
    """
    cohorts: list[Cohort] = []
    releases: list[Release] = []
    for row, (team, options) in enumerate(zip(case.teams, case.options, strict=True)):
        for hires, paid in ((decisions.hires, None), (decisions.part_time_hires, options.part_time_hours_per_week)):
            for week in np.flatnonzero(hires[row]):
                approved = int(week) - team.hire_lead_weeks
                cohorts.append(
                    Cohort(team=team.name, heads=hires[row, week], approved_week=approved, paid_hours_per_week=paid)
                )
        for week in np.flatnonzero(decisions.releases[row]):
            told = int(week) - options.notice_weeks
            releases.append(
                Release(
                    team=team.name,
                    heads=decisions.releases[row, week],
                    notice_week=told,
                    notice_weeks=options.notice_weeks,
                )
            )
    return supply_by_week(
        case.teams,
        case.n_weeks,
        cohorts=cohorts,
        releases=releases,
        rules=_rules(case),
        overtime_asked_hours=_by_team(case, decisions.overtime_hours, "overtime"),
        seats_wanted=_by_team(case, decisions.seats, "contract"),
    )


def overtime_output(supply: WeeklySupply) -> FloatArray:
    """Productive hours of a paid hour of overtime, of shape (n_teams, n_weeks) [-]."""
    return np.asarray(supply.overtime_on_queue_share * supply.overtime_efficiency * supply.mean_efficiency)


def all_hours_given(case: StaffingCase, needed: FloatArray, supply: WeeklySupply) -> FloatArray:
    """Share out what teams have beyond what the plan needs, so that nobody is idle while items wait.

    Parameters
    ----------
    case
        Skills and wellness caps.
    needed : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours that the plan needs. [h]
    supply
        What teams have.

    Returns
    -------
    ndarray of shape (n_teams, n_queues, n_weeks)
        At least `needed`, where the team has it, and no more than it has. The rest of a team's hours goes to its queues
        in proportion to the hours they need of it, or to the work that comes where they need none; none of the rest
        goes to queues under a wellness cap. [h]
    """
    capped = {name for cap in case.policies.wellness_caps for name in cap.queues}
    free = np.array([queue.name not in capped for queue in case.queues])
    asked = needed.sum(axis=1)
    have = supply.productive_hours
    fits = np.minimum(1.0, np.divide(have, asked, out=np.ones_like(have), where=asked > 0))
    given = needed * fits[:, None, :]
    rest = np.maximum(have - given.sum(axis=1), 0.0)
    weight = needed * free[None, :, None]
    nothing = weight.sum(axis=1) <= 0
    usual = (case.skill > 0)[:, :, None] * case.expected_work[None] * free[None, :, None]
    weight = np.where(nothing[:, None, :], usual, weight)
    total = weight.sum(axis=1, keepdims=True)
    part = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return np.asarray(given + part * rest[:, None, :])


def _rules(case: StaffingCase) -> dict[str, SupplyRules]:
    return {
        team.name: replace(options.rules, release_order="oldest")
        for team, options in zip(case.teams, case.options, strict=True)
    }


def _by_team(case: StaffingCase, values: FloatArray, field: str) -> dict[str, Sequence[float]]:
    return {
        team.name: values[row].tolist()
        for row, team in enumerate(case.teams)
        if getattr(case.options[row].rules, field) is not None
    }
