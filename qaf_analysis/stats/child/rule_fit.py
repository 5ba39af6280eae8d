"""Which rule the overall grade follows: the weakest domain, the child's, the median, the usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from qaf_analysis.stats.child.domain_grades import DomainGrades, in_common
from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, frozen_ints
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.optimism.gap import paired_share_difference
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

Rule: TypeAlias = Literal["weakest domain", "weakest child domain", "median", "most common grade"]
RULES: tuple[Rule, ...] = get_args(Rule)

METHOD = "share of audits whose overall grade equals the rule's"


@dataclass(frozen=True, kw_only=True)
class RuleFit:
    """How often the overall grade is what one rule would give, for auditors and for moderators.

    Parameters
    ----------
    rule : str
        One of ``RULES``.
    audit, moderation : Estimate
        Share of audits whose overall grade fits the rule, by each reader's own domain grades.
    difference : Estimate
        Auditors less moderators.
    """

    rule: Rule
    audit: Estimate
    moderation: Estimate
    difference: Estimate


def follows_rule(grades: DomainGrades, *, rule: Rule) -> Floats:
    """Whether each audit's overall grade is what a rule gives.

    Parameters
    ----------
    grades : DomainGrades
    rule : {"weakest domain", "weakest child domain", "median", "most common grade"}
        A median half-way between two grades fits both. Where several grades are equally common,
        each of them fits.

    Returns
    -------
    array, shape (audits,)
        1 or 0; NaN without an overall grade, without a child domain where the rule needs one, or
        with fewer than two domains where it does not.

    Raises
    ------
    UsageError
        If the rule is none of these.

    Examples
    --------
    >>> read = DomainGrades(domains=[[1, 2, 2]], overall=[2], is_child=[True, False, False],
    ...                     is_process=[False, True, True])
    >>> [follows_rule(read, rule=rule).tolist() for rule in RULES]
    [[0.0], [0.0], [1.0], [1.0]]
    """
    if rule == "weakest domain":
        fits = grades.overall == grades.lowest
    elif rule == "weakest child domain":
        fits = grades.overall == grades.lowest_child
    elif rule == "median":
        fits = np.abs(grades.overall - _median(grades.domains)) <= 0.5
    elif rule == "most common grade":
        fits = _is_most_common(grades.overall, grades.domains)
    else:
        raise UsageError(f'"{rule}" is no rule for an overall grade; expected {", ".join(RULES)}.')
    usable = ~np.isnan(grades.overall) & _has_domains(grades, rule)
    return np.where(usable, fits, np.nan)


def rule_share(
    grades: DomainGrades, *, rule: Rule, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """Share of audits whose overall grade is what a rule gives, from one reader's own grades.

    Parameters
    ----------
    grades : DomainGrades
    rule : {"weakest domain", "weakest child domain", "median", "most common grade"}
        See ``follows_rule``.
    auditor : int array, shape (audits,)
        Auditor of each audit.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        Wilson interval that allows for auditors. Not estimable without audits that have an
        overall grade and the domains that the rule needs.
    """
    names = frozen_ints(auditor, name="auditor")
    fits = follows_rule(grades, rule=rule)
    return _share(grades, fits, rule=rule, names=names, level=level)


def rule_fit(
    audit: DomainGrades,
    moderation: DomainGrades,
    *,
    rule: Rule,
    auditor: ArrayLike,
    level: float = 0.95,
) -> RuleFit:
    """How often auditors' and moderators' overall grades follow a rule, on the same audits.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count.
    rule : {"weakest domain", "weakest child domain", "median", "most common grade"}
        See ``follows_rule``.
    auditor : int array, shape (audits,)
    level : float

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = (follows_rule(grades, rule=rule) for grades in in_common(audit, moderation))
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    difference = _refused(audit, rule, level=level)
    if both.any():
        difference = paired_share_difference(
            ours[both], theirs[both], auditor=names[both], level=level
        )
    return RuleFit(
        rule=rule,
        audit=_share(audit, np.where(both, ours, np.nan), rule=rule, names=names, level=level),
        moderation=_share(
            moderation, np.where(both, theirs, np.nan), rule=rule, names=names, level=level
        ),
        difference=difference,
    )


def weakest_link_difference(
    audit: DomainGrades, moderation: DomainGrades, *, auditor: ArrayLike, level: float = 0.95
) -> Estimate:
    """Share of overall grades no higher than the weakest domain: auditors less moderators.

    Parameters
    ----------
    audit, moderation : DomainGrades
        Of the same audits; only domains that both graded count.
    auditor : int array, shape (audits,)
    level : float

    Returns
    -------
    Estimate
        Negative where auditors let a weak domain limit the overall grade less often than
        moderators do, but also where auditors are less sure of each domain: their weakest domain
        is then lower. Positive also where auditors' domains hardly differ (halo). It describes
        and does not judge. See ``paired_share_difference``.

    Raises
    ------
    ShapeError
        If the two do not hold the same audits and domains.
    """
    names = frozen_ints(auditor, name="auditor")
    ours, theirs = in_common(audit, moderation)
    rule: Rule = "weakest domain"
    usable = ~np.isnan(follows_rule(ours, rule=rule)) & ~np.isnan(follows_rule(theirs, rule=rule))
    if not usable.any():
        return _refused(audit, rule, level=level)
    ours, theirs = ours.select(usable), theirs.select(usable)
    return paired_share_difference(
        ours.overall <= ours.lowest,
        theirs.overall <= theirs.lowest,
        auditor=names[usable],
        level=level,
    )


def _share(
    grades: DomainGrades, fits: Floats, *, rule: Rule, names: Ints, level: float
) -> Estimate:
    usable = ~np.isnan(fits)
    if not usable.any():
        return _refused(grades, rule, level=level)
    return clustered_share(fits[usable], cluster=names[usable], level=level)


def _refused(grades: DomainGrades, rule: Rule, *, level: float) -> Estimate:
    why = "no audit has an overall grade and two or more domains"
    if rule == "weakest child domain":
        why = grades.why_no_child or "no audit has an overall grade and a child domain"
    return Estimate.not_estimable(why, method=METHOD, level=level)


def _has_domains(grades: DomainGrades, rule: Rule) -> Bools:
    if rule == "weakest child domain":
        return ~np.isnan(grades.lowest_child)
    return ~np.isnan(grades.spread)


def _median(domains: Floats) -> Floats:
    """Median of each row's known values; NaN without any."""
    inside = np.sort(domains, axis=1)  # NaN last
    number = (~np.isnan(domains)).sum(axis=1)
    median = np.full(len(domains), np.nan)
    rows = np.flatnonzero(number)
    upper, lower = number[rows] // 2, (number[rows] - 1) // 2
    median[rows] = (inside[rows, lower] + inside[rows, upper]) / 2
    return median


def _is_most_common(overall: Floats, domains: Floats) -> Bools:
    like = domains[:, :, np.newaxis] == domains[:, np.newaxis, :]
    most = like.sum(axis=2).max(axis=1, initial=1)
    shared: Bools = (domains == overall[:, np.newaxis]).sum(axis=1) == most
    return shared
