"""Teams: the hours of a head, and what is refused."""

import numpy as np
import pytest

from capacity.supply import team_hours
from capacity.supply.plan import supply_by_week
from capacity.team import TeamKind


def test_a_head_gives_its_paid_hours_less_shrinkage(make_team):
    # 37.5 paid hours, of which 1.5 a day are breaks, meetings and training: five days of 6 hours.
    assert make_team(paid_hours_per_week=37.5, shrinkage=0.2).productive_hours_per_head == pytest.approx(5 * 6.0)


def test_a_kind_is_read_from_its_word(make_team):
    assert make_team(kind="in_house").kind is TeamKind.IN_HOUSE


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("heads", -1.0, "be 0 or more"),
        ("heads", float("nan"), "be 0 or more"),
        ("shrinkage", 1.0, "lie between 0 and 1, below 1"),
        ("shrinkage", 30, "lie between 0 and 1, below 1"),
        ("cost_usd_per_head_week", 0.0, "be above 0"),
        ("paid_hours_per_week", 81.0, "lie above 0 and up to 80"),
        ("open_hour", 24.0, "lie from 0 to below 24"),
        ("close_hour", 0.0, "lie above open_hour and up to 24"),
        ("close_hour", 25.0, "lie above open_hour and up to 24"),
        ("open_days", 8, "be a whole number from 1 to 7"),
        ("open_days", 4.5, "be a whole number from 1 to 7"),
        ("hire_lead_weeks", 1.5, "be a whole number, 0 or more"),
        ("ramp_weeks", float("nan"), "be a whole number, 0 or more"),
        ("hire_lead_weeks", -1, "be a whole number, 0 or more"),
        ("ramp_weeks", -1, "be a whole number, 0 or more"),
        ("weekly_attrition", 1.0, "lie between 0 and 1, below 1"),
        ("time_zone", "Manila", "be an IANA name such as 'Asia/Manila'"),
        ("time_zone", "", "be an IANA name such as 'Asia/Manila'"),
        ("kind", "outsourced", r"be one of \['in_house', 'vendor'\]"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_rule(make_team, field, value, rule):
    with pytest.raises(ValueError, match=f"{field} of team 't0' must {rule}; found {value!r}"):
        make_team(**{field: value})


def test_a_holiday_week_has_fewer_hours_and_the_same_people(make_team):
    usual = make_team("usual", weekly_attrition=0.1)
    holiday = make_team("holiday", weekly_attrition=0.1, weekly_shrinkage=(0.25, 0.4))
    np.testing.assert_allclose(team_hours([usual, holiday], 2), [[300.0, 270.0], [300.0, 0.9 * 10 * 40 * 0.6]])
    plan = supply_by_week([usual, holiday], 2)
    np.testing.assert_allclose(plan.productive_hours, team_hours([usual, holiday], 2))
    np.testing.assert_allclose(plan.heads[0], plan.heads[1])


def test_shrinkage_is_known_in_every_week_or_refused(make_team):
    with pytest.raises(
        ValueError, match="weekly_shrinkage of team 't0' must hold a share for each of 3 weeks; found 2"
    ):
        make_team(weekly_shrinkage=(0.2, 0.2)).shrinkage_by_week(3)
    with pytest.raises(ValueError, match=r"weekly_shrinkage of team 't0' must lie between 0 and 1.*found \(0.2, 1.0\)"):
        make_team(weekly_shrinkage=(0.2, 1.0))


@pytest.mark.parametrize("skill", [0.0, -1.0, 80.0, float("nan")])
def test_a_skill_outside_its_range_is_named(make_team, skill):
    with pytest.raises(ValueError, match=rf"skills of team 't0' must lie above 0 and up to 10; found .*'q1': {skill}"):
        make_team(skills={"q0": 1.0, "q1": skill})


def test_a_team_must_serve_a_queue(make_team):
    with pytest.raises(ValueError, match=r"skills of team 't0' must name at least one queue; found \{\}"):
        make_team(skills={})
