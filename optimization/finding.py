"""What a check of a request found: a code, how much it matters, the figures, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


class FindingCode(StrEnum):
    """What is the matter; the text of each member explains it."""

    OVERSIZED = "oversized"
    """Fewer heads or seats than asked do for the targets what all of them do."""
    UNDERSIZED = "undersized"
    """Even all heads or seats asked leave a target of their queues below the probability wanted."""
    DOUBLE_COUNTING = "double_counting"
    """Two requests together are worth clearly less than the sum of each by itself: they claim the same items."""
    NO_GAP = "no_gap"
    """It acts on queues that meet their targets without it."""
    OVERCLAIMED = "overclaimed"
    """The benefit claimed is clearly larger than the one computed."""
    UNDERCLAIMED = "underclaimed"
    """The benefit claimed is clearly smaller than the one computed."""
    STARTS_TOO_LATE = "starts_too_late"
    """It starts after the plan, or so late that it changes nothing although an earlier start would."""
    LEAD_TIME = "lead_time"
    """It asks for heads or seats before the team can have them."""
    COST_PER_HEAD = "cost_per_head"
    """Its weekly cost of a head is out of line with what a head of that team costs."""
    RAMP_OUTLASTS_PLAN = "ramp_outlasts_plan"
    """It is still growing when the plan, or the request, ends: part of what is paid for is not there yet."""
    BEFORE_ITS_NEEDS = "before_its_needs"
    """It starts before a request that it needs."""


class Severity(StrEnum):
    """How much a finding matters."""

    SERIOUS = "serious"
    """The ask should not be decided on as it stands."""
    WARNING = "warning"
    """The ask can be decided on, but its size, timing or claim should be talked about."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding about one request.

    Attributes
    ----------
    code, severity
        What, and how much it matters.
    request
        Name of the request.
    figures
        The numbers behind it, by a name that carries the unit.
    sentence
        The finding in words, with its numbers.

    Examples
    --------
    >>> found = Finding(code="lead_time", severity="warning", request="seats", figures={"asked_week": 1},
    ...                 sentence="Asks for seats from week 1, but the team needs 3 weeks.")
    >>> found.code is FindingCode.LEAD_TIME, str(found)
    (True, 'seats: Asks for seats from week 1, but the team needs 3 weeks.')
    """

    code: FindingCode
    severity: Severity
    request: str
    figures: Mapping[str, float]
    sentence: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", FindingCode(self.code))
        object.__setattr__(self, "severity", Severity(self.severity))

    def __str__(self) -> str:
        return f"{self.request}: {self.sentence}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestFindings:
    """Findings about all requests, as `check_requests` gives them.

    Attributes
    ----------
    findings
        In the order of the requests, serious ones first within each.

    Examples
    --------
    >>> found = Finding(code="lead_time", severity="warning", request="seats", figures={"asked_week": 1},
    ...                 sentence="Asks for seats from week 1, but the team needs 3 weeks.")
    >>> findings = RequestFindings(findings=(found,))
    >>> len(findings.of("seats")), len(findings.of("tool")), findings.to_frame()["figures"].tolist()
    (1, 0, ['asked_week 1'])
    """

    findings: tuple[Finding, ...]

    def of(self, request: str) -> tuple[Finding, ...]:
        """Return the findings about one request."""
        return tuple(finding for finding in self.findings if finding.request == request)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finding; the figures are one text, name by name."""
        return pd.DataFrame(
            {
                "request": [finding.request for finding in self.findings],
                "severity": [str(finding.severity) for finding in self.findings],
                "code": [str(finding.code) for finding in self.findings],
                "finding": [finding.sentence for finding in self.findings],
                "figures": [
                    "; ".join(f"{name} {figure:.6g}" for name, figure in finding.figures.items())
                    for finding in self.findings
                ],
            }
        )
