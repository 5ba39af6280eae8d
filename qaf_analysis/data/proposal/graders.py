"""A second grader that no heading says plainly: like-named grades beside a column of names.

Where two columns of grades have one name apart from a letter, a number or a word such as "Peer",
and a column of people is read by nothing, the grades are somebody else's. Who that is, the
headings suggest at best: it is always asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.files.heading_words import (
    domain_name,
    of_no_grader,
    plain_heading,
)
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import Field, quoted_headings
from qaf_analysis.data.proposal.meaning import Block, Meaning

SAME = "same_auditor"
_TAG = re.compile(
    r"[a-d]|[1-4]|i{1,3}|one|two|three|first|second|third|1st|2nd|3rd|peers?|co|joint|paired|buddy|other|lead|qa|quality|"
    r"assurance|external|internal|practice|(?:co)?auditors?|readers?|reviewers?|reviews?|moderat\w*|"
    r"validat\w*|mod|manager|original|initial|check(?:ed|er)?|by|their|team|reading|independent"
)
_FIRST = re.compile(
    r"^(?:(?:auditor|reader|reviewer|lead|original|initial)\b ?)*(?:a|1|i|one|first|1st)?"
    r"(?: (?:auditor|reader|reviewer))?$"
)
_MODERATING = re.compile(
    r"\b(?:qa|quality assurance|moderat\w*|mod|validat\w*|peer review\w*|external|review lead)\b"
)
_SECOND = re.compile(r"\b(?:b|2|ii|two|second|2nd|co|peer|joint|paired|buddy|other)\b|\bcoaudit\w*")
_GRADES = re.compile(
    r"\b(?:audit\w*|read\w*|review\w*|qa|quality|moderat\w*|validat\w*|lead|peer|external|second|"
    r"2nd|co|by|checked|checker|graded|practice)\b"
)
_OTHER_MEANINGS = ("team", "case_type", "case_ref", "audit_id", "theme", "audit_type", "role")


@dataclass(frozen=True, kw_only=True, eq=False)
class Twin:
    """Grades that stand twice under one name, and who may have given the further ones.

    Parameters
    ----------
    own, further : mapping of str to Field
        The auditor's grades and the other's, by domain; both empty where it is not plain which
        are whose.
    alike : tuple of Field
        All grade columns whose names are alike.
    people : tuple of Field
        Columns of names that nothing reads.
    """

    own: Mapping[str, Field]
    further: Mapping[str, Field]
    alike: tuple[Field, ...]
    people: tuple[Field, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is plain which grades are the other's, and who that is."""
        return bool(self.further) and self.rater is not None

    @property
    def rater(self) -> Field | None:
        """Column of the one who may have given the further grades, if a single one may."""
        graders = [f for f in self.people if _grades(f)] or list(self.people)
        return graders[0] if len(graders) == 1 else None


def with_further_grader(meaning: Meaning, asking: Asking, *, key: str = "") -> Meaning:
    """The same meaning, with like-named grades given to the grader that somebody names.

    Parameters
    ----------
    key : str
        Stands before the key of the question.
    """
    twin = twin_of(meaning)
    if twin is None:
        return _with_like_names(meaning)
    free = [
        who
        for who, block in (
            ("second_auditor", meaning.second_auditor),
            ("moderator", meaning.moderator),
        )
        if block is None
    ]
    options = [*(free if twin.is_plain else ()), SAME]
    proposed = _role_of(twin)
    answer = asking.choose(
        f"{key}further_grader",
        asks=f"{meaning.source.place}: grades stand twice under like names "
        f"({quoted_headings(twin.alike)}), and a column of names is read by nothing "
        f"({quoted_headings(twin.people)}). Whose are the further grades?",
        options=options,
        proposed=proposed if proposed in options else "",
        consequence=_consequence(twin),
    )
    if answer not in free or twin.rater is None:
        return meaning
    return _given_to(meaning, answer, twin)


def twin_of(meaning: Meaning) -> Twin | None:
    """Grades that stand twice in a table of audits beside a column of names that is not read."""
    if meaning.kind != "audits" or meaning.shape != "wide":
        return None
    people = _unread_people(meaning)
    graded = sorted((f for fs in meaning.domains.values() for f in fs), key=lambda f: f.place)
    named: dict[str, list[Field]] = {}
    for f in graded:
        named.setdefault(_split(f)[0], []).append(f)
    alike = tuple(f for fields in named.values() if len(fields) > 1 for f in fields)
    if not alike or not people:
        return None
    own, further = _sorted_out(named)
    return Twin(own=own, further=further, alike=alike, people=people)


def _sorted_out(named: Mapping[str, Sequence[Field]]) -> tuple[dict[str, Field], dict[str, Field]]:
    """The auditor's grades and the other's; both empty where that is not plain."""
    tags = list(dict.fromkeys(_split(f)[1] for fs in named.values() if len(fs) > 1 for f in fs))
    if len(tags) != 2 or any(len(fields) > 2 for fields in named.values()):
        return {}, {}
    first = [tag for tag in tags if _FIRST.match(tag[0]) and not tag[1]]
    mine = first[0] if len(first) == 1 else tags[0]
    other = next(tag for tag in tags if tag != mine)
    own: dict[str, Field] = {}
    further: dict[str, Field] = {}
    for name, fields in named.items():
        for f in fields:
            block = further if _split(f)[1] == other else own
            if name in block:
                return {}, {}
            block[name] = f
    return own, further


def _split(f: Field) -> tuple[str, tuple[str, int]]:
    """Name of a grade's domain, and what tells it from others of that name."""
    words = plain_heading(f.lower).split()
    before: list[str] = []
    after: list[str] = []
    while len(words) > 1 and _TAG.fullmatch(words[0]):
        before.append(words.pop(0))
    while len(words) > 1 and _TAG.fullmatch(words[-1]):
        after.insert(0, words.pop())
    upper = plain_heading(f.upper) if f.upper else ""
    upper = upper if any(_TAG.fullmatch(word) for word in upper.split()) else ""
    said = " ".join([*upper.split(), *before, *after])
    return domain_name(" ".join(words)), (said, f.key[1])


def _unread_people(meaning: Meaning) -> tuple[Field, ...]:
    """Columns of names, beside the grades, that nothing reads."""
    return tuple(f for f in meaning.unread if _holds_people(f))


def _holds_people(f: Field) -> bool:
    profile = f.profile
    if not profile.may_be_people or profile.are_small_numbers or not profile.filled:
        return False
    if any(f.weight(name) >= 1 for name in _OTHER_MEANINGS):
        return False
    named = profile.share("name") >= 0.6 and profile.repeats >= 1.2
    return named or (_grades(f) and profile.share("id", "number") < 0.5 and profile.repeats >= 1.5)


def _grades(f: Field) -> bool:
    """Whether a heading says that somebody read or graded."""
    plain = plain_heading(f.lower)
    return _GRADES.search(plain) is not None and not of_no_grader(f.lower)


def _role_of(twin: Twin) -> str:
    """Role that the headings of the further grades and their grader suggest; "" for none."""
    if not twin.is_plain or twin.rater is None:
        return ""
    some = next(iter(twin.further.values()))
    said = f"{plain_heading(twin.rater.heading)} | {_split(some)[1][0]}"
    if _MODERATING.search(said):
        return "moderator"
    return "second_auditor" if _SECOND.search(said) else ""


def _given_to(meaning: Meaning, who: str, twin: Twin) -> Meaning:
    own = {name: (f,) for name, f in twin.own.items()}
    columns: dict[str, Field] = {}
    if who == "moderator":
        columns = _dated_by(meaning)
    block = Block(
        rater=twin.rater,
        domains={name: (f,) for name, f in twin.further.items()},
        columns=columns,
        sure=False,
    )
    if who == "moderator":
        return _with_like_names(replace(meaning, domains=own, moderator=block))
    return _with_like_names(replace(meaning, domains=own, second_auditor=block))


def _with_like_names(meaning: Meaning) -> Meaning:
    """The same meaning, with one name for each domain that several graders grade."""
    blocks = {"second_auditor": meaning.second_auditor, "moderator": meaning.moderator}
    found = {who: block for who, block in blocks.items() if block is not None}
    if meaning.kind != "audits" or meaning.shape != "wide" or not found:
        return meaning
    names = _names_by_base(meaning.domains)
    changed: dict[str, Block] = {}
    for who, block in found.items():
        new = {d: names.get(_split(fs[0])[0], d) for d, fs in block.domains.items()}
        if len(set(new.values())) == len(new):
            domains = {new[d]: fs for d, fs in block.domains.items()}
            changed[who] = replace(block, domains=domains)
    own = {names.get(_split(fs[0])[0], d): fs for d, fs in meaning.domains.items()}
    second = changed.get("second_auditor", meaning.second_auditor)
    moderator = changed.get("moderator", meaning.moderator)
    if len(own) < len(meaning.domains) or len(changed) < len(found):
        return meaning
    return replace(meaning, domains=own, second_auditor=second, moderator=moderator)


def _names_by_base(domains: Mapping[str, tuple[Field, ...]]) -> dict[str, str]:
    """Name of each of the auditor's domains, by what is left of its heading without a tag.

    Where all their headings have one tag, such as "first", the names lose it.
    """
    split = {domain: _split(fields[0]) for domain, fields in domains.items()}
    tags = {said for _, (said, _) in split.values()}
    same = len(domains) > 1 and len(tags) == 1 and "" not in tags
    return {base: base if same else domain for domain, (base, _) in split.items()}


def _dated_by(meaning: Meaning) -> dict[str, Field]:
    """The date of a moderation, where one column alone says that it is one."""
    read = {f.key for fs in meaning.columns.values() for f in fs}
    dated = [
        f
        for f in meaning.source.columns
        if f.key not in read
        and f.profile.are_dates
        and _MODERATING.search(plain_heading(f.heading))
    ]
    return {"moderated_on": dated[0]} if len(dated) == 1 else {}


def _consequence(twin: Twin) -> str:
    grades = counted(sum(f.profile.filled for f in twin.further.values() or twin.alike), "grade")
    same = f"{SAME}: all of them stay the auditor's, in domains of their own"
    if not twin.is_plain or twin.rater is None:
        return f"{grades}; {same}; else write council.toml by hand, or mend the headings first"
    return (
        f"second_auditor or moderator: {grades} count as those of the person under "
        f'"{twin.rater.heading}"; {same}'
    )
