"""A run folder: tables, charts, page and manifest, written aside and put in place whole."""

from __future__ import annotations

import errno
import gc
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from forecasting import InputError, Problem, forecast_volumes
from optimization.quarter.inputs import PlanInputs, read_inputs
from optimization.quarter.manifest import headline, known_headline, manifest, run_id
from optimization.quarter.plan import QuarterPlan, plan_from_forecast
from optimization.quarter.run_facts import RunFacts, facts_of_folder
from optimization.quarter.tables import run_table, run_tables
from optimization.quarter.write_tables import write_tables


@dataclass(frozen=True, kw_only=True, slots=True)
class RunResult:
    """Where a run lies and what it says.

    Attributes
    ----------
    folder
        The run folder.
    run_id
        Stands for inputs, seed and version.
    is_new
        False if the same run was there already and nothing was done.
    headline
        The figures that come first.
    """

    folder: Path
    run_id: str
    is_new: bool
    headline: dict[str, Any]


class StageLog:
    """Wall time of each stage, and the peak of memory; the only place of a run that carries times."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        start = time.perf_counter()
        yield
        self.lines.append(
            {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "stage": name,
                "seconds": round(time.perf_counter() - start, 3),
                "peak_memory_mib": round(_peak_memory_bytes() / 2**20),
            }
        )

    def note(self, name: str, **found: Any) -> None:
        """Add what a reader of the log must not miss."""
        self.lines.append({"at": datetime.now(UTC).isoformat(timespec="seconds"), "note": name, **found})

    def write(self, path: Path) -> None:
        """Write one JSON object a line."""
        path.write_text("".join(json.dumps(line) + "\n" for line in self.lines), encoding="utf-8")


def run_plan(
    plan_file: Path, *, out: Path | None = None, seed: int | None = None, previous: Path | None = None
) -> RunResult:
    """Run one plan file and write its run folder.

    Parameters
    ----------
    plan_file
        The TOML file of a planning folder.
    out
        Folder that holds the run folders; `runs` beside the plan file if None.
    seed
        Seed of the draws; that of the plan file if None.
    previous
        Folder of an earlier run; the pack says what changed since.

    Returns
    -------
    RunResult

    Raises
    ------
    InputError
        If the inputs are not fit to plan with; nothing is written then.
    InfeasibleBudgetError
        If the mandatory requests cost more than the budget; nothing is written then.

    Notes
    -----
    A folder is named by the hash of its inputs. It is written under another name and renamed when complete, so a
    run that stops half way leaves the last good one alone, and a run that is there already is not repeated.
    """
    log = StageLog()
    with log.stage("read"):
        inputs = read_inputs(plan_file)
        earlier = facts_of_folder(previous, source="--previous") if previous else None
    chosen_seed = inputs.config.forecast.seed if seed is None else seed
    identity = run_id(inputs, chosen_seed, earlier.run_id if earlier else "")
    parent = plan_file.parent / "runs" if out is None else out
    folder = parent / identity
    known = known_headline(folder, identity)
    if known is not None:
        return RunResult(folder=folder, run_id=identity, is_new=False, headline=known)
    _make_folder(parent)
    # One thread: sums of a threaded BLAS differ in their last bits from machine to machine.
    with threadpool_limits(limits=1):
        plan = _compute(inputs, chosen_seed, log)
        aside = Path(tempfile.mkdtemp(prefix=f".{identity}.", dir=parent))
        try:
            _write_run(aside / identity, inputs, plan, chosen_seed, earlier, log)
            # A folder that is not whole is what an interrupted copy leaves; it is not a run.
            shutil.rmtree(folder, ignore_errors=True)
            (aside / identity).rename(folder)
        except OSError as error:
            # A full disk does not say by itself which one it is.
            if error.errno is not None and error.filename is None:
                error.filename = str(parent)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return RunResult(folder=folder, run_id=identity, is_new=True, headline=headline(plan))


def _make_folder(parent: Path) -> None:
    """Make the folder of the runs before the work, which takes longer than finding that it cannot be written."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if not os.access(parent, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable")
    except OSError as error:
        remedy = f"give a folder that can be made and written ({error.strerror})"
        raise InputError([Problem(source="--out", field="folder", found=str(parent), remedy=remedy)]) from error


def _compute(inputs: PlanInputs, seed: int, log: StageLog) -> QuarterPlan:
    config, history = inputs.config, inputs.history
    with log.stage("forecast"):
        forecast = forecast_volumes(
            history,
            config.plan.weeks * history.frequency.season_periods,
            n_paths=config.forecast.paths,
            seed=seed,
            events=inputs.events,
        )
    with log.stage("value"):
        return plan_from_forecast(
            forecast,
            inputs.queues,
            inputs.teams,
            inputs.requests,
            budget_usd=config.decision.budget_usd,
            willingness_to_pay_usd=config.decision.willingness_to_pay_usd,
            probability=config.decision.probability,
            terms=config.terms,
            rates=config.rates,
            team_options=inputs.team_options,
            events=inputs.events,
            seed=seed,
        )


def _write_run(
    folder: Path, inputs: PlanInputs, plan: QuarterPlan, seed: int, previous: RunFacts | None, log: StageLog
) -> None:
    folder.mkdir()
    record = manifest(inputs, plan, seed, previous.run_id if previous else "")
    if plan.staffing_plan is None:
        log.note("people alone have no plan", **plan.people_alone.to_dict())
    with _few_collections():
        _write_files(folder, inputs, plan, record, previous, log)
    log.write(folder / "log.jsonl")
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for dead cycles a hundred times less often: charts make very many objects, of which most live on a while.

    Else Python goes through all of the plan again and again.
    """
    first, *others = gc.get_threshold()
    gc.set_threshold(100 * first, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)


def _write_files(
    folder: Path,
    inputs: PlanInputs,
    plan: QuarterPlan,
    record: dict[str, Any],
    previous: RunFacts | None,
    log: StageLog,
) -> None:
    from optimization.quarter.pack.booklet.write import write_booklet
    from optimization.quarter.pack.charts import write_charts
    from optimization.quarter.pack.contents import pack_contents
    from optimization.quarter.pack.email_text import email_text
    from optimization.quarter.pack.page import write_page
    from optimization.quarter.pack.workbook.write import write_workbook

    with log.stage("tables"):
        tables = {"run": run_table(plan, record), **run_tables(plan)}
        write_tables(tables, record["run_id"], folder)
    with log.stage("words"):
        contents = pack_contents(inputs, plan, record, previous)
        (folder / "narrative.txt").write_text(email_text(contents), encoding="utf-8")
    with log.stage("charts"):
        charts = write_charts(contents, folder / "charts")
    with log.stage("page"):
        write_page(contents, charts, folder / "page.html")
    with log.stage("workbook"):
        write_workbook(contents, folder / "workbook.xlsx")
    with log.stage("booklet"):
        write_booklet(contents, charts.values(), folder / "pack.pdf")


def _sync(path: Path) -> None:
    """Make a file or folder last through a power cut before the rename makes it visible."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _peak_memory_bytes() -> int:
    # Linux counts in KiB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
