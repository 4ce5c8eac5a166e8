"""From items to hours of review: work, handling times of people who differ, and how right decisions are."""

from capacity.workload.decision_quality import ConsensusOutcome, ConsensusPolicy, accuracy_after_checks, consensus
from capacity.workload.handling_time import handle_minutes_by_team, mixed_handling
from capacity.workload.work_hours import expected_work_hours, whole_weeks

__all__ = [
    "ConsensusOutcome",
    "ConsensusPolicy",
    "accuracy_after_checks",
    "consensus",
    "expected_work_hours",
    "handle_minutes_by_team",
    "mixed_handling",
    "whole_weeks",
]
