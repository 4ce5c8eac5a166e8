"""Pictures of service: the chance that each queue meets its target, and on-time shares by queue and week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import (
    cut_row_names,
    in_shares,
    is_narrow,
    new_axes,
    rows_of_bars,
    title_with_subtitle,
)
from forecasting.charts.chart_style import BLUE, INK, ORANGE, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import ListedColormap

    from capacity.queue_service import ServiceOutcome
    from capacity.weekly_service import WeeklyService

FloatArray = NDArray[np.float64]

# More rows than this are not read; the queues that are worst off are drawn.
MOST_QUEUES = 30
# A share this little below its target is written like the target, to a tenth of a percent.
KEPT = 5e-4


def service_height(n_queues: int) -> float:
    """Height of a chart with a row a queue [inches]."""
    return 1.9 + 0.27 * min(max(n_queues, 3), MOST_QUEUES)


def target_chance_message(after: ServiceOutcome, *, before: ServiceOutcome | None = None, probability: float) -> str:
    """Say how many queues are likely enough to meet their target, and which is farthest from it.

    Parameters
    ----------
    after, before
        Service with a plan and, to compare, without.
    probability : float
        Chance that is wanted. [-]

    Returns
    -------
    str

    Examples
    --------
    On four paths one queue always reaches 90%, the other on three.

    >>> from capacity import ReviewQueue, ServiceOutcome, ServiceTarget
    >>> target = ServiceTarget(share=0.9, within_hours=24)
    >>> queues = tuple(ReviewQueue(name=name, handle_minutes=6, target=target) for name in ("ads", "mail"))
    >>> outcome = ServiceOutcome(queues=queues, due=np.full((2, 4), 100.0), backlog_end=np.zeros((2, 4)),
    ...                          on_time=np.array([[95.0, 95.0, 95.0, 95.0], [95.0, 95.0, 95.0, 80.0]]))
    >>> target_chance_message(outcome, probability=0.8)
    '1 of 2 queues likely to meet their target; lowest: mail, 75%'
    """
    chance = after.probability_met
    met, total = int((chance >= probability).sum()), len(after.queues)
    was = "" if before is None else f", {int((before.probability_met >= probability).sum())} today"
    first = f"{met} of {total} queue{'s' * (total != 1)} likely to meet {'their' if total != 1 else 'its'} target{was}"
    if met == total:
        return first
    worst = int(np.argmin(chance))
    return f"{first}; lowest: {_name(after, worst)}, {percent(float(chance[worst]), 0)}"


def plot_target_chance(
    after: ServiceOutcome, *, before: ServiceOutcome | None = None, probability: float = 0.8, ax: Axes | None = None
) -> Axes:
    """Draw the chance that each queue meets its target, with a plan and today, against the chance that is wanted.

    Parameters
    ----------
    after, before
        Service with a plan and, to compare, without. Of more than 30 queues the least likely are drawn.
    probability : float
        Chance that is wanted. [-]
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from capacity import ReviewQueue, ServiceOutcome, ServiceTarget
    >>> target = ServiceTarget(share=0.9, within_hours=24)
    >>> queues = tuple(ReviewQueue(name=name, handle_minutes=6, target=target) for name in ("ads", "mail"))
    >>> outcome = ServiceOutcome(queues=queues, due=np.full((2, 4), 100.0), backlog_end=np.zeros((2, 4)),
    ...                          on_time=np.array([[95.0, 95.0, 95.0, 95.0], [95.0, 95.0, 95.0, 80.0]]))
    >>> ax = plot_target_chance(outcome, probability=0.8, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == target_chance_message(outcome, probability=0.8)
    True
    """
    ax = new_axes(ax, height=service_height(len(after.queues)))
    order = np.argsort(after.probability_met, kind="stable")[:MOST_QUEUES]
    chance = after.probability_met[order]
    place = np.arange(len(order))
    ax.axvspan(probability, 1.02, facecolor="#e9f1ec", linewidth=0, zorder=0)
    ax.axvline(probability, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
    if before is not None:
        ax.hlines(place, before.probability_met[order], chance, color="#8c8c8c", linewidth=1.4, zorder=2)
        ax.plot(before.probability_met[order], place, "o", color="white", markeredgecolor=INK, markersize=6, zorder=3)
    for enough, colour, marker in ((True, BLUE, "o"), (False, ORANGE, "D")):
        at = (chance >= probability) == enough
        ax.plot(chance[at], place[at], marker, color=colour, markersize=7.5, markeredgecolor="white", zorder=4)
    rows_of_bars(ax, [_name(after, row) for row in order])
    cut_row_names(ax)
    for row, value in zip(place, chance, strict=True):
        ax.annotate(
            percent(float(value), 0),
            (1.0, row),
            xycoords=("axes fraction", "data"),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontweight="normal" if value >= probability else "bold",
            color=BLUE if value >= probability else ORANGE,
        )
    ax.set(xlim=(-0.02, 1.02), xlabel="Chance to meet the target within the plan")
    in_shares(ax.xaxis)
    rest = f"; the {len(order)} least likely of {len(after.queues)}" if len(order) < len(after.queues) else ""
    today = "" if before is None else "; hollow: today"
    title_with_subtitle(
        ax,
        target_chance_message(after, before=before, probability=probability),
        f"Share of simulated futures in which each queue meets its target; shaded: the wanted "
        f"{percent(probability, 0)} or more; round: reached, diamond: not{today}{rest}",
    )
    return ax


def on_time_map_message(weekly: WeeklyService) -> str:
    """Say which queue and week is served worst, and how many fall short.

    Parameters
    ----------
    weekly
        On-time shares.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.weekly_service import WeeklyService
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> weekly = WeeklyService(queues=(ads,), week_start=pd.DatetimeIndex(["2026-01-05", "2026-01-12"]),
    ...                        due_items=np.array([[100.0, 100.0]]), late_items=np.array([[5.0, 30.0]]))
    >>> on_time_map_message(weekly)
    'Expected below target in 1 of 2 queue-weeks; worst: ads in week 2, 70% on time'
    """
    share = weekly.on_time_share
    target = np.array([queue.target.share for queue in weekly.queues])[:, None]
    if np.isnan(share).all():
        return "Nothing is due within the plan"
    short = int((share < target - KEPT).sum())
    seen = int((~np.isnan(share)).sum())
    row, week = np.unravel_index(int(np.nanargmin(share - target)), share.shape)
    if short == 0:
        return f"Every queue is expected to keep its target in each of {share.shape[1]} weeks"
    name = " ".join(weekly.queues[row].name.replace("_", " ").split())
    return (
        f"Expected below target in {short} of {seen} queue-weeks; worst: {name} in week {week + 1}, "
        f"{percent(float(share[row, week]), 0)} on time"
    )


def plot_on_time_map(weekly: WeeklyService, *, ax: Axes | None = None) -> Axes:
    """Draw the on-time share of every queue and week against the target of the queue.

    Parameters
    ----------
    weekly
        On-time shares; of more than 30 queues those farthest below their target are drawn.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.weekly_service import WeeklyService
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> weekly = WeeklyService(queues=(ads,), week_start=pd.DatetimeIndex(["2026-01-05", "2026-01-12"]),
    ...                        due_items=np.array([[100.0, 100.0]]), late_items=np.array([[5.0, 30.0]]))
    >>> ax = plot_on_time_map(weekly, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == on_time_map_message(weekly)
    True
    """
    ax = new_axes(ax, height=service_height(len(weekly.queues)))
    target = np.array([queue.target.share for queue in weekly.queues])
    gap = weekly.on_time_share - target[:, None]
    order = np.argsort(np.nanmean(np.where(np.isnan(gap), 0.0, gap), axis=1), kind="stable")[:MOST_QUEUES]
    share, gap = weekly.on_time_share[order], gap[order]
    n_weeks = share.shape[1]
    edges = np.arange(n_weeks + 1) + 0.5
    ax.pcolormesh(
        edges,
        np.arange(len(order) + 1) - 0.5,
        _shade(gap),
        cmap=_shades(),
        vmin=0,
        vmax=4,
        edgecolors="white",
        linewidth=0.8,
    )
    _write_shares(ax, share, gap)
    names = [" ".join(weekly.queues[row].name.replace("_", " ").split()) for row in order]
    if not is_narrow(ax):
        names = [f"{name} ({percent(target[row], 0)})" for name, row in zip(names, order, strict=True)]
    rows_of_bars(ax, names)
    cut_row_names(ax)
    ax.grid(visible=False)
    ax.set(xlim=(0.5, n_weeks + 0.5), ylim=(len(order) - 0.5, -0.5), xlabel="Week of the plan")
    ax.set_xticks([1, *range(4, n_weeks + 1, 3)] if n_weeks > 6 else range(1, n_weeks + 1))
    rest = f"; the {len(order)} of {len(weekly.queues)} farthest below" if len(order) < len(weekly.queues) else ""
    title_with_subtitle(
        ax,
        on_time_map_message(weekly),
        f"Expected on-time share of the items due, percent, by queue (target) and week; white: target kept, "
        f"darker: farther below{rest}",
    )
    return ax


def _shade(gap: FloatArray) -> FloatArray:
    """Class of each cell: target kept, below it by up to 5, 15, 30 points, and by more."""
    return np.where(np.isnan(gap), np.nan, np.digitize(-gap, [KEPT, 0.05, 0.15, 0.30]))


def _shades() -> ListedColormap:
    from matplotlib.colors import ListedColormap

    return ListedColormap(["#f6f8f9", "#fbdcb8", "#f0a458", "#c25a0a", "#7a2e00"])


def _write_shares(ax: Axes, share: FloatArray, gap: FloatArray) -> None:
    size = min(8.0, (3.4 if is_narrow(ax) else 5.6) * 72.0 / (share.shape[1] * 3.2))
    if size < 5.5:
        return
    dark = np.nan_to_num(_shade(gap)) >= 3
    for (row, week), value in np.ndenumerate(share):
        if not np.isnan(value):
            ax.text(
                week + 1,
                row,
                _whole_percent(float(value), float(value - gap[row, week])),
                ha="center",
                va="center",
                fontsize=size,
                color="#fefefe" if dark[row, week] else "#111111",
            )


def _whole_percent(share: float, target: float) -> str:
    """A share in whole percent; with a tenth where it would read as a target that is kept, or as all, and is not."""
    whole, tenth = f"{100 * share:.0f}", f"{100 * share:.1f}"
    reads_kept = share < target - KEPT and float(whole) >= 100 * target - 1e-9
    reads_all = whole == "100" and tenth != "100.0"
    return tenth if reads_kept or reads_all else whole


def _name(outcome: ServiceOutcome, row: int) -> str:
    return " ".join(outcome.queues[row].name.replace("_", " ").split())
