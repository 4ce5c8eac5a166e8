"""What a finished run says, read from its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecasting import InputError, Problem
from optimization.quarter.manifest import READ_FIRST, known_headline


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """What a finished run says, and where to read more.

    Attributes
    ----------
    folder
        The run folder.
    run_id, plan
        Name of the run, and of its plan.
    headline
        The figures that come first.
    words
        The plan in words, as text for an e-mail.
    """

    folder: Path
    run_id: str
    plan: str
    headline: dict[str, Any]
    words: str

    def to_dict(self) -> dict[str, Any]:
        """Return what a script reads."""
        about = {"run_dir": str(self.folder), "run_id": self.run_id, "plan": self.plan}
        files = {name: str(self.folder / name) for name in READ_FIRST}
        return {**about, **self.headline, "words": self.words, "files": files}


def read_report(folder: Path, *, source: str = "RUN") -> RunReport:
    """Read what a finished run says.

    Parameters
    ----------
    folder
        The run folder.
    source : str
        How the folder is called where it was asked for; errors name it.

    Returns
    -------
    RunReport

    Raises
    ------
    InputError
        If the folder is no complete run.
    """
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        run_id = str(record["run_id"])
        headline = known_headline(folder, run_id)
        if headline is None:
            raise ValueError("a file of it is missing")
        words = (folder / "narrative.txt").read_text(encoding="utf-8")
        return RunReport(folder=folder, run_id=run_id, plan=str(record["plan"]), headline=headline, words=words)
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = f"give the folder of a complete run, such as runs/0123456789ab ({error})"
        raise InputError([Problem(source=source, field="folder", found=str(folder), remedy=remedy)]) from error
