"""A form in JupyterLab for a reviewer: accept, query or disagree with each finding of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.parts import Table
from qaf_analysis.lab.finished import finished_run
from qaf_analysis.lab.question import UNDO, Button, FormPage, FormSection, Question, QuestionForm
from qaf_analysis.moderation.signoff.review import MOST_LETTERS
from qaf_analysis.run.review_session import Review, Told
from qaf_analysis.run.review_session import open_review as open_run_for_review
from qaf_analysis.terms.errors import UsageError

ACCEPT, QUERY, DISAGREE = "accept", "query", "disagree"
STATES = {"Accept": ACCEPT, "Query": QUERY, "Disagree": DISAGREE}
LONGEST = MOST_LETTERS
NONE_DECLARED = ("none", "no", "none declared")
_KEEP, _NEXT, _PREVIOUS = "keep", "next", "previous"


class FindingAtHand(Protocol):
    """One finding of a run, and what the reviewer said of it last."""

    @property
    def id(self) -> str:
        """By which it is noted."""

    @property
    def claim(self) -> str:
        """What it is about."""

    @property
    def sentences(self) -> Sequence[str]:
        """What was found."""

    @property
    def state(self) -> str:
        """``accept``, ``query`` or ``disagree``; empty before anything was said."""

    @property
    def words(self) -> str:
        """The reviewer's comment; may be empty."""


class ReviewAtHand(Protocol):
    """A run under review by one person."""

    @property
    def findings(self) -> Sequence[FindingAtHand]:
        """Its findings in the order of the report."""

    def note(self, finding: str, *, state: str, words: str) -> None:
        """Keep what the person says of a finding."""


class NotebookReview:
    """A run under review, as the notebook ``11_review`` goes through it.

    Parameters
    ----------
    review : Review
    """

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def findings(self) -> Sequence[FindingAtHand]:
        """Findings in the order of the report, with what the reviewer said of each last."""
        return self._review.findings

    @property
    def data_checks(self) -> Table:
        """What the data checks said, those that failed first."""
        return self._review.data_checks

    @property
    def state(self) -> Told:
        """Whether the run is signed, and what is to be known of the ledger."""
        return Told(sentences=(*self._review.state.sentences, *self._review.notices))

    def reproduce(self, *, agreed: bool) -> Told:
        """Repeat the run and record what came of it; without consent tell what was recorded."""
        return self._review.reproduce(agreed=agreed)

    def note(self, finding: str, *, state: str, words: str) -> None:
        """Keep what the reviewer says of a finding."""
        self._review.note(finding, state=state, words=words)

    def sign(self, *, decision: str, conflicts: str, comments: str = "") -> Told:
        """Sign the run, or refuse to; nothing is done while no decision is given.

        Parameters
        ----------
        decision : str
            ``sign``, ``sign_with_queries`` or ``refuse``.
        conflicts : str
            Conflicts of interest in words, or ``none``: silence is no declaration.
        comments : str
            What stands beside the signature.

        Raises
        ------
        UsageError
            If a decision comes without a declaration.
        IntegrityError
            If the run may not be signed so.
        """
        declared = conflicts.strip()
        if decision and not declared:
            raise UsageError('Declare your conflicts of interest: conflicts = "none", or which.')
        told = "" if declared.casefold() in NONE_DECLARED else declared
        return self._review.sign(decision=decision, conflicts=told, comments=comments)


def open_review(*, run: str = "", reviewer: str = "", made_by: str = "") -> NotebookReview:
    """Open a finished run for review in a notebook.

    Parameters
    ----------
    run : str
        Folder of the run, from the project's own folder; empty for the latest report.
    reviewer : str
        Code of whoever reviews, such as ``M-04``.
    made_by : str
        Code of who made the run, where the run does not say.

    Raises
    ------
    UsageError
        If there is no such run, or nobody is named.
    """
    if not reviewer.strip():
        raise UsageError('Say who reviews, by code, in the first cell: reviewer = "M-04".')
    found = open_run_for_review(run=finished_run(run), reviewer=reviewer, made_by=made_by)
    return NotebookReview(found)


def review_form(review: ReviewAtHand) -> QuestionForm:
    """Return the form to go through the findings one by one.

    Raises
    ------
    UsageError
        If there is no finding.
    """
    return QuestionForm(Reviewing(review))


@dataclass(kw_only=True)
class _Said:
    """What is said of one finding, and what of it is kept."""

    state: str = ""
    words: str = ""
    kept: tuple[str, str] = ("", "")

    @property
    def is_kept(self) -> bool:
        """Whether nothing is new since it was kept."""
        return (self.state, self.words.strip()) == self.kept


class Reviewing:
    """The conversation about the findings; see ``review_form``."""

    def __init__(self, review: ReviewAtHand) -> None:
        self._review = review
        self._findings = tuple(review.findings)
        if not self._findings:
            raise UsageError("The run has no finding to review.")
        self._said = [
            _Said(state=one.state, words=one.words, kept=(one.state, one.words))
            for one in self._findings
        ]
        unsaid = [place for place, said in enumerate(self._said) if not said.state]
        self._at = unsaid[0] if unsaid else 0
        self._before: list[tuple[int, str, str]] = []
        self._status, self._alarm, self._taken = "", False, ""

    def page(self) -> FormPage:
        """Return the finding at hand with its questions."""
        finding, said = self._findings[self._at], self._said[self._at]
        name = f"finding {self._at + 1}"
        chosen = {state: word for word, state in STATES.items()}.get(said.state, "")
        return FormPage(
            id=str(self._at),
            title="Findings under review",
            sections=(
                FormSection(
                    heading=f"Finding {self._at + 1} of {len(self._findings)}: {finding.claim}",
                    lines=tuple(finding.sentences),
                    questions=(
                        Question(
                            id=f"{self._at}/state",
                            label=f"What do you say, {name}",
                            words=tuple(STATES),
                            value=chosen,
                        ),
                        Question(
                            id=f"{self._at}/words",
                            label=f"Comment on {name}: no names of children or staff",
                            kind="text",
                            value=said.words,
                            longest=LONGEST,
                        ),
                    ),
                    buttons=(
                        Button(id=_KEEP, label="Keep and go on", leads=True),
                        Button(id=UNDO, label="Take back the last answer"),
                        Button(id=_PREVIOUS, label="Previous finding"),
                        Button(id=_NEXT, label="Next finding"),
                    ),
                ),
            ),
            progress=self._progress(),
            status=self._status,
            alarm=self._alarm,
            taken=self._taken,
        )

    def chose(self, question: str, value: str) -> None:
        """Take an answer about the finding at hand."""
        number, _, name = question.partition("/")
        if number != str(self._at) or name not in ("state", "words"):
            raise UsageError("This is not asked any more. Nothing was changed.")
        if name == "state" and value not in STATES:
            raise UsageError("This cannot be chosen.")
        said = self._said[self._at]
        new = STATES[value] if name == "state" else value[:LONGEST]
        old = said.state if name == "state" else said.words
        is_typed_on = (
            name == "words" and self._before[-1:] and self._before[-1][:2] == (self._at, name)
        )
        if new != old and not is_typed_on:
            self._before.append((self._at, name, old))
        setattr(said, name, new)
        self._say("Not kept yet.")

    def pressed(self, button: str) -> None:
        """Do what a button says."""
        match button:
            case "undo":
                self._take_back()
            case "next" | "previous":
                self._keep()
                self._go(1 if button == _NEXT else -1)
            case "keep":
                if not self._said[self._at].state:
                    raise UsageError("Choose accept, query or disagree first.")
                self._keep()
                self._go(1)

    def refused(self, reason: str) -> None:
        """Tell that something came to nothing, and why."""
        self._say(reason, alarm=True)

    def _keep(self) -> None:
        """Keep what is said of the finding at hand, unless it is kept or nothing is said."""
        said = self._said[self._at]
        words = said.words.strip()
        if said.is_kept:
            return
        if not said.state:
            raise UsageError("There is a comment but no answer: accept, query or disagree?")
        if said.state != ACCEPT and not words:
            raise UsageError("Say in the comment what you query, or why you disagree.")
        self._review.note(self._findings[self._at].id, state=said.state, words=words)
        said.kept = (said.state, words)
        self._before = [one for one in self._before if one[0] != self._at]

    def _go(self, by: int) -> None:
        if not 0 <= self._at + by < len(self._findings):
            self._say(f"Kept. This is the {'last' if by > 0 else 'first'} finding.")
            return
        self._at += by
        self._say("")

    def _take_back(self) -> None:
        mine = [place for place, one in enumerate(self._before) if one[0] == self._at]
        if not mine:
            self._say("There is nothing to take back.")
            return
        _, name, old = self._before.pop(mine[-1])
        setattr(self._said[self._at], name, old)
        self._say("Taken back.", taken=f"{self._at}/{name}")

    def _say(self, status: str, *, alarm: bool = False, taken: str = "") -> None:
        self._status, self._alarm, self._taken = status, alarm, taken

    def _progress(self) -> str:
        kept = [said.kept[0] for said in self._said]
        told = sum(map(bool, kept))
        open_ones = kept.count(QUERY) + kept.count(DISAGREE)
        return (
            f"{told} of {counted(len(kept), 'finding')} answered; "
            f"{counted(open_ones, 'query or disagreement', 'queries or disagreements')}."
        )
