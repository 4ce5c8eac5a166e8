"""The sheet with the way from today to the recommended set, and the columns that its chart stacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimization.quarter.pack.phrases import in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula
from optimization.quarter.pack.workbook.styles import usd_style
from optimization.quarter.tables import bridge_table

HEAD = 3
FIRST = HEAD + 1
MOST_LETTERS = 28
NOTE = (
    "Mandatory requests first, then the one that adds most for its cost on top of those before it. In another order "
    "single steps would differ; their sum would not."
)


def write_bridge(book: Book) -> None:
    """Write the way from today to the recommended set.

    Parameters
    ----------
    book
        Where to.
    """
    plan = book.contents.plan
    bridge = bridge_table(plan)
    sheet = book.add_sheet("Bridge", title="From today to the recommended set", note=NOTE)
    sheet.widths([40, 14, 13, 14, 13, 3, 34, 11, 11, 11, 11])
    today, final = plan.frontier.today.on_time_share_mean, plan.recommended.on_time_share_mean
    fields = [*_steps(bridge, today, final), Field(heading="", cells=[None] * (len(bridge) + 2), width=3)]
    fields += _stacked(bridge, today, final)
    end = sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, 0, len(fields))
    book.name("BridgeEnd", sheet, (end - 1, 4))
    book.name("BridgeCost", sheet, (end - 1, 1))


def _steps(bridge: pd.DataFrame, today: float, final: float) -> list[Field]:
    """What each step costs and changes, and where that leads; the first row is today, the last the whole set."""
    cost, change = bridge["cost_usd"].tolist(), bridge["on_time_change"].tolist()
    row = _rows(bridge)
    top, last = FIRST + 1, FIRST + len(bridge) + 2
    total = Formula(f"=SUM(B{top}:B{last - 1})", sum(cost))
    gain = Formula(f"=SUM(C{top}:C{last - 1})", 100 * sum(change))
    spent = [Formula(f"=D{r - 1}+B{r}", float(usd)) for r, usd in zip(row, np.cumsum(cost), strict=True)]
    so_far = [Formula(f"=E{r - 1}+C{r}/100", v) for r, v in zip(row, bridge["on_time_share_so_far"], strict=True)]
    names = _labels(bridge)
    usd = usd_style(cost)
    return [
        Field(heading="Step", cells=["Today", *names, "Recommended"], style="wrap", width=40),
        Field(heading="Cost\n[USD]", cells=[None, *cost, total], style=usd, width=14),
        Field(heading="On-time share\n[pp]", cells=[None, *[100 * v for v in change], gain], style="points", width=13),
        Field(
            heading="Cost so far\n[USD]",
            cells=[0.0, *spent, Formula(f"=D{last - 1}", float(sum(cost)))],
            style=usd,
            width=14,
        ),
        Field(
            heading="On-time share so far",
            cells=[today, *so_far, Formula(f"=E{last - 1}", final)],
            style="share",
            width=13,
        ),
    ]


def _stacked(bridge: pd.DataFrame, today: float, final: float) -> list[Field]:
    """The parts that the columns of the chart are stacked from, and their labels."""
    change, names = bridge["on_time_change"].tolist(), _labels(bridge)
    row, last = _rows(bridge), FIRST + len(bridge) + 2
    level = [today, *bridge["on_time_share_so_far"].tolist()]
    sign = [f"{100 * value:+.2f}" for value in change]
    labels = [
        # A long name would push the columns out of the chart.
        Formula(
            f'=IF(LEN(A{r})>{MOST_LETTERS},LEFT(A{r},{MOST_LETTERS - 1})&"…",A{r})&" "&TEXT(C{r},"+0.00;-0.00")&" pp"',
            f"{name if len(name) <= MOST_LETTERS else name[: MOST_LETTERS - 1] + '…'} {points} pp",
        )
        for r, name, points in zip(row, names, sign, strict=True)
    ]
    ends = [Formula(f'=A{r}&" "&TEXT(E{r},"0.0%")', text) for r, text in _ends(last, today, final)]
    hidden = [Formula(f"=MIN(E{r - 1},E{r})", min(level[i], level[i + 1])) for i, r in enumerate(row)]
    up = [Formula(f"=MAX(C{r}/100,0)", max(v, 0.0)) for r, v in zip(row, change, strict=True)]
    down = [Formula(f"=MAX(-C{r}/100,0)", max(-v, 0.0)) for r, v in zip(row, change, strict=True)]
    whole: list[Formula | float] = [Formula(f"=E{FIRST + 1}", today), *[0.0] * len(bridge), Formula(f"=E{last}", final)]

    def part(heading: str, cells: Sequence[Formula | float]) -> Field:
        return Field(heading=f"Chart:\n{heading}", cells=cells, style="share", width=11)

    return [
        Field(heading="Chart:\nlabel", cells=[ends[0], *labels, ends[1]], style="wrap", width=34),
        part("hidden", [0.0, *hidden, 0.0]),
        part("level", whole),
        part("up", [0.0, *up, 0.0]),
        part("down", [0.0, *down, 0.0]),
    ]


def _labels(bridge: pd.DataFrame) -> list[str]:
    """Names of the steps, with the share where it is not 1."""
    return [
        in_words(str(name)) if share == 1 else f"{in_words(str(name))} ({share:.0%})"
        for name, share in zip(bridge["request"], bridge["funded_share"], strict=True)
    ]


def _rows(bridge: pd.DataFrame) -> list[int]:
    """Numbers of the rows of the steps, as formulas count them."""
    return [FIRST + 2 + index for index in range(len(bridge))]


def _ends(last: int, today: float, final: float) -> list[tuple[int, str]]:
    return [(FIRST + 1, f"Today {100 * today:.1f}%"), (last, f"Recommended {100 * final:.1f}%")]
