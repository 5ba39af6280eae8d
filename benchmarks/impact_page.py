"""The page on the measured errors of impact verdicts, from the rows of ``calibrate_impact.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

Row = dict[str, object]

LIMIT = 0.032
DESIGNS = ((8, 50), (12, 150))

INTRODUCTION = """\
# Calibration of verdicts on themes and on changes of the audit process

Measured, not promised, with seed {seed}, by

    python benchmarks/calibrate_impact.py --replicates {replicates} --seed {seed}{parts}

Grades on four levels; every audit grades one themed domain and five that no theme touches, unless
stated. The variances are assumptions (`benchmarks/impact_worlds.py`), not those of any council;
plan from your own with `qaf plan impact`. Half of the quarters lie before the theme, and half
after. Two designs: 8 quarters of 50 audits, and 12 of 150. Councils without an effect:
{nulls[0]:,} and {nulls[1]:,} a line; with one {others[0]:,} and {others[1]:,}. One Monte Carlo
standard error of a rate of 2.5 % is {mc[0]:.1%} and {mc[1]:.1%}; of one of 73 %
{power[0]:.1%} and {power[1]:.1%}, and {promised:.1%} for the first line of what is found at
8 quarters of 50.
"""

FALSE_CLAIMS = """\
## Themes: false claims

Nothing happened to the themed domain. A claim of "improved", or of "got worse", should come up in
2.5 % of councils, and in {limit:.1%} at the most. "In raw grades" is how often a t test of quarter
means would say "improved" if grades were compared as they are. "One scale" is how often one of the
two scales would have made a claim and the other not. Figures are for 8 quarters of 50 / 12 of 150.
{short}

| what is going on | "improved" | "got worse" | in raw grades | one scale | "too little data" |
|---|---|---|---|---|---|"""

UNEQUAL = """\
## Themes: quarters of unequal size

Share of {n:,} councils; one Monte Carlo standard error of a rate of 2.5 % is {mc:.1%}. A quarter
of fewer than 10 audits is left out. "Rise" is one of 0.35 on
the latent scale, about 0.21 of a grade.

| quarters | comparison domains | "improved" | "got worse" | in raw grades | "too little data" |
|---|---|---|---|---|---|"""

WEAK = """\
## Themes: known weak spots

Here the rule claims more than it should. Naming the quarter that led to the choice of a theme, so
that it is left out, mends the first. Nothing mends a domain that was rising by itself: "stands" and
"firm" are the shares of all councils whose claim stands against the drifts seen, and is firm.

| what is going on | "improved" | "got worse" | stands | firm |
|---|---|---|---|---|"""

POWER = """\
## Themes: what is found

A rise of 0.35 on the latent scale is one of about 0.21 of a grade in the middle of the scale.

| what happened | mean change | right claim | wrong claim | stands | firm | "too little data" |
|---|---|---|---|---|---|---|"""

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


def page(rows: Sequence[Row], *, replicates: int, seed: int, parts: str) -> str:
    themes = [row for row in rows if row["part"] == "theme"]
    names = list(dict.fromkeys(str(row["setting"]) for row in themes))
    effects = [name for name in names if name.startswith(("rise", "fall", "large"))]
    weak = [name for name in names if name[:2] in ("P:", "Q:", "Y:", "Z:")]
    nulls = [name for name in names if name not in (*weak, *effects)]
    runs = [_runs(themes, each) for each in (nulls[0], effects[1])]
    unequal = [row for row in rows if row["part"] == "unequal"]
    done = [
        INTRODUCTION.format(
            replicates=replicates,
            seed=seed,
            parts="" if parts == "all" else f" --parts {parts}",
            nulls=runs[0],
            others=runs[1],
            mc=[_error(0.025, n) for n in runs[0]],
            power=[_error(0.73, n) for n in runs[1]],
            promised=_error(0.73, _runs(themes, effects[0])[0]),
        ),
        FALSE_CLAIMS.format(limit=LIMIT, short=_short(themes, nulls)),
        *_lines(themes, nulls, ("up", "down", "up_raw", "depends_on_scale", "too_little")),
        "",
        UNEQUAL.format(
            n=int(_number(unequal[0], "replicates")),
            mc=_error(0.025, int(_number(unequal[0], "replicates"))),
        ),
        *map(_unequal_line, unequal),
        "",
        _several(rows),
        "",
        *_chosen_dates(rows),
        "",
        WEAK,
        *_lines(themes, weak, ("up", "down", "stands", "firm")),
        "",
        POWER,
        *_effect_lines(themes, effects),
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
    return "\n".join(done)


def _error(rate: float, n: int) -> float:
    return sqrt(rate * (1 - rate) / n)


def _runs(themes: Sequence[Row], name: str) -> tuple[int, ...]:
    return tuple(int(_number(row, "replicates")) for row in themes if row["setting"] == name)


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))


def _lines(themes: Sequence[Row], names: Sequence[str], columns: Sequence[str]) -> list[str]:
    return [
        f"| {name} | {' | '.join(_cell(themes, name, column) for column in columns)} |"
        for name in names
    ]


def _effect_lines(themes: Sequence[Row], names: Sequence[str]) -> list[str]:
    lines = []
    for name in names:
        right, wrong = ("down", "up") if name.startswith("fall") else ("up", "down")
        found = " / ".join(f"{_number(row, 'mean_change'):+.2f}" for row in _of(themes, name))
        (line,) = _lines(themes, [name], (right, wrong, "stands", "firm", "too_little"))
        lines.append(line.replace(f"| {name} |", f"| {name} | {found} |", 1))
    return lines


def _of(themes: Sequence[Row], name: str) -> list[Row]:
    return [
        row
        for design in DESIGNS
        for row in themes
        if (row["setting"], str(row["quarters"]), str(row["size"])) == (name, *map(str, design))
    ]


def _cell(themes: Sequence[Row], name: str, column: str) -> str:
    found = [f"{100 * _number(row, column):.1f}" for row in _of(themes, name)]
    return f"{' / '.join(found)} %"


def _unequal_line(row: Row) -> str:
    columns = ("up", "down", "up_raw", "too_little")
    found = " | ".join(f"{_number(row, name):.1%}" for name in columns)
    return f"| {row['setting']} | {row['size']} | {found} |"


def _short(themes: Sequence[Row], nulls: Sequence[str]) -> str:
    over = [
        f"{row['setting']}, {row['quarters']} quarters of {row['size']}: {said} "
        f"{_number(row, side):.1%} ± {_error(LIMIT, int(_number(row, 'replicates'))):.1%}"
        for row in themes
        for side, said in (("up", "improved"), ("down", "got worse"))
        if row["setting"] in nulls and _number(row, side) > LIMIT
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
