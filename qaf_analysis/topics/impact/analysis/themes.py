"""Did practice improve after each themed audit? Themed domain against untouched ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Bools
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange, with_holm
from qaf_analysis.stats.impact.snapshots import CohortChange, cohort_change
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.settings import Settings, Theme
from qaf_analysis.terms.verdicts import (
    SHORT_THEME_VERDICT,
    THEME_CLAIMS,
    Reservation,
    ReservedVerdict,
    ThemeRule,
    ThemeVerdict,
)
from qaf_analysis.topics.common.eras import why_no_before
from qaf_analysis.topics.common.scope import (
    NEW_SCALE,
    Event,
    Scope,
    events,
    first_quarter,
    headline_domain,
    up_to,
)
from qaf_analysis.topics.impact.analysis.asked import asked_otherwise
from qaf_analysis.topics.impact.analysis.design import (
    GradedDomains,
    ThemeDesign,
    rivals,
    theme_design,
)

TOO_LITTLE = ThemeVerdict.TOO_LITTLE
PROVISIONAL = Reservation.PROVISIONAL


@dataclass(frozen=True, kw_only=True)
class ThemeFinding:
    """What can be said of one theme.

    Exactly one of ``change`` (domain theme) and ``cohort`` (case-type theme) is present.
    ``rivals`` are other events on record within the quarters compared, each of which may explain
    a difference as well as the theme does. ``not_throughout`` are domains that it would be
    compared with, had they been graded in every quarter in which its own domain was, and
    ``too_alike`` those whose grades are too much alike to tell their level. ``differing`` names
    the other ways of asking that say otherwise of the theme on its own, and ``agreeing`` counts
    those that say the same.
    """

    design: ThemeDesign
    rivals: tuple[str, ...]
    scale: ScaleWords
    quarters: tuple[Quarter, ...]
    verdict: ThemeVerdict
    reason: str
    change: ThemeChange | None = None
    cohort: CohortChange | None = None
    not_throughout: tuple[str, ...] = ()
    too_alike: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    agreeing: int = 0

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
    def is_provisional(self) -> bool:
        """Whether only one quarter after the themed audit is in."""
        return Reservation.PROVISIONAL in self.reservations

    @property
    def full_verdict(self) -> ReservedVerdict:
        """The verdict with its reservations."""
        return ReservedVerdict(self.verdict, self.reservations)

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """What weakens the verdict."""
        return () if self.change is None else self.change.decision.reservations


@dataclass(frozen=True, kw_only=True)
class Themes:
    """Every theme in the settings, with the design that was fixed beforehand.

    ``new_scales`` are changes of scale within the quarters shown.
    """

    scope: Scope
    verdict: str
    reason: str
    settings_sha256: str
    scale: ScaleWords
    themes: tuple[ThemeFinding, ...]
    new_scales: tuple[Event, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemedDomain:
    """One theme about a domain, ready to be compared; ``not_throughout`` as in ``ThemeFinding``."""

    theme: Theme
    design: ThemeDesign
    audits: ThemedAudits
    rule: ThemeRule
    not_throughout: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemedQuarters:
    """What everything about themes rests on, selected once from the council.

    Parameters
    ----------
    scope : Scope
    settings : Settings
    quarters : list of Quarter
        From the first with an audit to the one reported.
    domains : tuple of str
        Domains that audits grade, in the order of the settings.
    headline : str
        Headline domain; empty where audits carry none.
    table : GradedDomains
    """

    scope: Scope
    settings: Settings
    quarters: list[Quarter]
    domains: tuple[str, ...]
    headline: str
    table: GradedDomains

    @classmethod
    def of(cls, audits: Audits, quarter: Quarter) -> ThemedQuarters:
        """Select the domain grades of routine audits, up to a quarter."""
        known = up_to(audits, quarter)
        quarters = quarters_between(first_quarter(known), quarter)
        table = GradedDomains.of(known)
        return cls(
            scope=Scope(
                council=known.settings.council,
                quarter=quarter,
                first=quarters[0],
                last=quarter,
                period=f"{quarters[0]} to {quarter}",
                unit="routine audits with domain grades",
                used=table.used,
                left_out=table.left_out,
            ),
            settings=known.settings,
            quarters=quarters,
            domains=table.domains,
            headline=headline_domain(known) or "",
            table=table,
        )

    @property
    def about_domains(self) -> tuple[Theme, ...]:
        """Themes about a domain."""
        return tuple(theme for theme in self.settings.themes if theme.domain)

    def themed_domain(self, theme: Theme) -> ThemedDomain:
        """One theme about a domain, with the audits that its design keeps."""
        themed, names = theme.domain or "", self.domains
        declared = theme_design(self.settings, theme, graded=names, quarters=self.quarters)
        controls = self.table.graded_throughout(themed, declared.controls)
        gone = tuple(domain for domain in declared.controls if domain not in controls)
        # A domain that is not compared with cannot end the comparison by being themed itself.
        kept = tuple(name for name in names if name not in gone)
        design = replace(
            theme_design(self.settings, theme, graded=kept, quarters=self.quarters),
            not_graded=declared.not_graded,
        )
        return ThemedDomain(
            theme=theme,
            design=design,
            not_throughout=gone,
            audits=self.table.themed_audits(
                themed, controls, kept=self.where(design.counts), post=self.where(design.after)
            ),
            rule=ThemeRule(outcome=design.outcome),
        )

    def where(self, counts: Callable[[Quarter], bool]) -> Bools:
        """Which rows of the table are of quarters that count."""
        return np.isin(self.table.quarter, [q.index for q in self.quarters if counts(q)])


def themes(audits: Audits, *, quarter: Quarter) -> Themes:
    """Measure the change after each themed audit, up to a quarter."""
    ground = ThemedQuarters.of(audits, quarter)
    found = tuple(
        _over_new_scale(one, ground.settings)
        for one in _corrected(tuple(_finding(ground, theme) for theme in ground.settings.themes))
    )
    verdict, reason = themes_verdict(found)
    return Themes(
        scope=ground.scope,
        verdict=verdict,
        reason=reason,
        settings_sha256=ground.settings.sha256,
        scale=ground.settings.scale.words,
        themes=found,
        new_scales=tuple(
            event for event in events(audits, ground.quarters) if event.kind == NEW_SCALE
        ),
    )


def themes_verdict(found: tuple[ThemeFinding, ...]) -> tuple[str, str]:
    """One line for the first page, in which every theme is counted once.

    Returns
    -------
    verdict, reason : str
        Such as "2 of 5 improved, 1 provisional, 1 no evidence, 1 too little data"; a claim that
        rests on one quarter is counted as provisional, next to those of its kind.
    """
    if not found:
        return TOO_LITTLE, "no themed audit is declared in the settings"
    if all(theme.verdict == TOO_LITTLE for theme in found):
        reasons = {theme.reason for theme in found}
        return TOO_LITTLE, reasons.pop() if len(reasons) == 1 else "no theme can be judged yet"
    said: list[str] = []
    for verdict in ThemeVerdict:
        these = [theme for theme in found if theme.verdict == verdict]
        early = [theme for theme in these if verdict in THEME_CLAIMS and theme.is_provisional]
        firm, word = len(these) - len(early), SHORT_THEME_VERDICT[verdict]
        said += [f"{firm} {word}"] if firm else []
        said += [f"{len(early)} {PROVISIONAL if firm else f'{word} ({PROVISIONAL})'}"] * bool(early)
    number, rest = said[0].split(" ", 1)
    counted = ", ".join([f"{number} of {len(found)} {rest}", *said[1:]])
    if not any(theme.verdict in THEME_CLAIMS for theme in found):
        return counted, "no theme moved apart from the untouched domains"
    return counted, "against domains that no theme touched, in the same audits"


def _finding(ground: ThemedQuarters, theme: Theme) -> ThemeFinding:
    if theme.domain is None:
        return _cohort_theme(ground, theme)
    ready = ground.themed_domain(theme)
    asked = asked_otherwise(ready.audits, rule=ready.rule)
    change = asked.change
    named = ready.design.controls
    # While quarters are too few, grades of the few audits are alike: no news of a domain.
    judged = change.decision.tested or change.reason == change.evidence.why_not
    too_alike = tuple(named[one.place] for one in change.left_out if judged)
    kept = tuple(name for name in named if name not in too_alike)
    return ThemeFinding(
        design=replace(ready.design, controls=kept),
        rivals=rivals(ground.settings, ready.design, ground.quarters),
        scale=ground.settings.scale.words,
        quarters=tuple(ground.quarters),
        verdict=change.verdict,
        reason=change.reason,
        change=change,
        differing=tuple(line.name for line in asked.lines if line.agrees is False),
        agreeing=sum(line.agrees is True for line in asked.lines),
        not_throughout=ready.not_throughout,
        too_alike=too_alike,
    )


def _over_new_scale(found: ThemeFinding, settings: Settings) -> ThemeFinding:
    """Give the change of scale as the reason, where it leaves too little of before."""
    why = why_no_before(settings, found.design.audited_in)
    return replace(found, reason=why) if why and found.verdict == TOO_LITTLE else found


def _cohort_theme(ground: ThemedQuarters, theme: Theme) -> ThemeFinding:
    quarters, table = ground.quarters, ground.table
    design = theme_design(ground.settings, theme, graded=ground.domains, quarters=quarters)
    grade = table.of_domain(ground.headline)
    ours = (table.case_type == theme.case_type) & ~np.isnan(grade)
    before, after = (
        grade[ours & ground.where(counts)] >= table.good_from
        for counts in (design.before, design.after)
    )
    change = cohort_change(int(before.sum()), len(before), int(after.sum()), len(after))
    return ThemeFinding(
        design=design,
        rivals=rivals(ground.settings, design, quarters),
        scale=ground.settings.scale.words,
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
