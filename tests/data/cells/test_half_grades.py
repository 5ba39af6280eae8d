"""Grades between two levels: counted by a declared rule, else set aside with the line offered."""

import pytest

SETTINGS = """[council]
name = "Example"
[grades]
"1" = "Outstanding"
"2" = "Good"
"3" = "Requires improvement"
"4" = "Inadequate"
[[files]]
path = "audits.csv"
{rule}
"""
HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade"
INADEQUATE, RI, GOOD, OUTSTANDING = range(4)


def read(council, *grades, rule=""):
    rows = [
        f"A{number},C{number},2019-10-04,2019-20 Q3,North,CIN,Ann,Overall,{grade}"
        for number, grade in enumerate(grades)
    ]
    data = "\n".join((HEADER, *rows)) + "\n"
    return council({"audits.csv": data, "council.toml": SETTINGS.format(rule=rule)})


def grades(imported):
    return sorted(imported.audits.ratings["grade"])


@pytest.mark.parametrize(
    ("text", "lower", "higher"),
    [
        ("Good/RI", RI, GOOD),
        ("RI-Good", RI, GOOD),
        ("RI – Good", RI, GOOD),
        ("good / requires  improvement", RI, GOOD),
        ("Good to Outstanding", GOOD, OUTSTANDING),
        ("Outstanding or Good", GOOD, OUTSTANDING),
        ("between Inadequate and RI", INADEQUATE, RI),
        ("2.5", RI, GOOD),  # Ofsted's numbers: 1 is Outstanding
        ("3.50", INADEQUATE, RI),
        ("Good/3", RI, GOOD),
    ],
)
def test_a_half_grade_counts_as_its_neighbour_where_declared(council, text, lower, higher):
    for rule, code in (("lower", lower), ("higher", higher)):
        imported = read(council, text, "Good", rule=f'half_grades = "{rule}"')
        assert grades(imported) == sorted([code, GOOD])
        told = [f for f in imported.audits.record.findings if f.code == "half_grades"]
        assert [f.rows for f in told] == [1]
    imported = read(council, text, "Good")
    assert grades(imported) == [GOOD]
    assert imported.quarantine["code"].tolist() == ["half_grade"]
    mend = imported.quarantine["how_to_mend"].iloc[0]
    assert 'half_grades = "lower"' in mend
    assert 'half_grades = "higher"' in mend


@pytest.mark.parametrize(
    "text", ["Inadequate/Good", "RI+", "Good (borderline)", "Good/Fair", "2.25", "4.5", "Good/Good"]
)
def test_what_lies_between_no_neighbours_is_no_half_grade(council, text):
    for rule in ("", 'half_grades = "lower"'):
        imported = read(council, text, "Good", "RI", rule=rule)
        assert imported.quarantine["code"].tolist() == ["unknown_grade"]


def test_many_halves_are_no_numbers_without_a_key(council):
    imported = read(council, "2.5", "2.5", "1.5", "2", rule='half_grades = "lower"')
    assert grades(imported) == [RI, RI, GOOD, GOOD]
