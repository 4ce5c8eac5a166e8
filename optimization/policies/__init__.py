"""Policies to beat: what people staff without a program, and what nobody could, valued on the same paths as a plan."""

from optimization.policies.erlang_on_mean import erlang_on_mean
from optimization.policies.last_quarter import last_quarter_plus
from optimization.policies.newsvendor import newsvendor
from optimization.policies.perfect_foresight import perfect_foresight

__all__ = [
    "erlang_on_mean",
    "last_quarter_plus",
    "newsvendor",
    "perfect_foresight",
]
