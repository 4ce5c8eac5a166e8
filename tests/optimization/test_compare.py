"""What changed between two runs: found from their folders, said in words, and part of what a run stands for."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from forecasting import InputError
from forecasting.charts.chart_style import money, percent
from optimization import PlanningCase
from optimization.quarter.cli import app
from optimization.quarter.compare import compare_runs
from optimization.quarter.pack.changes_in_words import changes_in_words
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.workbook.write import write_workbook
from optimization.quarter.run import run_plan
from optimization.quarter.run_facts import RunFacts, facts_of_folder, facts_of_plan
from optimization.quarter.tables import run_tables
from optimization.quarter.write_tables import write_tables


@pytest.fixture(scope="module")
def make_facts(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase]
) -> Callable[..., RunFacts]:
    """What a run of the six requests says."""

    def make(*, budget_usd: float = 22_000.0, seed: int = 0, **changes: dict[str, object]) -> RunFacts:
        contents = make_contents(two_blocks(seed=seed, **changes), budget_usd=budget_usd)
        return facts_of_plan(contents.plan, contents.manifest)

    return make


def test_a_run_compared_with_itself_has_not_changed(make_facts: Callable[..., RunFacts]) -> None:
    same = compare_runs(make_facts(), make_facts())
    assert (same.requests, same.queues, same.inputs) == ((), (), ())
    assert changes_in_words(same)[0] == f"Since run {same.before} the recommendation has not changed."
    assert changes_in_words(same)[-1] == "No input changed."


def test_a_smaller_budget_is_named_with_what_it_does_to_cost_and_service(make_facts: Callable[..., RunFacts]) -> None:
    before, after = make_facts(), make_facts(budget_usd=15_000.0)
    found = compare_runs(before, after)
    first = changes_in_words(found)[0]
    for facts in (before, after):
        assert money(facts.manifest["headline"]["recommended_cost_usd"]) in first
        assert percent(facts.manifest["headline"]["on_time_share_recommended"]) in first
    (budget,) = [one for one in found.inputs if one.name == "decision.budget_usd"]
    assert (budget.before, budget.after) == ("22000.0", "15000.0")
    assert "decision.budget_usd ($22.0k to $15.0k)" in changes_in_words(found)[-1]
    lost = [one for one in found.requests if one.change in ("no longer funded", "funded less")]
    assert lost
    for one in found.requests:
        assert one.share_before == before.requests.loc[one.request, "funded_share"]
        assert one.share_after == after.requests.loc[one.request, "funded_share"]


def test_asks_that_come_go_and_change_are_told_apart(
    make_facts: Callable[..., RunFacts],
    make_contents: Callable[..., PackContents],
    two_blocks: Callable[..., PlanningCase],
) -> None:
    case = two_blocks(deflect={"one_off_usd": 4_500.0})
    requests = [one for one in case.requests if one.name not in ("seats", "hires")]
    requests.append(replace(case.requests[0], name="more_heads"))
    fewer = replace(case, requests=tuple(requests), size=case.size[[0, 1, 2, 5, 0]].copy())
    contents = make_contents(fewer)
    found = compare_runs(make_facts(), facts_of_plan(contents.plan, contents.manifest))
    change = {one.request: one.change for one in found.requests}
    assert change["more_heads"] == "new"
    assert change["seats"] == change["hires"] == "withdrawn"
    assert change["deflect"] == "cost"
    words = " ".join(changes_in_words(found))
    assert "No longer asked for: seats and hires." in words
    assert "At another cost: deflect ($4.4k to $4.5k)." in words


def test_volumes_that_moved_are_named_the_largest_move_first(make_facts: Callable[..., RunFacts]) -> None:
    before, after = make_facts(), make_facts(seed=5)
    found = compare_runs(before, after)
    part = after.queues["items_a_week"] / before.queues["items_a_week"] - 1
    largest = part.abs().idxmax()
    (sentence,) = [text for text in changes_in_words(found) if text.startswith("Expected items a week")]
    assert sentence.startswith(f"Expected items a week moved most in: {largest} ({100 * part[largest]:+.1f}%)")


def write_folder(contents: PackContents, folder: Path) -> Path:
    folder.mkdir()
    write_tables(run_tables(contents.plan), contents.manifest["run_id"], folder)
    (folder / "manifest.json").write_text(json.dumps(dict(contents.manifest)), encoding="utf-8")
    return folder


def test_a_folder_says_what_its_plan_said_names_that_look_like_formulas_included(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase], tmp_path: Path
) -> None:
    case = two_blocks(heads={"title": "=1+1"}, tool={"title": "'quoted"})
    contents = make_contents(case)
    plan, folder = (
        facts_of_plan(contents.plan, contents.manifest),
        facts_of_folder(write_folder(contents, tmp_path / "run")),
    )
    pd.testing.assert_frame_equal(plan.requests, folder.requests, check_dtype=False, rtol=1e-8)
    pd.testing.assert_frame_equal(plan.queues, folder.queues, check_dtype=False, rtol=1e-8)
    assert compare_runs(plan, folder).inputs == ()


def test_the_command_compares_two_folders_in_words_and_as_json(
    make_contents: Callable[..., PackContents], two_blocks: Callable[..., PlanningCase], tmp_path: Path
) -> None:
    before = write_folder(make_contents(two_blocks()), tmp_path / "a")
    after = write_folder(make_contents(two_blocks(), budget_usd=15_000.0), tmp_path / "b")
    words = CliRunner().invoke(app, ["compare", str(before), str(after)])
    assert words.exit_code == 0
    assert words.stdout.startswith("Since run ")
    record = json.loads(CliRunner().invoke(app, ["compare", str(before), str(after), "--json"]).stdout)
    assert record["sentences"] == words.stdout.splitlines()
    assert {figure["name"]: figure["after"] for figure in record["figures"]}["budget_usd"] == 15_000.0


def test_a_folder_that_is_no_run_is_refused_with_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"RUN_A, folder: found .* give the folder of a complete run"):
        facts_of_folder(tmp_path, source="RUN_A")


def test_the_workbook_has_a_sheet_of_changes_where_an_earlier_run_is_given(
    make_facts: Callable[..., RunFacts],
    make_contents: Callable[..., PackContents],
    two_blocks: Callable[..., PlanningCase],
    tmp_path: Path,
) -> None:
    contents = make_contents(two_blocks(), budget_usd=15_000.0, previous=make_facts())
    write_workbook(contents, tmp_path / "workbook.xlsx")
    sheet = load_workbook(tmp_path / "workbook.xlsx", data_only=True)["Changes"]
    assert sheet["A2"].value == " ".join(contents.narrative.since)
    (row,) = [row for row in sheet.iter_rows() if row[0].value == "Recommended cost"]
    assert row[4].value == pytest.approx(row[3].value - row[2].value)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A planning folder of one queue, one team and one request."""
    folder = tmp_path_factory.mktemp("small")
    days = pd.date_range("2026-01-05", periods=70)
    pd.DataFrame({"queue": "ads", "date": days.strftime("%Y-%m-%d"), "items": 200}).to_csv(
        folder / "volumes.csv", index=False
    )
    (folder / "queues.csv").write_text("queue,handle_minutes,target_share,target_hours\nads,3,0.9,24\n")
    (folder / "teams.csv").write_text(
        "team,site,kind,heads,shrinkage,cost_usd_per_head_week,skills\na,Here,vendor,1,0.3,900,ads:1\n"
    )
    (folder / "requests.csv").write_text(
        "request,title,owner,effect,team,mode,weekly_usd\nseats,2 seats,Ops,seats,a,2,1800\n"
    )
    (folder / "plan.toml").write_text(
        '[plan]\nname = "Small"\nweeks = 2\n[decision]\nbudget_usd = 5000.0\n[forecast]\npaths = 20\n'
    )
    return folder / "plan.toml"


def test_an_earlier_run_is_part_of_what_a_run_stands_for_and_its_changes_are_told(plan_file: Path) -> None:
    first = run_plan(plan_file)
    plan_file.write_text(plan_file.read_text().replace("5000.0", "1000.0"))
    alone, compared = run_plan(plan_file), run_plan(plan_file, previous=first.folder)
    assert len({first.run_id, alone.run_id, compared.run_id}) == 3
    assert not run_plan(plan_file, previous=first.folder).is_new
    text = (compared.folder / "narrative.txt").read_text(encoding="utf-8")
    assert f"What changed since the last run\nSince run {first.run_id} the recommended cost goes from" in text
    assert "What changed" not in (alone.folder / "narrative.txt").read_text(encoding="utf-8")
    assert json.loads((compared.folder / "manifest.json").read_text())["previous_run_id"] == first.run_id


def test_an_earlier_run_that_is_none_is_refused_before_any_work(plan_file: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--previous, folder"):
        run_plan(plan_file, out=tmp_path / "out", previous=tmp_path)
    assert not (tmp_path / "out").exists()
