"""Moderators themselves in words: how far two agree, whether they drifted, how they scatter."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import TOO_FEW, coefficient, counted, gap, percent, with_interval
from qaf_analysis.kit.parts import Statement, as_sentence, listed
from qaf_analysis.terms.verdicts import ANCHOR_CLAIMS, ANCHOR_RULE, CEILING_RULE, AnchorVerdict
from qaf_analysis.topics.moderators.analysis.ceiling import Ceiling
from qaf_analysis.topics.moderators.analysis.drift import DriftFound
from qaf_analysis.topics.moderators.analysis.headline import ModeratorsMeasured

LIMITS = (
    "These figures help moderators to calibrate; they are not for appraisal, and nobody is ranked. "
    "A file may have changed since it was first read, and an old grade that is remembered hides "
    "drift. How strict moderators are beside auditors stands in the section on severity."
)
WAYS = {AnchorVerdict.KINDER: "kinder", AnchorVerdict.HARSHER: "harsher"}


def say_moderators(result: ModeratorsMeasured) -> Statement:
    """Say how far moderators agree, and whether they graded the same files as before."""
    return Statement(
        claim=_claim(result),
        paragraphs=tuple(
            words
            for words in (ceiling_words(result.ceiling), _panel(result), _each(result),
                          _noise(result))
            if words
        ),
        limits=LIMITS,
        source=result.scope.source_line,
    )  # fmt: skip


def _claim(result: ModeratorsMeasured) -> str:
    if result.panel.verdict in ANCHOR_CLAIMS:
        return f"Moderators together {result.panel.verdict}"
    said = [one for one in result.moderators if one.found.verdict in ANCHOR_CLAIMS]
    if said:
        return f"{counted(len(said), 'moderator')} drifted, as cases read again show"
    if result.panel.verdict is AnchorVerdict.NO_DRIFT:
        return "No drift of moderators was seen"
    if result.supplied:
        return f"Whether moderators drifted: {TOO_FEW}"
    exact = result.ceiling.among_moderators.exact
    if not exact.is_estimable:
        return "How moderators themselves grade cannot be told"
    return f"Two moderators give the same grade to {percent(exact.value)} of audits"


def ceiling_words(ceiling: Ceiling) -> str:
    """Say how far two moderators agree, and an auditor and a moderator on the same audits."""
    two, beside, rule = ceiling.among_moderators, ceiling.with_auditors, CEILING_RULE
    if not two.exact.is_estimable:
        return (
            f"How far two moderators agree: {TOO_FEW}. In the latest rounds two of them read "
            f"{counted(two.audits, 'audit')} blind; {rule.fewest} are needed, and "
            f"{rule.fewest_linear} for AC2 with linear weights."
        )
    ac2, weights = (
        (two.linear, "linear") if two.linear.is_estimable else (two.quadratic, "quadratic")
    )
    return (
        f"Two moderators who read one audit blind in the same round gave the same grade in "
        f"{with_interval(two.exact, percent)} of {counted(two.audits, 'audit')}. Their AC2 with "
        f"{weights} weights is {with_interval(ac2, coefficient)}. "
        + (
            f"An auditor and a moderator gave the same grade in "
            f"{with_interval(beside.exact, percent)} of {counted(beside.audits, 'audit')} among "
            "them. "
            if beside.exact.is_estimable
            else ""
        )
        + "More agreement than among moderators cannot be asked of an auditor and a moderator."
    )


def _panel(result: ModeratorsMeasured) -> str:
    found = result.panel
    if not result.supplied:
        return "No cases that a moderator read again were supplied, so drift cannot be told."
    if not found.anchors:
        return f"Whether moderators drifted: {TOO_FEW}. No own earlier reading came back again."
    since = f"Since round {result.series_from}, moderators graded"
    again = f"{since} {counted(found.anchors, 'case')} again without being told."
    return f"{again} {drift_words(found, 'Together they')}"


def drift_words(found: DriftFound, who: str) -> str:
    """Say what anchors show of somebody, with the interval that belongs to the verdict.

    Parameters
    ----------
    found : DriftFound
    who : str
        Such as "Together they", before "graded".
    """
    if not found.in_all.is_estimable:
        return f"Verdict: {found.verdict}, because {found.in_all.why_not}."
    ago = counted(found.rounds, "round")
    size = with_interval(found.in_all, gap)
    said = (
        f"{who} graded them {size} of a grade {WAYS[found.verdict]} than up to {ago} before, "
        f"first seen in round {found.rang_in}."
        if found.verdict in WAYS
        else f"The difference over {ago} is {size} of a grade."
    )
    return f"{said} Verdict: {found.verdict}.{_why_few(found)}"


def _why_few(found: DriftFound) -> str:
    if found.verdict is not AnchorVerdict.TOO_FEW:
        return ""
    rule = ANCHOR_RULE
    if found.anchors < rule.fewest_anchors:
        return f" At least {rule.fewest_anchors} cases are needed."
    return f" A drift of {gap(rule.drift).removeprefix('+')} of a grade could have been missed."


def _each(result: ModeratorsMeasured) -> str:
    """How many moderators have which verdict; who they are stands in the table."""
    if not result.moderators:
        return ""
    said = [one.found.verdict for one in result.moderators]
    told = [f"{said.count(verdict)} {verdict}" for verdict in AnchorVerdict if verdict in said]
    return f"Of {counted(len(said), 'moderator')}, each by own cases: {listed(told)}."


def _noise(result: ModeratorsMeasured) -> str:
    if not result.supplied:
        return ""
    return " ".join(filter(None, _of_noise(result)))


def _of_noise(result: ModeratorsMeasured) -> Iterator[str]:
    noise = result.noise
    if not noise.reading.is_estimable:
        yield f"How far one moderator's readings scatter: {TOO_FEW}."
        yield as_sentence(noise.reading.why_not)
        return
    who = "two moderators read" if noise.by_two else "one moderator read twice"
    yield (
        f"A reading of the same case scatters by {with_interval(noise.reading, coefficient)} of a "
        f"grade, by {counted(noise.cases, 'case')} that {who}."
    )
    if noise.exact.is_estimable:
        yield f"Single grades came out the same in {with_interval(noise.exact, percent)}."
    if noise.by_two:
        yield "One person's own readings scatter no further, so limits are on the safe side."
    yield noise.reservation
