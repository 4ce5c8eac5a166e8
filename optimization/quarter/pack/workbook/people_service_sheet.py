"""The sheet on the service of the plan of people alone: promised, evaluated on every future, and simulated."""

from __future__ import annotations

from optimization.quarter.pack.evidence import no_people_alone
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field

HEAD = 3
WIDTHS = (34, 9, 9, 11, 11, 11, 11, 11, 12, 12, 11, 10)
NOTE = (
    "Promised: what the plan is built to keep. Evaluated: by the service models on every future. Simulated: item by "
    "item, on a few futures."
)


def write_people_service(book: Book) -> None:
    """Write by queue what the plan of people promises and what is found of it.

    Parameters
    ----------
    book
        Where to.
    """
    alone = book.contents.plan.staffing_plan
    sheet = book.add_sheet("People alone service", title="Service with people alone, by queue", note=NOTE)
    sheet.widths(WIDTHS)
    if alone is None:
        sheet.paragraph(HEAD, WIDTHS, no_people_alone(book.contents.plan))
        return
    table = alone.service_frame()
    if table.empty:
        sheet.put(HEAD, 0, "No queue is planned for.", "text")
        return
    columns = (
        ("Target", "target_share", "share_whole", 9),
        ("within\n[h]", "target_hours", "number", 9),
        ("On time, promised", "promised_share", "share", 11),
        ("Chance, promised", "promised_probability", "share_whole", 11),
        ("On time, evaluated", "evaluated_share", "share", 11),
        ("Chance, evaluated", "evaluated_probability", "share_whole", 11),
        ("On time, simulated", "simulated_share", "share", 11),
        ("95% interval from", "simulated_low", "share", 12),
        ("95% interval to", "simulated_high", "share", 12),
        ("Futures simulated", "simulated_paths", "items", 11),
    )
    fields = [
        Field(heading="Queue", cells=[in_words(str(name)) for name in table["queue"]], style="wrap", width=34),
        *[
            Field(heading=head, cells=table[name].tolist(), style=look, width=wide)
            for head, name, look, wide in columns
        ],
        Field(heading="Target met", cells=["yes" if met else "no" for met in table["meets_target"]], width=10),
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(table), len(fields))
