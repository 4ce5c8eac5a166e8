import matplotlib as mpl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from forecasting.chart_style import chart_style, money, percent, points, title_with_subtitle

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


@pytest.mark.parametrize("styled", [True, False])
def test_title_and_subtitle_are_one_above_the_other_in_plain_text(styled: bool):
    def draw() -> list:
        figure = Figure(layout="constrained")
        ax = figure.subplots()
        title_with_subtitle(ax, "From $1M to $3M", "In $, from $2 to $4")
        figure.draw_without_rendering()
        return [ax.get_title(loc="left"), *ax.texts, *[t for t in ax.get_children() if t in ax.texts], ax]

    if styled:
        with chart_style():
            title, subtitle, *_, ax = draw()
    else:
        title, subtitle, *_, ax = draw()
    assert title == "From $1M to $3M"
    heading = next(text for text in ax.get_children() if getattr(text, "get_text", str)() == title)
    assert not heading.get_parse_math()
    assert not subtitle.get_parse_math()
    above, below = heading.get_window_extent(), subtitle.get_window_extent()
    assert above.y0 >= below.y1
    assert below.y0 >= ax.bbox.y1
    assert above.x0 == pytest.approx(below.x0, abs=2)
