"""What the themed-audit result says."""

from __future__ import annotations

from math import isfinite

from qaf_analysis.kit.numbers import counted, fine_gap, points, whole, with_interval
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.stats.impact.theme_change import ThemeChange
from qaf_analysis.stats.impact.verdict import CLAIMS
from qaf_analysis.terms.measured import THEME_ERRORS
from qaf_analysis.topics.impact.themes import TOO_LITTLE, ThemeFinding, Themes

LIMITS = (
    "The comparison is with domains that no theme touched, graded in the same audits by the same "
    "auditors. It cannot rule out that the themed domain was already moving differently, or that "
    "something else happened to that domain alone. An improvement that also lifted the other "
    "domains would be understated. "
    f"{THEME_ERRORS.words}"
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
        paragraphs=(*(_theme(theme) for theme in result.themes), *_undeclared(result)),
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
    if not said:
        return f"Not available because {result.reason}."
    return f"{' '.join(said)} From {counted(result.scope.used, 'routine audit')}."


def changed_by(change: ThemeChange) -> str:
    """The change that decides, in its unit, with its interval."""
    if change.rule.outcome == "mean_grade":
        return f"{with_interval(change.deciding, fine_gap)} of a grade"
    return f"{with_interval(change.deciding, points)} points good or better"


def smallest_seen(change: ThemeChange) -> str:
    """The smallest true change found four times in five, in the unit that decides."""
    if change.rule.outcome == "mean_grade":
        return _unsigned(change.detectable_grade.value, good=False)
    return _unsigned(change.detectable_good.value, good=True)


def ruled_out(change: ThemeChange) -> str:
    """How large a change, either way, is ruled out."""
    if change.rule.outcome == "mean_grade":
        return _unsigned(change.ruled_out, good=False)
    return _unsigned(change.ruled_out_good, good=True)


def ruled_out_of(theme: ThemeFinding) -> str:
    """How large a change of a theme is ruled out; for a type of case, how large a difference."""
    if theme.cohort is not None:
        difference = theme.cohort.difference
        return _unsigned(max(abs(difference.low), abs(difference.high)), good=True)
    change = theme.change
    return ruled_out(change) if change is not None and change.decision.tested else "not known"


def quarters_counted(theme: ThemeFinding) -> str:
    """Quarters before and after, in words."""
    before, after = theme.sides
    return f"{counted(before, 'quarter')} before the themed audit and {whole(after)} after"


def _unsigned(size: float, *, good: bool) -> str:
    if not isfinite(size):
        return "not known"
    if good:
        return f"{points(size).removeprefix('+')} points"
    return f"{fine_gap(size).removeprefix('+')} of a grade"


def _order(verdict: str) -> tuple[int, str]:
    firsts = ("improved", "got worse", "no evidence", "too little")
    place = next(k for k, first in enumerate(firsts) if verdict.startswith(first))
    return place, verdict


def _claim(result: Themes) -> str:
    claimed = {
        verdict: [theme for theme in result.themes if theme.verdict == verdict]
        for verdict in CLAIMS
    }
    said = [
        f"{listed([t.name for t in them])} {verdict}" for verdict, them in claimed.items() if them
    ]
    if said:
        doubts = [
            f"{theme.name}: {', '.join(theme.reservations)}"
            for them in claimed.values()
            for theme in them
            if theme.reservations
        ]
        doubted = f" ({'; '.join(doubts)})" if doubts else ""
        return f"{' and '.join(said)} against untouched domains{doubted}"
    if all(theme.verdict == TOO_LITTLE for theme in result.themes):
        return "There is too little data to judge any theme"
    return "No theme moved apart from the untouched domains"


def _theme(theme: ThemeFinding) -> str:
    design = theme.design
    about = "" if design.about == theme.name else f"{design.about}; "
    opening = (
        f"{theme.name} ({about}audited in {design.audited_in}): {theme.full_verdict}, "
        f"because {theme.reason}."
    )
    found = _cohort(theme) if theme.cohort is not None else _compared(theme)
    return " ".join([opening, *found, *_used(theme), *_rivals(theme)])


def _cohort(theme: ThemeFinding) -> list[str]:
    cohort = theme.cohort
    if cohort is None:
        return []
    audits = f"{counted(cohort.before_n, 'audit')} before and {whole(cohort.after_n)} after"
    if not cohort.difference.is_estimable:
        return [f"{audits} are too few to say ({quarters_counted(theme)})."]
    return [
        f"{audits}, in {quarters_counted(theme)}: the share good or better differs by "
        f"{with_interval(cohort.difference, points)} points; a difference of more than "
        f"{ruled_out_of(theme)} is ruled out."
    ]


def _compared(theme: ThemeFinding) -> list[str]:
    change = theme.change
    if change is None:
        return []
    basis = f"{counted(change.evidence.audits, 'audit')}, {quarters_counted(theme)}"
    if not change.decision.tested:
        return [f"({basis}.)"]
    said = [
        f"With {basis}, a true change of {smallest_seen(change)} would be found four times in "
        "five.",
        f"Against {counted(len(theme.design.controls), 'domain')} no theme touched, it changed by "
        f"{changed_by(change)}{_beside(change)}; a change of more than {ruled_out(change)} is "
        "ruled out.",
        _controls_moved(change),
    ]
    if change.decision.provisional:
        said.append("It is provisional, because only one quarter has passed since.")
    if change.decision.already_moving:
        said.append("The difference was already moving before the themed audit.")
    return said


def _beside(change: ThemeChange) -> str:
    """The outcome that does not decide; empty where it has no value."""
    if change.rule.outcome == "mean_grade":
        if not change.good.is_estimable:
            return ""
        return f", and its share good or better by {with_interval(change.good, points)} points"
    if not change.grade.is_estimable:
        return ""
    return f", and its mean grade by {with_interval(change.grade, fine_gap)} of a grade"


def _controls_moved(change: ThemeChange) -> str:
    moved = change.control_grade
    if not moved.is_estimable:
        return f"How far those domains themselves moved cannot be told, because {moved.why_not}."
    return f"Those domains themselves moved by {with_interval(moved, fine_gap)} of a grade."


def _used(theme: ThemeFinding) -> list[str]:
    design, said = theme.design, []
    if design.cut_because:
        said.append(f"Not all quarters are used, because {design.cut_because}.")
    if design.not_graded:
        said.append(f"Named for comparison but graded in no audit: {listed(design.not_graded)}.")
    if theme.not_throughout:
        said.append(
            f"Not compared with {listed(theme.not_throughout)}, because not graded in every "
            f"quarter in which {design.about} was."
        )
    return said


def _rivals(theme: ThemeFinding) -> list[str]:
    if not theme.rivals:
        return ["Nothing else is on record for the quarters compared."]
    return [
        f"Also on record for these quarters, and not ruled out as an explanation: "
        f"{listed(theme.rivals)}."
    ]


def _undeclared(result: Themes) -> list[str]:
    """Themes tested without a declared quarter of selection."""
    names = [
        theme.name
        for theme in result.themes
        if theme.change is not None
        and theme.change.decision.tested
        and not theme.design.selected_in
    ]
    if not names:
        return []
    return [
        f"No quarter of selection is declared for {listed(names)}. If a theme was chosen because "
        f"its latest grades looked worst, declare that quarter: {THEME_ERRORS.worst_picked}."
    ]
