"""The one list of paired measures of optimism: a name for each, and the function behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from qaf_analysis.stats.optimism.gap import birch_of_gaps
from qaf_analysis.stats.optimism.headline import Gap
from qaf_analysis.stats.optimism.marginal_logit import marginal_logit
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.signed_ranks import sign_test, wilcoxon_pratt
from qaf_analysis.stats.optimism.square_tables import (
    bhapkar,
    bowker,
    bradley_blackwood,
    mcnemar_exact,
    ordinal_quasi_symmetry,
    stuart_maxwell,
)
from qaf_analysis.terms.estimate import Estimate, NamedEstimate

Measure = Callable[[ModeratedAudits], Estimate]


def _of_gaps(function: Callable[..., Estimate]) -> Measure:
    def measure(pairs: ModeratedAudits) -> Estimate:
        return function(
            pairs.audit_grade, pairs.moderation_grade, auditor=pairs.auditor, level=pairs.level
        )

    return measure


def _marginal_logit(pairs: ModeratedAudits) -> Estimate:
    """Slope of logit P(grade <= k), as Agresti writes it: negative where auditors are kinder."""
    found = marginal_logit(
        pairs.audit_grade, pairs.moderation_grade, auditor=pairs.auditor, level=pairs.level
    ).log_odds_ratio
    how = f"{found.method}; slope of logit P(grade <= k), negative where auditors are kinder"
    return replace(found, value=-found.value, low=-found.high, high=-found.low, method=how)


def _log_odds_kinder(pairs: ModeratedAudits) -> Estimate:
    return marginal_logit(
        pairs.audit_grade, pairs.moderation_grade, auditor=pairs.auditor, level=pairs.level
    ).odds_ratio


MEASURES: tuple[tuple[str, Measure], ...] = (
    (
        "stuart_birch",
        lambda pairs: birch_of_gaps(pairs.gap, auditor=pairs.auditor),
    ),
    ("sign_test", _of_gaps(sign_test)),
    (
        "wilcoxon_pratt",
        lambda pairs: wilcoxon_pratt(
            pairs.audit_grade, pairs.moderation_grade, auditor=pairs.auditor
        ),
    ),
    ("stuart_maxwell", lambda pairs: stuart_maxwell(pairs.table)),
    ("bhapkar", lambda pairs: bhapkar(pairs.table)),
    ("bowker", lambda pairs: bowker(pairs.table)),
    (
        "mcnemar_exact",
        lambda pairs: mcnemar_exact(pairs.table, good_from=pairs.good_from, level=pairs.level),
    ),
    ("cumulative_logit", _marginal_logit),
    ("odds_of_higher_grade", _log_odds_kinder),
    (
        "quasi_symmetry",
        lambda pairs: ordinal_quasi_symmetry(pairs.table, level=pairs.level).slope,
    ),
    (
        "bradley_blackwood",
        lambda pairs: bradley_blackwood(pairs.audit_grade, pairs.moderation_grade),
    ),
)
"""Name and function of each measure beside the headline figures."""


COUNT_EVERY_AUDIT_ALIKE = (
    "stuart_maxwell",
    "bhapkar",
    "bowker",
    "mcnemar_exact",
    "quasi_symmetry",
    "bradley_blackwood",
)
"""Measures that do not allow for several audits by one auditor; their method says so."""


def every_optimism_measure(pairs: ModeratedAudits, found: Gap) -> tuple[NamedEstimate, ...]:
    """Headline figures of these audits, then every measure of the list, in its order.

    One that cannot be estimated says why.
    """
    return (
        NamedEstimate(name="mean_gap", estimate=found.gap),
        NamedEstimate(name="over_rate", estimate=found.over),
        NamedEstimate(name="under_rate", estimate=found.under),
        NamedEstimate(name="severe_rate", estimate=found.severe),
        NamedEstimate(name="net_good_shift", estimate=found.good_shift),
        *_named(pairs),
    )


def _named(pairs: ModeratedAudits) -> Iterator[NamedEstimate]:
    for name, measure in MEASURES:
        estimate = measure(pairs)
        if name in COUNT_EVERY_AUDIT_ALIKE and estimate.is_estimable:
            how = f"{estimate.method}; audits count as independent"
            estimate = replace(estimate, method=how)
        yield NamedEstimate(name=name, estimate=estimate)
