"""What each column of a table means: by its heading and its cells together, never by one alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from qaf_analysis.data.contract.columns import KINDS, Kind
from qaf_analysis.data.files.heading_words import (
    block_of,
    domain_name,
    is_loose,
    is_overall,
    of_another_audit,
    of_no_grader,
    plain_heading,
    tells_question,
)
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.content import Profile
from qaf_analysis.data.proposal.domains import agreed_name, domains_of
from qaf_analysis.data.proposal.fields import Field, Source, best_field
from qaf_analysis.terms.settings import FileKind, Shape

Who = Literal["auditor", "second_auditor", "moderator"]
_OF_AUDITS = (
    "audit_id", "case_ref", "audit_date", "quarter", "team", "case_type", "auditor", "audit_type",
    "role", "theme", "session_id", "co_located", "collaborative", "family_feedback",
    "sample_method", "blind",
)  # fmt: skip
_OF_MODERATIONS = (
    "audit_id", "case_ref", "moderator", "moderated_on", "selected_by", "selection_probability",
    "moderation_source", "round", "reason", "response", "blind",
)  # fmt: skip
_OF_ACTIONS = (
    "action_id", "raised_on", "due_on", "closed_on", "theme", "domain", "team", "verified_on",
    "verified_by_audit",
)  # fmt: skip
_OF_MODERATOR = (
    "moderator", "moderated_on", "selected_by", "selection_probability", "moderation_source",
    "round", "reason", "response", "blind",
)  # fmt: skip
_OF_SECOND = ("second_auditor", "blind")
# These stand in nearly every row; a column that seldom has a cell belongs to something else.
_IN_EVERY_ROW = ("audit_id", "case_ref", "audit_date", "quarter", "team", "auditor")
_OFTEN = 0.3
_BY_CELLS = 4
_MANY_GRADES = 8
_NAMES_SOMEBODY = re.compile(r"\b(?:name|by|who|auditor|reader|reviewer|officer|manager|person)\b")
_SECOND_WORDS = re.compile(r"(?i)\b(?:second|2nd|reader (?:2|b|two))\b")
_ROLE_WORDS = re.compile(
    r"(?i)\b(?:second|2nd|double|peer|self|moderat\w*|reader (?:2|b|two))\b|second_auditor"
)
_FORM_STATUS = re.compile(
    r"(?i)completed?|final(?:ised|ized)?|submitted|closed|draft|in progress|incomplete|authorised"
)
_MODERATION_NAME = re.compile(r"(?i)moderat|validat|calibration of grades")
_PARTS = (r"\bday\b", r"\bmonth\b", r"\byear\b")


@dataclass(frozen=True, kw_only=True, eq=False)
class Block:
    """The columns of one further grader in a wide table.

    Parameters
    ----------
    rater : Field or None
        Who graded.
    domains : mapping of str to tuple of Field
        Grade columns by domain; several are versions of one question.
    columns : mapping of str to Field
        Further columns by our name.
    sure : bool
        Whether headings say plainly whose grades they are.
    """

    rater: Field | None
    domains: Mapping[str, tuple[Field, ...]]
    columns: Mapping[str, Field] = field(default_factory=dict)
    sure: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Meaning:
    """What a source holds.

    Parameters
    ----------
    source : Source
        The tables.
    kind : FileKind or None
        None where they hold nothing of ours.
    shape : Shape
        How grades stand in them.
    columns : mapping of str to tuple of Field
        Our columns; several fields make up one (a date in three parts).
    weights : mapping of str to int
        How strongly the heading of each says so, 1 to 4.
    domains : mapping of str to tuple of Field
        Grade columns or graded questions, by domain.
    second_auditor, moderator : Block or None
        Further graders.
    private : tuple of Field
        Columns that identify a child; they are never read.
    questions : mapping of str to Field
        Our further columns that are asked as questions.
    asked : tuple of Field
        Every question, where rows hold answers.
    trouble : str
        Why nothing of ours was seen in it, where that can be said.
    lost_grades : int
        Grades that are lost where it is left out.
    """

    source: Source
    kind: FileKind | None
    shape: Shape = "wide"
    columns: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    second_auditor: Block | None = None
    moderator: Block | None = None
    private: tuple[Field, ...] = ()
    questions: Mapping[str, Field] = field(default_factory=dict)
    asked: tuple[Field, ...] = ()
    trouble: str = ""
    lost_grades: int = 0

    @property
    def read(self) -> list[Field]:
        """Every field that something of ours is read from."""
        blocks = [b for b in (self.second_auditor, self.moderator) if b is not None]
        return [
            *(f for fields in self.columns.values() for f in fields),
            *self.questions.values(),
            *self.graded_fields,
            *(f for b in blocks for f in (*b.columns.values(), *((b.rater,) if b.rater else ()))),
        ]

    @property
    def unread(self) -> list[Field]:
        """Columns and questions with cells that are neither read nor private."""
        known = {*self.read, *self.private}
        every = (*self.source.columns, *self.asked)
        return [f for f in every if f not in known and f.lower and f.profile.filled]

    @property
    def ignored(self) -> int:
        """Number of questions that are not wanted."""
        return len(set(self.asked) - set(self.read))

    @property
    def graded_fields(self) -> list[Field]:
        """Every field that holds grades."""
        blocks = [self.domains]
        blocks += [b.domains for b in (self.second_auditor, self.moderator) if b is not None]
        found = [f for domains in blocks for fields in domains.values() for f in fields]
        return found + list(self.columns.get("grade", ()))

    def column(self, name: str) -> Field | None:
        """The one field of a column, where a single one makes it up."""
        fields = self.columns.get(name, ())
        return fields[0] if len(fields) == 1 else None

    def texts(self, name: str) -> list[str]:
        """Texts of a column, one for each record; blank where there is no such column."""
        fields = [f for f in self.columns.get(name, ()) if f.source == "column"]
        if not fields:
            return [""] * sum(len(table.records) for table in self.source.tables)
        parts = [self.source.texts(f) for f in fields]
        return [" · ".join(texts) for texts in zip(*parts, strict=True)]


def meaning_of(source: Source) -> Meaning:
    """Say what the columns of like tables mean."""
    private = tuple(f for f in source.columns if f.is_private)
    columns = open_columns(source)
    asked = columns_asked(source, columns)
    if asked is not None:
        return _of_answers(source, columns, *asked, private=private)
    graded = [f for f in columns if f.is_graded or f.is_numbered]
    plain = [f for f in columns if f not in graded]
    if not graded:
        return _of_actions(source, columns, private)
    if _is_moderations(source, plain, graded):
        found = _of_moderations(source, plain, graded, private)
    else:
        found = _of_audits(source, plain, graded, private)
    trouble = _two_grades(plain, graded)
    if found.kind is not None and not trouble:
        return found
    dated = any(f.profile.are_dates for f in columns)
    grades = sum(f.profile.filled for f in graded) if dated else 0
    lost = grades if grades >= _MANY_GRADES else 0
    return Meaning(source=source, kind=None, private=private, trouble=trouble, lost_grades=lost)


def open_columns(source: Source) -> list[Field]:
    """Columns that may be read: with a heading, and neither private nor of another audit."""
    return [
        f
        for f in source.columns
        if f.lower and not f.is_private and not of_another_audit(f.heading)
    ]


def _two_grades(plain: Sequence[Field], graded: Sequence[Field]) -> str:
    """Why a table with a domain in each row cannot be read: two columns of grades called alike."""
    named = best_field(plain, "domain", lambda f: f.profile.may_be_words, least=3)
    alike = [f for f in graded if f.key[1] > 0]
    if named is None or not alike:
        return ""
    return (
        f'two columns are called alike, "{alike[0].lower}", and which holds the grade is not said'
    )


def aligned(meaning: Meaning, known: Sequence[str]) -> Meaning:
    """Moderations whose domains have the names that the audits give them.

    Parameters
    ----------
    known : sequence of str
        Domains of the audits.
    """
    if meaning.kind != "moderations" or meaning.shape == "long":
        return meaning
    alone = len(meaning.domains) == 1
    names = {
        domain: agreed_name(domain, dict.fromkeys(known), alone=alone) for domain in meaning.domains
    }
    if len(set(names.values())) < len(names):
        return meaning
    return replace(meaning, domains={names[d]: fields for d, fields in meaning.domains.items()})


def graded_domains(meaning: Meaning) -> list[str]:
    """Names of the domains that a source grades, by its columns or in its rows."""
    named = [text for f in meaning.columns.get("domain", ()) for text in f.profile.words if text]
    blocks = [b for b in (meaning.second_auditor, meaning.moderator) if b is not None]
    further = [domain for block in blocks for domain in block.domains]
    return list(dict.fromkeys([*meaning.domains, *named, *further]))


def _is_moderations(source: Source, plain: Sequence[Field], graded: Sequence[Field]) -> bool:
    """Whether a table is a list of moderations, rather than audits with a moderation beside."""
    moderator = best_field(plain, "moderator", _person)
    if moderator is None:
        dated = best_field(plain, "moderated_on", _dated)
        return dated is not None and all(block_of(f.heading) == "moderator" for f in graded)
    auditor = best_field([f for f in plain if not block_of(f.heading)], "auditor", _person)
    return auditor is None or (
        _MODERATION_NAME.search(source.names) is not None
        and any(block_of(f.heading) == "moderator" for f in graded)
    )


def _of_actions(source: Source, columns: Sequence[Field], private: tuple[Field, ...]) -> Meaning:
    chosen, weights = _assigned(columns, _OF_ACTIONS)
    if not {"action_id", "raised_on"} <= set(chosen):
        return Meaning(source=source, kind=None, private=private)
    return Meaning(
        source=source,
        kind="actions",
        shape="long",
        columns=_single(chosen),
        weights=weights,
        private=private,
    )


def _of_moderations(
    source: Source, plain: Sequence[Field], graded: Sequence[Field], private: tuple[Field, ...]
) -> Meaning:
    chosen, weights = _assigned(plain, _OF_MODERATIONS)
    if "moderated_on" not in chosen:
        dated = best_field([f for f in plain if _dated(f)], "audit_date", _dated, least=1)
        if dated is not None and dated not in chosen.values():
            chosen["moderated_on"], weights["moderated_on"] = dated, 1
    own = [f for f in graded if block_of(f.heading) == "moderator"] or list(graded)
    domain = _domain_column(plain, chosen, own)
    columns = _single(chosen)
    if domain is not None:
        return Meaning(
            source=source,
            kind="moderations",
            shape="long",
            columns={**columns, "domain": (domain,), "grade": (_grade_column(own),)},
            weights=weights,
            private=private,
        )
    return Meaning(
        source=source,
        kind="moderations",
        columns=columns,
        weights=weights,
        domains=domains_of(own),
        private=private,
    )


def _of_audits(
    source: Source, plain: Sequence[Field], graded: Sequence[Field], private: tuple[Field, ...]
) -> Meaning:
    blocks = _by_block([*plain, *graded])
    own = [f for f in plain if blocks[f] == ""]
    chosen, weights = _assigned(own, _OF_AUDITS)
    _add_only_candidates(chosen, weights, own)
    if "auditor" not in chosen and "audit_date" not in chosen:
        return Meaning(source=source, kind=None, private=private)
    columns = _single(chosen)
    parts = _date_parts(own, chosen)
    if parts is not None and "audit_date" not in chosen:
        columns["audit_date"], weights["audit_date"] = parts, 2
    first = [f for f in graded if blocks[f] == ""]
    domain = _domain_column(own, chosen, first)
    if domain is not None:
        return Meaning(
            source=source,
            kind="audits",
            shape="long",
            columns={**columns, "domain": (domain,), "grade": (_grade_column(first),)},
            weights=weights,
            private=private,
        )
    domains = domains_of(first)
    return Meaning(
        source=source,
        kind="audits" if domains else None,
        columns=columns,
        weights=weights,
        domains=domains,
        second_auditor=_block(plain, graded, blocks, "second_auditor", domains),
        moderator=_block(plain, graded, blocks, "moderator", domains),
        private=private,
    )


def _of_answers(
    source: Source,
    columns: Sequence[Field],
    question: Field,
    answer: Field,
    *,
    private: tuple[Field, ...],
) -> Meaning:
    plain = [f for f in columns if f not in (question, answer)]
    chosen, weights = _assigned(plain, _OF_AUDITS)
    _add_only_candidates(chosen, weights, plain)
    identifying = ("audit_id",) if "audit_id" in chosen else ("case_ref", "audit_date")
    form = [chosen[name] for name in identifying if name in chosen]
    asked = source.questions(question, answer, form)
    usable = [f for f in asked if not (f.is_private or of_another_audit(f.lower))]
    graded = [f for f in usable if f.is_graded or f.is_numbered]
    others = [f for f in usable if f not in graded]
    blocks = {f: block_of(f.heading) for f in usable}
    further, more = _assigned(
        [f for f in others if blocks[f] == ""], [n for n in _OF_AUDITS if n not in chosen], least=2
    )
    domains = domains_of([f for f in graded if blocks[f] == ""])
    second = _block(others, graded, blocks, "second_auditor", domains)
    moderator = _block(others, graded, blocks, "moderator", domains)
    return Meaning(
        source=source,
        kind="audits" if domains else None,
        shape="answers",
        columns={**_single(chosen), "question": (question,), "answer": (answer,)},
        weights={**weights, **more},
        domains=domains,
        second_auditor=second,
        moderator=moderator,
        private=private,
        questions=further,
        asked=asked,
    )


def columns_asked(source: Source, columns: Sequence[Field]) -> tuple[Field, Field] | None:
    """The columns that hold questions and answers, where rows answer questions of many kinds."""
    answer = best_field(columns, "answer", lambda f: f.profile.filled > 0)
    question = best_field(
        [f for f in columns if f is not answer],
        "question",
        lambda f: (
            f.profile.repeats >= 2
            and (tells_question(f.lower) or f.profile.share("id", "number") < 0.5)
        ),
    )
    if answer is None or question is None or answer.profile.share("grade") >= 0.95:
        return None
    return question, answer


def _assigned(
    fields: Sequence[Field], names: Sequence[str], *, least: int = 1
) -> tuple[dict[str, Field], dict[str, int]]:
    """Give each column at most one name, the strongest claims first."""
    most = max((f.profile.filled for f in fields), default=0)
    claims = [
        (_claim(f, name), -order, name, f)
        for order, name in enumerate(names)
        for f in fields
        if f.weight(name) >= least and _fits(f, name)
        if name not in _IN_EVERY_ROW or f.profile.filled >= _OFTEN * most
    ]
    chosen: dict[str, Field] = {}
    weights: dict[str, int] = {}
    # Of equal claims the fuller column counts, then the one further left.
    claims.sort(key=lambda c: (-c[0], -round(c[3].profile.filled, -1), -c[1], c[3].place))
    for weight, _, name, f in claims:
        if name not in chosen and f not in chosen.values():
            chosen[name], weights[name] = f, weight
    return chosen, weights


def _claim(f: Field, name: str) -> int:
    """Weight of a column's claim to a name; cells that tell second readings say it is the role."""
    weight = f.weight(name)
    if name == "role" and weight and any(_SECOND_WORDS.search(text) for text in f.profile.words):
        return _BY_CELLS
    return weight


def _add_only_candidates(
    chosen: dict[str, Field], weights: dict[str, int], fields: Sequence[Field]
) -> None:
    """Take the only column of dates, and the only one of names, where no heading says so."""
    for name, fits in (("audit_date", _dated), ("auditor", _named)):
        rest = [f for f in fields if f not in chosen.values() and fits(f)]
        if name not in chosen and len(rest) == 1:
            chosen[name], weights[name] = rest[0], 0


def _fits(f: Field, name: str) -> bool:
    return _FITTING[KINDS[name]](f.profile, name)


def _word(profile: Profile, name: str) -> bool:
    few = profile.distinct <= 3 or profile.repeats >= 1.5
    if name in ("team", "case_type") and profile.share("number", "id") > 0.5:
        return False
    if name == "case_type" and any(_FORM_STATUS.fullmatch(text) for text in profile.words):
        return False
    return profile.may_be_words and (few or name == "domain")


def _choice(profile: Profile, name: str) -> bool:
    if not _word(profile, name) or profile.distinct > 30:
        return False
    return name != "role" or any(_ROLE_WORDS.search(text) for text in profile.words)


_FITTING: Mapping[Kind, Callable[[Profile, str], bool]] = {
    "identifier": lambda profile, _: profile.may_be_identifiers,
    "person": lambda profile, _: profile.may_be_people and not profile.are_small_numbers,
    "date": lambda profile, _: profile.are_dates or profile.are_serials,
    "quarter": lambda profile, _: profile.share("quarter") >= 0.8,
    "word": _word,
    "choice": _choice,
    "flag": lambda profile, _: profile.are_flags,
    "share": lambda profile, _: profile.share("share", "number") >= 0.8,
    "grade": lambda profile, _: profile.are_grades,
    "scale": _word,
    "free": lambda profile, _: profile.filled > 0,
}


def _person(f: Field) -> bool:
    return _fits(f, "auditor")


def _dated(f: Field) -> bool:
    return _fits(f, "audit_date")


def _named(f: Field) -> bool:
    """Whether the cells look like names of people who come again and again."""
    profile = f.profile
    if of_no_grader(f.heading):
        return False
    return profile.share("name") >= 0.8 and profile.repeats >= 1.5 and profile.distinct >= 3


def _single(chosen: Mapping[str, Field]) -> dict[str, tuple[Field, ...]]:
    return {name: (f,) for name, f in chosen.items()}


def _date_parts(
    fields: Sequence[Field], chosen: Mapping[str, Field]
) -> tuple[Field, Field, Field] | None:
    """Day, month and year of the audit, where they stand in three columns."""
    found = []
    for pattern in _PARTS:
        rest = [f for f in fields if f not in chosen.values()]
        fitting = [f for f in rest if re.search(pattern, plain_heading(f.lower))]
        numbers = [f for f in fitting if f.profile.filled and not f.profile.are_dates]
        if len(numbers) != 1:
            return None
        found.append(numbers[0])
    return found[0], found[1], found[2]


def _domain_column(
    plain: Sequence[Field], chosen: Mapping[str, Field], graded: Sequence[Field]
) -> Field | None:
    """The column that names the domain, where a row holds one grade."""
    if len(graded) != 1:
        return None
    free = [f for f in plain if f not in chosen.values()]
    weighed = best_field(
        free, "domain", lambda f: f.profile.may_be_words and f.profile.distinct <= 60
    )
    if weighed is None:
        weighed = best_field(free, "question", lambda f: f.profile.repeats >= 2)
    if weighed is not None and weighed.profile.repeats >= 1.5:
        return weighed
    telling = [f for f in free if any(is_overall(text) for text in f.profile.words if text)]
    return telling[0] if telling and telling[0].profile.repeats >= 2 else None


def _grade_column(graded: Sequence[Field]) -> Field:
    return max(graded, key=lambda f: f.weight("grade"))


def _by_block(fields: Sequence[Field]) -> dict[Field, str]:
    """Whose column each is: by its own words, or for a repeated heading by where it stands."""
    found: dict[Field, str] = {}
    seen: set[str] = set()
    running = ""
    for f in sorted(fields, key=lambda each: each.place):
        block = block_of(f.heading)
        if block and not f.upper and f.weight(block) >= 2 and _person(f):
            running = block
        key = folded(domain_name(f.lower))
        if not block and running and (key in seen or is_loose(f.lower)):
            block = running
        if not block and running == "moderator" and _is_of_moderation(f):
            block = running
        if not block:
            seen.add(key)
        found[f] = block
    return found


def _is_of_moderation(f: Field) -> bool:
    """Whether a heading can only be about a moderation, such as how the audit was chosen."""
    own = [name for name in _OF_MODERATOR if name not in ("moderator", "moderated_on")]
    return any(f.weight(name) >= 2 for name in own)


def _block(
    plain: Sequence[Field],
    graded: Sequence[Field],
    blocks: Mapping[Field, str],
    who: Who,
    first: Mapping[str, tuple[Field, ...]],
) -> Block | None:
    """Return the columns of one further grader, where there are grades of theirs."""
    own = [f for f in plain if blocks[f] == who]
    names = _OF_MODERATOR if who == "moderator" else _OF_SECOND
    chosen, _ = _assigned(own, [name for name in names if name != who])
    if who == "moderator" and "moderated_on" not in chosen:
        dated = [f for f in own if _dated(f)]
        if dated:
            chosen["moderated_on"] = dated[0]
    rater = _rater([f for f in own if f not in chosen.values()], who)
    domains = domains_of([f for f in graded if blocks[f] == who], like=first)
    if not domains or rater is None:
        return None
    return Block(rater=rater, domains=domains, columns=chosen)


def _rater(fields: Sequence[Field], who: Who) -> Field | None:
    """The column that names a further grader."""
    people = [f for f in fields if _fits(f, who)]
    strong = [f for f in people if f.weight(who) >= 2]
    loose = [f for f in people if _NAMES_SOMEBODY.search(plain_heading(f.lower))]
    return next(iter([*strong, *loose, *(f for f in people if _named(f))]), None)
