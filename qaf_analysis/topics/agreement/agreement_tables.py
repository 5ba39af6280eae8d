"""Tables of the agreement section."""

from __future__ import annotations

from qaf_analysis.kit.estimates_table import COLUMNS, estimates_table, number_row
from qaf_analysis.kit.numbers import TOO_FEW, chance, coefficient, interval, percent, value
from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.topics.agreement.agreement import Agreement
from qaf_analysis.topics.agreement.agreement_words import grid_of_hundred, of_hundred_pairs


def agreement_tables(result: Agreement) -> tuple[Table, ...]:
    """Pairs, grade by grade, coefficients, and each year."""
    tables = [_pairs(result)]
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
        identical, one_apart, further = of_hundred_pairs(result)
        rows = [
            number_row("Audits graded by two or more auditors", f"{result.audits:,}", "count"),
            number_row("Auditors among them", f"{result.auditors:,}", "count"),
            number_row("Pairs of grades", f"{result.pairs:,}", "count"),
            number_row("Identical, of 100 pairs", f"{identical}", once),
            number_row("One grade apart, of 100 pairs", f"{one_apart}", once),
            number_row("Two or more apart, of 100 pairs", f"{further}", once),
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
            (level, *(f"{count}" for count in row))
            for level, row in zip(
                result.levels,
                grid_of_hundred(result.pair_shares, of_hundred_pairs(result)),
                strict=True,
            )
        ),
        note="Of 100 pairs, each audit counting once however many auditors read it. A pair of "
        "different grades stands on both sides of the diagonal.",
        source=result.scope.source_line,
    )


def _figures(result: Agreement) -> Table:
    table = estimates_table(
        "Agreement coefficients",
        [
            ("Identical grades", result.exact, percent),
            ("Within one grade", result.within_one, percent),
            ("Gwet's AC2, linear weights, auditors like these", result.ac2, coefficient),
            (
                "Gwet's AC2, linear weights, these auditors only",
                result.ac2_for_these_auditors,
                coefficient,
            ),
            ("Krippendorff's alpha, nominal", result.alpha_nominal, coefficient),
            ("Krippendorff's alpha, ordinal", result.alpha_ordinal, coefficient),
            ("Krippendorff's alpha, interval", result.alpha_interval, coefficient),
        ],
        note="Prevalence matters: read the coefficients beside the grid of grades.",
        source=result.scope.source_line,
    )
    if not result.ac2.is_estimable:
        return table
    chances = (
        number_row(
            "Probability that AC2 is at least 0.40 (moderate)",
            chance(result.probability_fair),
            "from the estimate and its standard error",
        ),
        number_row(
            "Probability that ordinal alpha is at least 0.40",
            chance(result.probability_alpha),
            "from the estimate and its standard error",
        ),
        number_row(
            "Probability that AC2 is at least 0.60 (substantial)",
            chance(result.probability_good),
            "from the estimate and its standard error",
        ),
    )
    return Table(
        caption=table.caption,
        columns=table.columns,
        rows=(*table.rows, *chances),
        note=table.note,
        source=table.source,
    )


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
