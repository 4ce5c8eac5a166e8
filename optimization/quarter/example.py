"""A complete planning folder to start from, with generated volumes."""

from pathlib import Path

from forecasting import InputError, Problem
from forecasting.events.table import event_table
from forecasting.sample_data import sample_events, sample_volumes

TABLES = ("plan.toml", "queues.csv", "teams.csv", "requests.csv", "costs.csv")


def write_example(folder: Path) -> list[Path]:
    """Write an example: plan file, tables, generated volumes and their events.

    Parameters
    ----------
    folder
        Made if it does not exist; it must hold none of the files.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        If one of the files is there already, and nothing is written then; or if the folder cannot be made or written.
    """
    names = (*TABLES, "volumes.csv", "events.csv")
    there = [name for name in names if (folder / name).exists()]
    if there:
        remedy = "choose another folder, or remove the files first; nothing was overwritten"
        raise InputError([Problem(source=str(folder), field="file", found=name, remedy=remedy) for name in there])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in TABLES:
            (folder / name).write_bytes((Path(__file__).parent / "template" / name).read_bytes())
    except OSError as error:
        remedy = f"give a folder that can be made and written ({error.strerror})"
        raise InputError([Problem(source="DIR", field="folder", found=str(folder), remedy=remedy)]) from error
    sample_volumes().to_csv(folder / "volumes.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    event_table(sample_events()).to_csv(folder / "events.csv", index=False, date_format="%Y-%m-%d", lineterminator="\n")
    return [folder / name for name in names]
