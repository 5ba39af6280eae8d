"""Rows in = loaded + set aside + recognised as not data, over random small councils.

Each row is drawn with its fate, which is worked out here from what the row is alone: nothing of
the reader is asked.
"""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_analysis.data.council.read import read_council
from tests.data.conftest import AS_OF, KEY

LOADED, ASIDE, NO_RECORD = "loaded", "set aside", "not data"
FATES = {
    "good": LOADED,
    "total": NO_RECORD,
    "undeclared total": ASIDE,
    "lone note": ASIDE,
    "blank": None,  # a line without a cell is no row at all
    "bad date": ASIDE,
    "late date": ASIDE,
    "missing team": ASIDE,
    "missing auditor": ASIDE,
    "missing date": ASIDE,
    "no grade": ASIDE,
    "odd grade": ASIDE,
    "again": ASIDE,
}
MISSING = st.sampled_from(["NULL", "N/A", "None", "-", "TBC", "(blank)", "nan", "", "not recorded"])
HEAD = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
WIDE_HEAD = "audit_id,case_ref,audit_date,team,auditor,Overall,Plan"
NAME = '[council]\nname = "Countshire"\n[[files]]\npath = "audits.csv"\nnot_data = ["Total"]\n'
WIDE = 'shape = "wide"\n[files.domains]\nOverall = "Overall"\nPlan = "Plan"\n'
MODERATIONS = '[[files]]\npath = "moderations.csv"\nkind = "moderations"\nnot_data = ["Total"]\n'
MODERATED = {"good": LOADED, "unknown": ASIDE, "own": ASIDE, "total": NO_RECORD, "bad date": ASIDE}


def line(n, kind, *, word, is_wide):
    """Cells of a row, by what it is."""
    if kind in ("total", "undeclared total", "lone note", "blank"):
        first = {"total": "Total 12", "undeclared total": "Grand total", "lone note": "See Ann"}
        return [first.get(kind, ""), "", "", "", "", "", ""]
    graded = ["Good", "RI"] if is_wide else ["Overall", "Good"]
    cells = [f"A{n}", f"C{n}", f"2019-10-{n % 28 + 1:02d}", "North", f"Ann {n % 3}", *graded]
    changes = {
        "bad date": (2, "2019-02-30"),
        "late date": (2, "2031-01-01"),
        "missing team": (3, word),
        "missing auditor": (4, word),
        "missing date": (2, word),
        "odd grade": (6, "Brilliant"),
        "no grade": (6, ""),
    }
    if kind in changes:
        place, text = changes[kind]
        cells[place] = text
    return cells


def fate(kind, *, is_wide):
    """In a wide table a blank grade is a domain that was left ungraded."""
    return LOADED if is_wide and kind == "no grade" else FATES[kind]


@st.composite
def councils(draw):
    """Rows of audits and of moderations, each with its fate, and the shape."""
    is_wide = draw(st.booleans())
    kinds = ["good", *draw(st.lists(st.sampled_from([*FATES]), max_size=14))]
    rows = []
    for n, kind in enumerate(kinds):
        cells = line(n, kind, word=draw(MISSING), is_wide=is_wide)
        if kind == "again":
            cells = line(0, "good", word="", is_wide=is_wide)  # the first row once more
        rows.append((cells, kind))
    order = [0, *draw(st.permutations(range(1, len(rows))))]
    audits = [rows[place] for place in order]
    moderations = draw(st.lists(st.sampled_from([*MODERATED]), max_size=6))
    return is_wide, audits, moderations


def moderation(n, kind):
    day = "2019-02-30" if kind == "bad date" else "2019-12-01"
    who, audit = ("Ann 0" if kind == "own" else f"Mo {n}"), ("Z9" if kind == "unknown" else "A0")
    if kind == "total":
        return ["Total 3", "", "", "", ""]
    return [audit, who, day, "Overall", "Good"]


def text_of(head, rows):
    return "\n".join([head, *(",".join(cells) for cells in rows)]) + "\n"


@given(councils())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_row_is_loaded_set_aside_or_no_record(council):
    is_wide, audits, moderations = council
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = NAME + (WIDE if is_wide else "") + (MODERATIONS if moderations else "")
        (folder / "council.toml").write_text(lines)
        head = WIDE_HEAD if is_wide else HEAD
        (folder / "audits.csv").write_text(text_of(head, [cells for cells, _ in audits]))
        if moderations:
            rows = [moderation(n, kind) for n, kind in enumerate(moderations)]
            head = "audit_id,moderator,moderated_on,domain,grade"
            (folder / "moderations.csv").write_text(text_of(head, rows))
        imported = read_council(folder, as_of=AS_OF, key=KEY)
    record = imported.audits.record
    counts = {file.name: file for file in record.files}
    expected = {"audits.csv": Counter(fate(kind, is_wide=is_wide) for _, kind in audits)}
    if moderations:
        expected["moderations.csv"] = Counter(MODERATED[kind] for kind in moderations)
    for name, fates in expected.items():
        file = counts[name]
        found = {LOADED: file.loaded, ASIDE: file.quarantined, NO_RECORD: file.not_data}
        assert found == {key: fates[key] for key in found}, name
        assert file.rows_in == sum(found.values())
    aside = imported.quarantine.groupby("source_file")["source_row"].nunique().to_dict()
    assert aside == {name: fates[ASIDE] for name, fates in expected.items() if fates[ASIDE]}
    loaded = [kind for _, kind in audits if fate(kind, is_wide=is_wide) == LOADED]
    assert len(imported.audits.audits) == len(loaded)
    graded = len(loaded) * (2 if is_wide else 1) - loaded.count("no grade")
    by_auditors = imported.audits.ratings["role"] == "auditor"
    assert by_auditors.sum() == graded
