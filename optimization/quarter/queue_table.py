"""The table of queues: what a review takes, what is promised, and what already waits."""

from pathlib import Path

from capacity import ReviewQueue, ServiceTarget
from forecasting import Problem
from optimization.quarter.input_table import MOST_WEEKS, read_table

QUEUE_COLUMNS = ("queue", "handle_minutes", "target_share", "target_hours")
QUEUE_OPTIONS = (
    "severity",
    "handle_cv",
    "reviews_per_item",
    "qa_share",
    "qa_ratio",
    "rework_share",
    "backlog_items",
    "backlog_age_hours",
)


def read_queues(path: Path, problems: list[Problem]) -> list[ReviewQueue]:
    """Read the table of queues.

    Parameters
    ----------
    path
        CSV file or Excel workbook, one row a queue.
    problems
        Where faults are noted.

    Returns
    -------
    list of ReviewQueue
        With stand-ins where cells have faults.
    """
    queues = []
    seen: dict[str, int] = {}
    for row in read_table(path, QUEUE_COLUMNS, QUEUE_OPTIONS, problems):
        backlog = row.number("backlog_items", default=0.0, most=1e9, stand_in=0.0)
        age = row.number("backlog_age_hours", default=0.0, most=MOST_WEEKS * 168.0)
        if backlog > 0 and age == 0:
            row.note("backlog_age_hours", "give the age of the oldest waiting item, above 0, where items wait")
            age = 1.0
        queues.append(
            ReviewQueue(
                name=row.unique("queue", seen),
                handle_minutes=row.number("handle_minutes", least=0.001, most=1439.0),
                target=ServiceTarget(
                    share=row.number("target_share", least=0.01, most=1.0),
                    within_hours=row.number("target_hours", least=0.001, most=MOST_WEEKS * 168.0),
                ),
                severity=row.number("severity", default=1.0, most=1e6),
                handle_cv=row.number("handle_cv", default=1.0, most=10.0),
                reviews_per_item=row.number("reviews_per_item", default=1.0, least=1.0, most=99.0),
                qa_share=row.number("qa_share", default=0.0, most=1.0, stand_in=0.0),
                qa_ratio=row.number("qa_ratio", default=1.0, most=100.0),
                rework_share=row.number("rework_share", default=0.0, most=0.99, stand_in=0.0),
                backlog_items=backlog,
                backlog_age_hours=age,
            )
        )
    if queues and all(queue.severity == 0.0 for queue in queues):
        # Severities weigh the queues in the on-time share: with none there is no share.
        remedy = "give at least one queue a severity above 0, or leave the column out"
        problems.append(Problem(source=path.name, field="severity", found="0 in every row", remedy=remedy))
    return queues
