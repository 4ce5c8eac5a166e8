"""The workbook, sheet after sheet, into one file."""

from __future__ import annotations

from pathlib import Path

from optimization.quarter.pack.contents import PackContents


def write_workbook(contents: PackContents, path: Path) -> None:
    """Write the workbook of a run.

    Parameters
    ----------
    contents
        What it is written from.
    path
        The file to write.

    Notes
    -----
    Every formula is written with its value, so that programs that do not calculate show it too. Equal contents give
    equal bytes.
    """
    from optimization.quarter.pack.workbook.assumptions_sheet import write_assumptions
    from optimization.quarter.pack.workbook.book import new_book
    from optimization.quarter.pack.workbook.bridge_sheet import write_bridge
    from optimization.quarter.pack.workbook.changes_sheet import write_changes
    from optimization.quarter.pack.workbook.chart_sheet import write_charts
    from optimization.quarter.pack.workbook.economics_sheet import write_economics
    from optimization.quarter.pack.workbook.frontier_sheet import write_frontier
    from optimization.quarter.pack.workbook.people_alone_sheet import write_people_alone
    from optimization.quarter.pack.workbook.people_prices_sheet import write_people_prices
    from optimization.quarter.pack.workbook.people_service_sheet import write_people_service
    from optimization.quarter.pack.workbook.reference_sheets import write_dictionary, write_findings
    from optimization.quarter.pack.workbook.request_findings_sheet import write_request_findings
    from optimization.quarter.pack.workbook.request_sheets import write_request_values, write_requests
    from optimization.quarter.pack.workbook.robustness_sheet import write_robustness
    from optimization.quarter.pack.workbook.sensitivity_sheet import write_sensitivity
    from optimization.quarter.pack.workbook.service_sheet import write_service
    from optimization.quarter.pack.workbook.summary_sheets import write_cover, write_summary
    from optimization.quarter.pack.workbook.volume_sheets import write_forecast, write_staffing

    book = new_book(contents, path)
    for write in (
        write_cover,
        write_summary,
        write_charts,
        write_requests,
        write_request_values,
        write_request_findings,
        write_economics,
        write_frontier,
        write_bridge,
        write_robustness,
        write_sensitivity,
        write_service,
        write_staffing,
        write_people_alone,
        write_people_service,
        write_people_prices,
        write_forecast,
        write_assumptions,
        write_findings,
        write_changes,
        write_dictionary,
    ):
        write(book)
    book.workbook.close()
