"""Which requests need or exclude each other: the checks of such pairs and the groups they form."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependencies:
    """Checked dependencies of `n_requests` requests.

    Attributes
    ----------
    n_requests : int
        Number of requests.
    needs : tuple of (int, int)
        Pairs (a, b): a is funded only if b is.
    excludes : tuple of (int, int)
        Pairs of which at most one is funded.
    """

    n_requests: int
    needs: tuple[tuple[int, int], ...]
    excludes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestLinks:
    """The same pairs seen from each request.

    Attributes
    ----------
    needs, needed_by, excludes : tuple of set of int
        For each request: those it needs, those that need it, those that it excludes.
    linked : tuple of set of int
        The union of the three.
    """

    needs: tuple[set[int], ...]
    needed_by: tuple[set[int], ...]
    excludes: tuple[set[int], ...]
    linked: tuple[set[int], ...]

    def components(self) -> list[list[int]]:
        """Groups of requests that are connected by pairs, directly or through others."""
        found: list[list[int]] = []
        unseen = set(range(len(self.linked)))
        for start in range(len(self.linked)):
            if start not in unseen:
                continue
            unseen.remove(start)
            group = [start]
            for member in group:
                fresh = sorted(self.linked[member] & unseen)
                unseen.difference_update(fresh)
                group.extend(fresh)
            found.append(group)
        return found


def request_links(dependencies: Dependencies) -> RequestLinks:
    """Sort the pairs by request."""
    needs, needed_by, excludes = (tuple(set[int]() for _ in range(dependencies.n_requests)) for _ in range(3))
    for a, b in dependencies.needs:
        needs[a].add(b)
        needed_by[b].add(a)
    for a, b in dependencies.excludes:
        excludes[a].add(b)
        excludes[b].add(a)
    linked = tuple(set.union(*sets) for sets in zip(needs, needed_by, excludes, strict=True))
    return RequestLinks(needs=needs, needed_by=needed_by, excludes=excludes, linked=linked)


def read_dependencies(n_requests: int, needs: ArrayLike, excludes: ArrayLike, problems: list[str]) -> Dependencies:
    """Check both lists of pairs; whatever is wrong with them is added to `problems` in words."""
    needed = _read_pairs("needs", needs, n_requests, problems)
    excluded = _read_pairs("excludes", excludes, n_requests, problems)
    dependencies = Dependencies(n_requests=n_requests, needs=needed, excludes=excluded)
    required = _required(dependencies)
    _report_cycles(required, problems)
    _report_contradictions(dependencies, required, problems)
    return dependencies


def _read_pairs(name: str, pairs: ArrayLike, n_requests: int, problems: list[str]) -> tuple[tuple[int, int], ...]:
    table = _as_table(pairs)
    if table is None or (table.size and not np.issubdtype(table.dtype, np.integer)):
        problems.append(f"{name} must be pairs (a, b) of whole request indices; it is {pairs!r}.")
        return ()
    found: list[tuple[int, int]] = []
    for position, (a, b) in enumerate(table.tolist()):
        unknown = [index for index in (a, b) if not 0 <= index < n_requests]
        if unknown:
            problems.append(
                f"{name}[{position}] is ({a}, {b}): there is no request {unknown[0]}. "
                f"Use indices from 0 to {n_requests - 1}."
            )
        elif a == b and name == "excludes":
            problems.append(
                f"{name}[{position}] is ({a}, {b}): request {a} excludes itself. Drop the pair, or drop the request."
            )
        else:
            found.append((a, b))
    return tuple(dict.fromkeys(found))


def _as_table(pairs: ArrayLike) -> NDArray[np.generic] | None:
    """Return the pairs as an array of two columns; None where they have another shape."""
    try:
        table = np.asarray(list(pairs) if isinstance(pairs, set | frozenset) else pairs)
    except ValueError:  # rows of different lengths
        return None
    if table.size == 0:
        return np.empty((0, 2), dtype=np.int64)
    return table if table.ndim == 2 and table.shape[1] == 2 else None


def _required(dependencies: Dependencies) -> list[int]:
    """For each request, the set of those it needs, directly or through others, as bits of an integer."""
    required = [0] * dependencies.n_requests
    for a, b in dependencies.needs:
        required[a] |= 1 << b
    middle_men = sorted({b for _, b in dependencies.needs})
    askers = sorted({a for a, _ in dependencies.needs})
    for middle in middle_men:  # Warshall's closure
        for a in askers:
            if required[a] >> middle & 1:
                required[a] |= required[middle]
    return required


def _report_cycles(required: Sequence[int], problems: list[str]) -> None:
    reported: set[int] = set()
    for a, needed in enumerate(required):
        if a in reported or not needed >> a & 1:
            continue
        cycle = [b for b in range(len(required)) if needed >> b & 1 and required[b] >> a & 1]
        reported.update(cycle)
        problems.append(
            f"needs: requests {cycle} need each other in a cycle. Join them into one request, or drop one of the pairs."
        )


def _report_contradictions(dependencies: Dependencies, required: Sequence[int], problems: list[str]) -> None:
    for a, b in dependencies.excludes:
        both = 1 << a | 1 << b
        never = [request for request, needed in enumerate(required) if (needed | 1 << request) & both == both]
        if never:
            problems.append(
                f"excludes ({a}, {b}) contradicts needs: requests {never} can never be funded, for they come only "
                f"with both {a} and {b}. Drop the exclusion, or one of the needs that lead there."
            )
