"""What a moderator gets: cases in a random order, parts to grade, words to choose from.

A pack holds nothing of the audit: no grade, no selection, no auditor. It is what both writers (a
workbook and a page) draw, and what the collector looks rows up in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qaf_analysis.terms.eras import in_words

LAYOUT = 1
"""Version of the layout; part of every row's check, so an old file is never read as a new one."""

NOT_GRADED = "Could not grade"
SURE = ("Very sure", "Fairly sure", "Not sure")
REASONS = (
    "Recording and evidence",
    "Assessment of risk",
    "Child’s voice and lived experience",
    "Planning and review",
    "Management oversight",
    "Timeliness",
    "Multi-agency work",
    "Other, see comment",
)
LONGEST_COMMENT = 2_000


@dataclass(frozen=True, kw_only=True)
class Part:
    """A domain to grade, with what each grade means in it.

    ``descriptors`` has one text a level of the scale, worst first, or none at all.
    """

    domain: str
    descriptors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PackCase:
    """One case of a pack.

    Parameters
    ----------
    code : str
        Code of the case in this pack alone.
    reference : str
        The council's own reference of the file, where the round shows it to the moderator; empty
        where a separate key sheet leads from the code to the file.
    as_at : date or None
        The day as at which the file is to be read: the day of the audit.
    """

    code: str
    reference: str = ""
    as_at: date | None = None

    @property
    def file(self) -> str:
        """How the file is found and as at which day it is read.

        Examples
        --------
        >>> PackCase(code="B7KD2QXM", as_at=date(2019, 5, 3)).file
        'B7KD2QXM, as at 3 May 2019'
        """
        day = f", as at {in_words(self.as_at)}" if self.as_at else ""
        return f"{self.reference or self.code}{day}"


@dataclass(frozen=True, kw_only=True)
class PackRow:
    """One row of a pack: what is graded, and the key by which its grade is found again."""

    key: str
    case: str
    domain: str


@dataclass(frozen=True, kw_only=True)
class Pack:
    """One moderator's cases of one round.

    Parameters
    ----------
    council, round, pack, moderator : str
        Name of the council and of the round, code of the pack and of the moderator.
    due : date
        Day by which it is to come back.
    levels : tuple of str
        The scale, worst first.
    parts : tuple of Part
        Domains to grade, the overall grade first.
    cases : tuple of PackCase
        In the order in which they are shown.
    rows : tuple of PackRow
        Every part of every case, in the order in which they are shown.
    reasons : tuple of str
        Reasons to choose from for the overall grade.
    version : int
        ``LAYOUT`` as the pack was made.
    """

    council: str
    round: str
    pack: str
    moderator: str
    due: date
    levels: tuple[str, ...]
    parts: tuple[Part, ...]
    cases: tuple[PackCase, ...]
    rows: tuple[PackRow, ...]
    reasons: tuple[str, ...] = REASONS
    version: int = LAYOUT

    @property
    def domains(self) -> tuple[str, ...]:
        """Names of the parts."""
        return tuple(part.domain for part in self.parts)

    def case_name(self, case: str) -> str:
        """Name of a case among those of the pack, such as ``Case 3``.

        It follows from the order of the cases alone, so a collector can tell it too.
        """
        return f"Case {1 + [each.code for each in self.cases].index(case)}"

    def rows_of(self, case: str) -> Iterator[PackRow]:
        """Rows of one case."""
        return (row for row in self.rows if row.case == case)


def shared_descriptors(pack: Pack) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each set of descriptors once, after the names of the parts that it is for."""
    parts_by_texts: dict[tuple[str, ...], list[str]] = {}
    for part in pack.parts:
        if part.descriptors:
            parts_by_texts.setdefault(part.descriptors, []).append(part.domain)
    every = len(pack.parts)
    return tuple(
        ("Every part" if len(names) == every else ", ".join(names), texts)
        for texts, names in parts_by_texts.items()
    )
