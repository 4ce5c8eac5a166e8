"""The page in a real browser; skipped where there is none, which continuous integration does not allow."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimization.quarter.pack.contents import PackContents

pytest.importorskip("playwright.sync_api")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium must be installed under continuous integration")
        pytest.skip("chromium is not installed here")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield opened
        opened.close()


class Opened:
    """A page with everything that it asked of the network or complained about."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())


@pytest.fixture
def opened(browser: Browser, page_file: Path) -> Iterator[Opened]:
    context = browser.new_context(viewport=DESKTOP)
    yield Opened(context.new_page(), page_file)
    context.close()


def test_the_page_opens_from_disk_without_a_complaint_or_a_request(opened: Opened, page_file: Path):
    opened.page.wait_for_load_state("load")
    assert opened.complaints == []
    assert opened.requests == [page_file.as_uri()]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, page_file: Path, viewport: dict[str, int], scheme: str):
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    page = context.new_page()
    page.goto(page_file.as_uri())
    # What is folded away is read too.
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_runs_off_the_side(browser: Browser, page_file: Path, viewport: dict[str, int]):
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    shown = "narrow" if viewport is PHONE else "wide"
    expect(page.locator(f"#chart-frontier .{shown} svg")).to_be_visible()
    hidden = "wide" if viewport is PHONE else "narrow"
    expect(page.locator(f"#chart-frontier .{hidden} svg")).to_be_hidden()
    if viewport is DESKTOP:
        table = page.locator("#request-table")
        assert table.evaluate("each => each.scrollWidth <= each.parentElement.clientWidth + 1")
    context.close()


def column(page: Page, table: str, place: int) -> list[float]:
    cells = page.locator(f"#{table} tbody tr:visible > :nth-child({place})").all()
    return [float(cell.get_attribute("data-value") or "nan") for cell in cells]


def test_tables_sort_by_mouse_and_keyboard(opened: Opened):
    page = opened.page
    head = page.locator("#request-table thead th").nth(2)
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    asked = column(page, "request-table", 3)
    assert asked == sorted(asked)
    assert len(asked) == 6
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert column(page, "request-table", 3) == asked[::-1]
    page.locator("#request-table thead th").first.locator("button").click()
    names = page.locator("#request-table tbody th").all_inner_texts()
    assert names == sorted(names, key=str.lower)
    assert head.get_attribute("aria-sort") is None


def test_requests_are_filtered_by_words_and_verdict(opened: Opened, hostile_contents: PackContents):
    page, scores = opened.page, hostile_contents.plan.scorecard.scores
    rows = page.locator("#request-table tbody tr:visible")
    page.get_by_label("Find in requests").fill("=CMD|")
    expect(rows).to_have_count(1)
    expect(page.locator("[data-filters=request-table] [role=status]")).to_have_text("1 of 6 shown")
    page.get_by_label("Find in requests").fill("")
    verdict = str(scores[0].verdict)
    page.get_by_label("Verdict").select_option(verdict)
    expect(rows).to_have_count(sum(str(score.verdict) == verdict for score in scores))


def test_the_slider_steps_along_the_frontier_by_keyboard_and_mouse(opened: Opened, hostile_contents: PackContents):
    page, frontier = opened.page, hostile_contents.plan.frontier
    slider, answer = page.locator("#budget"), page.locator("#budget-answer")
    expect(answer).to_contain_text("Recommended.")
    slider.focus()
    page.keyboard.press("Home")
    first = page.locator("#steps tbody tr").first
    expect(first).to_have_class("chosen")
    expect(answer).to_contain_text("Funded: nothing")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#steps tbody tr").nth(1)).to_have_class("chosen")
    page.keyboard.press("End")
    last = page.locator("#steps tbody tr").last
    expect(last).to_have_class("chosen")
    assert float(last.get_attribute("data-cost") or "nan") == frontier.cost_usd[-1]
    cost, share = (last.locator(part).first.text_content() for part in ("th", "td"))
    expect(slider).to_have_attribute("aria-valuetext", f"{cost}, {share} on time")
    slider.click(position={"x": 2, "y": 8})
    expect(first).to_have_class("chosen")
    marker = page.locator("#chart-frontier .wide line.marker")
    left = float(marker.get_attribute("x1") or "nan")
    page.keyboard.press("End")
    assert float(marker.get_attribute("x1") or "nan") > left
    assert opened.complaints == []


def test_the_page_reads_without_script(browser: Browser, page_file: Path, hostile_contents: PackContents):
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    expect(page.locator("#budget")).to_be_hidden()
    expect(page.locator("#request-table tbody tr")).to_have_count(6)
    page.get_by_text("Every step as a table").click()
    steps = page.locator("#steps tbody tr")
    expect(steps).to_have_count(len(hostile_contents.plan.frontier.cost_usd))
    context.close()


def test_the_page_prints_with_all_that_is_folded_away(browser: Browser, page_file: Path, tmp_path: Path):
    from pypdf import PdfReader

    context = browser.new_context(viewport=DESKTOP, color_scheme="dark")
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    context.close()
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages]
    assert 3 <= len(sheets) <= 20
    assert "What could change this" in sheets[0]
    assert "Move along the frontier" not in " ".join(sheets)
