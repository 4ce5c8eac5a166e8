"""Sphinx configuration; the build reads the packages and the notebooks of this checkout and needs no network."""

import shutil
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Generic, TypeVar

import numpy.typing as npt

DOCS = Path(__file__).parent
NOTEBOOKS = DOCS / "tutorials" / "notebooks"

project = "opex-staffing"
author = "The opex-staffing authors"
version = release = installed_version("opex-staffing")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc"]
exclude_patterns = ["_build", "jupyter_execute"]
templates_path = ["_templates"]

# Text -------------------------------------------------------------------------------------------------------------
myst_heading_anchors = 3
# The tests run the notebooks; here they are only shown. Widgets would load scripts from the network.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
# Names in single backquotes in docstrings are code, whether or not there is a page for them.
default_role = "code"

# Reference from docstrings ----------------------------------------------------------------------------------------
autosummary_ignore_module_all = False  # the public names are those of `__all__`
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_validation_checks: set[str] = set()
maximum_signature_line_length = 88

Item = TypeVar("Item")


class ArrayLike:
    """Stands in for the union of everything that numpy makes an array of, which would fill a line in each signature."""


class NDArray(Generic[Item]):
    """Stands in for the alias, which signatures would spell out with the type of its shape."""


# Here, and not in the packages, as these are imported after this file.
npt.ArrayLike, npt.NDArray = ArrayLike, NDArray
ArrayLike.__module__ = NDArray.__module__ = "numpy.typing"

# Types of other libraries stand in signatures; without a network there are no pages of theirs to link to.
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(numpy|np|pandas|pd|matplotlib|collections|concurrent|datetime|pathlib|enum|typing|NDArray|ArrayLike|Axes|Figure)\b.*",
    ),
    # Records that are not public stand in fields and signatures too; they have no page.
    (r"py:class", r"(tuple\[~)?(forecasting|capacity|optimization)(\.\w+){2,}|EnsembleRecord"),
]

# Pages ------------------------------------------------------------------------------------------------------------
html_theme = "furo"
html_title = f"opex-staffing {release}"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# A notebook folder that is still empty is no fault.
suppress_warnings = ["toc.empty_glob"]

# The notebooks lie in /notebooks; the copies here are made anew by each build and are not in git.
shutil.rmtree(NOTEBOOKS, ignore_errors=True)
NOTEBOOKS.mkdir()
for notebook in sorted((DOCS.parent / "notebooks").glob("*.ipynb")):
    shutil.copy(notebook, NOTEBOOKS)
