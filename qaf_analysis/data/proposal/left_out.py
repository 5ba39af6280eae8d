"""Columns that the proposed settings leave out, each with what it seems to hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.files.heading_words import domain_name, of_another_audit
from qaf_analysis.data.proposal.content import Profile
from qaf_analysis.data.proposal.draft import toml_key, toml_text
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.data.proposal.grade_words import is_small_number
from qaf_analysis.data.proposal.meaning import Meaning

_FEW_WORDS = 12
_FEW_NAMES = 3


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """One column, or one question, that is not read.

    Parameters
    ----------
    place : str
        File and sheet.
    heading : str
        Its heading, or the question.
    holds : str
        What its cells seem to be; no cell is quoted.
    cells : int
        Cells that are not blank.
    mend : str
        What to write to have it read; empty where nothing suggests that it is wanted.
    """

    place: str
    heading: str
    holds: str
    cells: int
    mend: str

    @property
    def line(self) -> str:
        """The column in one line."""
        mend = f"; {self.mend}" if self.mend else ""
        return f"{self.place}, {extract(self.heading)}: {self.holds} ({self.cells:,}){mend}"


def left_out(meanings: Iterable[Meaning]) -> tuple[LeftOut, ...]:
    """Every column with cells that settings by these meanings do not read.

    Of questions only those that may be grades are named: a form asks many that nobody wants here.
    """
    return tuple(
        LeftOut(
            place=meaning.source.place,
            heading=f.heading,
            holds=holds(f.profile),
            cells=f.profile.filled,
            mend=_mend(f, meaning),
        )
        for meaning in meanings
        for f in meaning.unread
        if f.source == "column" or _may_be_grade(f.profile)
    )


def holds(profile: Profile) -> str:
    """What the cells of a column seem to be, without quoting any.

    Examples
    --------
    >>> from qaf_analysis.data.proposal.content import profile_of
    >>> holds(profile_of([("1", ""), ("4", ""), ("2", "")]))
    'numbers from 1 to 4'
    >>> holds(profile_of([("Yes", ""), ("No", ""), ("Yes", "")]))
    'yes and no'
    """
    if profile.are_small_numbers:
        numbers = sorted((t for t in profile.words if is_small_number(t)), key=float)
        return f"numbers from {numbers[0]} to {numbers[-1]}"
    for says, is_so in (
        ("free text", profile.are_long),
        ("dates", profile.are_dates),
        ("grades", profile.are_grades),
        ("yes and no", profile.are_flags),
        ("quarters", profile.share("quarter") >= 0.8),
        ("percentages", profile.share("share") >= 0.8),
        ("numbers", profile.share("number") >= 0.8),
        ("names", profile.share("name") >= 0.8 and profile.distinct > _FEW_NAMES),
        ("numbers or codes", profile.share("id", "number") >= 0.8),
    ):
        if is_so:
            return says
    if profile.distinct <= _FEW_WORDS:
        return counted(profile.distinct, "different word")
    return "texts"


def _may_be_grade(profile: Profile) -> bool:
    return profile.are_grades or (profile.are_small_numbers and profile.distinct >= 2)


def _mend(f: Field, meaning: Meaning) -> str:
    """The line that would read it as a grade, where it may be one of an audit."""
    where = "question" if meaning.shape == "answers" else "column"
    wide = meaning.kind == "audits" and meaning.shape != "long"
    if not wide or f.source != where or not _may_be_grade(f.profile):
        return ""
    says = "if they are grades"
    if of_another_audit(f.heading):
        says = "it seems to be of another audit, or a worker's own view; if it is the auditor's"
    line = f"{toml_key(domain_name(f.lower))} = {toml_text(f.heading)}"
    return f"{says}, write {line} under [files.domains]"
