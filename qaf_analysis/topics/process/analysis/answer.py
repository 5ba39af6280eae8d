"""What the first page answers of changes to the audit process: the worst of what was found.

How alike auditors are in strictness, and how often they agree with moderators, are two findings on
each change. A fall in either must not hide behind the other, nor behind a later change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.verdicts import AgreementChangeVerdict, ProcessAnswer, SpreadVerdict
from qaf_analysis.topics.process.analysis.agreement import ProcessAgreement
from qaf_analysis.topics.process.analysis.periods import ProcessPeriods

UNCLAIMED = {
    SpreadVerdict.NO_EVIDENCE: ProcessAnswer.NO_EVIDENCE,
    SpreadVerdict.TOO_LITTLE: ProcessAnswer.TOO_LITTLE,
}


@dataclass(frozen=True, kw_only=True)
class AgreementFound:
    """Agreement with moderators around one change, in short.

    Parameters
    ----------
    periods : ProcessPeriods
    verdict : AgreementChangeVerdict
    difference : Estimate
        Share of identical grades, after less before, at one mix of moderators' grades.
    pairs_before, pairs_after : int
        Moderated audits.
    """

    periods: ProcessPeriods
    verdict: AgreementChangeVerdict
    difference: Estimate
    pairs_before: int
    pairs_after: int


def found_of(result: ProcessAgreement) -> tuple[AgreementFound, ...]:
    """Return what was found of agreement, change by change."""
    return tuple(
        AgreementFound(
            periods=one.periods,
            verdict=one.change.verdict,
            difference=one.change.exact.difference,
            pairs_before=one.change.pairs_before,
            pairs_after=one.change.pairs_after,
        )
        for one in result.changes
    )


def process_answer(
    headline: SpreadVerdict,
    *,
    spreads: Collection[SpreadVerdict],
    agreements: Collection[AgreementChangeVerdict],
) -> ProcessAnswer:
    """Return the worst of what was found.

    Parameters
    ----------
    headline : SpreadVerdict
        On the latest change whose spread can be judged.
    spreads, agreements : collection of verdicts
        On every change.

    Examples
    --------
    >>> no, fell = SpreadVerdict.NO_EVIDENCE, AgreementChangeVerdict.FELL
    >>> process_answer(no, spreads=[no], agreements=[fell]).value
    'agreement with moderators fell'
    """
    less = SpreadVerdict.LESS in (headline, *spreads)
    fell = AgreementChangeVerdict.FELL in agreements
    if less:
        return ProcessAnswer.LESS_AND_FELL if fell else ProcessAnswer.LESS
    if fell:
        return ProcessAnswer.FELL
    if headline == SpreadVerdict.MORE:
        return ProcessAnswer.MORE
    if AgreementChangeVerdict.IMPROVED in agreements:
        return ProcessAnswer.IMPROVED
    return UNCLAIMED[headline]
