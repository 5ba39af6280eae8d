"""The audit programme: what was audited, and how it was graded, quarter by quarter.

Multi-agency audits: a few cases at a time, told one by one and never as percentages.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.core.means import clustered_share
from qaf_analysis.stats.core.small_base import on_enough
from qaf_analysis.stats.optimism.headline import good_as_audited
from qaf_analysis.stats.trend.year_change import METHOD, direction, share_change
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.verdicts import YearVerdict
from qaf_analysis.topics.common.eras import new_scale, why_no_earlier_period
from qaf_analysis.topics.common.scope import (
    Event,
    LeftOut,
    Scope,
    domain_names,
    events,
    first_quarter,
    grade_for,
    graded,
    headline_domain,
    headline_quarters,
    period_words,
    routine,
    up_to,
)
from qaf_analysis.topics.programme.analysis.mix_breaks import MixBreak, mix_breaks


@dataclass(frozen=True, kw_only=True)
class GradeCounts:
    """Grades given to one quarter's audits, or in one domain."""

    label: str
    counts: tuple[int, ...]
    good: Estimate

    @property
    def total(self) -> int:
        """Number of grades."""
        return sum(self.counts)


@dataclass(frozen=True, kw_only=True)
class TypeCounts:
    """Audits of one type in each quarter."""

    audit_type: str
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class YearShare:
    """Share graded positive in one year, counted back from the quarter reported.

    ``is_whole`` is False for the first, where the audits do not reach back over all of it.
    """

    period: str
    is_whole: bool
    good: Estimate


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Audits completed by quarter and type, with grade outcomes.

    ``good_now`` is of the headline period and ``good_quarter`` of the reported quarter alone.
    ``years`` holds every year, the earliest first. ``change`` sets this year against the year
    before and ``quarter_change`` this quarter against the one before; no other pair is compared.
    No share is given on fewer than ten audits. ``areas`` is how many areas the grade is derived
    from; 0 where it is given as such. ``scale_since`` is the first day of the scale in use, in
    words, and nothing before it is counted; empty where there was no other scale. ``by_month``
    holds every month from the first audit on, where the council tells twelve a year; else nothing.
    """

    scope: Scope
    synthetic: bool
    has_overall: bool
    areas: int
    open_cases: int
    scale: ScaleWords
    quarters: tuple[Quarter, ...]
    by_quarter: tuple[GradeCounts, ...]
    by_type: tuple[TypeCounts, ...]
    by_domain: tuple[GradeCounts, ...]
    by_team: tuple[GradeCounts, ...]
    by_case_type: tuple[GradeCounts, ...]
    good_now: Estimate
    good_quarter: Estimate
    years: tuple[YearShare, ...]
    change: Estimate
    quarter_change: Estimate
    auditors: int
    audits_now: int
    audits_quarter: int
    collaborative: Estimate
    family_feedback: Estimate
    multi_agency: tuple[MultiAgencyRound, ...]
    events: tuple[Event, ...]
    mix_breaks: tuple[MixBreak, ...] = ()
    scale_since: str = ""
    by_month: tuple[GradeCounts, ...] = ()

    @property
    def verdict(self) -> YearVerdict:
        """Whether the share graded positive has risen since the year before."""
        return direction(self.change)

    @property
    def quarter_verdict(self) -> YearVerdict:
        """Whether the share graded positive has risen since the quarter before."""
        return direction(self.quarter_change)


def programme(audits: Audits, *, quarter: Quarter) -> Programme:
    """Count audits and grades up to a quarter, and compare the latest year with the one before.

    Parameters
    ----------
    audits : Audits
        The council's bundle.
    quarter : Quarter
        The quarter reported on; nothing later is used.
    """
    known = up_to(audits, quarter)
    routine_ids = routine(known.audits)["audit_id"]
    domain = headline_domain(known)
    grades = graded(known, domain=domain)
    grades = grades[grades["audit_id"].isin(routine_ids)]
    first = first_quarter(known)
    quarters = quarters_between(first, quarter)
    window = headline_quarters(known, quarter)
    good_from = known.settings.scale.good_from
    now_grades = _in(grades, window)
    in_window = known.audits[known.audits["quarter"].isin(map(str, window))]
    return Programme(
        scope=_scope(known, window, domain, now_grades),
        has_overall=domain is not None,
        areas=_areas(known, domain),
        synthetic=known.settings.synthetic,
        open_cases=known.settings.open_cases or 0,
        scale=known.settings.scale.words,
        quarters=tuple(quarters),
        by_quarter=tuple(
            grade_counts(str(q), _in(grades, [q]), known.settings.scale.n_levels, good_from)
            for q in quarters
        ),
        by_type=_by_type(known.audits, quarters),
        by_domain=_by_domain(known, routine_ids, window),
        by_team=_by_column(now_grades, "team", known.settings),
        by_case_type=_by_column(now_grades, "case_type", known.settings),
        good_now=_good(now_grades, good_from),
        good_quarter=_good(_in(grades, [quarter]), good_from),
        years=_years(grades, quarters, good_from),
        change=_change(grades, quarters[-4:], quarters[-8:-4], known.settings),
        quarter_change=_change(grades, quarters[-1:], quarters[-2:-1], known.settings),
        auditors=int(now_grades["rater"].nunique()),
        audits_now=int(now_grades["audit_id"].nunique()),
        audits_quarter=int(_in(grades, [quarter])["audit_id"].nunique()),
        collaborative=_yes_share(routine(in_window)["collaborative"]),
        family_feedback=_yes_share(routine(in_window)["family_feedback"]),
        multi_agency=multi_agency_rounds(known),
        events=events(known, quarters),
        mix_breaks=mix_breaks(known, grades, quarters=quarters),
        scale_since=_scale_since(known.settings),
        by_month=_by_month(grades, known.settings),
    )


def _by_month(grades: pd.DataFrame, settings: Settings) -> tuple[GradeCounts, ...]:
    month = grades["audit_date"].dt.to_period("M")
    if not settings.months or month.isna().all():
        return ()
    return tuple(
        grade_counts(
            each.strftime("%B %Y"),
            grades[month == each],
            settings.scale.n_levels,
            settings.scale.good_from,
        )
        for each in pd.period_range(month.min(), month.max(), freq="M")
    )


def _scale_since(settings: Settings) -> str:
    era = new_scale(settings)
    return in_words(era.first) if era is not None and era.first is not None else ""


def grade_counts(label: str, grades: pd.DataFrame, n_levels: int, good_from: int) -> GradeCounts:
    """Count each level and estimate the share that is good or better."""
    counts = np.bincount(grades["grade"].to_numpy(dtype=np.int64), minlength=n_levels)
    return GradeCounts(
        label=label, counts=tuple(int(n) for n in counts), good=_good(grades, good_from)
    )


def _in(grades: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    return grades[grades["quarter"].isin([str(q) for q in quarters])]


def _good(grades: pd.DataFrame, good_from: int) -> Estimate:
    return good_as_audited(
        grades["grade"].to_numpy(dtype=np.int64),
        good_from=good_from,
        auditor=_numbers(grades["rater"]),
        audits=grades["audit_id"].nunique(),
    )


def _numbers(people: pd.Series) -> NDArray[np.int64]:
    return pd.factorize(people, sort=True)[0].astype(np.int64)


def _years(grades: pd.DataFrame, quarters: list[Quarter], good_from: int) -> tuple[YearShare, ...]:
    """Every year, counted back in steps of four quarters; the first may be shorter."""
    ends = range(len(quarters), 0, -4)
    years = [quarters[max(0, end - 4) : end] for end in ends][::-1]
    return tuple(
        YearShare(
            period=period_words(year),
            is_whole=len(year) == 4,
            good=_good(_in(grades, year), good_from),
        )
        for year in years
    )


def _change(
    grades: pd.DataFrame, now: list[Quarter], before: list[Quarter], settings: Settings
) -> Estimate:
    """Share good or better of one period less that of the one before, of equal length."""
    if len(before) < len(now):
        whole = "whole year" if len(now) > 1 else "quarter"
        return Estimate.not_estimable(
            why_no_earlier_period(settings, whole), method=METHOD.format("shares")
        )
    last, first = _in(grades, now), _in(grades, before)
    both = pd.concat([first, last])
    if both["audit_id"].duplicated().any():
        return Estimate.not_estimable(
            "the audits carry no overall grade", method=METHOD.format("shares")
        )
    people = _numbers(both["rater"])
    good = (both["grade"] >= settings.scale.good_from).to_numpy(np.float64)
    split = len(first)
    return share_change(
        good[:split], good[split:], first_auditor=people[:split], last_auditor=people[split:]
    )


def _scope(
    audits: Audits, window: list[Quarter], domain: str | None, grades: pd.DataFrame
) -> Scope:
    in_window = audits.audits[audits.audits["quarter"].isin(map(str, window))]
    ungraded = set(routine(in_window)["audit_id"]) - set(grades["audit_id"])
    return Scope(
        council=audits.settings.council,
        quarter=window[-1],
        first=window[0],
        last=window[-1],
        period=period_words(window),
        unit=f"audits with {grade_for(domain)}" if domain else "domain grades",
        used=len(grades),
        left_out=_left_out(
            len(ungraded), len(in_window) - len(routine(in_window)), _areas(audits, domain)
        ),
    )


def _areas(audits: Audits, domain: str | None) -> int:
    """Number of areas that a derived grade rests on; 0 where the domain is graded itself."""
    derived = audits.settings.derived_domain
    return len(audits.settings.derived_from) if derived is not None and domain == derived else 0


def _left_out(ungraded: int, other_types: int, areas: int) -> tuple[LeftOut, ...]:
    lacking = f"not every one of the {areas} areas graded" if areas else "no grade"
    found = [
        LeftOut(reason=lacking, records=ungraded),
        LeftOut(reason="themed, multi-agency or calibration audits", records=other_types),
    ]
    return tuple(gone for gone in found if gone.records)


def _by_type(audits: pd.DataFrame, quarters: list[Quarter]) -> tuple[TypeCounts, ...]:
    kinds = audits["audit_type"].fillna("type not recorded")
    table = pd.crosstab(kinds, audits["quarter"]).reindex(
        columns=[str(q) for q in quarters], fill_value=0
    )
    order = table.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return tuple(
        TypeCounts(audit_type=str(kind), counts=tuple(int(n) for n in table.loc[kind]))
        for kind in order
    )


def _by_domain(
    audits: Audits, routine_ids: pd.Series, window: list[Quarter]
) -> tuple[GradeCounts, ...]:
    every = _in(graded(audits, domain=None), window)
    every = every[every["audit_id"].isin(routine_ids)]
    scale = audits.settings.scale
    return tuple(
        grade_counts(name, every[every["domain"] == name], scale.n_levels, scale.good_from)
        for name in domain_names(audits)
        if name != audits.settings.headline_domain
    )


def _by_column(grades: pd.DataFrame, column: str, settings: Settings) -> tuple[GradeCounts, ...]:
    scale = settings.scale
    labels = grades[column].fillna("not recorded")
    return tuple(
        grade_counts(str(label), rows, scale.n_levels, scale.good_from)
        for label, rows in grades.groupby(labels, sort=True)
    )


def _yes_share(answers: pd.Series) -> Estimate:
    known = answers.dropna()
    if known.empty:
        return Estimate.not_estimable("the exports do not record it", method="Wilson")
    share = clustered_share(known.to_numpy(dtype=np.float64))
    return on_enough(share, audits=len(known))


@dataclass(frozen=True, kw_only=True)
class MultiAgencyRound:
    """The multi-agency audits of one quarter and theme.

    Parameters
    ----------
    quarter : Quarter
    theme : str
        Empty where the exports name none.
    cases : int
    counts : tuple of int
        Cases by level of the headline domain, worst first.
    ungraded : int
        Cases without such a grade.
    """

    quarter: Quarter
    theme: str
    cases: int
    counts: tuple[int, ...]
    ungraded: int


def multi_agency_rounds(audits: Audits) -> tuple[MultiAgencyRound, ...]:
    """Count the cases of each round by grade, in order of time.

    Parameters
    ----------
    audits : Audits
        As known at the end of the quarter reported.
    """
    ours = audits.audits[audits.audits["audit_type"] == AuditType.MULTI_AGENCY]
    if ours.empty:
        return ()
    grades = graded(audits, domain=headline_domain(audits) or audits.settings.headline_domain)
    # In the order of people, so that the order of the rows read decides nothing.
    first = grades.sort_values(["audit_id", "rater"]).drop_duplicates("audit_id")
    code = first.set_index("audit_id")["grade"]
    marked = ours.assign(named=ours["theme"].fillna(""), code=ours["audit_id"].map(code))
    return tuple(
        _round(Quarter.parse(str(quarter)), str(theme), rows, audits.settings.scale.n_levels)
        for (quarter, theme), rows in marked.groupby(["quarter", "named"], sort=True)
    )


def _round(quarter: Quarter, theme: str, rows: pd.DataFrame, n_levels: int) -> MultiAgencyRound:
    codes = rows["code"].dropna().to_numpy(np.int64)
    return MultiAgencyRound(
        quarter=quarter,
        theme=theme,
        cases=len(rows),
        counts=tuple(int(n) for n in np.bincount(codes, minlength=n_levels)),
        ungraded=len(rows) - len(codes),
    )
