"""Nothing of an auditor's grade is in what a moderator gets, from the draw to the last byte."""

from dataclasses import replace

import pytest

from qaf_analysis.moderation.packs.files import pack_files
from qaf_analysis.moderation.packs.key_sheet import key_sheet
from qaf_analysis.moderation.packs.scan import same_but_for_grades, scan_pack
from qaf_analysis.moderation.rounds.packing import packs_of
from tests.moderation.rounds.council import LEVELS, MODERATORS, PLAN, desk_of, write_council


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blinding")
    found = desk_of(folder / "place", write_council(folder / "exports"))
    found.new(PLAN, MODERATORS)
    return found


def files_with(desk, grades):
    """All files of the round, as if the auditors of the audits drawn had given other grades."""
    state, key = desk.state(PLAN.round), desk.round_key(PLAN.round)
    audits = desk.found.audits
    given = dict(zip((each.audit for each in state.drawn), grades, strict=True))
    ratings = audits.ratings.copy()
    own = ratings["audit_id"].isin(list(given)) & (ratings["role"] == "auditor")
    ratings.loc[own, "grade"] = [LEVELS.index(given[name]) for name in ratings.loc[own, "audit_id"]]
    found = replace(desk.found, audits=replace(audits, ratings=ratings))
    packs = packs_of(found, state, key, descriptors={})
    files = {name: content for pack in packs for name, content in pack_files(pack).items()}
    references = {each.case: found.references[each.audit] for each in state.readings}
    return {**files, "key sheet": key_sheet(packs, references)}


def test_other_grades_at_the_same_selection_give_the_same_bytes(desk):
    grades = [each.stratum for each in desk.state(PLAN.round).drawn]
    assert len(set(grades)) > 1
    assert same_but_for_grades(lambda other: files_with(desk, other), grades, seed=7) == ()


def test_a_leak_of_a_grade_would_be_seen(desk):
    grades = [each.stratum for each in desk.state(PLAN.round).drawn]

    def leaking(other):
        return {**files_with(desk, other), "extra": other[0].encode()}

    assert same_but_for_grades(leaking, grades, seed=7) == ("extra",)


def test_the_scan_finds_nothing_in_the_packs_of_a_round(desk):
    state, key = desk.state(PLAN.round), desk.round_key(PLAN.round)
    for pack in packs_of(desk.found, state, key, descriptors={}):
        assert scan_pack(pack_files(pack), pack, key=key) == ()
        changed = replace(pack, cases=tuple(reversed(pack.cases)))
        assert scan_pack(pack_files(changed), changed, key=key)
