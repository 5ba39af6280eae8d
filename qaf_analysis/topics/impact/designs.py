"""What is said and tabulated of designs that were changed after a report."""

from __future__ import annotations

from collections.abc import Mapping

from qaf_analysis.kit.numbers import counted
from qaf_analysis.kit.parts import Column, Statement, Table
from qaf_analysis.terms.measured import CHOSEN_DATE
from qaf_analysis.topics.impact.analysis.changes import DesignChange, DesignChanges

EASIER = (
    "What is fixed only after outcomes are seen, such as a date, what is left out or what is "
    "compared with, makes a change easier to find where there is none."
)
REASONS = (
    "There may be sound reasons for each, such as an audit held later than planned; the settings "
    "do not hold them."
)
MEND = (
    "Put the folder back as it was from a copy, or take it out of the outputs folder if it never "
    "was a report."
)
DESIGN_CHANGES_LIMITS = (
    "Only reports kept in the outputs folder are compared: one that was made elsewhere, or whose "
    "folder was removed, is not known here. The words for an improvement activity are not "
    "compared, because no figure rests on them. Where a theme is compared with every domain no "
    "theme touches, a theme that is added takes its domain out of that comparison. This is not "
    "listed again for each of the others."
)
_OUTCOMES = {"mean_grade": "the mean grade", "good_or_better": "the positive share"}
_SUBJECTS: Mapping[str, tuple[str, str]] = {
    "subject": ("The subject of {}", "was {} {} and is {} now"),
    "date": ("The date of {}", "was {} {} and is {} now"),
    "selection": ("The quarters that led to the choice of {}", "were {} {} and are {} now"),
    "phase_in": ("The number of quarters of phasing in after {}", "was {} {} and is {} now"),
    "controls": ("What {} is compared with", "was {} {} and is {} now"),
    "outcome": ("What decides on {}", "was {} {} and is {} now"),
    "kind": ("The kind of {}", "was {} {} and is {} now"),
}


def say_design_changes(result: DesignChanges) -> Statement:
    """Words on what is declared otherwise than in earlier reports."""
    found = result.changes
    paragraphs = [_design_changes_compared(result), *map(_sentence, found)]
    if found:
        paragraphs.append(" ".join((REASONS, *_warnings(result.after_outcomes))))
    if result.unreadable:
        number = counted(len(result.unreadable), "earlier report")
        paragraphs.append(f"{number} could not be compared. {' '.join(result.unreadable)} {MEND}")
    return Statement(
        claim=_design_changes_claim(result),
        paragraphs=tuple(paragraphs),
        limits=DESIGN_CHANGES_LIMITS,
        source=_source(result),
    )


def design_line(result: DesignChanges) -> tuple[str, ...]:
    """A line for the first page where something was changed; else none."""
    return (f"{_design_changes_claim(result)}.",) if result.changes else ()


def _design_changes_claim(result: DesignChanges) -> str:
    number = len(result.changes)
    if number == 0:
        return "No design is declared otherwise than in earlier reports"
    what = "part of the design is" if number == 1 else "parts of the design are"
    return f"{number} {what} declared otherwise than in earlier reports"


def _design_changes_compared(result: DesignChanges) -> str:
    rule = "Themes, their dates and process changes are to be declared before outcomes are read."
    if result.why_not:
        return f"{rule} Nothing is to be named, because {result.why_not}."
    declares = "declares" if result.looked_at == 1 else "declare"
    looked_at = f"{counted(result.looked_at, 'earlier report')} {declares} something else than now"
    if result.changes:
        return f"{rule} {looked_at}; each difference is named once, with the last that had it so."
    return f"{rule} {looked_at}, but only what had not been reported on yet."


def _sentence(change: DesignChange) -> str:
    report = f"the report of {change.quarter} (run {change.run_id})"
    name = f"{'the themed audit' if change.what == 'theme' else 'the process change'} {change.name}"
    start = name[0].upper() + name[1:]
    if change.aspect == "added":
        return f"{start} ({change.now}) was not declared in {report}, which covered that quarter."
    if change.aspect == "removed":
        return f"{start} ({change.before}) was declared in {report} and no longer is.{_far(change)}"
    if change.aspect == "name":
        same = "subject" if change.what == "theme" else "kind"
        return f"{start} was called {change.before} in {report}, with the same {same} and quarter."
    opening, rest = _SUBJECTS[change.aspect]
    said = rest.format(_words(change, change.before), f"in {report}", _words(change, change.now))
    return f"{opening.format(name)} {said}.{_far(change)}"


def _far(change: DesignChange) -> str:
    if change.covered:
        return ""
    which = "either quarter" if change.aspect == "date" else "its quarter"
    return f" The reports that had it so did not yet reach {which}."


def _words(change: DesignChange, text: str) -> str:
    if change.aspect == "outcome":
        return _OUTCOMES[text]
    return text.replace("_", " ") if change.aspect == "kind" else text


def _warnings(seen: tuple[DesignChange, ...]) -> tuple[str, ...]:
    dated = [c for c in seen if c.what == "theme" and c.aspect in ("date", "added")]
    return (
        *((CHOSEN_DATE.words,) if dated else ()),
        *((EASIER,) if len(dated) < len(seen) else ()),
    )


def _source(result: DesignChanges) -> str:
    settings = f"Settings file, SHA-256 {result.settings_sha256[:16] or 'none'}."
    if result.first is None or result.last is None:
        return settings
    reports = counted(result.looked_at, "earlier report")
    period = (
        f"{result.first}" if result.first == result.last else f"{result.first} to {result.last}"
    )
    return f"{settings} {reports} with another design, about {period}."


_ASPECTS: Mapping[str, str] = {
    "subject": "Subject",
    "date": "Date",
    "selection": "Quarters of selection",
    "phase_in": "Quarters of phasing in",
    "controls": "Compared with",
    "outcome": "What decides",
    "kind": "Kind",
    "name": "Name",
    "added": "Declared",
    "removed": "Declared",
}


def design_changes_tables(result: DesignChanges) -> tuple[Table, ...]:
    """Every change in one table; none where nothing was changed."""
    if not result.changes:
        return ()
    return (
        Table(
            caption="What is declared otherwise than in earlier reports",
            columns=tuple(
                Column(heading=heading, align="left")
                for heading in (
                    "Theme or process change",
                    "What of it",
                    "Earlier",
                    "Now",
                    "Last report that had it so",
                    "Had outcomes been reported?",
                )
            ),
            rows=tuple(map(_row, result.changes)),
            note=" ".join(
                (
                    "Outcomes had been reported where a report that had the earlier entry already "
                    "covered the quarter in question.",
                    *_warnings(result.after_outcomes),
                )
            ),
            source=_source(result),
            place="section",
        ),
    )


def _row(change: DesignChange) -> tuple[str, ...]:
    what = "themed audit" if change.what == "theme" else "process change"
    before, now = _words(change, change.before), _words(change, change.now)
    if change.aspect == "added":
        before, now = "not declared", f"declared for {now}"
    if change.aspect == "removed":
        before, now = f"declared for {before}", "not declared"
    return (
        f"{change.name} ({what})",
        _ASPECTS[change.aspect],
        before,
        now,
        f"{change.quarter}, run {change.run_id}",
        "yes" if change.covered else "not yet",
    )
