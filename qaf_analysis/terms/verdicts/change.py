"""Verdicts on what changed, with their rules: themes, the process, the trend, shares, charts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.verdicts.evidence import FEWEST_AUDITS

# Did practice improve after a themed audit?


class ThemeVerdict(StrEnum):
    """What can be said of practice after a themed audit."""

    IMPROVED = "improved"
    GOT_WORSE = "got worse"
    NO_EVIDENCE = "no evidence of change"
    TOO_LITTLE = "too little data"


THEME_CLAIMS = (ThemeVerdict.IMPROVED, ThemeVerdict.GOT_WORSE)
"""Verdicts that claim a change of practice."""

THEME_OPEN = (ThemeVerdict.NO_EVIDENCE, ThemeVerdict.TOO_LITTLE)
"""Verdicts that leave open whether practice changed."""

SHORT_THEME_VERDICT = {
    ThemeVerdict.IMPROVED: "improved",
    ThemeVerdict.GOT_WORSE: "got worse",
    ThemeVerdict.NO_EVIDENCE: "no evidence",
    ThemeVerdict.TOO_LITTLE: "too little data",
}
"""The verdicts as they are counted on the first page."""


class Reservation(StrEnum):
    """What weakens a verdict on a theme."""

    PROVISIONAL = "provisional"
    SCALE = "depends on the scale"
    DRIFT = "a drift of its own could explain it"
    CONTESTED = "most other ways of asking differ"


class DriftStanding(StrEnum):
    """How a claim about a theme stands against a drift that began before it.

    Firm: the domain would have to have been drifting faster than its own quarters before allow
    with 90 % confidence, and faster than any untouched domain. Stands: faster than it was seen
    to, and than any untouched domain. Explained: a drift that was seen would do.
    """

    FIRM = "firm against drift"
    STANDS = "stands if it drifted no faster than was seen"
    EXPLAINED = "a drift of its own could explain it"


@dataclass(frozen=True)
class ReservedVerdict:
    """A verdict on a theme with its reservations, as it is printed.

    Examples
    --------
    >>> found = ReservedVerdict(ThemeVerdict.IMPROVED, (Reservation.PROVISIONAL,))
    >>> str(found) == f"{ThemeVerdict.IMPROVED}, {Reservation.PROVISIONAL}"
    True
    >>> ReservedVerdict.parse(str(found)) == found
    True
    """

    verdict: ThemeVerdict
    reservations: tuple[Reservation, ...] = ()

    def __str__(self) -> str:
        return ", ".join((self.verdict, *self.reservations))

    @classmethod
    def parse(cls, text: str) -> ReservedVerdict:
        """Return what ``str`` made a text of."""
        verdict, *reservations = text.split(", ")
        return cls(ThemeVerdict(verdict), tuple(map(Reservation, reservations)))


@dataclass(frozen=True, kw_only=True)
class ThemeRule:
    """The limits of the verdict on a theme, fixed before any outcome is read.

    Parameters
    ----------
    level : float
        Confidence level of every interval; a claim needs p below 1 - level after Holm.
    outcome : {"mean_grade", "good_or_better"}
        What decides; the other stands beside.
    smallest_grade, smallest_good : float
        A change of fewer grades, or of a smaller proportion, is not called a change. The default
        suits a four-level scale; a scale of eleven steps needs a larger one.
    widest_good : float
        Without a claim, an interval for Good or better that reaches further than this either
        way (proportion) means too little data rather than no evidence of change.
    fewest_pre, fewest_post, fewest_quarters : int
        Quarters needed before, after and in all.
    fewest_audits : int
        Usable audits that a quarter needs; one with fewer is left out and named.
    fewest_off_mode : int
        Grades other than its commonest one that a domain needs, for its level to be told.
    """

    level: float = 0.95
    outcome: Outcome = "mean_grade"
    smallest_grade: float = 0.05
    smallest_good: float = 0.05
    widest_good: float = 0.15
    fewest_pre: int = 3
    fewest_post: int = 1
    fewest_quarters: int = 6
    fewest_audits: int = FEWEST_AUDITS
    fewest_off_mode: int = 20


@dataclass(frozen=True, kw_only=True)
class WaitRule:
    """When it is worth waiting for an answer on a theme.

    Parameters
    ----------
    quarters : int
        How much longer anybody would wait.
    grades, good : float
        Change in grades, or in the proportion good or better, that should be found by then.
    """

    quarters: int = 4
    grades: float = 0.2
    good: float = 0.1


WAIT_RULE = WaitRule()


class Saying(StrEnum):
    """What another way of asking says of a theme."""

    IMPROVED = "improved"
    GOT_WORSE = "got worse"
    NO_CLEAR_CHANGE = "no clear change"
    NOT_AVAILABLE = "not available"


CANNOT_TELL = "cannot tell practice from who audited or how the sample was picked"


class ReAuditVerdict(StrEnum):
    """The most that two snapshots allow to be said; none of these claims a change of practice."""

    SEEN = f"difference seen; {CANNOT_TELL}"
    NOT_SEEN = f"no difference seen; {CANNOT_TELL}"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, kw_only=True)
class ReAuditRule:
    """Audits in each snapshot below which they are counted only."""

    fewest_audits: int = FEWEST_AUDITS


RE_AUDIT_RULE = ReAuditRule()


# Did changes to the audit process make auditing more consistent?


class SpreadVerdict(StrEnum):
    """What can be said of consistency after a process change."""

    MORE = "more consistent"
    NO_EVIDENCE = "no evidence of change"
    LESS = "less consistent"
    TOO_LITTLE = "too little data"


SPREAD_CLAIMS = (SpreadVerdict.MORE, SpreadVerdict.LESS)
"""Verdicts that claim a change of consistency."""


@dataclass(frozen=True, kw_only=True)
class SpreadRule:
    """Limits below which two periods are not compared.

    Parameters
    ----------
    fewest_audits, fewest_auditors : int
        Needed on each side.
    fewest_df_within : int
        Degrees of freedom within auditors needed on each side. With ten the error variance is
        itself known only to within a factor of two or three (95 %), so that strictness could
        not be told from the luck of the case; with fewer the normal rule means nothing.
    level : float
        Two-sided level that leaves 5 % on each side: a claim in one direction errs 5 times in 100.
    given_out_apart : float
        Difference of the two periods' association of auditor and team (bias-corrected Cramér's V)
        that is let pass. Beyond it cases were given out differently, and auditors are compared
        within their home teams only.
    given_out_chance : float
        Chance below which the larger of the two must lie where cases reach auditors at random.
    """

    fewest_audits: int = 25
    fewest_auditors: int = 5
    fewest_df_within: int = 10
    level: float = 0.90
    given_out_apart: float = 0.20
    given_out_chance: float = 0.01


SPREAD_RULE = SpreadRule()


class AgreementChangeVerdict(StrEnum):
    """What can be said of agreement with moderators after a process change."""

    IMPROVED = "agreement improved"
    NO_EVIDENCE = "no evidence of change"
    FELL = "agreement fell"
    TOO_LITTLE = "too little data"


@dataclass(frozen=True, kw_only=True)
class AgreementChangeRule:
    """Limits of the verdict on agreement with moderators.

    Parameters
    ----------
    fewest_pairs : int
        Moderated audits needed on each side.
    fewest_a_quarter : int
        Moderated audits of a quarter below which its share and gap are not given.
    most_drawn_apart : float
        Difference of the shares of cases drawn by the auditor's grade that is let pass. Such
        cases overstate rare grades and with them disagreement; where all cases of one period are
        drawn so and none of the other, 13 in 100 steady councils look changed.
    level : float
        Confidence level.
    """

    fewest_pairs: int = 25
    fewest_a_quarter: int = FEWEST_AUDITS
    most_drawn_apart: float = 0.25
    level: float = 0.95


AGREEMENT_CHANGE_RULE = AgreementChangeRule()


class ProcessAnswer(StrEnum):
    """The first page's answer: the worst of what was found of any change, of spread or agreement.

    From worst to best, but for the last: where strictness shows nothing and agreement with
    moderators improved, both are said.
    """

    LESS_AND_FELL = "less consistent, and agreement fell"
    LESS = "less consistent"
    FELL = "agreement with moderators fell"
    TOO_LITTLE = "too little data"
    NO_EVIDENCE = "no evidence of change"
    MORE = "more consistent"
    IMPROVED = "agreement improved, strictness no clearer"


class RetainedSays(StrEnum):
    """Whether the auditors who stayed moved in the same direction as all auditors did."""

    SAME = "agrees"
    DIFFERENT = "differs"
    UNKNOWN = "cannot be told"


# Is the trend in grades real?


class TrendClaim(StrEnum):
    """What the change in grades, or a part of it, came to."""

    PRACTICE_IMPROVED = "practice improved"
    PRACTICE_WORSE = "practice got worse"
    GRADING_KINDER = "grading became kinder"
    GRADING_HARSHER = "grading became harsher"
    KINDER_AUDITORS = "kinder auditors did more of the audits"
    HARSHER_AUDITORS = "harsher auditors did more of the audits"
    AUDITORS_KINDER = "auditors became kinder"
    AUDITORS_HARSHER = "auditors became harsher"
    NO_CLEAR_CHANGE = "no clear change"
    CANNOT_BE_TOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class TrendRule:
    """Moderated audits, chosen by chance, that each year of a split trend needs."""

    fewest_by_chance: int = 30


TREND_RULE = TrendRule()


class SteadinessVerdict(StrEnum):
    """What audits that two moderators read say about moderators."""

    STEADY = "held steady"
    MOVED = "moved"
    NOT_SHOWN = "not shown"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, kw_only=True)
class SteadinessRule:
    """Audits moderated twice that a difference between moderators needs.

    Moderators count as alike within the tolerance of the verdict on optimism.
    """

    fewest_repeated: int = 10


STEADINESS_RULE = SteadinessRule()


# Has the share good or better risen?


class YearVerdict(StrEnum):
    """How a share that auditors gave moved from one year, or quarter, to the next."""

    RISEN = "has risen"
    FALLEN = "has fallen"
    NO_CHANGE = "no change can be told"
    CANNOT_BE_TOLD = "cannot be told"


YEAR_CLAIMS = (YearVerdict.RISEN, YearVerdict.FALLEN)
"""Verdicts that claim a change of the share."""


@dataclass(frozen=True, kw_only=True)
class YearRule:
    """Limits of what is said of a share from one year to the next.

    This year is set against the year before, and no other pair of years is put in words: the
    best of several pairs rises by chance in 5 councils of 100, one fixed pair in about 2.

    Parameters
    ----------
    fewest_audits : int
        Graded audits that a share needs, and each of two shares that are compared.
    level : float
        Confidence level of the interval of the change.
    """

    fewest_audits: int = FEWEST_AUDITS
    level: float = 0.95


YEAR_RULE = YearRule()


# What do a chart's signals mean? A chart is a picture, so these are readings and not verdicts.


class Variation(StrEnum):
    """What the signal of one point means, or its silence."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    COMMON_CAUSE = "common cause"
    CANNOT_TELL = "cannot tell"
    MISSING = "missing"


class Assurance(StrEnum):
    """Whether the process as it is would meet a target."""

    PASS = "consistently pass"
    FAIL = "consistently fail"
    HIT_AND_MISS = "hit and miss"
    UNKNOWN = "unknown"


# The first page


JOINT_ERROR = 0.05
"""Chance of any false claim among those that are said to stand together."""
