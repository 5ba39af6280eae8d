"""What this report says that the next one will be compared with, gathered from its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import qaf_analysis
from qaf_analysis.kit.numbers import counted
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.section import AGREEMENT
from qaf_analysis.topics.common.declared import DeclaredProcessChange, DeclaredTheme
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.reported import (
    DeclaredPart,
    ReportFacts,
    ShareFact,
    StepFact,
    VerdictFact,
)
from qaf_analysis.topics.common.section import Question
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.optimism.section import MODERATION
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.process.section import PROCESS
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.section import GRADES
from qaf_analysis.topics.recommendations import (
    Recommendation,
    called_for,
    recommendations,
    steps_of_headlines,
)
from qaf_analysis.topics.since.analysis import (
    HEADLINES,
    LIMITS,
    PERIOD,
    PROCESS_CHANGES,
    RISK,
    SCALE,
    THEMES,
)

YEAR = 4


def report_facts(evidence: Evidence) -> ReportFacts:
    """Gather what this report says.

    Parameters
    ----------
    evidence : Evidence
        In which every other question of the report was answered.
    """
    settings = evidence.audits.settings
    every = tuple(_each(evidence, GRADES))
    first = every[0][1]
    intake: Intake = evidence.found(Intake, "")
    themes: Themes = evidence.found(Themes, "")
    return ReportFacts(
        council=settings.council,
        quarter=evidence.quarter,
        version=qaf_analysis.__version__,
        key_id=intake.key_id,
        positive=first.scale.positive,
        unit="audit" if first.has_overall else "domain grade",
        declared=_declared(settings, evidence),
        rows_in=intake.rows_in,
        set_aside=intake.quarantined,
        verdicts=(
            *(_of_year(name, found) for name, found in every),
            *(_of_agreement(name, found) for name, found in _each(evidence, AGREEMENT)),
            *(_of_optimism(name, found) for name, found in _each(evidence, MODERATION)),
            _of_themes(themes),
            *(_of_theme(theme) for theme in themes.themes),
            *(_of_process(name, found) for name, found in _each(evidence, PROCESS)),
        ),
        shares=tuple(share for name, found in every for share in shares_of(name, found)),
        **_steps(evidence),
    )


def _each(evidence: Evidence, question: Question[Any]) -> Iterator[tuple[str, Any]]:
    """The answers to a question, each with its headline."""
    for name in question.headlines(evidence):
        yield name, evidence.found(question.result, name)


def _of_year(headline: str, found: Programme) -> VerdictFact:
    audits = counted(found.scope.used, "audit" if found.has_overall else "domain grade")
    basis = f"{audits}, {found.scope.period}"
    return VerdictFact(
        asked="year", headline=headline, verdict=str(found.verdict.value), basis=basis
    )


def _of_agreement(headline: str, found: Agreement) -> VerdictFact:
    twice = counted(found.audits, "audit graded twice", "audits graded twice")
    basis = f"{twice}, {found.scope.period}"
    return VerdictFact(
        asked="agreement", headline=headline, verdict=str(found.verdict.value), basis=basis
    )


def _of_optimism(headline: str, found: Optimism) -> VerdictFact:
    basis = f"{counted(found.gap.cases, 'moderated audit')}, {found.scope.period}"
    return VerdictFact(
        asked="optimism", headline=headline, verdict=str(found.verdict.value), basis=basis
    )


def _of_themes(found: Themes) -> VerdictFact:
    basis = f"{counted(len(found.themes), 'theme')}, up to {found.scope.quarter}"
    return VerdictFact(asked="themes", verdict=found.verdict, basis=basis)


def _of_theme(found: ThemeFinding) -> VerdictFact:
    before, after = found.sides
    basis = f"{counted(before, 'quarter')} before and {after:,} after, up to {found.quarters[-1]}"
    return VerdictFact(
        asked="theme", theme=found.name, verdict=str(found.full_verdict), basis=basis
    )


def _of_process(headline: str, found: Consistency) -> VerdictFact:
    basis = f"{counted(found.scope.used, 'audit')}, {found.scope.period}"
    return VerdictFact(
        asked="process", headline=headline, verdict=str(found.answer.value), basis=basis
    )


def shares_of(headline: str, found: Programme) -> Iterator[ShareFact]:
    """Every year and every quarter that the report shows a share of."""
    quarters = found.quarters
    ends = [*range(len(quarters), 0, -YEAR)][::-1]
    for end, year in zip(ends, found.years, strict=True):
        yield ShareFact(
            headline=headline,
            period=year.period,
            first=quarters[max(0, end - YEAR)],
            last=quarters[end - 1],
            is_year=True,
            n=year.good.cases,
            value=year.good.value,
        )
    for quarter, grades in zip(quarters, found.by_quarter, strict=True):
        yield ShareFact(
            headline=headline,
            period=str(quarter),
            first=quarter,
            last=quarter,
            is_year=False,
            n=grades.total,
            value=grades.good.value,
        )


def _steps(evidence: Evidence) -> dict[str, tuple[StepFact, ...]]:
    """Steps on the first page, and all that are called for, as ``ReportFacts`` names them."""
    themes, own = evidence.found(Themes, ""), []
    every: list[Recommendation] = []
    for name in MODERATION.headlines(evidence):
        found = (
            evidence.found(Agreement, name),
            evidence.found(AgreementDetail, name),
            evidence.found(Optimism, name),
            themes,
            evidence.found(Consistency, name),
        )
        own.append((name, recommendations(*found, quarter=evidence.quarter)))
        every += called_for(*found, quarter=evidence.quarter)
    return {
        "steps": tuple(map(_step, steps_of_headlines(own))),
        "called_for": tuple(map(_step, dict.fromkeys(every))),
    }


def _step(step: Recommendation) -> StepFact:
    kind = "" if step.kind is None else str(step.kind.value)
    return StepFact(kind=kind, action=step.action, because=step.because, by=step.by)


def _declared(settings: Settings, evidence: Evidence) -> tuple[DeclaredPart, ...]:
    """What verdicts rest on of the settings, in words that stay the same in later versions."""
    limits = evidence.found(Optimism, MODERATION.headlines(evidence)[0]).limits
    numbers = (limits.tolerance, limits.good_shift, limits.severe_from, limits.severe_share)
    themes = (
        (theme.name, *theme.facts.values())
        for theme in map(DeclaredTheme.of, settings.themes)
        if theme.quarter <= evidence.quarter
    )
    changes = (
        (change.name, str(change.quarter))
        for change in map(DeclaredProcessChange.of, settings.process_changes)
        if change.quarter <= evidence.quarter
    )
    said = {
        SCALE: " | ".join((*settings.scale.levels, settings.scale.good_label)),
        HEADLINES: " | ".join(settings.headlines),
        PERIOD: settings.window,
        LIMITS: " | ".join("none" if n is None else f"{n:g}" for n in numbers),
        RISK: settings.risk_picked,
        THEMES: " || ".join(" | ".join(theme) for theme in sorted(themes)),
        PROCESS_CHANGES: " || ".join(" | ".join(change) for change in sorted(changes)),
    }
    return tuple(DeclaredPart(name=name, content=content) for name, content in said.items())
