"""The page on how many planted faults the tests notice, and the survivors read back from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from tests.mutation.mutants import Mutant

Z = 1.959963984540054  # 97.5 % point of the standard normal distribution


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one mutant."""

    mutant: Mutant
    killed_by: str  # the test that failed; empty when it survived
    reached: bool  # whether any test chosen runs the changed line

    @property
    def killed(self) -> bool:
        """Whether a test noticed."""
        return bool(self.killed_by)


def page(outcomes: Sequence[Outcome], *, command: str) -> str:
    """Write the page; the same outcomes give the same words."""
    survivors = [outcome for outcome in outcomes if not outcome.killed]
    return "\n".join(
        [
            "# How many planted faults the tests notice",
            "",
            "A seeded sample of small faults, planted one at a time: signs and comparisons turned,",
            "columns and arguments exchanged, before and after, kinder and stricter exchanged,",
            "conditions dropped. A fault is killed when one of the tests chosen for its module",
            "fails. Made by:",
            "",
            f"    {command}",
            "",
            *table(outcomes),
            "",
            *kinds(outcomes),
            "",
            "## Survivors",
            "",
            *(_listed(survivors) if survivors else ["None."]),
            "",
        ]
    )


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """One row for each package sampled, and one for all of them."""
    packages = sorted({_package(outcome) for outcome in outcomes})
    rows = [(name, [one for one in outcomes if _package(one) == name]) for name in packages]
    if len(rows) > 1:
        rows.append(("all", list(outcomes)))
    return [
        "| package | sampled | killed | survived | of these run by no test | share killed (95 %) |",
        "|---|---:|---:|---:|---:|---|",
        *(f"| {name} | {_counts(found)} |" for name, found in rows),
    ]


def kinds(outcomes: Sequence[Outcome]) -> list[str]:
    """One row for each kind of fault."""
    names = sorted({outcome.mutant.kind for outcome in outcomes})
    return [
        "| kind of fault | sampled | killed |",
        "|---|---:|---:|",
        *(
            f"| {name} | {len(found)} | {sum(one.killed for one in found)} |"
            for name in names
            for found in [[one for one in outcomes if one.mutant.kind == name]]
        ),
    ]


def wilson(killed: int, sampled: int) -> tuple[float, float]:
    """Score interval of a share (Wilson 1927)."""
    share = killed / sampled
    centre = (share + Z**2 / (2 * sampled)) / (1 + Z**2 / sampled)
    half = Z * sqrt(share * (1 - share) / sampled + (Z / (2 * sampled)) ** 2)
    half /= 1 + Z**2 / sampled
    return centre - half, centre + half


def survivors_of(text: str) -> set[tuple[str, str, str, str]]:
    """Path, kind, line before and line after of every survivor on a page."""
    return set(re.findall(r"^@@ (\S+?):\d+ (\S+).* @@\n-(.*)\n\+(.*)$", text, re.MULTILINE))


def key(mutant: Mutant) -> tuple[str, str, str, str]:
    """By what a mutant is known again after lines above it have moved."""
    return (mutant.path, mutant.kind, mutant.before, mutant.after)


def _package(outcome: Outcome) -> str:
    return outcome.mutant.path.split("/")[1]


def _counts(found: Sequence[Outcome]) -> str:
    killed = sum(one.killed for one in found)
    unseen = sum(not one.reached for one in found)
    low, high = wilson(killed, len(found))
    share = f"{killed / len(found):.1%} ({low:.1%} to {high:.1%})"
    return f"{len(found)} | {killed} | {len(found) - killed} | {unseen} | {share}"


def _listed(survivors: Iterable[Outcome]) -> list[str]:
    lines = ["```diff"]
    for outcome in sorted(survivors, key=lambda one: (one.mutant.path, one.mutant.start)):
        mutant = outcome.mutant
        note = "" if outcome.reached else " (run by no test)"
        lines.append(f"@@ {mutant.path}:{mutant.line} {mutant.kind}{note} @@")
        lines += [f"-{mutant.before}", f"+{mutant.after}"]
    return [*lines, "```"]
