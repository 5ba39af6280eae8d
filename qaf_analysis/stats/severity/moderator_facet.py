"""Moderators as raters among others: how much stricter they are than auditors.

Moderators are not the truth here, and no severity is held fixed: moderators and auditors are raters
of the same audits, each group with a mean and a spread of its own. The difference of their mean
severities has the sign of over-optimism: above 0, moderators are stricter, so auditors are kinder.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.core.arrays import Bools
from qaf_analysis.stats.core.intervals import normal_quantile
from qaf_analysis.stats.severity.fit import SeverityFit, SpreadComponent
from qaf_analysis.stats.severity.in_grades import lost_per_logit, mean_in_domain
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.terms.estimate import Estimate

FEWEST_FOR_FACET = 30
"""Moderated audits below which nothing is said."""
FEWEST_FOR_SPREAD = 3
"""Moderators below which their spread is not told."""
METHOD = "severity model of auditors and moderators together"


@dataclass(frozen=True, kw_only=True)
class ModeratorFacet:
    """Moderators' severity beside auditors'.

    Parameters
    ----------
    gap : Estimate
        Mean severity of moderators less that of auditors, in grades of one domain: how much lower
        an average moderator grades the same files than an average auditor. ``cases`` are the
        audits that both graded, ``auditors`` the auditors.
    gap_in_logits : Estimate
    spread : Estimate
        Standard deviation of moderators' severities, in grades.
    auditor_spread : Estimate
        That of auditors, from the same model.
    moderators : int
        Number of moderators.
    boundary : bool
        Whether moderators may all be alike.
    """

    gap: Estimate
    gap_in_logits: Estimate
    spread: Estimate
    auditor_spread: Estimate
    moderators: int
    boundary: bool


def moderator_facet(
    ratings: SeverityRatings,
    *,
    moderators: Collection[int],
    domain: int,
    options: SeverityOptions | None = None,
    near: SeverityFit | None = None,
) -> ModeratorFacet:
    """Mean severity of moderators less that of auditors.

    Parameters
    ----------
    ratings : SeverityRatings
        Grades of auditors and moderators. Audits without moderation belong to it wherever cases
        were chosen for moderation by the auditor's grade: only then does the likelihood allow for
        that choice.
    moderators : collection of int
        Codes of the moderators among the raters.
    domain : int
        Code of the domain whose grades the gap is expressed in.
    options : SeverityOptions, optional
    near : SeverityFit, optional
        Where to begin the search: a fit of the auditors alone.

    Returns
    -------
    ModeratorFacet
        Not estimable with fewer than 30 audits that an auditor and a moderator graded, or where
        no chain of audits connects moderators with two auditors.

    Notes
    -----
    The interval is about these moderators and these auditors. Other moderators may be stricter or
    kinder by what ``spread`` says.

    References
    ----------
    Linacre (1989), Many-Facet Rasch Measurement: raters of two kinds in one frame.

    Examples
    --------
    >>> ratings = SeverityRatings(
    ...     audit=[1, 1], auditor=[7, 8], domain=[0, 0], grade=[2, 1], n_levels=4
    ... )
    >>> moderator_facet(ratings, moderators=[8], domain=0).gap.why_not
    'too few audits were graded by both an auditor and a moderator (1; at least 30 are needed)'
    """
    inside = np.isin(ratings.auditor_codes, list(moderators))
    moderated = _graded_by_both(ratings, inside)
    level = (options or SeverityOptions()).level
    if moderated < FEWEST_FOR_FACET:
        return untold_facet(
            f"too few audits were graded by both an auditor and a moderator ({moderated}; at least "
            f"{FEWEST_FOR_FACET} are needed)",
            moderated=moderated,
            moderators=int(inside.sum()),
            level=level,
        )
    asked = replace(options or SeverityOptions(), moderators=moderators)
    fit = severity_model(ratings, options=asked, near=near)
    group = np.bincount(fit.groups.group[inside]).argmax()
    ours = fit.groups.group == group
    if (ours & ~inside).sum() < 2:
        return untold_facet(
            "moderated audits connect moderators with fewer than two auditors",
            moderated=moderated,
            moderators=int(inside.sum()),
            level=level,
        )
    return _facet(fit, theirs=ours & inside, ours=ours & ~inside, domain=domain, cases=moderated)


def _graded_by_both(ratings: SeverityRatings, inside: Bools) -> int:
    """Audits with a grade by a moderator and one by an auditor."""
    theirs = inside[ratings.auditor_number]
    read = np.zeros((2, ratings.n_audits), dtype=bool)
    read[theirs.astype(np.int64), ratings.audit_number] = True
    return int(read.all(axis=0).sum())


def untold_facet(
    why_not: str, *, moderated: int = 0, moderators: int = 0, level: float = 0.95
) -> ModeratorFacet:
    """Nothing can be told of moderators' severity, for a reason."""
    nothing = Estimate.not_estimable(why_not, method=METHOD, level=level, cases=moderated)
    return ModeratorFacet(
        gap=nothing,
        gap_in_logits=nothing,
        spread=nothing,
        auditor_spread=nothing,
        moderators=moderators,
        boundary=False,
    )


def _facet(
    fit: SeverityFit, *, theirs: Bools, ours: Bools, domain: int, cases: int
) -> ModeratorFacet:
    weights = theirs / theirs.sum() - ours / ours.sum()
    known = weights != 0
    value = float(weights[known] @ fit.severity[known])
    spread = fit.severity_covariance[np.ix_(known, known)]
    se = float(np.sqrt(weights[known] @ spread @ weights[known]))
    half = normal_quantile(fit.options.level) * se
    logits = Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=fit.options.level,
        cases=cases,
        auditors=int(ours.sum()),
        method=f"{METHOD}, logits",
        se=se,
    )
    codes = fit.ratings.domain_codes.tolist()
    place = codes.index(domain) if domain in codes else 0
    grades = np.arange(fit.ratings.n_levels)
    centre = float(fit.auditor_effect[ours].mean())
    ends = (centre, *(centre + gap for gap in (logits.value, logits.low, logits.high)))
    mean = mean_in_domain(fit, ends, values=grades, domain=place)
    lost = mean[0] - mean[1:]
    slope = lost_per_logit(fit, values=grades, domain=place)
    return ModeratorFacet(
        gap=replace(
            logits,
            value=float(lost[0]),
            low=float(lost[1]),
            high=float(lost[2]),
            method=METHOD,
            se=slope * se,
        ),
        gap_in_logits=logits,
        spread=_spread(fit.sd_moderator, fit, slope=slope, raters=int(theirs.sum()), cases=cases),
        auditor_spread=_spread(
            fit.sd_auditor, fit, slope=slope, raters=int(ours.sum()), cases=cases
        ),
        moderators=int(theirs.sum()),
        boundary=fit.sd_moderator.at_boundary or fit.sd_moderator.low == 0,
    )


def _spread(
    component: SpreadComponent, fit: SeverityFit, *, slope: float, raters: int, cases: int
) -> Estimate:
    level = fit.options.level
    if raters < FEWEST_FOR_SPREAD:
        reason = f"there are fewer than {FEWEST_FOR_SPREAD} of them"
        return Estimate.not_estimable(
            reason, method=METHOD, level=level, cases=cases, auditors=raters
        )
    return Estimate(
        value=slope * component.value,
        low=slope * component.low,
        high=slope * component.high,
        level=level,
        cases=cases,
        auditors=raters,
        method=f"{METHOD}, standard deviation in grades",
    )
