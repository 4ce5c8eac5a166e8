"""Exact merges of blocks of options whose costs and values are already known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.portfolio.dominance import CodedPoints, IndexArray, in_amounts, merged_all, non_dominated
from optimization.portfolio.exact_units import exact_unit
from optimization.portfolio.request_checks import budget_problem, invalid_input, numbers_of
from optimization.portfolio.request_codes import WORD_BITS


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MergedFront:
    """All combinations of one option a block that no other combination beats on both total cost and total value.

    Iterating gives `cost`, `value` and `option`.

    Attributes
    ----------
    cost, value : ndarray of shape (n_points,)
        Totals over the blocks, both strictly rising. [units of the blocks]
    option : ndarray of int of shape (n_points, n_blocks)
        The option taken in each block, as its index in the block handed in.

    Examples
    --------
    One request that may be left alone or funded at 5 or at 9, for the same value: nobody would pay 9.

    >>> front = merge_fronts([([0, 5, 9], [0, 3, 3])])
    >>> cost, value, option = front
    >>> cost.tolist(), option[:, 0].tolist()
    ([0.0, 5.0], [0, 1])
    """

    cost: NDArray[np.float64]
    value: NDArray[np.float64]
    option: IndexArray

    def __post_init__(self) -> None:
        for array in self:
            array.setflags(write=False)

    def __iter__(self) -> Iterator[NDArray[np.generic]]:
        return iter((self.cost, self.value, self.option))


def merge_fronts(blocks: Sequence[tuple[ArrayLike, ArrayLike]], *, budget: float | None = None) -> MergedFront:
    """Complete, exact front of all combinations that take one option of every block.

    Parameters
    ----------
    blocks : sequence of (cost, value), each array_like of shape (n_options,)
        Cost and value of the options of each block; blocks add up, options within one need not. Costs may be
        negative (a saving). Where a block may be left alone, list that as an option. [any units, the same for all]
    budget : float, optional
        Cap on the total cost. [unit of the costs]

    Returns
    -------
    MergedFront
        Every non-dominated point once, by rising cost. Of several combinations with equal cost and value, the one
        with the lowest option index in the first block in which they differ.

    Raises
    ------
    ValueError
        If a block is empty or ragged, a number is not finite, or the budget pays for no combination.

    Notes
    -----
    Blocks are merged by dominance; totals are compared exactly, as in `pareto_front`.

    References
    ----------
    .. [1] G. L. Nemhauser and Z. Ullmann, "Discrete dynamic programming and capital allocation",
       Management Science 15 (1969), 494-505. doi:10.1287/mnsc.15.9.494

    Examples
    --------
    >>> front = merge_fronts([([0, 10], [0, 4]), ([0, 5, 9], [0, 3, 3])])
    >>> front.cost.tolist(), front.value.tolist(), front.option.tolist()
    ([0.0, 5.0, 10.0, 15.0], [0.0, 3.0, 4.0, 7.0], [[0, 0], [0, 1], [1, 0], [1, 1]])
    """
    costs, values = _read_blocks(blocks, budget)
    cost_unit, value_unit = (
        exact_unit(np.concatenate([np.empty(0), *numbers]), sum(float(np.abs(block).max()) for block in numbers))
        for numbers in (costs, values)
    )
    cost_count = [cost_unit.count(block) for block in costs]
    value_count = [value_unit.count(block) for block in values]
    cheapest, dearest = (sum(int(end(block)) for block in cost_count) for end in (np.min, np.max))
    cap = dearest if budget is None else cost_unit.most_within(budget, cheapest, dearest)
    if cap < cheapest:
        least = float(cost_unit.amount(np.int64(cheapest)))
        problem = f"budget is {budget!r}, but the cheapest combination costs {least!r}. Raise it to at least that."
        raise invalid_input("merge_fronts", [problem])
    codes = _option_codes([np.sort(non_dominated(*block)) for block in zip(cost_count, value_count, strict=True)])
    # Every block starts at cost zero here, so that a partial sum above the cap can never come back under it.
    fronts = [
        CodedPoints(cost=cost[kept] - cost.min(), value=value[kept], code=codes.code(block))
        for block, (cost, value, kept) in enumerate(zip(cost_count, value_count, codes.kept, strict=True))
    ]
    front = merged_all(fronts, codes.n_words, cap - cheapest)
    shifted = CodedPoints(cost=front.cost + cheapest, value=front.value, code=front.code)
    total_cost, total_value, code = in_amounts(shifted, cost_unit, value_unit)
    return MergedFront(cost=total_cost, value=total_value, option=codes.option(code))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OptionCodes:
    """Where the option of each block stands in a code, the first block in the highest bits.

    Attributes
    ----------
    kept : tuple of ndarray of int
        For each block, its non-dominated options by rising index; a code holds the position in this list.
    word, shift : tuple of int
        For each block, the 64-bit word and the place of its lowest bit there.
    n_words : int
        Words of a code.
    """

    kept: tuple[IndexArray, ...]
    word: tuple[int, ...]
    shift: tuple[int, ...]
    n_words: int

    def code(self, block: int) -> NDArray[np.uint64]:
        """Codes of shape (n_words, n_kept) of the kept options of one block."""
        code = np.zeros((self.n_words, self.kept[block].size), dtype=np.uint64)
        code[self.word[block]] = np.arange(self.kept[block].size, dtype=np.uint64) << np.uint64(self.shift[block])
        return code

    def option(self, code: NDArray[np.uint64]) -> IndexArray:
        """Option of each point in each block, shape (n_points, n_blocks)."""
        option = np.empty((code.shape[1], len(self.kept)), dtype=np.intp)
        for block, (kept, word, shift) in enumerate(zip(self.kept, self.word, self.shift, strict=True)):
            field = np.uint64((1 << _field_bits(kept)) - 1)
            option[:, block] = kept[(code[word] >> np.uint64(shift)) & field]
        return option


def _field_bits(kept: IndexArray) -> int:
    return max(1, (kept.size - 1).bit_length())


def _option_codes(kept: Sequence[IndexArray]) -> OptionCodes:
    word, free = 0, WORD_BITS
    words, shifts = [], []
    for options in kept:
        bits = _field_bits(options)
        if bits > free:
            word, free = word + 1, WORD_BITS
        free -= bits
        words.append(word)
        shifts.append(free)
    return OptionCodes(kept=tuple(kept), word=tuple(words), shift=tuple(shifts), n_words=word + 1)


def _read_blocks(
    blocks: Sequence[tuple[ArrayLike, ArrayLike]], budget: float | None
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    problems: list[str] = []
    costs, values = [], []
    for index, (cost, value) in enumerate(blocks):
        costs.append(numbers_of(f"cost of block {index}, option", cost, problems))
        values.append(numbers_of(f"value of block {index}, option", value, problems))
        if costs[-1].shape != values[-1].shape or costs[-1].size == 0:
            problems.append(
                f"block {index} has {costs[-1].size} costs and {values[-1].size} values: "
                "it must have the same number of each, at least one. List doing nothing as an option."
            )
    problems += budget_problem("budget", budget)
    if problems:
        raise invalid_input("merge_fronts", problems)
    return costs, values
