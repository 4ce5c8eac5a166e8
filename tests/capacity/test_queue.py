"""Queues and targets: what an item takes, which model serves, and what is refused."""

import dataclasses

import pytest

from capacity.queue import ServiceTarget


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        ({}, 6.0),
        ({"reviews_per_item": 3.0}, 18.0),
        ({"qa_share": 0.1, "qa_ratio": 0.5}, 6.0 + 0.1 * 3.0),
        # Of 100 decisions 20 come back, of those 4, and so on: 125 in all.
        ({"rework_share": 0.2}, 6.0 * 1.25),
        ({"reviews_per_item": 2.0, "qa_share": 0.5, "rework_share": 0.5}, 6.0 * 2.0 * 1.5 * 2.0),
    ],
)
def test_an_item_takes_its_reviews_its_checks_and_its_rework(make_queue, changes, minutes):
    assert make_queue(**changes).work_hours_per_item == pytest.approx(minutes / 60.0)


def test_rework_is_the_sum_of_all_rounds(make_queue):
    rounds = sum(0.3**round_number for round_number in range(200))
    assert make_queue(rework_share=0.3).work_hours_per_item == pytest.approx(0.1 * rounds)


@pytest.mark.parametrize(
    ("handle_minutes", "within_hours", "live"),
    [(6.0, 0.01, True), (6.0, 5.0, True), (6.0, 5.01, False), (1.0, 3.9, True), (1.0, 4.0, False), (6.0, 24, False)],
)
def test_a_queue_is_live_up_to_fifty_handling_times_or_below_four_hours(make_queue, handle_minutes, within_hours, live):
    assert make_queue(handle_minutes=handle_minutes, within_hours=within_hours).is_live is live


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("handle_minutes", 0.0, "lie above 0 and below 1,440 minutes"),
        ("handle_minutes", 1440.0, "lie above 0"),
        ("handle_minutes", float("nan"), "lie above 0"),
        ("severity", -1.0, "be 0 or more"),
        ("severity", float("inf"), "be 0 or more"),
        ("reviews_per_item", 0.5, "be at least 1"),
        ("qa_share", 1.5, "lie between 0 and 1"),
        ("qa_ratio", -0.1, "be 0 or more"),
        ("rework_share", 1.0, "lie between 0 and 1, below 1"),
        ("backlog_items", -5.0, "be 0 or more"),
        ("backlog_age_hours", -1.0, "be 0 or more"),
        ("backlog_age_hours", float("nan"), "be 0 or more"),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_rule(make_queue, field, value, rule):
    with pytest.raises(ValueError, match=f"{field} of queue 'q0' must {rule}.*found {value}"):
        make_queue(**{field: value})


def test_items_that_wait_must_have_an_age(make_queue):
    with pytest.raises(ValueError, match="backlog_age_hours of queue 'q0' must be above 0 where items wait"):
        make_queue(backlog_items=10.0)


@pytest.mark.parametrize("share", [0.0, 1.01, 95, -0.1, float("nan")])
def test_a_share_that_is_a_percentage_is_refused(share):
    with pytest.raises(ValueError, match=f"share must lie above 0 and up to 1 .*found {share}"):
        ServiceTarget(share=share, within_hours=24)


@pytest.mark.parametrize("hours", [0.0, -1.0, float("inf"), float("nan")])
def test_a_target_needs_hours_above_zero(hours):
    with pytest.raises(ValueError, match=f"within_hours must be above 0; found {hours}"):
        ServiceTarget(share=0.9, within_hours=hours)


def test_queues_are_facts_that_cannot_be_changed(make_queue):
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_queue().severity = 2.0


def test_a_queue_without_a_name_or_a_target_is_refused(make_queue):
    with pytest.raises(ValueError, match="name of queue '  ' must be a text"):
        make_queue(name="  ")
    with pytest.raises(ValueError, match=r"target of queue .* must be a ServiceTarget; found 0.9"):
        make_queue(target=0.9)
