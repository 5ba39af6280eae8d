"""The next round of moderation in words."""

from __future__ import annotations

from qaf_analysis.kit.numbers import counted, percent, whole
from qaf_analysis.kit.parts import Statement, as_sentence
from qaf_analysis.topics.moderation.next_sample import ROUNDS, NextSample


def say_next_sample(result: NextSample) -> Statement:
    """Say how many audits a year to have moderated, and how many can be drawn now."""
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(
            words for words in (_need(result), _open(result), _basis(result)) if words
        ),
        limits="How many audits can be paid for, and which questions matter: those are for the "
        "council to say. A plan expects moderators to grade as they did before.",
        source=result.scope.source_line,
    )


def _claim(result: NextSample) -> str:
    need = result.by_grades
    if need is None or not need.moderated:
        return "How many audits to have moderated cannot be planned"
    return f"{whole(need.moderated)} moderated audits a year would tell {need_words(result)}"


def need_words(result: NextSample) -> str:
    """What the planned number tells; drawn by auditors' grades, as ``qaf sample`` draws."""
    return result.answers[0].question if result.answers else ""


def _need(result: NextSample) -> str:
    need = result.by_grades
    if need is None:
        return as_sentence(f"nothing is planned, because {result.why_not}")
    if not need.moderated:
        return as_sentence(f"no number of audits would do, because {need.why_not}")
    return (
        f"Drawn by auditors' grades, {counted(need.moderated, 'moderated audit')} of "
        f"{whole(result.scope.used)} ({percent(need.share)}) would tell {need_words(result)}. In "
        f"{ROUNDS} rounds a year, that is {whole(-(-need.moderated // ROUNDS))} a round."
    )


def _open(result: NextSample) -> str:
    return (
        f"Of {result.scope.quarter}, {counted(result.open_audits, 'audit is', 'audits are')} open "
        "to be drawn: routine, graded and not moderated yet."
    )


def _basis(result: NextSample) -> str:
    if not result.answers:
        return ""
    told = [*result.rests_on[:1], *result.warnings]
    return " ".join((*told, "Plans rest on audits drawn by chance, without those picked by risk."))
