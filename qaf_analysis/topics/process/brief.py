"""What a committee is told of changes to the audit process."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import coefficient, points, value, with_interval
from qaf_analysis.kit.parts import Column, Table, listed, word_columns
from qaf_analysis.terms.verdicts import (
    AgreementChangeVerdict,
    ProcessAnswer,
    SpreadVerdict,
)
from qaf_analysis.topics.common.brief import Brief, Told, sentences, short_limits
from qaf_analysis.topics.process.analysis.answer import AgreementFound
from qaf_analysis.topics.process.analysis.periods import ProcessPeriods
from qaf_analysis.topics.process.analysis.spread import Consistency, ProcessFinding
from qaf_analysis.topics.process.tables import spread_table
from qaf_analysis.topics.process.words import (
    LIMITS,
    consistency_card,
    named,
    say_consistency,
    together,
)


def process_brief(result: Consistency) -> Brief:
    """Return what a committee is told: the worst that was found, and every change in a table."""
    return Brief(
        claim=process_claim(result),
        paragraphs=tuple(_paragraphs(result)),
        shown=tuple(_shown(result)),
        limits=short_limits(LIMITS),
        source=result.scope.source_line,
    )


def process_in_short(result: Consistency) -> str:
    """Two sentences for the first page: the worst that was found stands first."""
    return " ".join(sentences(consistency_card(result))[:2])


def process_claim(result: Consistency) -> str:
    """The answer of the first page as a claim."""
    if not result.changes:
        return say_consistency(result).claim
    return {
        ProcessAnswer.LESS_AND_FELL: "Auditing became less consistent, and agreement with "
        "moderators fell",
        ProcessAnswer.LESS: "Auditing became less consistent",
        ProcessAnswer.FELL: "Agreement with moderators fell after a change to how audits are done",
        ProcessAnswer.TOO_LITTLE: "Too little data to say whether auditing became more consistent",
        ProcessAnswer.NO_EVIDENCE: "There is no evidence that auditing became more consistent",
        ProcessAnswer.MORE: "Auditing became more consistent",
        ProcessAnswer.IMPROVED: "Agreement with moderators improved; strictness is no clearer",
    }[result.answer]


def _paragraphs(result: Consistency) -> Iterator[Told]:
    if not result.changes:
        yield Told(what=say_consistency(result).paragraphs[0])
        return
    told = consistency_card(result)
    yield Told(what=told)
    for one in result.changes:
        words = _not_alone(one.periods, told)
        if words:
            yield Told(what=words, keep=5)


def _not_alone(periods: ProcessPeriods, told: str) -> str:
    """What else began then or lies within the quarters compared, unless it is told already."""
    said = []
    if periods.inseparable:
        said.append(f"{listed(periods.labels)} began in the same quarter and cannot be told apart.")
    if periods.also_within:
        also = listed(periods.also_within)
        said.append(f"The quarters compared around {listed(periods.labels)} also hold {also}.")
    return "" if together(periods) and together(periods) in told else " ".join(said)


def _shown(result: Consistency) -> Iterator[Told]:
    if result.changes:
        yield Told(what=_table(result), keep=7)
        yield Told(what=spread_table(result), keep=2, is_filler=True)


def _table(result: Consistency) -> Table:
    agreement = {one.periods.quarter: one for one in result.agreement}
    return Table(
        caption="Every change to how audits are done",
        columns=(
            *word_columns("Change", "Auditors’ strictness since"),
            Column(heading="Spread before, after", unit="grades"),
            *word_columns("Agreement with moderators since"),
            Column(heading="Change", unit="points"),
        ),
        rows=tuple(_row(one, agreement.get(one.periods.quarter)) for one in result.changes),
        note="Spread: how far auditors differ in usual strictness; 0 where all are alike. "
        "Intervals in brackets.",
        source=result.scope.source_line,
        place="section",
    )


def _row(one: ProcessFinding, found: AgreementFound | None) -> tuple[str, ...]:
    judged = one.change.verdict != SpreadVerdict.TOO_LITTLE
    spread = (
        f"{value(one.before.sd, coefficient)}, {value(one.after.sd, coefficient)}" if judged else ""
    )
    start = (named(one.periods), str(one.change.verdict), spread)
    if found is None:
        return (*start, "not compared", "")
    told = found.verdict != AgreementChangeVerdict.TOO_LITTLE
    return (*start, str(found.verdict), with_interval(found.difference, points) if told else "")
