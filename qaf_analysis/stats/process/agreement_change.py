"""Do auditors agree more with moderators after a change to the audit process?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.stats.optimism.gap import mean_gap
from qaf_analysis.stats.process.bias_share import BiasShare, bias_share
from qaf_analysis.stats.process.period_differences import (
    ModeratedPairs,
    TwoPeriods,
    bias_change,
    kappa_change,
)
from qaf_analysis.stats.process.stratified_agreement import (
    StratifiedDifference,
    stratified_difference,
)
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import AGREEMENT_CHANGE_RULE, AgreementChangeVerdict

DRAWS = 1000


@dataclass(frozen=True, kw_only=True)
class AgreementChange:
    """Agreement with moderators in two periods, after less before.

    Parameters
    ----------
    exact : StratifiedDifference
        Same grade; this decides.
    within_one : StratifiedDifference
        Same grade or the one beside it.
    kappa : Estimate
        Difference of quadratic weighted kappa; not at the same mix of grades.
    bias : Estimate
        Difference of the mean gap (audit minus moderation), in grades.
    bias_before, bias_after : Estimate
        Mean gap of each period.
    parts : BiasShare
        How much of the difference in exact agreement comes from the change of bias.
    pairs_before, pairs_after, auditors_before, auditors_after : int
        What it rests on.
    by_auditor : bool
        Whether pairs of one auditor count as alike in the intervals.
    verdict, reason
        The word, and why.
    """

    exact: StratifiedDifference
    within_one: StratifiedDifference
    kappa: Estimate
    bias: Estimate
    bias_before: Estimate
    bias_after: Estimate
    parts: BiasShare
    pairs_before: int
    pairs_after: int
    auditors_before: int
    auditors_after: int
    by_auditor: bool
    verdict: AgreementChangeVerdict
    reason: str

    @property
    def ruled_out(self) -> float:
        """A larger change of exact agreement, either way, is ruled out; NaN without interval."""
        return max(abs(self.exact.difference.low), abs(self.exact.difference.high))


def agreement_change(
    before: ModeratedPairs,
    after: ModeratedPairs,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = AGREEMENT_CHANGE_RULE.level,
) -> AgreementChange:
    """Compare agreement with moderators before and after a change, at the same mix of cases.

    Whether auditors are alike in strictness, and whether they are right on balance, are other
    questions (``spread_change``; ``bias`` here). Pairs should have been chosen by chance.

    Parameters
    ----------
    before, after : ModeratedPairs
        Different audits, on one scale.
    rng : numpy.random.Generator
        For the bootstrap of kappa.
    draws : int
        Its draws.
    level : float
        Confidence level.

    Returns
    -------
    AgreementChange
        A claim needs at least 25 pairs on each side and an interval of the difference in exact
        agreement that leaves out no change. Where an auditor gives more than three pairs in all,
        intervals allow for the pairs of one auditor being alike.
    """
    two = TwoPeriods.of(before, after)
    both, late, cluster = two.pairs, two.after, two.cluster
    exact, within_one = (
        stratified_difference(
            np.abs(both.gap) <= apart,
            after=late,
            stratum=both.moderated,
            auditor=both.auditor,
            level=level,
        )
        for apart in (0, 1)
    )
    verdict, reason = _verdict(exact, pairs=(len(before), len(after)))
    return AgreementChange(
        exact=exact,
        within_one=within_one,
        kappa=kappa_change(two, rng=rng, draws=draws, level=level),
        bias=bias_change(two, level=level),
        bias_before=mean_gap(before.audited, before.moderated, auditor=before.auditor, level=level),
        bias_after=mean_gap(after.audited, after.moderated, auditor=after.auditor, level=level),
        parts=bias_share(
            both.audited,
            both.moderated,
            after=late,
            cluster=cluster,
            n_levels=both.n_levels,
            level=level,
        ),
        pairs_before=len(before),
        pairs_after=len(after),
        auditors_before=before.auditors,
        auditors_after=after.auditors,
        by_auditor=two.by_auditor,
        verdict=verdict,
        reason=reason,
    )


def _verdict(
    exact: StratifiedDifference, *, pairs: tuple[int, int]
) -> tuple[AgreementChangeVerdict, str]:
    fewest = AGREEMENT_CHANGE_RULE.fewest_pairs
    for count, side in zip(pairs, ("before", "after"), strict=True):
        if count < fewest:
            words = f"{count} moderated audit{'' if count == 1 else 's'} {side} the change"
            return AgreementChangeVerdict.TOO_LITTLE, f"{words}; at least {fewest} needed"
    found = exact.difference
    if not found.is_estimable:
        return AgreementChangeVerdict.TOO_LITTLE, found.why_not
    if not found.has_interval:
        return (
            AgreementChangeVerdict.TOO_LITTLE,
            "agreement does not vary, so chance cannot be judged",
        )
    at_same_mix = "among cases to which moderators gave the same grade"
    if found.low > 0:
        return AgreementChangeVerdict.IMPROVED, (
            f"auditors and moderators agree more often {at_same_mix}, by more than chance makes"
        )
    if found.high < 0:
        return AgreementChangeVerdict.FELL, (
            f"auditors and moderators agree less often {at_same_mix}, by more than chance makes"
        )
    return AgreementChangeVerdict.NO_EVIDENCE, "a change in agreement cannot be told from chance"
