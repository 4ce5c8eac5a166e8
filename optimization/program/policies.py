"""Rules that a plan keeps beyond its teams: sites, vendors, occupancy, wellness and budgets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from capacity import WellnessCap


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """A rule of `Policies`: the most that some teams may cost in some weeks.

    Attributes
    ----------
    name
        What a message calls it.
    usd
        Most that is spent. [USD]
    cost_centre
        Whose teams pay; None for all.
    first_week, last_week
        Weeks that count, both included; None for up to the end of the plan. [-]

    Raises
    ------
    ValueError
        If the amount is negative or the weeks are out of order.

    Examples
    --------
    Half a million for the teams of one cost centre in the first six weeks:

    >>> Budget(name="vendors", usd=500_000, cost_centre="4100", last_week=5).first_week
    0
    """

    name: str
    usd: float
    cost_centre: str | None = None
    first_week: int = 0
    last_week: int | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.usd < float("inf"):
            raise ValueError(f"usd of budget {self.name!r} must be 0 or more; found {self.usd!r}")
        last = self.first_week if self.last_week is None else self.last_week
        if not 0 <= self.first_week <= last:
            raise ValueError(
                f"first_week and last_week of budget {self.name!r} must be 0 or more and in order; "
                f"found {self.first_week!r} and {self.last_week!r}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class SeveralSites:
    """A rule of `Policies`: a critical queue is served from several sites, each with a part of it.

    Attributes
    ----------
    queue
        Which.
    sites
        At least so many. [sites]
    least_share
        Part of the queue's work that each of them does in every week. [-]

    Raises
    ------
    ValueError
        If fewer than two sites are asked or they cannot each have that share.

    Examples
    --------
    Three sites, each with at least a fifth of the work; three of four tenths would be more than all of it.

    >>> SeveralSites(queue="hate", sites=3, least_share=0.2).sites
    3
    >>> SeveralSites(queue="hate", sites=3, least_share=0.4)
    Traceback (most recent call last):
        ...
    ValueError: least_share for queue 'hate' must lie above 0 and up to 1/3; found 0.4
    """

    queue: str
    sites: int = 2
    least_share: float = 0.1

    def __post_init__(self) -> None:
        if self.sites < 2:
            raise ValueError(f"sites for queue {self.queue!r} must be 2 or more; found {self.sites!r}")
        if not 0.0 < self.least_share * self.sites <= 1.0:
            raise ValueError(
                f"least_share for queue {self.queue!r} must lie above 0 and up to 1/{self.sites}; "
                f"found {self.least_share!r}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorShare:
    """A rule of `Policies`: the most of the work that the teams of one site, or all vendors, may do.

    Attributes
    ----------
    most_share
        Part of the work of every week. [-]
    site
        Whose teams; None for the vendor teams of all sites.

    Raises
    ------
    ValueError
        If the share lies outside 0-1.

    Examples
    --------
    Vendors may do at most 60% of the work, and whoever works in Manila at most half.

    >>> [rule.site for rule in (VendorShare(most_share=0.6), VendorShare(most_share=0.5, site="Manila"))]
    [None, 'Manila']
    """

    most_share: float
    site: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.most_share <= 1.0:
            raise ValueError(f"most_share of a vendor share must lie between 0 and 1; found {self.most_share!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policies:
    """Rules that a staffing plan keeps beyond its teams' own: sites, vendors, wellness, budgets; none by default.

    Attributes
    ----------
    site_seats
        Most heads at each site in every week, by name of the site. [heads]
    wellness_caps
        Most hours that a head spends on graphic queues.
    budgets
        By period and cost centre.
    several_sites, vendor_shares
        See their records.
    least_occupancy
        Part of every team's hours that the expected work must fill in every week; 0 for no such rule. [-]

    Raises
    ------
    ValueError
        If the occupancy lies outside 0-1 or a number of seats is negative.

    Examples
    --------
    >>> rules = Policies(site_seats={"Manila": 40}, vendor_shares=(VendorShare(most_share=0.6),))
    >>> rules.budgets, rules.least_occupancy
    ((), 0.0)
    """

    site_seats: Mapping[str, float] = field(default_factory=dict)
    wellness_caps: tuple[WellnessCap, ...] = ()
    budgets: tuple[Budget, ...] = ()
    several_sites: tuple[SeveralSites, ...] = ()
    vendor_shares: tuple[VendorShare, ...] = ()
    least_occupancy: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.least_occupancy < 1.0:
            raise ValueError(f"least_occupancy must lie from 0 to below 1; found {self.least_occupancy!r}")
        wrong = {site: seats for site, seats in self.site_seats.items() if not 0.0 <= seats < float("inf")}
        if wrong:
            raise ValueError(f"site_seats must be 0 or more; found {wrong}")
