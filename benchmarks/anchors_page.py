"""The page on how surely anchors find a drift, from the rows of ``calibrate_anchors.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, sqrt

Row = dict[str, object]

MEASURES = (
    "noise", "exact", "mean", "false", "naive", "own", "one", "panel", "steady",
)  # fmt: skip
FIELDS = (
    "part", "scatter", "anchors", "parts", "who", "step", "pairs", "shared", "alike",
    "remembered", "picked", "moderators", "cuts", *MEASURES,
)  # fmt: skip

INTRODUCTION = """\
# Calibration of moderators' drift

Measured, not promised: {replicates:,} simulated panels for each line, seed {seed}, made by

    python benchmarks/calibrate_anchors.py --replicates {replicates} --seed {seed}

Four moderators, four rounds, anchors against the person's own earlier reading, which lies one to
four rounds back. A drift of 0.3 of a grade builds up in equal steps, unless it comes at once. An
anchor counts as the mean of seven domains, or as its overall grade alone. *Noise* is the standard
deviation of the difference of two such readings by one steady person; *known* means from very many
pairs, otherwise from so many retests. *Exact* is how often two readings give one domain the same
grade. What lies behind the domains of a case is correlated by 0.5, and so is a reading's noise.
The Monte Carlo standard error stands behind ±: it is no interval.

## What must hold

| claim | wanted | measured |
|---|---|---|
"""

FALSE = """
## False alarms: nobody drifts

*Rule*: any claim, of the panel or of any moderator, at any of the four looks; 5 % at the most.
*1.96 each time* is what comes of testing every moderator at every look as if it were the only
test; *own spread* of doing so with the spread of the look's own anchors.

| exact | anchors each | of | moderators | noise | rule | 1.96 each time | own spread |
|---|---|---|---|---|---|---|---|
"""

FOUND = """
## Found: one of four moderators drifts, or all four

*One* is the chance that this moderator's drift is found, *others* that any of the three steady ones
is accused. *Panel* is the chance that the panel's mean shows the drift of all.

| who drifts | exact | anchors each | of | noise | how | one | others | panel |
|---|---|---|---|---|---|---|---|---|
"""

OTHER = """
## What makes it harder: one of four drifts, 8 anchors, mean of seven domains

*Remembered* is the share of anchors, and of retests, at which the person remembers the old grades
and gives them again: a drift then shows only in the others.

| exact | what | noise | one |
|---|---|---|---|
"""

PICKED = """
## How anchors are picked

Nobody drifts, and grades are skewed (20, 50, 29 and 1 in 100, worst first). As many anchors of each
first overall grade means that rare grades come too often, and these return towards the middle.

| anchors picked with | mean difference | rule |
|---|---|---|
"""


def page(rows: Sequence[Row], *, replicates: int, seed: int) -> str:
    def share(row: Row, name: str) -> str:
        value = _number(row, name)
        if isnan(value):
            return ""
        return f"{value:.3f} ± {sqrt(value * (1 - value) / replicates):.3f}"

    def of(part: str) -> list[Row]:
        return [row for row in rows if row["part"] == part]

    lines = [
        f"| {claim} | {wanted} | {share(row, name)} |"
        for claim, wanted, row, name in _promises(rows)
    ]
    text = INTRODUCTION.format(replicates=replicates, seed=seed) + "\n".join(lines) + "\n"
    text += FALSE + _table(
        (_exact(row), row["anchors"], _of(row), row["moderators"], _noise(row),
         share(row, "false"), share(row, "naive"), share(row, "own"))
        for row in of("false")
    )  # fmt: skip
    text += FOUND + _table(
        (row["who"], _exact(row), row["anchors"], _of(row), _noise(row),
         "at once" if row["step"] else "in steps",
         share(row, "one"), share(row, "steady"),
         share(row, "panel") if row["who"] == "all" else "")
        for row in of("found")
    )  # fmt: skip
    text += OTHER + _table(
        (_exact(row), _what(row), f"{_number(row, 'noise'):.2f}", share(row, "one"))
        for row in of("other")
    )
    return (
        text
        + PICKED
        + _table(
            (row["picked"], f"{_number(row, 'mean'):+.3f}", share(row, "false"))
            for row in of("picked")
        )
    )


def _promises(rows: Sequence[Row]) -> list[tuple[str, str, Row, str]]:
    """Claim, what is wanted of it, its row and its column."""

    def cell(**wanted: object) -> Row:
        full = {"anchors": 8, "parts": 7, "moderators": 4, "step": False, **wanted}
        return next(row for row in rows if all(row[k] == v for k, v in full.items()))

    found = []
    for pairs, noise in ((0, "known noise"), (60, "noise from 60 retests")):
        common = {"pairs": pairs}
        one = cell(part="found", who="one", scatter=0.4, **common)
        rough = cell(part="found", who="one", scatter=0.6, **common)
        whole = cell(part="found", who="all", scatter=0.6, **common)
        found += [
            (f"one of four found, 73 % exact, {noise}", "0.80 or more", one, "one"),
            (f"the whole panel found, 61 % exact, {noise}", "0.90 or more", whole, "panel"),
            (f"one of four found, 61 % exact, {noise}", "told as it is", rough, "one"),
        ]
        for scatter, exact in ((0.4, 73), (0.6, 61)):
            quiet = cell(part="false", who="nobody", scatter=scatter, **common)
            found.append(
                (f"false alarms, {exact} % exact, {noise}", "0.05 or less", quiet, "false")
            )
    return found


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))


def _exact(row: Row) -> str:
    return f"{_number(row, 'exact'):.0%}"


def _of(row: Row) -> str:
    return "overall" if row["parts"] == 1 else f"{row['parts']} domains"


def _noise(row: Row) -> str:
    how = f"{row['pairs']} retests" if row["pairs"] else "known"
    return f"{_number(row, 'noise'):.2f}, {how}"


def _what(row: Row) -> str:
    if _number(row, "remembered"):
        return f"{_number(row, 'remembered'):.0%} remembered"
    if _number(row, "shared") != 0.5:
        return f"domains share {_number(row, 'shared'):.0%} of a reading's noise"
    return "what lies behind domains is independent"


def _table(rows) -> str:
    return "".join(f"| {' | '.join(str(cell) for cell in row)} |\n" for row in rows)
