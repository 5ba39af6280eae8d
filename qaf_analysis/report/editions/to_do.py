"""What a quality lead is to do first: what verdicts call for, what is overdue, what is to mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qaf_analysis.kit.numbers import counted, spelled, whole
from qaf_analysis.kit.parts import Table, listed, word_columns
from qaf_analysis.report.editions.shorten import PAGEFUL, worst_rows
from qaf_analysis.report.quarterly import steps_of
from qaf_analysis.terms.agreed import ENDED
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import SelectionRefusal
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers
from qaf_analysis.topics.cases.analysis import CasesToDiscuss
from qaf_analysis.topics.common.reported import StepKind
from qaf_analysis.topics.impact.analysis.actions import Actions
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.tables import checks_table, findings_table
from qaf_analysis.topics.registry import Results
from qaf_analysis.topics.since.analysis import SinceLast
from qaf_analysis.topics.since.words import day_words

NO_OWNER = "to be named"
MOST_AGREED = 5
"""Things agreed earlier that the first page lists."""


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """One thing to do, why, by when, and the section of this edition that says more."""

    what: str
    why: str
    by: str
    section: str
    owner: str = NO_OWNER


# The section that says more of a step; of all others that of the moderators.
_SECTION_OF: dict[StepKind | None, str] = {
    StepKind.READ_AGAIN: "cases",
    StepKind.RE_AUDIT: "cases",
    StepKind.CALIBRATE: "cases",
    StepKind.SAME_AUDITS: "sittings",
    StepKind.SECOND_READINGS: "sittings",
    StepKind.ONE_AT_A_TIME: "sittings",
    StepKind.HAVE_MODERATION: "next-sample",
    StepKind.MODERATE_MORE: "next-sample",
    StepKind.MEND_EXPORT: "to-do",
    StepKind.KEEP_GRADING: "domains",
    StepKind.GRADE_MORE: "domains",
}


def to_do(results: Results, *, draw: int) -> tuple[ToDo, ...]:
    """Everything there is to do before the next report, the most pressing first.

    Parameters
    ----------
    results : Results
    draw : int
        Audits to draw for the next round of moderation; 0 where that cannot be said.
    """
    soon = _day(results[Programme].scope.quarter.next())
    return (
        *_agreed(results[SinceLast]),
        *(
            ToDo(
                what=step.action.rstrip("."),
                why=step.because,
                by=step.due,
                section=_SECTION_OF.get(step.kind, "moderators"),
            )
            for step in steps_of(results)
        ),
        *_overdue(results[Actions], soon),
        *_to_mend(results[Intake], soon),
        *_to_discuss(results[CasesToDiscuss], soon),
        *_to_draw(draw, soon),
    )


def _day(quarter: Quarter) -> str:
    return f"{quarter.last_day.day} {quarter.last_day:%B %Y}"


def _agreed(since: SinceLast) -> Iterator[ToDo]:
    """What was agreed and is not ended, overdue ones first; the section holds all of them."""
    left = [one for one in since.agreed if one.state not in ENDED]
    left.sort(key=lambda one: (not one.is_overdue, one.by))
    for one in left[:MOST_AGREED]:
        where = f" at {one.meeting}" if one.meeting else ""
        yield ToDo(
            what=one.action.rstrip("."),
            why=f"Agreed{where}; {one.state}{', overdue' if one.is_overdue else ''}.",
            by=day_words(date.fromisoformat(one.by)),
            section="to-do",
            owner=one.owner or NO_OWNER,
        )


def _overdue(actions: Actions, by: str) -> Iterator[ToDo]:
    every = actions.overall
    if actions.why_not or not every.overdue:
        return
    worst = max(actions.by_theme, key=lambda one: one.overdue)
    yield ToDo(
        what=f"Close {counted(every.overdue, 'overdue action')}, or agree another day",
        why=f"Of {whole(every.due)} whose day had come, {whole(every.overdue)} "
        f"{'is' if every.overdue == 1 else 'are'} still open; most, {whole(worst.overdue)}, for "
        f"{worst.label}.",
        by=by,
        section="actions",
    )


def _to_mend(intake: Intake, by: str) -> Iterator[ToDo]:
    if intake.quarantined:
        yield ToDo(
            what=f"Mend {counted(intake.quarantined, 'row')} that could not be used",
            why=f"Of {counted(intake.rows_in - intake.not_data, 'row')}, these are in no figure.",
            by=by,
            section="to-do",
        )
    failed = [check.name for check in intake.checks if check.state == "failed"]
    if failed:
        yield ToDo(
            what=f"Look into {counted(len(failed), 'check')} that failed",
            why=f"{listed(failed)}.",
            by=by,
            section="to-do",
        )


def _to_discuss(cases: CasesToDiscuss, by: str) -> Iterator[ToDo]:
    if cases.cases:
        yield ToDo(
            what=f"Talk over {counted(len(cases.cases), 'case')} that two people graded apart",
            why=f"Of {counted(cases.scope.used, 'audit')} that two people read, these show best "
            "where the standard is unclear.",
            by=by,
            section="cases",
        )


def _to_draw(draw: int, by: str) -> Iterator[ToDo]:
    if draw:
        yield ToDo(
            what=f"Draw {counted(draw, 'audit')} for the next round of moderation",
            why="So many keep the year's moderation on course.",
            by=by,
            section="next-sample",
        )


def to_do_table(every: Sequence[ToDo], *, numbers: Mapping[str, int]) -> Table:
    """The list as a table.

    Parameters
    ----------
    every : sequence of ToDo
    numbers : mapping of str to int
        Number of each section by its id.
    """
    return Table(
        caption="To do before the next report",
        columns=word_columns("What", "Why", "Owner", "By", "Section"),
        rows=tuple(
            (one.what, one.why, one.owner, one.by, f"{numbers[one.section]}") for one in every
        ),
        place="section",
    )


def in_short(every: Sequence[ToDo]) -> str:
    """The list in a sentence for the head of the first page."""
    if not every:
        return "Nothing is to be done: no verdict, action, row or check calls for it."
    number = spelled(len(every))
    things = "thing is" if len(every) == 1 else "things are"
    return (
        f"{number.capitalize()} {things} to be done before the next report. First: {every[0].what}."
    )


# ---- what is to be mended, and to be declared --------------------------------------------

_MEND = ("reject", "quarantine")


def mend_tables(intake: Intake) -> tuple[Table, ...]:
    """Rows that could not be used, most rows first, and the checks that failed or did not run."""
    tables: list[Table] = []
    lost = tuple(one for one in intake.findings if one.outcome in _MEND)
    if lost:
        table = findings_table(replace(intake, findings=lost))
        note = f"{table.note} A row with two faults stands in two of these lines."
        table = replace(table, caption="Rows to mend", note=note, place="section")
        tables.append(worst_rows(table, badness=[float(one.rows) for one in lost]))
    amiss = tuple(check for check in intake.checks if check.state != "passed")
    if amiss:
        table = checks_table(replace(intake, checks=amiss))
        caption = "Checks that failed or could not run"
        failed = [float(check.state == "failed") for check in amiss]
        tables.append(
            worst_rows(
                replace(table, caption=caption, place="section"), badness=failed, most=PAGEFUL
            )
        )
    return tuple(tables)


def hints(results: Results) -> tuple[str, ...]:
    """What the council could record or declare, and what a report would then tell."""
    return tuple(f"{what}, and the report tells {gain}." for what, gain in _hints(results))


def _hints(results: Results) -> Iterator[tuple[str, str]]:
    programme, actions = results[Programme], results[Actions]
    if not programme.open_cases:
        yield "Declare open_cases under [council]", "how large a share of cases is audited"
    if not programme.family_feedback.is_estimable:
        yield "Export the column family_feedback", "how often the family was heard"
    if not programme.collaborative.is_estimable:
        yield "Export the column collaborative", "how often the worker took part"
    if results.has(Optimism) and results[Optimism].refusal is SelectionRefusal.NOT_RECORDED:
        yield (
            "Export the column selected_by with moderations",
            "what moderators would have found in all audits",
        )
    if "sitting" not in {group.kind for group in results[AgreementDrivers].groups}:
        yield (
            "Export the column co_located for audits that two people grade",
            "whether auditors agree more where they sit together",
        )
    if actions.why_not:
        yield "Declare an export of actions under [[files]]", "what is overdue and what verified"
    if not results[Themes].themes:
        yield "Declare each themed audit under [[themes]]", "whether practice changed after it"
    if not results[Consistency].changes:
        yield (
            "Declare changes such as training under [[process_changes]]",
            "whether auditing became more consistent",
        )
    if {one.label for one in programme.by_case_type} <= {"not recorded"}:
        yield "Export the column case_type", "grades by kind of case"
