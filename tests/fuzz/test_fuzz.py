"""A short fuzz in every run of the tests; what longer ones found is in data/files/test_found.py."""

import pytest

from tests.data.files import workbooks as w
from tests.fuzz import run
from tests.fuzz.bases import councils
from tests.fuzz.mutations import COUNCILS, case

SEED, COUNT = 2019, 200


@pytest.mark.parametrize("name", COUNCILS)
def test_what_is_spoilt_was_whole_before(name, tmp_path):
    """A base that does not load would hide whatever lies behind its first refusal."""
    files, workbook, parts = councils()[name]
    folder = tmp_path / "council"
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text)
    if parts is not None:
        (folder / workbook).write_bytes(w.packed(parts))
    run.check_reading(folder, tmp_path, whole=True)
    assert (tmp_path / "bundle").is_dir()


@pytest.mark.parametrize("first", range(0, COUNT, 50))
def test_two_hundred_spoilt_councils_end_in_data_or_a_message(first):
    found = [run.outcome(SEED, number) for number in range(first, first + 50)]
    assert [f for f in found if f.is_failure] == []
    # Neither of them would show anything alone: not all are refused, nor all loaded.
    assert {f.kind for f in found} == {"loaded", "refused"}


def test_the_same_seed_spoils_alike():
    assert case(1, 7) == case(1, 7)
    assert any(case(1, n) != case(2, n) for n in range(5))


def test_a_failure_is_told_by_its_type_and_place(monkeypatch):
    def failing(*_, **__):
        raise KeyError("planted")

    monkeypatch.setattr(run, "read_council", failing)
    found = run.outcome(SEED, 0)
    assert found.is_failure
    assert found.kind.startswith("KeyError in ")
    assert "planted" in found.detail


def test_rows_that_are_not_accounted_for_are_a_failure(monkeypatch):
    whole = run.read_council

    def losing(*arguments, **more):
        imported = whole(*arguments, **more)
        files = imported.audits.record.files
        object.__setattr__(files[0], "loaded", files[0].loaded - 1)
        return imported

    monkeypatch.setattr(run, "read_council", losing)
    kinds = {run.outcome(SEED, number).kind for number in range(20)}
    assert any(kind.startswith("AssertionError") for kind in kinds)
