"""What is said of themed audits: verdicts, other ways of asking, actions, and changed designs."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from qaf_analysis.kit.direction import unsigned
from qaf_analysis.kit.numbers import counted, fine_gap, percent, points, whole, with_interval
from qaf_analysis.kit.parts import Statement, because, listed
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    DriftStanding,
    ReservedVerdict,
    ThemeRule,
    ThemeVerdict,
)
from qaf_analysis.topics.impact.analysis.actions import Actions, ReAudit, ThemeOrder
from qaf_analysis.topics.impact.analysis.checks import ThemeCheck, ThemeChecks
from qaf_analysis.topics.impact.analysis.themes import TOO_LITTLE, ThemeFinding, Themes

LIMITS = (
    "The comparison is with domains that no theme touched, graded in the same audits by the same "
    "auditors. It cannot rule out that the themed domain was already moving differently, or that "
    "something else happened to that domain alone. An improvement that also lifted the other "
    "domains would be understated. How fast a domain would have to have been moving by itself is "
    "told beside each claim, and no test on its grades can rule that out."
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
        paragraphs=(
            *(_theme(theme) for theme in result.themes),
            *rivals_words(result),
            *_undeclared(result),
        ),
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
    return " ".join(said)


def changed_by(change: ThemeChange, scale: ScaleWords) -> str:
    """The change that decides, in its unit, with its interval."""
    if change.rule.outcome == "mean_grade":
        return f"{with_interval(change.deciding, fine_gap)} of a grade"
    return f"{with_interval(change.deciding, points)} points in the share graded {scale.positive}"


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
        return f"{unsigned(size, points)} points"
    return f"{unsigned(size, fine_gap)} of a grade"


def _order(found: ReservedVerdict) -> tuple[int, str]:
    return list(ThemeVerdict).index(found.verdict), str(found)


def _claim(result: Themes) -> str:
    claimed = {
        verdict: [theme for theme in result.themes if theme.verdict == verdict]
        for verdict in THEME_CLAIMS
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
    opening = because(
        f"{theme.name} ({about}audited in {design.audited_in}): {theme.full_verdict}",
        theme.reason,
    )
    found = _cohort(theme) if theme.cohort is not None else _compared(theme)
    return " ".join([opening, *found, *_used(theme)])


def _cohort(theme: ThemeFinding) -> list[str]:
    cohort = theme.cohort
    if cohort is None:
        return []
    audits = f"{counted(cohort.before_n, 'audit')} before and {whole(cohort.after_n)} after"
    if not cohort.difference.is_estimable:
        return [f"{audits} are too few to say ({quarters_counted(theme)})."]
    return [
        f"{audits}, in {quarters_counted(theme)}: the share graded {theme.scale.positive} differs "
        f"by {with_interval(cohort.difference, points)} points. A difference of more than "
        f"{ruled_out_of(theme)} is ruled out."
    ]


def _compared(theme: ThemeFinding) -> list[str]:
    change = theme.change
    if change is None:
        return []
    basis = f"{counted(change.evidence.audits, 'audit')}, {quarters_counted(theme)}"
    if not change.decision.tested:
        return [f"({basis}.)"]
    return [
        f"With {basis}, a true change of {smallest_seen(change)} would be found four times in "
        "five.",
        f"Against {counted(len(theme.design.controls), 'domain')} no theme touched, it changed by "
        f"{changed_by(change, theme.scale)}{_beside(change, theme.scale)}.",
        f"A change of more than {ruled_out(change)} is ruled out.",
        *_controls_moved(change),
        *_weakened(theme, change),
        *_against_drift(change),
    ]


def _weakened(theme: ThemeFinding, change: ThemeChange) -> Iterator[str]:
    """What a reader should know beside the verdict, each said once."""
    if change.decision.provisional:
        yield "It is provisional, because only one quarter has passed since."
    if change.decision.depends_on_scale:
        yield f"On the second scale the change is {_second(change, theme.scale)}."
    if change.is_hard_to_see and theme.verdict in THEME_CLAIMS:
        yield (
            "It is smaller than a change that would be found four times in five; changes found so "
            "near the edge of chance look larger than they are."
        )
    if change.decision.is_contested:
        names = listed([LABELS[name] for name in theme.differing])
        yield (
            f"Of the other ways of asking that can judge it, {whole(theme.agreeing)} "
            f"{'agrees' if theme.agreeing == 1 else 'agree'} and {whole(len(theme.differing))} "
            f"{'does' if len(theme.differing) == 1 else 'do'} not: {names}."
        )


def _second(change: ThemeChange, scale: ScaleWords) -> str:
    _, *rest = change.evidence.both(change.rule.outcome)
    if change.rule.outcome == "mean_grade":
        return f"{with_interval(rest[0], fine_gap)} of a grade"
    return f"{with_interval(rest[0], points)} points in the share graded {scale.positive}"


def _against_drift(change: ThemeChange) -> Iterator[str]:
    """How fast the domain would have to have been moving by itself; nothing without a claim."""
    drift, good = change.drift, change.rule.outcome == "good_or_better"
    if change.decision.standing is None:
        return
    yield (
        f"Had it been moving this way by more than {_unsigned(drift.breakdown, good=good)} a year "
        "by itself all along, that would explain the change."
    )
    write = points if good else fine_gap
    seen = f"In the quarters before it moved by {with_interval(drift.before, write)} a year"
    if isfinite(drift.fastest):
        seen += f"; no untouched domain moved by more than {_unsigned(drift.fastest, good=good)}"
    yield f"{seen}."
    yield DRIFT_WORDS[change.decision.standing]


DRIFT_WORDS = {
    DriftStanding.FIRM: (
        "The claim is firm against drift: it would have to have been faster than the quarters "
        "before allow with 90 % confidence, and than that of any untouched domain."
    ),
    DriftStanding.STANDS: (
        "The claim stands if it drifted no faster than it was seen to before, nor than any "
        "untouched domain."
    ),
    DriftStanding.EXPLAINED: "A drift as fast as one that was seen would explain it.",
}
"""How a claim stands against drift, in a sentence."""


def _beside(change: ThemeChange, scale: ScaleWords) -> str:
    """The outcome that does not decide; empty where it has no value."""
    if change.rule.outcome == "mean_grade":
        if not change.good.is_estimable:
            return ""
        moved = f"by {with_interval(change.good, points)} points"
        return f", and its share graded {scale.positive} {moved}"
    if not change.grade.is_estimable:
        return ""
    return f", and its mean grade by {with_interval(change.grade, fine_gap)} of a grade"


def _controls_moved(change: ThemeChange) -> list[str]:
    """How far the comparison domains moved, and what that is worth at the themed domain's level."""
    good = change.rule.outcome == "good_or_better"
    moved, write = (change.control_good, points) if good else (change.control_grade, fine_gap)
    unit = "points" if good else "of a grade"
    if not moved.is_estimable:
        return [f"How far those domains themselves moved cannot be told, because {moved.why_not}."]
    said = f"Those domains themselves moved by {with_interval(moved, write)} {unit}"
    worth = list(
        dict.fromkeys(map(write, filter(isfinite, (change.shift, change.shift_threshold))))
    )
    if worth and worth != [write(moved.value)]:
        said += f"; at this domain's level that is worth {' to '.join(worth)}"
    if not isfinite(change.factor) or change.verdict not in THEME_CLAIMS:
        return [f"{said}."]
    return [f"{said}.", _factor_words(change)]


def _factor_words(change: ThemeChange) -> str:
    """How unlike the others the themed domain would have to be for the claim to fall."""
    whatever, factor = "The claim holds unless whatever moved all domains", change.factor
    if factor > 1:
        return f"{whatever} moved this one more than {factor:.1f} times as much."
    if factor > 0:
        return f"{whatever} moved this one less than {factor:.1f} times as much."
    return f"{whatever} moved this one the other way."


def _used(theme: ThemeFinding) -> list[str]:
    design, said = theme.design, []
    if design.cut_because:
        said.append(f"Not all quarters are used, because {design.cut_because}.")
    if design.not_graded:
        said.append(f"Named for comparison but graded in no audit: {listed(design.not_graded)}.")
    small = theme.change.evidence.small_quarters if theme.change is not None else ()
    if small:
        said.append(
            f"Left out, because fewer than {ThemeRule().fewest_audits} audits can be compared: "
            f"{listed([str(Quarter.from_index(index)) for index in small])}."
        )
    if theme.too_alike:
        said.append(
            f"Not compared with {listed(theme.too_alike)}, because its grades are too much alike "
            "to tell its level."
        )
    if theme.not_throughout:
        said.append(
            f"Not compared with {listed(theme.not_throughout)}, because not graded in every "
            f"quarter in which {design.about} was."
        )
    return said


def rivals_words(result: Themes) -> list[str]:
    """What else happened in the quarters compared, said once for all themes."""
    events = list(dict.fromkeys(rival for theme in result.themes for rival in theme.rivals))
    if not events:
        return ["Nothing else is on record for the quarters compared."]
    every = all(set(events) <= {*theme.rivals, _as_event(theme)} for theme in result.themes)
    which = "" if every else " Which of them lie in whose quarters stands in the appendix."
    return [
        "Also on record for the quarters compared, and not ruled out as an explanation: "
        f"{'; '.join(events)}.{which}"
    ]


def _as_event(theme: ThemeFinding) -> str:
    return f"themed audit {theme.name} ({theme.design.audited_in})"


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
        "its latest grades looked worst, declare that quarter: it looks better next time by itself."
    ]


CHECKS_LIMITS = (
    "Nothing here changes a verdict: the rule was fixed before outcomes were read. Whoever chooses "
    "among ten answers afterwards finds too many changes that are not there. The lines without a "
    "comparison move with whatever moves every domain, so they neither agree nor disagree. A line "
    "with a trend of its own is about twice as unsure, so finding nothing there says little. That "
    "no movement was seen before the themed audit proves nothing. Verdicts here are those of each "
    "theme on its own, not corrected for the number of themes."
)
LABELS = {
    "other_outcome": "the other outcome",
    "wild_bootstrap": "bootstrap by quarter",
    "differential_trend": "with a trend of its own",
    "placebo_dates": "dates before the themed audit",
    "placebo_domains": "comparison domains as if themed",
    "same_auditors": "the same auditors only",
    "ordinal_step": "ordinal model without comparison",
    "its_quasibinomial": "share over time without comparison",
    "leave_one_out": "without one quarter or auditor",
}


def say_theme_checks(result: ThemeChecks) -> Statement:
    """Words on how many other ways of asking agree."""
    return Statement(
        claim=_checks_claim(result),
        paragraphs=tuple(_checks_theme(theme) for theme in result.themes)
        or (f"Not available because {result.why_not}.",),
        limits=CHECKS_LIMITS,
        source=result.scope.source_line,
    )


def _checks_claim(result: ThemeChecks) -> str:
    tested = [theme for theme in result.themes if theme.tested]
    if not tested:
        return "No verdict on a theme can be asked about in other ways"
    agree = sum(len(theme.agreeing) for theme in tested)
    differ = sum(len(theme.differing) for theme in tested)
    return (
        f"Asked in other ways, {whole(agree)} of the answers about themes "
        f"{'agrees' if agree == 1 else 'agree'} with the verdict and {whole(differ)} "
        f"{'does' if differ == 1 else 'do'} not"
    )


def _checks_theme(theme: ThemeCheck) -> str:
    if not theme.tested:
        return f"{theme.name}: not asked, because {theme.reason}."
    opening = f"{theme.name} ({theme.verdict} on its own): "
    if not theme.agreeing and not theme.differing:
        return because(f"{opening}nothing can agree or disagree", theme.reason)
    said = f"{opening}{counted(len(theme.agreeing), 'answer agrees', 'answers agree')}"
    if theme.differing:
        names = listed([f"{LABELS[line.name]} ({line.says})" for line in theme.differing])
        said += (
            f"; {counted(len(theme.differing), 'answer says', 'answers say')} otherwise: {names}"
        )
    return f"{said}."


ACTIONS_LIMITS = (
    "Which actions were closed, and when, says nothing of whether they worked: grades may move "
    "before an action is closed, after it, or without it. A day of closing is what the council "
    "entered, and only a later audit has looked at practice. The intervals take the actions as a "
    "sample of how the council follows its audits up, each apart from the others."
)


def say_actions(result: Actions) -> Statement:
    """Words for the section on improvement actions."""
    paragraphs = [_not_available(result.why_not)] if result.why_not else counted_actions(result)
    paragraphs += [] if result.why_not else [_said_of_order(theme) for theme in result.order]
    paragraphs += [_said_of_re_audit(one, result.scale) for one in result.re_audits]
    return Statement(
        claim=_actions_claim(result),
        paragraphs=tuple(paragraphs),
        limits=ACTIONS_LIMITS,
        source=result.scope.source_line,
    )


def _actions_claim(result: Actions) -> str:
    if result.why_not:
        return "Improvement actions are not described"
    every = result.overall
    quarter = result.scope.quarter
    if not every.due:
        return f"No improvement action is known to have been due by the end of {quarter}"
    if every.overdue:
        return f"{counted(every.overdue, 'improvement action')} overdue at the end of {quarter}"
    return f"No improvement action overdue at the end of {quarter}"


def _not_available(why_not: str) -> str:
    return (
        f"Not available because {why_not}. An export with one row for each action, and the days "
        "on which it was raised, due and closed, is declared in council.toml under [[files]]."
    )


def counted_actions(result: Actions) -> list[str]:
    """Say how many actions were raised, closed in time or late, overdue and verified."""
    every = result.overall
    said = [
        f"By the end of {result.scope.quarter}, {counted(every.raised, 'action')} had been raised "
        f"and {whole(every.closed)} closed{_share(every.closed_share)}. Of {whole(every.due)} "
        f"whose day had come, {whole(every.in_time)} {_were(every.in_time)} closed by it"
        f"{_share(every.in_time_share)}; {whole(every.late)} after it, and {whole(every.overdue)} "
        "not yet.",
        f"Of those closed, {whole(every.verified)} {_were(every.verified)} verified, "
        f"{whole(every.re_audited)} by a later audit{_share(every.re_audited_share)}.",
    ]
    if every.undated:
        said.append(
            f"{counted(every.undated, 'action')} had no due day, and can be neither late nor "
            "overdue."
        )
    return said


def _said_of_order(theme: ThemeOrder) -> str:
    opening = f"{theme.theme} (audited in {theme.audited_in}): "
    if not theme.raised:
        return f"{opening}no action is recorded."
    if not theme.has_begun:
        return (
            f"{opening}{whole(theme.closed_before)} of {counted(theme.raised, 'action')} closed so "
            f"far; the first quarter after, {theme.first_after}, had not begun."
        )
    return (
        f"{opening}{whole(theme.closed_before)} of {counted(theme.raised, 'action')} had been "
        f"closed before the first quarter after, {theme.first_after}, and "
        f"{whole(theme.closed_since)} since; {whole(theme.still_open)} still open."
        f"{_preceded(theme)}"
    )


def _preceded(theme: ThemeOrder) -> str:
    """Whether closing came before a change that was found; with a space before, or empty."""
    if theme.verdict.verdict == ThemeVerdict.TOO_LITTLE:
        return " Whether the theme changed cannot be said."
    if theme.verdict.verdict not in THEME_CLAIMS:
        return " No change was found in the theme."
    closed = "none" if theme.closed_before == 0 else whole(theme.closed_before)
    return (
        f" A change was found over the quarters from {theme.first_after} on; when they began, "
        f"{closed} of {whole(theme.raised)} had been closed. An order of dates is no proof."
    )


def _said_of_re_audit(one: ReAudit, scale: ScaleWords) -> str:
    change = one.change
    opening = (
        f"{one.theme}, audit ({_span(one.audited)}) and re-audit ({_span(one.re_audited)}): "
        f"{whole(change.audit_good)} of {counted(change.audit_n, 'audit')} and "
        f"{whole(change.re_audit_good)} of {whole(change.re_audit_n)} graded {scale.positive} for "
        f"{one.domain}"
    )
    if not change.difference.is_estimable:
        return f"{opening}; {change.verdict}."
    written = with_interval(change.difference, points)
    return f"{opening}, a difference of {written} points. Verdict: {change.verdict}."


def _span(ends: tuple[Quarter, Quarter]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _written(share: Estimate) -> str:
    return with_interval(share, percent)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _share(share: Estimate) -> str:
    return f", {_written(share)}" if share.is_estimable else " (too few for a share)"
