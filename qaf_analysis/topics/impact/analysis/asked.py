"""One theme asked about: its change, and the same question in nine other ways."""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.stats.impact.compared import Compared
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange, change_of
from qaf_analysis.stats.impact.effect_size import cliffs_delta
from qaf_analysis.stats.impact.sensitivity import SensitivityLine, is_contested, theme_sensitivity
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import ThemeRule


@dataclass(frozen=True, kw_only=True, eq=False)
class AskedOtherwise:
    """A theme's change and the same question in other ways; see ``checks.ThemeCheck``.

    The verdict of the change says whether most of the lines that can judge it differ.
    """

    change: ThemeChange
    lines: tuple[SensitivityLine, ...]
    effect: Estimate


def asked_otherwise(audits: ThemedAudits, *, rule: ThemeRule) -> AskedOtherwise:
    """Ask about one theme: the headline, the sensitivity set, Cliff's delta.

    Report and plain table both print what comes of this.

    Parameters
    ----------
    audits : ThemedAudits
        Of the quarters that count.
    rule : ThemeRule
    """
    change = change_of(audits, rule=rule)
    lines = theme_sensitivity(change, audits)
    return AskedOtherwise(
        change=change.contested(is_contested(lines)),
        lines=lines,
        effect=_effect(audits, rule=rule),
    )


def _effect(audits: ThemedAudits, *, rule: ThemeRule) -> Estimate:
    """Cliff's delta of the audits' gaps, every domain at the themed domain's level."""
    compared = Compared.of(audits, rule)
    if not compared.is_comparable:
        return Estimate.not_estimable(
            compared.why_not or "there are no audits on one side",
            method="Cliff's delta",
            level=rule.level,
        )
    told = compared.on("latent", good=False)
    return cliffs_delta(
        told.gaps[:, 0],
        quarter=told.quarter,
        post=told.post,
        auditors=compared.audits.auditors,
        level=rule.level,
    )
