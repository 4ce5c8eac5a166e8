"""Drawings made fit to stand in a page: named, described, without styles that a strict page would not apply."""

from __future__ import annotations

import re
from html import escape

# The page sets the type; a drawing carries sizes and weights only.
DROPPED = {"font-family", "font-style", "font-variant", "font-stretch"}
SHORTHAND = re.compile(r"(?:(?:normal|italic|oblique)\s+)?(?:(\d+|bold|normal)\s+)?([\d.]+px)\s.*")


def inline_svg(drawing: str, name: str, message: str, description: str) -> str:
    """Take a drawing out of its file and into a page.

    Parameters
    ----------
    drawing
        An SVG file as Matplotlib writes it.
    name
        Distinguishes the parts of this drawing from those of others on the page.
    message, description
        What the drawing says and shows, for those who do not see it.

    Returns
    -------
    str

    Notes
    -----
    A content-security-policy without inline styles ignores `style` attributes; each becomes the presentation attributes
    of the same name.
    """
    body = drawing[drawing.index("<svg") :].strip()
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r"<style.*?</style>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'style="([^"]*)"', lambda found: _attributes(found.group(1)), body)
    # Every drawing calls its parts alike (axes_1, clip paths by content); inside one page they must differ. Groups need
    # no names at all.
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", body)
    body = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{name}-\1"', body)
    body = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', lambda found: _opening(found.group(1), name), body, count=1)
    head = f'<title id="{name}-title">{escape(message)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    at = body.index(">") + 1
    return re.sub(r"\s*\n\s*", " ", body[:at] + head + body[at:])


def _opening(view_box: str, name: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    )


def _attributes(style: str) -> str:
    """Write the declarations of a style as attributes."""
    pairs: list[tuple[str, str]] = []
    for declaration in style.split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key == "font":
            found = SHORTHAND.fullmatch(value)
            if found is None:
                raise ValueError(f"a font of a drawing is written in a way that is not known: {value!r}")
            pairs += [("font-size", found[2])] + ([("font-weight", found[1])] if found[1] else [])
        elif key and key not in DROPPED:
            pairs.append((key, value))
    return " ".join(f'{key}="{value}"' for key, value in pairs)
