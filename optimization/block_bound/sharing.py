"""Which queues of a block share teams, and which requests can change the service of each queue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import skill_matrix
from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.effect import OF_QUEUES, OF_TEAMS, EffectKind

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sharing:
    """Which requests of a block matter to each of its queues, and how.

    Attributes
    ----------
    together : ndarray of bool of shape (n_queues_of_block, n_queues_of_block)
        Queues that are linked by teams that serve both or may learn to; each with itself.
    has_one_team : ndarray of bool of shape (n_queues_of_block,)
        Whether one team serves the queue, and one each of those linked with it.
    own : tuple of tuple of int
        Requests, by their places in the block, that change the volume or the work of each queue.
    skills : tuple of tuple of int
        Requests that teach a team that serves the queue, or one linked with it.
    relevant : tuple of tuple of int
        Requests that can change the service of each queue in any way; all others leave it as it is.
    """

    together: BoolArray
    has_one_team: BoolArray
    own: tuple[tuple[int, ...], ...]
    skills: tuple[tuple[int, ...], ...]
    relevant: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, case: PlanningCase, block: Block) -> Sharing:
        """Read it from the skills of teams and the effects of the requests.

        Parameters
        ----------
        case
            Queues, teams and requests.
        block
            Its queues and requests.

        Returns
        -------
        Sharing
        """
        names = [case.queues[row].name for row in block.queues]
        teams = [team.name for team in case.teams]
        serves = skill_matrix(case.queues, case.teams)[:, list(block.queues)] > 0
        effects = [(place, effect) for place, row in enumerate(block.requests) for effect in case.requests[row].effects]
        for _, effect in effects:
            if effect.kind is EffectKind.SKILL and effect.team is not None:
                for name in effect.queues:
                    if name in names:
                        serves[teams.index(effect.team), names.index(name)] = True
        together = _linked(serves)
        team_of = [(serves & together[queue]).any(axis=1) for queue in range(len(names))]
        own, skills, relevant = [], [], []
        for queue, name in enumerate(names):
            linked = {other for other, yes in zip(names, together[queue], strict=True) if yes}
            staff = {team for team, yes in zip(teams, team_of[queue], strict=True) if yes}
            of_queue = {place for place, effect in effects if effect.kind in OF_QUEUES and name in effect.queues}
            taught = {place for place, effect in effects if effect.kind is EffectKind.SKILL and effect.team in staff}
            others = {
                place
                for place, effect in effects
                if (effect.kind in OF_TEAMS and effect.team in staff)
                or (effect.kind in OF_QUEUES and linked & set(effect.queues))
            }
            own.append(tuple(sorted(of_queue)))
            skills.append(tuple(sorted(taught)))
            relevant.append(tuple(sorted(of_queue | taught | others)))
        one_team = serves.sum(axis=0) <= 1
        return cls(
            together=together,
            has_one_team=np.array([bool(one_team[row].all()) for row in together], dtype=np.bool_),
            own=tuple(own),
            skills=tuple(skills),
            relevant=tuple(relevant),
        )


def bundles_of(case: PlanningCase, block: Block) -> list[tuple[int, ...]]:
    """Requests of a block that change one and the same thing: the demand of a queue, the hours of a team.

    Parameters
    ----------
    case
        Queues, teams and requests.
    block
        Its requests by their places.

    Returns
    -------
    list of tuple of int
        What requests need and exclude first, then queues, then teams.
    """
    requests = [case.requests[row] for row in block.requests]
    by_queue: dict[str, list[int]] = {}
    by_team: dict[str, list[int]] = {}
    for place, request in enumerate(requests):
        for effect in request.effects:
            if effect.kind in OF_QUEUES:
                for name in effect.queues:
                    by_queue.setdefault(name, []).append(place)
            elif effect.team is not None:
                by_team.setdefault(effect.team, []).append(place)
    pairs = [(one, other) for one, other in (*block.needs, *block.excludes)]
    return [*pairs, *(tuple(dict.fromkeys(one)) for one in (*by_queue.values(), *by_team.values()))]


def _linked(serves: BoolArray) -> BoolArray:
    """Queues that are linked by teams, however many steps apart, for `serves` of shape (n_teams, n_queues)."""
    linked = np.eye(serves.shape[1], dtype=np.bool_) | (serves.T.astype(np.int64) @ serves.astype(np.int64) > 0)
    for _ in range(serves.shape[1]):
        linked = linked.astype(np.int64) @ linked.astype(np.int64) > 0
    return np.asarray(linked)
