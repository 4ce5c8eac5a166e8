"""The plan of people alone in a run, or why there is none: a yardstick whose lack must not cost the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimization.case import PlanningCase
from optimization.plan.planning import plan_staffing
from optimization.plan.staffing_plan import StaffingPlan
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_search import SolverLimitError
from optimization.program.outcome import SolveStatus
from optimization.program.team_options import TeamOptions


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PeopleAlone:
    """How the search for a plan of people alone ended.

    Attributes
    ----------
    plan
        None where the solver ended without any.
    status
        How the search ended. `OPTIMAL`, `TIME_LIMITED` and `INFEASIBLE` may come with a plan; for `INFEASIBLE` that
        under the smallest relaxation.
    solver_words
        What the solver said where there is no plan; blank otherwise.

    Examples
    --------
    >>> nothing = PeopleAlone(plan=None, status=SolveStatus.SOLVER_ERROR, solver_words="Solve error")
    >>> nothing.why_none()
    'the solver proved nothing (Solve error)'
    >>> nothing.to_dict()["status"], nothing.to_dict()["has_plan"]
    ('SOLVER_ERROR', False)
    """

    plan: StaffingPlan | None
    status: SolveStatus
    solver_words: str = ""

    def why_none(self) -> str:
        """Why there is no plan, in words; blank where there is one."""
        if self.plan is not None:
            return ""
        reason = {
            SolveStatus.TIME_LIMITED: "the solver was stopped at a limit before it found one",
            SolveStatus.INFEASIBLE: "the solver found nothing that keeps all rules, even with targets given up",
            SolveStatus.UNBOUNDED: "its cost falls without end, so a cost or a limit is missing",
        }.get(self.status, "the solver proved nothing")
        return f"{reason} ({self.solver_words})"

    def to_dict(self) -> dict[str, Any]:
        """Status, whether there is a plan, its gap and targets, and the solver's words, for the manifest."""
        met = None if self.plan is None else sum(one.meets_target for one in self.plan.service)
        return {
            "status": self.status.name,
            "has_plan": self.plan is not None,
            "gap": None if self.plan is None else self.plan.gap,
            "targets_met": met,
            "solver_words": self.solver_words or None,
        }


def people_alone(case: PlanningCase, options: Mapping[str, TeamOptions] | None, *, seed: int = 0) -> StaffingPlan:
    """Find the cheapest staffing that meets every target without any request.

    Parameters
    ----------
    case
        Forecast, queues, teams and the probability with which targets are to be met.
    options
        What may be decided for each team, by name; `TeamOptions.usual` for the others.
    seed : int
        Of the simulation.

    Returns
    -------
    StaffingPlan
        Its status is infeasible where no staffing meets every target; the plan is then that under the smallest
        relaxation.

    Notes
    -----
    A team whose hires would arrive after the plan hires nobody.
    """
    given = {team.name: (options or {}).get(team.name) or TeamOptions.usual(team) for team in case.teams}
    for team in case.teams:
        if given[team.name].rules.contract is None and team.hire_lead_weeks >= case.n_weeks:
            given[team.name] = replace(given[team.name], most_hires_per_week=0)
    target = ChanceConstraint(probability=case.requirement.probability)
    return plan_staffing(case.forecast, case.queues, case.teams, target=target, options=given, seed=seed)


def people_alone_or_why_not(
    case: PlanningCase, options: Mapping[str, TeamOptions] | None, *, seed: int = 0
) -> PeopleAlone:
    """Find the plan of people alone; where the solver ends without any, say why, as the rest of a run holds.

    Parameters
    ----------
    case, options, seed
        As in `people_alone`.

    Returns
    -------
    PeopleAlone
    """
    try:
        plan = people_alone(case, options, seed=seed)
    except SolverLimitError as error:
        return ended_without_plan(error)
    return PeopleAlone(plan=plan, status=plan.status)


def ended_without_plan(error: SolverLimitError) -> PeopleAlone:
    """State what a solver that ended without a plan leaves.

    Parameters
    ----------
    error
        As raised.

    Returns
    -------
    PeopleAlone
        Stopped at a limit where cuts did not settle: each of their solves was optimal, and their plan is not to be had.
    """
    ended = error.outcome.status
    status = SolveStatus.TIME_LIMITED if ended is SolveStatus.OPTIMAL else ended
    words = "the rows of the targets did not settle" if ended is SolveStatus.OPTIMAL else error.outcome.solver_status
    return PeopleAlone(plan=None, status=status, solver_words=words)
