"""Streams of items that need a human decision, and the service they are promised."""

from dataclasses import dataclass

# Within this many handling times, or hours, what chance does inside an hour makes items late; beyond both only the
# backlog does. (`docs/explanation/which-model.md` measures both models against the simulation on either side.)
LIVE_HANDLE_TIMES = 50.0
LIVE_HOURS = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceTarget:
    """At least a share of items decided within some hours of arrival.

    Attributes
    ----------
    share
        Between 0 and 1. [-]
    within_hours
        Elapsed time from arrival to decision. [h]

    Raises
    ------
    ValueError
        If the share lies outside 0-1 or the hours are not above 0.

    Examples
    --------
    >>> ServiceTarget(share=0.9, within_hours=24)
    ServiceTarget(share=0.9, within_hours=24)
    """

    share: float
    within_hours: float

    def __post_init__(self) -> None:
        if not 0.0 < self.share <= 1.0:
            raise ValueError(f"share must lie above 0 and up to 1 (write 0.95 for 95%); found {self.share!r}")
        if not 0.0 < self.within_hours < float("inf"):
            raise ValueError(f"within_hours must be above 0; found {self.within_hours!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewQueue:
    """One stream of items: how long a review takes, what was promised, and what already waits.

    Attributes
    ----------
    name
        As in the volume history.
    handle_minutes, handle_cv
        Mean productive minutes of one review, and their standard deviation over that mean: 1 for exponential
        times, 0 where every review takes the same. [min], [-]
    target
        What was promised.
    severity
        Harm of one late item relative to the others; weighs the queue in sums over queues. [-]
    reviews_per_item
        Human looks at one item, such as 3 for labelling by consensus. [-]
    qa_share, qa_ratio
        Share of items reviewed again for quality, and the minutes of that relative to a review. [-]
    rework_share
        Share of decisions that come back and are done again. [-]
    backlog_items
        Items waiting when the plan starts. [items]
    backlog_age_hours
        Age of the oldest of them; ages are taken as even from 0 to this. [h]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> labels = ReviewQueue(name="labels", handle_minutes=2, reviews_per_item=3, rework_share=0.2,
    ...                      target=ServiceTarget(share=0.95, within_hours=72))
    >>> round(labels.work_hours_per_item, 3), labels.is_live
    (0.125, False)
    """

    name: str
    handle_minutes: float
    target: ServiceTarget
    handle_cv: float = 1.0
    severity: float = 1.0
    reviews_per_item: float = 1.0
    qa_share: float = 0.0
    qa_ratio: float = 1.0
    rework_share: float = 0.0
    backlog_items: float = 0.0
    backlog_age_hours: float = 0.0

    def __post_init__(self) -> None:
        rules = {
            "name": (isinstance(self.name, str) and bool(self.name.strip()), "be a text"),
            "target": (isinstance(self.target, ServiceTarget), "be a ServiceTarget"),
            "handle_minutes": (0.0 < self.handle_minutes < 24 * 60, "lie above 0 and below 1,440 minutes"),
            "handle_cv": (0.0 <= self.handle_cv <= 10.0, "lie between 0 and 10"),
            "severity": (0.0 <= self.severity < float("inf"), "be 0 or more"),
            "reviews_per_item": (1.0 <= self.reviews_per_item < 100, "be at least 1"),
            "qa_share": (0.0 <= self.qa_share <= 1.0, "lie between 0 and 1"),
            "qa_ratio": (0.0 <= self.qa_ratio < float("inf"), "be 0 or more"),
            "rework_share": (0.0 <= self.rework_share < 1.0, "lie between 0 and 1, below 1"),
            "backlog_items": (0.0 <= self.backlog_items < float("inf"), "be 0 or more"),
            "backlog_age_hours": (0.0 <= self.backlog_age_hours < float("inf"), "be 0 or more"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of queue {self.name!r} must {rule}; found {getattr(self, field)!r}")
        if self.backlog_items > 0 and self.backlog_age_hours == 0:
            raise ValueError(f"backlog_age_hours of queue {self.name!r} must be above 0 where items wait; found 0")

    @property
    def work_hours_per_item(self) -> float:
        """Productive hours that one item takes in all: reviews, quality checks and rework [h]."""
        reviews = self.reviews_per_item * self.handle_minutes / 60.0
        return reviews * (1.0 + self.qa_share * self.qa_ratio) / (1.0 - self.rework_share)

    @property
    def is_live(self) -> bool:
        """Whether the target is so short that chance within an hour decides: up to 50 handling times, or below 4 h."""
        hours = self.target.within_hours
        return hours * 60.0 <= LIVE_HANDLE_TIMES * self.handle_minutes or hours < LIVE_HOURS
