"""What of a severity model these ratings can tell; the rest is left out, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qaf_analysis.stats.severity.linked_audits import AuditorGroups
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings
from qaf_analysis.terms.errors import UsageError

# Fewer linked audits than this and auditors' severities rest on little.
FEW_LINKED = 10


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
