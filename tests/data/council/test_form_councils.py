"""Whole councils as their systems export them: what is loaded is exactly what was audited.

Each council is drawn first, as a list of audits; the export is written from that list in the way
of the system, and the tables that come back are compared with the list, cell by cell, by a reader
of its own that knows nothing of how they were read.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pytest

AS_OF = date(2022, 3, 31)
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
DOMAINS = ("Overall", "Assessment", "Planning")
FREE = "Mrs Canary of 1 Perch Lane, born 1 May 2011"


@dataclass
class Audit:
    """One audit as it took place."""

    step: str
    children: list[str]
    day: date
    team: str
    auditor: str
    grades: dict[str, int]
    second: tuple[str, dict[str, int]] | None = None
    moderation: tuple[str, date, int] | None = None
    case_type: str = "CIN"
    extra: list[tuple[str, str]] = field(default_factory=list)


def drawn(number, *, seed, siblings=False):
    rng = np.random.default_rng(seed)
    audits = []
    for n in range(number):
        day = date(2021, 4, 1) + timedelta(days=int(rng.integers(0, 300)))
        auditor = f"Auditor {rng.integers(1, 8)}"
        audit = Audit(
            step=str(700_001 + 3 * n),
            children=[str(100_000 + 10 * n + k) for k in range(1 + siblings * rng.integers(0, 4))],
            day=day,
            team=f"Team {rng.integers(1, 5)}",
            auditor=auditor,
            grades={domain: int(rng.integers(0, 4)) for domain in DOMAINS},
            case_type=str(rng.choice(["CIN", "CP", "LAC"])),
        )
        if rng.random() < 0.3:
            grades = {domain: int(rng.integers(0, 4)) for domain in DOMAINS}
            audit.second = (f"Reader {rng.integers(1, 4)}", grades)
        if rng.random() < 0.25:
            later = day + timedelta(days=int(rng.integers(1, 40)))
            audit.moderation = (f"Mod {rng.integers(1, 3)}", later, int(rng.integers(0, 4)))
        audits.append(audit)
    return audits


def written(header, rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue().encode("cp1252")


def same_as_truth(bundle, audits, *, key, identifier, case):
    """Compare every cell of the three tables with the audits that took place."""

    def person(name):
        return key.code("person", name)

    told, graded, moderated = set(), set(), set()
    for audit in audits:
        code = key.code("audit", identifier(audit))
        child = key.code("case", case(audit))
        told.add((code, child, audit.day.isoformat(), audit.team))
        readings = [("auditor", audit.auditor, audit.grades)]
        if audit.second is not None:
            readings.append(("second_auditor", *audit.second))
        if audit.moderation is not None:
            name, day, grade = audit.moderation
            moderated.add((code, person(name), day.isoformat()))
            readings.append(("external_moderator", name, {"Overall": grade}))
        for role, name, grades in readings:
            graded |= {(code, role, person(name), domain, g) for domain, g in grades.items()}
    tables = bundle.audits, bundle.ratings, bundle.moderations
    assert [len(table) for table in tables] == [len(told), len(graded), len(moderated)]
    rows = bundle.audits[["audit_id", "case_ref", "audit_date", "team"]]
    rows = rows.assign(audit_date=rows["audit_date"].dt.strftime("%Y-%m-%d"))
    assert set(rows.itertuples(index=False, name=None)) == told
    rows = bundle.ratings[["audit_id", "role", "rater", "domain", "grade"]]
    assert set(rows.itertuples(index=False, name=None)) == graded
    rows = bundle.moderations[["audit_id", "moderator", "moderated_on"]]
    rows = rows.assign(moderated_on=rows["moderated_on"].dt.strftime("%Y-%m-%d"))
    assert set(rows.itertuples(index=False, name=None)) == moderated


def accounted(record):
    files = [file for file in record.files if file.kind != "settings"]
    assert all(f.rows_in == f.loaded + f.quarantined + f.not_data for f in files)
    return [(f.rows_in, f.loaded, f.quarantined, f.not_data) for f in files]


ANSWERS = """[council]
name = "Answershire"
[domains]
Overall = ""
Assessment = ""
Planning = ""
[[files]]
path = "answers.csv"
shape = "answers"
date_order = "day_first"
[files.columns]
audit_id = "Form ID"
case_ref = "Person ID"
audit_date = "Date Completed"
team = "Allocated Team"
auditor = "Completed By"
question = "Question Text"
answer = "Answer"
[files.domains]
Overall = "Overall grade for this audit"
Assessment = "Grade the quality of assessment"
Planning = ["Grade the quality of planning", "How good is the plan?"]
[files.questions]
case_type = "What is the child's status?"
[files.second_auditor]
rater = "Second reader"
[files.second_auditor.domains]
Overall = "Second reader: overall"
Assessment = "Second reader: assessment"
Planning = "Second reader: planning"
[files.moderator]
rater = "Moderator"
columns = { moderated_on = "Date moderated" }
domains = { Overall = "Moderated overall grade" }
"""


def answers_of(audit, number):
    planning = "Grade the quality of planning" if number % 2 else "How good is the plan?"
    words = {domain: LEVELS[grade] for domain, grade in audit.grades.items()}
    yield "0.1", "What is the child\u2019s  status?", audit.case_type
    yield "1.4", "Grade the quality of assessment", words["Assessment"].upper()
    yield "1.9", "Comments", f'{FREE}, "quoted"'
    yield "2.4", planning, words["Planning"]
    yield "2.9", "Comments", FREE
    yield "6.1", "Overall grade for this audit ", words["Overall"]
    yield "", "-1", "NULL"
    if audit.second is not None:
        name, grades = audit.second
        yield "6.5", "Second reader", name
        for domain, grade in grades.items():
            yield "6.6", f"Second reader: {domain.lower()}", LEVELS[grade]
    if audit.moderation is not None:
        name, day, grade = audit.moderation
        yield "7.1", "Moderator", name
        yield "7.2", "Date moderated", day.strftime("%d/%m/%Y")
        yield "7.3", "Moderated overall grade", LEVELS[grade]


def test_question_and_answer_rows(council, key):
    audits = drawn(80, seed=5)
    rows, wanted = [], 0
    for number, audit in enumerate(audits):
        when = audit.day.strftime("%d/%m/%Y 14:01")
        head = [audit.step, audit.children[0], when, audit.auditor, audit.team]
        answers = list(answers_of(audit, number))
        wanted += len(answers) - 3
        rows += [[*head, *answer] for answer in answers]
    header = ["Form ID", "Person ID", "Date Completed", "Completed By", "Allocated Team"]
    header += ["Question No", "Question Text", "Answer"]
    files = {"answers.csv": written(header, rows), "council.toml": ANSWERS}
    imported = council(files, as_of=AS_OF)
    assert accounted(imported.audits.record) == [(len(rows), wanted, 0, 3 * len(audits))]
    same_as_truth(
        imported.audits, audits, key=key, identifier=lambda a: a.step, case=lambda a: a.children[0]
    )
    types = sorted(imported.audits.audits["case_type"])
    assert types == sorted(audit.case_type for audit in audits)
    assert "Canary" not in str(imported.audits.record)
    assert "Canary" not in imported.quarantine.to_csv()


STEPS = """[council]
name = "Stepshire"
[spellings.role]
"Practice Audit" = "auditor"
"Practice Audit - Second Reader" = "second_auditor"
[[files]]
path = "steps.csv"
shape = "wide"
siblings = "{siblings}"
date_order = "day_first"
[files.columns]
audit_id = "Workflow Step ID"
case_ref = "Person ID"
audit_date = "Step Completed Date"
team = "Team at Step"
auditor = "Assigned Worker"
role = "Step Type"
[files.domains]
Overall = "Q: Overall"
Assessment = "Q: Assessment"
Planning = "Q: Planning"
[files.match]
by = "case_ref"
[[files]]
path = "moderation.csv"
kind = "moderations"
shape = "wide"
date_order = "day_first"
[files.columns]
{audit}
moderator = "Moderator"
moderated_on = "Date"
[files.domains]
Overall = "Moderated grade"
{match}
"""
BY_STEP = 'audit_id = "Workflow Step ID"'
BY_CASE = 'case_ref = "Person ID"'
BY_BOTH = 'audit_id = ["Workflow Step ID", "Person ID"]'
WITHIN = '[files.match]\nby = "case_ref"\ndays = 60'


def steps_of(audit):
    readings = [(audit.step, "Practice Audit", audit.auditor, audit.grades)]
    if audit.second is not None:
        name, grades = audit.second
        step = str(int(audit.step) + 1)
        readings.append((step, "Practice Audit - Second Reader", name, grades))
    for child in audit.children:
        for step, kind, name, grades in readings:
            words = [LEVELS[grades[domain]] for domain in ("Overall", "Assessment", "Planning")]
            yield [step, child, kind, audit.day.strftime("%d-%b-%Y"), name, audit.team, *words]


def steps_council(council, audits, *, siblings, audit, match=""):
    header = ["Workflow Step ID", "Person ID", "Step Type", "Step Completed Date"]
    header += ["Assigned Worker", "Team at Step", "Q: Overall", "Q: Assessment", "Q: Planning"]
    steps = [row for a in audits for row in steps_of(a)]
    moderations = []
    for name, day, grade, a in [(*a.moderation, a) for a in audits if a.moderation is not None]:
        when = day.strftime("%d-%b-%Y")
        moderations.append([a.step, a.children[-1], name, when, LEVELS[grade]])
    heads = ["Workflow Step ID", "Person ID", "Moderator", "Date", "Moderated grade"]
    imported = council(
        {
            "steps.csv": written(header, steps),
            "moderation.csv": written(heads, moderations),
            "council.toml": STEPS.format(siblings=siblings, audit=audit, match=match),
        },
        as_of=AS_OF,
    )
    return imported, len(steps), len(moderations)


@pytest.mark.parametrize(("audit", "match"), [(BY_STEP, ""), (BY_CASE, WITHIN)])
def test_workflow_steps_about_siblings_are_one_audit_of_a_family(council, key, audit, match):
    audits = drawn(80, seed=6, siblings=True)
    imported, steps, moderations = steps_council(
        council, audits, siblings="one_audit", audit=audit, match=match
    )
    assert accounted(imported.audits.record) == [
        (steps, steps, 0, 0),
        (moderations, moderations, 0, 0),
    ]
    same_as_truth(
        imported.audits, audits, key=key, identifier=lambda a: a.step, case=lambda a: a.children[0]
    )


@pytest.mark.parametrize(("audit", "match"), [(BY_BOTH, ""), (BY_CASE, WITHIN)])
def test_workflow_steps_about_siblings_are_an_audit_for_each(council, key, audit, match):
    families = drawn(80, seed=7, siblings=True)
    imported, steps, moderations = steps_council(
        council, families, siblings="audit_each", audit=audit, match=match
    )
    assert accounted(imported.audits.record) == [
        (steps, steps, 0, 0),
        (moderations, moderations, 0, 0),
    ]
    each = [
        Audit(
            step=f"{family.step} · {child}",
            children=[child],
            day=family.day,
            team=family.team,
            auditor=family.auditor,
            grades=family.grades,
            second=family.second,
            # Each moderation names the last child of its family.
            moderation=family.moderation if child == family.children[-1] else None,
        )
        for family in families
        for child in family.children
    ]
    same_as_truth(
        imported.audits, each, key=key, identifier=lambda a: a.step, case=lambda a: a.children[0]
    )
