"""The sheet on which inputs move the recommendation, one at a time."""

from __future__ import annotations

from optimization.quarter.pack.phrases import counted, in_words
from optimization.quarter.pack.workbook.book import Book
from optimization.quarter.pack.workbook.sheet import Field, Formula

PANEL, HEAD = 3, 5
FIRST = HEAD + 1


def write_sensitivity(book: Book) -> None:
    """Write what the recommended set is worth with each input at its low and at its high.

    Parameters
    ----------
    book
        Where to.
    """
    tornado = book.contents.plan.analysis.tornado
    table = tornado.to_frame()
    unit, style = ("USD", "usd") if tornado.in_usd else ("on-time share", "share")
    futures = counted(tornado.n_paths, "future")
    note = f"One input at a time, the one that moves most first; on the first {futures}. The set stays as recommended."
    sheet = book.add_sheet("Sensitivity", title="Which inputs move the recommendation", note=note)
    sheet.widths([40, 13, 13, 15, 15, 15, 46, 46])
    if table.empty:
        sheet.put(PANEL, 0, "No input moves the recommendation.", "text")
        return
    sheet.put(PANEL, 0, f"Advantage of the recommended set over the cheapest set, as planned [{unit}]", "strong")
    sheet.put(PANEL, 3, float(table["base"].iloc[0]), style)
    low, high = table["low_value"].tolist(), table["high_value"].tolist()
    swing = [
        Formula(f"=ABS(E{r}-D{r})", abs(b - a)) for r, (a, b) in enumerate(zip(low, high, strict=True), start=FIRST + 1)
    ]
    fields = [
        Field(heading="Input", cells=[in_words(str(name)) for name in table["input"]], style="wrap", width=40),
        Field(heading="Low", cells=[str(text) for text in table["low_setting"]], style="wrap", width=13),
        Field(heading="High", cells=[str(text) for text in table["high_setting"]], style="wrap", width=13),
        Field(heading=f"Advantage at its low\n[{unit}]", cells=low, style=style, width=15),
        Field(heading=f"Advantage at its high\n[{unit}]", cells=high, style=style, width=15),
        Field(heading=f"Between them\n[{unit}]", cells=swing, style=style, width=15),
        *[
            Field(
                heading=f"Recommended at its {end}",
                cells=[
                    (in_words(str(names)) or "nothing") if other else "the same set"
                    for names, other in zip(
                        table[f"{end}_recommends"], table[f"{end}_changes_recommendation"], strict=True
                    )
                ],
                style="wrap",
                width=46,
            )
            for end in ("low", "high")
        ],
    ]
    sheet.table(HEAD, fields)
    sheet.freeze_and_filter(HEAD, len(table), len(fields))
