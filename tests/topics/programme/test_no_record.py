"""Rows that hold no record are told in the report where there are any, and nowhere else."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from qaf_analysis.data.contract.record import FileRecord, ImportRecord
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.programme.analysis.intake import intake
from qaf_analysis.topics.programme.tables import intake_tables
from qaf_analysis.topics.programme.words import say_intake

FILE = FileRecord(
    name="a.xlsx", kind="audits", sha256="", rows_in=301, loaded=297, quarantined=1, not_data=3
)
NO_RATINGS = pd.DataFrame({name: [] for name in ("audit_id", "role", "domain")}, dtype=object)


def reading(file):
    record = ImportRecord(files=(file,), findings=(), checks=(), key_id="k")
    audits = SimpleNamespace(
        settings=Settings(council="X"), record=record, audits=[], ratings=NO_RATINGS, moderations=[]
    )
    return intake(audits, quarter=Quarter(2019, 3))


@pytest.mark.parametrize(
    ("no_record", "words", "headings"),
    [
        (3, "297 were loaded, 3 hold no record, and 1 was set aside", ["Set aside", "No record"]),
        (0, "300 were loaded and 1 was set aside", ["Set aside"]),
    ],
)
def test_the_words_and_the_table_add_up(no_record, words, headings):
    result = reading(replace(FILE, loaded=300 - no_record, not_data=no_record))
    assert words in say_intake(result).paragraphs[0]
    table = intake_tables(result)[0]
    assert [column.heading for column in table.columns][4:-1] == headings
    for row in table.rows:
        rows_in, *parts = map(int, row[2:-1])
        assert rows_in == sum(parts) == 301
