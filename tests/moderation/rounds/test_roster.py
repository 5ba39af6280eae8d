"""The list of moderators: what it must hold, and where each fault of it is told."""

import pytest

from qaf_analysis.moderation.rounds.plan import Moderator
from qaf_analysis.moderation.rounds.roster import TEMPLATE, keep_roster, kept_roster, read_roster
from qaf_analysis.terms.errors import InputRejectedError, UsageError


def read(tmp_path, text, *, encoding="utf-8"):
    path = tmp_path / "moderators.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


def test_the_template_is_a_list_that_can_be_read(tmp_path):
    assert read(tmp_path, TEMPLATE.replace("as your exports name the person", "A", 1)) == (
        Moderator(code="M-01", name="A", source="Partner council"),
        Moderator(
            code="M-02",
            name="as your exports name the person",
            source="Quality team",
            is_external=False,
            teams=("Team East", "Team West"),
        ),
    )


def test_excel_s_mark_and_semicolons_do_not_matter(tmp_path):
    (one,) = read(tmp_path, "\ufeffCode;Name;Teams\r\nM-01; B ;East|West\r\n;;\r\n")
    assert (one.code, one.name, one.teams) == ("M-01", "B", ("East", "West"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nA\n", "row 1: there is no column code"),
        ("code,name\n", "names no moderator"),
        ("code,name\njsmith@x,A\n", "row 2, column code: “jsmith@x” is no code"),
        ("code,name\nM-01,\n", "row 2, column name: it is blank"),
        (
            "code,name,external\nM-01,A,perhaps\n",
            "column external: “perhaps” is neither yes nor no",
        ),
        ("code,name\nM-01,A\nM-01,B\n", "row 3, column code: the same code stands in row 2"),
        ("code,name\nM-01,A b\nM-02,a  B\n", "row 3, column name: the same name stands in row 2"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, text, told):
    with pytest.raises(InputRejectedError, match=told):
        read(tmp_path, text)


def test_a_list_that_is_none_is_refused_in_words(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="saved as CSV UTF-8"):
        read(tmp_path, "code,name\nM-01,Zoë\n", encoding="cp1252")


def test_the_private_copy_gives_back_what_was_kept():
    listed = (
        Moderator(code="M-01", name="Zoë", source="Peer", is_external=False, teams=("East",)),
    )
    assert kept_roster(keep_roster(listed)) == listed
