"""Targets that are met in the mean of the worst paths: conditional value at risk of late items."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.deadline_cover import AskedPaths, every_path
from optimization.program.missed_cuts import SHARE_TOLERANCE, Position, Touching, missed_cut
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class TailRisk:
    """A `target` of `plan_staffing`: the mean on-time share of each queue's worst paths reaches its target share.

    Attributes
    ----------
    tail
        Part of the paths that are the worst. [-]

    Raises
    ------
    ValueError
        If the tail lies outside 0-1.

    Notes
    -----
    CVaR at level 1 - tail of the late share [1]_ is at most 1 - share. CVaR is the greatest mean over weights of the
    paths of which none exceeds 1 / (tail x paths), so each round adds the row of the weights that are worst now.

    References
    ----------
    .. [1] R. T. Rockafellar and S. Uryasev (2000), Optimization of conditional value-at-risk, Journal of Risk 2(3),
       doi:10.21314/JOR.2000.038.

    Examples
    --------
    >>> TailRisk(tail=0.5).weights(np.array([0.1, 0.4, 0.0, 0.2]))
    array([0. , 0.5, 0. , 0.5])
    """

    tail: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 < self.tail <= 1.0:
            raise ValueError(f"tail must lie above 0 and up to 1; found {self.tail!r}")

    def weights(self, late_share: FloatArray) -> FloatArray:
        """Weights of the paths with which the mean of `late_share` is greatest.

        Parameters
        ----------
        late_share : ndarray of shape (n_paths,)
            [-]

        Returns
        -------
        ndarray of shape (n_paths,)
            Sum to 1; none exceeds 1 / (tail x paths). [-]
        """
        most = 1.0 / (self.tail * late_share.size)
        order = np.argsort(-late_share, kind="stable")
        weight = np.empty(late_share.size)
        weight[order] = np.clip(1.0 - most * np.arange(late_share.size), 0.0, most)
        return weight

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
        return float(target_share - self.weights(-on_time_share) @ on_time_share)

    def asked_paths(self, case: StaffingCase, _given: FloatArray) -> AskedPaths:
        """All paths may be among the worst.

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
        """One row a deferred queue: the mean late share of its worst paths against what the flow may miss.

        Parameters
        ----------
        position
            The plan.

        Returns
        -------
        list of Touching
        """
        case, found = position.case, []
        for queue in position.deferred:
            late, due = position.late_share(queue), case.flows[queue].due_items
            weight = self.weights(late)
            per_item = np.divide(weight, due, out=np.zeros_like(weight), where=due > 0)
            found.append(
                Touching(
                    cut=missed_cut(position, queue, per_item, allowed=float(position.asked.allowed[queue])),
                    excess=float(weight @ late) - position.allowed(queue),
                    tolerance=SHARE_TOLERANCE,
                )
            )
        return found
