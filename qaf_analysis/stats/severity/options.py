"""What a severity model holds: what was asked for, and what of it the ratings can tell.

``SeverityOptions`` name link, effects and computing; ``severity_scope`` leaves out what these
ratings cannot tell, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

import numpy as np

from qaf_analysis.stats.core.arrays import check_level
from qaf_analysis.stats.severity.grade_links import Link
from qaf_analysis.stats.severity.ratings import AuditorGroups, SeverityRatings
from qaf_analysis.terms.errors import UsageError

Thresholds: TypeAlias = Literal["rating_scale", "partial_credit"]
AuditorEffects: TypeAlias = Literal["shrunken", "free", "none"]

# Fewer linked audits than this and auditors' severities rest on little.
FEW_LINKED = 10


@dataclass(frozen=True, kw_only=True)
class SeverityOptions:
    """What the severity model holds.

    Parameters
    ----------
    link : {"adjacent", "cumulative"}
        Adjacent-category (Rasch) or cumulative logits.
    thresholds : {"rating_scale", "partial_credit"}
        One set of thresholds for all domains, or one for each.
    halo : bool
        Whether what one auditor sees in one audit differs, for all domains together, from what
        another would see. Without it, intervals of severity are far too narrow.
    auditor_effects : {"shrunken", "free", "none"}
        Severities drawn towards each other as far as chance explains them; each for itself; or
        no difference between auditors.
    auditor_by_domain, drift, auditor_by_quarter : bool
        Shrunken differences of each auditor by domain; along a straight line over the quarters;
        by quarter. The last two need quarters.
    practice_by_quarter : bool
        Whether practice may differ between quarters, where quarters are given. Without it, better
        practice in a quarter would count as kindness of those who audited then.
    caseload : bool, optional
        Whether mean practice may differ between the audits that reach each auditor (shrunken).
        False takes it that audits reach auditors at random: sharper where that is so, wrong by
        the difference of caseloads where not. By default true with shrunken auditor effects.
    anchored : mapping of auditor code to severity
        Severities held fixed, such as external moderators at 0.
    moderators : collection of auditor codes
        Those of the raters who are moderators. With shrunken effects they then have a mean and a
        spread of their own, so that neither group is drawn towards the other.
    nodes, reach : int, float, optional
        Points of the grid and where it ends, in logits. By default 61 points to 7, widened or
        refined until it covers and resolves the practice found.
    level : float
        Confidence level of intervals.

    Raises
    ------
    UsageError
        If a word is not known, the grid is too small or the level is not between 0 and 1.
    """

    link: Link = "adjacent"
    thresholds: Thresholds = "rating_scale"
    halo: bool = True
    auditor_effects: AuditorEffects = "shrunken"
    auditor_by_domain: bool = False
    drift: bool = False
    auditor_by_quarter: bool = False
    practice_by_quarter: bool = True
    caseload: bool | None = None
    anchored: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    moderators: Collection[int] = frozenset()
    nodes: int | None = None
    reach: float | None = None
    level: float = 0.95

    def __post_init__(self) -> None:
        words = (
            ("link", self.link, get_args(Link)),
            ("thresholds", self.thresholds, get_args(Thresholds)),
            ("auditor_effects", self.auditor_effects, get_args(AuditorEffects)),
        )
        for name, word, known in words:
            if word not in known:
                raise UsageError(f'"{name}" is one of {", ".join(known)}, not "{word}".')
        check_level(self.level)
        if (self.nodes is not None and self.nodes < 5) or (
            self.reach is not None and not self.reach > 0
        ):
            raise UsageError("The grid needs at least 5 points and a reach above 0.")
        object.__setattr__(self, "anchored", MappingProxyType(dict(self.anchored)))
        object.__setattr__(self, "moderators", frozenset(self.moderators))

    @property
    def has_caseload(self) -> bool:
        """Whether mean practice may differ between auditors' audits."""
        shrunken = self.auditor_effects == "shrunken"
        return shrunken if self.caseload is None else self.caseload

    @property
    def partial_credit(self) -> bool:
        """Whether each domain has thresholds of its own."""
        return self.thresholds == "partial_credit"


@dataclass(frozen=True, kw_only=True)
class SeverityScope:
    """The model that these ratings can carry.

    Parameters
    ----------
    options : SeverityOptions
        As asked for, without what cannot be estimated.
    sd_is_known : bool
        Whether the SD of practice is set to 1 because nothing tells it.
    warnings : tuple of str
        What was left out or is doubtful, in plain words.
    """

    options: SeverityOptions
    sd_is_known: bool
    warnings: tuple[str, ...]


def severity_scope(
    ratings: SeverityRatings, *, options: SeverityOptions, groups: AuditorGroups
) -> SeverityScope:
    """Fit the options to what the ratings can tell.

    Raises
    ------
    UsageError
        If an anchored auditor graded nothing.
    """
    unknown = sorted(set(options.anchored) - set(ratings.auditor_codes.tolist()))
    if unknown:
        raise UsageError(
            f"{len(unknown)} anchored auditors graded nothing (first: code {unknown[0]})."
        )
    warnings = [*_about_levels(ratings), *_about_links(ratings, options=options, groups=groups)]
    options, more = _thresholds(ratings, options=options)
    warnings += more
    options, more = _halo(ratings, options=options)
    warnings += more
    options = _moderators(ratings, options=options)
    options, more = _auditors(ratings, options=options)
    warnings += more
    options, more = _caseload(ratings, options=options)
    warnings += more
    options, more = _quarters(ratings, options=options)
    warnings += more
    single = len(ratings.grade) == ratings.n_audits
    if single:
        warnings.append(
            "Every audit has one grade only, so how far practice differs between audits is not "
            "known; it was taken as 1 logit."
        )
    return SeverityScope(options=options, sd_is_known=single, warnings=tuple(warnings))


def _about_levels(ratings: SeverityRatings) -> list[str]:
    unused = sorted(set(range(ratings.n_levels)) - set(np.unique(ratings.grade).tolist()))
    if not unused:
        return []
    named = ", ".join(str(level) for level in unused)
    return [
        f"Nobody gave grade {named}; the model is that of the grades used, and has no threshold "
        "for it."
    ]


def _about_links(
    ratings: SeverityRatings, *, options: SeverityOptions, groups: AuditorGroups
) -> list[str]:
    found = []
    anchored = np.isin(ratings.auditor_codes, list(options.anchored))
    loose = set(range(groups.n_groups)) - set(groups.group[anchored].tolist())
    if not groups.is_connected and loose:
        found.append(
            f"Auditors fall into {groups.n_groups} groups without an audit in common. Severities "
            "are relative to the auditor's own group; groups cannot be compared."
        )
    if ratings.n_auditors > 1 and ratings.n_linked < FEW_LINKED:
        found.append(
            f"Only {ratings.n_linked} audits were graded by two or more auditors; severities rest "
            "on audits having reached auditors at random."
        )
    return found


def _thresholds(
    ratings: SeverityRatings, *, options: SeverityOptions
) -> tuple[SeverityOptions, list[str]]:
    if not options.partial_credit:
        return options, []
    levels, code = np.unique(ratings.grade, return_inverse=True)
    cells = ratings.n_domains * len(levels)
    seen = np.bincount(ratings.domain_number * len(levels) + code, minlength=cells)
    if (seen > 0).all():
        return options, []
    return replace(options, thresholds="rating_scale"), [
        "Some domains lack a grade that others have, so all domains share one set of thresholds."
    ]


def _halo(
    ratings: SeverityRatings, *, options: SeverityOptions
) -> tuple[SeverityOptions, list[str]]:
    if not options.halo:
        return options, []
    several = np.bincount(ratings.bundle_number) > 1
    reason = ""
    if ratings.n_domains == 1:
        reason = "there is one domain only"
    elif not several.any():
        reason = "no auditor graded two domains of one audit"
    elif not (np.bincount(ratings.audit_number[ratings.bundle_first]) > 1).any():
        reason = "no audit was graded twice, so the halo cannot be told from practice"
    if not reason:
        return options, []
    return replace(options, halo=False), [f"The halo was left out: {reason}."]


def _moderators(ratings: SeverityRatings, *, options: SeverityOptions) -> SeverityOptions:
    """Moderators who graded something; nobody where there are no auditors to compare with."""
    there = set(ratings.auditor_codes.tolist())
    moderators = set(options.moderators) & there
    return replace(options, moderators=moderators if moderators != there else set())


def _auditors(
    ratings: SeverityRatings, *, options: SeverityOptions
) -> tuple[SeverityOptions, list[str]]:
    found = []
    own = set(ratings.auditor_codes.tolist()) - set(options.anchored)
    if ratings.n_auditors == 1 and options.auditor_effects != "none":
        options = replace(options, auditor_effects="none")
        found.append("There is one auditor only, so nobody's severity can be told.")
    if ratings.n_auditors == 1 or not own:
        asked = options.auditor_by_domain or options.drift or options.auditor_by_quarter
        options = replace(options, auditor_effects="none", auditor_by_domain=False)
        options = replace(options, drift=False, auditor_by_quarter=False)
        if asked:
            found.append("No differences between auditors are estimated: there are none to tell.")
    if options.auditor_by_domain and ratings.n_domains == 1:
        options = replace(options, auditor_by_domain=False)
        found.append("Differences by domain were left out: there is one domain only.")
    return options, found


def _caseload(
    ratings: SeverityRatings, *, options: SeverityOptions
) -> tuple[SeverityOptions, list[str]]:
    if not options.has_caseload:
        return options, []
    if ratings.n_linked and options.auditor_effects != "none":
        return options, []
    found = []
    if ratings.n_linked == 0 and ratings.n_auditors > 1:
        found.append(
            "No audit was graded by two auditors, so a harsh auditor cannot be told from one who "
            "gets weaker practice; severities hold only if audits reached auditors at random."
        )
    return replace(options, caseload=False), found


def _quarters(
    ratings: SeverityRatings, *, options: SeverityOptions
) -> tuple[SeverityOptions, list[str]]:
    if ratings.n_quarters > 1:
        return options, []
    asked = options.drift or options.auditor_by_quarter
    options = replace(options, practice_by_quarter=False, drift=False, auditor_by_quarter=False)
    return options, ["Changes over time were left out: there is one quarter only."] if asked else []
