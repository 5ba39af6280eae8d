"""The one list of agreement measures: a name for each, and the function that computes it.

To add a measure, add one line to ``MEASURES``; ``docs/how_to_add_a_coefficient.md`` has the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import nan
from typing import Protocol, get_args

from numpy.typing import ArrayLike

from qaf_analysis.stats.agreement.alpha import Metric, krippendorff_alpha
from qaf_analysis.stats.agreement.by_grade import mean_absolute_difference, specific_agreement
from qaf_analysis.stats.agreement.coefficient import Interval
from qaf_analysis.stats.agreement.icc import icc
from qaf_analysis.stats.agreement.kappas import (
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac,
    percent_agreement,
    scott,
)
from qaf_analysis.stats.agreement.rank_agreement import kendall_w
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.standard_errors import Population, StandardError
from qaf_analysis.stats.agreement.two_raters import (
    bangdiwala_b,
    light_kappa,
    lin_concordance,
    maxwell_re,
)
from qaf_analysis.stats.agreement.weights import WeightName
from qaf_analysis.stats.core.arrays import Floats
from qaf_analysis.terms.estimate import Estimate, NamedEstimate

Named = Iterable[tuple[str, Estimate]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of every measure alike.

    Parameters
    ----------
    weights : name or array, shape (K, K)
        Credit for pairs of grades, see ``grade_weights``.
    se : str
        Kind of standard error, see ``sampling_error``.
    level : float
        Confidence level.
    labels : tuple of str
        Levels of the scale, worst first.
    scores : array, shape (K,), optional
        Numbers that the levels stand for, where they are numbers.
    interval, population
        See ``kappas.gwet_ac``; for the measures that take them.
    """

    weights: WeightName | Floats
    se: StandardError
    level: float
    labels: tuple[str, ...]
    scores: Floats | None = None
    interval: Interval = "auto"
    population: Population | None = None


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of agreement, or a family of them.

    Parameters
    ----------
    name : str
        Name in tables and documents; members of a family are called ``name[member]``.
    function : callable
        The function of ``stats`` behind it, whose docstring has the formula's source.
    estimates : callable
        Computes it, or every member of the family, from ratings.
    """

    name: str
    function: Callable[..., object]
    estimates: Callable[[Ratings, Asked], Named]


class Weighted(Protocol):
    """A function of ratings and weights, as those in ``stats.agreement``."""

    def __call__(
        self,
        ratings: Ratings,
        *,
        weights: WeightName | ArrayLike,
        se: StandardError,
        level: float,
        interval: Interval,
        population: Population | None,
    ) -> Estimate:
        """Estimate from ratings."""
        ...


def weighted(name: str, function: Weighted, *, weights: WeightName | None = None) -> Measure:
    """Measure that takes all that is asked for; with weights of its own where they are given."""

    def estimates(ratings: Ratings, asked: Asked) -> Named:
        found = function(
            ratings,
            weights=asked.weights if weights is None else weights,
            se=asked.se,
            level=asked.level,
            interval=asked.interval,
            population=asked.population,
        )
        yield name, found

    return Measure(name=name, function=function, estimates=estimates)


def _alpha(ratings: Ratings, asked: Asked) -> Named:
    """Alpha by the weights, as all else here, and by each of Krippendorff's own metrics."""
    alpha = partial(
        krippendorff_alpha,
        ratings,
        se=asked.se,
        level=asked.level,
        interval=asked.interval,
        population=asked.population,
    )
    yield "krippendorff_alpha", alpha(weights=asked.weights)
    for metric in get_args(Metric):
        name = f"krippendorff_alpha[{metric}]"
        if metric == "ratio" and asked.scores is not None and asked.scores[0] < 0:
            why_not = "the ratio metric is for levels that are numbers from 0 up"
            yield name, Estimate.not_estimable(why_not, method=name, level=asked.level)
        else:
            yield name, alpha(metric=metric, scores=asked.scores)


def _specific(ratings: Ratings, asked: Asked) -> Named:
    found = specific_agreement(ratings, se=asked.se, level=asked.level)
    for label, estimate in zip(asked.labels, found, strict=True):
        yield f"specific[{label}]", estimate


def _mean_difference(ratings: Ratings, asked: Asked) -> Named:
    found = mean_absolute_difference(ratings, se=asked.se, level=asked.level)
    yield "mean_absolute_difference", found


def _icc(ratings: Ratings, asked: Asked) -> Named:
    for form in icc(ratings, scores=asked.scores, level=asked.level).forms:
        family, size = form.shrout_fleiss.removeprefix("ICC(").removesuffix(")").split(",")
        yield f"icc_{family}_{size}", _of_audits_alone(form.estimate, ratings)


def _of_audits_alone(estimate: Estimate, ratings: Ratings) -> Estimate:
    """Without interval where domains of one audit go together, which the limits do not know."""
    if not (estimate.is_estimable and ratings.is_clustered):
        return estimate
    how = f"{estimate.method.partition(';')[0]}; no interval: domains of one audit go together"
    return replace(estimate, low=nan, high=nan, se=nan, p=nan, method=how)


def _light(ratings: Ratings, asked: Asked) -> Named:
    yield "light", light_kappa(ratings, weights=asked.weights, level=asked.level)


def _kendall(ratings: Ratings, asked: Asked) -> Named:
    found = kendall_w(ratings, level=asked.level).estimate
    yield "kendall_w", _of_audits_alone(found, ratings)


def _bangdiwala(ratings: Ratings, asked: Asked) -> Named:
    yield "bangdiwala_b", bangdiwala_b(ratings, level=asked.level)


def _maxwell(ratings: Ratings, asked: Asked) -> Named:
    yield "maxwell_re", maxwell_re(ratings, level=asked.level)


def _lin(ratings: Ratings, asked: Asked) -> Named:
    found = lin_concordance(ratings, scores=asked.scores, level=asked.level)
    yield "lin_ccc", found.estimate


MEASURES: Sequence[Measure] = (
    weighted("percent_agreement", percent_agreement),
    weighted("within_one", percent_agreement, weights="within_one"),
    Measure(
        name="mean_absolute_difference",
        function=mean_absolute_difference,
        estimates=_mean_difference,
    ),
    Measure(name="specific", function=specific_agreement, estimates=_specific),
    weighted("gwet_ac", gwet_ac),
    weighted("brennan_prediger", brennan_prediger),
    weighted("fleiss", fleiss),
    Measure(name="krippendorff_alpha", function=krippendorff_alpha, estimates=_alpha),
    weighted("conger", conger),
    weighted("scott", scott),
    weighted("cohen", cohen),
    Measure(name="light", function=light_kappa, estimates=_light),
    Measure(name="icc", function=icc, estimates=_icc),
    Measure(name="kendall_w", function=kendall_w, estimates=_kendall),
    Measure(name="lin_ccc", function=lin_concordance, estimates=_lin),
    Measure(name="bangdiwala_b", function=bangdiwala_b, estimates=_bangdiwala),
    Measure(name="maxwell_re", function=maxwell_re, estimates=_maxwell),
)


def every_measure(ratings: Ratings, asked: Asked) -> tuple[NamedEstimate, ...]:
    """Compute every measure of the list, in its order; one that cannot be estimated says why."""
    return tuple(
        NamedEstimate(name=name, estimate=estimate)
        for measure in MEASURES
        for name, estimate in measure.estimates(ratings, asked)
    )
