"""What an analyst asks of a severity model of one plain table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from qaf_analysis.stats.severity.grade_links import Link
from qaf_analysis.stats.severity.options import AuditorEffects, SeverityOptions
from qaf_analysis.terms.errors import UsageError

AuditorsAs: TypeAlias = Literal["auto", "shrunken", "free"]
TAM_NODES, TAM_REACH = 81, 8.0
"""The grid that the published TAM fits integrate on."""


@dataclass(frozen=True, kw_only=True)
class SeverityAsked:
    """What the model is to hold.

    Parameters
    ----------
    link : {"adjacent", "cumulative"}
    halo : bool
        Whether one auditor's grades of one audit may go together.
    partial_credit : bool
        Whether each domain has thresholds of its own.
    auditors : {"auto", "shrunken", "free"}
        Severities drawn together as far as chance explains them, or each for itself. ``auto``
        is ``free`` for the adjacent link without halo, the model that TAM fits, on the grid of
        its published fits, and else ``shrunken`` on a grid that suits the data.
    jml : bool
        Joint likelihood, as Facets has it, for comparison only.
    linked_only : bool
        Whether audits that one auditor graded are left out.
    statistics : bool
        Whether fit, habits, fair grades, differences among auditors and the test of random
        allocation are wanted too.
    level : float
    """

    link: Link = "adjacent"
    halo: bool = True
    partial_credit: bool = False
    auditors: AuditorsAs = "auto"
    jml: bool = False
    linked_only: bool = False
    statistics: bool = False
    level: float = 0.95

    @property
    def effects(self) -> AuditorEffects:
        """How auditors enter the model.

        Raises
        ------
        UsageError
            If the word is not known.
        """
        if self.auditors not in get_args(AuditorsAs):
            known = ", ".join(get_args(AuditorsAs))
            raise UsageError(f'"{self.auditors}" is none of {known}.')
        if self.auditors == "auto":
            return "free" if self.link == "adjacent" and not self.halo else "shrunken"
        return self.auditors

    @property
    def options(self) -> SeverityOptions:
        """The same for the severity model."""
        as_tam = self.auditors == "auto" and self.effects == "free"
        return SeverityOptions(
            link=self.link,
            halo=self.halo,
            thresholds="partial_credit" if self.partial_credit else "rating_scale",
            auditor_effects=self.effects,
            caseload=None if self.halo else False,
            nodes=TAM_NODES if as_tam else None,
            reach=TAM_REACH if as_tam else None,
            level=self.level,
        )
