"""Routine audits as a table of grades: a row for each audit, a column for each domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.stats.impact.themed_series import ThemedAudits
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.scope import LeftOut, domain_names, graded, routine

Bools = NDArray[np.bool_]
NOT_ROUTINE = "themed, multi-agency or calibration audits"


@dataclass(frozen=True, kw_only=True, eq=False)
class GradedDomains:
    """Grades of routine audits by their auditors: a row for each auditor of each audit.

    Parameters
    ----------
    grades : array, shape (rows, domains)
        Grade codes; NaN where the audit has no grade in the domain.
    domains : tuple of str
    quarter : array of int, shape (rows,)
        ``Quarter.index`` of each audit.
    auditor : array of int, shape (rows,)
    case_type : array of str, shape (rows,)
    good_from : int
        Lowest code that counts as good.
    used : int
        Audits in the table.
    not_routine : int
        Audits left out, because they are not routine or carry no grade.
    """

    grades: Floats
    domains: tuple[str, ...]
    quarter: Ints
    auditor: Ints
    case_type: NDArray[np.object_]
    good_from: int
    used: int
    not_routine: int

    @classmethod
    def of(cls, audits: Audits) -> GradedDomains:
        """Tabulate the grades of a council."""
        grades = graded(audits, domain=None)
        grades = grades[grades["audit_id"].isin(routine(audits.audits)["audit_id"])]
        domains = tuple(domain_names(audits))
        # Sorted, so that the order of the rows read cannot move a sum by rounding.
        row = grades.groupby(["audit_id", "rater"], sort=True).ngroup().to_numpy(np.int64)
        first = grades.iloc[np.unique(row, return_index=True)[1]]
        index = {text: Quarter.parse(text).index for text in first["quarter"].unique()}
        table = np.full((len(first), len(domains)), np.nan)
        column = pd.Categorical(grades["domain"], categories=domains).codes
        table[row, column] = grades["grade"].to_numpy(np.float64)
        used = int(first["audit_id"].nunique())
        return cls(
            grades=table,
            domains=domains,
            quarter=first["quarter"].map(index).to_numpy(np.int64),
            auditor=pd.factorize(first["rater"], sort=True)[0].astype(np.int64),
            case_type=first["case_type"].to_numpy(object),
            good_from=audits.settings.scale.good_from,
            used=used,
            not_routine=len(audits.audits) - used,
        )

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Audits that no figure of these grades counts."""
        gone = self.not_routine
        return (LeftOut(reason=NOT_ROUTINE, records=gone),) if gone else ()

    def of_domain(self, domain: str) -> Floats:
        """Grades in one domain; NaN throughout where no audit is graded in it."""
        if domain not in self.domains:
            return np.full(len(self.quarter), np.nan)
        return self.grades[:, self.domains.index(domain)]

    def of_domains(self, domains: tuple[str, ...]) -> Floats:
        """Grades in some domains, side by side."""
        columns = [self.of_domain(domain) for domain in domains]
        return np.column_stack(columns) if columns else np.zeros((len(self.quarter), 0))

    def graded_throughout(self, themed: str, domains: tuple[str, ...]) -> tuple[str, ...]:
        """Domains graded in every quarter in which the themed domain was.

        One that comes or goes half-way would shift the comparison by itself.
        """

        def when(domain: str) -> set[int]:
            return set(self.quarter[~np.isnan(self.of_domain(domain))].tolist())

        needed = when(themed)
        return tuple(domain for domain in domains if needed <= when(domain))

    def themed_audits(
        self, themed: str, controls: tuple[str, ...], *, kept: Bools, post: Bools
    ) -> ThemedAudits:
        """One domain beside its comparison domains, over the audits kept.

        Parameters
        ----------
        themed : str
        controls : tuple of str
        kept, post : array of bool, shape (rows,)
            Whether the quarter counts at all, and whether as after the themed audit.
        """
        ours, theirs = self.of_domain(themed), self.of_domains(controls)
        has_any = kept & ~(np.isnan(ours) & np.isnan(theirs).all(axis=1))
        ours, theirs = ours[has_any], theirs[has_any]
        our_good, their_good = self._good(ours), self._good(theirs)
        return ThemedAudits.checked(
            quarter=self.quarter[has_any],
            post=post[has_any],
            themed_grade=ours,
            control_grade=_row_means(theirs),
            themed_good=our_good,
            control_good=_row_means(their_good),
            auditor=self.auditor[has_any],
            control_grades=theirs,
            control_goods=their_good,
        )

    def _good(self, grades: Floats) -> Floats:
        good: Floats = np.where(np.isnan(grades), np.nan, grades >= self.good_from)
        return good


def _row_means(values: Floats) -> Floats:
    present = ~np.isnan(values)
    counts = present.sum(axis=1)
    sums = np.where(present, values, 0.0).sum(axis=1)
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means
