"""What a committee is told of agreement among auditors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qaf_analysis.kit.numbers import coefficient, counted, in_hundred, with_interval
from qaf_analysis.kit.parts import as_sentence
from qaf_analysis.kit.picture import for_both_if_any
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementVerdict
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.agreement.pictures import pairs_picture
from qaf_analysis.topics.agreement.words import (
    LIMITS,
    agreement_card,
    for_whom,
    of_hundred_pairs,
    say_agreement,
    were,
)
from qaf_analysis.topics.common.brief import Brief, Told, sentences


def agreement_brief(result: Agreement, moderated: Sequence[Sequence[int]] = ()) -> Brief:
    """Return what a committee is told of agreement: how often, and how sure.

    Parameters
    ----------
    result : Agreement
    moderated : sequence of sequence of int
        Audits by the auditor's and the moderator's grade, to be shown beside it.
    """
    bars = for_both_if_any(lambda size: pairs_picture(result, moderated, size=size))
    return Brief(
        claim=agreement_claim(result),
        paragraphs=tuple(_paragraphs(result)),
        shown=() if bars is None else (Told(what=bars, keep=7),),
        limits=sentences(LIMITS)[0],
        source=result.scope.source_line,
    )


def agreement_in_short(result: Agreement) -> str:
    """One sentence for the first page."""
    return sentences(agreement_card(result))[0]


def agreement_claim(result: Agreement) -> str:
    """The verdict as a claim.

    The first page has the verdict's own words; a heading names who agrees.
    """
    return {
        AgreementVerdict.WELL: "auditors agree well",
        AgreementVerdict.IN_PART: "auditors agree in part",
        AgreementVerdict.POORLY: "auditors agree poorly",
        AgreementVerdict.TOO_FEW: "too little was read twice to say whether auditors agree",
        AgreementVerdict.NOT_MEASURABLE: "whether auditors agree could not be measured",
    }[result.verdict]


def _paragraphs(result: Agreement) -> Iterator[Told]:
    if not result.ac2.is_estimable:
        yield Told(what=say_agreement(result).paragraphs[0])
        return
    same, apart, _ = of_hundred_pairs(result)
    yield Told(
        what=f"Of 100 pairs of auditors’ grades on the same audit, {were(same, result.identical)} "
        f"the same and {in_hundred(apart, result.one_apart)} one grade apart "
        f"({counted(result.audits, 'audit')})."
    )
    yield Told(
        what=f"Allowing for chance, agreement is {with_interval(result.ac2, coefficient)}, "
        f"{for_whom(result)}: 0 is no better than chance, 1 is always the same grade (AC2). "
        f"{_reason(result)}"
    )


def _reason(result: Agreement) -> str:
    """The rule that was met; of the best verdict without the second measure that it asks for."""
    if result.verdict == AgreementVerdict.WELL:
        return f"All of this range lies at or above {AGREEMENT_RULE.well_from:.2f}."
    return as_sentence(result.reason)
