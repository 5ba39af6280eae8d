"""What headline figures are about: one overall grade, several areas, or a rule over the areas."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import OVERALL, DomainTag

MOST_AREAS = 6


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
