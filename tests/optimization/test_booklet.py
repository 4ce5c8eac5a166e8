"""The booklet: the answer first, a page a chart, bookmarks, page numbers, embedded fonts, the same bytes every time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from forecasting.charts.chart_style import money, percent
from optimization import PlanningCase
from optimization.quarter.pack.booklet.canvas import (
    FOOTER,
    PAGE_HEIGHT,
    TEXT_WIDTH,
    Canvas,
    TableColumn,
    lines_of,
    text_width,
)
from optimization.quarter.pack.booklet.pages import answer_pages, chart_page, request_pages, table_pages
from optimization.quarter.pack.booklet.write import write_booklet
from optimization.quarter.pack.chart_recipes import chart_recipes
from optimization.quarter.pack.charts import Chart, write_charts
from optimization.quarter.pack.contents import PackContents

HOSTILE = "<script>alert(1)</script> $1M ... $3M =cmd|' /C calc'!A0 ../../etc/passwd"


@pytest.fixture(scope="module")
def contents(make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase]) -> PackContents:
    return make_contents(two_blocks(tool={"title": HOSTILE}), name="A plan & its $2M", willingness_to_pay_usd=4.0)


@pytest.fixture(scope="module")
def charts(contents: PackContents, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    return write_charts(contents, tmp_path_factory.mktemp("charts"))


@pytest.fixture(scope="module")
def file(contents: PackContents, charts: dict[str, Chart], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("booklet") / "pack.pdf"
    write_booklet(contents, charts.values(), path)
    return path


@pytest.fixture(scope="module")
def booklet(file: Path) -> Iterator[PdfReader]:
    with PdfReader(file) as reader:
        yield reader


@pytest.fixture(scope="module")
def texts(booklet: PdfReader) -> list[str]:
    """What stands on each page, words apart by one space."""
    return [" ".join(page.extract_text().split()) for page in booklet.pages]


def joined(text: str) -> str:
    """Lines are broken where a column ends, so what is longer is compared without spaces."""
    return "".join(text.split())


def test_the_first_page_holds_the_whole_answer(texts: list[str], contents: PackContents) -> None:
    first, best = texts[0], contents.plan.recommended
    assert " ".join(contents.narrative.headline.split()) in first
    assert money(best.cost_usd) in first
    assert percent(best.on_time_share_mean) in first
    for heading, _ in contents.narrative.paragraphs[1:]:
        assert heading in first
    assert contents.narrative.change[-1] in first


def test_every_request_stands_in_it_with_its_reason_and_names_are_text(
    texts: list[str], contents: PackContents
) -> None:
    whole = joined(" ".join(texts))
    assert joined(HOSTILE) in whole
    for decision in contents.narrative.decisions:
        assert joined(decision.reason.split(".")[0]) in whole


def test_every_chart_has_a_page_and_a_bookmark(booklet: PdfReader, texts: list[str], charts: dict[str, Chart]) -> None:
    marks = {mark.title: booklet.get_destination_page_number(mark) for mark in booklet.outline}
    assert marks["The answer"] == 0
    for chart in charts.values():
        page = joined(texts[marks[chart.message]])
        assert joined(chart.message)[:30] in page
        assert all(joined(str(head)) in page for head in chart.table.columns[:2])


def test_pages_are_numbered_and_carry_the_run(booklet: PdfReader, texts: list[str], contents: PackContents) -> None:
    for number, (page, text) in enumerate(zip(booklet.pages, texts, strict=True), start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert f"Run {contents.manifest['run_id']}" in text
        assert float(page.mediabox.width) == pytest.approx(595.3, abs=0.1)


def test_title_and_dates_are_those_of_the_plan(booklet: PdfReader) -> None:
    facts = booklet.metadata
    assert facts is not None
    assert facts.title == "A plan & its $2M"
    assert facts["/CreationDate"] == facts["/ModDate"] == "D:20260105000000Z"


def test_fonts_are_embedded_once_and_their_text_can_be_copied(booklet: PdfReader) -> None:
    fonts = {
        font.idnum: font.get_object()
        for page in booklet.pages
        for font in (page["/Resources"]["/Font"].raw_get(name) for name in page["/Resources"]["/Font"])
    }
    assert 0 < len(fonts) <= 8
    for font in fonts.values():
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert inner["/Subtype"] in ("/CIDFontType2", "/TrueType")
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()
        assert "/ToUnicode" in font


def test_equal_contents_give_equal_bytes(
    file: Path, contents: PackContents, charts: dict[str, Chart], tmp_path: Path
) -> None:
    write_booklet(contents, charts.values(), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == file.read_bytes()


def test_a_long_table_goes_on_over_pages_without_losing_a_row() -> None:
    rows = [(f"row {index}", "some words " * (index % 9)) for index in range(200)]
    columns = (TableColumn(heading="Name", part=1.0), TableColumn(heading="Words", part=1.0))
    pages = list(table_pages("Table", "Note.", columns, rows))
    shown = [text.get_text() for page in pages for text in page.canvas.figure.texts]
    assert [text for text in shown if re.fullmatch(r"row \d+", text)] == [name for name, _ in rows]
    assert [page.canvas.bookmark for page in pages] == ["Table", *[""] * (len(pages) - 1)]


LONG_INPUT = "review tool: handle time of listings counterfeit, listings prohibited, seller appeals"


@pytest.mark.parametrize("n_rows", [3, 200])
def test_long_names_below_a_chart_are_not_cut(charts: dict[str, Chart], n_rows: int) -> None:
    rows = [f"{LONG_INPUT} {number}" for number in range(n_rows)]
    table = pd.DataFrame(
        {
            "Input": rows,
            "Low end": "10% lower",
            "Worth there, USD": 1.0,
            "High end": "10% higher",
            "Worth at the high end, USD": 2.0,
            "Another set would be recommended": "at the high end",
        }
    )
    shown = chart_page(replace(charts["frontier"], table=table)).canvas.figure.texts
    texts = [text.get_text() for text in shown]
    assert all(joined(row) in joined(" ".join(texts)) for row in rows[:3])
    assert not [text for text in texts if "…" in text]
    assert min(text.get_position()[1] for text in shown) > (FOOTER + 6.0) / PAGE_HEIGHT
    assert ("more rows in the tables" in texts[-1]) == (n_rows > 100)


def test_lines_are_never_wider_than_the_page() -> None:
    for size in (7.0, 9.5, 17.0):
        for line in lines_of("wide " * 80 + "W" * 300, size, "bold", TEXT_WIDTH):
            assert text_width(line, size, "bold") <= TEXT_WIDTH


def test_no_requests_make_no_page_of_requests(
    make_contents: Callable[..., PackContents], contents: PackContents
) -> None:
    none = replace(contents, narrative=replace(contents.narrative, decisions=()))
    assert list(request_pages(none)) == []


def test_a_page_has_room_until_its_footer() -> None:
    canvas = Canvas()
    before = canvas.room
    canvas.write("one line", size=10.0)
    assert canvas.room == pytest.approx(before - 13.0)


def test_an_answer_of_any_length_keeps_off_the_footer_and_loses_no_word(
    contents: PackContents, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [f"word{number} {'x' * 60}." for number in range(300)]
    paragraphs = (("Risks", words[:200]), ("The trade-off", words[200:]))
    monkeypatch.setattr(type(contents.narrative), "paragraphs", property(lambda _: paragraphs))
    pages = list(answer_pages(contents))
    assert len(pages) > 2
    lowest = (FOOTER + 6.0) / PAGE_HEIGHT
    assert all(text.get_position()[1] > lowest for page in pages for text in page.canvas.figure.texts)
    written = " ".join(text.get_text() for page in pages for text in page.canvas.figure.texts)
    assert all(word.split()[0] in written for word in words)


def test_letters_that_no_font_has_are_question_marks_and_stay_on_the_page() -> None:
    # Old Persian cuneiform: no font that charts may use has it.
    lines = lines_of("\N{OLD PERSIAN SIGN A}" * 200, 9.5, "normal", TEXT_WIDTH)
    assert set("".join(lines)) == {"?"}
    assert len(lines) > 1


def test_charts_with_nothing_to_draw_are_left_out(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase]
) -> None:
    case = two_blocks()
    nothing = replace(case, requests=(), size=case.size[:0])
    drawn = [recipe.name for recipe in chart_recipes(make_contents(nothing, willingness_to_pay_usd=3.0))]
    assert drawn[:2] == ["frontier", "target_chance"]
    every = [recipe.name for recipe in chart_recipes(make_contents(case, willingness_to_pay_usd=3.0))]
    assert {"marginal_cost", "budget_map", "requests", "bridge"} <= set(every) - set(drawn)


def test_the_tornado_says_what_the_set_is_compared_with_and_on_how_many_futures(contents: PackContents) -> None:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    tornado = contents.plan.analysis.tornado
    recipe = next(recipe for recipe in chart_recipes(contents) if recipe.name == "tornado")
    figure = Figure(figsize=(8, 5), layout="constrained")
    recipe.draw(figure)
    figure.draw_without_rendering()
    words = " ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))
    other = "the cheapest set" if tornado.alternative else "funding nothing"
    assert f"over {other}, net of cost, on the first {tornado.n_paths} futures" in words
