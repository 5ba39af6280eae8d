"""The judgement of practice beside that of impact, counted and said as worked out by hand."""

from dataclasses import replace

import pytest

from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.terms.settings import Settings
from qaf_analysis.topics.child.analysis.impact import practice_impact
from qaf_analysis.topics.child.section import IMPACT
from qaf_analysis.topics.child.tables import practice_impact_tables
from qaf_analysis.topics.child.words import impact_line, say_practice_impact
from tests.topics.by_hand import GOOD, IMPROVE, Row, council

NOW = Quarter(2019, 4)
SETTINGS = Settings(
    council="Small", impact_domain="Impact", domains={"Overall": None, "Impact": None}
)
CELLS = ((GOOD, GOOD, 12), (GOOD, IMPROVE, 8), (IMPROVE, GOOD, 3), (IMPROVE, IMPROVE, 7))


def rows(quarter=str(NOW), *, moderated=False):
    return [
        Row(
            quarter=quarter,
            grades={"Overall": practice, "Impact": impact},
            moderated={"Overall": practice, "Impact": IMPROVE} if moderated else {},
        )
        for practice, impact, times in CELLS
        for _ in range(times)
    ]


def found(*more, settings=SETTINGS, moderated=False):
    return practice_impact(
        council(*rows(moderated=moderated), *more, settings=settings), quarter=NOW
    )


def test_audits_of_the_year_are_crossed():
    alone = Row(quarter=str(NOW), grades={"Overall": GOOD})
    earlier = Row(quarter="2018-19 Q4", grades={"Overall": GOOD, "Impact": IMPROVE})
    themed = replace(rows()[0], audit_type="themed")
    result = found(alone, earlier, themed)
    crossed = result.audits
    assert (crossed.both, crossed.practice_only, crossed.impact_only, crossed.neither) == (
        12, 8, 3, 7,
    )  # fmt: skip
    assert (result.practice, result.impact, result.scope.used) == ("Overall", "Impact", 30)
    assert result.scope.period == "the year to March 2020"
    assert [(out.reason, out.records) for out in result.scope.left_out] == [
        ("only one of the two judgements given", 1)
    ]


def test_words_by_hand():
    said = say_practice_impact(found())
    assert "40% of audits" in said.claim
    # Wilson of 8 in 20: 22 to 61 %; difference (8 - 3) / 30
    assert said.paragraphs[0].startswith(
        "Of 20 audits graded good or better in Overall, 8 (40%, 22 to 61%)"
    )
    # (8 - 3) / 32, 1.96 standard errors of sqrt(12 - 25 / 32) / 32 either way
    assert said.paragraphs[1] == (
        "The other way round it was 3 audits. Over all 30 audits, the share graded good or better "
        "in Overall less that in Impact is +17 (\N{MINUS SIGN}5 to +36) points."
    )
    assert said.paragraphs[2] == (
        "Moderators gave both judgements on 0 audits: too few to set theirs beside it."
    )
    assert impact_line(found()) == (
        "Of 20 audits with Overall graded good or better, 40% (22 to 61%) saw no difference for "
        "the child yet.",
    )


def test_moderators_own_cross_table_stands_beside_from_thirty_audits_on():
    result = found(moderated=True)
    assert (result.moderated.both, result.moderated.practice_only) == (0, 20)
    assert "it is 20 (100%, 84 to 100%) of 20." in say_practice_impact(result).paragraphs[2]
    by_auditors, by_moderators, _ = practice_impact_tables(result)
    assert by_auditors.rows == (
        ("Good or better", "12", "8", "20"),
        ("Below good", "3", "7", "10"),
        ("All", "15", "15", "30"),
    )
    assert by_moderators.rows[0] == ("Good or better", "0", "20", "20")


@pytest.mark.parametrize("more", [{}, {"headline_domains": ("Overall",)}])
def test_without_a_declared_impact_there_is_nothing_to_tell(more):
    result = found(settings=Settings(council="Small", **more))
    assert not IMPACT.has_something(result)
    assert practice_impact_tables(result) == ()
    assert impact_line(result) == ()
    assert "impact_domain" in say_practice_impact(result).paragraphs[0]
