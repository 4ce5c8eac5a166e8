import numpy as np
import pytest

from capacity import ServiceOutcome
from optimization.service_course import service_course
from optimization.value import service_of


@pytest.fixture(scope="module")
def case(two_blocks):
    return two_blocks()


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_weeks_add_up_to_the_service_of_the_plan(case, level):
    levels = np.full(len(case.requests), level)
    service = service_of(case, levels)
    _, weekly = service_course(case, levels, service)
    np.testing.assert_allclose(weekly.late_items.sum(axis=1), service.late.mean(axis=1), rtol=0.02, atol=0.5)
    np.testing.assert_allclose(weekly.due_items.sum(axis=1), service.due.mean(axis=1), rtol=1e-6)
    assert weekly.on_time_share.shape == (len(case.queues), case.n_weeks)


def test_the_course_ends_with_the_backlog_of_the_plan(case):
    levels = np.zeros(len(case.requests))
    service = service_of(case, levels)
    course, _ = service_course(case, levels, service)
    deferred = [row for row, queue in enumerate(case.queues) if not queue.is_live]
    np.testing.assert_allclose(course.backlog_items[deferred, :, -1], service.backlog_end[deferred], rtol=1e-9)


def test_some_queues_can_be_followed_alone(case):
    levels = np.zeros(len(case.requests))
    service: ServiceOutcome = service_of(case, levels)
    every, _ = service_course(case, levels, service)
    some, weekly = service_course(case, levels, service, rows=[1])
    np.testing.assert_array_equal(some.backlog_items[0], every.backlog_items[1])
    assert [queue.name for queue in weekly.queues] == [case.queues[1].name]
