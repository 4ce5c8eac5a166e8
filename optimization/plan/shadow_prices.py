"""What one more dollar, seat, hour or point of target is worth, by week, from the duals of a solved program."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.plan.calibration import needed_factor
from optimization.program.build import StaffingTarget
from optimization.program.cut_rounds import ProgramSolution
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import column

FloatArray = NDArray[np.float64]

POINT = 0.01
LEAST_USD = 1e-6
COLUMNS = ("kind", "name", "week", "unit", "usd")


def shadow_prices(
    case: StaffingCase,
    target: StaffingTarget,
    solution: ProgramSolution,
    share: list[Callable[[float], FloatArray]],
    factor: FloatArray,
) -> pd.DataFrame:
    """Read the worth of one more of everything that is short.

    Parameters
    ----------
    case, target
        What the program was built from.
    solution
        With the prices around its whole numbers.
    share
        By queue: on-time share by path for a multiple of its hours.
    factor : ndarray of shape (n_queues,)
        Multiple of its hours with which each queue just keeps its target. [-]

    Returns
    -------
    pandas.DataFrame
        See `StaffingPlan.shadow_prices`.

    Notes
    -----
    A dollar, seat or hour: the dual of its row. A point of target: with f(s) the multiple of its hours that a queue
    needs for target share s, and lambda the duals of its rows, (f(s + 0.01) - f(s)) x sum of lambda x right side: the
    rows ask for more hours in proportion. It is given by the week in which a row ends.
    """
    prices = solution.prices
    rows: list[tuple[str, str, int, str, float]] = []
    if prices.duals is None:
        return pd.DataFrame(rows, columns=list(COLUMNS))
    weeks = range(case.n_weeks)
    for number, budget in enumerate(case.policies.budgets):
        usd = -prices.dual(column("budget", number))
        rows.append(("dollar", budget.name, budget.first_week, "USD/USD", usd))
    for number, site in enumerate(sorted(case.policies.site_seats)):
        names = [column("site_seats", number, week) for week in weeks]
        rows += [
            ("seat", site, w, "USD/seat", -prices.dual(name)) for w, name in enumerate(names) if name in prices.rows
        ]
    for number, team in enumerate(case.teams):
        rows += [("hour", team.name, week, "USD/h", -prices.dual(column("share", number, week))) for week in weeks]
    for number, record in enumerate(case.queues):
        by_week = _row_worth(case, solution, number)
        if by_week.any() and record.target.share < 1.0:
            point = min(POINT, 1.0 - record.target.share)
            more = needed_factor(share[number], target, record.target.share + point)
            rise = max(more - factor[number], 0.0) * POINT / point
            rows += [("point_of_target", record.name, week, "USD/point", float(rise * by_week[week])) for week in weeks]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame[frame["usd"].abs() > LEAST_USD].reset_index(drop=True)


def _row_worth(case: StaffingCase, solution: ProgramSolution, queue: int) -> FloatArray:
    """Dual times right side of a queue's rows, by the week in which they end [USD]."""
    by_week = np.zeros(case.n_weeks)
    for cut in solution.cuts:
        if cut.queue == queue:
            last = max((int(name.rsplit("_", 1)[1]) for name in cut.coefficients if name.startswith("give")), default=0)
            by_week[last] += solution.prices.dual(cut.name) * cut.lower
    for week in range(case.n_weeks):
        name = column("live", queue, week)
        if name in solution.prices.rows:
            required = solution.prices.dual(name)
            by_week[week] += required * float((case.skill[:, queue] * solution.given[:, queue, week]).sum())
    return by_week
