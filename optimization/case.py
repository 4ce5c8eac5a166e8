"""What the value of a set of requests depends on: forecast, queues, teams, requests, and the drawn sizes of effects."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam, StaffingRequirement
from capacity.requirement import skill_matrix
from capacity.supply import open_hours
from capacity.workload import whole_weeks
from forecasting import VolumeForecast
from optimization.effect import Effect
from optimization.request import OpexRequest

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PlanningCase:
    """Everything that the value of a set of requests depends on.

    Attributes
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams, requests
        The queues are those of the forecast in its order; requests start when their heads can be there.
    requirement
        What each queue requires; hours are shared among queues in proportion to it.
    size : ndarray of shape (n_effects, n_paths)
        Size of each effect on each path, requests in order; 0 where the request fails. [unit of the effect]

    Raises
    ------
    ValueError
        If names are doubled or unknown, no team serves a queue, or shapes do not match.

    Examples
    --------
    One certain effect on five paths, in a plan of one week.

    >>> from optimization import sample_case
    >>> case = sample_case()
    >>> case.n_weeks, case.size.tolist(), case.effects[0][1].kind.value
    (1, [[3.0, 3.0, 3.0, 3.0, 3.0]], 'seats')
    """

    forecast: VolumeForecast
    queues: tuple[ReviewQueue, ...]
    teams: tuple[ReviewTeam, ...]
    requests: tuple[OpexRequest, ...]
    requirement: StaffingRequirement
    size: FloatArray

    def __post_init__(self) -> None:
        queues, teams, requests = ([one.name for one in many] for many in (self.queues, self.teams, self.requests))
        if tuple(queues) != self.forecast.queues:
            raise ValueError(f"queues must be those of the forecast, {self.forecast.queues}; found {tuple(queues)}")
        if len(set(teams)) != len(teams) or len(set(requests)) != len(requests):
            raise ValueError(f"teams and requests must have distinct names; found {teams} and {requests}")
        # Says which queues nobody serves.
        skill_matrix(self.queues, self.teams)
        for request in self.requests:
            _known(request, "queues of the effects", {name for e in request.effects for name in e.queues}, queues)
            _known(request, "teams of the effects", {e.team for e in request.effects if e.team}, teams)
            _known(request, "needs and excludes", {*request.needs, *request.excludes}, requests)
        expected = (len(self.effects), self.forecast.n_paths)
        if self.size.shape != expected or not np.isfinite(self.size).all():
            raise ValueError(f"size must be finite, of shape (effects, paths) = {expected}; it has {self.size.shape}")
        self.size.setflags(write=False)

    @property
    def n_weeks(self) -> int:
        """Length of the plan [weeks]."""
        return whole_weeks(self.forecast)

    @property
    def effects(self) -> tuple[tuple[int, Effect], ...]:
        """Row of the request and effect, in the order of `size`."""
        return tuple((row, effect) for row, request in enumerate(self.requests) for effect in request.effects)

    def open_hours(self, teams: Sequence[int] | None = None) -> FloatArray:
        """Share of its week's hours that a team works in each hour of the plan.

        Parameters
        ----------
        teams : sequence of int, optional
            Rows of the teams; all if None.

        Returns
        -------
        ndarray of shape (n_teams, n_weeks * 168)
            See `capacity.supply.open_hours`. [-]
        """
        chosen = self.teams if teams is None else [self.teams[row] for row in teams]
        first, zone = self.forecast.period_start[0], self.forecast.time_zone
        return np.stack([open_hours(team, first, self.n_weeks, zone) for team in chosen])


def _known(request: OpexRequest, field: str, found: set[str], known: Sequence[str]) -> None:
    """Refuse names that nothing goes by: an effect on them would silently do nothing."""
    if unknown := sorted(found - set(known)):
        raise ValueError(f"{field} of request {request.name!r} must be among {tuple(known)}; found {unknown}")


def draw_sizes(requests: Sequence[OpexRequest], n_paths: int, seed: int) -> FloatArray:
    """Draw the size of every effect on every path, each from its own seed.

    Parameters
    ----------
    requests
        Their effects have triangular ranges; a request fails as a whole with its probability.
    n_paths, seed : int
        Number of draws, and what makes them repeatable.

    Returns
    -------
    ndarray of shape (n_effects, n_paths)
        Requests in order, their effects in order. Adding a request changes no other's draws.
    """
    sizes = []
    for request in requests:
        rng = np.random.default_rng([seed, 4, zlib.crc32(request.name.encode())])
        works = rng.random(n_paths) < request.success_probability
        for effect in request.effects:
            draw = np.full(n_paths, effect.mode)
            if not effect.is_certain:
                draw = rng.triangular(effect.low, effect.mode, effect.high, n_paths)
            sizes.append(np.where(works, draw, 0.0))
    return np.array(sizes).reshape(-1, n_paths)
