"""Fewer paths with weights, such that means, spread and tails of the totals stay those of all paths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Parts of the paths above which the total counts as a tail that must keep its weight.
TAILS = (0.5, 0.8, 0.9, 0.95)
# No path counts more than so many times an equal share.
MOST_TIMES = 6.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ReducedPaths:
    """Some of the paths, and what each stands for.

    Attributes
    ----------
    paths : ndarray of int of shape (n_kept,)
        Which, rising.
    probability : ndarray of shape (n_kept,)
        Of each; sums to 1. [-]
    """

    paths: NDArray[np.intp]
    probability: FloatArray

    def __post_init__(self) -> None:
        self.paths.setflags(write=False)
        self.probability.setflags(write=False)


def reduced_paths(totals: ArrayLike, n_kept: int) -> ReducedPaths:
    """Choose some paths and weigh them.

    Parameters
    ----------
    totals : array_like of shape (n_queues, n_paths)
        Total of each queue on each path: work in hours where queues are to count by their work. [any unit]
    n_kept : int
        Paths to keep at most.

    Returns
    -------
    ReducedPaths
        At most `n_kept` paths: those that the weights leave at nothing are dropped.

    Raises
    ------
    ValueError
        If `n_kept` is not from 2 to the number of paths, or a total is negative or not finite.

    Notes
    -----
    Paths are ordered by the sum over queues and cut into as many strata of equal probability; of each the path is taken
    that is nearest to its mean in all queues. Then weights are found by a linear program: they keep the mean of every
    queue, and the mean square of the sum and the probability and mean beyond its 50, 80, 90 and 95% quantiles as nearly
    as can be, in that order of importance, and stray least from equal weights.
    """
    import pulp

    from optimization.program.solver import ProgramSolver

    total = np.asarray(totals, dtype=np.float64)
    n_paths = total.shape[1]
    if not 2 <= n_kept <= n_paths:
        raise ValueError(f"n_kept must lie from 2 to the {n_paths} paths; found {n_kept!r}")
    if not (np.isfinite(total) & (total >= 0)).all():
        raise ValueError("totals must be finite and 0 or more")
    paths = _representatives(total, n_kept)
    moments, weight = _moments(total)
    problem = pulp.LpProblem("weights", pulp.LpMinimize)
    share = [problem.add_variable(f"w{row:04d}", 0, MOST_TIMES / n_kept) for row in range(paths.size)]
    cost = []
    for row, (values, importance) in enumerate(zip(moments, weight, strict=True)):
        more, less = problem.add_variable(f"more{row:03d}", 0), problem.add_variable(f"less{row:03d}", 0)
        kept = pulp.lpSum(float(value) * one for value, one in zip(values[paths], share, strict=True))
        problem.addConstraint(kept - more + less == float(values.mean()), f"moment{row:03d}")
        cost += [importance * more, importance * less]
    for row, one in enumerate(share):
        astray = problem.add_variable(f"astray{row:04d}", 0)
        problem.addConstraint(astray - one >= -1.0 / n_kept, f"above{row:04d}")
        problem.addConstraint(astray + one >= 1.0 / n_kept, f"below{row:04d}")
        cost.append(1e-3 * astray)
    problem.addConstraint(pulp.lpSum(share) == 1.0, "one")
    problem.setObjective(pulp.lpSum(cost))
    outcome = ProgramSolver(problem).solve()
    probability = np.array([outcome.value(f"w{row:04d}") for row in range(paths.size)])
    used = probability > 1e-9
    return ReducedPaths(paths=paths[used], probability=probability[used] / probability[used].sum())


def _representatives(total: FloatArray, n_kept: int) -> NDArray[np.intp]:
    scale = np.maximum(total.std(axis=1, keepdims=True), 1e-12)
    order = np.argsort(total.sum(axis=0), kind="stable")
    chosen = []
    for stratum in np.array_split(order, n_kept):
        mean = total[:, stratum].mean(axis=1, keepdims=True)
        distance = (((total[:, stratum] - mean) / scale) ** 2).sum(axis=0)
        chosen.append(int(stratum[int(distance.argmin())]))
    return np.array(sorted(chosen), dtype=np.intp)


def _moments(total: FloatArray) -> tuple[list[FloatArray], list[float]]:
    """Functions of a path whose means are kept, scaled to order 1, and how much each matters."""
    whole = total.sum(axis=0)
    spread = max(float(whole.std()), 1e-12)
    centred = (whole - whole.mean()) / spread
    moments = [row / max(float(row.mean()), 1e-12) for row in total] + [centred, centred**2]
    weight = [100.0] * len(total) + [100.0, 10.0]
    for quantile in TAILS:
        level = np.quantile(centred, quantile)
        moments += [(centred > level).astype(np.float64), np.maximum(centred - level, 0.0)]
        weight += [1.0, 1.0]
    return moments, weight
