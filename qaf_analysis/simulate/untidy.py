"""The untidy exports of a simulated council: each layout, spoilt in the ways that happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.exports import csv_bytes, long_moderations
from qaf_analysis.simulate.layouts import (
    RETURN_SHEET,
    SHEET,
    action_list,
    calibration_list,
    is_in_workbook,
    keyed_into_workbook,
    moderators_return,
    old_form,
    split_quarter,
    workbook,
)
from qaf_analysis.simulate.mess import (
    DECLARED_GRADES,
    NOT_GRADED,
    BadCell,
    Export,
    add_row,
    grade_variants,
    name_variants,
    repeat,
    spoil,
    vary,
)
from qaf_analysis.simulate.settings_text import Declarations
from qaf_analysis.simulate.workbook_file import Cell, workbook_bytes
from qaf_analysis.terms.names import OVERALL, AuditType
from qaf_analysis.terms.scale import plain
from qaf_analysis.terms.settings import FileSettings

OLD_TEAM = "Locality Team 3"
PERSONAL_COLUMN = "Child's name"
OWNER_COLUMN = "Action owner"
UNKNOWN_GRADE = "Adequate"
ORPHAN = "A999999"
_TITLE_ROWS: tuple[list[Cell], ...] = (
    ["Case file audits"],
    ["Exported by the quality assurance team"],
    [None],
)
_SELECTION_WORDS = {
    "random": "Random sample",
    "stratified": "Stratified sample",
    "targeted": "Risk based",
}
_AUDIT_WORDS = {
    "collaborative": "Collaborative audit",
    "themed": "Themed audit",
    "multi_agency": "Multi-agency audit",
}
# Word processors write these with characters that only the Windows code page knows.
_TYPOGRAPHIC = {
    "Child's voice missing": "Child’s voice missing",
    "Impact on the child not shown": "Impact on the child – not shown",
}


@dataclass(frozen=True, kw_only=True)
class UntidyFile:
    """One untidy export: what was done to it, how it is laid out, and its bytes."""

    export: Export
    settings: FileSettings
    data: bytes


def untidy_files(council: SimulatedCouncil, *, rng: np.random.Generator) -> list[UntidyFile]:
    """Make every export that the council would have; those without a row are left out.

    Rows are spoilt only in multi-agency audits, on which no planted truth rests, so what is
    quarantined takes nothing from the truth.
    """
    files = [_old_form(council, rng=rng)]
    if is_in_workbook(council).any():
        files.append(_workbook(council, rng=rng))
    files.append(_calibration(council, rng=rng))
    files += [
        _return(council, source=source, number=number, rng=rng)
        for number, source in enumerate(council.design.sources)
    ]
    files.append(_actions(council, rng=rng))
    return [file for file in files if file.export.rows]


def declarations(council: SimulatedCouncil, files: list[UntidyFile]) -> Declarations:
    """Return what the council's settings must say for the exports to be read."""
    known = {plain(level) for level in council.design.scale.levels}
    return Declarations(
        files=tuple(file.settings for file in files),
        grades={word: level for word, level in DECLARED_GRADES.items() if plain(level) in known},
        spellings={
            "team": {OLD_TEAM: _renamed_team(council)},
            "audit_type": {word: name for name, word in _AUDIT_WORDS.items()},
            "selected_by": {word: name for name, word in _SELECTION_WORDS.items()},
        },
        not_graded=(NOT_GRADED,),
    )


def _old_form(council: SimulatedCouncil, *, rng: np.random.Generator) -> UntidyFile:
    """Early audits: semicolons, a byte-order mark, and a team's name from before it changed."""
    export, settings = old_form(council)
    _replace_words(export, "Team", {_renamed_team(council): OLD_TEAM})
    _vary_words(export, grades=["Grade"], names=["Team", "Auditor"], rng=rng)
    domain = export.place("Domain")
    whole = _expendable(export, council)
    spare = {row for row in whole if export.rows[row][domain] != OVERALL}
    year = council.design.quarters[split_quarter(council.design) - 1].year
    for bad in (
        BadCell(
            item="not graded, declared",
            heading="Grade",
            value=NOT_GRADED,
            count=3,
            outcome="accepted",
        ),
        BadCell(item="blank grade", heading="Grade", value=None, count=2),
        BadCell(item="unknown grade", heading="Grade", value=UNKNOWN_GRADE),
        BadCell(item="impossible date", heading="Audit date", value=f"31/11/{year}"),
    ):
        spoil(export, bad, candidates=spare, rng=rng)
    repeat(export, share=0.01, avoid=whole, rng=rng)
    data = csv_bytes(export.header, export.rows, delimiter=";", encoding="utf-8-sig")
    return UntidyFile(export=export, settings=settings, data=data)


def _workbook(council: SimulatedCouncil, *, rng: np.random.Generator) -> UntidyFile:
    """Later audits: title rows, real dates, a total at the foot, and a column too many."""
    moderated = long_moderations(council)[keyed_into_workbook(council).to_numpy()]
    export, settings = workbook(council, moderated=moderated)
    export.rows_above = len(_TITLE_ROWS)
    _replace_words(export, "Type of audit", _AUDIT_WORDS)
    _replace_words(export, "How selected", _SELECTION_WORDS)
    domains = council.design.columns
    graded = [*domains, *(f"Second: {domain}" for domain in domains), "Moderated: Overall"]
    _vary_words(export, grades=graded, names=["Team", "Auditor", "Second auditor"], rng=rng)
    whole = _expendable(export, council)
    spare, domain, year = set(whole), domains[1], council.design.last.year
    for bad in (
        BadCell(
            item="not graded, declared",
            heading=domain,
            value=NOT_GRADED,
            count=4,
            outcome="accepted",
        ),
        BadCell(item="unknown grade", heading=domain, value=UNKNOWN_GRADE),
        BadCell(item="impossible date", heading="Date of audit", value=f"31/11/{year}"),
    ):
        spoil(export, bad, candidates=spare, rng=rng)
    _add_personal_column(export, PERSONAL_COLUMN, "Invented Child")
    repeat(export, share=0.01, avoid=whole, rng=rng)
    total: dict[str, Cell] = {"Audit ID": "Total", "Case reference": str(len(export.rows))}
    add_row(export, item="totals row", cells=total)
    data = workbook_bytes({SHEET: [*_TITLE_ROWS, [*export.header], *export.rows]})
    return UntidyFile(export=export, settings=settings, data=data)


def _calibration(council: SimulatedCouncil, *, rng: np.random.Generator) -> UntidyFile:
    export, settings = calibration_list(council)
    _vary_words(export, grades=["Grade"], names=["Auditor"], rng=rng)
    data = csv_bytes(export.header, export.rows)
    return UntidyFile(export=export, settings=settings, data=data)


def _return(
    council: SimulatedCouncil, *, source: str, number: int, rng: np.random.Generator
) -> UntidyFile:
    """One source's return; the first comes from Windows, the second from abroad, the third Excel.

    The first also has repeated rows and a moderation of an audit that is not there.
    """
    keep = (council.moderations["moderation_source"] == source) & ~keyed_into_workbook(council)
    style = number % 3
    suffix = ".xlsx" if style == 2 else ".csv"
    export, settings = moderators_return(council, source=source, suffix=suffix, keep=keep)
    _replace_words(export, "Selected by", _SELECTION_WORDS)
    _vary_words(export, grades=["Grade"], names=["Moderator"], rng=rng)
    if number == 0 and export.rows:
        _replace_words(export, "Reason", _TYPOGRAPHIC)
        last = dict(zip(export.header, export.rows[-1], strict=True))
        repeat(export, share=0.005, avoid=set(), rng=rng)
        add_row(export, item="orphan moderation", cells={**last, "Audit ID": ORPHAN})
    if style == 2:
        data = workbook_bytes({RETURN_SHEET: [[*export.header], *export.rows]})
    elif style == 1:
        data = csv_bytes(export.header, export.rows, delimiter=";")
    else:
        data = csv_bytes(export.header, export.rows, encoding="cp1252")
    return UntidyFile(export=export, settings=settings, data=data)


def _actions(council: SimulatedCouncil, *, rng: np.random.Generator) -> UntidyFile:
    """The action plan: owners by name, themes spelt otherwise, and rows that cannot be right."""
    export, settings = action_list(council)
    vary(
        export,
        headings=["Theme", "Team"],
        item="names in other case or spacing",
        share=0.1,
        variants=name_variants,
        rng=rng,
    )
    _add_personal_column(export, OWNER_COLUMN, "Invented Worker")
    if export.rows:
        first = dict(zip(export.header, export.rows[0], strict=True))
        repeat(export, share=0.04, avoid=set(), rng=rng)
        year = council.design.first.year - 1
        early: dict[str, Cell] = {"Action ID": "ACT901", "Closed on": f"31/12/{year}"}
        add_row(export, item="action closed before it was raised", cells={**first, **early})
        strange: dict[str, Cell] = {"Action ID": "ACT902", "Theme": "Theme of another council"}
        add_row(export, item="unknown theme", cells={**first, **strange})
    data = csv_bytes(export.header, export.rows)
    return UntidyFile(export=export, settings=settings, data=data)


def _vary_words(
    export: Export, *, grades: list[str], names: list[str], rng: np.random.Generator
) -> None:
    vary(
        export,
        headings=grades,
        item="grades spelt otherwise",
        share=0.15,
        variants=grade_variants,
        rng=rng,
    )
    vary(
        export,
        headings=names,
        item="names in other case or spacing",
        share=0.05,
        variants=name_variants,
        rng=rng,
    )


def _replace_words(export: Export, heading: str, words: Mapping[str, str]) -> None:
    place = export.place(heading)
    for row in export.rows:
        cell = row[place]
        if isinstance(cell, str):
            row[place] = words.get(cell, cell)


def _add_personal_column(export: Export, heading: str, name: str) -> None:
    export.header.append(heading)
    for number, row in enumerate(export.rows):
        row.append(f"{name} {number:03d}")
    export.note("personal column, to be left out", outcome="accepted", rows=[-1])


def _expendable(export: Export, council: SimulatedCouncil) -> set[int]:
    """Rows of multi-agency audits."""
    audits = council.audits
    spare = set(audits.loc[audits["audit_type"] == AuditType.MULTI_AGENCY, "audit_id"])
    place = export.place("Audit ID")
    return {number for number, row in enumerate(export.rows) if row[place] in spare}


def _renamed_team(council: SimulatedCouncil) -> str:
    teams = council.design.teams
    return teams[2 % len(teams)].name
