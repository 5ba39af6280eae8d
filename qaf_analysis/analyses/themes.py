"""Did practice improve after each themed audit? Themed domain against untouched ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qaf_analysis.analyses.scope import (
    LeftOut,
    Scope,
    domain_names,
    first_quarter,
    graded,
    headline_domain,
    routine,
    up_to,
)
from qaf_analysis.data.audits import Audits
from qaf_analysis.stats.cohort import CohortChange, cohort_change
from qaf_analysis.stats.difference_in_differences import ThemeChange, theme_change, with_holm
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.settings import Theme


@dataclass(frozen=True, kw_only=True)
class ThemeFinding:
    """What can be said of one theme.

    Exactly one of ``change`` (domain theme) and ``cohort`` (case-type theme) is present.
    """

    name: str
    about: str
    audited_in: Quarter
    activity: str
    excluded: tuple[Quarter, ...]
    controls: tuple[str, ...]
    levels: tuple[str, ...]
    quarters: tuple[Quarter, ...]
    verdict: str
    reason: str
    change: ThemeChange | None = None
    cohort: CohortChange | None = None

    @property
    def full_verdict(self) -> str:
        """The verdict with its reservations."""
        words = [self.verdict]
        if self.change is not None and self.change.decision.provisional:
            words.append("provisional")
        if self.change is not None and self.change.decision.already_moving:
            words.append("already moving before")
        return ", ".join(words)


@dataclass(frozen=True, kw_only=True)
class Themes:
    """Every theme in the settings, with the design that was fixed beforehand."""

    scope: Scope
    verdict: str
    reason: str
    settings_sha256: str
    themes: tuple[ThemeFinding, ...]


def themes(audits: Audits, *, quarter: Quarter) -> Themes:
    """Measure the change after each themed audit, up to a quarter."""
    known = up_to(audits, quarter)
    first = first_quarter(known)
    quarters = quarters_between(first, quarter)
    grades = graded(known, domain=None)
    grades = grades[grades["audit_id"].isin(routine(known.audits)["audit_id"])]
    found = tuple(
        _domain_theme(known, theme, grades, quarters)
        if theme.domain
        else _cohort_theme(known, theme, grades, quarters)
        for theme in known.settings.themes
    )
    found = _corrected(found)
    used = int(grades["audit_id"].nunique())
    others = len(known.audits) - used
    verdict, reason = themes_verdict(found)
    return Themes(
        scope=Scope(
            council=known.settings.council,
            quarter=quarter,
            first=first,
            last=quarter,
            period=f"{first} to {quarter}",
            unit="routine audits with domain grades",
            used=used,
            left_out=(LeftOut(reason="themed, multi-agency or calibration audits", records=others),)
            if others
            else (),
        ),
        verdict=verdict,
        reason=reason,
        settings_sha256=known.settings.sha256,
        themes=found,
    )


def themes_verdict(found: tuple[ThemeFinding, ...]) -> tuple[str, str]:
    """One line for the first page: how many themes improved, of those that could be judged."""
    if not found:
        return "too little data", "no themed audit is declared in the settings"
    judged = [theme for theme in found if theme.verdict != "too little data"]
    if not judged:
        return "too little data", "no theme has enough quarters before and after it"
    for verdict in ("improved", "got worse"):
        number = sum(theme.verdict == verdict for theme in judged)
        if number:
            return (
                f"{verdict} in {number} of {len(judged)}",
                "against domains that no theme touched, in the same audits",
            )
    return "no evidence of change", "no theme moved apart from the untouched domains"


def excluded_quarters(theme: Theme) -> tuple[Quarter, ...]:
    """Quarters that count neither as before nor as after: selection, audit, phase-in."""
    phase_in = tuple(theme.audited_in.next(k + 1) for k in range(theme.phase_in_quarters))
    return (*theme.selected_in, theme.audited_in, *phase_in)


def _domain_theme(
    audits: Audits, theme: Theme, grades: pd.DataFrame, quarters: list[Quarter]
) -> ThemeFinding:
    excluded = excluded_quarters(theme)
    untouched = audits.settings.controls_for(theme, domain_names(audits))
    controls = graded_throughout(grades, theme.domain or "", untouched)
    scale = audits.settings.scale
    wide = domain_means(grades, theme.domain or "", controls, scale.good_from)
    kept = wide[~wide["quarter"].isin(excluded)]
    change = theme_change(
        quarter=kept["quarter"].map(lambda q: q.index - quarters[0].index).to_numpy(np.int64),
        post=(kept["quarter"].map(lambda q: q > theme.audited_in)).to_numpy(np.bool_),
        themed_grade=kept["themed"].to_numpy(np.float64),
        control_grade=kept["control"].to_numpy(np.float64),
        themed_good=kept["themed_good"].to_numpy(np.float64),
        control_good=kept["control_good"].to_numpy(np.float64),
        auditor=pd.factorize(kept["rater"], sort=True)[0].astype(np.int64),
    )
    return ThemeFinding(
        name=theme.name,
        about=theme.domain or "",
        audited_in=theme.audited_in,
        activity=theme.activity,
        excluded=tuple(q for q in excluded if q in quarters),
        controls=controls,
        levels=scale.levels,
        quarters=tuple(quarters),
        verdict=change.verdict,
        reason=change.reason,
        change=change,
    )


def graded_throughout(
    grades: pd.DataFrame, themed: str, untouched: tuple[str, ...]
) -> tuple[str, ...]:
    """Untouched domains graded in every quarter in which the themed domain was.

    One that comes or goes half-way would shift the comparison by itself.
    """
    when = grades.groupby("domain")["quarter"].unique().map(set)
    needed = when.get(themed, set())
    return tuple(domain for domain in untouched if needed <= when.get(domain, set()))


def domain_means(
    grades: pd.DataFrame, themed: str, controls: tuple[str, ...], good_from: int
) -> pd.DataFrame:
    """One row per audit: the themed grade, and the mean of the control grades beside it."""
    marked = grades.assign(
        good=(grades["grade"] >= good_from).astype(float),
        grade=grades["grade"].astype(float),
        quarter=grades["quarter"].map(Quarter.parse),
    )
    by_audit = ["audit_id", "quarter", "rater"]
    ours = marked[marked["domain"] == themed].groupby(by_audit)[["grade", "good"]].mean()
    theirs = marked[marked["domain"].isin(controls)].groupby(by_audit)[["grade", "good"]].mean()
    ours.columns, theirs.columns = ["themed", "themed_good"], ["control", "control_good"]
    return ours.join(theirs, how="outer").reset_index()


def _cohort_theme(
    audits: Audits, theme: Theme, grades: pd.DataFrame, quarters: list[Quarter]
) -> ThemeFinding:
    excluded = excluded_quarters(theme)
    domain = headline_domain(audits)
    cohort = grades[(grades["case_type"] == theme.case_type) & (grades["domain"] == domain)]
    when = cohort["quarter"].map(Quarter.parse)
    good = cohort["grade"] >= audits.settings.scale.good_from
    before = good[(when < theme.audited_in) & ~when.isin(excluded)]
    after = good[(when > theme.audited_in) & ~when.isin(excluded)]
    change = cohort_change(int(before.sum()), len(before), int(after.sum()), len(after))
    return ThemeFinding(
        name=theme.name,
        about=f"cases of type {theme.case_type}",
        audited_in=theme.audited_in,
        activity=theme.activity,
        excluded=tuple(q for q in excluded if q in quarters),
        controls=(),
        levels=audits.settings.scale.levels,
        quarters=tuple(quarters),
        verdict=change.verdict,
        reason=change.reason,
        cohort=change,
    )


def _corrected(found: tuple[ThemeFinding, ...]) -> tuple[ThemeFinding, ...]:
    """Apply Holm's correction over the themes that have a comparison."""
    places = [place for place, theme in enumerate(found) if theme.change is not None]
    changes = with_holm(tuple(found[place].change for place in places))  # type: ignore[misc]
    corrected = list(found)
    for place, change in zip(places, changes, strict=True):
        corrected[place] = replace(
            found[place], change=change, verdict=change.verdict, reason=change.reason
        )
    return tuple(corrected)
