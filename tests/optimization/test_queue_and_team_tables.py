"""Queues and teams cell by cell: what no plan could hold is refused, each fault told once."""

import csv
from datetime import date
from pathlib import Path

import pytest

from forecasting import Problem
from optimization.quarter.queue_table import read_queues
from optimization.quarter.team_table import read_teams


def written(path: Path, fields: dict[str, str]) -> Path:
    """One row as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([list(fields), list(fields.values())])
    return path


@pytest.mark.parametrize(
    ("field", "cell", "remedy"),
    [
        ("handle_minutes", "1e-300", "from 0.001 to 1439"),
        ("target_hours", "1e300", "from 0.001 to 87360"),
        ("target_share", "95%", "write 0.95 for 95%"),
        ("severity", "1e300", "from 0 to 1e+06"),
        ("severity", "0", "give at least one queue a severity above 0"),
        ("backlog_items", "1e300", "from 0 to 1e+09"),
        ("qa_ratio", "1e300", "from 0 to 100"),
    ],
)
def test_a_queue_that_no_plan_could_hold_is_refused(field: str, cell: str, remedy: str, tmp_path: Path) -> None:
    fields = {"queue": "ads", "handle_minutes": "2", "target_share": "0.9", "target_hours": "24", field: cell}
    problems: list[Problem] = []
    read_queues(written(tmp_path / "queues.csv", fields), problems)
    [problem] = problems
    assert problem.field == field
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("field", "cell", "found", "remedy"),
    [
        ("skills", "ads:0.5;ads:2", "ads:0.5;ads:2", "name ads once"),
        ("skills", "ads:1e-9", "1e-9", "from 0.01 to 10"),
        ("kind", "", "", "must not be blank"),
        ("heads", "1e300", "1e300", "from 0 to 100000"),
        ("shrinkage", "30", "30", "write 0.3 for 30%"),
        ("hire_lead_weeks", "1e300", "1e300", "from 0 to 520"),
        ("ramp_weeks", "1.5", "1.5", "whole number"),
        ("time_zone", "Manila", "Manila", "IANA name"),
        ("most_heads", "-1", "-1", "from 0 to 100000"),
        ("hire_cost_usd", "1e300", "1e300", "from 0 to 1e+12"),
    ],
)
def test_a_fault_of_a_team_is_told_once(field: str, cell: str, found: str, remedy: str, tmp_path: Path) -> None:
    fields = {"team": "here", "site": "Cork", "kind": "vendor", "heads": "5", "shrinkage": "0.3"}
    fields |= {"cost_usd_per_head_week": "900", "skills": "ads", field: cell}
    problems: list[Problem] = []
    path = written(tmp_path / "teams.csv", fields)
    read_teams(path, ["ads"], date(2026, 9, 28), 13, problems)
    [problem] = problems
    assert (problem.row, problem.field, problem.found) == (2, field, found)
    assert remedy in problem.remedy
