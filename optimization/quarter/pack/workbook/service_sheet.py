"""The sheet on service: every queue today and with the recommended set."""

from __future__ import annotations

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula

WANTED, HEAD = 3, 5
FIRST = HEAD + 1


def write_service(book: Book) -> None:
    """Write service by queue.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    today, then = plan.service_today.to_frame(), plan.service_recommended.to_frame()
    wanted = plan.requirement.probability
    n = len(today)
    row = [FIRST + index + 1 for index in range(n)]
    note = (
        "On-time share of the whole plan: mean over futures, and the range of 8 in 10. Chance: that the target is met."
    )
    sheet = book.add_sheet("Service", title="Service by queue, today and with the recommended set", note=note)
    sheet.widths([34, 8, 8, 9, 10, 10, 11, 10, 10, 11, 10, 10, 12, 12, 12, 12, 12])
    sheet.put(WANTED, 0, "Chance wanted", "strong")
    sheet.put(WANTED, 1, wanted, "share_whole")
    book.name("ChanceWanted", sheet, (WANTED, 1))
    share_now, share_then = today["on_time_share_mean"].tolist(), then["on_time_share_mean"].tolist()
    late_now, late_then = today["late_items_mean"].tolist(), then["late_items_mean"].tolist()
    chance = then["probability_target_met"].tolist()
    change = [100 * (b - a) for a, b in zip(share_now, share_then, strict=True)]
    avoided = [a - b for a, b in zip(late_now, late_then, strict=True)]
    met = ["yes" if value >= wanted else "no" for value in chance]
    fields = [
        Field(heading="Queue", cells=[in_words(str(name)) for name in today["queue"]], style="wrap", width=34),
        Field(heading="Target", cells=today["target_share"].tolist(), style="share_whole", width=8),
        Field(heading="within\n[h]", cells=today["target_hours"].tolist(), style="number", width=8),
        Field(heading="Severity", cells=[q.severity for q in plan.values.case.queues], style="number", width=9),
        Field(heading="On time today", cells=share_now, style="share", width=10),
        Field(heading="Chance today", cells=today["probability_target_met"].tolist(), style="share_whole", width=10),
        Field(heading="On time, planned", cells=share_then, style="share", width=11),
        Field(heading="in 1 of 10 below", cells=then["on_time_share_p10"].tolist(), style="share", width=10),
        Field(heading="in 1 of 10 above", cells=then["on_time_share_p90"].tolist(), style="share", width=10),
        Field(
            heading="Change\n[pp]",
            cells=[Formula(f"=100*(G{r}-E{r})", v) for r, v in zip(row, change, strict=True)],
            style="points",
            width=11,
        ),
        Field(heading="Chance, planned", cells=chance, style="share_whole", width=10),
        Field(
            heading="Target met?",
            cells=[Formula(f'=IF(K{r}>=ChanceWanted,"yes","no")', v) for r, v in zip(row, met, strict=True)],
            style="strong",
            width=10,
        ),
        Field(heading="Late items today", cells=late_now, style="items", width=12),
        Field(heading="Late items, planned", cells=late_then, style="items", width=12),
        Field(
            heading="Late items avoided",
            cells=[Formula(f"=M{r}-N{r}", v) for r, v in zip(row, avoided, strict=True)],
            style="items",
            width=12,
        ),
        Field(heading="Waiting at the end, today", cells=today["backlog_end_items"].tolist(), style="items", width=12),
        Field(heading="Waiting at the end, planned", cells=then["backlog_end_items"].tolist(), style="items", width=12),
    ]
    end = sheet.table(HEAD, fields)
    sheet.put(end, 0, "All queues", "total_text")
    for column in range(1, len(fields)):
        sheet.put(end, column, None, "total_text")
    sums = (("M", 12, late_now), ("N", 13, late_then), ("O", 14, avoided))
    waiting = (("P", 15, today["backlog_end_items"].tolist()), ("Q", 16, then["backlog_end_items"].tolist()))
    for letter, column, values in (*sums, *waiting):
        formula = Formula(f"=SUM({letter}{FIRST + 1}:{letter}{end})", sum(values))
        sheet.put(end, column, formula, "total_items")
    book.name("ChanceToday", sheet, (FIRST, 5), (end - 1, 5))
    book.name("ChancePlanned", sheet, (FIRST, 10), (end - 1, 10))
    book.name("LateToday", sheet, (end, 12))
    book.name("LatePlanned", sheet, (end, 13))
    short = book.workbook.add_format({"font_color": "#B00020", "bold": True})
    rule = {"type": "formula", "criteria": f"=$K{FIRST + 1}<ChanceWanted", "format": short}
    sheet.sheet.conditional_format(FIRST, 10, end - 1, 11, rule)
    sheet.freeze_and_filter(HEAD, n, len(fields))
