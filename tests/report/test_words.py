"""The first page and the order of everything behind it, for results with chosen figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace as Some

import pytest

from qaf_analysis import __version__
from qaf_analysis.kit.parts import Card, Column, Picture, Statement, Table
from qaf_analysis.report import quarterly
from qaf_analysis.report.blocks import Figure, Heading, Link, Listing, Note, Paragraph, Strong
from qaf_analysis.report.document import BigNumber
from qaf_analysis.report.method import method_table, rules_table
from qaf_analysis.report.quarterly import quarterly_document, verdict_table
from qaf_analysis.report.sections import appendix, sections
from qaf_analysis.report.signoff import UNSIGNED
from qaf_analysis.terms.glossary import glossary_of
from qaf_analysis.terms.scale import OFSTED4, ScaleWords
from qaf_analysis.terms.verdicts import SelectionRefusal
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.child.analysis.impact import PracticeImpact
from qaf_analysis.topics.common.release import Released
from qaf_analysis.topics.common.section import Section, Shown
from qaf_analysis.topics.impact.analysis.changes import DesignChanges
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.recommendations import Recommendation
from qaf_analysis.topics.trend.analysis import TrueTrend
from tests.topics.by_hand import estimated, unknown
from tests.topics.programme.results import INTAKE, PROGRAMME, REACH, counts

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0"/></svg>'
MODERATED = Some(
    scale=OFSTED4.words,
    scope=Some(period="the year to March 2020"),
    audits=199,
    audit_profile=(0.08, 0.32, 0.50, 0.10),
    adjusted_good=estimated(0.46, 0.37, 0.55, cases=1062),
    adjusted_profile=tuple(estimated(share) for share in (0.12, 0.42, 0.40, 0.06)),
)


def picture(title: str, place="section") -> Picture:
    return Picture(svg=DRAWING, alt=f"{title} in words.", title=title, width=9, place=place)


def table(caption: str, place="appendix") -> Table:
    return Table(caption=caption, columns=(Column(heading="A"),), rows=(("1",),), place=place)


@dataclass(frozen=True)
class Answer:
    """Result of a section that only stands in its place."""

    name: str


def section(name: str, *, level: int = 2, question: str = "") -> Section:
    def card(result: Answer, shown: Shown) -> Card:
        return Card(
            question=question, verdict=f"Verdict on {name}", words=f"Words on {name}.", section=name
        )

    return Section(
        id=name,
        short=f"Short {name}",
        level=level,
        notebook="none",
        result=type(name.title().replace("-", ""), (Answer,), {}),
        asks=lambda audits, *, quarter: None,
        say=lambda result: Statement(
            claim=f"Claim of {name}",
            paragraphs=(f"First of {name}.", f"Second of {name}."),
            limits=f"Limits of {name}.",
            source=f"Source of {name}.",
        ),
        tables=lambda result: (
            table(f"Long {name}"),
            table(f"Short {name}", "section"),
            table(f"Longer {name}"),
        ),
        pictures=lambda result: (
            picture(f"Seen {name}"),
            picture(f"Behind {name}", "appendix"),
            picture(f"Also seen {name}"),
        ),
        card=card if question else None,
    )


PARTS = (
    section("grades"),
    section("agreement", question="Do auditors agree?"),
    section("moderation", question="Are audits over-optimistic?"),
    section("themes", question="Did practice change?"),
    section("actions", level=3),
    section("process", question="Is auditing more consistent?"),
    section("process-agreement", level=3),
    section("data"),
)
FOUND = {
    Programme: PROGRAMME, Optimism: MODERATED, Reach: REACH, TrueTrend: "the trend",
    DesignChanges: "the designs", PracticeImpact: "the child", Agreement: "the agreement",
    AgreementDetail: "the boundaries",
    Themes: "the themes",
    Consistency: "the consistency", Intake: INTAKE,
}  # fmt: skip


class Given:
    """Results of a run, by their kind."""

    def __init__(self, **changed: object) -> None:
        self.found = {kind: changed.get(kind.__name__, result) for kind, result in FOUND.items()}
        self.headlines = ()

    def __getitem__(self, kind):
        return self.found[kind]

    def released(self, kind):
        result = self.found[kind] if kind in self.found else kind("x")
        return Released(result=result, edition="board", marking="OFFICIAL-SENSITIVE")


@pytest.fixture
def recommended(monkeypatch):
    """Steps that the report gets to recommend; calls are kept with their arguments."""
    calls = []
    steps = [Recommendation(action="Do this.", because="It was found.", by=PROGRAMME.scope.quarter)]
    monkeypatch.setattr(quarterly, "SECTIONS", PARTS)
    monkeypatch.setattr(
        quarterly,
        "recommendations",
        lambda *given, **more: calls.append((given, more)) or tuple(steps),
    )
    monkeypatch.setattr(quarterly, "true_trend_line", lambda result: f"Trend of {result}.")
    monkeypatch.setattr(quarterly, "primary_claims", lambda *given: given)
    monkeypatch.setattr(
        quarterly, "together", lambda asked: (f"Together: {asked[2]}, {asked[3]}, {asked[4]}.",)
    )
    monkeypatch.setattr(quarterly, "design_line", lambda result: (f"Design of {result}.",))
    monkeypatch.setattr(quarterly, "impact_line", lambda result: (f"Impact of {result}.",))
    return Some(calls=calls, steps=steps)


def document(**changed):
    return quarterly_document(Given(**changed), run_id="0123456789abcdef")


@pytest.mark.usefixtures("recommended")
def test_head_of_the_first_page():
    made = document()
    page = made.first_page
    assert made.title == "Quarterly moderation report, 2019-20 Q4"
    assert made.colophon == (
        f"Made by qaf_analysis {__version__}, run 0123456789abcdef. The manifest beside this "
        "report lists every input, parameter and output with its hash."
    )
    assert page.marking == "OFFICIAL-SENSITIVE"
    assert page.edition == "board edition, not for publication"
    assert page.run_id == "0123456789abcdef"
    assert page.subtitle == "Small · 199 audits in the year to March 2020"
    assert page.invented == ""
    assert page.sign_off == UNSIGNED
    assert page.warnings == ()


@pytest.mark.usefixtures("recommended")
def test_rows_that_were_lost_are_named_before_any_figure():
    (moderations,) = (file for file in INTAKE.files if file.kind == "moderations")
    lost = replace(INTAKE, files=(replace(moderations, loaded=0, quarantined=700),))
    (warning,) = document(Intake=lost).first_page.warnings
    assert warning.startswith("All 700 rows of moderations.csv were set aside: ")


@pytest.mark.usefixtures("recommended")
def test_invented_data_and_grades_of_domains_are_named():
    made = document(Programme=replace(PROGRAMME, synthetic=True, has_overall=False))
    assert made.first_page.invented == (
        "These data are invented. No council, child or worker is described."
    )
    assert made.first_page.subtitle == ("Small · 199 domain grades in the year to March 2020")


@pytest.mark.usefixtures("recommended")
def test_the_quarter_reported_is_the_last_of_all():
    three = replace(
        PROGRAMME,
        quarters=(PROGRAMME.quarters[0].next(-1), *PROGRAMME.quarters),
        by_quarter=(counts("2019-20 Q2", 0, 0, 900, 100), *PROGRAMME.by_quarter),
    )
    page = document(Programme=three).first_page
    assert page.subtitle == "Small · 199 audits in the year to March 2020"
    _, _, changed = page.highlights
    assert changed.items[0].startswith("Good or better, this quarter against the last: ")


RISEN = (
    "The share that auditors graded good or better has risen since the year to March 2019 "
    "(+4 to +24 points)."
)


@pytest.mark.usefixtures("recommended")
def test_the_council_s_own_number_comes_first_and_then_the_moderators():
    lead = document().first_page.lead
    assert lead.numbers == (
        BigNumber(number="60%", caption="graded good or better by auditors (53 to 67%)"),
        BigNumber(
            number="46%", caption="had external moderators graded them all (37 to 55%, n 1,062)"
        ),
    )
    assert lead.words == (
        f"{RISEN} The second figure is an estimate from the audits that moderators re-read."
    )


@pytest.mark.usefixtures("recommended")
def test_what_moderators_would_have_found_is_left_out_where_it_cannot_be_said():
    refusal = SelectionRefusal.NOT_RECORDED
    hidden = Some(**{**vars(MODERATED), "adjusted_good": unknown(refusal), "refusal": refusal})
    lead = document(Optimism=hidden).first_page.lead
    assert [number.number for number in lead.numbers] == ["60%"]
    cannot = f"{RISEN} What external moderators would have found cannot be said, because "
    assert lead.words == f"{cannot}how cases were chosen for moderation is not recorded."
    few = Some(**{**vars(hidden), "adjusted_good": unknown("only 7 audits"), "refusal": None})
    assert document(Optimism=few).first_page.lead.words == (
        f"{cannot}too little of their grading can be used (see the section on it)."
    )
    nothing = replace(PROGRAMME, good_now=unknown("no audit was graded"))
    (own,) = document(Optimism=hidden, Programme=nothing).first_page.lead.numbers
    assert own == BigNumber(number="too few to say", caption="graded good or better by auditors")
    other = replace(PROGRAMME, scale=ScaleWords.of(("Poor", "Fair", "Strong", "Leading"), 1))
    lead = document(Programme=other).first_page.lead
    assert lead.numbers[0].caption.startswith("graded fair or better by auditors")


@pytest.mark.usefixtures("recommended")
def test_cards_stand_in_the_order_of_their_sections():
    assert [
        (card.question, card.verdict, card.section) for card in document().first_page.cards
    ] == [
        ("Do auditors agree?", "Verdict on agreement", "agreement"),
        ("Are audits over-optimistic?", "Verdict on moderation", "moderation"),
        ("Did practice change?", "Verdict on themes", "themes"),
        ("Is auditing more consistent?", "Verdict on process", "process"),
    ]


@pytest.mark.usefixtures("recommended")
def test_the_table_of_the_four_questions():
    found = verdict_table(Given())
    assert found.caption == "The four questions"
    assert [(column.heading, column.align) for column in found.columns] == [
        ("Question", "left"), ("Verdict", "left"), ("In a sentence", "left"),
    ]  # fmt: skip
    assert found.rows == (
        ("Do auditors agree?", "Verdict on agreement", "Words on agreement."),
        ("Are audits over-optimistic?", "Verdict on moderation", "Words on moderation."),
        ("Did practice change?", "Verdict on themes", "Words on themes."),
        ("Is auditing more consistent?", "Verdict on process", "Words on process."),
    )
    assert found.source == (
        "199 audits with an overall grade, the year to March 2020. None left out."
    )


@pytest.mark.usefixtures("recommended")
def test_what_follows_the_cards():
    figure, heading, listing = document().first_page.highlights
    assert isinstance(figure, Figure)
    assert figure.picture.title == "Good or better rose from 46% to 60%"
    assert "Had moderators graded the year to March 2020: 46% (37 to 55%)." in figure.picture.alt
    assert figure.measure == "Share of routine audits by grade and quarter"
    assert figure.source == (Link("Table and limits", "#grades"),)
    assert heading == Heading(
        text="Since last quarter, and since the start", id="since-last-quarter"
    )
    assert isinstance(listing, Listing)
    assert listing.items == (
        "Good or better, this quarter against the last: no change can be told "
        "(\N{MINUS SIGN}31 to +7 points).",
        "New this quarter: Plans (themed audit).",
        "New this quarter: New pool (process change).",
        "Trend of the trend.",
        "Impact of the child.",
        "Design of the designs.",
        "Together: the themes, the consistency, the trend.",
    )


def test_what_is_recommended_rests_on_the_verdicts(recommended):
    page = document().first_page
    assert recommended.calls == [
        (("the agreement", "the boundaries", MODERATED, "the themes", "the consistency"),
         {"quarter": PROGRAMME.scope.quarter})
    ]  # fmt: skip
    assert page.recommended.title == "Recommended"
    assert page.recommended.items == (
        (Strong("Do this."), " It was found. Owner: ____________. By 31 March 2020."),
    )
    recommended.steps.clear()
    assert document().first_page.recommended.items == (
        "No verdict of this quarter calls for a change (4 verdicts reached).",
    )


@pytest.mark.usefixtures("recommended")
def test_the_box_of_limits():
    limits = document().first_page.limits
    assert limits.title == "What 48 audits can and cannot tell"
    assert limits.items[0] == (
        "In one such quarter a share is known to about 14 points either way."
    )
    assert len(limits.items) == 3


@pytest.mark.usefixtures("recommended")
def test_sections_come_before_the_appendix():
    ids = [block.id for block in document().body if isinstance(block, Heading)]
    assert ids == [
        "grades", "agreement", "moderation", "themes", "actions", "multi-agency", "process",
        "process-agreement", "voice", "worst-grade", "data", "method", "figures",
        "figures-grades", "figures-agreement", "figures-moderation", "figures-themes",
        "figures-actions", "figures-process", "figures-process-agreement", "figures-data", "words",
    ]  # fmt: skip


def shown(*parts: Section) -> list[Shown]:
    return [part.shown(Released(result=Answer("x"), edition="board", marking="")) for part in parts]


def said(block: object) -> str:
    """A block in one line: its kind and what it is known by."""
    match block:
        case Heading():
            return f"{block.level} {block.id}: {block.text}"
        case Paragraph():
            return f"paragraph {block.words}"
        case Figure():
            return f"figure {block.picture.title}"
        case Table():
            return f"table {block.caption}"
        case Note():
            return f"note {block.label}: {' '.join(map(str, block.lines))}"
        case Listing():
            return f"list {len(block.items)}"
    raise AssertionError(block)


def test_a_section_says_draws_tabulates_and_says_its_limits():
    blocks = sections(shown(section("data")), Given())
    assert [said(block) for block in blocks[:7]] == [
        "2 data: Claim of data",
        "paragraph First of data.",
        "paragraph Second of data.",
        "figure Seen data",
        "figure Also seen data",
        "table Short data",
        "note What this does not show: Limits of data.",
    ]
    assert blocks[3].source == ("Source of data. ", Link("Method", "#method"))
    assert said(sections(shown(section("later", level=3)), Given())[0]) == (
        "3 later: Claim of later"
    )


def test_the_appendix_holds_what_is_too_long_for_its_section():
    bare = replace(section("bare"), tables=lambda result: (), pictures=lambda result: ())
    inside = replace(bare, id="inside", tables=lambda result: (table("Within", "section"),))
    blocks = appendix(shown(section("data"), bare, inside), OFSTED4.words)
    assert [said(block) for block in blocks] == [
        "2 figures: Appendix: all figures",
        "3 figures-data: Short data",
        "figure Behind data",
        "table Long data",
        "table Longer data",
        "3 words: Words",
        "table What the words of this report mean",
    ]
    words = blocks[-1]
    assert [(column.heading, column.align) for column in words.columns] == [
        ("Word", "left"), ("Meaning", "left"),
    ]  # fmt: skip
    assert words.rows == tuple(glossary_of(OFSTED4.words).items())


def test_what_is_told_after_a_section_without_pictures_of_its_own():
    blocks = sections(shown(section("actions"), section("process-agreement")), Given())
    told = [said(block) for block in blocks if not isinstance(block, Figure | Table)]
    assert told[4:7] == [
        "3 multi-agency: Multi-agency audits are told, not counted",
        "paragraph So few cases, chosen for what they can teach, are for reading. Their grades are "
        "in no percentage, interval or verdict of this report.",
        "list 2",
    ]
    assert told[11:15] == [
        "2 voice: Voice of children, families and workers",
        "paragraph The family's feedback is recorded in 35% (28 to 42%) of 197 routine audits in "
        "the year to March 2020.",
        "2 worst-grade: Audits graded inadequate",
        "paragraph Routine audits graded inadequate, by quarter: 2019-20 Q3: 3 of 50; 2019-20 Q4: "
        "2 of 48.",
    ]
    none = Given(Programme=replace(PROGRAMME, multi_agency=()))
    told = [said(block) for block in sections(shown(section("actions")), none)]
    assert "paragraph Not available because the exports mark no audit as multi-agency." in told
    assert not [line for line in told if line.startswith("list")]
    other = [said(block) for block in sections(shown(section("data")), Given())]
    assert not [line for line in other if "multi-agency" in line or "voice" in line]


def test_the_section_on_method():
    blocks = sections([], Given())
    assert [said(block) for block in blocks] == [
        "2 method: How it was worked out",
        "paragraph Every verdict follows from a rule that was fixed before the data were read. "
        "Every interval is meant to hold the true figure in 95 of 100 reports like this one, where "
        "its assumptions hold.",
        "paragraph The lead and the four cards hold the primary claims. Each keeps its own error. "
        "Which of them hold when all are judged together (Holm, at most 5 in 100 with a false "
        "one) is said on the first page. All other intervals support them: about one in twenty "
        "misses its figure.",
        "table Methods",
        "table Rules fixed beforehand",
        "table What 48 audits can and cannot tell",
        "note Not in this report: Escalations and how soon managers responded, surveys, "
        "compliments and complaints: the workbench reads audits, moderations and improvement "
        "actions, and their exports hold none of these.",
        "note Who may see this: This edition shows small counts. It is for the board and for the "
        "moderator. Auditors stand in it by code only. No public edition is offered, because this "
        "version has no disclosure control.",
    ]


def test_every_rule_with_its_verdict():
    rules = rules_table(OFSTED4.words)
    assert rules.caption == "Rules fixed beforehand"
    assert [(column.heading, column.align) for column in rules.columns] == [
        ("Question", "left"), ("Verdict", "left"), ("Rule", "left"),
    ]  # fmt: skip
    assert rules.rows == (
        (
            "Agreement", "agrees well",
            "95% interval of AC2 at or above 0.60 and that of ordinal alpha at or above 0.20, and "
            "no auditor in every double grading",
        ),
        (
            "Agreement", "agrees in part",
            "interval of AC2 at or above 0.40 otherwise, or between 0.30 and 0.70",
        ),
        ("Agreement", "agrees poorly", "interval of AC2 below 0.50"),
        (
            "Agreement", "too few to say",
            "fewer than 10 audits graded twice, or any other interval",
        ),
        ("Agreement", "not measurable this period", "no audit graded twice"),
        (
            "Optimism", "re-audit",
            "95% interval of the share two grades or more apart lies above 10%, or that of the "
            "spread between auditors above 0.25 of a grade (limits on 4 levels; others follow "
            "from the scale)",
        ),
        (
            "Optimism", "accept",
            "90% intervals all small: gap within 0.25 of a grade, shift in the share graded good "
            "or better of at most 12.5 points, that share at most 10%, that spread at most 0.50 "
            "(on 4 levels)",
        ),
        ("Optimism", "adjust", "97.5% interval of gap or shift leaves out 0"),
        (
            "Optimism", "more moderation needed",
            "anything else, and fewer than 10 moderated audits",
        ),
        (
            "Optimism", "not judged",
            "a check of the data failed on which it rests, or no moderation given could be read",
        ),
        (
            "Themes", "improved or got worse",
            "on both scales for domains of different levels: 95% interval leaves out 0 after "
            "Holm, change at least 0.05 of a grade; the share graded good or better not the other "
            "way",
        ),
        (
            "Themes", "too little data",
            "fewer than 3 quarters before, 1 after or 6 in all, each with 10 audits or more; fewer "
            "than 20 grades off the commonest one; or an interval wider than 15 points either way",
        ),
        ("Themes", "no evidence of change", "anything else"),
        (
            "Consistency", "more or less consistent",
            "90% intervals of the change in variance and of the change in spread leave out 0; "
            "within teams only where auditors were tied to teams more than 0.20 further in one "
            "period",
        ),
        (
            "Consistency", "too little data",
            "fewer than 25 audits or 5 auditors on a side",
        ),
        ("Consistency", "no evidence of change", "anything else"),
        (
            "Consistency", "answer of the first page",
            "the worst found of any change, in spread or in agreement with moderators",
        ),
        (
            "Agreement with moderators", "improved or fell",
            "95% interval of the difference leaves out 0; under 25 moderated audits on a side "
            "there is too little data",
        ),
        (
            "Share graded good or better", "has risen or fallen",
            "95% interval of this year less the year before leaves out 0, allowing for auditors; "
            "no other two years are compared",
        ),
        ("Share graded good or better", "no change can be told", "the interval holds 0"),
        (
            "Share graded good or better", "cannot be told",
            "no whole year before, fewer than 10 audits in either, or one auditor did all audits "
            "of one of them",
        ),
        (
            "Across a new scale", "improved or worsened",
            "95% interval of the change leaves out 0, and after Holm where several areas are told; "
            "one of the two shares comes over old audits read again",
        ),
        (
            "Across a new scale", "grades rose or fell",
            "the same over new audits graded twice, where no old ones were read again: the words "
            "are translated, and auditors who became kinder or harsher count as a change",
        ),
        ("Across a new scale", "no evidence of change", "anything else"),
        (
            "Across a new scale", "cannot be compared",
            "fewer than 40 audits graded on both scales, picked by chance and old ones read blind; "
            "fewer than 10 readers; or a grade of 10% of audits or more with fewer than 3 of them",
        ),
        (
            "Focus on the child", "weaker",
            "one or more of 3 measures, each with p below 0.05 after Holm: kinder to the child's "
            "domains than to process; the child's domains count for less in the overall grade; the "
            "domains of an audit are graded more alike",
        ),
        ("Focus on the child", "not shown to be weaker", "anything else"),
        (
            "Focus on the child", "cannot be told",
            "no measure can be tested against moderators",
        ),
        (
            "Panels of moderators", "not pooled",
            "95% interval of their difference on alike files leaves out 0, the level shared among "
            "pairs; on files both read from 10 on",
        ),
        (
            "Panels of moderators", "a warning",
            "audits count as fewer than 60% of their number, or a panel's share of the weight is "
            "over 2 times its share of the audits",
        ),
        (
            "Moderators themselves", "drifted kinder or drifted harsher",
            "cases they had read before, read again unseen: the slope of the differences passes a "
            "limit that a steady panel, with all its moderators, passes in 5% of series of 4 "
            "rounds at the most",
        ),
        (
            "Moderators themselves", "too few to say",
            "fewer than 8 such cases or 20 to know the noise from, or an interval of more than "
            "0.3 of a grade either way",
        ),
        ("Moderators themselves", "no drift seen", "anything else"),
        ("Large type", "no share", "its interval is wider than 40 points"),
        (
            "Large type", "too few to say",
            "the gap's interval holds 0 and reaches beyond 1.5 times the tolerance; under 20 "
            "audits, beyond the tolerance",
        ),
    )  # fmt: skip


def test_every_figure_with_its_source():
    methods = method_table(OFSTED4.words)
    assert methods.caption == "Methods"
    assert [column.heading for column in methods.columns] == [
        "Figure", "How it is worked out", "Source",
    ]  # fmt: skip
    assert methods.rows == (
        (
            "Share graded good or better",
            "Wilson interval on the number of audits in effect, as audits of one auditor are alike",
            "Wilson (1927)",
        ),
        (
            "Change from one year to the next",
            "This year's share less the year before's; the error has auditors as clusters over "
            "both years, so that an auditor of both is compared with themselves",
            "Bell and McCaffrey (2002)",
        ),
        (
            "Change across a new scale",
            "Share on the new scale less that of the old audits as readers grade them again on "
            "it, shared out by their old grades; the error has audits and readers as samples",
            "Cochran (1977); Newcombe (1998)",
        ),
        (
            "Focus on the child",
            "Gaps and correlations of domains in units of each domain's own grades, so that "
            "kindness alike in all domains shows nothing; three tests, corrected for being three",
            "Holm (1979)",
        ),
        (
            "Agreement (AC2, alpha)",
            "Ratings of the same audit by different auditors, on the whole declared scale, linear "
            "weights; errors allow for audits and auditors both being a sample",
            "Gwet (2014); Krippendorff (2011)",
        ),
        (
            "Gap",
            "Audit minus moderation on the same audit; errors allow for auditors who always lean "
            "the same way",
            "Stuart (1955); Newcombe (1998)",
        ),
        (
            "Moderation-adjusted grades",
            "Each auditor grade is shared out as moderators re-graded a recorded random part of "
            "it, each audit by one over the chance that any draw took it; refused where selection "
            "is not recorded or too few were moderated",
            "Tenenbein (1972); Bankier (1986)",
        ),
        (
            "Change after a themed audit",
            "Themed domain less untouched domains inside the same audit, averaged by quarter; "
            "quarters after against quarters before, the largest of three errors told from all "
            "domains, corrected for the number of themes",
            "Donald and Lang (2007); Holm (1979)",
        ),
        (
            "Spread of severity",
            "Variance between auditors by analysis of variance, with quarter, case type and team "
            "held fixed, before and after the change",
            "Henderson (1953), method 3",
        ),
        (
            "Auditors' severity",
            "Grades of audits that two or more auditors graded, apart from which files each had; "
            "what one auditor saw in one file (halo) integrated out; drawn towards the group as "
            "far as few files demand",
            "Linacre (1989); Wilson and Hoskens (2001)",
        ),
        (
            "Agreement with moderators before and after",
            "Same grade or not, compared within each grade that moderators gave; audits chosen by "
            "a recorded chance only",
            "Mantel and Haenszel (1959)",
        ),
    )
