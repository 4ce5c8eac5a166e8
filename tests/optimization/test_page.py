import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from optimization.quarter.pack.charts import write_charts
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.inline_svg import inline_svg
from optimization.quarter.pack.page import write_page
from optimization.quarter.pack.page_rows import frontier_steps, request_rows
from optimization.quarter.pack.plain_table import MOST_ROWS, plain_table


class Tags(HTMLParser):
    """Every opening tag with its attributes, and the text outside of style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in ("style", "script"):
            self.text.append(data)


def parsed(page_file: Path) -> Tags:
    found = Tags()
    found.feed(page_file.read_text(encoding="utf-8"))
    return found


def test_the_policy_allows_this_style_and_script_by_hash_and_nothing_else(page_file: Path):
    text = page_file.read_text(encoding="utf-8")
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for _, attributes in parsed(page_file).tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


def test_names_come_out_as_text(page_file: Path, hostile_contents: PackContents):
    found = parsed(page_file)
    said = " ".join(" ".join(found.text).split())
    for request in hostile_contents.plan.values.case.requests:
        assert request.title in said
    assert "Q1 <plan>" in said
    assert [tag for tag, _ in found.tags].count("script") == 1


def test_identifiers_are_unique_and_everything_named_is_there(page_file: Path):
    attributes = [attributes for _, attributes in parsed(page_file).tags]
    ids = [one["id"] for one in attributes if "id" in one]
    assert len(ids) == len(set(ids))
    for one in attributes:
        for key in ("aria-labelledby", "aria-describedby", "for", "data-filters"):
            assert one.get(key) is None or set(str(one[key]).split()) <= set(ids)
        if (one.get("href") or "").startswith("#"):
            assert str(one["href"])[1:] in ids


def test_every_chart_is_named_described_and_has_its_numbers(page_file: Path):
    text = page_file.read_text(encoding="utf-8")
    figures = re.findall(r'<figure id="chart-(\w+)">(.*?)</figure>', text, flags=re.DOTALL)
    assert [name for name, _ in figures] == [
        "frontier",
        "marginal_cost",
        "budget_map",
        "requests",
        "bridge",
        "tornado",
        "target_chance",
        "on_time_map",
        "backlog",
        "staffing",
        "people_alone",
        "forecast",
        "forecast_by_queue",
    ]
    for name, inside in figures:
        for width in ("wide", "narrow"):
            assert re.search(rf'<title id="{name}-{width}-title">[^<]+</title>', inside)
            assert re.search(rf'<desc id="{name}-{width}-desc">[^<]+</desc>', inside)
        assert "<tbody>" in inside


def test_the_answer_is_the_narrative_and_the_figures_those_of_the_plan(page_file: Path, hostile_contents: PackContents):
    said = " ".join(" ".join(parsed(page_file).text).split())
    words = hostile_contents.narrative
    assert words.headline in said
    for sentence in (*words.change, *words.cut, *words.trade_off):
        assert " ".join(sentence.split()) in said


def test_steps_of_the_slider_are_the_frontier(hostile_contents: PackContents):
    steps, frontier = frontier_steps(hostile_contents.plan), hostile_contents.plan.frontier
    assert [row["cost_usd"] for row in steps["rows"]] == frontier.cost_usd.tolist()
    chosen = steps["rows"][steps["chosen"]]
    assert chosen["cost_usd"] == hostile_contents.plan.recommended.cost_usd
    assert chosen["mark"].startswith("Recommended.")
    assert all(("Beyond" in row["mark"]) == (row["cost_usd"] > frontier.budget_usd) for row in steps["rows"])


def test_amounts_of_requests_add_up_as_they_are_written(hostile_contents: PackContents):
    requests = request_rows(hostile_contents.plan)

    def usd(text: str) -> float:
        return 0.0 if text == "–" else float(text.strip("$k").replace(",", ""))

    assert sum(usd(row["asked"]) for row in requests["rows"]) == pytest.approx(usd(requests["asked"]))
    assert sum(usd(row["approved"]) for row in requests["rows"]) == pytest.approx(usd(requests["approved"]))


def test_long_tables_say_how_much_is_left_out():
    table = plain_table(pd.DataFrame({"Queue": ["a_b"] * 300, "Cost, USD": range(300), "Changed": [True] * 300}))
    assert len(table["rows"]) == MOST_ROWS
    assert table["left_out"] == 300 - MOST_ROWS
    assert table["numeric"] == [False, True, False]
    assert table["rows"][1] == ("a b", "$1", "yes")


def test_small_percentage_points_are_not_written_as_percent():
    table = plain_table(pd.DataFrame({"Low, points (1 of 10)": [0.31, -2.0], "On-time share": [0.31, 0.5]}))
    assert table["rows"] == [("0.31", "31.0%"), ("-2.00", "50.0%")]


def test_numbers_of_one_column_are_written_alike_and_nothing_has_no_sign():
    table = plain_table(
        pd.DataFrame({"Items expected": [1_305_638.0, 843_000.0], "Too high or low by": [-0.0004, -0.03]})
    )
    assert table["rows"] == [("1.31M", "0.0%"), ("843k", "-3.0%")]


def test_a_drawing_keeps_its_look_without_style_attributes():
    drawing = (
        '<?xml version="1.0"?><svg width="8pt" height="4pt" viewBox="0 0 8 4" version="1.1"><defs>'
        '<style type="text/css">*{a: b}</style><clipPath id="p1"><rect/></clipPath></defs><g id="axes_1">'
        '<path clip-path="url(#p1)" style="fill: none; stroke: #ff0000"/><use xlink:href="#p1"/>'
        "<text style=\"font: 700 9px 'DejaVu Sans', sans-serif; text-anchor: end\">a &lt; b</text></g></svg>"
    )
    found = inline_svg(drawing, "one", 'Says "x" & y', "Shows")
    assert "style" not in found
    assert 'fill="none" stroke="#ff0000"' in found
    assert 'font-size="9px" font-weight="700" text-anchor="end"' in found
    assert 'clip-path="url(#one-p1)"' in found
    assert 'href="#one-p1"' in found
    assert '<title id="one-title">Says &quot;x&quot; &amp; y</title>' in found
    with pytest.raises(ValueError, match="a font of a drawing is written in a way that is not known"):
        inline_svg('<svg viewBox="0 0 1 1"><text style="font: big">x</text></svg>', "one", "", "")


def test_a_page_is_the_same_bytes_each_time(page_file: Path, hostile_contents: PackContents, tmp_path: Path):
    write_page(hostile_contents, write_charts(hostile_contents, tmp_path / "charts"), tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == page_file.read_bytes()
    names = sorted(path.name for path in (tmp_path / "charts").iterdir())
    assert len(names) == 26
    for name in names:
        assert (tmp_path / "charts" / name).read_bytes() == (page_file.parent / "charts" / name).read_bytes()


def test_the_two_needs_of_teams_are_told_apart_where_the_second_one_stands(page_file: Path):
    text = page_file.read_text(encoding="utf-8")
    said = text.index("Two needs that differ and are both right")
    assert text.index('id="chart-staffing"') < said < text.index('id="chart-people_alone"')
