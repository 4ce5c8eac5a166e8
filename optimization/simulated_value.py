"""The service of one set of requests simulated item by item, beside that of the models that valued it."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import skill_matrix
from capacity.simulated_service import simulated_service
from optimization.block_values import share_on_time
from optimization.case import PlanningCase
from optimization.set_effects import demand_factors, hours_of_teams, mean_skill
from optimization.value import service_of, weekly_shares

FloatArray = NDArray[np.float64]

# Half the width of a 95% interval in standard errors.
Z95 = 1.959963984540054


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedValue:
    """On-time share of a set on some paths, by simulation and by the models.

    Attributes
    ----------
    path : ndarray of int of shape (n_paths,)
        Which paths.
    simulated_share, modelled_share : ndarray of shape (n_paths,)
        Weighted by severity and today's volume, as on the frontier. [-]
    """

    path: NDArray[np.intp]
    simulated_share: FloatArray
    modelled_share: FloatArray

    @property
    def difference(self) -> float:
        """Mean over the paths of the simulated share less the modelled one [-]."""
        return float((self.simulated_share - self.modelled_share).mean())

    @property
    def half_width(self) -> float:
        """Half the 95% interval of the difference, over paths; infinite for one path [-]."""
        gap = self.simulated_share - self.modelled_share
        return float(Z95 * gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else np.inf


def simulated_value(
    case: PlanningCase, levels: FloatArray, *, n_paths: int = 10, seed: int = 0, executor: Executor | None = None
) -> SimulatedValue:
    """Simulate one set of requests, event by event, on some of the paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded, such as ``frontier.recommended.levels``. [-]
    n_paths : int
        Paths to simulate: at even ranks of the modelled share, so that good and bad ones are among them. [-]
    seed : int
        Fixes when items come within their periods, and how long they take.
    executor : concurrent.futures.Executor, optional
        Simulates; in this thread without.

    Returns
    -------
    SimulatedValue

    Raises
    ------
    ValueError
        If there is no path to simulate.

    Notes
    -----
    Every path has the volumes, people and hours for each queue that its own draws of the effects give. A change of the
    work of an item is simulated as more or fewer hours for the same work.
    """
    if n_paths < 1:
        raise ValueError(f"n_paths must be 1 or more; found {n_paths}")
    severity = np.array([queue.severity for queue in case.queues])
    every, funded = range(len(case.queues)), np.asarray(levels, dtype=np.float64)[None, :]
    due = severity @ service_of(case, np.zeros(funded.shape[1])).due
    modelled = share_on_time(severity @ service_of(case, funded[0]).late, due)
    ranked = np.argsort(modelled, kind="stable")
    n_paths = min(n_paths, len(ranked))
    paths = np.sort(ranked[((np.arange(n_paths) + 0.5) / n_paths * len(ranked)).astype(np.intp)])
    volume, work = demand_factors(case, every, funded)
    hours, skill = hours_of_teams(case, funded), mean_skill(case, every, funded)
    given = weekly_shares(case, every, hours, skill, volume * work)[0]
    # Teams with all that they learn; hours before they have learnt it are none.
    best = np.maximum(skill_matrix(case.queues, case.teams), skill[0].max(axis=0))
    teams = [
        replace(team, skills={queue.name: float(s) for queue, s in zip(case.queues, row, strict=True) if s > 0})
        for team, row in zip(case.teams, best, strict=True)
    ]
    late = np.empty(n_paths)
    for place, path in enumerate(paths):
        of_volume, of_work = (factors[0, :, min(path, factors.shape[2] - 1)] for factors in (volume, work))
        of_hours = hours[0, :, min(path, hours.shape[2] - 1)]
        arrivals = case.forecast.arrivals[:, path]
        per_week = arrivals.shape[-1] // case.n_weeks
        forecast = replace(
            case.forecast, arrivals=(arrivals * np.repeat(of_volume, per_week, axis=-1))[:, None], ensemble=None
        )
        standard = given * of_hours[:, None, :] / of_work[None]
        allocation = np.divide(standard, best[:, :, None], out=np.zeros_like(standard), where=best[:, :, None] > 0)
        outcome = simulated_service(
            forecast, case.queues, teams, allocation=allocation, seed=seed + int(path), executor=executor
        )
        late[place] = severity @ outcome.late[:, 0]
    return SimulatedValue(path=paths, simulated_share=share_on_time(late, due[paths]), modelled_share=modelled[paths])
