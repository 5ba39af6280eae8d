"""What is said of the audit programme: grades, the data, and what so many audits can tell."""

from __future__ import annotations

from qaf_analysis.data.contract.record import CODES_DIFFER, NOTHING_LOST, FileRecord
from qaf_analysis.kit.direction import change_words, unsigned
from qaf_analysis.kit.numbers import (
    TOO_FEW,
    counted,
    interval,
    percent,
    points,
    value,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import Statement, listed
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import DATA_RULE, YEAR_CLAIMS, YearVerdict
from qaf_analysis.terms.word_maps import MappedColumn
from qaf_analysis.topics.common.scope import Event
from qaf_analysis.topics.programme.analysis.grades import MultiAgencyRound, Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.mix_breaks import MixBreak
from qaf_analysis.topics.programme.analysis.reach import Reach

LIMITS = (
    "These are auditors' own grades. A rise can mean better practice, a different set of "
    "auditors, or kinder auditing; the section on external moderation bears on which. Quarters of "
    "this size move by chance, so single quarters should not be compared."
)
DERIVED = (
    "Nobody gave this grade: a rule derives it from {} areas. Its level follows from the rule, so "
    "it may not be set beside a judged overall grade or another rule. Whether auditors are "
    "over-optimistic is told by the areas, because the rule turns noise into a gap."
)
WEAKEST = 3


def say_programme(result: Programme) -> Statement:
    """Words for the overview of activity and grades."""
    return Statement(
        claim=programme_claim(result),
        paragraphs=(
            _headline(result),
            *map(mix_break_words, result.mix_breaks),
            _quarter(result),
            _activity(result),
            *weakest_domains(result),
        ),
        limits=f"{DERIVED.format(result.areas)} {LIMITS}" if result.areas else LIMITS,
        source=result.scope.source_line,
    )


def programme_lead(result: Programme) -> str:
    """One sentence on how the share graded positive has moved, for the head of the first page."""
    if result.verdict == YearVerdict.CANNOT_BE_TOLD:
        return (
            f"How the share graded {result.scale.positive} has moved {result.verdict}: "
            f"{result.change.why_not}."
        )
    before = result.years[-2]
    moved = (
        f"The share that auditors graded {result.scale.positive} {result.verdict}"
        if result.verdict in YEAR_CLAIMS
        else f"{result.verdict.capitalize()} in the share graded {result.scale.positive}"
    )
    return f"{moved} since {before.period} ({interval(result.change, points)} points)."


def _earlier(result: Programme) -> str:
    """The whole years before the two that are compared, so that none is kept back."""
    years = [year for year in result.years[:-2] if year.is_whole]
    if not years:
        return ""
    said = [f"{value(year.good, percent)} in {year.period}" for year in years]
    return f" Before that it was {listed(said)}."


def programme_claim(result: Programme) -> str:
    """Heading that says how grades have moved."""
    good = result.scale.positive_heading
    if not result.good_now.is_estimable:
        few = result.good_now.cases > 0
        return f"{good}: {TOO_FEW}" if few else "No routine audit of this period was graded"
    if result.verdict == YearVerdict.CANNOT_BE_TOLD:
        return f"{good}: {percent(result.good_now.value)} of audits"
    then, now = (year.good.value for year in result.years[-2:])
    if result.verdict in YEAR_CLAIMS:
        return f"{good} {change_words(then, now, percent)}"
    return f"{good}: {result.verdict} ({percent(then)}, now {percent(now)})"


def _headline(result: Programme) -> str:
    good = result.scale.positive
    if not result.good_now.is_estimable:
        return (
            f"How many audits of {result.scope.period} were graded {good} cannot be said: "
            f"{result.good_now.why_not}."
        )
    were = "was" if result.scope.used == 1 else "were"
    said = (
        f"In {result.scope.period}, {with_interval(result.good_now, percent)} of "
        f"{counted(result.scope.used, _unit(result))} {were} graded {good} by auditors."
    )
    if result.verdict == YearVerdict.CANNOT_BE_TOLD:
        return f"{said} A change from one year to the next {result.verdict}: " + (
            f"{result.change.why_not}."
        )
    before, last = result.years[-2:]
    if last.period != result.scope.period:
        said += f" In {last.period} alone it was {with_interval(last.good, percent)}."
    return (
        f"{said} In {before.period} it was {with_interval(before.good, percent)}. The change of "
        f"{interval(result.change, points)} points allows for who audited in each year: "
        f"{_it(result.verdict)}.{_earlier(result)}"
    )


def _it(verdict: YearVerdict) -> str:
    return f"the share {verdict}" if verdict in YEAR_CLAIMS else str(verdict)


def _unit(result: Programme) -> str:
    return "audit" if result.has_overall else "domain grade"


_COLUMNS: dict[MappedColumn, str] = {"case_type": "types of case", "team": "teams"}


def mix_break_words(found: MixBreak) -> str:
    """Name new types of case or teams, and tell the change of the year with the mix held."""
    named = (
        f"From {found.on} {_COLUMNS[found.column]} have new words: {listed(found.words)}. They "
        f"were merged by decision of {found.approved_by}, version {found.version}."
    )
    changes = (found.old_mix, found.new_mix)
    if not any(change.is_estimable for change in changes):
        return f"{named} The change with the mix held cannot be told: {found.old_mix.why_not}."
    told = [
        f"{words}, {points(change.value)} points ({interval(change, points)})"
        for words, change in zip(_MIXES, changes, strict=True)
        if change.is_estimable
    ]
    return (
        f"{named} The year’s change would be: {'; '.join(told)}. These allow for the mix, and not "
        "for who audited."
    )


_MIXES = ("with the mix of the year before", "with this year’s mix")


def _quarter(result: Programme) -> str:
    last = result.by_quarter[-1]
    if not last.total:
        return f"In {result.scope.quarter} no routine audit was graded."
    if not result.good_quarter.is_estimable:
        return f"In {result.scope.quarter} alone no share is given: {result.good_quarter.why_not}."
    return (
        f"In {result.scope.quarter} alone it was {with_interval(result.good_quarter, percent)} "
        f"of {last.total:,}."
    )


def _activity(result: Programme) -> str:
    types = [f"{sum(kind.counts):,} {kind.audit_type.replace('_', '-')}" for kind in result.by_type]
    done = counted(sum(sum(kind.counts) for kind in result.by_type), "audit")
    said = (
        f"On the scale in use since {result.scale_since} the programme completed {done}, not "
        f"counting audits on an earlier scale: {listed(types)}."
        if result.scale_since
        else f"Since {result.quarters[0]} the programme completed {done}: {listed(types)}."
    )
    said += f" {counted(result.auditors, 'auditor')} graded in {result.scope.period}."
    if result.family_feedback.is_estimable:
        said += (
            f" {value(result.family_feedback, percent)} of audits included the family's feedback "
            f"({interval(result.family_feedback, percent)})."
        )
    return said


def weakest_domains(result: Programme) -> tuple[str, ...]:
    """Name the domains with the smallest positive share; nothing where there are few domains."""
    judged = [domain for domain in result.by_domain if domain.good.is_estimable]
    if len(judged) <= WEAKEST:
        return ()
    weakest = sorted(judged, key=lambda domain: domain.good.value)[:WEAKEST]
    said = [f"{domain.label} ({percent(domain.good.value)})" for domain in weakest]
    return (
        f"The domains with the smallest share graded {result.scale.positive} were {listed(said)}.",
    )


def since_last_quarter(result: Programme) -> tuple[str, ...]:
    """What is new against the quarter before."""
    said = []
    if result.quarter_verdict == YearVerdict.CANNOT_BE_TOLD:
        if len(result.by_quarter) > 1:
            said.append("Whether the last quarter differs from the one before cannot be told.")
    else:
        said.append(
            f"{result.scale.positive_heading}, this quarter against the last: "
            f"{_it(result.quarter_verdict)} ({interval(result.quarter_change, points)} points)."
        )
    new = [event for event in result.events if event.quarter == result.scope.quarter]
    said += [f"New this quarter: {_named_event(event)}." for event in new]
    if len(result.by_quarter) < 2:
        return (*said, "There is no earlier quarter to compare with.")
    return tuple(said)


def _named_event(event: Event) -> str:
    if event.label.casefold() == event.kind:
        return event.kind
    return f"{event.label} ({event.kind})"


def voice_words(result: Programme) -> str:
    """How often the family was heard, or why that is not known."""
    feedback = result.family_feedback
    if not feedback.is_estimable:
        return (
            "Not available because the exports do not record whether the family was heard "
            "(column family_feedback)."
        )
    return (
        f"The family's feedback is recorded in {with_interval(feedback, percent)} of "
        f"{counted(feedback.cases, 'routine audit')} in {result.scope.period}."
    )


def worst_grade_title(result: Programme) -> str:
    """Heading of what is said of the worst grade."""
    return f"Audits graded {result.scale.worst}"


def worst_grade_words(result: Programme) -> str:
    """How many audits got the worst grade, quarter by quarter."""
    each = "; ".join(f"{q.label}: {q.counts[0]:,} of {q.total:,}" for q in result.by_quarter[-4:])
    return f"Routine audits graded {result.scale.worst}, by quarter: {each}."


MULTI_AGENCY = (
    "So few cases, chosen for what they can teach, are for reading. Their grades are in no "
    "percentage, interval or verdict of this report."
)


def say_multi_agency(result: Programme) -> tuple[str, ...]:
    """One line for each round of multi-agency audits, in order of time."""
    return tuple(_round(one, result.scale) for one in result.multi_agency)


def _round(one: MultiAgencyRound, scale: ScaleWords) -> str:
    theme = f", {one.theme}" if one.theme else ""
    found = [
        f"{count:,} graded {scale.within(grade)}" for grade, count in enumerate(one.counts) if count
    ]
    if one.ungraded:
        found.append(f"{one.ungraded:,} without an overall grade")
    return f"{one.quarter}{theme}: {counted(one.cases, 'case')}; {listed(found)}."


INTAKE_LIMITS = (
    "The checks see what the exports hold. They cannot see an audit that was never entered, or a "
    "grade that was changed before it was exported."
)


def say_intake(result: Intake) -> Statement:
    """Words for the data-quality section."""
    failed = [check for check in result.checks if check.state == "failed"]
    not_run = [check for check in result.checks if check.state == "could not run"]
    passed = len(result.checks) - len(failed) - len(not_run)
    paragraphs = [
        f"{counted(len(_exports(result)), 'file')} held {counted(result.rows_in, 'row')}: "
        f"{_were(result.loaded)} loaded{_between(result)} {_were(result.quarantined)} set aside, "
        f"each with its place and how to mend it. They hold {counted(result.audits, 'audit')}, "
        f"{counted(result.ratings, 'grade')} and {counted(result.moderations, 'moderation')}.",
        f"Of {counted(len(result.checks), 'check')}, {passed} passed, {len(failed)} failed and "
        f"{len(not_run)} could not run.",
    ]
    paragraphs += [f"Failed: {check.name}. {check.detail.rstrip('.')}." for check in failed]
    if result.dropped_columns:
        paragraphs.append(
            f"Left out because they may name people: {listed(sorted(result.dropped_columns))}."
        )
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(paragraphs),
        limits=INTAKE_LIMITS,
        source=f"Pseudonyms made with key {result.key_id}.",
    )


def _between(result: Intake) -> str:
    if not result.not_data:
        return " and"
    hold = "holds" if result.not_data == 1 else "hold"
    return f", {whole(result.not_data)} {hold} no record, and"


def _exports(result: Intake) -> list[FileRecord]:
    return [file for file in result.files if file.kind != "settings"]


def data_warnings(result: Intake, *, told_in: str = "Data quality") -> tuple[str, ...]:
    """Say on the first page what was lost in reading, where that may move the figures.

    That codes differ from those of earlier reports is said there too, and that no headline was
    declared. ``told_in`` names where more is said.
    """
    said = []
    if any(found.code == CODES_DIFFER for found in result.findings):
        said.append(
            "Codes will not match earlier reports: the key or the council’s name is another. "
            f"Compare no code with an earlier report. See {told_in}."
        )
    for file in _exports(result):
        repeats = sum(
            found.rows
            for found in result.findings
            if found.file == file.name and found.code in NOTHING_LOST
        )
        lost = max(0, file.quarantined - repeats)
        records = file.rows_in - file.not_data
        if records and file.loaded == 0:
            said.append(
                f"All {counted(records, 'row')} of {file.name} were set aside: nothing in "
                f"this report rests on it. See {told_in}."
            )
        elif lost > DATA_RULE.most_set_aside * records:
            said.append(
                f"{whole(lost)} of {counted(records, 'row')} of {file.name} "
                f"({percent(lost / records)}) were set aside and are in no figure. See "
                f"{told_in}."
            )
    if result.stand_ins:
        said.append(f"{_undeclared(result.stand_ins)} See {told_in}.")
    return tuple(said)


def _undeclared(stand_ins: tuple[str, ...]) -> str:
    """That domains stand for an overall grade that nobody gave, and how to choose others."""
    alone = len(stand_ins) == 1
    return (
        f"No audit has an overall grade, and no headline is declared: {listed(stand_ins)} "
        f"{'stands' if alone else 'stand'} here in its place. Say in council.toml which domains "
        "this page should be about; qaf check prints the line to paste."
    )


def _claim(result: Intake) -> str:
    if result.quarantined:
        verb = "was" if result.quarantined == 1 else "were"
        rows = counted(result.quarantined, "row")
        return f"{rows} of {whole(result.rows_in - result.not_data)} {verb} set aside"
    if result.not_data:
        return "Every record was loaded"
    return "Every row was loaded"


def _were(rows: int) -> str:
    return f"{whole(rows)} {'was' if rows == 1 else 'were'}"


def reach_title(result: Reach) -> str:
    """Heading of the box."""
    what = counted(result.audits, "audit") if result.audits else "this report"
    return f"What {what} can and cannot tell"


def reach_points(result: Reach) -> tuple[str, ...]:
    """Say it in bullet points for the first page."""
    said = []
    if result.share.is_estimable:
        either_way = (result.share.high - result.share.low) / 2
        said.append(
            "In one such quarter a share is known to about "
            f"{unsigned(either_way, points)} points either way."
        )
    if result.detectable_years.is_estimable:
        said.append(
            f"From one year to the next, a rise must reach "
            f"{unsigned(result.detectable_years.value, points)} points to be found "
            f"{percent(result.power)} of the time."
        )
    said.append("Nothing here says anything about one child’s case or one worker.")
    return tuple(said)
