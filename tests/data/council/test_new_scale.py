"""Grades whose words change on a day, undeclared: one finding, whose block loads all rows."""

from datetime import date, timedelta

import pytest

from qaf_analysis.terms.errors import SettingsError
from tests.data.council.test_eras import AS_OF, audits, findings, row, whole

FIVE = ["Exceptional", "Strong", "Expected", "Needs attention", "Urgent"]
OFSTED = ["Good", "Requires improvement", "Outstanding", "Inadequate"]
TOML = '[council]\nname = "Made"\n'
START = date(2025, 4, 1)


def rows(*, old=OFSTED, new=FIVE, before=40, after=40, first=1):
    """Audits every third day: before the start in the old words in turn, after it in the new."""
    return [
        *(
            row(first + n, START - timedelta(days=3 * n + 2), old[n % len(old)])
            for n in range(before)
        ),
        *(
            row(first + 500 + n, START + timedelta(days=3 * n), new[n % len(new)])
            for n in range(after)
        ),
    ]


def row(number, day, grade, *, auditor="Ann"):  # noqa: F811
    return f"A{number},{day},North,{auditor},Overall,{grade}"


def read(council, lines, toml=TOML, **files):
    named = {f"{name}.csv": text for name, text in files.items()}
    return council({"audits.csv": audits(*lines), "council.toml": toml} | named, as_of=AS_OF)


def pasted(finding, *, good_from, **changes):
    block = finding.mend.split("\n", 1)[1]
    for old, new in changes.items():
        block = block.replace(old, new)
    return TOML + block.replace('good_from = ""', f'good_from = "{good_from}"') + "\n"


def test_one_finding_with_the_block_that_loads_all_rows(council):
    imported = read(council, rows())
    assert whole(imported) == (40, 40)
    [found] = findings(imported, "new_scale")
    assert found.found.startswith("40 rows from 1 April 2025 on use five words of another scale: ")
    assert (found.rows, found.row) == (40, 42)
    assert not findings(imported, "unknown_grade")
    assert not findings(imported, "grades_to_declare")
    assert set(imported.quarantine["code"]) == {"new_scale"}
    assert not imported.quarantine["how_to_mend"].str.contains("levels =").any()
    again = read(council, rows(), toml=pasted(found, good_from="Expected"))
    assert whole(again) == (80, 0)
    era = again.audits.settings.eras[1]
    assert (era.first, era.scale.levels) == (START, tuple(FIVE))  # in the order met, not guessed


def test_the_block_is_refused_until_somebody_says_what_is_good(council):
    [found] = findings(read(council, rows()), "new_scale")
    assert "# put in order, worst first" in found.mend
    with pytest.raises(SettingsError, match="good_from"):
        read(council, rows(), toml=TOML + found.mend.split("\n", 1)[1] + "\n")


def test_a_word_of_both_scales_is_offered_as_a_level(council):
    lines = rows(new=["Good", "Strong", "Weak", "Urgent"])
    imported = read(council, lines)
    [found] = findings(imported, "new_scale")
    assert "three words" in found.found
    assert '# "Good" is a grade of the earlier scale too' in found.mend
    again = read(council, lines, toml=pasted(found, good_from="Weak"))
    assert whole(again) == (80, 0)
    scale = again.audits.ratings.query("rated_on >= '2025-04-04'")["scale"]
    assert set(scale) == {"new"}
    # The "Good" of 1 April came before any new word: only the council knows the day it began.
    assert "write the day on which it began" in found.mend


def test_numbers_from_a_day_on_are_a_new_scale_and_no_refusal(council):
    lines = rows(new=["3", "5", "1", "2", "4"], before=20, after=60)
    imported = read(council, lines)
    [found] = findings(imported, "new_scale")
    again = read(council, lines, toml=pasted(found, good_from="2"))
    assert whole(again) == (80, 0)


def test_strays_before_the_day_do_not_hide_the_break(council):
    lines = [*rows(), row(900, "2025-01-08", "Strongish"), row(901, "2025-01-09", "Expected")]
    imported = read(council, lines)
    [found] = findings(imported, "new_scale")
    assert found.rows == 40
    assert [f.row for f in findings(imported, "unknown_grade")] == [82, 83]


def test_unknown_words_throughout_are_told_word_by_word(council):
    mixed = [
        row(n, START + timedelta(days=n - 40), ["Good", "Fine", "Poorish"][n % 3])
        for n in range(80)
    ]
    imported = read(council, mixed)
    assert not findings(imported, "new_scale")
    assert len(findings(imported, "grades_to_declare")) == 1


def test_a_few_odd_words_among_known_ones_are_no_scale(council):
    """From one day on an eighth of the grades are two odd words: one auditor's habit."""
    imported = read(
        council, rows(new=["Good"] * 7 + ["Fine"] + ["Good"] * 7 + ["Poorish"], after=80)
    )
    assert not findings(imported, "new_scale")
    assert len(findings(imported, "grades_to_declare")) == 1


@pytest.mark.parametrize(
    "new", [["Middling"], [f"Word {n}" for n in range(12)], ["Goood", "Outstandng"]]
)
def test_one_word_too_many_words_and_slips_are_no_scale(council, new):
    imported = read(council, rows(new=new))
    assert not findings(imported, "new_scale")
    assert whole(imported) == (40, 40)


def test_moderations_with_the_same_words_point_to_the_one_block(council):
    head = "audit_id,moderator,moderated_on,domain,grade\n"
    moderated = head + "".join(
        f"A{n},Mo,2025-0{5 + n % 3}-01,Overall,{FIVE[n % 5]}\n" for n in range(1, 21)
    )
    imported = read(council, rows(), moderations=moderated)
    first, second = findings(imported, "new_scale")
    assert (first.file, second.file) == ("audits.csv", "moderations.csv")
    assert "[[scales]]" in first.mend
    assert second.mend == "declare the scale: the block to paste stands with audits.csv"
    again = read(council, rows(), toml=pasted(first, good_from="Expected"), moderations=moderated)
    assert whole(again) == (100, 0)


@pytest.mark.parametrize("order", [("old.csv", "new.csv"), ("new.csv", "old.csv")])
def test_a_file_for_each_year_is_one_finding_too(council, order):
    lines = rows()
    files = "".join(f'[[files]]\npath = "{name}"\n' for name in order)
    exports = {"old.csv": audits(*lines[:40]), "new.csv": audits(*lines[40:])}
    imported = council(exports | {"council.toml": TOML + files}, as_of=AS_OF)
    assert whole(imported) == (40, 40)
    [found] = findings(imported, "new_scale")
    toml = pasted(found, good_from="Expected") + files
    again = council(exports | {"council.toml": toml}, as_of=AS_OF)
    assert whole(again) == (80, 0)


def test_a_file_of_unknown_words_alone_says_nothing_of_a_change(council):
    lines = [row(1, "2025-01-01", "Good"), *rows(before=0)]
    imported = read(council, lines)
    assert not findings(imported, "new_scale")
    assert len(findings(imported, "grades_to_declare")) == 1
    assert whole(imported) == (1, 40)


def test_a_third_scale_after_a_declared_one(council):
    [found] = findings(read(council, rows()), "new_scale")
    toml = pasted(found, good_from="Expected")
    later = [
        row(2000 + n, date(2025, 10, 1) + timedelta(days=n), ["Met", "Not met"][n % 2])
        for n in range(20)
    ]
    imported = read(council, [*rows(), *later], toml=toml)
    [third] = findings(imported, "new_scale")
    assert 'name = "new 2"' in third.mend
    block = third.mend.split("\n", 1)[1].replace('good_from = ""', 'good_from = "Not met"')
    again = read(council, [*rows(), *later], toml=toml + block + "\n")
    assert whole(again) == (100, 0)


def test_a_wide_file_shows_all_words_of_its_columns(council):
    lines = ["audit_id,audit_date,team,auditor,Plan,Risk"]
    for n in range(60):
        day = START + timedelta(days=3 * (n - 30))
        words = ("Good", "Outstanding") if day < START else (FIVE[n % 2], FIVE[2 + n % 3])
        lines.append(f"A{n},{day},North,Ann,{words[0]},{words[1]}")
    files = (
        '[[files]]\npath = "w.csv"\nshape = "wide"\n[files.domains]\nPlan = "Plan"\nRisk = "Risk"\n'
    )
    text = "\n".join(lines) + "\n"
    imported = council({"w.csv": text, "council.toml": TOML + files}, as_of=AS_OF)
    [found] = findings(imported, "new_scale")
    assert "five words" in found.found
    toml = pasted(found, good_from="Strong") + files
    again = council({"w.csv": text, "council.toml": toml}, as_of=AS_OF)
    assert whole(again) == (60, 0)
