"""Broken planning folders: every fault is named with file, row, field, value and remedy, and nothing is written."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting import InputError
from optimization.quarter.example import write_example
from optimization.quarter.inputs import read_inputs


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example")
    write_example(folder)
    return folder


@pytest.fixture
def folder(example: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(example, tmp_path / "plan"))


def replace_once(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence and return its line."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_the_example_is_sound(folder: Path) -> None:
    inputs = read_inputs(folder / "plan.toml")
    assert (len(inputs.queues), len(inputs.teams), len(inputs.requests)) == (12, 5, 15)
    kinds = {effect.kind for request in inputs.requests for effect in request.effects}
    assert len(kinds) == 8
    assert any(request.needs for request in inputs.requests)
    assert any(request.excludes for request in inputs.requests)
    assert any(request.smallest_share < 1 for request in inputs.requests)
    assert any(queue.backlog_items > 0 for queue in inputs.queues)
    hours = [queue.target.within_hours for queue in inputs.queues]
    assert (min(hours), max(hours)) == (1, 72)
    assert {team.site for team in inputs.teams} == {"Austin", "Manila", "Dublin"}


CASES: dict[str, tuple[str, str, str, str, str, str]] = {
    # name: file, what is replaced, by what, field, value found, part of the remedy
    "negative volume": ("volumes.csv", "2023-10-04,", "2023-10-04,-", "items", "-", "finite count of 0 or more"),
    "text for a volume": ("volumes.csv", "2023-10-04,", "2023-10-04,x", "items", "x", "give a number"),
    "unreadable date": ("volumes.csv", "2023-10-04,", "2023-13-04,", "date", "2023-13-04", "YYYY-MM-DD"),
    "doubled row": ("volumes.csv", "2023-10-04,", "2023-10-03,", "queue, date", "2023-10-03", "one row a queue"),
    "share over one": ("queues.csv", "3.0,0.95,24", "3.0,95,24", "target_share", "95", "write 0.95 for 95%"),
    "negative share": ("queues.csv", "3.0,0.95,24", "3.0,-0.1,24", "target_share", "-0.1", "from 0.01 to 1"),
    "zero handle time": (
        "queues.csv",
        "counterfeit,3.0",
        "counterfeit,0",
        "handle_minutes",
        "0",
        "from 0.001 to 1439",
    ),
    "shrinkage over one": ("teams.csv", "123,40,0.30", "123,40,1.3", "shrinkage", "1.3", "from 0 to 0.99"),
    "unknown time zone": ("teams.csv", "America/Chicago", "Chicago", "time_zone", "Chicago", "IANA"),
    "unknown skill": (
        "teams.csv",
        "listings_quality;training",
        "listings_qualty;training",
        "skills",
        "listings_qualty",
        "known queue",
    ),
    "unknown queue": ("requests.csv", ",escalations,-0.2", ",escalation,-0.2", "queues", "escalation", "known queue"),
    "unknown team": ("requests.csv", "seats,manila_integrity", "seats,manila", "team", "manila", "known team"),
    "unknown need": (
        "requests.csv",
        ",auto_close_duplicates,,no",
        ",auto_close,,no",
        "needs",
        "auto_close",
        "known request",
    ),
    "unknown effect": (
        "requests.csv",
        "handle_time,,escalations",
        "handletime,,escalations",
        "effect",
        "handletime",
        "handle_time",
    ),
    "range out of order": (
        "requests.csv",
        "-0.2,-0.15,-0.1",
        "-0.1,-0.15,-0.2",
        "mode",
        "-0.15",
        "low <= mode <= high",
    ),
    "negative cost": (
        "requests.csv",
        ",22000,0,US-120,2,,2,0.9",
        ",-22000,0,US-120,2,,2,0.9",
        "one_off_usd",
        "-22000",
        "from 0 to 1e+12",
    ),
    "probability over one": (
        "requests.csv",
        ",22000,0,US-120,2,,2,0.9",
        ",22000,0,US-120,2,,2,9",
        "success_probability",
        "9",
        "write 0.09 for 9%",
    ),
    "queue without volumes": ("queues.csv", "scams,2.2", "scam,2.2", "queue", "scam", "volumes"),
    "doubled queue": ("queues.csv", "scams,2.2", "child_safety,2.2", "queue", "child_safety", "same name"),
    "ragged row": ("queues.csv", "scams,2.2", "scams,extra,2.2", "row", "11 cells", "10 cells"),
    "unknown column": ("queues.csv", "severity", "severty", "severty", "severty", "known are"),
    "backlog of years": ("queues.csv", "2400,14", "9e6,14", "backlog_items", "9,000,000", "at most a year"),
    "shrinkage beyond all time": (
        "requests.csv",
        "dublin_integrity,,-0.04,-0.03,-0.01",
        "dublin_integrity,,0.5,0.6,0.7",
        "shrinkage",
        "+70.0%",
        "write 0.05 for five points",
    ),
    "queue without a name": ("queues.csv", "listings_counterfeit,3.0", " ,3.0", "queue", "", "must not be blank"),
    "team without a name": ("teams.csv", "austin_commerce,Austin", ",Austin", "team", "", "must not be blank"),
    "request without a name": ("requests.csv", "market_expansion,Listing", ",Listing", "request", "", "not be blank"),
    "event backwards": ("events.csv", "2026-10", "2126-10", "event", "US midterm", "before its start"),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_fault_is_named_where_it_is(folder: Path, case: str) -> None:
    name, old, new, field, found, remedy = CASES[case]
    line = replace_once(folder / name, old, new)
    with pytest.raises(InputError) as caught:
        read_inputs(folder / "plan.toml")
    hits = [p for p in caught.value.problems if p.source.startswith(name) and p.field == field and remedy in p.remedy]
    assert hits, caught.value
    assert any(found in hit.found for hit in hits)
    assert all(hit.row in (line, None) for hit in hits)


def test_a_site_that_keeps_public_holidays_has_fewer_hours_in_their_weeks(folder: Path) -> None:
    before = {team.name: team for team in read_inputs(folder / "plan.toml").teams}
    path = folder / "teams.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    market = {"austin_commerce": "US-TX", "dublin_integrity": "IE"}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "holidays"])
        writer.writeheader()
        writer.writerows({**row, "holidays": market.get(row["team"], "")} for row in rows)
    inputs = read_inputs(folder / "plan.toml")
    teams = {team.name: team for team in inputs.teams}
    assert teams["manila_commerce"] == before["manila_commerce"]
    # October bank holiday, the last Monday of the month; Christmas and St Stephen's Day.
    start = inputs.history.end
    usual, dublin = before["dublin_integrity"].shrinkage, teams["dublin_integrity"].weekly_shrinkage
    weeks = [(pd.Timestamp(day) - start).days // 7 for day in ("2026-10-26", "2026-12-25", "2026-12-26")]
    lost = np.zeros(13)
    np.add.at(lost, weeks, 1 / 7)
    np.testing.assert_allclose(dublin, 1 - (1 - usual) * (1 - lost))
    path.write_text(path.read_text().replace("US-TX", "Texas"))
    with pytest.raises(InputError, match=r"teams.csv, row 2, holidays: found 'Texas'; .*ISO 3166"):
        read_inputs(folder / "plan.toml")


@pytest.mark.parametrize("name", ["volumes.csv", "queues.csv", "teams.csv", "requests.csv", "events.csv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=rf"{name}, file: .*must exist"):
        read_inputs(folder / "plan.toml")


@pytest.mark.parametrize(
    ("name", "column"), [("volumes.csv", "items"), ("queues.csv", "target_hours"), ("teams.csv", "skills")]
)
def test_a_missing_column_is_named(folder: Path, name: str, column: str) -> None:
    replace_once(folder / name, column, f"other_{column}")
    with pytest.raises(InputError, match=rf"{name}, row 1, {column}: .*add a column named"):
        read_inputs(folder / "plan.toml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("budget_usd = 600_000.0", "", r"decision.budget_usd: found '\(missing\)'"),
        ("budget_usd = 600_000.0", "budget_usd = -1.0", "decision.budget_usd: found '-1.0'"),
        ("budget_usd = 600_000.0", "budget = 600_000.0", "decision.budget: .*remove the unknown key"),
        ("weeks = 13", "weeks = 0", "plan.weeks: found '0'"),
        ("weeks = 13", "weeks = = 13", "mend the TOML"),
        ("America/Chicago", "Chicago", "plan.time_zone: found 'Chicago'; give an IANA name"),
        ("probability = 0.8", "probability = 80", "decision.probability: found '80'"),
        ("weeks = 13", "weeks = 13\nstart = 2030-01-01", "plan.start: found '2030-01-01'"),
    ],
)
def test_a_wrong_plan_file_is_named(folder: Path, old: str, new: str, expected: str) -> None:
    replace_once(folder / "plan.toml", old, new)
    with pytest.raises(InputError, match=expected):
        read_inputs(folder / "plan.toml")


def test_a_fault_of_the_plan_file_hides_none_of_the_tables_unless_it_says_what_to_read(folder: Path) -> None:
    replace_once(folder / "plan.toml", "budget_usd = 600_000.0", 'budget_usd = "much"')
    replace_once(folder / "queues.csv", "0.95", "1.95")
    with pytest.raises(InputError) as raised:
        read_inputs(folder / "plan.toml")
    assert {problem.source for problem in raised.value.problems} == {"plan.toml", "queues.csv"}
    replace_once(folder / "plan.toml", "weeks = 13", "weeks = 0")
    with pytest.raises(InputError) as raised:
        read_inputs(folder / "plan.toml")
    assert {problem.source for problem in raised.value.problems} == {"plan.toml"}


def test_all_faults_of_all_files_are_listed_at_once(folder: Path) -> None:
    for case in ("negative volume", "share over one", "unknown skill", "unknown need", "range out of order"):
        replace_once(folder / CASES[case][0], *CASES[case][1:3])
    with pytest.raises(InputError) as caught:
        read_inputs(folder / "plan.toml")
    assert {problem.source for problem in caught.value.problems} == {
        "volumes.csv",
        "queues.csv",
        "teams.csv",
        "requests.csv",
    }


def run_opex(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "optimization.quarter.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_bad_input_exits_with_3_and_no_run_folder_appears(folder: Path) -> None:
    replace_once(folder / "queues.csv", "3.0,0.95,24", "3.0,95,24")
    done = run_opex("plan", folder / "plan.toml")
    assert done.returncode == 3
    assert "queues.csv, row 2, target_share: found '95'" in done.stderr
    assert not (folder / "runs").exists()


def test_validate_checks_without_running(folder: Path) -> None:
    assert run_opex("validate", folder / "plan.toml").returncode == 0
    assert not (folder / "runs").exists()
    (folder / "teams.csv").unlink()
    assert run_opex("validate", folder / "plan.toml").returncode == 3


def test_a_mandatory_request_over_the_budget_is_named_before_any_work(folder: Path) -> None:
    replace_once(folder / "plan.toml", "budget_usd = 600_000.0", "budget_usd = 10_000.0")
    for command in ("validate", "plan"):
        done = run_opex(command, folder / "plan.toml", "--json")
        assert done.returncode == 3
        (problem,) = json.loads(done.stdout)["problems"]
        assert "market_expansion" in str(problem)
        assert "20,000" in str(problem)
    assert not (folder / "runs").exists()


def test_mandatory_requests_that_exclude_each_other_are_named(folder: Path) -> None:
    text = (folder / "requests.csv").read_text()
    lines = [
        line.replace(",no,", ",yes,") if line.startswith(("dublin_hires", "integrity_seats")) else line
        for line in text.splitlines()
    ]
    (folder / "requests.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError) as raised:
        read_inputs(folder / "plan.toml")
    assert [(problem.field, problem.found) for problem in raised.value.problems] == [
        ("mandatory", "dublin_hires and integrity_seats")
    ]


def test_everything_that_requests_contradict_is_listed_at_once_with_its_remedy(folder: Path) -> None:
    with (folder / "requests.csv").open(newline="") as file:
        rows = {row["request"]: row for row in csv.DictReader(file)}
    # A cycle, a need of what is excluded, a mandatory ask beyond the budget, no volume left, a range out of order.
    rows["auto_close_duplicates"]["needs"] = "duplicates_for_counterfeit"
    rows["escalation_triage"]["needs"] = "escalation_heads"
    rows["escalation_triage"]["excludes"] = "escalation_heads"
    rows["austin_hires"] |= {"mandatory": "yes", "weekly_usd": "99000"}
    rows["scam_classifier"] |= {"low": "-0.7", "mode": "-0.6", "high": "-0.5"}
    rows["second_classifier"] = {**rows["scam_classifier"], "request": "second_classifier"}
    rows["label_quality"] |= {"low": "-0.01", "high": "-0.03"}
    with (folder / "requests.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows["label_quality"]))
        writer.writeheader()
        writer.writerows(rows.values())
    # Costs in two currencies, one of them without a rate.
    (folder / "costs.csv").write_text("request,kind,amount,currency\ndublin_hires,weekly,5,PHP\n")
    done = run_opex("validate", folder / "plan.toml", "--json")
    assert done.returncode == 3
    problems = json.loads(done.stdout)["problems"]
    found = {(one["source"], one["field"]): one for one in problems}
    assert set(found) == {
        ("requests.csv", "mode"),
        ("costs.csv", "currency"),
        ("requests.csv, request auto_close_duplicates", "needs"),
        ("requests.csv, request escalation_triage", "excludes"),
        ("requests.csv, request austin_hires", "mandatory"),
        ("requests.csv, request scam_classifier", "volume"),
    }
    assert found["requests.csv", "mode"]["found"] == "-0.02"
    assert "low <= mode <= high" in found["requests.csv", "mode"]["remedy"]
    assert found["costs.csv", "currency"]["found"] == "PHP"
    assert "USD for one PHP" in found["costs.csv", "currency"]["remedy"]
    cycle = found["requests.csv, request auto_close_duplicates", "needs"]
    assert cycle["found"] == "auto_close_duplicates > duplicates_for_counterfeit > auto_close_duplicates"
    assert "exclude each other" in found["requests.csv, request escalation_triage", "excludes"]["found"]
    # 99,000 a week in the eight weeks from week 5 on, 36,000 at once, and the 20,000 that are mandatory already.
    assert found["requests.csv, request austin_hires", "mandatory"]["found"] == "$848,000.00"
    assert "budget of $600,000.00" in found["requests.csv, request austin_hires", "mandatory"]["remedy"]
    assert found["requests.csv, request scam_classifier", "volume"]["found"] == "-140% of the volume of scams"
    assert not (folder / "runs").exists()


def test_a_folder_that_cannot_be_made_is_named_before_any_work(folder: Path) -> None:
    (folder / "file").write_text("")
    done = run_opex("plan", folder / "plan.toml", "--out", folder / "file" / "runs")
    assert done.returncode == 3
    assert "--out, folder" in done.stderr


def test_wrong_usage_exits_with_2() -> None:
    assert run_opex("plan").returncode == 2


def test_init_never_overwrites(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run_opex("init", folder).returncode == 3
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_cells_that_look_missing_are_names(folder: Path, shared_name: Callable[[Path], None]) -> None:
    shared_name(folder)
    assert "NA" in read_inputs(folder / "plan.toml").history.queues


@pytest.fixture
def shared_name() -> Callable[[Path], None]:
    """Rename a queue to NA everywhere."""

    def rename(folder: Path) -> None:
        for file in folder.glob("*.csv"):
            file.write_text(file.read_text().replace("regulator_requests", "NA"))

    return rename
