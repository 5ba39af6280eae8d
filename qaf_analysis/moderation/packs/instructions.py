"""What a moderator is told: the same words in the workbook and on the page, and on paper.

No word of a scale stands here: the only grades in a pack are those to choose from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qaf_analysis.kit.numbers import counted
from qaf_analysis.moderation.packs.pack import NOT_GRADED, Pack
from qaf_analysis.terms.eras import in_words

Medium = Literal["workbook", "page"]

NO_DESCRIPTORS = (
    "This pack has no descriptors. Grade by those that your council uses for its audits, and keep "
    "them beside you."
)
ONCE_A_CASE = "Reason, Sure and Comment are asked once a case, beside its first part."
NO_SCRIPTS = (
    "This page needs scripts, and they are switched off here. Open it in another browser, use the "
    "Excel pack, or ask the round’s owner for a paper form."
)
WHY_NOT_GRADED = f"Choose “{NOT_GRADED}” where the file does not tell, and say why in the comment."
NO_NAMES = "Write no names of children, families or staff."


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """A heading and the sentences under it."""

    heading: str
    sentences: tuple[str, ...]


def instructions(pack: Pack, *, medium: Medium) -> tuple[Instruction, ...]:
    """What a moderator is told before, while and after grading.

    Parameters
    ----------
    pack : Pack
    medium : {"workbook", "page"}
        What the pack is filled in with; reading and returning are the same in both.
    """
    return (
        Instruction(heading="What this is", sentences=tuple(_what(pack))),
        Instruction(heading="How to read a file", sentences=tuple(_reading(pack))),
        Instruction(heading="How to grade", sentences=tuple(_grading(pack))),
        Instruction(
            heading="How to fill this in",
            sentences=_IN_WORKBOOK if medium == "workbook" else _ON_PAGE,
        ),
        Instruction(heading="What happens next", sentences=tuple(_next())),
    )


def title(pack: Pack) -> str:
    """What the pack is called: by codes alone."""
    return f"Moderation pack {pack.pack}"


def addressed(pack: Pack) -> str:
    """For whom, how much and by when, in a sentence each."""
    return (
        f"{pack.council}, round {pack.round}. For moderator {pack.moderator}. "
        f"{counted(len(pack.cases), 'case')}, {counted(len(pack.parts), 'part')} each. "
        f"Return by {in_words(pack.due)}."
    )


def _what(pack: Pack) -> Iterator[str]:
    yield (
        "You grade the practice in each file afresh. Your grades are then set beside those of the "
        "audit, to learn how alike people grade."
    )
    yield "The pack says nothing of the audit, and nothing of why a case was chosen."
    yield "The order of the cases is random. Take them in this order if you can."


def _reading(pack: Pack) -> Iterator[str]:
    if any(case.reference for case in pack.cases):
        yield "Find each file by the reference beside its case."
    else:
        yield (
            "Each case has a code of eight letters and digits. The person who holds the key sheet "
            "tells you which file it is."
        )
    if any(case.as_at for case in pack.cases):
        yield (
            "Read the child’s file as it stood on the day beside the case: that is the day of the "
            "audit. Leave out whatever was written later."
        )
    else:
        yield (
            "Read the child’s file as it stood on the day of the audit, which the round’s owner "
            "tells you. Leave out whatever was written later."
        )
    yield (
        "Do not open the audit form, even where it lies on the child’s file: it shows the grade, "
        "and a grade once seen cannot be forgotten."
    )
    yield (
        "If you have seen the audit’s grade, carry on. You will be asked after your grades are "
        "fixed, and an honest yes does no harm."
    )
    yield "Speak to nobody about a case before your grades are fixed, nor to other moderators."


def _grading(pack: Pack) -> Iterator[str]:
    yield "Give every part of every case one grade, with the descriptors beside you."
    if not any(part.descriptors for part in pack.parts):
        yield NO_DESCRIPTORS
    yield (
        f"{WHY_NOT_GRADED} That is an answer like any other. An empty part means that you have not "
        "come to it yet."
    )
    yield (
        f"{ONCE_A_CASE} The reason is the one that weighed most in the grade of "
        f"“{pack.domains[0]}”. Sure is how sure you are of that grade."
    )
    yield f"{NO_NAMES} The comment is kept with the grade, and others read it."


_IN_WORKBOOK = (
    "Fill in the shaded cells of the sheet Grades. Alt and down arrow opens the list of a cell; "
    "Tab goes on to the next one.",
    "If you paste, paste values only, and only into shaded cells.",
    "Do not sort, insert or delete rows. Each row has a key in grey, by which your grade is found "
    "again; the sheet is locked so that keys stay beside their grades.",
    "Keep it as an Excel workbook. If you must save as CSV, save the sheet Grades.",
    "You may rename the file. You may return it unfinished, and a fuller one later.",
)
_ON_PAGE = (
    "Tab moves to the next question, and the arrow keys choose. Space on a question without an "
    "answer chooses its first word, so look before you go on.",
    "Control and Z takes the last change back, as often as you like, back to no answer. Delete on "
    "a question empties it.",
    "Control and Enter goes to the next part without a grade. Control and S saves a file.",
    "Nothing is sent anywhere, and nothing stays in this browser when the page is closed, because "
    "laptops are shared. Save a file before you close the page.",
    "Open a saved file brings your work back, here or on another computer. Return the file that "
    "was saved last.",
)


def _next() -> Iterator[str]:
    yield "Send the file to the round’s owner, in the way that your council sends such files."
    yield (
        "You get a receipt that reads your grades back to you, case by case. Compare it with your "
        "own notes, and answer with the code on it, or say what is wrong."
    )
    yield (
        "Your grades are then fixed. The audit’s grades are shown to you after that and not before."
    )
