"""One form about several children: joined, told apart, or refused until a rule is declared."""

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError

WIDE = """[council]
name = "Example"
[spellings.role]
First = "auditor"
Second = "second_auditor"
[[files]]
path = "steps.csv"
shape = "wide"
{siblings}
[files.columns]
audit_id = "Step"
case_ref = "Child"
audit_date = "Date"
team = "Team"
auditor = "By"
role = "Type"
[files.domains]
Overall = "Overall"
Plan = "Plan"
{match}
[[files]]
path = "moderations.csv"
kind = "moderations"
shape = "wide"
[files.columns]
audit_id = {moderated}
moderated_on = "On"
[files.domains]
Overall = "Grade"
"""
HEADER = "Step,Child,Type,Date,By,Team,Overall,Plan"
FAMILY = [
    "S1,C1,First,2019-10-04,Ann,North,Good,RI",
    "S1,C2,First,2019-10-04,Ann,North,Good,RI",
    "S1,C3,First,2019-10-04,Ann,South,Good,RI",
]
SINGLE = ["S2,C4,First,2019-10-05,Bob,North,RI,RI"]
MODERATED = "Step,Moderator,On,Grade\nS1,Mo,2019-11-04,RI\nS2,Mo,2019-11-05,RI\n"
MATCH = '[files.match]\nby = "case_ref"'


def read(council, rows, *, siblings='siblings = "one_audit"', moderations=MODERATED, **more):
    given = {"siblings": siblings, "match": "", "moderated": '"Step"'} | more
    return council(
        {
            "steps.csv": "\n".join((HEADER, *rows)) + "\n",
            "moderations.csv": moderations,
            "council.toml": WIDE.format(**given),
        }
    )


def record(imported, place=0):
    file = imported.audits.record.files[place]
    assert file.rows_in == file.loaded + file.quarantined + file.not_data
    return (file.rows_in, file.loaded, file.quarantined, file.not_data)


def codes(imported):
    return imported.quarantine["code"].tolist()


def messages(imported):
    return [finding.message for finding in imported.audits.record.findings]


def shape(imported):
    bundle = imported.audits
    return (len(bundle.audits), len(bundle.ratings), len(bundle.moderations))


def test_one_audit_of_a_family_under_the_first_childs_case(council, key):
    imported = read(council, [*FAMILY, *SINGLE])
    assert shape(imported) == (2, 6, 2)
    assert record(imported) == (4, 4, 0, 0)
    assert set(imported.audits.audits["case_ref"]) == {key.code("case", c) for c in ("C1", "C4")}
    assert any("[siblings_told_apart]" in m and "Team" in m for m in messages(imported))


def test_the_order_of_rows_and_spelling_are_no_matter(council):
    rows = [FAMILY[0], *SINGLE, FAMILY[1].replace("Good", " GOOD"), FAMILY[2].replace("S1", "s1")]
    imported = read(council, rows)
    assert shape(imported) == (2, 6, 2)


@pytest.mark.parametrize(
    ("change", "column"),
    [(("Good", "RI"), "Overall"), (("Ann", "Cat"), "By"), (("-04", "-05"), "Date")],
)
def test_forms_whose_rows_differ_are_set_aside_whole_naming_the_rows(council, change, column):
    imported = read(council, [*FAMILY[:2], FAMILY[2].replace(*change), *SINGLE])
    assert record(imported) == (4, 1, 3, 0)
    assert codes(imported)[:3] == ["siblings_differ"] * 3
    assert any(f"differ in {column} (rows 2 and 4)" in m for m in messages(imported))
    assert imported.quarantine["source_row"].tolist()[:3] == ["2", "3", "4"]
    assert imported.quarantine["Child"].tolist()[:3] == ["C1", "C2", "C3"]


def test_a_record_set_aside_is_set_aside_with_all_its_rows_as_they_stood(council):
    rows = [row.replace("2019-10-04", "2029-10-04") for row in FAMILY]
    imported = read(council, [*rows, *SINGLE])
    assert record(imported) == (4, 1, 3, 0)
    mine = imported.quarantine[imported.quarantine["source_file"] == "steps.csv"]
    assert mine["source_row"].tolist() == ["2", "3", "4"]
    assert mine["Child"].tolist() == ["C1", "C2", "C3"]


def test_a_row_pasted_twice_is_a_duplicate_and_no_sibling(council):
    imported = read(council, [*FAMILY, FAMILY[1], *SINGLE])
    assert record(imported) == (5, 4, 1, 0)
    assert codes(imported) == ["duplicate"]


def test_two_readers_of_one_form_both_count(council):
    second = [r.replace("First", "Second").replace("Ann", "Dee") for r in FAMILY[:2]]
    imported = read(council, [*FAMILY, *second, *SINGLE])
    assert shape(imported) == (2, 8, 2)
    assert record(imported) == (6, 6, 0, 0)


def test_without_a_rule_the_file_is_refused_with_both_lines_and_what_they_lead_to(council):
    with pytest.raises(ImportRejectedError, match="siblings_undeclared") as refused:
        read(council, [*FAMILY, *SINGLE], siblings="")
    told = str(refused.value)
    assert "1 form of 2" in told
    assert 'siblings = "one_audit" makes 2 audits' in told
    assert 'siblings = "audit_each" makes 4' in told


def test_an_identifier_given_twice_by_mistake_is_no_form_of_siblings(council):
    other = "S1,C9,First,2019-10-20,Cat,South,RI,RI"
    imported = read(council, [FAMILY[0], other, *SINGLE], siblings="")
    assert set(codes(imported)) == {"case_ref_differs", "audit_unknown"}


@pytest.mark.parametrize("word", ["NULL", "unknown", "(blank)"])
def test_words_for_missing_are_no_children_and_no_forms(council, word):
    rows = [FAMILY[0], FAMILY[1].replace("C2", word), *SINGLE]
    imported = read(council, rows, siblings="")
    assert "siblings_joined" not in " ".join(messages(imported))
    nobody = [f"{word},C{n},First,2019-10-04,Ann,North,Good,RI" for n in (7, 8)]
    imported = read(council, [*FAMILY, *SINGLE, *nobody])
    assert record(imported) == (6, 4, 2, 0)
    assert codes(imported) == ["cell_missing"] * 2


def test_an_audit_for_each_child(council):
    imported = read(council, [*FAMILY, *SINGLE], siblings='siblings = "audit_each"')
    assert shape(imported) == (4, 9, 1)
    assert record(imported) == (4, 4, 0, 0)
    assert codes(imported) == ["child_not_named"]
    assert any("a form about 3 children" in m and "audit_id = " in m for m in messages(imported))


def test_siblings_in_a_file_with_a_row_for_each_domain(council):
    settings = '[council]\nname = "E"\n[[files]]\npath = "audits.csv"\nsiblings = "one_audit"\n'
    header = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
    rows = [
        f"S1,{child},2019-10-04,North,Ann,{domain},{grade}"
        for child in ("C1", "C2")
        for domain, grade in (("Overall", "Good"), ("Plan", "RI"))
    ]
    files = {"audits.csv": "\n".join((header, *rows)), "council.toml": settings}
    imported = council(files)
    assert shape(imported) == (1, 2, 0)
    assert record(imported) == (4, 4, 0, 0)
    with pytest.raises(ImportRejectedError, match="siblings_undeclared"):
        council(files | {"council.toml": settings.replace('siblings = "one_audit"\n', "")})


def test_a_second_reading_in_a_step_of_its_own_is_matched_by_any_child(council):
    second = "S9,C3,Second,2019-10-04,Dee,South,Outstanding,Good"
    imported = read(council, [second, *FAMILY, *SINGLE], match=MATCH)
    assert shape(imported) == (2, 8, 2)
    ratings = imported.audits.ratings
    assert sorted(ratings[ratings["role"] == "second_auditor"]["grade"]) == [2, 3]
    assert set(imported.audits.audits["team"]) == {"North"}
