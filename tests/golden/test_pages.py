"""Whole reports on ten councils stay as they were read; a change is read before it is accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qaf_analysis.terms.verdicts import TrendClaim
from tests.golden.councils import NAMES, council, results
from tests.golden.kept import Kept, digest, file_name
from tests.golden.page import page
from tests.golden.reach import every_verdict, reached
from tests.topics.councils import results_of
from tests.wide import wide

KEPT = Kept()
UNREACHED = {
    "AgreementClaim.ONE_ONLY",
    "AgreementVerdict.POORLY",
    "FocusVerdict.WEAKER",
    "DriftStanding.STANDS",
    "OptimismVerdict.ACCEPT",  # needs more moderation than any of the ten has
    "OptimismVerdict.NOT_JUDGED",  # tests/topics/optimism/test_data_faults.py
    "ProcessAnswer.IMPROVED",
    "ProcessAnswer.LESS_AND_FELL",
    "ReAuditVerdict.NOT_SEEN",
    "ReAuditVerdict.SEEN",
    "Reservation.CONTESTED",
    "Reservation.SCALE",
    "RetainedSays.DIFFERENT",
    "SelectionRefusal.NONE_BY_CHANCE",
    "SelectionRefusal.NO_SINGLE_GRADE",  # areas take the place of a missing overall grade
    "SeverityFinding.POSSIBLY_KINDER",
    "Standing.SMALL_NOT_NONE",
    "SteadinessVerdict.MOVED",
    "Variation.MISSING",
    "YearVerdict.CANNOT_BE_TOLD",  # tests/topics/programme
}
UNTOLD = {TrendClaim.HARSHER_AUDITORS}


# With --quick three councils stand for the ten: grades kinder, picked by hunch, and all alike.
QUICK = ("kinder", "picked by hunch", "one grade")
EACH = wide(NAMES, quick=QUICK)


@pytest.mark.parametrize("name", EACH)
def test_report_is_the_one_that_was_read(name):
    complaint = KEPT.complaint(name, page(results(name)))
    assert not complaint, complaint


def test_every_kept_page_is_the_last_one_accepted_with_a_reason():
    kept = {path.stem: digest(path.read_text(encoding="utf-8")) for path in _pages()}
    assert kept == KEPT.last_hashes()


def test_each_council_has_its_page_and_no_page_is_left_over():
    assert [path.stem for path in _pages()] == sorted(map(file_name, NAMES))


def _pages():
    return sorted((KEPT.room / "pages").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_no_page_holds_what_is_no_word(name):
    words = KEPT.accepted(name).read_text(encoding="utf-8").replace("None left out", "").split()
    assert not {"nan", "NaN", "None", "inf", "-inf", "<NA>", "NaT"} & set(words)


@pytest.mark.wide
def test_the_councils_together_reach_all_but_a_few_verdicts():
    found = set().union(*(reached(results(name)) for name in NAMES))
    # Councils whose scale changed are told in tests/topics/scales.
    told_elsewhere = (
        *("TrendClaim", "Assurance", "BridgeVerdict", "BridgeRefusal"),
        *("AnchorVerdict",),  # told in tests/topics/moderators
    )
    asked = {name for name in every_verdict() if not name.startswith(told_elsewhere)}
    assert asked - found == UNREACHED


@pytest.mark.parametrize("claim", [claim for claim in TrendClaim if claim not in UNTOLD])
def test_the_councils_together_make_most_claims_on_the_trend(claim):
    pages = [KEPT.accepted(name).read_text(encoding="utf-8") for name in NAMES]
    assert any(str(claim) in page for page in pages)


@pytest.mark.wide
@pytest.mark.parametrize("name", ["no overall grade"])
def test_order_of_rows_does_not_change_a_page(name):
    audits = council(name)
    turned = {
        table: getattr(audits, table).iloc[::-1] for table in ("audits", "ratings", "moderations")
    }
    assert page(results_of(replace(audits, **turned))) == page(results(name))
