"""Can a classifier tell auditors' grades from packs? ``python -m tests.moderation.packs.blinding``.

Packs are made of invented councils with targeted audits among those drawn by chance, and written
as the workbook and the page that a moderator gets. What can be seen of a case is then read back
from the files, and boosted trees try to tell which audits an auditor graded below Good. A pack
whose mix is known moves a classifier away from 0.5, so what it reaches is compared with what it
reaches when grades change places within packs.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qaf_analysis.moderation.codes import SYMBOLS, RoundKey
from qaf_analysis.moderation.packs.page import pack_page
from qaf_analysis.moderation.packs.workbook import pack_workbook
from tests.moderation.packs.made import LEVELS, made_pack

PAGE = Path(__file__).parents[3] / "docs" / "calibration" / "blinding.md"
BY_CHANCE, TARGETED = 14, 6
SHARES = (1 / 11, 1 / 11, 3 / 11, 6 / 11)  # Inadequate, Outstanding, Requires improvement, Good
GRADES = (0, 3, 1, 2)
PERMUTATIONS, FOLDS, ROUNDS, BINS, RATE = 300, 5, 60, 16, 0.15
Floats = NDArray[np.float64]
Order = Callable[[dict[str, int]], Callable[[str], object]]


def files_of(rng: np.random.Generator, *, fault: str = "") -> tuple[list[int], list[list[float]]]:
    """One pack: the auditor's grade of each case as shown, and what its files show of it."""
    key = RoundKey(secret=rng.bytes(32), round="2019-20-Q4-a")
    grades = [int(rng.choice(GRADES, p=SHARES)) for _ in range(BY_CHANCE)]
    # Risk points at weak audits more often than not.
    grades += [int(rng.choice(GRADES, p=(0.35, 0.02, 0.45, 0.18))) for _ in range(TARGETED)]
    place = rng.permutation(len(grades))  # of each audit in the council's own numbering
    audits = tuple(f"{4_000 + int(number)}" for number in np.sort(place))
    by_audit = {f"{4_000 + int(p)}": n for n, p in enumerate(place)}
    pack = key.code("pack", "M-04")
    audit_of = {key.code("case", pack, audit): audit for audit in audits}
    second = {audit for audit in audits if by_audit[audit] < BY_CHANCE and rng.random() < 0.3}
    orders: dict[str, Callable[[str], object]] = {
        "order by stratum": lambda code: grades[by_audit[audit_of[code]]],
        "by chance first": lambda code: (by_audit[audit_of[code]] >= BY_CHANCE, code),
    }
    mark = fault == "second moderator marked"
    made = made_pack(
        audits,
        key=key,
        order=orders.get(fault),
        references={
            audit: f"CF-{audit}{' b' if mark and audit in second else ''}" for audit in audits
        },
    )
    shown = [grades[by_audit[audit_of[case.code]]] for case in made.cases]
    return shown, seen(pack_workbook(made), pack_page(made))


def seen(workbook: bytes, page: bytes) -> list[list[float]]:
    """What the files show of each case, as numbers, in the order in which it is shown."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    island = re.findall(rb'application/json">(.*?)</script>', page)[0]
    cases = json.loads(island)["cases"]
    rows = re.findall(r"<row .*?</row>", sheet)[1:]
    a_case = len(rows) // len(cases)
    found = []
    for number, case in enumerate(cases):
        own = rows[number * a_case : (number + 1) * a_case]
        key = re.findall(r"<t>([^<]*)</t>", own[0])[0]
        reference, day = case["file"].split(", as at ")
        found.append(
            [
                float(number),
                *(float(SYMBOLS.index(symbol)) for symbol in key.replace("-", "")),
                *(
                    float(SYMBOLS.index(symbol))
                    for each in case["keys"][1:]
                    for symbol in each[-5:]
                ),
                float(re.findall(r"\d+", reference)[0]),
                float(len(reference)),
                float(day.split()[0]),
                float(len("".join(own)) - len(day)),
                float(sum(int(style) for style in re.findall(r' s="(\d+)"', own[0]))),
                float(re.findall(r' ht="(\d+)', own[0])[0]),
            ]
        )
    return found


def boosted(features: NDArray[np.int64], wanted: Floats) -> list[tuple[int, int, float, float]]:
    """Boosted trees of one split each, by logistic loss: feature, last bin at left, two steps."""
    n, width = features.shape
    flat = features + BINS * np.arange(width)
    score = np.full(n, np.log(wanted.mean() / (1 - wanted.mean())))
    trees = []
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-score))
        slope, bend = wanted - chance, chance * (1 - chance)
        sums = [
            np.bincount(flat.ravel(), np.repeat(each, width), BINS * width)
            .reshape(width, BINS)
            .cumsum(axis=1)
            for each in (slope, bend)
        ]
        (left, right), (left_bend, right_bend) = (
            (each[:, :-1], each[:, -1:] - each[:, :-1]) for each in sums
        )
        gain = left**2 / (left_bend + 1) + right**2 / (right_bend + 1)
        column, cut = np.unravel_index(int(gain.argmax()), gain.shape)
        steps = (
            RATE * left[column, cut] / (left_bend[column, cut] + 1),
            RATE * right[column, cut] / (right_bend[column, cut] + 1),
        )
        score = score + np.where(features[:, column] <= cut, *steps)
        trees.append((int(column), int(cut), float(steps[0]), float(steps[1])))
    return trees


def out_of_fold(features: Floats, wanted: Floats, packs: NDArray[np.int64]) -> Floats:
    """Score of each case by trees that saw no case of its pack."""
    inner = np.linspace(0, 1, BINS + 1)[1:-1]
    binned = np.stack(
        [np.searchsorted(np.unique(np.quantile(each, inner)), each) for each in features.T],
        axis=1,
    )
    score = np.zeros(len(wanted))
    for fold in range(FOLDS):
        held = packs % FOLDS == fold
        for column, cut, low, high in boosted(binned[~held], wanted[~held]):
            score[held] += np.where(binned[held, column] <= cut, low, high)
    return score


def area(score: Floats, wanted: Floats) -> float:
    """Chance that a case below Good scores higher than another; ties count half (AUC)."""
    values, places = np.unique(score, return_inverse=True)
    counts = np.bincount(places, minlength=len(values))
    ranks = (counts.cumsum() - (counts - 1) / 2)[places]
    ones = wanted.sum()
    return float((ranks[wanted == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(wanted) - ones)))


def measured(packs: int, *, seed: int, fault: str = "") -> tuple[float, float, float]:
    """Area reached, and the band (2.5 % to 97.5 %) of grades changing places within packs."""
    rng = np.random.default_rng([seed, FAULTS.index(fault)])
    made = [files_of(rng, fault=fault) for _ in range(packs)]
    wanted = np.array(
        [[grade < LEVELS.index("Good") for grade in shown] for shown, _ in made], float
    )
    features = np.array([each for _, seen_of in made for each in seen_of])
    pack_of = np.repeat(np.arange(packs), wanted.shape[1])
    score = out_of_fold(features, wanted.ravel(), pack_of)
    chance = [area(score, rng.permuted(wanted, axis=1).ravel()) for _ in range(PERMUTATIONS)]
    low, high = np.quantile(chance, [0.025, 0.975])
    return area(score, wanted.ravel()), float(low), float(high)


TEXT = """# What packs tell of auditors’ grades

Whether boosted trees can tell from the files of a pack which audits an auditor graded below Good.
They see place, codes, keys, reference, day, sizes and looks of each case, read back from the
workbook and the page.

{packs} packs a row, each of {chance} audits drawn by chance and {targeted} targeted; folds by
pack; seed {seed}. The band is what the same scores reach when grades change places within packs
({permutations} times, 2.5 % to 97.5 %); a known mix of grades moves it away from 0.5.
`python -m tests.moderation.packs.blinding --packs {packs} --seed {seed}`

| packs | area under the curve | band of chance | |
|---|---|---|---|
{rows}

The rows below the first are planted faults: what the classifier finds where there is something to
find. That a pack is the same bytes when auditors’ grades change places is tested besides, and is
the stronger test.
"""
FAULTS = ("", "order by stratum", "by chance first", "second moderator marked")


def page_of(rows: Sequence[tuple[str, float, float, float]], *, packs: int, seed: int) -> str:
    """The page of the documentation."""
    lines = [
        f"| {fault or 'as they are made'} | {reached:.3f} | {low:.3f} to {high:.3f} "
        f"| {'inside' if low <= reached <= high else 'outside'} |"
        for fault, reached, low, high in rows
    ]
    return TEXT.format(
        packs=packs,
        seed=seed,
        chance=BY_CHANCE,
        targeted=TARGETED,
        permutations=PERMUTATIONS,
        rows="\n".join(lines),
    )


def main(arguments: Sequence[str]) -> int:
    """Measure, write the page, and return 1 where packs as they are made lie outside the band."""
    parser = argparse.ArgumentParser(prog="python -m tests.moderation.packs.blinding")
    parser.add_argument("--packs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    rows = [(fault, *measured(asked.packs, seed=asked.seed, fault=fault)) for fault in FAULTS]
    text = page_of(rows, packs=asked.packs, seed=asked.seed)
    PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(text)
    _, reached, low, high = rows[0]
    return 0 if low <= reached <= high else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
