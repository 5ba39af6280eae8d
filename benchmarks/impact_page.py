"""The page on the measured errors of impact verdicts, from the rows of ``calibrate_impact.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

Row = dict[str, object]

LIMIT = 0.032
SIZES = (50, 150, 350)

INTRODUCTION = """\
# Calibration of verdicts on themes and on changes of the audit process

Measured, not promised: {replicates:,} simulated councils at 50 audits a quarter, half as many at
150, a fifth at 350, seed {seed}, made by

    python benchmarks/calibrate_impact.py --replicates {replicates} --seed {seed}

Grades on four levels, about 45 in 100 Good or better; every audit grades one themed domain and
five that no theme touches. The variances are assumptions (`benchmarks/impact_worlds.py`), not
those of any council; plan from your own with `qaf plan impact`. One Monte Carlo standard error of
a rate of 2.5 % is {mc[0]:.1%}, {mc[1]:.1%} and {mc[2]:.1%} at the three sizes. Eight and twelve
quarters, half before and half after the theme.
"""

FALSE_CLAIMS = """\
## Themes: false claims

Nothing happened to the themed domain. A claim of "improved" should come up in 2.5 % of councils,
and in {limit:.1%} at the most. The figures are for 50 / 150 / 350 audits a quarter.
{short}

Where the auditors change at the date of the theme and each has domains of their own to be
kind in (D), the difference between the two pools does not shrink with more audits, and the
quarters of one side do not show it. The movements of the comparison domains do.

| what is going on | quarters | "improved" | "got worse" | "too little data" |
|---|---|---|---|---|"""

WEAK = """\
## Themes: known weak spots

Here the rule claims more than it should; the report says so beside the verdict. Naming the
quarter that led to the choice of a theme, so that it is left out, mends the first. Nothing mends a
domain that was rising by itself: "already moving" is the share of all councils whose claim carries
that reservation.

| what is going on | quarters | "improved" | "got worse" | already moving |
|---|---|---|---|---|"""

POWER = """\
## Themes: what is found

A rise of 0.4, 0.7 or 1.0 on the latent scale is one of 7.8, 13.7 or 19.4 points of Good or better.

| what happened | quarters | right claim | wrong claim | "too little data" |
|---|---|---|---|---|"""

ALTERNATIVE = """\
## From mean comparison grades only

The verdict takes the largest of three errors: of the themed series, of all domains, and of the
comparison domains' own movements at the same date (`stats/impact/errors.py`). A plain table for
`qaf stat impact` may hold the mean comparison grade of each audit only; then the error is told from
the themed series alone. Share of councils in which each would claim ("improved"; "got worse" for
the fall):

| what is going on | quarters | claimed by the verdict | from mean comparison grades only |
|---|---|---|---|"""

SPREAD = """\
## Process change: spread of strictness

Four quarters on each side. "More consistent" should come up in 5 % of unchanged councils at most.

| what happened | audits on each side | "more consistent" | "less consistent" |
|---|---|---|---|"""

AGREEMENT = """\
## Process change: agreement with moderators

Practice has a standard deviation of 2 on the latent scale and a moderator's reading an error of
0.5. Each side of a claim should err in 2.5 % of unchanged councils. "Kappa" is how often the
bootstrap of quadratic weighted kappa would claim a rise. "Bias explains" is how often the
model attributes a rise to bias alone; the last column is how often its 95 % interval holds the
true difference that would be left had bias stayed.

| what happened | "improved" | "fell" | kappa | bias moved | bias explains | interval holds |
|---|---|---|---|---|---|---|"""


def page(rows: Sequence[Row], *, replicates: int, seed: int) -> str:
    themes = [row for row in rows if row["part"] == "theme"]
    names = list(dict.fromkeys(str(row["setting"]) for row in themes))
    errors = [sqrt(0.025 * 0.975 / (replicates * share)) for share in (1.0, 0.5, 0.2)]
    nulls = [name for name in names if name[:2] in ("A:", "B:", "C:", "D:", "E:")]
    weak = [n for n in names if n[:2] in ("F:", "G:", "H:") or "anyway" in n]
    effects = [name for name in names if name not in (*nulls, *weak)]
    parts = [
        INTRODUCTION.format(replicates=replicates, seed=seed, mc=errors),
        FALSE_CLAIMS.format(limit=LIMIT, short=_short(themes, nulls)),
        *_lines(themes, nulls, ("up", "down", "too_little")),
        "",
        _several(rows),
        "",
        *_chosen_dates(rows),
        "",
        WEAK,
        *_lines(themes, weak, ("up", "down", "already_moving")),
        "",
        POWER,
        *_effect_lines(themes, effects),
        "",
        ALTERNATIVE,
        *_alternative_lines(themes, [*nulls, *weak, *effects]),
        "",
        SPREAD,
        *(_spread_line(row) for row in rows if row["part"] == "spread"),
        "",
        AGREEMENT,
        *(_agreement_line(row) for row in rows if row["part"] == "agreement"),
        "",
        "## Speed",
        "",
        *(
            f"{row['setting']}: {_number(row, 'seconds'):.0f} seconds on one core for all verdicts."
            for row in rows
            if row["part"] == "speed"
        ),
        "",
    ]
    return "\n".join(parts)


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))


def _lines(themes: Sequence[Row], names: Sequence[str], columns: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        for quarters in (8, 12):
            found = [_cell(themes, name, quarters, column) for column in columns]
            lines.append(f"| {name} | {quarters} | {' | '.join(found)} |")
    return lines


def _effect_lines(themes: Sequence[Row], names: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        right, wrong = ("down", "up") if name.startswith("fall") else ("up", "down")
        lines += _lines(themes, [name], (right, wrong, "too_little"))
    return lines


def _alternative_lines(themes: Sequence[Row], names: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        claim = "down" if name.startswith("fall") else "up"
        lines += _lines(themes, [name], (claim, f"{claim}_told_alone"))
    return lines


def _cell(themes: Sequence[Row], name: str, quarters: int, column: str) -> str:
    found = [
        _number(row, column)
        for size in SIZES
        for row in themes
        if (row["setting"], str(row["quarters"]), str(row["size"]))
        == (name, str(quarters), str(size))
    ]
    return " / ".join(f"{100 * rate:.1f}" for rate in found) + " %"


def _short(themes: Sequence[Row], nulls: Sequence[str]) -> str:
    over = [
        f"{row['setting']}, {row['quarters']} quarters of {row['size']}: {_number(row, 'up'):.1%} "
        f"± {sqrt(LIMIT * (1 - LIMIT) / _number(row, 'replicates')):.1%}"
        for row in themes
        if row["setting"] in nulls and _number(row, "up") > LIMIT
    ]
    return f"\nAbove the limit (± one Monte Carlo standard error): {'; '.join(over) or 'none'}."


def _several(rows: Sequence[Row]) -> str:
    row = next(row for row in rows if row["part"] == "several themes")
    return (
        f"Five themes at once, each at its own date, {row['quarters']} quarters of {row['size']}: "
        f'at least one false "improved" in {_number(row, "up_alone"):.1%} of councils if each were '
        f"judged alone, and in {_number(row, 'up'):.1%} with Holm's correction."
    )


def _chosen_dates(rows: Sequence[Row]) -> list[str]:
    found = [row for row in rows if row["part"] == "date chosen"]
    if not found:
        return []
    lines = [
        "## Themes: a date chosen after looking",
        "",
        "The date with the smallest p-value passes for that of the theme, as if it had been fixed.",
        "Nothing happened. 50 audits a quarter.",
        "",
        '| what is going on | quarters | "improved", date fixed | "improved", date chosen |',
        "|---|---|---|---|",
    ]
    return lines + [
        f"| {row['setting']} | {row['quarters']} | {_number(row, 'up_fixed'):.1%} "
        f"| {_number(row, 'up'):.1%} |"
        for row in found
    ]


def _spread_line(row: Row) -> str:
    return (
        f"| {row['setting']} | {row['size']} | {_number(row, 'up'):.1%} "
        f"| {_number(row, 'down'):.1%} |"
    )


def _agreement_line(row: Row) -> str:
    columns = ("up", "down", "kappa_up", "bias_moved", "explained_up", "stayed_covered")
    found = " | ".join(f"{_number(row, name):.1%}" for name in columns)
    return f"| {row['setting']} | {found} |"
