"""The method in two tables: what each figure is, and the rule behind each verdict."""

from __future__ import annotations

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.stats.impact.verdict import ThemeRule
from qaf_analysis.stats.optimism.verdict import TOLERANCE
from qaf_analysis.stats.process.agreement_change import FEWEST_PAIRS as FEWEST_CHANGE_PAIRS
from qaf_analysis.stats.process.spread_change import SpreadRule
from qaf_analysis.topics.agreement.analysis.headline import FEWEST_AUDITS
from qaf_analysis.topics.optimism.analysis.gaps import FEWEST_PAIRS

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

_THEME, _SPREAD = ThemeRule(), SpreadRule()
RULES = (
    (
        "Agreement",
        "agrees well",
        "AC2 at least 0.60 and ordinal alpha at least 0.40, each with 95% probability",
    ),
    (
        "Agreement",
        "agrees in part",
        "AC2 at least 0.40 with 95% probability, alpha whatever it is",
    ),
    ("Agreement", "agrees poorly", "neither can be claimed"),
    (
        "Agreement",
        "not measurable this period",
        f"fewer than {FEWEST_AUDITS} audits graded twice",
    ),
    ("Optimism", "accept", f"interval of the gap within {TOLERANCE:.2f} of a grade"),
    (
        "Optimism",
        "re-audit",
        "interval leaves out 0, and auditors' gaps differ (p up to 0.10) or more than 5% "
        "are two grades or more apart",
    ),
    ("Optimism", "adjust", "interval leaves out 0 otherwise"),
    (
        "Optimism",
        "more moderation needed",
        f"anything else, and fewer than {FEWEST_PAIRS} moderated audits",
    ),
    (
        "Themes",
        "improved or got worse",
        f"95% interval leaves out 0 after Holm, change at least "
        f"{_THEME.smallest_grade:.2f} of a grade, good or better not the other way",
    ),
    (
        "Themes",
        "too little data",
        f"fewer than {_THEME.fewest_pre} quarters before, {_THEME.fewest_post} after or "
        f"{_THEME.fewest_quarters} in all; fewer than {_THEME.fewest_audits} audits a "
        f"quarter; or an interval wider than {100 * _THEME.widest_good:.0f} points "
        "either way",
    ),
    ("Themes", "no evidence of change", "anything else"),
    (
        "Consistency",
        "more or less consistent",
        "90% intervals of the change in variance and of the change in spread leave out 0",
    ),
    (
        "Consistency",
        "too little data",
        f"fewer than {_SPREAD.fewest_audits} audits or {_SPREAD.fewest_auditors} auditors "
        "on a side",
    ),
    ("Consistency", "no evidence of change", "anything else"),
    (
        "Agreement with moderators",
        "improved or fell",
        f"95% interval of the difference leaves out 0; under {FEWEST_CHANGE_PAIRS} moderated "
        "audits on a side there is too little data",
    ),
)


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


def rules_table() -> Table:
    """Rule behind each verdict, with the numbers it uses."""
    return Table(
        caption="Rules fixed beforehand",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Verdict", align="left"),
            Column(heading="Rule", align="left"),
        ),
        rows=RULES,
    )
