"""Every verdict that a report or ``qaf stat`` may reach, and the numbers of the rule behind it.

A verdict's words stand here and nowhere else: whoever needs one names its member, and the groups
below say which verdicts claim something and which leave a question open. The printed rules, and
every sentence with a rule's number in it, are made from the rules here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from qaf_analysis.terms.names import Outcome

FEWEST_AUDITS = 10
"""Audits that a figure of a group needs: on fewer no share, mean or rate is given anywhere."""

# What was read?


@dataclass(frozen=True, kw_only=True)
class DataRule:
    """Share of a file's rows that may be set aside without a warning on the first page."""

    most_set_aside: float = 0.02


DATA_RULE = DataRule()


# Do auditors agree?


class AgreementVerdict(StrEnum):
    """How far auditors agree on the same audits."""

    WELL = "agrees well"
    IN_PART = "agrees in part"
    POORLY = "agrees poorly"
    TOO_FEW = "too few to say"
    NOT_MEASURABLE = "not measurable this period"


AGREEMENT_OPEN = (AgreementVerdict.TOO_FEW, AgreementVerdict.NOT_MEASURABLE)
"""Verdicts that leave open how far auditors agree."""


class AgreementClaim(StrEnum):
    """Of whom a figure on agreement speaks: it follows from the error that could be reckoned."""

    LIKE_THESE = "auditors like these"
    THESE_ONLY = "these auditors only"
    ONE_ONLY = "one auditor with the others"


@dataclass(frozen=True, kw_only=True)
class AgreementRule:
    """Limits of the verdict on agreement, which both ends of AC2's interval must answer to.

    Parameters
    ----------
    well_from, in_part_from : float
        Low end of the interval from which auditors agree well, and in part.
    poorly_below : float
        High end below which they agree poorly. From ``in_part_from`` up to here neither word is
        wrong.
    between : tuple of two floats
        An interval inside these limits is agreement in part too.
    alpha_from : float
        Low end of ordinal alpha's interval needed to agree well. It is low, for it guards
        against grades of nearly one kind only, where AC2 flatters.
    level : float
        Confidence level of the intervals.
    fewest_audits : int
        Audits graded twice that a coefficient needs.
    """

    well_from: float = 0.60
    in_part_from: float = 0.40
    poorly_below: float = 0.50
    between: tuple[float, float] = (0.30, 0.70)
    alpha_from: float = 0.20
    level: float = 0.95
    fewest_audits: int = FEWEST_AUDITS


AGREEMENT_RULE = AgreementRule()


# Are audits over-optimistic?


class OptimismVerdict(StrEnum):
    """What to do about auditors' grades, given moderators'."""

    ACCEPT = "accept"
    ADJUST = "adjust"
    RE_AUDIT = "re-audit"
    MORE_MODERATION = "more moderation needed"
    NOT_JUDGED = "not judged"


OPTIMISM_CLAIMS = (OptimismVerdict.ADJUST, OptimismVerdict.RE_AUDIT)
"""Verdicts that say that auditors and moderators differ."""


class VerdictFigure(StrEnum):
    """The figures that the verdict on optimism rests on."""

    GAP = "mean gap"
    SHIFT = "shift in good or better"
    SEVERE = "severe differences"
    SPREAD = "spread between auditors"


class Standing(StrEnum):
    """What moderation has shown of one of these figures against its limits."""

    SMALL = "shown to be small"
    SMALL_NOT_NONE = "shown to be small, and not none"
    BEYOND = "shown to be too large"
    OPEN = "not settled"


@dataclass(frozen=True, kw_only=True)
class OptimismLimits:
    """Limits of the verdict on optimism on one scale.

    Parameters
    ----------
    tolerance : float
        Mean gap, in grades, within which audits and moderation count as alike. It is also the
        spread of auditors' own gaps beyond which one correction for all is wrong.
    good_shift : float
        Difference of the shares good or better (proportion) that counts as small.
    severe_from : int or None
        Grades apart from which a difference is severe; None on two levels, where none can be.
    severe_share : float
        Share of severe differences that counts as small, and beyond which audits are done again.
    small_spread : float
        Spread of auditors' own gaps, in grades, that is accepted.
    """

    tolerance: float
    good_shift: float
    severe_from: int | None
    severe_share: float
    small_spread: float

    @property
    def severe_words(self) -> str:
        """How far apart is severe, such as "two grades or more"; empty on two levels.

        Examples
        --------
        >>> OPTIMISM_RULE.limits(4).severe_words, OPTIMISM_RULE.limits(11).severe_words
        ('two grades or more', 'five grades or more')
        """
        if self.severe_from is None:
            return ""
        words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
        known = self.severe_from <= len(words)
        number = words[self.severe_from - 1] if known else f"{self.severe_from}"
        return f"{number} grade{'' if self.severe_from == 1 else 's'} or more"


@dataclass(frozen=True, kw_only=True)
class OptimismRule:
    """Numbers of the verdict on optimism, from which the limits of each scale follow.

    Parameters
    ----------
    tolerance_of_scale, least_tolerance : float
        Tolerance as a share of the way from the worst grade to the best, and the least it is, in
        grades.
    good_shift, severe_share : float
        See ``OptimismLimits``; the same on every scale.
    severe_of_scale, least_severe : float, int
        Share of that way from which a difference is severe, and the fewest grades it takes.
    spread_of_tolerance : float
        Spread between auditors that is accepted, in tolerances.
    small_level : float
        Level of the intervals that must lie inside the limits: each errs one way in 5 of 100.
    differs_level : float
        Level of the intervals of gap and shift that must leave out 0; both together err in 5 of
        100 at most.
    beyond_level : float
        Level of the intervals of severe share and spread that must lie beyond the limit: each
        errs in 2.5 of 100.
    fewest_pairs : int
        Moderated audits that a gap needs.
    fewest_df_within : int
        Degrees of freedom within auditors that the spread between them needs.
    most_set_aside : float
        Share of the rows of moderations that may be set aside without a word about it.
    """

    tolerance_of_scale: float = 1 / 12
    least_tolerance: float = 0.125
    good_shift: float = 0.125
    severe_share: float = 0.10
    severe_of_scale: float = 0.5
    least_severe: int = 2
    spread_of_tolerance: float = 2.0
    small_level: float = 0.90
    differs_level: float = 0.975
    beyond_level: float = 0.95
    fewest_pairs: int = FEWEST_AUDITS
    fewest_df_within: int = 10
    most_set_aside: float = 0.05

    def limits(
        self,
        n_levels: int,
        *,
        tolerance: float | None = None,
        good_shift: float | None = None,
        severe_from: int | None = None,
        severe_share: float | None = None,
    ) -> OptimismLimits:
        """Limits on a scale of so many levels; what a council sets for itself stands.

        Examples
        --------
        >>> OptimismRule().limits(4).tolerance, OptimismRule().limits(4).severe_from
        (0.25, 2)
        >>> OptimismRule().limits(11).severe_from, OptimismRule().limits(2).severe_from
        (5, None)
        """
        steps = n_levels - 1
        grades = max(self.least_tolerance, steps * self.tolerance_of_scale)
        grades = grades if tolerance is None else tolerance
        severe = max(self.least_severe, ceil(steps * self.severe_of_scale))
        severe = severe if severe_from is None else severe_from
        return OptimismLimits(
            tolerance=grades,
            good_shift=self.good_shift if good_shift is None else good_shift,
            severe_from=severe if severe <= steps else None,
            severe_share=self.severe_share if severe_share is None else severe_share,
            small_spread=self.spread_of_tolerance * grades,
        )


OPTIMISM_RULE = OptimismRule()


@dataclass(frozen=True, kw_only=True)
class DrawsRule:
    """When several draws of audits for moderation are told as one figure.

    Parameters
    ----------
    level : float
        Confidence with which two panels must differ before they are no longer pooled.
    fewest_read_by_both : int
        Files that two panels read both, from which their difference rests on these; and files of
        both together below which nothing is said of it.
    few_dominate : float
        Effective files, as a share of the files, below which a warning is given.
    outweighs : float
        Share of the weight over share of the files above which a panel is named in a warning.
    """

    level: float = 0.95
    fewest_read_by_both: int = 10
    few_dominate: float = 0.6
    outweighs: float = 2.0


DRAWS_RULE = DrawsRule()


@dataclass(frozen=True, kw_only=True)
class LargeTypeRule:
    """What may stand in a heading, on a card or in the lead.

    Parameters
    ----------
    widest_share : float
        Width of the interval beyond which a share is not given there.
    widest_gap : float
        Tolerances from no gap that an interval must not reach beyond before auditors and
        moderators are said not to differ clearly; otherwise there are too few audits to say.
    fewest_alike : int
        Moderated audits below which the interval must not reach beyond the tolerance itself.
    """

    widest_share: float = 0.40
    widest_gap: float = 1.5
    fewest_alike: int = 20


LARGE_TYPE_RULE = LargeTypeRule()


class SelectionRefusal(StrEnum):
    """Why no adjusted grades are given, where it lies in how cases came to be moderated."""

    NOTHING_MODERATED = "no audit of this period was moderated"
    NOT_RECORDED = "how cases were chosen for moderation is not recorded"
    NONE_BY_CHANCE = "cases were picked for moderation by risk, none by chance"
    NO_SINGLE_GRADE = "the audits carry no single overall grade"

    @classmethod
    def of(cls, why_not: str) -> SelectionRefusal | None:
        """Return the refusal that a reason is; None where it is another reason, or none."""
        return cls(why_not) if why_not in cls.__members__.values() else None


class GapDirection(StrEnum):
    """Where the line through the gaps of all rounds leads."""

    NARROWING = "narrowing"
    WIDENING = "widening"
    NO_CLEAR_CHANGE = "no clear change"
    NOT_KNOWN = "not known"


GAP_CLAIMS = (GapDirection.NARROWING, GapDirection.WIDENING)
"""Directions that the interval of the slope bears out."""


@dataclass(frozen=True, kw_only=True)
class GapTrendRule:
    """Rounds below which nothing shows how much rounds differ by chance."""

    fewest_rounds: int = 3


GAP_TREND_RULE = GapTrendRule()


class FunnelPlace(StrEnum):
    """Where an auditor's own gap lies against the limits of chance."""

    WITHIN = "within"
    ABOVE_95 = "above_95"
    ABOVE_998 = "above_998"
    BELOW_95 = "below_95"
    BELOW_998 = "below_998"
    NOT_KNOWN = "not known"


BEYOND_CHANCE = (FunnelPlace.ABOVE_998, FunnelPlace.BELOW_998)
"""Places outside the limits that one auditor in 500 passes by chance."""


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


# Do audits look at the child as sharply as moderators do?


class FocusMeasure(StrEnum):
    """What would show a weaker focus on the child, in a reader's words."""

    KINDER_TO_CHILD = "kinder to the child's domains than to process"
    LESS_OF_CHILD = "the child's domains count for less in the overall grade"
    ONE_IMPRESSION = "the domains of an audit are graded more alike"


class FocusVerdict(StrEnum):
    """What can be said of auditors' focus on the child, against moderators'."""

    WEAKER = "weaker"
    NOT_SHOWN = "not shown to be weaker"
    CANNOT_BE_TOLD = "cannot be told"


@dataclass(frozen=True, kw_only=True)
class FocusRule:
    """Limits of what is said of focus on the child.

    Parameters
    ----------
    error : float
        Chance of one or more false claims over all measures together, by Holm's adjustment.
    smallest_weight : float
        Difference of the child domains' weights in the overall grade (proportion) that is let
        pass: grades crowding near the top move it by as much without any weaker focus.
    fewest_audits : int
        Audits that a rate needs.
    fewest_off_mode : int
        Grades other than the commonest that a domain needs, from both readers together. With
        fewer it cannot be told how far a grade goes in that domain.
    fewest_domains : int
        Domains that can show whether one impression colours all.
    fewest_df_within : int
        Moderated audits beyond each auditor's first that are needed to tell one impression from
        some auditors being stricter.
    """

    error: float = 0.05
    smallest_weight: float = 0.05
    fewest_audits: int = FEWEST_AUDITS
    fewest_off_mode: int = 5
    fewest_domains: int = 2
    fewest_df_within: int = 5


FOCUS_RULE = FocusRule()


# How strictly does each auditor grade?


class SeverityFinding(StrEnum):
    """What can be said of one auditor's severity."""

    CLEARLY_STRICTER = "clearly stricter"
    CLEARLY_KINDER = "clearly kinder"
    POSSIBLY_STRICTER = "possibly stricter"
    POSSIBLY_KINDER = "possibly kinder"
    NO_CLEAR_DIFFERENCE = "no clear difference"
    NOT_ENOUGH = "not enough yet"


SEVERITY_CLAIMS = (SeverityFinding.CLEARLY_STRICTER, SeverityFinding.CLEARLY_KINDER)
"""Findings that are clear."""


@dataclass(frozen=True, kw_only=True)
class SeverityRule:
    """Limits of what is said of single auditors.

    Parameters
    ----------
    no_difference : float
        Severity, in grades, within which auditors count as alike in practice.
    widest : float
        An interval wider than this, in grades, says nothing yet.
    clear, possible : float
        Probability of a larger severity above which a finding is clear, and possible.
    fewest_linked : int
        Audits shared with colleagues that a severity needs.
    uneven : float
        Chance under random allocation below which caseloads are said to differ.
    """

    no_difference: float = 0.25
    widest: float = 1.0
    clear: float = 0.95
    possible: float = 0.8
    fewest_linked: int = 10
    uneven: float = 0.05


SEVERITY_RULE = SeverityRule()


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


IS_A_CLAIM = frozenset(
    (*OPTIMISM_CLAIMS, *THEME_CLAIMS, *SPREAD_CLAIMS, *YEAR_CLAIMS, FocusVerdict.WEAKER)
)
"""Verdicts that would be false where nothing happened, whatever the question."""
