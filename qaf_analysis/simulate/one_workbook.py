"""Exports of a council that keeps its audits in one workbook, by month, and re-reads some of them.

Moderators' returns name the scale that each grade is on, and a bridge return holds what was
graded on both sides of a change of scale.
"""

from __future__ import annotations

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.exports import (
    csv_bytes,
    day_style,
    long_audits,
    long_bridges,
    written_days,
)
from qaf_analysis.simulate.layouts import (
    SHEET,
    UK_DAY,
    action_list,
    cells,
    heading,
    moderators_return,
    wide_grades,
)
from qaf_analysis.simulate.mess import Export, name_variants, repeat, vary
from qaf_analysis.simulate.untidy import UntidyFile
from qaf_analysis.simulate.workbook_file import workbook_bytes
from qaf_analysis.terms.names import Role
from qaf_analysis.terms.settings import FileSettings, Grader

_COLUMNS = {
    "audit_id": "Audit ID",
    "case_ref": "Case reference",
    "audit_date": "Month of audit",
    "quarter": "Quarter",
    "team": "Team",
    "case_type": "Case type",
    "audit_type": "Type of audit",
    "theme": "Theme",
    "collaborative": "Worker present?",
    "family_feedback": "Family feedback?",
    "sample_method": "How chosen",
    "auditor": "Auditor",
}
_SECOND = "Second: "


def workbook_files(council: SimulatedCouncil, *, rng: np.random.Generator) -> list[UntidyFile]:
    """Make every export of the council: workbook, moderators' returns, bridge, actions.

    Names are spelt in several ways, and the first return repeats a few rows.
    """
    files = [_workbook(council, rng=rng)]
    files += [
        _return(council, source=source, repeats=number == 0, rng=rng)
        for number, source in enumerate(council.design.sources)
    ]
    if council.design.bridges:
        files.append(_bridge(council))
    export, settings = action_list(council)
    data = csv_bytes(export.header, export.rows)
    files.append(UntidyFile(export=export, settings=settings, data=data))
    return [file for file in files if file.export.rows]


def _workbook(council: SimulatedCouncil, *, rng: np.random.Generator) -> UntidyFile:
    """One row per audit, with the second auditor to the right."""
    domains = [council.design.columns[place] for place in council.design.graded_columns]
    second = Grader(
        rater="Second auditor",
        domains={domain: f"{_SECOND}{domain}" for domain in domains},
        columns={"blind": "Second grade blind?"},
    )
    settings = FileSettings(
        path="audits.xlsx",
        kind="audits",
        shape="wide",
        sheet=SHEET,
        columns=_COLUMNS,
        domains={domain: domain for domain in domains},
        second_auditor=second,
    )
    long = long_audits(council)
    style = day_style(council, of_days=UK_DAY)
    long["audit_date"] = written_days(long["audit_date"], style=style)
    order = council.audits["audit_id"]
    first = wide_grades(long[long["role"] == Role.AUDITOR], _COLUMNS, prefix="").reindex(order)
    again = wide_grades(
        long[long["role"] == Role.SECOND_AUDITOR],
        {"auditor": second.rater, **second.columns},
        prefix=_SECOND,
    ).reindex(order)
    header = [*_COLUMNS.values(), *domains, second.rater, *second.columns.values()]
    header += second.domains.values()
    table = first.join(again).reindex(columns=header)
    export = Export(name=settings.path, header=header, rows=cells(table))
    _vary_names(export, ["Team", "Auditor", second.rater], rng=rng)
    data = workbook_bytes({SHEET: [[*header], *export.rows]})
    return UntidyFile(export=export, settings=settings, data=data)


def _return(
    council: SimulatedCouncil, *, source: str, repeats: bool, rng: np.random.Generator
) -> UntidyFile:
    keep = council.moderations["moderation_source"] == source
    export, settings = moderators_return(council, source=source, suffix=".csv", keep=keep)
    _vary_names(export, ["Moderator"], rng=rng)
    if repeats:
        repeat(export, share=0.005, avoid=set(), rng=rng)
    data = csv_bytes(export.header, export.rows)
    return UntidyFile(export=export, settings=settings, data=data)


def _bridge(council: SimulatedCouncil) -> UntidyFile:
    table = long_bridges(council)
    table["read_on"] = written_days(table["read_on"], style=UK_DAY)
    settings = FileSettings(
        path="returns/read again.csv",
        kind="bridge",
        date_order="day_first",
        columns={name: heading(name) for name in table.columns},
    )
    header = list(settings.columns.values())
    export = Export(name=settings.path, header=header, rows=cells(table))
    return UntidyFile(export=export, settings=settings, data=csv_bytes(export.header, export.rows))


def _vary_names(export: Export, headings: list[str], *, rng: np.random.Generator) -> None:
    vary(
        export,
        headings=headings,
        item="names in other case or spacing",
        share=0.05,
        variants=name_variants,
        rng=rng,
    )
