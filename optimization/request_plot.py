"""The picture of requests in order of worth: what each adds, how sure that is, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import cut_row_names, is_narrow, new_axes, rows_of_bars, title_with_subtitle
from forecasting.charts.chart_style import BLUE, GREEN, GREY, INK, ORANGE, money, points
from forecasting.charts.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.score import RequestScore, Scorecard

VERDICT_COLOUR = {"fund": BLUE, "trim": GREEN, "defer": ORANGE, "reject": GREY}
# More rows than this are not read; those that add least are left to the table.
MOST_ROWS = 30
# Height of a row and of everything else. [inches]
ROW_INCHES, NARROW_ROW_INCHES, REST_INCHES = 0.34, 0.42, 1.9


def requests_height(n_requests: int, width: float) -> float:
    """Height of the chart for a number of requests [inches].

    Parameters
    ----------
    n_requests : int
        How many.
    width : float
        Of the figure. [inches]

    Returns
    -------
    float
    """
    row = NARROW_ROW_INCHES if width < 5.0 else ROW_INCHES
    return REST_INCHES + row * min(max(4, n_requests), MOST_ROWS)


def requests_message(scorecard: Scorecard) -> str:
    """Say how many requests to fund and which adds most.

    Parameters
    ----------
    scorecard
        Scores of all requests.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, score_requests, value_all_blocks
    >>> scorecard = score_requests(value_all_blocks(sample_case()), np.array([1.0]))
    >>> requests_message(scorecard).startswith("Fund the one request; three adds")
    True
    """
    funded = [score for score in scorecard.scores if score.funded_share > 0]
    if not scorecard.scores:
        return "Nothing was asked for"
    total = len(scorecard.scores)
    if not funded:
        return "Do not fund the one request" if total == 1 else f"Fund none of the {total} requests"
    best = max(funded, key=lambda score: score.marginal_gain)
    # Not all that is funded is worth it: some is mandatory.
    fund = "Fund the one request" if total == 1 else f"Fund {len(funded)} of {total} requests"
    if best.marginal_gain <= 0:
        return f"{fund}; {'it adds no' if len(funded) == 1 else 'none of them adds'} on-time share"
    name = best.name.replace("_", " ")
    return f"{fund}; {name} adds {'' if len(funded) == 1 else 'most, '}{points(best.marginal_gain)}"


def plot_requests(scorecard: Scorecard, *, ax: Axes | None = None) -> Axes:
    """Draw requests by what they add on top of the rest of the recommended set, with 80% intervals.

    Parameters
    ----------
    scorecard
        Scores of all requests; beyond 30 those that add least are left out.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, score_requests, value_all_blocks
    >>> scorecard = score_requests(value_all_blocks(sample_case()), np.array([1.0]))
    >>> from matplotlib.figure import Figure
    >>> ax = plot_requests(scorecard, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == requests_message(scorecard)
    True
    """
    everything = sorted(scorecard.scores, key=lambda score: (-score.marginal_gain, score.name))
    ranked = everything[:MOST_ROWS]
    ax = new_axes(ax, width=9.0, height=requests_height(len(everything), 9.0))
    _draw_bars(ax, ranked)
    narrow = is_narrow(ax)
    rows_of_bars(ax, ["" if narrow else score.name.replace("_", " ") for score in ranked])
    cut_row_names(ax, share=0.42, most_lines=2)
    low = min((min(s.marginal_p10, s.marginal_gain) for s in ranked), default=0.0)
    high = max((max(s.marginal_p90, s.marginal_gain) for s in ranked), default=0.0)
    left, right = min(low, 0.0), max(high, 0.001)
    margin = 0.03 * (right - left)
    ax.set(xlim=(left - margin, right + margin), xlabel="Percentage points of on-time share")
    ax.axvline(0, color=INK, linewidth=0.8)
    if not ranked:
        ax.set_xticks([])
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g}")
    # Names stand inside, where a line along the left edge would run through them.
    ax.spines["left"].set_visible(not narrow)
    _name_rows(ax, ranked)
    rest = f"; the {len(ranked)} of {len(everything)} that add most" if len(everything) > len(ranked) else ""
    title_with_subtitle(
        ax,
        requests_message(scorecard),
        f"Change of the on-time share on top of the rest of the recommended set; whiskers: 8 of 10 simulated "
        f"futures; solid: funded, outlined: not{rest}",
    )
    return ax


def _draw_bars(ax: Axes, ranked: list[RequestScore]) -> None:
    """Bars, solid where funded, with whiskers that can be seen on both."""
    place = np.arange(len(ranked))
    colours = [VERDICT_COLOUR[score.verdict] for score in ranked]
    fills = [colour if score.funded_share > 0 else "white" for colour, score in zip(colours, ranked, strict=True)]
    low = np.array([score.marginal_p10 for score in ranked])
    high = np.array([score.marginal_p90 for score in ranked])
    height = 0.34 if is_narrow(ax) else 0.6
    gain = [score.marginal_gain for score in ranked]
    ax.barh(place, gain, color=fills, edgecolor=colours, height=height, linewidth=1.2, zorder=2)
    for colour, width in (("white", 2.6), (INK, 1.1)):
        ax.hlines(place, low, high, color=colour, linewidth=width, zorder=3)
    ax.vlines([*low, *high], [*(place - 0.13)] * 2, [*(place + 0.13)] * 2, color=INK, linewidth=1.1, zorder=3)


def _name_rows(ax: Axes, ranked: list[RequestScore]) -> None:
    """Write the name and the verdict of each row: beside the bars, or above them where it is narrow."""
    narrow = is_narrow(ax)
    pixels = ax.figure.canvas.figure.dpi / 72.0
    points_wide = 72.0 * ax.figure.canvas.figure.get_figwidth()
    for row, score in enumerate(ranked):
        text = _verdict_text(score, narrow=narrow)
        colour = VERDICT_COLOUR[score.verdict]
        place, along = (1.0, row), ("axes fraction", "data")
        name = score.name.replace("_", " ")
        if narrow:
            said = ax.annotate(
                text,
                place,
                xycoords=along,
                xytext=(0, 7),
                textcoords="offset points",
                ha="right",
                va="bottom",
                color=colour,
                parse_math=False,
            )
            note = ax.annotate(
                "",
                (0.0, row),
                xycoords=along,
                xytext=(3, 7),
                textcoords="offset points",
                va="bottom",
                parse_math=False,
                zorder=3.5,
                # The line of no change may run behind it.
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )
            room = pixels * (points_wide - 27.0) - said.get_window_extent().width
            note.set_text(fitted(note, name, room, most_lines=1))
            continue
        ax.annotate(
            text,
            place,
            xycoords=along,
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            parse_math=False,
        )


def _verdict_text(score: RequestScore, *, narrow: bool) -> str:
    """The verdict, what it adds and, where it does some good, what that costs."""
    each = score.cost_per_item_usd
    price = "" if narrow or each is None or money(each) == "$0" else f", {money(each)} an item"
    # What is turned down for doing no good has no price worth comparing.
    paid = "" if score.verdict == "reject" else f" for {money(score.marginal_cost_usd)}{price}"
    return f"{score.verdict}: {points(score.marginal_gain)}{paid}"
