"""The charts of a run folder, as files and as text for the page."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.charts.chart_pieces import footnote
from forecasting.charts.chart_style import chart_style
from forecasting.charts.glyphs import boxes_accepted, write_missing_as_marks
from optimization.quarter.pack.chart_recipe import NARROW_INCHES, WIDE_INCHES, ChartRecipe
from optimization.quarter.pack.chart_recipes import chart_recipes, source_line
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.inline_svg import inline_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# No date and no version of the drawing library, so that equal runs give equal bytes.
SVG_FACTS = {"Date": None, "Creator": None}
# Of pictures, also of those inside drawings. [dots per inch]
PNG_DPI = 150.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Chart:
    """One chart of the pack, drawn.

    Attributes
    ----------
    name
        File name without ending.
    message, description
        What it says and what it shows, in words.
    wide, narrow
        The drawing at two widths, fit to stand inside a page among others.
    wide_axis, narrow_axis
        Where money runs along x: left, right, top and bottom of the axes in the drawing, and the money at the left and
        the right; else empty.
    table
        The numbers behind it.
    figure
        The wide drawing, laid out, to be saved in other formats.
    """

    name: str
    message: str
    description: str
    wide: str
    narrow: str
    wide_axis: str
    narrow_axis: str
    table: pd.DataFrame
    figure: Figure


def write_charts(contents: PackContents, folder: Path) -> dict[str, Chart]:
    """Draw every chart into a folder, as SVG and as PNG.

    Parameters
    ----------
    contents
        What the pack is written from.
    folder
        Made if it does not exist.

    Returns
    -------
    dict of Chart
        By name, in reading order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = source_line(contents)
    charts = {}
    for recipe in chart_recipes(contents):
        wide, wide_axis, figure = _drawing(recipe, source, WIDE_INCHES, png=folder / f"{recipe.name}.png")
        (folder / f"{recipe.name}.svg").write_text(wide, encoding="utf-8")
        narrow, narrow_axis, _ = _drawing(recipe, source, NARROW_INCHES)
        charts[recipe.name] = Chart(
            name=recipe.name,
            message=recipe.message,
            description=recipe.description,
            wide=inline_svg(wide, f"{recipe.name}-wide", recipe.message, recipe.description),
            narrow=inline_svg(narrow, f"{recipe.name}-narrow", recipe.message, recipe.description),
            wide_axis=wide_axis,
            narrow_axis=narrow_axis,
            table=recipe.table,
            figure=figure,
        )
    return charts


def _drawing(recipe: ChartRecipe, source: str, width: float, *, png: Path | None = None) -> tuple[str, str, Figure]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    narrow = width == NARROW_INCHES
    with chart_style(narrow=narrow), boxes_accepted():
        size = (width, recipe.narrow_height if narrow else recipe.height)
        figure = Figure(figsize=size, layout="constrained")
        footnote(figure, source)
        recipe.draw(figure)
        _lay_out(figure)
        # `Figure.savefig` would draw once more before each file, in case there is still something to lay out.
        text = StringIO()
        figure.dpi = PNG_DPI
        FigureCanvasSVG(figure).print_svg(text, metadata=SVG_FACTS)
        if png is not None:
            write_missing_as_marks(figure)
            figure.dpi = PNG_DPI
            FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})
    return text.getvalue(), _money_axis(figure) if recipe.along_money else "", figure


def _lay_out(figure: Figure) -> None:
    """Decide what lies where, once for all files, without drawing."""
    for ax in figure.axes:
        # Matplotlib looks for a place for every label and title again at each drawing, also where there are none.
        for axis in (ax.xaxis, ax.yaxis):
            if not axis.label.get_text():
                axis.set_label_coords(0.0, 0.0)
        if not any(ax.get_title(loc=side) for side in ("left", "center", "right")):
            ax.set_title("", y=1.0)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


def _money_axis(figure: Figure) -> str:
    """Where the axes lie in the drawing, from its top left [points], and the money at their ends [USD]."""
    wide, tall = 72.0 * figure.get_size_inches()
    (ax,) = figure.axes
    place, ends = ax.get_position(), ax.get_xlim()
    sides = (place.x0 * wide, place.x1 * wide, (1 - place.y1) * tall, (1 - place.y0) * tall)
    return " ".join(f"{number:.2f}" for number in (*sides, *ends))
