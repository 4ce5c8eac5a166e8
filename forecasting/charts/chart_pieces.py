"""What charts are put together from: message and subtitle, footnote, bands, levels, axes in money or shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from forecasting.charts.chart_style import BLUE, INK, SOFT, round_money
from forecasting.charts.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine
    from matplotlib.text import Text
    from numpy.typing import ArrayLike

# Standing for what is (solid), what is planned (outlined) and what is forecast (hatched), as the IBCS notation has it.
ACTUAL: dict[str, Any] = {"facecolor": "#5F6B76", "edgecolor": "#5F6B76", "linewidth": 0.8}
PLANNED: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 1.2}
FORECAST: dict[str, Any] = {"facecolor": "white", "edgecolor": BLUE, "hatch": "////", "linewidth": 0.8}
# Lines are this much apart, and the parts of a headline. [sizes of the type, points]
LINE_HEIGHT = 1.25
EDGE, GAP = 7.0, 4.0
# A chart narrower than this is set as for a phone or a column of text. [inches]
NARROW = 5.0


def new_axes(ax: Axes | None, *, width: float = 8.0, height: float = 4.5) -> Axes:
    """Return the axes, or those of a new figure if None.

    Parameters
    ----------
    ax
        Where to draw.
    width, height : float
        Of the new figure. [inches]

    Returns
    -------
    matplotlib.axes.Axes
    """
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(layout="constrained", figsize=(width, height))
    return ax


def is_narrow(ax: Axes) -> bool:
    """Whether an axes stands in a figure that is as narrow as a phone."""
    return bool(_figure(ax).get_figwidth() < NARROW)


def title_with_subtitle(ax: Axes, message: str, subtitle: str) -> None:
    """Put the message above an axes and, in smaller type, what is measured.

    Parameters
    ----------
    ax
        Where. If it is the only axes of a figure with constrained layout, the texts run along the whole figure.
    message
        The finding, in a sentence; broken into as many lines as it needs.
    subtitle
        Metric, unit, scope and period.
    """
    figure = _figure(ax)
    if figure.axes == [ax] and _layout(figure) is not None:
        figure_headline(figure, message, subtitle)
        # Kept as the title of the axes too, so that it can be asked for there; it is not drawn twice.
        ax.set_title(message, loc="left", parse_math=False).set_visible(False)
        return
    # A dollar sign is money, not the begin of a formula, whatever the style in use.
    title = ax.set_title(message, loc="left", parse_math=False)
    below = ax.annotate(
        subtitle,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, GAP),
        textcoords="offset points",
        color=SOFT,
        parse_math=False,
    )
    for text in (title, below):
        text.set_text(fitted(text, text.get_text(), figure.bbox.width * ax.get_position().width))
    # A long line of text must not make the layout shrink the axes.
    below.set_in_layout(False)
    ax.set_title(title.get_text(), loc="left", pad=2 * GAP + _height(below), parse_math=False)


def figure_headline(figure: Figure, message: str, subtitle: str) -> None:
    """Put the message above all axes of a figure and, in smaller type, what is measured.

    Parameters
    ----------
    figure
        With constrained layout.
    message
        The finding, in a sentence.
    subtitle
        Metric, unit, scope and period.
    """
    from matplotlib import rcParams

    size, weight = rcParams["axes.titlesize"], rcParams["axes.titleweight"]
    texts = [
        figure.suptitle(message, fontsize=size, fontweight=weight, parse_math=False),
        figure.text(0, 1, subtitle, color=SOFT, parse_math=False),
    ]
    for text in texts:
        text.set_text(fitted(text, text.get_text(), figure.bbox.width - 2 * _pixels(figure, EDGE)))
        text.set_in_layout(False)
    _stack(figure, texts)


def footnote(figure: Figure, text: str) -> None:
    """Write below everything else what a chart rests on: assumptions, data, run, version, currency.

    Parameters
    ----------
    figure
        With constrained layout, before labels are placed on it.
    text
        Broken into as many lines as it needs.
    """
    note = figure.text(0, 0, text, fontsize="x-small", color=SOFT, parse_math=False, va="bottom")
    note.set_text(fitted(note, text, figure.bbox.width - 2 * _pixels(figure, EDGE)))
    note.set_in_layout(False)
    note.set_position((_pixels(figure, EDGE) / figure.bbox.width, 0.5 * _pixels(figure, EDGE) / figure.bbox.height))
    _reserve(figure, bottom=_height(note) + EDGE)


def draw_band(
    ax: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, colour: str = BLUE, step: bool = False
) -> None:
    """Fill what lies between two lines, with edges that can be told from the ground.

    Parameters
    ----------
    ax
        Where.
    x, low, high : array_like
        Places and the two lines. [data units]
    colour
        Of both.
    step
        Whether the lines hold until the next place.
    """
    ax.fill_between(
        x, low, high, facecolor=(colour, 0.14), edgecolor=(colour, 0.75), linewidth=0.6, step="post" if step else None
    )


def draw_level(ax: Axes, text: str, height: float, *, colour: str = INK) -> None:
    """Draw a level across an axes, such as a target, with its name above the left end.

    Parameters
    ----------
    ax
        Where.
    text
        The name.
    height : float
        In data units.
    colour
        Of both.
    """
    ax.axhline(height, color=colour, linewidth=1.2, linestyle=(0, (6, 3)))
    ax.annotate(
        text,
        (0.0, height),
        xycoords=("axes fraction", "data"),
        xytext=(4, 3),
        textcoords="offset points",
        color=colour,
        parse_math=False,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
    )


def draw_budget(ax: Axes, budget_usd: float, right: float) -> bool:
    """Draw the budget as an upright line and shade what it does not allow.

    Parameters
    ----------
    ax
        Money runs along x.
    budget_usd, right : float
        The budget, and where the axes end. [USD]

    Returns
    -------
    bool
        Whether the budget lies within the axes.
    """
    if not budget_usd < right:
        return False
    ax.axvspan(budget_usd, right, facecolor="#ececec", edgecolor="#bbbbbb", hatch="..", linewidth=0, zorder=0)
    ax.axvline(budget_usd, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
    return True


def in_money(axis: Axis) -> None:
    """Write the numbers of an axis as money."""
    _write(axis, round_money)


def in_shares(axis: Axis, *, digits: int = 0) -> None:
    """Write the numbers of an axis as percentages, none below 0% or above 100%."""
    _write(axis, lambda share: f"{share:.{digits}%}" if -1e-9 <= share <= 1 + 1e-9 else "")


def in_dates(ax: Axes, *, most: int | None = None) -> None:
    """Write few and short dates along x: months, with the year where it begins, or days where it is a matter of weeks.

    Parameters
    ----------
    ax
        With what it shows drawn already.
    most : int, optional
        Dates written; 6, or 4 where the chart is narrow, if None.
    """
    from matplotlib.dates import date2num, num2date

    left, right = (pd.Timestamp(num2date(edge)).tz_localize(None) for edge in ax.get_xlim())
    limit = most or (4 if is_narrow(ax) else 6)
    months = pd.date_range(left.normalize(), right, freq="MS")
    if len(months) < 3:
        step = max(7, 7 * -(-(right - left).days // (7 * limit)))
        days = pd.date_range(left.ceil("D"), right, freq=f"{step}D")
        texts = [f"{day:%-d %b}" for day in days]
    else:
        step = next((size for size in (1, 2, 3, 4, 6, 12) if len(months) <= size * limit), 12)
        days = pd.DatetimeIndex([month for month in months if (month.month - 1) % step == 0])
        texts = [f"{d:%b}\n{d:%Y}" if i == 0 or d.month <= step else f"{d:%b}" for i, d in enumerate(days)]
    ax.set_xticks(date2num(days.to_pydatetime()), texts)


def rows_of_bars(ax: Axes, names: list[str]) -> None:
    """Prepare an axes for horizontal bars: one name a row, the first on top, no grid across.

    Parameters
    ----------
    ax
        Bars stand at 0, 1, ... along y.
    names
        As they are to be read.
    """
    ax.set_yticks(range(len(names)), names, parse_math=False)
    # A few bars stand in the middle, as thick as many.
    space = 0.6 + max(0, 4 - len(names)) / 2
    ax.set_ylim(max(len(names), 1) - 1 + space, -space)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.tick_params(axis="y", length=0)


def cut_row_names(ax: Axes, *, share: float = 0.34, most_lines: int = 1) -> None:
    """Keep the names of rows within a share of the width of the figure; what is longer is cut.

    Parameters
    ----------
    ax
        As `rows_of_bars` leaves it.
    share : float
        Of the width. [-]
    most_lines : int
        That a name may take.
    """
    labels = ax.get_yticklabels()
    wide = share * _figure(ax).bbox.width
    names = [fitted(label, label.get_text(), wide, most_lines=most_lines) for label in labels]
    ax.set_yticks(range(len(names)), names, parse_math=False)


def _write(axis: Axis, written: Callable[[float], str]) -> None:
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: written(value)))


def _figure(ax: Axes) -> Figure:
    figure: Figure = ax.figure.canvas.figure
    return figure


def _pixels(figure: Figure, points: float) -> float:
    return points * figure.dpi / 72.0


def _height(text: Text) -> float:
    """Height of a text [points]."""
    return (text.get_text().count("\n") + 1) * float(text.get_fontsize()) * LINE_HEIGHT


def _stack(figure: Figure, texts: list[Text]) -> None:
    """Put texts one below the other at the top left of a figure and reserve their room."""
    tall = figure.get_figheight() * 72.0
    top = EDGE
    for text in texts:
        text.set_linespacing(LINE_HEIGHT)
        text.set(va="top", ha="left", position=(_pixels(figure, EDGE) / figure.bbox.width, 1.0 - top / tall))
        top += _height(text) + GAP
    _reserve(figure, top=top)


def _layout(figure: Figure) -> ConstrainedLayoutEngine | None:
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    engine = figure.get_layout_engine()
    return engine if isinstance(engine, ConstrainedLayoutEngine) else None


def _reserve(figure: Figure, *, top: float | None = None, bottom: float | None = None) -> None:
    """Keep room above or below the axes free, where the layout can [points]."""
    engine = _layout(figure)
    if engine is None:
        return
    tall = figure.get_figheight() * 72.0
    _, low, _, height = engine.get()["rect"]
    high = low + height
    low = low if bottom is None else bottom / tall
    high = high if top is None else 1.0 - top / tall
    engine.set(rect=(0.0, low, 1.0, max(high - low, 0.05)))
