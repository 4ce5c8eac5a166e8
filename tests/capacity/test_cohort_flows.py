"""Heads by cohort and week: conserved, and as people who are followed one by one."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.supply import present_heads
from capacity.supply.cohort_flows import CohortFlows, cohort_flows

HAZARD = (0.10, 0.06, 0.06, 0.02)


@dataclass
class Person:
    cohort: int
    tenure: int
    there: bool = True


def followed_one_by_one(
    heads: list[int], start: list[int], tenure: list[int], release: list[int], order: str, refill: int | None, seed: int
) -> np.ndarray:
    """Present heads by cohort and week in one random life of the team, whole people only."""
    rng = np.random.default_rng(seed)
    n_weeks = len(release)
    people: list[Person] = []
    leavers = [0] * n_weeks
    present = np.zeros((len(heads) + (n_weeks if refill is not None else 0), n_weeks))
    for week in range(n_weeks):
        for person in people:
            if person.there and rng.random() < HAZARD[min(person.tenure, len(HAZARD) - 1)]:
                person.there = False
                leavers[week] += 1
            person.tenure += 1
        for cohort, (count, first, known) in enumerate(zip(heads, start, tenure, strict=True)):
            people += [Person(cohort, known) for _ in range(count) if first == week]
        if refill is not None and week >= refill:
            people += [Person(len(heads) + week, 0) for _ in range(leavers[week - refill])]
        there = [person for person in people if person.there]
        rng.shuffle(there)
        if order != "even":
            there.sort(key=lambda person: person.tenure, reverse=order == "oldest")
        for person in there[: release[week]]:
            person.there = False
        for person in people:
            present[person.cohort, week] += person.there
    return present


def lives_and_flows(order: str, refill: int | None) -> tuple[np.ndarray, CohortFlows]:
    heads, start, tenure, release = [30, 12, 10], [0, 0, 2], [9, 1, 0], [0, 0, 0, 3, 0, 1, 0, 0]
    lives = np.stack([followed_one_by_one(heads, start, tenure, release, order, refill, seed) for seed in range(400)])
    flows = cohort_flows(
        heads, start, HAZARD, 8, tenure_weeks=tenure, release=release, order=order, refill_weeks=refill
    )
    return lives, flows


@pytest.mark.parametrize(
    ("order", "refill"), [("newest", None), ("oldest", None), ("even", None), ("oldest", 0), ("oldest", 2), ("even", 2)]
)
def test_it_is_the_mean_of_people_followed_one_by_one(order: str, refill: int | None) -> None:
    lives, flows = lives_and_flows(order, refill)
    error = lives.std(axis=0, ddof=1) / np.sqrt(len(lives))
    assert (np.abs(flows.present - lives.mean(axis=0)) <= 4.5 * error + 1e-9).all()


def test_the_team_is_close_to_that_mean_where_a_release_may_empty_a_cohort() -> None:
    # Replacements are few and go first, in some lives all of them: there the mean life is not the mean of lives.
    lives, flows = lives_and_flows("newest", 2)
    np.testing.assert_allclose(flows.present.sum(axis=0), lives.sum(axis=1).mean(axis=0), atol=0.4)


@st.composite
def teams_of_cohorts(draw: st.DrawFn) -> tuple[CohortFlows, np.ndarray, np.ndarray, np.ndarray, int | None]:
    n_teams, n_cohorts, n_weeks = draw(st.integers(1, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    heads = rng.uniform(0, 50, (n_teams, n_cohorts)) * (rng.random((n_teams, n_cohorts)) < 0.8)
    start = rng.integers(0, n_weeks + 2, (n_teams, n_cohorts))
    start[:, 0], heads[:, 0] = 0, heads[:, 0] + 1
    hazard = rng.uniform(0, 0.3, draw(st.integers(1, 5)))
    # The first cohort alone can bear these releases.
    release = rng.uniform(0, 0.5, (n_teams, n_weeks)) * heads[:, :1] * 0.7**n_weeks / n_weeks
    refill = draw(st.sampled_from([None, 0, 1, 3]))
    flows = cohort_flows(
        heads,
        start,
        hazard,
        n_weeks,
        tenure_weeks=rng.integers(0, 9, (n_teams, n_cohorts)),
        release=release,
        order=draw(st.sampled_from(["newest", "oldest", "even"])),
        refill_weeks=refill,
    )
    return flows, heads, start, release, refill


@pytest.mark.property
@settings(deadline=None)
@given(case=teams_of_cohorts())
def test_heads_are_conserved_by_team_cohort_and_week(
    case: tuple[CohortFlows, np.ndarray, np.ndarray, np.ndarray, int | None],
) -> None:
    flows, heads, start, release, refill = case
    n_weeks = release.shape[1]
    come, gone, let_go = (np.cumsum(flow, axis=-1) for flow in (flows.started, flows.left, flows.released))
    np.testing.assert_allclose(come, flows.present + gone + let_go, atol=1e-9)
    for flow in (flows.started, flows.present, flows.left, flows.released):
        assert (flow >= -1e-12).all()
    np.testing.assert_allclose(flows.released.sum(axis=1), release, atol=1e-9)
    given_started = flows.started[:, : heads.shape[1]].sum(axis=-1)
    np.testing.assert_allclose(given_started, np.where(start < n_weeks, heads, 0.0))
    if refill is not None:
        replaced = flows.started[:, heads.shape[1] :].sum(axis=1)
        left = flows.left.sum(axis=1)
        np.testing.assert_allclose(replaced[:, refill:], left[:, : max(n_weeks - refill, 0)], atol=1e-9)


def test_without_attrition_and_releases_heads_stay() -> None:
    flows = cohort_flows([5, 3], [0, 2], [0.0], 4)
    np.testing.assert_array_equal(flows.present, [[5, 5, 5, 5], [0, 0, 3, 3]])
    assert not flows.left.any()
    assert not flows.released.any()


def test_one_cohort_with_constant_attrition_has_the_bits_of_present_heads() -> None:
    flows = cohort_flows([12.5], [3], [0.037], 20)
    assert (flows.present[0] == present_heads(12.5, 20, start_week=3, weekly_attrition=0.037)).all()


def test_refilling_at_once_keeps_the_heads() -> None:
    flows = cohort_flows([40], [0], HAZARD, 12, refill_weeks=0)
    np.testing.assert_allclose(flows.present.sum(axis=0), 40.0)


def test_refilled_heads_of_a_constant_hazard_follow_the_renewal_equation() -> None:
    # Vacancies in steady state: h x heads leave a week, each vacancy lasts the lag, so heads -> 100 / (1 + lag x h).
    flows = cohort_flows([100], [0], [0.05], 400, refill_weeks=4)
    assert flows.present.sum(axis=0)[-1] == pytest.approx(100 / (1 + 4 * 0.05), rel=1e-6)


def test_the_newest_go_first_then_the_next() -> None:
    flows = cohort_flows([5, 3], [0, 1], [0.0], 3, tenure_weeks=[50, 0], release=[0, 0, 4])
    np.testing.assert_array_equal(flows.released[:, 2], [1, 3])
    flows = cohort_flows([5, 3], [0, 1], [0.0], 3, tenure_weeks=[50, 0], release=[0, 0, 6], order="oldest")
    np.testing.assert_array_equal(flows.released[:, 2], [5, 1])
    flows = cohort_flows([5, 3], [0, 1], [0.0], 3, tenure_weeks=[50, 0], release=[0, 0, 4], order="even")
    np.testing.assert_allclose(flows.released[:, 2], [2.5, 1.5])


def test_everybody_may_be_let_go() -> None:
    flows = cohort_flows([5, 3], [0, 0], [0.1], 3, release=[0, 8 * 0.9, 0])
    assert flows.present.sum(axis=0)[1:] == pytest.approx([0, 0], abs=1e-12)


def test_plans_in_one_call_are_the_single_calls() -> None:
    heads = np.array([[10.0, 4.0], [20.0, 0.0]])
    release = np.array([[0, 1, 0, 2.0], [0, 0, 5, 0]])
    together = cohort_flows(heads, [0, 1], HAZARD, 4, release=release, refill_weeks=1)
    for row in range(2):
        alone = cohort_flows(heads[row], [0, 1], HAZARD, 4, release=release[row], refill_weeks=1)
        np.testing.assert_array_equal(together.present[row], alone.present)


def test_more_than_there_are_cannot_be_let_go() -> None:
    with pytest.raises(ValueError, match="release must not exceed the heads there; found 6 of 5 heads in week 1"):
        cohort_flows([5], [0], [0.0], 2, release=[0, 6])


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="heads must be >= 0"):
        cohort_flows([-1], [0], [0.0], 2)
    with pytest.raises(ValueError, match=r"start_week must be whole weeks; found 0\.5"):
        cohort_flows([1], [0.5], [0.0], 2)
    with pytest.raises(ValueError, match="order must be one of"):
        cohort_flows([1], [0], [0.0], 2, order="random")
    with pytest.raises(ValueError, match="refill_weeks must be a whole number"):
        cohort_flows([1], [0], [0.0], 2, refill_weeks=-1)
