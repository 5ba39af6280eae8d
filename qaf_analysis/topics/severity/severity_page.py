"""How strictly auditors grade: words and pictures."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.numbers import (
    chance,
    coefficient,
    counted,
    percent,
    with_interval,
)
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.topics.severity.auditor_severity import NO_DIFFERENCE, AuditorSeverity
from qaf_analysis.topics.severity.charts_map import ScaleMap, scale_map
from qaf_analysis.topics.severity.severity_beside import (
    allocation_words,
    group_words,
    moderator_words,
)
from qaf_analysis.topics.severity.severity_models import FEWEST_LINKED
from qaf_analysis.topics.severity.severity_result import Severity

LIMITS = (
    "Severity is relative to this group: a strict auditor may be the accurate one, and if all are "
    "too kind, no comparison among them shows it; only external moderation does. Codes stand in "
    "no order of merit. Not for appraisal or pay."
)


def say_severity(result: Severity) -> Statement:
    """Words on precision first, then the group, then what to talk about."""
    if result.why_not:
        return Statement(
            claim="How strictly auditors grade cannot be told",
            paragraphs=(
                f"Not available because {result.why_not}. Planned double grading of a share of "
                "audits, or calibration files that all auditors grade, would make it possible.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=(
            _precision(result),
            *_group(result),
            allocation_words(result),
            group_words(result),
            _agreement(result),
            moderator_words(result),
            _people(result),
            HOW_TO_READ,
        ),
        limits=LIMITS,
        source=result.scope.source_line,
    )


HOW_TO_READ = (
    "How to read the chart: the dot is the best estimate of how much lower (stricter) or higher "
    "(kinder) an auditor grades the same files than colleagues do, pulled towards the group as "
    "far as few shared files demand. The thick line holds the truth half of the time, the thin "
    "one nearly always. A line that meets the shaded band may mean no difference that matters."
)


def severity_pictures(result: Severity) -> tuple[Picture, ...]:
    """Every auditor with interval, and everything on one scale."""
    if result.why_not:
        return ()
    pictures = []
    if any(person.severity.is_estimable for person in result.auditors):
        pictures.append(_caterpillar(result))
    if len(result.practice) == 5 and result.thresholds:
        pictures.append(_map(result))
    return tuple(pictures)


def finding_words(person: AuditorSeverity) -> str:
    """What may be said of one auditor."""
    return {
        "clearly stricter": "grades lower than colleagues on the same files (clear)",
        "possibly stricter": "may grade lower than colleagues on the same files",
        "clearly kinder": "grades higher than colleagues on the same files (clear)",
        "possibly kinder": "may grade higher than colleagues on the same files",
        "no clear difference": "no clear difference",
        "not enough yet": "not enough shared audits yet",
    }[person.finding]


def _claim(result: Severity) -> str:
    if "auditors' severity" in result.boundary:
        return "Auditors show no difference in strictness beyond chance"
    return f"Auditors differ by about {coefficient(result.spread.value)} of a grade in strictness"


def _precision(result: Severity) -> str:
    if not result.precision.is_estimable:
        return f"No auditor's severity can be told, because {result.precision.why_not}."
    enough = sum(person.finding != "not enough yet" for person in result.auditors)
    return (
        f"With {counted(result.precision.cases, 'audit')} graded by two or more auditors, a "
        f"typical auditor's severity is known to within {coefficient(result.precision.value)} of "
        f"a grade either way. Of {counted(len(result.auditors), 'auditor')}, {enough} share "
        f"{FEWEST_LINKED} or more audits with colleagues and are known closely enough to say "
        "anything."
    )


def _group(result: Severity) -> tuple[str, ...]:
    said = [
        f"Auditors' severities spread by {with_interval(result.spread, coefficient)} of a grade "
        f"(standard deviation) in {result.domain.lower()} grades."
    ]
    found = result.differences
    if found is not None:
        said.append(
            f"That all auditors are alike has a chance of {chance(found.p)} to look like this."
        )
    if len(result.groups) > 1:
        said.append(
            f"Auditors fall into {len(result.groups)} groups that share no audit; nobody is "
            "compared across groups."
        )
    return (" ".join(said),)


def _agreement(result: Severity) -> str:
    if not result.pairs:
        return "No two auditors graded the same domain of an audit."
    more = result.identical > result.expected
    return (
        f"Of {counted(result.pairs, 'pair')} of grades for the same domain of the same audit, "
        f"{percent(result.identical)} are identical, where the model expects "
        f"{percent(result.expected)}"
        f"{': auditors agree more than judging apart would give' if more else ''}. So about "
        f"{percent(1 - result.identical)} of grades would differ with another auditor."
    )


def _people(result: Severity) -> str:
    clear = [p for p in result.auditors if p.finding.startswith("clearly")]
    talks = (
        "A conversation is suggested with "
        f"{listed([code.removeprefix('AUDITOR-') for code in result.talks])}: the same finding "
        "in two successive windows. First step: regrade three to five files together."
        if result.talks
        else "No conversation is suggested: nobody shows the same clear finding in two successive "
        "windows."
    )
    return (
        f"{counted(len(clear), 'auditor')} {'differs' if len(clear) == 1 else 'differ'} clearly "
        f"by more than {coefficient(NO_DIFFERENCE)} of a grade. {talks}"
    )


def _caterpillar(result: Severity) -> Picture:
    rows = []
    for person in result.auditors:
        few = person.finding == "not enough yet"
        note = f"{person.audits} audits, {person.linked} shared"
        mark = Mark.of(
            person.auditor.removeprefix("AUDITOR-"),
            person.severity,
            note=f"not enough yet ({person.linked} shared)" if few else note,
            is_quiet=few,
        )
        inner = person.inner if person.severity.has_interval else None
        rows.append(Row(mark=mark, inner=inner))
    return interval_rows(
        rows,
        title=_claim(result),
        axis=Axis(
            middle="as colleagues",
            left="grades higher (kinder)",
            right="grades lower (stricter)",
            unit="grades",
            band=NO_DIFFERENCE,
            band_words="shaded: no practical difference",
        ),
        about="Severity of each auditor in grades on the same files, in the order of their codes; "
        "above zero stricter.",
    )


def _map(result: Severity) -> Picture:
    return scale_map(
        ScaleMap(
            practice=result.practice,
            levels=result.levels,
            thresholds=result.thresholds,
            domains=tuple((named.name, named.estimate.value) for named in result.difficulty),
            auditors=result.severities,
        ),
        title="Practice, grades, domains and auditors on one scale",
    )
