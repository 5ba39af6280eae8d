"""The gap of a derived overall grade: what the rule makes of auditor and moderator on one audit.

It is a paired measure as that of any grade, on audits in which both graded every area that the rule
looks at. No verdict follows from it: the rule changes what noise does to a gap, so over-optimism is
judged in the areas.
"""

from __future__ import annotations

from dataclasses import dataclass

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.headlines import about
from qaf_analysis.topics.common.scope import Scope, in_quarters, known_at
from qaf_analysis.topics.optimism.analysis.gaps import beside_moderators, chosen_by_chance
from qaf_analysis.topics.optimism.analysis.groups import GapGroup, Group, gap_groups
from qaf_analysis.topics.optimism.analysis.headline import headline_rows


@dataclass(frozen=True, kw_only=True)
class DerivedGap:
    """Auditor against moderator in the derived overall grade.

    Parameters
    ----------
    scope : Scope
    name : str
        What the derived grade is called; empty where none is.
    rule : DerivedRule or None
    areas : int
        Areas that the rule looks at.
    moderated : int
        Audits chosen by a recorded chance in which a moderator graded any of the areas.
    found : GapGroup or None
        The gap on those of them in which both graded every area; None where nothing is derived.
    """

    scope: Scope
    name: str
    rule: DerivedRule | None
    areas: int
    moderated: int
    found: GapGroup | None


def derived_gap(audits: Audits, *, quarter: Quarter) -> DerivedGap:
    """Compare the derived grade of auditors with that of moderators on the same audits.

    Parameters
    ----------
    audits : Audits
        With the derived grade among their ratings, if one is declared.
    quarter : Quarter
        Last quarter of the headline period.
    """
    settings = audits.settings
    name = settings.derived_domain or ""
    rows = headline_rows(about(audits, name) if name else audits, quarter=quarter)
    found = gap_groups([Group(label=name, cases=rows.now)])[0] if name else None
    return DerivedGap(
        scope=rows.scope,
        name=name,
        rule=settings.derived_overall,
        areas=len(settings.derived_from),
        moderated=_moderated(audits, quarter=quarter) if name else 0,
        found=found,
    )


def _moderated(audits: Audits, *, quarter: Quarter) -> int:
    """Audits of the headline period of which any area was moderated by a recorded chance."""
    known = known_at(audits, quarter)
    paired = in_quarters(beside_moderators(known.grades, known.audits), known.periods.headline)
    of_areas = paired[paired["domain"].isin(audits.settings.derived_from)]
    return int(chosen_by_chance(of_areas)["audit_id"].nunique())
