"""Selections under several budgets against all sets."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimization import find_frontier, planning_case, value_all_blocks
from optimization.cost import Cost, RateTable
from optimization.portfolio.budgets import SelectionStatus
from optimization.trade_offs.budget_costs import cost_by_centre, cost_by_owner, cost_by_period
from optimization.trade_offs.budget_program import BlockOptions, best_choice, least_excess
from optimization.trade_offs.budget_selection import (
    ConflictingBudgetsError,
    select_under_budgets,
)


@pytest.fixture(scope="module")
def values(two_blocks):
    return value_all_blocks(two_blocks(seed=3))


@pytest.fixture(scope="module")
def sets(values):
    every = [np.array(one) for one in product(*((0.0, *request.levels()) for request in values.case.requests))]
    return [(levels, float(values.measure(levels).share.mean())) for levels in every if values.is_feasible(levels)]


@pytest.mark.parametrize("seed", range(6))
def test_no_set_within_the_budgets_serves_better(values, sets, seed):
    rng = np.random.default_rng(seed)
    n_budgets = int(rng.integers(1, 5))
    cost = rng.integers(0, 9_000, (n_budgets, len(values.case.requests))).astype(float)
    caps = np.round(cost.sum(axis=1) * rng.uniform(0.1, 0.7, n_budgets), 2)
    found = select_under_budgets(values, cost, caps)
    allowed = [share for levels, share in sets if (np.round(cost * levels, 2).sum(axis=1) <= caps + 1e-9).all()]
    assert found.status is SelectionStatus.OPTIMAL
    assert found.gap == 0.0
    assert found.on_time_share_mean == pytest.approx(max(allowed), abs=2e-8)
    assert (found.spent_usd <= caps).all()
    np.testing.assert_allclose(found.spent_usd, (cost * found.levels).sum(axis=1), atol=0.02)
    assert values.measure(found.levels).share.mean() == pytest.approx(found.on_time_share_mean, abs=2e-8)


@pytest.mark.parametrize("budget", [0.0, 4_000.0, 9_000.0, 14_600.0, 50_000.0])
def test_one_budget_gives_the_set_of_the_frontier(values, budget):
    case = values.case
    cost = np.array([[request.cost_usd(case.n_weeks) for request in case.requests]])
    found = select_under_budgets(values, cost, [budget])
    best = find_frontier(values).at_budget(budget)
    assert found.on_time_share_mean == pytest.approx(best.on_time_share_mean, abs=2e-8)


def test_the_budgets_of_the_weeks_bind_one_by_one(values, sets):
    case = values.case
    weeks, cost = cost_by_period(case, "week")
    assert weeks == ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26")
    np.testing.assert_allclose(cost.sum(axis=0), [request.cost_usd(case.n_weeks) for request in case.requests])
    caps = [11_000.0, 4_000.0, 4_000.0, 4_000.0]
    found = select_under_budgets(values, cost, caps, names=weeks)
    allowed = [share for levels, share in sets if ((cost * levels).sum(axis=1) <= np.array(caps) + 1e-6).all()]
    assert found.on_time_share_mean == pytest.approx(max(allowed), abs=2e-8)
    assert found.on_time_share_mean < find_frontier(values).at_budget(sum(caps)).on_time_share_mean


def test_each_cost_centre_pays_for_its_own(two_blocks):
    values = value_all_blocks(two_blocks(tool={"owner": "Tools"}, model={"owner": "Tools"}))
    owners, cost = cost_by_owner(values.case)
    assert owners == ("Ops", "Tools")
    found = select_under_budgets(values, cost, [100_000.0, 6_000.0], names=owners)
    assert "model" not in found.funded  # it needs the tool, and both are too dear
    assert found.spent_usd[1] <= 6_000.0


def test_budgets_by_month_and_by_cost_centre_hold_at_once(two_blocks, every_set):
    euros = (Cost(kind="monthly", amount=3_100.0, currency="EUR", cost_centre="IE"),)
    changes = {
        "heads": {"cost_centre": "US"},
        "seats": {"cost_centre": "PH", "costs": euros},
        "tool": {"cost_centre": "IE", "start_week": 2},
    }
    asked = two_blocks(**{name: {k: v for k, v in of.items() if k != "costs"} for name, of in changes.items()})
    requests = [replace(one, costs=changes.get(one.name, {}).get("costs", ())) for one in asked.requests]
    rates = RateTable(usd_per={"EUR": 2.0})
    case = planning_case(asked.forecast, asked.queues, asked.teams, requests, rates=rates)
    values = value_all_blocks(case)
    months, by_month = cost_by_period(case)
    centres, by_centre = cost_by_centre(case)
    assert (months, centres) == (("2026-01", "2026-02"), ("US", "IE", "", "PH"))
    full = [request.cost_usd(case.n_weeks) for request in case.requests]
    np.testing.assert_allclose(by_month.sum(axis=0), full)
    np.testing.assert_allclose(by_centre.sum(axis=0), full)
    # 27 days of a month of 31 at 100 EUR a day, and one day of February.
    assert by_centre[centres.index("IE"), 3] == pytest.approx(2 * (27 * 100.0 + 3_100.0 / 28), abs=0.01)
    cost, caps = np.vstack([by_month, by_centre[1:2]]), np.array([21_000.0, 1_500.0, 5_300.0])
    found = select_under_budgets(values, cost, caps, names=[*months, "IE"])
    every = every_set(case)
    kept = (np.round(every.levels @ cost.T, 2) <= caps + 0.011).all(axis=1)
    assert 0 < kept.sum() < len(kept)
    assert found.on_time_share_mean == pytest.approx(every.share.mean(axis=1)[kept].max(), abs=2e-8)
    assert (found.spent_usd <= caps).all()


def test_what_is_mandatory_beyond_a_budget_raises_with_the_smallest_raise(two_blocks):
    values = value_all_blocks(two_blocks(deflect={"mandatory": True}, tool={"mandatory": True}))
    owners, cost = ("all", "none"), np.zeros((2, 6))
    cost[0] = [request.cost_usd(4) for request in values.case.requests]
    with pytest.raises(ConflictingBudgetsError, match=r"all by \$500.25") as raised:
        select_under_budgets(values, cost, [8_999.75, 0.0], names=owners)
    assert raised.value.excess_usd == {"all": 500.25}


def test_a_cap_is_kept_to_the_cent(values):
    cost = np.array([[request.cost_usd(values.case.n_weeks) for request in values.case.requests]])
    full = float(cost[0, 1])  # the tool
    within = select_under_budgets(values, cost, [full])
    short = select_under_budgets(values, cost, [full - 0.01])
    assert within.spent_usd[0] <= full
    assert short.spent_usd[0] <= full - 0.01


@pytest.mark.property
@pytest.mark.parametrize("seed", range(15))
def test_the_program_agrees_with_all_choices(seed):
    rng = np.random.default_rng(seed)
    blocks = [
        BlockOptions(row=np.arange(n), cents=rng.integers(0, 1_000, (2, n)), value=rng.integers(-(10**8), 1, n))
        for n in rng.integers(1, 6, 5)
    ]
    caps = rng.integers(500, 3_000, 2)
    worth = []
    excess = []
    for choice in product(*(range(block.value.size) for block in blocks)):
        spent = sum(block.cents[:, k] for block, k in zip(blocks, choice, strict=True))
        excess.append(int(np.maximum(spent - caps, 0).sum()))
        if (spent <= caps).all():
            worth.append(sum(int(block.value[k]) for block, k in zip(blocks, choice, strict=True)))
    found = best_choice(blocks, caps, time_limit_seconds=None)
    if worth:
        assert found is not None
        assert found.proven
        assert found.bound == max(worth)
    else:
        assert found is None
        assert int(least_excess(blocks, caps).sum()) == min(excess)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cost_usd": np.zeros((1, 3))}, "cost_usd must have one row a budget"),
        ({"budget_usd": [-1.0]}, "budget_usd must be finite and 0 or more"),
        ({"budget_usd": [np.inf]}, "budget_usd must be finite"),
        ({"names": ["a", "b"]}, "names must be one distinct name a budget"),
        ({"time_limit_seconds": 0.0}, "time_limit_seconds must be above 0"),
    ],
)
def test_arguments_are_checked(values, changes, message):
    arguments = {"cost_usd": np.zeros((1, 6)), "budget_usd": [1.0], **changes}
    with pytest.raises(ValueError, match=message):
        select_under_budgets(values, **arguments)
