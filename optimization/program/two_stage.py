"""Commitments before the volume is known, flex after it: a two-stage program, solved by Benders' decomposition."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimization.program.deferred_flow import DeferredFlow
from optimization.program.extensive_form import extensive_form
from optimization.program.first_stage import RiskWeight, first_stage
from optimization.program.linear_model import LinearModel, linear_model
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.second_stage import SecondStage, add_path, flexed_seats
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import column

FloatArray = NDArray[np.float64]

MOST_ROUNDS = 100
# A row is added for a path that costs more than the first stage reckons with by this part of all cost.
CUT_TOLERANCE = 1e-9
# Heads are whole once the linear relaxation is known to this part of all cost.
LINEAR_GAP = 1e-2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TwoStageSolution:
    """Commitments, and what they cost on every path once hours flex.

    Attributes
    ----------
    outcome
        Of the first stage.
    first_stage_usd
        Extra cost of hires, releases and seats. [USD]
    recourse_usd : ndarray of shape (n_paths,)
        Overtime, seats ordered late and late items of each path. [USD]
    objective_usd, bound_usd
        Cost that is minimised, and what no plan is below. [USD]
    rounds
        Times that the first stage was solved.
    """

    outcome: SolveOutcome
    first_stage_usd: float
    recourse_usd: FloatArray
    objective_usd: float
    bound_usd: float
    rounds: int

    def __post_init__(self) -> None:
        self.recourse_usd.setflags(write=False)

    @property
    def gap(self) -> float:
        """Part of the cost by which a better plan could be cheaper at most [-]."""
        return max(0.0, self.objective_usd - self.bound_usd) / max(abs(self.objective_usd), 1.0)


def solve_two_stage(
    stage: SecondStage,
    *,
    paths: Sequence[int] | None = None,
    probability: Sequence[float] | FloatArray | None = None,
    risk: RiskWeight | None = None,
    gap: float = 1e-5,
    executor: Executor | None = None,
) -> TwoStageSolution:
    """Find the commitments that cost least together with what flexes on every path.

    Parameters
    ----------
    stage
        What may flex.
    paths
        Which paths count; all if None.
    probability
        Of each of them; equal if None. [-]
    risk
        How much the worst paths count; not more than others if None.
    gap : float
        Ends where no plan can be cheaper by more than this part. [-]
    executor : concurrent.futures.Executor, optional
        Of threads, which solve paths side by side; the result does not depend on it.

    Returns
    -------
    TwoStageSolution

    Raises
    ------
    ValueError
        If probabilities do not sum to one or do not match the paths.
    RuntimeError
        If a solve ends without a plan, or the gap is not reached in 100 rounds.

    Notes
    -----
    Each round solves the first stage, then every path with its hours and heads; the duals of these give a row for each
    path that costs more than the first stage reckoned with [1]_. The first rows touch what would be best if the mean of
    all paths came for certain, and the next ones lie halfway between the last point and the first stage's plan, so that
    they do not swing from one corner to another. Heads are whole once the linear relaxation is known to a hundredth.
    Every path keeps a solver of its own, which begins from the first path's basis and then goes on from its last one,
    as only right sides change. With hindsight over the whole path the second stage is an optimist: what it saves is a
    bound on what flexing is worth.

    References
    ----------
    .. [1] R. M. Van Slyke and R. Wets (1969), L-shaped linear programs with applications to optimal control and
       stochastic programming, SIAM Journal on Applied Mathematics 17(4), doi:10.1137/0117061.
    """
    chosen = list(range(stage.case.forecast.n_paths)) if paths is None else [int(path) for path in paths]
    share = (
        np.full(len(chosen), 1.0 / len(chosen)) if probability is None else np.asarray(probability, dtype=np.float64)
    )
    if share.shape != (len(chosen),) or abs(share.sum() - 1.0) > 1e-6 or (share < 0).any():
        raise ValueError(f"probability must be 0 or more for each of {len(chosen)} paths and sum to 1; found {share}")
    weight = risk or RiskWeight()
    program = first_stage(stage.case, share, weight)
    master = ProgramSolver(program.problem, {"mip_rel_gap": gap / 2.0})
    recourse = [_PathSolver(stage, model) for model in path_models(stage, chosen)]
    stable = _commitments_for_the_mean(stage, chosen, share)
    _start(master, recourse, stable, executor)
    best: tuple[float, SolveOutcome, FloatArray, float] | None = None
    integers = not any(variable.cat != "Continuous" for variable in program.problem.variables())
    bound = -np.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        outcome = master.solve(integers=integers)
        if outcome.values is None:
            raise RuntimeError(f"the first stage ended {outcome.status.name} ({outcome.solver_status})")
        bound = max(bound, outcome.bound)
        moves = outcome.objective - _reckoned(outcome, share, weight)
        point = _Commitments(*_grids(stage.case, outcome), moves)
        if not integers:
            point = stable = stable.halfway_to(point)
        solved = _all_solved(recourse, point, executor)
        cost = np.array([usd for usd, _, _ in solved])
        objective = point.usd + weight.measure(cost, share)
        if integers and (best is None or objective < best[0]):
            best = (objective, outcome, cost, point.usd)
        if best is not None and best[0] - bound <= gap * max(abs(best[0]), 1.0):
            return TwoStageSolution(
                outcome=best[1],
                first_stage_usd=best[3],
                recourse_usd=best[2],
                objective_usd=best[0],
                bound_usd=min(bound, best[0]),
                rounds=rounds,
            )
        theta = np.array([outcome.value(column("theta", row)) for row in range(len(chosen))])
        for row, (usd, by_hour, by_head) in enumerate(solved):
            # A row from halfway may be of use though it does not cut off the first stage's plan.
            if not integers or usd > theta[row] + CUT_TOLERANCE * max(abs(objective), 1.0):
                _add_cut(master, row, rounds, usd, by_hour, by_head, point)
        integers = integers or objective - bound <= LINEAR_GAP * max(abs(objective), 1.0)
    raise RuntimeError(f"the two-stage program did not reach a gap of {gap:g} in {MOST_ROUNDS} rounds")


def path_models(stage: SecondStage, paths: Sequence[int]) -> list[LinearModel]:
    """State the second stage of many paths, which differ only by their curves.

    Parameters
    ----------
    stage
        What all paths share.
    paths
        Which.

    Returns
    -------
    list of LinearModel
        The first is built, the others are it with other bounds: A(t - L) and A(t).
    """
    import pulp

    nothing = [[0.0] * stage.case.n_weeks for _ in stage.case.teams]
    problem = pulp.LpProblem("path", pulp.LpMinimize)
    problem.setObjective(add_path(problem, stage, paths[0], hours=nothing, heads=nothing))
    model = linear_model(problem)
    queues = range(len(stage.flows))
    level = [[model.columns[column("level", queue, day)] for day in range(stage.n_days)] for queue in queues]
    first = [model.rows[column("flow", queue, 0)] for queue in queues]
    models = []
    for path in paths:
        lower, upper, row_upper = model.lower.copy(), model.upper.copy(), model.row_upper.copy()
        lower[level] = [flow.due[path, 1:] for flow in stage.flows]
        upper[level] = [flow.arrived[path, 1:] for flow in stage.flows]
        row_upper[first] = [flow.due[path, 0] for flow in stage.flows]
        models.append(replace(model, lower=lower, upper=upper, row_upper=row_upper))
    return models


class _PathSolver:
    """The second stage of one path, kept warm between rounds."""

    def __init__(self, stage: SecondStage, model: LinearModel) -> None:
        self.solver = ProgramSolver(model)
        case, weeks = stage.case, range(stage.case.n_weeks)
        teams = range(len(case.teams))
        self._share = np.array([[model.rows[column("share", team, week)] for week in weeks] for team in teams])
        # Rows whose right side is a number of heads: teams, places, and right side = base + per_head x heads.
        self._of_heads: list[tuple[int, NDArray[np.intp], float, float]] = []
        for team, options in enumerate(case.options):
            rule, contract = options.rules.overtime, options.rules.contract
            if rule is not None:
                places = np.array([model.rows[column("overtime_most", team, week)] for week in weeks])
                self._of_heads.append((team, places, 0.0, rule.most_hours_per_head_week))
            if contract is not None and contract.most_seats is not None and flexed_seats(stage, team):
                places = np.array([model.rows[column("flex_most", team, week)] for week in weeks])
                self._of_heads.append((team, places, float(contract.most_seats), -1.0))

    def solve(self, hours: FloatArray, heads: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Cost with these hours and heads, and how it changes with one more of each.

        Parameters
        ----------
        hours, heads : ndarray of shape (n_teams, n_weeks)
            What the first stage commits to. [h], [heads]

        Returns
        -------
        usd : float
            Least cost of the path. [USD]
        by_hour, by_head : ndarray of shape (n_teams, n_weeks)
            Slopes, never above 0 for hours. [USD/h], [USD/head]

        Raises
        ------
        RuntimeError
            If the solver does not end optimal.
        """
        rows, right = [self._share.ravel()], [hours.ravel()]
        for team, places, base, per_head in self._of_heads:
            rows.append(places)
            right.append(np.maximum(base + per_head * heads[team], 0.0))
        self.solver.set_row_uppers(np.concatenate(rows), np.concatenate(right))
        outcome = self.solver.solve()
        if outcome.status is not SolveStatus.OPTIMAL or outcome.duals is None:
            raise RuntimeError(f"the second stage of a path ended {outcome.status.name} ({outcome.solver_status})")
        by_head = np.zeros(heads.shape)
        for team, places, _, per_head in self._of_heads:
            by_head[team] += per_head * outcome.duals[places]
        return outcome.objective, outcome.duals[self._share], by_head


@dataclass(frozen=True, slots=True, eq=False)
class _Commitments:
    """Hours and heads of each team and week, and what the moves to them cost [USD]."""

    hours: FloatArray
    heads: FloatArray
    usd: float

    def halfway_to(self, other: "_Commitments") -> "_Commitments":
        return _Commitments(
            (self.hours + other.hours) / 2.0, (self.heads + other.heads) / 2.0, (self.usd + other.usd) / 2.0
        )


def _commitments_for_the_mean(stage: SecondStage, paths: Sequence[int], share: FloatArray) -> _Commitments:
    """What costs least, in fractions of heads, if the mean of all paths came for certain."""
    flows = tuple(
        DeferredFlow(arrived=(share @ flow.arrived[paths])[None], due=(share @ flow.due[paths])[None])
        for flow in stage.flows
    )
    problem = extensive_form(replace(stage, flows=flows), paths=[0], probability=np.ones(1))
    outcome = ProgramSolver(problem).solve(integers=False)
    if outcome.values is None:
        raise RuntimeError(f"the first stage ended {outcome.status.name} ({outcome.solver_status})")
    return _Commitments(*_grids(stage.case, outcome), outcome.objective - outcome.value(column("theta", 0)))


def _start(
    master: ProgramSolver, recourse: Sequence[_PathSolver], point: _Commitments, executor: Executor | None
) -> None:
    """Give the first stage a row for each path, and each path a basis to go on from: that of the first one."""
    recourse[0].solve(point.hours, point.heads)
    for path in recourse[1:]:
        path.solver.start_from(recourse[0].solver.basis)
    for row, (usd, by_hour, by_head) in enumerate(_all_solved(recourse, point, executor)):
        _add_cut(master, row, 0, usd, by_hour, by_head, point)


def _all_solved(
    recourse: Sequence[_PathSolver], point: _Commitments, executor: Executor | None
) -> list[tuple[float, FloatArray, FloatArray]]:
    every = map if executor is None else executor.map
    return list(every(lambda path: path.solve(point.hours, point.heads), recourse))


def _grids(case: StaffingCase, outcome: SolveOutcome) -> tuple[FloatArray, FloatArray]:
    shape = (len(case.teams), case.n_weeks)
    hours, heads = (
        np.array([[outcome.value(column(kind, team, week)) for week in range(shape[1])] for team in range(shape[0])])
        for kind in ("hours", "heads")
    )
    return np.maximum(hours, 0.0), np.maximum(heads, 0.0)


def _reckoned(outcome: SolveOutcome, share: FloatArray, risk: RiskWeight) -> float:
    """What the first stage reckons the paths to cost [USD]."""
    theta = np.array([outcome.value(column("theta", row)) for row in range(share.size)])
    total = (1.0 - risk.weight) * float(share @ theta)
    if risk.weight > 0.0:
        over = np.array([outcome.value(column("over", row)) for row in range(share.size)])
        total += risk.weight * (outcome.value("level") + float(share @ over) / risk.tail)
    return total


def _add_cut(
    master: ProgramSolver,
    row: int,
    rounds: int,
    usd: float,
    by_hour: FloatArray,
    by_head: FloatArray,
    point: _Commitments,
) -> None:
    """Add to the first stage: theta >= cost + slope @ (first stage - where it was).

    Parameters
    ----------
    master
        The first stage.
    row, rounds : int
        Place of the path, and round; both name the row.
    usd : float
        Cost of the path at `point`. [USD]
    by_hour, by_head : ndarray of shape (n_teams, n_weeks)
        Slopes of the cost there. [USD/h], [USD/head]
    point
        Hours and heads at which the path was solved.
    """
    terms = {column("theta", row): 1.0}
    for team, week in np.argwhere((by_hour != 0.0) | (by_head != 0.0)).tolist():
        terms[column("hours", team, week)] = -float(by_hour[team, week])
        terms[column("heads", team, week)] = -float(by_head[team, week])
    constant = usd - float((by_hour * point.hours).sum() + (by_head * point.heads).sum())
    master.add_row(column("optimality", row, rounds), terms, constant, None)
