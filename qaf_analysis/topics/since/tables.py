"""The tables about the last report: steps and what became of them, verdicts, past shares."""

from __future__ import annotations

from datetime import date

from qaf_analysis.kit.parts import Table, word_columns
from qaf_analysis.topics.since.analysis import (
    AgreedOutcome,
    ChangedVerdict,
    RevisedFigure,
    SinceLast,
    StepOutcome,
)
from qaf_analysis.topics.since.words import (
    day_words,
    question_words,
    share_words,
    step_state,
    step_words,
    why_figure,
    why_verdict,
)

NO_OWNER = "No owner named"
NOTHING_RECORDED = "Nothing recorded."


def since_tables(result: SinceLast) -> tuple[Table, ...]:
    """Those tables that have rows; ``words.nothing_words`` says what stands for the others."""
    tables = (agreed_table(result), verdicts_table(result), figures_table(result))
    return tuple(table for table in tables if table.rows)


def agreed_table(result: SinceLast) -> Table:
    """What was agreed as the council declares it, then what else was recommended."""
    return Table(
        caption="What was agreed or recommended, and what became of it",
        columns=word_columns("Agreed", "Owner", "State", "What became of it"),
        rows=(
            *(_agreed_row(one) for one in result.agreed),
            *(_step_row(step) for step in result.steps),
        ),
        note="Owner, state and outcome of what was agreed are printed as council.toml has them.",
        source=_source(result),
        place="section",
    )


def _agreed_row(one: AgreedOutcome) -> tuple[str, ...]:
    day = day_words(date.fromisoformat(one.by))
    words = [_sentence(one.outcome) or NOTHING_RECORDED]
    if one.step is not None:
        words.append(step_words(one.step))
    return (
        f"{one.action} ({one.meeting})" if one.meeting else one.action,
        f"{one.owner or NO_OWNER}, by {day}",
        f"{one.state}, overdue" if one.is_overdue else one.state,
        " ".join(words),
    )


def _step_row(step: StepOutcome) -> tuple[str, ...]:
    return (
        f"Recommended: {step.action}",
        f"{NO_OWNER}, by {day_words(step.by.last_day)}",
        step_state(step),
        step_words(step),
    )


def _sentence(text: str) -> str:
    """Text as it was given, with a full stop where it has no end of its own."""
    return f"{text}." if text and text[-1] not in ".!?" else text


def verdicts_table(result: SinceLast) -> Table:
    """Verdicts that are others than in the last report."""
    return Table(
        caption="Verdicts that changed since the last report",
        columns=word_columns("Question", "Last report", "Now", "Why"),
        rows=tuple(_verdict_row(each, result.positive) for each in result.verdicts),
        source=_source(result),
        place="section",
    )


def _verdict_row(each: ChangedVerdict, positive: str) -> tuple[str, ...]:
    return (
        question_words(each, positive),
        each.then or "not in that report",
        each.now or "not in this report",
        why_verdict(each.differing),
    )


def figures_table(result: SinceLast) -> Table:
    """Shares of past periods that are printed otherwise than in the last report."""
    return Table(
        caption="Shares of past periods that were revised since the last report",
        columns=word_columns("Figure", "Last report", "Now", "Why"),
        rows=tuple(_figure_row(each, result) for each in result.figures),
        note="Compared are the shares by quarter and by year. What prints alike is no revision.",
        source=_source(result),
        place="section",
    )


def _figure_row(each: RevisedFigure, result: SinceLast) -> tuple[str, ...]:
    figure = f"Graded {result.positive}, {each.period}"
    return (
        f"{each.headline}: {figure}" if each.headline else figure,
        share_words(each.then, each.n_then, result.unit),
        share_words(each.now, each.n_now, result.unit),
        why_figure(each, result.unit),
    )


def _source(result: SinceLast) -> str:
    if result.last is None:
        return "No earlier report was compared."
    then, now = result.set_aside
    return (
        f"Compared with the report on {result.last}, run {result.run_id}. "
        f"Rows set aside: {then:,} then, {now:,} now."
    )
