"""What is said of agreement among auditors: on the whole, grade by grade, and what drives it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    in_hundred,
    interval,
    of_hundred,
    percent,
    spelled,
    with_interval,
)
from qaf_analysis.kit.parts import Statement, because
from qaf_analysis.terms.estimate import Estimate, NamedEstimate
from qaf_analysis.terms.verdicts import AGREEMENT_RULE, AgreementClaim, AgreementVerdict
from qaf_analysis.topics.agreement.analysis.detail import AgreementDetail
from qaf_analysis.topics.agreement.analysis.drivers import AgreementDrivers, GroupAgreement
from qaf_analysis.topics.agreement.analysis.headline import Agreement

LIMITS = (
    "Agreement is not accuracy: auditors can agree and all be too kind, which only external "
    "moderation can show. The coefficient depends on how often each grade is given, so it should "
    "not be compared with another council's."
)


def say_agreement(result: Agreement) -> Statement:
    """Words for the agreement section."""
    if not result.ac2.is_estimable:
        return Statement(
            claim="Agreement among auditors could not be measured this period",
            paragraphs=(
                f"Not available because {result.reason}. To measure agreement, have a second "
                "auditor grade a planned share of audits without seeing the first grade.",
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_claim(result),
        paragraphs=(_pairs(result), _coefficient(result), *_boundary(result)),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def agreement_card(result: Agreement) -> str:
    """One sentence for the first page."""
    if not result.ac2.is_estimable:
        return f"Not available because {result.reason}."
    same = of_hundred_pairs(result)[0]
    said = (
        f"Two auditors gave the same audit the same grade {same}% of the time "
        f"({counted(result.audits, 'audit')}). Allowing for chance, agreement is "
        f"{interval(result.ac2, coefficient)}, {for_whom(result)}."
    )
    if result.verdict == AgreementVerdict.WELL:
        return said
    return f"{said} {result.reason[:1].upper()}{result.reason[1:]}."


def _claim(result: Agreement) -> str:
    return (
        "When two auditors read the same audit they gave the same grade "
        f"{counted(of_hundred_pairs(result)[0], 'time')} in 100"
    )


def of_hundred_pairs(result: Agreement) -> list[int]:
    """Of 100 pairs, how many are identical, one grade apart, and further apart."""
    return of_hundred([result.identical, result.one_apart, result.two_or_more])


def grid_of_hundred(shares: Sequence[Sequence[float]], parts: Sequence[int]) -> list[list[int]]:
    """Share 100 pairs out over the grid, so that each distance adds up to its part.

    Examples
    --------
    >>> grid_of_hundred([[0.2, 0.3], [0.3, 0.5]], [70, 30])
    [[20, 30], [30, 50]]
    """
    levels = len(shares)
    grid = [[0] * levels for _ in range(levels)]
    for distance, part in enumerate(parts):
        cells = [(i, j) for i in range(levels) for j in range(i + 1) if min(i - j, 2) == distance]
        here = [shares[i][j] for i, j in cells]
        if sum(here) > 0:
            for (i, j), count in zip(cells, of_hundred(here, total=part), strict=True):
                grid[i][j] = grid[j][i] = count
    return grid


def _pairs(result: Agreement) -> str:
    shares = (result.identical, result.one_apart, result.two_or_more)
    identical, one_apart, further = map(were, of_hundred_pairs(result), shares)
    return (
        f"Of 100 pairs of grades on the same audit, {identical} identical, "
        f"{one_apart} one grade apart and {further} two or more apart. "
        f"They rest on {_audits(result)}, by {counted(result.auditors, 'auditor')}."
    )


def _audits(result: Agreement) -> str:
    audits = counted(result.audits, "audit")
    if result.double_gradings == result.audits:
        return audits
    return f"{audits} with {counted(result.double_gradings, 'double domain grade')}"


def were(part: int, share: float = 0.0) -> str:
    """Write a part of a hundred with its verb: 1 was, 2 were; never as none where there is one.

    Examples
    --------
    >>> were(2, 0.02), were(0, 0.004), were(0)
    ('2 were', 'fewer than 1 was', '0 were')
    """
    few = part == 1 or (part == 0 and share > 0)
    return f"{in_hundred(part, share)} {'was' if few else 'were'}"


def for_whom(result: Agreement) -> str:
    """Of whom the figure speaks, by the error that could be reckoned."""
    if result.speaks_of == AgreementClaim.ONE_ONLY:
        # Codes of auditors stand in tables that are kept apart, never in sentences.
        whom = "one auditor" if len(result.in_every_pair) == 1 else "the same two auditors"
        return f"for agreement with {whom} only"
    return f"for {result.speaks_of}"


def _coefficient(result: Agreement) -> str:
    return (
        f"Allowing for chance, agreement (Gwet's AC2, linear weights) is "
        f"{with_interval(result.ac2, coefficient)}, {for_whom(result)}. "
        f"{_alpha(result.alpha_ordinal)} Verdict: {result.verdict}, because {result.reason}."
    )


def _alpha(alpha: Estimate) -> str:
    if not alpha.is_estimable:
        return f"Krippendorff's alpha, a stricter measure, cannot be told, because {alpha.why_not}."
    return f"Krippendorff's alpha, a stricter measure, is {with_interval(alpha, coefficient)}."


def _boundary(result: Agreement) -> tuple[str, ...]:
    if not result.boundary:
        return ()
    return (
        f"Of the pairs that differed, {percent(result.boundary_share)} lay between "
        f"{result.boundary}.",
    )


DETAIL_LIMITS = (
    "A rare grade is hard to agree on, and its figure rests on few audits. With several "
    "boundaries one is always the least clear. Coefficients answer different questions and must "
    "not be picked for the answer they give: the verdict rests on AC2 and alpha, as fixed "
    "beforehand."
)


def say_agreement_detail(result: AgreementDetail) -> Statement:
    """Words on grades, boundaries, single auditors, and what would halve the interval."""
    if not result.double_graded:
        return Statement(
            claim="Agreement grade by grade cannot be told",
            paragraphs=("Not available because no audit was graded by two auditors.",),
            limits=DETAIL_LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim="Grade by grade",
        paragraphs=(_by_grade(result), *_detail_boundary(result), *_pull(result), _halving(result)),
        limits=DETAIL_LIMITS,
        source=result.scope.source_line,
    )


def _enough(figure: NamedEstimate) -> bool:
    return figure.estimate.is_estimable and figure.estimate.cases >= AGREEMENT_RULE.fewest_audits


def _by_grade(result: AgreementDetail) -> str:
    said = [
        f"{figure.name}: {with_interval(figure.estimate, percent)}"
        for figure in result.by_grade
        if _enough(figure)
    ]
    if not said:
        return "No grade was given in enough audits graded twice to say how often it is shared."
    return (
        "When one auditor gives a grade, another auditor of the same audit gives it too this "
        f"often: {'; '.join(said)}."
    )


def _detail_boundary(result: AgreementDetail) -> tuple[str, ...]:
    known = [b for b in result.boundaries if b.confused.is_estimable]
    if not known:
        return ()
    worst = max(known, key=lambda boundary: boundary.confused.value)
    if worst.confused.value == 0:
        return ("Where two grades are neighbours, the two auditors never gave one of each.",)
    most = ", the most of any boundary" if len(known) > 1 else ""
    return (
        f"Where both grades are {worst.lower} or {worst.upper}, the two auditors gave one of each "
        f"{with_interval(worst.confused, percent)} of the time{most}.",
    )


def _pull(result: AgreementDetail) -> tuple[str, ...]:
    if isnan(result.largest_pull):
        return ()
    moved = coefficient(result.largest_pull)
    if result.largest_pull < result.width / 2 or moved == coefficient(0):
        return (
            f"Leaving out any one auditor moves AC2 by {moved} at most: the figure does not hang "
            "on one person.",
        )
    return (
        f"Leaving out one auditor would move AC2 by up to {moved}: the figure leans on single "
        "auditors, because few audits were graded twice.",
    )


def _halving(result: AgreementDetail) -> str:
    now = f"AC2's interval is now {coefficient(result.width)} wide"
    if isnan(result.needed_share):
        return because("What would halve the interval cannot be planned", result.why_not)
    if not result.needed:
        return f"{now}; no number of audits would halve it, because {result.why_not}."
    said = (
        f"{now}. To halve it, about {counted(result.needed, 'audit')} a year would have to be "
        f"graded twice by {counted(result.auditors, 'auditor')}"
    )
    return f"{said}. That is {result.why_not}." if result.why_not else f"{said}."


DRIVERS_LIMITS = (
    "Groups differ in their cases as well as in how they were audited, and most rest on few "
    "audits; overlapping intervals mean that no difference was shown. Looking at many groups "
    "finds one that stands out by chance alone."
)


def say_agreement_drivers(result: AgreementDrivers) -> Statement:
    """Words on where auditors part."""
    judged = [group for group in result.groups if group.coefficient.is_estimable]
    if not judged:
        return Statement(
            claim="What drives disagreement cannot be told",
            paragraphs=(
                f"Not available because no group has {spelled(AGREEMENT_RULE.fewest_audits)} "
                "audits graded by two or more auditors.",
            ),
            limits=DRIVERS_LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim="Where auditors part",
        paragraphs=(agreement_by_domain(result), agreement_by_sitting(judged)),
        limits=DRIVERS_LIMITS,
        source=result.scope.source_line,
    )


def agreement_by_domain(result: AgreementDrivers) -> str:
    """Say on which domain auditors agree least and most, and whether that stands out."""
    domains = [
        group
        for group in result.groups
        if group.kind == "domain" and group.coefficient.is_estimable
    ]
    if len(domains) < 2:
        used = result.scope.used
        verb = "was" if used == 1 else "were"
        return f"{counted(used, 'audit')} {verb} graded by two or more auditors."
    lowest = min(domains, key=lambda group: group.coefficient.value)
    highest = max(domains, key=lambda group: group.coefficient.value)
    if lowest.coefficient.value == highest.coefficient.value:
        return f"Agreement is the same on all domains ({coefficient(lowest.coefficient.value)})."
    words = (
        f"Agreement is lowest on {lowest.label} ({coefficient(lowest.coefficient.value)}) and "
        f"highest on {highest.label} ({coefficient(highest.coefficient.value)})"
    )
    if lowest.coefficient.high >= highest.coefficient.low:
        return f"{words}, but their intervals overlap, so no domain stands out."
    return f"{words}; their intervals do not overlap."


def agreement_by_sitting(judged: list[GroupAgreement]) -> str:
    """Say how auditors agree who sat together, and who sat apart."""
    sittings = [group for group in judged if group.kind == "sitting"]
    if len(sittings) < 2:
        return "Whether auditors sat together is not recorded for enough audits to compare."
    said = [
        f"{group.label} {coefficient(group.coefficient.value)} "
        f"({interval(group.coefficient, coefficient)})"
        for group in sittings
    ]
    return f"By where auditors sat: {', '.join(said)}."
