"""A long table to sort and search in JupyterLab, without a network; the cells stand plain too."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.errors import UsageError

# JupyterLab listens to keys of the whole page: "d d" on a button would delete the table's cell.
_STOPS_KEYS = 'onkeydown="if (!event.ctrlKey && !event.metaKey) event.stopPropagation()"'
_STYLE = "table-layout:auto;width:100%;margin:0;caption-side:top"
_PAGE_LENGTHS = (10, 25, 50, 100)


@dataclass(frozen=True, kw_only=True)
class Browsed:
    """A table to browse, and the plain one below it.

    Parameters
    ----------
    table : Table
        What is shown.
    """

    table: Table

    def _ipython_display_(self) -> None:
        """Show both in a notebook; the script comes with them, so nothing is fetched.

        The plain table needs no script: it is what a screen reader, a printer and a notebook that
        JupyterLab does not trust have.
        """
        # The library reads its own files when it is imported: only a notebook that browses waits.
        from IPython.display import HTML, display
        from itables import init_notebook_mode

        init_notebook_mode(all_interactive=False, connected=False)
        display(HTML(self.markup()))

    def markup(self) -> str:
        """HTML of the table to browse and of the plain one."""
        plain = Markup("<details><summary>{} as a plain table</summary>{}</details>").format(
            self.table.caption, self.table.markup()
        )
        return f"<div {_STOPS_KEYS}>{_interactive(self.table)}{plain}</div>"


def browse(table: Table | pd.DataFrame, *, caption: str = "") -> Browsed:
    """Return a table to sort, search and page through.

    Parameters
    ----------
    table : Table or DataFrame
        Cells of a data frame are written as they are; what is missing stays empty.
    caption : str
        What a data frame holds; a table has its own.

    Raises
    ------
    UsageError
        If a data frame comes without a caption.
    """
    if isinstance(table, Table):
        return Browsed(table=table)
    if not caption:
        raise UsageError("Say what the table shows: browse(table, caption=...).")
    return Browsed(table=_as_table(table, caption))


def _as_table(frame: pd.DataFrame, caption: str) -> Table:
    columns = tuple(
        Column(
            heading=str(name),
            align="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left",
        )
        for name in frame.columns
    )
    rows = tuple(
        tuple("" if pd.isna(cell) else _written(cell) for cell in row)
        for row in frame.itertuples(index=False)
    )
    return Table(caption=caption, columns=columns, rows=rows)


def _written(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _interactive(table: Table) -> str:
    from itables import to_html_datatable

    frame = pd.DataFrame(
        [list(row) for row in table.rows], columns=[column.heading for column in table.columns]
    )
    return str(
        to_html_datatable(
            frame,
            caption=table.caption,
            connected=False,
            showIndex=False,
            lengthMenu=list(_PAGE_LENGTHS),
            allow_html=False,
            classes="display compact",
            style=_STYLE,
        )
    )
