"""What to do next: three steps at most, each following from a verdict, with a date to hold to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isnan

from qaf_analysis.kit.direction import unsigned
from qaf_analysis.kit.numbers import counted, fine_gap, interval, percent, points
from qaf_analysis.kit.parts import as_sentence, few_listed, listed
from qaf_analysis.stats.core.detectable import after_more_quarters
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import within_sentence
from qaf_analysis.terms.verdicts import (
    AGREEMENT_OPEN,
    THEME_OPEN,
    WAIT_RULE,
    AgreementChangeVerdict,
    AgreementVerdict,
    OptimismVerdict,
    SelectionRefusal,
    SpreadVerdict,
    Standing,
)
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.common.reported import StepKind
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency

MOST = 3
OWNER = "Owner: ____________."
NEXT_QUARTER, YEAR = 1, 4


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """An action, the finding it follows from, and the quarter at whose end it should be done."""

    action: str
    because: str
    by: Quarter
    kind: StepKind | None = field(default=None, compare=False)

    @property
    def due(self) -> str:
        """The day by which it should be done."""
        return f"{self.by.last_day.day} {self.by.last_day:%B %Y}"

    @property
    def reminder(self) -> str:
        """Who is to do it, to be filled in, and by when."""
        return f"{OWNER} By {self.due}."


def recommendations(
    agreement: Agreement,
    by_grade: AgreementDetail,
    optimism: Optimism,
    themes: Themes,
    consistency: Consistency,
    *,
    quarter: Quarter,
) -> tuple[Recommendation, ...]:
    """Choose the steps that the verdicts call for: what fell first, then external moderation."""
    every = called_for(agreement, by_grade, optimism, themes, consistency, quarter=quarter)
    return every[:MOST]


def called_for(
    agreement: Agreement,
    by_grade: AgreementDetail,
    optimism: Optimism,
    themes: Themes,
    consistency: Consistency,
    *,
    quarter: Quarter,
) -> tuple[Recommendation, ...]:
    """Every step that the verdicts call for, the most urgent first."""
    found = (
        *_fell(consistency),
        *_moderation(optimism),
        *_calibration(agreement, by_grade),
        *_themes(themes, quarter=quarter),
        *_one_at_a_time(consistency),
    )
    return tuple(
        Recommendation(action=action, because=because, by=quarter.next(within), kind=kind)
        for kind, action, because, within in found
    )


# A kind, an action, why, and within how many quarters.
Step = tuple[StepKind, str, str, int]


def steps_of_headlines(
    each: Sequence[tuple[str, tuple[Recommendation, ...]]],
) -> tuple[Recommendation, ...]:
    """Choose among the steps that the headlines call for, the most urgent of each first.

    What all of them call for is said once; else the headline is named.
    """
    called: dict[Recommendation, list[str]] = {}
    for place in range(MOST):
        for headline, steps in each:
            if place < len(steps):
                called.setdefault(steps[place], []).append(headline)
    return tuple(
        step if len(names) == len(each) else replace(step, action=f"{listed(names)}: {step.action}")
        for step, names in list(called.items())[:MOST]
    )


def _fell(consistency: Consistency) -> Iterator[Step]:
    fell = [
        one.periods.labels
        for one in consistency.agreement
        if one.verdict == AgreementChangeVerdict.FELL
    ]
    if fell:
        yield (
            StepKind.READ_AGAIN,
            "Let auditors and moderators read again together the audits they graded apart.",
            "They agree less often than before a change of the process.",
            NEXT_QUARTER,
        )
    less = [
        one.periods.labels
        for one in consistency.changes
        if one.change.verdict == SpreadVerdict.LESS
    ]
    if less:
        yield (
            StepKind.SAME_AUDITS,
            "Let all auditors grade the same few audits, and compare.",
            f"Auditors are less alike in strictness since {listed(less[-1])}.",
            NEXT_QUARTER,
        )


def _moderation(optimism: Optimism) -> Iterator[Step]:
    if optimism.refusal is SelectionRefusal.NOT_RECORDED:
        yield (
            StepKind.RECORD_CHOICE,
            "Record how each case is chosen for moderation, and choose by chance.",
            "Without a recorded rule no adjusted grade profile can be given.",
            NEXT_QUARTER,
        )
    elif optimism.verdict == OptimismVerdict.NOT_JUDGED:
        yield (
            StepKind.MEND_EXPORT,
            "Mend the export of moderators' grades, and run the report again.",
            as_sentence(optimism.reason),
            NEXT_QUARTER,
        )
    elif not optimism.gap.is_estimable:
        yield (
            StepKind.HAVE_MODERATION,
            "Have external moderators re-read a random share of audits each year.",
            "Over-optimism cannot be measured without it.",
            YEAR,
        )
    elif optimism.verdict in _ON_OPTIMISM:
        kind, action = _ON_OPTIMISM[optimism.verdict]
        yield (kind, action, as_sentence(optimism.reason), NEXT_QUARTER)
    elif optimism.verdict == OptimismVerdict.MORE_MODERATION:
        yield from _more_moderation(optimism)


_ON_OPTIMISM = {
    OptimismVerdict.RE_AUDIT: (
        StepKind.RE_AUDIT,
        "Re-audit the cases whose grades differ most, and brief auditors together.",
    ),
    OptimismVerdict.ADJUST: (
        StepKind.ADJUST,
        "Read grades beside the moderation-adjusted profile, and share moderated cases with "
        "every auditor.",
    ),
}


def _more_moderation(optimism: Optimism) -> Iterator[Step]:
    number = moderated_a_year(optimism)
    if not number:
        yield (
            StepKind.MODERATE_MORE,
            "Moderate every audit of the year, or as many as can be, chosen by chance.",
            "No smaller number would settle what is still open about over-optimism.",
            YEAR,
        )
    elif number > optimism.gap.cases:
        more = number - optimism.gap.cases
        yield (
            StepKind.MODERATE_MORE,
            f"Moderate {counted(number, 'audit')} a year, chosen by chance: {more:,} more "
            "than this year.",
            "That many would settle what is still open about over-optimism.",
            YEAR,
        )


def moderated_a_year(optimism: Optimism) -> int:
    """Moderated audits a year that would settle what the verdict leaves open; 0 where none would.

    Parameters
    ----------
    optimism : Optimism
    """
    needed = [one.settled_at for one in optimism.figures if one.standing is Standing.OPEN]
    number = max(needed, default=0) if not any(map(isnan, needed)) else 0
    return round(number) if number <= optimism.audits else 0


def _calibration(agreement: Agreement, by_grade: AgreementDetail) -> Iterator[Step]:
    if agreement.verdict in AGREEMENT_OPEN:
        yield (
            StepKind.SECOND_READINGS,
            "Plan blind second readings of a share of audits each quarter.",
            "How far auditors agree cannot be said without them.",
            NEXT_QUARTER,
        )
        return
    told = [one for one in by_grade.boundaries if one.confused.has_interval]
    if agreement.verdict == AgreementVerdict.WELL or not told:
        return
    worst = max(told, key=lambda one: one.confused.value)
    yield (
        StepKind.CALIBRATE,
        f"Hold a calibration session on the line between {within_sentence(worst.lower)} "
        f"and {within_sentence(worst.upper)}.",
        f"Where both grades are one of these two, auditors part in {percent(worst.confused.value)} "
        f"({interval(worst.confused, percent)}; {counted(worst.pairs, 'pair')}).",
        NEXT_QUARTER,
    )


def _themes(themes: Themes, *, quarter: Quarter) -> Iterator[Step]:
    waits: list[ThemeFinding] = []
    stuck: list[ThemeFinding] = []
    for theme in themes.themes:
        # Too few quarters before the theme are mended by nothing that is done later.
        if (
            theme.change is not None
            and theme.verdict in THEME_OPEN
            and theme.sides[0] >= theme.change.rule.fewest_pre
        ):
            (waits if _waiting_helps(theme) else stuck).append(theme)
    if waits:
        until = quarter.next(WAIT_RULE.quarters)
        yield (
            StepKind.KEEP_GRADING,
            f"Keep grading {few_listed([theme.name for theme in waits])} in every audit until "
            f"{until}.",
            f"By then a change of {_worth_finding(waits[0])} would be found four times in five.",
            WAIT_RULE.quarters,
        )
    if stuck:
        yield (
            StepKind.GRADE_MORE,
            f"Grade {few_listed([theme.name for theme in stuck])} in more audits, or follow "
            f"{'it' if len(stuck) == 1 else 'them'} by other means.",
            f"Waiting another {counted(WAIT_RULE.quarters, 'quarter')} would still miss a change "
            f"of {_worth_finding(stuck[0])}.",
            NEXT_QUARTER,
        )


def _waiting_helps(theme: ThemeFinding) -> bool:
    """Whether a change worth finding would be found after a few more quarters."""
    change = theme.change
    if change is None:
        return False
    in_grades = change.rule.outcome == "mean_grade"
    seen = change.detectable_grade if in_grades else change.detectable_good
    before, after = theme.sides
    if after == 0:
        return True
    later = after_more_quarters(seen.value, before=before, after=after, more=WAIT_RULE.quarters)
    return later <= (WAIT_RULE.grades if in_grades else WAIT_RULE.good)


def _worth_finding(theme: ThemeFinding) -> str:
    if theme.change is None or theme.change.rule.outcome == "mean_grade":
        return f"{unsigned(WAIT_RULE.grades, fine_gap)} of a grade"
    return f"{unsigned(WAIT_RULE.good, points)} points"


def _one_at_a_time(consistency: Consistency) -> Iterator[Step]:
    tangled = [finding for finding in consistency.changes if finding.periods.inseparable]
    if tangled:
        yield (
            StepKind.ONE_AT_A_TIME,
            "Begin changes to the audit process in different quarters.",
            f"{listed(tangled[-1].periods.labels)} began together and cannot be told apart.",
            YEAR,
        )
