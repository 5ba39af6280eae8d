"""What moderators may be expected to find: a council's own experience, or stated assumptions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.stats.moderation.allocation import ModerationMix
from qaf_analysis.stats.optimism.moderated_counts import moderated_counts
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.scale import OFSTED4
from qaf_analysis.topics.common.scope import (
    graded,
    headline_domain,
    headline_quarters,
    latest_quarter,
    routine,
)
from qaf_analysis.topics.optimism.gap_groups import grade_codes
from qaf_analysis.topics.optimism.moderated import by_chance, first_moderation, moderated_pairs

ASSUMED = ModerationMix(
    share=np.array([0.0456, 0.3193, 0.5006, 0.1345]),
    found=np.array(
        [
            [0.3313, 0.6633, 0.0054, 0.0],
            [0.1898, 0.6810, 0.1292, 0.0],
            [0.0247, 0.4101, 0.5476, 0.0176],
            [0.0027, 0.0575, 0.6638, 0.2760],
        ]
    ),
    good_from=2,
)
"""An invented council whose auditors are kinder by a third of a grade on average: they agree with
moderators on just over half of the audits and over-grade three in eight."""
ASSUMED_AUDITS = 200
FEWEST_MODERATED = 30
"""With fewer moderated audits the council's own figures are too unsure to plan from."""


@dataclass(frozen=True, kw_only=True)
class ModerationBasis:
    """What a plan of moderation rests on, and in words where that comes from."""

    mix: ModerationMix
    levels: tuple[str, ...]
    audits: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...] = ()


_COMMON = (
    "Audits are drawn at random within auditors' grades, and moderated without sight of the "
    "auditor's grade.",
    "Widths are of these audits, by these auditors, and of moderators as they are; an interval "
    "that is to hold for other auditors too is wider, and so is one from very few audits.",
)


def assumed_basis(
    council: Audits | None = None, *, audits: int = ASSUMED_AUDITS, why: str = ""
) -> ModerationBasis:
    """What is assumed where no council, or one without enough moderation, is planned for.

    Parameters
    ----------
    council : Audits, optional
        Council whose scale is to be used.
    audits : int
        Audits to draw from.
    why : str
        Why the council's own figures do not serve; becomes a warning.

    Raises
    ------
    UsageError
        If the council's scale is not like the one that the assumptions are about.
    """
    scale = OFSTED4 if council is None else council.settings.scale
    if scale.n_levels != len(ASSUMED.share) or scale.good_from != ASSUMED.good_from:
        raise UsageError(
            f"{why} Assumptions are stated for a scale of four grades, good from the third, only; "
            f"have {FEWEST_MODERATED} audits drawn by chance moderated first."
        )
    over, under = (float(ASSUMED.share @ part) for part in (ASSUMED.over, ASSUMED.under))
    return ModerationBasis(
        mix=ASSUMED,
        levels=scale.levels,
        audits=audits,
        assumptions=(
            f"Not this council's figures, but assumed: moderators lower {over:.0%} of audits and "
            f"raise {under:.0%}; the gap has a standard deviation of {ASSUMED.deviation:.2f} "
            f"grades, {ASSUMED.deviation_within:.2f} within auditors' grades (an invented council "
            "whose auditors are kinder by a third of a grade).",
            *_COMMON,
        ),
        warnings=(why,) if why else (),
    )


def council_basis(council: Audits) -> ModerationBasis:
    """What to expect from a council's own audits of the headline period and all its moderations.

    With fewer than ``FEWEST_MODERATED`` of these it is what is assumed. Grades are shrunk a little
    towards the auditor's (``moderated.moderated_counts``), so that none seems certain.

    Raises
    ------
    UsageError
        If there are too few and nothing is assumed about the council's scale.
    """
    scale, domain = council.settings.scale, headline_domain(council)
    window = [str(q) for q in headline_quarters(council, latest_quarter(council))]
    year = routine(graded(council, domain=domain))
    year = year[year["quarter"].isin(window)].drop_duplicates("audit_id")
    pairs = first_moderation(by_chance(moderated_pairs(council)))
    if domain is None or len(pairs) < FEWEST_MODERATED:
        why = (
            f"The council has {len(pairs)} moderated audits that were chosen by a recorded chance; "
            f"at least {FEWEST_MODERATED}, with an overall grade, are needed to plan from its own "
            "figures, so assumed ones are used."
        )
        return assumed_basis(council, audits=max(len(year), scale.n_levels), why=why)
    audit_grade, moderation_grade, _ = grade_codes(pairs)
    counts = moderated_counts(
        audit_grade, moderation_grade, np.ones(len(pairs)), n_levels=scale.n_levels
    )
    held = np.bincount(year["grade"].to_numpy(np.int64), minlength=scale.n_levels)
    mix = ModerationMix(share=held / held.sum(), found=counts.smoothed, good_from=scale.good_from)
    return ModerationBasis(
        mix=mix,
        levels=scale.levels,
        audits=len(year),
        assumptions=(
            f"From the council's own {len(pairs):,} moderated audits chosen by a recorded chance: "
            f"moderators lower {float(mix.share @ mix.over):.0%} and raise "
            f"{float(mix.share @ mix.under):.0%}; the gap has a standard deviation of "
            f"{mix.deviation:.2f} grades, {mix.deviation_within:.2f} within auditors' grades.",
            *_COMMON,
        ),
    )
