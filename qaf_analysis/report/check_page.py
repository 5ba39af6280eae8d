"""The result of a check as one HTML page, in the order of what its reader must do.

It holds what the exports held, names among it, and so belongs where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from qaf_analysis.data.contract.grouped import FindingKind, grouped, heading, of_outcome
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.record import Check, Finding, ImportRecord, Outcome
from qaf_analysis.data.council.set_aside import CHECK_PAGE, CHECK_WORKBOOK
from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.kit.parts import Column, Table, number_columns, word_columns
from qaf_analysis.report.html import POLICY, page_style, page_templates
from qaf_analysis.report.rows_to_mend import ROW_COUNTS, row_counts, rows_to_mend

MARKING = "OFFICIAL-SENSITIVE"
OPEN_PLACES = 12
"""Most places of a kind that are shown unfolded; further ones fold away on the screen."""
STEPS: Mapping[Outcome, str] = {
    "reject": "Nothing is loaded until these are mended.",
    "quarantine": "These rows count in no figure. Mend them in the export, then check again.",
    "warning": "These were loaded as told here. See whether that is what is meant.",
}
NOTHING_LOST_STEP = "These rows repeat others or hold no record. Nothing needs mending."


@dataclass(frozen=True, kw_only=True)
class CheckFiles:
    """Where the result of a check was written."""

    page: Path
    workbook: Path


def check_page(record: ImportRecord, *, name: str, day: date, is_loaded: bool) -> str:
    """Write the result of a check as one self-contained page.

    Parameters
    ----------
    record : ImportRecord
        What reading found.
    name : str
        What was checked: the council, or the folder.
    day : date
        Day of reading.
    is_loaded : bool
        Whether anything could be loaded.

    Returns
    -------
    str
        A page without script or remote source, as ``html_page`` writes them.
    """
    kinds = grouped(record.findings)
    title = f"Check of the exports of {name}"
    return (
        page_templates()
        .get_template("check.html")
        .render(
            title=title,
            skip="the result",
            marking=MARKING,
            day=f"{day.day} {day:%B %Y}",
            words=_words(record, kinds, is_loaded=is_loaded),
            rows=_rows_table(record),
            steps=[
                {"title": heading(chosen), "words": words, "kinds": [_kind(k) for k in chosen]}
                for outcome, words in _steps(record)
                if (chosen := of_outcome(kinds, outcome))
            ],
            done=[_kind(kind) for kind in of_outcome(kinds, "note")],
            left_out=record.dropped_columns,
            checks=_checks_table(record.checks).markup() if record.checks else "",
            policy=POLICY,
            style=page_style(f"{MARKING} · {title}") + _sheet(),
            counts=_counts(record, is_loaded=is_loaded),
        )
    )


def write_check(
    folder: Path,
    *,
    record: ImportRecord,
    quarantine: pd.DataFrame | None,
    name: str,
    day: date,
) -> CheckFiles:
    """Write the page and the workbook of a check into a folder, over those of an earlier check.

    Parameters
    ----------
    folder : Path
        Where rows set aside are kept: the files hold what these hold. Made when missing.
    record : ImportRecord
        What reading found.
    quarantine : DataFrame or None
        The rows set aside; None where nothing could be loaded.
    name, day
        As for ``check_page``.
    """
    files = CheckFiles(page=folder / CHECK_PAGE, workbook=folder / CHECK_WORKBOOK)
    page = check_page(record, name=name, day=day, is_loaded=quarantine is not None)
    workbook = rows_to_mend(record, quarantine)
    write_privately(files.page, page.encode("utf-8", errors="replace"))
    write_privately(files.workbook, workbook)
    return files


def _words(record: ImportRecord, kinds: Sequence[FindingKind], *, is_loaded: bool) -> str:
    """The sentence at the head: what to do next."""
    if not is_loaded:
        stops = len(of_outcome(kinds, "reject"))
        return (
            f"Nothing was loaded. Mend {'what stands' if stops == 1 else 'the things that stand'} "
            "first below, then check again."
        )
    alike = record.nothing_lost
    to_mend = record.quarantined - alike
    repeats = "repeats another or holds" if alike == 1 else "repeat others or hold"
    also = f" {counted(alike, 'row')} set aside {repeats} no record: nothing is lost by that."
    also = also if alike else ""
    if to_mend:
        were, them = ("was", "it") if to_mend == 1 else ("were", "them")
        return (
            f"{counted(to_mend, 'row')} of {record.rows_in:,} {were} set aside. Mend {them} in the "
            f"export and check again; until then a report is made without {them}.{also}"
        )
    used = f"Every {'record' if record.not_data or alike else 'row'} can be used.{also}"
    if of_outcome(kinds, "warning"):
        return f"{used} Look at the warnings below before you make a report."
    return f"{used} Nothing needs mending."


def _steps(record: ImportRecord) -> Iterator[tuple[Outcome, str]]:
    for outcome, words in STEPS.items():
        nothing_to_mend = outcome == "quarantine" and record.quarantined == record.nothing_lost
        yield outcome, NOTHING_LOST_STEP if nothing_to_mend else words


def _counts(record: ImportRecord, *, is_loaded: bool) -> list[tuple[str, str]]:
    if not is_loaded:
        return [("0", f"rows loaded of {record.rows_in:,} found")]
    to_mend = record.quarantined - record.nothing_lost
    told = [
        (record.loaded, f"loaded of {record.rows_in:,}"),
        (to_mend, "set aside, to be mended"),
        *([(record.nothing_lost, "set aside, nothing lost by it")] if record.nothing_lost else []),
        *([(record.not_data, "without a record")] if record.not_data else []),
    ]
    return [(f"{rows:,}", f"{'row' if rows == 1 else 'rows'} {words}") for rows, words in told]


def _rows_table(record: ImportRecord) -> Table:
    tables = [file for file in record.files if file.kind != "settings"]
    rows = [(file.name, str(file.kind), row_counts(file)) for file in tables]
    if len(tables) > 1:
        rows.append(("All files", "", row_counts(record)))
    return Table(
        caption="Rows of each file: in = loaded + set aside + not data",
        columns=(*word_columns("File", "Holds"), *number_columns(*ROW_COUNTS)),
        rows=tuple((file, holds, *(f"{n:,}" for n in counts)) for file, holds, counts in rows),
        note="Not data: totals, blank forms and other rows recognised as holding no record.",
    )


def _kind(kind: FindingKind) -> dict[str, object]:
    """A kind as the template shows it; what all its findings share is said once."""
    first = kind.findings[0]
    same_found = all(finding.found == first.found for finding in kind.findings)
    same_expected = all(finding.expected == first.expected for finding in kind.findings)
    same_mend = all(finding.mend == first.mend for finding in kind.findings)
    mend, _, paste = (first.mend if same_mend else kind.mend).partition("\n")
    return {
        "title": kind.title,
        "id": f"page-{kind.outcome}-{kind.code.replace('_', '-')}",
        "extent": kind.extent,
        "code": kind.code,
        "outcome": kind.outcome,  # the same may be a warning in one place and a note in another
        "found": first.found if same_found else kind.found,
        "expected": first.expected if same_expected else kind.expected,
        "mend": mend,
        "paste": paste,
        "places": _places_table(kind, expected=not same_expected, mend=not same_mend).markup(),
        "folded": len(kind.findings) > OPEN_PLACES,
        "count": counted(len(kind.findings), "place"),
    }


def _places_table(kind: FindingKind, *, expected: bool, mend: bool) -> Table:
    findings = kind.findings
    shown: list[tuple[str, list[str], bool]] = [
        ("File", [finding.file for finding in findings], True),
        ("Sheet", [finding.sheet or "" for finding in findings], False),
        ("Row", [_row(finding) for finding in findings], False),
        ("Column", [finding.column or "" for finding in findings], False),
    ]
    if len({finding.found for finding in findings}) > 1:
        shown.append(("Found", [finding.found for finding in findings], True))
    if expected:
        shown.append(("Expected", [finding.expected for finding in findings], True))
    if mend:
        shown.append(("To mend", [finding.mend for finding in findings], True))
    # A column that is blank throughout, such as the sheet of a CSV file, tells nothing.
    kept = [(heading, cells) for heading, cells, always in shown if always or any(cells)]
    return Table(
        caption=f"{kind.title}: where",
        columns=tuple(
            Column(heading=heading, align="right" if heading == "Row" else "left")
            for heading, _ in kept
        ),
        rows=tuple(zip(*(cells for _, cells in kept), strict=True)),
    )


def _row(finding: Finding) -> str:
    if finding.row is not None:
        return str(finding.row)
    return f"{finding.rows:,} rows" if finding.rows > 1 else ""


def _checks_table(checks: Sequence[Check]) -> Table:
    return Table(
        caption="Checks of the data as a whole",
        columns=word_columns("Check", "Result", "Detail"),
        rows=tuple((check.name, check.state, check.detail) for check in checks),
    )


def _sheet() -> Markup:
    return Markup(files("qaf_analysis.report").joinpath("templates/check.css").read_text("utf-8"))
