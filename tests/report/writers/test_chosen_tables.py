from dataclasses import replace

import pytest

from qaf_analysis.report.writers.chosen_tables import chosen_tables, every_table
from qaf_analysis.terms.errors import DocumentError
from tests.report.writers.papers import AUDITORS, EVERY, GLOSSARY, GRADES, MENTIONED, paper


def captions(document, **how):
    return [one.table.caption for one in chosen_tables(document, **how)]


def test_tables_keep_the_numbers_of_the_report_and_tell_their_section():
    found = every_table(paper(*EVERY))
    assert [one.number for one in found] == [f"Table {n}" for n in range(1, 8)]
    assert {one.section for one in found} == {"1. Grades"}


def test_tables_that_name_auditors_are_left_out_or_alone():
    document = paper(*EVERY)
    alone = ["Auditors' own gaps", "What is suggested", "Who chairs"]
    assert captions(document, auditors="alone") == alone
    others = captions(document)
    assert not set(others) & set(alone)
    assert len(others) + len(alone) == len(captions(document, auditors="among the others")) == 7


def test_a_code_is_found_wherever_it_stands():
    plain = replace(MENTIONED, note="")
    for place in ("caption", "note", "source"):
        for said in ("Ask 22EG.", "Ask AUDITOR-5XQ3.", "Ask person-ABCDEFGHIJKLMNOPQRST"):
            table = replace(plain, **{place: said})
            assert every_table(paper(AUDITORS, table))[1].about_auditors, (place, said)
    for cells in (("Regrade", "22EG"), ("22EG, 2E45", "3")):
        assert every_table(paper(replace(plain, rows=(cells,)), AUDITORS))[0].about_auditors


def test_counts_of_auditors_and_words_about_them_seal_nothing():
    table = replace(GRADES, note="Auditors: 29. An auditor grades; MULTI-AGENCY audits, 22EGG.")
    assert not every_table(paper(table, AUDITORS))[0].about_auditors


def test_the_same_letters_in_small_type_are_a_word():
    assert not every_table(paper(replace(GRADES, note="22eg"), AUDITORS))[0].about_auditors


def test_a_moderator_a_row_is_a_person_too():
    columns = (replace(AUDITORS.columns[0], heading="Moderator"), AUDITORS.columns[1])
    assert every_table(paper(replace(AUDITORS, columns=columns)))[0].about_auditors


@pytest.mark.parametrize(
    ("tables", "auditors", "why"),
    [
        ((GLOSSARY,), "alone", "no table about single auditors"),
        ((AUDITORS,), "left out", "no table to write"),
        ((), "among the others", "no table to write"),
        ((GLOSSARY,), "all", 'not "all"'),
    ],
)
def test_a_file_of_nothing_is_not_written(tables, auditors, why):
    with pytest.raises(DocumentError, match=why):
        chosen_tables(paper(*tables), auditors=auditors)


def test_a_column_of_auditors_seals_its_table_whatever_it_calls_them():
    assert every_table(paper(replace(AUDITORS, rows=(("A", "1"),))))[0].about_auditors
    assert every_table(paper(replace(AUDITORS, rows=())))[0].about_auditors
