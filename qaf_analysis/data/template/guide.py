"""The sheet of the template that says how to fill it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qaf_analysis.data.files.filled_template import AUDITS_SHEET, COUNCIL_SHEET
from qaf_analysis.data.template.fields import Block, TemplateColumn
from qaf_analysis.data.template.layout import EXAMPLE

HOW_SHEET = "How to fill in"
_BLOCKS: Mapping[Block, str] = {
    "auditor": "The audit (blue)",
    "second_auditor": "The second auditor (grey), only if there was one",
    "moderator": "The moderation (orange), only if there was one",
}
_STEPS = (
    (
        "1. Your council",
        f"On the sheet {COUNCIL_SHEET}, write the council's name into cell A2. List your teams, "
        "types of case, auditors and moderators there if you want drop-downs for them.",
    ),
    (
        "2. One row for each audit",
        f"On the sheet {AUDITS_SHEET}, fill in one row for each audit, from row 3 on. Headings in "
        "bold are needed. A cell shows what belongs into it when you choose it.",
    ),
    (
        "3. What turns orange",
        "A cell turns orange where something is missing or not as it should be, also after "
        "pasting. Paste values only (Paste special, Values): other pasting takes the checks away.",
    ),
    (
        "4. Blank grades",
        "Leave a grade blank if that domain was not graded. Do not write N/A or a dash.",
    ),
    (
        "5. The example in row 2",
        f"It shows a filled row. As long as its first cell says {EXAMPLE} it is not read: leave it "
        "or delete it, but do not write over it.",
    ),
    (
        "6. What does not belong here",
        "No name, date of birth or address of a child, and no free text about a case. Do not "
        "rename, add or delete headings, and do not rename the sheets.",
    ),
    (
        "7. Check it",
        "Save the workbook into a folder of its own, under any name, and close it. Then run: qaf "
        "check --data FOLDER. Nothing else is needed in the folder; put council.toml beside it if "
        "you have one.",
    ),
)


def guide_lines(columns: Sequence[TemplateColumn]) -> Iterator[tuple[str, str, bool]]:
    """Rows of the sheet: what, the words, and whether they are a heading."""
    yield "How to fill in this workbook", "", True
    for what, words in _STEPS:
        yield what, words, False
    yield "", "", False
    yield "The columns", "", True
    for block, title in _BLOCKS.items():
        yield title, "", True
        theirs = [column for column in columns if column.block == block]
        for column in theirs:
            if column.domain is None:
                needed = "Needed. " if column.is_needed else ""
                yield column.heading, f"{needed}{column.note}", False
        grades = [column for column in theirs if column.domain is not None]
        first, last = grades[0].heading, grades[-1].heading
        choices = ", ".join(grades[0].choices)
        needed = f" {grades[0].heading} is needed." if grades[0].is_needed else ""
        yield (
            f"{first} to {last}" if len(grades) > 1 else first,
            f"One of: {choices}. Blank where the domain was not graded.{needed}",
            False,
        )
