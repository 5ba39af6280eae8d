"""Inputs of a run that came from a database stand in no file, so that none can have changed."""

from types import SimpleNamespace

import pytest

from qaf_analysis.data.contract.record import FileRecord
from qaf_analysis.run.pipeline import _Run
from qaf_analysis.terms.errors import RunFailedError


def intake(*, is_query):
    record = FileRecord(
        name="register.sqlite",
        kind="audits",
        sha256="ab" * 32,
        rows_in=1,
        loaded=1,
        quarantined=0,
        is_query=is_query,
    )
    return SimpleNamespace(files=(record,))


def test_rows_of_a_query_cannot_have_changed(tmp_path):
    run = SimpleNamespace(data=tmp_path)
    _Run.refuse_changed_inputs(run, intake(is_query=True))
    with pytest.raises(RunFailedError, match=r"register\.sqlite was changed"):
        _Run.refuse_changed_inputs(run, intake(is_query=False))
