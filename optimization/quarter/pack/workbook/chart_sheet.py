"""The sheet with the frontier and the bridge as charts of the spreadsheet itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecasting.charts.chart_style import BLUE, GREEN, GREY, ORANGE, money, percent
from optimization.quarter.pack.phrases import counted
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.bridge_sheet import FIRST as BRIDGE_FIRST
from optimization.quarter.pack.workbook.frontier_sheet import FIRST as FRONTIER_FIRST

FONT = {"name": "Arial", "size": 9, "color": "#222222"}


def write_charts(book: Book) -> None:
    """Write the sheet with the frontier and the bridge as charts.

    Parameters
    ----------
    book
        Where to.
    """
    sheet = book.add_sheet("Charts", title="The trade-off, and the way to the recommended set", landscape=False)
    sheet.widths([12] * 9)
    sheet.sheet.insert_chart(2, 0, _frontier_chart(book), {"object_position": 3, "description": "Cost against service"})
    sheet.sheet.insert_chart(
        26, 0, _bridge_chart(book), {"object_position": 3, "description": "From today to the plan"}
    )


def _frontier_chart(book: Book) -> Any:
    plan = book.contents.plan
    frontier, best = plan.frontier, plan.recommended
    n = len(frontier.cost_usd)
    chart = book.workbook.add_chart({"type": "scatter", "subtype": "straight"})
    lines = (
        ("Mean", 2, BLUE, 2.0, "solid"),
        ("in 1 of 10 futures below", 3, GREY, 1.0, "dash"),
        ("in 1 of 10 futures above", 4, GREY, 1.0, "dash"),
    )
    for name, column, colour, width, dash in lines:
        chart.add_series(
            {
                "name": name,
                "categories": ["Frontier", FRONTIER_FIRST, 1, FRONTIER_FIRST + n - 1, 1],
                "values": ["Frontier", FRONTIER_FIRST, column, FRONTIER_FIRST + n - 1, column],
                "line": {"color": colour, "width": width, "dash_type": dash},
                "marker": {"type": "circle", "size": 4, "fill": {"color": colour}, "border": {"color": colour}}
                if n < 3
                else {"type": "none"},
            }
        )
    row = FRONTIER_FIRST + int(np.flatnonzero((frontier.levels == best.levels).all(axis=1))[0])
    label = f"recommended: {money(best.cost_usd)}, {percent(best.on_time_share_mean)}"
    chart.add_series(
        {
            "name": "Recommended",
            "categories": ["Frontier", row, 1, row, 1],
            "values": ["Frontier", row, 2, row, 2],
            "line": {"none": True},
            "marker": {"type": "diamond", "size": 10, "fill": {"color": ORANGE}, "border": {"color": ORANGE}},
            "data_labels": {
                "custom": [{"value": label}],
                "value": True,
                "position": "below",
                "font": {**FONT, "color": ORANGE, "bold": True},
            },
        }
    )
    before, after = percent(frontier.today.on_time_share_mean), percent(best.on_time_share_mean)
    title = f"{money(best.cost_usd)} takes the on-time share from {before} to {after}"
    low = float(min(frontier.on_time_share_p10.min(), frontier.today.on_time_share_mean))
    _dress(chart, title, low)
    chart.set_x_axis(
        {
            "name": "Cost within the plan [USD]",
            "num_format": _axis_money(float(frontier.cost_usd[-1])),
            "name_font": FONT,
            "num_font": FONT,
            "min": 0,
            "major_gridlines": {"visible": False},
        }
    )
    return chart


def _bridge_chart(book: Book) -> Any:
    """Columns that begin where the one before ended: the hidden part of each lifts it there."""
    plan = book.contents.plan
    last = BRIDGE_FIRST + len(plan.recommended.funded) + 1
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for name, column, colour in (("Hidden", 7, None), ("Level", 8, GREY), ("Up", 9, GREEN), ("Down", 10, ORANGE)):
        paint = {"color": colour} if colour else {"none": True}
        chart.add_series(
            {
                "name": name,
                "categories": ["Bridge", BRIDGE_FIRST, 6, last, 6],
                "values": ["Bridge", BRIDGE_FIRST, column, last, column],
                "gap": 40,
                "fill": paint,
                "border": paint,
            }
        )
    today, best = plan.frontier.today.on_time_share_mean, plan.recommended.on_time_share_mean
    title = (
        f"{counted(len(plan.recommended.funded), 'funded request')}: from {percent(today)} on time to {percent(best)}"
    )
    _dress(chart, title, float(min(today, best)))
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": {**FONT, "rotation": -45}})
    return chart


def _dress(chart: Any, title: str, lowest: float) -> None:
    """Give a chart title, value axis, legend and size."""
    grid = {"visible": True, "line": {"color": "#DDDDDD", "width": 0.5}}
    axis = {"name": "On-time share, weighted by severity", "num_format": "0%", "max": 1, "major_gridlines": grid}
    floor = max(0.0, np.floor(lowest * 10 - 0.5) / 10)
    chart.set_y_axis({**axis, "min": floor, "name_font": FONT, "num_font": FONT})
    chart.set_title({"name": title, "name_font": {**FONT, "size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": FONT})
    chart.set_size({"width": 780, "height": 460})


def _axis_money(most: float) -> str:
    if most >= 2e6:
        return '"$"#,##0.0,,"M"'
    return '"$"#,##0,"k"' if most >= 5e3 else '"$"#,##0'
