"""Requests and their costs from CSV and from Excel: the same records, and the same faults with file, row and field."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from forecasting import Problem
from optimization import OpexRequest
from optimization.claim import Claim
from optimization.cost import Cost, RateTable
from optimization.quarter.cost_table import read_costs
from optimization.quarter.request_table import read_requests

PLAN_START = date(2026, 9, 28)
Cells = list[list[object]]


def write_csv(path: Path, rows: Cells) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(["" if cell is None else cell for cell in row] for row in rows)
    return path


def write_excel(path: Path, rows: Cells) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture(params=["csv", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Cells], Path]:
    """Write rows as a file of either kind."""
    as_kind = {"csv": write_csv, "xlsx": write_excel}[request.param]
    return lambda rows: as_kind(tmp_path / f"requests.{request.param}", rows)


def table(**cells: object) -> Cells:
    """A table of one request, with some cells changed or added."""
    fields: dict[str, object] = {"request": "tool", "effect": "handle_time", "queues": "ads"}
    fields |= {"low": -0.2, "mode": -0.1, "high": 0, **cells}
    return [list(fields), list(fields.values())]


def read(path: Path, start: date | None = PLAN_START) -> tuple[list[OpexRequest], list[Problem]]:
    problems: list[Problem] = []
    requests, _ = read_requests(path, ["ads", "spam"], ["here"], start, problems)
    return requests, problems


def test_every_field_of_a_request_is_read(write: Callable[[Cells], Path]) -> None:
    path = write(
        table(
            title="Tool",
            owner="Ops",
            category="tooling",
            evidence="pilot",
            one_off_usd=1000.5,
            weekly_usd=20,
            cost_centre="US-1",
            start_date=date(2026, 10, 5),
            full_effect_date=date(2026, 10, 19),
            end_date="2026-11-02",
            success_probability=0.9,
            smallest_share=0.5,
            mandatory="yes",
            claimed_on_time_change=-0.01,
            claimed_late_items_avoided=1200,
            claimed_hours_freed=40,
            claimed_usd=9000,
        )
    )
    [request], problems = read(path)
    assert problems == []
    assert (request.title, request.owner, request.category, request.evidence) == ("Tool", "Ops", "tooling", "pilot")
    assert (request.one_off_usd, request.weekly_usd, request.cost_centre) == (1000.5, 20.0, "US-1")
    assert (request.start_week, request.ramp_weeks, request.end_week) == (1, 2, 5)
    assert (request.success_probability, request.smallest_share, request.mandatory) == (0.9, 0.5, True)
    assert request.claims == (
        Claim(unit="on_time_change", amount=-0.01),
        Claim(unit="late_items_avoided", amount=1200),
        Claim(unit="hours_freed", amount=40),
        Claim(unit="usd", amount=9000),
    )


def test_a_date_within_a_week_counts_from_the_next_week_on(write: Callable[[Cells], Path]) -> None:
    [request], problems = read(write(table(start_date="2026-09-29", end_date="2026-10-06")))
    assert (problems, request.start_week, request.end_week) == ([], 1, 2)


FAULTS: dict[str, tuple[dict[str, object], str, str, str]] = {
    # name: cells, field, value found, part of the remedy
    "range out of order": ({"low": 0.1}, "mode", "-0.1", "low <= mode <= high"),
    "text for a number": ({"one_off_usd": "a lot"}, "one_off_usd", "a lot", "give a number"),
    "a handling time below zero": ({"low": -1.5}, "low", "-1.5", "from -1 to 2"),
    "week and date": ({"start_week": 1, "start_date": "2026-10-05"}, "start_date", "2026-10-05", "either"),
    "a date before the plan": ({"start_date": "2026-09-27"}, "start_date", "2026-09-27", "2026-09-28 or later"),
    "an end before the start": (
        {"start_date": "2026-10-05", "end_date": "2026-10-01"},
        "end_date",
        "2026-10-01",
        "after the one of the start",
    ),
    "full effect before the start": (
        {"start_date": "2026-10-19", "full_effect_date": "2026-10-05"},
        "full_effect_date",
        "2026-10-05",
        "on or after the start",
    ),
    "a share as a percentage": ({"claimed_on_time_change": 2}, "claimed_on_time_change", "2", "from -1 to 1"),
    "a change as a percentage": ({"high": 15}, "high", "15", "write 0.15 for 15%"),
    "a percent sign": ({"success_probability": "95%"}, "success_probability", "95%", "write 0.95 for 95%"),
    "grouped thousands": ({"one_off_usd": "1_000"}, "one_off_usd", "1_000", "nothing between the thousands"),
    "a decimal comma": ({"one_off_usd": "10,5"}, "one_off_usd", "10,5", "a point before the decimals"),
    "more than all money": ({"weekly_usd": "1e300"}, "weekly_usd", "1e300", "from 0 to 1e+12"),
    "a start that never comes": ({"start_week": "1e300"}, "start_week", "1e300", "from 0 to 520"),
    "a date that never comes": ({"start_date": "9999-12-31"}, "start_date", "9999-12-31", "within 520 weeks"),
    "a ramp without end": ({"ramp_weeks": 5200}, "ramp_weeks", "5200", "from 0 to 520"),
    "a queue named twice": ({"queues": "ads;ads"}, "queues", "ads;ads", "name ads once"),
    "no effect": ({"effect": ""}, "effect", "", "must not be blank"),
    "an unknown column": ({"owner_name": "Ops"}, "owner_name", "owner_name", "remove or rename"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_named_with_file_row_field_and_value(name: str, write: Callable[[Cells], Path]) -> None:
    cells, field, found, remedy = FAULTS[name]
    path = write(table(**cells))
    requests, [problem] = read(path)
    assert requests == []
    assert (problem.source, problem.field, problem.found) == (path.name, field, found)
    assert problem.row == (1 if name == "an unknown column" else 2)
    assert remedy in problem.remedy


def test_blank_rows_count_in_the_row_of_a_fault(write: Callable[[Cells], Path]) -> None:
    header, good = table()
    bad = [*good[:4], "much", *good[5:]]
    _, [problem] = read(write([header, good, [None] * len(good), ["other", *bad[1:]]]))
    assert (problem.row, problem.field, problem.found) == (4, "mode", "much")


def test_dates_are_only_read_where_the_start_of_the_plan_is_not_known(tmp_path: Path) -> None:
    assert read(write_csv(tmp_path / "a.csv", table(start_date="2026-01-01")), start=None)[1] == []
    _, [problem] = read(write_csv(tmp_path / "b.csv", table(start_date="soon")), start=None)
    assert problem.remedy == "write the date as YYYY-MM-DD"


def test_a_workbook_gives_the_text_that_csv_would(tmp_path: Path) -> None:
    header = ["request", "title", "effect", "queues", "mode", "start_week", "mandatory", "start_date"]
    cells = ["7", "Seven", "handle_time", "ads", -0.5, None, False, date(2026, 10, 5)]
    [excel], none = read(write_excel(tmp_path / "a.xlsx", [header, [7, *cells[1:]]]))
    [text], also_none = read(write_csv(tmp_path / "a.csv", [header, [*cells[:6], "no", "2026-10-05"]]))
    assert none == also_none == []
    assert excel == text


def test_a_formula_without_its_value_is_not_read_as_blank(tmp_path: Path) -> None:
    _, [problem] = read(write_excel(tmp_path / "a.xlsx", table(one_off_usd="=2*B2")))
    assert (problem.row, problem.field, problem.found) == (2, "cell G2", "=2*B2")
    assert "open the workbook in Excel and save it" in problem.remedy


def test_cells_in_error_merged_cells_and_further_sheets_are_refused(tmp_path: Path) -> None:
    def saved(change: Callable[[openpyxl.Workbook], object]) -> Problem:
        book = openpyxl.load_workbook(write_excel(tmp_path / "a.xlsx", table(title="Tool", owner="Ops")))
        change(book)
        book.save(tmp_path / "a.xlsx")
        [problem] = read(tmp_path / "a.xlsx")[1]
        return problem

    def break_cell(book: openpyxl.Workbook) -> None:
        book.active["G2"].value = "#N/A"
        book.active["G2"].data_type = "e"

    assert saved(break_cell).field == "cell G2"
    assert saved(lambda book: book.active.merge_cells("G2:H2")).remedy.startswith("split the merged cells")
    assert saved(lambda book: book.create_sheet("Notes")).found == "Sheet, Notes"


def test_a_file_that_is_no_workbook_or_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("request,effect,mode\n")
    _, [broken] = read(tmp_path / "a.xlsx")
    _, [missing] = read(tmp_path / "b.xlsx")
    assert "save it as an Excel workbook" in broken.remedy
    assert "must exist and be readable" in missing.remedy


def costs_of(path: Path, rates: RateTable) -> tuple[dict[str, tuple[Cost, ...]], list[Problem]]:
    problems: list[Problem] = []
    return dict(read_costs(path, ["tool", "seats"], {"seats": (4, 9)}, rates, PLAN_START, problems)), problems


def test_costs_are_read_by_request(write: Callable[[Cells], Path]) -> None:
    header = ["request", "kind", "amount", "currency", "cost_centre", "start_date", "end_week"]
    rows = [["tool", "monthly", 300.5, "EUR", "IE-1", "2026-10-05", 9], ["tool", "one_off", 7, None, None, None, None]]
    found, problems = costs_of(write([header, *rows]), RateTable(usd_per={"EUR": 1.1}))
    assert problems == []
    monthly = Cost(kind="monthly", amount=300.5, currency="EUR", cost_centre="IE-1", start_week=1, end_week=9)
    assert found == {"tool": (monthly, Cost(kind="one_off", amount=7))}


def test_every_fault_of_the_costs_is_listed(write: Callable[[Cells], Path]) -> None:
    header = ["request", "kind", "amount", "currency", "start_week", "end_week"]
    rows = [
        ["other", "daily", -1, "euro", 1, 1],
        ["tool", "weekly", 1, "EUR", None, None],
    ]
    found, problems = costs_of(write([header, *rows]), RateTable(usd_per={"PHP": 0.02}))
    assert found == {}
    assert [(problem.row, problem.field, problem.found) for problem in problems] == [
        (2, "request", "other"),
        (2, "kind", "daily"),
        (2, "currency", "euro"),
        (2, "amount", "-1"),
        (2, "end_week", "1"),
        (3, "currency", "EUR"),
    ]
    assert "add its rate, USD for one EUR, to usd_per" in problems[-1].remedy


def test_a_row_that_is_there_twice_is_refused_as_it_would_count_twice(write: Callable[[Cells], Path]) -> None:
    header, row = table(owner="Ops")
    path = write([header, row, row, [*row[:-1], "Sales"]])
    requests, problems = read(path)
    assert requests == []
    assert [(problem.row, problem.field, problem.found) for problem in problems] == [
        (3, "row", "handle_time, ads"),
        (4, "row", "handle_time, ads"),
        (4, "owner", "Sales"),
    ]
    assert "repeats row 2" in problems[0].remedy
    assert "as in row 2" in problems[2].remedy


def test_a_further_row_may_leave_the_request_blank_or_repeat_it(write: Callable[[Cells], Path]) -> None:
    header, row = table(owner="Ops", one_off_usd=10)
    other = [*row[:2], "spam", *row[3:6]]
    [request], problems = read(write([header, row, [*other, None, None]]))
    assert (problems, len(request.effects), request.one_off_usd) == ([], 2, 10.0)


def test_a_cost_that_is_there_twice_is_refused(write: Callable[[Cells], Path]) -> None:
    row = ["tool", "weekly", 5]
    _, [problem] = costs_of(write([["request", "kind", "amount"], row, ["seats", "weekly", 5], row]), RateTable())
    assert (problem.row, problem.found) == (4, "tool, weekly, 5")
    assert "repeats row 2" in problem.remedy


@pytest.mark.parametrize(("cell", "bound"), [("1e300", "from 0 to 1e+12"), ("", "from 0 to 1e+12")])
def test_amounts_are_bounded(cell: str, bound: str, tmp_path: Path) -> None:
    rows: Cells = [["request", "kind", "amount"], ["tool", "weekly", cell]]
    _, [problem] = costs_of(write_csv(tmp_path / "costs.csv", rows), RateTable())
    assert (problem.field, problem.found) == ("amount", cell)
    assert bound in problem.remedy


def test_a_cost_that_would_start_when_its_request_is_over_is_refused_in_its_row(tmp_path: Path) -> None:
    rows: Cells = [["request", "kind", "amount", "start_week"], ["seats", "weekly", 5, 9], ["seats", "weekly", 5, 8]]
    found, [problem] = costs_of(write_csv(tmp_path / "costs.csv", rows), RateTable())
    assert len(found["seats"]) == 1
    assert (problem.row, problem.field, problem.found) == (2, "start_week", "9")
    assert "over since week 9" in problem.remedy
