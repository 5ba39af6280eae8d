"""What headline figures are about: one overall grade, several areas, or a rule over the areas."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import OVERALL, DomainTag

MOST_AREAS = 6
MOST_STAND_INS = 2
"""Domains that stand for an overall grade nobody gave, until the council names its headlines.

Each has a whole report of its own behind it: with more of them the first page cannot be read.
"""


class DerivedRule(StrEnum):
    """How an overall grade follows from the grades of the areas."""

    LOWER_MEDIAN = "lower_median"
    WEAKEST = "weakest"
    WEAKEST_CHILD = "weakest_child"


_IN_WORDS = {
    DerivedRule.LOWER_MEDIAN: "the lower median of {} areas",
    DerivedRule.WEAKEST: "the weakest of {} areas",
    DerivedRule.WEAKEST_CHILD: "the weakest of {} areas of the child's experience",
}


def derived_from(
    rule: DerivedRule, areas: tuple[str, ...], domains: Mapping[str, DomainTag | None]
) -> tuple[str, ...]:
    """Return the areas that a rule looks at.

    Raises
    ------
    SettingsError
        If there are fewer than two of them.
    """
    looked_at = areas
    if rule is DerivedRule.WEAKEST_CHILD:
        looked_at = tuple(area for area in areas if domains.get(area) is DomainTag.CHILD)
    if len(looked_at) < 2:
        tagged = " tagged child under [domains]" if rule is DerivedRule.WEAKEST_CHILD else ""
        raise SettingsError(
            f'derived_overall = "{rule}" needs at least two areas{tagged} in headline_domains; '
            f"there {'is' if len(looked_at) == 1 else 'are'} {len(looked_at)}."
        )
    return looked_at


def derived_name(rule: DerivedRule, looked_at: tuple[str, ...]) -> str:
    """Return what the derived grade is called wherever it is shown.

    Examples
    --------
    >>> derived_name(DerivedRule.WEAKEST, ("Plan", "Voice", "Risk"))
    'Overall, derived as the weakest of 3 areas'
    """
    return f"{OVERALL}, derived as {_IN_WORDS[rule].format(len(looked_at))}"


def stand_ins(audits: Mapping[str, int]) -> tuple[str, ...]:
    """Return the domains that headline figures are about where none was declared or graded.

    The first ones that are graded as a matter of course: in at least half as many audits as the
    domain graded most often. So the choice does not move with a grade more or less.

    Parameters
    ----------
    audits : mapping of str to int
        Audits in which each domain is graded, in the order of the report.

    Examples
    --------
    >>> stand_ins({"Adoption": 3, "Plan": 40, "Recording": 38, "Voice": 40})
    ('Plan', 'Recording')
    """
    most = max(audits.values(), default=0)
    usual = [name for name, number in audits.items() if 2 * number >= most > 0]
    return tuple(usual[:MOST_STAND_INS])
