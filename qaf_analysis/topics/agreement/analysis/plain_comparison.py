"""Agreement in one plain table against another one, or against a declared gold standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np

from qaf_analysis.data.plain.counts import PlainCounts
from qaf_analysis.data.plain.grades import PlainGrades
from qaf_analysis.stats.agreement.alpha import alpha_coefficient
from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.coefficient_protocol import AgreementCoefficient
from qaf_analysis.stats.agreement.comparison import independent_difference, paired_difference
from qaf_analysis.stats.agreement.criterion import criterion_agreement
from qaf_analysis.stats.agreement.kappas import CoefficientName, agreement_coefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import StandardError
from qaf_analysis.stats.agreement.weights import WeightName
from qaf_analysis.stats.core.arrays import Floats, Ints
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.topics.agreement.analysis.plain_table import AgreementTable, level_weights

OF_TWO = ("cohen", "scott")
"""Coefficients of two auditors; their differences are those of Conger's and Fleiss's."""


def agreement_comparison(
    first: PlainGrades | PlainCounts,
    second: PlainGrades | PlainCounts,
    *,
    same_audits: bool = False,
    weights: str = "linear",
    se: StandardError = "two_way",
    level: float = 0.95,
) -> AgreementTable:
    """Every coefficient of two tables, and its difference, second less first.

    Parameters
    ----------
    first, second : PlainGrades
        On one scale. A name stands for the same auditor in both, so that auditors who graded in
        both are not taken for different people.
    same_audits : bool
        Whether a name stands for the same audit in both, as after a regrading; else all audits
        are different ones, as in two quarters.
    weights, se, level
        See ``agreement_table``; ``se`` is one of ``two_way``, ``subjects`` and ``raters``.

    Returns
    -------
    AgreementTable
        Of each coefficient ``[first]``, ``[second]`` and ``[difference]``; without a verdict.

    Raises
    ------
    UsageError
        If a table does not say who graded, the scales differ, or audits have no names to be
        matched by.
    """
    one, other = _named(first), _named(second)
    if one.levels.labels != other.levels.labels:
        raise UsageError("The two tables have different levels; declare one scale for both.")
    matched = _matched(one, other, same_audits=same_audits)
    difference = paired_difference if same_audits else independent_difference
    estimates: list[NamedEstimate] = []
    for name, coefficient in _coefficients(level_weights(weights, one.levels), matched.n_levels):
        parts = {
            "first": measured(matched.first, coefficient, se=se, level=level),
            "second": measured(matched.second, coefficient, se=se, level=level),
            "difference": difference(
                matched.first, matched.second, coefficient, se=se, level=level
            ),
        }
        estimates += [NamedEstimate(name=f"{name}[{k}]", estimate=v) for k, v in parts.items()]
    return AgreementTable(
        levels=one.levels.labels,
        estimates=tuple(estimates),
        verdict="",
        warnings=(*one.warnings, *other.warnings, *matched.cautions),
    )


def criterion_table(
    grades: PlainGrades | PlainCounts, *, gold: str, weights: str = "linear", level: float = 0.95
) -> AgreementTable:
    """Agreement of all auditors with one who is declared the gold standard.

    Parameters
    ----------
    grades : PlainGrades
    gold : str
        Name of that auditor (a panel, an anchor) in the table.
    weights, level
        See ``agreement_table``.

    Raises
    ------
    UsageError
        If the table does not say who graded, or nobody in it has that name.
    """
    table = _named(grades)
    if gold not in table.auditors:
        raise UsageError(f'The table has no auditor of the name "{gold}".')
    found = criterion_agreement(
        _ratings(table, audit=table.audit, auditor=table.auditor),
        criterion=table.auditors.index(gold),
        weights=level_weights(weights, table.levels),
        level=level,
    )
    figures = {
        "gold_exact": found.exact,
        "gold_weighted": found.weighted,
        "gold_bias": found.bias,
        "gold_distance": found.distance,
    }
    return AgreementTable(
        levels=table.levels.labels,
        estimates=tuple(NamedEstimate(name=k, estimate=v) for k, v in figures.items()),
        verdict="",
        warnings=table.warnings,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Matched:
    """Two tables as ratings whose codes mean the same in both."""

    first: Ratings
    second: Ratings
    cautions: tuple[str, ...]

    @property
    def n_levels(self) -> int:
        return self.first.n_levels


def _named(grades: PlainGrades | PlainCounts) -> PlainGrades:
    if isinstance(grades, PlainCounts):
        raise UsageError("Counts do not say who graded; give a table in the layout wide or long.")
    if grades.cluster is not None:
        raise UsageError(
            "Tables with a column domain cannot be compared: grades of one audit go together. "
            "Compare one domain at a time."
        )
    return grades


def _matched(first: PlainGrades, second: PlainGrades, *, same_audits: bool) -> _Matched:
    auditors = _common_codes(first.auditors, second.auditors)
    audits = (first.audit, second.audit)
    shared_audits = len(set(first.audits) & set(second.audits))
    if same_audits:
        if not (first.audits and second.audits):
            raise UsageError("The same audits are known by a column audit, in both tables.")
        ours, theirs = _common_codes(first.audits, second.audits)
        audits = (ours[first.audit], theirs[second.audit])
    return _Matched(
        first=_ratings(first, audit=audits[0], auditor=auditors[0][first.auditor]),
        second=_ratings(second, audit=audits[1], auditor=auditors[1][second.auditor]),
        cautions=tuple(
            _cautions(
                len(set(first.auditors) & set(second.auditors)),
                shared_audits,
                same_audits=same_audits,
            )
        ),
    )


def _cautions(auditors: int, audits: int, *, same_audits: bool) -> Iterator[str]:
    yield _in_both(auditors, "auditor")
    if same_audits:
        yield _in_both(audits, "audit")
    elif audits:
        names = "name of an audit stands" if audits == 1 else "names of audits stand"
        yield (
            f"{audits} {names} in both tables; they were taken for different audits. Say "
            "--same-audits if they are the same."
        )


def _in_both(number: int, what: str) -> str:
    if number == 1:
        return f"1 {what} stands in both tables, by name."
    return f"{number} {what}s stand in both tables, by their names."


def _common_codes(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Code of each name, the same in both."""
    _, codes = np.unique(np.array([*first, *second], dtype=object), return_inverse=True)
    return codes[: len(first)].astype(np.int64), codes[len(first) :].astype(np.int64)


def _ratings(grades: PlainGrades, *, audit: Ints, auditor: Ints) -> Ratings:
    return Ratings(
        audit=audit, auditor=auditor, grade=grades.grade, n_levels=len(grades.levels.labels)
    )


def _coefficients(
    weights: WeightName | Floats, n_levels: int
) -> Iterator[tuple[str, AgreementCoefficient]]:
    """Every coefficient of any number of auditors whose difference has an error."""
    yield (
        "within_one",
        agreement_coefficient("percent_agreement", n_levels=n_levels, weights="within_one"),
    )
    for name in get_args(CoefficientName):
        if name not in OF_TWO:
            yield name, agreement_coefficient(name, n_levels=n_levels, weights=weights)
    yield "krippendorff_alpha", alpha_coefficient(n_levels=n_levels, weights=weights)
    yield "krippendorff_alpha[ordinal]", alpha_coefficient(n_levels=n_levels)
