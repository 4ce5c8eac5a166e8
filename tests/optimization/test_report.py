"""What a finished run says is read from its folder, whole or not at all."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from forecasting import InputError
from optimization.quarter.cli import app
from optimization.quarter.manifest import HEADLINE, READ_FIRST
from optimization.quarter.report import read_report

FIGURES = {name: number for number, name in enumerate(HEADLINE)}
WORDS = "Subject: Small plan: Fund all of it\n\nВсё would be funded.\n"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder as far as a report reads it."""
    folder = tmp_path / "0123456789ab"
    folder.mkdir()
    for name in READ_FIRST:
        (folder / name).write_text("", encoding="utf-8")
    record = {"run_id": folder.name, "plan": "Small plan", "headline": FIGURES}
    (folder / "manifest.json").write_text(json.dumps(record), encoding="utf-8")
    (folder / "narrative.txt").write_text(WORDS, encoding="utf-8")
    return folder


def test_the_command_says_the_words_of_the_run_and_where_its_page_lies(run: Path) -> None:
    said = CliRunner().invoke(app, ["report", str(run)])
    assert said.exit_code == 0
    assert said.stdout == f"{WORDS}\nOpen {run / 'page.html'}\n"


def test_a_script_gets_the_figures_the_words_and_the_files(run: Path) -> None:
    record = json.loads(CliRunner().invoke(app, ["report", str(run), "--json"]).stdout)
    assert {name: record[name] for name in HEADLINE} == FIGURES
    assert (record["run_id"], record["plan"], record["words"]) == ("0123456789ab", "Small plan", WORDS)
    assert all(Path(file).is_file() for file in record["files"].values())


@pytest.mark.parametrize("name", READ_FIRST)
def test_a_run_that_lacks_a_file_is_refused_with_what_to_give(run: Path, name: str) -> None:
    (run / name).unlink()
    with pytest.raises(InputError, match=r"RUN, folder: found .* give the folder of a complete run"):
        read_report(run)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"run_id": "0123456789ab"}', '{"run_id": "0123456789ab", "headline": {}}']
)
def test_a_manifest_that_says_too_little_is_refused(run: Path, text: str) -> None:
    (run / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="complete run"):
        read_report(run)
