"""The sheet on what changed since an earlier run."""

from __future__ import annotations

from optimization.quarter.compare import FigureChange, RunComparison
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Cell, Field, Formula, Sheet

WIDTHS = (44, 20, 16, 16, 16, 14, 14)
STYLES = {"USD": ("usd", "usd_change"), "share": ("share", "points")}


def write_changes(book: Book) -> None:
    """Write what changed since an earlier run; nothing if none was given.

    Parameters
    ----------
    book
        Where to.
    """
    found = book.contents.comparison
    if found is None:
        return
    sheet = book.add_sheet("Changes", title=f"What changed since run {found.before}")
    sheet.widths(WIDTHS)
    sheet.paragraph(1, WIDTHS, " ".join(book.contents.narrative.since))
    row = _figures(sheet, 3, found)
    row = _requests(sheet, row + 1, found)
    row = _queues(sheet, row + 1, found)
    _inputs(sheet, row + 1, found)


def _figures(sheet: Sheet, row: int, found: RunComparison) -> int:
    styles = [STYLES.get(figure.unit, ("items", "items_change")) for figure in found.figures]
    moved = [_moved(figure, row + 2 + index) for index, figure in enumerate(found.figures)]
    plain = [style for style, _ in styles]
    fields = [
        Field(heading="Figure", cells=[figure.label for figure in found.figures], style="wrap", width=44),
        Field(heading="Unit", cells=[figure.unit for figure in found.figures], width=20),
        Field(heading="Before", cells=[figure.before for figure in found.figures], style=plain, width=16),
        Field(heading="Now", cells=[figure.after for figure in found.figures], style=plain, width=16),
        Field(heading="Change", cells=moved, style=[style for _, style in styles], width=16),
    ]
    return sheet.table(row, fields)


def _moved(figure: FigureChange, row: int) -> Formula:
    times = 100 if figure.unit == "share" else 1
    return Formula(f"={times}*(D{row}-C{row})", times * (figure.after - figure.before))


def _requests(sheet: Sheet, row: int, found: RunComparison) -> int:
    if not found.requests:
        sheet.put(row, 0, "No request changed.", "text")
        return row + 1
    verdicts = [f"{one.verdict_before or '–'} to {one.verdict_after or '–'}" for one in found.requests]
    fields = [
        Field(heading="Request", cells=[in_words(one.request) for one in found.requests], style="wrap", width=44),
        Field(heading="What happened", cells=[one.change for one in found.requests], style="strong", width=20),
        Field(
            heading="Cost before\n[USD]", cells=[one.cost_before_usd for one in found.requests], style="usd", width=16
        ),
        Field(heading="Cost now\n[USD]", cells=[one.cost_after_usd for one in found.requests], style="usd", width=16),
        Field(heading="Verdict", cells=verdicts, style="wrap", width=16),
        Field(heading="Funded before", cells=[one.share_before for one in found.requests], style="share", width=14),
        Field(heading="Funded now", cells=[one.share_after for one in found.requests], style="share", width=14),
    ]
    return sheet.table(row, fields)


def _queues(sheet: Sheet, row: int, found: RunComparison) -> int:
    if not found.queues:
        sheet.put(row, 0, "Neither volume nor service of any queue changed.", "text")
        return row + 1
    more: list[Cell] = [
        one.items_after / one.items_before - 1.0 if one.items_before and one.items_after is not None else None
        for one in found.queues
    ]
    columns: tuple[tuple[str, list[Cell], str, float], ...] = (
        ("Items a week before", [one.items_before for one in found.queues], "items", 20),
        ("Items a week now", [one.items_after for one in found.queues], "items", 16),
        ("Volume", more, "share_change", 16),
        ("On time before", [one.on_time_before for one in found.queues], "share", 16),
        ("On time now", [one.on_time_after for one in found.queues], "share", 14),
        ("Chance now", [one.chance_after for one in found.queues], "share_whole", 14),
    )
    names: list[Cell] = [in_words(one.queue) for one in found.queues]
    fields = [Field(heading="Queue, recommended set", cells=names, style="wrap", width=44)]
    fields += [Field(heading=heading, cells=cells, style=style, width=w) for heading, cells, style, w in columns]
    return sheet.table(row, fields)


def _inputs(sheet: Sheet, row: int, found: RunComparison) -> None:
    if not found.inputs:
        sheet.put(row, 0, "No input changed.", "text")
        return
    fields = [
        Field(heading="Input", cells=[one.name for one in found.inputs], style="wrap", width=44),
        Field(heading="Before", cells=[one.before for one in found.inputs], style="wrap", width=20),
        Field(heading="Now", cells=[one.after for one in found.inputs], style="wrap", width=16),
    ]
    sheet.table(row, fields)
