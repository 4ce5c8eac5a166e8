"""The pages of the booklet: the answer, the requests, the charts with their tables, and what the figures rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.charts.chart_style import SOFT, money, percent, points
from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.booklet.canvas import (
    FOOTER,
    LINE_HEIGHT,
    MARGIN,
    PAGE_HEIGHT,
    TEXT_WIDTH,
    WORDS_SIZE,
    Canvas,
    TableColumn,
    lines_of,
)
from optimization.quarter.pack.charts import Chart
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.phrases import counted
from optimization.quarter.pack.plain_table import plain_table
from optimization.quarter.pack.reading import READING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Of a cell in the numbers behind a chart.
MOST_LINES = 2
# What a column of figures is wide enough for, at about nine columns.
LETTERS_OF_FIGURES = 9
# Of the line below that says how many rows are left out. [points]
ROOM_OF_NOTE = 14.0

REQUEST_COLUMNS = (
    TableColumn(heading="Request", part=3.0),
    TableColumn(heading="Owner", part=1.6),
    TableColumn(heading="Verdict", part=1.0),
    TableColumn(heading="Asked", part=0.95, align="right"),
    TableColumn(heading="Approve", part=1.35, align="right"),
    TableColumn(heading="Added on time", part=0.95, align="right"),
    TableColumn(heading="Why", part=6.2),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Page:
    """A page, and the chart that is laid on it.

    Attributes
    ----------
    canvas
        Everything but the chart.
    chart
        The drawing; None on a page of words.
    chart_scale
        Size of the chart on the page over its own. [-]
    chart_bottom
        Lower edge of the chart above that of the page. [points]
    """

    canvas: Canvas
    chart: Figure | None = None
    chart_scale: float = 1.0
    chart_bottom: float = 0.0


def pages(contents: PackContents, charts: Iterable[Chart]) -> Iterator[Page]:
    """Fill the pages of the booklet in reading order.

    Parameters
    ----------
    contents
        What it is written from.
    charts
        In reading order.

    Yields
    ------
    Page
    """
    yield from answer_pages(contents)
    yield from request_pages(contents)
    for chart in charts:
        yield chart_page(chart)
    yield from closing_pages(contents)


def answer_pages(contents: PackContents) -> Iterator[Page]:
    """Write the answer on one page; a very long one goes on on the next.

    Parameters
    ----------
    contents
        What it is written from.

    Yields
    ------
    Page
    """
    about, words = contents.inputs.config.plan, contents.narrative
    days = contents.plan.forecast.period_start
    canvas = Canvas("The answer")
    canvas.write(" ".join(about.name.split()), size=17.0, weight="bold")
    period = f"{days[0].day} {days[0]:%B %Y} to {days[-1].day} {days[-1]:%B %Y}"
    canvas.write(f"{period}. Amounts in USD within the plan.", colour=SOFT)
    if about.data_note:
        canvas.write(" ".join(about.data_note.split()), colour=SOFT)
    canvas.skip(8.0)
    canvas.write(words.headline, size=12.0, weight="bold")
    canvas.skip(6.0)
    canvas.tiles(_tiles(contents))
    for heading, sentences in words.paragraphs:
        shown = " ".join(sentences[1:] if heading == "Recommendation" else sentences)
        if not shown:
            continue
        lines = lines_of(shown, WORDS_SIZE, "normal", TEXT_WIDTH)
        line_height = LINE_HEIGHT * WORDS_SIZE
        # A section stands on one page as a whole where a page can hold it.
        if canvas.room < 4.0 + line_height * (1 + len(lines)) and canvas.top > MARGIN:
            yield Page(canvas=canvas)
            canvas = Canvas()
        canvas.skip(4.0)
        canvas.write("Why this set" if heading == "Recommendation" else heading, size=10.0, weight="bold")
        for line in lines:
            if canvas.room < line_height:
                yield Page(canvas=canvas)
                canvas = Canvas()
            canvas.write(line)
    yield Page(canvas=canvas)


def _tiles(contents: PackContents) -> list[tuple[str, str]]:
    plan = contents.plan
    today, best, budget = plan.frontier.today, plan.recommended, plan.frontier.budget_usd
    met = targets_met(plan, recommended=False), targets_met(plan, recommended=True)
    of_budget = f"recommended, of a budget of {money(budget)}" if np.isfinite(budget) else "recommended"
    return [
        (money(best.cost_usd), of_budget),
        (
            f"{percent(today.on_time_share_mean)} → {percent(best.on_time_share_mean)}",
            "on-time share by severity, today and recommended",
        ),
        (f"{percent(best.on_time_share_p10)} – {percent(best.on_time_share_p90)}", "in 8 of 10 simulated futures"),
        (
            f"{met[0]} → {met[1]} of {len(plan.values.case.queues)}",
            "queues that meet their target with the chance wanted",
        ),
    ]


def request_pages(contents: PackContents) -> Iterator[Page]:
    """Write every request with its verdict and the reasons.

    Parameters
    ----------
    contents
        What they are written from.

    Yields
    ------
    Page
    """
    gain = {score.name: score.marginal_gain for score in contents.plan.scorecard.scores}
    rows = [
        (
            one.title,
            one.owner,
            str(one.verdict),
            money(one.asked_usd),
            f"{money(one.approved_usd)} {f'({one.amount})' if one.amount else ''}".strip() if one.approved_usd else "",
            points(gain[one.request]).removesuffix(" points"),
            one.reason,
        )
        for one in contents.narrative.decisions
    ]
    note = (
        "What is funded first, by what it adds on top of the others. Added on time: change of the on-time share, "
        "weighted by severity, in percentage points. Effects overlap, so rows do not add up."
    )
    yield from table_pages("Request by request", note, REQUEST_COLUMNS, rows, size=7.2, most_lines=9)


def table_pages(
    heading: str,
    note: str,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[str]],
    *,
    size: float = 8.0,
    most_lines: int = 3,
) -> Iterator[Page]:
    """Write a table over as many pages as it needs; none if it has no rows.

    Parameters
    ----------
    heading, note : str
        What it is, and what to know of it.
    columns, rows
        Of the table.
    size : float
        Of the type. [points]
    most_lines : int
        Of a cell.

    Yields
    ------
    Page
    """
    done = 0
    while done < len(rows):
        canvas = Canvas("" if done else heading)
        canvas.write(f"{heading} (continued)" if done else heading, size=14.0, weight="bold")
        if not done:
            canvas.write(note, colour=SOFT, size=8.5)
        canvas.skip(6.0)
        done += max(1, canvas.table(columns, rows[done:], size=size, most_lines=most_lines))
        yield Page(canvas=canvas)


def chart_page(chart: Chart) -> Page:
    """Set a chart on a page, and the numbers behind it below.

    Parameters
    ----------
    chart
        As drawn for a page of paper.

    Returns
    -------
    Page
        As tall as the chart needs, where that is more than A4.
    """
    wide, tall = (72.0 * float(inches) for inches in chart.figure.get_size_inches())
    scale = TEXT_WIDTH / wide
    canvas = Canvas(chart.message, height=max(PAGE_HEIGHT, MARGIN + scale * tall + FOOTER + 20.0))
    canvas.skip(scale * tall)
    bottom = canvas.height - canvas.top
    canvas.skip(10.0)
    if canvas.room > 60.0 and len(chart.table):
        _numbers(canvas, chart.table)
    return Page(canvas=canvas, chart=chart.figure, chart_scale=scale, chart_bottom=bottom)


def _numbers(canvas: Canvas, table: pd.DataFrame) -> None:
    """Write the numbers behind a chart: an even choice of rows where all are figures in order, else the first."""
    n_columns, n_rows = len(table.columns), len(table)
    size = 7.5 if n_columns <= 9 else 5.0
    fits = max(1, int((canvas.room - 40.0) / (1.3 * size + 2.0)))
    even = np.unique(np.linspace(0, n_rows - 1, fits).round().astype(int))
    steps = all(kind.kind == "f" for kind in table.dtypes)
    plain = plain_table(table.iloc[even] if steps and n_rows > fits else table.head(fits))
    heads, rows, numeric = plain["heads"], plain["rows"], plain["numeric"]
    columns = [
        TableColumn(heading=head, part=1.0 if number else _part_of_words(cells), align="right" if number else "left")
        for head, number, cells in zip(heads, numeric, zip(*rows, strict=True), strict=True)
    ]
    written = canvas.table(columns, rows, size=size, most_lines=MOST_LINES, below=ROOM_OF_NOTE)
    more = n_rows - written
    if more > 0:
        canvas.write(f"and {counted(more, 'more row')} in the tables of the run folder", size=7.5, colour=SOFT)


def _part_of_words(cells: Sequence[str]) -> float:
    """Width of a column of words against one of figures: by its longest cell, which may take two lines."""
    return float(np.clip(max(map(len, cells)) / LETTERS_OF_FIGURES, 1.2, 4.5))


def closing_pages(contents: PackContents) -> Iterator[Page]:
    """Write what the figures rest on, and what is odd about the volumes.

    Parameters
    ----------
    contents
        What it is written from.

    Yields
    ------
    Page
    """
    canvas = Canvas("What the figures rest on")
    canvas.write("What the figures rest on", size=14.0, weight="bold")
    canvas.skip(4.0)
    for sentence in READING:
        canvas.write(f"• {sentence}")
        canvas.skip(2.0)
    record = contents.manifest
    canvas.skip(8.0)
    canvas.write(f"Optimality: {record['work']['optimality']}.", colour=SOFT)
    canvas.write(f"Seed {record['seed']}, opex-staffing {record['version']}, run {record['run_id']}.", colour=SOFT)
    yield Page(canvas=canvas)
    columns = (
        TableColumn(heading="Severity", part=1.0),
        TableColumn(heading="Queue", part=2.0),
        TableColumn(heading="Finding", part=7.0),
    )
    found = contents.findings
    rows = list(
        zip(found["severity"].astype(str), found["queue"].astype(str), found["sentence"].astype(str), strict=True)
    )
    yield from table_pages("Findings on the data", "What is odd about the volumes, the gravest first.", columns, rows)
