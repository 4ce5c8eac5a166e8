"""A price of every late item instead of a target: service as far as it is worth its cost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.deadline_cover import AskedPaths, every_path
from optimization.program.missed_cuts import Position, Touching, missed_cut
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import column

FloatArray = NDArray[np.float64]

# Late items that are wrong by less than this part of the items due are right.
ITEM_TOLERANCE = 1e-5


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceOfLateness:
    """A `target` of `plan_staffing` without a target share: staffing and late items together cost least.

    Attributes
    ----------
    usd_per_item
        Worth of deciding one item of severity 1 in time. [USD]

    Raises
    ------
    ValueError
        If the price is not above 0.

    Notes
    -----
    Adds price x severity x l[q] to the cost, with l[q] >= the mean over paths of the items missed: each round adds the
    row that touches it now (Benders' cut [1]_, summed over all paths).

    References
    ----------
    .. [1] J. F. Benders (1962), Partitioning procedures for solving mixed-variables programming problems, Numerische
       Mathematik 4, doi:10.1007/BF01386316.

    Examples
    --------
    At 50 USD a late item is worth more people than at 10 cents.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import PriceOfLateness, plan_staffing
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=1, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> forecast = forecast_volumes(history, 14, n_paths=5)
    >>> targets = [PriceOfLateness(usd_per_item=usd) for usd in (50, 0.1)]
    >>> dear, cheap = (plan_staffing(forecast, [queue], [team], target=one, simulated_items=0) for one in targets)
    >>> bool(dear.heads.sum() > cheap.heads.sum())
    True
    """

    usd_per_item: float

    def __post_init__(self) -> None:
        if not 0.0 < self.usd_per_item < float("inf"):
            raise ValueError(f"usd_per_item must be above 0; found {self.usd_per_item!r}")

    def short_by(self, on_time_share: FloatArray, target_share: float) -> float:
        """No share is asked for, so none is missing.

        Parameters
        ----------
        on_time_share : ndarray of shape (n_paths,)
            [-]
        target_share : float
            [-]

        Returns
        -------
        float
            0. [-]
        """
        return 0.0 * float(on_time_share.size and target_share)

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
        """One row a deferred queue: the mean of its items missed against the column that pays for them.

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
            late = column("late", queue)
            # Where an item takes more hours to save, it counts for more: an hour saves as much as the price says.
            weigh = 1.0 + float(position.margin[queue])
            weight = np.full(case.forecast.n_paths, weigh / case.forecast.n_paths)
            found.append(
                Touching(
                    cut=missed_cut(position, queue, weight, allowed=0.0, column_for_rest=late),
                    excess=float(weight @ position.missed(queue)) - position.extra[late],
                    tolerance=ITEM_TOLERANCE * max(1.0, float(case.flows[queue].due_items.mean())),
                    column_for_rest=late,
                )
            )
        return found
