"""Hours of teams by queue and hour against sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.placement import capacity_by_step, coverage_by_step, fair_work_shares, whole_reviewers


def test_capacity_is_the_sum_over_teams_of_share_hours_and_opening():
    rng = np.random.default_rng(0)
    share, hours = rng.random((2, 3, 2)), rng.random((2, 3, 4, 2)) * 100
    coverage = rng.random((3, 2, 168))
    coverage /= coverage.sum(axis=2, keepdims=True)
    found = capacity_by_step(share, hours, coverage_by_step(coverage.reshape(3, -1), 12))
    assert found.shape == (2, 4, 28)
    for place in np.ndindex(2, 4, 28):
        members, path, step = place
        week, inside = divmod(step * 12, 168)
        expected = sum(
            share[members, team, week]
            * hours[members, team, path, week]
            * coverage[team, week, inside : inside + 12].sum()
            for team in range(3)
        )
        assert found[place] == pytest.approx(expected)


def test_all_hours_of_a_team_that_can_serve_become_work_at_its_skill():
    skill = np.array([[1.0, 0.5], [0.0, 2.0]])
    hours = np.array([[40.0, 10.0], [80.0, 0.0]])
    shares = fair_work_shares([[60.0, 5.0], [60.0, 9.0]], hours, skill)
    used = np.divide(shares, skill[:, :, None], out=np.zeros_like(shares), where=skill[:, :, None] > 0).sum(axis=1)
    np.testing.assert_allclose(used, [[1.0, 1.0], [1.0, 0.0]], atol=1e-6)


@pytest.mark.property
@given(st.lists(st.floats(0.0, 20.0), min_size=1, max_size=60))
def test_whole_reviewers_are_the_hours_rounded_and_owe_little(hours):
    reviewers = whole_reviewers(hours)
    assert (np.abs(reviewers - hours) < 1.0).all()
    assert np.abs(np.cumsum(reviewers) - np.cumsum(hours)).max() <= 5.0
    assert not reviewers[np.array(hours) == 0].any()


def test_part_of_a_reviewer_comes_by_the_shift():
    reviewers = whole_reviewers(np.full(24 * 70, 3.6))
    assert reviewers.mean() == pytest.approx(3.6, abs=0.01)
    assert (np.diff(reviewers) != 0).mean() < 1 / 8
