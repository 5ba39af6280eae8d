"""What a question is answered from: the audits up to a quarter, and what was already found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.declared import EarlierDesigns

Made = TypeVar("Made")


def no_earlier_designs() -> EarlierDesigns:
    """Return what is known where no earlier report lies beside this one."""
    return EarlierDesigns(designs=(), unreadable=())


def nothing_found(kind: type[Made]) -> Made:
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
    found : callable
        Gives the result of a kind that another question's answer is; for questions that rest on
        others' answers.
    whole : Audits, optional
        The council with every scale it ever used; left out where there was only one.
    kept : dict
        What was made once, by its maker.
    """

    audits: Audits
    quarter: Quarter
    whole: Audits | None = None
    earlier_designs: Callable[[], EarlierDesigns] = no_earlier_designs
    found: Callable[[type[Any]], Any] = nothing_found
    kept: dict[Callable[..., Any], Any] = field(default_factory=dict)

    @property
    def every_era(self) -> Audits:
        """The council with every scale it ever used."""
        return self.audits if self.whole is None else self.whole

    def once(self, make: Callable[..., Made]) -> Made:
        """Return what ``make(audits, quarter=...)`` gives, made once however often it is asked.

        Several questions rest on one fitted model; fitting is slow.
        """
        if make not in self.kept:
            self.kept[make] = make(self.audits, quarter=self.quarter)
        made: Made = self.kept[make]
        return made
