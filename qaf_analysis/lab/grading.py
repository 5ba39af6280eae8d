"""A form in JupyterLab to grade the cases of one pack: blind first, then committed, then compared.

What is chosen stays in Python until it is put into the place that keeps it. The auditors' grades
are asked for when every case of the pack is committed: seen earlier, they would colour the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Literal

from qaf_analysis.kit.direction import by_sign
from qaf_analysis.kit.numbers import counted
from qaf_analysis.lab.place import RECOGNISED, GradingPlace, Standing
from qaf_analysis.lab.question import (
    UNDO,
    Button,
    FormPage,
    FormSection,
    FormTable,
    Question,
    QuestionForm,
)
from qaf_analysis.moderation.packs.pack import LONGEST_COMMENT, NOT_GRADED, SURE, Pack, PackCase
from qaf_analysis.terms.errors import UsageError

Shows = Literal["one", "all"]
# No domain begins with a question mark.
REASON, SURENESS, COMMENT = "?reason", "?sure", "?comment"
FILE_SEEN, GRADE_SEEN = "?file", "?audit"
KEEP, BACK, NEXT, PREVIOUS = "keep", "back", "next", "previous"
READ_BACK, COMMIT, RECOGNISE, REVEAL = "read", "commit", "recognise", "reveal"
_FREE_TEXTS = (COMMENT,)


def grading_form(place: GradingPlace, *, show: Shows = "one") -> QuestionForm:
    """Return the form to grade a pack, to be shown by a cell of a notebook.

    Parameters
    ----------
    place : GradingPlace
        Where the grades are kept.
    show : {"one", "all"}
        One case at a time, or all of them one under the other.

    Raises
    ------
    UsageError
        If ``show`` is neither of the two, or the pack has no case.
    """
    return QuestionForm(Grading(place, show=show))


class Stage(Enum):
    """How far a case is."""

    GRADE = auto()
    READ_BACK = auto()  # what will be committed is read before it is
    ASK = auto()  # committed; was the file or the audit's grade known?
    WAIT = auto()  # until every case is committed
    COMPARE = auto()


@dataclass(kw_only=True)
class _Case:
    """One case as it is being graded: answers by their name, a domain or one of the above."""

    case: PackCase
    number: int
    answers: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    stage: Stage = Stage.GRADE
    audit_grades: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How questions call it."""
        return f"case {self.number}"

    @property
    def is_committed(self) -> bool:
        """Whether its grades stand for good."""
        return self.stage not in (Stage.GRADE, Stage.READ_BACK)


@dataclass(frozen=True, kw_only=True)
class _Step:
    """An answer that can be taken back."""

    number: int
    name: str
    before: str


class Grading:
    """The conversation about one pack; see ``grading_form``."""

    def __init__(self, place: GradingPlace, *, show: Shows = "one") -> None:
        if show not in ("one", "all"):
            raise UsageError(f'A form shows "one" case at a time or "all" of them, not "{show}".')
        if not place.pack.cases:
            raise UsageError(f"The pack {place.pack.pack} has no case to grade.")
        self._place = place
        self._pack: Pack = place.pack
        self._shows = show
        self._steps: list[_Step] = []
        self._status, self._alarm, self._taken = "", False, ""
        self._cases = [
            _begun(self._pack, case, number, place.standing(case.code))
            for number, case in enumerate(self._pack.cases, start=1)
        ]
        waiting = [one.number for one in self._cases if not one.is_committed]
        self._at = waiting[0] if waiting else 1

    def page(self) -> FormPage:
        """Return what the form shows now."""
        one_only = self._shows == "one"
        shown = [self._cases[self._at - 1]] if one_only else self._cases
        stages = ".".join(f"{one.number}{one.stage.name}" for one in shown)
        return FormPage(
            id=f"{stages}.{self._may_reveal}",
            title=f"Grades of pack {self._pack.pack}",
            sections=tuple(map(self._section, shown)),
            progress=self._progress(),
            status=self._status,
            alarm=self._alarm,
            taken=self._taken,
            buttons=self._buttons(shown),
            at=0 if one_only else self._at - 1,
        )

    def chose(self, question: str, value: str) -> None:
        """Take an answer."""
        number, _, name = question.partition("/")
        one = self._case(number)
        asked = {each.id: each for each in self._questions(one)}.get(question)
        if asked is None or (asked.kind != "text" and value not in (*asked.words, "")):
            raise UsageError("This is not asked any more. Nothing was changed.")
        before = one.answers.get(name, "")
        if value == before:
            return
        is_typed_on = name in _FREE_TEXTS and self._steps[-1:] and self._steps[-1].name == name
        if not one.is_committed and not (is_typed_on and self._steps[-1].number == one.number):
            self._steps.append(_Step(number=one.number, name=name, before=before))
        one.answers[name] = value[: asked.longest] if asked.kind == "text" else value
        self._at = one.number
        self._say(
            f"{asked.label}: noted, not yet kept."
            if one.is_committed
            else f"{asked.label}: noted, not yet committed."
        )

    def pressed(self, button: str) -> None:
        """Do what a button says."""
        act, _, number = button.partition("/")
        one = self._case(number or str(self._at))
        self._at = one.number
        match act:
            case "undo":
                self._take_back()
            case "next" | "previous":
                self._go(one, 1 if act == NEXT else -1)
            case "keep":
                self._keep(one)
                self._say(f"The grades of {one.name} are kept. They can still be changed.")
            case "read":
                self._read_back(one)
            case "back":
                one.stage = Stage.GRADE
                self._say("Nothing is committed yet.")
            case "commit":
                self._commit(one)
            case "recognise":
                self._recognise(one)
            case "reveal":
                self._reveal()

    def refused(self, reason: str) -> None:
        """Tell that an answer or a button came to nothing, and why."""
        self._say(reason, alarm=True)

    def _say(self, status: str, *, alarm: bool = False, taken: str = "") -> None:
        self._status, self._alarm, self._taken = status, alarm, taken

    def _case(self, number: str) -> _Case:
        if not number.isdecimal() or not 1 <= int(number) <= len(self._cases):
            raise UsageError("The pack has no such case.")
        return self._cases[int(number) - 1]

    # What the buttons do.

    def _take_back(self) -> None:
        places = [
            place
            for place, step in enumerate(self._steps)
            if self._shows == "all" or step.number == self._at
        ]
        if not places:
            self._say("There is nothing to take back.")
            return
        step = self._steps.pop(places[-1])
        one = self._cases[step.number - 1]
        one.answers[step.name] = step.before
        one.stage = Stage.GRADE
        self._at = step.number
        left = f'"{step.before}" stands again' if step.before else "nothing is chosen"
        if step.name in _FREE_TEXTS:
            left = "the words from before stand again" if step.before else "it is empty"
        label = self._label(one, step.name)
        self._say(f"Taken back. {label}: {left}.", taken=f"{one.number}/{step.name}")

    def _go(self, one: _Case, by: int) -> None:
        self._keep(one)
        at = one.number + by
        if not 1 <= at <= len(self._cases):
            self._say(f"This is the {'last' if by > 0 else 'first'} case.")
            return
        if one.stage is Stage.READ_BACK:
            one.stage = Stage.GRADE
        self._at = at
        self._say("")

    def _keep(self, one: _Case) -> None:
        """Put the answers of a case into its place, unless they are there or there are none."""
        if one.is_committed or one.answers == one.kept or not any(one.answers.values()):
            return
        self._place.put(
            one.case.code,
            grades={domain: one.answers.get(domain) or None for domain in self._pack.domains},
            reason=one.answers.get(REASON, ""),
            sure=one.answers.get(SURENESS, ""),
            comment=one.answers.get(COMMENT, "").strip(),
        )
        one.kept = dict(one.answers)

    def _read_back(self, one: _Case) -> None:
        self._keep(one)
        open_parts = [part for part in self._pack.domains if not one.answers.get(part)]
        if open_parts:
            few = f"{open_parts[0]}, {one.name}"
            more = f" and {counted(len(open_parts) - 1, 'other')}" if len(open_parts) > 1 else ""
            raise UsageError(f'Not answered: {few}{more}. Choose a grade or "{NOT_GRADED}".')
        ungraded = NOT_GRADED in (one.answers[part] for part in self._pack.domains)
        if ungraded and not one.answers.get(COMMENT, "").strip():
            raise UsageError(f"Say in the comment of {one.name} why a part could not be graded.")
        one.stage = Stage.READ_BACK
        self._say("Read what will be committed. Afterwards it cannot be changed.")

    def _commit(self, one: _Case) -> None:
        if one.stage is not Stage.READ_BACK:
            raise UsageError("Read the grades back before you commit them.")
        self._keep(one)
        self._place.commit(one.case.code)
        one.stage = Stage.ASK
        self._steps = [step for step in self._steps if step.number != one.number]
        self._say(f"The grades of {one.name} are committed.")

    def _recognise(self, one: _Case) -> None:
        file, grade = one.answers.get(FILE_SEEN), one.answers.get(GRADE_SEEN)
        if not file or not grade:
            raise UsageError(f'Answer both questions about {one.name}; "not sure" is an answer.')
        self._place.recognise(one.case.code, file=file, audit_grade=grade)
        one.stage = Stage.WAIT
        to_come = [each.number for each in self._cases if each.stage is not Stage.WAIT]
        if self._shows == "one" and to_come:
            self._at = next((number for number in to_come if number > self._at), to_come[0])
        self._say(f"Thank you. The answers about {one.name} are kept.")

    def _reveal(self) -> None:
        if not self._may_reveal:
            raise UsageError("The audits' grades are shown when every case is committed.")
        for one in self._cases:
            one.audit_grades = self._place.reveal(one.case.code)
            one.stage = Stage.COMPARE
        self._at = 1
        self._say("Your grades stand as you committed them, whatever the audits say.")

    @property
    def _may_reveal(self) -> bool:
        return all(one.stage in (Stage.WAIT, Stage.COMPARE) for one in self._cases)

    # What is shown.

    def _progress(self) -> str:
        committed = sum(one.is_committed for one in self._cases)
        begun = sum(any(one.answers.values()) and not one.is_committed for one in self._cases)
        words = [f"{committed} of {counted(len(self._cases), 'case')} committed"]
        words += [f"{begun} begun"] if begun else []
        told = f"{', '.join(words)}."
        return f"{told} {compared(self._pack, self._cases)}" if self._is_compared else told

    @property
    def _is_compared(self) -> bool:
        return all(one.stage is Stage.COMPARE for one in self._cases)

    def _buttons(self, shown: list[_Case]) -> tuple[Button, ...]:
        found = []
        if any(one.stage is Stage.GRADE for one in shown):
            found.append(Button(id=UNDO, label="Take back the last answer"))
        if self._shows == "one" and len(self._cases) > 1:
            found.append(Button(id=PREVIOUS, label="Previous case"))
            found.append(Button(id=NEXT, label="Next case"))
        if self._may_reveal and not self._is_compared:
            found.append(Button(id=REVEAL, label="Show the audits’ grades", leads=True))
        return tuple(found)

    def _section(self, one: _Case) -> FormSection:
        heading = f"Case {one.number} of {len(self._cases)}: {one.case.code}"
        at = f"/{one.number}"
        match one.stage:
            case Stage.GRADE:
                return FormSection(
                    heading=heading,
                    lines=_where_to_find(one.case),
                    questions=tuple(self._questions(one)),
                    buttons=(
                        Button(id=READ_BACK + at, label=f"Read back {one.name}", leads=True),
                        Button(id=KEEP + at, label=f"Keep {one.name} for later"),
                    ),
                )
            case Stage.READ_BACK:
                return FormSection(
                    heading=f"{heading}: is this right?",
                    table=_read_back_table(self._pack, one),
                    buttons=(
                        Button(id=COMMIT + at, label=f"Commit {one.name}", leads=True),
                        Button(id=BACK + at, label=f"Change {one.name}"),
                    ),
                )
            case Stage.ASK:
                return FormSection(
                    heading=f"{heading}, committed: two questions",
                    questions=tuple(self._questions(one)),
                    buttons=(
                        Button(
                            id=RECOGNISE + at, label=f"Keep the answers, {one.name}", leads=True
                        ),
                    ),
                )
            case Stage.WAIT:
                waits = "The audit’s grades can be shown when every case of the pack is committed."
                lines = () if self._may_reveal else (waits,)
                return FormSection(heading=f"{heading}, committed", lines=lines)
            case Stage.COMPARE:
                table = _comparison_table(self._pack, one)
                return FormSection(heading=f"{heading}, compared", table=table)

    def _questions(self, one: _Case) -> Iterator[Question]:
        """What is asked of a case at its stage."""
        if one.stage is Stage.ASK:
            yield self._asked(one, FILE_SEEN, RECOGNISED)
            yield self._asked(one, GRADE_SEEN, RECOGNISED)
        if one.stage is not Stage.GRADE:
            return
        for part in self._pack.parts:
            words = (*self._pack.levels, NOT_GRADED)
            yield self._asked(one, part.domain, words, hints=part.descriptors)
        yield Question(
            id=f"{one.number}/{REASON}",
            label=self._label(one, REASON),
            kind="select",
            words=self._pack.reasons,
            value=one.answers.get(REASON, ""),
        )
        yield self._asked(one, SURENESS, SURE)
        yield Question(
            id=f"{one.number}/{COMMENT}",
            label=self._label(one, COMMENT),
            kind="text",
            value=one.answers.get(COMMENT, ""),
            longest=LONGEST_COMMENT,
        )

    def _asked(
        self, one: _Case, name: str, words: tuple[str, ...], *, hints: tuple[str, ...] = ()
    ) -> Question:
        return Question(
            id=f"{one.number}/{name}",
            label=self._label(one, name),
            words=words,
            value=one.answers.get(name, ""),
            hints=hints,
        )

    def _label(self, one: _Case, name: str) -> str:
        """Return the question in words: a screen reader says nothing else before its answers."""
        words = {
            REASON: f"Main reason for the {self._pack.domains[0]} grade, {one.name}",
            SURENESS: f"How sure are you, {one.name}",
            COMMENT: f"Comment on {one.name}: no names of children or staff",
            FILE_SEEN: f"Had you read this file before, {one.name}",
            GRADE_SEEN: f"Had you seen the audit’s grade before you committed yours, {one.name}",
        }
        return words.get(name, f"{name}, {one.name}")


def compared(pack: Pack, cases: list[_Case]) -> str:
    """How many grades are the audits', in a sentence."""
    signs = [
        _steps_apart(pack, one, domain)
        for one in cases
        for domain in pack.domains
        if one.answers.get(domain) in pack.levels and one.audit_grades.get(domain) in pack.levels
    ]
    if not signs:
        return "No grade can be compared."
    kinder, stricter = sum(sign > 0 for sign in signs), sum(sign < 0 for sign in signs)
    return (
        f"Of {counted(len(signs), 'grade')} that both gave, the audit’s was the same in "
        f"{signs.count(0)}, kinder in {kinder} and stricter in {stricter}."
    )


def _begun(pack: Pack, case: PackCase, number: int, kept: Standing) -> _Case:
    """A case as it was left when it was graded last."""
    answers = {domain: grade or "" for domain, grade in kept.grades.items()}
    answers |= {REASON: kept.reason, SURENESS: kept.sure, COMMENT: kept.comment}
    stage = Stage.GRADE
    if kept.is_committed:
        stage = Stage.WAIT if kept.recognised else Stage.ASK
    if kept.audit_grades:
        stage = Stage.COMPARE
    if set(kept.grades) - set(pack.domains):
        raise UsageError(f"Case {case.code} was graded in parts that the pack does not have.")
    return _Case(
        case=case,
        number=number,
        answers=answers,
        kept=dict(answers),
        stage=stage,
        audit_grades=kept.audit_grades,
    )


def _where_to_find(case: PackCase) -> tuple[str, ...]:
    lines = []
    if case.reference:
        lines.append(f"File: {case.reference}.")
    if case.as_at is not None:
        day = f"{case.as_at.day} {case.as_at:%B %Y}"
        lines.append(f"Read the file as it stood on {day}; what came later is another case.")
    lines.append("Do not open the audit’s own form.")
    return tuple(lines)


def _read_back_table(pack: Pack, one: _Case) -> FormTable:
    asked = ((domain, domain) for domain in pack.domains)
    others = ((REASON, "Main reason"), (SURENESS, "How sure"), (COMMENT, "Comment"))
    return FormTable(
        caption=f"What will be committed for {one.name}",
        columns=("Part", "Your answer"),
        rows=tuple(
            (words, one.answers.get(name, "").strip() or "no answer")
            for name, words in (*asked, *others)
        ),
    )


def _comparison_table(pack: Pack, one: _Case) -> FormTable:
    rows = []
    for domain in pack.domains:
        mine = one.answers.get(domain) or "no answer"
        audit = one.audit_grades.get(domain) or "not graded"
        both = mine in pack.levels and audit in pack.levels
        rows.append((domain, mine, audit, _apart(pack, one, domain) if both else ""))
    return FormTable(
        caption=f"Your grades and the audit’s, {one.name}",
        columns=("Part", "You", "The audit", "The audit was"),
        rows=tuple(rows),
    )


def _steps_apart(pack: Pack, one: _Case, domain: str) -> int:
    """Grades that the audit lies above the moderator."""
    return pack.levels.index(one.audit_grades[domain]) - pack.levels.index(one.answers[domain])


def _apart(pack: Pack, one: _Case, domain: str) -> str:
    apart = _steps_apart(pack, one, domain)
    way = by_sign(apart, above="kinder", below="stricter", neither="")
    return f"{counted(abs(apart), 'grade')} {way}" if apart else "the same"
