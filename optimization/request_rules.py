"""Rules that a list of requests must keep as a whole before any work starts, every breach listed at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from capacity import ReviewQueue, ReviewTeam
from forecasting import Problem
from optimization.cost import CostKind, RateTable
from optimization.cost_schedule import in_weekly_usd
from optimization.effect import COUNTED, EffectKind
from optimization.request import OpexRequest, after_lead_time
from optimization.request_needs import (
    Names,
    clash,
    closure_of,
    contradictions,
    cycles,
    exclusions,
    mandatory_that_exclude,
    request_problem,
)

# What effects on queues reduce, in words, and how much of it may be taken in all: every item may go, but a review that
# takes no time is none.
REDUCED = {EffectKind.VOLUME: ("volume", 1.0), EffectKind.HANDLE_TIME: ("handling time", 1.0 - 1e-9)}


def request_problems(
    requests: Sequence[OpexRequest],
    teams: Sequence[ReviewTeam],
    queues: Sequence[ReviewQueue],
    *,
    n_weeks: int,
    budget_usd: float | None = None,
    start: date | None = None,
    rates: RateTable | None = None,
) -> list[Problem]:
    """List everything in which requests contradict each other, the teams, the queues or the budget.

    Parameters
    ----------
    requests
        As asked, in any order. Each by itself is sound already (`OpexRequest` and `Effect` see to that, ranges
        out of order included).
    teams, queues
        All there are.
    n_weeks : int
        Length of the plan. [weeks]
    budget_usd : float, optional
        Money for requests within the plan; None for no limit. [USD]
    start
        First day of the plan; needed where costs are stated by month.
    rates
        Of the currencies in which costs are stated, other than USD.

    Returns
    -------
    list of Problem
        The source names the request. Empty if all is well.

    Raises
    ------
    ValueError
        If `n_weeks` is below 1, the budget is negative or not a number, or costs are stated by month without a start.

    Notes
    -----
    A request can be funded only with its *closure*: all that it needs, and what that needs. It contradicts itself
    if two of them exclude each other; this is said of the request at which the two chains meet, not of all that
    need it in turn. Effects multiply, so they never take more than there is; but reductions of one queue that
    add up to all of it or more count the same items twice, and are refused for sets that can be funded together.

    Examples
    --------
    >>> from optimization.effect import Effect
    >>> faster = Effect(kind="handle_time", queues=("spam",), low=-0.1, mode=-0.1, high=-0.1)
    >>> tool, model = (OpexRequest(name=name, title=name, owner="Ops", effects=(faster,), needs=needs)
    ...                for name, needs in [("tool", ("model",)), ("model", ("tool",))])
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> spam = ReviewQueue(name="spam", handle_minutes=2, target=ServiceTarget(share=0.9, within_hours=24))
    >>> [problem] = request_problems([tool, model], [], [spam], n_weeks=13)
    >>> problem.source, problem.field, problem.found
    ('request model', 'needs', 'model > tool > model')
    >>> problem.remedy
    'a cycle: take one of these needs out, or ask for them as one request'
    """
    if n_weeks < 1:
        raise ValueError(f"n_weeks must be at least 1; found {n_weeks!r}")
    if budget_usd is not None and not budget_usd >= 0:
        raise ValueError(f"budget_usd must be 0 or more, or None for no limit; found {budget_usd!r}")
    if start is None and any(cost.kind is CostKind.MONTHLY for request in requests for cost in request.costs):
        raise ValueError("start must be given where costs are stated by month; found None")
    by_name = {request.name: request for request in requests}
    table = RateTable() if rates is None else rates
    unpriced = list(_without_rate(requests, table))
    # Any Monday will do where no cost depends on the calendar.
    first = "2001-01-01" if start is None else str(start)
    cost = (
        {}
        if unpriced
        else {
            name: in_weekly_usd(_as_planned(one, teams), start=first, n_weeks=n_weeks, rates=table)
            for name, one in by_name.items()
        }
    )
    closure = {name: closure_of(name, by_name) for name in by_name}
    barred = exclusions(by_name)
    return [
        *_doubled(requests),
        *_unknown(requests, teams, queues),
        *cycles(by_name, closure),
        *contradictions(by_name, closure, barred),
        *mandatory_that_exclude(by_name, closure, barred),
        *unpriced,
        *(() if unpriced else _over_budget(cost, closure, n_weeks, budget_usd)),
        *_reduced_to_nothing(requests, closure, barred),
        *_more_than_there_is(requests, teams, queues),
    ]


def _doubled(requests: Sequence[OpexRequest]) -> Iterable[Problem]:
    names = [request.name for request in requests]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield request_problem(name, "name", name, f"{names.count(name)} requests have this name; give each its own")


def _unknown(
    requests: Sequence[OpexRequest], teams: Sequence[ReviewTeam], queues: Sequence[ReviewQueue]
) -> Iterable[Problem]:
    asked, staff, streams = ({one.name for one in many} for many in (requests, teams, queues))
    for request in requests:
        named = (
            ("needs", request.needs, asked, "request"),
            ("excludes", request.excludes, asked, "request"),
            ("team", tuple(effect.team for effect in request.effects if effect.team), staff, "team"),
            ("queues", tuple(name for effect in request.effects for name in effect.queues), streams, "queue"),
        )
        for field, found, known, thing in named:
            for name in dict.fromkeys(name for name in found if name not in known):
                listed = ", ".join(sorted(known)) or "none"
                yield request_problem(request.name, field, name, f"there is no such {thing}; write one of: {listed}")


def _without_rate(requests: Sequence[OpexRequest], rates: RateTable) -> Iterable[Problem]:
    for request in requests:
        missing = dict.fromkeys(cost.currency for cost in request.costs if not rates.has(cost.currency))
        for currency in missing:
            remedy = f"costs in several currencies need a table of rates: add USD for one {currency}"
            yield request_problem(request.name, "currency", currency, remedy)


def _as_planned(request: OpexRequest, teams: Sequence[ReviewTeam]) -> OpexRequest:
    """Return the request with its start put off to lead times, as it will cost; as it is if a team is unknown."""
    known = {team.name for team in teams}
    there = all(effect.team in known for effect in request.effects if effect.kind in COUNTED)
    return after_lead_time(request, teams) if there else request


def _over_budget(
    by_name: Mapping[str, OpexRequest], closure: Mapping[str, Names], n_weeks: int, budget_usd: float | None
) -> Iterable[Problem]:
    mandatory = [name for name, request in by_name.items() if request.mandatory]
    least = {
        name: by_name[name].cost_usd(n_weeks, by_name[name].levels()[0])
        for name in sorted(frozenset().union(*(closure[name] for name in mandatory)))
    }
    cents = sum(round(100 * cost) for cost in least.values())
    if budget_usd is None or cents <= 100 * budget_usd:
        return
    dearest = max(mandatory, key=lambda name: (sum(least[other] for other in closure[name]), name))
    listed = ", ".join(f"{name} ${cost:,.2f}" for name, cost in least.items())
    yield request_problem(
        dearest,
        "mandatory",
        f"${cents / 100:,.2f}",
        f"the mandatory requests, with what they need, cost more than the budget of ${budget_usd:,.2f} ({listed}): "
        f"raise it by ${cents / 100 - budget_usd:,.2f}, or make one of them optional",
    )


def _reduced_to_nothing(
    requests: Sequence[OpexRequest], closure: Mapping[str, Names], barred: frozenset[Names]
) -> Iterable[Problem]:
    """Reductions of one queue that together take all of it or more, from requests that can be funded together."""
    for kind, (thing, allowed) in REDUCED.items():
        lows: dict[str, dict[str, float]] = {}
        for request in requests:
            for effect in request.effects:
                for queue in effect.queues if effect.kind is kind and effect.low < 0 else ():
                    of_queue = lows.setdefault(queue, {})
                    of_queue[request.name] = of_queue.get(request.name, 0.0) + effect.low
        for queue, by_request in lows.items():
            together = _taking_it_all(by_request, closure, barred, allowed=allowed)
            if together:
                taken = sum(by_request[name] for name in together)
                parts = ", ".join(f"{name} {by_request[name]:.0%}" for name in together)
                yield request_problem(
                    together[0],
                    str(kind),
                    f"{taken:.0%} of the {thing} of {queue}",
                    f"the low ends of {parts} leave nothing: they count the same reviews twice; lower them, or let "
                    "the requests exclude each other",
                )


def _taking_it_all(
    low: Mapping[str, float], closure: Mapping[str, Names], barred: frozenset[Names], *, allowed: float
) -> tuple[str, ...]:
    """Fewest-first search for requests that can be funded together and whose reductions exceed what is allowed."""
    deepest_first = sorted(low, key=lambda name: (low[name], name))
    pending: list[tuple[tuple[str, ...], Names, float, int]] = [((), frozenset(), 0.0, 0)]
    for chosen, names, taken, start in pending:  # grows while it is walked
        if taken > allowed + 1e-12:
            return chosen
        left = [-low[name] for name in deepest_first[start:]]
        if taken + sum(left) <= allowed + 1e-12:
            continue
        for index in range(start, len(deepest_first)):
            name = deepest_first[index]
            wider = names | closure[name]
            if clash(wider, barred) is None:
                pending.append(((*chosen, name), wider, taken - low[name], index + 1))
    return ()


def _more_than_there_is(
    requests: Sequence[OpexRequest], teams: Sequence[ReviewTeam], queues: Sequence[ReviewQueue]
) -> Iterable[Problem]:
    """Single effects that take more shrinkage or rework than there is, or add so much that nothing is left."""
    shrinkage = {team.name: team.shrinkage for team in teams}
    rework = {queue.name: queue.rework_share for queue in queues}
    for request in requests:
        for effect in request.effects:
            there: list[tuple[str, str, float]] = []
            if effect.kind is EffectKind.SHRINKAGE and effect.team in shrinkage:
                there = [("shrinkage", effect.team, shrinkage[effect.team])]
            elif effect.kind is EffectKind.QUALITY:
                there = [("rework", name, rework[name]) for name in effect.queues if name in rework]
            for thing, name, most in there:
                if most + effect.high >= 1.0:
                    remedy = (
                        f"{name} has {most:.1%} {thing}, and the sum must stay below 100%; write 0.05 for five points"
                    )
                    yield request_problem(request.name, str(effect.kind), f"{effect.high:+.1%}", remedy)
                if effect.mode < -most - 1e-12:
                    remedy = f"{name} has {most:.1%} {thing}; no more can be taken off"
                    yield request_problem(request.name, str(effect.kind), f"{effect.mode:.1%}", remedy)
