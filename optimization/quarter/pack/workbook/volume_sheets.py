"""The sheets on people and on volumes, week by week."""

from __future__ import annotations

import math

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Cell, Field, Formula
from optimization.quarter.tables import forecast_total_table, forecast_weekly_table

HEAD = 3
FIRST = HEAD + 1
WEEKS_A_PAGE = 18


def write_staffing(book: Book) -> None:
    """Write needed, available and planned people by team and week.

    Parameters
    ----------
    book
        Where to.
    """
    table = book.contents.plan.staffing.to_frame()
    needed, available = table["needed_fte"].tolist(), table["available_fte"].tolist()
    planned = table["planned_fte"].tolist()
    row = [FIRST + index + 1 for index in range(len(table))]
    note = (
        "FTE: 40 paid hours a week at the shrinkage of the team; heads that are still learning count by their output. "
        "Needed: for the targets, with queues shared and handled as today; requests that lower volume or handling time "
        "do not lower it."
    )
    sheet = book.add_sheet("Staffing", title="People against need, by team and week", note=note, landscape=False)
    sheet.widths([34, 13, 13, 13, 13, 15, 15])
    fields = [
        Field(heading="Team", cells=[in_words(str(name)) for name in table["team"]], style="wrap", width=34),
        Field(heading="Week from", cells=[day.to_pydatetime() for day in table["week"]], style="date", width=13),
        Field(heading="Needed\n[FTE]", cells=needed, style="one_digit", width=13),
        Field(heading="Today\n[FTE]", cells=available, style="one_digit", width=13),
        Field(heading="Planned\n[FTE]", cells=planned, style="one_digit", width=13),
        Field(
            heading="Today less needed [FTE]",
            cells=[Formula(f"=D{r}-C{r}", a - b) for r, a, b in zip(row, available, needed, strict=True)],
            style="fte_change",
            width=15,
        ),
        Field(
            heading="Planned less needed [FTE]",
            cells=[Formula(f"=E{r}-C{r}", a - b) for r, a, b in zip(row, planned, needed, strict=True)],
            style="fte_change",
            width=15,
        ),
    ]
    end = sheet.table(HEAD, fields)
    short = book.workbook.add_format({"font_color": "#B00020"})
    below = {"type": "cell", "criteria": "<", "value": -0.05, "format": short}
    sheet.sheet.conditional_format(FIRST, 5, end - 1, 6, below)
    sheet.freeze_and_filter(HEAD, len(table), len(fields), columns=2)


def write_forecast(book: Book) -> None:
    """Write mean arrivals by queue and week with their sums, and the range of all queues together.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    weekly, total = forecast_weekly_table(plan), forecast_total_table(plan)
    weeks = [day.to_pydatetime() for day in total["week"]]
    queues = list(plan.forecast.queues)
    means = weekly["items_mean"].to_numpy().reshape(len(queues), len(weeks))
    note = "Mean arrivals [items]. The range is that of the sum of all queues; ranges of single queues do not add up."
    pages = math.ceil(len(weeks) / WEEKS_A_PAGE)
    sheet = book.add_sheet("Forecast", title="Expected volume by week", note=note, pages_wide=pages)
    sheet.widths([34, *[11.0] * len(weeks), 13])
    first, last = xl_col_to_name(1), xl_col_to_name(len(weeks))
    end = FIRST + len(queues)
    in_all = [
        Formula(f"=SUM({first}{FIRST + i + 1}:{last}{FIRST + i + 1})", float(means[i].sum()))
        for i in range(len(queues))
    ]
    fields = [Field(heading="Queue", cells=[in_words(name) for name in queues], style="wrap", width=34)]
    fields += [
        Field(heading=f"{week:%Y-%m-%d}", cells=means[:, column].tolist(), style="items", width=11)
        for column, week in enumerate(weeks)
    ]
    fields.append(Field(heading="Plan", cells=in_all, style="items", width=13))
    sheet.table(HEAD, fields)
    labels = ("All queues", "in 1 of 10 futures below", "in 1 of 10 futures above")
    for offset, label in enumerate(labels):
        sheet.put(end + offset, 0, label, "total_text" if offset == 0 else "text")
    for column in range(1, len(weeks) + 2):
        letter = xl_col_to_name(column)
        value = float(means[:, column - 1].sum() if column <= len(weeks) else means.sum())
        sheet.put(end, column, Formula(f"=SUM({letter}{FIRST + 1}:{letter}{end})", value), "total_items")
    whole = plan.forecast.arrivals.sum(axis=(0, 2))
    for offset, name, q in ((1, "items_p10", 0.1), (2, "items_p90", 0.9)):
        cells: list[Cell] = [*total[name].tolist(), float(np.quantile(whole, q))]
        for column, cell in enumerate(cells, start=1):
            sheet.put(end + offset, column, cell, "items")
    sheet.freeze_and_filter(HEAD, 0, len(fields))
    sheet.sheet.repeat_columns(0)
