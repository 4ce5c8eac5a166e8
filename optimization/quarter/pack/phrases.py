"""How names, counts and lists read in a sentence."""

from collections.abc import Sequence

from optimization.effect import EffectKind
from optimization.quarter.plan import QuarterPlan
from optimization.request import OpexRequest


def in_words(name: str) -> str:
    """Write an identifier as words, on one line.

    Parameters
    ----------
    name : str
        Such as a queue or a request.

    Returns
    -------
    str

    Examples
    --------
    >>> in_words("hate_speech_en")
    'hate speech en'
    """
    return " ".join(name.replace("_", " ").split())


def counted(number: int, noun: str) -> str:
    """Write a number of things.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        What, in the singular, with a regular plural.

    Returns
    -------
    str

    Examples
    --------
    >>> counted(1, "request"), counted(1200, "queue")
    ('1 request', '1,200 queues')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(items: Sequence[str], *, most: int = 8) -> str:
    """Write several things one after the other; beyond some, only how many more there are.

    Parameters
    ----------
    items : sequence of str
        At least one.
    most : int
        Number that is written out.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b", "c", "d"], most=2)
    ('a', 'a, b and c', 'a, b and 2 more')
    """
    # Leaving one out saves nothing: its name is as short as "1 more".
    shown = list(items) if len(items) <= most + 1 else [*items[:most], f"{len(items) - most:,} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def funded_amount(request: OpexRequest, share: float) -> str:
    """Say how much of a request is funded in part: heads or seats where it asks for these, else a share.

    Parameters
    ----------
    request
        The ask.
    share : float
        Share that is funded. [-]

    Returns
    -------
    str

    Examples
    --------
    >>> from optimization.effect import Effect
    >>> seats = Effect(kind="seats", team="manila", low=40, mode=40, high=40)
    >>> funded_amount(OpexRequest(name="seats", title="40 seats", owner="Ops", effects=(seats,)), 0.675)
    '27 of 40 seats'
    """
    for kind in (EffectKind.SEATS, EffectKind.HEADS):
        asked = sum(effect.mode for effect in request.effects if effect.kind is kind)
        if asked > 0:
            return f"{share * asked:,.4g} of {asked:,.4g} {kind}"
    return f"{share:.0%} of it"


def readable(plan: QuarterPlan, sentence: str) -> str:
    """Write the names of queues, teams and requests in a sentence as words.

    Parameters
    ----------
    plan
        Whose names they are.
    sentence
        Such as a reason or a finding.

    Returns
    -------
    str
    """
    case = plan.values.case
    names = sorted({one.name for group in (case.queues, case.teams, case.requests) for one in group}, key=len)
    for name in reversed(names):
        if "_" in name:
            sentence = sentence.replace(name, in_words(name))
    return sentence
