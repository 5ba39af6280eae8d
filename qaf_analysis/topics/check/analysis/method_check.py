"""Do the methods find what was planted? Simulated councils, analysed as if they were real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.council import simulate_council
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.presets import null_design, standard_design
from qaf_analysis.simulate.truth import PlantedTruth
from qaf_analysis.stats.core.intervals import wilson
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import OptimismVerdict, SpreadVerdict, ThemeVerdict
from qaf_analysis.topics.agreement.analysis.headline import agreement
from qaf_analysis.topics.check.analysis.recovery import (
    NOTHING,
    PLANTED,
    MethodCheck,
    Recovery,
    VerdictRate,
)
from qaf_analysis.topics.impact.analysis.themes import themes
from qaf_analysis.topics.optimism.analysis.headline import optimism
from qaf_analysis.topics.process.analysis.spread import consistency


@dataclass(frozen=True, kw_only=True)
class _Trial:
    world: str
    pairs: tuple[tuple[str, Estimate, float], ...]
    verdicts: tuple[tuple[str, OptimismVerdict | ThemeVerdict | SpreadVerdict], ...]


def method_check(
    *,
    councils: int,
    audits_per_quarter: int,
    seed: int,
    on_council: Callable[[int, int], None] | None = None,
) -> MethodCheck:
    """Simulate councils with and without effects, and analyse each.

    Parameters
    ----------
    councils : int
        Councils in each of the two worlds.
    audits_per_quarter : int
        Size of each council.
    seed : int
        Every council gets its own stream from it, so more councils extend the same series.
    on_council : callable, optional
        Called as ``on_council(done, total)``.
    """
    planted = standard_design(audits_per_quarter=audits_per_quarter)
    worlds = ((PLANTED, planted), (NOTHING, null_design(planted)))
    seeds = np.random.SeedSequence(seed).spawn(councils)
    trials = []
    for world, design in worlds:
        for stream in seeds:
            trials.append(_trial(world, design, np.random.default_rng(stream)))
            if on_council is not None:
                on_council(len(trials), councils * len(worlds))
    return MethodCheck(
        councils=councils,
        audits_per_quarter=audits_per_quarter,
        seed=seed,
        recoveries=tuple(_recoveries(trials)),
        verdicts=tuple(_verdict_rates(trials)),
    )


def _trial(world: str, design: CouncilDesign, rng: np.random.Generator) -> _Trial:
    council = simulate_council(design, rng=rng)
    truth, audits, quarter = PlantedTruth.of(council), simulated_audits(council), design.last
    window = truth.window(f"year to {quarter}")
    agreed, kinder = agreement(audits, quarter=quarter), optimism(audits, quarter=quarter)
    themed, process = themes(audits, quarter=quarter), consistency(audits, quarter=quarter)
    positive = design.scale.words.positive_heading
    pairs = [
        ("AC2, linear weights", agreed.ac2, window.ac2_linear),
        ("Identical grades", agreed.exact, window.exact_agreement),
        ("Mean gap", kinder.gap, window.mean_gap),
        ("Graded lower by the moderator", kinder.over, window.over_rate),
        (
            f"{positive}, moderation-adjusted",
            kinder.adjusted_good,
            window.moderators_good,
        ),
    ]
    for finding in themed.themes:
        if finding.change is not None:
            planted = truth.theme(finding.name)
            pairs.append((f"{finding.name}: mean grade", finding.change.grade, planted.mean_grade))
    for change in process.changes:
        before, after = (
            _mean_spread(truth, q) for q in (change.periods.before, change.periods.after)
        )
        pairs.append(("Spread before the change", change.before.sd, before))
        pairs.append(("Spread after the change", change.after.sd, after))
    return _Trial(
        world=world,
        pairs=tuple(pairs),
        verdicts=(
            ("Optimism", kinder.verdict),
            *((f"Theme: {finding.name}", finding.verdict) for finding in themed.themes),
            ("Consistency", process.verdict),
        ),
    )


def _mean_spread(truth: PlantedTruth, quarters: tuple[Quarter, ...]) -> float:
    return float(np.mean([truth.severity_sd[str(quarter)] for quarter in quarters]))


def _recoveries(trials: list[_Trial]) -> Iterator[Recovery]:
    for world in (PLANTED, NOTHING):
        ours = [trial for trial in trials if trial.world == world]
        for place, (figure, _, _) in enumerate(ours[0].pairs if ours else ()):
            found = [trial.pairs[place][1:] for trial in ours]
            known = [(e, t) for e, t in found if e.has_interval and not isnan(t)]
            covered = sum(e.low <= t <= e.high for e, t in known)
            errors = [e.value - t for e, t in known]
            yield Recovery(
                figure=figure,
                world=world,
                councils=len(ours),
                estimable=len(known),
                share=wilson(covered, len(known)),
                mean_error=float(np.mean(errors)) if errors else float("nan"),
            )


def _verdict_rates(trials: list[_Trial]) -> Iterator[VerdictRate]:
    for world in (PLANTED, NOTHING):
        ours = [dict(trial.verdicts) for trial in trials if trial.world == world]
        for question in ours[0] if ours else ():
            given = [verdicts[question] for verdicts in ours]
            for verdict in sorted(set(given)):
                yield VerdictRate(
                    question=question,
                    world=world,
                    verdict=verdict,
                    share=wilson(given.count(verdict), len(given)),
                )
