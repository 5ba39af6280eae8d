"""What the themed-audit result says."""

from __future__ import annotations

from math import isnan

from qaf_analysis.analyses.themes import ThemeFinding, Themes
from qaf_analysis.present.numbers import counted, fine_gap, points, with_interval
from qaf_analysis.present.statement import Statement, listed
from qaf_analysis.stats.difference_in_differences import ThemeChange

LIMITS = (
    "The comparison is with domains that no theme touched, graded in the same audits by the same "
    "auditors. It cannot rule out that the themed domain was already moving differently, or that "
    "something else happened to that domain alone. An improvement that also lifted the other "
    "domains would be understated."
)


def say_themes(result: Themes) -> Statement:
    """Words for the section on themed audits."""
    if not result.themes:
        return Statement(
            claim="No themed audit is declared",
            paragraphs=(
                f"Not available because {result.reason}. Declare each theme, with its domain and "
                "the quarter of its audit, in council.toml before outcomes are read.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(_theme(theme) for theme in result.themes),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def themes_card(result: Themes) -> str:
    """One sentence or two for the first page."""
    verdicts = dict.fromkeys(theme.full_verdict for theme in result.themes)
    groups = [
        (verdict, [theme.name for theme in result.themes if theme.full_verdict == verdict])
        for verdict in sorted(verdicts, key=_order)
    ]
    said = [f"{listed(names)}: {verdict}." for verdict, names in groups if names]
    return " ".join(said) if said else f"Not available because {result.reason}."


def _order(verdict: str) -> tuple[int, str]:
    firsts = ("improved", "got worse", "no evidence", "too little")
    place = next(k for k, first in enumerate(firsts) if verdict.startswith(first))
    return place, verdict


def _claim(result: Themes) -> str:
    improved = [theme.name for theme in result.themes if theme.verdict == "improved"]
    worse = [theme.name for theme in result.themes if theme.verdict == "got worse"]
    if improved:
        return f"{listed(improved)} improved against untouched domains"
    if worse:
        return f"{listed(worse)} got worse against untouched domains"
    return "No theme moved apart from the untouched domains"


def _theme(theme: ThemeFinding) -> str:
    opening = f"{theme.name} ({theme.about}; audited in {theme.audited_in}): {theme.full_verdict}"
    if theme.cohort is not None:
        cohort = theme.cohort
        return (
            f"{opening}, because {theme.reason}. {counted(cohort.before_n, 'audit')} before and "
            f"{counted(cohort.after_n, 'audit')} after; the change in the share good or better is "
            f"{with_interval(cohort.difference, points)} points."
        )
    change = theme.change
    if change is None or not change.decision.tested:
        return f"{opening}, because {theme.reason}."
    evidence = change.evidence
    return (
        f"{opening}, because {theme.reason}. Against {counted(len(theme.controls), 'domain')} no "
        f"theme touched, its mean grade changed by {with_interval(change.grade, fine_gap)} of a "
        f"grade, and its share good or better by {with_interval(change.good, points)} points "
        f"({counted(evidence.pre_quarters, 'quarter')} before, "
        f"{counted(evidence.post_quarters, 'quarter')} after)."
        f"{_smallest(change)}{_reservations(change)}"
    )


def _reservations(change: ThemeChange) -> str:
    said = ""
    if change.decision.provisional:
        said += " It is provisional, because only one quarter has passed since."
    if change.decision.already_moving:
        said += " The difference was already moving before the themed audit."
    return said


def _smallest(change: ThemeChange) -> str:
    if isnan(change.detectable):
        return ""
    size = fine_gap(change.detectable).removeprefix("+")
    return f" The smallest change that would be found 80% of the time is {size} of a grade."
