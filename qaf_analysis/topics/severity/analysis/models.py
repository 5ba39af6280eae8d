"""The severity models of a council, fitted once for everything that rests on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.severity.allocation import AllocationTest, allocation_test
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.in_grades import lost_per_logit
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.terms.names import AUDITING_ROLES, AuditType
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import Scale
from qaf_analysis.terms.verdicts import SEVERITY_RULE
from qaf_analysis.topics.agreement.analysis.readings import blind_readings
from qaf_analysis.topics.common.leniency import AuditorLeniency
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    domain_names,
    first_quarter,
    graded,
    headline_domain,
    routine,
    up_to,
)

FEWEST_LINKED = SEVERITY_RULE.fewest_linked
"""Linked audits below which no severity is estimated."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SeverityModels:
    """Fitted severity models, and whom and what their numbers mean.

    Parameters
    ----------
    scope : Scope
        Audits graded by two or more auditors, of all quarters up to the one reported.
    why_not : str
        Why there is no model; empty where there is one.
    raters, domains : tuple of str
        Auditor and domain of each number.
    ratings : DataFrame
        The grades behind the models.
    linked : SeverityFit or None
        Fitted to the linked audits: the headline.
    allocation : AllocationTest or None
        The same beside all audits, with and without the assumption that they reached auditors at
        random, and the test of it.
    n_levels : int
        Levels of the scale.
    headline : int
        Number of the headline domain; the first where audits carry none.
    leniency, good_leniency : AuditorLeniency or None
        Auditors' leniency in the headline domain, in grades and in the share Good or better.
    """

    scope: Scope
    why_not: str
    raters: tuple[str, ...]
    domains: tuple[str, ...]
    ratings: pd.DataFrame
    linked: SeverityFit | None
    allocation: AllocationTest | None
    n_levels: int
    headline: int
    leniency: AuditorLeniency | None
    good_leniency: AuditorLeniency | None

    def about(self, audits: Audits) -> SeverityModels:
        """Return the same models with leniency in another headline domain of the same council."""
        place, scale = headline_domain(audits), audits.settings.scale
        if place not in self.domains or self.domains.index(place) == self.headline:
            return self
        headline = self.domains.index(place)
        grade, good = _leniencies(self.linked, self.raters, scale, headline)
        return replace(self, headline=headline, leniency=grade, good_leniency=good)

    def slope_of(self, fit: SeverityFit) -> float:
        """Grades of the headline domain that one logit of severity takes off, in one of the fits.

        The first domain stands in where the fit's audits carry no headline grade.
        """
        codes = fit.ratings.domain_codes.tolist()
        domain = codes.index(self.headline) if self.headline in codes else 0
        return lost_per_logit(fit, values=np.arange(self.n_levels), domain=domain)


def severity_models(audits: Audits, *, quarter: Quarter) -> SeverityModels:
    """Fit the severity models to auditors' grades of all quarters up to one.

    Moderators take no part: their gaps to auditors are compared with these severities later,
    and would count twice.
    """
    known = up_to(audits, quarter)
    grades, not_blind = _grades(known)
    raters = tuple(sorted(grades["rater"].unique()))
    domains = tuple(name for name in domain_names(known) if name in set(grades["domain"]))
    scope, place = _scope(known, quarter, grades, not_blind), headline_domain(known)
    scale, headline = known.settings.scale, domains.index(place) if place in domains else 0
    why_not, linked, allocation = _why_not(grades), None, None
    if not why_not:
        allocation = allocation_test(ratings_of(grades, raters, domains, scale.n_levels))
        linked = allocation.linked
    leniency, good_leniency = _leniencies(linked, raters, scale, headline)
    return SeverityModels(
        scope=scope,
        why_not=why_not,
        raters=raters,
        domains=domains,
        ratings=grades,
        linked=linked,
        allocation=allocation,
        n_levels=scale.n_levels,
        headline=headline,
        leniency=leniency,
        good_leniency=good_leniency,
    )


def ratings_of(
    grades: pd.DataFrame, raters: Sequence[str], domains: Sequence[str], n_levels: int
) -> SeverityRatings:
    """Grades as numbers: auditors and domains by their place in the sequences.

    Practice may differ between financial years. Between quarters it differs too little to pay
    for a model twelve times as large.
    """
    years = {text: Quarter.parse(text).year for text in grades["quarter"].unique()}
    return SeverityRatings(
        audit=pd.factorize(grades["audit_id"], sort=True)[0].astype(np.int64),
        auditor=_places(grades["rater"], raters),
        domain=_places(grades["domain"], domains),
        grade=grades["grade"].to_numpy(np.int64),
        n_levels=n_levels,
        quarter=grades["quarter"].map(years).to_numpy(np.int64),
    )


def _places(names: pd.Series, known: Sequence[str]) -> Ints:
    return np.asarray(names.map({name: n for n, name in enumerate(known)}), dtype=np.int64)


def _grades(audits: Audits) -> tuple[pd.DataFrame, int]:
    """Auditors' blind grades of routine and calibration audits, and how many were not blind."""
    grades, not_blind = blind_readings(graded(audits, domain=None, roles=AUDITING_ROLES))
    usual = grades["audit_id"].isin(routine(audits.audits)["audit_id"])
    kept = grades[usual | (grades["audit_type"] == AuditType.CALIBRATION)]
    kept = kept.drop_duplicates(["audit_id", "domain", "rater"])
    return kept.sort_values(["audit_id", "rater", "domain"], kind="stable"), not_blind


def _why_not(grades: pd.DataFrame) -> str:
    if grades["rater"].nunique() < 2:
        return "the audits have fewer than two auditors"
    linked = _linked(grades)
    if linked < FEWEST_LINKED:
        were = "audit was" if linked == 1 else "audits were"
        return (
            f"only {linked} {were} graded by two or more auditors without sight of each other's "
            f"grades; at least {FEWEST_LINKED} are needed"
        )
    if grades["grade"].nunique() < 2:
        return "all grades are the same"
    return ""


def _linked(grades: pd.DataFrame) -> int:
    return int((grades.groupby("audit_id")["rater"].nunique() >= 2).sum())


def _leniencies(
    fit: SeverityFit | None, raters: tuple[str, ...], scale: Scale, headline: int
) -> tuple[AuditorLeniency | None, AuditorLeniency | None]:
    """Auditors' leniency in a domain: in grades, and in the share of positive ones."""
    codes = np.arange(scale.n_levels)
    worths = codes.astype(np.float64), (codes >= scale.good_from).astype(np.float64)
    grade, positive = (_leniency(fit, raters, worth, headline) for worth in worths)
    return grade, positive


def _leniency(
    fit: SeverityFit | None, raters: tuple[str, ...], worth: Floats, domain: int
) -> AuditorLeniency | None:
    if fit is None or not fit.groups.is_connected or not fit.sd_auditor.value > 0:
        return None
    codes = fit.ratings.domain_codes.tolist()
    slope = lost_per_logit(fit, values=worth, domain=codes.index(domain) if domain in codes else 0)
    known = np.isfinite(fit.severity)
    places = fit.ratings.auditor_codes[known]
    return AuditorLeniency(
        auditors=tuple(raters[place] for place in places),
        leniency=-slope * fit.severity[known],
        covariance=slope**2 * fit.severity_covariance[np.ix_(known, known)],
        shrunk_to=slope * fit.sd_auditor.value,
    )


def _scope(audits: Audits, quarter: Quarter, grades: pd.DataFrame, not_blind: int) -> Scope:
    linked = _linked(grades)
    out = (
        LeftOut(reason="graded by one auditor", records=grades["audit_id"].nunique() - linked),
        LeftOut(reason="second readings that were not blind", records=not_blind),
    )
    first = first_quarter(audits)
    return Scope(
        council=audits.settings.council,
        quarter=quarter,
        first=first,
        last=quarter,
        period=f"{first} to {quarter}",
        unit="audits graded by two or more auditors",
        used=linked,
        left_out=tuple(gone for gone in out if gone.records),
    )
