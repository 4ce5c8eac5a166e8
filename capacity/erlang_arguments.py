"""Checks of arguments that are arrays of numbers, and formulas applied cell by cell in blocks that fit the cache."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# A formula makes a hundred passes over its cells: in blocks of this size they stay in the second-level cache.
BLOCK_CELLS = 8192


def checked(name: str, value: ArrayLike, *, positive: bool = False, below: float = np.inf) -> FloatArray:
    """Return an argument as an array of floats.

    Parameters
    ----------
    name : str
        As the caller knows it.
    value : array_like
        What was given.
    positive : bool
        Whether zero is refused.
    below : float
        What every value must be under; infinity refuses infinite values.

    Returns
    -------
    ndarray of the shape of `value`

    Raises
    ------
    ValueError
        If a value is out of range or not a number.
    """
    array = np.asarray(value, dtype=np.float64)
    good = (array > 0.0 if positive else array >= 0.0) & (array < below)
    if not good.all():
        rule = f"{'>' if positive else '>='} 0 and {'finite' if np.isinf(below) else f'< {below:g}'}"
        raise ValueError(f"{name} must be {rule}; found {array[~good].flat[0]:g}")
    return array


def evaluate(
    formula: Callable[..., FloatArray], where: NDArray[np.bool_], elsewhere: ArrayLike, *arguments: FloatArray
) -> FloatArray:
    """Apply a formula to the cells where it holds.

    Parameters
    ----------
    formula
        Takes one-dimensional arrays, one an argument, and gives one back.
    where : ndarray of bool
        The cells to compute, of the broadcast shape of all arguments.
    elsewhere : array_like
        The values of the other cells, broadcast to that shape.
    arguments : ndarray
        Broadcast to that shape.

    Returns
    -------
    ndarray
        Of the shape of `where`; a scalar where all arguments are scalars.
    """
    out = np.array(np.broadcast_to(np.asarray(elsewhere, dtype=np.float64), where.shape)).reshape(-1)
    flat = [np.broadcast_to(argument, where.shape).reshape(-1) for argument in arguments]
    rows = np.flatnonzero(where)
    for start in range(0, rows.size, BLOCK_CELLS):
        block = rows[start : start + BLOCK_CELLS]
        out[block] = formula(*(argument[block] for argument in flat))
    return out.reshape(where.shape)[()]
