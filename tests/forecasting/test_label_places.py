"""Labels of a chart: a line that leads back to its mark runs through no other label."""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from forecasting.charts import label_places
from forecasting.charts.label_places import Label, place_labels


def labelled(points: list[tuple[float, float]]) -> list[Annotation]:
    """A chart six inches wide with a two-line label a point, and a line below all of them to keep clear."""
    figure = Figure(figsize=(6.0, 4.0))
    ax = figure.subplots()
    ax.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    labels = [Label(text=f"Label {i}\nin two lines", anchors=(at,), colour="black") for i, at in enumerate(points)]
    place_labels(ax, labels, lines=[np.array([[0.0, 0.4], [1.0, 0.6]])])
    figure.draw_without_rendering()
    return [text for text in ax.texts if isinstance(text, Annotation)]


def crossings(notes: list[Annotation]) -> int:
    """Count pairs of a line that leads back and another label through which it runs."""
    count = 0
    for note in notes:
        if note.arrow_patch is None or not note.arrow_patch.get_visible():
            continue
        start = note.axes.transData.transform(note.xy)
        end = np.array(Text.get_window_extent(note).corners()).mean(axis=0)
        line = start + np.linspace(0.0, 1.0, 500)[:, None] * (end - start)
        others = [Text.get_window_extent(other) for other in notes if other is not note]
        count += sum(bool(box.count_contains(line)) for box in others)
    return count


def test_lines_that_lead_back_run_through_no_other_label():
    rng = np.random.default_rng(5)
    led = 0
    for _ in range(12):
        middle = rng.uniform(0.3, 0.7, 2)
        notes = labelled([tuple(middle + rng.uniform(-0.06, 0.06, 2)) for _ in range(5)])
        led += sum(note.arrow_patch.get_visible() for note in notes)
        assert crossings(notes) == 0
    # Some labels did have to move away.
    assert led > 5


def test_a_lone_label_stands_right_above_its_mark():
    (note,) = labelled([(0.5, 0.8)])
    x, y = note.axes.transData.transform(note.xy)
    box = Text.get_window_extent(note)
    assert abs((box.x0 + box.x1) / 2 - x) < 1.0
    assert 0.0 < box.y0 - y < 20.0


def leads_over(line: np.ndarray) -> list[bool]:
    """Whether each line that leads back crosses a line of the chart, of labels that crowd along it."""
    figure = Figure(figsize=(4.0, 3.0))
    ax = figure.subplots()
    ax.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    one, two = "Another one", "Two lines\nof text"
    places = ((0.56, one), (0.6, one), (0.55, two), (0.39, two), (0.38, one), (0.54, two))
    labels = [Label(text=text, anchors=((x, 0.62 if x > 0.45 else 0.2),), colour="black") for x, text in places]
    place_labels(ax, labels, lines=[line])
    figure.draw_without_rendering()
    crossing = []
    for note in (one for one in ax.texts if one.arrow_patch.get_visible()):
        start, box = ax.transData.transform(note.xy), Text.get_window_extent(note)
        end = np.array(box.corners()).mean(axis=0)
        lead = start + np.linspace(0.0, 1.0, 400)[:, None] * (end - start)
        lead = lead[np.hypot(*(lead - start).T) > 12.0 * figure.dpi / 72.0]
        lead = lead[~((lead > box.min) & (lead < box.max)).all(axis=1)]
        near = [
            ((lead >= np.minimum(*ends) - 0.6) & (lead <= np.maximum(*ends) + 0.6)).all(axis=1).any()
            for ends in pairwise(ax.transData.transform(line))
        ]
        crossing.append(any(near))
    return crossing


def test_lines_that_lead_back_keep_off_the_lines_of_the_chart_where_they_can(monkeypatch):
    line = np.array([[0.0, 0.2], [0.45, 0.2], [0.45, 0.62], [1.0, 0.62]])
    assert leads_over(line) == [False]
    # The same labels, if crossing a line of the chart were nothing.
    monkeypatch.setattr(label_places, "OVER_A_LINE", 0.0)
    assert leads_over(line) == [True]
