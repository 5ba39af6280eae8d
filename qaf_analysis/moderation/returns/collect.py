"""What came back of a round, from all its files together: taken, or set aside side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.moderation.returns.keyed import (
    ASIDE,
    ReturnedCase,
    ReturnedFile,
    returned_file,
)
from qaf_analysis.moderation.returns.rows import ReturnProblem
from qaf_analysis.moderation.returns.suspicion import suspicions
from qaf_analysis.moderation.returns.words import letters_of
from qaf_analysis.terms.errors import InputRejectedError

BEFORE = "collected before"
CONFIRMED = "confirmed before"
NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One case of which two things were said; neither was taken.

    Parameters
    ----------
    pack, case : str
    what : str
        The part, or reason, sure or comment.
    said : tuple of (str, str)
        Where it stands, and what stands there; a comment's words are not shown.
    """

    pack: str
    case: str
    what: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A case that can be entered, with the sums of the files that it came from."""

    case: ReturnedCase
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Collected:
    """Everything that a collection found.

    Parameters
    ----------
    files : tuple of ReturnedFile
    taken : tuple of Taken
        Cases with at least one grade, each once.
    conflicts : tuple of Conflict
    problems, flags : tuple of ReturnProblem
        What was set aside, and what is to be checked.
    unreadable : tuple of str
        Sentences about files that could not be read at all.
    empty : int
        Cases that came back without a single grade.
    """

    files: tuple[ReturnedFile, ...]
    taken: tuple[Taken, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[ReturnProblem, ...]
    flags: tuple[ReturnProblem, ...]
    unreadable: tuple[str, ...]
    empty: int

    @property
    def has_problems(self) -> bool:
        """Whether something was set aside or is to be checked."""
        return bool(self.conflicts or self.problems or self.flags or self.unreadable)


def collected(
    packs: Sequence[Pack],
    files: Sequence[tuple[str, bytes]],
    *,
    already: Mapping[tuple[str, str], ReturnedCase],
    confirmed: frozenset[tuple[str, str]] = frozenset(),
    corrected: bool = False,
) -> Collected:
    """Read files that came back, and bring together what they say of each case.

    Parameters
    ----------
    packs : sequence of Pack
        Packs of the round.
    files : sequence of (str, bytes)
        Name and content of each.
    already : mapping
        What was collected before, by pack and case.
    confirmed : frozenset
        Those of them that the moderator confirmed; nothing changes them.
    corrected : bool
        Whether what a file says takes the place of what was collected before and was not
        confirmed: the moderator sent a correction. What it leaves empty stays as it was.
    """
    read, unreadable = _read(packs, files)
    by_case: dict[tuple[str, str], list[tuple[str, ReturnedCase]]] = {}
    for file in read:
        for case in file.cases:
            by_case.setdefault((case.pack, case.case), []).append((file.sha256, case))
    taken: list[Taken] = []
    conflicts: list[Conflict] = []
    empty = 0
    for key, found in by_case.items():
        if all(_is_blank(each) for _, each in found):
            empty += 1
            continue
        before = already.get(key)
        case, apart = _brought_together(
            [each for _, each in found], before, key in confirmed, corrected
        )
        if apart:
            conflicts += apart
        elif not _says_something(case):
            empty += 1
        else:
            taken.append(Taken(case=case, sources=tuple(sum_ for sum_, _ in found)))
    return Collected(
        files=tuple(read),
        taken=tuple(taken),
        conflicts=tuple(conflicts),
        problems=tuple(problem for file in read for problem in file.problems),
        flags=tuple(flag for file in read for flag in suspicions(file)),
        unreadable=tuple(unreadable),
        empty=empty,
    )


def _read(
    packs: Sequence[Pack], files: Sequence[tuple[str, bytes]]
) -> tuple[list[ReturnedFile], list[str]]:
    read: dict[str, ReturnedFile] = {}
    unreadable = []
    for name, content in files:
        try:
            file = returned_file(name, content, packs)
        except InputRejectedError as error:
            unreadable.append(str(error))
        else:
            read.setdefault(file.sha256, file)
    return list(read.values()), unreadable


def _brought_together(
    cases: Sequence[ReturnedCase],
    before: ReturnedCase | None,
    is_confirmed: bool,
    corrected: bool,
) -> tuple[ReturnedCase, tuple[Conflict, ...]]:
    """What files say of a case, with what was collected of it before."""
    if before is None:
        return _joined(cases)
    if is_confirmed:
        joined, apart = _joined([before, *cases])
        return joined, apart or tuple(_additions(before, cases))
    if corrected:
        new, apart = _joined(cases)
        return _corrected(before, new), apart
    return _joined([before, *cases])


def _corrected(before: ReturnedCase, new: ReturnedCase) -> ReturnedCase:
    """What was collected before, with what a correction says in its place.

    A part of which the correction says what cannot be read has no grade: the one before no longer
    holds, and the new one is not known.
    """
    said = {part: word for part, word in new.grades.items() if word is not None}
    void = dict.fromkeys(new.unread - said.keys())
    told = {name: getattr(new, name) or getattr(before, name) for name in ASIDE}
    return replace(
        before,
        grades={**before.grades, **void, **said},
        places={**before.places, **new.places},
        **told,
    )


def _joined(cases: Sequence[ReturnedCase]) -> tuple[ReturnedCase, tuple[Conflict, ...]]:
    """One case of several that say the same where both say something; else where they differ."""
    grades: dict[str, str | None] = {}
    places: dict[str, str] = {}
    for case in cases:
        for part, word in case.grades.items():
            if grades.get(part) is None:
                grades[part], places[part] = word, case.places.get(part, BEFORE)
    told = {
        name: next((text for case in cases if (text := getattr(case, name))), "") for name in ASIDE
    }
    unread = frozenset(part for case in cases for part in case.unread)
    joined = replace(cases[0], grades=grades, places=places, unread=unread, **told)
    return joined, tuple(_conflicts(cases))


def _conflicts(cases: Sequence[ReturnedCase]) -> Iterator[Conflict]:
    first = cases[0]
    for part in dict.fromkeys(part for case in cases for part in case.grades):
        said = [(case.places.get(part, BEFORE), case.grades.get(part)) for case in cases]
        given = tuple((place, word) for place, word in said if word is not None)
        if len({word for _, word in given}) > 1:
            yield Conflict(pack=first.pack, case=first.case, what=part, said=given)
    for name in ASIDE:
        texts = [(case, getattr(case, name)) for case in cases if getattr(case, name)]
        # Programs change a comment's spaces, quotes and dashes; that is no other comment.
        if len({letters_of(text) for _, text in texts}) > 1:
            shown = tuple((_place(case), _shown(name, text)) for case, text in texts)
            yield Conflict(pack=first.pack, case=first.case, what=name, said=shown)


def _additions(before: ReturnedCase, cases: Sequence[ReturnedCase]) -> Iterator[Conflict]:
    """What would be added to a confirmed case, which nothing changes."""
    added: dict[str, tuple[str, str]] = {}
    for case in cases:
        for part, word in case.grades.items():
            if word is not None and before.grades.get(part) is None:
                added.setdefault(part, (case.places[part], word))
        for name in ASIDE:
            text = getattr(case, name)
            if text and not getattr(before, name):
                added.setdefault(name, (_place(case), _shown(name, text)))
    for what, there in added.items():
        said = ((CONFIRMED, NOTHING), there)
        yield Conflict(pack=before.pack, case=before.case, what=what, said=said)


def _shown(name: str, text: str) -> str:
    """A reason, or how sure; a comment is never shown."""
    return "another text" if name == "comment" else text


def _place(case: ReturnedCase) -> str:
    return next((place for place in case.places.values() if place != BEFORE), BEFORE)


def _is_blank(case: ReturnedCase) -> bool:
    told = any(getattr(case, name) for name in ASIDE)
    return not told and not case.unread and not _says_something(case)


def _says_something(case: ReturnedCase) -> bool:
    return any(word is not None for word in case.grades.values())
