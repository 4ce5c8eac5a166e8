"""The command line: `opex init`, `opex validate`, `opex plan`, `opex report` and `opex compare`."""

import json
import signal
import sys
import traceback
from collections.abc import Iterable
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Annotated

import typer

from forecasting import InputError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Forecast review volume, size the staff each target needs, and value OPEX requests.",
)


class Exit(IntEnum):
    """What an exit code means to a script."""

    OK = 0
    USAGE = 2
    BAD_INPUT = 3
    INFEASIBLE = 4
    SOLVER_LIMIT = 5
    BUG = 70
    SYSTEM = 74
    TERMINATED = 143


PlanFile = Annotated[Path, typer.Argument(metavar="PLAN.TOML", help="Plan file; its tables lie beside it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; made if needed.")]) -> None:
    """Write a complete planning folder with generated volumes, to run and to change."""
    from optimization.quarter.example import write_example

    files = write_example(folder)
    typer.echo(f"Wrote {len(files)} files to {folder}: {', '.join(path.name for path in files)}.")
    typer.echo(f"The volumes are generated. Next: opex plan {folder / 'plan.toml'}")


@app.command()
def validate(plan_file: PlanFile, as_json: AsJson = False) -> None:
    """Check a planning folder as a run would, without running."""
    from optimization.quarter.inputs import read_inputs

    inputs = read_inputs(plan_file)
    found = {
        "queues": len(inputs.queues),
        "teams": len(inputs.teams),
        "requests": len(inputs.requests),
        "events": len(inputs.events),
        "first_period": str(inputs.history.period_start[0].date()),
        "plan_start": str(inputs.history.end.date()),
    }
    if as_json:
        typer.echo(json.dumps({"valid": True, **found}))
        return
    typer.echo(
        f"{plan_file} is fit to plan with: {found['queues']} queues, {found['teams']} teams, {found['requests']} "
        f"requests, {found['events']} events; volumes from {found['first_period']}, plan from {found['plan_start']}."
    )


@app.command()
def plan(
    plan_file: PlanFile,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder that holds the runs; 'runs' beside the plan if left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the draws; that of the plan if left out.")] = None,
    previous: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Folder of an earlier run; the pack says what changed since.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run a plan: tables, charts and a page into a run folder."""
    from forecasting.charts.chart_style import money, percent
    from optimization.quarter.manifest import NO_PLAN
    from optimization.quarter.run import run_plan

    result = run_plan(plan_file, out=out, seed=seed, previous=previous)
    if result.headline["people_alone"].startswith(NO_PLAN):
        typer.echo(
            f"People alone have no plan ({result.headline['people_alone']}): the solver ended without any. All else of "
            "the run stands; page.html and manifest.json say why.",
            err=True,
        )
    if as_json:
        status = "created" if result.is_new else "unchanged"
        typer.echo(
            json.dumps({"run_dir": str(result.folder), "run_id": result.run_id, "status": status, **result.headline})
        )
        return
    if not result.is_new:
        typer.echo("Nothing to do: the same inputs, seed and version were run before.")
    figures = result.headline
    typer.echo(
        f"Recommended: {len(figures['recommended_requests'])} requests for {money(figures['recommended_cost_usd'])} "
        f"of {money(figures['budget_usd'])}; on-time share {percent(figures['on_time_share_today'])} -> "
        f"{percent(figures['on_time_share_recommended'])}."
    )
    typer.echo(f"Open {(result.folder / 'page.html').resolve()}")


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")], as_json: AsJson = False
) -> None:
    """Say what a finished run recommends and why, in words for an e-mail."""
    from optimization.quarter.report import read_report

    found = read_report(run)
    if as_json:
        typer.echo(json.dumps(found.to_dict()))
        return
    typer.echo(found.words)
    typer.echo(f"Open {(run / 'page.html').resolve()}")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the later run.")],
    as_json: AsJson = False,
) -> None:
    """Say what changed between two runs."""
    from optimization.quarter.compare import compare_runs
    from optimization.quarter.pack.changes_in_words import changes_in_words
    from optimization.quarter.run_facts import facts_of_folder

    found = compare_runs(facts_of_folder(before, source="RUN_A"), facts_of_folder(after, source="RUN_B"))
    sentences = changes_in_words(found)
    if as_json:
        typer.echo(json.dumps({**found.to_dict(), "sentences": list(sentences)}))
        return
    for sentence in sentences:
        typer.echo(sentence)


def main() -> None:
    """Run the command line; every way to fail has its own exit code."""
    from optimization.frontier_search import InfeasibleBudgetError
    from optimization.program.cut_search import SolverLimitError

    # A run that is told to end clears what it wrote so far, as one that is interrupted does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(Exit.TERMINATED))
    try:
        app()
    except SystemExit as error:
        if error.code == Exit.USAGE:
            _as_object("usage", message="the command line is wrong; standard error says how")
        raise
    except InputError as error:
        _as_object("bad input", problems=[asdict(problem) for problem in error.problems])
        count = f"{len(error.problems)} problem{'s' if len(error.problems) > 1 else ''}"
        _complain(f"{count} in the input:", error.problems)
        sys.exit(Exit.BAD_INPUT)
    except InfeasibleBudgetError as error:
        _as_object("infeasible", message=str(error))
        _complain("No plan is possible:", [error])
        sys.exit(Exit.INFEASIBLE)
    except SolverLimitError as error:
        _as_object("solver limit", message=str(error))
        _complain("The solver ended without a plan:", [error])
        sys.exit(Exit.SOLVER_LIMIT)
    except OSError as error:
        _as_object("system", message=str(error))
        _complain("A file could not be read or written; no run folder was added:", [error])
        sys.exit(Exit.SYSTEM)
    except Exception as error:  # the last line of defence: whatever it is, a script must see that it is a bug
        traceback.print_exc()
        _as_object("bug", message=f"{type(error).__name__}: {error}")
        _complain("This is a bug in opex; nothing was written.", [])
        sys.exit(Exit.BUG)


def _as_object(error: str, **details: object) -> None:
    if "--json" in sys.argv:
        typer.echo(json.dumps({"error": error, **details}))


def _complain(headline: str, details: Iterable[object]) -> None:
    typer.echo(headline, err=True)
    for detail in details:
        typer.echo(f"  {detail}", err=True)


if __name__ == "__main__":
    main()
