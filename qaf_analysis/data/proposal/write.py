"""Proposed settings on disk, and as a document for scripts; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.data.proposal.asking import SET_ASIDE
from qaf_analysis.data.proposal.preview import Preview
from qaf_analysis.data.proposal.propose import Proposal
from qaf_analysis.terms.errors import UsageError

PROPOSED_FILE = "council.proposed.toml"
ACCEPT = "accept"


def target_for(folder: Path) -> Path:
    """File that proposed settings go to: beside settings that are there, never over them.

    Raises
    ------
    UsageError
        If an earlier proposal is there too.
    """
    if not _is_there(folder / SETTINGS_FILE):
        return folder / SETTINGS_FILE
    target = folder / PROPOSED_FILE
    if _is_there(target):
        raise UsageError(
            f"{SETTINGS_FILE} and {PROPOSED_FILE} are both there, and nothing is overwritten. "
            f"Compare the two, and delete {PROPOSED_FILE} or give it another name."
        )
    return target


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def write_settings(proposal: Proposal) -> Path:
    """Write proposed settings into the folder and return the file.

    Raises
    ------
    UsageError
        If a question is unanswered, or there is no free name to write to.
    """
    refuse_unanswered(proposal)
    target = target_for(proposal.look.folder)
    with target.open("x", encoding="utf-8", newline="\n") as file:
        file.write(proposal.text)
    return target


def refuse_unanswered(proposal: Proposal) -> None:
    """Refuse a proposal with a question that only somebody who knows the files can answer.

    Raises
    ------
    UsageError
        Naming the questions and how to answer them.
    """
    if proposal.unanswered:
        lines = [question.how_to_answer for question in proposal.unanswered]
        raise UsageError("Nothing was written: this cannot be proposed. " + " ".join(lines))


def refuse_much_set_aside(would_load: Preview, answers: Mapping[str, str]) -> None:
    """Refuse a proposal that would set many rows aside, unless somebody accepts that.

    Raises
    ------
    UsageError
        With the reasons for the commonest of them, and how to accept it.
    """
    answer = answers.get(SET_ASIDE, "")
    if answer not in ("", ACCEPT):
        raise UsageError(f"{SET_ASIDE}: the answer should be {ACCEPT}.")
    if not would_load.sets_many_aside or answer == ACCEPT:
        return
    rows = sum(file.rows_in for file in would_load.files)
    reasons = "; ".join(
        f"{finding.file}, column {finding.column or 'not named'}: {finding.code} "
        f"({counted(would_load.reason_rows[finding.code], 'row')})"
        for finding in would_load.reasons[:4]
    )
    raise UsageError(
        f"Nothing was written: {would_load.set_aside:,} of {counted(rows, 'row')} would be set "
        f"aside, so something may be misunderstood. {reasons}. Is that meant? Answer with "
        f"--answer {SET_ASIDE}={ACCEPT}, or mend what is named first."
    )


def as_document(proposal: Proposal, would_load: Preview, *, written: Path | None) -> dict[str, Any]:
    """Return the proposal as a document for scripts; people's names stand only in ``settings``."""
    return {
        "files": list(proposal.look.files),
        "choices": [
            {
                "table": choice.table,
                "key": choice.key,
                "value": choice.value if isinstance(choice.value, str | int) else [*choice.value],
                "why": choice.why,
                "confidence": choice.confidence,
            }
            for choice in proposal.choices
            if choice.table != "spellings.auditor"
        ],
        "questions": [
            {
                "key": question.key,
                "asks": question.asks,
                "options": list(question.options),
                "proposed": question.proposed,
                "consequence": question.consequence,
            }
            for question in proposal.questions
        ],
        "notes": list(proposal.notes),
        "left_out": [asdict(column) for column in proposal.left_out],
        "would_load": _loaded(would_load),
        "settings": proposal.text,
        "written": None if written is None else written.name,
    }


def _loaded(would_load: Preview) -> dict[str, Any]:
    return {
        "sentence": would_load.sentence,
        "refused": would_load.refused,
        "audits": would_load.audits,
        "graded_twice": would_load.graded_twice,
        "moderated": would_load.moderated,
        "auditors": would_load.auditors,
        "grades": would_load.grades,
        "actions": would_load.actions,
        "quarters": [str(quarter) for quarter in would_load.quarters],
        "set_aside": would_load.set_aside,
        "not_data": would_load.not_data,
        "files": [
            {
                "file": file.name,
                "kind": file.kind,
                "rows_in": file.rows_in,
                "loaded": file.loaded,
                "set_aside": file.quarantined,
                "not_data": file.not_data,
            }
            for file in would_load.files
        ],
        "reasons": [
            {"code": f.code, "rows": would_load.reason_rows[f.code], "message": f.message}
            for f in would_load.reasons
        ],
    }
