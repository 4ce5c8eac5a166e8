"""How large effects or volumes must be for a request to be funded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from optimization.block_values import SetValues
from optimization.frontier import Frontier
from optimization.frontier_search import InfeasibleBudgetError, find_frontier
from optimization.trade_offs.break_even import AMONG_VALUED, row_of
from optimization.trade_offs.revaluation import with_scaled_effects, with_scaled_volume


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakEvenFactor:
    """By how much effects or volumes must change for the decision on a request to turn.

    Attributes
    ----------
    request
        Its name.
    of
        What is changed, in words.
    factor
        At which the decision turns, as the side that funds it; None if it turns nowhere in the range. [-]
    funded_side
        On which side of the factor the request is funded; None if the decision turns nowhere.
    lowest, highest
        Range that was searched. [-]
    precision
        Width of the interval that the factor is known to. [-]
    is_funded
        Whether the request is in the recommended set as it is, at a factor of 1.
    every_set_valued
        Whether every feasible set was valued; if not, the answer holds among those that were.

    Examples
    --------
    >>> BreakEvenFactor(request="tool", of="its effects", factor=1.4, funded_side="above", lowest=0.0, highest=4.0,
    ...                 precision=0.02, is_funded=False, every_set_valued=True).summary()
    "tool is funded once its effects are at least 140% of the plan's."
    """

    request: str
    of: str
    factor: float | None
    funded_side: Literal["above", "below"] | None
    lowest: float
    highest: float
    precision: float
    is_funded: bool
    every_set_valued: bool

    def summary(self) -> str:
        """Return what must be true, in a sentence."""
        return self._answer() + ("" if self.every_set_valued else AMONG_VALUED)

    def _answer(self) -> str:
        if self.factor is None:
            state = "stays funded" if self.is_funded else "is not funded"
            return f"{self.request} {state} with {self.of} anywhere from {self.lowest:g} to {self.highest:g} times."
        way = "least" if self.funded_side == "above" else "most"
        link = "as long as" if self.is_funded else "once"
        return f"{self.request} is funded {link} {self.of} are at {way} {self.factor:.0%} of the plan's."


def break_even_effect(
    frontier: Frontier, request: str, *, most_factor: float = 4.0, precision: float = 0.02
) -> BreakEvenFactor:
    """Find how large the effects of a request must be for it to be in the recommended set.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay, which decide what is recommended.
    request : str
        Name of the request.
    most_factor : float
        Largest factor on all its effects that is tried; 0 is the smallest. [-]
    precision : float
        To which the factor is found. [-]

    Returns
    -------
    BreakEvenFactor

    Raises
    ------
    ValueError
        If there is no such request, or a range or precision is not sound.

    Notes
    -----
    By halving between a factor at which it is funded and one at which it is not; sets with the request are valued
    anew each time, and larger effects are taken to help. If the decision turns more than once, one of the turns is
    found.

    Examples
    --------
    Nine seats bring 270 hours for 42 hours of work: less than half as many would be worth their cost.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(nine=(9, 2700))), willingness_to_pay_usd=10)
    >>> found = break_even_effect(frontier, "nine")
    >>> found.is_funded, found.funded_side, 0 < found.factor < 0.5
    (True, 'above', True)
    """
    row = row_of(frontier, request)
    return _turn(
        frontier,
        row,
        lambda factor: with_scaled_effects(frontier.values, row, factor, most_usd=frontier.budget_usd),
        words="its effects",
        bounds=(0.0, most_factor),
        precision=precision,
    )


def break_even_volume(
    frontier: Frontier,
    request: str,
    *,
    least_factor: float = 0.5,
    most_factor: float = 2.0,
    precision: float = 0.02,
) -> BreakEvenFactor:
    """Find how much volume the queues that a request touches must have for it to be in the recommended set.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay, which decide what is recommended.
    request : str
        Name of the request.
    least_factor, most_factor : float
        Range of the factor on the volumes of those queues. [-]
    precision : float
        To which the factor is found. [-]

    Returns
    -------
    BreakEvenFactor

    Raises
    ------
    ValueError
        If there is no such request, or a range or precision is not sound.

    Notes
    -----
    By halving, as in `break_even_effect`. Of a request that is not funded either end may be the one that funds it: a
    queue without a gap needs more volume, one that is swamped needs less.

    Examples
    --------
    Seats for 2,700 USD must avoid 270 late items at 10 USD each, of some 420 that arrive: 0.6 of the volume.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()), willingness_to_pay_usd=10)
    >>> found = break_even_volume(frontier, "three")
    >>> found.is_funded, found.funded_side, round(found.factor, 1)
    (True, 'above', 0.6)
    """
    row = row_of(frontier, request)
    return _turn(
        frontier,
        row,
        lambda factor: with_scaled_volume(frontier.values, row, factor),
        words="the volumes of its queues",
        bounds=(least_factor, most_factor),
        precision=precision,
    )


def _turn(
    frontier: Frontier,
    row: int,
    revalued: Callable[[float], SetValues],
    *,
    words: str,
    bounds: tuple[float, float],
    precision: float,
) -> BreakEvenFactor:
    """Halve between 1 and the end of the range at which the decision differs, the nearer turn first."""
    lowest, highest = bounds
    if not 0.0 <= lowest <= 1.0 <= highest < float("inf"):
        raise ValueError(f"the range of the factor must hold 1 and start at 0 or above; found {lowest} to {highest}")
    if not 0.0 < precision < 1.0:
        raise ValueError(f"precision must lie between 0 and 1; found {precision!r}")
    budget = None if frontier.budget_usd == float("inf") else frontier.budget_usd

    def funded(factor: float) -> bool:
        try:
            again = find_frontier(
                revalued(factor), budget_usd=budget, willingness_to_pay_usd=frontier.willingness_to_pay_usd
            )
        except InfeasibleBudgetError:
            return False
        return bool(again.recommended.levels[row] > 0)

    now = bool(frontier.recommended.levels[row] > 0)
    turned = [end for end in sorted(bounds, key=lambda end: abs(end - 1.0)) if end != 1.0 and funded(end) != now]
    factor: float | None = None
    side: Literal["above", "below"] | None = None
    if turned:
        side = "above" if (turned[0] > 1.0) != now else "below"
        same, other = 1.0, turned[0]
        while abs(other - same) > precision:
            middle = (same + other) / 2
            same, other = (middle, other) if funded(middle) == now else (same, middle)
        factor = same if now else other
    return BreakEvenFactor(
        request=frontier.values.case.requests[row].name,
        of=words,
        factor=factor,
        funded_side=side,
        lowest=lowest,
        highest=highest,
        precision=precision,
        is_funded=now,
        every_set_valued=frontier.values.is_complete,
    )
