"""Every figure about one themed audit from a plain table, for an analyst who checks one by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import get_args

import numpy as np

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.plain.levels import good_level
from qaf_analysis.data.plain.themed import PlainThemed
from qaf_analysis.stats.core.arrays import Floats, Ints, check_level
from qaf_analysis.stats.core.intervals import newcombe_independent
from qaf_analysis.stats.impact.compared import Compared
from qaf_analysis.stats.impact.difference_in_differences import ThemeChange
from qaf_analysis.stats.impact.interrupted_series import (
    differential_trend,
    its_newey_west,
    its_ols,
    its_quasi_binomial,
)
from qaf_analysis.stats.impact.ordinal_step import ordinal_step
from qaf_analysis.stats.impact.sensitivity import SensitivityLine
from qaf_analysis.stats.impact.themed_series import ThemedAlone, ThemedAudits, graded_throughout
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.names import Outcome
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import ThemeRule
from qaf_analysis.topics.impact.analysis.asked import asked_otherwise

ONE_THEME = (
    "The verdict is that of a single theme. With several themes tested at once, adjust the larger "
    "p of the two scales for their number (Holm)."
)
UNCOMPARED = (
    "newcombe_uncontrolled, ordinal_step and everything named its_ have no comparison: they move "
    "with whatever moves every domain, and no verdict rests on them."
)
SCALES = (
    "did_mean_grade and did_good take a common shift as equally many standard deviations in every "
    "domain; second_scale, of the one that decides, takes the thresholds between grades as common. "
    "A claim must hold on both."
)
ONE_DOMAIN = (
    "The error is told from the themed series alone, because there is one comparison domain."
)
PASSED = "Placebo dates that show no movement prove nothing; the test finds few real trends."

# Lines of the sensitivity set that repeat a figure of the table under its own name.
REPEATED = ("other_outcome", "ordinal_step", "its_quasibinomial", "differential_trend")


@dataclass(frozen=True, kw_only=True)
class ImpactTable:
    """Every figure about one themed audit.

    Parameters
    ----------
    scale : ScaleWords
    estimates : tuple of NamedEstimate
        The headline in grades and in positive shares, what could have been detected, the
        sensitivity set, effect sizes and figures without a comparison.
    lines : tuple of SensitivityLine
        The sensitivity set with what each line says and whether it agrees.
    verdict : str
        Improved, got worse, no evidence of change or too little data, with the reason.
    warnings : tuple of str
        What a reader of the figures should know.
    """

    scale: ScaleWords
    estimates: tuple[NamedEstimate, ...]
    lines: tuple[SensitivityLine, ...]
    verdict: str
    warnings: tuple[str, ...]


def impact_table(
    audits: PlainThemed,
    *,
    good_from: str | None = None,
    positive: str | None = None,
    outcome: Outcome = "mean_grade",
    level: float = 0.95,
) -> ImpactTable:
    """Compute every figure about one themed audit.

    Parameters
    ----------
    audits : PlainThemed
        As read from a plain table.
    good_from : str, optional
        Lowest level that counts as positive; by default ``Good`` on Ofsted's scale, else the
        middle.
    positive : str, optional
        What grades from that level on are called; by default made from the level.
    outcome : {"mean_grade", "good_or_better"}
        What decides the verdict.
    level : float
        Confidence level.

    Raises
    ------
    UsageError
        If ``good_from`` is no level of the scale, the outcome is not known, or the level is not
        between 0 and 1.
    """
    check_level(level)
    if outcome not in get_args(Outcome):
        known = ", ".join(get_args(Outcome))
        raise UsageError(f'"{outcome}" is no outcome; expected one of {known}.')
    good, warned = good_level(audits.levels, good_from)
    controls, gone = _graded_throughout(audits)
    themed = _themed_audits(audits, controls=controls, good_from=good)
    asked = asked_otherwise(themed, rule=ThemeRule(level=level, outcome=outcome))
    change, lines = asked.change, asked.lines
    named = {
        **dict(_headline(change)),
        **dict(_trends(Compared.of(themed, change.rule))),
        "cliffs_delta": asked.effect,
        **{line.name: line.estimate for line in lines if line.name not in REPEATED},
        **dict(_uncompared(ThemedAlone.of(themed), level=level)),
    }
    return ImpactTable(
        scale=audits.levels.words(good, positive=positive),
        estimates=tuple(NamedEstimate(name=name, estimate=one) for name, one in named.items()),
        lines=lines,
        verdict=f"{change.decision.full_verdict}: {change.reason}",
        warnings=(
            *audits.warnings,
            *warned,
            *_left_out(change),
            *gone,
            *_told_from(controls, change),
            *_said(lines),
            *_standing(),
        ),
    )


def _graded_throughout(audits: PlainThemed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Comparison domains that count, and a sentence for each that does not."""
    throughout = graded_throughout(
        audits.quarter, themed=_codes(audits.themed_grade), controls=_codes(audits.control_codes)
    )
    named = list(zip(audits.controls, throughout, strict=True))
    return (
        tuple(name for name, counts in named if counts),
        tuple(
            f"{name} is not compared with: it was not graded in every quarter in which the themed "
            "domain was, and would shift the comparison by coming or going."
            for name, counts in named
            if not counts
        ),
    )


def _themed_audits(
    audits: PlainThemed, *, controls: tuple[str, ...], good_from: int
) -> ThemedAudits:
    themed = _codes(audits.themed_grade)
    if audits.controls:
        places = [audits.controls.index(name) for name in controls]
        return ThemedAudits.of_grades(
            quarter=audits.quarter,
            post=audits.post,
            auditor=audits.auditor,
            themed=themed,
            controls=_codes(audits.control_codes)[:, places],
            good_from=good_from,
        )
    return ThemedAudits.checked(
        quarter=audits.quarter,
        post=audits.post,
        themed_grade=themed,
        control_grade=audits.control_grade,
        themed_good=np.where(np.isnan(themed), np.nan, themed >= good_from),
        control_good=audits.control_good,
        auditor=audits.auditor,
    )


def _codes(codes: Ints) -> Floats:
    return np.where(codes >= 0, codes, np.nan)


def _headline(change: ThemeChange) -> Iterator[tuple[str, Estimate]]:
    yield "did_mean_grade", change.grade
    yield "did_good", change.good
    for second in change.evidence.both(change.rule.outcome)[1:]:
        yield "second_scale", second
    yield "minimum_detectable", change.detectable_grade
    yield "minimum_detectable_good", change.detectable_good
    yield "themed_mean_grade_change", change.themed_grade
    yield "control_mean_grade_change", change.control_grade
    yield "themed_good_change", change.themed_good
    yield "control_good_change", change.control_good
    yield "drift_before_by_year", change.drift.before
    yield "breakdown_drift_by_year", _described(change.drift.breakdown, change, "change less t se")
    yield "fastest_untouched_drift", _described(change.drift.fastest, change, "largest slope")
    yield "breakdown_factor", _described(change.factor, change, "share of the common movement")


def _described(value: float, change: ThemeChange, method: str) -> Estimate:
    """A figure without an interval, or the reason why there is none."""
    found = replace(change.deciding, low=nan, high=nan, se=nan, p=nan, df=nan, method=method)
    if found.is_estimable and isnan(value):
        return Estimate.not_estimable("nothing to tell it from", method=method, level=found.level)
    return replace(found, value=value) if found.is_estimable else found


def _trends(compared: Compared) -> Iterator[tuple[str, Estimate]]:
    if not compared.is_comparable:
        return
    series = compared.audits.series(gap=compared.on("latent", good=False).gaps[:, 0])
    trend = differential_trend(series, level=compared.rule.level, auditors=compared.audits.auditors)
    yield "differential_trend", trend.step
    yield "differential_trend_by_quarter", trend.trend


def _uncompared(alone: ThemedAlone, *, level: float) -> Iterator[tuple[str, Estimate]]:
    (good_before, before), (good_after, after) = alone.good_before_and_after()
    yield (
        "newcombe_uncontrolled",
        newcombe_independent((good_after, good_before), (after, before), level=level),
    )
    series = alone.series()

    def its(method: Callable[..., Estimate], values: Floats) -> Estimate:
        return method(
            values,
            quarter=series.quarter,
            post=series.post,
            cases=len(alone.grade),
            auditors=alone.auditors,
            level=level,
        )

    yield "its_ols", its(its_ols, series.good_share)
    yield "its_ols_mean_grade", its(its_ols, series.grade)
    yield "its_newey_west", its(its_newey_west, series.good_share)
    yield (
        "its_quasibinomial",
        its_quasi_binomial(
            series.good,
            audits=series.audits,
            quarter=series.quarter,
            post=series.post,
            auditors=alone.auditors,
            level=level,
        ),
    )
    ordinal = ordinal_step(
        alone.grade,
        quarter=alone.quarter,
        post=alone.post,
        auditor=alone.auditor,
        level=level,
    )
    yield "ordinal_step", ordinal.log_odds_ratio
    yield "ordinal_step_odds_ratio", ordinal.odds_ratio


def _left_out(change: ThemeChange) -> Iterator[str]:
    for number, domain, where in (
        (change.without_theme, "the themed domain", "nowhere"),
        (change.without_control, "a comparison domain", "only where nothing is compared"),
    ):
        if number:
            audits, count = (
                ("1 audit has", "counts") if number == 1 else (f"{number:,} audits have", "count")
            )
            yield f"{audits} no grade in {domain} and {count} {where}."


def _told_from(controls: tuple[str, ...], change: ThemeChange) -> Iterator[str]:
    """What is left out of the comparison, and from how many domains the error is told."""
    for one in change.left_out:
        yield f"{controls[one.place]} is not compared with: {one.why}."
    if change.evidence.small_quarters:
        fewest = change.rule.fewest_audits
        yield (
            f"{counted(len(change.evidence.small_quarters), 'quarter')} with fewer than {fewest} "
            "audits that can be compared left out."
        )
    if not change.grade.is_estimable:
        return
    yield SCALES
    if len(controls) - len(change.left_out) == 1:
        yield ONE_DOMAIN


def _said(lines: tuple[SensitivityLine, ...]) -> Iterator[str]:
    """What the sensitivity set says as a whole, and line by line where it does not agree."""
    if not lines:
        return
    agree = sum(line.agrees is True for line in lines)
    differ = [line for line in lines if line.agrees is False]
    yield (
        f"Of {len(lines)} other ways of asking {agree} {'agrees' if agree == 1 else 'agree'} with "
        f"the verdict and {len(differ)} {'does' if len(differ) == 1 else 'do'} not."
    )
    for line in differ:
        yield f"{line.name} says {line.says}" + (f": {line.note}." if line.note else ".")


def _standing() -> tuple[str, ...]:
    return ONE_THEME, UNCOMPARED, PASSED
