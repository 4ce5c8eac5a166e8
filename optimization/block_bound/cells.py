"""Cells of sets: requests in groups, and for each group a range of the ways to fund it, by cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimization.blocks import Block

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Requests come into one group as long as there are at most so many ways to fund it.
MOST_WAYS = 256


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Group:
    """Requests of a block that are looked at together, and every way to fund them that keeps what they need.

    Attributes
    ----------
    requests : tuple of int
        Places in the block.
    levels : ndarray of shape (n_ways, n_requests_of_group)
        Share of each request that each way funds, by ascending cost. [-]
    cost_cents : ndarray of int64 of shape (n_ways,)
        [0.01 USD]
    """

    requests: tuple[int, ...]
    levels: FloatArray
    cost_cents: IntArray


@dataclass(frozen=True, slots=True)
class Cell:
    """Sets that fund each group in one of a range of ways.

    Attributes
    ----------
    low, high : tuple of int
        The first and the last way of each group.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]

    def is_open(self, group: int) -> bool:
        """Whether a group, given by its place, may be funded in more than one way."""
        return self.low[group] < self.high[group]

    def parted(self, group: int, last: int) -> tuple[Cell, Cell]:
        """Return two cells: of the ways of a group up to one, and of those after it.

        Parameters
        ----------
        group : int
            Place of a group that is open.
        last : int
            Way from `low` on, below `high`.

        Returns
        -------
        tuple of Cell
            Every set of this cell is in exactly one.
        """
        return (
            Cell(self.low, _with(self.high, group, last)),
            Cell(_with(self.low, group, last + 1), self.high),
        )


def _with(ways: tuple[int, ...], group: int, way: int) -> tuple[int, ...]:
    return (*ways[:group], way, *ways[group + 1 :])


def whole_block(groups: Sequence[Group]) -> Cell:
    """Return the cell of every set.

    Parameters
    ----------
    groups
        Of all requests of a block.

    Returns
    -------
    Cell
    """
    return Cell(low=(0,) * len(groups), high=tuple(len(group.levels) - 1 for group in groups))


def groups_of(block: Block, cost_cents: Sequence[Sequence[int]], bundles: Iterable[Iterable[int]]) -> list[Group]:
    """Put the requests of a block into groups.

    Parameters
    ----------
    block
        Choices and dependencies.
    cost_cents : sequence of sequence of int
        What each choice of each request costs. [0.01 USD]
    bundles
        Requests that are better looked at together, the most important bundle first.

    Returns
    -------
    list of Group
        Every request is in exactly one. Two groups that share a bundle are one where `MOST_WAYS` allows it.
    """
    members: dict[int, tuple[int, ...]] = {request: (request,) for request in range(len(block.choices))}
    for bundle in bundles:
        whole: tuple[int, ...] = ()
        for request in bundle:
            more = tuple(sorted({*whole, *members[request]}))
            if len(more) > len(whole) and np.prod([float(len(block.choices[one])) for one in more]) <= MOST_WAYS:
                whole = more
        members |= dict.fromkeys(whole, whole)
    return [_group(block, cost_cents, one) for one in dict.fromkeys(members.values())]


def _group(block: Block, cost_cents: Sequence[Sequence[int]], requests: tuple[int, ...]) -> Group:
    places = np.array(list(product(*(range(len(block.choices[request])) for request in requests))), dtype=np.intp)
    levels = np.stack([np.array(block.choices[one])[column] for one, column in zip(requests, places.T, strict=True)], 1)
    cents = sum(np.array(cost_cents[one])[column] for one, column in zip(requests, places.T, strict=True))
    position = {request: place for place, request in enumerate(requests)}
    allowed = np.ones(len(levels), dtype=np.bool_)
    for one, other in block.needs:
        if one in position and other in position:
            allowed &= (levels[:, position[one]] == 0) | (levels[:, position[other]] > 0)
    for one, other in block.excludes:
        if one in position and other in position:
            allowed &= (levels[:, position[one]] == 0) | (levels[:, position[other]] == 0)
    cost = np.asarray(cents, dtype=np.int64)[allowed]
    order = np.argsort(cost, kind="stable")
    return Group(requests=requests, levels=levels[allowed][order], cost_cents=cost[order])


def levels_of(groups: Sequence[Group], ways: Sequence[int], n_requests: int) -> FloatArray:
    """Shares that a set funds, given the way of each group.

    Parameters
    ----------
    groups
        Of all requests of a block.
    ways : sequence of int
        One a group.
    n_requests : int
        Requests of the block.

    Returns
    -------
    ndarray of shape (n_requests,)
        [-]
    """
    levels = np.zeros(n_requests)
    for group, way in zip(groups, ways, strict=True):
        levels[list(group.requests)] = group.levels[way]
    return levels
