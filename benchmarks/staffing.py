"""The staffing program, its two stages, its curve, its deadlines and shifts against their plain statements."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pulp

from benchmarks.harness import Case, main
from benchmarks.hourly_deadlines import cumulative, generated_deadlines, time_expanded
from benchmarks.staffing_cases import generated_case, half_hour_library, half_hour_week
from optimization.cost_service.budget_sweep import BudgetSweep
from optimization.cost_service.sandwich import Sandwich, sandwich
from optimization.plan.decisions import no_decisions, overtime_output, supply_of
from optimization.program.build import build_program
from optimization.program.cross_check import cbc_path
from optimization.program.extensive_form import extensive_form
from optimization.program.linear_model import LinearModel
from optimization.program.outcome import SolveStatus
from optimization.program.policies import Budget
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.second_stage import second_stage
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, StaffingProgram, column
from optimization.program.two_stage import solve_two_stage
from optimization.shifts import cover_shifts
from optimization.shifts.cover_program import cover_program

BUDGETS = 60
PEER_LIMIT = 21.0  # the extensive form is stopped at so many times our time
SAME = 1e-5  # objectives of two statements of one program, relative
SAME_SHARE = 1e-4  # late shares of two solvers, whose tolerances differ


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = call()
    return time.perf_counter() - begin, found


def budget_sweep(quick: bool, solver: Any, solver_name: str) -> Case:
    """Sixty budgets on one built model against a model that PuLP builds and hands over for each."""
    size = (
        {"n_queues": 4, "n_teams": 2, "n_weeks": 4, "n_paths": 10}
        if quick
        else {"n_queues": 6, "n_teams": 2, "n_weeks": 4, "n_paths": 20}
    )
    case = generated_case(**size, within_hours=(24.0, 48.0))
    learn_seconds, (cuts, low, high) = _timed(lambda: _known_cuts(case))
    build_seconds, solver_in_place = _timed(lambda: ProgramSolver(_stated(case, cuts, low).problem))
    budgets = np.linspace(low, high, BUDGETS)
    row = column("budget", 0)
    today = float(supply_of(case, no_decisions(case)).total_cost_usd.sum())
    found: list[float] = []
    sampled = np.linspace(0, BUDGETS - 1, 3 if quick else 5, dtype=int)
    notes = {
        "size": f"{len(case.queues)} queues, {case.n_weeks} weeks, {case.forecast.n_paths} paths, {len(cuts)} cuts",
        "seconds_to_find_the_cuts": round(learn_seconds, 2),
        "build_seconds_once": round(build_seconds, 3),
        "peer_budgets": f"{sampled.size} of {BUDGETS}, each built and solved",
    }

    def at(usd: float) -> float:
        solver_in_place.set_row_bounds(row, None, usd - today)
        return solver_in_place.solve(integers=False).objective

    def ours() -> float:
        seconds, shares = _timed(lambda: [at(usd) for usd in budgets])
        found[:] = shares
        notes["solve_seconds_of_60"] = round(seconds, 3)
        return BUDGETS / seconds

    def peer() -> float:
        seconds = 0.0
        for place in sampled:
            built, program = _timed(lambda usd=budgets[place]: _stated(case, cuts, usd))
            solved, _ = _timed(lambda stated=program: stated.problem.solve(solver))
            np.testing.assert_allclose(program.problem.objective.value(), found[place], atol=SAME_SHARE)
            notes["peer_seconds_of_one"] = f"build {built:.3f}, solve {solved:.3f}"
            seconds += built + solved
        return sampled.size / seconds

    return Case(
        name=f"sweep of {BUDGETS} budgets",
        unit="budgets/s",
        peer_name=f"PuLP rebuilt, {solver_name}",
        ours=ours,
        peer=peer,
        notes=notes,
    )


@cache
def _known_cuts(case: StaffingCase) -> tuple[tuple[Cut, ...], float, float]:
    """Cuts that sixty budgets need, and the first and the last budget [USD]."""
    sweep = BudgetSweep(case, np.zeros(len(case.queues)))
    low, high = sweep.ends()
    for usd in np.linspace(low, high, BUDGETS):
        sweep.late_share(usd)
    return sweep.cuts, sweep.today_usd + low, sweep.today_usd + high


def _stated(case: StaffingCase, cuts: tuple[Cut, ...], usd: float) -> StaffingProgram:
    """State the program of one budget in PuLP with all cuts: least late items over items due."""
    limited = replace(case, policies=replace(case.policies, budgets=(Budget(name="budget", usd=usd),)))
    output = overtime_output(supply_of(case, no_decisions(case)))
    program = build_program(
        limited, PriceOfLateness(usd_per_item=1.0), live_multiple=np.zeros(len(case.queues)), overtime_output=output
    )
    due = sum(float(flow.due_items.mean()) for flow in case.flows)
    program.cost.clear()
    program.cost.update({column("late", queue): 1.0 / due for queue in range(len(case.queues))})
    program.set_objective()
    program.add_cuts(cuts)
    return program


def two_stage(quick: bool) -> Case:
    """Commitments and flex by Benders, with people hired, against the extensive form under a stated time limit."""
    size = (
        {"n_queues": 4, "n_teams": 2, "n_weeks": 6, "n_paths": 20}
        if quick
        else {"n_queues": 20, "n_teams": 2, "n_weeks": 13, "n_paths": 100}
    )
    case = generated_case(**size, within_hours=(24.0, 48.0, 72.0))
    shape = (len(case.teams), case.n_weeks)
    stage = second_stage(
        case, usd_per_item=20.0, live_multiple=np.ones(len(case.queues)), overtime_output=np.full(shape, 0.7)
    )
    paths = list(range(case.forecast.n_paths))
    taken: list[float] = []
    build_seconds, problem = _timed(
        lambda: extensive_form(stage, paths=paths, probability=np.full(len(paths), 1.0 / len(paths)))
    )
    notes: dict[str, Any] = {
        "size": f"{case.forecast.n_paths} paths, {case.n_weeks} weeks, {len(case.queues)} queues",
        "peer_build_seconds": round(build_seconds, 2),
    }

    def ours() -> float:
        seconds, solution = _timed(lambda: solve_two_stage(stage))
        taken.append(seconds)
        notes.update(gap=solution.gap, rounds=solution.rounds, objective_usd=round(solution.objective_usd, 2))
        names = [name for name in solution.outcome.columns if name.startswith("hire")]
        notes["hires"] = round(sum(solution.outcome.value(name) for name in names))
        return 1.0 / seconds

    def peer() -> float:
        limit = PEER_LIMIT * taken[-1]
        seconds, outcome = _timed(lambda: ProgramSolver(problem, {"mip_rel_gap": SAME}).solve(time_limit_seconds=limit))
        ended = f"ended {outcome.status.name} at {outcome.objective:,.2f}"
        if outcome.status is SolveStatus.TIME_LIMITED:
            ended = (
                f"at least {seconds / taken[-1]:.0f} times: the peer was stopped at {seconds:.1f} s without "
                f"reaching the gap of {SAME:g}; it {ended}"
            )
        notes["peer_outcome"] = ended
        return 1.0 / seconds

    return Case(
        name="two stages", unit="programs/s", peer_name="the extensive form by HiGHS", ours=ours, peer=peer, notes=notes
    )


def certified_curve(quick: bool) -> Case:
    """How closely the curve of cost against service is known: chosen budgets against the same number of even ones."""
    size = (
        {"n_queues": 6, "n_teams": 2, "n_weeks": 6, "n_paths": 20}
        if quick
        else {"n_queues": 12, "n_teams": 5, "n_weeks": 13, "n_paths": 50}
    )
    case = generated_case(**size, within_hours=(24.0, 48.0, 72.0))
    notes: dict[str, Any] = {
        "size": f"{len(case.queues)} queues, {case.n_weeks} weeks, {case.forecast.n_paths} paths",
        "gap": "furthest distance of the bounds over the range of service",
    }

    def certainty(found: Sandwich) -> float:
        return float(abs(found.value[0] - found.value[-1]) / max(found.gap.max(), 1e-12))

    # Budgets and gap are the same each time, so that one run does for all repetitions.
    @cache
    def chosen() -> tuple[BudgetSweep, Sandwich]:
        begin, cpu = time.perf_counter(), time.process_time()
        sweep = BudgetSweep(case, np.zeros(len(case.queues)))
        found = sandwich(sweep.point, *sweep.ends(), tolerance=1e-3, most_solves=50)
        notes["seconds"] = (
            f"{time.perf_counter() - begin:.1f}, of them {time.process_time() - cpu:.1f} of the processor"
        )
        notes.update(solves=found.place.size, cuts=len(sweep.cuts), our_gap=round(1.0 / certainty(found), 6))
        return sweep, found

    @cache
    def even() -> float:
        sweep, found = chosen()
        places = np.linspace(found.place[0], found.place[-1], found.place.size)
        value, bound, slope = np.array([sweep.point(place) for place in places]).T.copy()
        evenly = certainty(Sandwich(place=places, value=value, bound=bound, slope=slope))
        notes["even_gap"] = round(1.0 / evenly, 6)
        return evenly

    return Case(
        name="curve known to 0.1%",
        unit="1/gap",
        peer_name="as many even budgets",
        ours=lambda: certainty(chosen()[1]),
        peer=even,
        notes=notes,
    )


def hourly_deadlines(quick: bool) -> Case:
    """Four weeks of hours with deadlines of a day: cumulative curves against time-expanded flows."""
    deadlines = generated_deadlines(2 if quick else 8, 4)
    found: dict[str, float] = {}
    notes: dict[str, Any] = {"size": f"{len(deadlines.items)} queues, {deadlines.items.shape[1]} hours"}

    def solved(name: str, state: Callable[[Any], LinearModel]) -> float:
        build_seconds, model = _timed(lambda: state(deadlines))
        seconds, outcome = _timed(lambda: ProgramSolver(model).solve())
        found[name] = outcome.objective
        notes[f"{name}_nonzeros"] = model.coefficient.size
        notes[f"{name}_seconds"] = f"build {build_seconds:.2f}, solve {seconds:.2f}"
        return 1.0 / (build_seconds + seconds)

    def peer() -> float:
        speed = solved("flow", time_expanded)
        np.testing.assert_allclose(found["curves"], found["flow"], rtol=SAME)
        return speed

    return Case(
        name="hourly deadlines",
        unit="programs/s",
        peer_name="the time-expanded flow",
        ours=lambda: solved("curves", cumulative),
        peer=peer,
        notes=notes,
    )


def shift_cover(quick: bool) -> Case:
    """A week of 336 half-hours: distance from the bound in 20 seconds, against CBC on all tours in the same time."""
    seconds = 4.0 if quick else 20.0
    library, required = half_hour_library(every_hours=2.0 if quick else 0.5), half_hour_week(200.0)
    program = cover_program(library.tours, required.size)
    model = program.linear_model(required, np.arange(program.n_tours))
    bound = ProgramSolver(model, {"solver": "ipm"}).solve(integers=False).objective
    notes: dict[str, Any] = {"tours": program.n_tours, "time_limit_seconds": seconds}

    def ours() -> float:
        plan = cover_shifts(required, library, gap=0.002, time_limit_seconds=seconds)
        gap = plan.cost_usd / bound - 1.0
        notes.update(heads=plan.heads, our_gap=round(gap, 5))
        return 1.0 / gap

    def peer() -> float:
        build_seconds, (problem, cost) = _timed(lambda: _all_tours(model))
        problem.solve(pulp.COIN_CMD(path=cbc_path(), msg=False, timeLimit=seconds))
        value = cost.value() if problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible) else None
        notes["peer_build_seconds"] = round(build_seconds, 2)
        notes["peer_gap"] = "no plan in time, counted as 1" if value is None else round(value / bound - 1.0, 5)
        return 1.0 if value is None else 1.0 / max(value / bound - 1.0, 1e-9)

    return Case(name="shift cover", unit="1/gap", peer_name="CBC on all tours", ours=ours, peer=peer, notes=notes)


def _all_tours(model: LinearModel) -> tuple[Any, Any]:
    """State a program in PuLP."""
    problem = pulp.LpProblem("cover", pulp.LpMinimize)
    columns = [problem.add_variable(name, 0, cat="Integer") for name in model.columns]
    cost = pulp.lpSum(usd * column for column, usd in zip(columns, model.cost.tolist(), strict=True))
    problem.setObjective(cost)
    for row, (least, most) in enumerate(zip(model.row_lower, model.row_upper, strict=True)):
        inside = slice(model.start[row], model.start[row + 1])
        total = pulp.lpSum(
            value * columns[place]
            for place, value in zip(model.index[inside].tolist(), model.coefficient[inside].tolist(), strict=True)
        )
        problem.addConstraint(total == least if least == most else total >= least, f"r{row}")
    return problem, cost


def build(quick: bool) -> list[Case]:
    """Budget sweep (the headline), two stages, certified curve, hourly deadlines, shift cover."""
    cases = [budget_sweep(quick, pulp.HiGHS(msg=False, mip=False), "HiGHS")]
    path = cbc_path()
    if path is None:
        print("CBC is not available here: its cases are left out")
    else:
        cases.append(budget_sweep(quick, pulp.COIN_CMD(path=path, msg=False, mip=False), "CBC"))
    cases += [two_stage(quick), certified_curve(quick), hourly_deadlines(quick)]
    return cases if path is None else [*cases, shift_cover(quick)]


if __name__ == "__main__":
    main(build, ["numpy", "pulp", "highspy"], repetitions=1)
