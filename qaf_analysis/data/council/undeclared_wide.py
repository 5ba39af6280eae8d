"""A wide sheet read without settings: named for what it is, with the block that declares it."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import by_value, spelling_key
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.settings import FileSettings, Settings

_MOSTLY = 0.5
_FEWEST = 2


def refuse_undeclared_wide(
    table: RawTable, *, wanted: Sequence[Column], file: FileSettings, settings: Settings
) -> None:
    """Refuse a table without a column of grades whose other columns hold grades.

    Raises
    ------
    FileRefusedError
        With the lines of ``council.toml`` that would declare it.
    """
    keys = [folded(heading) for heading in table.headings]
    lacking = [c for c in wanted if c.name in ("domain", "grade") and folded(c.heading) not in keys]
    if file.shape != "long" or len(lacking) < 2:
        return
    known = {folded(column.heading) for column in wanted}
    places = [p for p, key in enumerate(keys) if key and key not in known]
    graded = [p for p in places if _holds_grades(table, p, file=file, settings=settings)]
    if len(graded) < _FEWEST:
        return
    names = [" ".join(table.headings[place].split()) for place in graded]
    raise table.problems.refusal(
        code="wide_table",
        row=table.header_row,
        found=f"a wide table: one row for each audit, and {counted(len(graded), 'column')} of "
        f"grades ({', '.join(names[:6])}{' …' if len(names) > 6 else ''}) in place of the columns "
        f"{' and '.join(column.heading for column in lacking)}",
        expected="one row for each grade, unless council.toml says that the table is wide",
        mend="declare it in council.toml, or let “qaf init” propose the settings; paste:\n"
        + _declaration(names, file=file, settings=settings),
        rows_in=table.rows_in,
    )


def _holds_grades(table: RawTable, place: int, *, file: FileSettings, settings: Settings) -> bool:
    scales = [file.scale] if file.scale else [era.scale for era in settings.all_eras]
    words = [word for scale in scales for word in scale.codes]
    known = {spelling_key(text) for text in (*words, *settings.not_graded)}
    texts = table.cells[place]
    filled = texts[(texts.str.strip() != "").to_numpy(dtype=bool)]
    if filled.empty:
        return False
    return float(by_value(filled, lambda text: spelling_key(text) in known).mean()) > _MOSTLY


def _declaration(names: Sequence[str], *, file: FileSettings, settings: Settings) -> str:
    fit = [name for name in names if not set(name) & set('"\\') and name.isprintable()]
    head = [] if settings.source else ["[council]", 'name = "Name of the council"', ""]
    sheet = [f'sheet = "{file.sheet}"'] if file.sheet else []
    return "\n".join(
        [
            *head,
            "[[files]]",
            f'path = "{file.path}"',
            *([f'kind = "{file.kind}"'] if file.kind != "audits" else []),
            'shape = "wide"',
            *sheet,
            "[files.domains]",
            *(f'"{name}" = "{name}"' for name in fit),
            "# name to the left each domain as reports should call it",
        ]
    )
