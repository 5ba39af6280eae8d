"""The six intraclass correlations, under both of the names each of them goes by."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import Literal, TypeAlias

from scipy import special

from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate

IccKind: TypeAlias = Literal["one_way", "agreement", "consistency"]
KINDS: dict[IccKind, tuple[str, str, str]] = {
    "one_way": ("1", "", "any auditors, different ones for each audit"),
    "agreement": ("2", "A", "the same grades; auditors who differ in strictness lower it"),
    "consistency": ("3", "C", "the same order of audits; strictness does not count"),
}


@dataclass(frozen=True, kw_only=True)
class IccForm:
    """One form of the intraclass correlation: share of the variance of grades due to audits.

    Parameters
    ----------
    shrout_fleiss, mcgraw_wong : str
        Name by Shrout and Fleiss (1979), such as ``ICC(2,1)``, and by McGraw and Wong (1996),
        such as ``ICC(A,1)``. The latter use the same name and formula for auditors taken as a
        sample and auditors who are the only ones of interest.
    asks : str
        What counts as agreement, in words.
    averaged : float
        Number of grades whose mean it speaks of; 1 for a single grade.
    estimate : Estimate
        Value and interval. May be below 0, when grades of one audit are less alike than grades
        of different audits.
    f, df1, df2 : float
        Test that audits do not differ at all; its p is ``estimate.p``. NaN when not estimable.
    """

    shrout_fleiss: str
    mcgraw_wong: str
    asks: str
    averaged: float
    estimate: Estimate
    f: float = nan
    df1: float = nan
    df2: float = nan


@dataclass(frozen=True, kw_only=True)
class Icc:
    """All forms of the intraclass correlation, and the variances they are made of.

    Parameters
    ----------
    forms : tuple of IccForm
        One-way, agreement and consistency, each of a single grade and then of a mean of grades.
    audit_variance, auditor_variance, error_variance : float
        Variance components of the two-way model, in grades squared: between audits, between
        auditors (strictness), and what is left. The first two may come out below 0; all are NaN
        when not estimable.
    is_complete : bool
        Whether every auditor graded every audit.
    groups : int
        Number of groups of audits and auditors with no auditor in common; 1 when all are linked.
    """

    forms: tuple[IccForm, ...]
    audit_variance: float
    auditor_variance: float
    error_variance: float
    is_complete: bool
    groups: int

    def form(self, name: str) -> IccForm:
        """Return the form with this name in either scheme.

        Raises
        ------
        UsageError
            If there is no such form.
        """
        for form in self.forms:
            if name in (form.shrout_fleiss, form.mcgraw_wong):
                return form
        known = ", ".join(f"{form.shrout_fleiss} = {form.mcgraw_wong}" for form in self.forms)
        raise UsageError(f'"{name}" is no form of the intraclass correlation; known are {known}.')


@dataclass(frozen=True, kw_only=True)
class SingleGrade:
    """Intraclass correlation of a single grade, from which that of a mean follows.

    Parameters
    ----------
    value, low, high : float
        NaN where not estimable; limits also NaN where the data show no error at all.
    f, df1, df2 : float
        Test of no differences between audits.
    method : str
        How the interval was found.
    why_not : str
        Plain reason when there is no value.
    """

    value: float = nan
    low: float = nan
    high: float = nan
    f: float = nan
    df1: float = nan
    df2: float = nan
    method: str = ""
    why_not: str = ""


def icc_forms(
    kind: IccKind,
    single: SingleGrade,
    *,
    averaged: float,
    level: float,
    cases: int,
    auditors: int,
) -> tuple[IccForm, IccForm]:
    """Forms of one kind for a single grade and for the mean of ``averaged`` grades."""
    forms: list[IccForm] = []
    for k in (1.0, averaged):
        number, letter, asks = KINDS[kind]
        of = "1" if not forms else "k"
        shrout, mcgraw = f"ICC({number},{of})", f"ICC({letter},{of})".replace("(,", "(")
        name = f"{shrout} = {mcgraw}" + ("" if not forms else f", mean of {k:g} grades")
        limits = [spearman_brown(x, k=k) for x in (single.value, single.low, single.high)]
        if isnan(limits[0]):
            why_not = single.why_not or "audits differ less than error alone would make them"
            estimate = Estimate.not_estimable(
                why_not, method=name, level=level, cases=cases, auditors=auditors
            )
        else:
            estimate = Estimate(
                value=limits[0],
                low=limits[1],
                high=limits[2],
                level=level,
                cases=cases,
                auditors=auditors,
                method=f"{name}; {single.method}",
                p=float(special.fdtrc(single.df1, single.df2, single.f)),
            )
        forms.append(
            IccForm(
                shrout_fleiss=shrout,
                mcgraw_wong=mcgraw,
                asks=asks,
                averaged=k,
                estimate=estimate,
                f=single.f,
                df1=single.df1,
                df2=single.df2,
            )
        )
    return forms[0], forms[1]


def spearman_brown(single: float, *, k: float) -> float:
    """Reliability of the mean of k grades from that of a single grade.

    NaN where it has no meaning, at or below -1/(k - 1): the mean then varies not at all.

    References
    ----------
    Spearman (1910) and Brown (1910), British Journal of Psychology 3, 271-295 and 296-322.

    Examples
    --------
    >>> round(spearman_brown(0.5, k=2), 4)
    0.6667
    """
    rest = 1 + (k - 1) * single
    return k * single / rest if rest > 1e-12 else nan
