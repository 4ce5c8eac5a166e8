"""The module map of architecture.md, made from the first docstring line of every module; run it to rewrite the map."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
PACKAGES = ("forecasting", "capacity", "optimization")
BEGIN, END = "<!-- module map: begin -->\n", "<!-- module map: end -->\n"


def purposes(package: str) -> dict[str, str]:
    """First docstring line of the modules of a package, by dotted name in alphabetical order."""
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    return dict(sorted(found.items()))


def module_map() -> str:
    """Return one Markdown table a package."""
    tables = []
    for package in PACKAGES:
        rows = [f"| `{name}` | {purpose.replace('|', chr(92) + '|')} |" for name, purpose in purposes(package).items()]
        tables.append("\n".join((f"### {package}\n", "| module | purpose |", "|---|---|", *rows)))
    return "\n" + "\n\n".join(tables) + "\n\n"


def split_page(page: str) -> tuple[str, str, str]:
    """Split the page into what stands before the map, the map, and what stands behind it."""
    before, _, rest = page.partition(BEGIN)
    written, _, after = rest.partition(END)
    return before, written, after


def rewrite() -> None:
    """Put the map as the code says it into the page."""
    before, _, after = split_page(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(before + BEGIN + module_map() + END + after, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
