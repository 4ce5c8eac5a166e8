"""What sets of requests do to volumes, the work of an item, hours of teams and skills, by path and week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import skill_matrix
from capacity.supply import WEEK_HOURS, present_heads, ramp_efficiency, team_hours
from optimization.case import PlanningCase
from optimization.effect import COUNTED, EffectKind

FloatArray = NDArray[np.float64]


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


def demand_factors(case: PlanningCase, queue_rows: Sequence[int], levels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Factors that sets of requests put on the volume of queues and on the work of an item.

    Parameters
    ----------
    case
        Queues and requests.
    queue_rows
        Which queues.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]

    Returns
    -------
    volume, work : ndarray of shape (n_sets, n_queues, n_paths or 1, n_weeks)
        One path only where all are alike. [-]
    """
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


def teams_of_queues(case: PlanningCase, queue_rows: Sequence[int]) -> list[int]:
    """Tell which teams serve some of the queues, or may learn to; all others give them nothing.

    Parameters
    ----------
    case
        Queues, teams and requests.
    queue_rows
        Which queues.

    Returns
    -------
    list of int
        Rows of the teams, ascending.
    """
    names = {case.queues[row].name for row in queue_rows}
    learn = {
        effect.team for _, effect in case.effects if effect.kind is EffectKind.SKILL and names & set(effect.queues)
    }
    return [row for row, team in enumerate(case.teams) if team.name in learn or not names.isdisjoint(team.skills)]


def hours_of_teams(case: PlanningCase, levels: FloatArray, teams: Sequence[int] | None = None) -> FloatArray:
    """Productive hours of teams under sets of requests.

    Parameters
    ----------
    case
        Teams and requests.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]
    teams : sequence of int, optional
        Rows of the teams; all if None.

    Returns
    -------
    ndarray of shape (n_sets, n_teams, n_paths or 1, n_weeks)
        One path only where all are alike. [h]
    """
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
    """Skill of teams under sets of requests: the better of before and learnt, mean over paths.

    Parameters
    ----------
    case
        Queues, teams and requests.
    queue_rows
        Which queues.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]
    teams : sequence of int, optional
        Rows of the teams, among them every one that serves the queues; all if None.

    Returns
    -------
    ndarray of shape (n_sets, n_weeks, n_teams, n_queues)
        Standard work per hour. [-]

    Raises
    ------
    ValueError
        If none of the teams serves a queue.
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


def expected_team_hours(case: PlanningCase, levels: FloatArray) -> FloatArray:
    """Mean productive hours of each team and week under one set of requests.

    Parameters
    ----------
    case
        Teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        Over paths. [h]
    """
    return np.asarray(hours_of_teams(case, levels[None, :])[0].mean(axis=1))


def by_step(weekly: FloatArray, step: int) -> FloatArray:
    """Repeat weekly figures for every step of the week.

    Parameters
    ----------
    weekly : ndarray of shape (..., n_weeks)
        [any unit]
    step : int
        Length of a step, a whole part of a week. [h]

    Returns
    -------
    ndarray of shape (..., n_weeks * 168 / step)

    Examples
    --------
    >>> by_step(np.array([1.0, 2.0]), 84).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    return np.repeat(weekly, WEEK_HOURS // step, axis=-1)


def _change(case: PlanningCase, index: int, levels: FloatArray) -> FloatArray:
    """Size of one effect by set, path and week; one path only where all are alike."""
    row, _ = case.effects[index]
    size = case.size[index]
    size = size[:1] if (size == size[0]).all() else size
    return np.asarray(levels[:, row, None, None] * size[None, :, None] * effect_by_week(case, index))


def _stacked(by_queue: list[FloatArray]) -> FloatArray:
    return np.stack(np.broadcast_arrays(*by_queue), axis=1)
