"""What the notebook ``00_setup`` calls: settings proposed for a folder, shown, and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from qaf_analysis.run.session import project_folder
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.typed_path import path_advice

if TYPE_CHECKING:
    from qaf_analysis.data.proposal.preview import Preview
    from qaf_analysis.data.proposal.propose import Proposal


@dataclass(frozen=True, kw_only=True, eq=False)
class Setup:
    """Settings proposed for a folder, with what they would load.

    Parameters
    ----------
    proposal : Proposal
        The settings and the questions.
    preview : Preview
        What they would load.
    """

    proposal: Proposal
    preview: Preview

    @property
    def choices(self) -> pd.DataFrame:
        """Every line of the settings with its reason and how sure it is."""
        rows = [
            (choice.table, choice.key, str(choice.value), choice.why, choice.confidence)
            for choice in self.proposal.choices
        ]
        return pd.DataFrame(rows, columns=["table", "setting", "value", "why", "how sure"])

    @property
    def questions(self) -> pd.DataFrame:
        """What no file can tell, the answer taken, and what follows from it."""
        rows = [
            (q.key, q.asks, q.proposed, ", ".join(q.options), q.consequence)
            for q in self.proposal.questions
        ]
        columns = ["key", "question", "answer taken", "other answers", "what follows"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def notes(self) -> pd.DataFrame:
        """What was left out, and what will not be read."""
        return pd.DataFrame({"note": list(self.proposal.notes)})

    @property
    def left_out(self) -> pd.DataFrame:
        """Columns that nothing is read from, what they seem to hold, and what to write."""
        rows = [(c.place, c.heading, c.holds, c.cells, c.mend) for c in self.proposal.left_out]
        columns = ["file", "column", "seems to hold", "cells", "to have it read"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def files(self) -> pd.DataFrame:
        """Rows of each file: loaded, set aside, and recognised as holding no record."""
        rows = [
            (file.name, file.kind, file.rows_in, file.loaded, file.quarantined, file.not_data)
            for file in self.preview.files
        ]
        columns = ["file", "kind", "rows", "loaded", "set aside", "no record"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def sentence(self) -> str:
        """What would be loaded, in one sentence."""
        return self.preview.sentence

    @property
    def settings(self) -> str:
        """The settings file as it would be written."""
        return self.proposal.text

    def write(self, *, agreed: bool) -> str:
        """Write the settings if somebody agreed; say what was done.

        Raises
        ------
        UsageError
            If a question is unanswered, or there is no free name to write to.
        """
        from qaf_analysis.data.proposal.write import write_settings

        if not agreed:
            return "Nothing was written. Set agreed = True above when the proposal is right."
        return f"Written: {write_settings(self.proposal)}"


def open_setup(*, data: str, council: str = "", answers: str = "") -> Setup:
    """Look at a folder and propose its settings; nothing is written.

    Parameters
    ----------
    data : str
        Folder of exports; a relative path is taken from the project's own folder.
    council : str
        Name of the council; empty for the one that a title names, if any.
    answers : str
        Answers to questions of an earlier proposal, such as
        ``"siblings=one_audit; date_order=day_first"``.

    Raises
    ------
    UsageError
        If there is no such folder, nothing in it is recognised, or an answer is not allowed.
    """
    from qaf_analysis.data.proposal.look import look_at
    from qaf_analysis.data.proposal.preview import preview
    from qaf_analysis.data.proposal.propose import propose

    given = answers_in(answers)
    if council.strip():
        given["council"] = council
    folder = project_folder() / Path(data)
    advice = path_advice(data)
    if advice and not folder.is_dir():
        raise UsageError(advice)
    look = look_at(folder)
    proposal = propose(look, answers=given)
    return Setup(proposal=proposal, preview=preview(proposal, as_of=date.today()))


def answers_in(text: str) -> dict[str, str]:
    """Answers written one after another, separated by semicolons.

    Examples
    --------
    >>> answers_in("siblings=one_audit; team = All teams")
    {'siblings': 'one_audit', 'team': 'All teams'}

    Raises
    ------
    UsageError
        If one of them is not written as key=answer.
    """
    found = {}
    for part in filter(str.strip, text.split(";")):
        key, equals, answer = part.partition("=")
        if not equals or not key.strip() or not answer.strip():
            raise UsageError(f'"{part.strip()}" should be key=answer, such as siblings=one_audit.')
        found[key.strip()] = answer.strip()
    return found
