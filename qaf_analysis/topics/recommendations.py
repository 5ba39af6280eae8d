"""What to do next: three steps at most, each following from a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.kit.numbers import coefficient, counted, percent
from qaf_analysis.kit.parts import listed
from qaf_analysis.terms.verdicts import (
    AGREEMENT_OPEN,
    THEME_OPEN,
    AgreementVerdict,
    OptimismVerdict,
    SelectionRefusal,
)
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.reach import Reach

MOST = 3


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """An action and the finding it follows from."""

    action: str
    because: str


def recommendations(
    agreement: Agreement,
    optimism: Optimism,
    themes: Themes,
    consistency: Consistency,
    reach: Reach,
) -> tuple[Recommendation, ...]:
    """Choose the steps that the verdicts call for, external moderation first."""
    every = (
        _moderation(optimism, reach),
        _calibration(agreement),
        _themes(themes),
        _one_at_a_time(consistency),
    )
    return tuple(step for step in every if step is not None)[:MOST]


def _moderation(optimism: Optimism, reach: Reach) -> Recommendation | None:
    if optimism.refusal is SelectionRefusal.NOT_RECORDED:
        return Recommendation(
            action="Record how each case is chosen for moderation, and choose by chance.",
            because="Without a recorded rule no adjusted grade profile can be given.",
        )
    if optimism.verdict == OptimismVerdict.NOT_JUDGED:
        return Recommendation(
            action="Mend the export of moderators' grades, and run the report again.",
            because=_sentence(optimism.reason),
        )
    if not optimism.gap.is_estimable:
        return Recommendation(
            action="Have external moderators re-read a random share of audits each year.",
            because=f"Over-optimism cannot be measured: {optimism.gap.why_not}.",
        )
    actions = {
        OptimismVerdict.RE_AUDIT: "Re-audit the cases whose grades differ most, and brief auditors "
        "together.",
        OptimismVerdict.ADJUST: "Read grades beside the moderation-adjusted profile, and share "
        "moderated cases with every auditor.",
    }
    if optimism.verdict in actions:
        return Recommendation(action=actions[optimism.verdict], because=_sentence(optimism.reason))
    if reach.to_moderate > optimism.gap.cases:
        return Recommendation(
            action=f"Moderate {counted(reach.to_moderate, 'audit')} at random over the next year.",
            because=f"So many are needed to know the gap to within "
            f"{coefficient(reach.half_width)} of a grade.",
        )
    return None


def _calibration(agreement: Agreement) -> Recommendation | None:
    if agreement.verdict in AGREEMENT_OPEN:
        return Recommendation(
            action="Plan blind second readings of a share of audits each quarter.",
            because=f"How far auditors agree cannot be said: {agreement.reason}.",
        )
    if agreement.verdict == AgreementVerdict.WELL or not agreement.boundary:
        return None
    return Recommendation(
        action=f"Hold a calibration session on the line between {agreement.boundary.lower()}.",
        because=f"{percent(agreement.boundary_share)} of the pairs that differ lie there.",
    )


def _themes(themes: Themes) -> Recommendation | None:
    unproven = [
        theme.name
        for theme in themes.themes
        if theme.change is not None and theme.verdict in THEME_OPEN
    ]
    if not unproven:
        return None
    return Recommendation(
        action=f"Keep grading {listed(unproven)} in every audit, and look again next quarter.",
        because="A change of a size that matters may not have been visible yet.",
    )


def _one_at_a_time(consistency: Consistency) -> Recommendation | None:
    tangled = [finding for finding in consistency.changes if finding.periods.inseparable]
    if not tangled:
        return None
    return Recommendation(
        action="Begin changes to the audit process in different quarters.",
        because=f"{listed(tangled[-1].periods.labels)} began together and cannot be told apart.",
    )


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
