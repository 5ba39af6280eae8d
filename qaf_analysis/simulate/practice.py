"""True practice: how good each audited case is in each domain, before anybody grades it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedTheme
from qaf_analysis.simulate.raters import Floats


def draw_shocks(design: CouncilDesign, *, rng: np.random.Generator) -> Floats:
    """Draw what each quarter adds to every case, shape (quarters, columns); see ``columns``."""
    quarters, domains = len(design.quarters), len(design.domains)
    common = design.quarter_sd * rng.normal(size=(quarters, 1)) * loadings(design)
    own = design.quarter_domain_sd * rng.normal(size=(quarters, domains))
    shocks: Floats = common + with_overall(own)
    return shocks


def draw_practice(
    design: CouncilDesign, audits: pd.DataFrame, *, shocks: Floats, rng: np.random.Generator
) -> Floats:
    """Draw the practice in every audit.

    The overall practice is the mean of the domains and something of its own.

    Returns
    -------
    array, shape (audits, columns)
        In points; the overall practice first.
    """
    count = len(audits)
    t = audits["t"].to_numpy()
    team = np.array([group.offset for group in design.teams])[audits["team_code"]]
    kind = np.array([group.offset for group in design.case_types])[audits["case_type_code"]]
    case = team + kind + design.case_sd * rng.normal(size=count)
    own = with_overall(design.domain_sd * rng.normal(size=(count, len(design.domains))))
    own[:, 0] += design.overall_sd * rng.normal(size=count)
    expected = expected_practice(design)[t] + cohort_effects(design)[t, audits["case_type_code"]]
    practice: Floats = expected + shocks[t] + case[:, np.newaxis] * loadings(design) + own
    return practice


def expected_practice(design: CouncilDesign, *, without: PlantedTheme | None = None) -> Floats:
    """Practice in an average case of each quarter, shape (quarters, columns), without shocks.

    ``without`` leaves one domain theme's effect out.
    """
    t = np.arange(len(design.quarters))
    names = [domain.name for domain in design.domains]
    offsets = np.tile([domain.offset for domain in design.domains], (len(t), 1))
    for theme in design.themes:
        if theme.domain is not None and theme != without:
            offsets[:, names.index(theme.domain)] += theme.effect * _is_after(design, theme)
    middle = (len(t) - 1) / 2
    delays = with_overall(np.array([[domain.delay for domain in design.domains]]))
    trend = design.trend * (t[:, np.newaxis] - middle - delays) * loadings(design)
    practice: Floats = trend + with_overall(offsets)
    return practice


def cohort_effects(design: CouncilDesign, *, without: PlantedTheme | None = None) -> Floats:
    """Effect of themes about a case type, shape (quarters, case types, 1)."""
    names = [group.name for group in design.case_types]
    effects = np.zeros((len(design.quarters), len(names), 1))
    for theme in design.themes:
        if theme.case_type is not None and theme != without:
            effects[:, names.index(theme.case_type), 0] += theme.effect * _is_after(design, theme)
    return effects


def loadings(design: CouncilDesign) -> Floats:
    """How strongly a case's quality shows in each column, shape (columns,)."""
    of_all: Floats = with_overall(np.array([[d.loading for d in design.domains]]))[0]
    return of_all


def with_overall(domains: Floats) -> Floats:
    """Put the mean of the domains before them, as the overall column."""
    return np.concatenate([domains.mean(axis=1, keepdims=True), domains], axis=1)


def _is_after(design: CouncilDesign, theme: PlantedTheme) -> Floats:
    return np.array([float(quarter > theme.audited_in) for quarter in design.quarters])
