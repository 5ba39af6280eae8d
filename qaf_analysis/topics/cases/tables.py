"""The tables of cases to discuss: those to begin with, all of them, and where readers part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qaf_analysis.kit.numbers import TOO_FEW, percent, whole
from qaf_analysis.kit.parts import Column, Table, in_section, number_columns, word_columns
from qaf_analysis.terms.names import ROUTINE_AUDITS
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.topics.cases.analysis import Answer, Case, CaseRule, CasesToDiscuss
from qaf_analysis.topics.cases.words import (
    ALL_CASES,
    EVERY_CASE,
    MOST,
    boundary_words,
    domains_words,
    grades_words,
    is_enough,
    moderated,
    moderation_words,
    rule_words,
)


def cases_to_discuss_tables(result: CasesToDiscuss) -> tuple[Table, ...]:
    """The cases to begin with, where readers part, and every case."""
    tables = [in_section(where_readers_part(result))]
    if result.cases:
        tables.insert(0, in_section(first_cases(result)))
    if len(result.cases) > MOST:
        tables.append(_cases(EVERY_CASE, result.cases, result))
    if result.multi_agency:
        tables.append(
            _cases("Multi-agency audits that two people graded apart", result.multi_agency, result)
        )
    return tuple(tables)


def first_cases(result: CasesToDiscuss, *, most: int = MOST) -> Table:
    """The cases to begin with, newest quarter first, then the largest difference.

    Parameters
    ----------
    result : CasesToDiscuss
        With at least one case.
    most : int
        How many are shown.
    """
    table = _cases("Cases to discuss", result.cases[:most], result)
    hidden = len(result.cases) - most
    if hidden <= 0:
        return table
    more = f"{most} of {whole(len(result.cases))}; all of them stand in {ALL_CASES}."
    return replace(table, note=f"{more} {table.note}")


def _cases(caption: str, cases: Sequence[Case], result: CasesToDiscuss) -> Table:
    return Table(
        caption=caption,
        columns=(
            *word_columns("Audit", "Quarter", "Team, case type", "Who gave which grade"),
            *word_columns("Grades apart"),
            Column(heading="Domains furthest apart", unit="grades", align="left"),
            *word_columns("Moderator's reason"),
        ),
        rows=tuple(_row(case, result) for case in cases),
        note=f"The line: the lowest grade that counts as {result.scale.positive}. Audit: the first "
        "letters of its code; qaf cases --data FOLDER --out NEWFOLDER lists them with your own "
        "identifiers. Last column: whether a reason is recorded, and what the auditor answered.",
        source=result.scope.source_line,
    )


def _row(case: Case, result: CasesToDiscuss) -> tuple[str, ...]:
    kind = "" if case.kind in ROUTINE_AUDITS else case.kind.replace("_", "-")
    of = [one for one in (case.team, case.case_type, kind) if one]
    return (
        case.audit,
        str(case.quarter),
        ", ".join(of) or "not recorded",
        grades_words(case, result),
        rule_words(case),
        domains_words(case),
        moderation_words(case),
    )


def where_readers_part(result: CasesToDiscuss) -> Table:
    """Audits read by two people or more: alike, parted at which boundary, and chosen by which rule.

    Parameters
    ----------
    result : CasesToDiscuss
    """
    chosen, told = result.cases, moderated(result.cases)
    rows: list[tuple[str, str, str]] = [
        ("Read by two people or more", whole(result.scope.used), ""),
        ("The same grade from all readers", whole(result.alike), ""),
        ("Different grades", whole(result.differ), ""),
        *(
            (f"… {boundary_words(one, result)}", whole(one.audits), _share(one.audits, result))
            for one in result.parted
        ),
        ("Cases to discuss", whole(len(chosen)), _share(len(chosen), result)),
        *(
            (f"… {words.format(far=result.far_words)}", whole(n), _share(n, result))
            for rule, words in _RULES.items()
            if (n := sum(case.rule is rule for case in chosen))
        ),
    ]
    if told:
        answered = [case for case in told if case.answer is not Answer.NOT_RECORDED]
        disputed = sum(case.answer is Answer.DISPUTED for case in told)
        rows += [
            ("… in which a moderator graded otherwise than the auditor", whole(len(told)), ""),
            ("… … with a reason recorded", whole(sum(case.reasons > 0 for case in told)), ""),
            ("… … with an answer of the auditor", whole(len(answered)), ""),
            ("… … disputed by the auditor", whole(disputed), ""),
        ]
    if result.multi_agency_read:
        rows += [
            ("Multi-agency audits read by two, told apart", whole(result.multi_agency_read), ""),
            ("… chosen by the same rule", whole(len(result.multi_agency)), ""),
        ]
    number = len(result.areas)
    compared = f" Compared on {number} areas: {', '.join(result.areas)}." if number > 1 else ""
    return Table(
        caption="Where the grades of an audit's readers part",
        columns=(
            *word_columns("Audits"),
            *number_columns("Number"),
            *number_columns("Of those with different grades"),
        ),
        rows=tuple(rows),
        note=f"Each audit counts once, however many people read it.{compared}",
        source=result.scope.source_line,
    )


_RULES = {
    CaseRule.BOTH: "{far} apart, and across the line",
    CaseRule.FAR: "{far} apart, on one side of the line",
    CaseRule.ACROSS: "only across the line",
}


def _share(audits: int, result: CasesToDiscuss) -> str:
    if not result.differ:
        return ""
    return percent(audits / result.differ) if is_enough(result) else beginning_sentence(TOO_FEW)
