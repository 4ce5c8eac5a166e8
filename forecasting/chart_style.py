"""The look that all charts share, and how money, counts and shares are written on them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's colours, told apart by colour-blind readers and in grey.
BLUE, ORANGE, GREEN, PINK, GREY, BLACK = "#0072B2", "#D55E00", "#007C5A", "#B0508A", "#767676", "#222222"


def chart_style() -> AbstractContextManager[None]:
    """Return a context in which charts have the project's look; nothing is changed outside it.

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

    context: AbstractContextManager[None] = style.context(Path(__file__).with_name("review.mplstyle"))
    return context


def title_with_subtitle(ax: Axes, message: str, subtitle: str) -> None:
    """Put the message above an axes and, in smaller type, what is measured.

    Parameters
    ----------
    ax
        Where.
    message
        The finding, in a sentence.
    subtitle
        Metric, unit, scope and period.
    """
    # A dollar sign is money, not the begin of a formula, whatever the style in use.
    ax.set_title(message, loc="left", pad=24, wrap=True, parse_math=False)
    # In points above the axes, so that it stays below the title however tall the axes are.
    text = ax.annotate(
        subtitle,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 6),
        textcoords="offset points",
        fontsize=9,
        color="#555555",
        va="bottom",
        parse_math=False,
    )
    # A long line of text must not make the layout shrink the axes.
    text.set_in_layout(False)


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
