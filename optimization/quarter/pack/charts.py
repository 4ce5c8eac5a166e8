"""The charts of a run folder, as files and as text for the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecasting.chart_style import chart_style
from forecasting.plots import fan_message, plot_fan, plot_fans
from optimization.plots import (
    frontier_message,
    plot_frontier,
    plot_requests,
    plot_staffing,
    requests_message,
    staffing_message,
)
from optimization.quarter.plan import QuarterPlan

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One chart of the pack.

    Attributes
    ----------
    name
        File name without ending.
    message
        What it shows, in a sentence.
    svg
        The drawing, fit to stand inside a page among others.
    """

    name: str
    message: str
    svg: str


def write_charts(plan: QuarterPlan, folder: Path) -> dict[str, Chart]:
    """Draw every chart into a folder, as SVG and as PNG.

    Parameters
    ----------
    plan
        What a run found.
    folder
        Made if it does not exist.

    Returns
    -------
    dict of Chart
        By name.
    """
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    charts = {}
    with chart_style():
        for name, message, figure in _figures(plan):
            # No date and no version of the drawing library, so that equal runs give equal bytes.
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
            figure.savefig(folder / f"{name}.png", metadata={"Software": None})
            plt.close(figure)
            drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
            charts[name] = Chart(name=name, message=message, svg=_inline(drawing, name, message))
    return charts


def _figures(plan: QuarterPlan) -> Iterator[tuple[str, str, Figure]]:
    from matplotlib import pyplot as plt

    figure, ax = plt.subplots(layout="constrained", figsize=(8, 5))
    plot_frontier(plan.frontier, ax=ax)
    yield "frontier", frontier_message(plan.frontier), figure
    figure, ax = plt.subplots(layout="constrained", figsize=(9, 1.6 + 0.34 * max(4, len(plan.scorecard.scores))))
    plot_requests(plan.scorecard, ax=ax)
    yield "requests", requests_message(plan.scorecard), figure
    yield "staffing", staffing_message(plan.staffing), plot_staffing(plan.staffing)
    figure, ax = plt.subplots(layout="constrained", figsize=(8, 4))
    plot_fan(plan.forecast, ax=ax)
    yield "forecast", fan_message(plan.forecast), figure
    yield "forecast_by_queue", "Forecast of every queue, by week", plot_fans(plan.forecast)


def _inline(drawing: str, name: str, message: str) -> str:
    """Make a drawing fit to stand in a page: no prologue, a width that follows the page, and names of its own."""
    body = drawing[drawing.index("<svg") :]
    # Every drawing calls its parts alike (axes_1, clip paths by content); inside one page they must differ.
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r'<svg ([^>]*?)width="[^"]*" height="[^"]*"', r"<svg \1", body, count=1)
    label = message.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return body.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
