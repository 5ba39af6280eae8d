"""Returns spoilt in sixteen ways at random: is a grade ever taken for another row, without a word?

``python -m tests.moderation.returns.spoil --seed 5 --each 250`` measures at full size and writes
``docs/calibration/returns.md``; the tests run a small part of it.

Every return is of a pack of random size with random grades. What is read is compared with the
grades that the moderator meant, row by row.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import NOT_GRADED, REASONS, SURE
from qaf_analysis.moderation.returns.collect import collected
from qaf_analysis.moderation.returns.receipt import receipt_code
from tests.moderation.returns.filled import AT, LEVELS, as_csv, pack, read_grades, rows_of

PAGE = Path(__file__).parents[3] / "docs" / "calibration" / "returns.md"
PARTS = ("Overall", "Assessment", "Plan", "Child’s voice", "Management", "Outcomes", "Timeliness")
ALIKE = 0.7
"""Chance that a part has the overall grade of its case; otherwise it is drawn anew."""
EMPTY = 0.03
COMMENTS = ("", "See plan", "Good, but late; see chronology", "Good")
KEY, GRADE = AT["Row key"], AT["Grade"]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A pack that was sent, another moderator's, and the return as it was meant."""

    own: object
    other: object
    rows: list[list[str]]
    rng: random.Random

    @property
    def meant(self):
        return {row[KEY]: row[GRADE] for row in self.rows[1:] if row[GRADE]}

    @property
    def somewhere(self):
        return self.rng.randrange(1, len(self.rows))


def deleted(sent, rows):
    for _ in range(sent.rng.randint(1, 3)):
        del rows[sent.rng.randrange(1, len(rows))]
    return rows


def sorted_whole(sent, rows):
    at = sent.rng.randrange(len(rows[0]))
    return [rows[0], *sorted(rows[1:], key=lambda row: row[at])]


def column_inserted(sent, rows):
    at = sent.rng.randrange(len(rows[0]) + 1)
    return [
        [*row[:at], "Good" if n and n % 5 == 0 else "", *row[at:]] for n, row in enumerate(rows)
    ]


def columns_swapped(sent, rows):
    order = sent.rng.sample(range(len(rows[0])), len(rows[0]))
    return [[row[at] for at in order] for row in rows]


def header_lost(sent, rows):
    return rows[1:]


def key_blank(sent, rows):
    rows[sent.somewhere][KEY] = ""
    return rows


def key_mistyped(sent, rows):
    row = rows[sent.somewhere]
    at = sent.rng.choice([n for n, sign in enumerate(row[KEY]) if sign != "-"])
    other = sent.rng.choice(
        [sign for sign in "BCDFGHJKLMNPQRSTVWXYZ23456789" if sign != row[KEY][at]]
    )
    row[KEY] = row[KEY][:at] + other + row[KEY][at + 1 :]
    return rows


def key_of_another_pack(sent, rows):
    number = sent.somewhere
    rows[number][KEY] = sent.other.rows[(number - 1) % len(sent.other.rows)].key
    return rows


def key_filled_down(sent, rows):
    first = sent.rng.randrange(1, len(rows) - 1)
    for row in rows[first + 1 : first + sent.rng.randint(2, 7)]:
        row[KEY] = rows[first][KEY]
    return rows


def labels_pasted_over(sent, rows):
    """A block of case and part copied from elsewhere in the sheet."""
    source, target = sent.rng.sample(range(1, len(rows)), 2)
    length = sent.rng.randint(1, 4)
    copied = [row[1:3] for row in rows[source : source + length]]
    for row, labels in zip(rows[target:], copied, strict=False):
        row[1:3] = labels
    return rows


def two_grades_for_a_row(sent, rows):
    again = list(sent.rng.choice([row for row in rows[1:] if row[GRADE]]))
    again[GRADE] = sent.rng.choice([level for level in LEVELS if level != again[GRADE]])
    rows.insert(sent.somewhere, again)
    return rows


def a_row_twice(sent, rows):
    rows.insert(sent.somewhere, list(rows[sent.somewhere]))
    return rows


def capitals_and_spaces(sent, rows):
    ways: list[Callable[[str], str]] = [
        str.upper, str.lower, str.title,
        lambda t: f" {t} ", lambda t: f"{t}.", lambda t: f"{t}\xa0",
    ]  # fmt: skip
    for row in rows[1:]:
        if row[GRADE]:
            row[GRADE] = sent.rng.choice(ways)(row[GRADE])
        row[KEY] = sent.rng.choice((str.lower, str.upper))(row[KEY])
    return rows


def other_words(sent, rows):
    for _ in range(sent.rng.randint(1, 4)):
        rows[sent.somewhere][GRADE] = sent.rng.choice(
            ("RI", "2", "Gud", "Good/RI", "2.5", "G", "?")
        )
    return rows


def shifted(sent, rows):
    """A cell put in or taken out at the top or further down, so that grades move by one row.

    What falls off the end is lost, or stands below the last row.
    """
    start = sent.rng.choice((0, sent.rng.randrange(len(rows) - 2)))
    grades = [row[GRADE] for row in rows[1:]]
    if sent.rng.random() < 0.5:
        grades.insert(start, "")
        if sent.rng.random() < 0.5:
            rows.append(["", "", "", grades[-1], "", "", ""])
    else:
        del grades[start]
        grades.append("")
    for row, grade in zip(rows[1:], grades, strict=False):
        row[GRADE] = grade
    return rows


def sorted_alone(sent, rows):
    grades = sorted((row[GRADE] for row in rows[1:]), key=lambda g: (not g, g))
    if sent.rng.random() < 0.5:
        grades = sorted(grades, key=lambda g: (not g, LEVELS.index(g) if g in LEVELS else -1))
    for row, grade in zip(rows[1:], grades, strict=True):
        row[GRADE] = grade
    return rows


KINDS = {
    "rows deleted": deleted,
    "rows sorted whole": sorted_whole,
    "a column inserted": column_inserted,
    "columns in another order": columns_swapped,
    "headings lost": header_lost,
    "a key blank": key_blank,
    "a key mistyped": key_mistyped,
    "the key of another pack": key_of_another_pack,
    "a key filled down": key_filled_down,
    "labels pasted over": labels_pasted_over,
    "two grades for one row": two_grades_for_a_row,
    "a row twice": a_row_twice,
    "capitals, spaces, full stops": capitals_and_spaces,
    "words that are no grades": other_words,
    "grades shifted by a row": shifted,
    "grades sorted alone": sorted_alone,
}
SILENT = ("grades shifted by a row", "grades sorted alone")
"""Grades move beside keys that stay: what is read is what stands there."""
HARMLESS = (
    "rows sorted whole", "a column inserted", "columns in another order", "a row twice",
    "capitals, spaces, full stops",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was read of one spoilt return."""

    wrong: int  # grades taken for a row that was not meant so
    is_told: bool  # anything set aside or flagged
    is_flagged: bool
    right: int
    meant: int
    other_code: bool  # the receipt's code is not that of what was meant


@dataclass(frozen=True, kw_only=True)
class Total:
    """What was read of all spoilt returns of one kind."""

    kind: str
    returns: int
    with_wrong: int
    wrong_untold: int  # returns with a wrong grade and without a word
    wrong_flagged: int
    wrong_with_the_right_code: int
    told: int
    right_share: float


def sent_at_random(rng):
    key = RoundKey(secret=rng.randbytes(32), round="2019-20-Q4-a")
    parts, cases = PARTS[: rng.randint(3, 7)], rng.randint(3, 20)
    own = pack("M-04", cases, key=key, domains=parts)
    other = pack("M-05", rng.randint(3, 20), key=key, domains=parts)
    grades = []
    for _ in range(cases):
        overall = rng.choices(LEVELS, (1, 3, 5, 2))[0]
        for part in parts:
            alike = part == "Overall" or rng.random() < ALIKE
            word = overall if alike else rng.choices(LEVELS, (1, 3, 5, 2))[0]
            grades.append(rng.choices((word, NOT_GRADED, ""), (1, EMPTY, EMPTY))[0])
    rows = rows_of(own, grades)
    for row in rows[1:]:
        if row[AT["Reason"]]:
            row[AT["Reason"]] = rng.choice(("", *REASONS))
            row[AT["Sure"]] = rng.choice(("", *SURE))
            row[AT["Comment"]] = rng.choice(
                ("", "See plan", "Good, but late; see chronology", "Good")
            )
    return Sent(own=own, other=other, rows=rows, rng=rng)


def outcome(sent, spoilt):
    content = as_csv(spoilt, separator=sent.rng.choice(",;\t"))
    found = collected([sent.own, sent.other], [("return.csv", content)], already={})
    cases = [each.case for each in found.taken]
    taken = type("Taken", (), {"cases": cases})
    read = read_grades(taken, sent.own)
    right = sum(sent.meant.get(key) == grade for key, grade in read.items())
    as_meant = collected([sent.own], [("meant.csv", as_csv(sent.rows))], already={})
    key = RoundKey(secret=bytes(32), round=sent.own.round)
    codes = [
        receipt_code(key, sent.own.pack, [case for case in each if case.pack == sent.own.pack])
        for each in (cases, [each.case for each in as_meant.taken])
    ]
    return Outcome(
        # A grade of another moderator's row was meant by nobody.
        wrong=len(read) - right + len(read_grades(taken, sent.other)),
        is_told=found.has_problems,
        is_flagged=bool(found.flags),
        right=right,
        meant=len(sent.meant),
        other_code=codes[0] != codes[1],
    )


def measured(kind, *, each, seed):
    rng = random.Random(f"{seed} {kind}")
    outcomes = []
    for _ in range(each):
        sent = sent_at_random(rng)
        spoil = KINDS.get(kind, lambda _, rows: rows)
        outcomes.append(outcome(sent, spoil(sent, [list(row) for row in sent.rows])))
    wrong = [each for each in outcomes if each.wrong]
    return Total(
        kind=kind,
        returns=each,
        with_wrong=len(wrong),
        wrong_untold=sum(not each.is_told for each in wrong),
        wrong_flagged=sum(each.is_flagged for each in wrong),
        wrong_with_the_right_code=sum(not each.other_code for each in wrong),
        told=sum(each.is_told for each in outcomes),
        right_share=sum(each.right for each in outcomes) / sum(each.meant for each in outcomes),
    )


def untouched(*, each, seed):
    """Returns that were not spoilt: how many were flagged, and with which flags."""
    rng = random.Random(f"{seed} untouched")
    flags, flagged = {}, 0
    for _ in range(each):
        sent = sent_at_random(rng)
        found = collected([sent.own], [("return.csv", as_csv(sent.rows))], already={})
        flagged += bool(found.flags)
        for code in {flag.code for flag in found.flags}:
            flags[code] = flags.get(code, 0) + 1
    return flagged, dict(sorted(flags.items()))


def page(totals, plain, *, each, seed):
    flagged, flags = plain
    moved = [total for total in totals if total.kind in SILENT]
    others = [total for total in totals if total.kind not in SILENT]
    rows = "\n".join(
        f"| {t.kind} | {t.returns} | {t.with_wrong} | {t.wrong_untold} | {t.told} | "
        f"{100 * t.right_share:.1f} % |"
        for t in totals
    )
    silent = "\n".join(
        f"| {t.kind} | {t.with_wrong} | {t.wrong_flagged} | {t.with_wrong - t.wrong_untold} | "
        f"{t.with_wrong - t.wrong_with_the_right_code} |"
        for t in moved
    )
    named = ", ".join(f"“{code}” {number}" for code, number in flags.items()) or "none"
    return "\n".join(
        [
            "# Returns that were spoilt: is a grade ever taken for another row?",
            f"\n`python -m tests.moderation.returns.spoil --seed {seed} --each {each}`",
            "\nEach return is of a pack of 3 to 20 cases with 3 to 7 parts and random grades. "
            f"A part has its case’s overall grade with a chance of {ALIKE}. Some cells are empty, "
            "and some comments are the word Good. "
            f"Each return is spoilt in one of {len(totals)} ways, saved as CSV, and collected.",
            "\n| Spoilt by | Returns | With a wrong grade taken | Of them without a word | Told "
            "| Grades read rightly |",
            "|---|---|---|---|---|---|",
            rows,
            f"\nIn the {len(others)} ways that move no grades beside their keys, "
            f"{sum(t.with_wrong for t in others):,} of {sum(t.returns for t in others):,} returns "
            "had a wrong grade taken. “Told” counts returns of which the collection says "
            "anything, be it that a cell beside a reason is empty.",
            "\n## Grades moved beside their keys",
            "\nNo key can see this: each grade stands beside a key, and it is the wrong one. "
            "Flags see a part of it. The receipt shows each grade beside its case to the "
            "moderator, and its code stands for what was read.",
            "\n| Moved by | Returns with a wrong grade | Flagged | Told at all "
            "| Receipt’s code is not that of what was meant |",
            "|---|---|---|---|---|",
            silent,
            f"\nOf {each} returns that nobody spoilt, {flagged} were flagged all the same "
            f"({named}): {100 * EMPTY:.0f} of 100 grades were left out, and a gap in a graded "
            "case is what a moved column leaves. Flags ask for a look; they set nothing aside. A "
            "moderator who sends the "
            "code without reading the receipt confirms what was read, right or wrong.",
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--each", type=int, default=250)
    arguments = parser.parse_args()
    how = {"each": arguments.each, "seed": arguments.seed}
    totals = [measured(kind, **how) for kind in KINDS]
    text = page(totals, untouched(**how), **how)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
