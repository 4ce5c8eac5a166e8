"""The workbook: calculated anew by LibreOffice, its formulas give the figures that it was written with."""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from optimization import PlanningCase
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.workbook.write import write_workbook

SHEETS = [
    "Cover",
    "Summary",
    "Charts",
    "Requests",
    "Request value",
    "Request findings",
    "Economics",
    "Frontier",
    "Bridge",
    "Robustness",
    "Sensitivity",
    "Service",
    "Staffing",
    "People alone",
    "People alone service",
    "People alone prices",
    "Forecast",
    "Assumptions",
    "Data findings",
    "Dictionary",
]
# Always calculate what is opened: by itself LibreOffice takes the values that it finds.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What a reviewer changes on the sheet of requests: fund it or not, and what it costs."""

    request: str
    fund: str | None = None
    cost_usd: float | None = None


@pytest.fixture(scope="module")
def contents(make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase]) -> PackContents:
    case = two_blocks(tool={"mandatory": True})
    long = [replace(one, name=f"heads_{'x' * 74}") if one.name == "heads" else one for one in case.requests]
    return make_contents(replace(case, requests=tuple(long)), budget_usd=22_000.0)


@pytest.fixture(scope="module")
def book(contents: PackContents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "workbook.xlsx"
    write_workbook(contents, path)
    return path


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Open a workbook in LibreOffice, calculate it and save it."""
    office = shutil.which("soffice")
    if not office:
        assert not os.environ.get("CI"), "LibreOffice must be installed where the project is checked"
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")

    def calculate(path: Path) -> Path:
        folder = tmp_path_factory.mktemp("calculated")
        settings = f"-env:UserInstallation={profile.as_uri()}"
        command = [office, settings, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return folder / path.name

    return calculate


def changed(book: Path, folder: Path, *choices: Choice, budget_usd: float | None = None) -> Path:
    """The workbook after a reviewer's choices, without any calculated value."""
    file = load_workbook(book)
    sheet = file["Requests"]
    for choice in choices:
        (row,) = [cell.row for cell in sheet["A"] if cell.value == f"Title of {choice.request}"]
        if choice.fund:
            sheet[f"E{row}"] = choice.fund
        if choice.cost_usd is not None:
            sheet[f"D{row}"] = choice.cost_usd
    if budget_usd is not None:
        sheet["D4"] = budget_usd
    path = folder / "changed.xlsx"
    file.save(path)
    return path


def test_every_formula_gives_the_value_that_was_written_with_it(book: Path, calculated: Callable[[Path], Path]) -> None:
    formulas, written = load_workbook(book), load_workbook(book, data_only=True)
    again = load_workbook(calculated(book), data_only=True)
    assert formulas.sheetnames == again.sheetnames == SHEETS
    checked = 0
    for name in SHEETS:
        for row in formulas[name].iter_rows():
            for cell in row:
                value = again[name][cell.coordinate].value
                assert not str(value).startswith(("#", "Err:")), (name, cell.coordinate, cell.value)
                if cell.data_type == "f":
                    before = written[name][cell.coordinate].value
                    expected = pytest.approx(before, rel=1e-9, abs=1e-9) if isinstance(before, int | float) else before
                    assert (value or 0 if isinstance(before, int | float) else value or None) == expected, (
                        name,
                        cell.coordinate,
                        cell.value,
                    )
                    checked += 1
    assert checked > 100


def test_selecting_a_request_and_changing_its_cost_moves_total_headroom_and_rules(
    book: Path, contents: PackContents, calculated: Callable[[Path], Path], tmp_path: Path
) -> None:
    case, levels = contents.plan.values.case, contents.plan.recommended.levels
    share = {request.name: float(level) for request, level in zip(case.requests, levels, strict=True)}
    cost = {request.name: request.cost_usd(case.n_weeks) for request in case.requests}
    # The tool is mandatory and the model needs it: leaving it out breaks both rules; its cost is then nobody's.
    choices = [
        Choice(request="tool", fund="No"),
        Choice(request="model", fund="Yes"),
        Choice(request="deflect", fund="Yes", cost_usd=1_234.56),
    ]
    file = changed(book, tmp_path, *choices, budget_usd=9_999.0)
    sheet = load_workbook(calculated(file), data_only=True)["Requests"]
    expected = cost["model"] + 1_234.56
    expected += sum(round(cost[name] * share[name], 2) for name in share if name not in ("tool", "model", "deflect"))
    assert value_of(sheet, "Selected") == pytest.approx(expected)
    assert value_of(sheet, "Headroom") == pytest.approx(9_999.0 - expected)
    assert value_of(sheet, "Rules broken") == 2
    rules = {row[0].value: row[9].value for row in sheet.iter_rows(min_row=13, max_row=18)}
    assert rules["Title of tool"] == "Mandatory. "
    assert rules["Title of model"] == "Needs: Title of tool. "
    best = contents.plan.frontier.at_budget(expected).on_time_share_mean
    assert value_of(sheet, "Best on-time share for so much money") == pytest.approx(best)


def test_funding_two_requests_that_exclude_each_other_is_named(
    book: Path, calculated: Callable[[Path], Path], tmp_path: Path
) -> None:
    file = changed(book, tmp_path, Choice(request="seats", fund="Yes"), Choice(request="hires", fund="Yes"))
    sheet = load_workbook(calculated(file), data_only=True)["Requests"]
    assert value_of(sheet, "Rules broken") == 1
    assert "Excludes: Title of hires. " in [row[9].value for row in sheet.iter_rows(min_row=13, max_row=18)]


def value_of(sheet: Worksheet, label: str) -> float:
    (value,) = [row[3].value for row in sheet.iter_rows(max_row=10) if row[0].value == label]
    return float(value)


def test_the_sheets_carry_the_figures_of_the_plan(book: Path, contents: PackContents) -> None:
    file = load_workbook(book, data_only=True)
    plan = contents.plan
    figures = {row[0].value: row for row in file["Summary"].iter_rows()}
    assert figures["Recommended cost [USD]"][2].value == pytest.approx(plan.recommended.cost_usd)
    assert figures["Late items"][1].value == pytest.approx(plan.frontier.today.late_items)
    assert figures["On-time share, weighted by severity"][2].value == plan.recommended.on_time_share_mean
    assert [row[1].value for row in file["Summary"].iter_rows() if row[1].value in ("OK", "CHECK")] == ["OK"] * 4
    costs = [row[1].value for row in file["Frontier"].iter_rows(min_row=5)]
    assert costs == pytest.approx(plan.frontier.cost_usd)
    total = next(row[-1].value for row in file["Forecast"].iter_rows() if row[0].value == "All queues")
    assert total == pytest.approx(plan.forecast.arrivals.sum(axis=(0, 2)).mean())


def test_the_sheets_on_people_alone_and_on_money_carry_the_figures_of_the_plan(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase], tmp_path: Path
) -> None:
    contents = make_contents(two_blocks(), willingness_to_pay_usd=3.0)
    write_workbook(contents, tmp_path / "priced.xlsx")
    file, plan = load_workbook(tmp_path / "priced.xlsx", data_only=True), contents.plan
    alone, analysis = plan.staffing_plan, plan.analysis
    beyond = {row[0].value: row[2].value for row in file["People alone"].iter_rows(max_row=7)}
    assert beyond["People alone beyond today"] == pytest.approx(alone.extra_cost_usd)
    hires = [row[3].value for row in file["People alone"].iter_rows(min_row=10)]
    assert sum(hires) == pytest.approx(alone.hires.sum())
    chances = [row[6].value for row in file["People alone service"].iter_rows(min_row=5)]
    assert chances == pytest.approx([one.evaluated_probability for one in alone.service])
    worth = [row[6].value for row in file["Economics"].iter_rows(min_row=5)]
    assert analysis.economics is not None
    assert worth == pytest.approx(analysis.economics.to_frame()["npv_usd"])
    redraws = [row[2].value for row in file["Robustness"].iter_rows(min_row=5)]
    assert redraws == pytest.approx(analysis.robustness.chosen_on_resamples)
    found = [row[3].value for row in file["Request findings"].iter_rows(min_row=5)]
    assert len(found) == len(analysis.findings.to_frame())
    # The plan has 30 futures.
    said = " ".join(str(cell.value) for row in file["Sensitivity"].iter_rows(max_row=3) for cell in row)
    assert "on the first 30 futures" in said
    swings = [row[5].value for row in file["Sensitivity"].iter_rows(min_row=7)]
    assert swings == pytest.approx(analysis.tornado.to_frame()["swing"])


def test_sheets_print_on_a4_with_plan_and_run_in_the_footer_and_headings_on_every_page(
    book: Path, contents: PackContents
) -> None:
    file = load_workbook(book)
    for sheet in file:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert contents.manifest["run_id"] in sheet.oddFooter.center.text
    for name in ("Requests", "Frontier", "Service", "Staffing", "Forecast", "Dictionary"):
        assert file[name].print_title_rows
        assert file[name].freeze_panes
    for name in ("Requests", "Frontier", "Service", "Staffing", "People alone", "Robustness", "Sensitivity"):
        assert file[name].auto_filter.ref


def test_the_choice_of_requests_takes_yes_and_no_only(book: Path) -> None:
    (rule,) = [rule for rule in load_workbook(book)["Requests"].data_validations.dataValidation if rule.type == "list"]
    assert rule.formula1 == '"Yes,No"'
    assert str(rule.sqref) == "E13:E18"


def test_the_charts_are_those_of_the_spreadsheet(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2
    assert any("scatterChart" in chart and "Frontier!$C$5" in chart for chart in charts)
    assert any("barChart" in chart and "Bridge!$H$5" in chart for chart in charts)


def test_equal_contents_give_equal_bytes_with_the_date_of_the_plan(
    book: Path, contents: PackContents, tmp_path: Path
) -> None:
    write_workbook(contents, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == book.read_bytes()
    assert load_workbook(book).properties.created == datetime(2026, 1, 5)  # noqa: DTZ001  # openpyxl knows no zones


def test_names_that_look_like_formulas_or_links_stay_text(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase], tmp_path: Path
) -> None:
    hostile = "=cmd|' /C calc'!A0"
    case = two_blocks(
        heads={"title": hostile, "owner": "https://example.org/x"},
        tool={"title": "<script>alert(1)</script>", "owner": "../../etc/passwd", "mandatory": True},
        seats={"title": "+1", "owner": "@SUM(A1)"},
        hires={"title": '"&A1&"', "owner": "{=1+1}"},
    )
    contents = make_contents(case, name="Ask & answer &P <b>", note=hostile)
    write_workbook(contents, tmp_path / "hostile.xlsx")
    file = load_workbook(tmp_path / "hostile.xlsx")
    cells = [cell for sheet in file for row in sheet.iter_rows() for cell in row]
    for text in (hostile, "https://example.org/x", "<script>alert(1)</script>", "+1", "@SUM(A1)", '"&A1&"', "{=1+1}"):
        assert {cell.data_type for cell in cells if cell.value == text} == {"s"}
    assert [cell for cell in cells if cell.hyperlink] == []
    assert "Ask && answer &&P <b>" in file["Cover"].oddFooter.left.text


def test_a_plan_without_requests_has_a_workbook(
    make_contents: Callable[..., PackContents],
    two_blocks: Callable[..., PlanningCase],
    calculated: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    case = two_blocks()
    none = replace(case, requests=(), size=case.size[:0].copy())
    write_workbook(make_contents(none), tmp_path / "none.xlsx")
    file = load_workbook(calculated(tmp_path / "none.xlsx"), data_only=True)
    assert file["Requests"]["A5"].value == "Nothing was asked for."
    shown = [str(cell.value) for sheet in file for row in sheet.iter_rows() for cell in row]
    assert [text for text in shown if text.startswith(("#", "Err:"))] == []
