"""What is shipped, what is exported and what an import loads."""

import subprocess
import sys
import zipfile
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PACKAGES = ("forecasting", "capacity", "optimization")
HEAVY = ("matplotlib", "statsmodels", "scipy.stats", "scipy.optimize", "pulp", "highspy", "pydantic", "jinja2", "numba")


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_provides_the_package(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"opex-staffing"}


@pytest.mark.parametrize(
    "name", [*PACKAGES, "optimization.economics", "optimization.portfolio", "optimization.trade_offs"]
)
def test_exported_names_are_sorted_and_exist(name: str) -> None:
    package = import_module(name)
    assert list(package.__all__) == sorted(package.__all__)
    assert all(hasattr(package, public) for public in package.__all__)


@pytest.mark.parametrize("name", PACKAGES)
def test_an_import_stays_light(name: str) -> None:
    script = f"import {name}, sys; print([module for module in {HEAVY!r} if module in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_holds_the_three_packages_and_nothing_else(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    for data in (
        "optimization/quarter/pack/page.css",
        "optimization/quarter/pack/page.html.j2",
        "optimization/quarter/pack/page.js",
        "optimization/quarter/template/plan.toml",
        "forecasting/charts/review.mplstyle",
    ):
        assert data in names
