"""The last section of the committee edition: what it cannot tell, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import counted, percent, whole
from qaf_analysis.kit.parts import Table, listed, word_columns
from qaf_analysis.report.blocks import Heading, Listing, Paragraph
from qaf_analysis.report.editions.fit import Kept, Part
from qaf_analysis.report.editions.supplied import not_supplied
from qaf_analysis.report.method import verdict_rules
from qaf_analysis.terms.glossary import glossary_of
from qaf_analysis.topics.agreement.analysis.headline import Agreement
from qaf_analysis.topics.impact.analysis.themes import Themes
from qaf_analysis.topics.optimism.analysis.headline import Optimism
from qaf_analysis.topics.process.analysis.spread import Consistency
from qaf_analysis.topics.programme.analysis.grades import Programme
from qaf_analysis.topics.programme.analysis.intake import Intake
from qaf_analysis.topics.programme.analysis.reach import Reach
from qaf_analysis.topics.programme.words import reach_points
from qaf_analysis.topics.registry import Results
from qaf_analysis.topics.since.analysis import SinceLast
from qaf_analysis.topics.since.tables import since_tables
from qaf_analysis.topics.since.words import say_since

LIMITS = "limits"
KEY_WORDS = ("Audit", "Gap", "Interval", "Moderation", "Theme", "Verdict")
_CANNOT = (
    "Why a grade changed cannot be told where two changes came together.",
    "Moderators are a second view, not the truth; they may err too.",
)


def limits_part(results: Results) -> Part:
    """What the report cannot tell, its method in ten lines, its words, what was not supplied."""
    return Part(
        heading=Heading(text="What this report cannot tell, and how it was made", id=LIMITS),
        blocks=(
            Kept(block=Listing(items=(*reach_points(results[Reach]), *_CANNOT))),
            *_titled("How it was made", "method-in-ten-lines", method_lines(results)),
            *_since(results[SinceLast]),
            *_titled("Not supplied for this report", "not-supplied", not_supplied(results)),
            Kept(block=_words(results, KEY_WORDS, "The words of this report")),
            Kept(block=_rules_reached(results), keep=2, is_filler=True),
            Kept(block=_further_words(results), keep=1, is_filler=True),
        ),
    )


def _titled(title: str, name: str, items: tuple[str, ...]) -> tuple[Kept, ...]:
    if not items:
        return ()
    ordered = name == "method-in-ten-lines"
    return (
        Kept(block=Heading(text=title, id=name, level=3)),
        Kept(block=Listing(items=items, is_ordered=ordered)),
    )


def _since(result: SinceLast) -> Iterator[Kept]:
    """What became of what was agreed, and what reads otherwise than in the last report."""
    if not result.has_something:
        return
    yield Kept(block=Heading(text="Since the last report", id="since-last-report", level=3))
    # Which report is meant, which could not be read, and what stands for tables without rows.
    yield Kept(block=Paragraph(words=" ".join(say_since(result).paragraphs)))
    for table in since_tables(result):
        yield Kept(block=table, keep=8)


def method_lines(results: Results) -> tuple[str, ...]:
    """The method in at most ten lines, with this report's own numbers."""
    return tuple(_method(results))


def _method(results: Results) -> Iterator[str]:
    programme, intake = results[Programme], results[Intake]
    agreement, optimism = results[Agreement], results[Optimism]
    yield (
        f"{counted(programme.auditors, 'auditor')} graded {counted(programme.audits_now, 'audit')} "
        f"in {programme.scope.period}."
    )
    yield f"Grades, from worst to best: {listed(list(programme.scale.levels))}."
    if agreement.ac2.is_estimable:
        about = results.released(Agreement).headline
        yield (
            f"Agreement{f' on {about}' if about else ''} rests on "
            f"{counted(agreement.audits, 'audit')} that two auditors read."
        )
    if optimism.gap.is_estimable:
        about = results.released(Optimism).headline
        yield (
            f"{f'For {about}, moderators' if about else 'Moderators'} from outside read "
            f"{counted(optimism.gap.cases, 'audit')} again, drawn by a recorded chance."
        )
    if optimism.adjusted_good.is_estimable:
        yield (
            "What moderators would have found in all audits is worked out from those they read, by "
            "grade and by their chance of being drawn."
        )
    if results[Themes].themes:
        yield "Themes are compared with domains that no theme touched, in the same audits."
    yield (
        "A range such as 55 to 69% is meant to hold the true figure in 95 of 100 such reports. "
        "Auditors who grade many audits each are taken as a sample."
    )
    yield "Every verdict follows a rule that was fixed before the figures were seen."
    read = intake.rows_in - intake.not_data
    if read:
        share = percent(intake.quarantined / read)
        yield (
            f"Of {counted(read, 'row')} read, {whole(intake.quarantined)} ({share}) could not be "
            "used; each is listed with what to mend."
        )
    yield "No auditor, moderator, child, worker or case is named."


def _words(results: Results, names: tuple[str, ...], caption: str) -> Table:
    meaning = glossary_of(results[Programme].scale)
    return Table(
        caption=caption,
        columns=word_columns("Word", "Meaning"),
        rows=tuple((name, meaning[name]) for name in names),
        place="section",
    )


def _rules_reached(results: Results) -> Table:
    """The rule behind each answer of this report, in the words of the list of all rules."""
    reached: set[tuple[str, str]] = {
        *(("Agreement", str(one.result.verdict)) for one in results.released(Agreement).every),
        *(("Optimism", str(one.result.verdict)) for one in results.released(Optimism).every),
        *(("Themes", str(theme.verdict)) for theme in results[Themes].themes),
        *(
            ("Consistency", str(change.change.verdict))
            for one in results.released(Consistency).every
            for change in one.result.changes
        ),
    }
    rules = verdict_rules(results[Programme].scale)
    return Table(
        caption="The rule behind each answer, fixed before the figures were seen",
        columns=word_columns("Question", "Answer", "Rule"),
        rows=tuple(rule for rule in rules if _is_reached(rule, reached)),
        place="section",
    )


def _is_reached(rule: tuple[str, str, str], reached: set[tuple[str, str]]) -> bool:
    """Whether a rule is that of an answer; one rule may hold for either of two."""
    return any(question == rule[0] and answer in rule[1] for question, answer in reached)


def _further_words(results: Results) -> Table:
    further = ("Agreement", "AC2", "Comparison domain", "Positive share", "Spread")
    return _words(results, further, "Further words")
