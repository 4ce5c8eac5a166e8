"""Which inputs move the verdict: the recommended set against its alternative with each input at its low and high."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.case import PlanningCase
from optimization.economics.candidate_sets import CandidateSets, CandidateValues
from optimization.economics.changed_inputs import (
    first_paths,
    with_attrition,
    with_effect_size,
    with_handle_times,
    with_success,
    with_volumes,
)
from optimization.effect import EffectKind
from optimization.frontier import Frontier
from optimization.funded_sets import funded_names

FloatArray = NDArray[np.float64]

# Relative changes of inputs that are stated as one value.
VOLUME_CHANGE = 0.1
HANDLE_TIME_CHANGE = 0.1
COST_CHANGE = 0.1
WILLINGNESS_CHANGE = 0.25
ATTRITION_CHANGE = 0.5
# Every bar is valued anew; the first paths of the plan do for a comparison on the same paths.
PATHS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class TornadoBar:
    """What one input does to the advantage of the recommended set.

    Attributes
    ----------
    input
        In words.
    low_setting, high_setting
        The two values that it is given.
    low, high
        Advantage of the recommended set, kept as it is, over the alternative. [USD, or on-time share]
    low_instead, high_instead
        What would be recommended, where that is another set; None where the recommendation stands.

    Examples
    --------
    >>> bar = TornadoBar(input="volumes", low_setting="10% lower", high_setting="10% higher", low=400.0, high=-100.0,
    ...                  low_instead=None, high_instead=("seats",))
    >>> bar.swing, bar.high_instead is not None
    (500.0, True)
    """

    input: str
    low_setting: str
    high_setting: str
    low: float
    high: float
    low_instead: tuple[str, ...] | None
    high_instead: tuple[str, ...] | None

    @property
    def swing(self) -> float:
        """Distance between low and high [USD, or on-time share]."""
        return abs(self.high - self.low)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tornado:
    """Inputs by how much they move the advantage of the recommended set, most first.

    Attributes
    ----------
    bars
        One an input.
    advantage
        With every input as it is. [USD, or on-time share]
    in_usd
        Net benefit in USD where lateness has a price, else mean on-time share.
    recommended, alternative
        Names of what the two sets fund.
    n_paths
        Paths on which all was valued.

    Examples
    --------
    >>> bar = TornadoBar(input="volumes", low_setting="10% lower", high_setting="10% higher", low=400.0, high=-100.0,
    ...                  low_instead=None, high_instead=("seats",))
    >>> table = Tornado(bars=(bar,), advantage=150.0, in_usd=True, recommended=("seats", "tool"), alternative=(),
    ...                 n_paths=100).to_frame()
    >>> table[["input", "swing", "high_changes_recommendation"]].to_numpy().tolist()
    [['volumes', 500.0, True]]
    """

    bars: tuple[TornadoBar, ...]
    advantage: float
    in_usd: bool
    recommended: tuple[str, ...]
    alternative: tuple[str, ...]
    n_paths: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row an input: its settings, the advantage at either (`low_value`, `high_value`) and at the base.

        What would be recommended instead is blank where the recommendation stands.
        """
        return pd.DataFrame(
            {
                "input": [bar.input for bar in self.bars],
                "low_setting": [bar.low_setting for bar in self.bars],
                "high_setting": [bar.high_setting for bar in self.bars],
                "low_value": [bar.low for bar in self.bars],
                "high_value": [bar.high for bar in self.bars],
                "base": [self.advantage] * len(self.bars),
                "swing": [bar.swing for bar in self.bars],
                "low_changes_recommendation": [bar.low_instead is not None for bar in self.bars],
                "high_changes_recommendation": [bar.high_instead is not None for bar in self.bars],
                "low_recommends": ["; ".join(bar.low_instead or ()) for bar in self.bars],
                "high_recommends": ["; ".join(bar.high_instead or ()) for bar in self.bars],
                "unit": ["usd" if self.in_usd else "on_time_share"] * len(self.bars),
            }
        )


def tornado(frontier: Frontier, *, alternative: FloatArray | None = None, n_paths: int = PATHS) -> Tornado:
    """Move one input at a time and value the recommended set and its alternative again.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay.
    alternative : ndarray of shape (n_requests,), optional
        Share of each request that the set to compare with funds; the cheapest set of the frontier if None. [-]
    n_paths : int
        The first paths of the plan, on which all is valued; more are slower and steadier. [-]

    Returns
    -------
    Tornado
        Bars for: the size of each uncertain effect at the ends of its range, where the request works; each request
        that may fail, failing and working; volumes, handling times and costs 10% down and up; attrition 50% down
        and up, and willingness to pay 25%, where there is any.

    Raises
    ------
    ValueError
        If the alternative is not feasible, or there is no path.

    Notes
    -----
    One input moves at a time, the others stay [1]_. The recommendation changes if, of the ways in which the frontier's
    sets fund each block, others than on the same paths with every input as it is are best within the budget. Sets that
    are on no frontier are not looked at. The requirement, by which teams share their hours, moves in proportion to
    volumes and handling times.

    References
    ----------
    .. [1] T. G. Eschenbach (1992), Spiderplots versus tornado diagrams for sensitivity analysis, Interfaces 22(6),
       doi:10.1287/inte.22.6.40.

    Examples
    --------
    Costs of 2,700 USD that are 10% lower or higher move the advantage over doing nothing by twice 270 USD.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()), willingness_to_pay_usd=10)
    >>> bars = {bar.input: bar for bar in tornado(frontier).bars}
    >>> sorted(bars), round(bars["cost of requests"].swing, 2)
    (['cost of requests', 'handling times', 'volumes', 'willingness to pay'], 540.0)
    """
    values, case = frontier.values, frontier.values.case
    if n_paths < 1:
        raise ValueError(f"n_paths must be 1 or more; found {n_paths}")
    other = frontier.levels[0] if alternative is None else alternative
    if not values.is_feasible(other):
        raise ValueError(f"alternative must keep every dependency and level of the requests; found {other}")
    first = first_paths(case, n_paths)
    sets = CandidateSets(frontier, other)
    base = sets.valued(first)
    reference = sets.judged(base)
    bars = []
    for varied in _variations(first, base, sets):
        low, high = sets.judged(varied.low), sets.judged(varied.high)
        instead = [
            None if (one.best == reference.best).all() else funded_names(values.case, sets.levels_at(one.best))
            for one in (low, high)
        ]
        bars.append(
            TornadoBar(
                input=varied.input,
                low_setting=varied.labels[0],
                high_setting=varied.labels[1],
                low=low.advantage,
                high=high.advantage,
                low_instead=instead[0],
                high_instead=instead[1],
            )
        )
    return Tornado(
        bars=tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.input))),
        advantage=reference.advantage,
        in_usd=frontier.willingness_to_pay_usd is not None,
        recommended=funded_names(values.case, frontier.recommended.levels),
        alternative=funded_names(values.case, other),
        n_paths=first.forecast.n_paths,
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Variation:
    """One input, its low and high, and the candidates valued with it at either."""

    input: str
    labels: tuple[str, str]
    low: CandidateValues
    high: CandidateValues


def _variations(case: PlanningCase, base: CandidateValues, sets: CandidateSets) -> Iterator[_Variation]:
    """Each input in turn; only what depends on it is valued again."""
    for index, (row, effect) in enumerate(case.effects):
        if not effect.is_certain:
            cases = (with_effect_size(case, index, size) for size in (effect.low, effect.high))
            low, high = (sets.with_request(one, base, row) for one in cases)
            where = ", ".join([effect.team] if effect.team else effect.queues)
            name = f"{case.requests[row].name}: {effect.kind} of {where}"
            yield _Variation(
                input=name,
                labels=(_setting(effect.kind, effect.low), _setting(effect.kind, effect.high)),
                low=low,
                high=high,
            )
    for row, request in enumerate(case.requests):
        if request.success_probability < 1.0:
            cases = (with_success(case, row, works=works) for works in (False, True))
            low, high = (sets.with_request(one, base, row) for one in cases)
            yield _Variation(input=f"{request.name}: success", labels=("fails", "works"), low=low, high=high)
    changes = [("volumes", VOLUME_CHANGE, with_volumes), ("handling times", HANDLE_TIME_CHANGE, with_handle_times)]
    if any(team.weekly_attrition > 0 for team in case.teams):
        changes.append(("attrition", ATTRITION_CHANGE, with_attrition))
    for name, change, changed in changes:
        low, high = (sets.valued(changed(case, 1.0 + sign * change)) for sign in (-1.0, 1.0))
        yield _Variation(input=name, labels=_labels(change), low=low, high=high)
    low, high = (replace(base, cost_factor=1.0 + sign * COST_CHANGE) for sign in (-1.0, 1.0))
    yield _Variation(input="cost of requests", labels=_labels(COST_CHANGE), low=low, high=high)
    worth = base.willingness_to_pay_usd
    if worth is not None:
        low, high = (
            replace(base, willingness_to_pay_usd=worth * (1.0 + sign * WILLINGNESS_CHANGE)) for sign in (-1.0, 1.0)
        )
        yield _Variation(input="willingness to pay", labels=_labels(WILLINGNESS_CHANGE), low=low, high=high)


def _labels(change: float) -> tuple[str, str]:
    return f"{change:.0%} lower", f"{change:.0%} higher"


def _setting(kind: EffectKind, size: float) -> str:
    """Size of an effect with its unit, as a reader would say it."""
    match kind:
        case EffectKind.HANDLE_TIME | EffectKind.VOLUME:
            text = f"{100.0 * size:+.3g}%"
        case EffectKind.SHRINKAGE | EffectKind.QUALITY:
            text = f"{100.0 * size:+.3g} points"
        case EffectKind.OVERTIME_HOURS:
            text = f"{size:g} h a week"
        case EffectKind.HEADS | EffectKind.SEATS:
            text = f"{size:g} {kind}"
        case EffectKind.SKILL:
            text = f"{size:g}"
    # With a true minus sign: a text that begins with a hyphen or a plus is a formula to a spreadsheet.
    return text.replace("-", "\N{MINUS SIGN}").removeprefix("+")
