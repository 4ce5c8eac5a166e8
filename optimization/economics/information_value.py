"""What it is worth to know an uncertain effect, or everything, before requests are funded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from optimization.block_values import SetValues
from optimization.economics.best_sets import DECIMALS, SetWorth, worth_of_sets
from optimization.portfolio.option_blocks import merge_fronts

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

# Bins of equal numbers of paths, beside one for the paths on which the request fails.
BINS = 5
# A bin with fewer paths than this says more about its paths than about the effect.
LEAST_PATHS_A_BIN = 10
# Parts of the paths: sets are chosen on all but one and judged on that one.
FOLDS = 5
# Half the width of an 80% interval in standard errors.
Z80 = 1.2815515594457831


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectInformation:
    """What it is worth to know the size of one effect before deciding: the most that a pilot may cost.

    Attributes
    ----------
    request, effect
        Name of the request and, in words, the effect.
    value_usd
        Estimate: sets chosen on four fifths of the paths are judged on the rest, in turn; at least 0. [USD]
    low_usd, high_usd
        80% interval of the estimate, over paths; at least 0. [USD]
    in_sample_usd
        Sets chosen and valued on the same paths: above the truth by what chance pretends to know. [USD]
    n_bins
        Bins of the size between which the decision may differ; 1 where the effect is certain.

    Examples
    --------
    A pilot for 300 USD is worth it: knowing the effect saves more, even at the low end of its interval.

    >>> known = EffectInformation(request="tool", effect="handle_time of ads", value_usd=800.0, low_usd=500.0,
    ...                           high_usd=1100.0, in_sample_usd=900.0, n_bins=5)
    >>> known.low_usd > 300
    True
    """

    request: str
    effect: str
    value_usd: float
    low_usd: float
    high_usd: float
    in_sample_usd: float
    n_bins: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InformationValue:
    """Value of knowing each effect, and of knowing everything.

    Attributes
    ----------
    effects
        One an effect, requests in order.
    everything_usd
        Value of knowing volumes and effects of the path that comes: no study can be worth more. [USD]
    everything_low_usd, everything_high_usd
        80% interval over paths. [USD]
    every_set_valued
        Whether the best sets were chosen among all feasible sets; else among those that were valued, with and without
        the knowledge, and the values hold for a choice among these.

    Examples
    --------
    >>> known = EffectInformation(request="tool", effect="handle_time of ads", value_usd=800.0, low_usd=500.0,
    ...                           high_usd=1100.0, in_sample_usd=900.0, n_bins=5)
    >>> value = InformationValue(effects=(known,), everything_usd=1000.0, everything_low_usd=700.0,
    ...                          everything_high_usd=1300.0, every_set_valued=True)
    >>> value.to_frame()[["effect", "value_usd"]].to_numpy().tolist()
    [['handle_time of ads', 800.0], ['everything', 1000.0]]
    """

    effects: tuple[EffectInformation, ...]
    everything_usd: float
    everything_low_usd: float
    everything_high_usd: float
    every_set_valued: bool

    def to_frame(self) -> pd.DataFrame:
        """Return one row an effect, then one for everything."""
        rows = [
            (one.request, one.effect, one.value_usd, one.low_usd, one.high_usd, one.in_sample_usd)
            for one in self.effects
        ]
        every = (self.everything_usd, self.everything_low_usd, self.everything_high_usd, self.everything_usd)
        return pd.DataFrame(
            [*rows, ("", "everything", *every)],
            columns=["request", "effect", "value_usd", "value_p10_usd", "value_p90_usd", "in_sample_usd"],
        )


def information_value(
    values: SetValues, *, willingness_to_pay_usd: float, budget_usd: float | None = None
) -> InformationValue:
    """Value of perfect information on each effect and on everything.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    willingness_to_pay_usd : float
        What avoiding one severity-weighted late item is worth. [USD]
    budget_usd : float, optional
        Money for requests in the plan; None for no limit. [USD]

    Returns
    -------
    InformationValue

    Raises
    ------
    ValueError
        If an amount is negative, or no feasible set fits in the budget.

    Notes
    -----
    For the size t of an effect and the net benefit B of a set S (minus breach cost, minus cost), the value is
    E[max over S of E[B(S) | t]] - max over S of E[B(S)] ([1]_). Expectations given t are means over the paths of a
    bin of t: the paths on which the request fails are one bin, the others five of equal numbers. Knowing the bin is
    worth at most as much as knowing t, so the binning errs low; the maximum over noisy means errs high, which
    `in_sample_usd` shows and `value_usd` avoids: choosing on some paths and judging on others errs low.
    An effect is drawn by itself, so only the sets of its own block are averaged by bin; the other blocks enter by
    their means over all paths.

    References
    ----------
    .. [1] A. Brennan, S. Kharroubi, A. O'Hagan and J. Chilcott (2007), Calculating partial expected value of perfect
       information via Monte Carlo sampling algorithms, Medical Decision Making 27(4),
       doi:10.1177/0272989X07302555.

    Examples
    --------
    An effect that is certain teaches nothing, and where seats pay on every path there is nothing to learn at all.

    >>> from optimization import sample_case, value_all_blocks
    >>> value = information_value(value_all_blocks(sample_case()), willingness_to_pay_usd=20)
    >>> value.effects[0].n_bins, value.effects[0].value_usd, value.everything_usd
    (1, 0.0, 0.0)
    """
    worth = worth_of_sets(values, budget_usd=budget_usd, willingness_to_pay_usd=willingness_to_pay_usd)
    known = value_of_knowing_everything(worth)
    spread = Z80 * _standard_error(known)
    return InformationValue(
        effects=tuple(_of_effect(values, worth, index) for index in range(len(values.case.size))),
        everything_usd=float(known.mean()),
        everything_low_usd=max(0.0, float(known.mean() - spread)),
        everything_high_usd=float(known.mean() + spread),
        every_set_valued=values.is_complete,
    )


def value_of_knowing_everything(worth: SetWorth) -> FloatArray:
    """What the best set of each path is worth beyond the set that is best on the mean of all.

    Parameters
    ----------
    worth
        Of every set on every path.

    Returns
    -------
    ndarray of shape (n_paths,)
        Its mean is the expected value of perfect information, 0 or more; single paths are 0 or more too. [USD]
    """
    by_path = worth.best()
    overall = worth.best([one.mean(axis=1, keepdims=True) for one in worth.worth])
    return np.asarray(np.maximum(worth.at(by_path) - worth.on_paths(overall[0]), 0.0))


def bins_of(size: ArrayLike, *, n_bins: int = BINS) -> IndexArray:
    """Bins of the size of an effect: failure by itself, the rest in equal numbers.

    Parameters
    ----------
    size : array_like of shape (n_paths,)
        Drawn size; 0 where the request fails. [unit of the effect]
    n_bins : int
        Bins of the paths on which it works; fewer where there are not ten paths for each. [-]

    Returns
    -------
    ndarray of int of shape (n_paths,)
        Labels from 0 on; equal sizes are in one bin.

    Examples
    --------
    >>> bins_of(np.repeat([0.0, 4.0, 5.0], 20), n_bins=2).tolist() == [0] * 20 + [1] * 20 + [2] * 20
    True
    >>> bins_of([3.0, 3.0, 3.0])
    array([0, 0, 0])
    """
    sizes = np.asarray(size, dtype=np.float64)
    works = sizes != 0
    label = np.zeros(sizes.shape, dtype=np.intp)
    n_bins = max(1, min(n_bins, int(works.sum()) // LEAST_PATHS_A_BIN))
    if works.any():
        edges = np.quantile(sizes[works], np.arange(1, n_bins) / n_bins)
        label[works] = 1 + np.searchsorted(edges, sizes[works], side="left")
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.intp)


def partial_information(worth_usd: ArrayLike, label: ArrayLike) -> tuple[FloatArray, float]:
    """Value of knowing the bin of a path before one of several sets is chosen.

    Parameters
    ----------
    worth_usd : array_like of shape (n_sets, n_paths)
        Net benefit of each set on each path. [USD]
    label : array_like of int of shape (n_paths,)
        Bin of each path, from 0 on.

    Returns
    -------
    gain : ndarray of shape (n_paths,)
        On each path, the set that is best in its bin against the set that is best overall, both chosen without the
        fifth of the paths that this one belongs to. Single paths may lose. [USD]
    in_sample : float
        Mean over bins of the best, less the best of means, all paths in both: never below 0. [USD]

    Examples
    --------
    Two sets, each better in one half of the world by 8 USD: knowing the half is worth 4.

    >>> worth = np.tile([[8.0, 0.0], [0.0, 8.0]], 50)
    >>> gain, in_sample = partial_information(worth, np.tile([0, 1], 50))
    >>> float(gain.mean()), in_sample
    (4.0, 4.0)
    """
    table, bins = np.asarray(worth_usd, dtype=np.float64), np.asarray(label, dtype=np.intp)
    n_paths, n_bins = len(bins), int(bins.max()) + 1
    member = (bins[:, None] == np.arange(n_bins)).astype(np.float64)
    by_bin = table @ member
    in_sample = float(by_bin.max(axis=0).sum() - by_bin.sum(axis=1).max()) / n_paths
    # Folds cut across bins, so that every fold knows every bin.
    fold = np.empty(n_paths, dtype=np.intp)
    fold[np.argsort(bins, kind="stable")] = np.arange(n_paths) % FOLDS
    gain = np.empty(n_paths)
    for judged in (fold == one for one in range(min(FOLDS, n_paths))):
        untold = np.argmax(table @ (~judged).astype(np.float64))
        told = np.argmax(table @ (member * ~judged[:, None]), axis=0)
        # Nothing is learnt about a bin that has no path outside the fold.
        told[(member * ~judged[:, None]).sum(axis=0) == 0] = untold
        gain[judged] = table[told[bins[judged]], np.flatnonzero(judged)] - table[untold, judged]
    return gain, max(0.0, in_sample)


def _of_effect(values: SetValues, worth: SetWorth, index: int) -> EffectInformation:
    """Value of knowing one effect, from the sets of its own block, each with the best that the others then can do."""
    row, effect = values.case.effects[index]
    own = next(block for block, one in enumerate(values.blocks) if row in one.block.requests)
    rest = _best_of_others(worth, own)
    allowed = np.isfinite(rest)
    label = bins_of(values.case.size[index])
    gain, in_sample = partial_information(worth.worth[own][allowed] + rest[allowed, None], label)
    mean, spread = float(gain.mean()), Z80 * _standard_error(gain)
    where = ", ".join([effect.team] if effect.team else effect.queues)
    return EffectInformation(
        request=values.case.requests[row].name,
        effect=f"{effect.kind} of {where}",
        value_usd=max(0.0, mean),
        low_usd=max(0.0, mean - spread),
        high_usd=max(0.0, mean + spread),
        in_sample_usd=in_sample,
        n_bins=int(label.max()) + 1,
    )


def _best_of_others(worth: SetWorth, own: int) -> FloatArray:
    """Best mean worth of the other blocks within what each set of one block leaves of the budget; -inf if none."""
    left = np.round(100 * worth.budget_usd - worth.cost_cents[own], 4)
    others = [
        (cost, np.round(one.mean(axis=1), DECIMALS))
        for block, (cost, one) in enumerate(zip(worth.cost_cents, worth.worth, strict=True))
        if block != own
    ]
    if not others:
        return np.where(left >= 0, 0.0, -np.inf)
    front = merge_fronts(others)
    place = np.searchsorted(front.cost, left, side="right") - 1
    return np.where(place >= 0, front.value[np.maximum(place, 0)], -np.inf)


def _standard_error(value: FloatArray) -> float:
    return float(value.std(ddof=1) / np.sqrt(len(value))) if len(value) > 1 else 0.0
