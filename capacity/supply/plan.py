"""From teams, hires, releases, overtime and vendor seats to the supply of each week."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.supply.cohort_flows import CohortFlows
from capacity.supply.cohorts import Cohort, Release
from capacity.supply.overtime import overtime_cost_usd, overtime_hours
from capacity.supply.rules import SupplyRules
from capacity.supply.team_people import TeamPeople, team_people
from capacity.supply.vendor_contract import contract_cost_usd
from capacity.supply.weekly import CostKind, WeeklySupply
from capacity.team import ReviewTeam

FloatArray = NDArray[np.float64]


def supply_by_week(
    teams: Sequence[ReviewTeam],
    n_weeks: int,
    *,
    cohorts: Sequence[Cohort] = (),
    releases: Sequence[Release] = (),
    rules: Mapping[str, SupplyRules] | None = None,
    overtime_asked_hours: Mapping[str, ArrayLike] | None = None,
    seats_wanted: Mapping[str, ArrayLike] | None = None,
) -> WeeklySupply:
    """Follow the heads of teams through a plan, with their hours and costs.

    Parameters
    ----------
    teams
        In the order of the result.
    n_weeks : int
        Length of the plan. [weeks]
    cohorts
        Hires; and, for a team whose people of today are not all experienced or full-time, today's people
        (`approved_week=None`), whose heads then add up to the team's.
    releases
        Heads let go.
    rules
        By name of a team; a team without rules is as its record says.
    overtime_asked_hours
        Paid overtime asked by week, by name of a team with an `OvertimeRule`. [h]
    seats_wanted
        Vendor seats wanted by week, by name of a team with a `VendorContract`; without it those in force are kept.
        [seats]

    Returns
    -------
    WeeklySupply

    Raises
    ------
    ValueError
        If a record names an unknown team or another team's terms, a series has not one value a week, or more heads
        are let go than there are.

    Notes
    -----
    When a week begins: first go those who left of their own will in the week before, then hires, replacements and
    ordered seats start, then heads are let go. All are expected heads, not whole people. Productive hours are

        sum over cohorts of present x efficiency x paid hours x (1 - shrinkage) + overtime,

    where overtime is spread evenly over the heads there. Without hires and rules this is `capacity.supply.team_hours`.
    An hour of overtime costs what a paid hour of the team costs in that week, times the pay multiple.

    Examples
    --------
    Ten people, one in fifty leaves in a week; four hires approved today start in week 1, at half output at first:

    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=1000, hire_lead_weeks=1, ramp_weeks=1, weekly_attrition=0.02)
    >>> supply = supply_by_week([team], 3, cohorts=[Cohort(team="a", heads=4, approved_week=0)])
    >>> supply.heads
    array([[10.  , 13.8 , 13.524]])
    >>> supply.productive_hours.round(2)
    array([[300.  , 354.  , 405.72]])
    """
    terms = dict(rules or {})
    asked, wanted = dict(overtime_asked_hours or {}), dict(seats_wanted or {})
    _check(teams, n_weeks, [*cohorts, *releases], terms, asked, wanted)
    by_team = [terms.get(team.name, SupplyRules()) for team in teams]
    people = [
        team_people(
            team,
            n_weeks,
            [cohort for cohort in cohorts if cohort.team == team.name],
            [release for release in releases if release.team == team.name],
            rule,
            wanted.get(team.name),
        )
        for team, rule in zip(teams, by_team, strict=True)
    ]
    flows, efficiency, paid = _stacked(people)
    shrinkage = np.array(
        [
            team.shrinkage_by_week(n_weeks) if rule.shrinkage is None else rule.shrinkage
            for team, rule in zip(teams, by_team, strict=True)
        ]
    )
    overtime_asked = np.array(
        [checked("overtime_asked_hours", asked.get(team.name, np.zeros(n_weeks))) for team in teams]
    )
    overtime, on_queue, output = _overtime(by_team, overtime_asked, flows.present.sum(axis=1), shrinkage)
    return WeeklySupply(
        teams=tuple(teams),
        flows=flows,
        efficiency=efficiency,
        paid_hours_per_head=paid,
        shrinkage=shrinkage,
        overtime_asked_hours=overtime_asked,
        overtime_hours=overtime,
        overtime_on_queue_share=on_queue,
        overtime_efficiency=output,
        cost_usd=np.stack(
            [_cost_usd(*of_team) for of_team in zip(teams, by_team, people, overtime, strict=True)], axis=1
        ),
    )


def _overtime(
    rules: Sequence[SupplyRules], asked: FloatArray, heads: FloatArray, shrinkage: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Hours, share of them on reviews, and their output relative to a normal hour, each by team and week."""
    hours, on_queue, output = np.zeros(asked.shape), 1.0 - shrinkage, np.ones(asked.shape)
    for row, rule in enumerate(rules):
        if rule.overtime is not None:
            hours[row] = overtime_hours(asked[row], heads[row], rule.overtime)
            output[row] = rule.overtime.efficiency
            if rule.overtime.shrinkage is not None:
                on_queue[row] = 1.0 - rule.overtime.shrinkage
    return hours, on_queue, output


def _cost_usd(team: ReviewTeam, rules: SupplyRules, people: TeamPeople, overtime: FloatArray) -> FloatArray:
    """Cost of one team, of shape (n_kinds, n_weeks)."""
    flows = people.flows
    paid_hours = (flows.present * people.paid_hours_per_head[:, None]).sum(axis=0)
    cost = {kind: np.zeros(overtime.size) for kind in CostKind}
    if rules.contract is not None and people.seats is not None:
        cost[CostKind.SEATS] = contract_cost_usd(people.seats, rules.contract)
    else:
        # A part-time head costs in proportion to its hours.
        cost[CostKind.HEADS] = paid_hours * (team.cost_usd_per_head_week / team.paid_hours_per_week)
        hires = flows.started.sum(axis=0)
        hires[0] -= people.heads_today
        cost[CostKind.HIRING] = np.maximum(hires, 0.0) * rules.hire_cost_usd
        cost[CostKind.RELEASE] = flows.released.sum(axis=0) * rules.release_cost_usd
    if rules.overtime is not None:
        normal = cost[CostKind.SEATS] + cost[CostKind.HEADS]
        hourly = np.divide(normal, paid_hours, out=np.zeros_like(normal), where=paid_hours > 0)
        cost[CostKind.OVERTIME] = overtime_cost_usd(overtime, hourly, rules.overtime)
    return np.stack(list(cost.values()))


def _stacked(people: Sequence[TeamPeople]) -> tuple[CohortFlows, FloatArray, FloatArray]:
    """Flows, efficiency and paid hours with a team axis; teams with fewer cohorts end in empty ones."""
    most = max(part.paid_hours_per_head.size for part in people)

    def filled(arrays: Iterable[NDArray[np.float64]], empty: float = 0.0) -> FloatArray:
        return np.stack(
            [
                np.pad(array, [(0, most - len(array)), *[(0, 0)] * (array.ndim - 1)], constant_values=empty)
                for array in arrays
            ]
        )

    flows = CohortFlows(
        started=filled(part.flows.started for part in people),
        present=filled(part.flows.present for part in people),
        left=filled(part.flows.left for part in people),
        released=filled(part.flows.released for part in people),
        tenure_weeks=filled((part.flows.tenure_weeks.astype(np.float64) for part in people), -1.0).astype(np.int64),
    )
    efficiency = filled(part.efficiency for part in people)
    return flows, efficiency, filled(part.paid_hours_per_head for part in people)


def _check(
    teams: Sequence[ReviewTeam],
    n_weeks: int,
    records: Sequence[Cohort | Release],
    rules: Mapping[str, SupplyRules],
    asked: Mapping[str, ArrayLike],
    wanted: Mapping[str, ArrayLike],
) -> None:
    names = [team.name for team in teams]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"teams must be at least one, each with its own name; found {names}")
    if n_weeks < 1 or n_weeks != int(n_weeks):
        raise ValueError(f"n_weeks must be a whole number, 1 or more; found {n_weeks!r}")
    used = {
        "cohorts and releases": {record.team for record in records},
        "rules": set(rules),
        "overtime_asked_hours": set(asked),
        "seats_wanted": set(wanted),
    }
    for argument, found in used.items():
        if found - set(names):
            raise ValueError(f"{argument} must name teams of the plan, {names}; found {sorted(found - set(names))}")
    series = {
        **{f"shrinkage of team {name!r}": rule.shrinkage for name, rule in rules.items() if rule.shrinkage is not None},
        **{f"overtime_asked_hours of team {name!r}": hours for name, hours in asked.items()},
        **{f"seats_wanted of team {name!r}": seats for name, seats in wanted.items()},
    }
    for what, values in series.items():
        if np.shape(values) != (n_weeks,):
            raise ValueError(f"{what} must have one value for each of {n_weeks} weeks; found shape {np.shape(values)}")
    for argument, given, field in (("overtime_asked_hours", asked, "overtime"), ("seats_wanted", wanted, "contract")):
        for name in given:
            if getattr(rules.get(name), field, None) is None:
                raise ValueError(f"{argument} must be of teams whose rules have {field}; found team {name!r}")
