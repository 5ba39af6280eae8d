"""What a theme truly changes in the grades, as the analysis compares them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedTheme
from qaf_analysis.simulate.expectation import expected_grades
from qaf_analysis.simulate.raters import Floats
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.quarter import Quarter


@dataclass(frozen=True, kw_only=True)
class ThemeTruth:
    """What a theme changes in the auditors' grades, as the analysis compares them.

    For a domain: the change in the themed domain from before to after, less that of the
    never-themed domains, in mean grade and in the positive share. For a case type: the
    plain change in its headline grade. The quarters in which the theme was chosen and audited
    are left out. ``…_without`` is the same with the theme's effect taken away: what trend and
    process changes alone would show. NaN where there is no quarter before or after.
    """

    theme: str
    audited_in: str
    kind: str
    effect: float
    quarters_before: tuple[str, ...]
    quarters_after: tuple[str, ...]
    mean_grade: float
    good: float
    mean_grade_without: float
    good_without: float


def theme_truth(council: SimulatedCouncil, theme: PlantedTheme) -> ThemeTruth:
    """Work out what a theme truly changes."""
    design = council.design
    era = design.era_by_quarter[design.quarters.index(theme.audited_in)]
    # Nothing is compared across a change of scale.
    quarters = tuple(
        q for q, own in zip(design.quarters, design.era_by_quarter, strict=True) if own == era
    )
    before = [q for q in quarters if q < theme.audited_in and q not in theme.selected_in]
    after = [q for q in quarters if q > theme.audited_in]
    names = [group.name for group in design.case_types]
    cohort = names.index(theme.case_type) if theme.case_type is not None else None
    changes = []
    for without in (None, theme):
        for grades in expected_grades(design, council.raters, without=without, case_type=cohort):
            series = _themed_series(design, theme, grades)
            changes.append(_change(series, quarters=design.quarters, before=before, after=after))
    return ThemeTruth(
        theme=theme.name,
        audited_in=str(theme.audited_in),
        kind="domain" if theme.domain is not None else "cohort",
        effect=theme.effect,
        quarters_before=tuple(map(str, before)),
        quarters_after=tuple(map(str, after)),
        mean_grade=changes[0],
        good=changes[1],
        mean_grade_without=changes[2],
        good_without=changes[3],
    )


def _themed_series(design: CouncilDesign, theme: PlantedTheme, grades: Floats) -> Floats:
    """Reduce expected grades by quarter and column to the series that the analysis looks at."""
    if theme.domain is None:
        return grades[:, design.headline_columns[0]]
    themed = {other.domain for other in design.themes}
    controls = [
        column
        for column, domain in enumerate(design.columns)
        if domain not in (OVERALL, design.impact_domain) and domain not in themed
    ]
    comparison = grades[:, controls].mean(axis=1) if controls else np.nan
    series: Floats = grades[:, design.columns.index(theme.domain)] - comparison
    return series


def _change(
    series: Floats,
    *,
    quarters: tuple[Quarter, ...],
    before: list[Quarter],
    after: list[Quarter],
) -> float:
    if not before or not after:
        return float("nan")
    at = quarters.index
    return float(np.mean([series[at(q)] for q in after]) - np.mean([series[at(q)] for q in before]))
