"""What is true of a simulated council, for each figure that the analyses report."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qaf_analysis.simulate.break_truth import BreakTruth, break_truths
from qaf_analysis.simulate.council import SimulatedCouncil
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.expectation import pair_table, severity_sd
from qaf_analysis.simulate.impact_truth import ImpactTruth, impact_truths
from qaf_analysis.simulate.raters import Floats, Integers
from qaf_analysis.simulate.theme_truth import ThemeTruth, theme_truth
from qaf_analysis.terms.errors import SettingsError
from qaf_analysis.terms.names import AuditType

SAVED_DIGITS = 9  # so that other processors, which differ in the last bits, write the same file


@dataclass(frozen=True, kw_only=True)
class WindowTruth:
    """Headline grades of the routine audits of some quarters, had moderators graded them all.

    ``moderators``, ``mean_gap`` and the rates are averages over the moderation sources, of the
    grade that a blind moderator of the source would give each audit; NaN without a source.
    ``exact_agreement`` and ``ac2_linear`` are expected between two random active auditors
    reading blind, under the quarters' true shocks.
    """

    window: str
    quarters: tuple[str, ...]
    audits: int
    auditors: tuple[float, ...]
    moderators: tuple[float, ...]
    auditors_good: float
    moderators_good: float
    mean_gap: float
    over_rate: float
    under_rate: float
    exact_agreement: float
    ac2_linear: float


@dataclass(frozen=True, kw_only=True)
class HeadlineTruth:
    """The windows of a further headline: a second area, or the impact for the child."""

    domain: str
    windows: tuple[WindowTruth, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeTruth:
    """Auditors just before and in the quarter of a process change.

    ``severity_sd`` is in grades; ``optimism`` in points of the latent scale.
    """

    label: str
    starts: str
    auditors_before: int
    auditors_after: int
    optimism_before: float
    optimism_after: float
    severity_sd_before: float
    severity_sd_after: float


@dataclass(frozen=True, kw_only=True)
class PlantedTruth:
    """Everything known about a simulated council that an analysis could estimate.

    Parameters
    ----------
    council : str
        Name in the design.
    headline_domain : str
        The domain that windows and changes are about: the overall grade, or the first area.
    windows : tuple of WindowTruth
        Each quarter; each year of four quarters; and all quarters together. None runs over a
        change of scale.
    themes, changes
        In the order of the design.
    severity_sd : dict
        For each quarter the spread of the active auditors' severities, in grades.
    further, breaks, impact : tuple
        Further headlines, changes of scale, and practice beside impact; empty where there is none.
    """

    council: str
    headline_domain: str
    windows: tuple[WindowTruth, ...]
    themes: tuple[ThemeTruth, ...]
    changes: tuple[ChangeTruth, ...]
    severity_sd: dict[str, float]
    further: tuple[HeadlineTruth, ...] = ()
    breaks: tuple[BreakTruth, ...] = ()
    impact: tuple[ImpactTruth, ...] = ()

    @classmethod
    def of(cls, council: SimulatedCouncil) -> PlantedTruth:
        """Work out what is true of a council."""
        design = council.design
        spread = severity_sd(design, council.raters)
        first, *others = design.headline_columns
        return cls(
            council=design.name,
            headline_domain=design.columns[first],
            windows=_windows(council, column=first),
            themes=tuple(theme_truth(council, theme) for theme in design.themes),
            changes=_changes(design, spread),
            severity_sd={
                str(quarter): float(value)
                for quarter, value in zip(design.quarters, spread, strict=True)
            },
            further=tuple(
                HeadlineTruth(
                    domain=design.columns[column], windows=_windows(council, column=column)
                )
                for column in others
            ),
            breaks=break_truths(council),
            impact=impact_truths(council),
        )

    def window(self, name: str) -> WindowTruth:
        """Truth of one window, such as ``2019-20 Q4``, ``year to 2019-20 Q4`` or ``all``.

        Raises
        ------
        SettingsError
            If there is no such window.
        """
        for window in self.windows:
            if window.window == name:
                return window
        raise SettingsError(
            f'There is no window "{name}"; the first is "{self.windows[0].window}".'
        )

    def theme(self, name: str) -> ThemeTruth:
        """Truth of one theme.

        Raises
        ------
        SettingsError
            If there is no such theme.
        """
        for theme in self.themes:
            if theme.theme == name:
                return theme
        raise SettingsError(f'There is no theme "{name}".')

    def to_json(self) -> str:
        """Return the truth as JSON text; NaN becomes null, numbers keep nine decimals.

        Further headlines, breaks and impact are left out where there is none.
        """
        told = {
            name: value
            for name, value in asdict(self).items()
            if value or name not in ("further", "breaks", "impact")
        }
        return json.dumps(_plain(told), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, SAVED_DIGITS) + 0.0
    return value


def _windows(council: SimulatedCouncil, *, column: int) -> tuple[WindowTruth, ...]:
    design = council.design
    names = [str(quarter) for quarter in design.quarters]
    shocks = council.shocks[:, column]
    tables = [
        pair_table(design, council.raters, t=t, shock=float(shocks[t]), column=column)
        for t in range(len(names))
    ]
    eras = np.array(design.era_by_quarter)
    every = np.arange(len(names))
    spans = {name: every[t : t + 1] for t, name in enumerate(names)}
    spans |= {f"year to {names[t]}": every[t - 3 : t + 1] for t in every[3:]}
    spans["all"] = every
    return tuple(
        _window(
            council,
            name=name,
            span=span,
            pairs=np.stack([tables[t] for t in span]).mean(axis=0),
            column=column,
        )
        for name, span in spans.items()
        if len(np.unique(eras[span])) == 1
    )


def _window(
    council: SimulatedCouncil, *, name: str, span: Integers, pairs: Floats, column: int
) -> WindowTruth:
    design, scale = council.design, council.design.era_at(int(span[0])).scale
    levels = scale.n_levels
    routine = council.audits["audit_type"] == AuditType.COLLABORATIVE
    rows = np.flatnonzero(routine & council.audits["t"].isin(span))
    given = council.auditor_grades[rows, column]
    found = [grades[rows, column] for grades in council.moderator_grades.values()]
    gaps = np.array([given - grades for grades in found])
    auditors = _profile(given, levels=levels)
    moderators = (
        np.mean([_profile(grades, levels=levels) for grades in found], axis=0)
        if found
        else np.full(levels, np.nan)
    )
    exact, ac2 = agreement_of(pairs)
    return WindowTruth(
        window=name,
        quarters=tuple(str(design.quarters[t]) for t in span),
        audits=len(rows),
        auditors=tuple(auditors.tolist()),
        moderators=tuple(moderators.tolist()),
        auditors_good=float(auditors[scale.good_from :].sum()),
        moderators_good=float(moderators[scale.good_from :].sum()),
        mean_gap=float(gaps.mean()) if found else float("nan"),
        over_rate=float((gaps > 0).mean()) if found else float("nan"),
        under_rate=float((gaps < 0).mean()) if found else float("nan"),
        exact_agreement=exact,
        ac2_linear=ac2,
    )


def _profile(codes: Integers, *, levels: int) -> Floats:
    shares: Floats = np.bincount(codes, minlength=levels) / len(codes)
    return shares


def agreement_of(pairs: Floats) -> tuple[float, float]:
    """Exact agreement, and AC2 with linear weights, of a joint distribution of two grades.

    Source: Gwet, Handbook of Inter-Rater Reliability: chance agreement is the weights' total
    over K(K-1), times the sum of p(1-p) over the grades' mean shares p.

    Examples
    --------
    >>> agreement_of(np.diag([0.5, 0.5]))
    (1.0, 1.0)
    """
    levels = len(pairs)
    steps = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    weights = 1 - steps / (levels - 1)
    share = (pairs.sum(axis=0) + pairs.sum(axis=1)) / 2
    by_chance = weights.sum() / (levels * (levels - 1)) * (share * (1 - share)).sum()
    return float(np.trace(pairs)), float(((weights * pairs).sum() - by_chance) / (1 - by_chance))


def _changes(design: CouncilDesign, spread: Floats) -> tuple[ChangeTruth, ...]:
    truths = []
    for change in design.changes:
        if not design.first < change.quarter <= design.last:
            continue
        t = design.quarters.index(change.quarter)
        truths.append(
            ChangeTruth(
                label=change.label,
                starts=change.starts.isoformat(),
                auditors_before=design.pool_sizes[t - 1],
                auditors_after=design.pool_sizes[t],
                optimism_before=design.optimism_by_quarter[t - 1],
                optimism_after=design.optimism_by_quarter[t],
                severity_sd_before=float(spread[t - 1]),
                severity_sd_after=float(spread[t]),
            )
        )
    return tuple(truths)
