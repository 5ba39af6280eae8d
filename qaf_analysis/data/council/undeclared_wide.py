"""A wide sheet read as a long one: named for what it is, with the block that declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qaf_analysis.data.contract.columns import EXPECTED, OPTIONAL, Column, required_names
from qaf_analysis.data.contract.paste import file_block, fits_quotes
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import by_value, spelling_key
from qaf_analysis.data.files.declared import declaring_path
from qaf_analysis.data.files.heading_words import block_of, heading_weight, meanings
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.terms.settings import FileSettings, Settings

_UNTOLD = (
    "let “qaf init” propose the settings, or declare the table in council.toml as wide: name the "
    "headings of its columns under [files.columns], and those of its grades under [files.domains]"
)
_PASTE = (
    "declare it in council.toml, or let “qaf init” propose the settings; check that the lines "
    "mean what the columns hold, and paste them into the [[files]] table of this path, or at the "
    "end if there is none:"
)
_MOSTLY = 0.5
_FEWEST = 2
_CLEAR = 2
"""Weight of a heading from which a column that may be lacking is offered."""


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
    declared = {folded(heading) for heading in file.columns.values()}
    others = [p for p, key in enumerate(keys) if key and key not in declared and p not in graded]
    columns = _columns_of(table, others, file=file)
    raise table.problems.refusal(
        code="wide_table",
        row=table.header_row,
        found=f"a wide table: one row for each audit, and {counted(len(graded), 'column')} of "
        f"grades ({', '.join(names[:6])}{' …' if len(names) > 6 else ''}) in place of the columns "
        f"{' and '.join(column.heading for column in lacking)}",
        expected="one row for each grade, unless council.toml says that the table is wide",
        mend=_UNTOLD
        if columns is None
        else _PASTE + _declaration(names, columns, file=file, settings=settings),
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


def _columns_of(
    table: RawTable, places: Sequence[int], *, file: FileSettings
) -> dict[str, list[str]] | None:
    """Headings that most likely hold our columns; None where a required one is not told.

    The heading that says a column most clearly is offered; of equally clear ones the first.
    """
    free = {place: table.headings[place] for place in places}
    found: dict[str, list[str]] = {}
    given = {*file.columns, *file.constants, "domain", "grade"}
    needed = [name for name in required_names(file) if name not in given]
    more = [*EXPECTED[file.kind], *OPTIONAL[file.kind]]
    names = [*needed, *(n for n in more if n not in given and n in meanings())]
    weighed = [
        (-heading_weight(free[place], name), rank, place)
        for rank, name in enumerate(names)
        for place in free
        if fits_quotes(free[place]) and not block_of(free[place])
    ]
    for minus, rank, place in sorted(weighed):
        name = names[rank]
        least = 1 if name in needed else _CLEAR
        if -minus < least or name in found or place not in free:
            continue
        if name != "audit_id" or _tells_apart(table, place):
            found[name] = [free.pop(place)]
    if "audit_id" not in found and {"case_ref", "audit_date"} <= found.keys():
        found["audit_id"] = [*found["case_ref"], *found["audit_date"]]
    if any(name not in found for name in needed):
        return None
    return {name: found[name] for name in names if name in found}


def _tells_apart(table: RawTable, place: int) -> bool:
    """Whether no two rows hold the same text in a column."""
    texts = [text for text in map(str.strip, table.cells[place].astype(object)) if text]
    return len(texts) == len(set(texts))


def _declaration(
    names: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    *,
    file: FileSettings,
    settings: Settings,
) -> str:
    head = [] if settings.source else ["", "[council]", 'name = "Name of the council"']
    lines = [
        *([f'kind = "{file.kind}"'] if file.kind != "audits" else []),
        'shape = "wide"',
        *([f'sheet = "{file.sheet}"'] if file.sheet else []),
        "[files.columns]",
        *(f"{name} = {_value(headings)}" for name, headings in columns.items()),
        "[files.domains]",
        *(f'"{name}" = "{name}"' for name in names if fits_quotes(name)),
        "# name to the left each domain as reports should call it",
    ]
    return "\n".join(head) + file_block(declaring_path(file.path, settings.files), lines)


def _value(headings: Sequence[str]) -> str:
    texts = [f'"{" ".join(heading.split())}"' for heading in headings]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
