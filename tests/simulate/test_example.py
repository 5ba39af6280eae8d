import pytest

from qaf_analysis.simulate.example import example_council, write_example
from tests.places import EXAMPLE

COMMITTED = EXAMPLE
WRITTEN_BY_HAND = {"README.md"}


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_example_is_remade_byte_for_byte(tmp_path):
    write_example(tmp_path)
    committed = {
        name: data for name, data in files_in(COMMITTED).items() if name not in WRITTEN_BY_HAND
    }
    made = files_in(tmp_path)
    assert made.keys() == committed.keys()
    assert [name for name in made if made[name] != committed[name]] == []


def test_the_example_is_small():
    assert sum(map(len, files_in(COMMITTED).values())) < 2_000_000


@pytest.fixture(scope="module")
def council():
    return example_council()


def test_fifty_routine_audits_in_each_of_twelve_quarters(council):
    routine = council.audits[council.audits["audit_type"] == "collaborative"]
    assert (routine.groupby("quarter").size() == 50).all()
    assert routine["quarter"].agg(["min", "max"]).tolist() == ["2017-18 Q1", "2019-20 Q4"]


def test_moderation_is_as_the_readme_says(council):
    overall = council.moderations[council.moderations["domain"] == "Overall"]
    per_round = overall.groupby(["moderation_source", "round"]).size()
    per_source = per_round.groupby("moderation_source").agg(["size", "min", "max"])
    assert per_source.loc["partner_council"].tolist() == [6, 20, 20]
    assert per_source.loc["consultancy"].tolist() == [6, 12, 12]
    assert per_source.loc["peer_audit"].tolist() == [3, 10, 10]
    rules = overall.groupby("moderation_source")["selected_by"].agg(set).to_dict()
    assert rules == {
        "partner_council": {"stratified", "random"},
        "consultancy": {"targeted"},
        "peer_audit": {"random"},
    }
    assert overall["selection_probability"].between(0, 1, inclusive="right").all()
    assert council.moderations["blind"].all()
