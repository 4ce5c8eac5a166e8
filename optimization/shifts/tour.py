"""A week of work of one head: days, start, length and breaks, and what it costs."""

from dataclasses import dataclass

from capacity import Shift


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A break of a shift, placed anew each day within a window.

    Attributes
    ----------
    hours
        Length. [h]
    earliest_hours, latest_hours
        When it may begin, after the start of the shift. [h]
    paid
        Whether its time is paid.

    Raises
    ------
    ValueError
        If the length is not above 0 or the window not in order.

    Examples
    --------
    >>> Break(hours=0.5, earliest_hours=3.5, latest_hours=4.5).paid
    False
    """

    hours: float
    earliest_hours: float
    latest_hours: float
    paid: bool = False

    def __post_init__(self) -> None:
        if not 0.0 < self.hours < 24.0:
            raise ValueError(f"hours of a break must lie above 0 and below 24; found {self.hours!r}")
        if not 0.0 <= self.earliest_hours <= self.latest_hours < 24.0:
            raise ValueError(
                "earliest_hours and latest_hours of a break must be in order, from 0 to below 24; found "
                f"{self.earliest_hours!r} and {self.latest_hours!r}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tour:
    """What one head works in a week: the same shift on some days.

    Attributes
    ----------
    days
        Days on which the shift begins, 0 for Monday to 6 for Sunday; the others are off.
    start_hour
        Local time at which it begins. [h]
    hours
        From start to end, breaks included. [h]
    cost_usd
        Of one head on it for a week. [USD/week]
    breaks
        In order, none beginning before the one before it has surely ended.

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> lunch = Break(hours=0.5, earliest_hours=3.5, latest_hours=4.5)
    >>> early = Tour(days=range(5), start_hour=6, hours=8.5, cost_usd=1400, breaks=(lunch,))
    >>> early.paid_hours, early.shift(heads=3).heads
    (40.0, 3)
    """

    days: tuple[int, ...]
    start_hour: float
    hours: float
    cost_usd: float
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", tuple(self.days))
        object.__setattr__(self, "breaks", tuple(self.breaks))
        self.shift()  # checks days, start and length
        if not 0.0 < self.cost_usd < float("inf"):
            raise ValueError(f"cost_usd of a tour must be above 0; found {self.cost_usd!r}")
        end = 0.0
        for pause in self.breaks:
            if pause.earliest_hours < end:
                raise ValueError(
                    "breaks of a tour must not overlap: each begins when the one before has surely ended, here after "
                    f"{end:g} h; found earliest_hours {pause.earliest_hours:g}"
                )
            end = pause.latest_hours + pause.hours
        if end > self.hours:
            raise ValueError(
                f"breaks of a tour must end within its {self.hours:g} hours; the last may end after {end:g}. "
                "Lower latest_hours or lengthen the shift"
            )
        if end and sum(pause.hours for pause in self.breaks) >= self.hours:
            raise ValueError(f"breaks of a tour must leave time to work; found {self.breaks} in {self.hours:g} hours")

    @property
    def paid_hours(self) -> float:
        """Paid hours of the week [h/week]."""
        unpaid = sum(pause.hours for pause in self.breaks if not pause.paid)
        return len(self.days) * (self.hours - unpaid)

    def shift(self, heads: float = 1.0) -> Shift:
        """Return the shift of some heads on this tour, breaks left out of account.

        Parameters
        ----------
        heads : float
            On it. [heads]

        Returns
        -------
        capacity.Shift
        """
        return Shift(days=self.days, start_hour=self.start_hour, hours=self.hours, heads=heads)
