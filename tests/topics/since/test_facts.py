"""What a report keeps for the next one is what it prints: the same verdicts, shares and steps."""

from __future__ import annotations

import pytest

from qaf_analysis.kit.numbers import percent
from qaf_analysis.report.blocks import pieces
from qaf_analysis.report.quarterly import quarterly_document, verdict_table
from qaf_analysis.terms.headlines import DerivedRule
from qaf_analysis.terms.quarter import quarters_between
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.common.evidence import Evidence
from qaf_analysis.topics.common.headlines import with_derived
from qaf_analysis.topics.common.reported import (
    EarlierReport,
    LastReport,
    ReportFacts,
    VerdictFact,
)
from qaf_analysis.topics.common.results_json import result_from_json, result_to_json
from qaf_analysis.topics.common.scope import period_words
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.tables import programme_tables
from qaf_analysis.topics.registry import SECTIONS, Results
from qaf_analysis.topics.since.analysis import ChangedVerdict, Differing, SinceLast
from qaf_analysis.topics.since.words import question_words
from tests.golden.councils import LAST, council, results
from tests.topics.by_hand import GOOD, IMPROVE, audit
from tests.topics.by_hand import council as audits_of
from tests.topics.councils import results_of

CARDS = ("agreement", "optimism", "themes", "process")


@pytest.fixture(scope="module")
def made() -> Results:
    return results("kinder")


@pytest.fixture(scope="module")
def kept(made) -> ReportFacts:
    return made[ReportFacts]


def as_change(fact: VerdictFact) -> ChangedVerdict:
    return ChangedVerdict(
        asked=fact.asked,
        headline=fact.headline,
        theme=fact.theme,
        then="",
        now=fact.verdict,
        differing=Differing(),
    )


def test_verdicts_and_their_questions_are_those_of_the_cards(made, kept):
    found = [fact for fact in kept.verdicts if fact.asked in CARDS]
    assert [fact.asked for fact in found] == list(CARDS)
    assert [
        (question_words(as_change(fact), kept.positive), fact.verdict.capitalize())
        for fact in found
    ] == [row[:2] for row in verdict_table(made).rows]


def test_each_theme_has_its_own_verdict_with_its_reservations(made, kept):
    told = {fact.theme: fact.verdict for fact in kept.verdicts if fact.asked == "theme"}
    assert told == {t.name: str(t.full_verdict) for t in made[Themes].themes}


def test_shares_of_quarters_are_those_of_the_table(made, kept):
    _, by_quarter, *_ = programme_tables(made[Programme])
    own = [share for share in kept.shares if not share.is_year]
    assert [(share.period, f"{share.n:,}", percent(share.value)) for share in own] == [
        (row[0], row[-2], row[-1]) for row in by_quarter.rows
    ]
    assert all(str(share.first) == str(share.last) == share.period for share in own)


def test_shares_of_years_are_those_of_the_table_and_know_their_quarters(made, kept):
    by_year, *_ = programme_tables(made[Programme])
    own = [share for share in kept.shares if share.is_year]
    assert [(share.period, f"{share.n:,}") for share in own] == [
        (row[0].split(",")[0], row[1]) for row in by_year.rows
    ]
    for share, year in zip(own, made[Programme].years, strict=True):
        assert period_words(quarters_between(share.first, share.last)) == share.period
        assert share.value == year.good.value


def test_steps_are_those_of_the_first_page(made, kept):
    document = quarterly_document(made, run_id="x")
    printed = [next(iter(pieces(item))).text for item in document.first_page.recommended.items]
    assert [step.action for step in kept.steps] == printed
    assert [step.action for step in kept.called_for][: len(printed)] == printed
    assert all(step.kind for step in kept.called_for)


def test_facts_are_kept_and_read_back_as_they_were(kept):
    assert result_to_json(result_from_json(result_to_json(kept), ReportFacts)) == (
        result_to_json(kept)
    )


def test_a_report_without_an_earlier_one_has_no_section_on_it(made):
    (section,) = [section for section in SECTIONS if section.result is SinceLast]
    assert not section.has_something(made[SinceLast])
    assert made[SinceLast].is_first


def test_beside_itself_a_report_has_changed_in_nothing(made, kept):
    """Every verdict and share is the same, and every step is recommended again."""
    last = LastReport(run_id="0" * 16, facts=kept, same_code=True, moves=())
    evidence = Evidence(
        audits=council("kinder"),
        quarter=LAST,
        earlier_report=lambda: EarlierReport(last=last),
        found=lambda kind, headline: made[kind],
    )
    (section,) = [section for section in SECTIONS if section.result is SinceLast]
    found = section.answered(evidence)
    assert (found.verdicts, found.figures) == ((), ())
    assert [step.became for step in found.steps] == ["again"] * len(kept.steps)
    assert [step.action_now for step in found.steps] == [""] * len(kept.steps)


AREAS = ("Help", "Care")


@pytest.fixture(scope="module")
def areas() -> Results:
    """Two areas in place of an overall grade, and one derived: the worse of both."""
    settings = Settings(
        council="Small",
        headline_domains=AREAS,
        derived_overall=DerivedRule.WEAKEST,
        domains=dict.fromkeys(AREAS),
    )
    rows = [
        audit(f"2019-20 Q{quarter}", grades={"Help": GOOD, "Care": GOOD if n else IMPROVE})
        for quarter in (1, 2)
        for n in range(12)
    ]
    return results_of(with_derived(audits_of(*rows, settings=settings)))


def test_each_headline_has_its_own_verdicts_and_shares(areas):
    """Of 12 audits a quarter all are good in Help, 11 in Care, and so 11 in the worse of both."""
    kept = areas[ReportFacts]
    told = [fact.headline for fact in kept.verdicts if fact.asked == "year"]
    assert told[:2] == list(AREAS)
    assert len(told) == 3
    assert [fact.headline for fact in kept.verdicts if fact.asked == "optimism"] == list(AREAS)
    shares = {(s.headline, s.period): (s.n, s.value) for s in kept.shares if not s.is_year}
    assert shares == {
        (headline, f"2019-20 Q{quarter}"): (12, good / 12)
        for headline, good in zip(told, (12, 11, 11), strict=True)
        for quarter in (1, 2)
    }
    assert kept.unit == "audit"
