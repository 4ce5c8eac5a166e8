"""Pictures that carry the decision: the frontier, the requests in order of worth, and people against need."""

from optimization.frontier_chart import frontier_message, plot_frontier
from optimization.request_plot import plot_requests, requests_message
from optimization.staffing_plot import plot_staffing, staffing_message

__all__ = [
    "frontier_message",
    "plot_frontier",
    "plot_requests",
    "plot_staffing",
    "requests_message",
    "staffing_message",
]
