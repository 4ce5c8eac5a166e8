"""What a set of requests does to service: every set of a block valued on the same paths."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam, ServiceOutcome, StaffingRequirement
from capacity.allocation import fair_allocation
from capacity.path_service import PathService, of_paths
from capacity.performance import arrivals_by_step, step_hours
from capacity.placement import capacity_by_step, coverage_by_step
from capacity.requirement import skill_matrix
from capacity.supply import WEEK_HOURS, open_hours, present_heads, ramp_efficiency, team_hours
from capacity.workload import whole_weeks
from forecasting import VolumeForecast
from optimization.request import COUNTED, Effect, EffectKind, OpexRequest

FloatArray = NDArray[np.float64]

# Sets are valued a chunk at a time: so many numbers by path and week stay in memory, whatever the number of sets.
CELLS_A_CHUNK = 10_000_000


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


def value_sets(
    case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Service of some queues under many sets of requests, on all paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    queue_rows
        Which queues; all that share a team or a request with them must be among them.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]

    Returns
    -------
    due, on_time, backlog_end : ndarray of shape (n_sets, n_queue_rows, n_paths)
        See `capacity.ServiceOutcome`. [items]

    Notes
    -----
    Effects multiply where they meet: two deflections of 10% leave 0.9 x 0.9 of the volume. Points of shrinkage and
    of rework add up, and stop at none at all. Hours are shared among queues week by week on expected work and
    at the mean skill over paths, before the path is known (`capacity.allocation`).
    """
    forecast, n_weeks = case.forecast, case.n_weeks
    served = np.empty((3, len(levels), len(queue_rows), forecast.n_paths))
    teams = teams_of_queues(case, queue_rows)
    coverage = np.stack(
        [open_hours(case.teams[row], forecast.period_start[0], n_weeks, forecast.time_zone) for row in teams]
    )
    models = [service_model(case, row) for row in queue_rows]
    chunk = max(1, CELLS_A_CHUNK // (forecast.n_paths * n_weeks * (len(teams) + 2 * len(queue_rows))))
    for start in range(0, len(levels), chunk):
        part = slice(start, start + chunk)
        volume, work = demand_factors(case, queue_rows, levels[part])
        hours, skill = hours_of_teams(case, levels[part], teams), mean_skill(case, queue_rows, levels[part], teams)
        given = weekly_shares(case, queue_rows, hours, skill, volume * work)
        for column, model in enumerate(models):
            arrivals = arrivals_by_step(forecast, queue_rows[column], model.step)
            open_share = coverage_by_step(coverage, model.step)
            items_per_hour = 1.0 / (model.queue.work_hours_per_item * work[:, column])
            handle_factor = work[:, column].mean(axis=(1, 2))
            for alike in _alike(volume[:, column]):
                for paths, block in model.blocks(arrivals * by_step(volume[alike[0], column], model.step)):
                    for place in alike:
                        could = of_paths(hours[place], paths) * of_paths(items_per_hour[place], paths)
                        capacity = capacity_by_step(given[place, :, column], could, open_share)
                        service = block.service(capacity, float(handle_factor[place]))
                        served[:, start + place, column, paths] = service
    due, on_time, backlog = served
    return due, on_time, backlog


def service_model(case: PlanningCase, row: int) -> PathService:
    """Return the model of service of one queue.

    Parameters
    ----------
    case
        Forecast and queues.
    row : int
        Which queue.

    Returns
    -------
    PathService
    """
    step = step_hours(case.queues[row])
    n_steps = case.n_weeks * WEEK_HOURS // step
    return PathService.of(case.queues[row], step, case.forecast.n_paths, n_steps, case.forecast.frequency.period_hours)


def service_of(case: PlanningCase, levels: FloatArray) -> ServiceOutcome:
    """Service of all queues under one set of requests.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ServiceOutcome

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, service_of
    >>> case = sample_case()
    >>> nothing, seats = service_of(case, np.array([0.0])), service_of(case, np.array([1.0]))
    >>> bool((nothing.on_time < seats.on_time).all()), nothing.probability_all_met, seats.probability_all_met
    (True, 0.0, 1.0)
    """
    due, on_time, backlog = value_sets(case, range(len(case.queues)), levels[None, :])
    return ServiceOutcome(queues=case.queues, due=due[0], on_time=on_time[0], backlog_end=backlog[0])


def expected_team_hours(case: PlanningCase, levels: FloatArray) -> FloatArray:
    """Mean productive hours of each team and week under one set of requests, of shape (n_teams, n_weeks) [h].

    Parameters
    ----------
    case
        Teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
    """
    return np.asarray(hours_of_teams(case, levels[None, :])[0].mean(axis=1))


def by_step(weekly: FloatArray, step: int) -> FloatArray:
    """Repeat weekly figures (last axis) for every step of so many hours."""
    return np.repeat(weekly, WEEK_HOURS // step, axis=-1)


def effect_by_week(case: PlanningCase, index: int) -> FloatArray:
    """What one effect of size 1 comes to in each week, 0 or more.

    Parameters
    ----------
    case
        Its requests and teams.
    index : int
        Which of `case.effects`.

    Returns
    -------
    ndarray of shape (n_weeks,)
        Hours of review for heads and seats, whatever shrinkage requests change; for other kinds the part of the effect
        that has come about. [h or -]
    """
    row, effect = case.effects[index]
    request, n_weeks = case.requests[row], case.n_weeks
    active = request.active(n_weeks)
    if effect.kind not in COUNTED:
        return active * ramp_efficiency(n_weeks, start_week=request.start_week, ramp_weeks=request.ramp_weeks)
    team = next(team for team in case.teams if team.name == effect.team)
    leave = team.weekly_attrition if effect.kind is EffectKind.HEADS else 0.0
    present = present_heads(1.0, n_weeks, start_week=request.start_week, weekly_attrition=leave)
    ramp = ramp_efficiency(n_weeks, start_week=request.start_week, ramp_weeks=team.ramp_weeks)
    return np.asarray(present * ramp * active * team.productive_hours_by_week(n_weeks))


def _change(case: PlanningCase, index: int, levels: FloatArray) -> FloatArray:
    """Size of one effect by set, path and week; one path only where all are alike."""
    row, _ = case.effects[index]
    size = case.size[index]
    size = size[:1] if (size == size[0]).all() else size
    return np.asarray(levels[:, row, None, None] * size[None, :, None] * effect_by_week(case, index))


def demand_factors(case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Factors on volume and on the work of an item, of shape (n_sets, n_queues, n_paths or 1, n_weeks)."""
    names = [case.queues[row].name for row in queue_rows]
    volume = [np.ones((len(levels), 1, case.n_weeks)) for _ in names]
    work = [np.ones((len(levels), 1, case.n_weeks)) for _ in names]
    redone = [np.zeros((len(levels), 1, case.n_weeks)) for _ in names]
    for index, (_, effect) in enumerate(case.effects):
        for column, name in enumerate(names):
            if name not in effect.queues or effect.kind is EffectKind.SKILL:
                continue
            change = _change(case, index, levels)
            if effect.kind is EffectKind.VOLUME:
                volume[column] = volume[column] * (1.0 + change)
            elif effect.kind is EffectKind.HANDLE_TIME:
                work[column] = work[column] * (1.0 + change)
            else:
                redone[column] = redone[column] + change
    for column, row in enumerate(queue_rows):
        rework = case.queues[row].rework_share
        work[column] = work[column] * (1.0 - rework) / (1.0 - np.clip(rework + redone[column], 0.0, 0.99))
    return _stacked(volume), _stacked(work)


def _stacked(by_queue: list[FloatArray]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*by_queue), axis=1)


def teams_of_queues(case: PlanningCase, queue_rows: Sequence[int]) -> list[int]:
    """Rows of the teams that serve some of the queues, or may learn to; all others give them nothing."""
    names = {case.queues[row].name for row in queue_rows}
    learn = {
        effect.team for _, effect in case.effects if effect.kind is EffectKind.SKILL and names & set(effect.queues)
    }
    return [row for row, team in enumerate(case.teams) if team.name in learn or not names.isdisjoint(team.skills)]


def hours_of_teams(case: PlanningCase, levels: FloatArray, teams: Sequence[int] | None = None) -> FloatArray:
    """Productive hours of some teams, all if None, of shape (n_sets, n_teams, n_paths or 1, n_weeks)."""
    n_weeks, n_sets = case.n_weeks, len(levels)
    chosen = case.teams if teams is None else [case.teams[row] for row in teams]
    hours = [np.tile(weekly, (n_sets, 1, 1)) for weekly in team_hours(chosen, n_weeks)]
    more = [np.zeros((n_sets, 1, n_weeks)) for _ in chosen]
    usual = [team.shrinkage_by_week(n_weeks) for team in chosen]
    lost = [np.tile(by_week, (n_sets, 1, 1)) for by_week in usual]
    place = {team.name: i for i, team in enumerate(chosen)}
    parts = {EffectKind.OVERTIME_HOURS: more, EffectKind.SHRINKAGE: lost} | dict.fromkeys(COUNTED, hours)
    for index, (_, effect) in enumerate(case.effects):
        if effect.team in place and effect.kind in parts:
            part, at = parts[effect.kind], place[effect.team]
            part[at] = part[at] + _change(case, index, levels)
    kept = [np.clip(1.0 - part, 0.0, 1.0) / (1.0 - by_week) for part, by_week in zip(lost, usual, strict=True)]
    return _stacked([h * k + m for h, k, m in zip(hours, kept, more, strict=True)])


def mean_skill(
    case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray, teams: Sequence[int] | None = None
) -> FloatArray:
    """Standard work per hour, the better of before and learnt, of shape (n_sets, n_weeks, n_teams, n_queues).

    Of some teams, all if None, among which is every one that serves the queues.
    """
    chosen = case.teams if teams is None else [case.teams[row] for row in teams]
    base = skill_matrix([case.queues[row] for row in queue_rows], chosen)
    names, team_names = [case.queues[row].name for row in queue_rows], [team.name for team in chosen]
    learnt: dict[tuple[int, int], FloatArray] = {}
    for index, (_, effect) in enumerate(case.effects):
        if effect.kind is EffectKind.SKILL and effect.team in team_names:
            speed = _change(case, index, levels)
            for at in [(team_names.index(effect.team), names.index(name)) for name in effect.queues if name in names]:
                learnt[at] = np.maximum(learnt.get(at, base[at]), speed)
    skill = np.tile(base, (len(levels), case.n_weeks, 1, 1))
    for (team, queue), by_path in learnt.items():
        skill[:, :, team, queue] = by_path.mean(axis=1)
    return skill


def weekly_shares(
    case: PlanningCase, queue_rows: Sequence[int], hours: FloatArray, skill: FloatArray, demand: FloatArray
) -> FloatArray:
    """Standard work a queue gets per hour of a team, of shape (n_sets, n_teams, n_queues, n_weeks)."""
    required = case.requirement.queue_hours[list(queue_rows)] * demand.mean(axis=2)
    expected = hours.mean(axis=2)
    given = fair_allocation(np.moveaxis(required, 1, 2), np.moveaxis(expected, 1, 2), skill)
    per_hour = np.moveaxis(given * skill, 1, 3)
    per = expected[:, :, None, :]
    return np.asarray(np.divide(per_hour, per, out=np.zeros_like(per_hour), where=per > 0))


def _alike(volume: FloatArray) -> list[list[int]]:
    """Sets with the same factors on volume, given by (n_sets, n_paths or 1, n_weeks)."""
    groups: dict[bytes, list[int]] = {}
    for place, factors in enumerate(volume):
        groups.setdefault(factors.tobytes(), []).append(place)
    return list(groups.values())
