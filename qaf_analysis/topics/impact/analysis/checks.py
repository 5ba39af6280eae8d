"""Does the verdict on each theme stand when the same question is asked in other ways?

Nothing here changes a verdict: that of ``analysis.themes`` was fixed beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.difference_in_differences import theme_change
from qaf_analysis.stats.impact.effect_size import cliffs_delta
from qaf_analysis.stats.impact.sensitivity import SensitivityLine, theme_sensitivity
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.common.scope import Scope, first_quarter, up_to
from qaf_analysis.topics.impact.analysis.design import GradedDomains
from qaf_analysis.topics.impact.analysis.themes import ThemedDomain, themed_domain, themes_scope


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
    known = up_to(audits, quarter)
    quarters = quarters_between(first_quarter(known), quarter)
    table = GradedDomains.of(known)
    about_domains = [theme for theme in known.settings.themes if theme.domain]
    return ThemeChecks(
        scope=themes_scope(known, table, quarters),
        themes=tuple(
            _check(themed_domain(known, theme, table, quarters)) for theme in about_domains
        ),
        why_not="" if about_domains else "no theme about a domain is declared in the settings",
    )


def _check(ready: ThemedDomain) -> ThemeCheck:
    audits, used = ready.audits, ready.audits.is_usable
    change = theme_change(**vars(audits), rule=ready.rule)
    tested = change.decision.tested
    return ThemeCheck(
        name=ready.theme.name,
        verdict=change.verdict,
        reason=change.reason,
        outcome=ready.rule.outcome,
        tested=tested,
        deciding=change.deciding,
        lines=theme_sensitivity(change, audits) if tested else (),
        effect=cliffs_delta(
            (audits.themed_grade - audits.control_grade)[used],
            quarter=audits.quarter[used],
            post=audits.post[used],
            auditors=audits.auditors,
            level=ready.rule.level,
        ),
    )
