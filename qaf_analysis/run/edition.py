"""The moderator's edition: an executed notebook as one page that shows its code.

The page asks no other computer for anything, runs no script, and has the same bytes every time.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.report.moderator_index import Step, moderator_index
from qaf_analysis.run.imports import without_address_checks
from qaf_analysis.run.sanitise import sanitised

TEMPLATES = Path(__file__).parent / "templates"
_H1 = re.compile(r"<h1[\s>]")
_TABLE = re.compile(r"<table[\s>].*?</table>", re.DOTALL)
_COLUMN_HEADING = re.compile(r"""<th[^>]*scope=["']?col""")
_FEW_COLUMNS = 2
"""Columns of a table that a telephone holds; one of more scrolls sideways."""

_STYLE = """
:root { color-scheme: light; }
body { margin: 0; background: #fff; color: #1a1a1a;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
  overflow-wrap: break-word; }
main p, main li { max-width: 44rem; }
h1, h2, h3 { line-height: 1.25; }
a { color: #12436d; }
.marking { background: #12436d; color: #fff; font-weight: 600; padding: .4rem 1rem;
  text-align: center; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; }
details { margin: 1rem 0 .5rem; border-left: 3px solid #12436d; padding-left: .75rem; }
summary { cursor: pointer; color: #12436d; font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere;
  font: 14px/1.45 ui-monospace, Menlo, Consolas, monospace; }
.scroll { overflow-x: auto; }
.output_stderr pre { border-left: 3px solid #a94d00; padding-left: .75rem; }
.highlight .k, .highlight .kn, .highlight .ow { font-weight: 600; }
.highlight .c1 { color: #4b5563; font-style: italic; }
.highlight .s1, .highlight .s2, .highlight .mi, .highlight .mf { color: #12436d; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th, td { padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top; }
th.right, td.right { text-align: right; padding-left: .75rem; }
thead th { border-bottom: 2px solid #1a1a1a; }
tbody tr:last-child > * { border-bottom: 1px solid #6b7280; }
figure { margin: 1rem 0; }
img, svg { max-width: 100%; height: auto; }
@media print { @page { size: A4; margin: 18mm; } .skip { display: none; }
  summary { break-after: avoid; } tr, figure { break-inside: avoid; }
  thead { display: table-header-group; } }
"""


def write_edition(executed: Path, target: Path, *, title: str, run_id: str) -> Path:
    """Write the moderator's edition of an executed notebook; see ``edition_page``."""
    with without_address_checks():
        import nbformat

    notebook = nbformat.read(executed, as_version=4)
    write_privately(target, edition_page(notebook, title=title, run_id=run_id).encode("utf-8"))
    return target


def write_index(executed: Sequence[Path], target: Path, *, quarter: str, run_id: str) -> Path:
    """Write the page that leads to the edition of each executed notebook, in their order."""
    with without_address_checks():
        import nbformat

    steps = [_step(path.stem, nbformat.read(path, as_version=4)) for path in executed]
    page = moderator_index(steps, quarter=quarter, run_id=run_id)
    write_privately(target, page.encode("utf-8"))
    return target


def _step(name: str, notebook: Any) -> Step:
    """What a notebook answers, by its own opening: a heading, and a paragraph below it."""
    heading, _, below = notebook.cells[0].source.partition("\n")
    about = below.strip().split("\n\n")[0]
    return Step(name=name, question=heading.lstrip("# "), about=about)


def edition_page(notebook: Any, *, title: str, run_id: str) -> str:
    """One self-contained HTML page of an executed notebook, code folded but all of it there.

    Parameters
    ----------
    notebook : NotebookNode
        The executed notebook.
    title : str
        Title of the page, and its heading where the notebook has none of the first level.
    run_id : str
        Run that the notebook belongs to.

    Returns
    -------
    str
        The page. Whatever the outputs hold, it has no script, no frame and no address that is
        loaded; text and tables stay, and what is not on the list of ``sanitise`` is left out.
    """
    body = _with_wide_tables(sanitised(_body(notebook)))
    heading = "" if _H1.search(body) else f"<h1>{escape(title)}</h1>\n"
    return f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(title)} – moderator’s edition</title>
<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="marking">OFFICIAL-SENSITIVE · moderator’s edition · run {escape(run_id)}</header>
<main id="content">
{heading}{body}
</main>
</body>
</html>
"""


def _with_wide_tables(body: str) -> str:
    """Let wide tables scroll within the page, by keyboard too.

    What is sanitised holds no "<" but of its own tags, so no text is taken for a table.
    """
    number = 0

    def scrolling(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        table = found[0]
        if len(_COLUMN_HEADING.findall(table)) <= _FEW_COLUMNS:
            return table
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="Table {number} of the '
            f'page">{table}</div>'
        )

    return _TABLE.sub(scrolling, body)


def _body(notebook: Any) -> str:
    numbered = copy.deepcopy(notebook)
    code = [cell for cell in numbered.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.metadata["number"] = number
    markup, _ = _exporter().from_notebook_node(numbered)
    return str(markup)


@cache
def _exporter() -> Any:
    with without_address_checks():
        from nbconvert.exporters.html import HTMLExporter
    return HTMLExporter(
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="edition",
        exclude_anchor_links=True,
    )
