"""Words of the exports that are to be declared: grades, roles, empty cells, people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qaf_analysis.data.cells.words import CHOICES
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import lookalike_key, spelling_key
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import is_missing
from qaf_analysis.data.proposal.grade_words import GradeWords, is_ungraded, sorted_grade_words
from qaf_analysis.data.proposal.look import Grid
from qaf_analysis.data.proposal.meaning import Meaning
from qaf_analysis.data.proposal.numbered import direction

_SELECTION: tuple[tuple[str, str], ...] = (
    ("stratified", r"strat|quota|proportion"),
    ("targeted", r"risk|concern|target|escalat|complain|picked|chosen by|head of|request|serious"),
    ("random", r"random|lottery|by chance|every \w+th\b|systematic|drawn"),
    ("all", r"^all\b|100 ?%|every (?:audit|case)|whole"),
)
_AUDIT_TYPES: tuple[tuple[str, str], ...] = (
    ("re_audit", r"re-? ?audit|follow.?up audit"),
    ("calibration", r"calibrat|benchmark"),
    ("inspection", r"inspection|ofsted visit"),
    ("multi_agency", r"multi.?agency|partnership audit"),
    ("themed", r"themed|thematic"),
    ("dip_sample", r"\bdip\b"),
    ("collaborative", r"collaborat|joint with worker|with the worker"),
    ("case_file", r"case ?file|file audit|case audit|practice audit|\broutine\b|desktop"),
)
_ROLES: tuple[tuple[str, str], ...] = (
    ("external_moderator", r"external moderat"),
    ("moderator", r"moderat|validat"),
    ("second_auditor", r"second|2nd|double|\bpeer\b|\bcheck\b|reader (?:2|b|two)\b"),
    ("self", r"\bself\b"),
)
# Beside the words that every council is taken to mean so (``terms.missing_words``).
_MISSING = re.compile(r"no (?:worker|team|auditor|name)|dummy|xxx+|-1|-9|-99|9999|unassigned")
_UNFINISHED = re.compile(
    r"draft|in progress|in-progress|incomplete|not (?:started|completed?|finalised|submitted)|"
    r"started|open|pending|cancelled|canceled|deleted|abandoned|withdrawn|void|rejected|saved"
)
_IN_COLUMNS = (
    "audit_id",
    "case_ref",
    "auditor",
    "second_auditor",
    "moderator",
    "team",
    "case_type",
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything to declare about words.

    Parameters
    ----------
    grades : GradeWords
        Words in the grade columns of all files.
    declared : mapping of str to str
        Grade words to declare, each to its level.
    not_graded : tuple of str
        Words for "no grade was meant".
    missing : tuple of str
        Words for an empty cell that are not on the fixed list.
    spellings : mapping of str to mapping
        For a column with fixed words: the export's words, each to one of them.
    counts : mapping of str to Counter
        How often each of those words stands there.
    best_number : str
        Which end of grades given as numbers the files say is best; empty where they do not.
    """

    grades: GradeWords
    declared: Mapping[str, str]
    not_graded: tuple[str, ...]
    missing: tuple[str, ...]
    spellings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    counts: Mapping[str, Counter[str]] = field(default_factory=dict)
    best_number: str = ""


def words_of(meanings: Sequence[Meaning], *, grids: Sequence[Grid], asking: Asking) -> Words:
    """Collect the words of all files, and ask about those that cannot be known.

    Parameters
    ----------
    grids : sequence of Grid
        All sheets, one of which may list the grades with their numbers.
    """
    grades = sorted_grade_words(_grade_counts(meanings))
    counts = {name: _counts(meanings, name) for name in ("role", "audit_type", "selected_by")}
    spellings = {
        "role": _spelt("role", counts["role"], _ROLES, other="auditor"),
        "audit_type": _spelt("audit_type", counts["audit_type"], _AUDIT_TYPES, other="other"),
        "selected_by": _spelt("selected_by", counts["selected_by"], _SELECTION, other="unknown"),
    }
    _ask_moderators(spellings["role"], counts["role"], asking=asking)
    people = _people(meanings, asking=asking)
    if people:
        spellings |= {"auditor": people}
    return Words(
        grades=grades,
        declared=_declared_grades(grades, asking=asking),
        not_graded=grades.ungraded,
        missing=_missing(meanings, asking=asking),
        spellings={name: found for name, found in spellings.items() if found},
        counts=counts,
        best_number=direction(grades.counts, grids),
    )


def _grade_counts(meanings: Sequence[Meaning]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for meaning in meanings:
        for graded in meaning.graded_fields:
            # A word for "no grade was meant" is declared, though it also means missing elsewhere.
            words = graded.profile.words.items()
            counts.update({t: n for t, n in words if is_ungraded(t) or not is_missing(t)})
    return counts


def _counts(meanings: Sequence[Meaning], name: str) -> Counter[str]:
    """Words of a column in all files, in questions and moderators' blocks too."""
    counts: Counter[str] = Counter()
    for meaning in meanings:
        fields = list(meaning.columns.get(name, ()))
        if name in meaning.questions:
            fields.append(meaning.questions[name])
        if meaning.moderator is not None and name in meaning.moderator.columns:
            fields.append(meaning.moderator.columns[name])
        for each in fields:
            counts.update({t: n for t, n in each.profile.words.items() if t})
    return counts


def _declared_grades(grades: GradeWords, *, asking: Asking) -> dict[str, str]:
    declared = grades.to_declare()
    if grades.likely:
        listed = ", ".join(f'"{word}" as {level}' for word, level in grades.likely.items())
        if asking.agrees(
            "grade_slips",
            asks=f"Some cells hold words that seem to be slips for a grade: {listed}. Are they?",
            consequence=f"yes: {counted(grades.cells(grades.likely), 'cell')} more can be read; "
            "no: they are set aside",
        ):
            declared |= grades.likely
    return declared


def _spelt(
    name: str, counts: Mapping[str, int], rules: Sequence[tuple[str, str]], *, other: str
) -> dict[str, str]:
    """Give each word of a column the fixed word that it says, where it is not one already."""
    allowed = {folded(word) for word in CHOICES[name]}
    found = {}
    for word in counts:
        if folded(word) in allowed:
            continue
        key = spelling_key(word)
        found[word] = next((fixed for fixed, rule in rules if re.search(rule, key)), other)
    return found


def _missing(meanings: Sequence[Meaning], *, asking: Asking) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    for meaning in meanings:
        fields = [f for name in _IN_COLUMNS for f in meaning.columns.get(name, ())]
        blocks = [b for b in (meaning.second_auditor, meaning.moderator) if b is not None]
        fields += [b.rater for b in blocks if b.rater is not None]
        for each in fields:
            for text, number in each.profile.words.items():
                if _MISSING.fullmatch(spelling_key(text)):
                    counts[text] += number
    if not counts:
        return ()
    listed = ", ".join(f'"{word}" ({number:,})' for word, number in counts.items())
    agreed = asking.agrees(
        "missing_words",
        asks=f"These words seem to mean that a cell is empty: {listed}. Do they?",
        consequence=f"yes: {counted(sum(counts.values()), 'cell')} count as empty; no: they stand "
        "for a person, team or child of that name",
    )
    return tuple(counts) if agreed else ()


def _ask_moderators(roles: Mapping[str, str], counts: Mapping[str, int], *, asking: Asking) -> None:
    """Ask about steps of moderators among the audits: settings cannot take them out."""
    theirs = [word for word, role in roles.items() if role.endswith("moderator")]
    if theirs:
        rows = counted(sum(counts[word] for word in theirs), "row")
        asking.choose(
            "moderators_among_audits",
            asks=f"{rows} among the audits are by moderators. Is that meant?",
            options=("leave_in",),
            proposed="",
            consequence="leave_in: they count as audits of their own; better export the steps of "
            "moderators to a file of moderations",
        )


def unfinished(meaning: Meaning, *, key: str, asking: Asking) -> tuple[str, ...]:
    """Words by which forms that were not finished are told, where answers stand in rows."""
    if meaning.shape != "answers":
        return ()
    used = {f.key for fields in meaning.columns.values() for f in fields}
    counts: Counter[str] = Counter()
    for f in meaning.source.columns:
        few = f.profile.distinct <= 12 and f.key not in used
        words = {t: n for t, n in f.profile.words.items() if _UNFINISHED.fullmatch(spelling_key(t))}
        if few and len(words) < f.profile.distinct:
            counts.update(words)
    if not counts:
        return ()
    listed = ", ".join(f'"{word}" ({number:,})' for word, number in counts.items())
    agreed = asking.agrees(
        f"{key}unfinished",
        asks=f"Some forms are marked {listed}. Are they unfinished, and no audits?",
        consequence=f"yes: {counted(sum(counts.values()), 'row')} count as holding no record; no: "
        "they are read as audits",
    )
    return tuple(counts) if agreed else ()


def _people(meanings: Sequence[Meaning], *, asking: Asking) -> dict[str, str]:
    """Spellings of one person, where somebody says that they are one; proposed is never."""
    counts: Counter[str] = Counter()
    for meaning in meanings:
        fields = list(meaning.columns.get("auditor", ()))
        if meaning.second_auditor is not None and meaning.second_auditor.rater is not None:
            fields.append(meaning.second_auditor.rater)
        for each in fields:
            counts.update({t: n for t, n in each.profile.words.items() if t})
    found: dict[str, str] = {}
    for number, (rarer, commoner) in enumerate(likely_one_person(counts), start=1):
        answer = asking.choose(
            f"person_{number}",
            asks="Two names among the auditors look like one person. Are they?",
            options=("apart", "one"),
            proposed="apart",
            consequence=f"one: {counts[rarer]:,} and {counts[commoner]:,} cells count as the same "
            "person; apart: as two, who may seem to grade each other's audits",
            names=(rarer, commoner),
        )
        if answer == "one":
            found[rarer] = commoner
    return found


def likely_one_person(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs of names that may be one person's: the rarer first.

    Examples
    --------
    >>> likely_one_person({"Ann Field": 9, "Field, Ann": 2, "A Field": 1, "Bo Marsh": 4})
    [('Field, Ann', 'Ann Field'), ('A Field', 'Ann Field')]
    """
    order = sorted(counts, key=lambda name: (-counts[name], name))
    pairs = []
    for place, rarer in enumerate(order):
        for commoner in order[:place]:
            if spelling_key(rarer) != spelling_key(commoner) and _are_alike(rarer, commoner):
                pairs.append((rarer, commoner))
                break
    return pairs[:30]


def _are_alike(one: str, other: str) -> bool:
    if any(c.isdigit() for c in one + other):
        return False
    if lookalike_key(one) == lookalike_key(other):
        return True
    return _initial_of(one, other) or _initial_of(other, one)


def _initial_of(short: str, full: str) -> bool:
    """Whether one name is the other with an initial in place of its first name."""
    mine, theirs = _name_parts(short), _name_parts(full)
    if len(mine) != 2 or len(theirs) < 2 or mine[1] != theirs[-1]:
        return False
    return len(mine[0]) == 1 and theirs[0].startswith(mine[0]) and len(theirs[0]) > 1


def _name_parts(name: str) -> list[str]:
    key = spelling_key(name)
    if "," in key:
        last, _, first = key.partition(",")
        key = f"{first} {last}"
    return re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", key)


def second_words(
    spellings: Mapping[str, Mapping[str, str]], texts: Iterable[str]
) -> frozenset[str]:
    """Words of a role column that mean a second reading."""
    roles = spellings.get("role", {})
    fixed = folded("second_auditor")
    return frozenset(
        text
        for text in texts
        if text and (roles.get(text) == "second_auditor" or folded(text) == fixed)
    )
