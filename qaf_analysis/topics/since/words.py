"""What is said of the last report: one sentence for the first page, and a statement.

Only what was compared is told. That nothing was found to differ is never worded as a finding of
its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qaf_analysis.kit.numbers import counted, percent
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.topics.common.reported import Asked, PastMoves
from qaf_analysis.topics.since.analysis import (
    ChangedVerdict,
    Differing,
    RevisedFigure,
    SinceLast,
    StepOutcome,
)

FIRST = "This is the first report kept here, so nothing is compared."
NO_VERDICT = "No verdict is another than in the last report."
NO_FIGURE = "No share of a past quarter or year is printed otherwise than in the last report."
NO_STEP = "The last report recommended nothing, and council.toml declares nothing that was agreed."
NO_REASON = "Reason not recorded."
MOST_WORDS = 25
LIMITS = (
    "A reason is named only where it was looked at. Of a verdict these are its data, the settings "
    "it rests on, the scale, and the version of the workbench; of a past share, its audits one by "
    "one. How exports were read is not compared. Nothing here shows that a step had an effect."
)
TOPICS: Mapping[Asked, str] = {
    "year": "the yearly change of grades",
    "agreement": "agreement among auditors",
    "optimism": "over-optimism",
    "themes": "themed audits",
    "theme": "the theme",
    "process": "consistency of auditing",
}


def since_sentence(result: SinceLast) -> str:
    """One sentence for the first page, of at most 25 words; the most important first.

    Where it has no room for all, the last words say how many things more there are.
    """
    if result.last is None:
        unread = "The last report could not be read, so nothing is compared with it."
        alone = "" if result.is_first else unread
        return " ".join(filter(None, (_agreed_alone(result), alone))) or FIRST
    opening = f"Since the last report ({result.last}):"
    if result.unreadable:
        opening = f"Since the report on {result.last} (later ones could not be read):"
    found = _clauses(result)
    if not found:
        return f"{opening} no verdict changed, and no share of a past period was revised."
    for told in range(len(found), 0, -1):
        rest = len(found) - told
        more = f"; {counted(rest, 'further change')} below" if rest else ""
        sentence = f"{opening} {'; '.join(found[:told])}{more}."
        if len(sentence.split()) <= MOST_WORDS:
            return sentence
    return f"{opening} {counted(len(found), 'change')}, told below."


def _agreed_alone(result: SinceLast) -> str:
    """How many agreed actions are overdue, where no report is compared; empty without any."""
    if not result.agreed:
        return ""
    done = sum(one.state == "done" for one in result.agreed)
    late, finished = (
        f"{number:,} {'is' if number == 1 else 'are'}" for number in (result.overdue, done)
    )
    number = counted(len(result.agreed), "agreed action")
    return f"Of {number}, {late} overdue and {finished} done."


def _clauses(result: SinceLast) -> list[str]:
    """What there is to tell, each in a few words: verdicts, what is overdue, figures."""
    found = [
        f"{_subject(each)} is now judged “{each.now}”"
        for each in result.verdicts
        if each.then and each.now and each.asked != "themes"
    ]
    # The count of all themes is told only where none of them can be named.
    if not any(each.asked == "theme" for each in result.verdicts):
        found += [
            f"{TOPICS[each.asked]} are now judged “{each.now}”"
            for each in result.verdicts
            if each.asked == "themes" and each.then and each.now
        ]
    if result.overdue:
        are = "is" if result.overdue == 1 else "are"
        found.append(f"{counted(result.overdue, 'agreed action')} {are} overdue")
    if result.figures:
        were = "was" if len(result.figures) == 1 else "were"
        found.append(f"{counted(len(result.figures), 'past share')} {were} revised")
    return found


def _subject(each: ChangedVerdict) -> str:
    name = each.theme or TOPICS[each.asked]
    return f"{each.headline}: {name}" if each.headline else name


def say_since(result: SinceLast) -> Statement:
    """Words for the section."""
    return Statement(
        claim=_claim(result), paragraphs=_paragraphs(result), limits=LIMITS, source=_source(result)
    )


def _claim(result: SinceLast) -> str:
    if result.last is None:
        if result.unreadable:
            return "The last report could not be compared"
        return "What was agreed" if result.agreed else "No earlier report is kept here"
    found = []
    if result.verdicts:
        found.append(f"{counted(len(result.verdicts), 'verdict')} changed")
    if result.figures:
        were = "was" if len(result.figures) == 1 else "were"
        found.append(f"{counted(len(result.figures), 'past share')} {were} revised")
    if result.overdue:
        are = "is" if result.overdue == 1 else "are"
        found.append(f"{counted(result.overdue, 'agreed action')} {are} overdue")
    if not found:
        return f"Since the report on {result.last}, no verdict changed"
    return f"Since the report on {result.last}, {listed(found)}"


def _paragraphs(result: SinceLast) -> tuple[str, ...]:
    said = []
    if result.unreadable:
        number = counted(len(result.unreadable), "report")
        said.append(f"{number} could not be compared. {' '.join(result.unreadable)}")
    if result.last is None:
        return (*said, *((FIRST,) if result.is_first else ()))
    said.append(f"This report is compared with the one on {result.last}, run {result.run_id}.")
    said += nothing_words(result)
    if result.figures and result.why_no_moves:
        said.append(f"Audits could not be compared one by one, because {result.why_no_moves}.")
    return tuple(said)


def nothing_words(result: SinceLast) -> tuple[str, ...]:
    """What is said in place of each table that has no rows; nothing where nothing was compared."""
    if result.last is None:
        return ()
    return (
        *(() if result.agreed or result.steps else (NO_STEP,)),
        *(() if result.verdicts else (NO_VERDICT,)),
        *(() if result.figures else (NO_FIGURE,)),
    )


def _source(result: SinceLast) -> str:
    if result.last is None:
        return "No earlier report was compared."
    then, now = result.set_aside
    return (
        f"Report on {result.last}, run {result.run_id}. Rows set aside: {then:,} then, {now:,} now."
    )


def question_words(each: ChangedVerdict, positive: str) -> str:
    """The question that a verdict answers, as it stands in a table."""
    words = {
        "year": f"Has the share graded {positive} moved over the year?",
        "agreement": "Do auditors agree?",
        "optimism": "Are audits over-optimistic?",
        "themes": "Did themed audits change practice?",
        "theme": f"Did practice change after the themed audit on {each.theme}?",
        "process": "Is auditing more consistent?",
    }[each.asked]
    return f"{each.headline}: {words}" if each.headline else words


def why_verdict(differing: Differing) -> str:
    """Why a verdict changed, as far as it was looked at.

    Examples
    --------
    >>> why_verdict(Differing(data=("40 audits, 2019-20 Q2", "52 audits, 2019-20 Q3")))
    'New data: 52 audits, 2019-20 Q3; then 40 audits, 2019-20 Q2.'
    >>> why_verdict(Differing())
    'Reason not recorded.'
    """
    found = []
    if differing.settings:
        found.append(f"other settings ({listed(differing.settings)})")
    if differing.versions:
        then, now = differing.versions
        found.append(
            "a change of the workbench under the same version number"
            if then == now
            else f"another version of the workbench ({now}, then {then})"
        )
    if differing.data:
        then, now = differing.data
        found.append(f"new data: {now}; then {then}")
    if not found:
        return NO_REASON
    if len(found) == 1:
        return f"{found[0][0].upper()}{found[0][1:]}."
    return f"Several things changed; which of them did it was not looked at: {'; '.join(found)}."


def share_words(value: float, n: int, unit: str) -> str:
    """A share with what it rests on; where none was given, only that.

    Examples
    --------
    >>> share_words(0.62, 40, "audit"), share_words(float("nan"), 7, "audit")
    ('62% of 40 audits', 'no share, 7 audits')
    """
    graded = counted(n, unit)
    return f"no share, {graded}" if value != value else f"{percent(value)} of {graded}"


def why_figure(each: RevisedFigure, unit: str) -> str:
    """Why a past share is printed otherwise, as far as its audits were looked up."""
    found = () if each.moves is None else _moves(each.moves, unit)
    if each.other_scale:
        found = ("the scale is another", *found)
    if not found:
        return NO_REASON
    text = "; ".join(found)
    return f"{text[0].upper()}{text[1:]}."


def _moves(moves: PastMoves, unit: str) -> tuple[str, ...]:
    told = (
        (moves.late, "that no file loaded then held"),
        (moves.counted_since, "loaded then, and counted only now"),
        (moves.moved_in, "then dated in another quarter"),
        (moves.moved_out, "now dated in another quarter"),
        (moves.withdrawn, "that no file loaded now holds"),
        (moves.uncounted, "loaded now, and counted no longer"),
        (moves.regraded, "with another grade now"),
    )
    return tuple(f"{counted(number, unit)} {words}" for number, words in told if number)


_STATES: Mapping[str, str] = {
    "again": "recommended again",
    "still": "still called for",
    "no longer": "no longer called for",
    "not comparable": "not compared",
}


def step_state(step: StepOutcome) -> str:
    """What became of a step, in two or three words."""
    return _STATES[step.became]


def step_words(step: StepOutcome) -> str:
    """What became of a step of the last report."""
    if step.became == "not comparable" or step.asked == "":
        return "This version does not know which verdict called for it."
    topic = TOPICS[step.asked]
    told = listed([f"“{verdict}”" for verdict in step.verdicts]) or "not reached"
    now = "is now" if step.is_changed else "is still"
    if step.became == "no longer":
        return f"The verdict on {topic} {now} {told}, which does not call for it."
    if step.became == "still":
        return f"The verdict on {topic} {now} {told}. Other steps come first."
    again = f" It now reads: {step.action_now}" if step.action_now else ""
    return f"The verdict on {topic} {now} {told}.{again}"


def day_words(day: date) -> str:
    """A day as the report writes it.

    Examples
    --------
    >>> day_words(date(2020, 3, 31))
    '31 March 2020'
    """
    return f"{day.day} {day:%B %Y}"
