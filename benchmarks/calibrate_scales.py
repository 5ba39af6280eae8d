"""What the section on a scale that changed claims of councils whose truth is known.

    python benchmarks/calibrate_scales.py --councils 500 --seed 1

draws councils as ``calibrate_bridge.py`` does, makes a bundle of each, asks the section of the
report, and counts its verdicts; it writes ``docs/calibration/scales.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

import numpy as np

from qaf_analysis.simulate.scale_break import LAST, NO_BRIDGE, Readings, council_of, settings_of
from qaf_analysis.stats.bridge.councils import BridgeSize, ChangedCouncil
from qaf_analysis.terms.names import BridgeKind, Selection
from qaf_analysis.terms.verdicts import BridgeVerdict
from qaf_analysis.topics.scales.analysis.scales import scale_eras
from qaf_analysis.topics.scales.words import say_scales

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
STEADY = ChangedCouncil()
KINDER = replace(STEADY, harsher=-0.3)
HARSHER = replace(STEADY, harsher=0.3)
FIELDS = ("setting", "bridge", "audits", "readers", "rise", "councils", "coverage", "improved",
          "worsened", "grades_rose", "grades_fell", "no_evidence", "refused",
          "said_practice_improved")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A council, and the bridge it made."""

    setting: str
    council: ChangedCouncil = STEADY
    size: BridgeSize = BridgeSize(audits=80, readers=15)  # noqa: RUF009
    readings: Readings = Readings()  # noqa: RUF009


TWICE = Readings(re_read=False, graded_twice=True)
CELLS = (
    *(
        Cell(setting="auditors as before", council=replace(STEADY, rise=rise))
        for rise in (0.0, 0.09, 0.15)
    ),
    Cell(setting="auditors as before", size=BridgeSize(audits=40, readers=10)),
    Cell(setting="auditors kinder by .3", council=KINDER),
    Cell(setting="auditors harsher by .3", council=HARSHER),
    Cell(setting="auditors as before", readings=TWICE),
    Cell(setting="auditors kinder by .3", council=KINDER, readings=TWICE),
    Cell(setting="no bridge, auditors kinder by .3", council=KINDER, readings=NO_BRIDGE),
    Cell(
        setting="6 readers, auditors kinder by .3",
        council=KINDER,
        size=BridgeSize(audits=80, readers=6),
    ),
    Cell(
        setting="not blind, auditors kinder by .3",
        council=replace(KINDER, sight=0.5),
        readings=Readings(blind=False),
    ),
    Cell(
        setting="not by chance, auditors kinder by .3",
        council=KINDER,
        readings=Readings(selected_by=Selection.TARGETED),
    ),
)


def told(cell: Cell, *, councils: int, seed: list[int]) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    old, new = cell.council.drawn(rng, councils=councils, re_read=cell.size, twice=cell.size)
    settings = settings_of(cell.council.old, cell.council.new)
    verdicts: Counter[BridgeVerdict] = Counter()
    covered = said = 0
    by_words = cell.readings.graded_twice
    truth = cell.council.change_graded_twice if by_words else cell.council.change_re_read
    for place in range(councils):
        audits = council_of(old, new, place, settings=settings, readings=cell.readings)
        result = scale_eras(audits, quarter=LAST)
        (area,) = result.breaks[-1].areas
        verdicts[area.verdict] += 1
        deciding = area.deciding
        if deciding is not None:
            covered += deciding.change.low <= truth <= deciding.change.high
        statement = say_scales(result)
        said += "practice improved" in " ".join((statement.claim, *statement.paragraphs)).lower()
    refused = verdicts[BridgeVerdict.CANNOT_BE_COMPARED]
    kinds = {True: BridgeKind.GRADED_TWICE, False: BridgeKind.RE_READ}
    return {
        "setting": cell.setting,
        "bridge": "" if cell.readings is NO_BRIDGE else str(kinds[by_words]),
        "audits": cell.size.audits,
        "readers": cell.size.readers,
        "rise": cell.council.rise,
        "councils": councils,
        "coverage": "" if refused == councils else covered / (councils - refused),
        "improved": verdicts[BridgeVerdict.IMPROVED] / councils,
        "worsened": verdicts[BridgeVerdict.WORSENED] / councils,
        "grades_rose": verdicts[BridgeVerdict.GRADES_ROSE] / councils,
        "grades_fell": verdicts[BridgeVerdict.GRADES_FELL] / councils,
        "no_evidence": verdicts[BridgeVerdict.NO_EVIDENCE] / councils,
        "refused": refused / councils,
        "said_practice_improved": said / councils,
    }


def page(rows: list[dict[str, object]], *, councils: int, seed: int) -> str:
    head = ["Council", "Bridge", "Audits, readers", "Change of practice", "Covers", "Improved",
            "Worsened", "Grades rose", "Grades fell", "No evidence", "Cannot be compared",
            '"Practice improved" said']  # fmt: skip
    lines = [
        "# What the report claims over a change of scale",
        "",
        f"`python benchmarks/calibrate_scales.py --councils {councils} --seed {seed}`",
        "",
        f"{councils} councils a row go from four grades (52 % positive) to five (62 % positive), "
        "with 200 audits in each era and 29 auditors. Every figure comes from the whole section: "
        "the bundle of the council, its analysis and its words. A rate of 3 % has a standard error "
        f"of {100 * sqrt(0.03 * 0.97 / councils):.1f} points, one of 96 % of "
        f"{100 * sqrt(0.96 * 0.04 / councils):.1f}.",
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
    ]
    for row in rows:
        size = f"{row['audits']}, {row['readers']}" if row["bridge"] else "none"
        shares = [row[name] for name in FIELDS[6:]]
        cells = [
            row["setting"],
            row["bridge"],
            size,
            f"{100 * float(str(row['rise'])):+.0f} points",
        ]
        cells += ["–" if share == "" else f"{100 * float(str(share)):.1f} %" for share in shares]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        "Old audits read again carry a change of practice, whatever auditors became. New audits "
        "graded twice carry the words alone: auditors who became kinder raise the share, and what "
        "is said then is that grades rose, with auditors’ strictness in them, never that practice "
        "improved. Coverage of these rows is of the change of grades.",
        "",
        "One thing to know. Intervals over audits read again are a little wide: where coverage "
        "lies above 97 %, they promise less than they hold.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--councils", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    rows = [
        told(cell, councils=given.councils, seed=[given.seed, place])
        for place, cell in enumerate(CELLS)
    ]
    text = page(rows, councils=given.councils, seed=given.seed)
    (OUT / "scales.md").write_text(text, encoding="utf-8", newline="\n")
    with (OUT / "scales.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
