"""What a table, a statement and a mark become on the page, letter by letter."""

from __future__ import annotations

from math import isnan

import pytest

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.palette import INKS, WORDS_ON_GROUND, blend, grade_colours
from qaf_analysis.kit.parts import Card, Column, Statement, Table
from qaf_analysis.terms.errors import DocumentError
from qaf_analysis.terms.estimate import Estimate

COLUMNS = (
    Column(heading="Team & area", align="left"),
    Column(heading="Since", align="left"),
    Column(heading="Audits", unit="number"),
)


def test_a_table_on_the_page():
    """A quarter is not to be broken over two lines."""
    table = Table(caption="By <team>", columns=COLUMNS, rows=(("East", "2019-20 Q4", "12"),))
    assert str(table.markup(label="Table 3")) == (
        '<table class="few">\n'
        "<caption>Table 3. By &lt;team&gt;</caption>\n"
        '<thead><tr><th scope="col" class="left">Team &amp; area</th>'
        '<th scope="col" class="left">Since</th>'
        '<th scope="col" class="right">Audits <span class="unit">number</span></th></tr></thead>\n'
        '<tbody><tr><th scope="row" class="left">East</th>'
        '<td class="left quarter">2019-20 Q4</td><td class="right">12</td></tr>\n'
        "</tbody>\n"
        "</table>"
    )
    assert "<caption>By &lt;team&gt;</caption>" in table.markup()
    long = Table(caption="c", columns=COLUMNS, rows=(("a", "to 2019-20 Q4", "1"),) * 11)
    assert str(long.markup()).startswith('<table class="many">')
    assert "quarter" not in long.markup()


def test_a_table_in_a_notebook_has_its_note_before_its_source():
    table = Table(caption="c", columns=COLUMNS, rows=(), note="Mind <this>.", source="From that.")
    assert table._repr_html_() == (f"{table.markup()}<p>Mind &lt;this&gt;.</p><p>From that.</p>")
    bare = Table(caption="c", columns=COLUMNS, rows=())
    assert bare._repr_html_() == str(bare.markup())


def test_a_statement_in_a_notebook():
    said = Statement(
        claim="It <rose>", paragraphs=("One & two.", "Three."), limits="Not why.", source="Counts."
    )
    assert said._repr_html_() == (
        "<h2>It &lt;rose&gt;</h2><p>One &amp; two.</p><p>Three.</p>"
        "<p><strong>What this does not show.</strong> Not why.</p><p><small>Counts.</small></p>"
    )


@pytest.mark.parametrize(("question", "verdict"), [(" ", "Yes"), ("Who?", " ")])
def test_a_card_needs_its_question_and_its_verdict(question, verdict):
    with pytest.raises(DocumentError, match="its question and its verdict"):
        Card(question=question, verdict=verdict, words="", section="a")


def test_the_mark_of_an_estimate():
    found = Estimate(value=0.3, low=0.1, high=0.6, level=0.95, cases=17, auditors=4, method="m")
    assert Mark.of("Plans", found) == Mark(label="Plans", value=0.3, low=0.1, high=0.6, cases=17)
    assert Mark.of("Plans", found, note="improved", is_quiet=True) == Mark(
        label="Plans", value=0.3, low=0.1, high=0.6, cases=17, note="improved", is_quiet=True
    )
    none = Mark.of("Plans", Estimate.not_estimable("nobody looked", method="m", cases=2))
    assert (none.note, none.cases, isnan(none.value)) == ("nobody looked", 2, True)
    told = Mark.of("Plans", Estimate.not_estimable("nobody", method="m"), note="too little data")
    assert told.note == "too little data"


def test_each_ink_in_light_and_dark():
    assert {ink.name: (ink.light, ink.dark) for ink in INKS} == {
        "text": ("#1a1a1a", "#e8e8e8"),
        "page": ("#ffffff", "#14171a"),
        "accent": ("#12436d", "#7fb2e5"),
        "comparison": ("#a94d00", "#f5a15b"),
        "quiet": ("#6b7280", "#9aa3ae"),
        "grid": ("#e5e7eb", "#2a2f36"),
        "muted": ("#565d69", "#abb3bd"),
        "band": ("#e8edf3", "#262e37"),
        "pale": ("#9dbbd4", "#35597c"),
        "panel": ("#f3f6f9", "#1c2127"),
        "notice": ("#fff6e8", "#33280f"),
        "notice-edge": ("#c68a2e", "#a87a2c"),
    }
    assert len(WORDS_ON_GROUND) == 12
    assert [colour.fill for colour in grade_colours(2)] == ["#7f3b08", "#3f2a72"]
    assert blend("#ff0000", "#0000ff", opacity=0.25) == "#4000bf"
