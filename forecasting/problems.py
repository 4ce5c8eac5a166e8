"""What is wrong with an input, said so that its owner can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One fault of an input: where it is, what was found there and how to mend it.

    Attributes
    ----------
    source
        File or argument that holds the fault.
    row
        Line of the file as an editor counts it (the header is line 1); None where the fault is not in one row.
    field
        Column, key or attribute.
    found
        The value as it was found.
    remedy
        What must be true, and how to get there.

    Examples
    --------
    >>> print(Problem(source="queues.csv", row=3, field="target_share", found="95", remedy="write 0.95"))
    queues.csv, row 3, target_share: found '95'; write 0.95
    """

    source: str
    row: int | None = None
    field: str
    found: str
    remedy: str

    def __str__(self) -> str:
        where = self.source if self.row is None else f"{self.source}, row {self.row}"
        return f"{where}, {self.field}: found {self.found!r}; {self.remedy}"


class InputError(ValueError):
    """Inputs are not fit to plan with; `problems` lists every fault found, not only the first.

    Parameters
    ----------
    problems
        At least one.

    Examples
    --------
    >>> error = InputError([Problem(source="frame", field="items", found="-3", remedy="give 0 or more")])
    >>> len(error.problems)
    1
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
