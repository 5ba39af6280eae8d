"""How often a change across a new scale is claimed, with and without one, and covered.

    python benchmarks/calibrate_bridge.py --replicates 4000 --seed 1

draws councils that go from a scale of four grades (52 % positive) to one of five (62 % positive)
with 200 audits in each era, by 29 auditors who differ in strictness (SD .3) and grade with chance
(SD .5) where practice has SD 1, and writes ``docs/calibration/bridge.md`` and ``.csv``. Rows that
a report refuses (few readers, readers not blind) show what the refusal is for.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

import numpy as np

from qaf_analysis.stats.bridge.change import (
    ScaleGap,
    area_changes,
    change_across,
    change_limits,
    scale_gap,
    severity_change,
)
from qaf_analysis.stats.bridge.councils import (
    FIVE,
    FOUR,
    BridgeSize,
    ChangedCouncil,
    EraAudits,
    positives,
)
from qaf_analysis.stats.bridge.planning import bridged
from qaf_analysis.stats.bridge.two_phase import Bridge, ScoreShare, two_phase_shares
from qaf_analysis.terms.verdicts import BRIDGE_RULE, BridgeVerdict

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
LEVEL = BRIDGE_RULE.level
RISES = (0.0, 0.09, 0.15)
STEADY = ChangedCouncil()
KINDER = ChangedCouncil(harsher=-0.3)
FIELDS = ("part", "setting", "kind", "readers", "audits", "rise", "replicates", "coverage",
          "above", "below", "half_width")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A council, the size of its bridge, and the way in which its change is told."""

    part: str
    setting: str
    council: ChangedCouncil
    size: BridgeSize
    way: str = "A"


def cells() -> Iterator[Cell]:
    for readers in (6, 10, 15, 29):
        for audits in (40, 80):
            for rise in RISES:
                yield Cell(
                    part="readers",
                    setting="steady auditors",
                    council=replace(STEADY, rise=rise),
                    size=BridgeSize(audits=audits, readers=readers),
                )
    for name, council in (
        ("auditors kinder by .3 on both scales", KINDER),
        ("auditors kinder by .3 on the new scale only", replace(KINDER, harsher_on_old=False)),
        ("auditors harsher by .3 on both scales", replace(KINDER, harsher=0.3)),
    ):
        for way in ("A", "B"):
            for readers, audits in ((10, 40), (15, 80)):
                for rise in RISES if way == "A" else (0.0,):
                    yield Cell(
                        part="severity",
                        setting=name,
                        council=replace(council, rise=rise),
                        size=BridgeSize(audits=audits, readers=readers),
                        way=way,
                    )
    yield from other_cells()


def other_cells() -> Iterator[Cell]:
    small = BridgeSize(audits=60, readers=15)
    for name, council in (
        ("50 audits in the new era", replace(STEADY, new_audits=50)),
        ("60 audits in the old era, all read again", replace(STEADY, old_audits=60)),
        ("1,000 audits in each era", replace(STEADY, old_audits=1000, new_audits=1000)),
        ("92% positive on the new scale", replace(STEADY, new=FIVE.with_positive(0.92))),
        ("90% positive on the old scale", replace(STEADY, old=FOUR.with_positive(0.90))),
    ):
        yield Cell(part="other", setting=name, council=council, size=small)
    for way, how in (("A", "as in use"), ("independent", "readings as independent")):
        for readers in (3, 10):
            yield Cell(
                part="refused",
                setting=f"{how}, steady auditors",
                council=STEADY,
                size=BridgeSize(audits=80, readers=readers),
                way=way,
            )
    for sight in (0.0, 0.5, 0.9):
        yield Cell(
            part="refused",
            setting=f"readers drawn {sight:.0%} of the way to the first grade; auditors kinder",
            council=replace(KINDER, sight=sight),
            size=BridgeSize(audits=80, readers=15),
        )
    for name, council in (("steady auditors", STEADY), ("auditors kinder by .3", KINDER)):
        yield Cell(
            part="words",
            setting=f"{name}, positive shares compared as they stand",
            council=council,
            size=BridgeSize(audits=40, readers=10),
            way="words",
        )


Drawn = tuple[EraAudits, EraAudits]


def drawn(council: ChangedCouncil, size: BridgeSize, *, replicates: int, seed: list[int]) -> Drawn:
    rng = np.random.default_rng(seed)
    twice = replace_size(size, most=council.new_audits)
    return council.drawn(rng, councils=replicates, re_read=size, twice=twice)


def replace_size(size: BridgeSize, *, most: int) -> BridgeSize:
    return BridgeSize(audits=min(size.audits, most), readers=min(size.readers, most))


def counted(era: EraAudits, good_from: int) -> list[ScoreShare]:
    return [ScoreShare.counted(int(n), era.audits) for n in positives(era, good_from=good_from)]


def sides(found: Drawn, way: str) -> tuple[list[ScoreShare], list[ScoreShare]]:
    """Shares of both eras on one scale, old and new; "words" takes them as they stand."""
    old, new = found
    if way == "B":
        return counted(old, FOUR.good_from), list(bridged(new))
    before = {"A": bridged, "independent": as_independent, "words": words_alike}[way](old)
    return list(before), counted(new, FIVE.good_from)


def words_alike(era: EraAudits) -> list[ScoreShare]:
    return counted(era, FOUR.good_from)


def as_independent(era: EraAudits) -> list[ScoreShare]:
    """Bridged shares as though readers had no strictness of their own; not in use."""
    found = two_phase_shares(era.shares, audits=era.audits, bridge=era.bridge)
    n = found.value * (1 - found.value) / (found.audits_variance + found.bridge.independent)
    return [
        ScoreShare(value=float(value), n=float(number), cases=era.audits)
        for value, number in zip(found.value, n, strict=True)
    ]


def rates(limits: np.ndarray, truth: float) -> dict[str, float]:
    low, high = limits[:, 0], limits[:, 1]
    return {
        "coverage": float(((low <= truth) & (truth <= high)).mean()),
        "above": float((low > 0).mean()),
        "below": float((high < 0).mean()),
        "half_width": float((high - low).mean() / 2),
    }


def told(cell: Cell, *, replicates: int, seed: list[int]) -> dict[str, object]:
    """Rates of one cell. The truth is the change of practice, whatever a kind of bridge carries."""
    found = drawn(cell.council, cell.size, replicates=replicates, seed=seed)
    pairs = zip(*sides(found, cell.way), strict=True)
    limits = np.array([change_limits(before, after, level=LEVEL) for before, after in pairs])
    bridge = {} if cell.way == "words" else {"readers": cell.size.readers}
    return {
        "part": cell.part,
        "setting": cell.setting,
        "kind": cell.way if cell.way in ("A", "B") else "",
        **bridge,
        **({"audits": cell.size.audits} if bridge else {}),
        "rise": cell.council.rise,
        "replicates": replicates,
        **rates(limits, cell.council.change_re_read),
    }


def severity_row(
    name: str, council: ChangedCouncil, size: BridgeSize, *, replicates: int, seed: list[int]
) -> dict[str, object]:
    """The change of severity: kind A less kind B; above 0 is harsher."""
    old, new = drawn(council, size, replicates=replicates, seed=seed)
    limits = []
    for place in range(replicates):
        found = severity_change(
            gap_of(old, place, good_from=FOUR.good_from),
            gap_of(new, place, good_from=FIVE.good_from),
        )
        limits.append((found.low, found.high))
    return {
        "part": "severity",
        "setting": name,
        "kind": "A - B",
        "readers": size.readers,
        "audits": size.audits,
        "rise": council.rise,
        "replicates": replicates,
        **rates(np.array(limits), council.change_re_read - council.change_graded_twice),
    }


def gap_of(era: EraAudits, place: int, *, good_from: int) -> ScaleGap:
    """Gap of one council among those drawn."""
    counts = np.rint(era.shares[place] * era.audits).astype(np.int64)
    bridge = Bridge(
        level=era.bridge.level[place],
        positive=era.bridge.positive[place],
        reader=era.bridge.reader[place],
        n_levels=len(counts),
    )
    return scale_gap(np.repeat(np.arange(len(counts)), counts), bridge, good_from=good_from)


def area_rows(*, replicates: int, seed: list[int]) -> Iterator[dict[str, object]]:
    """Any area called improved though none is: each alone, and by Holm's adjustment."""
    size = BridgeSize(audits=80, readers=15)
    for areas in (3, 6):
        groups = max(1, replicates // areas)
        found = drawn(STEADY, size, replicates=groups * areas, seed=[*seed, areas])
        changes = [change_across(*pair) for pair in zip(*sides(found, "A"), strict=True)]
        any_alone = any_holm = 0
        for start in range(0, len(changes), areas):
            group = changes[start : start + areas]
            any_alone += any(one.low > 0 for one in group)
            any_holm += any(one.verdict is BridgeVerdict.IMPROVED for one in area_changes(group))
        for name, count in (("each alone", any_alone), ("by Holm", any_holm)):
            yield {
                "part": "areas",
                "setting": f"{areas} areas, {name}",
                "kind": "A",
                "readers": size.readers,
                "audits": size.audits,
                "rise": 0.0,
                "replicates": groups,
                "above": count / groups,
            }


def measured(*, replicates: int, seed: int) -> list[dict[str, object]]:
    rows = [
        told(cell, replicates=replicates, seed=[seed, number])
        for number, cell in enumerate(cells())
    ]
    small, usual = BridgeSize(audits=40, readers=10), BridgeSize(audits=80, readers=15)
    for number, (name, council) in enumerate(
        (("steady auditors", STEADY), ("auditors kinder by .3 on both scales", KINDER))
    ):
        rows += [
            severity_row(name, council, size, replicates=replicates // 2, seed=[seed, 90, number])
            for size in (small, usual)
        ]
    return [*rows, *area_rows(replicates=replicates, seed=[seed, 91])]


HEADINGS = {
    "readers": (
        "Readers and audits",
        "Auditors are as strict after the break as before. A report refuses fewer than "
        f"{BRIDGE_RULE.fewest_readers} readers; 6 are here to show why.",
    ),
    "severity": (
        "Auditors who become kinder or harsher at the break",
        "*Coverage* is of the change of practice. Kind A holds it. Kind B translates words only: "
        "where auditors became kinder on both scales it calls that an improvement. *A - B* is the "
        "change of severity; its coverage is of that change, and *above* means harsher.",
    ),
    "other": ("Other councils", "Nothing changed. 60 bridge audits by 15 readers."),
    "refused": (
        "What is refused, and what it would do",
        "Three readers, each with a strictness of their own: the interval in use grows too wide "
        "to find anything, and one that takes readings as independent is false. Readers who saw "
        "the first grade carry the old strictness over.",
    ),
    "words": (
        "Without a bridge",
        "Positive shares of two scales compared as though the words meant the same. A report "
        "never does this.",
    ),
    "areas": (
        "Several areas",
        "Nothing changed in any. *Above*: councils with at least one area called improved.",
    ),
}


def page(rows: list[dict[str, object]], *, replicates: int, seed: int) -> str:
    low, high, middle = (sqrt(p * (1 - p) / replicates) for p in (0.025, 0.95, 0.5))
    steady = [row for row in rows if row["part"] == "readers" and int(str(row["readers"])) >= 10]
    cover = [float(str(row["coverage"])) for row in steady]
    false = [float(str(row["above"])) for row in steady if not row["rise"]]
    lines = [
        "# Calibration of a change across a new scale",
        "",
        f"Measured, not promised: {replicates:,} simulated councils for each line (half as many",
        f"for A - B, fewer for areas), seed {seed}, made by",
        "",
        f"    python benchmarks/calibrate_bridge.py --replicates {replicates} --seed {seed}",
        "",
        f"One Monte Carlo standard error is {low:.4f} near .025, {high:.4f} near .95 and "
        f"{middle:.3f} near .5.",
        "",
        "200 audits in each era unless said. Four grades, 52% positive, become five, 62%",
        "positive, where nothing changed. 29 auditors differ in strictness with SD 0.3; practice",
        "has SD 1 and grading a chance of SD 0.5. *Rise*: true change of practice in points of",
        "the positive share. *Above* and *below*: the 95% interval of the change lies wholly",
        "there, so that a report says improved or worsened. *Half-width* in points.",
        "",
        f"With 10 readers or more and steady auditors, coverage is {min(cover):.1%} to "
        f"{max(cover):.1%}",
        f"and a steady council is called improved in at most {max(false):.1%}.",
        "",
    ]
    for part, (heading, text) in HEADINGS.items():
        lines += [f"## {heading}", "", text, ""]
        lines += [
            "| council | kind | readers | bridge audits | rise | coverage | above | below | "
            "half-width |",
            "|---|---|---|---|---|---|---|---|---|",
            *(line(row) for row in rows if row["part"] == part),
            "",
        ]
    return "\n".join(lines)


def line(row: dict[str, object]) -> str:
    cells = [str(row["setting"]), str(row["kind"])]
    cells += [str(row.get(name, "")) for name in ("readers", "audits")]
    cells.append(f"{100 * float(str(row['rise'])):g}")
    cells += [
        f"{float(str(row[name])):.3f}" if name in row else ""
        for name in ("coverage", "above", "below")
    ]
    cells.append(f"{100 * float(str(row['half_width'])):.1f}" if "half_width" in row else "")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args()
    rows = measured(replicates=chosen.replicates, seed=chosen.seed)
    text = page(rows, replicates=chosen.replicates, seed=chosen.seed)
    chosen.out.mkdir(parents=True, exist_ok=True)
    (chosen.out / "bridge.md").write_text(text, encoding="utf-8")
    with (chosen.out / "bridge.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            {k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows
        )


if __name__ == "__main__":
    main()
