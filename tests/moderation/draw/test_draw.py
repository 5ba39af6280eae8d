"""A draw can be repeated, keeps chance and choice apart, and fits into the moderators' return."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.moderation.draw.drawing import DrawRules, draw_audits
from qaf_analysis.moderation.draw.files import write_draw
from qaf_analysis.moderation.draw.frame import moderation_frame
from qaf_analysis.terms.errors import UsageError
from tests.places import EXAMPLE_2026

KEY = PseudonymKey(secret=bytes(range(32)))
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
HEAD = "audit_id,case_ref,audit_date,team,case_type,audit_type,auditor,role,domain,grade"
RETURNED = "audit_id,moderator,moderation_source,moderated_on,domain,grade,selected_by"
RULES = DrawRules(audits=16, targeted_share=0.25, anchors=4, seed=7)


def council_rows():
    """Sixty routine audits of two quarters by 12 auditors, and four that cannot be drawn."""
    rng = np.random.default_rng(1)
    rows = []
    for number in range(60):
        day = date(2020, 1, 6) if number < 40 else date(2019, 10, 7)
        grade = LEVELS[rng.choice(4, p=[0.1, 0.3, 0.45, 0.15])]
        auditor = f"Auditor {rng.integers(12):02d}"
        rows.append(
            (f"0{number:03d}", f"C{number}", day, "collaborative", auditor, "Overall", grade)
        )
    late = date(2020, 2, 3)
    rows.append(("T1", "CT1", late, "themed", "Auditor 01", "Overall", "Good"))
    rows.append(("P1", "CP1", late, "collaborative", "Auditor 01", "Plan", "Good"))
    rows.append(("M1", "CM1", late, "collaborative", "Auditor 01", "Overall", "Good"))
    rows.append(("M2", "CM2", late, "collaborative", "Auditor 02", "Overall", "Good"))
    return [
        f"{name},{case},{day},East,Child in need,{kind},{auditor},auditor,{domain},{grade}"
        for name, case, day, kind, auditor, domain, grade in rows
    ]


def read(folder, *, order=None, returned=(), key=KEY):
    rows = council_rows()
    rows = rows if order is None else [rows[place] for place in order]
    folder.mkdir(exist_ok=True)
    (folder / "audits.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    moderations = [
        "M1,Moderator A,Partner,2020-03-02,Overall,Good,stratified",
        "M2,Moderator A,Partner,2020-03-02,Overall,Good,targeted",
        *returned,
    ]
    (folder / "moderations.csv").write_text("\n".join([RETURNED, *moderations]) + "\n")
    return read_council(folder, as_of=date(2020, 6, 30), key=key)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return read(tmp_path_factory.mktemp("council") / "exports")


@pytest.fixture(scope="module")
def frame(found):
    return moderation_frame(found, quarter="2019-20 Q4")


@pytest.fixture
def files(frame, tmp_path):
    write_draw(draw_audits(frame, RULES), tmp_path / "draw")
    return {path.name: path.read_bytes() for path in (tmp_path / "draw").iterdir()}


def cells(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_frame_is_what_may_be_drawn_and_says_what_may_not(frame):
    assert frame.table["audit_id"].tolist() == [f"0{number:03d}" for number in range(40)]
    assert {gone.reason: gone.records for gone in frame.left_out} == {
        "not routine audits": 1,
        "without an auditor's overall grade": 1,
        "moderated already, chosen by chance": 1,
        "moderated already, picked by risk": 1,
    }


def test_two_quarters_are_drawn_together(found):
    frame = moderation_frame(found, quarter="2019-20 Q4", quarters=2)
    assert frame.quarters == ("2019-20 Q3", "2019-20 Q4")
    assert len(frame.table) == 60
    assert moderation_frame(found, quarter="").quarters == ("2019-20 Q4",)


def test_chance_and_choice_are_kept_apart(frame):
    drawn = draw_audits(frame, RULES)
    counts = drawn.table["selected_by"].value_counts().to_dict()
    assert counts == {"stratified": 12, "targeted": 4}
    assert drawn.table["audit_id"].is_unique
    anchors = drawn.table[drawn.table["anchor"] == "yes"]
    assert anchors["selected_by"].tolist() == ["stratified"] * 4
    by_chance = drawn.table[drawn.table["selected_by"] == "stratified"]
    # Each audit drawn by chance stands for one over its probability: together for the frame.
    totals = (1 / by_chance["selection_probability"]).groupby(by_chance["stratum"]).sum()
    held = frame.table["grade"].map(lambda code: LEVELS[code]).value_counts()
    assert totals.to_dict() == pytest.approx(held.to_dict())
    assert by_chance["stratum"].value_counts().min() >= 2
    assert drawn.drawn.chance.sum() == pytest.approx(12)
    assert drawn.drawn.targeted_chance.sum() == pytest.approx(4)


def test_the_order_of_the_export_changes_no_byte(files, tmp_path):
    order = np.random.default_rng(3).permutation(64)
    shuffled = read(tmp_path / "exports", order=order)
    write_draw(
        draw_audits(moderation_frame(shuffled, quarter="2019-20 Q4"), RULES), tmp_path / "again"
    )
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert again == files


def test_another_key_draws_the_same_audits(files, tmp_path):
    other = read(tmp_path / "exports", key=PseudonymKey(secret=bytes(range(1, 33))))
    drawn = draw_audits(moderation_frame(other, quarter="2019-20 Q4"), RULES)
    rows = cells(files["draw.csv"])
    assert drawn.table["audit_id"].tolist() == [row["audit_id"] for row in rows]
    assert drawn.table["audit_code"].tolist() != [row["audit_code"] for row in rows]


def test_another_seed_draws_other_audits(frame):
    first, other = (draw_audits(frame, replace(RULES, seed=seed)) for seed in (7, 8))
    assert first.table["audit_id"].tolist() != other.table["audit_id"].tolist()


def test_the_files_hold_what_is_needed_to_check_them(files, frame):
    record = json.loads(files.pop("draw.json"))
    assert record["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert record["frame"]["sha256"] == frame.sha256
    assert record["seed"] == 7
    assert record["command"] == (
        'qaf sample --quarter "2019-20 Q4" --quarters 1 --audits 16 --min-per-grade 2 '
        "--targeted-share 0.25 --anchors 4 --seed 7"
    )
    strata = record["frame"]["strata"]
    assert sum(stratum["audits"] for stratum in strata) == record["frame"]["audits"] == 40
    assert sum(stratum["by_chance"] for stratum in strata) == record["by_chance"] == 12
    assert (record["sum_of_probabilities"], record["sum_of_targeted_probabilities"]) == (12, 4)


def test_the_moderators_list_tells_no_grade_and_no_reason(files):
    rows = cells(files["for_moderators.csv"])
    assert list(rows[0]) == ["audit_id"]
    names = [row["audit_id"] for row in rows]
    assert sorted(names) == sorted(row["audit_id"] for row in cells(files["draw.csv"]))
    # The council's own order is by date, and so may tell of the draw.
    assert names != sorted(names)
    assert b"moderators must not see it" in files["README.txt"]


def test_the_draw_can_be_pasted_into_the_return(files, tmp_path):
    """What comes back is read as drawn: the same audits, selections and probabilities."""
    rows = cells(files["draw.csv"])
    names = [*RETURNED.split(","), "selection_probability"]
    returned = [
        f"{row['audit_id']},Moderator B,Partner,2020-03-09,Overall,Good,{row['selected_by']},"
        f"{row['selection_probability']}"
        for row in rows
    ]
    exports = tmp_path / "exports"
    read(exports)
    (exports / "moderations.csv").write_text("\n".join([",".join(names), *returned]) + "\n")
    back = read_council(exports, as_of=date(2020, 6, 30), key=KEY).audits
    assert back.record.quarantined == 0
    by_code = back.moderations.set_index("audit_id")
    drawn = pd.DataFrame(rows).set_index("audit_code")
    assert by_code["selected_by"].to_dict() == drawn["selected_by"].to_dict()
    probabilities = drawn["selection_probability"].astype(float).to_dict()
    assert by_code["selection_probability"].to_dict() == probabilities


def test_auditors_still_to_be_met_are_counted(found, frame):
    few = draw_audits(frame, DrawRules(audits=8, min_per_grade=1))
    auditors = frame.table["auditor"].nunique()
    seen = set(frame.table.loc[few.drawn.by_chance, "auditor"]) | frame.seen
    assert few.auditors_unseen > 0
    assert len(frame.seen) == 2  # M1 and M2 were moderated
    assert few.auditors_unseen == auditors - len(seen) + frame.others_unseen
    everyone = moderation_frame(found, quarter="2019-20 Q4", quarters=2)
    assert everyone.others_unseen == 0
    assert draw_audits(everyone, DrawRules(audits=60)).auditors_unseen == 0


def test_every_auditor_can_be_met(frame):
    rules = DrawRules(audits=8, min_per_grade=1)
    plain, drawn = (draw_audits(frame, replace(rules, every_auditor=x)) for x in (False, True))
    assert drawn.auditors_unseen == frame.others_unseen
    picked = drawn.table[drawn.table["selected_by"] == "targeted"]
    assert len(picked) == plain.auditors_unseen - frame.others_unseen > 0
    assert drawn.drawn.by_chance.tolist() == plain.drawn.by_chance.tolist()
    with pytest.raises(UsageError, match="one of these at a time"):
        draw_audits(frame, replace(rules, every_auditor=True, targeted_share=0.5))


def test_named_audits_come_besides(frame):
    rules = DrawRules(audits=8, min_per_grade=1, named=("0003", " 0004 ", "0003"))
    drawn = draw_audits(frame, rules)
    picked = drawn.table[drawn.table["selected_by"] == "targeted"]
    assert {"0003", "0004"} <= set(drawn.table["audit_id"])
    assert picked["selection_probability"].isna().all()
    assert len(drawn.table) == 8 + len(picked)


def test_a_draw_is_never_overwritten(frame, tmp_path):
    drawn = draw_audits(frame, RULES)
    write_draw(drawn, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(UsageError, match="nothing is overwritten"):
        write_draw(draw_audits(frame, replace(RULES, seed=9)), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (DrawRules(audits=41), "41 audits were asked for, and 40 can be drawn"),
        (DrawRules(audits=0), "At least one"),
        (DrawRules(audits=10, targeted_share=0.6), "between 0 and 0.5"),
        (DrawRules(audits=10, targeted_share=0.5, anchors=6), "6 anchors"),
        (DrawRules(audits=10, min_per_grade=4), "Draw more, or ask for fewer"),
        (DrawRules(audits=10, named=("0001", "nobody")), r"1 of 2 named .* number 2"),
    ],
)
def test_what_cannot_be_drawn_is_said(frame, rules, words):
    with pytest.raises(UsageError, match=words):
        draw_audits(frame, rules)


def test_an_empty_frame_says_why(found):
    with pytest.raises(UsageError, match="No audit was done in 2018-19 Q1"):
        moderation_frame(found, quarter="2018-19 Q1")


def test_a_quarter_that_was_moderated_whole_says_so(tmp_path):
    returned = [
        f"0{number:03d},Moderator A,Partner,2020-03-02,Overall,Good,all" for number in range(40)
    ]
    found = read(tmp_path / "exports", returned=returned)
    with pytest.raises(UsageError, match="and 42 were moderated already"):
        moderation_frame(found, quarter="2019-20 Q4")


def test_without_an_overall_grade_nothing_is_drawn(found):
    plain = found.audits.ratings
    bare = replace(found.audits, ratings=plain[plain["domain"] != "Overall"])
    with pytest.raises(UsageError, match="no overall grade"):
        moderation_frame(replace(found, audits=bare), quarter="2019-20 Q4")


def test_grades_bear_the_words_of_the_scale_of_their_quarter():
    later = read_council(EXAMPLE_2026, as_of=date(2028, 6, 30), key=KEY)
    old = moderation_frame(later, quarter="2026-27 Q4")
    new = moderation_frame(later, quarter="2027-28 Q1")
    assert old.levels == ("Inadequate", "Requires improvement", "Good", "Outstanding")
    assert len(new.levels) == 5
    both = moderation_frame(later, quarter="2027-28 Q1", quarters=2)
    assert set(both.table["quarter"]) == {"2027-28 Q1"}
    other = {gone.reason: gone.records for gone in both.left_out}["graded on another scale"]
    assert other == (later.audits.audits["quarter"] == "2026-27 Q4").sum() > 0
