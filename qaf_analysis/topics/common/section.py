"""What a section of the report is: a question with its answer, and how the answer is shown.

A room of ``topics`` declares its sections in its ``section.py``; ``topics.registry`` lists them in
the order of the report. Notebooks, the report and the tests all read that one list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from qaf_analysis.kit.parts import Card, Picture, Statement, Table
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.release import Released

Result = TypeVar("Result")


def no_pictures(result: object) -> tuple[Picture, ...]:
    """Return nothing, for results that are told in words and tables."""
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Question(Generic[Result]):
    """A question that one notebook answers.

    Parameters
    ----------
    result : type
        Kind of result that answers it.
    asks : callable
        The analysis, by which notebooks name the question.
    notebook : str
        Name of the notebook that answers it, without its ending.
    answer : callable, optional
        From evidence to result; ``asks(audits, quarter=...)`` when left out.
    """

    result: type[Result]
    asks: Callable[..., Result]
    notebook: str
    answer: Callable[[Evidence], Result] | None = None

    def answered(self, evidence: Evidence) -> Result:
        """Return the answer."""
        if self.answer is not None:
            return self.answer(evidence)
        return self.asks(evidence.audits, quarter=evidence.quarter)


@dataclass(frozen=True, kw_only=True, eq=False)
class Page(Generic[Result]):
    """How a result is shown: what is said of it, its tables and its pictures."""

    result: type[Result]
    say: Callable[[Result], Statement]
    tables: Callable[[Result], tuple[Table, ...]]
    pictures: Callable[[Result], tuple[Picture, ...]] = no_pictures


@dataclass(frozen=True, kw_only=True, eq=False)
class Section(Question[Result], Page[Result]):
    """A section of the report.

    Parameters
    ----------
    id : str
        Where links to it lead.
    short : str
        Its name where there is no room for its claim.
    level : int
        2 for a numbered section, 3 for a part of the section before it.
    front : callable, optional
        A picture that the report shows on its first page, and a notebook before the others.
    card : callable, optional
        The card on the first page, from the result and the section as it is shown.
    """

    id: str
    short: str
    level: int = 2
    front: Callable[[Result], Picture] | None = None
    card: Callable[[Result, Shown[Result]], Card] | None = None

    def shown(self, released: Released[Result]) -> Shown[Result]:
        """Say, tabulate and draw a released result, each once."""
        return Shown(
            section=self,
            result=released.result,
            statement=self.say(released.result),
            tables=self.tables(released.result),
            pictures=self.pictures(released.result),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown(Generic[Result]):
    """A section with its words, tables and pictures, made once and used wherever they stand."""

    section: Section[Result]
    result: Result
    statement: Statement
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]

    def card(self) -> Card | None:
        """Return its card on the first page, if it has one."""
        return None if self.section.card is None else self.section.card(self.result, self)
