"""Two changes of scale in a row: what adding up the two changes would do, and what reads right.

    python benchmarks/calibrate_two_breaks.py --councils 500 --seed 1

draws councils that go from one scale to a second and to a third, with a bridge of old audits read
again at each change, and one of the oldest audits read on the newest scale; it writes
``docs/calibration/two_breaks.md`` and ``.csv``.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from scipy import special

from qaf_analysis.stats.bridge.change import change_limits
from qaf_analysis.stats.bridge.councils import FIVE, FOUR, BridgeSize, ScaleShape
from qaf_analysis.stats.bridge.two_phase import Bridge, ScoreShare, bridged_share
from qaf_analysis.terms.verdicts import BRIDGE_RULE

OUT = Path(__file__).resolve().parents[1] / "docs" / "calibration"
AUDITS, AUDITORS, SEVERITY, NOISE = 200, 29, 0.3, 0.5
SPREAD = sqrt(1 + SEVERITY**2 + NOISE**2)
FIELDS = ("setting", "first", "second", "third_positive", "way", "councils", "truth", "mean",
          "coverage", "improved", "worsened", "half")  # fmt: skip
SUM, DIRECT = "the two changes added up", "oldest audits read on the newest scale"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A council over three eras.

    Parameters
    ----------
    name : str
    first, second : float
        Change of practice at either break, as points of the second scale about its usual level.
    third : ScaleShape
        The newest scale.
    kinder : float
        By how much auditors become kinder at either break.
    """

    name: str
    first: float = 0.0
    second: float = 0.0
    third: ScaleShape = FIVE
    kinder: float = 0.0

    @property
    def practice(self) -> tuple[float, float, float]:
        """Mean of practice in each era."""
        shares = FIVE.positive + np.cumsum([0.0, self.first, self.second])
        first, second, third = SPREAD * (special.ndtri(shares) - special.ndtri(FIVE.positive))
        return float(first), float(second), float(third)

    @property
    def change(self) -> float:
        """True change from the first era to the third, on the third scale by today's auditors."""
        edge = self.third.limits[self.third.good_from - 1]
        kinder = 2 * self.kinder
        then, _, now = (special.ndtr((mean + kinder) / SPREAD - edge) for mean in self.practice)
        return float(now - then)


EASY, HARD = FIVE.with_positive(0.85), FIVE.with_positive(0.35)
SETTINGS = (
    Setting(name="no change of practice"),
    Setting(name="no change of practice, auditors kinder by .3 each time", kinder=0.3),
    Setting(name="no change of practice, third scale easier", third=EASY),
    Setting(name="practice rises at either break", first=0.09, second=0.09),
    Setting(name="practice rises, third scale easier", first=0.15, second=0.09, third=EASY),
    Setting(name="practice rises and falls back, third scale easier", first=0.15, second=-0.15,
            third=EASY),
    Setting(name="practice rises and falls back, third scale harder", first=0.15, second=-0.15,
            third=HARD),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Era:
    """Audits of one era: practice, and the grade each got on the era's own scale."""

    practice: np.ndarray
    grade: np.ndarray
    scale: ScaleShape

    @property
    def share(self) -> ScoreShare:
        """Positive share as it was graded."""
        return ScoreShare.counted(int((self.grade >= self.scale.good_from).sum()), AUDITS)


def drawn(setting: Setting, rng: np.random.Generator, size: BridgeSize) -> tuple[list[float], ...]:
    """Change, low and high of either way, in one council."""
    strict = SEVERITY * rng.normal(size=AUDITORS)
    scales = (FOUR, FIVE, setting.third)
    eras = [
        _era(rng, mean, scale, strict - place * setting.kinder)
        for place, (mean, scale) in enumerate(zip(setting.practice, scales, strict=True))
    ]
    first = _over(rng, eras[0], eras[1], strict - setting.kinder, size)
    second = _over(rng, eras[1], eras[2], strict - 2 * setting.kinder, size)
    total = first[0] + second[0]
    below, above = (
        sqrt(sum((one[0] - one[end]) ** 2 for one in (first, second))) for end in (1, 2)
    )
    direct = _over(rng, eras[0], eras[2], strict - 2 * setting.kinder, size)
    return [total, total - below, total + above], list(direct)


def _era(rng: np.random.Generator, mean: float, scale: ScaleShape, strict: np.ndarray) -> Era:
    practice = rng.normal(mean, 1.0, AUDITS)
    who = rng.integers(0, AUDITORS, AUDITS)
    seen = practice - strict[who] + NOISE * rng.normal(size=AUDITS)
    return Era(practice=practice, grade=np.searchsorted(SPREAD * scale.limits, seen), scale=scale)


def _over(
    rng: np.random.Generator, old: Era, new: Era, strict: np.ndarray, size: BridgeSize
) -> tuple[float, float, float]:
    """Change from one era to another with old audits read again on the new scale, blind."""
    audits = rng.choice(AUDITS, size.audits, replace=False)
    people = rng.choice(AUDITORS, size.readers, replace=False)
    reader = np.arange(size.audits) % size.readers
    noise = NOISE * rng.normal(size=size.audits)
    seen = old.practice[audits] - strict[people[reader]] + noise
    edge = SPREAD * new.scale.limits[new.scale.good_from - 1]
    bridge = Bridge(
        level=old.grade[audits],
        positive=(seen > edge).astype(np.float64),
        reader=reader,
        n_levels=len(old.scale.shares),
    )
    then = bridged_share(old.grade, bridge).score
    low, high = change_limits(then, new.share, level=BRIDGE_RULE.level)
    return new.share.value - then.value, low, high


def told(setting: Setting, *, councils: int, seed: list[int]) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    size = BridgeSize(audits=80, readers=15)
    every = [drawn(setting, rng, size) for _ in range(councils)]
    rows = []
    for way, lines in zip((SUM, DIRECT), zip(*every, strict=True), strict=True):
        value, low, high = np.array(lines).T
        rows.append(
            {"setting": setting.name, "first": setting.first, "second": setting.second,
             "third_positive": setting.third.positive, "way": way, "councils": councils,
             "truth": setting.change, "mean": value.mean(),
             "coverage": ((low <= setting.change) & (setting.change <= high)).mean(),
             "improved": (low > 0).mean(), "worsened": (high < 0).mean(),
             "half": (high - low).mean() / 2}
        )  # fmt: skip
    return rows


def page(rows: list[dict[str, object]], *, councils: int, seed: int) -> str:
    def points(row: dict[str, object], name: str) -> str:
        return f"{100 * float(str(row[name])):+.1f}"

    def percent(row: dict[str, object], name: str) -> str:
        return f"{100 * float(str(row[name])):.1f} %"

    lines = [
        "# Two changes of scale in a row",
        "",
        f"`python benchmarks/calibrate_two_breaks.py --councils {councils} --seed {seed}`",
        "",
        f"{councils} councils a row go from four grades (52 % positive) to five (62 %) and to a "
        "third scale (62 % positive, or 85 % where easier and 35 % where harder), with 200 audits "
        "in each era, 29 auditors, and 80 old audits read again by 15 people at each change. The "
        "true change is that of practice from the first era to the third, on the third scale. The "
        "two changes are added up with their errors as independent. A rate of 3 % has a standard "
        f"error of {100 * sqrt(0.03 * 0.97 / councils):.1f} points, a coverage of 96 % one of "
        f"{100 * sqrt(0.96 * 0.04 / councils):.1f}.",
        "",
        "| Council | Way | True change | Mean found | Covers | Improved | Worsened | Half of the "
        "interval |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {row['setting']} | {row['way']} | {points(row, 'truth')} | {points(row, 'mean')} "
            f"| {percent(row, 'coverage')} | {percent(row, 'improved')} "
            f"| {percent(row, 'worsened')} | {points(row, 'half').lstrip('+')} points |"
            for row in rows
        ),
        "",
        "The two changes are in points of two scales. Where practice stood still between the eras "
        "their sum is right, and wide. Where it moved, a point of one scale is not a point of the "
        "other, and the sum is off: practice that rose and fell back looks changed. So the report "
        "adds up no changes over two new scales, and says so. The oldest audits read again on the "
        "newest scale are one bridge over both, and hold what they promise; the report does not "
        "offer that comparison yet.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--councils", type=int, default=500)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    rows = [
        row
        for place, setting in enumerate(SETTINGS)
        for row in told(setting, councils=given.councils, seed=[given.seed, place])
    ]
    text = page(rows, councils=given.councils, seed=given.seed)
    (OUT / "two_breaks.md").write_text(text, encoding="utf-8", newline="\n")
    with (OUT / "two_breaks.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
