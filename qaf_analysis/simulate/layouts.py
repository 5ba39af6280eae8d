"""The layouts of a simulated council's untidy exports, and the tables that fill them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import ACTION_DAYS
from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.exports import (
    AUDIT_COLUMNS,
    long_actions,
    long_audits,
    long_moderations,
    written_days,
)
from qaf_analysis.simulate.mess import Export
from qaf_analysis.simulate.workbook_file import Cell
from qaf_analysis.terms.names import OVERALL, AuditType, Role
from qaf_analysis.terms.settings import FileSettings, Grader

SHEET = "Audits"
RETURN_SHEET = "Return"
UK_DAY = "%d/%m/%Y"
# The old audit form did not ask for these.
_NEW_COLUMNS = ("session_id", "co_located", "collaborative", "sample_method")
_WIDE_COLUMNS = {
    "audit_id": "Audit ID",
    "case_ref": "Case reference",
    "audit_date": "Date of audit",
    "quarter": "Quarter",
    "team": "Team",
    "case_type": "Case type",
    "audit_type": "Type of audit",
    "theme": "Theme",
    "co_located": "Co-located?",
    "collaborative": "Worker present?",
    "family_feedback": "Family feedback?",
    "sample_method": "How chosen",
    "auditor": "Auditor",
}
_MODERATOR_COLUMNS = {
    "moderated_on": "Date moderated",
    "moderation_source": "Moderated by",
    "round": "Round",
    "selected_by": "How selected",
    "selection_probability": "Chance of selection",
    "blind": "Moderated blind?",
    "reason": "Reason",
    "response": "Auditor's response",
}


def split_quarter(design: CouncilDesign) -> int:
    """Place of the first quarter that is kept in the new workbook."""
    return max(1, len(design.quarters) // 3)


def old_form(council: SimulatedCouncil) -> tuple[Export, FileSettings]:
    """Long list of the early audits: one row per audit, auditor and domain, UK dates."""
    early = council.audits["t"] < split_quarter(council.design)
    routine = council.audits["audit_type"] != AuditType.CALIBRATION
    columns = [name for name in AUDIT_COLUMNS if name not in _NEW_COLUMNS]
    settings = FileSettings(
        path=f"audits {_years(council.design, early=True)}.csv",
        kind="audits",
        date_order="day_first",
        columns={name: heading(name) for name in columns},
    )
    return _long(council, settings=settings, columns=columns, keep=early & routine), settings


def calibration_list(council: SimulatedCouncil) -> tuple[Export, FileSettings]:
    """Long list of all gradings at calibration sessions; the kind of audit is a constant."""
    columns = [
        "audit_id",
        "case_ref",
        "audit_date",
        "quarter",
        "team",
        "case_type",
        "session_id",
        "auditor",
        "role",
        "blind",
        "domain",
        "grade",
    ]
    settings = FileSettings(
        path="calibration sessions.csv",
        kind="audits",
        date_order="day_first",
        columns={name: heading(name) for name in columns},
        constants={"audit_type": AuditType.CALIBRATION.value},
    )
    keep = council.audits["audit_type"] == AuditType.CALIBRATION
    return _long(council, settings=settings, columns=columns, keep=keep), settings


def workbook(council: SimulatedCouncil, *, moderated: pd.DataFrame) -> tuple[Export, FileSettings]:
    """Wide list of the later audits, with real dates and further graders to the right.

    Parameters
    ----------
    moderated : DataFrame
        Long moderations of the overall grade that were keyed into the workbook, at most one
        for an audit; days, else text.
    """
    design = council.design
    settings = FileSettings(
        path=f"audits {_years(design, early=False)}.xlsx",
        kind="audits",
        shape="wide",
        sheet=SHEET,
        date_order="day_first",
        columns=_WIDE_COLUMNS,
        domains={domain: domain for domain in design.columns},
        second_auditor=Grader(
            rater="Second auditor",
            domains={domain: f"Second: {domain}" for domain in design.columns},
            columns={"blind": "Second grade blind?"},
        ),
        moderator=Grader(
            rater="Moderator", domains={OVERALL: "Moderated: Overall"}, columns=_MODERATOR_COLUMNS
        ),
    )
    late = council.audits[is_in_workbook(council)].set_index("audit_id", drop=False)
    long = long_audits(council)
    long = long[long["audit_id"].isin(late.index)]
    wide = wide_grades(long[long["role"] == Role.AUDITOR], _WIDE_COLUMNS, prefix="").reindex(
        late.index
    )
    twice = long[long["role"] == Role.SECOND_AUDITOR]
    second_names = {"auditor": "Second auditor", "blind": "Second grade blind?"}
    second = wide_grades(twice, second_names, prefix="Second: ").reindex(late.index)
    third_names = {"moderator": "Moderator", **_MODERATOR_COLUMNS}
    third = wide_grades(moderated, third_names, prefix="Moderated: ").reindex(late.index)
    table = pd.concat([wide, second, third], axis=1)
    header = [*_WIDE_COLUMNS.values(), *settings.domains.values()]
    header += ["Second auditor", "Second grade blind?"]
    header += [f"Second: {domain}" for domain in design.columns]
    header += [*third_names.values(), "Moderated: Overall"]
    rows = cells(table.reindex(columns=header))
    return Export(name=settings.path, header=header, rows=rows), settings


def is_in_workbook(council: SimulatedCouncil) -> pd.Series[bool]:
    """Whether each audit is kept in the new workbook."""
    late = council.audits["t"] >= split_quarter(council.design)
    return late & (council.audits["audit_type"] != AuditType.CALIBRATION)


def keyed_into_workbook(council: SimulatedCouncil) -> pd.Series[bool]:
    """Which moderations stand in the workbook instead of in a return.

    Those of sources that only look at the overall grade; of several of one audit, the first.
    """
    design = council.design
    brief = {
        source
        for source in design.sources
        if all(round_.headline_only for round_ in design.rounds if round_.source == source)
    }
    moderations = council.moderations
    kept = set(council.audits.loc[is_in_workbook(council), "audit_id"])
    fits = moderations["moderation_source"].isin(brief) & moderations["audit_id"].isin(kept)
    again = moderations[fits].duplicated("audit_id").reindex(moderations.index, fill_value=False)
    return fits & ~again.astype(bool)


def moderators_return(
    council: SimulatedCouncil, *, source: str, suffix: str, keep: pd.Series[bool]
) -> tuple[Export, FileSettings]:
    """One source's own list of moderations: text dates in a CSV, real ones in a workbook."""
    table = long_moderations(council)[keep.to_numpy()]
    if suffix == ".csv":
        table["moderated_on"] = written_days(table["moderated_on"], style=UK_DAY)
    settings = FileSettings(
        path=f"returns/{source.replace('_', ' ')}{suffix}",
        kind="moderations",
        sheet=RETURN_SHEET if suffix == ".xlsx" else None,
        date_order="day_first",
        columns={name: heading(name) for name in table.columns},
    )
    header = list(settings.columns.values())
    return Export(name=settings.path, header=header, rows=cells(table)), settings


def action_list(council: SimulatedCouncil) -> tuple[Export, FileSettings]:
    """List of improvement actions with UK dates."""
    table = long_actions(council)
    for column in ACTION_DAYS:
        table[column] = written_days(table[column], style=UK_DAY)
    settings = FileSettings(
        path="actions.csv",
        kind="actions",
        date_order="day_first",
        columns={name: heading(name) for name in table.columns},
    )
    header = list(settings.columns.values())
    return Export(name=settings.path, header=header, rows=cells(table)), settings


def _long(
    council: SimulatedCouncil,
    *,
    settings: FileSettings,
    columns: list[str],
    keep: pd.Series[bool],
) -> Export:
    ids = council.audits.loc[keep, "audit_id"]
    long = long_audits(council)
    table = long.loc[long["audit_id"].isin(ids), columns]
    table = table.assign(audit_date=written_days(table["audit_date"], style=UK_DAY))
    return Export(name=settings.path, header=list(settings.columns.values()), rows=cells(table))


def wide_grades(long: pd.DataFrame, names: dict[str, str], *, prefix: str) -> pd.DataFrame:
    """Spread one grader's long rows: a row per audit, named columns, then a column per domain."""
    first = long.drop_duplicates("audit_id").set_index("audit_id", drop=False)
    grades = long.pivot(index="audit_id", columns="domain", values="grade").add_prefix(prefix)
    return pd.concat([first[list(names)].rename(columns=names), grades], axis=1)


def cells(table: pd.DataFrame) -> list[list[Cell]]:
    """Cells as plain values: days as dates, blanks as None."""
    columns = [
        [
            None if value is pd.NaT or value == "" or value != value else _plain(value)
            for value in table[name]
        ]
        for name in table.columns
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: object) -> Cell:
    if isinstance(value, pd.Timestamp):
        return date(value.year, value.month, value.day)
    return str(value)


def heading(name: str) -> str:
    """Heading that an export gives to a column of ours."""
    return name.replace("_id", " ID").replace("_", " ").capitalize().replace(" id", " ID")


def _years(design: CouncilDesign, *, early: bool) -> str:
    split = split_quarter(design)
    quarters = np.array(design.quarters[:split] if early else design.quarters[split:])
    return f"{quarters[0].year}-{(quarters[-1].year + 1) % 100:02d}"
