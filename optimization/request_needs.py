"""What requests need and exclude: chains, cycles, and requests that can never be funded."""

from collections.abc import Iterable, Mapping
from itertools import combinations

from forecasting import Problem
from optimization.request import OpexRequest

Names = frozenset[str]


def request_problem(request: str, field: str, found: str, remedy: str) -> Problem:
    """Problem of one request.

    Parameters
    ----------
    request
        Its name.
    field, found, remedy
        As in `forecasting.Problem`.

    Returns
    -------
    Problem
        Its source names the request.
    """
    return Problem(source=f"request {request}", field=field, found=found, remedy=remedy)


def closure_of(name: str, by_name: Mapping[str, OpexRequest]) -> Names:
    """Return a request, all that it needs and what that needs; unknown names are left out.

    Parameters
    ----------
    name
        Of the request.
    by_name
        Requests by their names.

    Returns
    -------
    frozenset of str
        Names of requests that it cannot be funded without, its own among them.
    """
    reached: set[str] = set()
    pending = [name]
    while pending:
        one = pending.pop()
        if one in by_name and one not in reached:
            reached.add(one)
            pending += by_name[one].needs
    return frozenset(reached)


def exclusions(by_name: Mapping[str, OpexRequest]) -> frozenset[Names]:
    """Pairs of known requests of which one excludes the other.

    Parameters
    ----------
    by_name
        Requests by their names.

    Returns
    -------
    frozenset of frozenset of str
    """
    return frozenset(
        frozenset((name, other)) for name, request in by_name.items() for other in request.excludes if other in by_name
    )


def clash(names: Names, barred: frozenset[Names]) -> tuple[str, str] | None:
    """First pair among some names, in the order of the alphabet, that exclude each other.

    Parameters
    ----------
    names
        Of requests.
    barred
        Pairs that exclude each other; see `exclusions`.

    Returns
    -------
    tuple of str, or None
    """
    pairs = combinations(sorted(names), 2)
    return next((pair for pair in pairs if frozenset(pair) in barred), None)


def cycles(by_name: Mapping[str, OpexRequest], closure: Mapping[str, Names]) -> Iterable[Problem]:
    """Return one problem for each group of requests that need each other, with the shortest way round.

    Parameters
    ----------
    by_name
        Requests by their names.
    closure
        Of each request; see `closure_of`.

    Yields
    ------
    Problem
    """
    told: set[str] = set()
    for name in sorted(by_name):
        group = {other for other in closure[name] if name in closure[other]}
        if len(group) > 1 and name not in told:
            told |= group
            way = _way(name, name, by_name)
            remedy = "a cycle: take one of these needs out, or ask for them as one request"
            yield request_problem(name, "needs", " > ".join(way), remedy)


def _way(start: str, end: str, by_name: Mapping[str, OpexRequest]) -> tuple[str, ...]:
    """Shortest chain of needs from one request to another (or back to itself)."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:  # grows while it is walked
        for name in by_name[way[-1]].needs:
            if name == end:
                return (*way, name)
            if name in by_name and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return (start,)


def contradictions(
    by_name: Mapping[str, OpexRequest], closure: Mapping[str, Names], barred: frozenset[Names]
) -> Iterable[Problem]:
    """Return one problem for each request at which chains of needs meet that exclude each other.

    Parameters
    ----------
    by_name
        Requests by their names.
    closure
        Of each request; see `closure_of`.
    barred
        Pairs that exclude each other; see `exclusions`.

    Yields
    ------
    Problem
    """
    for name in by_name:
        # Requests that need each other are alike; the first of them speaks for all.
        group = {other for other in closure[name] if name in closure[other]}
        below = closure[name] - group
        pair = clash(closure[name], barred)
        if pair is None or name != min(group) or any(clash(closure[other], barred) for other in below):
            continue
        chains = [" > ".join(_way(name, end, by_name)) if end != name else name for end in pair]
        yield request_problem(
            name,
            "excludes",
            f"{pair[0]} and {pair[1]} exclude each other",
            f"it must be funded with both ({'; '.join(chains)}): take out one of these needs, or the exclusion",
        )


def mandatory_that_exclude(
    by_name: Mapping[str, OpexRequest], closure: Mapping[str, Names], barred: frozenset[Names]
) -> Iterable[Problem]:
    """Return one problem for each pair of mandatory requests that cannot be funded together.

    Parameters
    ----------
    by_name
        Requests by their names.
    closure
        Of each request; see `closure_of`.
    barred
        Pairs that exclude each other; see `exclusions`.

    Yields
    ------
    Problem
    """
    mandatory = sorted(name for name, request in by_name.items() if request.mandatory)
    sound = [name for name in mandatory if clash(closure[name], barred) is None]
    for one, other in combinations(sound, 2):
        pair = clash(closure[one] | closure[other], barred)
        if pair is not None:
            direct = set(pair) == {one, other}
            why = "they exclude each other" if direct else f"with what they need, {pair[0]} excludes {pair[1]}"
            yield request_problem(one, "mandatory", f"{one} and {other}", f"{why}: make one of the two optional")
