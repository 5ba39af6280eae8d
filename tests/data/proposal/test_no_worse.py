"""A folder is never read worse by what qaf init proposes than by its own settings, or by none."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council.read import read_council
from qaf_analysis.data.proposal.look import look_at
from qaf_analysis.data.proposal.preview import preview
from qaf_analysis.data.proposal.propose import propose
from qaf_analysis.terms.errors import WorkbenchError
from tests.data.proposal.small_council import AS_OF, KEY, loaded, proposed
from tests.places import EXAMPLE
from tests.wide import wide

READ_ON = date(2020, 2, 7)
NUMBERS = {"A": 26, "B": 6, "C": 18, "D": 16}
CASES = [f"{kind}{n:02d}" for kind, last in NUMBERS.items() for n in range(1, last + 1)]


def test_the_example_without_its_settings_loads_what_it_loads_with_them(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("council.toml"))
    proposal = proposed(tmp_path / "example")
    assert [note for note in proposal.notes if "Child's name" in note]
    found = loaded(tmp_path / "example", proposal).audits
    declared = read_council(EXAMPLE, as_of=AS_OF, key=KEY).audits
    assert len(found.audits) == len(declared.audits)
    keys = ["audit_id", "domain", "rater", "role", "grade"]
    assert {*found.ratings[keys].itertuples(index=False, name=None)} == {
        *declared.ratings[keys].itertuples(index=False, name=None)
    }
    moderated = ["audit_id", "moderator", "moderated_on"]
    assert {*found.moderations[moderated].itertuples(index=False, name=None)} == {
        *declared.moderations[moderated].itertuples(index=False, name=None)
    }
    assert len(found.actions) >= len(declared.actions)


@pytest.mark.parametrize("short", wide(CASES, quick=CASES[::6]))
def test_a_bad_input_is_read_no_worse_by_what_is_proposed(corpus, short):
    folder = next(path for path in corpus.iterdir() if path.name.startswith(short))
    try:
        bare = read_council(folder, as_of=READ_ON, key=KEY).audits
    except ImportRejectedError:
        bare = None
    try:
        proposal = propose(look_at(folder))
    except WorkbenchError:
        assert bare is None
        return
    would_load = preview(proposal, as_of=READ_ON)
    if bare is not None:
        assert would_load.audits == len(bare.audits)
        assert would_load.grades >= len(bare.ratings)
        assert would_load.set_aside <= bare.record.quarantined
    rows = sum(file.rows_in for file in would_load.files)
    told = sum(file.loaded + file.quarantined + file.not_data for file in would_load.files)
    assert would_load.refused or rows == told
