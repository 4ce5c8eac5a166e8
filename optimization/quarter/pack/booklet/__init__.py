"""The booklet of a run: the answer on one page, then a page a chart, to print or to send."""
