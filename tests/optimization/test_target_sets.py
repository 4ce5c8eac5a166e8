"""The cheapest set that meets every target, against all sets valued as a whole."""

from itertools import product

import numpy as np
import pytest

from optimization import service_of, value_all_blocks
from optimization.trade_offs.target_sets import UnreachableTargetError, cheapest_set_meeting_targets


@pytest.fixture(scope="module")
def values(two_blocks):
    return value_all_blocks(two_blocks(seed=3))


@pytest.fixture(scope="module")
def probabilities(values):
    """P(target met) by queue, and cost, of every feasible set."""
    case = values.case
    sets = []
    for levels in product(*((0.0, *request.levels()) for request in case.requests)):
        chosen = np.array(levels)
        if values.is_feasible(chosen):
            sets.append((service_of(case, chosen).probability_met, values.measure(chosen).cost_usd))
    return sets


@pytest.mark.parametrize("probability", [0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
def test_no_cheaper_set_meets_every_target(values, probabilities, probability):
    costs = [cost for met, cost in probabilities if (met >= probability).all()]
    if not costs:
        with pytest.raises(UnreachableTargetError):
            cheapest_set_meeting_targets(values, probability=probability)
        return
    found = cheapest_set_meeting_targets(values, probability=probability)
    outcome = service_of(values.case, found.levels)
    assert found.cost_usd == pytest.approx(min(costs))
    assert values.is_feasible(found.levels)
    np.testing.assert_allclose(found.probability_met, outcome.probability_met)
    targets = np.array([queue.target.share for queue in values.case.queues])[:, None]
    assert found.probability_all_met == pytest.approx((outcome.on_time_share >= targets).all(axis=0).mean())


def test_both_answers_occur(values, probabilities):
    reached = max(met.min() for met, _ in probabilities)
    assert 0.0 < reached < 1.0
    assert cheapest_set_meeting_targets(values, probability=reached).probability_met.min() >= reached


def test_targets_out_of_reach_are_named_with_the_best_that_can_be_had(values, probabilities):
    best = np.max([met for met, _ in probabilities], axis=0)
    with pytest.raises(UnreachableTargetError) as raised:
        cheapest_set_meeting_targets(values, probability=1.0)
    names = [queue.name for queue in values.case.queues]
    for name, reached in raised.value.best.items():
        assert reached == pytest.approx(best[names.index(name)])
        assert name in str(raised.value)


def test_the_sentence_names_cost_and_hardest_queue(values):
    found = cheapest_set_meeting_targets(values, probability=0.2)
    hardest = found.queues[int(np.argmin(found.probability_met))]
    assert hardest in found.summary()
    assert all(name in found.summary() for name in found.funded)


@pytest.mark.parametrize("probability", [0.0, 1.2, float("nan")])
def test_the_probability_is_checked(values, probability):
    with pytest.raises(ValueError, match="probability must lie above 0"):
        cheapest_set_meeting_targets(values, probability=probability)
