"""Picture of the curve of cost against service, with the bounds that enclose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import new_axes, title_with_subtitle
from forecasting.charts.chart_style import BLUE, PALE_BLUE, money, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.cost_service.curve import CostServiceCurve

PLACES = 200


def curve_message(curve: CostServiceCurve) -> str:
    """Say what the first half of the money buys of all that money can buy.

    Parameters
    ----------
    curve
        That is drawn.

    Returns
    -------
    str
    """
    low, high = float(curve.extra_cost_usd[0]), float(curve.extra_cost_usd[-1])
    first, last = float(curve.on_time_share[0]), float(curve.on_time_share[-1])
    if last <= first:
        return f"More money buys no more service: {percent(last)} on time"
    half = float(curve.lower_bound((low + high) / 2.0))
    part = percent((half - first) / (last - first), 0)
    return f"{money((high - low) / 2.0)} buy {part} of the service that {money(high - low)} buy"


def plot_cost_service(curve: CostServiceCurve, *, ax: Axes | None = None) -> Axes:
    """Draw on-time share against cost: the solved points, and the band in which the curve lies.

    Parameters
    ----------
    curve
        To draw.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.ticker import FuncFormatter

    ax = new_axes(ax)
    low, high = float(curve.extra_cost_usd[0]), float(curve.extra_cost_usd[-1])
    cost = np.unique(np.concatenate([np.linspace(low, high, PLACES), curve.extra_cost_usd]))
    ax.fill_between(cost, curve.lower_bound(cost), curve.upper_bound(cost), color=PALE_BLUE, linewidth=0)
    ax.plot(curve.extra_cost_usd, curve.on_time_share, "o-", color=BLUE, markersize=4, linewidth=1.2)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda usd, _: money(usd)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share, 0)))
    ax.set(xlabel="Cost beyond today's staffing", ylabel="Items on time")
    subtitle = f"Dots: best on-time share at budgets solved; the curve is certain to {percent(curve.certified_gap, 2)}"
    title_with_subtitle(ax, curve_message(curve), subtitle)
    return ax
