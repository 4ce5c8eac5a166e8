"""The table of further costs of requests: by month or week, at dates of their own, by cost centre and currency."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from forecasting import Problem
from optimization.cost import Cost, CostKind, RateTable, is_currency_code
from optimization.quarter.input_table import MOST_USD, Row, read_table
from optimization.quarter.plan_weeks import read_weeks

COLUMNS = ("request", "kind", "amount")
OPTIONS = ("currency", "cost_centre", "start_week", "start_date", "end_week", "end_date")

Weeks = Mapping[str, tuple[int, int | None]]


def read_costs(
    path: Path,
    requests: Sequence[str] | None,
    weeks: Weeks,
    rates: RateTable,
    plan_start: date | None,
    problems: list[Problem],
) -> Mapping[str, tuple[Cost, ...]]:
    """Read the table of costs.

    Parameters
    ----------
    path
        CSV file or Excel workbook, one row a cost.
    requests
        Known names; None if they could not be read.
    weeks
        First active week and first week in which it is over, by the name of each request that is sound. [weeks]
    rates
        Of the currencies that may be used.
    plan_start
        First day of the plan, from which dates count; None if it is not known because of other faults.
    problems
        Where faults are noted.

    Returns
    -------
    mapping of str to tuple of Cost
        By request; without the rows that have faults.
    """
    costs: dict[str, tuple[Cost, ...]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for row in read_table(path, COLUMNS, OPTIONS, problems, may_be_empty=True):
        n_before = len(problems)
        row.once(tuple(row.cells.values()), seen, "a cost is paid once for each row")
        cost = _read_cost(row, requests, weeks, rates, plan_start)
        if cost is not None and len(problems) == n_before:
            name = row.text("request")
            costs[name] = (*costs.get(name, ()), cost)
    return costs


def _read_cost(
    row: Row, requests: Sequence[str] | None, weeks: Weeks, rates: RateTable, plan_start: date | None
) -> Cost | None:
    n_before = len(row.problems)
    if row.text("request"):
        row.names("request", requests, "request")
    kind = row.text("kind")
    if kind and kind not in list(CostKind):
        row.note("kind", f"write one of {', '.join(CostKind)}")
    currency = row.cells.get("currency") or "USD"
    if not is_currency_code(currency):
        row.note("currency", "write three capital letters, such as EUR")
    elif not rates.has(currency):
        row.note("currency", f"add its rate, USD for one {currency}, to usd_per in the section [currency] of the plan")
    amount = row.number("amount", most=MOST_USD)
    start, end = read_weeks(row, plan_start)
    first, over = weeks.get(row.cells["request"], (0, None))
    first, over = first if start is None else start, over if end is None else end
    if kind != CostKind.ONE_OFF and over is not None and over <= first:
        field = next((one for one in ("end_date", "end_week", "start_date", "start_week") if row.has(one)), "request")
        row.note(field, f"it would start in week {first}, when it is over since week {over}: end it after its start")
    if len(row.problems) > n_before:
        return None
    return Cost(
        kind=CostKind(kind),
        amount=amount,
        currency=currency,
        cost_centre=row.cells.get("cost_centre", ""),
        start_week=start,
        end_week=end,
    )
