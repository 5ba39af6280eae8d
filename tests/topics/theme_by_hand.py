"""A theme worked out with plain pandas from the bundle, for tests to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.quarter import quarters_between
from qaf_analysis.terms.settings import Theme
from tests.topics.councils import LAST

ROUTINE = ("collaborative", "case_file")
QUARTERS = [str(quarter) for quarter in quarters_between(LAST.next(-11), LAST)]


def about(audits: Audits, *themes: Theme) -> Audits:
    """The same council with these themes declared and no others."""
    return replace(audits, settings=replace(audits.settings, themes=themes))


def in_quarter(audits: Audits, *quarters: str) -> pd.Series:
    """Which ratings are of audits of these quarters."""
    of_audit = audits.audits.set_index("audit_id")["quarter"]
    return audits.ratings["audit_id"].map(of_audit).isin(quarters)


def wide(audits: Audits) -> pd.DataFrame:
    """A row per routine audit in the order of its code: grades by domain, quarter, auditor."""
    kinds = audits.audits.set_index("audit_id")
    rows = audits.ratings[audits.ratings["role"] == "auditor"]
    rows = rows[rows["audit_id"].map(kinds["audit_type"]).isin(ROUTINE)]
    grades = rows.pivot(index="audit_id", columns="domain", values="grade").astype(float)
    who = rows.drop_duplicates("audit_id").set_index("audit_id")["rater"]
    return grades.assign(quarter=kinds["quarter"], auditor=who)


def compared(
    audits: Audits, themed: str, controls: Sequence[str], *, good: bool = False
) -> pd.DataFrame:
    """Audits with a themed and a comparison grade: both, their difference, and the quarter."""
    table = wide(audits)
    grades = table[[themed, *controls]]
    if good:
        grades = (grades >= audits.settings.scale.good_from).where(grades.notna()).astype(float)
    both = pd.DataFrame(
        {
            "quarter": table["quarter"],
            "themed": grades[themed],
            "control": grades[list(controls)].mean(axis=1),
        }
    ).dropna()
    return both.assign(difference=both["themed"] - both["control"])


def quarter_means(
    audits: Audits, themed: str, controls: Sequence[str], *, good: bool = False
) -> pd.DataFrame:
    """Means by quarter of ``compared``."""
    return compared(audits, themed, controls, good=good).groupby("quarter").mean()


def after_less_before(
    means: pd.DataFrame, before: Sequence[str], after: Sequence[str]
) -> pd.Series:
    """Mean over the quarters after less mean over those before, of each column."""
    return means.loc[list(after)].mean() - means.loc[list(before)].mean()
