"""The set of funded requests as bits, so that millions of sets fit in memory and ties are decided fast."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WORD_BITS = 64


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RequestCodes:
    """Where the decision on each request stands in a code; a set bit means that the request is funded.

    Attributes
    ----------
    n_words : int
        64-bit words of a code.
    bit : tuple of int
        Position of each request, 0 is the highest bit of the first word.
    """

    n_words: int
    bit: tuple[int, ...]

    def mask(self, requests: AbstractSet[int]) -> NDArray[np.uint64]:
        """Code of shape (n_words, 1) in which the bits of the given requests are set."""
        words = [0] * self.n_words
        for request in requests:
            word, place = divmod(self.bit[request], WORD_BITS)
            words[word] |= 1 << (WORD_BITS - 1 - place)
        return np.array(words, dtype=np.uint64)[:, None]

    def chosen(self, code: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Funded requests of each point, shape (n_points, n_requests)."""
        funded = np.empty((code.shape[1], len(self.bit)), dtype=bool)
        for request, bit in enumerate(self.bit):
            word, place = divmod(bit, WORD_BITS)
            funded[:, request] = (code[word] >> np.uint64(WORD_BITS - 1 - place)) & np.uint64(1) == 1
        return funded


def request_codes(*sort_keys: NDArray[np.int64]) -> RequestCodes:
    """Give each request its bit by rising keys, the first matters most; twins keep the order of the list."""
    order = np.lexsort(sort_keys[::-1])
    bit = np.empty(order.size, dtype=np.int64)
    bit[order] = np.arange(order.size)
    return RequestCodes(n_words=max(1, -(-order.size // WORD_BITS)), bit=tuple(bit.tolist()))
