"""Faults of the data reach the verdict: copied grades, and moderations that could not be used."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qaf_analysis.data.contract.record import COPIED_CHECK
from qaf_analysis.data.council.read import read_council
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.verdicts import OptimismVerdict
from qaf_analysis.topics.child.analysis.focus import child_focus
from qaf_analysis.topics.child.words import say_child_focus
from qaf_analysis.topics.common.moderation_record import (
    ModerationRows,
    copied_grades,
    moderation_rows,
)
from qaf_analysis.topics.common.reported import StepKind
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.optimism.analysis.detail import optimism_detail
from qaf_analysis.topics.optimism.analysis.headline import Optimism, optimism
from qaf_analysis.topics.optimism.words import optimism_card, say_optimism, say_optimism_detail
from qaf_analysis.topics.recommendations import _moderation as recommended

SETTINGS = """
[council]
name = "Faulty"
synthetic = true

[[files]]
path = "audits.csv"

[[files]]
path = "moderations.csv"
kind = "moderations"
"""
GRADES = ("Inadequate", "Requires improvement", "Good", "Outstanding")
FIRST = date(2019, 7, 1)


def council(folder, *, found, audits=40, settings=SETTINGS):
    """Audits of four auditors; ``found`` gives the moderator's grade of audit number i, or none."""
    given = [GRADES[1 + number % 2] for number in range(audits)]
    rows = ["audit_id,case_ref,audit_date,team,auditor,domain,grade"]
    read = ["audit_id,moderator,moderated_on,selected_by,domain,grade"]
    for number, grade in enumerate(given):
        day = FIRST + timedelta(number)
        name = f"A{number:03}"
        rows.append(f"{name},C{number},{day},North,auditor {number % 4},Overall,{grade}")
        if theirs := found(number, grade):
            later = day + timedelta(30)
            read.append(f"{name},moderator 1,{later},random,Overall,{theirs}")
    for file, lines in (("audits.csv", rows), ("moderations.csv", read)):
        (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "council.toml").write_text(settings, encoding="utf-8")
    return read_council(folder, as_of=date(2020, 6, 1)).audits


def of(bundle):
    return optimism(bundle, quarter=Quarter(2019, 2))


WHY = (
    "a check of the data failed (40 of 40 pairs of grades are equal), as where an export copies "
    "moderators' and auditors' grades over each other"
)


def test_copied_grades_withhold_the_verdict_and_every_figure_on_it(tmp_path):
    bundle = council(tmp_path, found=lambda number, grade: grade)
    assert copied_grades(bundle) == WHY
    found = of(bundle)
    assert (found.verdict, found.reason) == (OptimismVerdict.NOT_JUDGED, WHY)
    figures = (found.gap, found.over, found.under, found.severe, found.good_shift)
    for one in (*figures, found.heterogeneity, found.adjusted_good, found.adjusted_gap):
        assert not one.is_estimable
        assert one.why_not == WHY
    said = say_optimism(found)
    assert said.claim == "Over-optimism cannot be judged until the data are mended"
    assert said.paragraphs[0] == (
        f"Not available because {WHY}. Mend the export and run the report again: until then "
        "nothing is said of optimism."
    )
    assert optimism_card(found) == f"Not measurable because {WHY}."
    ((kind, action, because, _),) = recommended(found)
    assert kind is StepKind.MEND_EXPORT
    assert action.startswith("Mend the export")
    assert because.startswith(WHY[:1].upper())
    assert "accept" not in " ".join((*said.paragraphs, said.claim)).casefold()


def test_copied_grades_say_nothing_in_the_detail_either(tmp_path):
    detail = optimism_detail(
        council(tmp_path, found=lambda number, grade: grade), quarter=Quarter(2019, 2)
    )
    assert detail.measures == ()
    said = say_optimism_detail(detail)
    assert said.claim == "Over-optimism cannot be judged until the data are mended"
    assert said.paragraphs == (f"Not available because {WHY}.",)


def test_one_pair_that_differs_is_judged(tmp_path):
    bundle = council(tmp_path, found=lambda n, grade: GRADES[3] if n == 7 else grade)
    assert copied_grades(bundle) == ""
    assert of(bundle).verdict is not OptimismVerdict.NOT_JUDGED


def test_under_ten_pairs_the_check_cannot_run_and_withholds_nothing(tmp_path):
    bundle = council(tmp_path, found=lambda n, grade: grade if n < 9 else "")
    state = {check.name: check.state for check in bundle.record.checks}
    assert state[COPIED_CHECK] == "could not run"
    assert of(bundle).reason.startswith("only 9 moderated audits")


LOST = "38 of 38 rows of moderations were set aside when the files were read"


def test_moderations_that_could_not_be_read_are_not_said_not_to_have_been_done(tmp_path):
    bundle = council(tmp_path, found=lambda n, _: "Goodish" if n < 38 else "")
    assert moderation_rows(bundle) == ModerationRows(given=38, set_aside=38)
    found = of(bundle)
    assert found.verdict is OptimismVerdict.NOT_JUDGED
    assert found.reason == f"no moderation of this period could be used, and {LOST}"
    said = " ".join((*say_optimism(found).paragraphs, optimism_card(found)))
    assert LOST in said
    assert "no audit" not in said.casefold()
    assert "more moderation" not in said.casefold()


def test_where_none_was_given_none_was_moderated(tmp_path):
    found = of(council(tmp_path, found=lambda *_: ""))
    assert found.moderation_rows == ModerationRows(given=0, set_aside=0)
    assert found.verdict is OptimismVerdict.MORE_MODERATION
    assert found.reason.startswith("no audit of this period was moderated")


@pytest.mark.parametrize(("lost", "said"), [(1, False), (4, True)])
def test_many_moderations_set_aside_are_told_beside_the_verdict(tmp_path, lost, said):
    def grade(number, given):
        return "Goodish" if number < lost else GRADES[2] if number % 3 else given

    found = of(council(tmp_path, found=grade))
    assert found.moderation_rows == ModerationRows(given=40, set_aside=lost)
    last = say_optimism(found).paragraphs[-1]
    told = f"{lost} of 40 rows of moderations were set aside when the files were read."
    assert last.endswith(told) is said


def test_a_row_that_repeats_another_is_not_lost(tmp_path):
    council(tmp_path, found=lambda n, grade: grade)
    path = tmp_path / "moderations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, *lines[1:9]]) + "\n", encoding="utf-8")
    bundle = read_council(tmp_path, as_of=date(2020, 6, 1)).audits
    assert bundle.record.quarantined == 8
    assert moderation_rows(bundle) == ModerationRows(given=48, set_aside=0)


def test_what_a_moderator_did_beside_the_audit_is_counted_where_it_is_amiss(tmp_path):
    settings = """
[council]
name = "Wide"
synthetic = true

[[files]]
path = "audits.csv"
shape = "wide"

[files.domains]
Overall = "Overall"

[files.moderator]
rater = "Moderator"
columns = { moderated_on = "Read on", selected_by = "Chosen" }

[files.moderator.domains]
Overall = "Moderated"
"""
    rows = ["audit_id,case_ref,audit_date,team,auditor,Overall,Moderator,Moderated,Read on,Chosen"]
    for number in range(20):
        day = FIRST + timedelta(number)
        theirs = "Goodish" if number < 6 else "Good"
        mine = "Gut" if number == 19 else "Good"
        later = day + timedelta(9)
        rows.append(
            f"A{number},C{number},{day},North,a{number % 4},{mine},m,{theirs},{later},random"
        )
    (tmp_path / "audits.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "council.toml").write_text(settings, encoding="utf-8")
    bundle = read_council(tmp_path, as_of=date(2020, 6, 1)).audits
    assert bundle.record.quarantined == 7
    assert moderation_rows(bundle) == ModerationRows(given=6, set_aside=6)


def test_a_council_s_own_limits_reach_verdict_words_and_file(tmp_path):
    own = SETTINGS + "\n[optimism]\ntolerance = 0.9\nsevere_from = 1\nseverely = 1\n"
    with pytest.raises(Exception, match="severely"):
        council(tmp_path, found=lambda *_: "Good", settings=own)
    own = own.replace("severely = 1\n", "")
    found = of(council(tmp_path, found=lambda n, g: GRADES[2] if n % 3 else g, settings=own))
    assert (found.limits.tolerance, found.limits.severe_from) == (0.9, 1)
    assert "The difference was one grade or more in " in say_optimism(found).paragraphs[0]
    assert found.severe.value == pytest.approx(found.over.value + found.under.value)
    again = result_from_json(result_to_json(found), Optimism)
    assert again.figures == pytest.approx(found.figures) or str(again) == str(found)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tolerance = 0", "above 0"),
        ('tolerance = "a lot"', "above 0"),
        ("tolerance = true", "above 0"),
        ("tolerance = 3.0", "below 3"),
        ("good_shift = 1.0", "below 1"),
        ("severe_share = 20", "below 1"),
        ("severe_from = 4", "1 to 3 apart"),
        ("severe_from = 0", "1 to 3 apart"),
    ],
)
def test_limits_that_do_not_fit_the_scale_are_refused(tmp_path, line, message):
    with pytest.raises(Exception, match=message):
        council(tmp_path, found=lambda *_: "", settings=f"{SETTINGS}\n[optimism]\n{line}\n")


def test_copied_grades_withhold_focus_on_the_child_too(tmp_path):
    bundle = council(tmp_path, found=lambda number, grade: grade)
    found = child_focus(bundle, quarter=Quarter(2019, 2))
    assert (found.comparison, found.reason) == (None, WHY)


def test_moderations_set_aside_are_not_called_none_where_the_child_is_asked_after(tmp_path):
    bundle = council(tmp_path, found=lambda number, _: "Very good" if number < 38 else None)
    found = child_focus(bundle, quarter=Quarter(2019, 2))
    assert found.reason == (
        "no moderation of this period could be used, and 38 of 38 rows of moderations were set "
        "aside when the files were read"
    )
    assert "no audit" not in " ".join(say_child_focus(found).paragraphs)
