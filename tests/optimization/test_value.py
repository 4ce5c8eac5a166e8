from dataclasses import replace

import numpy as np
import pytest

from capacity import required_staffing
from capacity.allocation import fair_allocation
from capacity.performance import queue_service, step_hours
from capacity.placement import capacity_by_step
from capacity.supply import open_hours
from optimization import Effect, planning_case, service_of
from optimization import value as value_module
from optimization.case import draw_sizes
from optimization.set_effects import expected_team_hours
from optimization.value import value_sets


def ramp(week: int, start: int, weeks: int) -> float:
    return 0.0 if week < start else min(1.0, (week - start + 1) / (weeks + 1))


def is_active(request, week: int) -> bool:
    return request.start_week <= week and (request.end_week is None or week < request.end_week)


def team_hours_on(case, team, levels, path: int, week: int) -> float:
    """Hours of one team in one week on one path: people, then shrinkage, then overtime."""
    per_head = team.paid_hours_per_week * (1 - team.shrinkage)
    people = team.heads * (1 - team.weekly_attrition) ** week * per_head
    points, overtime = 0.0, 0.0
    for (row, effect), size in zip(case.effects, case.size, strict=True):
        request = case.requests[row]
        if effect.team != team.name or not is_active(request, week):
            continue
        amount = levels[row] * size[path]
        if effect.kind in ("heads", "seats"):
            tenure = week - request.start_week
            stay = (1 - team.weekly_attrition) ** tenure if effect.kind == "heads" else 1.0
            people += amount * stay * ramp(week, request.start_week, team.ramp_weeks) * per_head
        elif effect.kind == "shrinkage":
            points += amount * ramp(week, request.start_week, request.ramp_weeks)
        elif effect.kind == "overtime_hours":
            overtime += amount * ramp(week, request.start_week, request.ramp_weeks)
    return people * min(1.0, max(0.0, 1 - team.shrinkage - points)) / (1 - team.shrinkage) + overtime


def demand_on(case, queue, levels, path: int, week: int) -> tuple[float, float]:
    """Factors on the volume and on the work of an item of one queue in one week on one path."""
    volume, handle, rework = 1.0, 1.0, queue.rework_share
    for (row, effect), size in zip(case.effects, case.size, strict=True):
        request = case.requests[row]
        if queue.name not in effect.queues or not is_active(request, week):
            continue
        amount = levels[row] * size[path] * ramp(week, request.start_week, request.ramp_weeks)
        volume *= 1 + amount if effect.kind == "volume" else 1
        handle *= 1 + amount if effect.kind == "handle_time" else 1
        rework += amount if effect.kind == "quality" else 0
    return volume, handle * (1 - queue.rework_share) / (1 - max(0.0, rework))


def skill_on(case, team, queue, levels, path: int, week: int) -> float:
    best = team.skills.get(queue.name, 0.0)
    for (row, effect), size in zip(case.effects, case.size, strict=True):
        request = case.requests[row]
        if effect.kind == "skill" and effect.team == team.name and queue.name in effect.queues:
            learnt = levels[row] * size[path] * ramp(week, request.start_week, request.ramp_weeks)
            best = max(best, learnt if is_active(request, week) else 0.0)
    return best


def slow_service(case, levels) -> tuple[np.ndarray, np.ndarray]:
    """Due and on-time items by queue and path: what comes and what can be done, one number at a time."""
    n_paths, weeks = case.forecast.n_paths, range(case.n_weeks)
    hours, demand, skill = ({} for _ in range(3))
    for path in range(n_paths):
        for week in weeks:
            for team in case.teams:
                hours[path, week, team.name] = team_hours_on(case, team, levels, path, week)
                for queue in case.queues:
                    skill[path, week, team.name, queue.name] = skill_on(case, team, queue, levels, path, week)
            for queue in case.queues:
                demand[path, week, queue.name] = demand_on(case, queue, levels, path, week)

    def mean(values: dict, *key: object) -> float:
        return sum(values[path, *key] for path in range(n_paths)) / n_paths

    per_hour = {}
    for week in weeks:
        required = [
            case.requirement.queue_hours[i, week]
            * sum(np.prod(demand[path, week, queue.name]) for path in range(n_paths))
            / n_paths
            for i, queue in enumerate(case.queues)
        ]
        expected = [mean(hours, week, team.name) for team in case.teams]
        table = [[mean(skill, week, team.name, queue.name) for queue in case.queues] for team in case.teams]
        given = fair_allocation(required, expected, table)
        for t, team in enumerate(case.teams):
            for q, queue in enumerate(case.queues):
                per_hour[week, team.name, queue.name] = given[t, q] * table[t][q] / expected[t]
    due, on_time = np.zeros((2, len(case.queues), n_paths))
    opened = {team.name: open_hours(team, case.forecast.period_start[0], case.n_weeks) for team in case.teams}
    for q, queue in enumerate(case.queues):
        length = step_hours(queue)
        begins = range(0, 168 * case.n_weeks, length)
        arrivals, given, works = np.zeros((3, n_paths, len(begins)))
        for path in range(n_paths):
            for step, begin in enumerate(begins):
                week = begin // 168
                volume, works[path, step] = demand[path, week, queue.name]
                arrivals[path, step] = case.forecast.arrivals[q, path, begin // 24] * volume * length / 24
                given[path, step] = sum(
                    hours[path, week, team.name]
                    * per_hour[week, team.name, queue.name]
                    * opened[team.name][begin : begin + length].sum()
                    for team in case.teams
                )
        due[q], on_time[q], _ = queue_service(queue, arrivals, given, works, counted_hours=24.0)
    return due, on_time


@pytest.fixture(scope="module")
def every_kind(make_queue, make_team, make_effect, make_request, random_forecast):
    """A case with an effect of every kind, ranges, chances, ramps, ends, leads, attrition and office hours."""
    queues = [
        make_queue("q0", rework_share=0.1),
        make_queue("q1", handle_minutes=9.0, within_hours=36),
        make_queue("q2", severity=2.0, qa_share=0.2),
    ]
    teams = [
        make_team("alpha", {"q0": 1.0, "q1": 0.8}, heads=20, weekly_attrition=0.03, ramp_weeks=1, hire_lead_weeks=1),
        make_team("beta", {"q1": 1.0, "q2": 1.1}, heads=17, open_hour=6, close_hour=20, time_zone="Asia/Kolkata"),
    ]
    requests = [
        make_request("hires", make_effect("heads", (2, 4, 5), "alpha"), smallest_share=0.5),
        make_request("seats", make_effect("seats", 3, "beta"), start_week=1, end_week=2, success_probability=0.6),
        make_request("overtime", make_effect("overtime_hours", 40, "beta"), end_week=2, ramp_weeks=1),
        make_request(
            "tools", make_effect("handle_time", (-0.3, -0.1, 0.1), "q0", "q2"), make_effect("volume", -0.1, "q1")
        ),
        make_request("deflect", make_effect("volume", (-0.3, -0.2, 0.0), "q1"), success_probability=0.5, ramp_weeks=3),
        make_request("rest", make_effect("shrinkage", (-0.1, -0.05, 0.0), "alpha")),
        make_request("more_rest", make_effect("shrinkage", -0.3, "alpha"), make_effect("quality", -0.06, "q0")),
        make_request("coach", make_effect("quality", (-0.08, -0.06, -0.05), "q0"), start_week=1),
        make_request(
            "train",
            make_effect("skill", (0.7, 1.2, 1.6), "beta", "q0", "q2"),
            success_probability=0.7,
            start_week=1,
            ramp_weeks=1,
        ),
    ]
    forecast = random_forecast(3, n_paths=4, n_weeks=3, items_a_day=510.0, seed=5)
    return planning_case(forecast, queues, teams, requests, seed=3)


@pytest.mark.parametrize(
    "funded",
    [
        "",
        "hires",
        "seats overtime",
        "tools deflect",
        "rest more_rest",
        "coach more_rest",
        "train",
        "everything",
        "part",
    ],
)
def test_a_set_is_worth_what_a_slow_calculation_finds(every_kind, funded):
    names = [request.name for request in every_kind.requests]
    levels = np.array([1.0 if funded == "everything" or name in funded.split() else 0.0 for name in names])
    if funded == "part":
        levels = np.full(len(names), 0.5)
    due, on_time = slow_service(every_kind, levels)
    outcome = service_of(every_kind, levels)
    np.testing.assert_allclose(outcome.due, due, rtol=1e-9)
    np.testing.assert_allclose(outcome.on_time, on_time, rtol=1e-5, atol=0.05)
    assert 0.2 < outcome.on_time_share.mean() < 0.999
    for team, found in zip(every_kind.teams, expected_team_hours(every_kind, levels), strict=True):
        for week in range(3):
            by_path = [team_hours_on(every_kind, team, levels, path, week) for path in range(4)]
            assert found[week] == pytest.approx(np.mean(by_path))


def test_chunks_change_nothing(every_kind, monkeypatch):
    levels = np.random.default_rng(1).integers(0, 2, (12, len(every_kind.requests))).astype(float)
    whole = value_sets(every_kind, range(3), levels)
    monkeypatch.setattr(value_module, "CELLS_A_CHUNK", 1)
    for one, other in zip(whole, value_sets(every_kind, range(3), levels), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-3)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_order_of_queues_teams_and_requests_changes_nothing(every_kind, make_forecast, seed):
    rng = np.random.default_rng(seed)
    q, t, r = (rng.permutation(len(many)) for many in (every_kind.queues, every_kind.teams, every_kind.requests))
    forecast = every_kind.forecast
    moved = planning_case(
        make_forecast(forecast.arrivals[q], [forecast.queues[i] for i in q]),
        [every_kind.queues[i] for i in q],
        [every_kind.teams[i] for i in t],
        [every_kind.requests[i] for i in r],
        seed=3,
    )
    levels = rng.integers(0, 2, len(r)).astype(float)
    straight, other = service_of(every_kind, levels), service_of(moved, levels[r])
    np.testing.assert_allclose(other.due, straight.due[q], rtol=1e-12)
    np.testing.assert_allclose(other.on_time, straight.on_time[q], rtol=1e-5, atol=1e-3)


def test_draws_of_a_request_stay_when_another_is_added(every_kind):
    requests = every_kind.requests
    alone = draw_sizes(requests[3:4], 50, seed=9)
    rows = [i for i, (row, _) in enumerate(every_kind.effects) if row == 3]
    np.testing.assert_array_equal(draw_sizes(requests, 50, seed=9)[rows], alone)
    assert (draw_sizes(requests[3:4], 50, seed=10) != alone).any()
    assert draw_sizes([], 50, seed=9).shape == (0, 50)


def test_draws_follow_the_range_and_the_chance(make_request, make_effect):
    request = make_request(
        "ask", make_effect("volume", (-0.3, -0.2, -0.1), "q"), make_effect("seats", 5, "a"), success_probability=0.7
    )
    ranged, certain = draw_sizes([request], 20_000, seed=1)
    np.testing.assert_array_equal(ranged == 0, certain == 0)
    assert (certain > 0).mean() == pytest.approx(0.7, abs=0.015)
    drawn = ranged[ranged != 0]
    assert -0.3 <= drawn.min() < drawn.max() <= -0.1
    assert drawn.mean() == pytest.approx(-0.2, abs=0.002)
    assert drawn.std() == pytest.approx(0.1 / np.sqrt(6), abs=0.002)


@pytest.fixture(scope="module")
def one_team(make_queue, make_team, make_request, random_forecast):
    """Build a case of one team with two queues and some requests, each of one or more effects."""

    def make(*effects: Effect | tuple[Effect, ...], team: dict | None = None, queue: dict | None = None, **changes):
        queues = [make_queue("q0", **(queue or {})), make_queue("q1")]
        teams = [make_team("a", {"q0": 1.0, "q1": 1.0}, heads=20, **(team or {}))]
        requests = [
            make_request(f"r{i}", *(one if isinstance(one, tuple) else (one,)), **changes)
            for i, one in enumerate(effects)
        ]
        return planning_case(random_forecast(2, n_paths=20, seed=2), queues, teams, requests, seed=4)

    return make


def hours_of(case, *levels: float) -> np.ndarray:
    return expected_team_hours(case, np.array(levels))[0]


def test_deflections_multiply(one_team, make_effect):
    case = one_team(make_effect("volume", -0.1, "q0"), make_effect("volume", -0.2, "q0"))
    today, both = service_of(case, np.zeros(2)), service_of(case, np.ones(2))
    np.testing.assert_allclose(both.due[0], 0.9 * 0.8 * today.due[0])
    np.testing.assert_allclose(both.due[1], today.due[1])


def test_a_deflection_is_drawn_path_by_path(one_team, make_effect):
    case = one_team(make_effect("volume", (-0.3, -0.2, -0.1), "q0"), success_probability=0.6)
    today, after = service_of(case, np.zeros(1)), service_of(case, np.ones(1))
    np.testing.assert_allclose(after.due[0] / today.due[0], 1 + case.size[0])
    assert len(set(case.size[0])) > 5


def test_half_the_work_of_an_item_is_worth_twice_the_hours(one_team, make_effect):
    half = make_effect("handle_time", -0.5, "q0", "q1")
    quicker = service_of(one_team(half), np.ones(1))
    doubled = service_of(one_team(half, team={"paid_hours_per_week": 80.0}), np.zeros(1))
    np.testing.assert_allclose(quicker.on_time, doubled.on_time, rtol=1e-9)


def test_one_team_gives_hours_in_proportion_to_what_its_queues_require(one_team, make_effect, monkeypatch):
    given = []

    def record(work_share, team_hours, coverage):
        given.append(work_share[0])
        return capacity_by_step(work_share, team_hours, coverage)

    case = one_team(make_effect("volume", -0.5, "q0"))
    monkeypatch.setattr(value_module, "capacity_by_step", record)
    service_of(case, np.ones(1))
    need = case.requirement.queue_hours
    share = (0.5 * need[0] / (0.5 * need[0] + need[1]))[0]
    first, second = given
    np.testing.assert_allclose(first + second, 1.0)
    assert first.mean() == pytest.approx(share, abs=0.02)


def test_heads_arrive_after_the_lead_time_ramp_and_leave_and_seats_stay(one_team, make_effect):
    team = {"hire_lead_weeks": 1, "ramp_weeks": 1, "weekly_attrition": 0.1}
    today = 20 * 30 * 0.9 ** np.arange(4)
    heads = hours_of(one_team(make_effect("heads", 10, "a"), team=team), 1.0)
    np.testing.assert_allclose(heads - today, [0, 10 * 30 / 2, 10 * 30 * 0.9, 10 * 30 * 0.81])
    seats = hours_of(one_team(make_effect("seats", 10, "a"), team=team), 1.0)
    np.testing.assert_allclose(seats - today, [0, 10 * 30 / 2, 10 * 30, 10 * 30])
    part = hours_of(one_team(make_effect("seats", 10, "a"), team=team), 0.3)
    np.testing.assert_allclose(part - today, 0.3 * (seats - today))


def test_less_shrinkage_scales_the_hours_of_old_and_new_heads_but_not_overtime(one_team, make_effect):
    case = one_team(
        make_effect("shrinkage", -0.05, "a"), make_effect("seats", 10, "a"), make_effect("overtime_hours", 100, "a")
    )
    np.testing.assert_allclose(hours_of(case, 1, 1, 1), 30 * 40 * 0.8 + 100)
    np.testing.assert_allclose(hours_of(case, 1, 0, 0), 20 * 40 * 0.8)
    np.testing.assert_allclose(hours_of(case, 0, 0, 0), 20 * 40 * 0.75)


def test_holidays_take_hours_of_old_and_new_heads_and_add_to_other_shrinkage(one_team, make_effect):
    week = np.array([0.25, 0.4, 0.25, 0.25])
    case = one_team(
        make_effect("shrinkage", -0.05, "a"), make_effect("seats", 10, "a"), team={"weekly_shrinkage": tuple(week)}
    )
    np.testing.assert_allclose(hours_of(case, 0, 0), 20 * 40 * (1 - week))
    np.testing.assert_allclose(hours_of(case, 0, 1), 30 * 40 * (1 - week))
    np.testing.assert_allclose(hours_of(case, 1, 1), 30 * 40 * (1 - week + 0.05))


def test_points_of_shrinkage_add_up_and_nobody_works_more_than_is_paid(one_team, make_effect):
    case = one_team(make_effect("shrinkage", -0.15, "a"), make_effect("shrinkage", -0.05, "a"))
    np.testing.assert_allclose(hours_of(case, 1, 1), 20 * 40 * 0.95)
    case = one_team(make_effect("shrinkage", -0.2, "a"), make_effect("shrinkage", -0.2, "a"))
    np.testing.assert_allclose(hours_of(case, 1, 1), 20 * 40)
    case = one_team(make_effect("shrinkage", 0.9, "a"))
    np.testing.assert_allclose(hours_of(case, 1), 0)


def test_rework_cannot_fall_below_none(one_team, make_effect):
    queue = {"rework_share": 0.1}
    twice = one_team(make_effect("quality", -0.08, "q0"), make_effect("quality", -0.08, "q0"), queue=queue)
    none = one_team(make_effect("quality", -0.1, "q0"), queue=queue)
    np.testing.assert_allclose(service_of(twice, np.ones(2)).on_time, service_of(none, np.ones(1)).on_time)


def test_points_of_rework_add_up(one_team, make_effect):
    queue = {"rework_share": 0.2}
    twice = one_team(make_effect("quality", -0.04, "q0"), make_effect("quality", -0.06, "q0"), queue=queue)
    once = one_team(make_effect("quality", -0.1, "q0"), queue=queue)
    np.testing.assert_allclose(service_of(twice, np.ones(2)).on_time, service_of(once, np.ones(1)).on_time)


def trained(make_queue, make_team, make_request, random_forecast, effect: Effect, **changes):
    queues = [make_queue("q0"), make_queue("q1")]
    teams = [make_team("a", {"q0": 1.0, "q1": 0.8}, heads=20), make_team("b", {"q1": 1.0}, heads=2)]
    requests = [make_request("train", effect, **changes)]
    return planning_case(random_forecast(2, n_paths=40, seed=2), queues, teams, requests, seed=4)


def test_a_training_that_may_fail_never_unlearns(make_queue, make_team, make_request, make_effect, random_forecast):
    args = (make_queue, make_team, make_request, random_forecast)
    risky = trained(*args, make_effect("skill", 1.2, "a", "q1"), success_probability=0.5)
    learnt = np.maximum(0.8, risky.size[0]).mean()
    assert 0.8 < learnt < 1.2
    certain = trained(*args, make_effect("skill", learnt, "a", "q1"))
    after = service_of(risky, np.ones(1))
    np.testing.assert_allclose(after.on_time, service_of(certain, np.ones(1)).on_time, rtol=1e-9)
    assert after.late.sum() < service_of(risky, np.zeros(1)).late.sum()
    useless = trained(*args, make_effect("skill", 0.7, "a", "q1"))
    np.testing.assert_allclose(service_of(useless, np.ones(1)).on_time, service_of(useless, np.zeros(1)).on_time)


def test_a_failed_request_does_nothing_and_is_paid(one_team, make_effect):
    case = one_team(make_effect("seats", 10, "a"), success_probability=1e-12)
    assert (case.size == 0).all()
    np.testing.assert_array_equal(service_of(case, np.ones(1)).on_time, service_of(case, np.zeros(1)).on_time)
    assert case.requests[0].cost_usd(4) == 4_000


def test_a_request_that_starts_after_the_plan_does_nothing(one_team, make_effect):
    case = one_team(make_effect("volume", -0.5, "q0"), start_week=4)
    np.testing.assert_array_equal(service_of(case, np.ones(1)).due, service_of(case, np.zeros(1)).due)


def test_live_queues_are_valued_hour_by_hour(make_queue, make_team, make_request, make_effect, random_forecast):
    queues = [make_queue("q0", within_hours=0.25)]
    case = planning_case(
        random_forecast(1, n_paths=5, n_weeks=1, items_a_day=960.0),
        queues,
        [make_team("a", {"q0": 1.0}, heads=30)],
        [make_request("seats", make_effect("seats", 5, "a"))],
    )
    assert queues[0].is_live
    before, after = service_of(case, np.zeros(1)), service_of(case, np.ones(1))
    assert (after.on_time > before.on_time).all()
    # All but those that come in the last quarter of an hour are due.
    assert (before.due <= case.forecast.total()).all()
    np.testing.assert_allclose(before.due, case.forecast.total(), rtol=0.005)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"effects": ("volume", "nowhere")}, "queues of the effects of request 'r1' must be among .* found .'nowhere'"),
        ({"effects": ("shrinkage", "nobody")}, "teams of the effects of request 'r1' must be among .* found .'nobody'"),
        ({"needs": ("nothing",)}, "needs and excludes of request 'r1' must be among .* found .'nothing'"),
        ({"name": "r0"}, "teams and requests must have distinct names"),
    ],
)
def test_names_that_nothing_goes_by_are_refused(one_team, make_effect, changes, message):
    case = one_team(make_effect("volume", -0.1, "q0"), make_effect("volume", -0.1, "q0"))
    fields = dict(changes)
    if "effects" in fields:
        kind, where = fields["effects"]
        fields["effects"] = (make_effect(kind, -0.1, where),)
    requests = (case.requests[0], replace(case.requests[1], **fields))
    with pytest.raises(ValueError, match=message):
        replace(case, requests=requests)


def test_parts_that_do_not_fit_together_are_refused(one_team, make_effect):
    case = one_team(make_effect("volume", -0.1, "q0"))
    with pytest.raises(ValueError, match="queues must be those of the forecast"):
        replace(case, queues=case.queues[::-1])
    with pytest.raises(ValueError, match=r"every queue must be in the skills of a team; none serves \['q1'\]"):
        replace(case, teams=(replace(case.teams[0], skills={"q0": 1.0}),))
    with pytest.raises(ValueError, match=r"size must be finite, of shape \(effects, paths\) = \(1, 20\)"):
        replace(case, size=case.size[:, :5])


def test_the_requirement_is_of_today(one_team, make_effect):
    case = one_team(make_effect("volume", -0.1, "q0"))
    alone = required_staffing(case.forecast, case.queues, case.teams, probability=0.8)
    np.testing.assert_array_equal(case.requirement.queue_hours, alone.queue_hours)
