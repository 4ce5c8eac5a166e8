"""Whole multiples of one unit for amounts that are added up and compared exactly."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

MOST_DECIMALS = 9
EXACT_FLOAT_BITS = 53  # whole numbers up to 2**53 are exact in double precision
WORKING_BITS = 61  # leaves room for a sign and for one addition in 64 bits


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactUnit:
    """The unit ``base ** -exponent``; amounts become 64-bit whole multiples of it.

    Attributes
    ----------
    base : int
        10 where every amount is a decimal number, 2 otherwise.
    exponent : int
        Decimals kept, or binary places kept.
    """

    base: int
    exponent: int

    def count(self, amount: NDArray[np.float64]) -> NDArray[np.int64]:
        """Multiples of the unit nearest to each amount.

        Parameters
        ----------
        amount : ndarray of any shape
            [unit of the amounts]

        Returns
        -------
        ndarray of int64 of the shape of `amount`
            [whole units]
        """
        if self.base == 10:
            return np.rint(amount * 10.0**self.exponent).astype(np.int64)
        return np.rint(np.ldexp(amount, self.exponent)).astype(np.int64)

    @overload
    def amount(self, count: np.int64) -> np.float64: ...

    @overload
    def amount(self, count: NDArray[np.int64]) -> NDArray[np.float64]: ...

    def amount(self, count: np.int64 | NDArray[np.int64]) -> np.float64 | NDArray[np.float64]:
        """Amounts nearest to multiples of the unit, rounded once.

        Parameters
        ----------
        count : int64, or ndarray of it of any shape
            [whole units]

        Returns
        -------
        float64, or ndarray of it of the shape of `count`
            [unit of the amounts]
        """
        if self.base == 10:
            return count / np.float64(10.0**self.exponent)
        return np.ldexp(count.astype(np.float64), -self.exponent)

    def most_within(self, cap: float, smallest: int, largest: int) -> int:
        """Largest count in some bounds whose amount is at most a cap.

        Parameters
        ----------
        cap : float
            [unit of the amounts]
        smallest, largest : int
            Bounds, both included. [whole units]

        Returns
        -------
        int
            One below the bounds where no count is within the cap.
        """
        amounts = range(smallest, largest + 1)
        return smallest - 1 + bisect_right(amounts, cap, key=lambda count: self.amount(np.int64(count)))


def exact_unit(amount: NDArray[np.float64], largest_total: float) -> ExactUnit:
    """Return the unit in which sums of the amounts are exact.

    Parameters
    ----------
    amount : ndarray of any shape
        The amounts to be added up, finite.
    largest_total : float
        Bound on the absolute value of every sum that will be formed.

    Returns
    -------
    ExactUnit
        A power of ten where each amount is the double nearest to a number with up to nine decimals (dollars and
        cents are) and the sums stay below ``2**53`` units; otherwise the power of two that uses 61 bits.

    Notes
    -----
    With the power of two an amount is exact unless its last bit is worth less than ``2**-61`` of the largest
    total, 256 times finer than the last bit of a total in double precision.
    """
    if largest_total == 0.0:
        return ExactUnit(base=10, exponent=0)
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10.0**decimals
        if largest_total * scale >= 2.0**EXACT_FLOAT_BITS:
            break
        if np.array_equal(np.rint(amount * scale) / scale, amount):
            return ExactUnit(base=10, exponent=decimals)
    return ExactUnit(base=2, exponent=WORKING_BITS - int(np.frexp(largest_total)[1]))
