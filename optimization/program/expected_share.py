"""Targets that are met on average over the paths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.deadline_cover import AskedPaths, every_path
from optimization.program.missed_cuts import SHARE_TOLERANCE, Position, Touching, missed_cut
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedShare:
    """A `target` of `plan_staffing`: the mean over paths of every queue's on-time share reaches its target share.

    Notes
    -----
    mean over paths of missed / due <= 1 - share. One row a round sums over all paths: no path is left out.

    Examples
    --------
    Two paths reach 100% and 80%, which is 90% on average:

    >>> round(ExpectedShare().short_by(np.array([1.0, 0.8]), 0.95), 9)
    0.05
    """

    def short_by(self, on_time_share: FloatArray, target_share: float) -> float:
        """Share by which a queue is short of its target; below 0 where it has some to spare.

        Parameters
        ----------
        on_time_share : ndarray of shape (n_paths,)
            [-]
        target_share : float
            [-]

        Returns
        -------
        float
            [-]
        """
        return float(target_share - on_time_share.mean())

    def asked_paths(self, case: StaffingCase, _given: FloatArray) -> AskedPaths:
        """All paths count.

        Parameters
        ----------
        case
            What is known.

        Returns
        -------
        AskedPaths
        """
        return every_path(case)

    def touching(self, position: Position) -> list[Touching]:
        """One row a deferred queue: its mean late share against what is allowed."""
        case, found = position.case, []
        for queue in position.deferred:
            weight = _one_over(case.flows[queue].due_items) / case.forecast.n_paths
            allowed = float(position.asked.allowed[queue])
            found.append(
                Touching(
                    cut=missed_cut(position, queue, weight, allowed=allowed),
                    excess=float(position.late_share(queue).mean()) - position.allowed(queue),
                    tolerance=SHARE_TOLERANCE,
                )
            )
        return found


def _one_over(items: FloatArray) -> FloatArray:
    return np.divide(1.0, items, out=np.zeros_like(items), where=items > 0)
