"""The page on the measured errors of over-optimism, from the rows of ``calibrate_optimism.py``."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Protocol

GRADES = [f"grade {g} coverage" for g in (1, 2, 3, 4)]
PEER = "ppi-python coverage"

INTRODUCTION = """\
# Calibration of over-optimism

Measured, not promised: {replicates:,} simulated councils for each line, seed {seed}, made by

    python benchmarks/calibrate_optimism.py --replicates {replicates} --seed {seed}

Moderators give 10, 45, 40 and 5 in 100 audits the four grades from worst to best. Optimistic
auditors give about 5, 32, 49 and 14: a mean gap of about 0.33 grades, and a share good or better
that is about 18 points too high. Auditors differ in kindness with a standard deviation of 0.4
(0.5 where auditors are the question) on a scale on which practice has 1. Cases are chosen
*at random* from all audits; *by grade*, in proportion and at least two of each auditors' grade;
or *by risk*, weights 1, 1, 3 and 6 from worst to best. A "95 %" interval should hold the truth
95 times in 100; the Monte Carlo standard error of a coverage near 95 % is {mc:.1%}."""

PROFILE = """\
## The moderation-adjusted profile

The truth is what moderators would have found in all audits of that council. *Printed* is how
often there was enough moderation to say anything; the rest is refused. The last two columns are
{peer} on the same cases: with all audits as unlabelled, which is right, and with only
those not moderated. It has no rule to refuse, so every council counts for it."""

AUDITORS = """\
## When auditors differ and only some were moderated

Auditors' kindness has a standard deviation of 0.5. *Random* draws audits one by one; otherwise
a few auditors are drawn and the same number of audits of each, and the interval is widened for
the auditors not seen. It is then on the wide side."""

OTHER = """\
## Unequal chances

Audits that moderators would grade lower have three times the chance of others, recorded; and
choosing by risk without at least two of each grade, so that some grades have no case at all."""

GAP = """\
## Mean gap of the moderated cases

The interval is by auditor and speaks of auditors like these; for the audits at hand it is
therefore wide (second coverage). The last column ignores that one auditor's audits are alike."""

HUNCH = """\
## Limits: what no estimator can mend

A hunch that is recorded as random: audits graded higher by the auditor than by the moderator had
three times the chance of others, and the record says that all had the same. More cases make it
worse. Selection recorded as unknown is always refused (`tests/stats/optimism/test_adjusted.py`);
this cannot be, because nothing in the data shows it."""


class Result(Protocol):
    """One measured figure."""

    section: str
    world: str
    auditors: int
    n: int
    selection: str
    figure: str
    value: float
    mc: float


Line = tuple[str, int, int, str]
Table = dict[Line, dict[str, float]]


def page(rows: Sequence[Result], *, replicates: int, seed: int, peer: str) -> str:
    """All measured errors in words and tables."""
    mc = (0.95 * 0.05 / replicates) ** 0.5
    main, auditors = _table(rows, "main"), _table(rows, "auditors")
    gaps = _table(rows, "mean gap")
    parts = [
        INTRODUCTION.format(replicates=replicates, seed=seed, mc=mc),
        _worst(main, auditors, gaps),
        PROFILE.format(peer=peer),
        _profile(main, peer=True),
        "### Each grade\n\nCoverage of the share of each grade, worst grade first. A rare grade's "
        "interval\nerrs to one side: its lower end lies too high when chance finds too many.",
        _markdown(main, {f"grade {g + 1}": name for g, name in enumerate(GRADES)}),
        AUDITORS,
        _profile(auditors),
        OTHER,
        _profile(_table(rows, "other")),
        GAP,
        _gaps(gaps),
        HUNCH,
        _profile(_table(rows, "hunch")),
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Result], section: str) -> Table:
    found: Table = {}
    for row in rows:
        if row.section == section:
            line = found.setdefault((row.world, row.auditors, row.n, row.selection), {})
            line[row.figure] = row.value
    return found


def _worst(main: Table, auditors: Table, gaps: Table) -> str:
    def lowest(table: Table, figure: str) -> str:
        values = [line[figure] for line in table.values() if not isnan(line[figure])]
        return f"{min(values):.1%}" if values else "not measured"

    def bias(*, small: bool) -> float:
        return max(abs(v["good bias"]) for line, v in main.items() if (line[2] == 20) == small)

    worst = {
        f"share good or better, coverage, {len(main)} lines": lowest(main, "good coverage"),
        "the same, ppi-python": lowest(main, PEER),
        "the same, ppi-python with the rest only": lowest(main, f"{PEER}, rest as unlabelled"),
        "share good or better, bias, 20 cases": f"{bias(small=True):.3f}",
        "share good or better, bias, 40 or 80 cases": f"{bias(small=False):.3f}",
        "adjusted mean gap, coverage": lowest(main, "gap coverage"),
        "one grade's share, coverage": min(lowest(main, grade) for grade in GRADES),
        "auditors who differ: share good or better": lowest(auditors, "good coverage"),
        "auditors who differ: adjusted mean gap": lowest(auditors, "gap coverage"),
        "mean gap of the moderated cases, coverage": lowest(gaps, "coverage"),
        "the same, auditors ignored": lowest(gaps, "coverage, auditors ignored"),
    }
    lines = [f"| {what} | {value} |" for what, value in worst.items()]
    return "\n".join(["| the worst line of all | measured |", "|---|---|", *lines])


def _profile(table: Table, *, peer: bool = False) -> str:
    columns = {
        "printed": "printed",
        "bias": "good bias",
        "good or better covers": "good coverage",
        "width": "good width",
        "gap covers": "gap coverage",
        "gap width": "gap width",
    }
    if peer:
        columns |= {"ppi-python": PEER, "rest only": f"{PEER}, rest as unlabelled"}
    return _markdown(table, columns)


def _gaps(table: Table) -> str:
    columns = {
        "covers": "coverage",
        "of these audits": "coverage of these audits",
        "width": "width",
        "auditors ignored": "coverage, auditors ignored",
    }
    return _markdown(table, columns)


def _markdown(table: Table, columns: dict[str, str]) -> str:
    names = ["council", "auditors", "cases", "chosen", *columns]
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for line, values in table.items():
        shown = [_shown(head, values[figure]) for head, figure in columns.items()]
        lines.append("| " + " | ".join([*map(str, line), *shown]) + " |")
    return "\n".join(lines)


def _shown(head: str, value: float) -> str:
    if isnan(value):
        return "–"
    if head == "bias":
        return f"{value:+.3f}"
    return f"{value:.2f}" if "width" in head else f"{value:.1%}"
