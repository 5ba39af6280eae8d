"""Does the verdict on each theme stand when the same question is asked in other ways?

Nothing here changes a verdict: that of ``analysis.themes`` was fixed beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.sensitivity import SensitivityLine
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.common.scope import Scope
from qaf_analysis.topics.impact.analysis.asked import asked_otherwise
from qaf_analysis.topics.impact.analysis.themes import (
    ThemedDomain,
    ThemedQuarters,
)


@dataclass(frozen=True, kw_only=True)
class ThemeCheck:
    """One theme about a domain, asked about in nine other ways.

    Parameters
    ----------
    name : str
    verdict, reason
        As the only theme tested: none of the lines is adjusted for the number of themes.
    outcome : {"mean_grade", "good_or_better"}
        Which one decides.
    tested : bool
        Whether there was enough data for a verdict at all; ``lines`` is empty otherwise.
    deciding : Estimate
        The change that decides.
    lines : tuple of SensitivityLine
    effect : Estimate
        Cliff's delta: how much oftener an audit after stands above one before than below.
    """

    name: str
    verdict: ThemeVerdict
    reason: str
    outcome: Outcome
    tested: bool
    deciding: Estimate
    lines: tuple[SensitivityLine, ...]
    effect: Estimate

    @property
    def agreeing(self) -> tuple[SensitivityLine, ...]:
        """Lines that say what the verdict says."""
        return tuple(line for line in self.lines if line.agrees is True)

    @property
    def differing(self) -> tuple[SensitivityLine, ...]:
        """Lines that say something else."""
        return tuple(line for line in self.lines if line.agrees is False)


@dataclass(frozen=True, kw_only=True)
class ThemeChecks:
    """Every theme about a domain; ``why_not`` says why there is none."""

    scope: Scope
    scale: ScaleWords
    themes: tuple[ThemeCheck, ...]
    why_not: str


def theme_checks(audits: Audits, *, quarter: Quarter) -> ThemeChecks:
    """Ask in nine other ways whether practice changed after each themed audit.

    Parameters
    ----------
    audits : Audits
    quarter : Quarter
        The last that counts.
    """
    ground = ThemedQuarters.of(audits, quarter)
    ready = tuple(map(ground.themed_domain, ground.about_domains))
    return ThemeChecks(
        scope=ground.scope,
        scale=ground.settings.scale.words,
        themes=tuple(map(_check, ready)),
        why_not="" if ready else "no theme about a domain is declared in the settings",
    )


def _check(ready: ThemedDomain) -> ThemeCheck:
    asked = asked_otherwise(ready.audits, rule=ready.rule)
    return ThemeCheck(
        name=ready.theme.name,
        verdict=asked.change.verdict,
        reason=asked.change.reason,
        outcome=ready.rule.outcome,
        tested=asked.change.decision.tested,
        deciding=asked.change.deciding,
        lines=asked.lines if asked.change.decision.tested else (),
        effect=asked.effect,
    )
