"""Sixteen ways to spoil a return.

``python -m tests.moderation.returns.spoil --seed 5 --each 250``

For each return the truth is known: which grade the moderator gave to which row. A grade that is
read for another row without a word said of the file is a silent error; there must be none, but
where the column of grades alone was moved, which no program can see for sure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from qaf_analysis.moderation.codes import LETTERS, SYMBOLS, RoundKey
from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.moderation.returns.collect import collected
from qaf_analysis.moderation.returns.keyed import returned_file
from qaf_analysis.moderation.returns.receipt import receipt_code
from tests.moderation.returns.filled import KEY, LEVELS, as_csv, pack, read_grades, rows_of, truth

Rows = list[list[str]]
Spoil = Callable[[Rows, np.random.Generator, Pack], Rows]
GRADE, PART, CASE = 3, 2, 1


def rows_deleted(rows, rng, _):
    gone = set(rng.choice(np.arange(1, len(rows)), size=max(1, len(rows) // 6), replace=False))
    return [row for place, row in enumerate(rows) if place not in gone]


def key_blank(rows, rng, _):
    rows[rng.integers(1, len(rows))][0] = ""
    return rows


def key_mistyped(rows, rng, _):
    row = rows[rng.integers(1, len(rows))]
    place = int(rng.choice([n for n in range(len(row[0])) if row[0][n] != "-"]))
    other = [sign for sign in SYMBOLS if sign != row[0][place]]
    row[0] = row[0][:place] + str(rng.choice(other)) + row[0][place + 1 :]
    return rows


def row_of_another_pack(rows, rng, sent):
    other = pack(moderator="M-99", cases=len(sent.cases))
    row = rows[rng.integers(1, len(rows))]
    row[0] = str(rng.choice([each.key for each in other.rows]))
    return rows


def key_filled_down(rows, rng, _):
    first = int(rng.integers(1, len(rows) - 2))
    for row in rows[first + 1 : first + 3]:
        row[0] = rows[first][0]
    return rows


def labels_pasted_over(rows, rng, _):
    one, other = rng.choice(np.arange(1, len(rows)), size=2, replace=False)
    rows[one][CASE : PART + 1] = rows[other][CASE : PART + 1]
    return rows


def two_grades_for_one_row(rows, rng, _):
    row = rows[rng.integers(1, len(rows))]
    other = [level for level in LEVELS if level != row[GRADE]]
    return [*rows, [*row[:GRADE], str(rng.choice(other)), *row[GRADE + 1 :]]]


def whole_rows_sorted(rows, rng, _):
    return [rows[0], *sorted(rows[1:], key=lambda row: (row[GRADE], row[0]))]


def column_inserted(rows, rng, _):
    place = int(rng.integers(0, len(rows[0]) + 1))
    return [[*row[:place], "" if n else "Note", *row[place:]] for n, row in enumerate(rows)]


def columns_swapped(rows, rng, _):
    order = rng.permutation(len(rows[0]))
    return [[row[place] for place in order] for row in rows]


def capitals(rows, rng, _):
    return [rows[0], *([cell.upper() for cell in row] for row in rows[1:])]


def row_twice(rows, rng, _):
    return [*rows, list(rows[rng.integers(1, len(rows))])]


def header_lost(rows, rng, _):
    return rows[1:]


def typed_by_hand(rows, rng, _):
    forms = (str.upper, str.lower, lambda word: f" {word}. ", lambda word: word[:2], lambda _: "2")
    for row in rows[1:]:
        row[GRADE] = forms[rng.integers(len(forms))](row[GRADE])
    return rows


def grades_shifted(rows, rng, _):
    grades = [row[GRADE] for row in rows[1:]]
    for row, grade in zip(rows[1:], ["", *grades], strict=False):
        row[GRADE] = grade
    return rows


def grades_sorted_alone(rows, rng, _):
    for row, grade in zip(rows[1:], sorted(row[GRADE] for row in rows[1:]), strict=True):
        row[GRADE] = grade
    return rows


KINDS: dict[str, Spoil] = {
    "rows deleted": rows_deleted,
    "key blank": key_blank,
    "key mistyped": key_mistyped,
    "row of another pack": row_of_another_pack,
    "key filled down": key_filled_down,
    "labels pasted over": labels_pasted_over,
    "two grades for one row": two_grades_for_one_row,
    "whole rows sorted": whole_rows_sorted,
    "column inserted": column_inserted,
    "columns swapped": columns_swapped,
    "capitals": capitals,
    "row twice, alike": row_twice,
    "header lost": header_lost,
    "typed by hand": typed_by_hand,
    "grades shifted one down": grades_shifted,
    "grade column sorted alone": grades_sorted_alone,
}
BY_RECEIPT_ALONE = ("grades shifted one down", "grade column sorted alone")
"""Kinds that leave no sure mark: the moderator sees them in the receipt."""


@dataclass(kw_only=True)
class Count:
    """What became of the returns of one kind."""

    returns: int = 0
    grades: int = 0
    right: int = 0
    wrong: int = 0
    with_wrong: int = 0
    silent: int = 0  # returns with a wrong grade of which nothing was said
    told: int = 0
    other_code: int = 0  # of those with a wrong grade: the receipt's code is not the true one
    unlike: list[str] = field(default_factory=list)


def measured(*, seed: int, each: int) -> dict[str, Count]:
    """Spoil so many returns of each kind, and count."""
    return {
        kind: _measured(spoil, np.random.default_rng([seed, number]), each)
        for number, (kind, spoil) in enumerate(KINDS.items())
    }


def _measured(spoil: Spoil, rng: np.random.Generator, each: int) -> Count:
    count = Count()
    for number in range(each):
        key = RoundKey(secret=KEY.secret, round=f"{KEY.round}{LETTERS[number % 20]}")
        sent = pack(cases=int(rng.integers(2, 9)), key=key)
        grades = [
            LEVELS[code] for code in rng.choice(4, p=[0.1, 0.3, 0.45, 0.15], size=len(sent.rows))
        ]
        rows = spoil(rows_of(sent, grades), rng, sent)
        found = collected([sent], [("a.csv", as_csv(rows))], already={})
        (file,) = found.files
        given, read = truth(sent, grades), read_grades(file, sent)
        wrong = sum(read[row] != given[row] for row in read)
        count.returns += 1
        count.grades += len(given)
        count.right += len(read) - wrong
        count.wrong += wrong
        count.with_wrong += bool(wrong)
        count.told += found.has_problems
        count.silent += bool(wrong) and not found.has_problems
        if wrong:
            true = returned_file("t.csv", as_csv(rows_of(sent, grades)), [sent])
            codes = [receipt_code(key, sent.pack, one.cases) for one in (file, true)]
            count.other_code += codes[0] != codes[1]
    return count


def page(counts: dict[str, Count], command: str) -> str:
    """The page of the result."""
    rows = [
        f"| {kind} | {c.returns} | {c.grades:,} | {c.right / c.grades:.3f} | {c.with_wrong} | "
        f"{c.silent} | {c.told} | {f'{c.other_code} of {c.with_wrong}' if c.with_wrong else '–'} |"
        for kind, c in counts.items()
    ]
    return "\n".join(
        [
            "# Spoilt returns",
            "",
            "Sixteen ways in which a returned pack is spoilt, each many times with packs and "
            f"grades at random. Made by `{command}`.",
            "",
            "A grade that was read for a row to which the moderator did not give it is wrong. It "
            "is silent where nothing was said of the file. Two kinds leave no sure mark, because "
            "only the column of grades was moved: there the receipt, which the moderator reads "
            "before anything counts, has another code and other words than the true one.",
            "",
            "| kind | returns | grades | read rightly | with a wrong grade | silent | something "
            "told | receipt differs |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            "",
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and fail where a kind that leaves a mark is read wrongly in silence."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--each", type=int, default=250)
    parser.add_argument("--write", default="")
    asked = parser.parse_args(arguments)
    counts = measured(seed=asked.seed, each=asked.each)
    command = f"python -m tests.moderation.returns.spoil --seed {asked.seed} --each {asked.each}"
    text = page(counts, command)
    print(text)
    if asked.write:
        with open(asked.write, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123
            file.write(text)
    return int(any(c.silent for kind, c in counts.items() if kind not in BY_RECEIPT_ALONE))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
