from contextlib import nullcontext
from itertools import combinations, pairwise

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from forecasting.charts.chart_pieces import ACTUAL, PLANNED, footnote, title_with_subtitle
from forecasting.charts.chart_style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_BROWN,
    PINK,
    SOFT,
    chart_style,
    money,
    money_parts,
    percent,
    points,
    rounded_parts,
)
from forecasting.charts.measured_text import broken

UNITS = {"k": 1e3, "M": 1e6, "B": 1e9}


def read_money(text: str) -> tuple[float, float]:
    """Amount that a label says, and the worth of one unit of its last digit. [USD]"""
    sign = -1.0 if text.startswith("-") else 1.0
    digits = text.removeprefix("-").removeprefix("$").replace(",", "")
    scale = UNITS.get(digits[-1], 1.0)
    digits = digits.rstrip("kMB")
    decimals = len(digits.partition(".")[2])
    return sign * float(digits) * scale, scale * 10.0**-decimals


amounts = st.floats(-1e12, 1e12) | st.floats(-2e3, 2e3) | st.integers(-(10**7), 10**7).map(float)


@pytest.mark.property
@given(usd=amounts)
@example(usd=999.5)
@example(usd=99.995)
@example(usd=99_950.0)
@example(usd=999_499.99)
@example(usd=999_500.0)
@example(usd=999_499_999.0)
@example(usd=999_500_000.0)
@example(usd=-0.004)
def test_money_is_within_half_a_unit_of_its_last_digit(usd: float):
    said, unit = read_money(money(usd))
    assert abs(said - usd) <= unit / 2 * (1 + 1e-9)


@pytest.mark.property
@given(usd=amounts)
@example(usd=999_600.0)
@example(usd=999_600_000.0)
@example(usd=999.7)
def test_money_is_short_and_says_enough(usd: float):
    text = money(usd)
    assert "," not in text or abs(usd) >= 999.5e9
    if abs(usd) >= 0.005:
        said, _ = read_money(text)
        assert said * usd > 0
        # Never off by more than a twentieth, or half a cent.
        assert abs(said - usd) <= max(0.0501 * abs(usd), 0.00501)


@pytest.mark.property
@given(one=amounts, other=amounts)
def test_more_money_never_reads_as_less(one: float, other: float):
    low, high = sorted((one, other))
    assert read_money(money(low))[0] <= read_money(money(high))[0]


@pytest.mark.parametrize("usd", [0.0, -0.0, 0.001, -0.001, -0.004999])
def test_nothing_is_written_without_a_sign(usd: float):
    assert money(usd) == "$0"


@pytest.mark.property
@given(share=st.floats(0, 1), digits=st.integers(0, 3))
@example(share=0.9995, digits=1)
@example(share=0.99949999, digits=1)
@example(share=0.995, digits=0)
@example(share=5e-324, digits=1)
def test_percent_is_close_and_never_all_or_nothing_unless_it_is(share: float, digits: int):
    text = percent(share, digits)
    step = 10.0**-digits
    if share == 1:
        assert text == "100%"
    elif share == 0:
        assert text == "0%"
    elif text.startswith(">"):
        assert 100 * share > 100 - step
        assert float(text[1:-1]) == pytest.approx(100 - step)
    elif text.startswith("<"):
        assert 100 * share < step
        assert float(text[1:-1]) == pytest.approx(step)
    else:
        assert abs(float(text[:-1]) - 100 * share) <= step / 2 * (1 + 1e-9)
        assert 0 < float(text[:-1]) < 100


@pytest.mark.property
@given(change=st.floats(-1, 1))
@example(change=5e-5)
@example(change=-5e-5)
@example(change=0.00995)
def test_points_have_the_sign_of_the_change_and_are_close(change: float):
    text = points(change)
    number, word = text.split(" ")
    assert word == "points"
    if abs(change) < 5e-5:
        assert number == "0"
    else:
        assert number[0] == ("+" if change > 0 else "-")
        assert float(number) != 0
        decimals = len(number.partition(".")[2])
        assert abs(float(number) - 100 * change) <= 10.0**-decimals / 2 * (1 + 1e-9)


def test_the_look_ends_with_its_context():
    before = dict(mpl.rcParams)
    with chart_style():
        assert mpl.rcParams["text.parse_math"] is False
        assert mpl.rcParams["svg.fonttype"] == "none"
    assert dict(mpl.rcParams) == before


def linear(colour: str) -> np.ndarray:
    parts = np.array(mpl.colors.to_rgb(colour))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Contrast ratio as the Web Content Accessibility Guidelines define it."""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [BLUE, ORANGE, GREEN, PINK, INK, SOFT, GREY])
def test_text_in_any_colour_can_be_read_on_white(colour: str):
    assert contrast(colour, "white") >= 4.5


@pytest.mark.parametrize("colour", [PALE_BLUE, PALE_BROWN, ACTUAL["facecolor"], PLANNED["edgecolor"]])
def test_areas_can_be_told_from_white(colour: str):
    assert contrast(colour, "white") >= 3.0


@pytest.mark.parametrize(("one", "other"), list(combinations([BLUE, ORANGE, GREEN, PINK], 2)))
def test_colours_stay_apart_without_red_cones(one: str, other: str):
    # Vienot, Brettel and Mollon (1999), for protanopes.
    seen = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
    assert np.abs(seen @ linear(one) - seen @ linear(other)).max() > 0.05


@pytest.mark.property
@given(parts=st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=30), unit=st.sampled_from([1.0, 1e3, 1e6]))
def test_rounded_parts_add_up_and_stay_within_a_unit(parts: list[float], unit: float):
    rounded = rounded_parts(parts, unit)
    assert sum(rounded) == pytest.approx(round(sum(parts) / unit) * unit)
    assert max(abs(said - part) for said, part in zip(rounded, parts, strict=True)) <= unit * 1.000001


@pytest.mark.property
@given(amounts=st.lists(st.floats(0.0, 1e10), min_size=1, max_size=20))
def test_amounts_add_up_as_they_are_written(amounts: list[float]):
    texts, total = money_parts(amounts)
    said = [read_money(text) for text in texts]
    assert sum(usd for usd, _ in said) == pytest.approx(read_money(total)[0], rel=1e-9, abs=1e-6)
    unit = read_money(total)[1]
    assert read_money(total)[0] == pytest.approx(sum(amounts), abs=0.51 * unit)


def titled(width: float, *, panels: int = 1) -> Figure:
    figure = Figure(figsize=(width, 4), layout="constrained")
    footnote(figure, "Source: a run. " * 6)
    axes = np.ravel(figure.subplots(1, panels))
    axes[0].set_ylabel("Items")
    title_with_subtitle(axes[0], "From $1M to $3M and then on to some more than that", "In $, from $2 to $4")
    figure.draw_without_rendering()
    return figure


@pytest.mark.parametrize("styled", [True, False])
@pytest.mark.parametrize("width", [8.0, 3.15])
def test_message_subtitle_axes_and_footnote_stand_one_above_the_other(styled: bool, width: float):
    with chart_style(narrow=width < 5) if styled else nullcontext():
        figure = titled(width)
    note, message, subtitle = figure.texts
    assert message.get_text() == figure.get_suptitle()
    assert " ".join(message.get_text().split()) == figure.axes[0].get_title(loc="left")
    boxes = [text.get_window_extent() for text in (message, subtitle)]
    boxes += [figure.axes[0].get_tightbbox(), note.get_window_extent()]
    for above, below in pairwise(boxes):
        assert above.y0 >= below.y1 - 1
    for text in (message, subtitle, note):
        assert not text.get_parse_math()
        assert text.get_window_extent().x0 >= 0
        assert text.get_window_extent().x1 <= figure.bbox.x1
    assert boxes[0].x0 == pytest.approx(boxes[1].x0, abs=2)


def test_one_panel_of_several_carries_its_own_title():
    figure = titled(8.0, panels=2)
    assert figure.get_suptitle() == ""
    ax = figure.axes[0]
    (subtitle,) = ax.texts
    heading = next(text for text in ax.get_children() if getattr(text, "get_text", str)().startswith("From $1M"))
    assert heading.get_visible()
    assert heading.get_window_extent().y0 >= subtitle.get_window_extent().y1 - 1
    assert subtitle.get_window_extent().y0 >= ax.bbox.y1


@pytest.mark.property
@given(words=st.text(st.characters(categories=["L", "N", "Zs"]), max_size=60), width=st.integers(1, 30))
def test_broken_lines_fit_and_lose_nothing_but_blanks(words: str, width: int):
    lines = broken(words, len, width)
    assert all(len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(words.split())
