"""The module map of docs/explanation/architecture.md says what the code is."""

import runpy
from pathlib import Path

import pytest

# docs/ is no package, so the script that writes the map is run from its file.
MAP = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "module_map.py"))


def test_the_map_lists_every_module_with_the_first_line_of_its_docstring() -> None:
    _, written, _ = MAP["split_page"](MAP["PAGE"].read_text(encoding="utf-8"))
    expected = MAP["module_map"]()
    if written != expected:
        old, new = ({line for line in text.splitlines() if line.startswith("| `")} for text in (written, expected))
        pytest.fail(
            "The module map of docs/explanation/architecture.md is not what the code says. To put it right, run\n\n"
            "    python docs/module_map.py\n\n"
            "Rows to remove:\n" + "\n".join(sorted(old - new)) + "\n\n"
            "Rows to add:\n" + "\n".join(sorted(new - old)) + "\n\n"
            "The whole map:\n" + expected,
            pytrace=False,
        )


def test_every_module_says_its_purpose_in_a_sentence() -> None:
    said = {name: purpose for package in MAP["PACKAGES"] for name, purpose in MAP["purposes"](package).items()}
    assert [name for name, purpose in said.items() if not purpose.endswith(".")] == []


def test_a_page_is_split_around_the_map_without_loss() -> None:
    page = f"above\n{MAP['BEGIN']}the map\n{MAP['END']}below\n"
    assert MAP["split_page"](page) == ("above\n", "the map\n", "below\n")
