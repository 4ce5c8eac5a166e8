"""What requests cost, when, for which cost centre and in which currency; exact to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.cost import Cost, CostKind, RateTable
from optimization.cost_line import CostLine, lines_of
from optimization.request import OpexRequest

FloatArray = NDArray[np.float64]
DateArray = NDArray[np.datetime64]

DAYS_A_YEAR = 365.25


class Period(StrEnum):
    """Column of a cost schedule."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CostSchedule:
    """Costs by request, cost centre, currency, kind and period; one entry of each array a cell.

    Attributes
    ----------
    start
        First day of the plan.
    request, cost_centre, currency, kind
        Of each cell.
    period_start : ndarray of datetime64[D]
        First day of the week, or of the calendar month.
    amount_cents, usd_cents : ndarray of int64
        In the currency, and in USD. [0.01]
    """

    start: np.datetime64
    request: tuple[str, ...]
    cost_centre: tuple[str, ...]
    currency: tuple[str, ...]
    kind: tuple[CostKind, ...]
    period_start: DateArray
    amount_cents: NDArray[np.int64]
    usd_cents: NDArray[np.int64]

    @property
    def total_usd(self) -> float:
        """Sum of all cells [USD]."""
        return int(self.usd_cents.sum()) / 100

    def present_value_usd(self, annual_rate: float) -> float:
        """Sum of all cells, discounted to the first day of the plan.

        Parameters
        ----------
        annual_rate : float
            Discount rate, above -1. [1/year]

        Returns
        -------
        float
            Each cell counts at the start of its period, or of the plan if that is later. [USD]
        """
        days = np.maximum((self.period_start - self.start) / np.timedelta64(1, "D"), 0.0)
        return float((self.usd_cents / 100 * discount_factors(days, annual_rate)).sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell."""
        return pd.DataFrame(
            {
                "request": self.request,
                "cost_centre": self.cost_centre,
                "kind": [str(kind) for kind in self.kind],
                "period_start": self.period_start,
                "currency": self.currency,
                "amount": self.amount_cents / 100,
                "cost_usd": self.usd_cents / 100,
            }
        )


def discount_factors(days: FloatArray, annual_rate: float) -> FloatArray:
    """Value today of one USD some days ahead.

    Parameters
    ----------
    days : ndarray of shape (n,)
        Days from today. [days]
    annual_rate : float
        Discount rate, above -1. [1/year]

    Returns
    -------
    ndarray of shape (n,)
        (1 + rate)^(-days / 365.25). [-]

    Raises
    ------
    ValueError
        If the rate is not above -1.

    Examples
    --------
    >>> discount_factors(np.array([0.0, 365.25]), 0.25)
    array([1. , 0.8])
    """
    if not -1.0 < annual_rate < np.inf:
        raise ValueError(f"annual_rate must lie above -1 (write 0.08 for 8%); found {annual_rate!r}")
    return np.asarray((1.0 + annual_rate) ** (-np.asarray(days, dtype=np.float64) / DAYS_A_YEAR))


def cost_schedule(
    lines: Sequence[CostLine],
    *,
    start: np.datetime64 | str,
    n_weeks: int,
    by: Period | str = Period.MONTH,
    funded_share: Mapping[str, float] | None = None,
    rates: RateTable | None = None,
) -> CostSchedule:
    """Spread costs over the weeks or calendar months of a plan.

    Parameters
    ----------
    lines
        Costs of all requests.
    start
        First day of the plan.
    n_weeks : int
        Length of the plan. [weeks]
    by
        Week or month.
    funded_share
        Share of each request that is funded, by name; a request that is not named is funded in full. [-]
    rates
        Of currencies other than USD.

    Returns
    -------
    CostSchedule
        Without cells of nothing. Cells of a request sum to its cost in USD to the cent, and its cells in one currency
        to its cost in that: each cell is its exact amount rounded up or down to the cent.

    Raises
    ------
    ValueError
        If a currency has no rate, a share lies outside 0 to 1, or the plan has no week.

    Notes
    -----
    Cells are rounded by their running sum, so that rounding never adds up. For a request that states its costs in
    `one_off_usd` and `weekly_usd` the total is `OpexRequest.cost_usd` to the cent.

    Examples
    --------
    A week from Monday the 30th of March lies two days in March and five in April:

    >>> from optimization.cost_line import CostLine
    >>> line = CostLine(request="seats", kind="weekly", amount=100.0)
    >>> cost_schedule([line], start="2026-03-30", n_weeks=1).to_frame()["cost_usd"].tolist()
    [28.57, 71.43]
    """
    by = Period(by)
    shares = {line.request: 1.0 for line in lines} | dict(funded_share or {})
    if n_weeks < 1:
        raise ValueError(f"n_weeks must be 1 or more; found {n_weeks}")
    if wrong := {name: share for name, share in shares.items() if not 0.0 <= share <= 1.0}:
        raise ValueError(f"funded_share must lie between 0 and 1; found {wrong}")
    table = RateTable() if rates is None else rates
    table.check(line.currency for line in lines)
    first = np.datetime64(str(start), "D")
    days = first + np.arange(7 * n_weeks)
    label = (
        first + np.arange(7 * n_weeks) // 7 * 7
        if by is Period.WEEK
        else days.astype("datetime64[M]").astype("datetime64[D]")
    )
    period, begins = np.unique(label, return_index=True)
    by_period = [np.add.reduceat(_by_day(line, days), begins) * shares[line.request] for line in lines]
    amount = np.array(by_period).reshape(len(lines), len(period))
    row, column = np.nonzero(amount)
    rate = np.array([table.rate(line.currency) for line in lines])
    chosen = [lines[int(one)] for one in row]
    totals = [_total(line, days) for line in lines]
    in_currency = _to_cents(
        lines, [(line.request, line.currency) for line in lines], np.ones(len(lines)), totals, amount, shares
    )
    in_usd = _to_cents(lines, [(line.request,) for line in lines], rate, totals, amount, shares)
    return CostSchedule(
        start=first,
        request=tuple(line.request for line in chosen),
        cost_centre=tuple(line.cost_centre for line in chosen),
        currency=tuple(line.currency for line in chosen),
        kind=tuple(line.kind for line in chosen),
        period_start=period[column],
        amount_cents=in_currency[row, column],
        usd_cents=in_usd[row, column],
    )


def in_weekly_usd(
    request: OpexRequest, *, start: np.datetime64 | str, n_weeks: int, rates: RateTable | None = None
) -> OpexRequest:
    """Put the costs of a request in USD and by week, so that they no longer depend on dates and rates.

    Parameters
    ----------
    request
        Its lead time already put in.
    start
        First day of the plan.
    n_weeks : int
        Length of the plan. [weeks]
    rates
        Of currencies other than USD.

    Returns
    -------
    OpexRequest
        The same where it has no further costs; else each of these is a one-off amount a week, for the same cost
        centre. Their sum is the same to the cent. What lies after the plan is left out.

    Raises
    ------
    ValueError
        If a currency has no rate.
    """
    if not request.costs:
        return request
    further = replace(request, one_off_usd=0.0, weekly_usd=0.0)
    schedule = cost_schedule(lines_of(further), start=start, n_weeks=n_weeks, by=Period.WEEK, rates=rates)
    week = (schedule.period_start - schedule.start) // np.timedelta64(7, "D")
    amounts: dict[tuple[str, int], int] = {}
    for centre, at, cents in zip(schedule.cost_centre, week, schedule.usd_cents, strict=True):
        amounts[centre, int(at)] = amounts.get((centre, int(at)), 0) + int(cents)
    costs = tuple(
        Cost(kind=CostKind.ONE_OFF, amount=cents / 100, cost_centre=centre, start_week=at, end_week=at + 1)
        for (centre, at), cents in sorted(amounts.items())
    )
    return replace(request, costs=costs)


def _active(line: CostLine, n_days: int) -> tuple[int, int]:
    """First day on which a line is active, and the first on which it is over or the plan is."""
    end = n_days if line.end_week is None else min(n_days, 7 * int(line.end_week))
    return min(7 * int(line.start_week), end), end


def _by_day(line: CostLine, days: DateArray) -> FloatArray:
    """Exact amount of a line on each day of the plan."""
    begin, end = _active(line, len(days))
    amount = np.zeros(len(days))
    if line.kind is CostKind.ONE_OFF:
        amount[begin : min(begin + 1, end)] = line.amount
    elif line.kind is CostKind.WEEKLY:
        amount[begin:end] = line.amount / 7.0
    else:
        amount[begin:end] = line.amount / _days_in_month(days[begin:end])
    return amount


def _days_in_month(days: DateArray) -> FloatArray:
    month = days.astype("datetime64[M]")
    length = (month + np.timedelta64(1, "M")).astype("datetime64[D]") - month.astype("datetime64[D]")
    return np.asarray(length / np.timedelta64(1, "D"), dtype=np.float64)


def _total(line: CostLine, days: DateArray) -> float:
    """Cost of a line within the plan, in as few operations as possible, so that no last bit is lost."""
    begin, end = _active(line, len(days))
    if line.kind is CostKind.ONE_OFF:
        return line.amount if begin < end else 0.0
    if line.kind is CostKind.WEEKLY:
        return line.amount * ((end - begin) // 7)
    return float(_by_day(line, days).sum())


def _to_cents(
    lines: Sequence[CostLine],
    groups: Sequence[tuple[str, ...]],
    rate: FloatArray,
    totals: Sequence[float],
    amount: FloatArray,
    shares: Mapping[str, float],
) -> NDArray[np.int64]:
    """Round the cells of each group by their running sum, the last so that the group's total is right to the cent."""
    cents = np.zeros(amount.shape, dtype=np.int64)
    for group in dict.fromkeys(groups):
        members = [row for row, one in enumerate(groups) if one == group]
        exact = (amount[members] * rate[members, None]).ravel()
        filled = np.flatnonzero(exact)
        if filled.size == 0:
            continue
        total = round(shares[lines[members[0]].request] * sum(float(rate[row]) * totals[row] for row in members), 2)
        running = np.rint(100 * np.cumsum(exact[filled])).astype(np.int64)
        running[-1] = round(100 * total)
        part = np.zeros(exact.size, dtype=np.int64)
        part[filled] = np.diff(running, prepend=0)
        cents[members] = part.reshape(len(members), -1)
    return cents
