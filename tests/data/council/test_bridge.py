"""Bridge readings: audits graded again over a change of scale, in a council made by hand."""

from tests.data.council.test_eras import AS_OF, audits, findings, graded, row, settings, whole

HEAD = "audit_id,reader,read_on,domain,grade,scale,blind,selected_by"
OLD = [row(n, "2025-03-01", "Good", auditor="Ann") for n in (1, 2, 3)]
NEW = [row(n, "2025-05-01", "Strong", auditor="Ann") for n in (4, 5)]


def read(council, *readings, head=HEAD, toml=None):
    files = {
        "audits.csv": audits(*OLD, *NEW),
        "bridge.csv": "\n".join([head, *readings]) + "\n",
        "council.toml": toml or settings(),
    }
    return council(files, as_of=AS_OF)


def test_readings_of_both_kinds_become_ratings_of_their_own_role(council):
    imported = read(
        council,
        "A1,Rita Reader,2025-06-01,Overall,Expected,,yes,random",
        "a2,Rita  reader,2025-06-01,Overall,Strong,five,yes,random",
        "A4,Ann,2025-05-01,Overall,Good,ofsted4,no,",
    )
    assert whole(imported) == (8, 0)
    assert graded(imported, "bridge") == [
        ("Expected", "five"),
        ("Good", "ofsted4"),
        ("Strong", "five"),
    ]
    table = imported.audits.ratings[imported.audits.ratings["role"] == "bridge"]
    assert sorted(table["source"]) == ["random", "random", "unknown"]
    assert sorted(table["blind"]) == [False, True, True]
    assert table["rated_on"].dt.strftime("%m").tolist().count("06") == 2
    assert table["rater"].nunique() == 2
    assert not table["rater"].str.contains("Rita|Ann").any()
    auditor = imported.audits.ratings.query("role == 'auditor'")["rater"].unique()
    assert set(auditor) < set(table["rater"])  # one person has one code, in whatever role
    [check] = [c for c in imported.audits.record.checks if "bridge" in c.name]
    assert check.state == "passed"
    assert check.detail == (
        "3 bridge readings of 3 audits by 2 readers, 2 of them blind; 0 rows set aside"
    )


def test_a_grade_on_the_audits_own_scale_links_nothing(council):
    imported = read(
        council,
        "A1,Rita,2025-06-01,Overall,Good,ofsted4,yes,random",
        "A4,Rita,2025-06-01,Overall,Strong,,yes,random",
        "A2,Rita,2025-06-01,Overall,Strong,,yes,random",
    )
    assert whole(imported) == (6, 2)
    found = [f.found for f in findings(imported, "bridge_own_scale")]
    assert "on the scale ofsted4, on which the audit itself was graded" in found[0]
    assert "on the scale five" in found[1]
    assert graded(imported, "bridge") == [("Strong", "five")]


def test_a_word_of_the_old_scale_without_its_name_is_set_aside(council):
    imported = read(council, "A1,Rita,2025-06-01,Overall,Good,,yes,random")
    assert whole(imported) == (5, 1)
    [finding] = findings(imported, "grade_of_other_scale")
    assert finding.found.endswith("; this reading is of 1 June 2025")
    assert finding.file == "bridge.csv"


def test_the_audit_must_be_known_and_come_first(council):
    imported = read(
        council,
        "A9,Rita,2025-06-01,Overall,Strong,,yes,random",
        "A1,Rita,2025-02-01,Overall,Strong,five,yes,random",
        "A-1,Rita,2025-06-01,Overall,Strong,,yes,random",
    )
    assert whole(imported) == (5, 3)
    lost = findings(imported, "bridge_audit_unknown")
    assert [f.row for f in lost] == [2, 4]
    assert 'perhaps "A1" is meant' in lost[1].mend
    assert [f.row for f in findings(imported, "bridge_before_audit")] == [3]
    [check] = [c for c in imported.audits.record.checks if "bridge" in c.name]
    assert (check.state, check.detail[-16:]) == ("failed", "3 rows set aside")


def test_a_reading_counts_once_and_contradictions_not_at_all(council):
    imported = read(
        council,
        "A1,Rita,2025-06-01,Overall,Strong,,yes,random",
        "A1,rita,2025-06-01,Overall,strong,,yes,random",
        "A2,Rita,2025-06-01,Overall,Strong,,yes,random",
        "A2,Rita,2025-06-01,Overall,Urgent,,yes,random",
    )
    assert whole(imported) == (6, 3)
    assert [f.row for f in findings(imported, "duplicate")] == [3]
    assert [f.row for f in findings(imported, "conflicting_duplicate")] == [4, 5]


def test_without_eras_the_mend_is_to_declare_them(council):
    imported = council(
        {
            "audits.csv": audits(*OLD),
            "bridge.csv": HEAD + "\nA1,Rita,2025-06-01,Overall,Good,,yes,random\n",
            "council.toml": '[council]\nname = "Made"\n',
        },
        as_of=AS_OF,
    )
    assert "[[scales]]" in findings(imported, "bridge_own_scale")[0].mend


def test_an_empty_return_is_no_fault(council):
    imported = read(council)
    assert whole(imported) == (5, 0)


def test_a_role_called_bridge_cannot_be_stated_in_audits(council):
    head = "audit_id,audit_date,team,auditor,domain,grade,role"
    imported = council(
        {
            "audits.csv": audits(
                row(1, "2025-03-01", "Good", "auditor"),
                row(1, "2025-03-01", "Good", "bridge", auditor="Bea"),
                head=head,
            ),
            "council.toml": settings(),
        },
        as_of=AS_OF,
    )
    assert whole(imported) == (1, 1)
    assert [f.row for f in findings(imported, "unknown_word")] == [3]
