"""Loops compiled by numba where it is installed."""

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


@cache
def numba_is_there() -> bool:
    """Whether loops are compiled here."""
    return find_spec("numba") is not None


def compiled(function: Function) -> Function:
    """Compile on the first call where numba is installed; leave the function as it is elsewhere.

    The error model of numpy raises nothing at a division; where functions besides have no early exits, numba drops its
    counting of references to arrays, which would take four fifths of the time.
    """
    if not numba_is_there():
        return function
    from numba import njit

    try:
        return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError as error:
        # numba found no folder that it may write its cache to: compile anew in each process.
        if "no locator available" not in str(error):
            raise
        return cast(Function, njit(nogil=True, error_model="numpy")(function))
