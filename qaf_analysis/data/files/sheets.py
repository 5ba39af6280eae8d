"""Which sheets of a workbook hold tables of the kind that is looked for, where several do."""

from __future__ import annotations

from collections.abc import Sequence

from qaf_analysis.data.contract.columns import OWN_COLUMNS, Column
from qaf_analysis.data.contract.problems import Problems, counted
from qaf_analysis.data.files.headings import folded, is_near
from qaf_analysis.data.files.raw_table import Form
from qaf_analysis.data.files.sheet import NamedSheet, heading_on, sheet_called, sheet_score
from qaf_analysis.terms.settings import FileSettings

_KEYS = ("identifier", "date")
_MOST_NAMED = 4


def chosen_sheets(
    sheets: Sequence[NamedSheet],
    *,
    wanted: Sequence[Column],
    file: FileSettings,
    form: Form,
    problems: Problems,
) -> list[NamedSheet]:
    """Sheets that hold like tables: those that the settings name, or all that have the headings.

    A sheet is passed over, and named in a note, where neither an identifier nor a date is among
    its headings or is nearly so; a sheet that lacks only some headings is not.

    Raises
    ------
    FileRefusedError
        If a sheet that the settings name is missing, or no sheet has the headings.
    """
    if file.sheets != "all":
        chosen = [sheet_called(name, sheets, problems=problems) for name in file.sheets or ()]
    else:
        chosen = _all_with_headings(sheets, wanted=wanted, file=file, form=form, problems=problems)
    for named in chosen:
        if named.hidden:
            problems.sheet = named.name
            problems.warn(
                code="sheet_hidden",
                found="a hidden sheet with a table; its rows are loaded",
                expected="no hidden sheets",
                mend="delete the sheet if its rows should not count, or list the others as sheets "
                "in council.toml",
            )
            problems.sheet = None
    return chosen


def _all_with_headings(
    sheets: Sequence[NamedSheet],
    *,
    wanted: Sequence[Column],
    file: FileSettings,
    form: Form,
    problems: Problems,
) -> list[NamedSheet]:
    own = [column for column in wanted if column.grader == OWN_COLUMNS[file.kind]]
    enough = max(2, sum(column.need == "required" for column in own) // 2)
    chosen = []
    for named in sheets:
        many = sheet_score(named.sheet, wanted, form=form) >= enough
        if many and _has_key(named, wanted, form=form):
            chosen.append(named)
        else:
            _pass_over(named, wanted, many=many, problems=problems)
    if chosen:
        return chosen
    raise problems.refusal(
        code="no_sheet_fits",
        found=f"no sheet with the headings that are looked for; there are: "
        f"{', '.join(named.name for named in sheets) or 'no sheets of cells'}",
        expected=f"sheets with headings such as {_named(wanted)}",
        mend="correct the headings in council.toml, or the number of header_rows",
        rows_in=sum(len(named.sheet.rows) for named in sheets),
    )


def _has_key(named: NamedSheet, wanted: Sequence[Column], *, form: Form) -> bool:
    """Whether an identifier or a date is among the headings, or nearly so."""
    keys = [column for column in wanted if column.kind in _KEYS and column.need == "required"]
    heading = heading_on(named.sheet, wanted, form=form)
    if heading is None or not keys:
        return heading is not None
    present = [folded(text) for text in heading.texts if text.strip()]
    return any(is_near(folded(column.heading), present) for column in keys)


def _pass_over(
    named: NamedSheet, wanted: Sequence[Column], *, many: bool, problems: Problems
) -> None:
    problems.sheet = named.name
    rows = counted(len(named.sheet.rows), "row")
    hidden = "a hidden sheet" if named.hidden else "a sheet"
    if many:
        problems.warn(
            code="sheet_passed_over",
            found=f"{hidden} ({rows}) with some of the headings, but neither an identifier nor a "
            "date; it was not read",
            expected=f"headings such as {_named(wanted)}",
            mend="correct its headings if it holds records, or list the sheets in council.toml",
        )
    else:
        what = (
            f"({rows}) without the headings that are looked for"
            if named.sheet.rows
            else "without cells"
        )
        if not named.has_cells:
            what = "of a chart, without cells"
        problems.note(
            code="sheet_passed_over",
            found=f"{hidden} {what}; it was not read",
            expected=f"headings such as {_named(wanted)}",
            mend="none needed if it holds no records",
        )
    problems.sheet = None


def _named(wanted: Sequence[Column]) -> str:
    headings = dict.fromkeys(c.heading for c in wanted if c.need == "required")
    return ", ".join([*headings][:_MOST_NAMED])
