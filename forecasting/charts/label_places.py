"""Places for the labels of a chart at which they cover neither each other nor the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]

# Steps from the anchor that are tried, the preferred first; beyond the first few a thin line leads back. [points]
STEPS = tuple(
    (x, y)
    for far in (9.0, 14.0, 20.0, 30.0, 45.0, 65.0)
    for y in (far, -far)
    for x in dict.fromkeys((0.0, far, -far, 9.0, -9.0))
)
LEAD_FROM = 20.0
POINTS_ON_A_LINE, POINTS_ON_A_LEAD = 600, 40
# Between two texts, and between a text and a line. [pixels]
GAP = 2.0
# Covering a point or two of a line is as good as free. [-]
FREE = 30.0
# A line that leads back and runs through another text is read as that text's: worse than being far. [a point on it]
CROSSED = 200.0
# One that crosses a line of the chart is untidy only. [a point on it]
OVER_A_LINE = 6.0
# A mark on a line hides where a line that leads back begins. [points]
CLEAR_OF_MARK = 9.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A text that belongs to a place in the data.

    Attributes
    ----------
    text
        What it says.
    anchors : tuple of (x, y)
        The place, or several of which any will do. [data units]
    colour
        Of the text.
    bold
        Whether it is in bold type.
    optional
        Whether it is left out where there is no free place for it.
    """

    text: str
    anchors: tuple[tuple[float, float], ...]
    colour: str
    bold: bool = True
    optional: bool = False


def place_labels(ax: Axes, labels: Sequence[Label], *, lines: Sequence[FloatArray] = ()) -> None:
    """Write labels one after the other, each where it covers least of what is there.

    Parameters
    ----------
    ax
        Where; its limits, title and size are as they will be.
    labels
        Those that come first have the choice. The places of those with one anchor are kept clear.
    lines : sequence of ndarray of shape (n_nodes, 2)
        Lines to keep clear. [data units]

    Notes
    -----
    Sizes of texts are measured in the figure as it is laid out now.
    """
    from matplotlib.text import Text

    figure = ax.figure.canvas.figure
    figure.draw_without_rendering()
    pixels = figure.dpi / 72.0
    marks = [label.anchors[0] for label in labels if len(label.anchors) == 1]
    busy = np.concatenate(
        [ax.transData.transform(np.array(marks).reshape(-1, 2)), *(_along(ax, line) for line in lines)]
    )
    # Points of lines lie so close that a third of them does to see what crosses them.
    sparse = busy[::3]
    taken, led = np.empty((0, 4)), np.empty((0, 2))
    for label in labels:
        note = ax.annotate(
            label.text,
            label.anchors[0],
            xytext=STEPS[0],
            textcoords="offset points",
            color=label.colour,
            fontweight="bold" if label.bold else "normal",
            parse_math=False,
            zorder=9,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
            arrowprops={"arrowstyle": "-", "color": label.colour, "linewidth": 0.7, "shrinkA": 1.0, "shrinkB": 6.0},
        )
        # Without the line that leads back.
        extent = Text.get_window_extent(note)
        places = [(anchor, step) for anchor in label.anchors for step in STEPS]
        boxes = np.array(
            [_box(ax.transData.transform(at), pixels * np.array(step), np.array(extent.size)) for at, step in places]
        )
        far = np.array([max(map(abs, step)) for _, step in places])
        leads = [
            _lead(ax.transData.transform(at), box) if away > LEAD_FROM else np.empty((0, 2))
            for (at, _), box, away in zip(places, boxes, far, strict=True)
        ]
        crossed = np.array([_inside(taken, lead).sum() + _inside(_around(led), lead).sum() for lead in leads])
        crossed += _inside(boxes, led).sum(axis=1)
        covered = _covered(boxes, np.array(ax.bbox.extents), taken, busy) + CROSSED * crossed
        covered += OVER_A_LINE * np.array([_over(lead, sparse, pixels) for lead in leads])
        best = int(np.argmin(covered + far))
        if label.optional and covered[best] > FREE:
            note.remove()
            continue
        note.xy, step = places[best]
        if note.arrow_patch is not None:
            note.arrow_patch.set_visible(bool(far[best] > LEAD_FROM))
        note.set(
            position=step, ha=_side(step[0], "left", "right", "center"), va=_side(step[1], "bottom", "top", "center")
        )
        taken, led = np.vstack([taken, boxes[best]]), np.vstack([led, leads[best]])


def _side(step: float, after: str, before: str, middle: str) -> str:
    return after if step > 0 else before if step < 0 else middle


def _along(ax: Axes, line: FloatArray) -> FloatArray:
    """Points on a line, evenly by its length on the screen, of shape (POINTS_ON_A_LINE, 2) [pixels]."""
    nodes = ax.transData.transform(line)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(nodes, axis=0).T))])
    at = np.linspace(0.0, length[-1], POINTS_ON_A_LINE)
    return np.column_stack([np.interp(at, length, nodes[:, axis]) for axis in (0, 1)])


def _box(anchor: FloatArray, step: FloatArray, size: FloatArray) -> FloatArray:
    """Left, bottom, right and top of a text of some size beside an anchor [pixels]."""
    low = anchor + step - np.where(step < 0, size, np.where(step == 0, size / 2.0, 0.0))
    return np.concatenate([low, low + size])


def _lead(anchor: FloatArray, box: FloatArray) -> FloatArray:
    """Points on the line from an anchor to the middle of a text, as far as its edge, of shape (n, 2) [pixels]."""
    line = anchor + np.linspace(0.0, 1.0, POINTS_ON_A_LEAD)[:, None] * ((box[:2] + box[2:]) / 2.0 - anchor)
    inside = np.all((line > box[:2]) & (line < box[2:]), axis=1)
    return np.asarray(line[~inside])


def _over(lead: FloatArray, busy: FloatArray, pixels: float) -> int:
    """How many points of a line that leads back lie on other lines, but for those at its mark [-]."""
    if not len(lead):
        return 0
    away = lead[np.hypot(*(lead - lead[0]).T) > CLEAR_OF_MARK * pixels]
    return int(_inside(_around(busy), away).any(axis=0).sum())


def _around(points: FloatArray) -> FloatArray:
    """Small boxes around points, of shape (points, 4) [pixels]."""
    return np.hstack([points - GAP, points + GAP])


def _inside(boxes: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    """Whether points lie in boxes or close to them, of shape (boxes, points)."""
    left, bottom, right, top = boxes.T[:, :, None]
    x, y = points.T
    return np.asarray((x > left - GAP) & (x < right + GAP) & (y > bottom - GAP) & (y < top + GAP))


def _covered(boxes: FloatArray, frame: FloatArray, taken: FloatArray, busy: FloatArray) -> FloatArray:
    """How much each box covers of texts, of what is busy and of the outside of the frame; 0 is free [-]."""
    left, bottom, right, top = boxes.T[:, :, None]
    wide = np.minimum(right, taken[:, 2]) - np.maximum(left, taken[:, 0]) + GAP
    tall = np.minimum(top, taken[:, 3]) - np.maximum(bottom, taken[:, 1]) + GAP
    texts = (np.maximum(wide, 0.0) * np.maximum(tall, 0.0)).sum(axis=1)
    busy_points = _inside(boxes, busy).sum(axis=1)
    out = np.maximum(frame[:2] - boxes[:, :2], 0.0).sum(axis=1) + np.maximum(boxes[:, 2:] - frame[2:], 0.0).sum(axis=1)
    return np.asarray(texts + 10.0 * busy_points + 100.0 * out)
