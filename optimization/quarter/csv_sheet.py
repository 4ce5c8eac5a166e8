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
        Line of the file at which it starts, as an editor counts, and its cells without the space around them.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        remedy = f"the file must exist and be readable ({error.strerror})"
        problems.append(Problem(source=path.name, field="file", found=str(path), remedy=remedy))
        return []
    except UnicodeDecodeError as error:
        problems.append(
            Problem(source=path.name, field="file", found=f"byte {error.start}", remedy="save the file as CSV in UTF-8")
        )
        return []
    return _rows(text.splitlines(keepends=True), path.name, problems)


def _rows(lines: list[str], source: str, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    reader = csv.reader(lines, strict=True)
    rows = []
    while reader.line_num < len(lines):
        start = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except csv.Error as error:
            found = lines[start - 1].strip()[:60]
            remedy = (
                f'a quote (") opens in this row and is not closed as CSV wants ({error}): remove it, or write it twice'
            )
            problems.append(Problem(source=source, row=start, field="row", found=found, remedy=remedy))
            return []
        if any(cells):
            rows.append((start, cells))
    return rows
