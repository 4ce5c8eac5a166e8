"""The trade-off of cost against service, and what is read off it: the set to fund, the knee, the next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.charts.chart_style import points
from optimization.block_values import SetValues
from optimization.frontier_bound import highest_share
from optimization.frontier_point import FrontierPoint
from optimization.funded_sets import everything_asked, funded_names, minimum_set, with_needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Frontier:
    """All non-dominated sets of requests, by rising cost.

    Attributes
    ----------
    values
        The valued sets behind it.
    levels : ndarray of shape (n_points, n_requests)
        Share of each request that each set funds. [-]
    cost_usd, on_time_share_mean, on_time_share_p10, on_time_share_p90, late_harm : ndarray of shape (n_points,)
        See `FrontierPoint`.
    late_items, probability_all_met, freed_hours : ndarray of shape (n_points,)
        See `FrontierPoint`.
    on_time_share_bound : ndarray of shape (n_points,)
        No feasible set of that cost or less has a higher mean on-time share than this: proven by valuing every set,
        then it equals the mean (unless more can be late on a path than is due today), or by a mixed-integer program
        over the sets that were not valued. [-]
    budget_usd
        Money for requests in the plan; infinite if there is no budget. [USD]
    willingness_to_pay_usd
        What avoiding one severity-weighted late item is worth; None to buy all the service the budget can.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> frontier.at_budget(2000).funded, frontier.at_budget(3000).funded, frontier.optimality
    ((), ('three',), 'exact: every feasible set of every block was valued')
    """

    values: SetValues
    levels: FloatArray
    cost_usd: FloatArray
    on_time_share_mean: FloatArray
    on_time_share_p10: FloatArray
    on_time_share_p90: FloatArray
    late_harm: FloatArray
    late_items: FloatArray
    probability_all_met: FloatArray
    freed_hours: FloatArray
    on_time_share_bound: FloatArray
    budget_usd: float
    willingness_to_pay_usd: float | None

    def at_budget(self, usd: float) -> FrontierPoint:
        """Return the set with the highest on-time share that costs no more than a budget.

        Parameters
        ----------
        usd : float
            Budget. [USD]

        Returns
        -------
        FrontierPoint

        Raises
        ------
        ValueError
            If even the cheapest feasible set costs more.
        """
        return self.point(self.levels[self._row_at(usd)])

    @property
    def gap(self) -> float:
        """Most by which the mean on-time share of any feasible set could exceed that of the frontier at its cost [-].

        Sets that cost more than one set of the frontier and less than the next count too, and those dearer than all.
        """
        if self.values.is_complete and self.values.shares_add_up:
            return 0.0
        just_below_next = np.append(np.round(100 * self.cost_usd[1:]) - 1, np.inf)
        most = highest_share(self.values, just_below_next)
        return max(0.0, float((most - self.on_time_share_mean).max()))

    @property
    def optimality(self) -> str:
        """Say in words whether the frontier is exact."""
        if self.values.is_complete:
            exact = "exact: every feasible set of every block was valued"
            if self.values.shares_add_up:
                return exact
            return (
                f"{exact}. On some simulated futures more is late than is due today, where shares stop at 0; sets are "
                f"compared as if they did not, and none gives more than {points(self.gap)} of on-time share above the "
                "frontier at its cost"
            )
        n_searched = sum(one.open_sets is not None for one in self.values.blocks)
        return (
            f"searched: {self.values.n_sets:,} sets were valued; in {n_searched} of {len(self.values.blocks)} groups "
            "of requests there are too many to value all. A mixed-integer program over the most that the service "
            f"models allow proves that no set gives more than {points(self.gap)} of on-time share above the frontier "
            "at its cost"
        )

    @property
    def recommended(self) -> FrontierPoint:
        """The set to fund: of the frontier within the budget, the one whose avoided lateness is worth most net of cost.

        Without a willingness to pay, the one with the highest on-time share. A set that is not on the frontier can be
        worth more net of cost: where volumes differ widely between paths, it may avoid more late items on the paths
        with many, and yet a smaller share of them on the mean of all paths.
        """
        last = self._row_at(self.budget_usd)
        if self.willingness_to_pay_usd is None:
            return self.point(self.levels[last])
        net = -self.willingness_to_pay_usd * self.late_harm[: last + 1] - self.cost_usd[: last + 1]
        return self.point(self.levels[int(np.argmax(net))])

    @property
    def knee(self) -> FrontierPoint:
        """The set that lies farthest above the line from the cheapest to the dearest, on scales from 0 to 1.

        References
        ----------
        .. [1] V. Satopää, J. Albrecht, D. Irwin and B. Raghavan (2011), Finding a "kneedle" in a haystack, 31st
           International Conference on Distributed Computing Systems Workshops, doi:10.1109/ICDCSW.2011.20.
        """
        cost = self.cost_usd - self.cost_usd[0]
        gain = self.on_time_share_mean - self.on_time_share_mean[0]
        if gain[-1] <= 0:
            # Where more is late than is due today, no money lifts the share above 0.
            return self.point(self.levels[0])
        if len(cost) < 3:
            return self.point(self.levels[-1])
        return self.point(self.levels[int(np.argmax(gain / gain[-1] - cost / cost[-1]))])

    @property
    def today(self) -> FrontierPoint:
        """Today's staffing: nothing funded."""
        return self.point(np.zeros(self.levels.shape[1]))

    @property
    def requested(self) -> FrontierPoint:
        """All asks that can go together; of requests that exclude each other, the one that avoids more late harm."""
        case = self.values.case
        start = minimum_set(case)
        late = [self.values.measure(with_needs(case, row, start)).late_harm for row in range(len(case.requests))]
        return self.point(everything_asked(case, sorted(range(len(late)), key=lambda row: (late[row], row))))

    @property
    def least(self) -> FrontierPoint:
        """The cheapest feasible set: the mandatory requests, or nothing."""
        return self.point(minimum_set(self.values.case))

    @property
    def next_step_price_usd(self) -> float | None:
        """Least cost per late item of severity 1 of any step beyond the recommended set; None if there is none.

        At a willingness to pay above this (and a budget that allows the step) more would be bought. [USD]
        """
        best = self.recommended
        beyond = (self.cost_usd > best.cost_usd + 0.005) & (self.late_harm < best.late_harm)
        if not beyond.any():
            return None
        return float(((self.cost_usd[beyond] - best.cost_usd) / (best.late_harm - self.late_harm[beyond])).min())

    def point(self, levels: FloatArray) -> FrontierPoint:
        """Return cost and service of any set, whether it may be funded or not.

        Parameters
        ----------
        levels : ndarray of shape (n_requests,)
            Share of each request that is funded. [-]

        Returns
        -------
        FrontierPoint
        """
        measure = self.values.measure(levels)
        low, high = np.quantile(measure.share, [0.1, 0.9])
        price = self.willingness_to_pay_usd
        return FrontierPoint(
            levels=levels,
            funded=funded_names(self.values.case, levels),
            cost_usd=measure.cost_usd,
            on_time_share_mean=float(measure.share.mean()),
            on_time_share_p10=float(low),
            on_time_share_p90=float(high),
            late_harm=measure.late_harm,
            late_items=measure.late_items,
            on_time_items_by_queue=self.values.today_due_items - measure.late_items_by_queue,
            probability_met=measure.met.mean(axis=1),
            probability_all_met=float(measure.met.all(axis=0).mean()),
            breach_usd=None if price is None else price * measure.late_harm,
            freed_hours=measure.freed_hours,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a set: cost, service, the set, and whether the budget allows it."""
        price = np.nan if self.willingness_to_pay_usd is None else self.willingness_to_pay_usd
        return pd.DataFrame(
            {
                "cost_usd": self.cost_usd,
                "on_time_share_mean": self.on_time_share_mean,
                "on_time_share_p10": self.on_time_share_p10,
                "on_time_share_p90": self.on_time_share_p90,
                "late_items": self.late_items,
                "breach_usd": price * self.late_harm,
                "probability_all_targets_met": self.probability_all_met,
                "freed_hours": self.freed_hours,
                "on_time_share_bound": self.on_time_share_bound,
                "requests": ["; ".join(funded_names(self.values.case, row)) for row in self.levels],
                "within_budget": self.cost_usd <= self.budget_usd,
            }
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the frontier on `ax`; see `optimization.plots.plot_frontier`."""
        from optimization.plots import plot_frontier

        return plot_frontier(self, ax=ax)

    def _row_at(self, usd: float) -> int:
        row = int(np.searchsorted(self.cost_usd, usd, side="right")) - 1
        if row < 0:
            raise ValueError(
                f"no feasible set costs ${usd:,.0f} or less; the cheapest costs ${self.cost_usd[0]:,.0f} "
                f"({'; '.join(funded_names(self.values.case, self.levels[0])) or 'nothing funded'})"
            )
        return row
