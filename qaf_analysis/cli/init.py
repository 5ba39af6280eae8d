"""``qaf init``: look at a folder of exports and propose its settings; write them if you agree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qaf_analysis.cli import faults
from qaf_analysis.cli.console import tell
from qaf_analysis.cli.folders import data_folder
from qaf_analysis.terms.errors import UsageError

if TYPE_CHECKING:
    from qaf_analysis.data.proposal.asking import Question
    from qaf_analysis.data.proposal.look import Look
    from qaf_analysis.data.proposal.preview import Preview
    from qaf_analysis.data.proposal.propose import Proposal


def init(
    folder: Annotated[
        Path, typer.Argument(help="Folder that holds your exports.", show_default=False)
    ],
    council: Annotated[
        str, typer.Option(help="Name of the council, as reports print it.", show_default=False)
    ] = "",
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Answer to a question, as KEY=ANSWER; may be given again."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take the proposed answers and write the settings.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the proposal as JSON; ask nothing.")
    ] = False,
) -> None:
    """Look at your exports and propose their settings (council.toml), with a reason for each."""
    data_folder(folder)
    from qaf_analysis.data.proposal.look import look_at
    from qaf_analysis.data.proposal.propose import propose
    from qaf_analysis.data.proposal.write import refuse_unanswered, target_for

    answers = _answers(answer or [], council=council)
    if yes:
        target_for(folder)  # said before anything is read
    look = look_at(folder)
    proposal = propose(look, answers=answers)
    if yes:
        refuse_unanswered(proposal)
    elif not as_json:
        for line in found_lines(proposal):
            tell(line)
        proposal = _asked(look, proposal, answers=answers)
    _end(proposal, answers=answers, yes=yes, as_json=as_json)


def _end(proposal: Proposal, *, answers: dict[str, str], yes: bool, as_json: bool) -> None:
    """Show what would be loaded, write the settings if that is agreed, and say what was done."""
    from qaf_analysis.data.proposal.compose import UNNAMED
    from qaf_analysis.data.proposal.preview import preview
    from qaf_analysis.data.proposal.write import (
        as_document,
        refuse_much_set_aside,
        target_for,
        write_settings,
    )

    folder = proposal.look.folder
    would_load = preview(proposal, as_of=date.today())
    if yes:
        refuse_much_set_aside(would_load, answers)
    agreed = yes and not would_load.refused
    if not as_json:
        _show(proposal, would_load, with_settings=not yes)
    if not (yes or as_json):
        name = target_for(folder).name
        sound = not (would_load.refused or would_load.sets_many_aside)
        if would_load.sets_many_aside:
            tell("So many rows would be set aside that something may be misunderstood.")
        agreed = typer.confirm(f"Write these settings to {name}?", default=sound)
    written = write_settings(proposal) if agreed else None
    if as_json:
        document = as_document(proposal, would_load, written=written)
        tell(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        tell(_ending(folder, written))
        if written is not None and proposal.settings.council == UNNAMED:
            tell(f"No file names the council: write its name into {written.name} first.")
    if would_load.refused and not agreed and (yes or as_json):
        raise typer.Exit(faults.REJECTED)


def _answers(given: Sequence[str], *, council: str) -> dict[str, str]:
    answers = {"council": council} if council.strip() else {}
    for text in given:
        key, equals, answer = text.partition("=")
        if not equals or not key.strip() or not answer.strip():
            raise UsageError(
                f"--answer {text}: write it as KEY=ANSWER, such as siblings=one_audit."
            )
        answers[key.strip()] = answer.strip()
    return answers


def _asked(look: Look, proposal: Proposal, *, answers: dict[str, str]) -> Proposal:
    """Put every question, those that an answer brings up too, and propose again."""
    from qaf_analysis.data.proposal.propose import propose

    asked = set(answers)
    while left := [question for question in proposal.questions if question.key not in asked]:
        if len(left) and not asked - set(answers):
            tell()
            tell("What the files cannot tell (press Enter for the answer proposed):")
        for question in left:
            answers[question.key] = _put(question)
            asked.add(question.key)
        proposal = propose(look, answers=answers)
    return proposal


def _put(question: Question) -> str:
    """Put one question until it has an answer that is allowed."""
    tell()
    tell(question.asks)
    if question.names:
        tell(f"  Names: {' / '.join(question.names)}")
    tell(f"  {question.consequence}")
    choices = f" ({', '.join(question.options)})" if question.options else ""
    while True:
        answer: str = typer.prompt(f"Answer{choices}", default=question.proposed or None)
        if not question.options or answer.strip() in question.options:
            return answer.strip()
        tell(f"Please answer with one of: {', '.join(question.options)}.")


def found_lines(proposal: Proposal) -> Iterator[str]:
    """What was recognised, as lines to read."""
    for number, file in enumerate(proposal.settings.files, start=1):
        yield f"{file.path}: {file.kind}, {_SHAPES[file.shape]}"
        for choice in proposal.choices:
            if choice.table == f"files {number} columns":
                value = choice.value if isinstance(choice.value, str | int) else list(choice.value)
                shown = value if isinstance(value, str | int) else " and ".join(value)
                mark = {"likely": " (likely)", "unsure": " (please check)"}
                yield f"  {choice.key}: {shown}{mark.get(choice.confidence, '')}"
        yield from _grader_lines(file)
    for note in proposal.notes:
        yield f"Note: {note}"


_SHAPES = {
    "long": "a row for each grade",
    "wide": "a row for each audit",
    "answers": "a row for each answer to a question",
}


def _grader_lines(file: object) -> Iterator[str]:
    from qaf_analysis.terms.settings import FileSettings

    if not isinstance(file, FileSettings):
        return
    if file.domains:
        yield f"  grades: {', '.join(file.domains)}"
    for who, grader in (("second auditor", file.second_auditor), ("moderator", file.moderator)):
        if grader is not None:
            yield f"  {who}: {grader.rater}; grades: {', '.join(grader.domains)}"


def preview_lines(would_load: Preview) -> Iterator[str]:
    """What would be loaded: a table of the files, the sentence, and why rows would not be."""
    rows = [["file", "rows", "loaded", "set aside", "no record"]]
    for file in would_load.files:
        counts = (file.rows_in, file.loaded, file.quarantined, file.not_data)
        rows.append([file.name, *map(str, counts)])
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([row[0].ljust(widths[0]), *cells])
    yield ""
    yield would_load.sentence
    for finding in would_load.reasons:
        number = would_load.reason_rows[finding.code]
        head = "" if would_load.refused else f"{number} set aside: "
        yield f"  {head}{finding.message}"


def left_out_lines(proposal: Proposal) -> Iterator[str]:
    """Columns that nothing is read from, with what they seem to hold and what to write."""
    if proposal.left_out:
        yield ""
        yield "Columns left out, and what they seem to hold:"
    for column in proposal.left_out:
        yield f"  {column.line}"


def _show(proposal: Proposal, would_load: Preview, *, with_settings: bool) -> None:
    tell()
    if with_settings:
        tell(proposal.text)
    else:
        for line in found_lines(proposal):
            tell(line)
        for question in proposal.questions:
            tell(f"Answered as proposed: {question.asks} {question.proposed}.")
        tell()
    for line in preview_lines(would_load):
        tell(line)
    for line in left_out_lines(proposal):
        tell(line)
    tell()


def _ending(folder: Path, written: Path | None) -> str:
    if written is None:
        return "Nothing was written."
    return f"Written: {written}. Next: qaf check --data “{folder}”"
