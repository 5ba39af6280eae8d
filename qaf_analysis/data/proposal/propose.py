"""The proposal for a folder: settings with a reason for every line, and what must be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.council.naming import PLACEHOLDER_NAME
from qaf_analysis.data.files.folder import settings_of
from qaf_analysis.data.files.heading_words import is_overall
from qaf_analysis.data.proposal.apart import with_moderations_apart
from qaf_analysis.data.proposal.asking import SET_ASIDE, Asking, Question
from qaf_analysis.data.proposal.audit_dates import with_audit_date
from qaf_analysis.data.proposal.compose import Part, compose
from qaf_analysis.data.proposal.dates_order import Order, agreeing, date_order, stated_quarters
from qaf_analysis.data.proposal.draft import Choice, Draft
from qaf_analysis.data.proposal.fields import Field, Source, joined, like_tables
from qaf_analysis.data.proposal.graders import with_further_grader
from qaf_analysis.data.proposal.identity import (
    Identity,
    days_of,
    known_audits,
    of_audits,
    of_moderations,
    without_copies,
)
from qaf_analysis.data.proposal.left_out import LeftOut, left_out
from qaf_analysis.data.proposal.look import Look
from qaf_analysis.data.proposal.meaning import Meaning, aligned, graded_domains, meaning_of
from qaf_analysis.data.proposal.numbered import with_numbered
from qaf_analysis.data.proposal.places import Place, council_named, names_for, placed
from qaf_analysis.data.proposal.tables import Table, table_in
from qaf_analysis.data.proposal.versions import with_versions
from qaf_analysis.data.proposal.words import Words, second_words, words_of
from qaf_analysis.terms.errors import InputRejectedError
from qaf_analysis.terms.headlines import MOST_AREAS, MOST_STAND_INS
from qaf_analysis.terms.settings import NamePlace, Settings

_WANTED_NAME = re.compile(r"(?i)audit|moderat|action|grade|review|return|answer|step|form")
_SHORT = 25
_OPENING = (
    "Proposed by qaf init after a look at the files. Nothing here is fixed: correct what is wrong.",
    'Read the lines marked "PLEASE CHECK" first. Then run: qaf check --data FOLDER',
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """Settings proposed for a folder.

    Parameters
    ----------
    look : Look
        What was found in the folder.
    text : str
        The settings file.
    settings : Settings
        The same as the reader understands it.
    choices : tuple of Choice
        Every line with its reason.
    questions : tuple of Question
        What the files cannot tell.
    notes : tuple of str
        What was left out, and what will not be read; no names, no free text.
    left_out : tuple of LeftOut
        Columns that nothing is read from, each with what it seems to hold.
    """

    look: Look
    text: str
    settings: Settings
    choices: tuple[Choice, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """Questions that have neither an answer nor one to propose."""
        return tuple(question for question in self.questions if question.must_be_answered)


def propose(look: Look, *, answers: Mapping[str, str] | None = None) -> Proposal:
    """Propose settings for everything in a folder.

    Parameters
    ----------
    look : Look
        The folder's files.
    answers : mapping of str to str, optional
        Answers to questions of an earlier proposal; the proposed ones stand for all others.

    Raises
    ------
    InputRejectedError
        If no file seems to hold audits.
    UsageError
        If an answer is not one of those allowed.
    """
    asking = Asking(answers=answers or {})
    tables = [table for grid in look.grids if (table := table_in(grid)) is not None]
    found = _placed_meanings(tables, look, asking)
    _ask_left_out(found, asking)
    _ask_unread(look, asking)
    ours = [(meaning, place) for meaning, place in found if meaning.kind is not None]
    if not any(meaning.kind == "audits" for meaning, _ in found):
        raise InputRejectedError(_no_audits(look, tables, found, asking))
    name = _council(look, tables, asking)
    ours = with_moderations_apart(ours)
    ours = [(with_audit_date(meaning, asking), place) for meaning, place in ours]
    ours = _with_graders_and_versions(ours, asking)
    known = [d for meaning, _ in ours if meaning.kind == "audits" for d in graded_domains(meaning)]
    ours = [(aligned(meaning, known), place) for meaning, place in ours]
    words = words_of([meaning for meaning, _ in ours], grids=look.grids, asking=asking)
    parts = _parts(ours, words=words, asking=asking)
    draft = Draft()
    compose(draft, name=name, parts=parts, words=words, asking=asking)
    asking.refuse_unknown(also=(SET_ASIDE,))
    text = draft.text(_OPENING)
    return Proposal(
        look=look,
        text=text,
        settings=settings_of(text.encode("utf-8")),
        choices=draft.choices,
        questions=tuple(
            replace(q, proposed=asking.answers.get(q.key, q.proposed)) for q in asking.questions
        ),
        notes=tuple(_notes(look, tables, found, parts, words)),
        left_out=left_out(part.meaning for part in parts),
    )


def _placed_meanings(
    tables: Sequence[Table], look: Look, asking: Asking
) -> list[tuple[Meaning, Place]]:
    """Meaning and place of each source; sources that read alike are put together first."""
    alike: dict[object, list[Source]] = {}
    for source in with_numbered(like_tables(tables), asking):
        alike.setdefault(_reading(meaning_of(source)), []).append(source)
    merged = [joined(group) for group in alike.values()]
    wanted = [without_copies(meaning_of(source), asking=asking) for source in merged]
    return [(meaning_of(part), place) for source in wanted for part, place in placed(source, look)]


def _reading(meaning: Meaning) -> object:
    """Key that sources share which one block of settings can read."""
    if meaning.kind is None:
        return id(meaning)
    blocks = [b for b in (meaning.second_auditor, meaning.moderator) if b is not None]
    return (
        meaning.kind,
        meaning.shape,
        meaning.source.first.heading_rows,
        _headings(meaning.columns),
        _headings(meaning.domains),
        tuple((b.rater and b.rater.key, _headings(b.domains)) for b in blocks),
        meaning.source.first.grid.sheet is None,
        bool(meaning.source.first.grid.query),
    )


def _headings(columns: Mapping[str, tuple[Field, ...]]) -> tuple[object, ...]:
    return tuple(
        sorted((name, *(f.heading.casefold() for f in fs)) for name, fs in columns.items())
    )


def _no_audits(
    look: Look,
    tables: Sequence[Table],
    found: Sequence[tuple[Meaning, Place]],
    asking: Asking,
) -> str:
    seen = "; ".join(
        f"{table.grid.place} (headings {', '.join(map(extract, table.headings[:6]))})"
        for table in tables[:6]
    )
    troubles = [f"{m.source.place}: {m.trouble}" for m, _ in found if m.trouble]
    unread = [f"{name}: {why}" for name, why in look.unread.items()]
    return " ".join(
        [
            "No table of audits was recognised: one needs a date, a person and grades.",
            *(question.how_to_answer for question in asking.unanswered),
            *(f"{text}." for text in (*unread, *troubles)),
            f"Tables seen: {seen or 'none'}.",
            "Mend what is named, or write council.toml by hand as docs/data_contract.md says.",
        ]
    )


def _ask_left_out(found: Sequence[tuple[Meaning, Place]], asking: Asking) -> None:
    """Ask about tables that were not understood, though they hold grades: they may be wanted."""
    left = [meaning for meaning, _ in found if meaning.kind is None and meaning.lost_grades]
    for number, meaning in enumerate(left, start=1):
        grades = counted(meaning.lost_grades, "grade")
        asking.choose(
            f"leave_out_{number}",
            asks=f"{meaning.source.place} holds {grades} but was not understood"
            f"{f' ({meaning.trouble})' if meaning.trouble else ''}. Is it to be left out?",
            options=("leave_out",),
            proposed="",
            consequence=f"leave_out: its {grades} are not read; else mend its headings first",
        )


def _ask_unread(look: Look, asking: Asking) -> None:
    """Ask about files that cannot be read and whose names say that they may be wanted."""
    wanted = [name for name in look.unread if _WANTED_NAME.search(name)]
    for number, name in enumerate(wanted, start=1):
        asking.choose(
            f"unread_{number}",
            asks=f"{name} cannot be read: {look.unread[name]}. Is it to be left out?",
            options=("leave_out",),
            proposed="",
            consequence="leave_out: nothing of it is loaded; else mend it first",
        )


def _council(look: Look, tables: Sequence[Table], asking: Asking) -> str:
    found = council_named(look, tables)
    answer = asking.choose(
        "council",
        asks="What is the council called? The name is printed on reports, and the key that codes "
        "people and cases is kept under it.",
        proposed=found or PLACEHOLDER_NAME,
        consequence="found in a title or file name" if found else "no file names it",
    )
    return answer or PLACEHOLDER_NAME


def _with_graders_and_versions(
    ours: Sequence[tuple[Meaning, Place]], asking: Asking
) -> list[tuple[Meaning, Place]]:
    """The same meanings, with grades that stand twice given to whom, or what, somebody names."""
    kinds = [meaning.kind for meaning, _ in ours]
    found = []
    for number, (meaning, place) in enumerate(ours):
        key = _key(kinds, number)
        graded = with_further_grader(meaning, asking, key=key)
        found.append((with_versions(graded, asking, key=key), place))
    return found


def _parts(ours: Sequence[tuple[Meaning, Place]], *, words: Words, asking: Asking) -> list[Part]:
    """Everything about each source that its block of settings says, in the order of the kinds."""
    order = {"audits": 0, "moderations": 1, "actions": 2}
    ours = sorted(ours, key=lambda pair: order[pair[0].kind or "actions"])
    numbers = [meaning.kind for meaning, _ in ours]
    dated = [
        date_order(m, key=_key(numbers, place), asking=asking) for place, (m, _) in enumerate(ours)
    ]
    identities = {
        place: of_audits(
            meaning,
            order=dated[place].to_read,
            seconds=second_words(words.spellings, meaning.texts("role")),
            key=_key(numbers, place),
            asking=asking,
        )
        for place, (meaning, _) in enumerate(ours)
        if meaning.kind == "audits"
    }
    known = known_audits([(ours[p][0], dated[p].to_read, each) for p, each in identities.items()])
    parts = []
    for number, (meaning, place) in enumerate(ours):
        key, each = _key(numbers, number), dated[number]
        if meaning.kind == "moderations":
            identities[number] = of_moderations(
                meaning, order=each.to_read, known=known, key=key, asking=asking
            )
        parts.append(
            Part(
                meaning=meaning,
                place=replace(place, from_name=_named(meaning, each) | dict(each.months)),
                order=each,
                identity=identities.get(number, Identity(audit_id=(), why="")),
                key=key,
            )
        )
    return parts


def _key(kinds: Sequence[object], place: int) -> str:
    """Prefix of the keys of questions about one source, where several are of its kind."""
    alike = [number for number, kind in enumerate(kinds) if kind == kinds[place]]
    if kinds[place] == "audits" and len(alike) == 1:
        return ""
    return f"{kinds[place]}_{alike.index(place) + 1}_"


def _named(meaning: Meaning, order: Order) -> dict[NamePlace, str]:
    """Patterns for values in names; a quarter only where the dates do not contradict it."""
    if meaning.kind != "audits" or meaning.source.first.grid.query:
        return {}
    days = days_of(meaning, "audit_date", order.to_read)
    stated = stated_quarters(meaning)
    wrong = sum(quarter is not None for quarter in stated) - agreeing(days, stated)
    given = {*meaning.columns, *meaning.questions}
    return names_for(
        meaning.source,
        wanted=next((name for name in ("team", "auditor") if name not in given), ""),
        wants_quarter="quarter" not in meaning.columns and not wrong and not order.months,
    )


def _notes(
    look: Look,
    tables: Sequence[Table],
    found: Sequence[tuple[Meaning, Place]],
    parts: Sequence[Part],
    words: Words,
) -> list[str]:
    """What was left out and what will not be read."""
    notes = [f"Not read: {name}: {why}." for name, why in look.unread.items()]
    seen = {(t.grid.file, t.grid.sheet) for t in tables}
    empty = [g.place for g in look.grids if (g.file, g.sheet) not in seen]
    notes += [f"Left out: {place} holds no table." for place in empty]
    for meaning, _ in found:
        if meaning.kind is None:
            why = meaning.trouble or "it holds no audits, moderations or actions"
            notes.append(f"Left out: {meaning.source.place}: {why}.")
        notes += [
            f'Left out: the column "{f.heading}" ({meaning.source.place}) seems to identify a '
            "child or family; it is never read. Better leave it out of the export."
            for f in meaning.private
        ]
    for part in parts:
        if part.order.mixed:
            notes.append(
                f"{part.meaning.source.place}: {part.order.why}. A spreadsheet may have exchanged "
                "day and month; the reading says which rows."
            )
    graded = [domain for part in parts for domain in graded_domains(part.meaning)]
    if not any(is_overall(domain) for domain in graded):
        notes.append(
            "No domain is the grade for the whole audit: figures about it cannot be given. Name "
            "the domains that the first page should be about as headline_domains under [council] "
            f"({MOST_AREAS} at most); until then it is about the first {MOST_STAND_INS}."
        )
    notes += _words_notes(words)
    return notes


def _may_be_name(word: str) -> bool:
    """Whether a word in a grade column may be somebody's name, so that it is not shown."""
    return len(word.split()) > 1 and word.replace("-", " ").istitle()


def _words_notes(words: Words) -> list[str]:
    grades = words.grades
    if not grades.unknown:
        return []
    often = [
        word
        for word in grades.unknown
        if grades.counts[word] >= 2 and len(word) <= _SHORT and not _may_be_name(word)
    ]
    shown = f": {', '.join(map(extract, often[:8]))}" if often else ""
    return [
        f"{counted(grades.cells(grades.unknown), 'cell')} in grade columns hold "
        f"{counted(len(grades.unknown), 'word')} that are no known grade and will be set aside"
        f"{shown}. Give each its grade under [grades], or name it in not_graded."
    ]
