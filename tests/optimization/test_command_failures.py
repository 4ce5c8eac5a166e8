"""What the command line says and returns when something other than the inputs fails."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

# Runs the command with a reader of inputs that fails in a given way.
FAILING = """
import os, signal, sys
from optimization.quarter import cli, inputs
def fail(path):
    {failure}
inputs.read_inputs = fail
sys.argv = ["opex", "validate", "plan.toml", "--json"]
cli.main()
"""


def failed(failure: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FAILING.format(failure=failure)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def opex(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "optimization.quarter.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_full_disk_is_no_bug() -> None:
    done = failed("raise OSError(28, 'No space left on device', '/plans/runs')")
    assert done.returncode == 74
    assert json.loads(done.stdout)["error"] == "system"
    assert "No space left on device: '/plans/runs'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_is_told_to_scripts_too() -> None:
    done = failed("raise RuntimeError('odd')")
    assert done.returncode == 70
    assert json.loads(done.stdout) == {"error": "bug", "message": "RuntimeError: odd"}
    assert "Traceback" in done.stderr


def test_a_run_that_is_told_to_end_clears_up_and_says_so_by_its_code(tmp_path: Path) -> None:
    mark = tmp_path / "cleared"
    done = failed(f"""try:
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        open({os.fspath(mark)!r}, "w").close()""")
    assert done.returncode == 143 == 128 + signal.SIGTERM
    assert mark.exists()


def test_wrong_usage_is_told_to_scripts_too() -> None:
    done = opex("plan", "--sed", "3", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "usage"


def test_an_example_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = opex("init", str(tmp_path / "file"))
    assert done.returncode == 3
    assert "give a folder that can be made and written" in done.stderr
