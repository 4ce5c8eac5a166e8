"""One chart of a pack before it is drawn: what it says, how it is drawn, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# As wide as a page of paper, and as a phone (or 8 cm of it). [inches]
WIDE_INCHES, NARROW_INCHES = 8.0, 3.65


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ChartRecipe:
    """One chart of the pack, before it is drawn.

    Attributes
    ----------
    name
        File name without ending.
    message
        What it says, in a sentence built from the numbers drawn.
    description
        What it shows, for those who do not see it.
    height, narrow_height
        Of the figure, as wide as a page and as a phone. [inches]
    draw
        Draws into an empty figure with constrained layout, whose footnote is there already.
    table
        The numbers behind it, headed as they are to be read.
    along_money
        Whether money for requests runs along x.
    """

    name: str
    message: str
    description: str
    height: float
    narrow_height: float
    draw: Callable[[Figure], object]
    table: pd.DataFrame
    along_money: bool = False
