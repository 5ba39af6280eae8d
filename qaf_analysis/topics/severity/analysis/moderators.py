"""Moderators as raters of the same audits: how much stricter they are than auditors."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.severity.moderator_facet import (
    ModeratorFacet,
    moderator_facet,
    untold_facet,
)
from qaf_analysis.terms.names import MODERATING_ROLES, PROBABILITY_SELECTIONS
from qaf_analysis.topics.severity.analysis.models import SeverityModels, ratings_of


@dataclass(frozen=True, kw_only=True)
class ModeratorSeverity:
    """Moderators' severity beside auditors', and which moderations it rests on.

    Parameters
    ----------
    facet : ModeratorFacet
        Its gap is positive where moderators are stricter, that is, auditors kinder: the sign of
        over-optimism.
    not_by_chance : int
        Moderations left out because their audit was not chosen by a recorded chance.
    not_blind : int
        Moderations left out because the moderator knew the auditor's grade.
    """

    facet: ModeratorFacet
    not_by_chance: int
    not_blind: int


def no_moderator_severity(why_not: str) -> ModeratorSeverity:
    """Nothing is known of moderators' severity, for a reason."""
    return ModeratorSeverity(facet=untold_facet(why_not), not_by_chance=0, not_blind=0)


def moderator_severity(audits: Audits, models: SeverityModels) -> ModeratorSeverity:
    """Fit one model to the grades of auditors and moderators.

    Grades of moderators count where a recorded chance chose the audit and the moderator did not
    know the auditor's grade: all domains they graded, every round. Auditors' grades count whether
    their audit was moderated or not, because chance may have chosen by the auditor's grade.

    Parameters
    ----------
    audits : Audits
    models : SeverityModels
        Of the same council; its quarter is the last one used.
    """
    if models.allocation is None:
        return no_moderator_severity(models.why_not)
    theirs, not_by_chance, not_blind = _moderations(audits, models)
    if theirs.empty:
        why_not = "no audit chosen by a recorded chance was moderated without sight of its grades"
        found = untold_facet(why_not)
    else:
        found = _facet(models, theirs)
    return ModeratorSeverity(facet=found, not_by_chance=not_by_chance, not_blind=not_blind)


def _moderations(audits: Audits, models: SeverityModels) -> tuple[pd.DataFrame, int, int]:
    """Moderators' grades that count, and moderations left out for either reason."""
    known = models.ratings.drop_duplicates("audit_id")[["audit_id", "quarter"]]
    theirs = audits.ratings[audits.ratings["role"].isin(MODERATING_ROLES)]
    theirs = theirs[theirs["domain"].isin(models.domains)].merge(known, on="audit_id")
    chosen = audits.moderations[["audit_id", "moderator", "selected_by"]]
    theirs = theirs.merge(
        chosen.rename(columns={"moderator": "rater"}),
        on=["audit_id", "rater"],
        validate="many_to_one",
    )
    by_chance = theirs["selected_by"].isin(PROBABILITY_SELECTIONS)
    blind = theirs["blind"].fillna(True).astype(bool)
    kept = theirs[by_chance & blind].drop_duplicates(["audit_id", "domain", "rater"])
    return kept, _moderations_in(theirs[~by_chance]), _moderations_in(theirs[by_chance & ~blind])


def _moderations_in(rows: pd.DataFrame) -> int:
    return len(rows.drop_duplicates(["audit_id", "rater"]))


def _facet(models: SeverityModels, theirs: pd.DataFrame) -> ModeratorFacet:
    # A person who audits and moderates is two raters: one of each kind.
    theirs = theirs.assign(rater="moderator " + theirs["rater"])
    moderators = tuple(sorted(theirs["rater"].unique()))
    columns = ["audit_id", "rater", "domain", "grade", "quarter"]
    both = pd.concat([models.ratings[columns], theirs[columns]], ignore_index=True)
    n_auditors = len(models.raters)
    return moderator_facet(
        ratings_of(both, (*models.raters, *moderators), models.domains, models.n_levels),
        moderators=range(n_auditors, n_auditors + len(moderators)),
        domain=models.headline,
        near=models.allocation.uneven if models.allocation else None,
    )
