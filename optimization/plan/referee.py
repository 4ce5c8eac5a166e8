"""The simulation as referee: what a plan gives item by item, on paths spread over good and bad ones."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity.simulated_service import simulated_service
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]

LEAST_PATHS = 3
MOST_PATHS = 40
CONFIDENCE = 0.95
# A simulated share that is lower by less than this is no finding, however sure it is.
LEAST_DIFFERENCE = 0.002


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Refereed:
    """Simulated service of one queue beside the service model's, on the same paths.

    Attributes
    ----------
    paths : ndarray of int of shape (n_simulated,)
        Which paths were simulated.
    simulated, evaluated : ndarray of shape (n_simulated,)
        On-time share by the simulation and by the service model. [-]
    """

    paths: NDArray[np.intp]
    simulated: FloatArray
    evaluated: FloatArray

    @property
    def half_width(self) -> float:
        """Half the 95% interval of the mean difference, by Student's t over paths [-]."""
        from scipy.special import stdtrit

        n = self.simulated.size
        spread = (self.simulated - self.evaluated).std(ddof=1) / np.sqrt(n)
        return float(stdtrit(n - 1, (1.0 + CONFIDENCE) / 2.0) * spread)

    @property
    def difference(self) -> float:
        """Mean of simulated less evaluated [-]."""
        return float((self.simulated - self.evaluated).mean())

    def on_all_paths(self, evaluated: FloatArray) -> FloatArray:
        """Return what the simulation would find on every path, of shape (n_paths,).

        Parameters
        ----------
        evaluated : ndarray of shape (n_paths,)
            On-time share by the service model, on all paths. [-]

        Notes
        -----
        The difference to the service model is read between those of the simulated paths nearest in rank: a mean
        difference would say how much is late, and not on how many paths a target is missed.
        """
        rank = np.empty(evaluated.size)
        rank[np.argsort(evaluated, kind="stable")] = np.arange(evaluated.size)
        at, difference = rank[self.paths], self.simulated - self.evaluated
        order = np.argsort(at)
        return np.asarray(np.clip(evaluated + np.interp(rank, at[order], difference[order]), 0.0, 1.0))

    @property
    def is_surely_below(self) -> bool:
        """Whether the simulation is below the service model by more than its interval, and by more than 0.2 points."""
        return -self.difference > max(self.half_width, LEAST_DIFFERENCE)


def refereed(
    case: StaffingCase, given: FloatArray, evaluated: FloatArray, *, most_items: float, seed: int
) -> tuple[Refereed, ...]:
    """Simulate a plan queue by queue.

    Parameters
    ----------
    case
        What is known.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team in each queue. [h]
    evaluated : ndarray of shape (n_queues, n_paths)
        On-time share by the service model. [-]
    most_items : float
        Items to simulate in all; each queue has an equal part and uses it for as many paths as it can, from 3 to 40.
        [items]
    seed : int
        Of arrival moments and handling times.

    Returns
    -------
    tuple of Refereed
        By queue.

    Notes
    -----
    Queues have hours of their own, so each is simulated by itself. Paths are taken at even ranks of the evaluated
    share: the mean is that of a stratified sample, and the difference to the service model is taken path by path.
    """
    found = []
    for queue in range(len(case.queues)):
        items = case.queues[queue].backlog_items + float(case.forecast.arrivals[queue].sum(axis=1).mean())
        n_paths = int(np.clip(most_items / len(case.queues) / max(items, 1.0), LEAST_PATHS, MOST_PATHS))
        n_paths = min(n_paths, case.forecast.n_paths)
        ranked = np.argsort(evaluated[queue], kind="stable")
        paths = np.sort(ranked[((np.arange(n_paths) + 0.5) / n_paths * ranked.size).astype(np.intp)])
        share = simulated_share(case, queue, given, paths, seed=seed)
        found.append(Refereed(paths=paths, simulated=share, evaluated=evaluated[queue, paths]))
    return tuple(found)


def simulated_share(
    case: StaffingCase, queue: int, given: FloatArray, paths: NDArray[np.intp], *, seed: int
) -> FloatArray:
    """On-time share of one queue on some paths, item by item.

    Parameters
    ----------
    case
        What is known.
    queue : int
        Which.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team in each queue. [h]
    paths : ndarray of int of shape (n_simulated,)
        Which.
    seed : int
        Of arrival moments and handling times.

    Returns
    -------
    ndarray of shape (n_simulated,)
        [-]
    """
    record = case.queues[queue]
    forecast = replace(
        case.forecast,
        queues=(record.name,),
        arrivals=case.forecast.arrivals[queue : queue + 1, paths].copy(),
        method=case.forecast.method[queue : queue + 1],
        ensemble=None,
    )
    teams = [team for team in case.teams if record.name in team.skills]
    rows = [row for row, team in enumerate(case.teams) if record.name in team.skills]
    outcome = simulated_service(forecast, [record], teams, allocation=given[rows, queue : queue + 1], seed=seed)
    return np.asarray(outcome.on_time_share[0])
