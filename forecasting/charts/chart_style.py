"""The look that all charts share, and how money, counts and shares are written on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from forecasting.charts.glyphs import families

# Okabe and Ito's colours, told apart by colour-blind readers, the lighter ones darkened until text in them can be read
# (contrast of at least 4.5 to white). Whatever a colour says, a shape, a pattern or a word says too.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#BC4F00", "#007C5A", "#B0508A"
INK, SOFT, GREY = "#222222", "#555555", "#6F6F6F"
# For areas only: contrast of at least 3 to white.
PALE_BLUE, PALE_BROWN = "#6F93AB", "#A8884F"
# An amount of fewer of the last digit written would be rounded beyond use.
LEAST_STEPS = 4.0
# Sizes of type in a chart that is as wide as a phone or a column of text. [points]
NARROW_TYPE = {"font.size": 8, "axes.titlesize": 10, "axes.labelsize": 8, "xtick.labelsize": 8, "ytick.labelsize": 8}


def chart_style(*, narrow: bool = False) -> AbstractContextManager[None]:
    """Return a context in which charts have the project's look; nothing is changed outside it.

    Parameters
    ----------
    narrow : bool
        Whether charts are drawn as wide as a phone, where type is smaller.

    Returns
    -------
    context manager

    Examples
    --------
    >>> import matplotlib
    >>> with chart_style():
    ...     matplotlib.rcParams["axes.spines.top"]
    False
    """
    from matplotlib import style

    sheet = Path(__file__).with_name("review.mplstyle")
    fonts = {"font.family": list(families())}
    context: AbstractContextManager[None] = style.context([sheet, fonts, NARROW_TYPE] if narrow else [sheet, fonts])
    return context


def money(usd: float) -> str:
    """Write an amount of money short enough for a label.

    Parameters
    ----------
    usd : float
        Amount. [USD]

    Returns
    -------
    str

    Examples
    --------
    >>> money(1_234_567), money(598_200), money(-9_300), money(0.72), money(999_950)
    ('$1.23M', '$598k', '-$9.3k', '$0.72', '$1.00M')
    """
    sign, size = ("-" if usd < 0 else ""), abs(usd)
    for floor, divisor, unit, digits in (
        (999.5e6, 1e9, "B", 2),
        (999.5e3, 1e6, "M", 2),
        (99.95e3, 1e3, "k", 0),
        (999.5, 1e3, "k", 1),
        (99.995, 1.0, "", 0),
    ):
        if size >= floor:
            return f"{sign}${size / divisor:,.{digits}f}{unit}"
    if size < 0.005:
        # Less than half a cent either way is nothing, without a sign.
        return "$0"
    return f"{sign}${size:,.0f}" if size == round(size) else f"{sign}${size:,.2f}"


def round_money(usd: float) -> str:
    """Write an amount of an axis, which is round: without zeros behind the point.

    Parameters
    ----------
    usd : float
        Amount. [USD]

    Returns
    -------
    str

    Examples
    --------
    >>> round_money(100_000_000), round_money(15_000), round_money(1_250_000), round_money(0.5)
    ('$100M', '$15k', '$1.25M', '$0.50')
    """
    text = money(usd)
    number, unit = (text[:-1], text[-1]) if text[-1] in "kMB" else (text, "")
    return f"{number.rstrip('0').rstrip('.')}{unit}" if unit and "." in number else text


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a percentage.

    Parameters
    ----------
    share : float
        Between 0 and 1. [-]
    digits : int
        After the point.

    Returns
    -------
    str
        Never rounded up to 100% or down to 0% unless it is so.

    Examples
    --------
    >>> percent(0.9432), percent(1.0), percent(0.99996), percent(0.00001)
    ('94.3%', '100%', '>99.9%', '<0.1%')
    """
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    text = f"{100 * share:.{digits}f}"
    step = 10.0**-digits
    if float(text) >= 100:
        return f">{100 - step:.{digits}f}%"
    return f"<{step:.{digits}f}%" if float(text) == 0 and share > 0 else f"{text}%"


def points(change: float) -> str:
    """Write a change of a share in percentage points, with its sign.

    Parameters
    ----------
    change : float
        Difference of two shares. [-]

    Returns
    -------
    str

    Examples
    --------
    >>> points(0.0463), points(-0.0004), points(-1e-9)
    ('+4.6 points', '-0.04 points', '0 points')
    """
    if abs(change) < 5e-5:
        return "0 points"
    digits = 1 if abs(change) >= 0.00995 else 2
    return f"{100 * change:+.{digits}f} points"


def count(items: float) -> str:
    """Write a number of items short enough for a label.

    Parameters
    ----------
    items : float
        How many. [items]

    Returns
    -------
    str

    Examples
    --------
    >>> count(1_234_567), count(45_200), count(1_430), count(37.4), count(0.4)
    ('1.23M', '45k', '1.4k', '37', '0.4')
    """
    size = abs(items)
    for floor, divisor, unit, digits in (
        (999.5e6, 1e9, "B", 2),
        (999.5e3, 1e6, "M", 2),
        (9_999.5, 1e3, "k", 0),
        (999.5, 1e3, "k", 1),
    ):
        if size >= floor:
            return f"{items / divisor:,.{digits}f}{unit}"
    return f"{items:,.1f}" if 0.05 <= size < 0.95 else f"{items:,.0f}"


def rounded_parts(parts: Sequence[float], unit: float, *, total: float | None = None) -> list[float]:
    """Round parts to whole units so that they add up to their rounded sum.

    Parameters
    ----------
    parts : sequence of float
        What is added up.
    unit : float
        What is rounded to, such as 1,000 [USD] or 0.001 [-].
    total : float, optional
        What they are to add up to, in whole units; their own rounded sum if None.

    Returns
    -------
    list of float
        Each within one unit of its part: all rounded down, then those with the largest remainders up.

    Examples
    --------
    >>> rounded_parts([1_400.0, 1_400.0, 1_400.0], 1_000.0)
    [2000.0, 1000.0, 1000.0]
    """
    whole = [math.floor(part / unit + 1e-9) for part in parts]
    missing = round((sum(parts) if total is None else total) / unit) - sum(whole)
    by_remainder = sorted(range(len(whole)), key=lambda row: (whole[row] - parts[row] / unit, row))
    for row in by_remainder[:missing] if missing > 0 else by_remainder[::-1][:-missing]:
        whole[row] += 1 if missing > 0 else -1
    return [number * unit for number in whole]


def money_parts(amounts: Sequence[float]) -> tuple[list[str], str]:
    """Write amounts and their sum in one unit, rounded so that they add up as written.

    The unit is as large as leaves the smallest amount a figure that says something.

    Parameters
    ----------
    amounts : sequence of float
        What is added up. [USD]

    Returns
    -------
    parts : list of str
    total : str

    Examples
    --------
    >>> money_parts([10_440.0, 20_449.0, 30_441.0])
    (['$10.4k', '$20.5k', '$30.4k'], '$61.3k')
    >>> money_parts([450_000.0, 1_250_500.0])
    (['$0.45M', '$1.25M'], '$1.70M')
    >>> money_parts([180_000.0, 2_400_000_000.0])
    (['$0.18M', '$2,400.00M'], '$2,400.18M')
    """
    total = sum(amounts)
    largest = max([abs(total) / 10.0, *map(abs, amounts)], default=0.0)
    smallest = min((abs(amount) for amount in amounts if amount), default=0.0)
    divisor, unit, digits = next(
        (
            (size, letter, digits)
            for size, letter, digits in ((1e9, "B", 2), (1e6, "M", 2), (1e3, "k", 1))
            if largest >= 0.9995 * size and smallest >= LEAST_STEPS * size * 10.0**-digits
        ),
        (1.0, "", 2),
    )
    if divisor == 1.0 and all(amount == round(amount) for amount in amounts):
        digits = 0
    rounded = rounded_parts(amounts, divisor * 10.0**-digits)

    def written(usd: float) -> str:
        text = f"${abs(usd) / divisor:,.{digits}f}{unit}"
        return "$0" if round(usd / divisor, digits) == 0 else f"{'-' if usd < 0 else ''}{text}"

    return [written(usd) for usd in rounded], written(sum(rounded))
