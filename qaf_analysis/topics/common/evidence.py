"""What a question is answered from: the audits up to a quarter, and what was already found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import EarlierDesigns
from qaf_analysis.topics.common.headlines import about, headlines, judged
from qaf_analysis.topics.common.reported import EarlierReport, no_earlier_report

Made = TypeVar("Made")


def no_earlier_designs() -> EarlierDesigns:
    """Return what is known where no earlier report lies beside this one."""
    return EarlierDesigns(designs=(), unreadable=())


def nothing_found(kind: type[Made], headline: str) -> Made:
    """Say that no other question has been answered yet.

    Raises
    ------
    UsageError
        Always.
    """
    raise UsageError(f"There is no {kind.__name__} yet: answer that question first.")


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What a question is answered from.

    Parameters
    ----------
    audits : Audits
        The council's clean audits, ratings and moderations on the scale of the quarter.
    quarter : Quarter
        Quarter reported on; nothing later is used.
    earlier_designs : callable
        Gives what earlier reports declared about themes and process changes.
    earlier_report : callable
        Gives what the last report before this one said.
    found : callable
        Gives the result of a kind, for a headline, that another question's answer is; for
        questions that rest on others' answers.
    headline : str
        What is asked about, where there are several headlines; else empty.
    kept : dict
        What was made once, by the headline it is about (or none) and its maker.
    whole : Audits, optional
        The council with every scale it ever used; left out where there was only one.
    """

    audits: Audits
    quarter: Quarter
    whole: Audits | None = None
    earlier_designs: Callable[[], EarlierDesigns] = no_earlier_designs
    earlier_report: Callable[[], EarlierReport] = no_earlier_report
    found: Callable[[type[Any], str], Any] = nothing_found
    headline: str = ""
    kept: dict[tuple[str | None, Callable[..., Any]], Any] = field(default_factory=dict)

    @property
    def headlines(self) -> tuple[str, ...]:
        """Everything that has headline figures of its own, in the order of the report."""
        return headlines(self.audits)

    @property
    def of_whole_audit(self) -> Evidence:
        """The same for questions that a judged overall grade alone could answer."""
        return replace(self, audits=judged(self.audits))

    def about(self, headline: str) -> Evidence:
        """The same with one domain as the headline."""
        several = len(self.headlines) > 1
        return replace(
            self, audits=about(self.audits, headline), headline=headline if several else ""
        )

    def answer_to(self, kind: type[Made]) -> Made:
        """Return the result of a kind that another question about the same headline has."""
        made: Made = self.found(kind, self.headline)
        return made

    @property
    def every_era(self) -> Audits:
        """The council with every scale it ever used."""
        return self.audits if self.whole is None else self.whole

    def once_for_all(self, make: Callable[..., Made]) -> Made:
        """Return what is the same whatever the headline, made once for all of them."""
        return self._once(None, make)

    def once(self, make: Callable[..., Made]) -> Made:
        """Return what ``make(audits, quarter=...)`` gives, made once however often it is asked.

        Several questions rest on one fitted model; fitting is slow.
        """
        return self._once(self.audits.settings.headline_domain, make)

    def _once(self, headline: str | None, make: Callable[..., Made]) -> Made:
        if (headline, make) not in self.kept:
            self.kept[headline, make] = make(self.audits, quarter=self.quarter)
        made: Made = self.kept[headline, make]
        return made
