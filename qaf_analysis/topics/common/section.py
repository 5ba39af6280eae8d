"""What a section of the report is: a question with its answer, and how the answer is shown.

A room of ``topics`` declares its sections in its ``section.py``; ``topics.registry`` lists them in
the order of the report. Notebooks, the report and the tests all read that one list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypeVar

from qaf_analysis.kit.parts import Card, Picture, Statement, Table
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.release import Released

Result = TypeVar("Result")


def always(result: object) -> bool:
    """Return True, for results that always have something to tell."""
    return True


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
    each_headline : bool
        Whether it is asked of each headline by itself; else of the council as a whole.
    of_derived : bool
        Whether it may be asked of a derived overall grade too.
    """

    result: type[Result]
    asks: Callable[..., Result]
    notebook: str
    answer: Callable[[Evidence], Result] | None = None
    each_headline: bool = False
    of_derived: bool = True

    def headlines(self, evidence: Evidence) -> tuple[str, ...]:
        """Headlines that it is asked of; one without a name where they make no difference."""
        if not self.each_headline:
            return ("",)
        derived = evidence.audits.settings.derived_domain
        asked = [name for name in evidence.headlines if self.of_derived or name != derived]
        return tuple(asked) if len(evidence.headlines) > 1 else ("",)

    def answered(self, evidence: Evidence, headline: str = "") -> Result:
        """Return the answer, for one of the headlines where there are several."""
        return self._answered(
            evidence.about(headline or evidence.headlines[0])
            if self.each_headline
            else evidence.of_whole_audit
        )

    def _answered(self, evidence: Evidence) -> Result:
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
    has_something : callable
        Whether a result has something to tell; the report passes over one that has not.
    """

    id: str
    short: str
    level: int = 2
    front: Callable[[Result], Picture] | None = None
    card: Callable[[Result, Shown[Result]], Card] | None = None
    has_something: Callable[[Result], bool] = always

    def every_shown(self, released: Released[Result]) -> tuple[Shown[Result], ...]:
        """Say, tabulate and draw the answer for each headline."""
        told = [one for one in released.every if self.has_something(one.result)]
        return tuple(replace(self.shown(one), place=place) for place, one in enumerate(told))

    def shown(self, released: Released[Result]) -> Shown[Result]:
        """Say, tabulate and draw a released result, each once."""
        return Shown(
            section=self,
            headline=released.headline,
            result=released.result,
            statement=self.say(released.result).about(released.headline),
            tables=tuple(one.about(released.headline) for one in self.tables(released.result)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown(Generic[Result]):
    """A section with its words, tables and pictures, made once and used wherever they stand.

    Drawing takes time: pictures are drawn when they are first asked for.
    """

    section: Section[Result]
    headline: str = ""
    result: Result
    statement: Statement
    tables: tuple[Table, ...]
    place: int = 0

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """What is drawn of the result."""
        return tuple(one.about(self.headline) for one in self.section.pictures(self.result))

    @property
    def id(self) -> str:
        """Where links to it lead."""
        return f"{self.section.id}-{self.place + 1}" if self.place else self.section.id

    @property
    def level(self) -> int:
        """Level of its heading: only the first headline's has the section's number."""
        return max(self.section.level, 3) if self.place else self.section.level

    def card(self) -> Card | None:
        """Return its card on the first page, if it has one."""
        return None if self.section.card is None else self.section.card(self.result, self)
