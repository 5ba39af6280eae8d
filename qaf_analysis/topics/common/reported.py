"""What a report said that the next one is compared with: small, and kept as it was printed.

Results change their shape from version to version. What stands here is what a reader of the report
saw, so that a later version can still say what it was, and nothing is worked out anew by later
rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from qaf_analysis.terms.quarter import Quarter

Asked: TypeAlias = Literal["year", "agreement", "optimism", "themes", "theme", "process"]
"""What a verdict answers; a theme has one of its own, and all themes together have one."""


class StepKind(StrEnum):
    """Kinds of steps: what makes a step the same one in another report, whatever its numbers."""

    READ_AGAIN = "read again together"
    SAME_AUDITS = "grade the same audits"
    RECORD_CHOICE = "record how cases are chosen"
    MEND_EXPORT = "mend the export of moderators"
    HAVE_MODERATION = "have audits moderated"
    RE_AUDIT = "audit cases again"
    ADJUST = "read beside the adjusted profile"
    MODERATE_MORE = "moderate more"
    SECOND_READINGS = "plan second readings"
    CALIBRATE = "calibration session"
    KEEP_GRADING = "keep grading a theme"
    GRADE_MORE = "grade a theme in more audits"
    ONE_AT_A_TIME = "begin changes apart"


@dataclass(frozen=True, kw_only=True)
class VerdictFact:
    """A verdict as it was printed.

    Parameters
    ----------
    asked : str
    verdict : str
    basis : str
        What it rests on, with its number and period, such as "40 moderated audits, 2019-20 Q3".
    headline : str
        What it is about, where there are several headlines.
    theme : str
        Name of the theme, of a theme's own verdict.
    """

    asked: Asked
    verdict: str
    basis: str
    headline: str = ""
    theme: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same question in another report."""
        return self.asked, self.headline, self.theme


@dataclass(frozen=True, kw_only=True)
class ShareFact:
    """The positive share of one quarter or year as it was reported; ``value`` may be NaN.

    Parameters
    ----------
    period : str
    first, last : Quarter
    is_year : bool
        Whether it stands among the years, and not among the quarters.
    n : int
        Grades that it rests on.
    value : float
    headline : str
    """

    period: str
    first: Quarter
    last: Quarter
    is_year: bool
    n: int
    value: float
    headline: str = ""

    @property
    def key(self) -> tuple[str, Quarter, Quarter, bool]:
        """What makes it the same figure in another report."""
        return self.headline, self.first, self.last, self.is_year


@dataclass(frozen=True, kw_only=True)
class StepFact:
    """A step as it was recommended, of which kind, and the quarter at whose end it was due.

    The kind is text, so that one that a later version no longer knows can be read.
    """

    kind: str
    action: str
    because: str
    by: Quarter


@dataclass(frozen=True, kw_only=True)
class DeclaredPart:
    """A part of the settings that verdicts rest on: what it is called, and what it said."""

    name: str
    content: str


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """What one report said.

    Parameters
    ----------
    council : str
    quarter : Quarter
    version : str
        Version of the package that made it.
    key_id : str
        Public name of the key that its codes were made with.
    positive : str
        What the scale calls its positive grades.
    unit : str
        What is counted, one of them: "audit", or "domain grade" where audits carry no overall one.
    declared : tuple of DeclaredPart
        What verdicts rest on of the settings; to be compared, not to be read.
    rows_in, set_aside : int
        Rows of the exports, and those of them set aside.
    verdicts : tuple of VerdictFact
    shares : tuple of ShareFact
    steps : tuple of StepFact
        Recommended on the first page.
    called_for : tuple of StepFact
        Everything that the verdicts call for, also what the first page had no room for.
    """

    council: str
    quarter: Quarter
    version: str
    key_id: str
    positive: str
    unit: str
    declared: tuple[DeclaredPart, ...]
    rows_in: int
    set_aside: int
    verdicts: tuple[VerdictFact, ...]
    shares: tuple[ShareFact, ...]
    steps: tuple[StepFact, ...]
    called_for: tuple[StepFact, ...]

    @property
    def parts(self) -> Mapping[str, str]:
        """What was declared, by its name."""
        return {part.name: part.content for part in self.declared}


@dataclass(frozen=True, kw_only=True)
class PastMoves:
    """How the graded audits of a quarter that was reported differ now, audit by audit.

    Parameters
    ----------
    headline : str
    quarter : Quarter
    late : int
        Counted now; then in no file that was loaded.
    counted_since : int
        Counted now; loaded then, but in no figure of any quarter.
    moved_in, moved_out : int
        Counted then, or now, in another quarter.
    withdrawn : int
        Counted then; in no file that is loaded now.
    uncounted : int
        Counted then; loaded still, but in no figure.
    regraded : int
        Counted both times, with another grade.
    """

    headline: str
    quarter: Quarter
    late: int = 0
    counted_since: int = 0
    moved_in: int = 0
    moved_out: int = 0
    withdrawn: int = 0
    uncounted: int = 0
    regraded: int = 0


@dataclass(frozen=True, kw_only=True)
class LastReport:
    """The last report before this one, and what can be told of the data behind both.

    Parameters
    ----------
    run_id : str
    facts : ReportFacts
    same_code : bool
        Whether the very same code made both.
    moves : tuple of PastMoves or None
        Quarters whose audits differ now; None where audits cannot be compared one by one.
    why_no_moves : str
        Why they cannot; empty where they can.
    """

    run_id: str
    facts: ReportFacts
    same_code: bool
    moves: tuple[PastMoves, ...] | None = None
    why_no_moves: str = ""


@dataclass(frozen=True, kw_only=True)
class EarlierReport:
    """The last report, if there is one, and later ones that could not be read, with the reason."""

    last: LastReport | None = None
    unreadable: tuple[str, ...] = ()


def no_earlier_report() -> EarlierReport:
    """Return what is known where no earlier report lies beside this one."""
    return EarlierReport()
