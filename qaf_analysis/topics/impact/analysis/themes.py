"""Did practice improve after each themed audit? Themed domain against untouched ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.difference_in_differences import theme_change, with_holm
from qaf_analysis.stats.impact.snapshots import CohortChange, cohort_change
from qaf_analysis.stats.impact.theme_change import ThemeChange
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Theme
from qaf_analysis.terms.verdicts import (
    THEME_CLAIMS,
    Reservation,
    ReservedVerdict,
    ThemeRule,
    ThemeVerdict,
)
from qaf_analysis.topics.common.scope import (
    Scope,
    domain_names,
    first_quarter,
    headline_domain,
    up_to,
)
from qaf_analysis.topics.impact.analysis.design import (
    Bools,
    GradedDomains,
    ThemeDesign,
    rivals,
    theme_design,
)

TOO_LITTLE = ThemeVerdict.TOO_LITTLE


@dataclass(frozen=True, kw_only=True)
class ThemeFinding:
    """What can be said of one theme.

    Exactly one of ``change`` (domain theme) and ``cohort`` (case-type theme) is present.
    ``rivals`` are other events on record within the quarters compared, each of which may explain
    a difference as well as the theme does. ``not_throughout`` are domains that it would be
    compared with, had they been graded in every quarter in which its own domain was.
    """

    design: ThemeDesign
    rivals: tuple[str, ...]
    levels: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    verdict: ThemeVerdict
    reason: str
    change: ThemeChange | None = None
    cohort: CohortChange | None = None
    not_throughout: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the theme."""
        return self.design.name

    @property
    def sides(self) -> tuple[int, int]:
        """Quarters compared: before, and after, the themed audit."""
        if self.change is not None:
            return self.change.pre_quarters, self.change.post_quarters
        before, after = (
            sum(counts(quarter) for quarter in self.quarters)
            for counts in (self.design.before, self.design.after)
        )
        return before, after

    @property
    def full_verdict(self) -> ReservedVerdict:
        """The verdict with its reservations."""
        return ReservedVerdict(self.verdict, self.reservations)

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What weakens the verdict."""
        if self.change is None:
            return ()
        decision = self.change.decision
        said = {
            Reservation.PROVISIONAL: decision.provisional,
            Reservation.ALREADY_MOVING: decision.already_moving,
        }
        return tuple(reservation for reservation, holds in said.items() if holds)


@dataclass(frozen=True, kw_only=True)
class Themes:
    """Every theme in the settings, with the design that was fixed beforehand."""

    scope: Scope
    verdict: str
    reason: str
    settings_sha256: str
    themes: tuple[ThemeFinding, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemedDomain:
    """One theme about a domain, ready to be compared; ``not_throughout`` as in ``ThemeFinding``."""

    theme: Theme
    design: ThemeDesign
    audits: ThemedAudits
    rule: ThemeRule
    not_throughout: tuple[str, ...] = ()


def themes(audits: Audits, *, quarter: Quarter) -> Themes:
    """Measure the change after each themed audit, up to a quarter."""
    known = up_to(audits, quarter)
    quarters = quarters_between(first_quarter(known), quarter)
    table = GradedDomains.of(known)
    found = _corrected(
        tuple(_finding(known, theme, table, quarters) for theme in known.settings.themes)
    )
    verdict, reason = themes_verdict(found)
    return Themes(
        scope=themes_scope(known, table, quarters),
        verdict=verdict,
        reason=reason,
        settings_sha256=known.settings.sha256,
        themes=found,
    )


def themes_scope(audits: Audits, table: GradedDomains, quarters: list[Quarter]) -> Scope:
    """Scope of whatever rests on the domain grades of routine audits."""
    return Scope(
        council=audits.settings.council,
        quarter=quarters[-1],
        first=quarters[0],
        last=quarters[-1],
        period=f"{quarters[0]} to {quarters[-1]}",
        unit="routine audits with domain grades",
        used=table.used,
        left_out=table.left_out,
    )


def themes_verdict(found: tuple[ThemeFinding, ...]) -> tuple[str, str]:
    """One line for the first page: how many themes changed, of those that could be judged."""
    if not found:
        return TOO_LITTLE, "no themed audit is declared in the settings"
    judged = [theme.verdict for theme in found if theme.verdict != TOO_LITTLE]
    if not judged:
        reasons = {theme.reason for theme in found}
        return TOO_LITTLE, reasons.pop() if len(reasons) == 1 else "no theme can be judged yet"
    claims = [(verdict, judged.count(verdict)) for verdict in THEME_CLAIMS if verdict in judged]
    if not claims:
        return ThemeVerdict.NO_EVIDENCE, "no theme moved apart from the untouched domains"
    (first, number), *others = claims
    said = [f"{first} in {number} of {len(judged)}", *(f"{v} in {n}" for v, n in others)]
    return ", ".join(said), "against domains that no theme touched, in the same audits"


def themed_domain(
    audits: Audits, theme: Theme, table: GradedDomains, quarters: list[Quarter]
) -> ThemedDomain:
    """One theme about a domain, with the audits that its design keeps."""
    themed, names = theme.domain or "", domain_names(audits)
    declared = theme_design(audits.settings, theme, graded=names, quarters=quarters)
    controls = table.graded_throughout(themed, declared.controls)
    gone = tuple(domain for domain in declared.controls if domain not in controls)
    # A domain that is not compared with cannot end the comparison by being themed itself.
    kept = tuple(name for name in names if name not in gone)
    design = replace(
        theme_design(audits.settings, theme, graded=kept, quarters=quarters),
        not_graded=declared.not_graded,
    )
    return ThemedDomain(
        theme=theme,
        design=design,
        not_throughout=gone,
        audits=table.themed_audits(
            themed,
            controls,
            kept=_where(table, [q for q in quarters if design.counts(q)]),
            post=_where(table, [q for q in quarters if design.after(q)]),
        ),
        rule=ThemeRule(outcome=design.outcome),
    )


def _where(table: GradedDomains, quarters: list[Quarter]) -> Bools:
    return np.isin(table.quarter, [quarter.index for quarter in quarters])


def _finding(
    audits: Audits, theme: Theme, table: GradedDomains, quarters: list[Quarter]
) -> ThemeFinding:
    if theme.domain is None:
        return _cohort_theme(audits, theme, table, quarters)
    ready = themed_domain(audits, theme, table, quarters)
    change = theme_change(**vars(ready.audits), rule=ready.rule)
    return ThemeFinding(
        design=ready.design,
        rivals=rivals(audits.settings, ready.design, quarters),
        levels=audits.settings.scale.levels,
        quarters=tuple(quarters),
        verdict=change.verdict,
        reason=change.reason,
        change=change,
        not_throughout=ready.not_throughout,
    )


def _cohort_theme(
    audits: Audits, theme: Theme, table: GradedDomains, quarters: list[Quarter]
) -> ThemeFinding:
    design = theme_design(audits.settings, theme, graded=domain_names(audits), quarters=quarters)
    grade = table.of_domain(headline_domain(audits) or "")
    ours = (table.case_type == theme.case_type) & ~np.isnan(grade)
    sides = [
        grade[ours & _where(table, [q for q in quarters if counts(q)])] >= table.good_from
        for counts in (design.before, design.after)
    ]
    before, after = sides
    change = cohort_change(int(before.sum()), len(before), int(after.sum()), len(after))
    return ThemeFinding(
        design=design,
        rivals=rivals(audits.settings, design, quarters),
        levels=audits.settings.scale.levels,
        quarters=tuple(quarters),
        verdict=change.verdict,
        reason=change.reason,
        cohort=change,
    )


def _corrected(found: tuple[ThemeFinding, ...]) -> tuple[ThemeFinding, ...]:
    """Apply Holm's correction over the themes that have a comparison."""
    compared = [
        (place, theme.change) for place, theme in enumerate(found) if theme.change is not None
    ]
    changes = with_holm(tuple(change for _, change in compared))
    corrected = list(found)
    for (place, _), change in zip(compared, changes, strict=True):
        corrected[place] = replace(
            found[place], change=change, verdict=change.verdict, reason=change.reason
        )
    return tuple(corrected)
