"""Questions that no file can answer: each with a proposed answer and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qaf_analysis.terms.errors import UsageError

# Asked after a trial reading, where it would set many rows aside.
SET_ASIDE = "set_aside"


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with the answer proposed.

    Parameters
    ----------
    key : str
        Short name by which it is answered, such as ``siblings``.
    asks : str
        The question in plain words.
    options : tuple of str
        Answers allowed; empty where any text is.
    proposed : str
        Proposed answer; empty where there is none and somebody must answer.
    consequence : str
        What follows from the answers, in numbers.
    names : tuple of str
        Names of people that the question is about, for a screen only: never kept or printed
        for scripts.
    """

    key: str
    asks: str
    proposed: str
    consequence: str
    options: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def must_be_answered(self) -> bool:
        """Whether there is no answer to propose."""
        return not self.proposed

    @property
    def how_to_answer(self) -> str:
        """The question with the words by which it is answered on a command line."""
        return f"{self.asks} Answer with --answer {self.key}={'|'.join(self.options) or 'TEXT'}."


@dataclass(kw_only=True)
class Asking:
    """Answers given so far, and every question that came up.

    Examples
    --------
    >>> asking = Asking(answers={"siblings": "audit_each"})
    >>> asking.choose("siblings", asks="One audit?", options=("one_audit", "audit_each"),
    ...               proposed="one_audit", consequence="")
    'audit_each'
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def choose(
        self,
        key: str,
        *,
        asks: str,
        proposed: str,
        consequence: str,
        options: Sequence[str] = (),
        names: Sequence[str] = (),
    ) -> str:
        """Register a question; return the answer given, or else the one proposed.

        Raises
        ------
        UsageError
            If the answer given is not among the options.
        """
        question = Question(
            key=key,
            asks=asks,
            options=tuple(options),
            proposed=proposed,
            consequence=consequence,
            names=tuple(names),
        )
        if all(asked.key != key for asked in self.questions):
            self.questions.append(question)
        answer = self.answers.get(key, proposed).strip()
        if options and answer and answer not in options:
            raise UsageError(f"{key}: the answer should be one of {', '.join(options)}.")
        return answer

    def agrees(self, key: str, *, asks: str, consequence: str, proposed: bool = True) -> bool:
        """Register a question that is answered by yes or no."""
        answer = self.choose(
            key,
            asks=asks,
            options=("yes", "no"),
            proposed="yes" if proposed else "no",
            consequence=consequence,
        )
        return answer == "yes"

    @property
    def unanswered(self) -> list[Question]:
        """Questions so far that have neither an answer nor one to propose."""
        return [q for q in self.questions if q.must_be_answered and q.key not in self.answers]

    def refuse_unknown(self, *, also: Sequence[str] = ()) -> None:
        """Refuse answers to questions that did not come up.

        Parameters
        ----------
        also : sequence of str
            Keys of questions that come up later, if at all.

        Raises
        ------
        UsageError
            Naming the first of them and the questions there are.
        """
        known = [question.key for question in self.questions]
        for key in self.answers:
            if key not in known and key not in also:
                raise UsageError(
                    f'There is no question "{key}"; there are: {", ".join(known) or "none"}.'
                )
