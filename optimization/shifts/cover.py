"""The cheapest heads on tours that cover what each interval of the week needs."""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.supply import WEEK_HOURS
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.solver import ProgramSolver
from optimization.shifts.cover_program import CoverProgram, cover_program
from optimization.shifts.diving import WholePlan, dive, improved
from optimization.shifts.interval_names import interval_names
from optimization.shifts.library import ShiftLibrary
from optimization.shifts.plan import PlacedBreak, ShiftPlan

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

KEPT_TOURS = 100  # of large programs, beside those that the linear program works
ROUNDS = 20  # of taking back and diving again, before branch and bound has its turn
# HiGHS does not look at the clock while it separates cuts, for minutes on large programs: these are left to dives.
BRANCHED_NONZEROS = 20_000
LONG_ROUNDS = 1_000  # where there is no branch and bound
NAMED = 5  # uncovered intervals in an error
SHORT = 1e-6  # heads by which rounding may leave an interval short


class UncoveredIntervalsError(ValueError):
    """Some interval needs heads and no tour can give them.

    Attributes
    ----------
    uncovered : ndarray of int
        These intervals, from Monday 0:00 on.

    Examples
    --------
    >>> error = UncoveredIntervalsError(np.array([5]), n_intervals=168)
    >>> error.uncovered.tolist(), "Mon 05:00" in str(error)
    ([5], True)
    """

    def __init__(self, uncovered: NDArray[np.intp], n_intervals: int) -> None:
        self.uncovered = uncovered
        names = interval_names(n_intervals)
        first = ", ".join(names[place] for place in uncovered[:NAMED])
        more = f" and {uncovered.size - NAMED} more" if uncovered.size > NAMED else ""
        super().__init__(
            f"No tour of the library works in {first}{more}, where heads are required. Add tours that do, let breaks "
            "fall elsewhere, or require nobody there"
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Found:
    """Heads by column of the whole program, and what is proven of them."""

    values: FloatArray
    bound: float


def cover_shifts(
    required: ArrayLike,
    library: ShiftLibrary,
    *,
    shrinkage: float = 0.0,
    gap: float = 0.005,
    time_limit_seconds: float = 20.0,
    seed: int = 0,
) -> ShiftPlan:
    r"""Find the cheapest heads on tours so that every interval of a week has the heads it requires.

    Parameters
    ----------
    required : array_like of shape (n_intervals,)
        Heads at work in each interval of a week from Monday 0:00 local time: 168 hours, 336 half-hours or any number
        of equal intervals of at most an hour. The week follows itself: Sunday night runs into Monday. [heads]
    library
        Tours that may be worked.
    shrinkage : float
        Share of the scheduled time in which heads are not at work, beside the breaks of the library: leave, training,
        meetings. [-]
    gap : float
        Stop once the plan is proven to cost at most this share more than the least cost. [-]
    time_limit_seconds : float
        Stop after this time in any case, with the best plan so far. [s]
    seed : int
        Of the search for better plans.

    Returns
    -------
    ShiftPlan
        With `status` OPTIMAL where the gap asked for is proven, TIME_LIMITED where it is not.

    Raises
    ------
    UncoveredIntervalsError
        If heads are required where no tour works; it names the intervals.
    ValueError
        If an argument lies outside its range, or nobody is required at all.
    RuntimeError
        If the time limit does not suffice for one plan.

    Notes
    -----
    With :math:`x_j` whole heads on tour :math:`j` at cost :math:`c_j`, :math:`a_{ij}` the share of interval :math:`i`
    that the tour works and :math:`y_k` whole heads on placement :math:`k` of a break, covering by shifts [1]_ is

    .. math:: \min c^\top x, \quad \sum_j a_{ij} x_j - \sum_k b_{ik} y_k \ge r_i / (1 - s),

    where the placements of each break of each start add up to the heads who take it. The linear program over all
    tours gives a bound. The tours that it works and those of the smallest reduced costs are kept; the linear program
    over these is rounded by dives and improved by taking heads back and diving again; small programs are then handed to
    branch and bound from the best plan found. A plan that works a tour not kept costs at least the linear program and
    that tour's reduced cost, so the bound holds for the whole library.

    References
    ----------
    .. [1] G. B. Dantzig (1954), A comment on Edie's "Traffic delays at toll booths", Operations Research 2(3),
       doi:10.1287/opre.2.3.339.

    Examples
    --------
    >>> from optimization.shifts import shift_library, work_day_patterns
    >>> library = shift_library(start_hours=[6, 8, 12, 14], shift_hours=[8], cost_usd_per_hour=30,
    ...                         work_days=work_day_patterns(5, days_off_in_a_row=True))
    >>> required = np.zeros((7, 24))
    >>> required[:, 6:22] = 2
    >>> plan = cover_shifts(required.ravel(), library)
    >>> plan.heads, plan.cost_usd, plan.status.name
    (6, 7200.0, 'OPTIMAL')
    """
    need = _checked(required, shrinkage, gap, time_limit_seconds)
    deadline = time.monotonic() + time_limit_seconds
    program = cover_program(library.tours, need.size)
    uncovered = np.flatnonzero((need > 0) & (program.most_cover() <= SHORT))
    if uncovered.size:
        raise UncoveredIntervalsError(uncovered, need.size)
    found = _search(program, need / (1.0 - shrinkage), gap, deadline, np.random.default_rng(seed))
    return _plan(library, program, need, shrinkage, found, gap)


def _checked(required: ArrayLike, shrinkage: float, gap: float, time_limit_seconds: float) -> FloatArray:
    need = checked("required", required)
    if need.ndim != 1 or need.size < WEEK_HOURS or need.size % WEEK_HOURS:
        raise ValueError(
            f"required must have {WEEK_HOURS} values, one for each hour of the week, or a multiple for shorter "
            f"intervals; found shape {need.shape}"
        )
    if not need.any():
        raise ValueError("required must hold an interval that needs heads; all are 0")
    rules = {
        "shrinkage": (shrinkage, 0.0 <= shrinkage < 1.0, "lie between 0 and 1, below 1"),
        "gap": (gap, 0.0 <= gap < 1.0, "lie between 0 and 1, below 1"),
        "time_limit_seconds": (time_limit_seconds, 0.0 < time_limit_seconds < np.inf, "be above 0"),
    }
    for name, (value, holds, rule) in rules.items():
        if not holds:
            raise ValueError(f"{name} must {rule}; found {value!r}")
    return need


def _search(program: CoverProgram, need: FloatArray, gap: float, deadline: float, rng: np.random.Generator) -> _Found:
    """Bound by the linear program over all tours, plan by the integer program over those worth keeping."""
    every = np.arange(program.n_tours)
    # Interior points are three times as fast as the simplex method here.
    relaxed = ProgramSolver(program.linear_model(need, every), {"solver": "ipm"}).solve(
        integers=False, time_limit_seconds=max(deadline - time.monotonic(), 1e-3)
    )
    if relaxed.status is not SolveStatus.OPTIMAL:
        raise RuntimeError(
            f"the linear program over {program.n_tours:,} tours ended with {relaxed.solver_status!r} before it gave a "
            "bound. Raise time_limit_seconds or shorten the library"
        )
    small = program.matrix.nnz <= BRANCHED_NONZEROS
    kept, least_left_out = _kept(relaxed, program.n_tours, program.n_tours if small else KEPT_TOURS)
    solver = ProgramSolver(program.linear_model(need, kept), {"mip_rel_gap": max(gap, 1e-9)})
    target = relaxed.objective / (1.0 - gap)
    plan = dive(solver, kept.size, np.zeros(solver.n_columns), deadline=deadline)
    bound = relaxed.objective
    if plan is None:
        raise RuntimeError("the time limit ended before the first plan was whole. Raise time_limit_seconds")
    rounds = ROUNDS if small else LONG_ROUNDS
    plan = improved(solver, kept.size, plan, target_cost=target, rounds=rounds, rng=rng, deadline=deadline)
    if small and plan.cost > target * (1.0 + 1e-9):
        plan, over_kept = _branch_and_bound(solver, plan, deadline)
        bound = max(bound, min(over_kept, relaxed.objective + least_left_out))
    values = np.zeros(program.matrix.shape[1])
    values[np.concatenate([kept, np.arange(program.n_tours, values.size)])] = plan.values
    return _Found(values=values, bound=bound)


def _kept(relaxed: SolveOutcome, n_tours: int, n_more: int) -> tuple[IntArray, float]:
    """Tours that the linear program works and those of the smallest reduced costs; and the least of the others."""
    if relaxed.values is None or relaxed.reduced_costs is None:
        raise RuntimeError("HiGHS called a linear program optimal and gave no solution of it")
    worked = relaxed.values[:n_tours] > SHORT
    reduced = np.where(worked, -np.inf, relaxed.reduced_costs[:n_tours])
    order = np.argsort(reduced, kind="stable")
    n_kept = int(worked.sum()) + n_more
    left_out = reduced[order[n_kept:]]
    return np.sort(order[:n_kept]), float(left_out.min()) if left_out.size else float("inf")


def _branch_and_bound(solver: ProgramSolver, start: WholePlan, deadline: float) -> tuple[WholePlan, float]:
    """Return the better of a plan and the best that is found from it, and the bound on both."""
    solver.set_lower_bounds(np.arange(solver.n_columns), np.zeros(solver.n_columns))
    solver.set_start(start.values)
    outcome = solver.solve(time_limit_seconds=max(deadline - time.monotonic(), 1e-3))
    if outcome.values is not None and outcome.objective < start.cost:
        return WholePlan(values=np.rint(outcome.values), cost=outcome.objective), outcome.bound
    return start, outcome.bound


def _plan(
    library: ShiftLibrary,
    program: CoverProgram,
    need: FloatArray,
    shrinkage: float,
    found: _Found,
    gap: float,
) -> ShiftPlan:
    at_work = np.asarray(program.matrix @ found.values)[: need.size] * (1.0 - shrinkage)
    if (at_work < need - SHORT * (1.0 + need)).any():
        raise RuntimeError("the plan found does not cover the requirement; scale required to fewer heads")
    heads = found.values[: program.n_tours].astype(np.int64)
    cost = float(program.cost @ heads)
    bound = min(found.bound, cost)
    placed = found.values[program.n_tours :].astype(np.int64)
    breaks = tuple(
        PlacedBreak(
            day=program.groups[group][0],
            start_hour=program.groups[group][1],
            hours=program.groups[group][2].hours,
            begin_hour=float(program.begin_hour[place]),
            heads=int(placed[place]),
        )
        for place, group in enumerate(program.group_of)
        if placed[place]
    )
    return ShiftPlan(
        library=library,
        required=need.copy(),
        shrinkage=shrinkage,
        heads_by_tour=heads,
        breaks=breaks,
        coverage=at_work,
        bound_usd=bound,
        status=SolveStatus.OPTIMAL if cost - bound <= (gap + 1e-9) * cost else SolveStatus.TIME_LIMITED,
    )
