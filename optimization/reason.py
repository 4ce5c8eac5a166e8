"""The verdict on a request and its reasons in words, written from the figures that it rests on."""

from dataclasses import dataclass
from enum import StrEnum

from forecasting.charts.chart_style import money, percent, points
from optimization.validated_size import ValidatedSize


class Verdict(StrEnum):
    """What to do with a request: fund, trim, defer or reject it.

    Examples
    --------
    >>> Verdict("trim") is Verdict.TRIM
    True
    >>> [verdict.value for verdict in Verdict]
    ['fund', 'trim', 'defer', 'reject']
    """

    FUND = "fund"
    TRIM = "trim"
    DEFER = "defer"
    REJECT = "reject"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonFacts:
    """The figures that a reason is written from.

    Attributes
    ----------
    gain
        Change of the on-time share, added to the rest of the recommended set. [-]
    avoided
        Late items that go with it. [items]
    cost_per_item
        Cost over late items avoided; None where none are. [USD/item]
    worth
        Late harm avoided at the willingness to pay; None without one. [USD]
    cost
        Cost that goes with the change. [USD]
    over_budget
        Whether the budget has no room for it beside the recommended set.
    share
        Share that is funded. [-]
    mandatory, possible
        Whether it must be funded, and whether any feasible set holds it.
    needs, instead_of, taken_along, excluded_by_mandatory
        Names of the requests that it needs, pushes out, keeps in, and cannot stand beside.
    counted
        What its size is counted in: "heads" or "seats".
    """

    gain: float
    avoided: float
    cost_per_item: float | None
    worth: float | None
    cost: float
    over_budget: bool
    share: float
    mandatory: bool
    possible: bool
    needs: tuple[str, ...]
    instead_of: tuple[str, ...]
    taken_along: tuple[str, ...]
    excluded_by_mandatory: tuple[str, ...]
    counted: str


def reason_in_words(verdict: Verdict, facts: ReasonFacts, size: ValidatedSize | None, probability: float) -> str:
    """Say why, with the figures.

    Parameters
    ----------
    verdict
        What to do with the request.
    facts
        The figures.
    size
        Heads asked and needed; None where nothing is counted in heads.
    probability : float
        With which targets are to be met. [-]

    Returns
    -------
    str
        A few sentences.
    """
    if not facts.possible:
        return _impossible(facts)
    items = f"{abs(facts.avoided):,.0f} {'fewer' if facts.avoided >= 0 else 'more'} late items"
    effect = (
        f"{points(facts.gain)} of on-time share ({items if abs(facts.avoided) >= 0.5 else 'no late items avoided'})"
    )
    sentences = ["Mandatory."] if facts.mandatory else []
    if verdict in (Verdict.FUND, Verdict.TRIM):
        along = f" with {_names(facts.taken_along)}, which cannot do without it," if facts.taken_along else ""
        sentences.append(f"Added to the rest of the plan, it gives{along} {effect}.")
    elif facts.instead_of:
        sentences.append(f"In place of {_names(facts.instead_of)}, which it excludes, it would give {effect}.")
    elif verdict is Verdict.REJECT:
        sentences.append(f"Added to the recommended set it does not help: {effect}.")
    else:
        sentences.append(f"Added to the recommended set it would give {effect}.")
    sentences += _money_sentence(verdict, facts)
    if verdict is Verdict.TRIM and facts.share < 1:
        amount = (
            f"{facts.share * size.asked:.0f} of {size.asked:.0f} {facts.counted}"
            if size
            else f"{facts.share:.0%} of it"
        )
        sentences.append(f"Fund {amount}: the rest does less for its money.")
    if size is not None and verdict is not Verdict.REJECT:
        sentences.append(_size_sentence(size, facts.counted, probability))
    if facts.needs and verdict is not Verdict.REJECT:
        sentences.append(f"It needs {_names(facts.needs)}.")
    return " ".join(sentences)


def _names(requests: tuple[str, ...]) -> str:
    """Write names of requests as words, on one line."""
    return " and ".join(" ".join(name.replace("_", " ").split()) for name in requests)


def _impossible(facts: ReasonFacts) -> str:
    if facts.excluded_by_mandatory:
        names = _names(facts.excluded_by_mandatory)
        return f"It cannot be funded: it does not go together with {names}, which must be."
    return "It cannot be funded: what it needs and what is excluded contradict each other."


def _money_sentence(verdict: Verdict, facts: ReasonFacts) -> list[str]:
    """What the effect costs against what it is worth, and whether price or budget decides."""
    if facts.mandatory or facts.cost <= 0 or facts.gain <= 0:
        return []
    with_needs = f" together with {_names(facts.needs)}" if facts.needs and verdict is Verdict.DEFER else ""
    price = "" if facts.cost_per_item is None else f", {money(facts.cost_per_item)} a late item avoided"
    if facts.worth is None:
        room = " The budget has no room for it." if facts.over_budget and verdict is Verdict.DEFER else ""
        return [f"It costs {money(facts.cost)}{with_needs}{price}.{room}"]
    worth = f"worth {money(facts.worth)}"
    if verdict is Verdict.DEFER and facts.worth < facts.cost:
        return [f"Not worth its money: it costs {money(facts.cost)}{with_needs} and avoids lateness {worth}."]
    if verdict is Verdict.DEFER and facts.over_budget:
        return [
            f"It costs {money(facts.cost)}{with_needs} and avoids lateness {worth}, but the budget has no room for it."
        ]
    return [f"For {money(facts.cost)}{with_needs} it avoids lateness {worth}."]


def _size_sentence(size: ValidatedSize, counted: str, probability: float) -> str:
    wanted = percent(probability, 0)
    asked = f"{size.asked:.0f} {counted if size.asked != 1 else counted.removesuffix('s')}"
    met = f"the hardest target of its queues then has a chance of {percent(size.met_at_supported, 0)}"
    if size.supported == 0:
        return (
            f"The targets do not depend on its {asked}: without any, the hardest target of its "
            f"queues has a chance of {percent(size.met_without, 0)} ({wanted} wanted)."
        )
    if size.supported < size.asked:
        rest = f"the rest changes the on-time share of its queues by {points(size.share_of_last)}"
        return (
            f"For the targets alone, {size.supported:.0f} of {asked} would do as much as all of "
            f"them ({met}; {wanted} wanted); {rest}."
        )
    if size.met_at_supported < probability:
        return f"The targets need all of it ({asked}) and more: {met} ({wanted} wanted)."
    return f"The targets need all of it ({asked}): {met} ({wanted} wanted)."
