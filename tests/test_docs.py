"""The documentation names what the code has, and its examples run."""

import ast
import dataclasses
import doctest
import inspect
import re
import runpy
import textwrap
from importlib import import_module
from pathlib import Path
from typing import Literal, get_args, get_origin

import pandas as pd
import pytest
import typer.main
from pydantic import BaseModel

from capacity import ReviewQueue, ReviewTeam, ServiceTarget, TeamKind
from forecasting import VolumeHistory
from forecasting.events.calendar import EventKind, EventShape
from forecasting.events.table import OPTIONAL as EVENT_OPTIONS
from forecasting.events.table import REQUIRED as EVENT_COLUMNS
from forecasting.volumes.volume_table import COLUMNS as VOLUME_COLUMNS
from optimization import Effect, EffectKind, OpexRequest, QuarterPlan, Verdict, plan_quarter
from optimization.quarter.cli import Exit, app
from optimization.quarter.config import PlanConfig
from optimization.quarter.cost_table import COLUMNS as COST_COLUMNS
from optimization.quarter.cost_table import OPTIONS as COST_OPTIONS
from optimization.quarter.manifest import headline
from optimization.quarter.queue_table import QUEUE_COLUMNS, QUEUE_OPTIONS
from optimization.quarter.request_table import COLUMNS as REQUEST_COLUMNS
from optimization.quarter.request_table import OPTIONS as REQUEST_OPTIONS
from optimization.quarter.run_schema import SCHEMAS
from optimization.quarter.tables import run_tables
from optimization.quarter.team_table import TEAM_COLUMNS, TEAM_OPTIONS

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*/*.md"))
ROOT = DOCS.parent
PUBLIC = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("capacity", "forecasting", "optimization")
    for path in (ROOT / package).rglob("*.py")
    if "\n__all__ = " in path.read_text(encoding="utf-8")
)


def named_in(page: str, heading: str = "") -> set[str]:
    """What the first column of the tables of a page, or of one section of it, names."""
    text = (DOCS / page).read_text(encoding="utf-8")
    if heading:
        text = re.split(rf"^## {re.escape(heading)}$", text, flags=re.MULTILINE)[1].split("\n## ")[0]
    first_cells = re.findall(r"^\| (.*?) \|", text, flags=re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("volumes.csv", VOLUME_COLUMNS),
        ("queues.csv", QUEUE_COLUMNS + QUEUE_OPTIONS),
        ("teams.csv", TEAM_COLUMNS + TEAM_OPTIONS),
        ("requests.csv", REQUEST_COLUMNS + REQUEST_OPTIONS + tuple(EffectKind)),
        ("costs.csv", COST_COLUMNS + COST_OPTIONS),
        ("events.csv", EVENT_COLUMNS + EVENT_OPTIONS),
    ],
)
def test_every_column_of_a_table_is_described(heading: str, columns: tuple[str, ...]) -> None:
    assert named_in("how-to/bring-your-own-data.md", heading) == set(columns)


def test_every_key_of_the_plan_file_is_described() -> None:
    keys = set()
    for section, field in PlanConfig.model_fields.items():
        (model,) = [kind for kind in (field.annotation, *get_args(field.annotation)) if issubclass(kind, BaseModel)]
        keys |= {f"{section}.{key}" for key in model.model_fields}
    assert named_in("how-to/bring-your-own-data.md", "plan.toml") == keys


@pytest.mark.parametrize("words", [EventKind, EventShape])
def test_every_word_of_the_event_table_is_described(words: type[EventKind | EventShape]) -> None:
    page = (DOCS / "how-to/bring-your-own-data.md").read_text(encoding="utf-8")
    assert [word for word in words if f"`{word}`" not in page] == []


def test_every_command_and_option_is_described() -> None:
    page = (DOCS / "reference/cli.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group, as there are several
    sections = {section.split()[0]: section for section in page.split("\n## opex ")[1:]}
    assert set(sections) == set(commands)
    for name, command in commands.items():
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        named = set(re.findall(r"^\| `(--\w+)", sections[name], flags=re.MULTILINE))
        assert named == options | {"--help"}


def test_every_exit_code_and_verdict_is_described() -> None:
    scheduler = (DOCS / "how-to/run-on-a-scheduler.md").read_text(encoding="utf-8")
    tutorial = (DOCS / "tutorials/first-plan.md").read_text(encoding="utf-8")
    reference = (DOCS / "reference/cli.md").read_text(encoding="utf-8")
    for page in (scheduler, reference):
        assert [code.name for code in Exit if f"\n| {code.value} |" not in page] == []
    assert [verdict.name for verdict in Verdict if f"\n| {verdict.value} |" not in tutorial] == []


@pytest.fixture(scope="module")
def plan() -> QuarterPlan:
    """A plan of one queue, one team and one request."""
    frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=70), "items": 200})
    target = ServiceTarget(share=0.9, within_hours=24)
    team = ReviewTeam(
        name="a",
        site="x",
        kind=TeamKind.VENDOR,
        heads=1,
        shrinkage=0.3,
        cost_usd_per_head_week=900,
        skills={"ads": 1.0},
    )
    seats = Effect(kind=EffectKind.SEATS, team="a", low=2, mode=2, high=2)
    return plan_quarter(
        VolumeHistory.from_frame(frame),
        [ReviewQueue(name="ads", handle_minutes=3, target=target)],
        [team],
        [OpexRequest(name="seats", title="2 seats", owner="Ops", effects=(seats,), weekly_usd=1800)],
        weeks=2,
        n_paths=20,
        willingness_to_pay_usd=1.0,
    )


def test_every_table_of_the_run_folder_is_described_as_the_code_says_it() -> None:
    pages = runpy.run_path(str(DOCS / "table_pages.py"))
    _, written, _ = pages["split_page"](pages["PAGE"].read_text(encoding="utf-8"))
    if written.strip() != pages["table_pages"]().strip():
        pytest.fail("The tables of run-folder.md are not what the schema says: run python docs/table_pages.py")


def test_every_table_and_column_of_a_run_has_a_description(plan: QuarterPlan) -> None:
    tables = run_tables(plan)
    assert set(tables) == set(SCHEMAS) - {"run"}
    for name, table in tables.items():
        assert tuple(table.columns) == SCHEMAS[name].column_names


def test_every_figure_for_scripts_is_described(plan: QuarterPlan) -> None:
    named = named_in("how-to/run-on-a-scheduler.md", "Output for scripts")
    assert named == {"run_dir", "run_id", "status", *headline(plan)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run(page: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE
    assert doctest.testfile(str(page), module_relative=False, optionflags=flags, encoding="utf-8").failed == 0


def public_names(module: str) -> dict[str, object]:
    """What a package offers; what is only another name for a choice of words has no text of its own."""
    package = import_module(module)
    public = {name: getattr(package, name) for name in package.__all__}
    # Where pytest collects a module for its examples, it puts it in the place of a function of the same name.
    public |= {name: getattr(thing, name) for name, thing in public.items() if inspect.ismodule(thing)}
    return {name: thing for name, thing in public.items() if get_origin(thing) is not Literal}


def own_parameters(thing: object) -> set[str]:
    """What a function takes, or the fields that a record has beyond those of the record that it extends."""
    if dataclasses.is_dataclass(thing):
        inherited = {
            field.name
            for base in thing.__mro__[1:]
            if dataclasses.is_dataclass(base)
            for field in dataclasses.fields(base)
        }
        return {field.name for field in dataclasses.fields(thing)} - inherited
    return set(inspect.signature(thing).parameters) if inspect.isfunction(thing) else set()


def raises_itself(thing: object) -> bool:
    """Whether the code of a function, or of what checks a new record, holds a raise statement."""
    code = vars(thing).get("__post_init__") if inspect.isclass(thing) else thing
    if not inspect.isfunction(code):
        return False
    return any(isinstance(node, ast.Raise) for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(code)))))


def test_public_names_are_looked_for_in_every_package() -> None:
    assert {"capacity", "forecasting", "optimization", "optimization.economics"} <= set(PUBLIC)


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_has_an_example_that_runs(module: str) -> None:
    assert [name for name, thing in public_names(module).items() if ">>>" not in (thing.__doc__ or "")] == []


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_says_what_it_takes_gives_and_raises(module: str) -> None:
    untold = []
    for name, thing in public_names(module).items():
        text = inspect.getdoc(thing) or ""
        # An example or a formula that names a parameter does not explain it.
        told = set(re.findall(r"\w+", re.split(r"\n(?:Notes|References|Examples)\n-+\n", text)[0]))
        untold += [f"{name}: {parameter}" for parameter in own_parameters(thing) - told]
        if inspect.isfunction(thing) and "\nReturns\n-------\n" not in text:
            untold.append(f"{name}: what it returns")
        if raises_itself(thing) and "\nRaises\n------\n" not in text:
            untold.append(f"{name}: what it raises")
    assert untold == []
