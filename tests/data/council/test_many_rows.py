"""Steps made for many rows at once, against the plain rule asked of each."""

import base64
import hashlib
import hmac

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_analysis.data.cells.exchanged_dates import quarter_indices
from qaf_analysis.data.cells.identifiers import near_identifier, near_matches
from qaf_analysis.data.contract.problems import MAX_NAMED, Problems
from qaf_analysis.data.council.assembly import in_order
from qaf_analysis.data.council.child_identifiers import FAR_APART
from qaf_analysis.terms.quarter import Quarter

TEXT = st.text(max_size=6) | st.sampled_from(["A1", "a 1", "Müller", "", "x" * 80])


@given(texts=st.lists(TEXT, max_size=6))
def test_codes_are_hmac_of_the_spelling(texts, key):
    """RFC 2104 by Python's own ``hmac``, and base32 by ``base64``."""
    from qaf_analysis.data.contract.spelling import spelling_key

    for text, code in zip(texts, key.codes_of("case", texts), strict=True):
        message = f"case:{spelling_key(text)}".encode()
        digest = hmac.new(key.secret, message, hashlib.sha256).digest()
        assert code == "case-" + base64.b32encode(digest).decode()[:20]
        assert code == key.code("case", text)


IDENTIFIER = st.from_regex(r"[A-C]{0,2}[- /]?0{0,2}[0-3]{0,2}(\.0)?", fullmatch=True)


@given(texts=st.lists(IDENTIFIER, max_size=4), known=st.lists(IDENTIFIER | TEXT, max_size=8))
def test_near_identifiers_are_found_as_if_all_were_looked_at(texts, known):
    found = near_matches(texts, known=known)
    for text in texts:
        alike = {other for other in known if near_identifier(other) == near_identifier(text)}
        if len(alike) == 1:
            assert found[text] == next(iter(alike))
    # A text beyond ASCII among those asked for makes every known one be looked at.
    assert {t: near_matches([*texts, "é"], known=known).get(t) for t in texts} == {
        t: found.get(t) for t in texts
    }


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abcdé"), st.sampled_from(["x", "y", None]), st.integers(0, 3)),
        max_size=15,
    )
)
@pytest.mark.parametrize("kind", [object, "category"])
def test_order_is_that_of_pandas(rows, kind):
    table = pd.DataFrame(rows, columns=["audit_id", "domain", "grade"])
    table = table.astype({"audit_id": kind, "domain": kind})
    days = pd.Series(pd.to_datetime(["2020-01-02", "2020-01-01", "2020-01-02", None]).as_unit("us"))
    days.index = ["a", "b", "c", "d"]
    named = table.astype({"audit_id": object, "domain": object})
    expected = (
        named.assign(day=named["audit_id"].map(days))
        .sort_values(["day", "audit_id", "domain"], kind="stable")
        .drop(columns="day")
        .reset_index(drop=True)
    )
    found = in_order(table, days=days).astype({"audit_id": object, "domain": object})
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@given(st.dates(min_value=pd.Timestamp("1990-01-01").date()))
def test_quarters_of_days(day):
    found = quarter_indices(np.array([day, None], dtype="datetime64[D]"))
    assert found.tolist() == [Quarter.of(day).index, -1]


def test_texts_of_rows_set_aside_are_made_for_those_named_only():
    problems, asked = Problems(file="audits.csv"), []

    def found(row):
        asked.append(row)
        return f'"{row}"'

    rows = list(range(2, 2 + MAX_NAMED + 300))
    problems.set_aside(rows, code="x", found=found, expected="y", mend=lambda row: f"mend {row}")
    assert asked == rows[:MAX_NAMED]
    assert len(problems.findings) == MAX_NAMED + 1
    assert problems.findings[-1].rows == 300
    assert problems.findings[-1].mend == f"mend {rows[-1]}"
    assert problems.kept(np.array([1, 2, rows[-1], rows[-1] + 1])).tolist() == [
        True,
        False,
        False,
        True,
    ]
    assert problems.bad_rows == set(rows)


@pytest.mark.parametrize(("days", "code"), [(FAR_APART.days + 1, 1), (FAR_APART.days - 1, 0)])
def test_audits_far_apart_are_seen_among_many(council, days, code):
    header = "audit_id,case_ref,audit_date,team,auditor,domain,grade"
    rows = [f"A{n},C{n},2019-06-0{1 + n % 9},North,Ann,Overall,Good" for n in range(60)]
    later = pd.Timestamp("2019-06-08") + pd.Timedelta(days=days)
    rows.append(f"A7,C7,{later.date()},North,Bob,Overall,Good")
    findings = council({"audits.csv": "\n".join((header, *rows))}).audits.record.findings
    assert [f.code for f in findings].count("audit_far_apart") == code
