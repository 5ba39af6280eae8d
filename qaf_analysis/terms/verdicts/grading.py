"""Verdicts on how auditors grade, with their rules: agreement, optimism, strictness, the child."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from qaf_analysis.terms.verdicts.evidence import FEWEST_AUDITS

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
    SHIFT = "shift in the positive share"
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
        Difference of the positive shares (proportion) that counts as small.
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

    def tells(self, low: float, high: float) -> bool:
        """Whether a share with such an interval is given; one without an interval is.

        Examples
        --------
        >>> LARGE_TYPE_RULE.tells(0.41, 0.59), LARGE_TYPE_RULE.tells(0.26, 0.68)
        (True, False)
        """
        return not high - low > self.widest_share


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
