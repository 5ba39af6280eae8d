"""The method in two tables: what each figure is, and the rule behind each verdict."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.terms.verdicts import (
    AGREEMENT_CHANGE_RULE,
    AGREEMENT_RULE,
    OPTIMISM_RULE,
    AgreementChangeVerdict,
    AgreementVerdict,
    OptimismVerdict,
    SpreadRule,
    SpreadVerdict,
    ThemeRule,
    ThemeVerdict,
)

METHODS = (
    (
        "Share good or better",
        "Wilson interval; where an audit gives several grades, on its effective number",
        "Wilson (1927)",
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
        "Each auditor grade is shared out as moderators re-graded a recorded random part of it; "
        "refused where selection is not recorded or too few were moderated",
        "Tenenbein (1972)",
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
        "Variance between auditors by analysis of variance, with quarter and case type held "
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
_SPREAD, _CHANGE = SpreadRule(), AGREEMENT_CHANGE_RULE
_QUESTIONS = ("Agreement", "Optimism", "Themes", "Consistency", "Agreement with moderators")


def _agreement() -> Iterator[tuple[str, str]]:
    rule = _AGREEMENT
    yield (
        AgreementVerdict.WELL,
        f"AC2 at least {rule.well_from:.2f} and ordinal alpha at least {rule.alpha_from:.2f}, each "
        f"with {rule.sure:.0%} probability",
    )
    yield (
        AgreementVerdict.IN_PART,
        f"AC2 at least {rule.in_part_from:.2f} with {rule.sure:.0%} probability, alpha whatever it "
        "is",
    )
    yield AgreementVerdict.POORLY, "neither can be claimed"
    yield AgreementVerdict.NOT_MEASURABLE, f"fewer than {rule.fewest_audits} audits graded twice"


def _optimism() -> Iterator[tuple[str, str]]:
    rule, four = _OPTIMISM, _OPTIMISM.limits(4)
    yield (
        OptimismVerdict.RE_AUDIT,
        f"{rule.beyond_level:.0%} interval of the share {four.severe_words} apart lies above "
        f"{four.severe_share:.0%}, or that of the spread between auditors above "
        f"{four.tolerance:.2f} of a grade (limits on four levels; others follow from the scale)",
    )
    yield (
        OptimismVerdict.ACCEPT,
        f"{rule.small_level:.0%} intervals all small: gap within {four.tolerance:.2f} of a grade, "
        f"shift in good or better within {100 * four.good_shift:g} points, that share at most "
        f"{four.severe_share:.0%}, that spread at most {four.small_spread:.2f} (on four levels)",
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


def _themes() -> Iterator[tuple[str, str]]:
    rule = _THEME
    yield (
        f"{ThemeVerdict.IMPROVED} or {ThemeVerdict.GOT_WORSE}",
        f"{rule.level:.0%} interval leaves out 0 after Holm, change at least "
        f"{rule.smallest_grade:.2f} of a grade, good or better not the other way",
    )
    yield (
        ThemeVerdict.TOO_LITTLE,
        f"fewer than {rule.fewest_pre} quarters before, {rule.fewest_post} after or "
        f"{rule.fewest_quarters} in all; fewer than {rule.fewest_audits} audits a quarter; or an "
        f"interval wider than {100 * rule.widest_good:.0f} points either way",
    )
    yield ThemeVerdict.NO_EVIDENCE, "anything else"


def _consistency() -> Iterator[tuple[str, str]]:
    rule = _SPREAD
    yield (
        either(SpreadVerdict.MORE, SpreadVerdict.LESS),
        f"{rule.level:.0%} intervals of the change in variance and of the change in spread leave "
        "out 0",
    )
    yield (
        SpreadVerdict.TOO_LITTLE,
        f"fewer than {rule.fewest_audits} audits or {rule.fewest_auditors} auditors on a side",
    )
    yield SpreadVerdict.NO_EVIDENCE, "anything else"


def _agreement_change() -> Iterator[tuple[str, str]]:
    verdicts = (AgreementChangeVerdict.IMPROVED, AgreementChangeVerdict.FELL)
    yield (
        either(*verdicts).removeprefix("agreement "),
        f"{_CHANGE.level:.0%} interval of the difference leaves out 0; under "
        f"{_CHANGE.fewest_pairs} moderated audits on a side there is "
        f"{AgreementChangeVerdict.TOO_LITTLE}",
    )


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


def method_table() -> Table:
    """What each figure is and where it comes from."""
    return Table(
        caption="Methods",
        columns=(
            Column(heading="Figure", align="left"),
            Column(heading="How it is worked out", align="left"),
            Column(heading="Source", align="left"),
        ),
        rows=METHODS,
    )


def verdict_rules() -> Iterator[tuple[str, str, str]]:
    """Question, verdict and rule of each verdict, made from the rules themselves."""
    rules = (_agreement(), _optimism(), _themes(), _consistency(), _agreement_change())
    for question, found in zip(_QUESTIONS, rules, strict=True):
        for verdict, rule in found:
            yield question, str(verdict), rule


def rules_table() -> Table:
    """Rule behind each verdict, with the numbers it uses."""
    return Table(
        caption="Rules fixed beforehand",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Rule", align="left"),
        ),
        rows=tuple(verdict_rules()),
    )
