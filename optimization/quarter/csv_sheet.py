"""The cells of a CSV file as text, each row with its line."""

import csv
from pathlib import Path

from forecasting import Problem


def csv_rows(path: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """Read every row of a CSV file that is not blank.

    Parameters
    ----------
    path
        UTF-8 file.
    problems
        Where faults are noted.

    Returns
    -------
    list of (int, list of str)
        Line of the file as an editor counts it, and its cells without the space around them.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        remedy = f"the file must exist and be readable ({error.strerror})"
        problems.append(Problem(source=path.name, field="file", found=str(path), remedy=remedy))
        return []
    except UnicodeDecodeError as error:
        problems.append(
            Problem(source=path.name, field="file", found=f"byte {error.start}", remedy="save the file as UTF-8")
        )
        return []
    reader = csv.reader(text.splitlines(keepends=True))
    rows = ((reader.line_num, [cell.strip() for cell in cells]) for cells in reader)
    return [(line, cells) for line, cells in rows if any(cells)]
