"""The people of one team through a plan: today's, hires, vendor seats, releases and replacements."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.supply.attrition import AttritionCurve
from capacity.supply.cohort_flows import CohortFlows, cohort_flows
from capacity.supply.cohorts import Cohort, Release
from capacity.supply.learning import LearningCurve
from capacity.supply.rules import SupplyRules
from capacity.supply.vendor_contract import VendorContract, seats_in_force
from capacity.team import ReviewTeam

FloatArray = NDArray[np.float64]

# Today's heads are given by team and by cohort: the two may differ by rounding.
ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TeamPeople:
    """People of one team by cohort and week.

    Attributes
    ----------
    flows
        Of shape (n_cohorts, n_weeks). [heads]
    efficiency : ndarray of shape (n_cohorts, n_weeks)
        Output of a head relative to a full one; 0 before the start. [-]
    paid_hours_per_head : ndarray of shape (n_cohorts,)
        [h/week]
    heads_today
        Of those, the ones who are there when the plan starts. [heads]
    seats : ndarray of shape (n_weeks,) or None
        Under a contract, those in force. [seats]
    """

    flows: CohortFlows
    efficiency: FloatArray
    paid_hours_per_head: FloatArray
    heads_today: float
    seats: FloatArray | None


def team_people(
    team: ReviewTeam,
    n_weeks: int,
    cohorts: Sequence[Cohort],
    releases: Sequence[Release],
    rules: SupplyRules,
    seats_wanted: ArrayLike | None,
) -> TeamPeople:
    """Follow the people of one team.

    Parameters
    ----------
    team
        Its record.
    n_weeks : int
        Length of the plan. [weeks]
    cohorts, releases
        Of this team alone.
    rules
        Of this team.
    seats_wanted : array_like of shape (n_weeks,), optional
        Under a contract. [seats]

    Returns
    -------
    TeamPeople

    Raises
    ------
    ValueError
        If today's cohorts do not add up to the team, people are hired or let go beside a contract, or more are let
        go than there are.
    """
    learning = rules.learning or LearningCurve.linear(team.ramp_weeks)
    attrition = rules.attrition or AttritionCurve.constant(team.weekly_attrition)
    # Past both tables nothing changes any more: such people are as experienced as can be.
    today = _today(team, cohorts, max(len(learning.efficiency), len(attrition.hazard)))
    hires = [cohort for cohort in cohorts if cohort.approved_week is not None]
    seats, release, refill_weeks = None, np.zeros(n_weeks), rules.refill_weeks
    if rules.contract is not None:
        if hires or releases:
            raise ValueError(
                f"cohorts and releases must not hire or let go for team {team.name!r}, whose contract brings and takes "
                f"its seats; found {len(hires)} hires and {len(releases)} releases (use seats_wanted)"
            )
        seats = _contract_seats(team, rules.contract, n_weeks, seats_wanted)
        hires, release = _seat_changes(team, rules.contract, seats)
        refill_weeks = 0
    for notice in releases:
        release[notice.last_day_week : notice.last_day_week + 1] += notice.heads
    people = today + hires
    flows = _flows(team, people, n_weeks, attrition, release, rules, refill_weeks)
    paid = np.full(flows.present.shape[0], team.paid_hours_per_week)
    paid[: len(people)] = [cohort.paid_hours_per_week or team.paid_hours_per_week for cohort in people]
    efficiency = np.where(flows.present > 0, learning.at(flows.tenure_weeks), 0.0)
    return TeamPeople(
        flows=flows,
        efficiency=efficiency,
        paid_hours_per_head=paid,
        heads_today=sum(cohort.heads for cohort in today),
        seats=seats,
    )


def _today(team: ReviewTeam, cohorts: Sequence[Cohort], experienced_weeks: int) -> list[Cohort]:
    today = [cohort for cohort in cohorts if cohort.approved_week is None]
    heads = sum(cohort.heads for cohort in today)
    if not today:
        return [Cohort(team=team.name, heads=team.heads, approved_week=None, tenure_weeks=experienced_weeks)]
    if abs(heads - team.heads) > ROUNDING * max(1.0, team.heads):
        raise ValueError(
            f"cohorts that are there today must add up to the {team.heads:g} heads of team {team.name!r}; "
            f"found {heads:g}"
        )
    return today


def _flows(
    team: ReviewTeam,
    people: Sequence[Cohort],
    n_weeks: int,
    attrition: AttritionCurve,
    release: FloatArray,
    rules: SupplyRules,
    refill_weeks: int | None,
) -> CohortFlows:
    try:
        return cohort_flows(
            [cohort.heads for cohort in people],
            [_start_week(cohort, team) for cohort in people],
            attrition.hazard,
            n_weeks,
            tenure_weeks=[cohort.tenure_weeks for cohort in people],
            release=release,
            order=rules.release_order,
            refill_weeks=refill_weeks,
        )
    except ValueError as error:
        raise ValueError(f"people of team {team.name!r}: {error}") from error


def _start_week(cohort: Cohort, team: ReviewTeam) -> int:
    if cohort.approved_week is None:
        return 0
    return cohort.approved_week + (team.hire_lead_weeks if cohort.lead_weeks is None else cohort.lead_weeks)


def _contract_seats(
    team: ReviewTeam, contract: VendorContract, n_weeks: int, seats_wanted: ArrayLike | None
) -> FloatArray:
    if abs(team.heads - contract.seats) > ROUNDING * max(1.0, team.heads):
        raise ValueError(
            f"heads of team {team.name!r} must be the seats of its contract ({contract.seats}); found {team.heads:g}"
        )
    return seats_in_force(np.full(n_weeks, contract.seats) if seats_wanted is None else seats_wanted, contract)


def _seat_changes(team: ReviewTeam, contract: VendorContract, seats: FloatArray) -> tuple[list[Cohort], FloatArray]:
    """Ordered seats as cohorts, and returned seats by week."""
    change = np.diff(seats, prepend=contract.seats)
    ordered = [
        Cohort(team=team.name, heads=float(change[week]), approved_week=int(week), lead_weeks=0)
        for week in np.flatnonzero(change > 0)
    ]
    return ordered, np.maximum(-change, 0.0)
