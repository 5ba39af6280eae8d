"""What the adjusted figures would be with other moderators, or had all of them been blind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.stats.optimism.adjusted import AdjustedProfile
from qaf_analysis.stats.optimism.moderator_sensitivity import (
    SensitivityLine,
    another_panel,
    beside_headline,
    unblinded_moderation,
)
from qaf_analysis.stats.optimism.paired import grade_table
from qaf_analysis.terms.scale import Scale
from qaf_analysis.topics.optimism.gap_groups import grade_codes
from qaf_analysis.topics.optimism.moderator_checks import read_twice

SEED = 20200401


def sensitivity_lines(
    population: pd.DataFrame,
    chosen: pd.DataFrame,
    every: pd.DataFrame,
    *,
    adjusted: AdjustedProfile,
    scale: Scale,
) -> tuple[SensitivityLine, ...]:
    """Headline, other assumptions on unblinded moderators, and another panel of moderators.

    Parameters
    ----------
    population : DataFrame
        All audits that the headline speaks for.
    chosen : DataFrame
        Moderated pairs of the headline.
    every : DataFrame
        All moderated pairs known, of which those read by two moderators tell how far moderators
        differ.
    adjusted : AdjustedProfile
        The headline; without it there is no line.
    """
    if not adjusted.good.is_estimable:
        return ()
    n_levels, good_from = scale.n_levels, scale.good_from
    counts = np.bincount(population["grade"].to_numpy(np.int64), minlength=n_levels)
    audit_grade, moderation_grade, auditor = grade_codes(chosen)
    lines = unblinded_moderation(
        counts,
        audit_grade=audit_grade,
        moderation_grade=moderation_grade,
        blind=chosen["blind"].fillna(False).astype(bool).to_numpy(),
        good_from=good_from,
        selection_probability=chosen["selection_probability"].to_numpy(np.float64),
        auditor=auditor,
        population_auditors=population["rater"].nunique(),
    )
    twice = read_twice(every[every["blind"].fillna(True).astype(bool)])
    anchors = grade_table(
        twice["moderation_grade_first"].to_numpy(np.int64),
        twice["moderation_grade_second"].to_numpy(np.int64),
        n_levels=n_levels,
    )
    panel = another_panel(
        counts,
        grade_table(audit_grade, moderation_grade, n_levels=n_levels),
        anchors,
        good_from=good_from,
        rng=np.random.default_rng(SEED),
    )
    # The panel is drawn from plain counts; what it is held against is the report's headline.
    return (*lines, beside_headline(panel.label, panel.good, panel.gap, adjusted))
