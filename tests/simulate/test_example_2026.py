"""The second example: remade by one command, small, read whole, and as its README says."""

import json
from datetime import date

import numpy as np
import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.simulate.example_2026 import AS_OF, example_2026_council, write_example_2026
from qaf_analysis.terms.quarter import Quarter
from tests.places import EXAMPLE_2026
from tests.simulate.test_example import WRITTEN_BY_HAND, files_in


@pytest.fixture(scope="module")
def found():
    """Read long before its days: its settings say on which day it is read."""
    return read_council(EXAMPLE_2026, as_of=date(2026, 1, 1))


@pytest.fixture(scope="module")
def council():
    return example_2026_council()


def test_the_second_example_is_remade_byte_for_byte(tmp_path):
    write_example_2026(tmp_path)
    committed = files_in(EXAMPLE_2026)
    made = files_in(tmp_path)
    assert made.keys() == committed.keys() - WRITTEN_BY_HAND
    assert [name for name in made if made[name] != committed[name]] == []
    assert sum(map(len, committed.values())) < 1_500_000


def test_only_the_repeated_rows_are_set_aside(found):
    mess = json.loads((EXAMPLE_2026 / "mess.json").read_text("utf-8"))
    planted = {
        (item["file"], row)
        for item in mess["items"]
        if item["outcome"] == "quarantined"
        for row in item["rows"]
    }
    aside = found.quarantine
    assert {
        (name, int(row))
        for name, row in zip(aside["source_file"], aside["source_row"], strict=True)
    } == planted
    told = {f.name: (f.rows_in, f.loaded, f.quarantined) for f in found.audits.record.files}
    for name, counts in mess["files"].items():
        assert told[name] == (counts["rows_in"], counts["loaded"], counts["quarantined"])


def test_reading_warns_of_what_is_known_and_of_nothing_else(found):
    record = found.audits.record
    warned = {f.code for f in record.findings if f.outcome == "warning"}
    assert warned == {"months_for_dates", "scale_against_date", "spelling_joined"}
    assert not [f for f in record.findings if f.outcome == "reject"]
    failed = [check.name for check in record.checks if check.state == "failed"]
    assert failed == ["Moderators' grades and auditors' are on one scale"]


def test_every_reading_is_loaded_on_the_scale_it_was_given_on(found, council):
    read = found.audits.ratings
    roles = {"auditor": council.ratings, "external_moderator": council.moderations}
    for role, drawn in {**roles, "bridge": council.bridges}.items():
        own = read[read["role"] == role]
        planted = drawn[drawn["role"] == role] if "role" in drawn else drawn
        keys = ["scale", "domain", "grade"]
        assert own.groupby(keys).size().to_dict() == planted.groupby(keys).size().to_dict()


def test_audits_are_as_many_as_the_readme_says(found, council):
    audits = found.audits.audits
    routine = audits[audits["audit_type"] == "collaborative"]
    assert (routine.groupby("quarter").size() == 50).all()
    assert (routine["quarter"].nunique(), len(audits)) == (10, 512)
    assert set(audits["audit_date"].dt.day) == {1}
    first_type = audits.loc[audits["quarter"] == "2025-26 Q2", "case_type"]
    assert {"Early help", "Child in need"} <= set(first_type)
    later = audits.loc[audits["quarter"] > "2025-26 Q2", "case_type"]
    assert "Family Help" in set(later)
    assert not {"Early help", "Child in need"} & set(later)
    own = council.audits.set_index("audit_id")["t"]
    eras = np.array(council.design.era_by_quarter)
    moderated = council.moderations.drop_duplicates(["audit_id", "round"])
    scale = np.array(["ofsted4", "report_card"])[eras[own.loc[moderated["audit_id"]]]]
    assert (moderated["scale"].to_numpy() != scale).mean() == 0.5
    assert max(moderated["moderated_on"]).date() <= AS_OF
    assert Quarter.of(AS_OF) > council.design.last


def test_the_truth_holds_what_the_change_of_scale_and_the_impact_are(council):
    truth = json.loads((EXAMPLE_2026 / "truth.json").read_text("utf-8"))
    assert [one["domain"] for one in truth["breaks"]] == [
        "Assessment and analysis",
        "Planning and review",
        "Management oversight",
        "Impact for the child",
    ]
    assert {one["starts"] for one in truth["breaks"]} == {"2027-28 Q1"}
    for one in truth["breaks"]:
        assert one["change"] == pytest.approx(one["new"] - one["old_on_new"], abs=1e-8)
        # Practice improves by the trend alone, while shares in other words differ by more.
        assert 0.02 < one["change"] < 0.06 < one["new"] - one["old"]
    assert {one["scale"] for one in truth["impact"]} == {"ofsted4", "report_card"}
    assert all(0.3 < one["no_difference_yet"] < 0.5 for one in truth["impact"])
