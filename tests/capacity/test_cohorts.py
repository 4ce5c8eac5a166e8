"""Records of hires and releases."""

import pytest

from capacity.supply.cohorts import Cohort, Release


def test_notice_runs_from_the_week_in_which_it_is_given() -> None:
    assert Release(team="a", heads=2, notice_week=3, notice_weeks=4).last_day_week == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("heads", -1),
        ("heads", float("nan")),
        ("approved_week", -1),
        ("approved_week", 1.5),
        ("lead_weeks", -2),
        ("tenure_weeks", -1),
        ("paid_hours_per_week", 0),
    ],
)
def test_a_cohort_that_cannot_be_is_refused(field: str, value: float) -> None:
    fields = {"team": "a", "heads": 3, "approved_week": 0, field: value}
    with pytest.raises(ValueError, match=f"{field} of a cohort of team 'a' must"):
        Cohort(**fields)


def test_people_who_are_there_today_have_no_lead_time() -> None:
    with pytest.raises(ValueError, match="lead_weeks of a cohort of team 'a' must be None"):
        Cohort(team="a", heads=3, approved_week=None, lead_weeks=2)


@pytest.mark.parametrize(("field", "value"), [("heads", -1), ("notice_week", -1), ("notice_weeks", 0.5)])
def test_a_release_that_cannot_be_is_refused(field: str, value: float) -> None:
    fields = {"team": "a", "heads": 3, "notice_week": 0, field: value}
    with pytest.raises(ValueError, match=f"{field} of a release of team 'a' must"):
        Release(**fields)
