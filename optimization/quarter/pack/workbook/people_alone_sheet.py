"""The sheet on the plan of people alone, without any request: heads, moves, overtime, seats and cost by week."""

from __future__ import annotations

from optimization.quarter.pack.evidence import no_people_alone
from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.reading import two_needs
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula
from optimization.quarter.pack.workbook.styles import usd_style

PANEL, HEAD = 3, 8
FIRST = HEAD + 1
NOTE = "The yardstick for the requests: the cheapest staffing that keeps every target if no request were funded."
WIDTHS = (34, 13, 13, 10, 10, 10, 12, 10, 13, 13, 13, 14)


def write_people_alone(book: Book) -> None:
    """Write the plan of people by team and week, and what it costs beyond today's people.

    Parameters
    ----------
    book
        Where to.
    """
    alone = book.contents.plan.staffing_plan
    sheet = book.add_sheet("People alone", title="What people alone would take, by team and week", note=NOTE)
    sheet.widths(WIDTHS)
    if alone is None:
        sheet.paragraph(PANEL, WIDTHS, no_people_alone(book.contents.plan))
        return
    table = alone.to_frame()
    sheet.paragraph(HEAD - 2, WIDTHS, two_needs("on sheet Staffing"))
    cost = table["cost_usd"].tolist()
    usd = usd_style(cost)
    needed, there = table["needed_hours"].tolist(), table["productive_hours"].tolist()
    row = [FIRST + index + 1 for index in range(len(table))]
    counts = (
        ("Heads\n[heads]", "heads", 13),
        ("Hires\n[heads]", "hires", 10),
        ("Part-time hires\n[heads]", "part_time_hires", 10),
        ("Gone\n[heads]", "releases", 10),
        ("Overtime\n[h]", "overtime_hours", 12),
        ("Seats\n[seats]", "seats", 10),
    )
    fields = [
        Field(heading="Team", cells=[in_words(str(name)) for name in table["team"]], style="wrap", width=34),
        Field(heading="Week from", cells=[day.to_pydatetime() for day in table["week"]], style="date", width=13),
        *[
            Field(heading=head, cells=table[name].tolist(), style="one_digit_or_dash", width=wide)
            for head, name, wide in counts
        ],
        Field(heading="Work\n[h]", cells=needed, style="items", width=13),
        Field(heading="There\n[h]", cells=there, style="items", width=13),
        Field(
            heading="There less work [h]",
            cells=[Formula(f"=J{r}-I{r}", b - a) for r, a, b in zip(row, needed, there, strict=True)],
            style="items_change",
            width=13,
        ),
        Field(heading="Cost\n[USD]", cells=cost, style=usd, width=14),
    ]
    end = sheet.table(HEAD, fields)
    total = Formula(f"=SUM(L{FIRST + 1}:L{end})" if cost else "=0", sum(cost))
    today = float(alone.today_cost_usd.sum())
    lines: tuple[tuple[str, Formula | float, str], ...] = (
        ("Cost of all staffing", total, "within the plan, the sum of the last column"),
        (
            "Cost of today's people",
            today,
            "within the plan, if nothing is decided and those who leave are not replaced",
        ),
        (
            "People alone beyond today",
            Formula(f"=C{PANEL + 1}-C{PANEL + 2}", sum(cost) - today),
            "what meeting the targets costs without any request",
        ),
    )
    for offset, (label, value, meaning) in enumerate(lines):
        sheet.put(PANEL + offset, 0, label, "strong")
        sheet.put(PANEL + offset, 1, "USD", "soft")
        sheet.put(PANEL + offset, 2, value, usd)
        sheet.put(PANEL + offset, 4, meaning, "soft")
    sheet.freeze_and_filter(HEAD, len(table), len(fields), columns=2)
