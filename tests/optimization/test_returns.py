"""Returns of weekly flows against closed forms, polynomial roots and plain loops."""

import numpy as np
import pytest
from scipy.optimize import brentq

from optimization.economics.returns import internal_rate_of_return, net_present_value, payback_weeks


def test_present_value_of_even_flows_is_the_annuity():
    step = 1.08 ** (-7 / 365.25)
    assert net_present_value(np.full(13, 100.0), 0.08) == pytest.approx(100 * (1 - step**13) / (1 - step))
    assert net_present_value(np.full(13, 100.0), 0.0) == pytest.approx(1_300.0)


def test_rate_of_a_bond_is_its_coupon():
    assert internal_rate_of_return([-100.0, *[3.0] * 11, 103.0]) == pytest.approx(0.03)


def test_rate_discounts_flows_to_nothing_as_a_root_finder_says():
    rng = np.random.default_rng(0)
    flows = np.concatenate([-rng.uniform(50, 500, (40, 3)), rng.uniform(0, 200, (40, 10))], axis=1)
    found = internal_rate_of_return(flows)
    for path, rate in zip(flows, found, strict=True):
        root = brentq(lambda r, path=path: float((path / (1 + r) ** np.arange(13)).sum()), -0.9, 50.0)
        assert rate == pytest.approx(root, abs=1e-9)


def test_running_costs_still_have_one_rate_where_the_money_comes_back_for_good():
    # Signs change three times, but the running sum changes once: -100, -40, -90, +30.
    flows = np.array([-100.0, 60.0, -50.0, 120.0])
    rate = float(internal_rate_of_return(flows))
    assert rate > 0
    assert (flows / (1 + rate) ** np.arange(4)).sum() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    "flows",
    [[0.0, 0.0, 0.0], [-5.0, -5.0, 0.0], [5.0, 5.0, 1.0], [100.0, -120.0, 0.0], [-100.0, 230.0, -132.0]],
    ids=["nothing", "only out", "only in", "a loan", "two rates"],
)
def test_there_is_no_rate_where_none_has_a_meaning(flows: list[float]):
    assert np.isnan(internal_rate_of_return(flows))


def test_payback_is_the_first_week_after_which_no_money_is_out():
    rng = np.random.default_rng(1)
    flows = np.round(rng.normal(5.0, 60.0, (200, 9)), 2)
    flows[:, 0] = -100.0
    for path, found in zip(flows, payback_weeks(flows), strict=True):
        running = np.cumsum(path)
        back = [week + 1 for week in range(9) if (running[week:] > -0.005).all()]
        assert found == (back[0] if back else np.inf)


def test_payback_counts_from_the_first_flow_and_is_nought_without_any():
    assert payback_weeks([0.0, 0.0, -10.0, 10.0]) == 2
    assert payback_weeks([0.0, 10.0, 0.0, 0.0]) == 1
    assert payback_weeks([0.0, 0.0]) == 0
