"""How often verdicts on themes and process changes claim what is not there, or miss what is.

    python benchmarks/calibrate_impact.py --replicates 4000 --seed 1

simulates councils with a known truth (``impact_worlds.py``) and writes
``docs/calibration/impact.md`` and ``.csv``. Of the replicates, all are run at 50 audits a quarter,
half at 150 and a fifth at 350; three eighths for changes of the audit process.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import impact_page
import numpy as np
from impact_worlds import (
    BASE,
    EFFECTS,
    NULLS,
    WEAK,
    Council,
    Period,
    Reading,
    World,
    council,
    graded_period,
    read_twice,
)

from qaf_analysis.stats.impact.difference_in_differences import ThemeChange, theme_change, with_holm
from qaf_analysis.stats.process.agreement_change import agreement_change
from qaf_analysis.stats.process.period_differences import ModeratedPairs
from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.verdicts import AgreementChangeVerdict, SpreadVerdict, ThemeVerdict

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
SIZES = {50: 1.0, 150: 0.5, 350: 0.2}
QUARTERS = (8, 12)
THEMES = 5
DRAWS = 200
FEWEST_BEFORE = 3
LASTING = next(world for world in WEAK if world.name.startswith("G:"))

SPREADS = {
    "29 auditors, then 12; no change": (Period(audits=200), Period(audits=200, auditors=12)),
    "the same, auditors far apart (0.8)": (
        Period(audits=200, sd=0.8),
        Period(audits=200, auditors=12, sd=0.8),
    ),
    "the same, 150 audits a quarter": (
        Period(audits=600, sd=0.8),
        Period(audits=600, auditors=12, sd=0.8),
    ),
    "no change, nor of the pool": (Period(audits=200), Period(audits=200)),
    "from 0.8 to 0.4": (Period(audits=200, sd=0.8), Period(audits=200, auditors=12, sd=0.4)),
    "from 0.8 to 0.2": (Period(audits=200, sd=0.8), Period(audits=200, auditors=12, sd=0.2)),
    "from 0.8 to 0.2, 150 audits a quarter": (
        Period(audits=600, sd=0.8),
        Period(audits=600, auditors=12, sd=0.2),
    ),
}
POOL, FEW = {"auditors": 29, "spread": 0.5}, {"auditors": 8, "spread": 0.8}
READINGS = {
    "25 + 25 pairs, no change": (Reading(pairs=25), Reading(pairs=25)),
    "60 + 60 pairs, no change": (Reading(pairs=60), Reading(pairs=60)),
    "the same, better cases after": (Reading(pairs=60), Reading(pairs=60, practice=1.5)),
    "the same, 29 auditors who differ": (Reading(pairs=60, **POOL), Reading(pairs=60, **POOL)),
    "the same, 8 auditors who differ much": (Reading(pairs=60, **FEW), Reading(pairs=60, **FEW)),
    "25 + 25 pairs, error 1.2 to 0.5": (Reading(pairs=25), Reading(pairs=25, error=0.5)),
    "60 + 60 pairs, error 1.2 to 0.5": (Reading(pairs=60), Reading(pairs=60, error=0.5)),
    "150 + 150 pairs, error 1.2 to 0.5": (Reading(pairs=150), Reading(pairs=150, error=0.5)),
    "60 + 60 pairs, only bias fell (0.9 to 0)": (Reading(pairs=60, bias=0.9), Reading(pairs=60)),
    "150 + 150 pairs, only bias fell (0.9 to 0)": (
        Reading(pairs=150, bias=0.9),
        Reading(pairs=150),
    ),
    "150 + 150 pairs, bias and error fell": (
        Reading(pairs=150, bias=0.9),
        Reading(pairs=150, error=0.5),
    ),
}


def told_alone(found: Council) -> ThemeChange:
    """The verdict from mean comparison grades only, its error told from the themed series."""
    alone = {k: v for k, v in found.columns.items() if k not in ("control_grades", "control_goods")}
    return theme_change(**alone)


def theme_row(
    rng: np.random.Generator, world: World, *, quarters: int, audits: int, replicates: int
) -> dict[str, object]:
    usual, other, moving, value = Counter(), Counter(), 0, []
    for _ in range(replicates):
        found = council(rng, world, quarters=quarters, audits=audits)
        change = theme_change(**found.columns)
        usual[change.verdict.value] += 1
        other[told_alone(found).verdict.value] += 1
        moving += change.decision.already_moving
        value.append(change.grade.value)
    return {
        "part": "theme",
        "setting": world.name,
        "quarters": quarters,
        "size": audits,
        "replicates": replicates,
        "up": usual[ThemeVerdict.IMPROVED] / replicates,
        "down": usual[ThemeVerdict.GOT_WORSE] / replicates,
        "none": usual[ThemeVerdict.NO_EVIDENCE] / replicates,
        "too_little": usual[ThemeVerdict.TOO_LITTLE] / replicates,
        "already_moving": moving / replicates,
        "mean_change": float(np.mean(value)),
        "up_told_alone": other[ThemeVerdict.IMPROVED] / replicates,
        "down_told_alone": other[ThemeVerdict.GOT_WORSE] / replicates,
    }


def several_themes_row(
    rng: np.random.Generator, *, quarters: int, audits: int, replicates: int
) -> dict[str, object]:
    """Five themes, each at its own date, against the same comparison domains."""
    alone = together = 0
    dates = np.linspace(3, quarters - 3, THEMES).round().astype(int)
    for _ in range(replicates):
        made = council(rng, BASE, quarters=quarters, audits=audits, themes=THEMES)
        found = [one_theme(made, place, post=made.quarter >= d) for place, d in enumerate(dates)]
        alone += any(change.verdict == ThemeVerdict.IMPROVED for change in found)
        together += any(change.verdict == ThemeVerdict.IMPROVED for change in with_holm(found))
    return {
        "part": "several themes",
        "setting": f"{THEMES} themes, no change",
        "quarters": quarters,
        "size": audits,
        "replicates": replicates,
        "up": together / replicates,
        "up_alone": alone / replicates,
    }


def chosen_date_row(
    rng: np.random.Generator, world: World, *, quarters: int, audits: int, replicates: int
) -> dict[str, object]:
    """The date with the smallest p-value taken for that of the theme, after looking."""
    fixed = chosen = 0
    for _ in range(replicates):
        made = council(rng, world, quarters=quarters, audits=audits)
        dates = range(FEWEST_BEFORE, quarters)
        found = [theme_change(**replace(made, post=made.quarter >= d).columns) for d in dates]
        fixed += found[quarters // 2 - FEWEST_BEFORE].verdict == ThemeVerdict.IMPROVED
        chosen += min(found, key=lambda change: change.grade.p).verdict == ThemeVerdict.IMPROVED
    return {
        "part": "date chosen",
        "setting": world.name,
        "quarters": quarters,
        "size": audits,
        "replicates": replicates,
        "up": chosen / replicates,
        "up_fixed": fixed / replicates,
    }


def one_theme(made: Council, place: int, *, post: np.ndarray) -> ThemeChange:
    """One of several themes, which stand before the comparison domains."""
    kept = [place, *range(THEMES, made.grade.shape[1])]
    return theme_change(**replace(made, post=post, grade=made.grade[:, kept]).columns)


def spread_row(
    rng: np.random.Generator, name: str, sides: tuple[Period, Period], *, replicates: int
) -> dict[str, object]:
    verdicts = Counter(
        spread_change(
            *(severity_spread(**graded_period(rng, side)) for side in sides)
        ).verdict.value
        for _ in range(replicates)
    )
    return {
        "part": "spread",
        "setting": name,
        "size": sides[0].audits,
        "replicates": replicates,
        "up": verdicts[SpreadVerdict.MORE] / replicates,
        "down": verdicts[SpreadVerdict.LESS] / replicates,
        "none": verdicts[SpreadVerdict.NO_EVIDENCE] / replicates,
        "too_little": verdicts[SpreadVerdict.TOO_LITTLE] / replicates,
    }


def agreement_row(
    rng: np.random.Generator, name: str, sides: tuple[Reading, Reading], *, replicates: int
) -> dict[str, object]:
    counts: Counter[str] = Counter()
    truth = stayed_truth(name, sides)
    for _ in range(replicates):
        # Auditors who stay keep their own leniency.
        leniency = rng.normal(0, sides[0].spread, sides[0].auditors) if sides[0].spread else None
        found = agreement_change(
            *(pairs(rng, side, leniency) for side in sides), rng=rng, draws=DRAWS
        )
        counts[found.verdict.value] += 1
        kappa, bias, stayed = found.kappa, found.bias, found.parts.had_bias_stayed
        counts["kappa"] += kappa.low > 0
        counts["bias"] += bias.low > 0 or bias.high < 0
        counts["stayed"] += stayed.low <= truth <= stayed.high
        counts["split"] += stayed.has_interval
        counts["claims less bias"] += found.parts.explained.low > 0
    return {
        "part": "agreement",
        "setting": name,
        "size": sides[0].pairs,
        "replicates": replicates,
        "up": counts[AgreementChangeVerdict.IMPROVED] / replicates,
        "down": counts[AgreementChangeVerdict.FELL] / replicates,
        "none": counts[AgreementChangeVerdict.NO_EVIDENCE] / replicates,
        "too_little": counts[AgreementChangeVerdict.TOO_LITTLE] / replicates,
        "kappa_up": counts["kappa"] / replicates,
        "bias_moved": counts["bias"] / replicates,
        "stayed_truth": truth,
        "stayed_covered": counts["stayed"] / max(counts["split"], 1),
        "explained_up": counts["claims less bias"] / replicates,
    }


def pairs(
    rng: np.random.Generator, reading: Reading, leniency: np.ndarray | None = None
) -> ModeratedPairs:
    ours, theirs, auditor = read_twice(rng, reading, leniency=leniency)
    return ModeratedPairs(audited=ours, moderated=theirs, auditor=auditor, n_levels=4)


def stayed_truth(name: str, sides: tuple[Reading, Reading], *, draws: int = 400_000) -> float:
    """True difference in agreement, at the earlier mix of grades, had the bias stayed."""
    rng = np.random.default_rng(0)
    earlier = replace(sides[0], pairs=draws, auditors=draws)
    later = replace(sides[1], pairs=draws, auditors=draws, bias=sides[0].bias)
    shares, mixes = [], []
    for side in (earlier, later):
        read = pairs(rng, side)
        n = np.bincount(read.moderated, minlength=4)
        shares.append(np.bincount(read.moderated[read.gap == 0], minlength=4) / np.maximum(n, 1))
        mixes.append(n / n.sum())
    mix = mixes[0] * mixes[1] / (mixes[0] + mixes[1])
    return float((shares[1] - shares[0]) @ mix / mix.sum())


def speed_row(rng: np.random.Generator, *, councils: int = 1000) -> dict[str, object]:
    """Seconds for the verdicts on five themes of so many councils, on one core."""
    made = council(rng, BASE, quarters=12, audits=50, themes=THEMES)
    started = time.perf_counter()
    for _ in range(councils):
        with_holm([one_theme(made, d, post=made.quarter >= 6) for d in range(THEMES)])
    return {
        "part": "speed",
        "setting": f"{councils:,} councils, {THEMES} themes each, 12 quarters",
        "size": 50,
        "replicates": councils,
        "seconds": time.perf_counter() - started,
    }


def calibrated(*, replicates: int, seed: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []

    def done(row: dict[str, object]) -> None:
        shown = {k: f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()}
        print(*shown.values(), flush=True)
        rows.append(row)

    done(speed_row(np.random.default_rng([seed, 0])))
    for place, world in enumerate((*NULLS, *WEAK, *EFFECTS)):
        for quarters in QUARTERS:
            for audits, share in SIZES.items():
                rng = np.random.default_rng([seed, 1, place, quarters, audits])
                n = max(round(replicates * share), 2)
                done(theme_row(rng, world, quarters=quarters, audits=audits, replicates=n))
    rng, n = np.random.default_rng([seed, 2]), max(round(replicates * 0.375), 2)
    done(several_themes_row(rng, quarters=12, audits=50, replicates=n))
    for place, world in enumerate((BASE, LASTING)):
        for quarters in QUARTERS:
            rng = np.random.default_rng([seed, 5, place, quarters])
            done(chosen_date_row(rng, world, quarters=quarters, audits=50, replicates=n))
    for place, (name, periods) in enumerate(SPREADS.items()):
        rng = np.random.default_rng([seed, 3, place])
        done(spread_row(rng, name, periods, replicates=n))
    for place, (name, readings) in enumerate(READINGS.items()):
        rng = np.random.default_rng([seed, 4, place])
        done(agreement_row(rng, name, readings, replicates=n))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = calibrated(replicates=chosen.replicates, seed=chosen.seed)
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = impact_page.page(rows, replicates=chosen.replicates, seed=chosen.seed)
    (chosen.out / "impact.md").write_text(text, encoding="utf-8")
    names = list(dict.fromkeys(name for row in rows for name in row))
    with (chosen.out / "impact.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
