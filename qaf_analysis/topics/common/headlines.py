"""What a council's headline figures are about: its overall grade, its areas, its second judgement.

Where there are several, each question about a headline is answered for each of them.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.headlines import DerivedRule, stand_ins
from qaf_analysis.terms.names import AUDITING_ROLES, OVERALL, Role
from qaf_analysis.topics.common.scope import domain_names

_AUDITING = (*AUDITING_ROLES, Role.INSPECTOR)


def headlines(audits: Audits) -> tuple[str, ...]:
    """Return the headlines that some audit was graded on, in the order of the report.

    The declared ones; where no audit carries any but the impact, a few domains stand in for them,
    so that audits are counted and never grades.
    """
    settings = audits.settings
    graded = set(_auditing(audits)["domain"].unique())
    declared = tuple(name for name in settings.headlines if name in graded)
    if any(name != settings.impact_domain for name in declared):
        return declared
    return (*_stand_ins(audits), *declared) or settings.headlines[:1]


def headlines_to_declare(audits: Audits) -> tuple[str, ...]:
    """Return the domains that stand in for headlines because none that is declared was graded."""
    return tuple(name for name in headlines(audits) if name not in audits.settings.headlines)


def _auditing(audits: Audits) -> pd.DataFrame:
    return audits.ratings[audits.ratings["role"].isin(_AUDITING)]


def _stand_ins(audits: Audits) -> tuple[str, ...]:
    counts = _auditing(audits).groupby("domain")["audit_id"].nunique()
    others = [name for name in domain_names(audits) if name != audits.settings.impact_domain]
    return stand_ins({name: int(counts.get(name, 0)) for name in others})


def judged(audits: Audits) -> Audits:
    """Return the council for questions about a judged overall grade, which may not be there.

    Areas, and what is derived from them, are no overall grade: nothing may be compared with them
    as if they were.
    """
    if not audits.settings.headline_domains:
        return audits
    return replace(audits, settings=audits.settings.about(OVERALL))


def about(audits: Audits, headline: str) -> Audits:
    """Return the council with one domain as its headline."""
    if headline == audits.settings.headline_domain:
        return audits
    return replace(audits, settings=audits.settings.about(headline))


def with_derived(audits: Audits) -> Audits:
    """Return the council with the derived overall grade among its ratings, if one is declared.

    It is derived for each reader of an audit who graded every area that the rule looks at, and for
    nobody else: a blank area would move it.
    """
    settings = audits.settings
    if settings.derived_overall is None or settings.derived_domain is None:
        return audits
    found = derived_grades(
        audits.ratings,
        rule=settings.derived_overall,
        areas=settings.derived_from,
        name=settings.derived_domain,
    )
    ratings = pd.concat([audits.ratings, found], ignore_index=True)
    return replace(audits, ratings=ratings.astype(audits.ratings.dtypes.to_dict()))


def derived_grades(
    ratings: pd.DataFrame, *, rule: DerivedRule, areas: tuple[str, ...], name: str
) -> pd.DataFrame:
    """Ratings of the derived domain, one for each audit and reader who graded all areas.

    Parameters
    ----------
    ratings : DataFrame
        Ratings of every domain.
    rule : DerivedRule
    areas : tuple of str
        Domains that the rule looks at.
    name : str
        Name of the derived domain.
    """
    read = ratings[ratings["domain"].isin(areas)]
    keys = ["audit_id", "rater", "role", "scale"]
    by_reader = read.groupby(keys, sort=False, dropna=False)["grade"]
    whole = read[by_reader.transform("size") == len(areas)]
    place = (len(areas) - 1) // 2 if rule is DerivedRule.LOWER_MEDIAN else 0
    rank = whole.groupby(keys, sort=False, dropna=False)["grade"].rank(method="first")
    chosen = whole[rank == place + 1]
    return chosen.assign(domain=name, grade_raw=None)
