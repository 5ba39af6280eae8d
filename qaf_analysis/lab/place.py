"""Where grades of a pack are kept while they are given, and what a grading form may ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from qaf_analysis.moderation.packs.pack import NOT_GRADED, Pack
from qaf_analysis.terms.errors import IntegrityError, UsageError

YES, NO, NOT_SURE = "yes", "no", "not sure"
RECOGNISED = (YES, NO, NOT_SURE)


class Standing(Protocol):
    """What is kept of one case."""

    @property
    def grades(self) -> Mapping[str, str | None]:
        """Each domain with a word of the scale, ``NOT_GRADED``, or None: nothing was chosen."""

    @property
    def reason(self) -> str:
        """Main reason of the overall grade, or nothing."""

    @property
    def sure(self) -> str:
        """How sure the moderator is, or nothing."""

    @property
    def comment(self) -> str:
        """Words of the moderator's own, or nothing."""

    @property
    def is_committed(self) -> bool:
        """Whether the grades stand for good."""

    @property
    def recognised(self) -> Mapping[str, str]:
        """Answers for ``file`` and ``audit_grade``; empty until they were asked."""

    @property
    def audit_grades(self) -> Mapping[str, str]:
        """The auditor's grades by domain; empty until they were shown."""


class GradingPlace(Protocol):
    """What keeps the grades of one pack: a ledger, or memory.

    A named error of a method is shown to the person who grades, and nothing counts as kept.
    """

    @property
    def pack(self) -> Pack:
        """The pack that is graded."""

    def standing(self, case: str) -> Standing:
        """Return what is kept of a case."""

    def put(
        self,
        case: str,
        *,
        grades: Mapping[str, str | None],
        reason: str,
        sure: str,
        comment: str,
    ) -> None:
        """Keep the reading of a case in place of an earlier one; refused once it is committed."""

    def commit(self, case: str) -> None:
        """Confirm the reading of a case as it was put last; there is no way back."""

    def recognise(self, case: str, *, file: str, audit_grade: str) -> None:
        """Keep whether file and audit's grade had been seen before; after commitment only."""

    def reveal(self, case: str) -> Mapping[str, str]:
        """Show the auditor's grades of a case by domain; after commitment only."""


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """What is kept of one case; see ``Standing``."""

    grades: Mapping[str, str | None]
    reason: str = ""
    sure: str = ""
    comment: str = ""
    is_committed: bool = False
    recognised: Mapping[str, str] = field(default_factory=dict)
    audit_grades: Mapping[str, str] = field(default_factory=dict)


class MemoryPlace:
    """Grades of a pack in memory alone, for practice and for tests.

    Parameters
    ----------
    pack : Pack
    audit_grades : mapping
        For each case of the pack the auditor's grades by domain.
    """

    def __init__(self, pack: Pack, *, audit_grades: Mapping[str, Mapping[str, str]]) -> None:
        self._pack = pack
        self._audit_grades = audit_grades
        nothing = CaseStanding(grades=dict.fromkeys(pack.domains))
        self._standing = {case.code: nothing for case in pack.cases}

    @property
    def pack(self) -> Pack:
        """The pack that is graded."""
        return self._pack

    def standing(self, case: str) -> CaseStanding:
        """Return what is kept of a case."""
        if case not in self._standing:
            raise UsageError(f"The pack {self._pack.pack} has no case {case}.")
        return self._standing[case]

    def put(
        self,
        case: str,
        *,
        grades: Mapping[str, str | None],
        reason: str,
        sure: str,
        comment: str,
    ) -> None:
        """Keep the reading of a case in place of an earlier one."""
        if self.standing(case).is_committed:
            raise IntegrityError(f"Case {case} is committed: its grades cannot be changed.")
        allowed = {None, NOT_GRADED, *self._pack.levels}
        if set(grades) != set(self._pack.domains) or not set(grades.values()) <= allowed:
            raise UsageError(f"The grades of case {case} are not those that the pack asks for.")
        self._standing[case] = CaseStanding(
            grades=dict(grades), reason=reason, sure=sure, comment=comment
        )

    def commit(self, case: str) -> None:
        """Confirm the reading of a case."""
        if None in self.standing(case).grades.values():
            raise IntegrityError(f"Case {case} is not wholly graded, so it is not committed.")
        self._standing[case] = replace(self.standing(case), is_committed=True)

    def recognise(self, case: str, *, file: str, audit_grade: str) -> None:
        """Keep whether file and audit's grade had been seen before."""
        self._refuse_before_commitment(case)
        told = {"file": file, "audit_grade": audit_grade}
        self._standing[case] = replace(self.standing(case), recognised=told)

    def reveal(self, case: str) -> Mapping[str, str]:
        """Show the auditor's grades of a case."""
        self._refuse_before_commitment(case)
        shown = self._audit_grades[case]
        self._standing[case] = replace(self.standing(case), audit_grades=dict(shown))
        return shown

    def _refuse_before_commitment(self, case: str) -> None:
        if not self.standing(case).is_committed:
            raise IntegrityError(
                f"Case {case} is not committed yet: the audit's grade is shown afterwards only."
            )
