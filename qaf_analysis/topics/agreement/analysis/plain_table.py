"""Every measure of agreement of one plain table, for an analyst who checks a figure by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qaf_analysis.data.plain.counts import PlainCounts
from qaf_analysis.data.plain.grades import PlainGrades
from qaf_analysis.data.plain.levels import PlainLevels
from qaf_analysis.stats.agreement.coefficient import Interval
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population, StandardError
from qaf_analysis.stats.agreement.weights import (
    WeightName,
    grade_weights,
    weights_with_parameter,
)
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.estimate import NamedEstimate
from qaf_analysis.terms.verdicts import AgreementClaim
from qaf_analysis.topics.agreement.analysis.judged import judged_agreement
from qaf_analysis.topics.agreement.analysis.measures import Asked, every_measure

UNEVEN = 0.8
"""Share of grades at one level from which chance-corrected coefficients need a caution."""


# Kinds of standard error that need to know who graded.
_OF_AUDITORS = ("two_way", "raters", "gwet_unconditional")


@dataclass(frozen=True, kw_only=True)
class AgreementTable:
    """Every measure of agreement of one table.

    Parameters
    ----------
    levels : tuple of str
        The scale, worst first.
    estimates : tuple of NamedEstimate
        In the order of ``measures.MEASURES``.
    verdict : str
        By the rule of the quarterly report, whatever weights were asked for.
    warnings : tuple of str
        What a reader of the figures should know.
    """

    levels: tuple[str, ...]
    estimates: tuple[NamedEstimate, ...]
    verdict: str
    warnings: tuple[str, ...]


def agreement_table(
    grades: PlainGrades | PlainCounts,
    *,
    weights: str = "linear",
    se: StandardError = "two_way",
    level: float = 0.95,
    interval: Interval = "auto",
    population: Population | None = None,
) -> AgreementTable:
    """Compute every measure of agreement.

    Parameters
    ----------
    grades : PlainGrades or PlainCounts
        As read from a plain table.
    weights : str
        Name of a set of weights, see ``grade_weights`` and ``weights_with_parameter``. Where the
        levels are numbers, weights go by them, else by the place of the level, 1 to K.
    se : str
        Kind of standard error, see ``sampling_error``. A table that does not say who graded
        allows ``subjects`` only, which is then used, with a warning.
    level : float
        Confidence level.
    interval : str
        Transformation that coefficients' intervals are made on, see ``transformed_limits``.
    population : Population, optional
        Numbers of audits and auditors that there are in all, where these are known and finite.

    Returns
    -------
    AgreementTable
        A measure that cannot be estimated stands in it with the reason.

    Raises
    ------
    UsageError
        If ``weights``, ``se``, ``level`` or ``interval`` is not known, or the population is
        smaller than the table.
    """
    ratings, warnings = plain_ratings(grades), list(grades.warnings)
    if not ratings.auditors_known and se in _OF_AUDITORS:
        warnings.append(
            "The table does not say which auditor gave which grade, so errors allow for other "
            "audits only (subjects), not for other auditors."
        )
        se = "subjects"
    _refuse_small_population(ratings, population or Population())
    asked = Asked(
        weights=level_weights(weights, grades.levels),
        se=se,
        level=level,
        labels=grades.levels.labels,
        scores=_rising_scores(grades.levels),
        interval=interval,
        population=population,
    )
    verdict, caution = _verdict(ratings, se=se, level=level)
    return AgreementTable(
        levels=grades.levels.labels,
        estimates=every_measure(ratings, asked),
        verdict=verdict,
        warnings=(*warnings, *caution, *_cautions(ratings, grades.levels.labels)),
    )


def plain_ratings(grades: PlainGrades | PlainCounts) -> Ratings:
    """Ratings of a plain table."""
    if isinstance(grades, PlainCounts):
        of_counts = Ratings.from_table if grades.by_auditor else Ratings.from_counts
        return of_counts(grades.counts)
    return Ratings(
        audit=grades.audit,
        auditor=grades.auditor,
        grade=grades.grade,
        n_levels=len(grades.levels.labels),
        cluster=grades.cluster,
    )


def level_weights(asked: str, levels: PlainLevels) -> WeightName | Floats:
    """Weights by the levels' own numbers; the name alone where it comes to the same.

    Raises
    ------
    UsageError
        If the weights are not known, or not made for these levels.
    """
    n, scores = len(levels.labels), levels.scores
    rising = None if scores is None else sorted(scores)
    if ":" in asked:
        matrix = weights_with_parameter(asked, n_levels=n, scores=rising)
        return matrix[::-1, ::-1] if scores is not None and scores[0] > scores[-1] else matrix
    name: WeightName = asked  # type: ignore[assignment]  # grade_weights refuses what it is not
    if scores is None:
        return name
    if name == "ratio" and min(scores) < 0:
        raise UsageError("Ratio weights need levels of 0 or more.")
    matrix = grade_weights(name, n_levels=n, scores=rising)
    if scores[0] > scores[-1]:
        matrix = matrix[::-1, ::-1]
    same = np.allclose(matrix, grade_weights(name, n_levels=n), rtol=0, atol=1e-12)
    return name if same else matrix


def _rising_scores(levels: PlainLevels) -> Floats | None:
    """Numbers of the levels, turned round where the better level has the smaller number."""
    if levels.scores is None:
        return None
    scores = np.array(levels.scores)
    return scores if scores[0] < scores[-1] else -scores


def _refuse_small_population(ratings: Ratings, population: Population) -> None:
    for whole, there, what in (
        (population.audits, ratings.n_audits, "audits"),
        (population.auditors, ratings.n_auditors, "auditors"),
    ):
        if whole is not None and whole < there:
            raise UsageError(f"The table holds {there:,} {what}, more than {whole:,} in all.")


def _verdict(ratings: Ratings, *, se: StandardError, level: float) -> tuple[str, tuple[str, ...]]:
    """Verdict by the report's rule, and a caution where it speaks of few auditors only."""
    judged = judged_agreement(ratings, se=se, level=level)
    said = (
        f"{judged.verdict}: {judged.reason} (AC2 with linear weights, alpha with the ordinal "
        "metric)"
    )
    if judged.speaks_of == AgreementClaim.LIKE_THESE or not judged.ac2.has_interval:
        return said, ()
    return said, (f"The verdict speaks of {judged.speaks_of}, not of auditors like these.",)


def _cautions(ratings: Ratings, labels: tuple[str, ...]) -> Iterator[str]:
    if len(ratings.grade) == 0:
        return
    given = np.bincount(ratings.grade, minlength=ratings.n_levels)
    unused = [label for label, times in zip(labels, given, strict=True) if times == 0]
    if unused:
        yield (
            f"Never given: {', '.join(unused)}. Brennan-Prediger, AC and weights still count "
            "these levels, as the scale has them."
        )
    most = int(given.argmax())
    if given[most] > UNEVEN * given.sum():
        yield (
            f"{given[most] / given.sum():.0%} of all grades are {labels[most]}. Fleiss, Conger, "
            "Cohen and alpha then fall and AC rises, with the same share of equal grades: read "
            "them beside percent_agreement."
        )
    per_audit = np.bincount(np.unique(ratings.audit, return_inverse=True)[1])
    single = int((per_audit == 1).sum())
    if single:
        told = "was graded once; it tells" if single == 1 else "were graded once; they tell"
        yield f"{single:,} of {len(per_audit):,} audits {told} only how common each grade is."
