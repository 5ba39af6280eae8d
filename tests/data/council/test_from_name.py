"""Values in the names of sheets and files, and in titles above the heading."""

import pytest

from qaf_analysis.data.contract.record import ImportRejectedError
from qaf_analysis.data.council.from_name import readings

HEADER = "audit_id,case_ref,audit_date,auditor,domain,grade"
ROW = "A1,C1,2019-10-04,Ann,Overall,Good"


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("{team}", "North", [{"team": "North"}]),
        ("{team}", " Families  First ", [{"team": "Families First"}]),
        ("Audits {quarter}.xlsx", "AUDITS 2019-20 Q3.XLSX", [{"quarter": "2019-20 Q3"}]),
        ("* - {team}", "Anyshire – North", [{"team": "North"}]),
        ("{team} audits", "North", []),
        ("{team} audits", " audits", []),
        ("Team {team}", "Team ", []),
        # the quarter tells which of two readings is meant
        ("{team} - {quarter}", "North - East - 2019-20 Q3", [
            {"team": "North - East", "quarter": "2019-20 Q3"}
        ]),
        ("{quarter}*", "2019-20 Q3 final", []),
        ("{quarter} *", "2019-20 Q3 final", [{"quarter": "2019-20 Q3"}]),
        # a text that can be read in two ways gives both
        ("* {team}", "All of North", [{"team": "of North"}, {"team": "North"}]),
        ("{team} - *", "North - East - x", [{"team": "North"}, {"team": "North - East"}]),
        ("(a+)+{team}", "(a+)+North", [{"team": "North"}]),  # no regular expression
        ("{team}’s audits", "Ann's audits", [{"team": "Ann"}]),
        ("İ {team}", "İ North", [{"team": "North"}]),
    ],
)  # fmt: skip
def test_a_text_is_read_by_the_words_that_stand_around(pattern, text, expected):
    assert readings(pattern, text) == expected


def test_a_long_text_takes_no_time():
    assert readings("*a*a*a*a*a*a*a*{team}b", "a" * 5_000) == []


def settings(**from_name):
    pairs = ", ".join(f'{place} = "{pattern}"' for place, pattern in from_name.items())
    return f'[council]\nname = "E"\n[[files]]\npath = "*.csv"\nfrom_name = {{ {pairs} }}\n'


def two(council, **from_name):
    other = ROW.replace("A1", "A2").replace("C1", "C2").replace("10-04", "07-04")
    return council(
        {
            "North 2019-20 Q3.csv": f"{HEADER}\n{ROW}",
            "South 2019-20 Q2.csv": f"{HEADER}\n{other}",
            "council.toml": settings(**from_name),
        }
    )


@pytest.mark.parametrize("pattern", ["{team} 2019-20 *", "{team} 2019-20 *.csv"])
def test_several_text_files_get_their_team_from_their_names(council, pattern):
    imported = two(council, file=pattern)
    audits = imported.audits.audits
    assert dict(zip(audits["quarter"], audits["team"], strict=True)) == {
        "2019-20 Q3": "North",
        "2019-20 Q2": "South",
    }


def refusals(read, *args, **more):
    with pytest.raises(ImportRejectedError) as error:
        read(*args, **more)
    return [f for f in error.value.record.findings if f.outcome == "reject"]


def test_a_name_read_in_two_ways_is_refused(council):
    found = refusals(two, council, file="{team} *")
    assert {f.code for f in found} == {"name_not_read"}
    assert "two ways" in found[0].found


def test_a_name_with_another_form_of_quarter_says_what_to_write(council):
    other = ROW.replace("A1", "A2")
    files = {"Q1 2019-20.csv": f"{HEADER}\n{other}"}
    found = refusals(council, files | {"council.toml": settings(file="{quarter}")})
    assert '"Q1 2019-20" for the quarter' in found[0].found
    assert "the dates give the quarter" in found[0].mend


def test_a_text_file_has_no_sheet(council):
    assert {f.code for f in refusals(two, council, sheet="{team}")} == {"name_not_read"}


def one(council, *lines):
    text = "\n".join(lines)
    return council({"a.csv": text, "council.toml": settings(title="Team: {team}")})


def test_a_title_may_stand_in_two_cells(council):
    imported = one(council, "Team:,North,,,,", HEADER, ROW)
    assert imported.audits.audits["team"].tolist() == ["North"]
    assert not any(f.code == "rows_above_header" for f in imported.audits.record.findings)


def test_two_titles_that_differ_are_refused(council):
    found = refusals(one, council, "Team: North,,,,,", "Team: South,,,,,", HEADER, ROW)
    assert [f.code for f in found] == ["name_not_read"]


@pytest.mark.parametrize(("team", "is_read"), [("north", True), ("", True), ("South", False)])
def test_a_column_beside_the_title_must_not_contradict_it(council, team, is_read):
    lines = ("Team: North", f"{HEADER},team", f"{ROW},{team}")
    if is_read:
        assert one(council, *lines).audits.audits["team"].tolist() == ["North"]
    else:
        [refusal] = refusals(one, council, *lines)
        assert refusal.code == "name_contradicts_column"
        assert refusal.column == "team"


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n,,,,,,\n,,,,,,"])
def test_the_last_cells_of_the_last_line_may_be_blank(council, end):
    text = f"{HEADER},team\n{ROW},{end}"
    imported = council({"a.csv": text, "council.toml": settings(file="{team}")})
    assert len(imported.audits.audits) == 1
