"""The sheet on what the figures rest on: how the plan decides, queues, teams, and the effects that requests claim."""

from __future__ import annotations

from collections.abc import Sequence

from optimization.effect import EffectKind
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.reading import READING
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Cell, Field, Sheet
from optimization.quarter.tables import queues_table, teams_table

UNITS = {
    EffectKind.HEADS: "heads",
    EffectKind.SEATS: "seats",
    EffectKind.OVERTIME_HOURS: "h a week",
    EffectKind.HANDLE_TIME: "share of handling time",
    EffectKind.VOLUME: "share of volume",
    EffectKind.SHRINKAGE: "share of paid time",
    EffectKind.SKILL: "standard work an hour",
    EffectKind.QUALITY: "share that comes back",
}
WIDTHS = (40, 16, 14, 14, 14, 14, 14, 14, 44)


def write_assumptions(book: Book) -> None:
    """Write what the figures rest on.

    Parameters
    ----------
    book
        Where to.
    """
    sheet = book.add_sheet("Assumptions", title="What the figures rest on")
    sheet.widths(WIDTHS)
    row = 2
    for sentence in READING:
        sheet.paragraph(row, WIDTHS, f"• {sentence}")
        row += 1
    row = _settings(book, sheet, row + 1)
    row = _section(sheet, row, "Queues", _queues(book))
    row = _section(sheet, row, "Teams", _teams(book))
    if book.contents.plan.values.case.effects:
        _section(sheet, row, "Effects that requests claim", _effects(book))


def _settings(book: Book, sheet: Sheet, row: int) -> int:
    """How the plan decides: label and value."""
    config, plan = book.contents.inputs.config, book.contents.plan
    price = config.decision.willingness_to_pay_usd
    lines: list[tuple[str, Cell, str]] = [
        ("Length of the plan [weeks]", plan.values.case.n_weeks, "items"),
        ("Time zone", config.plan.time_zone, "text"),
        ("Budget [USD]", config.decision.budget_usd, "usd"),
        ("Worth of avoiding a late item of severity 1 [USD]", price if price is not None else "not given", "cents"),
        ("Chance wanted of meeting each target", config.decision.probability, "share_whole"),
        ("Futures drawn", plan.forecast.n_paths, "items"),
        ("Seed", book.contents.manifest["seed"], "items"),
    ]
    sheet.put(row, 0, "How the plan decides", "section")
    for offset, (label, value, style) in enumerate(lines, start=1):
        sheet.put(row + offset, 0, label, "wrap")
        sheet.put(row + offset, 1, value, style)
    return row + len(lines) + 2


def _section(sheet: Sheet, row: int, heading: str, fields: Sequence[Field]) -> int:
    sheet.put(row, 0, heading, "section")
    return sheet.table(row + 1, fields) + 1


def _queues(book: Book) -> list[Field]:
    table = queues_table(book.contents.plan)
    work = table["work_hours_per_item"].round(4).tolist()
    return [
        Field(heading="Queue", cells=[in_words(str(name)) for name in table["queue"]], style="wrap", width=40),
        Field(heading="Target", cells=table["target_share"].tolist(), style="share_whole", width=16),
        Field(heading="within\n[h]", cells=table["target_hours"].tolist(), style="number", width=14),
        Field(heading="Severity", cells=table["severity"].tolist(), style="number", width=14),
        Field(heading="Review\n[min]", cells=table["handle_minutes"].tolist(), style="number", width=14),
        Field(heading="Reviews an item", cells=table["reviews_per_item"].tolist(), style="number", width=14),
        Field(heading="Work an item\n[h]", cells=work, style="number", width=14),
        Field(heading="Waiting at the start [items]", cells=table["backlog_items"].tolist(), style="items", width=14),
        Field(heading="How it was forecast", cells=table["forecast_method"].tolist(), style="wrap", width=44),
    ]


def _teams(book: Book) -> list[Field]:
    table = teams_table(book.contents.plan)
    skills = [", ".join(map(in_words, team.skills)) for team in book.contents.plan.values.case.teams]
    return [
        Field(heading="Team", cells=[in_words(str(name)) for name in table["team"]], style="wrap", width=40),
        Field(
            heading="Site and kind",
            cells=[f"{a}, {in_words(b)}" for a, b in zip(table["site"], table["kind"], strict=True)],
            style="wrap",
            width=16,
        ),
        Field(heading="Heads", cells=table["heads"].tolist(), style="number", width=14),
        Field(heading="Paid hours a week", cells=table["paid_hours_per_week"].tolist(), style="number", width=14),
        Field(heading="Shrinkage", cells=table["shrinkage"].tolist(), style="share", width=14),
        Field(
            heading="Cost of a head a week [USD]", cells=table["cost_usd_per_head_week"].tolist(), style="usd", width=14
        ),
        Field(
            heading="Lead, ramp\n[weeks]",
            cells=[f"{a:g}, {b:g}" for a, b in zip(table["hire_lead_weeks"], table["ramp_weeks"], strict=True)],
            width=14,
        ),
        Field(heading="Leave in a week", cells=table["weekly_attrition"].tolist(), style="share", width=14),
        Field(heading="Serves", cells=skills, style="wrap", width=44),
    ]


def _effects(book: Book) -> list[Field]:
    case = book.contents.plan.values.case
    pairs = [(case.requests[row], effect) for row, effect in case.effects]
    return [
        Field(heading="Request", cells=[in_words(request.name) for request, _ in pairs], style="wrap", width=40),
        Field(heading="Changes", cells=[in_words(str(effect.kind)) for _, effect in pairs], style="wrap", width=16),
        Field(heading="Low", cells=[effect.low for _, effect in pairs], style="number", width=14),
        Field(heading="Most likely", cells=[effect.mode for _, effect in pairs], style="number", width=14),
        Field(heading="High", cells=[effect.high for _, effect in pairs], style="number", width=14),
        Field(heading="Unit", cells=[UNITS[effect.kind] for _, effect in pairs], style="wrap", width=14),
        Field(heading="From week", cells=[request.start_week + 1 for request, _ in pairs], style="number", width=14),
        Field(
            heading="Chance that it works",
            cells=[r.success_probability for r, _ in pairs],
            style="share_whole",
            width=14,
        ),
        Field(
            heading="Where",
            cells=[", ".join(map(in_words, [*([e.team] if e.team else []), *e.queues])) for _, e in pairs],
            style="wrap",
            width=44,
        ),
    ]
