"""The booklet as a file: pages and charts put together, with bookmarks, page numbers and embedded fonts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from forecasting.charts.chart_style import chart_style
from optimization.quarter.pack.booklet.canvas import MARGIN
from optimization.quarter.pack.booklet.pages import pages
from optimization.quarter.pack.charts import Chart
from optimization.quarter.pack.contents import PackContents

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pypdf import PageObject, PdfWriter

# No date and no version of a library.
NO_FACTS = {"CreationDate": None, "Creator": None, "Producer": None}


def write_booklet(contents: PackContents, charts: Iterable[Chart], path: Path) -> None:
    """Write the booklet of a run.

    Parameters
    ----------
    contents
        What it is written from.
    charts
        As drawn for a page of paper, in reading order.
    path
        The file to write.

    Notes
    -----
    Equal contents give equal bytes: the date in the file is the first day of the plan.
    """
    from pypdf import PdfReader, PdfWriter

    filled = list(pages(contents, charts))
    run, name = contents.manifest["run_id"], " ".join(contents.inputs.config.plan.name.split())
    for number, page in enumerate(filled, start=1):
        page.canvas.footer(name, f"Run {run}", f"Page {number} of {len(filled)}")
    sheets = [page.canvas.figure for page in filled]
    drawings = [page.chart for page in filled if page.chart is not None]
    drawn = PdfReader(_as_pdf([*sheets, *drawings])).pages
    chart = iter(drawn[len(sheets) :])
    writer = PdfWriter()
    for page, sheet in zip(filled, drawn[: len(sheets)], strict=True):
        added = writer.add_page(sheet)
        if page.chart is not None:
            matrix = (page.chart_scale, 0.0, 0.0, page.chart_scale, MARGIN, page.chart_bottom)
            _lay_on(added, next(chart), writer, matrix)
        if page.canvas.bookmark:
            writer.add_outline_item(title=page.canvas.bookmark, page_number=added.page_number)
    start = contents.plan.forecast.period_start[0]
    day = f"D:{start:%Y%m%d}000000Z"
    writer.add_metadata(
        {
            "/Title": contents.inputs.config.plan.name,
            "/Subject": f"OPEX requests valued by cost against service, run {contents.manifest['run_id']}",
            "/Creator": "opex-staffing",
            "/Producer": "opex-staffing",
            "/CreationDate": day,
            "/ModDate": day,
        }
    )
    writer.page_mode = "/UseOutlines"
    with path.open("wb") as file:
        writer.write(file)


def _lay_on(page: PageObject, drawing: PageObject, writer: PdfWriter, matrix: Sequence[float]) -> None:
    """Lay a drawing on a page as a form, as it is: neither is read and written anew, which takes seconds.

    Their resources are the same, as both are pages of one file.
    """
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

    shared = page.raw_get("/Resources")
    sheet, content = (one["/Contents"].get_object() for one in (page, drawing))
    if not (isinstance(sheet, StreamObject) and isinstance(content, StreamObject)):
        raise TypeError("a page and a drawing are one stream each; these are more")
    form = content.clone(writer)
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(drawing.mediabox),
            NameObject("/Resources"): shared,
        }
    )
    place = " ".join(f"{number:.6f}" for number in matrix)
    sheet.set_data(b"q\n" + sheet.get_data() + f"\nQ q {place} cm /Chart Do Q".encode())
    resources = shared.get_object()
    forms = DictionaryObject(resources["/XObject"])
    forms[NameObject("/Chart")] = form.indirect_reference
    own = DictionaryObject(resources)
    own[NameObject("/XObject")] = forms
    page[NameObject("/Resources")] = own


def _as_pdf(figures: Sequence[Figure]) -> BytesIO:
    """Draw figures as the pages of one PDF, so that fonts are embedded once for all of them.

    As TrueType outlines (type 42), so that text can be searched and copied.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages

    file = BytesIO()
    with chart_style(), rc_context({"pdf.fonttype": 42}), PdfPages(file, metadata=NO_FACTS) as book:
        for figure in figures:
            # `PdfPages.savefig` would draw each once more, in case there is still something to lay out.
            FigureCanvasPdf(figure).print_pdf(book)
    file.seek(0)
    return file
