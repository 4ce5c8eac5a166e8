"""What one more hire, release or seat does to heads, hours and cost of every later week, as capacity.supply says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from capacity import Cohort, Release, ReviewTeam, SupplyRules, WeeklySupply, WellnessCap, supply_by_week
from optimization.program.team_options import TeamOptions

FloatArray = NDArray[np.float64]


class MoveKind(StrEnum):
    """What is decided about heads of a team."""

    HIRE = "hire"
    PART_TIME = "part_time"
    RELEASE = "release"
    ORDER = "order"
    RETURN = "return"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HeadMove:
    """One more head, or one step of seats, that starts or goes in one week.

    Attributes
    ----------
    kind
        What is decided.
    week
        In which it takes effect, 0 the first. [-]
    heads, hours, cost_usd : ndarray of shape (n_weeks,)
        Change of heads [heads], productive hours without overtime [h] and cost [USD] of each week.
    capped_hours : ndarray of shape (n_caps, n_weeks)
        Change of the productive hours under each wellness cap. [h]
    """

    kind: MoveKind
    week: int
    heads: FloatArray
    hours: FloatArray
    cost_usd: FloatArray
    capped_hours: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HeadResponse:
    """What a team gives if nothing is decided, and what every possible move changes.

    Attributes
    ----------
    heads, hours, cost_usd : ndarray of shape (n_weeks,)
        Of today's people, with their attrition and replacements. Seats under a contract cost nothing here.
    today_heads : ndarray of shape (n_weeks,)
        Of those the people who are there today: as many can be let go. [heads]
    capped_hours : ndarray of shape (n_caps, n_weeks)
        Productive hours under each wellness cap. [h]
    moves
        Every possible move.
    """

    heads: FloatArray
    hours: FloatArray
    cost_usd: FloatArray
    today_heads: FloatArray
    capped_hours: FloatArray
    moves: tuple[HeadMove, ...]


def plain_rules(rules: SupplyRules) -> SupplyRules:
    """Rules under which a plan is linear: whoever is let go was there today, and a contract is people who are refilled.

    Parameters
    ----------
    rules
        Of a team.

    Returns
    -------
    SupplyRules
    """
    if rules.contract is None:
        return replace(rules, release_order="oldest")
    return replace(
        rules, release_order="oldest", contract=None, refill_weeks=0, hire_cost_usd=0.0, release_cost_usd=0.0
    )


def head_response(
    team: ReviewTeam, options: TeamOptions, n_weeks: int, caps: Sequence[WellnessCap] = ()
) -> HeadResponse:
    """Measure what every possible move of a team would do.

    Parameters
    ----------
    team, options
        Who, and what may be decided.
    n_weeks : int
        Length of the plan. [weeks]
    caps
        Wellness caps.

    Returns
    -------
    HeadResponse

    Notes
    -----
    Heads, hours and cost of `capacity.supply_by_week` are linear in hires, and in releases as long as these are of
    people who are there today. So each move is measured once by its difference from doing nothing, and the program
    holds the same people as the capacity model, whatever the learning, attrition and refill rules are.

    Examples
    --------
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=1000, hire_lead_weeks=1, ramp_weeks=1, weekly_attrition=0.02)
    >>> response = head_response(team, TeamOptions(), 3)
    >>> [(move.kind.value, move.week, move.hours.round(2).tolist()) for move in response.moves]
    [('hire', 1, [0.0, 15.0, 29.4]), ('hire', 2, [0.0, 0.0, 15.0])]
    """
    rules = plain_rules(options.rules)

    def supply(cohorts: Sequence[Cohort] = (), releases: Sequence[Release] = ()) -> WeeklySupply:
        return supply_by_week([team], n_weeks, cohorts=cohorts, releases=releases, rules={team.name: rules})

    base = supply()
    contract = options.rules.contract
    moves = [
        _difference(kind, week, base, supply(cohorts, releases), scale, caps, free=contract is not None)
        for kind, week, cohorts, releases, scale in _moves(team, options, n_weeks)
    ]
    return HeadResponse(
        heads=base.heads[0],
        hours=base.productive_hours[0],
        cost_usd=np.zeros(n_weeks) if contract is not None else base.total_cost_usd[0],
        today_heads=base.flows.present[0, 0],
        capped_hours=_capped(base, caps),
        moves=tuple(moves),
    )


_Move = tuple[MoveKind, int, list[Cohort], list[Release], float]


def _moves(team: ReviewTeam, options: TeamOptions, n_weeks: int) -> list[_Move]:
    """Kind and week of every move, whom it adds to the supply, and how many heads or steps that is."""

    def start(kind: MoveKind, week: int, heads: float, paid: float | None = None) -> _Move:
        cohort = Cohort(team=team.name, heads=heads, approved_week=week, lead_weeks=0, paid_hours_per_week=paid)
        return (kind, week, [cohort], [], 1.0)

    def go(kind: MoveKind, week: int, heads: float, scale: float) -> _Move:
        return (kind, week, [], [Release(team=team.name, heads=heads, notice_week=week)], scale)

    # Less than one head where the team is smaller than that; the change is per head all the same.
    part = min(1.0, 0.5 * team.heads)
    contract = options.rules.contract
    if contract is not None:
        step = float(contract.step_seats)
        orders = [start(MoveKind.ORDER, week, step) for week in range(contract.lead_weeks, n_weeks)]
        small = min(part, step)
        weeks = range(contract.notice_weeks, n_weeks) if small > 0 else range(0)
        return orders + [go(MoveKind.RETURN, week, small, small / step) for week in weeks]
    arrive = range(team.hire_lead_weeks, n_weeks) if options.most_hires_per_week != 0 else range(0)
    found = [start(MoveKind.HIRE, week, 1.0) for week in arrive]
    if options.part_time_hours_per_week is not None:
        found += [start(MoveKind.PART_TIME, week, 1.0, options.part_time_hours_per_week) for week in arrive]
    if options.most_releases_per_week > 0 and part > 0:
        found += [go(MoveKind.RELEASE, week, part, part) for week in range(options.notice_weeks, n_weeks)]
    return found


def _difference(
    kind: MoveKind,
    week: int,
    base: WeeklySupply,
    changed: WeeklySupply,
    scale: float,
    caps: Sequence[WellnessCap],
    *,
    free: bool,
) -> HeadMove:
    cost = (changed.total_cost_usd[0] - base.total_cost_usd[0]) / scale
    return HeadMove(
        kind=kind,
        week=week,
        heads=(changed.heads[0] - base.heads[0]) / scale,
        hours=(changed.productive_hours[0] - base.productive_hours[0]) / scale,
        cost_usd=np.zeros_like(cost) if free else cost,
        capped_hours=(_capped(changed, caps) - _capped(base, caps)) / scale,
    )


def _capped(supply: WeeklySupply, caps: Sequence[WellnessCap]) -> FloatArray:
    if not caps:
        return np.zeros((0, supply.n_weeks))
    return np.stack([supply.hours_within(cap.hours_per_head_week)[0] for cap in caps])
