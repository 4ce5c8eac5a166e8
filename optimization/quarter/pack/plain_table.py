"""The numbers behind a chart as texts, written by what their column says they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecasting.charts.chart_style import count, money, percent
from optimization.quarter.pack.phrases import in_words

# A table on the page has at most this many rows; all are in the tables of the run.
MOST_ROWS = 120


def plain_table(table: pd.DataFrame) -> dict[str, Any]:
    """The numbers behind a chart, written by what their column says they are.

    Parameters
    ----------
    table
        Headed as it is to be read.

    Returns
    -------
    dict
        `heads`, whether each column is `numeric`, `rows` of texts, and how many rows are `left_out`.
    """
    shown = table.head(MOST_ROWS)
    numeric = [pd.api.types.is_numeric_dtype(table[head]) and table[head].dtype != bool for head in table.columns]
    columns = [[_written(head, value) for value in shown[head]] for head in table.columns]
    return {
        "heads": list(table.columns),
        "numeric": numeric,
        "rows": list(zip(*columns, strict=True)),
        "left_out": len(table) - len(shown),
    }


def _written(head: str, value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, str):
        return in_words(value)
    number = float(str(value))
    if np.isnan(number):
        return "–"
    if head.endswith("USD"):
        return money(number)
    if "points" in head or head.endswith("FTE"):
        # Nothing has no sign.
        return f"{number:,.2f}".replace("-0.00", "0.00") if abs(number) < 0.005 else f"{number:,.2f}"
    if "tems" in head:
        return count(number)
    if head.startswith("Week") and head.count(" ") < 1:
        return f"{number:.0f}"
    if "ours" in head or head in ("Heads", "Hires", "Gone", "Seats"):
        return f"{number:,.1f}".removesuffix(".0")
    # What says no unit is a share.
    return percent(number) if 0 <= number <= 1 else f"{100 * number:,.1f}%".replace("-0.0%", "0.0%")
