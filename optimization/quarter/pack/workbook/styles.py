"""The looks of cells: fonts, fills and number formats by unit."""

from __future__ import annotations

from typing import Any

INK, SOFT, LINE, INPUT_INK, INPUT_FILL, HEAD_FILL = "#222222", "#555555", "#B8BCC4", "#0000C0", "#FFF9DB", "#E8EDF3"

# The space of a bracket after each number keeps it off the text of the next column. A change that rounds to nothing
# is 0, without a sign.
NUMBERS = {
    "usd": '"$"#,##0_);-"$"#,##0_)',
    "cents": '"$"#,##0.00_);-"$"#,##0.00_)',
    "usd_change": '[>=0.5]+"$"#,##0_);[<=-0.5]-"$"#,##0_);"$"0_)',
    "cents_change": '[>=0.005]+"$"#,##0.00_);[<=-0.005]-"$"#,##0.00_);"$"0.00_)',
    "share": "0.0%_)",
    "share_whole": "0%_)",
    "share_change": "+0.0%_);-0.0%_);0.0%_)",
    # The cell holds percentage points, not a share.
    "points": '[>=0.005]+0.00" pp"_);[<=-0.005]-0.00" pp"_);0.00" pp"_)',
    "items": "#,##0_)",
    "items_change": "[>=0.5]+#,##0_);[<=-0.5]-#,##0_);0_)",
    "one_digit": "#,##0.0_)",
    "fte_change": "[>=0.05]+#,##0.0_);[<=-0.05]-#,##0.0_);0.0_)",
    "one_digit_or_dash": '#,##0.0_);-#,##0.0_);"–"_)',
    "ratio": "0.00_)",
    "number": "General_)",
    "date": "yyyy-mm-dd",
}
_TEXT: dict[str, dict[str, Any]] = {
    "text": {},
    "strong": {"bold": True},
    "wrap": {"text_wrap": True},
    "soft": {"font_color": SOFT},
    "title": {"bold": True, "font_size": 16, "valign": "vcenter"},
    "headline": {"bold": True, "font_size": 12, "text_wrap": True},
    "section": {"bold": True, "font_size": 12, "bottom": 1, "bottom_color": LINE},
    "note": {"font_color": SOFT, "italic": True},
    "paragraph": {"text_wrap": True},
    "heading": {"bold": True, "bg_color": HEAD_FILL, "text_wrap": True, "bottom": 1, "valign": "bottom"},
    "heading_number": {
        "bold": True,
        "bg_color": HEAD_FILL,
        "text_wrap": True,
        "bottom": 1,
        "valign": "bottom",
        "align": "right",
        "indent": 1,
    },
    "input_text": {"font_color": INPUT_INK, "bg_color": INPUT_FILL, "locked": False, "align": "center"},
}


class Styles:
    """Cell formats of one workbook, each made once when first asked for.

    Names are those of the text looks (`text`, `strong`, `wrap`, `soft`, `title`, `headline`, `section`, `note`,
    `paragraph`, `heading`, `heading_number`, `input_text`) or of a number format in `NUMBERS`, which may begin with
    `input_` (a figure that a reviewer changes: blue on yellow) or `total_` (bold, with a line above).

    Parameters
    ----------
    book
        Workbook of xlsxwriter.
    """

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        """Return the format of a name."""
        if name not in self._made:
            self._made[name] = self._book.add_format(properties(name))
        return self._made[name]


def properties(name: str) -> dict[str, Any]:
    """Return the properties of a look.

    Parameters
    ----------
    name : str
        See `Styles`.

    Returns
    -------
    dict

    Examples
    --------
    >>> properties("input_share_whole")["num_format"], properties("wrap")["text_wrap"]
    ('0%_)', True)
    """
    plain: dict[str, Any] = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
    if name in _TEXT:
        return {**plain, **_TEXT[name]}
    kind, _, rest = name.partition("_")
    if kind == "input":
        return {**properties(rest), **_TEXT["input_text"], "align": "right"}
    if kind == "total":
        base = properties(rest) if rest != "text" else plain
        return {**base, "bold": True, "top": 1, "top_color": INK}
    return {**plain, "num_format": NUMBERS[name], "align": "right"}


def usd_style(amounts: list[float]) -> str:
    """Choose between whole dollars and cents: cents where an amount below 100 dollars has some.

    Parameters
    ----------
    amounts : list of float
        All that stand in the column. [USD]

    Returns
    -------
    str

    Examples
    --------
    >>> usd_style([120_000.0, 36_500.4]), usd_style([0.72, 5e9])
    ('usd', 'cents')
    """
    return "cents" if any(abs(usd) < 100 and abs(usd - round(usd)) >= 0.005 for usd in amounts) else "usd"
