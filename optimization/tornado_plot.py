"""The picture of which inputs move an outcome most."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import cut_row_names, is_narrow, new_axes, rows_of_bars, title_with_subtitle
from forecasting.charts.chart_style import BLUE, INK, PALE_BROWN, money, round_money
from forecasting.charts.measured_text import ELLIPSIS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]

COLUMNS = ("input", "low_value", "high_value", "base")
MOST_BARS = 12
MOST_LETTERS = 38


def tornado_message(frame: pd.DataFrame, written: Callable[[float], str] = money) -> str:
    """Say which input moves the outcome most, from the numbers that the tornado draws.

    Parameters
    ----------
    frame
        As in `plot_tornado`.
    written
        How an outcome is written.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> tornado_message(pd.DataFrame({"input": ["volume", "wage"], "low_value": [-5e4, 1e5], "high_value": [3e5, 9e4],
    ...                               "base": [1e5, 1e5]}))
    'Most depends on volume: from -$50.0k to $300k; it alone can turn the sign'
    """
    table = _checked(frame)
    if table.empty:
        return "No input moves the outcome"
    ends = table[["low_value", "high_value"]]
    low, high = ends.min(axis=1), ends.max(axis=1)
    turning = table["input"][(low < 0) & (high > 0)]
    first = (
        f"Most depends on {_label(table['input'].iloc[0])}: from {written(float(low.iloc[0]))} to "
        f"{written(float(high.iloc[0]))}"
    )
    if turning.empty:
        return f"{first}; no input alone turns its sign"
    if len(turning) == 1:
        who = "it" if turning.iloc[0] == table["input"].iloc[0] else _label(turning.iloc[0])
        return f"{first}; {who} alone can turn the sign"
    return f"{first}; {len(turning)} inputs can each turn the sign"


def plot_tornado(
    frame: pd.DataFrame,
    *,
    outcome: str = "Net benefit within the plan",
    written: Callable[[float], str] = money,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far each input by itself moves an outcome from its base.

    Parameters
    ----------
    frame : DataFrame
        One row an input: `input`, the outcome at its low and at its high end (`low_value`, `high_value`), and the
        outcome with all inputs as planned (`base`, the same in every row). At most 12 are drawn, widest first.
    outcome : str
        What is moved, with its unit.
    written
        How an outcome is written.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is missing, a number is not finite, or the base differs between rows.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    table = _checked(frame)
    ax = new_axes(ax, height=5.0)
    drawn = table.head(MOST_BARS)
    base = float(table["base"].iloc[0]) if len(table) else 0.0
    low, high = drawn["low_value"].to_numpy(dtype=float), drawn["high_value"].to_numpy(dtype=float)
    place = np.arange(len(drawn))
    ax.barh(place, low - base, left=base, color=PALE_BROWN, height=0.66, edgecolor=INK, linewidth=0.6)
    ax.barh(place, high - base, left=base, color=BLUE, height=0.66, edgecolor=INK, linewidth=0.6)
    ends = np.concatenate([low, high, [base]])
    span = max(float(ends.max() - ends.min()), 1e-9)
    room = 0.55 if is_narrow(ax) else 0.34
    _label_ends(ax, low, high, base, written)
    ax.axvline(base, color=INK, linewidth=1.2)
    rows_of_bars(ax, _labels([str(name) for name in drawn["input"]]))
    cut_row_names(ax, most_lines=2)
    ax.set(
        xlim=(float(ends.min()) - room * span, float(ends.max()) + room * span),
        ylim=(max(len(drawn), 1) - 0.4, -0.6),
        xlabel=f"Line: as planned, {written(base)}",
    )
    on_axis = round_money if written is money else written
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: on_axis(value)))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3 if is_narrow(ax) else 7))
    left_out = len(table) - len(drawn)
    rest = f"; {left_out} narrower inputs are left out" if left_out else ""
    subtitle = f"{outcome}. One input at a time; pale: its low end, dark: its high end{rest}"
    title_with_subtitle(ax, tornado_message(frame, written), subtitle)
    return ax


def _label_ends(ax: Axes, low: FloatArray, high: FloatArray, base: float, written: Callable[[float], str]) -> None:
    """Write at each end of each bar which end of the input it is and the outcome there."""
    for row, (at_low, at_high) in enumerate(zip(low, high, strict=True)):
        same_side = (at_low - base) * (at_high - base) > 0
        for value, which in ((at_low, "low"), (at_high, "high")):
            if same_side and abs(value - base) < max(abs(at_low - base), abs(at_high - base)):
                continue  # the label of the longer bar would cover it
            left = value < base or (value == base and (at_low if which == "high" else at_high) > base)
            ax.annotate(
                written(float(value)) if is_narrow(ax) else f"{which} {written(float(value))}",
                (value, row),
                xytext=(-4 if left else 4, 0),
                textcoords="offset points",
                ha="right" if left else "left",
                va="center",
            )


def _labels(names: list[str]) -> list[str]:
    """Write names so that they leave room for the bars, and so that each can be told from the others."""
    short = [_label(name) for name in names]
    return [_cut(name) if short.count(label) > 1 else label for name, label in zip(names, short, strict=True)]


def _label(name: str) -> str:
    """Write a name so that it leaves room for the bars: without what an effect is an effect of, where it is long."""
    words = _words(name)
    return _cut(words.rsplit(" of ", 1)[0] if len(words) > MOST_LETTERS and ": " in words else words)


def _cut(name: str) -> str:
    """Cut a name, of a request with what it does the request: the end is what tells its rows apart."""
    words = _words(name)
    if len(words) <= MOST_LETTERS:
        return words
    request, colon, what = words.rpartition(": ")
    end = f"{colon}{what}" if len(what) < MOST_LETTERS // 2 else ""
    return (request if end else words)[: MOST_LETTERS - 1 - len(end)].rstrip(" ,;:") + ELLIPSIS + end


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split())


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by falling width of the bar, after the checks."""
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise ValueError(f"frame must have the columns {COLUMNS}; it has no {missing}")
    numbers = frame[["low_value", "high_value", "base"]].to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        raise ValueError("frame must hold finite numbers in low_value, high_value and base; leave out other inputs")
    if len(numbers) and (numbers[:, 2] != numbers[0, 2]).any():
        raise ValueError(f"base must be the same in every row; found {sorted(frame['base'].unique())}")
    width = numbers.max(axis=1) - numbers.min(axis=1)
    return frame.iloc[np.argsort(-width, kind="stable")]
