"""The reader sets aside exactly what was spoilt, and loads exactly what was planted."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from qaf_analysis.data.council.read import read_council
from qaf_analysis.simulate import simulate_council, standard_design, write_clean
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.simulate.example import example_council
from tests.places import EXAMPLE

AS_OF = date(2020, 6, 30)


@pytest.fixture(scope="module")
def example():
    return read_council(EXAMPLE, as_of=AS_OF)


@pytest.fixture(scope="module")
def mess():
    return json.loads((EXAMPLE / "mess.json").read_text("utf-8"))


def test_exactly_the_spoilt_rows_are_quarantined(example, mess):
    planted = {
        (item["file"], row)
        for item in mess["items"]
        if item["outcome"] == "quarantined"
        for row in item["rows"]
    }
    found = zip(example.quarantine["source_file"], example.quarantine["source_row"], strict=True)
    assert {(file, int(row)) for file, row in found} == planted


def test_every_file_is_counted_as_planned(example, mess):
    counts = {
        file.name: {
            "rows_in": file.rows_in,
            "loaded": file.loaded,
            "quarantined": file.quarantined,
        }
        for file in example.audits.record.files
        if file.kind != "settings"
    }
    assert counts == mess["files"]


def test_the_example_is_read_as_it_was_drawn(example):
    """Pseudonyms hide who and which, so the counts of every kind of row are compared."""
    council = example_council()
    routine = council.audits["audit_type"] == "collaborative"
    kinds = ["quarter", "team", "case_type"]
    read = example.audits.audits
    read = read[read["audit_type"] == "collaborative"]
    assert Counter(map(tuple, read[kinds].to_numpy())) == Counter(
        map(tuple, council.audits.loc[routine, kinds].to_numpy())
    )
    drawn = council.ratings[council.ratings["row"].isin(np.flatnonzero(routine))]
    rated = example.audits.ratings
    rated = rated[rated["audit_id"].isin(read["audit_id"]) & rated["role"].str.contains("auditor")]
    columns = ["domain", "role", "grade"]
    assert Counter(map(tuple, rated[columns].to_numpy())) == Counter(
        map(tuple, drawn[columns].to_numpy())
    )
    assert rated["rater"].nunique() == 45
    rules = example.audits.moderations["selected_by"].value_counts().to_dict()
    assert rules == {"random": 90, "targeted": 72, "stratified": 60}
    assert example.audits.record.dropped_columns == (
        "audits 2018-20.xlsx: Child's name",
        "actions.csv: Action owner",
    )


def test_the_examples_actions_are_read_as_they_were_drawn(example):
    planted, read = example_council().actions, example.audits.actions
    assert len(planted) == 30
    columns = ["theme", "domain", "team", "raised_on", "due_on", "closed_on", "verified_on"]
    assert Counter(map(tuple, read[columns].astype(str).to_numpy())) == Counter(
        map(tuple, planted[columns].astype(str).to_numpy())
    )
    verified = read["verified_by_audit"].dropna()
    assert verified.isin(example.audits.audits["audit_id"]).all()
    assert len(verified) == planted["verified_by_audit"].notna().sum() >= 5


def test_clean_tables_are_read_without_a_warning(tmp_path):
    council = simulate_council(standard_design(quarters=4), rng=np.random.default_rng(2))
    write_clean(council, tmp_path)
    data = read_council(tmp_path, as_of=AS_OF).audits
    assert data.settings.synthetic
    assert [f.message for f in data.record.findings if f.outcome != "note"] == []
    assert len(data.audits) == len(council.audits)
    moderated = data.ratings["role"].str.contains("moderator")
    assert (~moderated).sum() == len(council.ratings)
    assert moderated.sum() == len(council.moderations)
    assert Counter(data.ratings.loc[~moderated, "grade"]) == Counter(council.ratings["grade"])


def test_the_bundle_made_directly_is_the_one_read_from_clean_files(tmp_path):
    council = simulate_council(standard_design(quarters=4), rng=np.random.default_rng(2))
    write_clean(council, tmp_path)
    read, direct = read_council(tmp_path, as_of=AS_OF).audits, simulated_audits(council)
    # Identifiers are codes in what was read; everything else must be the same, in any order.
    codes = ["audit_id", "case_ref", "session_id", "rater", "moderator"]
    codes += ["action_id", "verified_by_audit"]
    for table in ("audits", "ratings", "moderations", "actions"):
        theirs, ours = getattr(read, table), getattr(direct, table)
        assert theirs.dtypes.astype(str).to_dict() == ours.dtypes.astype(str).to_dict()
        both = []
        for frame in (theirs, ours):
            held = frame.drop(columns=[c for c in codes if c in frame])
            if table == "moderations":
                held["selection_probability"] = held["selection_probability"].round(5)
            held = held.astype(str)
            both.append(held.sort_values(list(held.columns), ignore_index=True))
        pd.testing.assert_frame_equal(*both)
        for code in codes:
            if code in theirs:
                assert theirs[code].nunique() == ours[code].nunique()
    assert direct.settings.themes == read.settings.themes
    assert direct.settings.domains == read.settings.domains


def test_a_bundle_without_moderation():
    design = replace(standard_design(quarters=2), rounds=())
    bundle = simulated_audits(simulate_council(design, rng=np.random.default_rng(2)))
    assert bundle.moderations.empty
    assert set(bundle.ratings["role"]) == {"auditor", "second_auditor"}


def test_the_smallest_council():
    design = standard_design(audits_per_quarter=1, quarters=2)
    bundle = simulated_audits(simulate_council(design, rng=np.random.default_rng(2)))
    assert (bundle.audits["audit_type"] == "collaborative").sum() == 2
