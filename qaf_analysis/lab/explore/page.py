"""What the notebook ``80_explore`` shows: choices by keyboard, and what they lead to."""

from __future__ import annotations

import base64

import pandas as pd

from qaf_analysis.kit.parts import Picture, Statement, Table
from qaf_analysis.lab.explore.pictures import explored_pictures
from qaf_analysis.lab.explore.released import MEASURES, By, tidy_table
from qaf_analysis.lab.explore.view import BESIDE, Explored, choices, explored
from qaf_analysis.lab.explore.words import SEALED, explored_tables, say_explored
from qaf_analysis.lab.finished import finished_run
from qaf_analysis.lab.question import (
    Button,
    FormPage,
    FormPicture,
    FormSection,
    FormTable,
    Question,
    QuestionForm,
    QuestionKind,
)
from qaf_analysis.run.export import kept_run
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.registry import Results
from qaf_analysis.topics.show import Parts

MEASURE, HEADLINE, SHOW = "measure", "headline", "show"


def open_explore(*, run: str = "", auditors: bool = False) -> Exploration:
    """Open a finished run to look for what differs more than chance.

    Parameters
    ----------
    run : str
        Folder of the run, from the project's own folder; empty for the latest report.
    auditors : bool
        Whether single auditors may be told apart by code: for the quality lead's eyes alone.

    Raises
    ------
    UsageError
        If there is no such run.
    RunFailedError
        If it is not whole, or was changed since it was made.
    """
    kept = kept_run(finished_run(run))
    return Exploration(kept.results, run_id=kept.run_id, auditors=auditors)


class Exploration:
    """A finished run that somebody looks around in; as a form, the conversation about it.

    Parameters
    ----------
    results : Results
        Its released results: nothing else is read.
    run_id : str
    auditors : bool
        Whether single auditors may be told apart by code.
    """

    def __init__(self, results: Results, *, run_id: str, auditors: bool = False) -> None:
        self._results, self._run_id, self._auditors = results, run_id, auditors
        self._headline = results.headlines[0] if results.headlines else ""
        positive = results[Programme].scale.positive
        self._measures = {one.name.format(positive=positive): one for one in MEASURES}
        self._answers = {MEASURE: next(iter(self._measures)), HEADLINE: self._headline}
        self._kinds = (*BESIDE, *([By.AUDITOR] if auditors else []))
        self._status, self._alarm = "Choose what to look at, then press Show.", False
        self._shown: Explored | None = None

    @property
    def form(self) -> QuestionForm:
        """The choices, with what they lead to below them."""
        return QuestionForm(self)

    def look(
        self,
        *,
        measure: str = "",
        quarter: str = "",
        team: str = "",
        domain: str = "",
        auditor: str = "",
        headline: str = "",
    ) -> Explored:
        """Compare groups by a measure, with some of them marked.

        Parameters
        ----------
        measure : str
            As the form has it; empty for the first.
        quarter, team, domain, auditor : str
            The group of each kind to mark; empty for none.
        headline : str
            Which headline, where there are several; empty for the first.

        Raises
        ------
        UsageError
            If there is no such measure or group.
        """
        name = measure or next(iter(self._measures))
        if name not in self._measures:
            raise UsageError(f'There is no measure "{name}", only {", ".join(self._measures)}.')
        asked = {By.QUARTER: quarter, By.TEAM: team, By.DOMAIN: domain, By.AUDITOR: auditor}
        marked = {by: label for by, label in asked.items() if label}
        about = headline or self._headline
        for by, label in marked.items():
            if by is not By.AUDITOR and label not in choices(self._results, by, headline=about):
                raise UsageError(f'The run has no {by} "{label}".')
        return explored(
            self._results,
            measure=self._measures[name],
            chosen=marked,
            run_id=self._run_id,
            auditors=self._auditors,
            headline=about,
        )

    def say(self, found: Explored) -> Statement:
        """Words of what was looked at."""
        return say_explored(found)

    def plot(self, found: Explored) -> Parts:
        """Pictures of what was looked at."""
        return Parts(explored_pictures(found))

    def table(self, found: Explored) -> Parts:
        """Tables of what was looked at."""
        return Parts(explored_tables(found))

    @property
    def figures(self) -> pd.DataFrame:
        """Every released figure by group, a row each."""
        return tidy_table(self._results, headline=self._headline)

    # The conversation of the form.

    def page(self) -> FormPage:
        """Return the choices, and what was shown last."""
        lines = (SEALED,) if self._auditors else ()
        return FormPage(
            id="explore",
            title="Explore consistency",
            sections=(
                FormSection(
                    heading="What to look at",
                    lines=lines,
                    questions=tuple(self._questions()),
                    buttons=(Button(id=SHOW, label="Show", leads=True),),
                ),
            ),
            status=self._status,
            alarm=self._alarm,
            shown=() if self._shown is None else _sections(self._shown),
        )

    def chose(self, question: str, value: str) -> None:
        """Take a choice; nothing is drawn before the button is pressed."""
        asked = {each.id: each for each in self._questions()}
        if question not in asked or value not in ("", *asked[question].words):
            raise UsageError("This cannot be chosen.")
        self._answers[question] = value
        self._status, self._alarm = "Press Show to see it.", False

    def pressed(self, button: str) -> None:
        """Show what is chosen."""
        quarter, team, domain, auditor = (
            self._answers.get(str(by), "") for by in (*BESIDE, By.AUDITOR)
        )
        self._shown = self.look(
            measure=self._answers[MEASURE],
            headline=self._answers[HEADLINE],
            quarter=quarter,
            team=team,
            domain=domain,
            auditor=auditor,
        )
        said = say_explored(self._shown)
        self._status = f"Shown below: {said.claim}."
        self._alarm = False

    def refused(self, reason: str) -> None:
        """Tell why nothing is shown."""
        self._status, self._alarm = reason, True

    def _questions(self) -> list[Question]:
        asked = [self._asked(MEASURE, "What is compared", tuple(self._measures), kind="radios")]
        if len(self._results.headlines) > 1:
            asked.append(self._asked(HEADLINE, "Of which headline", self._results.headlines))
        for by in self._kinds:
            label = "Mark an auditor, by code" if by is By.AUDITOR else f"Mark a {by}"
            words = choices(self._results, by, headline=self._answers[HEADLINE])
            asked.append(self._asked(str(by), label, words))
        return asked

    def _asked(
        self, name: str, label: str, words: tuple[str, ...], *, kind: QuestionKind = "select"
    ) -> Question:
        return Question(
            id=name,
            label=label,
            kind=kind,
            words=words,
            value=self._answers.get(name, ""),
        )


def _sections(found: Explored) -> tuple[FormSection, ...]:
    """What was found, in the parts of a form: words, pictures, then every number in cells."""
    said = say_explored(found)
    told = [line for line in said.paragraphs if line != SEALED]  # it stands above the choices
    words = (*told, f"What this does not show. {said.limits}", said.source)
    return (
        FormSection(heading=said.claim, lines=words),
        *map(_picture_section, explored_pictures(found)),
        *map(_table_section, explored_tables(found)),
    )


def _picture_section(drawn: Picture) -> FormSection:
    data = base64.b64encode(drawn.fixed_svg.encode("utf-8")).decode("ascii")
    shown = FormPicture(
        title=drawn.title, alt=drawn.alt, source=f"data:image/svg+xml;base64,{data}"
    )
    return FormSection(picture=shown)


def _table_section(table: Table) -> FormSection:
    columns = tuple(
        f"{column.heading} ({column.unit})" if column.unit else column.heading
        for column in table.columns
    )
    shown = FormTable(
        caption=table.caption,
        columns=columns,
        rows=table.rows,
        numbers=tuple(column.align == "right" for column in table.columns),
    )
    return FormSection(lines=tuple(filter(None, (table.note,))), table=shown)
