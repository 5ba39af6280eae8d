"""What the programme overview says."""

from __future__ import annotations

from qaf_analysis.kit.numbers import counted, interval, percent, points, value, with_interval
from qaf_analysis.kit.statement import Statement, listed
from qaf_analysis.topics.programme.programme import Programme

LIMITS = (
    "These are auditors' own grades. A rise can mean better practice, a different set of "
    "auditors, or kinder auditing; the section on external moderation bears on which. Quarters of "
    "this size move by chance, so single quarters should not be compared."
)
WEAKEST = 3


def say_programme(result: Programme) -> Statement:
    """Words for the overview of activity and grades."""
    return Statement(
        claim=programme_claim(result),
        paragraphs=(_headline(result), _quarter(result), _activity(result), *_domains(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def programme_lead(result: Programme) -> str:
    """One sentence on how the share good or better has moved, for the head of the first page."""
    good = result.levels[result.good_from].lower()
    if not result.change.is_estimable:
        return f"How the share {good} or better has moved cannot be told: {result.change.why_not}."
    moved = "shows no clear change"
    if result.change.low > 0:
        moved = "has risen"
    elif result.change.high < 0:
        moved = "has fallen"
    return (
        f"The share that auditors graded {good} or better {moved} since {result.before_period}, "
        f"when it was {percent(result.good_before.value)} (a change of "
        f"{interval(result.change, points)} points)."
    )


def programme_claim(result: Programme) -> str:
    """Heading that says how grades have moved."""
    good = result.levels[result.good_from]
    if not result.good_now.is_estimable:
        return "No audit of this period was graded"
    if not result.change.is_estimable:
        return f"{good} or better: {percent(result.good_now.value)} of audits"
    then, now = percent(result.good_before.value), percent(result.good_now.value)
    if result.change.low > 0:
        return f"{good} or better rose from {then} to {now}"
    if result.change.high < 0:
        return f"{good} or better fell from {then} to {now}"
    return f"{good} or better: no clear change ({then}, now {now})"


def _headline(result: Programme) -> str:
    good = result.levels[result.good_from].lower()
    said = (
        f"In {result.scope.period}, auditors graded {with_interval(result.good_now, percent)} of "
        f"{counted(result.scope.used, _unit(result))} {good} or better."
    )
    if not result.change.is_estimable:
        return f"{said} A change cannot be told, because {result.change.why_not}."
    return (
        f"{said} In {result.before_period} it was "
        f"{with_interval(result.good_before, percent)}: a change of "
        f"{points(result.change.value)} points ({interval(result.change, points)})."
    )


def _unit(result: Programme) -> str:
    return "audit" if result.has_overall else "domain grade"


def _quarter(result: Programme) -> str:
    last = result.by_quarter[-1]
    if not last.total:
        return f"In {result.scope.quarter} no routine audit was graded."
    return (
        f"In {result.scope.quarter} alone it was {with_interval(result.good_quarter, percent)} "
        f"of {last.total:,}."
    )


def _activity(result: Programme) -> str:
    types = [f"{sum(kind.counts):,} {kind.audit_type.replace('_', '-')}" for kind in result.by_type]
    said = (
        f"Since {result.quarters[0]} the programme completed "
        f"{counted(sum(sum(kind.counts) for kind in result.by_type), 'audit')}: {listed(types)}. "
        f"{counted(result.auditors, 'auditor')} graded in {result.scope.period}."
    )
    if result.family_feedback.is_estimable:
        said += (
            f" {value(result.family_feedback, percent)} of audits included the family's feedback "
            f"({interval(result.family_feedback, percent)})."
        )
    return said


def _domains(result: Programme) -> tuple[str, ...]:
    judged = [domain for domain in result.by_domain if domain.good.is_estimable]
    if len(judged) <= WEAKEST:
        return ()
    weakest = sorted(judged, key=lambda domain: domain.good.value)[:WEAKEST]
    said = [f"{domain.label} ({percent(domain.good.value)})" for domain in weakest]
    return (
        f"The domains with the smallest share {result.levels[result.good_from].lower()} or "
        f"better were {listed(said)}.",
    )


def since_last_quarter(result: Programme) -> tuple[str, ...]:
    """What is new against the quarter before."""
    good = result.levels[result.good_from].lower()
    last = result.by_quarter[-1]
    said = []
    if len(result.by_quarter) > 1:
        before = result.by_quarter[-2]
        said.append(
            f"{counted(last.total, _unit(result))} graded, {before.total:,} the quarter before."
        )
    if result.quarter_change.is_estimable:
        low, high = result.quarter_change.low, result.quarter_change.high
        verdict = "a rise" if low > 0 else "a fall" if high < 0 else "no clear change"
        said.append(
            f"{good.capitalize()} or better moved by {points(result.quarter_change.value)} points "
            f"({interval(result.quarter_change, points)}): {verdict}."
        )
    new = [event for event in result.events if event.quarter == result.scope.quarter]
    said += [f"New this quarter: {event.label} ({event.kind})." for event in new]
    return tuple(said) or ("There is no earlier quarter to compare with.",)
