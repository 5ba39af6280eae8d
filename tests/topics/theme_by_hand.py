"""A theme worked out with plain pandas from the bundle, for tests to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.impact.errors import ComparedAudits
from qaf_analysis.terms.quarter import quarters_between
from qaf_analysis.terms.settings import Theme
from tests.stats.impact.test_errors import slowly
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
    audits: Audits,
    themed: str,
    controls: Sequence[str],
    *,
    good: bool = False,
    sides: tuple[Sequence[str], Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Audits with a themed and a comparison grade: both, their difference, and the quarter.

    With ``sides`` (quarters before and after) the audits are theirs, and the difference is that
    to the comparison domains brought to the themed domain's level.
    """
    table = wide(audits)
    if sides is not None:
        table = table[table["quarter"].isin([*sides[0], *sides[1]])]
    codes = table[[themed, *controls]]
    codes = codes[codes[themed].notna() & codes[list(controls)].notna().any(axis=1)]
    grades = codes
    if good:
        grades = (codes >= audits.settings.scale.good_from).where(codes.notna()).astype(float)
    both = pd.DataFrame(
        {
            "quarter": table["quarter"].loc[codes.index],
            "themed": grades[themed],
            "control": grades[list(controls)].mean(axis=1),
        }
    )
    if sides is not None:
        grades = at_one_level(grades, codes, late=both["quarter"].isin(list(sides[1])))
    return both.assign(difference=both["themed"] - grades[list(controls)].mean(axis=1))


def at_one_level(grades: pd.DataFrame, codes: pd.DataFrame, *, late: pd.Series) -> pd.DataFrame:
    """Grades with every domain's movements worth what they are at the first one's level.

    ``grades`` are the codes themselves, or 1 and 0 for Good or better.
    """
    limits = range(1, int(codes.max().max()) + 1) if grades.equals(codes) else [2]
    slope = sum(_density(codes, code, late) for code in limits)
    centre = (grades[~late].mean() + grades[late].mean()) / 2
    themed = grades.columns[0]
    return centre[themed] + (grades - centre) * (slope[themed] / slope)


def _density(codes: pd.DataFrame, code: int, late: pd.Series) -> pd.Series:
    """Normal density at a threshold, each side counting half."""
    reached = (codes >= code).where(codes.notna()).astype(float)
    share = (reached[~late].mean() + reached[late].mean()) / 2
    edge = 0.5 / codes.notna().sum()
    return pd.Series(norm.pdf(norm.ppf(share.clip(edge, 1 - edge))), index=codes.columns)


def quarter_means(
    audits: Audits,
    themed: str,
    controls: Sequence[str],
    *,
    good: bool = False,
    sides: tuple[Sequence[str], Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Means by quarter of ``compared``."""
    return compared(audits, themed, controls, good=good, sides=sides).groupby("quarter").mean()


def after_less_before(
    means: pd.DataFrame, before: Sequence[str], after: Sequence[str]
) -> pd.Series:
    """Mean over the quarters after less mean over those before, of each column."""
    return means.loc[list(after)].mean() - means.loc[list(before)].mean()


def change_by_loops(
    audits: Audits,
    themed: str,
    controls: Sequence[str],
    sides: tuple[Sequence[str], Sequence[str]],
    *,
    good: bool = False,
) -> tuple[float, float, float]:
    """Change, variance and degrees of freedom by loops over the audits."""
    table = wide(audits)
    table = table[table["quarter"].isin([*sides[0], *sides[1]])]
    table = table[table[themed].notna() & table[list(controls)].notna().any(axis=1)]
    codes, late = table[[themed, *controls]], table["quarter"].isin(list(sides[1]))
    grades = (codes >= 2).where(codes.notna()).astype(float) if good else codes
    order = sorted(set(table["quarter"]))
    return slowly(
        ComparedAudits(
            values=at_one_level(grades, codes, late=late).to_numpy(),
            quarter=table["quarter"].map(order.index).to_numpy(),
            post=late.to_numpy(),
            auditor=table["auditor"].astype("category").cat.codes.to_numpy(np.int64),
        )
    )
