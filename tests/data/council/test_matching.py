"""Readings kept apart from their audit: joined by case and date, or set aside with the reason."""

from datetime import date, timedelta

import pytest

AUDITS = "audit_id,case_ref,audit_date,team,auditor,role,domain,grade"
SETTINGS = """[council]
name = "Example"
[[files]]
path = "audits.csv"
{siblings}
{second}
[[files]]
path = "moderations.csv"
kind = "moderations"
shape = "wide"
[files.columns]
case_ref = "Child"
moderator = "Moderator"
moderated_on = "On"
[files.domains]
Overall = "Grade"
[files.match]
by = "case_ref"
days = {days}
"""
SECOND = '[files.match]\nby = "case_ref"\ndays = {days}'
FIRST = date(2019, 4, 1)


def audit(number, case, days, *, auditor="Ann", role="auditor", grade="Good"):
    when = (FIRST + timedelta(days=days)).isoformat()
    return f"A{number},{case},{when},North,{auditor},{role},Overall,{grade}"


def moderation(case, days, *, moderator="Mo", grade="RI"):
    return f"{case},{moderator},{(FIRST + timedelta(days=days)).isoformat()},{grade}"


def read(council, audits, moderations=(), *, days=90, second="", siblings=""):
    return council(
        {
            "audits.csv": "\n".join((AUDITS, *audits)) + "\n",
            "moderations.csv": "\n".join(("Child,Moderator,On,Grade", *moderations)) + "\n",
            "council.toml": SETTINGS.format(days=days, second=second, siblings=siblings),
        }
    )


def found(imported, code):
    return [f.found for f in imported.audits.record.findings if f.code == code]


def accounted(imported):
    files = imported.audits.record.files
    assert all(f.rows_in == f.loaded + f.quarantined + f.not_data for f in files)
    return [f.quarantined for f in files[:2]]


def test_the_audit_of_the_case_within_the_days_is_found(council, key):
    audits = [audit(1, "C1", 0), audit(2, "C2", 0), audit(3, "C1", 150)]
    imported = read(council, audits, [moderation("c1 ", 40), moderation("C1", 240)])
    moderated = imported.audits.moderations
    assert set(moderated["audit_id"]) == {key.code("audit", a) for a in ("A1", "A3")}
    assert accounted(imported) == [0, 0]
    assert found(imported, "matched") == [
        "2 moderations matched by case and date: 2 to one audit, 0 to none, 0 to several; days "
        "between: median 65, longest 90"
    ]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (91, "nearest is of 2019-04-01, 91 days before it"),
        (-1, "nearest is of 2019-04-01, 1 day after it"),
    ],
)
def test_outside_the_days_the_nearest_is_named(council, days, told):
    imported = read(council, [audit(1, "C1", 0)], [moderation("C1", days)])
    assert len(imported.audits.moderations) == 0
    assert accounted(imported) == [0, 1]
    assert told in found(imported, "match_missing")[0]


def test_a_case_never_audited_is_said_so(council):
    imported = read(council, [audit(1, "C1", 0)], [moderation("C7", 5), moderation("C1", 0)])
    assert found(imported, "match_missing") == ["a case of which no audit was loaded"]
    assert len(imported.audits.moderations) == 1
    assert "1 to one audit, 1 to none, 0 to several" in found(imported, "matched")[0]


def test_two_audits_that_fit_are_both_named_and_neither_is_taken(council):
    imported = read(council, [audit(1, "C1", 0), audit(2, "C1", 30)], [moderation("C1", 60)])
    assert len(imported.audits.moderations) == 0
    told = found(imported, "match_ambiguous")
    assert told == ['2 audits of this case that fit: "A1" of 2019-04-01 and "A2" of 2019-05-01']
    assert "0 to one audit, 0 to none, 1 to several" in found(imported, "matched")[0]


def test_a_moderation_without_a_case_is_set_aside(council):
    imported = read(council, [audit(1, "C1", 0)], [moderation("", 5), moderation("C1", 5)])
    (told,) = found(imported, "cell_missing")
    assert told.startswith("no case_ref (a blank cell")
    assert accounted(imported) == [0, 1]


def test_the_auditor_who_moderates_is_found_after_matching(council):
    imported = read(council, [audit(1, "C1", 0)], [moderation("C1", 5, moderator="ann")])
    assert len(found(imported, "own_moderation")) == 1


def test_any_siblings_case_finds_the_audit_of_the_family(council):
    family = [audit(1, case, 0) for case in ("C1", "C2", "C3")]
    moderations = [moderation("C3", 5), moderation("C2", 5)]
    siblings = 'siblings = "one_audit"'
    imported = read(council, [*family, audit(2, "C9", 0)], moderations, siblings=siblings)
    assert len(imported.audits.audits) == 2
    assert len(imported.audits.moderations) == 1
    # The second repeats the first for another child of the same family.
    assert imported.quarantine["code"].tolist() == ["duplicate"]


@pytest.mark.parametrize(("apart", "days", "loaded"), [(0, 0, 2), (3, 0, 1), (3, 3, 2), (-3, 3, 2)])
def test_second_readings_with_a_step_of_their_own(council, apart, days, loaded):
    rows = [
        audit(7, "C1", 20 + apart, auditor="Bob", role="second_auditor", grade="RI"),
        audit(1, "C1", 20),
    ]
    imported = read(council, rows, second=SECOND.format(days=days))
    bundle = imported.audits
    assert len(bundle.audits) == 1
    assert str(bundle.audits["audit_date"].iloc[0].date()) == "2019-04-21"
    assert len(bundle.ratings) == loaded
    assert bundle.ratings["audit_id"].nunique() == 1
    assert accounted(imported) == [2 - loaded, 0]


def test_a_second_reading_by_the_auditor_is_none(council):
    rows = [audit(1, "C1", 0), audit(7, "C1", 0, role="second_auditor", grade="RI")]
    imported = read(council, rows, second=SECOND.format(days=0))
    assert imported.audits.ratings["grade"].tolist() == [2]
    assert imported.quarantine["code"].tolist() == ["second_auditor_same"]


def test_an_audit_set_aside_is_no_target(council):
    rows = [audit(1, "C1", 0, grade="Adequate"), audit(2, "C2", 0)]
    imported = read(council, rows, [moderation("C1", 5)])
    assert found(imported, "match_missing") == ["a case of which no audit was loaded"]
