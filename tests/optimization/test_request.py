from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity import ReviewQueue, ReviewTeam
from optimization import Effect, EffectKind, OpexRequest
from optimization.request import after_lead_time, touched

TEAM_KINDS = ["heads", "seats", "overtime_hours", "shrinkage"]
QUEUE_KINDS = ["handle_time", "volume", "quality"]


@pytest.mark.parametrize("kind", TEAM_KINDS)
def test_an_effect_on_a_team_names_a_team_and_no_queue(kind: str):
    with pytest.raises(ValueError, match="must name a team"):
        Effect(kind=kind, low=0.1, mode=0.1, high=0.1)
    with pytest.raises(ValueError, match="must name a team"):
        Effect(kind=kind, low=0.1, mode=0.1, high=0.1, team="")
    with pytest.raises(ValueError, match="must not name queues"):
        Effect(kind=kind, low=0.1, mode=0.1, high=0.1, team="a", queues=("q",))


@pytest.mark.parametrize("kind", QUEUE_KINDS)
def test_an_effect_on_queues_names_queues_and_no_team(kind: str):
    with pytest.raises(ValueError, match="must name queues"):
        Effect(kind=kind, low=-0.1, mode=-0.1, high=-0.1)
    with pytest.raises(ValueError, match="must not name a team"):
        Effect(kind=kind, low=-0.1, mode=-0.1, high=-0.1, team="a", queues=("q",))


def test_a_skill_names_both():
    Effect(kind="skill", low=0.8, mode=0.8, high=0.8, team="a", queues=("q",))
    with pytest.raises(ValueError, match="must name queues"):
        Effect(kind="skill", low=0.8, mode=0.8, high=0.8, team="a")
    with pytest.raises(ValueError, match="must name a team"):
        Effect(kind="skill", low=0.8, mode=0.8, high=0.8, queues=("q",))


@pytest.mark.parametrize("size", [(2.0, 1.0, 3.0), (1.0, 3.0, 2.0), (np.nan, 1.0, 2.0), (1.0, 2.0, np.inf)])
def test_a_range_is_finite_and_in_order(size: tuple[float, float, float]):
    low, mode, high = size
    with pytest.raises(ValueError, match="low <= mode <= high"):
        Effect(kind="heads", team="a", low=low, mode=mode, high=high)


@pytest.mark.parametrize(("kind", "size"), [("heads", 0.0), ("handle_time", -1.0), ("volume", -1.01), ("skill", -0.1)])
def test_a_size_stays_within_what_its_kind_can_be(kind: str, size: float):
    where = {"queues": ("q",)} if kind in QUEUE_KINDS else {"team": "a", "queues": ("q",) * (kind == "skill")}
    with pytest.raises(ValueError, match="must lie above"):
        Effect(kind=kind, low=size, mode=size, high=size, **where)


def test_shrinkage_is_a_share_of_paid_time():
    with pytest.raises(ValueError, match="share of paid time, below 1; found 5"):
        Effect(kind="shrinkage", team="a", low=5, mode=5, high=5)
    assert Effect(kind="shrinkage", team="a", low=-0.05, mode=-0.03, high=0.0).mean < 0


def test_all_of_a_volume_may_go():
    assert Effect(kind="volume", queues=("q",), low=-1, mode=-1, high=-1).is_certain


def test_the_mean_of_a_range_is_that_of_a_triangular_distribution(make_effect: Callable[..., Effect]):
    effect = make_effect("volume", (-0.3, -0.1, 0.2), "q")
    draws = np.random.default_rng(0).triangular(-0.3, -0.1, 0.2, 100_000)
    assert effect.mean == pytest.approx(draws.mean(), abs=4 * draws.std() / 100_000**0.5)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effects", ()),
        ("one_off_usd", -1.0),
        ("weekly_usd", float("nan")),
        ("start_week", -1),
        ("start_week", 1.5),
        ("end_week", 3),
        ("end_week", 4.5),
        ("ramp_weeks", -2),
        ("success_probability", 0.0),
        ("success_probability", 1.2),
        ("smallest_share", 0.0),
        ("needs", ("ask",)),
        ("excludes", ("ask",)),
    ],
)
def test_a_request_that_makes_no_sense_names_the_field(make_effect: Callable[..., Effect], field: str, value: object):
    fields = {"effects": (make_effect("seats", 2, "a"),), "start_week": 3, field: value}
    with pytest.raises(ValueError, match=f"{field} of request 'ask' must"):
        OpexRequest(name="ask", title="", owner="", **fields)


@pytest.mark.property
@given(
    one_off=st.integers(0, 10**6),
    weekly=st.integers(0, 10**5),
    start=st.integers(0, 20),
    length=st.none() | st.integers(1, 20),
    n_weeks=st.integers(1, 16),
    share=st.sampled_from([0.25, 0.5, 1.0]),
)
def test_cost_is_what_is_spent_week_by_week(make_request, make_effect, one_off, weekly, start, length, n_weeks, share):
    request = make_request(
        "ask",
        make_effect("seats", 2, "a"),
        one_off_usd=one_off,
        weekly_usd=weekly,
        start_week=start,
        end_week=None if length is None else start + length,
    )
    spent = 0.0
    for week in range(n_weeks):
        if week == start:
            spent += one_off
        if week >= start and (length is None or week < start + length):
            spent += weekly
            assert request.active(n_weeks)[week] == 1.0
        else:
            assert request.active(n_weeks)[week] == 0.0
    assert request.cost_usd(n_weeks, share) == pytest.approx(share * spent, abs=0.005001)


@pytest.mark.property
@given(smallest=st.floats(0.01, 1.0), heads=st.floats(0.3, 60.0) | st.integers(1, 60).map(float))
def test_levels_rise_from_the_smallest_share_to_all_of_it(make_request, make_effect, smallest, heads):
    levels = make_request("ask", make_effect("heads", heads, "a"), smallest_share=smallest).levels()
    assert list(levels) == sorted(set(levels))
    assert levels[-1] == 1.0
    assert levels[0] >= smallest - 1e-9
    for level in levels[:-1]:
        assert level * heads == pytest.approx(round(level * heads))


def test_levels_of_what_is_not_counted_are_even(make_request, make_effect):
    levels = make_request("ask", make_effect("volume", -0.1, "q"), smallest_share=0.4).levels()
    assert levels == pytest.approx((0.4, 0.6, 0.8, 1.0))


def test_heads_wait_for_the_lead_time_and_stay_as_long_as_asked(make_request, make_effect, make_team):
    teams = [make_team("slow", {"q": 1.0}, hire_lead_weeks=5), make_team("fast", {"q": 1.0}, hire_lead_weeks=2)]
    both = [make_effect("heads", 2, "slow"), make_effect("seats", 2, "fast")]
    late = after_lead_time(make_request("ask", *both, start_week=1, end_week=7), teams)
    assert (late.start_week, late.end_week) == (5, 11)
    forever = after_lead_time(make_request("ask", *both, start_week=1), teams)
    assert (forever.start_week, forever.end_week) == (5, None)
    for in_time in (make_request("ask", *both, start_week=6), make_request("ask", make_effect("volume", 0.1, "q"))):
        assert after_lead_time(in_time, teams) is in_time


def test_a_lead_time_of_a_team_that_is_not_there_is_refused(make_request, make_effect, make_team):
    with pytest.raises(ValueError, match="effects of request 'ask' must name teams of"):
        after_lead_time(make_request("ask", make_effect("heads", 2, "b")), [make_team("a", {"q": 1.0})])


def test_a_request_touches_the_queues_it_names_and_those_its_teams_serve(
    make_request, make_effect, make_queue, make_team
):
    queues: list[ReviewQueue] = [make_queue(name) for name in ("x", "y", "z", "other")]
    teams: list[ReviewTeam] = [make_team("a", {"x": 1.0, "y": 0.5, "elsewhere": 1.0}), make_team("b", {"other": 1.0})]
    by_team = make_request("ask", make_effect("heads", 1, "a"))
    by_name = make_request("ask", make_effect("volume", -0.1, "z"))
    by_both = make_request("ask", make_effect("skill", 0.9, "a", "z"))
    assert touched(by_team, queues, teams) == {"x", "y"}
    assert touched(by_name, queues, teams) == {"z"}
    assert touched(by_both, queues, teams) == {"x", "y", "z"}


def test_every_kind_says_its_unit():
    assert {str(kind) for kind in EffectKind} == {*TEAM_KINDS, *QUEUE_KINDS, "skill"}


def test_one_name_in_place_of_a_tuple_of_names_is_refused():
    with pytest.raises(ValueError, match=r"queues must be a tuple of names, such as \('scams',\)"):
        Effect(kind="volume", queues="scams", low=-0.1, mode=-0.1, high=-0.1)
    effect = Effect(kind="volume", queues=("scams",), low=-0.1, mode=-0.1, high=-0.1)
    for field in ("needs", "excludes"):
        with pytest.raises(ValueError, match=f"{field} of request 'tool' must be a tuple of names"):
            OpexRequest(name="tool", title="Tool", owner="Ops", effects=(effect,), **{field: "abc"})
