"""The tables of agreement among auditors."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    coefficient,
    in_hundred,
    interval,
    percent,
    value,
    whole,
)
from qaf_analysis.kit.parts import (
    COLUMNS,
    Column,
    Figure,
    Table,
    estimates_table,
    in_section,
    number_row,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementClaim
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, GroupAgreement
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.words import (
    _enough,
    for_whom,
    grid_of_hundred,
    of_hundred_pairs,
)


def agreement_tables(result: Agreement) -> tuple[Table, ...]:
    """Pairs, grade by grade, coefficients, and each year."""
    tables = [in_section(_pairs(result))]
    if result.pairs:
        tables.append(_grid(result))
    tables.append(_figures(result))
    if result.by_year:
        tables.append(_by_year(result))
    return tuple(tables)


def _pairs(result: Agreement) -> Table:
    if not result.pairs:
        rows = [number_row("Audits graded by two or more auditors", "0", result.ac2.why_not)]
    else:
        once = "each audit counts once"
        shares = (result.identical, result.one_apart, result.two_or_more)
        identical, one_apart, further = map(in_hundred, of_hundred_pairs(result), shares)
        rows = [
            number_row("Audits graded by two or more auditors", f"{result.audits:,}", "count"),
            number_row("Auditors among them", f"{result.auditors:,}", "count"),
            number_row("Pairs of grades", f"{result.pairs:,}", "count"),
            number_row("Identical, of 100 pairs", identical, once),
            number_row("One grade apart, of 100 pairs", one_apart, once),
            number_row("Two or more apart, of 100 pairs", further, once),
        ]
        if result.boundary:
            label = f"Of differing pairs, between {result.boundary}"
            rows.append(number_row(label, percent(result.boundary_share), "each audit counts once"))
    return Table(
        caption="Pairs of grades on the same audit",
        columns=(COLUMNS[0], Column(heading="Number"), COLUMNS[-1]),
        rows=tuple((row[0], row[1], row[-1]) for row in rows),
        source=result.scope.source_line,
    )


def _grid(result: Agreement) -> Table:
    return Table(
        caption="One auditor's grade by another's on the same audit",
        columns=(
            Column(heading="Grade", align="left"),
            *(Column(heading=level) for level in result.levels),
        ),
        rows=tuple(
            (level, *map(in_hundred, row, shares))
            for level, row, shares in zip(
                result.levels,
                grid_of_hundred(result.pair_shares, of_hundred_pairs(result)),
                result.pair_shares,
                strict=True,
            )
        ),
        note="Of 100 pairs, each audit counting once however many auditors read it. A pair of "
        "different grades stands on both sides of the diagonal.",
        source=result.scope.source_line,
    )


def _figures(result: Agreement) -> Table:
    return estimates_table(
        "Agreement coefficients",
        [
            ("Identical grades", result.exact, percent),
            ("Within one grade", result.within_one, percent),
            *_headline(result),
            ("Krippendorff's alpha, nominal", result.alpha_nominal, coefficient),
            ("Krippendorff's alpha, ordinal", result.alpha_ordinal, coefficient),
            ("Krippendorff's alpha, interval", result.alpha_interval, coefficient),
        ],
        note=f"Prevalence matters: read the coefficients beside the grid of grades. {_limits()}",
        source=result.scope.source_line,
    )


def _limits() -> str:
    """Limits of the verdict, which its reason names, beside the intervals held against them."""
    rule = AGREEMENT_RULE
    least, most = rule.between
    return (
        f"By whole {rule.level:.0%} intervals, auditors agree well from AC2 "
        f"{rule.well_from:.2f} and ordinal alpha {rule.alpha_from:.2f} on, in part from AC2 "
        f"{rule.in_part_from:.2f} on or between {least:.2f} and {most:.2f}, poorly below "
        f"{rule.poorly_below:.2f}."
    )


def _headline(result: Agreement) -> list[Figure]:
    """AC2 for whom it can be told: once where that is these auditors only."""
    name = "Gwet's AC2, linear weights"
    if not result.ac2.is_estimable:
        return [(name, result.ac2, coefficient)]
    figures: list[Figure] = [(f"{name}, {for_whom(result)}", result.ac2, coefficient)]
    if result.speaks_of == AgreementClaim.LIKE_THESE:
        these = f"{name}, for {AgreementClaim.THESE_ONLY}"
        figures.append((these, result.ac2_for_these_auditors, coefficient))
    return figures


def _by_year(result: Agreement) -> Table:
    rows = []
    for year in result.by_year:
        exact, ac2 = year.exact, year.coefficient
        rows.append(
            (
                year.label,
                f"{ac2.cases:,}",
                value(exact, percent),
                interval(exact, percent) if exact.is_estimable else "",
                value(ac2, coefficient),
                interval(ac2, coefficient) if ac2.is_estimable else "",
            )
        )
    return Table(
        caption="Agreement by financial year",
        columns=(
            Column(heading="Year", align="left"),
            Column(heading="Audits graded twice"),
            Column(heading="Identical"),
            Column(heading="95% interval of identical"),
            Column(heading="AC2"),
            Column(heading="95% interval of AC2"),
        ),
        rows=tuple(rows),
        note=f'"{TOO_FEW}" stands where no coefficient can be estimated.',
        source="Blind second readings and calibration audits of each year.",
    )


_WORDS = {
    "percent_agreement": "Mean credit of a pair, chance left in",
    "within_one": "Same grade or the one beside it",
    "mean_absolute_difference": "Mean number of grades apart",
    "specific": "Grade shared when one auditor gives it",
    "gwet_ac": "Gwet's AC2",
    "brennan_prediger": "Brennan and Prediger's kappa",
    "fleiss": "Fleiss's kappa",
    "krippendorff_alpha": "Krippendorff's alpha",
    "conger": "Conger's kappa",
    "scott": "Scott's pi",
    "cohen": "Cohen's kappa",
    "light": "Light's kappa",
    "icc_1_1": "Share of variance between audits, auditors drawn anew, one grade",
    "icc_1_k": "Share of variance between audits, auditors drawn anew, mean grade",
    "icc_2_1": "Share of variance between audits, strictness counting, one grade",
    "icc_2_k": "Share of variance between audits, strictness counting, mean grade",
    "icc_3_1": "Share of variance between audits, strictness left out, one grade",
    "icc_3_k": "Share of variance between audits, strictness left out, mean grade",
    "kendall_w": "Kendall's W, agreement in order",
    "lin_ccc": "Lin's concordance",
    "bangdiwala_b": "Bangdiwala's B",
    "maxwell_re": "Maxwell's coefficient, two levels",
}
"""What each measure is called where people read of it."""


def measure_words(name: str) -> str:
    """Name of a measure for readers, with the name that a command knows it by.

    Examples
    --------
    >>> measure_words("gwet_ac"), measure_words("specific[Good]")
    ("Gwet's AC2 (gwet_ac)", 'Grade shared when one auditor gives it: Good (specific[Good])')
    """
    family, _, member = name.partition("[")
    part = f": {member.removesuffix(']')}" if member else ""
    return f"{_WORDS[family]}{part} ({name})"


SHARES = ("percent_agreement", "within_one", "specific")


def agreement_detail_tables(result: AgreementDetail) -> tuple[Table, ...]:
    """Specific agreement, boundaries, what would halve the interval, and every measure."""
    if not result.double_graded:
        return ()
    return (
        in_section(_grades_table(result)),
        in_section(boundaries_table(result)),
        _plan_table(result),
        _every(result),
    )


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


def boundaries_table(result: AgreementDetail) -> Table:
    """How often auditors give one of each where both grades are neighbours."""
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
            ("Width of the interval now", _told(result.width)),
            ("Audits graded twice in the period", whole(result.double_graded)),
            (
                "Audits to grade twice in a year",
                whole(result.needed) if planned and result.needed else TOO_FEW,
            ),
            ("Auditors to share them", whole(result.auditors) if planned else TOO_FEW),
            ("What stands in the way", result.why_not or "nothing"),
            (
                "Largest change of AC2 without any one auditor",
                _told(result.largest_pull),
            ),
        ),
        note="From this council's own audits and auditors. The interval speaks of "
        f"{result.speaks_of}.",
        source=result.scope.source_line,
    )


def _told(number: float) -> str:
    return TOO_FEW if isnan(number) else coefficient(number)


def _every(result: AgreementDetail) -> Table:
    figures: list[Figure] = [
        (
            measure_words(figure.name),
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
        "unless the method says otherwise. In brackets: the name by which qaf stat agreement "
        "lists the measure.",
        source=result.scope.source_line,
    )


def _shown(estimate: Estimate, write: Callable[[float], str]) -> str:
    return interval(estimate, write) if estimate.is_estimable else ""


def agreement_drivers_tables(result: AgreementDrivers) -> tuple[Table, ...]:
    """Agreement by group, and by quarter."""
    tables = []
    if result.groups:
        caption = "Agreement by domain, case and sitting"
        tables.append(in_section(groups_table(caption, "Group", result.groups, result)))
    return (*tables, groups_table("Agreement by quarter", "Quarter", result.quarters, result))


def groups_table(
    caption: str, heading: str, groups: tuple[GroupAgreement, ...], result: AgreementDrivers
) -> Table:
    """Agreement of some groups of audits graded twice.

    Parameters
    ----------
    caption, heading : str
        Of the table, and of its first column.
    groups : tuple of GroupAgreement
    result : AgreementDrivers
        What they belong to.
    """
    return Table(
        caption=caption,
        columns=(
            Column(heading=heading, align="left"),
            Column(heading="Audits graded twice"),
            Column(heading="Identical"),
            Column(heading="AC2"),
            Column(heading="95% interval"),
        ),
        rows=tuple(
            (
                group.label if group.kind == "quarter" else f"{group.kind}: {group.label}",
                f"{group.audits:,}",
                value(group.exact, percent),
                value(group.coefficient, coefficient),
                interval(group.coefficient, coefficient) if group.coefficient.is_estimable else "",
            )
            for group in groups
        ),
        note="No figure is given on fewer than ten audits. Calibration audits, which every "
        "auditor grades, count once each.",
        source=result.scope.source_line,
    )
