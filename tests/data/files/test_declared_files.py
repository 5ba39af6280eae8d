"""Patterns of file names in the settings, on any system."""

import re
import unicodedata
from itertools import product
from time import process_time

import pytest

from qaf_analysis.data.contract.record import FileRefusedError
from qaf_analysis.data.files.declared import declared_files, fits, natural_order
from qaf_analysis.terms.settings import FileSettings


@pytest.fixture
def folder(tmp_path):
    def fill(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
        return tmp_path

    return fill


def names(folder, *paths):
    files, _ = declared_files(folder, [FileSettings(path=p, kind="audits") for p in paths])
    return [file.path for file in files]


@pytest.mark.parametrize(
    ("pattern", "name", "does"),
    [
        ("Audits *.xlsx", "AUDITS 2.XLSX", True),
        ("Audits *.xlsx", "Audits .xlsx", True),
        ("Audits ?.xlsx", "Audits .xlsx", False),
        ("Q?.csv", "Q10.csv", False),
        ("a[1].csv", "a1.csv", False),  # brackets are letters like others
        ("a[1].csv", "A[1].csv", True),
        ("a.csv", "aXcsv", False),
        ("*", "anything.csv", True),
    ],
)
def test_star_and_question_mark_only_are_special(pattern, name, does):
    assert fits(pattern, name) is does


def test_letters_with_accents_fit_however_a_system_stores_them():
    assert fits("Zoë *.csv", unicodedata.normalize("NFD", "Zoë 1.csv"))


def test_natural_order_counts():
    given = ["a 10 b 2", "a 10 b 10", "A 9", "a", "a 1"]
    assert sorted(given, key=natural_order) == ["a", "a 1", "A 9", "a 10 b 2", "a 10 b 10"]


def test_all_that_fit_in_order_without_lock_files_and_folders(folder):
    where = folder("Q10.csv", "q2.CSV", "~$Q1.csv", ".Q3.csv", "notes.csv", "Q5.csv/inner.csv")
    assert names(where, "Q*.csv") == ["q2.CSV", "Q10.csv"]


def test_what_no_table_names_is_noted(folder):
    where = folder("Q1.csv", "Q1.pdf", "other.xlsx", "letter.docx", "council.toml")
    _, findings = declared_files(where, [FileSettings(path="Q*", kind="audits")])
    assert [(f.code, f.outcome, f.file) for f in findings] == [
        ("file_passed_over", "note", "other.xlsx"),
        ("file_passed_over", "note", "Q1.pdf"),
    ]


def test_a_plain_name_fits_in_any_case(folder):
    assert names(folder("Audits.CSV"), "audits.csv") == ["Audits.CSV"]


def test_a_folder_inside_is_searched_however_its_mark_is_written(folder):
    where = folder("2023/Q1.csv", "2023/Q2.csv")
    assert (
        names(where, "2023/Q*.csv")
        == names(where, "2023\\Q*.csv")
        == [
            "2023/Q1.csv",
            "2023/Q2.csv",
        ]
    )


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        ("Q*.xlsx", "file_missing", "Q1.csv"),
        ("Qq1.csv", "file_missing", "Q1.csv"),
        ("../*.csv", "outside_folder", "out of the folder"),
        ("20*/Q1.csv", "pattern_of_folders", "folder"),
        ("none/Q*.csv", "file_missing", "no table"),
    ],
)
def test_what_fits_nothing_is_refused_with_what_there_is(folder, path, code, said):
    with pytest.raises(FileRefusedError) as error:
        names(folder("Q1.csv"), path)
    [finding] = error.value.findings
    assert finding.code == code
    assert said in finding.found


def test_two_names_that_differ_in_case_only_are_refused(folder):
    with pytest.raises(FileRefusedError, match="differ in case only"):
        names(folder("AUDITS.csv", "Audits.csv"), "audits.csv")


def test_two_ways_to_name_one_file_are_refused(folder):
    with pytest.raises(FileRefusedError, match=r"Q\*\.csv and as q1\.csv"):
        names(folder("Q1.csv", "Q2.csv"), "Q*.csv", "q1.csv")


def test_one_path_may_stand_in_two_tables(folder):
    assert names(folder("Q1.csv"), "Q*.csv", "q*.csv") == ["Q1.csv", "Q1.csv"]


def test_a_query_has_no_file(folder):
    query = FileSettings(path="query", kind="audits", database="a.sqlite", query="SELECT 1")
    files, _ = declared_files(folder(), [query])
    assert files == (query,)


def test_many_stars_fit_as_few_do_and_at_once():
    begun = process_time()
    assert not fits("*a" * 200 + "*b", "a" * 250)
    assert fits("*a" * 200 + "*", "a" * 250)
    assert process_time() - begun < 2


def test_short_patterns_fit_as_a_plain_expression_says():
    texts = ["".join(t) for n in range(5) for t in product("ab", repeat=n)]
    patterns = ["".join(t) for n in range(5) for t in product("ab*?", repeat=n)]
    for pattern in patterns:
        plain = re.compile(pattern.replace("*", ".*").replace("?", "."))
        for text in texts:
            assert fits(pattern, text) == bool(plain.fullmatch(text)), (pattern, text)
