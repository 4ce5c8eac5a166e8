"""Six main charts look as they did when somebody last looked at them.

After a change that is meant, look at the new pictures and keep them:
`pytest tests/optimization/test_chart_images.py --mpl-generate-path=tests/optimization/images`.
"""

from collections.abc import Callable

import matplotlib as mpl
import pytest
from matplotlib import ft2font
from matplotlib.figure import Figure

from forecasting.charts.chart_pieces import footnote
from forecasting.charts.chart_style import chart_style
from optimization import PlanningCase
from optimization.quarter.pack.chart_recipe import NARROW_INCHES, ChartRecipe
from optimization.quarter.pack.chart_recipes import chart_recipes
from optimization.quarter.pack.contents import PackContents

# Letters are drawn otherwise by other versions, though charts are as good.
DRAWN_WITH = ("3.11", "2.14.3")
HERE = (".".join(mpl.__version__.split(".")[:2]), ft2font.__freetype_version__)
pytestmark = pytest.mark.skipif(
    HERE != DRAWN_WITH,
    reason=f"pictures were drawn with Matplotlib {DRAWN_WITH[0]} and FreeType {DRAWN_WITH[1]}; here are {HERE}",
)
# Root mean square over the picture of differences of 0 to 255. A label that moves by its height makes 5 or more; the
# last bits of a sum on another processor make less than 1.
TOLERANCE = 2.0
CHARTS = ("frontier", "marginal_cost", "requests", "staffing", "on_time_map", "forecast")


@pytest.fixture(scope="module")
def recipes(make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase]):
    """The charts of the small plan, by name."""
    contents = make_contents(two_blocks(), willingness_to_pay_usd=3.0)
    return {recipe.name: recipe for recipe in chart_recipes(contents)}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.mpl_image_compare(
    baseline_dir="images", tolerance=TOLERANCE, style="default", backend="agg", savefig_kwargs={"dpi": 80}
)
def test_the_chart_looks_as_it_did(recipes: dict[str, ChartRecipe], name: str) -> Figure:
    recipe = recipes[name]
    with chart_style(narrow=True):
        figure = Figure(figsize=(NARROW_INCHES, recipe.narrow_height), layout="constrained")
        footnote(figure, "Source: a small plan made for tests.")
        recipe.draw(figure)
        figure.draw_without_rendering()
    return figure
