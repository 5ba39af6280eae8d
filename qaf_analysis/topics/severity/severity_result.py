"""What the severity analysis found: its result and the parts of it."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.severity.auditor_severity import AuditorSeverity
from qaf_analysis.topics.severity.severity_models import SeverityModels
from qaf_analysis.topics.severity.severity_moderators import (
    ModeratorSeverity,
    no_moderator_severity,
)

METHOD = "severity model"


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Whether auditors differ at all: separation, reliability of it, and the test."""

    separation: float
    strata: float
    reliability: float
    chi_square: float
    df: int
    p: float


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """Whether audits reached auditors at random, and who gets the harder cases.

    Parameters
    ----------
    statistic, df, p : float
        Chi-square of the assumption that they did. NaN, with the reason in ``why_not``, where it
        cannot be tested.
    correlation : Estimate
        Of severity with practice in the auditor's audits: above 0, stricter auditors get the
        better practice; below 0, the harder cases.
    spread : Estimate
        How far practice differs between the audits that reach different auditors, in grades.
    change : float
        Largest change of a severity, in grades, when all audits are used as if they had reached
        auditors at random.
    why_not : str
    """

    statistic: float
    df: float
    p: float
    correlation: Estimate
    spread: Estimate
    change: float
    why_not: str


@dataclass(frozen=True, kw_only=True)
class ExtremeGrades:
    """Audits and auditors with grades at one end of the scale only, once these are set aside.

    They have no finite measure of their own in joint likelihood. Here they are drawn towards the
    others and count like all.
    """

    audits: int
    auditors: int


@dataclass(frozen=True, kw_only=True)
class Severity:
    """Auditors' severities from audits that two or more of them graded.

    Parameters
    ----------
    scope : Scope
    why_not : str
        Why nothing can be said; empty otherwise.
    groups : tuple of int
        Sizes of the groups of auditors that share audits; one group where all can be compared.
    precision : Estimate
        Half-width of the interval of a typical auditor's severity, in grades; no interval.
    spread : Estimate
        Standard deviation of auditors' severities, in grades.
    by_domain, drift : Estimate
        Findings about the group, in grades: standard deviation of what auditors differ by in one
        domain more than in others, and of their change over the whole period.
    components : tuple of NamedEstimate
        Standard deviations in logits: practice, halo, auditors, caseloads, and auditors by
        domain and over time.
    boundary : tuple of str
        Which of them could be nothing at all.
    difficulty : tuple of NamedEstimate
        How much lower than the average domain each is graded, in logits.
    domain_fit : tuple of NamedEstimate
        Infit of each domain; no interval.
    thresholds : tuple of float
        Practice, in logits, at which each grade parts from the one below.
    severities : tuple of float
        Auditors' severities in logits, in order of size, for a map without codes.
    practice : tuple of float
        Practice of the linked audits, in logits: 10 %, 25 %, 50 %, 75 % and 90 % of them lie
        below.
    pairs, identical, expected : int, float, float
        Pairs of grades of one domain of one audit; share identical; share that the model expects.
    differences : Differences or None
    extremes : ExtremeGrades
    allocation : Allocation
    moderators : ModeratorSeverity
    domain : str
        Domain that grades are about.
    levels : tuple of str
    auditors : tuple of AuditorSeverity
        In the order of their codes.
    talks : tuple of str
        Codes of auditors with whom to talk: clear in two successive windows.
    warnings : tuple of str
    """

    scope: Scope
    why_not: str
    groups: tuple[int, ...]
    precision: Estimate
    spread: Estimate
    by_domain: Estimate
    drift: Estimate
    components: tuple[NamedEstimate, ...]
    boundary: tuple[str, ...]
    difficulty: tuple[NamedEstimate, ...]
    domain_fit: tuple[NamedEstimate, ...]
    thresholds: tuple[float, ...]
    severities: tuple[float, ...]
    practice: tuple[float, ...]
    pairs: int
    identical: float
    expected: float
    differences: Differences | None
    extremes: ExtremeGrades
    allocation: Allocation
    moderators: ModeratorSeverity
    domain: str
    levels: tuple[str, ...]
    auditors: tuple[AuditorSeverity, ...]
    talks: tuple[str, ...]
    warnings: tuple[str, ...]


def no_severity(models: SeverityModels, levels: tuple[str, ...]) -> Severity:
    """Result of audits that carry no severity model, with the reason."""
    unknown = Estimate.not_estimable(models.why_not, method=METHOD)
    nan = float("nan")
    return Severity(
        scope=models.scope,
        why_not=models.why_not,
        groups=(),
        precision=unknown,
        spread=unknown,
        by_domain=unknown,
        drift=unknown,
        components=(),
        boundary=(),
        difficulty=(),
        domain_fit=(),
        thresholds=(),
        severities=(),
        practice=(),
        pairs=0,
        identical=nan,
        expected=nan,
        differences=None,
        extremes=ExtremeGrades(audits=0, auditors=0),
        allocation=Allocation(
            statistic=nan,
            df=nan,
            p=nan,
            correlation=unknown,
            spread=unknown,
            change=nan,
            why_not=models.why_not,
        ),
        moderators=no_moderator_severity(models.why_not),
        domain=models.domains[models.headline] if models.domains else "",
        levels=levels,
        auditors=(),
        talks=(),
        warnings=(),
    )
