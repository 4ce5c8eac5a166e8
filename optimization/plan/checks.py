"""Input of a plan that cannot hold whatever is decided, found before a solver runs."""

from collections.abc import Mapping, Sequence

from capacity import ReviewQueue, ReviewTeam
from capacity.workload import whole_weeks
from forecasting import VolumeForecast
from optimization.program.policies import Policies
from optimization.program.team_options import TeamOptions


def check_inputs(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    options: Mapping[str, TeamOptions],
    policies: Policies,
    *,
    most_rounds: int,
) -> None:
    """Refuse what no staffing can make good.

    Parameters
    ----------
    forecast, queues, teams, options, policies, most_rounds
        As in `plan_staffing`.

    Raises
    ------
    ValueError
        Listing every fault with its record, field, value and remedy.
    """
    faults = [
        *_of_queues(forecast, queues, teams),
        *_of_teams(forecast, teams, options),
        *_of_policies(queues, teams, policies),
    ]
    if most_rounds < 1:
        faults.append(f"most_rounds must be 1 or more; found {most_rounds!r}")
    if faults:
        raise ValueError("the staffing cannot be planned:\n- " + "\n- ".join(faults))


def _of_queues(forecast: VolumeForecast, queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam]) -> list[str]:
    names = tuple(queue.name for queue in queues)
    faults = []
    if names != forecast.queues:
        faults.append(
            f"queues must be those of the forecast in its order, {list(forecast.queues)}; found {list(names)}: "
            "forecast the same queues, or select them"
        )
    served = {name for team in teams for name in team.skills}
    faults += [
        f"queue {queue.name!r}: no team has it among its skills, so no staffing meets its target; add it to the skills "
        "of a team"
        for queue in queues
        if queue.name not in served
    ]
    return faults


def _of_teams(forecast: VolumeForecast, teams: Sequence[ReviewTeam], options: Mapping[str, TeamOptions]) -> list[str]:
    n_weeks = whole_weeks(forecast)
    names = [team.name for team in teams]
    faults = []
    if len(set(names)) < len(names):
        faults.append(f"teams must each have their own name; found {names}")
    unknown = sorted(set(options) - set(names))
    if unknown:
        faults.append(f"options must name teams of the plan, {names}; found {unknown}")
    for team in teams:
        option = options.get(team.name) or TeamOptions.usual(team)
        contract = option.rules.contract
        if contract is None and option.most_hires_per_week != 0 and team.hire_lead_weeks >= n_weeks:
            faults.append(
                f"team {team.name!r}: hire_lead_weeks of {team.hire_lead_weeks} lies beyond the {n_weeks} weeks of the "
                "plan, so no hire can arrive; plan for longer, or set most_hires_per_week to 0"
            )
        if contract is not None and contract.lead_weeks >= n_weeks:
            faults.append(
                f"team {team.name!r}: lead_weeks of its contract, {contract.lead_weeks}, lies beyond the {n_weeks} "
                "weeks of the plan, so no seat can come; plan for longer, or set most_seats to the seats in force"
            )
        if contract is not None and contract.price_tiers and min(usd for _, usd in contract.price_tiers) <= 0:
            faults.append(
                f"team {team.name!r}: price_tiers of its contract must have prices above 0; found "
                f"{contract.price_tiers}: a seat that costs nothing would be ordered without end"
            )
        if contract is not None and contract.seats != team.heads:
            faults.append(
                f"team {team.name!r}: seats of its contract must be its heads, {team.heads:g}; found {contract.seats}"
            )
        if option.most_heads is not None and option.most_heads < team.heads and option.most_releases_per_week == 0:
            faults.append(
                f"team {team.name!r}: most_heads of {option.most_heads:g} is below the {team.heads:g} who are there, "
                "and nobody may be let go; raise one of most_heads and most_releases_per_week"
            )
    return faults


def _of_policies(queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam], policies: Policies) -> list[str]:
    names = {queue.name for queue in queues}
    sites = {team.site for team in teams}
    faults = [
        f"site_seats: no team is at {site!r}; name one of {sorted(sites)}"
        for site in sorted(set(policies.site_seats) - sites)
    ]
    faults += [
        f"wellness cap: queues {sorted(cap.queues - names)} are not planned; name some of {sorted(names)}"
        for cap in policies.wellness_caps
        if cap.queues - names
    ]
    for rule in policies.several_sites:
        at = {team.site for team in teams if rule.queue in team.skills}
        if rule.queue not in names:
            faults.append(f"several_sites: queue {rule.queue!r} is not planned; name one of {sorted(names)}")
        elif len(at) < rule.sites:
            faults.append(
                f"several_sites: queue {rule.queue!r} is to be served from {rule.sites} sites but only teams at "
                f"{sorted(at)} have the skill; add it to a team of another site, or drop the rule"
            )
    for share in policies.vendor_shares:
        theirs = [team for team in teams if (team.kind == "vendor" if share.site is None else team.site == share.site)]
        whose = "vendors" if share.site is None else f"site {share.site!r}"
        if share.site is not None and not theirs:
            faults.append(f"vendor_shares: no team is at {share.site!r}; name one of {sorted(sites)}")
        if share.most_share < 1.0 and theirs and len(theirs) == len(teams):
            faults.append(
                f"vendor_shares: {whose} may do at most {share.most_share:.0%} of the work, but there is no other "
                "team; raise most_share to 1, or add a team"
            )
    return faults
