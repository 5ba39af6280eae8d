"""Which sheet of a workbook holds the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.headings import header_place, heading_score
from qaf_analysis.data.files.raw_table import HEADER_WITHIN
from qaf_analysis.data.files.sheet import Sheet, SheetRow


@dataclass(frozen=True, kw_only=True)
class NamedSheet:
    """A worksheet with its name."""

    name: str
    hidden: bool
    sheet: Sheet


def chosen_sheet(
    sheets: Sequence[NamedSheet], *, wanted: Sequence[Column], sheet: str | None, problems: Problems
) -> NamedSheet:
    """Choose the sheet that holds the wanted columns.

    Parameters
    ----------
    sheet : str or None
        Name of the sheet where the settings give it.

    Raises
    ------
    FileRefusedError
        If the sheet named is missing, if two could be meant, or if there is none.
    """
    if sheet is not None:
        for named in sheets:
            if named.name.strip() == sheet.strip():
                return named
        raise problems.refusal(
            code="sheet_missing",
            found=f"no sheet {sheet}; there are: {', '.join(named.name for named in sheets)}",
            expected=f"the sheet {sheet} that council.toml names",
            mend="correct the name of the sheet in council.toml",
        )
    enough = max(2, sum(column.need == "required" for column in wanted) // 2)
    likely = [named for named in sheets if _score(named.sheet, wanted) >= enough]
    if len(likely) > 1:
        _refuse_several(likely, wanted=wanted, problems=problems)
    if not likely:
        filled = [named for named in sheets if named.sheet.rows and not named.hidden]
        likely = filled[:1] or list(sheets[:1])
    if not likely:
        raise problems.refusal(
            code="no_sheet",
            found="a workbook without a sheet of cells",
            expected="a sheet with a header and rows",
            mend="export the file again",
        )
    chosen = likely[0]
    if chosen is not sheets[0] or chosen.hidden:
        problems.sheet = chosen.name
        hidden = ", which is hidden" if chosen.hidden else ""
        problems.warn(
            code="sheet_chosen",
            found=f"the table on the sheet {chosen.name}{hidden}, not on the first one",
            expected="the table on the first sheet, or the sheet named in council.toml",
            mend="none needed, or name the sheet in the settings",
        )
    return chosen


def _score(sheet: Sheet, wanted: Sequence[Column]) -> int:
    rows = [cells_of(row) for row in sheet.rows[:HEADER_WITHIN]]
    return max((heading_score(cells, wanted) for cells in rows), default=0)


def _refuse_several(
    likely: Sequence[NamedSheet], *, wanted: Sequence[Column], problems: Problems
) -> None:
    rows_in = sum(len(named.sheet.rows) - header_of(named.sheet, wanted) - 1 for named in likely)
    for named in likely:
        problems.sheet = named.name
        refusal = problems.refusal(
            code="two_sheets",
            found=f"{counted(len(likely), 'sheet')} that could be meant, this one among them: "
            + ", ".join(other.name for other in likely),
            expected="one sheet with these columns",
            mend="name the sheet in the settings (council.toml), or delete the other",
            rows_in=rows_in,
        )
    raise refusal


def header_of(sheet: Sheet, wanted: Sequence[Column]) -> int:
    """Place of the header among the rows of a sheet."""
    return header_place([cells_of(row) for row in sheet.rows[:HEADER_WITHIN]], wanted)


def cells_of(row: SheetRow) -> list[str]:
    """Texts of a row from the first column on, blank cells among them."""
    return [row.cells.get(place, "") for place in range(max(row.cells, default=-1) + 1)]
