"""Which columns we read from an export, and how the cells of each are to be understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.settings import FileKind, FileSettings, Grader

Graded = Literal["auditor", "second_auditor", "moderator", "reader", "action"]
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
    "scale",
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
    "reader": "person",
    "audit_date": "date",
    "rated_on": "date",
    "moderated_on": "date",
    "read_on": "date",
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
    "reading": "choice",
    "recognised": "choice",
    "saw_audit_grade": "choice",
    "co_located": "flag",
    "collaborative": "flag",
    "family_feedback": "flag",
    "blind": "flag",
    "selection_probability": "share",
    "grade": "grade",
    "scale": "scale",
    "reason": "free",
    "response": "free",
    "question": "free",
    "answer": "free",
}
# The two columns of question-and-answer rows; what they hold becomes columns of its own.
ASKED = ("question", "answer")
# Dates that may lie ahead of the day of reading.
PLANNED = ("due_on",)
# Whose columns a file of each kind holds, but for further graders of a wide spreadsheet.
OWN_COLUMNS: Mapping[FileKind, Graded] = {
    "audits": "auditor",
    "moderations": "moderator",
    "actions": "action",
    "bridge": "reader",
    "rereadings": "moderator",
}
# Without the required columns nothing can be said; without the expected ones, less.
REQUIRED = {
    "audits": ("audit_id", "audit_date", "team", "auditor", "domain", "grade"),
    "moderations": ("audit_id", "moderator", "moderated_on", "domain", "grade"),
    "actions": ("action_id", "raised_on"),
    "bridge": ("audit_id", "reader", "read_on", "domain", "grade"),
    "rereadings": ("audit_id", "moderator", "reading", "round", "read_on", "domain", "grade"),
}
EXPECTED = {
    "audits": ("case_ref", "quarter", "case_type"),
    "moderations": ("moderation_source", "reason"),
    "actions": ("due_on", "closed_on"),
    "bridge": ("blind", "selected_by"),
    "rereadings": ("recognised", "saw_audit_grade"),
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
        "scale",
    ),
    "moderations": (
        "round",
        "selected_by",
        "selection_probability",
        "blind",
        "response",
        "role",
        "scale",
    ),
    "actions": ("theme", "domain", "team", "verified_on", "verified_by_audit"),
    "bridge": ("scale",),
    "rereadings": ("scale",),
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
    grader : {"auditor", "second_auditor", "moderator", "reader", "action"}
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
    """Columns to look for in a file, once it has a row for each record.

    Raises
    ------
    SettingsError
        If the settings name a column that we do not know.
    """
    known = _known(file)
    more = (*OPTIONAL["moderations"], *EXPECTED["moderations"], "moderated_on")
    own = {name: text for name, text in file.columns.items() if not _asks(file, name)}
    headings = {**own, **file.questions}
    _refuse_unknown(file, headings, known)
    constants = (*known, *more) if file.moderator else known
    _refuse_unknown(file, file.constants, [name for name in constants if name != "grade"])
    graded = OWN_COLUMNS[file.kind]
    wide = file.shape != "long"
    columns = []
    for name in known:
        if name in file.constants or (wide and name in ("domain", "grade")):
            continue
        need: Literal["required", "expected", "optional"] = "optional"
        if name in required_names(file) or name in headings:
            need = "required"
        elif name in EXPECTED[file.kind]:
            need = "expected"
        heading = headings.get(name, name)
        columns.append(Column(name=name, heading=heading, grader=graded, need=need))
    if wide:
        columns += _grade_columns(file.domains, graded)
        columns += _grader_columns(file, file.second_auditor, "second_auditor")
        columns += _grader_columns(file, file.moderator, "moderator")
    return tuple(columns)


def required_names(file: FileSettings) -> tuple[str, ...]:
    """Our names of the columns without which nothing can be said of a row.

    A row that is matched to its audit by the case needs the case, and no identifier.

    Examples
    --------
    >>> from qaf_analysis.terms.settings import Match
    >>> required_names(FileSettings(path="m.csv", kind="moderations", match=Match(days=90)))[0]
    'case_ref'
    """
    if file.match is None or file.kind != "moderations":
        return REQUIRED[file.kind]
    return ("case_ref", *(name for name in REQUIRED[file.kind] if name != "audit_id"))


def source_columns(file: FileSettings) -> tuple[Column, ...]:
    """Columns as they stand in the file itself, before it has a row for each record.

    Of question-and-answer rows these are the columns of the form, the question and the answer; a
    heading that is put together from several, or stands under other names, is each of those.
    """
    wanted = wanted_columns(file)
    if file.shape == "answers":
        wanted = tuple(column for column in wanted if column.heading not in question_texts(file))
        own = OWN_COLUMNS[file.kind]
        wanted += tuple(
            Column(name=name, heading=file.columns[name], grader=own)
            for name in ASKED
            if name in file.columns
        )
    return tuple(
        replace(column, heading=heading)
        for column in wanted
        for heading in stands_for(column.heading, file=file)
    )


def stands_for(heading: str, *, file: FileSettings) -> tuple[str, ...]:
    """Headings of the file that a heading is put together from, or may stand under."""
    return file.built.get(heading) or file.either.get(heading) or (heading,)


def question_texts(file: FileSettings) -> frozenset[str]:
    """Headings that are questions, in question-and-answer rows; none in other files."""
    if file.shape != "answers":
        return frozenset()
    graders = [grader for grader in (file.second_auditor, file.moderator) if grader is not None]
    asked = {*file.questions.values(), *file.domains.values()}
    for grader in graders:
        asked |= {grader.rater, *grader.domains.values(), *grader.columns.values()}
    return frozenset(asked)


def _known(file: FileSettings) -> tuple[str, ...]:
    names = (*REQUIRED[file.kind], *EXPECTED[file.kind], *OPTIONAL[file.kind])
    # Moderations name no case, unless they are matched by it.
    return names if "case_ref" in names or file.match is None else ("case_ref", *names)


def _asks(file: FileSettings, name: str) -> bool:
    return file.shape == "answers" and name in ASKED


def _grade_columns(domains: Mapping[str, str], grader: Graded) -> list[Column]:
    return [
        Column(name="grade", heading=heading, grader=grader, domain=domain)
        for domain, heading in domains.items()
    ]


def _grader_columns(file: FileSettings, grader: Grader | None, whose: Graded) -> list[Column]:
    if grader is None:
        return []
    known: tuple[str, ...] = ("rated_on", "blind", "scale")
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
