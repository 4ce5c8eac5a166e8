"""Fixtures that every package's tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import matplotlib as mpl
import pytest

mpl.use("Agg")

# No test asserts a time: on a loaded machine the deadline of an example fails what is right.
hypothesis.settings.register_profile("without_deadline", deadline=None)
hypothesis.settings.load_profile("without_deadline")


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Path of a file of the shared data folder; skips the test where the folder is not there.

    The data are other people's and do not ship with the project, so a checkout by itself must pass.
    Under continuous integration the folder must be there, and a missing file fails.
    """
    folder = Path(__file__).parents[2] / "shared"

    def path(name: str) -> Path:
        file = folder / name
        if not file.exists():
            if os.environ.get("CI") == "true":
                pytest.fail(f"{file} must exist under continuous integration")
            pytest.skip(f"{name} of the shared data folder is not here")
        return file

    return path
