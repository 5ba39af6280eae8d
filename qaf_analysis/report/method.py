"""The method in two tables: what each figure is, and the rule behind each verdict."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import TOO_FEW, counted
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.scale import ScaleWords, beginning_sentence
from qaf_analysis.terms.verdicts import (
    AGREEMENT_CHANGE_RULE,
    AGREEMENT_RULE,
    ANCHOR_RULE,
    BRIDGE_CLAIMS,
    BRIDGE_RULE,
    DRAWS_RULE,
    FOCUS_RULE,
    GRADE_CLAIMS,
    LARGE_TYPE_RULE,
    OPTIMISM_RULE,
    YEAR_CLAIMS,
    YEAR_RULE,
    AgreementChangeVerdict,
    AgreementVerdict,
    AnchorVerdict,
    BridgeVerdict,
    FocusMeasure,
    FocusVerdict,
    OptimismVerdict,
    SpreadRule,
    SpreadVerdict,
    ThemeRule,
    ThemeVerdict,
    YearVerdict,
)

_POSITIVE = (
    "Wilson interval on the number of audits in effect, as audits of one auditor are alike",
    "Wilson (1927)",
)
METHODS = (
    (
        "Change from one year to the next",
        "This year's share less the year before's; the error has auditors as clusters over both "
        "years, so that an auditor of both is compared with themselves",
        "Bell and McCaffrey (2002)",
    ),
    (
        "Change across a new scale",
        "Share on the new scale less that of the old audits as readers grade them again on it, "
        "shared out by their old grades; the error has audits and readers as samples",
        "Cochran (1977); Newcombe (1998)",
    ),
    (
        "Focus on the child",
        "Gaps and correlations of domains in units of each domain's own grades, so that kindness "
        "alike in all domains shows nothing; three tests, corrected for being three",
        "Holm (1979)",
    ),
    (
        "Agreement (AC2, alpha)",
        "Ratings of the same audit by different auditors, on the whole declared scale, linear "
        "weights; errors allow for audits and auditors both being a sample",
        "Gwet (2014); Krippendorff (2011)",
    ),
    (
        "Gap",
        "Audit minus moderation on the same audit; errors allow for auditors who always lean "
        "the same way",
        "Stuart (1955); Newcombe (1998)",
    ),
    (
        "Moderation-adjusted grades",
        "Each auditor grade is shared out as moderators re-graded a recorded random part of it, "
        "each audit by one over the chance that any draw took it; refused where selection is not "
        "recorded or too few were moderated",
        "Tenenbein (1972); Bankier (1986)",
    ),
    (
        "Change after a themed audit",
        "Themed domain less untouched domains inside the same audit, averaged by quarter; "
        "quarters after against quarters before, the largest of three errors told from all "
        "domains, corrected for the number of themes",
        "Donald and Lang (2007); Holm (1979)",
    ),
    (
        "Spread of severity",
        "Variance between auditors by analysis of variance, with quarter, case type and team held "
        "fixed, before and after the change",
        "Henderson (1953), method 3",
    ),
    (
        "Auditors' severity",
        "Grades of audits that two or more auditors graded, apart from which files each had; what "
        "one auditor saw in one file (halo) integrated out; drawn towards the group as far as few "
        "files demand",
        "Linacre (1989); Wilson and Hoskens (2001)",
    ),
    (
        "Agreement with moderators before and after",
        "Same grade or not, compared within each grade that moderators gave; audits chosen by a "
        "recorded chance only",
        "Mantel and Haenszel (1959)",
    ),
)

_AGREEMENT, _OPTIMISM, _THEME = AGREEMENT_RULE, OPTIMISM_RULE, ThemeRule()
_SPREAD, _CHANGE, _BRIDGE = SpreadRule(), AGREEMENT_CHANGE_RULE, BRIDGE_RULE
_ANCHOR = ANCHOR_RULE
_NEUTRAL = "positive share"
"""What a page for every scale calls it; a report says it in the words of its own."""


def _share(scale: ScaleWords | None) -> str:
    return _NEUTRAL if scale is None else f"share graded {scale.positive}"


def _agreement() -> Iterator[tuple[str, str]]:
    rule = _AGREEMENT
    yield (
        AgreementVerdict.WELL,
        f"{rule.level:.0%} interval of AC2 at or above {rule.well_from:.2f} and that of ordinal "
        f"alpha at or above {rule.alpha_from:.2f}, and no auditor in every double grading",
    )
    yield (
        AgreementVerdict.IN_PART,
        f"interval of AC2 at or above {rule.in_part_from:.2f} otherwise, or between "
        f"{rule.between[0]:.2f} and {rule.between[1]:.2f}",
    )
    yield AgreementVerdict.POORLY, f"interval of AC2 below {rule.poorly_below:.2f}"
    yield (
        AgreementVerdict.TOO_FEW,
        f"fewer than {rule.fewest_audits} audits graded twice, or any other interval",
    )
    yield AgreementVerdict.NOT_MEASURABLE, "no audit graded twice"


def _optimism(scale: ScaleWords | None) -> Iterator[tuple[str, str]]:
    rule, levels = _OPTIMISM, 4 if scale is None else scale.n_levels
    limits = rule.limits(levels)
    severe = limits.severe_words
    yield (
        OptimismVerdict.RE_AUDIT,
        (
            f"{rule.beyond_level:.0%} interval of the share {severe} apart lies above "
            f"{limits.severe_share:.0%}, or that of the spread between auditors above "
            if severe
            else f"{rule.beyond_level:.0%} interval of the spread between auditors lies above "
        )
        + f"{limits.tolerance:.2f} of a grade (limits on {counted(levels, 'level')}; others follow "
        "from the scale)",
    )
    yield (
        OptimismVerdict.ACCEPT,
        f"{rule.small_level:.0%} intervals all small: gap within {limits.tolerance:.2f} of a "
        f"grade, shift in the {_share(scale)} of at most {100 * limits.good_shift:g} points, "
        + (f"that share at most {limits.severe_share:.0%}, " if severe else "")
        + f"that spread at most {limits.small_spread:.2f} (on {counted(levels, 'level')})",
    )
    yield (
        OptimismVerdict.ADJUST,
        f"{100 * rule.differs_level:g}% interval of gap or shift leaves out 0",
    )
    yield (
        OptimismVerdict.MORE_MODERATION,
        f"anything else, and fewer than {rule.fewest_pairs} moderated audits",
    )
    yield (
        OptimismVerdict.NOT_JUDGED,
        "a check of the data failed on which it rests, or no moderation given could be read",
    )


def _panels() -> Iterator[tuple[str, str]]:
    rule = DRAWS_RULE
    yield (
        "not pooled",
        f"{rule.level:.0%} interval of their difference on alike files leaves out 0, the level "
        f"shared among pairs; on files both read from {rule.fewest_read_by_both} on",
    )
    yield (
        "a warning",
        f"audits count as fewer than {rule.few_dominate:.0%} of their number, or a panel's share "
        f"of the weight is over {rule.outweighs:g} times its share of the audits",
    )


def _anchors() -> Iterator[tuple[str, str]]:
    rule = _ANCHOR
    yield (
        f"{AnchorVerdict.KINDER} or {AnchorVerdict.HARSHER}",
        "cases they had read before, read again unseen: the slope of the differences passes a "
        f"limit that a steady panel, with all its moderators, passes in {rule.error:.0%} of "
        f"series of {counted(rule.looks, 'round')} at the most",
    )
    yield (
        AnchorVerdict.TOO_FEW,
        f"fewer than {rule.fewest_anchors} such cases or {rule.fewest_retests} to know the noise "
        f"from, or an interval of more than {rule.drift:g} of a grade either way",
    )
    yield AnchorVerdict.NO_DRIFT, "anything else"


def _large_type() -> Iterator[tuple[str, str]]:
    rule = LARGE_TYPE_RULE
    yield "no share", f"its interval is wider than {100 * rule.widest_share:.0f} points"
    yield (
        TOO_FEW,
        f"the gap's interval holds 0 and reaches beyond {rule.widest_gap:g} times the tolerance; "
        f"under {rule.fewest_alike} audits, beyond the tolerance",
    )


def _themes(scale: ScaleWords | None) -> Iterator[tuple[str, str]]:
    rule = _THEME
    yield (
        f"{ThemeVerdict.IMPROVED} or {ThemeVerdict.GOT_WORSE}",
        f"on both scales for domains of different levels: {rule.level:.0%} interval leaves out 0 "
        f"after Holm, change at least {rule.smallest_grade:.2f} of a grade; the "
        f"{_share(scale)} not the other way",
    )
    yield (
        ThemeVerdict.TOO_LITTLE,
        f"fewer than {rule.fewest_pre} quarters before, {rule.fewest_post} after or "
        f"{rule.fewest_quarters} in all, each with {rule.fewest_audits} audits or more; fewer than "
        f"{rule.fewest_off_mode} grades off the commonest one; or an interval wider than "
        f"{100 * rule.widest_good:.0f} points either way",
    )
    yield ThemeVerdict.NO_EVIDENCE, "anything else"


def _consistency() -> Iterator[tuple[str, str]]:
    rule = _SPREAD
    yield (
        either(SpreadVerdict.MORE, SpreadVerdict.LESS),
        f"{rule.level:.0%} intervals of the change in variance and of the change in spread leave "
        "out 0; within teams only where auditors were tied to teams more than "
        f"{rule.given_out_apart:.2f} further in one period",
    )
    yield (
        SpreadVerdict.TOO_LITTLE,
        f"fewer than {rule.fewest_audits} audits or {rule.fewest_auditors} auditors on a side",
    )
    yield SpreadVerdict.NO_EVIDENCE, "anything else"
    yield (
        "answer of the first page",
        "the worst found of any change, in spread or in agreement with moderators",
    )


def _agreement_change() -> Iterator[tuple[str, str]]:
    verdicts = (AgreementChangeVerdict.IMPROVED, AgreementChangeVerdict.FELL)
    yield (
        either(*verdicts).removeprefix("agreement "),
        f"{_CHANGE.level:.0%} interval of the difference leaves out 0; under "
        f"{_CHANGE.fewest_pairs} moderated audits on a side there is "
        f"{AgreementChangeVerdict.TOO_LITTLE}",
    )


def _years() -> Iterator[tuple[str, str]]:
    rule = YEAR_RULE
    yield (
        either(*YEAR_CLAIMS),
        f"{rule.level:.0%} interval of this year less the year before leaves out 0, allowing for "
        "auditors; no other two years are compared",
    )
    yield YearVerdict.NO_CHANGE, "the interval holds 0"
    yield (
        YearVerdict.CANNOT_BE_TOLD,
        f"no whole year before, fewer than {rule.fewest_audits} audits in either, or one auditor "
        "did all audits of one of them",
    )


def _bridge() -> Iterator[tuple[str, str]]:
    rule = _BRIDGE
    yield (
        either(*BRIDGE_CLAIMS),
        f"{rule.level:.0%} interval of the change leaves out 0, and after Holm where several areas "
        "are told; one of the two shares comes over old audits read again",
    )
    yield (
        either(*GRADE_CLAIMS),
        "the same over new audits graded twice, where no old ones were read again: the words are "
        "translated, and auditors who became kinder or harsher count as a change",
    )
    yield BridgeVerdict.NO_EVIDENCE, "anything else"
    yield (
        BridgeVerdict.CANNOT_BE_COMPARED,
        f"fewer than {rule.fewest_audits} audits graded on both scales, picked by chance and old "
        f"ones read blind; fewer than {rule.fewest_readers} readers; or a grade of "
        f"{rule.common_level:.0%} of audits or more with fewer than {rule.fewest_of_level} of them",
    )


def _focus() -> Iterator[tuple[str, str]]:
    rule = FOCUS_RULE
    yield (
        FocusVerdict.WEAKER,
        f"one or more of {len(FocusMeasure)} measures, each with p below {rule.error:.2f} after "
        "Holm: " + "; ".join(FocusMeasure),
    )
    yield FocusVerdict.NOT_SHOWN, "anything else"
    yield FocusVerdict.CANNOT_BE_TOLD, "no measure can be tested against moderators"


def either(one: str, other: str) -> str:
    """Two verdicts that differ in one word, as one phrase.

    Examples
    --------
    >>> either("more consistent", "less consistent"), either("agreement rose", "agreement fell")
    ('more or less consistent', 'agreement rose or fell')
    """
    first, second = one.split(), other.split()
    if first[1:] == second[1:]:
        return " ".join((first[0], "or", *second))
    if first[:-1] == second[:-1]:
        return " ".join((*first, "or", second[-1]))
    return f"{one} or {other}"


def method_table(scale: ScaleWords) -> Table:
    """What each figure is and where it comes from."""
    return Table(
        caption="Methods",
        columns=(
            Column(heading="Figure", align="left"),
            Column(heading="How it is worked out", align="left"),
            Column(heading="Source", align="left"),
        ),
        rows=((beginning_sentence(_share(scale)), *_POSITIVE), *METHODS),
    )


def verdict_rules(scale: ScaleWords | None = None) -> Iterator[tuple[str, str, str]]:
    """Question, verdict and rule of each verdict, made from the rules themselves.

    With the limits and words of one scale, or without any words of a scale on four levels.
    """
    rules = {
        "Agreement": _agreement(),
        "Optimism": _optimism(scale),
        "Themes": _themes(scale),
        "Consistency": _consistency(),
        "Agreement with moderators": _agreement_change(),
        beginning_sentence(_share(scale)): _years(),
        "Across a new scale": _bridge(),
        "Focus on the child": _focus(),
        "Panels of moderators": _panels(),
        "Moderators themselves": _anchors(),
        "Large type": _large_type(),
    }
    for question, found in rules.items():
        for verdict, rule in found:
            yield question, str(verdict), rule


def rules_table(scale: ScaleWords) -> Table:
    """Rule behind each verdict, with the numbers it uses."""
    return Table(
        caption="Rules fixed beforehand",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Rule", align="left"),
        ),
        rows=tuple(verdict_rules(scale)),
    )
