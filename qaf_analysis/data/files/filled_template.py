"""The template workbook when it comes back filled in: known by its mark, read without settings.

The template (``data.template``) carries its own settings on a hidden sheet, whose name is its
mark. A folder with such a workbook therefore needs no ``council.toml``; where there is one, what it
declares holds, and the template adds only how its own sheet is laid out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.data.contract.columns import Column
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.opened import file_bytes
from qaf_analysis.data.files.package import DAMAGED, directory_at_end
from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.files.workbook import read_workbook_table
from qaf_analysis.terms.settings import FileSettings

SETTINGS_SHEET = "qaf settings"
"""Name of the hidden sheet, and the mark of a template."""
SETTINGS_HEADINGS = ("qaf template 1", "settings")
COUNCIL_SHEET = "Your council"
COUNCIL_HEADINGS = ("Council", "Teams")
AUDITS_SHEET = "Audits"
FILES_LINE = "[[files]]"
NAME_HERE = "# name"
PATH_HERE = "# path"
"""Comments of the settings in whose place the council's name and the file's own name come."""
_LOOKED_AT = 200_000  # bytes of the list of sheets; a template has five of them


@dataclass(frozen=True, kw_only=True)
class FilledTemplate:
    """One template workbook in a council's folder.

    Parameters
    ----------
    name : str
        Name of the file.
    council : str
        What is declared of the council, as TOML.
    files : str
        How its sheet is laid out, as a TOML table ``[[files]]``.
    """

    name: str
    council: str
    files: str


def toml_text(text: str) -> str:
    r"""Text as TOML writes it.

    Examples
    --------
    >>> print(toml_text('The "Hub"'))
    "The \"Hub\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def bears_mark(path: Path) -> bool:
    """Whether a workbook says that it is a template; only its list of sheets is looked at."""
    try:
        if directory_at_end(path).is_too_large:
            return False
        with zipfile.ZipFile(path) as archive, archive.open("xl/workbook.xml") as stream:
            return SETTINGS_SHEET.encode() in stream.read(_LOOKED_AT)
    except DAMAGED:
        return False


def filled_templates(folder: Path) -> tuple[FilledTemplate, ...]:
    """Templates in a folder, in the order of their names.

    Raises
    ------
    FileRefusedError
        If one has lost its settings or its council's name, or two declare the council otherwise.
    """
    found = [
        _template(path)
        for path in sorted(folder.glob("*.[xX][lL][sS][xX]"))
        if path.is_file() and not path.name.startswith(("~$", ".")) and bears_mark(path)
    ]
    for other in found[1:]:
        if other.council != found[0].council:
            raise Problems(file=other.name, sheet=COUNCIL_SHEET).refusal(
                code="templates_differ",
                found=f"another council, scale or domains than in {found[0].name}",
                expected="the same in all templates of a folder",
                mend="fill in one template for all audits, or give council.toml to “qaf template "
                "--data” so that all say the same",
            )
    return tuple(found)


def template_settings(
    templates: Sequence[FilledTemplate], *, own: bytes, beside: Sequence[FileSettings] = ()
) -> bytes:
    """Settings that templates give, as the bytes of a ``council.toml``.

    Parameters
    ----------
    templates : sequence of FilledTemplate
        At least one.
    own : bytes
        The council's own ``council.toml``, which holds for all but the files; may be empty.
    beside : sequence of FileSettings
        Further files to read, laid out as they are without settings.
    """
    head = own.decode("utf-8-sig") if own else templates[0].council
    others = [
        f"{FILES_LINE}\npath = {toml_text(file.path)}\nkind = {toml_text(file.kind)}"
        for file in beside
    ]
    blocks = [*(each.files for each in templates), *others]
    return "\n".join([head.rstrip(), *(f"\n{block}" for block in blocks), ""]).encode()


def _template(path: Path) -> FilledTemplate:
    data = file_bytes(path, problems=Problems(file=path.name))
    table = _table(data, path.name, sheet=SETTINGS_SHEET, headings=SETTINGS_HEADINGS)
    lines = [str(cell) for cell in table.cells[1]]
    if FILES_LINE not in lines:
        raise _damaged(path.name)
    start = lines.index(FILES_LINE)
    council, files = lines[:start], lines[start:]
    if NAME_HERE in council:
        name = _council_name(data, path.name)
        council[council.index(NAME_HERE)] = f"name = {toml_text(name)}"
    if PATH_HERE not in files:
        raise _damaged(path.name)
    files[files.index(PATH_HERE)] = f"path = {toml_text(path.name)}"
    return FilledTemplate(name=path.name, council="\n".join(council), files="\n".join(files))


def _council_name(data: bytes, file: str) -> str:
    table = _table(data, file, sheet=COUNCIL_SHEET, headings=COUNCIL_HEADINGS)
    names = [text for text in (" ".join(str(cell).split()) for cell in table.cells[0]) if text]
    if not names:
        raise Problems(file=file, sheet=COUNCIL_SHEET).refusal(
            code="council_not_named",
            row=2,
            column=COUNCIL_HEADINGS[0],
            found="no name of the council",
            expected="the name that is printed on its reports",
            mend=f"write it into cell A2 of the sheet {COUNCIL_SHEET}",
        )
    return names[0]


def _table(data: bytes, file: str, *, sheet: str, headings: Sequence[str]) -> RawTable:
    """Read a sheet of the template; its headings stand in the first columns."""
    problems = Problems(file=file)
    # Which of our columns they are called is of no matter here: only their headings are sought.
    wanted = [Column(name="theme", heading=text, grader="auditor") for text in headings]
    try:
        table = read_workbook_table(
            data, wanted=wanted, sheet=sheet, problems=problems, empty_is_refused=False
        )
    except FileRefusedError as error:
        # What is wrong with the file as a whole is better told than that its settings are gone.
        if any(finding.code != "sheet_missing" for finding in error.findings):
            raise
        raise _damaged(file) from None
    if table.headings[: len(headings)] != tuple(headings):
        raise _damaged(file)
    return table


def _damaged(file: str) -> FileRefusedError:
    return Problems(file=file).refusal(
        code="template_damaged",
        found="a template whose hidden sheet of settings is not as it was made",
        expected="the template as “qaf template” makes it, with rows filled in",
        mend="make a new template, and copy the filled rows into its sheet",
    )
