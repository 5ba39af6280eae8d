"""How often figures from several draws of moderation hold the truth, and panels are kept apart.

    python benchmarks/calibrate_draws.py --replicates 1400 --panels 600 --seed 1

simulates councils from which several draws, one perhaps by risk, were moderated, and writes
``docs/calibration/optimism_draws.md`` and ``.csv``. ``optimism_worlds.py`` makes the grades.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan, sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from optimism_worlds import GOOD, LEVELS, LIMITS, NOISE, RISK, allocation

from qaf_analysis.stats.moderation.draw import inclusion_probabilities, systematic_sample
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.several_draws import (
    Draws,
    Panel,
    chance_of_any,
    effective_files,
    leading_panel,
    panel_difference,
    shown_apart,
)
from qaf_analysis.terms.estimate import Estimate

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
AUDITORS = 29
KINDNESS, SPREAD = 0.55, 0.4
FLAGGED, FLAG_CHANCE, FLAG_KINDNESS = 0.2, 4.0, 0.5
"""A flag on record: how many carry it, how much likelier risk picks them, how much kinder."""

SETS: dict[str, tuple[tuple[str, int], ...]] = {
    "39 by grade + 9": (("grade", 39), ("simple", 9)),
    "20 + 20": (("simple", 20), ("simple", 20)),
    "40 by grade + 8": (("grade", 40), ("simple", 8)),
    "39 by grade + 9 + 24 by risk": (("grade", 39), ("simple", 9), ("risk", 24)),
    "24 by risk + 20": (("risk", 24), ("simple", 20)),
    "8 + 4": (("simple", 8), ("simple", 4)),
}
PANEL_SETS = ("39 by grade + 9", "20 + 20", "40 by grade + 8")
SHIFTS = (0.0, 0.2, 0.5, 1.0)
WAYS = ("one over own chance", "any draw", "composite")


@dataclass(frozen=True, kw_only=True)
class Council:
    """All audits: auditor's grade, auditor, flag, and the grades of two panels."""

    audited: np.ndarray
    auditor: np.ndarray
    flag: np.ndarray
    found: np.ndarray  # (2, audits)

    @property
    def counts(self) -> np.ndarray:
        return np.bincount(self.audited, minlength=LEVELS)


class Row(NamedTuple):
    part: str
    audits: int
    draws: str
    setting: str
    figure: str
    value: float
    mc: float
    councils: int


def shift_in_practice(grades: float) -> float:
    """Leniency, on the scale of practice, that moves the mean grade by so much."""
    practice = np.random.default_rng(0).normal(0, sqrt(1 + NOISE**2), 200_000)
    mean = np.searchsorted(LIMITS, practice).mean()
    steps = np.linspace(0, 2.5, 251)
    moved = [mean - np.searchsorted(LIMITS, practice - step).mean() for step in steps]
    return float(np.interp(grades, moved, steps))


def drawn(rng: np.random.Generator, audits: int, *, stricter: float = 0.0) -> Council:
    practice, flag = rng.normal(size=audits), rng.random(audits) < FLAGGED
    auditor = rng.integers(0, AUDITORS, audits)
    kind = rng.normal(KINDNESS, SPREAD, AUDITORS)[auditor]
    kind += FLAG_KINDNESS * (flag - FLAGGED)
    noise = rng.normal(0, NOISE, (3, audits))
    return Council(
        audited=np.searchsorted(LIMITS, practice + noise[0] + kind),
        auditor=auditor,
        flag=flag,
        found=np.array(
            [
                np.searchsorted(LIMITS, practice + noise[1]),
                np.searchsorted(LIMITS, practice + noise[2] - stricter),
            ]
        ),
    )


def draw(rng: np.random.Generator, council: Council, how: str, n: int) -> tuple[np.ndarray, ...]:
    """Which audits a draw took, and the chance of every audit."""
    audits, took = len(council.audited), np.zeros(len(council.audited), dtype=bool)
    if how == "simple":
        took[rng.choice(audits, n, replace=False)] = True
        return took, np.full(audits, n / audits)
    if how == "grade":
        given = allocation(council.counts, n, weights=(1,) * LEVELS, least=2)
        for grade, number in enumerate(given):
            took[rng.choice(np.flatnonzero(council.audited == grade), number, replace=False)] = True
        return took, (given / np.maximum(council.counts, 1))[council.audited]
    weight = np.array(RISK)[council.audited] * np.where(council.flag, FLAG_CHANCE, 1.0)
    chance = inclusion_probabilities(weight, size=n)
    took[systematic_sample(chance, order=rng.permutation(audits), rng=rng)] = True
    return took, chance


def moderated(council: Council, at: np.ndarray, found: np.ndarray, chance: np.ndarray | None):
    """Audits at these places, to speak for all."""
    return ModeratedAudits(
        audit_grade=council.audited[at],
        moderation_grade=found[at],
        auditor=council.auditor[at],
        n_levels=LEVELS,
        good_from=GOOD,
        selected_by=("stratified",) * len(at),
        selection_probability=None if chance is None else chance,
        population=council.counts,
        population_auditors=len(np.unique(council.auditor)),
    )


def hit(estimate: Estimate, truth: float) -> list[float]:
    if not estimate.is_estimable:
        return [nan] * 3
    inside = float(estimate.low <= truth <= estimate.high)
    return [estimate.value - truth, inside, estimate.high - estimate.low]


FIGURES = ("good bias", "good coverage", "good width", "adjusted gap bias", "adjusted gap coverage",
           "adjusted gap width", "mean gap coverage", "counts as")  # fmt: skip


def weighed(council: Council, draws: list[tuple[np.ndarray, ...]], way: str) -> list[float]:
    took, chance = (np.array(part) for part in zip(*draws, strict=True))
    at = np.flatnonzero(took.any(axis=0))
    took, chance = took[:, at], chance[:, at]
    if way == "one over own chance":
        used = chance[took.argmax(axis=0), np.arange(len(at))]
    else:
        known = chance if way == "any draw" else np.where(took, chance, nan)
        both = Draws(took=took, chance=known, exercise=np.arange(len(took)))
        used = chance_of_any(both, council.audited[at])[0]
    audits = moderated(council, at, council.found[0], used)
    found, gap = gap_of_all(audits), float((council.audited - council.found[0]).mean())
    good = float((council.found[0] >= GOOD).mean())
    lines = [*hit(found.adjusted.good, good), *hit(found.adjusted.gap, gap), hit(found.gap, gap)[1]]
    return [*lines, effective_files(audits)]


def weight_rows(audits: int, name: str, *, replicates: int, rng: np.random.Generator) -> list[Row]:
    lines = []
    for _ in range(replicates):
        council = drawn(rng, audits)
        draws = [draw(rng, council, how, n) for how, n in SETS[name]]
        lines.append([weighed(council, draws, way) for way in WAYS])
    found = np.array(lines)
    return [
        row("weights", audits, name, way, figure, found[:, i, j])
        for i, way in enumerate(WAYS)
        for j, figure in enumerate(FIGURES)
    ]


def panels_of(council: Council, draws: list[tuple[np.ndarray, ...]]) -> list[Panel]:
    return [
        Panel(
            name=name,
            readings=moderated(council, np.flatnonzero(took), found, chance[took]),
            file=np.flatnonzero(took),
        )
        for name, found, (took, chance) in zip("ab", council.found, draws, strict=True)
    ]


PANEL_FIGURES = ("shown apart", "difference bias", "good covers what it says",
                 "gap covers what it says", "good covers the first panel")  # fmt: skip


def told(council: Council, draws: list[tuple[np.ndarray, ...]]) -> list[float]:
    """What the report does: pool, or keep the leading panel; and the truth of what it then says."""
    panels = panels_of(council, draws)
    truth = [
        (float((found >= GOOD).mean()), float((council.audited - found).mean()))
        for found in council.found
    ]
    difference = panel_difference(*panels)
    apart = shown_apart([difference])
    off = difference.difference.value - float((council.found[0] - council.found[1]).mean())
    if apart is not None:
        leading = leading_panel(panels)
        if leading is None:
            return [1.0, off, nan, nan, nan]
        found, share = gap_of_all(leading.readings), float(leading.name == "a")
    else:
        took, chance = (np.array(part) for part in zip(*draws, strict=True))
        at = np.flatnonzero(took.any(axis=0))
        both = Draws(took=took[:, at], chance=chance[:, at], exercise=np.arange(2))
        used = chance_of_any(both, council.audited[at])[0]
        grades = np.where(took[0], council.found[0], council.found[1])
        audits = moderated(council, at, grades, used)
        found = gap_of_all(audits)
        by_grade = np.bincount(council.audited[at], 1 / used, LEVELS)
        stands = (council.counts / np.maximum(by_grade, 1e-9))[council.audited[at]] / used
        share = float(stands[took[0, at]].sum() / stands.sum())
    good, gap = (share * one + (1 - share) * other for one, other in zip(*truth, strict=True))
    return [
        float(apart is not None),
        off,
        hit(found.adjusted.good, good)[1],
        hit(found.adjusted.gap, gap)[1],
        hit(found.adjusted.good, truth[0][0])[1],
    ]


def panel_rows(
    audits: int, name: str, shift: float, *, replicates: int, rng: np.random.Generator
) -> list[Row]:
    stricter, lines = shift_in_practice(shift), []
    for _ in range(replicates):
        council = drawn(rng, audits, stricter=stricter)
        lines.append(told(council, [draw(rng, council, how, n) for how, n in SETS[name]]))
    found = np.array(lines)
    return [
        row("panels", audits, name, f"{shift:g}", figure, found[:, i])
        for i, figure in enumerate(PANEL_FIGURES)
    ]


def row(part: str, audits: int, draws: str, setting: str, figure: str, values: np.ndarray) -> Row:
    kept = values[~np.isnan(values)]
    mc = float(kept.std(ddof=1)) / sqrt(len(kept)) if len(kept) > 1 else nan
    mean = float(kept.mean()) if len(kept) else nan
    return Row(part, audits, draws, setting, figure, mean, mc, len(kept))


def page(rows: list[Row], *, replicates: int, panels: int, seed: int) -> str:
    """The measured page."""
    value = {(r.part, r.audits, r.draws, r.setting, r.figure): r for r in rows}
    cover = [r for r in rows if r.figure.endswith(("coverage", "what it says"))]
    ours = [r for r in cover if r.setting != WAYS[0]]
    low, high = (f(ours, key=lambda r: r.value) for f in (min, max))
    lines = [
        "# Calibration of several draws of moderation",
        "",
        "Made by",
        "",
        "```",
        f"python benchmarks/calibrate_draws.py --replicates {replicates} --panels {panels} "
        f"--seed {seed}",
        "```",
        "",
        f"{replicates:,} councils a line for weights, {panels:,} for panels. Monte Carlo "
        f"error (one standard error) of a rate near 0.95: {sqrt(0.95 * 0.05 / replicates):.3f} and "
        f"{sqrt(0.95 * 0.05 / panels):.3f}; near 0.05 the same. The file `.csv` has it for each "
        "figure. How it is done: [over-optimism](../methods/optimism.md#several-draws).",
        "",
        f"{AUDITORS} auditors who differ (standard deviation {SPREAD:g} on the scale of practice) "
        "and are kinder by a third of a grade. One audit in five carries a flag: risk picks it "
        "four times as often, and auditors are kinder to it. So chances vary within "
        "auditors' grades.",
        "",
        f"Of all intervals of ours, the lowest coverage is {low.value:.3f} ({low.draws}, "
        f"{low.audits:,} audits, {low.figure}) and the highest {high.value:.3f} ({high.draws}, "
        f"{high.audits:,} audits, {high.figure}).",
        "",
        "## Weights",
        "",
        "*One over own chance* is what was done before: a file weighs by the draw that took it. "
        "*Any draw* is what is done where every chance is known, *composite* where a draw's chance "
        "is known for its own files only. Each cell: bias / coverage / width.",
        "",
        "| audits | draws | weight | counts as | Good or better | adjusted mean gap | "
        "mean gap, by auditor: coverage |",
        "|---|---|---|---|---|---|---|",
    ]
    for audits, name in dict.fromkeys((r.audits, r.draws) for r in rows if r.part == "weights"):
        for way in WAYS:
            cell = {f: value["weights", audits, name, way, f].value for f in FIGURES}
            good, gap = (
                f"{cell[f'{f} bias']:+.3f} / {cell[f'{f} coverage']:.3f} / {cell[f'{f} width']:.3f}"
                for f in ("good", "adjusted gap")
            )
            lines.append(
                f"| {audits:,} | {name} | {way} | {cell['counts as']:.1f} | {good} | {gap} | "
                f"{cell['mean gap coverage']:.3f} |"
            )
    lines += [
        "",
        "The mean gap in the last column allows for other auditors like these, so it covers the "
        "gap of these audits too often, over 0.98 where a large part of the audits was read. "
        "That is too wide and not wrong.",
        "",
        "## Panels that grade differently",
        "",
        "The second draw's moderators are stricter by so many grades. *Shown apart* is how often "
        "the report refuses to pool: with no difference that is a false refusal. Otherwise the "
        "figure is that of both panels in proportion to their weight, or, refused, that of the "
        "leading one: *covers what it says*.",
        "",
        "| audits | draws | stricter by | shown apart | bias of the difference | Good or better "
        "covers what it says | gap covers what it says | Good or better covers the first panel |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for audits, name, shift in dict.fromkeys(
        (r.audits, r.draws, r.setting) for r in rows if r.part == "panels"
    ):
        cell = {f: value["panels", audits, name, shift, f].value for f in PANEL_FIGURES}
        said = " | ".join(
            f"{cell[f]:+.3f}" if "bias" in f else f"{cell[f]:.3f}" for f in PANEL_FIGURES
        )
        lines.append(f"| {audits:,} | {name} | {shift} | {said} |")
    lines += [
        "",
        "A difference that is not shown is no proof that there is none: with nine files in the "
        "second draw, half a grade stays unseen in about four councils of ten.",
        "",
    ]
    return "\n".join(lines)


def cells() -> Iterator[tuple[int, str]]:
    yield from ((audits, name) for audits in (200, 1450) for name in SETS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=1400)
    parser.add_argument("--panels", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    rows: list[Row] = []
    for place, (audits, name) in enumerate(cells()):
        rng = np.random.default_rng([given.seed, 0, place])
        rows += weight_rows(audits, name, replicates=given.replicates, rng=rng)
        print(*[f"{r.setting} {r.figure} {r.value:.3f}" for r in rows[-16:]], sep="; ", flush=True)
    panels = [
        (audits, name, shift) for audits in (200, 1450) for name in PANEL_SETS for shift in SHIFTS
    ]
    for place, (audits, name, shift) in enumerate(panels):
        rng = np.random.default_rng([given.seed, 1, place])
        rows += panel_rows(audits, name, shift, replicates=given.panels, rng=rng)
        print(audits, name, shift, *[f"{r.figure} {r.value:.3f}" for r in rows[-5:]], flush=True)
    given.out.mkdir(parents=True, exist_ok=True)
    text = page(rows, replicates=given.replicates, panels=given.panels, seed=given.seed)
    (given.out / "optimism_draws.md").write_text(text, encoding="utf-8")
    with (given.out / "optimism_draws.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows([*r[:5], f"{r.value:.6g}", f"{r.mc:.3g}", r.councils] for r in rows)


if __name__ == "__main__":
    main()
