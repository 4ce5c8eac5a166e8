"""Checks of the numbers that are asked of every request, and the error that lists all that is wrong."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_LISTED = 50
LARGEST = 1e300  # so that sums stay finite


def invalid_input(function: str, problems: list[str]) -> ValueError:
    """Return the error that names every problem, the first fifty in words."""
    listed = problems[:MOST_LISTED]
    if len(problems) > MOST_LISTED:
        listed.append(f"... and {len(problems) - MOST_LISTED} more.")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ValueError("\n- ".join([f"{function}: {count} with the arguments:", *listed]))


def numbers_of(
    name: str,
    given: ArrayLike,
    problems: list[str],
    *,
    n_dimensions: int = 1,
    at_least: float | None = None,
) -> NDArray[np.float64]:
    """Return the numbers as an array of `n_dimensions`; whatever is wrong is added to `problems`."""
    empty = np.empty((0,) * n_dimensions)
    try:
        table = np.asarray(given)
    except ValueError as error:  # rows of different lengths
        problems.append(f"{name} must be an array of numbers: {error}.")
        return empty
    if table.size and table.dtype.kind not in "iuf":
        problems.append(f"{name} must hold numbers only; it holds {table.dtype}. Convert it to float first.")
        return empty
    numbers = table.astype(np.float64)
    if numbers.ndim != n_dimensions:
        problems.append(f"{name} must have {n_dimensions} dimension(s); its shape is {numbers.shape}.")
        return empty
    sized = np.abs(numbers) <= LARGEST  # false for nan too
    rule = "finite"
    if at_least is not None:
        sized &= numbers >= at_least
        rule += f" and >= {at_least:g}"
    for index in np.argwhere(~sized):
        place = ", ".join(map(str, index))
        problems.append(
            f"{name}[{place}] is {numbers[tuple(index)]}: it must be {rule}. Correct it, or leave out the request."
        )
    return numbers


def budget_problem(name: str, budget: object, *, at_least: float = -LARGEST, optional: bool = True) -> list[str]:
    """Return what is wrong with one cap on the total cost, as a list of at most one entry."""
    if budget is None and optional:
        return []
    if isinstance(budget, bool) or not isinstance(budget, int | float | np.integer | np.floating):
        return [f"{name} is {budget!r}: it must be one number. For several budgets read one front at each of them."]
    if not at_least <= budget <= LARGEST:
        rule = "finite" if at_least < 0 else f"finite and >= {at_least:g}"
        return [f"{name} is {budget}: it must be {rule}."]
    return []
