"""Overtime: how much of what is asked the caps allow, and what it costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class OvertimeRule:
    """What a team may work beyond its paid hours.

    Attributes
    ----------
    most_hours_per_head_week
        Most overtime of a head in one week. [h/week]
    window_weeks, most_hours_per_head_window
        Most overtime of a head in any `window_weeks` weeks in a row, such as a legal limit on the average; None for
        no such limit. [weeks], [h]
    pay_multiple
        Pay of an hour relative to a normal one: 1.5 for time and a half. [-]
    shrinkage
        Share of overtime not spent on reviews; None for the shrinkage of the week. [-]
    efficiency
        Output of an hour relative to a normal one; below 1 where people tire. [-]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> OvertimeRule(most_hours_per_head_week=8).pay_multiple
    1.5
    """

    most_hours_per_head_week: float
    window_weeks: int = 1
    most_hours_per_head_window: float | None = None
    pay_multiple: float = 1.5
    shrinkage: float | None = None
    efficiency: float = 1.0

    def __post_init__(self) -> None:
        window = self.most_hours_per_head_window
        rules = {
            "most_hours_per_head_week": (0.0 <= self.most_hours_per_head_week <= 80.0, "lie between 0 and 80"),
            "window_weeks": (
                self.window_weeks >= 1 and self.window_weeks == int(self.window_weeks),
                "be a whole number, 1 or more",
            ),
            "most_hours_per_head_window": (window is None or 0.0 <= window < float("inf"), "be 0 or more, or None"),
            "pay_multiple": (0.0 <= self.pay_multiple <= 10.0, "lie between 0 and 10"),
            "shrinkage": (self.shrinkage is None or 0.0 <= self.shrinkage <= 1.0, "lie between 0 and 1, or be None"),
            "efficiency": (0.0 < self.efficiency <= 1.0, "lie above 0 and up to 1"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of an overtime rule must {rule}; found {getattr(self, field)!r}")


def overtime_hours(asked_hours: ArrayLike, heads: ArrayLike, rule: OvertimeRule) -> FloatArray:
    """Paid overtime that is worked: what is asked, as far as the caps allow, the earliest weeks first.

    Parameters
    ----------
    asked_hours : array_like of shape (..., n_weeks)
        Paid overtime asked of the team in each week. [h]
    heads : array_like of shape (..., n_weeks)
        Heads there. [heads]
    rule
        Its caps.

    Returns
    -------
    ndarray of shape (..., n_weeks)
        [h]

    Raises
    ------
    ValueError
        If an argument is negative or not finite.

    Notes
    -----
    All heads work the same overtime. A head's window looks back only to the start of the plan.

    Examples
    --------
    Ten heads may work 8 hours in a week and 20 in any three:

    >>> rule = OvertimeRule(most_hours_per_head_week=8, window_weeks=3, most_hours_per_head_window=20)
    >>> overtime_hours([100, 50, 100, 100], [10, 10, 10, 10], rule)
    array([80., 50., 70., 80.])
    """
    asked, there = np.broadcast_arrays(checked("asked_hours", asked_hours), checked("heads", heads))
    wanted = np.divide(asked, there, out=np.zeros(asked.shape), where=there > 0)
    per_head = np.minimum(wanted, rule.most_hours_per_head_week)
    if rule.most_hours_per_head_window is not None:
        for week in range(per_head.shape[-1]):
            earlier = per_head[..., max(0, week - rule.window_weeks + 1) : week].sum(axis=-1)
            room = np.maximum(rule.most_hours_per_head_window - earlier, 0.0)
            per_head[..., week] = np.minimum(per_head[..., week], room)
    return np.asarray(np.where(per_head < wanted, per_head * there, np.where(there > 0, asked, 0.0)))


def overtime_cost_usd(hours: ArrayLike, hourly_usd: ArrayLike, rule: OvertimeRule) -> FloatArray:
    """Cost of overtime, its premium included.

    Parameters
    ----------
    hours : array_like of shape (...)
        Paid overtime. [h]
    hourly_usd : array_like of shape (...)
        Cost of a normal hour. [USD/h]
    rule
        Its pay.

    Returns
    -------
    ndarray of shape (...)
        [USD]

    Raises
    ------
    ValueError
        If an argument is negative or not finite.

    Examples
    --------
    >>> overtime_cost_usd([10.0], 20.0, OvertimeRule(most_hours_per_head_week=8))
    array([300.])
    """
    return np.asarray(checked("hours", hours) * checked("hourly_usd", hourly_usd) * rule.pay_multiple)
