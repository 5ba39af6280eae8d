"""Which columns we read from an export, and how the cells of each are to be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings import FileKind, FileSettings, Grader

Graded = Literal["auditor", "second_auditor", "moderator", "action"]
Kind = Literal[
    "identifier",
    "person",
    "date",
    "quarter",
    "word",
    "choice",
    "flag",
    "share",
    "grade",
    "free",
]
KINDS: Mapping[str, Kind] = {
    "audit_id": "identifier",
    "case_ref": "identifier",
    "session_id": "identifier",
    "action_id": "identifier",
    "verified_by_audit": "identifier",
    "auditor": "person",
    "second_auditor": "person",
    "moderator": "person",
    "audit_date": "date",
    "rated_on": "date",
    "moderated_on": "date",
    "raised_on": "date",
    "due_on": "date",
    "closed_on": "date",
    "verified_on": "date",
    "quarter": "quarter",
    "team": "word",
    "case_type": "word",
    "domain": "word",
    "theme": "word",
    "sample_method": "word",
    "moderation_source": "word",
    "round": "word",
    "audit_type": "choice",
    "role": "choice",
    "selected_by": "choice",
    "co_located": "flag",
    "collaborative": "flag",
    "family_feedback": "flag",
    "blind": "flag",
    "selection_probability": "share",
    "grade": "grade",
    "reason": "free",
    "response": "free",
}
# Dates that may lie ahead of the day of reading.
PLANNED = ("due_on",)
# Whose columns a file of each kind holds, but for further graders of a wide spreadsheet.
OWN_COLUMNS: Mapping[FileKind, Graded] = {
    "audits": "auditor",
    "moderations": "moderator",
    "actions": "action",
}
# Without the required columns nothing can be said; without the expected ones, less.
REQUIRED = {
    "audits": ("audit_id", "audit_date", "team", "auditor", "domain", "grade"),
    "moderations": ("audit_id", "moderator", "moderated_on", "domain", "grade"),
    "actions": ("action_id", "raised_on"),
}
EXPECTED = {
    "audits": ("case_ref", "quarter", "case_type"),
    "moderations": ("moderation_source", "reason"),
    "actions": ("due_on", "closed_on"),
}
OPTIONAL = {
    "audits": (
        "audit_type",
        "theme",
        "session_id",
        "co_located",
        "collaborative",
        "family_feedback",
        "sample_method",
        "role",
        "blind",
        "rated_on",
    ),
    "moderations": (
        "round",
        "selected_by",
        "selection_probability",
        "blind",
        "response",
        "role",
    ),
    "actions": ("theme", "domain", "team", "verified_on", "verified_by_audit"),
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column that we read.

    Parameters
    ----------
    name : str
        Our name.
    heading : str
        The export's heading.
    grader : {"auditor", "second_auditor", "moderator", "action"}
        Whose column it is; ``action`` for those of an improvement action, which nobody grades.
    domain : str or None
        The domain graded, in a wide spreadsheet.
    need : {"required", "expected", "optional"}
        What its absence leads to: refusal, a warning, nothing.
    """

    name: str
    heading: str
    grader: Graded
    domain: str | None = None
    need: Literal["required", "expected", "optional"] = "required"

    @property
    def kind(self) -> Kind:
        """How its cells are read."""
        return KINDS[self.name]


def wanted_columns(file: FileSettings) -> tuple[Column, ...]:
    """Columns to look for in a file.

    Raises
    ------
    SettingsError
        If the settings name a column that we do not know.
    """
    known = (*REQUIRED[file.kind], *EXPECTED[file.kind], *OPTIONAL[file.kind])
    more = (*OPTIONAL["moderations"], *EXPECTED["moderations"], "moderated_on")
    _refuse_unknown(file, file.columns, known)
    constants = (*known, *more) if file.moderator else known
    _refuse_unknown(file, file.constants, [name for name in constants if name != "grade"])
    graded = OWN_COLUMNS[file.kind]
    wide = file.shape != "long"
    columns = []
    for name in known:
        if name in file.constants or (wide and name in ("domain", "grade")):
            continue
        need: Literal["required", "expected", "optional"] = "optional"
        if name in REQUIRED[file.kind] or name in file.columns:
            need = "required"
        elif name in EXPECTED[file.kind]:
            need = "expected"
        heading = file.columns.get(name, name)
        columns.append(Column(name=name, heading=heading, grader=graded, need=need))
    if wide:
        columns += _grade_columns(file.domains, graded)
        columns += _grader_columns(file, file.second_auditor, "second_auditor")
        columns += _grader_columns(file, file.moderator, "moderator")
    return tuple(columns)


def _grade_columns(domains: Mapping[str, str], grader: Graded) -> list[Column]:
    return [
        Column(name="grade", heading=heading, grader=grader, domain=domain)
        for domain, heading in domains.items()
    ]


def _grader_columns(file: FileSettings, grader: Grader | None, whose: Graded) -> list[Column]:
    if grader is None:
        return []
    known: tuple[str, ...] = ("rated_on", "blind")
    if whose == "moderator":
        known = ("moderated_on", *EXPECTED["moderations"], *OPTIONAL["moderations"])
    _refuse_unknown(file, grader.columns, known)
    further = [
        Column(name=name, heading=heading, grader=whose) for name, heading in grader.columns.items()
    ]
    rater = Column(name=whose, heading=grader.rater, grader=whose)
    return [rater, *further, *_grade_columns(grader.domains, whose)]


def _refuse_unknown(file: FileSettings, names: Mapping[str, str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise SettingsError(
                f'Settings of {file.path}: "{name}" is not a column known here; '
                f"known: {', '.join(known)}."
            )
