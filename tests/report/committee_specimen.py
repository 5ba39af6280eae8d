"""A report as a committee gets it, of invented numbers, and a long one: what pages are tried on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from qaf_analysis.kit.parts import Column, Table, number_columns, word_columns
from qaf_analysis.report.blocks import Block, Figure, Heading, Link, Note, Paragraph, Strong
from qaf_analysis.report.document import Document
from qaf_analysis.terms.glossary import GLOSSARY
from qaf_analysis.topics.impact.pictures import theme_forest
from qaf_analysis.topics.optimism.pictures import gap_over_rounds
from tests.report.specimen import DETECTABLE, QUARTERS, ROUNDS, THEMES, specimen

ACTIONS = Table(
    caption="Actions to agree",
    columns=word_columns("What", "Why", "Owner", "By"),
    rows=(
        ("Have 100 audits moderated at random", "so that the gap is known", "Head of QA", "March"),
        ("Agree what good means: one session", "two in three differ on it", "Principal", "July"),
        ("Close the five overdue actions", "no gain can show before that", "Director", "August"),
    ),
)
ADVICE = Table(
    caption="What each theme asks for",
    columns=(
        *word_columns("Theme"),
        *number_columns("Audits", unit="number"),
        *word_columns("Advice", "Owner"),
    ),
    rows=(
        ("Chronologies", "24", "Keep the new template, and look again in a year.", "Team managers"),
        ("Supervision", "18", "Hold it every month; say on the file what was decided.", ""),
    ),
    note="Advice of the moderators.",
)
GRADES = Table(
    caption="Grades by quarter",
    columns=(
        *word_columns("Quarter"),
        *number_columns("Inadequate", "Requires improvement", "Good", "Outstanding", unit="audits"),
        *number_columns("95% interval"),
    ),
    rows=tuple((quarter, "6", "20", "19", "3", "46% to 72%") for quarter in QUARTERS),
    source="595 audits.",
)
COUNTS = Table(
    caption="Audits by team",
    columns=(*word_columns("Team"), *number_columns("Audits")),
    rows=(("East", "12"), ("West", "14")),
)
WORDS = Table(
    caption="What the words of this report mean",
    columns=(Column(heading="Word", align="left"), Column(heading="Meaning", align="left")),
    rows=tuple(GLOSSARY.items()),
)
LIMIT = Note(
    label="What this does not show",
    lines=("Agreement is not accuracy: two auditors can share a view that is too kind.",),
    place="margin",
)
SECTIONS = (
    "More than a third of audits found practice below good",
    "Grades are probably a little kind, but seldom more than one grade out",
    "Two of four themes improved",
    "The programme kept to its plan, moderation did not",
    "Families were asked in half of the audits",
    "Two process changes came in the same quarter",
    "What these audits cannot tell",
    "What the words mean",
)


def forest() -> Figure:
    wide = theme_forest(THEMES, title="Two themes rose above the others", detectable=DETECTABLE)
    narrow = theme_forest(THEMES, title="x", detectable=DETECTABLE, size="card")
    return Figure(
        picture=replace(wide, narrow_svg=narrow.svg),
        measure="Difference to other domains, in grades",
        source=("199 audits. ", Link("Limits", "#section-7")),
    )


def gaps() -> Figure:
    wide = gap_over_rounds(ROUNDS, title="The gap fell", tolerance=0.25)
    narrow = gap_over_rounds(ROUNDS, title="x", tolerance=0.25, size="card")
    return Figure(picture=replace(wide, narrow_svg=narrow.svg), measure="Auditor minus moderator")


@cache
def committee() -> Document:
    """Eight sections with every block, margin notes, and a drawing for telephones."""
    page = replace(
        specimen().first_page,
        edition="committee edition",
        ask=(
            Strong("The committee is asked to"),
            " note that a third of audits found practice below good, and to agree the actions.",
        ),
        cards=tuple(
            replace(card, section=f"section-{place}")
            for place, card in enumerate(specimen().first_page.cards, start=1)
        ),
        highlights=(ACTIONS,),
        recommended=None,
        limits=None,
        closing=(
            (Strong("Since the last report:"), " supervision now counts as improved."),
            "Signed by the Head of Quality Assurance.",
        ),
    )
    blocks: list[Block] = []
    shown: dict[int, tuple[Block, ...]] = {
        1: (COUNTS, forest()), 2: (gaps(), GRADES), 3: (forest(), ADVICE), 8: (WORDS,),
    }  # fmt: skip
    for number, claim in enumerate(SECTIONS, start=1):
        blocks += [
            Heading(text=claim, id=f"section-{number}"),
            Paragraph(words="Auditors and moderators differ. Audits show it."),
            Paragraph(words="Moderation-adjusted shares rest on moderation drawn at random."),
            replace(LIMIT, label=f"What section {number} does not show"),
            *shown.get(number, ()),
        ]
    return Document(
        title="What case audits tell us, 2019-20 Q4",
        first_page=page,
        body=tuple(blocks),
        colophon="Made by a run of the workbench.",
        figure_folder="figures",
    )


@cache
def annex() -> Document:
    """A folded report of nine sections, the last an appendix of three parts, that is searchable."""
    behind = (
        Heading(text="Appendix: all figures", id="figures"),
        Heading(text="Activity and grades", id="figures-grades", level=3),
        replace(GRADES, caption="Every grade by quarter"),
        Heading(text="Advice", id="figures-advice", level=3),
        replace(ADVICE, caption="All advice"),
        Heading(text="Charts", id="figures-charts", level=3),
        replace(forest(), picture=replace(forest().picture, narrow_svg="")),
    )
    short = committee()
    return replace(
        short, body=(*short.body, *behind), folded=True, searchable=True, figure_folder=""
    )
