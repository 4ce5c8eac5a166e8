"""Intervals cover what they say where the right answer is known: series from the innovations model itself."""

import pytest

from benchmarks.forecasting_coverage import our_coverage, our_paths
from benchmarks.forecasting_generated import generated_sets


@pytest.mark.parametrize(
    "name", ["400 days, 14 ahead", "735 days, 14 ahead", "80 weeks, 13 ahead", "200 weeks, 13 ahead"]
)
def test_intervals_of_generated_series_cover_their_level(name: str):
    data = next(each for each in generated_sets() if each.name == name)
    found = our_coverage(data, {data.origins[0]: our_paths(data, data.origins[0])}).set_index("scope")
    single, total = found.loc["single periods"], found.loc["horizon totals"]
    assert single["80%"] == pytest.approx(80.0, abs=3.0)
    assert single["95%"] == pytest.approx(95.0, abs=2.0)
    assert total["80%"] == pytest.approx(80.0, abs=5.0)
    assert total["95%"] == pytest.approx(95.0, abs=5.0)
