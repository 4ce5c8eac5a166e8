"""One planning run on the generated example: what it writes, and that it can be relied on."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from optimization.quarter.example import write_example
from optimization.quarter.manifest import HEADLINE, READ_FIRST, known_headline
from optimization.quarter.run import run_plan

COLUMNS = {
    "forecast": {"queue", "date", "items_mean", "items_p10", "items_p50", "items_p90"},
    "staffing": {"team", "week", "needed_fte", "available_fte", "planned_fte"},
    "service": {
        "staffing",
        "queue",
        "on_time_share_mean",
        "on_time_share_p10",
        "on_time_share_p90",
        "probability_target_met",
        "backlog_end_items",
    },
    "requests": {
        "request",
        "cost_usd",
        "stand_alone_on_time_change",
        "marginal_on_time_change",
        "cost_per_extra_on_time_item_usd",
        "validated_size",
        "verdict",
        "reason",
    },
    "frontier": {
        "cost_usd",
        "on_time_share_mean",
        "on_time_share_p10",
        "on_time_share_p90",
        "requests",
        "within_budget",
    },
}


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with few paths, so that a run is quick."""
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    file = folder / "plan.toml"
    text, changed = re.subn(r"paths = \d+", "paths = 40", file.read_text())
    assert changed == 1
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def run_folder(plan_file: Path) -> Path:
    result = run_plan(plan_file)
    assert result.is_new
    return result.folder


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""])


def test_a_run_lies_in_runs_beside_the_plan(plan_file: Path, run_folder: Path) -> None:
    assert run_folder.parent == plan_file.parent / "runs"
    assert [path.name for path in run_folder.parent.iterdir()] == [run_folder.name]


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_tables_have_their_columns(run_folder: Path, name: str) -> None:
    table = read(run_folder, name)
    assert set(table.columns) >= COLUMNS[name]
    assert len(table) > 0


def test_tables_cover_every_queue_team_week_and_request(run_folder: Path, plan_file: Path) -> None:
    queues = set(pd.read_csv(plan_file.with_name("queues.csv"))["queue"])
    teams = set(pd.read_csv(plan_file.with_name("teams.csv"))["team"])
    requests = list(dict.fromkeys(pd.read_csv(plan_file.with_name("requests.csv"))["request"]))
    assert set(read(run_folder, "forecast")["queue"]) == queues
    assert read(run_folder, "forecast").groupby("queue").size().eq(91).all()
    service = read(run_folder, "service")
    assert set(zip(service["staffing"], service["queue"], strict=True)) == {
        (staffing, queue) for staffing in ("today", "recommended") for queue in queues
    }
    staffing = read(run_folder, "staffing")
    assert set(staffing["team"]) == teams
    assert staffing.groupby("team").size().eq(13).all()
    assert list(read(run_folder, "requests")["request"]) == requests


def test_closures_of_the_calendar_are_not_asked_for_again(run_folder: Path, plan_file: Path) -> None:
    events = pd.read_csv(plan_file.parent / "events.csv", keep_default_na=False)
    closed = events[(events["kind"] == "closure") & (events["queues"] == "training_labels")]
    volumes = pd.read_csv(plan_file.parent / "volumes.csv")
    empty = volumes[(volumes["queue"] == "training_labels") & (volumes["items"] == 0)]["date"]
    known = [any((closed["start"] <= day) & (day <= closed["end"])) for day in empty]
    assert len(known) > 0
    assert all(known)
    found = pd.read_csv(run_folder / "data_findings.csv")
    assert not ((found["queue"] == "training_labels") & (found["code"] == "suspicious_zero")).any()
    assert "training labels: zero items" not in (run_folder / "narrative.txt").read_text(encoding="utf-8")


def test_quantiles_and_shares_are_in_order(run_folder: Path) -> None:
    forecast, service, frontier = (read(run_folder, name) for name in ("forecast", "service", "frontier"))
    assert (forecast["items_p10"] <= forecast["items_p50"]).all()
    assert (forecast["items_p50"] <= forecast["items_p90"]).all()
    for table in (service, frontier):
        assert (table["on_time_share_p10"] <= table["on_time_share_p90"]).all()
        for column in ("on_time_share_mean", "on_time_share_p10", "on_time_share_p90"):
            assert table[column].between(0, 1).all()


def test_the_frontier_rises_and_no_point_is_dominated(run_folder: Path) -> None:
    frontier = read(run_folder, "frontier")
    assert frontier["cost_usd"].is_monotonic_increasing
    assert frontier["cost_usd"].is_unique
    assert (frontier["on_time_share_mean"].diff().dropna() > 0).all()


def test_the_recommended_set_is_on_the_frontier_and_within_budget(run_folder: Path, plan_file: Path) -> None:
    head = json.loads((run_folder / "manifest.json").read_text())["headline"]
    frontier = read(run_folder, "frontier")
    row = frontier[frontier["requests"] == "; ".join(head["recommended_requests"])]
    assert len(row) == 1
    assert bool(row["within_budget"].iloc[0])
    assert row["cost_usd"].iloc[0] == pytest.approx(head["recommended_cost_usd"])
    assert head["recommended_cost_usd"] <= head["budget_usd"]


def test_mandatory_excluded_and_needed_requests_are_respected_on_the_whole_frontier(run_folder: Path) -> None:
    for requests in read(run_folder, "frontier")["requests"]:
        funded = {part.split(" (")[0] for part in requests.split("; ")}
        assert "market_expansion" in funded
        assert not {"dublin_hires", "integrity_seats"} <= funded
        assert "duplicates_for_counterfeit" not in funded or "auto_close_duplicates" in funded


def test_charts_are_there_in_both_formats(run_folder: Path) -> None:
    for name in ("frontier", "requests", "staffing", "forecast", "forecast_by_queue", "past_accuracy", "tornado"):
        assert (run_folder / "charts" / f"{name}.svg").stat().st_size > 1000
        assert (run_folder / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_needs_nothing_outside_itself_and_says_that_data_are_generated(run_folder: Path) -> None:
    page = (run_folder / "page.html").read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", page)
    assert "default-src 'none'" in page
    assert "generated" in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_carries_the_headline_figures(run_folder: Path) -> None:
    from forecasting.charts.chart_style import money, percent

    head = json.loads((run_folder / "manifest.json").read_text())["headline"]
    page = (run_folder / "page.html").read_text(encoding="utf-8")
    assert money(head["recommended_cost_usd"]) in page
    assert percent(head["on_time_share_recommended"]) in page
    assert f"{head['late_items_recommended']:,}" in page


def test_the_text_for_an_email_says_the_same_as_the_manifest(run_folder: Path) -> None:
    from forecasting.charts.chart_style import money, percent

    head = json.loads((run_folder / "manifest.json").read_text())["headline"]
    text = (run_folder / "narrative.txt").read_text(encoding="utf-8")
    assert text.startswith("Subject: Review operations, Q4 2026: Fund ")
    assert money(head["recommended_cost_usd"]) in text
    assert percent(head["on_time_share_recommended"]) in text
    assert f"Run {run_folder.name}." in text
    for request in read(run_folder, "requests").to_dict("records"):
        assert f"- {request['verdict'].upper()}: {request['title']} ({request['owner']})" in text


def test_the_manifest_names_inputs_seed_and_costs_but_no_time(run_folder: Path) -> None:
    text = (run_folder / "manifest.json").read_text()
    record = json.loads(text)
    assert set(record["inputs_sha256"]) == {
        "plan.toml",
        "volumes.csv",
        "queues.csv",
        "teams.csv",
        "requests.csv",
        "costs.csv",
        "events.csv",
    }
    assert record["seed"] == 7
    assert set(record["headline"]) == set(HEADLINE)
    assert record["costs_usd"]["recommended"] == record["headline"]["recommended_cost_usd"]
    assert "seconds" not in text


def test_two_runs_give_the_same_bytes_but_for_the_log(plan_file: Path, run_folder: Path, tmp_path: Path) -> None:
    again = run_plan(plan_file, out=tmp_path).folder
    files = sorted(path.relative_to(run_folder) for path in run_folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    different = [str(file) for file in files if (run_folder / file).read_bytes() != (again / file).read_bytes()]
    assert different == ["log.jsonl"]


def test_the_same_run_again_does_nothing_and_says_so(plan_file: Path, run_folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in run_folder.rglob("*")}
    result = run_plan(plan_file)
    assert not result.is_new
    assert result.folder == run_folder
    assert {path: path.stat().st_mtime_ns for path in run_folder.rglob("*")} == before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '{"headline": 1}', '{"headline": {}}'])
def test_a_folder_with_a_broken_manifest_is_no_run(run_folder: Path, tmp_path: Path, text: str) -> None:
    for name in READ_FIRST:
        shutil.copy(run_folder / name, tmp_path / name)
    assert known_headline(tmp_path, run_folder.name) == known_headline(run_folder, run_folder.name) is not None
    (tmp_path / "manifest.json").write_text(text)
    assert known_headline(tmp_path, run_folder.name) is None


@pytest.mark.parametrize("name", READ_FIRST)
def test_a_folder_that_lacks_a_file_is_no_run(run_folder: Path, tmp_path: Path, name: str) -> None:
    for other in READ_FIRST:
        if other != name:
            shutil.copy(run_folder / other, tmp_path / other)
    assert known_headline(tmp_path, run_folder.name) is None


def test_a_run_that_stops_half_way_leaves_nothing_behind(
    plan_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("optimization.quarter.pack.page.write_page", break_down)
    with pytest.raises(OSError, match="disk full"):
        run_plan(plan_file, out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_seed_is_another_run(plan_file: Path, run_folder: Path) -> None:
    from optimization.quarter.inputs import read_inputs
    from optimization.quarter.manifest import run_id

    inputs = read_inputs(plan_file)
    assert run_id(inputs, 7) == run_folder.name
    assert run_id(inputs, 8) != run_folder.name


def test_the_command_prints_one_json_object(plan_file: Path, run_folder: Path) -> None:
    command = [sys.executable, "-m", "optimization.quarter.cli", "plan", str(plan_file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    record = json.loads(done.stdout)
    assert Path(record["run_dir"]) == run_folder
    assert record["status"] == "unchanged"
    assert 0 <= record["on_time_share_today"] <= record["on_time_share_recommended"] <= 1
