"""Vendors, or one site, do at most their share of the work."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.program.policies import Policies, VendorShare

Make = Callable[..., object]


def test_vendors_do_at_most_their_share_in_every_week(make_case: Make, solved: Make):
    teams = {"alpha": {"heads": 10}, "beta": {"heads": 9, "kind": "in_house", "cost_usd_per_head_week": 1_500.0}}
    solution = solved(make_case(teams=teams, policies=Policies(vendor_shares=(VendorShare(most_share=0.4),))))
    work = solution.given.sum(axis=1)
    assert not solution.relaxations
    assert (work[0] <= 0.4 * work.sum(axis=0) + 1e-6).all()
    assert np.isfinite(solution.outcome.objective)


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="most_share of a vendor share"):
        VendorShare(most_share=40)
