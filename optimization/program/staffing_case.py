"""Everything that the staffing program is built from: people, their possible moves, work and deadlines, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from capacity.performance import arrivals_by_step, step_hours
from capacity.requirement import skill_matrix
from capacity.supply import WEEK_HOURS, open_hours
from capacity.workload import expected_work_hours, whole_weeks
from forecasting import VolumeForecast
from optimization.program.deferred_flow import DeferredFlow, deferred_flow
from optimization.program.head_response import HeadResponse, head_response
from optimization.program.policies import Policies
from optimization.program.team_options import TeamOptions

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StaffingCase:
    """What is known when a plan is made.

    Attributes
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    options
        What may be decided, in the order of the teams.
    policies
        Rules beyond the teams' own.
    response
        What every move of each team changes.
    skill : ndarray of shape (n_teams, n_queues)
        Standard work done per hour given; 0 where a team cannot serve a queue. [-]
    expected_work : ndarray of shape (n_queues, n_weeks)
        Mean work that arrives, the backlog in the first week. [h]
    steps : tuple of int
        Length of the steps of each queue. [h]
    flows
        Cumulative curves of each queue on all paths, in its steps.
    placed : tuple of ndarray of shape (n_teams, n_weeks, steps a week)
        Part of a team's week that falls in each step, for each queue. [-]
    """

    forecast: VolumeForecast
    queues: tuple[ReviewQueue, ...]
    teams: tuple[ReviewTeam, ...]
    options: tuple[TeamOptions, ...]
    policies: Policies
    response: tuple[HeadResponse, ...]
    skill: FloatArray
    expected_work: FloatArray
    steps: tuple[int, ...]
    flows: tuple[DeferredFlow, ...]
    placed: tuple[FloatArray, ...]

    @property
    def n_weeks(self) -> int:
        """Length of the plan [weeks]."""
        return int(self.expected_work.shape[1])

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Teams and queues that they can serve, by number."""
        return [(int(team), int(queue)) for team, queue in np.argwhere(self.skill > 0)]

    @property
    def allowed_late_share(self) -> FloatArray:
        """Share of items of each queue that its target lets be late, of shape (n_queues,) [-]."""
        return np.array([1.0 - queue.target.share for queue in self.queues])

    def capacity_items(self, given: FloatArray, queue: int) -> FloatArray:
        """Items that a queue can decide in each step.

        Parameters
        ----------
        given : ndarray of shape (n_teams, n_queues, n_weeks)
            Productive hours of each team in each queue. [h]
        queue : int
            Which.

        Returns
        -------
        ndarray of shape (n_steps,)
            [items]
        """
        work = self.skill[:, queue, None] * given[:, queue] / self.queues[queue].work_hours_per_item
        return np.asarray(np.einsum("kw,kwj->wj", work, self.placed[queue]).ravel())

    def hours_of_steps(self, queue: int, items_of_step: FloatArray) -> FloatArray:
        """What an hour of each team in each week does, where an item of capacity in each step does so much.

        Parameters
        ----------
        queue : int
            Which.
        items_of_step : ndarray of shape (n_steps,)
            Worth of one item of capacity in each step.

        Returns
        -------
        ndarray of shape (n_teams, n_weeks)
            Worth of one hour given.
        """
        by_week = items_of_step.reshape(self.n_weeks, -1)
        worth = np.einsum("wj,kwj->kw", by_week, self.placed[queue])
        return np.asarray(self.skill[:, queue, None] / self.queues[queue].work_hours_per_item * worth)


def staffing_case(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    options: Mapping[str, TeamOptions] | None = None,
    policies: Policies | None = None,
) -> StaffingCase:
    """Work out what the staffing program needs to know.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    options
        By name of a team; `TeamOptions.usual` for the others.
    policies
        Rules beyond the teams' own.

    Returns
    -------
    StaffingCase

    Raises
    ------
    ValueError
        If queues, teams and forecast do not fit together.
    """
    n_weeks = whole_weeks(forecast)
    rules = policies or Policies()
    chosen = tuple((options or {}).get(team.name) or TeamOptions.usual(team) for team in teams)
    steps = tuple(step_hours(queue) for queue in queues)
    coverage = np.stack([open_hours(team, forecast.period_start[0], n_weeks, forecast.time_zone) for team in teams])
    return StaffingCase(
        forecast=forecast,
        queues=tuple(queues),
        teams=tuple(teams),
        options=chosen,
        policies=rules,
        response=tuple(
            head_response(team, option, n_weeks, rules.wellness_caps)
            for team, option in zip(teams, chosen, strict=True)
        ),
        skill=skill_matrix(queues, teams),
        expected_work=expected_work_hours(forecast, queues),
        steps=steps,
        flows=tuple(
            deferred_flow(
                arrivals_by_step(forecast, row, step),
                within_steps=queue.target.within_hours / step,
                backlog_items=queue.backlog_items,
                backlog_age_steps=queue.backlog_age_hours / step,
            )
            for row, (queue, step) in enumerate(zip(queues, steps, strict=True))
        ),
        placed=tuple(coverage.reshape(len(teams), n_weeks, WEEK_HOURS // step, step).sum(axis=3) for step in steps),
    )
