"""A small report by hand: every kind of column, codes of auditors, and words that are orders."""

from __future__ import annotations

from dataclasses import replace

from qaf_analysis.kit.parts import Column, Table
from qaf_analysis.report.blocks import Heading, Paragraph
from qaf_analysis.report.document import Document
from tests.report.specimen import specimen

GRADES = Table(
    caption="Grades by team",
    columns=(
        Column(heading="Team", align="left"),
        Column(heading="Audits"),
        Column(heading="Good or better"),
        Column(heading="95% interval"),
        Column(heading="Mean gap", unit="grades"),
        Column(heading="95% interval"),
        Column(heading="Shared"),
        Column(heading="Verdict", align="left"),
    ),
    rows=(
        ("East", "1,575", "54%", "47 to 61%", "+0.12", "−0.04 to +0.28", "72%", "improved"),
        ("West", "9", "62%", "53 to 69%", "−0.001", "−0.20 to +0.19", "too few to say", "12"),
        ("007", "50", "9%", "", "0.00", "", "", ""),
    ),
    note="Gaps are audit minus moderation.",
    source="1,634 audits. 48 left out (themed).",
)
AUDITORS = Table(
    caption="Auditors' own gaps",
    columns=(Column(heading="Auditor", align="left"), Column(heading="Raw gap", unit="grades")),
    rows=(("22EG", "+0.4"), ("2E45", "−0.3")),
)
MENTIONED = Table(
    caption="What is suggested",
    columns=(Column(heading="Step", align="left"), Column(heading="Files")),
    rows=(("Regrade together", "3"),),
    note="A conversation is suggested with 22EG.",
)
WITH_CODE = Table(
    caption="Who chairs",
    columns=(Column(heading="Sitting", align="left"), Column(heading="Chair", align="left")),
    rows=(("May", "AUDITOR-5XQ3"),),
)
GLOSSARY = Table(
    caption="What the words mean",
    columns=(Column(heading="Word", align="left"), Column(heading="Meaning", align="left")),
    rows=(("Gap", "The auditor's grade minus the moderator's."), ("Verdict", "A fixed word.")),
)
ORDERS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "{=1+1}",
    "[press](https://example.org)",
    "[a](b) and [c](d)",
    "$$note$$",
    "https://example.org",
    "internal:'Cover'!A1",
    "—",
    "是",
    "_x0041_",
    "2011-12",
    "7E30",
    "&A&P",
    'a "quoted", line',
)
HOSTILE = Table(
    caption="=HYPERLINK(1)",
    columns=(
        Column(heading="=A1", align="left"),
        Column(heading="$$x$$"),
        Column(heading="$x$", unit="[a](b)"),
    ),
    rows=tuple((text, text, text) for text in ORDERS),
    note="[more](https://example.org) $$x$$",
    source="=1+1",
)
NO_ROWS = Table(caption="Nothing yet", columns=(Column(heading="Team"),), rows=())


def paper(*tables: Table) -> Document:
    """The specimen's first page before some tables."""
    own = specimen()
    return replace(
        own,
        title="Report, 2019-20 Q4",
        body=(
            Heading(text="Grades", id="agreement"),
            Paragraph(words="Words stand in the report, not in its tables."),
            *tables,
            *(Heading(text=name, id=name) for name in ("optimism", "themes", "consistency")),
        ),
    )


EVERY = (GRADES, AUDITORS, MENTIONED, WITH_CODE, GLOSSARY, HOSTILE, NO_ROWS)
