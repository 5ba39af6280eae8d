"""Agreement grade by grade, at each boundary and by every measure: words and tables."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from qaf_analysis.kit.estimates_table import Figure, estimates_table
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    counted,
    interval,
    percent,
    value,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Column, Picture, Table
from qaf_analysis.kit.statement import Statement
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.topics.agreement.agreement import FEWEST_AUDITS
from qaf_analysis.topics.agreement.agreement_detail import AgreementDetail

LIMITS = (
    "A rare grade is hard to agree on, and its figure rests on few audits. With several "
    "boundaries one is always the least clear. Coefficients answer different questions and must "
    "not be picked for the answer they give: the verdict rests on AC2 and alpha, as fixed "
    "beforehand."
)
SHARES = ("percent_agreement", "within_one", "specific")


def say_agreement_detail(result: AgreementDetail) -> Statement:
    """Words on grades, boundaries, single auditors, and what would halve the interval."""
    if not result.double_graded:
        return Statement(
            claim="Agreement grade by grade cannot be told",
            paragraphs=("Not available because no audit was graded by two auditors.",),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim="Grade by grade",
        paragraphs=(_by_grade(result), *_boundary(result), *_pull(result), _halving(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def agreement_detail_tables(result: AgreementDetail) -> tuple[Table, ...]:
    """Specific agreement, boundaries, what would halve the interval, and every measure."""
    if not result.double_graded:
        return ()
    return (_grades_table(result), _boundaries_table(result), _plan_table(result), _every(result))


def agreement_detail_pictures(result: AgreementDetail) -> tuple[Picture, ...]:
    """None: the grid of grades stands with the headline."""
    return ()


def _enough(figure: NamedEstimate) -> bool:
    return figure.estimate.is_estimable and figure.estimate.cases >= FEWEST_AUDITS


def _by_grade(result: AgreementDetail) -> str:
    said = [
        f"{figure.name}: {with_interval(figure.estimate, percent)}"
        for figure in result.by_grade
        if _enough(figure)
    ]
    if not said:
        return "No grade was given in enough audits graded twice to say how often it is shared."
    return (
        "When one auditor gives a grade, another auditor of the same audit gives it too this "
        f"often: {'; '.join(said)}."
    )


def _boundary(result: AgreementDetail) -> tuple[str, ...]:
    known = [b for b in result.boundaries if b.confused.is_estimable]
    if not known:
        return ()
    worst = max(known, key=lambda boundary: boundary.confused.value)
    return (
        f"Where both grades are {worst.lower} or {worst.upper}, the two auditors gave one of each "
        f"{with_interval(worst.confused, percent)} of the time, the most of any boundary.",
    )


def _pull(result: AgreementDetail) -> tuple[str, ...]:
    if isnan(result.largest_pull):
        return ()
    moved = coefficient(result.largest_pull)
    if result.largest_pull < result.width / 2:
        return (
            f"Leaving out any one auditor moves AC2 by {moved} at most: the figure does not hang "
            "on one person.",
        )
    return (
        f"Leaving out one auditor would move AC2 by up to {moved}: the figure leans on single "
        "auditors, because few audits were graded twice.",
    )


def _halving(result: AgreementDetail) -> str:
    now = f"AC2's interval is now {coefficient(result.width)} wide"
    if isnan(result.needed_share):
        return f"What would halve the interval cannot be planned, because {result.why_not}."
    if not result.needed:
        return f"{now}; no number of audits would halve it, because {result.why_not}."
    said = (
        f"{now}. To halve it, about {counted(result.needed, 'audit')} a year would have to be "
        f"graded twice by {counted(result.auditors, 'auditor')}"
    )
    return f"{said}: {result.why_not}." if result.why_not else f"{said}."


def _grades_table(result: AgreementDetail) -> Table:
    return Table(
        caption="When one auditor gives a grade, how often another gives it too",
        columns=(
            Column(heading="Grade", align="left"),
            Column(heading="Audits"),
            Column(heading="Shared"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                figure.name,
                f"{figure.estimate.cases:,}",
                percent(figure.estimate.value) if _enough(figure) else TOO_FEW,
                interval(figure.estimate, percent) if _enough(figure) else "",
            )
            for figure in result.by_grade
        ),
        note="Audits: those graded twice in which somebody gave the grade; fewer than ten are "
        f'"{TOO_FEW}".',
        source=result.scope.source_line,
    )


def _boundaries_table(result: AgreementDetail) -> Table:
    return Table(
        caption="Confusion between neighbouring grades",
        columns=(
            Column(heading="Boundary", align="left"),
            Column(heading="Pairs of grades there"),
            Column(heading="One of each"),
            Column(heading="95% interval"),
            Column(heading="Times as often as next to it"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                f"{found.lower} and {found.upper}",
                whole(found.pairs),
                value(found.confused, percent),
                _shown(found.confused, percent),
                value(found.grey_zone, coefficient),
                _shown(found.grey_zone, coefficient),
            )
            for found in result.boundaries
        ),
        note="Times as often: 1 where the boundary is as clear as those next to it, above 1 where "
        "it is less clear. Descriptive only.",
        source=result.scope.source_line,
    )


def _plan_table(result: AgreementDetail) -> Table:
    planned = not isnan(result.needed_share)
    return Table(
        caption="What would halve the interval of AC2",
        columns=(
            Column(heading="Question", align="left"),
            Column(heading="Answer"),
        ),
        rows=(
            ("Width of the interval now", coefficient(result.width)),
            ("Audits graded twice in the period", whole(result.double_graded)),
            (
                "Audits to grade twice in a year",
                whole(result.needed) if planned and result.needed else TOO_FEW,
            ),
            ("Auditors to share them", whole(result.auditors) if planned else TOO_FEW),
            ("What stands in the way", result.why_not or "nothing"),
            (
                "Largest change of AC2 without any one auditor",
                TOO_FEW if isnan(result.largest_pull) else coefficient(result.largest_pull),
            ),
        ),
        note="From this council's own audits and auditors, under the error for auditors like "
        "these.",
        source=result.scope.source_line,
    )


def _every(result: AgreementDetail) -> Table:
    figures: list[Figure] = [
        (
            figure.name,
            figure.estimate,
            percent if figure.name.startswith(SHARES) else coefficient,
        )
        for figure in result.measures
    ]
    common = ", ".join(
        f"{level} {percent(share)}"
        for level, share in zip(result.levels, result.prevalence, strict=True)
    )
    return estimates_table(
        "Every measure of agreement, linear weights",
        figures,
        note=f"How common each grade is among audits graded twice: {common}. Chance-corrected "
        "coefficients fall when one grade is very common, even if auditors agree; AC2 and "
        "Brennan-Prediger fall less. Errors allow for audits and auditors both being a sample, "
        "unless the method says otherwise.",
        source=result.scope.source_line,
    )


def _shown(estimate: Estimate, write: Callable[[float], str]) -> str:
    return interval(estimate, write) if estimate.is_estimable else ""
