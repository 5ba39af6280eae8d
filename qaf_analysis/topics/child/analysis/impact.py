"""Did good practice make a difference for the child? The grade of practice beside the impact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.child.two_judgements import TwoJudgements, two_judgements
from qaf_analysis.terms.names import MODERATING_ROLES
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.topics.common.headlines import headlines
from qaf_analysis.topics.common.scope import (
    LeftOut,
    Scope,
    graded,
    in_quarters,
    period_words,
    periods_to,
    routine,
    routine_grades,
    up_to,
)

FEWEST_MODERATED = 30
"""Moderated audits from which on the moderators' own cross-table is shown beside the auditors'."""


@dataclass(frozen=True, kw_only=True)
class PracticeImpact:
    """The judgement of practice against that of impact for the child, over a year.

    Parameters
    ----------
    scope : Scope
    scale : ScaleWords
    practice, impact : str
        Domains of the two judgements; ``impact`` is empty where none is declared.
    audits : TwoJudgements or None
        As auditors graded; None where no impact is declared.
    moderated : TwoJudgements or None
        As moderators graded; None on fewer than ``FEWEST_MODERATED`` audits.
    moderated_audits : int
        Audits on which a moderator gave both judgements.
    """

    scope: Scope
    scale: ScaleWords
    practice: str
    impact: str
    audits: TwoJudgements | None
    moderated: TwoJudgements | None
    moderated_audits: int


def practice_impact(audits: Audits, *, quarter: Quarter) -> PracticeImpact:
    """Cross the two judgements of routine audits of the year up to a quarter.

    A quarter alone holds too few audits of good practice without impact to be told, so a whole
    year is, whatever window headlines have.
    """
    known, settings = up_to(audits, quarter), audits.settings
    year = periods_to(known, quarter).last_year
    names, impact = headlines(known), settings.impact_domain or ""
    practice = settings.derived_domain if settings.derived_domain in names else names[0]
    ours = in_quarters(routine_grades(known), year).drop_duplicates(["audit_id", "domain"])
    theirs = graded(known, domain=None, roles=MODERATING_ROLES)
    theirs = in_quarters(theirs[theirs["audit_id"].isin(routine(known.audits)["audit_id"])], year)
    theirs = theirs.drop_duplicates(["audit_id", "domain"])
    both, moderated = (_both(rows, practice, impact) for rows in (ours, theirs))
    good_from = settings.scale.good_from
    return PracticeImpact(
        scope=Scope(
            council=settings.council,
            quarter=quarter,
            first=year[0],
            last=quarter,
            period=period_words(year),
            unit="routine audits with both judgements",
            used=len(both),
            left_out=_left_out(ours, practice, impact),
        ),
        scale=settings.scale.words,
        practice=practice,
        impact=impact,
        audits=_crossed(both, good_from) if impact else None,
        moderated=_crossed(moderated, good_from) if len(moderated) >= FEWEST_MODERATED else None,
        moderated_audits=len(moderated),
    )


def _both(rows: pd.DataFrame, practice: str, impact: str) -> pd.DataFrame:
    """Grades of the two judgements side by side, for audits that have both."""
    wide = rows.pivot(index="audit_id", columns="domain", values="grade")
    if practice not in wide.columns or impact not in wide.columns:
        return pd.DataFrame({"practice": [], "impact": []}, dtype="float64")
    named = wide[[practice, impact]].set_axis(["practice", "impact"], axis="columns")
    return named.dropna()


def _crossed(both: pd.DataFrame, good_from: int) -> TwoJudgements:
    grades = both.to_numpy(dtype=np.float64)
    return two_judgements(grades[:, 0] >= good_from, grades[:, 1] >= good_from)


def _left_out(rows: pd.DataFrame, practice: str, impact: str) -> tuple[LeftOut, ...]:
    one, other = (
        set(rows.loc[rows["domain"] == domain, "audit_id"]) for domain in (practice, impact)
    )
    lacking = LeftOut(reason="only one of the two judgements given", records=len(one ^ other))
    return (lacking,) if lacking.records and impact else ()
