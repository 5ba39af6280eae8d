"""A report with every block in it, on which the writers are tried."""

from __future__ import annotations

import math
from functools import cache

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.parts import Card, Column, Table
from qaf_analysis.report.blocks import (
    Figure,
    Heading,
    Link,
    Listing,
    Note,
    Paragraph,
    Strong,
)
from qaf_analysis.report.document import BigNumber, Box, Document, FirstPage, Lead
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import ThemeVerdict
from qaf_analysis.topics.agreement.pictures import auditor_grid, pair_squares
from qaf_analysis.topics.impact.lines import Line, theme_lines
from qaf_analysis.topics.impact.pictures import theme_forest
from qaf_analysis.topics.optimism.pictures import gap_over_rounds, moderation_grid
from qaf_analysis.topics.process.pictures import spread_before_after
from qaf_analysis.topics.programme.pictures import AdjustedBar, audits_completed, grade_bars

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
QUARTERS = tuple(f"{y}-{(y + 1) % 100:02d} Q{q}" for y in (2017, 2018, 2019) for q in (1, 2, 3, 4))
COUNTS = (
    (6, 20, 19, 3), (6, 20, 22, 2), (7, 21, 18, 4), (5, 19, 20, 3), (4, 18, 24, 4), (6, 20, 20, 3),
    (5, 17, 24, 4), (4, 18, 23, 5), (4, 16, 25, 5), (3, 17, 26, 5), (2, 15, 27, 6), (2, 16, 26, 6),
)  # fmt: skip
CHANGES = (
    Change(label="Co-location; training", before="2018-19 Q3"),
    Change(label="Auditor pool cut to 29", before="2018-19 Q4"),
)
ROUNDS = tuple(
    Mark(label=label, value=value, low=value - 0.2, high=value + 0.2, cases=cases)
    for label, value, cases in (
        ("Nov 2017", 0.5, 20), ("May 2018", 0.4, 25), ("Nov 2018", 0.4, 22), ("May 2019", 0.3, 24),
        ("Nov 2019", 0.2, 22),
    )
)  # fmt: skip
THEMES = (
    Mark(label="Chronologies", value=0.31, low=0.12, high=0.5, note=ThemeVerdict.IMPROVED),
    Mark(label="Core groups", value=0.08, low=-0.1, high=0.25, note="no evidence", is_quiet=True),
    Mark(label="Supervision", value=0.22, low=0.04, high=0.4, note=ThemeVerdict.IMPROVED),
    Mark(label="Private fostering arrangements", value=math.nan, note=ThemeVerdict.TOO_LITTLE),
)
DETECTABLE = (0.18, 0.18, 0.2, math.nan)
BEFORE = Mark(label="before", value=0.42, low=0.29, high=0.56)
AFTER = Mark(label="after", value=0.27, low=0.13, high=0.45)
ADJUSTED = AdjustedBar(
    period="the year to March 2020",
    graded=(0.10, 0.30, 0.50, 0.10),
    audits=199,
    shares=(0.12, 0.42, 0.40, 0.06),
    good=Mark(label="good or better", value=0.46, low=0.37, high=0.55),
)


@cache
def specimen(text: str = "") -> Document:
    """Report of invented numbers; ``text`` is put into every place that holds words."""

    def say(words: str) -> str:
        return f"{words} {text}" if text else words

    bars = grade_bars(
        QUARTERS, title=say("Good or better rose from 46% to 64% in three years"),
        scale=ScaleWords.of(LEVELS, 2), counts=COUNTS, adjusted=ADJUSTED, changes=CHANGES,
    )  # fmt: skip
    cards = (
        Card(
            question=say("Do auditors agree?"),
            verdict="Agrees in part",
            words=say("Of 100 pairs of grades on the same case, 61 were identical and 5 were two "
            "or more apart. Agreement is most likely moderate (AC2 0.68, 0.55 to 0.79; 84 pairs)."),
            section="agreement",
            picture=pair_squares(title=say("x"), identical=51, one_apart=29, further=4),
        ),
        Card(
            question="Are audits over-optimistic?",
            verdict=say("Adjust"),
            words=("Auditors graded ", Strong(say("0.2 of a grade")), " above moderators (0.1 to "
            "0.4; 22 cases). Co-location and training began together and cannot be told apart."),
            section="optimism",
            picture=gap_over_rounds(
                ROUNDS, title="x", tolerance=0.25, size="card",
                changes=(Change(label=say("co-location; training"), before="May 2019"),),
            ),
        ),
        Card(
            question="Did themed audits change practice?",
            verdict="Improved in two of four",
            words="Chronologies and supervision improved against domains no theme had touched. "
            "Private fostering: too little data.",
            section="themes",
            picture=theme_forest(THEMES, title="x", detectable=DETECTABLE, size="card"),
        ),
        Card(
            question="Is auditing more consistent?",
            verdict="No evidence of change",
            words="The spread between strict and lenient auditors fell from 0.42 to 0.27 grades, "
            "but the intervals overlap widely.",
            section="consistency",
            picture=spread_before_after(BEFORE, AFTER, title="x", size="card"),
        ),
    )  # fmt: skip
    page = FirstPage(
        marking="OFFICIAL-SENSITIVE",
        edition=say("board edition"),
        run_id="7f3a 91c2",
        subtitle=say("Example Council, children’s social care · 199 audits in the year to March "
        "2020, 50 this quarter"),
        invented=say("Made-up data: no child, worker or council behind these numbers is real."),
        lead=Lead(
            numbers=(
                BigNumber(number="60%", caption=say("of audits graded good or better, year to date "
                "(53 to 67%, n 199)")),
                BigNumber(number="46%", caption="had external moderators graded them all (37 to "
                "55%, 62 moderated)"),
            ),
            words=say("Audits found better practice than a year ago, and auditors still see it "
            "more kindly than moderators do."),
        ),
        cards=cards,
        highlights=(
            Heading(text=say("Grades by quarter"), id="grades"),
            Figure(
                picture=bars,
                measure="Share of audits by overall grade, each quarter",
                source=(say("595 audits with an overall grade; 5 left out (no grade). "),
                        Link(say("Table"), "#agreement")),
            ),
        ),
        recommended=Box(
            title=say("Recommended"),
            items=(
                (Strong("Hold a calibration session on the good boundary."), " Three in four "
                 "disagreements lie there."),
                say("Moderate 40 cases at random next round."),
            ),
        ),
        limits=Box(
            title="What 50 audits can and cannot tell",
            items=("50 of about 3,500 open cases: 60% means 46 to 72%.",
                   say("Nothing here says anything about one child’s case or one worker.")),
        ),
    )  # fmt: skip
    return Document(
        title=say("Quarterly moderation report, 2019-20 Q4"),
        first_page=page,
        body=_body(say),
        colophon=(say("Made by a run of the workbench. "), Link("Data tables", "tables.xlsx")),
    )


def _body(say):
    programme = audits_completed(
        QUARTERS, title="Fifty audits were completed each quarter",
        kinds=("Collaborative", say("Multi-agency")),
        counts=([sum(row) for row in COUNTS], [2] * 12),
    )  # fmt: skip
    grid = auditor_grid(
        LEVELS, title="Most disagreements lie between requires improvement and good",
        pairs=((3, 4, 0, 0), (4, 20, 18, 0), (0, 18, 30, 6), (0, 0, 6, 2)),
    )  # fmt: skip
    moderated = moderation_grid(
        LEVELS, title=say("Moderators lowered about a third of the grades they re-read"),
        counts=((3, 1, 0, 0), (2, 20, 2, 0), (0, 14, 13, 1), (0, 1, 4, 2)),
    )  # fmt: skip
    lines = theme_lines(
        QUARTERS, title="Chronologies rose after the themed audit", levels=LEVELS,
        themed=Line(name=say("Chronologies"), means=(1.2, 1.3, 1.2, 1.25, math.nan, 1.4, 1.6, 1.7,
                                                1.7, math.nan, 1.8, 1.75)),
        controls=Line(name="Six other domains", means=(1.4, 1.45, 1.4, 1.5, 1.45, 1.5, 1.5, 1.55,
                                                       1.5, 1.6, 1.6, 1.62)),
        marked=(Change(label=say("Themed audit"), before="2018-19 Q2"),
                Change(label="Workshops and new template", before="2018-19 Q3")),
    )  # fmt: skip
    columns = (
        Column(heading=say("Quarter"), align="left"),
        *(Column(heading=level, unit="audits") for level in LEVELS),
    )
    table = Table(
        caption=say("Overall grades by quarter"), columns=columns,
        rows=tuple((say(q), *map(str, row)) for q, row in zip(QUARTERS, COUNTS, strict=True)),
        note=say("Audits without an overall grade are left out."), source=say("595 audits."),
    )  # fmt: skip
    return (
        Heading(text=say("Fifty audits were completed each quarter"), id="programme"),
        Paragraph(words=say("Fifty audits were completed in the quarter, as planned.")),
        Figure(picture=programme, measure="Audits completed, by kind"),
        table,
        Heading(text="Auditors agreed on six of ten cases", id="agreement"),
        Paragraph(words=(say("Of 84 pairs,"), Strong(" 51 were identical"), " and 4 two apart.")),
        Heading(text=say("Where auditors differ"), id="differences", level=3),
        Paragraph(words="Most disagreements lie at one boundary.", is_numbered=False),
        Figure(picture=grid, measure="Pairs of auditors by the two grades they gave"),
        Heading(text="Auditors graded above moderators", id="optimism"),
        Figure(picture=moderated, measure="Audits by both grades", source=say("63 audits.")),
        Note(label=say("What this does not show"), lines=(say("Only random picks are counted."),)),
        Heading(text="Two of four themes improved", id="themes"),
        Figure(picture=lines, measure="Mean grade by quarter"),
        Listing(items=(say("First"), (Strong("second"), Link(" and more", "notebooks/01.html")))),
        Listing(items=("Choose", "Draw"), is_ordered=True),
        Heading(text="No evidence that auditing became more consistent", id="consistency"),
        Paragraph(words="The spread among auditors fell, but intervals overlap."),
    )  # fmt: skip
