"""How often verdicts on themes and process changes claim what is not there, or miss what is.

    python benchmarks/calibrate_impact.py --replicates 800 --seed 1

simulates councils with a known truth (``impact_worlds.py``) and writes
``docs/calibration/impact.md`` and ``.csv``. Of the replicates, all are run for each world without
an effect at 8 quarters of 50 audits and two fifths at 12 of 150; half and a quarter for worlds
with one; a third for unequal quarters. With ``--parts themes`` the rows on changes of the audit
process stay as they stand in the file.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import impact_page
import numpy as np
from impact_worlds import (
    BASE,
    CONTROLS,
    EFFECTS,
    NULLS,
    UNEQUAL,
    WEAK,
    Council,
    Period,
    Reading,
    World,
    council,
    council_of,
    graded_period,
    read_twice,
)
from scipy import special

from qaf_analysis.stats.impact.difference_in_differences import ThemeChange, theme_change, with_holm
from qaf_analysis.stats.process.agreement_change import agreement_change
from qaf_analysis.stats.process.period_differences import ModeratedPairs
from qaf_analysis.stats.process.spread import severity_spread
from qaf_analysis.stats.process.spread_change import spread_change
from qaf_analysis.terms.verdicts import (
    AgreementChangeVerdict,
    DriftStanding,
    SpreadVerdict,
    ThemeVerdict,
)

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
DESIGNS = {(8, 50): (1.0, 0.5), (12, 150): (0.4, 0.25)}
"""Quarters and audits; share of the replicates for worlds without an effect, and for others."""
PROCESS = ("spread", "agreement")
THEMES = 5
DRAWS = 200
FEWEST_BEFORE = 3
LASTING = next(world for world in WEAK if world.name.startswith("Q:"))

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


def raw_claim(made: Council) -> bool:
    """Whether grades compared as they are, by a t test of quarter means, would say improved."""
    gap = made.grade[:, 0] - made.grade[:, 1:].mean(axis=1)
    n = np.bincount(made.quarter)
    kept = n > 0
    means = np.bincount(made.quarter, weights=gap)[kept] / n[kept]
    late = np.bincount(made.quarter, weights=made.post)[kept] > 0
    if late.all() or not late.any():
        return False
    before, after = means[~late], means[late]
    df = len(means) - 2
    squares = ((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum()
    se = np.sqrt(squares / df * (1 / len(before) + 1 / len(after)))
    return bool((after.mean() - before.mean()) / se > special.stdtrit(df, 0.975))


def counted(councils: Iterator[Council]) -> dict[str, float]:
    """Rates of the verdicts over simulated councils."""
    verdicts: Counter[str] = Counter()
    value = []
    for made in councils:
        change = theme_change(**made.columns)
        claims = change.verdict in (ThemeVerdict.IMPROVED, ThemeVerdict.GOT_WORSE)
        verdicts[change.verdict.value] += 1
        verdicts["scale"] += change.decision.depends_on_scale
        verdicts["raw"] += raw_claim(made)
        verdicts["stands"] += claims and change.decision.standing is not DriftStanding.EXPLAINED
        verdicts["firm"] += claims and change.decision.standing is DriftStanding.FIRM
        if change.grade.is_estimable:
            value.append(change.grade.value)
    n = sum(verdicts[verdict.value] for verdict in ThemeVerdict)
    return {
        "up": verdicts[ThemeVerdict.IMPROVED] / n,
        "down": verdicts[ThemeVerdict.GOT_WORSE] / n,
        "none": verdicts[ThemeVerdict.NO_EVIDENCE] / n,
        "too_little": verdicts[ThemeVerdict.TOO_LITTLE] / n,
        "depends_on_scale": verdicts["scale"] / n,
        "stands": verdicts["stands"] / n,
        "firm": verdicts["firm"] / n,
        "up_raw": verdicts["raw"] / n,
        "mean_change": float(np.mean(value)) if value else float("nan"),
    }


def theme_row(
    rng: np.random.Generator, world: World, *, quarters: int, audits: int, replicates: int
) -> dict[str, object]:
    made = (council(rng, world, quarters=quarters, audits=audits) for _ in range(replicates))
    return {
        "part": "theme",
        "setting": world.name,
        "quarters": quarters,
        "size": audits,
        "replicates": replicates,
        **counted(made),
    }


def unequal_row(
    rng: np.random.Generator, name: str, world: World, *, replicates: int
) -> dict[str, object]:
    sizes, before = UNEQUAL[name]
    made = (council_of(rng, world, sizes=sizes, before=before) for _ in range(replicates))
    return {
        "part": "unequal",
        "setting": f"{name}; {'rise' if world.effect else 'nothing happened'}",
        "quarters": len(sizes),
        "size": world.controls,
        "replicates": replicates,
        **counted(made),
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
        chosen += (
            min(found, key=lambda change: change.evidence.p("mean_grade")).verdict
            == ThemeVerdict.IMPROVED
        )
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


def speed_row(rng: np.random.Generator, *, councils: int = 200) -> dict[str, object]:
    """Seconds for the verdicts on five themes of so many councils, on one core."""
    made = council(rng, BASE, quarters=12, audits=50, themes=THEMES)
    started = time.process_time()
    for _ in range(councils):
        with_holm([one_theme(made, d, post=made.quarter >= 6) for d in range(THEMES)])
    return {
        "part": "speed",
        "setting": f"{councils:,} councils, {THEMES} themes each, 12 quarters",
        "size": 50,
        "replicates": councils,
        "seconds": time.process_time() - started,
    }


def calibrated(
    *, replicates: int, seed: int, process: list[dict[str, object]] | None = None
) -> list[dict[str, object]]:
    """All rows; those on changes of the audit process are taken over where given."""
    rows: list[dict[str, object]] = []

    def done(row: dict[str, object]) -> None:
        shown = {k: f"{v:.4f}" if isinstance(v, float) else v for k, v in row.items()}
        print(*shown.values(), flush=True)
        rows.append(row)

    done(speed_row(np.random.default_rng([seed, 0])))
    for place, world in enumerate((*NULLS, *WEAK, *EFFECTS)):
        for (quarters, audits), shares in DESIGNS.items():
            rng = np.random.default_rng([seed, 1, place, quarters, audits])
            share = shares[0] if world in NULLS else shares[1]
            # The power that is promised is measured with four times as many.
            n = max(round(replicates * share * (4 if world == EFFECTS[0] else 1)), 2)
            done(theme_row(rng, world, quarters=quarters, audits=audits, replicates=n))
    for place, name in enumerate(UNEQUAL):
        for controls in (1, 2, 5):
            for effect in (0.0, EFFECTS[0].effect) if controls == CONTROLS else (0.0,):
                world = World(name=name, controls=controls, effect=effect)
                rng = np.random.default_rng([seed, 6, place, controls, int(effect > 0)])
                done(unequal_row(rng, name, world, replicates=max(round(replicates / 3), 2)))
    rng, n = np.random.default_rng([seed, 2]), max(round(replicates / 8), 2)
    done(several_themes_row(rng, quarters=12, audits=50, replicates=n))
    for place, world in enumerate((BASE, LASTING)):
        for quarters in (8, 12):
            rng = np.random.default_rng([seed, 5, place, quarters])
            done(chosen_date_row(rng, world, quarters=quarters, audits=50, replicates=n))
    if process is not None:
        return rows + process
    n = max(round(replicates * 0.75), 2)
    for place, (name, periods) in enumerate(SPREADS.items()):
        rng = np.random.default_rng([seed, 3, place])
        done(spread_row(rng, name, periods, replicates=n))
    for place, (name, readings) in enumerate(READINGS.items()):
        rng = np.random.default_rng([seed, 4, place])
        done(agreement_row(rng, name, readings, replicates=n))
    return rows


def kept_process(path: Path) -> list[dict[str, object]]:
    """Rows on changes of the audit process as they stand in a file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["part"] in PROCESS]
    return [{name: value for name, value in row.items() if value != ""} for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=800)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", choices=("all", "themes"), default="all")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    process = kept_process(OUT / "impact.csv") if chosen.parts == "themes" else None
    rows = calibrated(replicates=chosen.replicates, seed=chosen.seed, process=process)
    chosen.out.mkdir(parents=True, exist_ok=True)
    text = impact_page.page(
        rows, replicates=chosen.replicates, seed=chosen.seed, parts=chosen.parts
    )
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
