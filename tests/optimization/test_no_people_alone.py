"""A run whose solver finds no plan of people alone: all else is there, and nothing hides that this is not."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from optimization import SolveStatus
from optimization.program.cut_search import CutLimitError, SolverLimitError
from optimization.program.outcome import SolveOutcome
from optimization.quarter import cli
from optimization.quarter import people_alone as alone
from optimization.quarter.example import write_example
from optimization.quarter.people_alone import ended_without_plan

SENTENCE = (
    "What people alone, without any request, would take is not known: there is no such plan, as the solver proved "
    "nothing (Solve error)."
)


def outcome(status: SolveStatus, words: str) -> SolveOutcome:
    return SolveOutcome(
        status=status,
        solver_status=words,
        objective=float("nan"),
        bound=float("-inf"),
        values=None,
        duals=None,
        reduced_costs=None,
        columns={},
        rows={},
    )


def test_each_way_to_end_without_a_plan_is_a_status_of_its_own() -> None:
    ended = [SolveStatus.TIME_LIMITED, SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED, SolveStatus.SOLVER_ERROR]
    found = [ended_without_plan(SolverLimitError(outcome(status, "words"))) for status in ended]
    assert [one.to_dict()["status"] for one in found] == [status.name for status in ended]
    assert len({one.why_none() for one in found}) == len(ended)
    assert all("(words)" in one.why_none() and not one.to_dict()["has_plan"] for one in found)
    # Each of its solves was optimal; it is the search for rows that came to its limit.
    unsettled = ended_without_plan(CutLimitError(outcome(SolveStatus.OPTIMAL, "Optimal")))
    assert unsettled.status is SolveStatus.TIME_LIMITED
    assert "did not settle" in unsettled.why_none()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, object]], str]:
    """Run the example by the command line, twice, with a solver that proves nothing of people alone."""
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    file = folder / "plan.toml"
    file.write_text(re.sub(r"paths = \d+", "paths = 40", file.read_text()))

    def no_plan(*_: object, **__: object) -> None:
        raise SolverLimitError(outcome(SolveStatus.SOLVER_ERROR, "Solve error"))

    printed, faults = [], ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alone, "plan_staffing", no_plan)
        patch.setattr(sys, "argv", ["opex", "plan", str(file), "--json"])
        for _ in range(2):
            out, err = _called(patch)
            printed.append(json.loads(out))
            faults += err
    return Path(str(printed[0]["run_dir"])), printed, faults


def _called(patch: pytest.MonkeyPatch) -> tuple[str, str]:
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO

    patch.setattr(cli.signal, "signal", lambda *_: None)
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    return out.getvalue(), err.getvalue()


def test_a_script_is_told(run: tuple[Path, list[dict[str, object]], str]) -> None:
    folder, printed, faults = run
    assert [one["status"] for one in printed] == ["created", "unchanged"]
    assert [one["people_alone"] for one in printed] == ["NO_PLAN_SOLVER_ERROR"] * 2
    assert faults.count("People alone have no plan (NO_PLAN_SOLVER_ERROR)") == 2
    record = json.loads((folder / "manifest.json").read_text())
    assert record["people_alone"] == {
        "status": "SOLVER_ERROR",
        "has_plan": False,
        "gap": None,
        "targets_met": None,
        "solver_words": "Solve error",
    }
    assert record["headline"]["people_alone"] == "NO_PLAN_SOLVER_ERROR"
    notes = [line for line in map(json.loads, (folder / "log.jsonl").read_text().splitlines()) if "note" in line]
    assert [(note["note"], note["status"]) for note in notes] == [("people alone have no plan", "SOLVER_ERROR")]


def test_tables_hold_no_figures_of_a_plan_that_is_not_there(run: tuple[Path, list[dict[str, object]], str]) -> None:
    folder, _, _ = run
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in ("staffing_plan", "staffing_plan_service")}
    assert all(table.empty for table in tables.values())
    assert {"team", "week", "heads", "cost_usd"} <= set(tables["staffing_plan"].columns)
    assert pd.read_csv(folder / "run.csv")["people_alone"].tolist() == ["NO_PLAN_SOLVER_ERROR"]
    # What the run is for is there.
    verdicts = pd.read_csv(folder / "requests.csv")
    assert len(verdicts) > 0
    assert np.isfinite(verdicts["marginal_on_time_change"]).all()


def test_page_text_workbook_and_booklet_say_so_where_people_alone_would_stand(
    run: tuple[Path, list[dict[str, object]], str],
) -> None:
    folder, _, _ = run
    page = (folder / "page.html").read_text()
    head = page.index("<h3>What people alone would take</h3>")
    assert SENTENCE in page[head : head + 400]
    assert 'id="chart-people_alone"' not in page
    assert not list((folder / "charts").glob("people_alone*"))
    assert SENTENCE in " ".join((folder / "narrative.txt").read_text().split())
    book = load_workbook(folder / "workbook.xlsx")
    for sheet in ("People alone", "People alone service", "People alone prices"):
        assert SENTENCE in [cell for row in book[sheet].iter_rows(values_only=True) for cell in row]
    booklet = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(folder / "pack.pdf").pages)
    assert "there is no such plan, as the solver proved nothing" in booklet
