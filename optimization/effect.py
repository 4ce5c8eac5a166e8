"""What a request changes: heads, hours, handling time, volume, shrinkage, skill or quality, by how much and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class EffectKind(StrEnum):
    """What an effect changes, and the unit of its size.

    Examples
    --------
    A tool that takes a tenth off the handling time of a queue:

    >>> tool = Effect(kind="handle_time", queues=("ads",), low=-0.1, mode=-0.1, high=-0.1)
    >>> tool.kind is EffectKind.HANDLE_TIME
    True
    """

    HEADS = "heads"
    """In-house heads added to a team; they arrive after its lead time, ramp and leave as its others do. [heads]"""
    SEATS = "seats"
    """Vendor seats added to a team: the vendor fills them, so that nobody leaves. [seats]"""
    OVERTIME_HOURS = "overtime_hours"
    """Hours of review added to a team in a week. [h/week]"""
    HANDLE_TIME = "handle_time"
    """Relative change of the handling time of queues: -0.1 for a tenth less. [-]"""
    VOLUME = "volume"
    """Relative change of the volume of queues: -0.12 for a deflection of 12%, 0.2 for a new product. [-]"""
    SHRINKAGE = "shrinkage"
    """Change of the shrinkage of a team: -0.03 for three points less. [-]"""
    SKILL = "skill"
    """A team learns queues; the size is the standard work it then does per hour. [-]"""
    QUALITY = "quality"
    """Change of the rework share of queues: -0.02 for two points less. [-]"""


OF_TEAMS = frozenset({EffectKind.HEADS, EffectKind.SEATS, EffectKind.OVERTIME_HOURS, EffectKind.SHRINKAGE})
OF_QUEUES = frozenset({EffectKind.HANDLE_TIME, EffectKind.VOLUME, EffectKind.QUALITY})
COUNTED = frozenset({EffectKind.HEADS, EffectKind.SEATS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One change that a request makes.

    Attributes
    ----------
    kind
        What changes; see `EffectKind` for the unit of the size.
    team
        The team that it touches, for heads, seats, overtime, shrinkage and skill.
    queues
        The queues that it touches, for handling time, volume, quality and skill.
    low, mode, high
        Size as a triangular distribution; equal where it is certain.

    Raises
    ------
    ValueError
        If the range is out of order, or team or queues are missing or do not belong to the kind.

    Examples
    --------
    >>> Effect(kind="volume", queues=("listings",), low=-0.15, mode=-0.12, high=-0.09).is_certain
    False
    """

    kind: EffectKind
    low: float
    mode: float
    high: float
    team: str | None = None
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", EffectKind(self.kind))
        if is_one_name(self.queues):
            raise ValueError(f"queues must be a tuple of names, such as ({self.queues!r},); found {self.queues!r}")
        if not -np.inf < self.low <= self.mode <= self.high < np.inf:
            raise ValueError(f"the range must be low <= mode <= high; found {self.low}, {self.mode}, {self.high}")
        if (self.kind in OF_TEAMS or self.kind is EffectKind.SKILL) != bool(self.team):
            raise ValueError(
                f"an effect of kind {self.kind} must {'not ' if self.team else ''}name a team; found {self.team!r}"
            )
        if (self.kind in OF_QUEUES or self.kind is EffectKind.SKILL) != bool(self.queues):
            raise ValueError(
                f"an effect of kind {self.kind} must {'not ' if self.queues else ''}name queues; found {self.queues}"
            )
        smallest = -1.0 if self.kind in OF_QUEUES or self.kind is EffectKind.SHRINKAGE else 0.0
        # All of a volume may go; nothing else can be reduced to nothing.
        if self.low < smallest or (self.low == smallest and self.kind is not EffectKind.VOLUME):
            raise ValueError(f"the size of {self.kind} must lie above {smallest:g}; found {self.low:g}")
        if self.kind is EffectKind.SHRINKAGE and not self.high < 1.0:
            raise ValueError(f"the size of shrinkage is a share of paid time, below 1; found {self.high:g}")

    @property
    def is_certain(self) -> bool:
        """Whether the size is one value, not a range."""
        return self.low == self.high

    @property
    def mean(self) -> float:
        """Mean of the triangular distribution [unit of the kind]."""
        return (self.low + self.mode + self.high) / 3.0


def is_one_name(names: Sequence[str]) -> bool:
    """Whether a name stands where names are wanted: it would be taken for the letters that it is made of."""
    return isinstance(names, str)
