"""What is said and tabulated of groups beside one another: always with what chance would show."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from qaf_analysis.kit.numbers import (
    TOO_FEW,
    chance,
    gap,
    interval,
    percent_to,
    whole,
    with_interval,
)
from qaf_analysis.kit.parts import (
    Column,
    Statement,
    Table,
    few_listed,
    number_columns,
    word_columns,
)
from qaf_analysis.lab.explore.released import By, Measure
from qaf_analysis.lab.explore.view import FEWEST_OWN, Explored, Member, Mixes, Panel
from qaf_analysis.terms.estimate import Estimate

_fine = percent_to(1)

RARE = 0.05
"""What happens by chance alone no oftener than this is told as more than chance."""

WITHIN = "So no more than chance is seen."
BEYOND = "So more than chance is seen."
UNTOLD = "So whether there is more than chance cannot be told."
MORE_MIXED = "That is more, but the habits of single auditors may do that."
AS_MIXED = "That is no more."
SEALED = "Single auditors can be told apart here: for the quality lead's eyes, not to be passed on."
_TOGETHER = "They are graded in the same audits, so chance shows less than that."
_LIMITS = (
    "Groups differ in what reaches them: a "
    "difference is a question to ask, not an answer. Whoever looks at many groups will find one "
    "that stands out."
)


def say_explored(result: Explored) -> Statement:
    """What was found of every kind of group, and of those that are marked."""
    paragraphs = [SEALED] if result.is_sealed else []
    for panel in result.panels:
        paragraphs.append(panel_sentences(panel, result.measure))
        paragraphs += list(marked_sentences(panel, result.measure, result.chosen.get(panel.by, "")))
    if result.own is not None:
        paragraphs.append(panel_sentences(result.own, result.measure))
        marked = result.chosen.get(By.AUDITOR, "")
        paragraphs += list(marked_sentences(result.own, result.measure, marked))
    paragraphs += [mixes_sentence(mixes) for mixes in result.mixes if mixes.unlike is not None]
    return Statement(
        claim=f"{result.measure_words}, beside what chance alone would show",
        paragraphs=tuple(paragraphs),
        limits=_LIMITS,
        source=f"Released figures of run {result.run_id[:8]}; "
        "chance by 4,000 draws with a fixed seed.",
    )


def panel_sentences(panel: Panel, measure: Measure) -> str:
    """How far groups of a kind lie apart, and how far chance alone would put them.

    Every panel has its words: too few groups, within chance, beyond chance.
    """
    spread = panel.spread
    if spread is None:
        return f"Too few {panel.kinds} have a figure to be compared."
    low, high = measure.distance(spread.low), measure.distance(spread.high)
    told = [
        f"{panel.kinds.capitalize()}: the highest of {spread.groups} lies "
        f"{measure.distance(spread.observed)} {measure.unit} above the lowest.",
        f"Were all {spread.groups} alike, chance alone would show {low} to {high}.",
        *_verdict(panel.by, spread.share),
    ]
    if panel.held_back:
        names = few_listed([label for label, _ in panel.held_back])
        told.append(f"Too little is known of {names}.")
    return " ".join(told)


def _verdict(by: By, share: float) -> tuple[str, ...]:
    """Whether more than chance is seen.

    Domains are graded in the same audits, which as a rule keeps their figures together. What
    chance shows of groups that share nothing is then too much: beyond it they are beyond chance,
    and within it nothing follows.
    """
    if share <= RARE:
        return (BEYOND,)
    return (_TOGETHER, UNTOLD) if by is By.DOMAIN else (WITHIN,)


def marked_sentences(panel: Panel, measure: Measure, chosen: str) -> Iterator[str]:
    """What is told of the group that is marked."""
    if not chosen:
        return
    name = f"{panel.kind.capitalize()} {chosen}"
    marked = panel.marked
    if marked is None:
        why = dict(panel.held_back).get(chosen)
        yield f"{name} has no figure: {why}." if why else f"{name} has no figure."
        return
    told = f"{name}: {_with_interval(marked, measure)}, n = {whole(marked.cases)}."
    if isnan(marked.one_so_far):
        yield told
        return
    yield (
        f"{told} Chance alone would show one {panel.kind} as far from the others "
        f"in {chance(marked.one_so_far)} of such comparisons."
    )


def mixes_sentence(mixes: Mixes) -> str:
    """How unlike the grades of groups are, beside grades dealt out at random."""
    unlike = mixes.unlike
    if unlike is None:
        return f"Too few {mixes.by.plural} have grades to be compared."
    return (
        f"For all {mixes.by.plural} to have one mix of grades, {_fine(unlike.observed)} of the "
        f"grades would have to change. Dealt out at random, chance alone would show "
        f"{_fine(unlike.low).removesuffix('%')} to {_fine(unlike.high)}. "
        f"{MORE_MIXED if unlike.share <= RARE else AS_MIXED}"
    )


def explored_tables(result: Explored) -> tuple[Table, ...]:
    """What chance would show; then all that is drawn: every group with its figure, its grades."""
    panels = list(result.panels)
    if result.own is not None and result.is_sealed:
        panels.append(result.own)
    found = [_chance_table(result)]
    found += [_panel_table(panel, result) for panel in panels if panel.members or panel.held_back]
    if result.bins and result.own is not None:
        found.append(_bins_table(result, result.own))
    found += [_mixes_table(mixes, result) for mixes in result.mixes]
    return tuple(found)


def _chance_table(result: Explored) -> Table:
    measure = result.measure
    compared = [*result.panels, *([result.own] if result.own is not None else [])]
    rows = []
    for panel in compared:
        spread = panel.spread
        if spread is None:
            rows.append((panel.kinds.capitalize(), whole(len(panel.members)), TOO_FEW, "", ""))
            continue
        rows.append(
            (
                panel.kinds.capitalize(),
                whole(spread.groups),
                measure.distance(spread.observed),
                f"{measure.distance(spread.low)} to {measure.distance(spread.high)}",
                chance(spread.share),
            )
        )
    return Table(
        caption=f"{result.measure_words}: how far groups lie apart, and how far by chance alone",
        columns=(
            *word_columns("Groups"),
            Column(heading="Number"),
            Column(heading="Highest less lowest", unit=measure.unit),
            Column(heading="By chance alone", unit=measure.unit),
            Column(heading="As far by chance alone"),
        ),
        rows=tuple(rows),
        note="By chance alone: were all groups alike, 95 of 100 such ranges would lie there.",
        source=f"Run {result.run_id[:8]}, released figures.",
    )


def _panel_table(panel: Panel, result: Explored) -> Table:
    measure = result.measure
    rows = [
        (
            f"{one.label} (marked)" if one.is_marked else one.label,
            measure.write(one.value),
            _interval(one, measure),
            whole(one.cases),
        )
        for one in panel.members
    ]
    rows += [(label, TOO_FEW, "", "") for label, _ in panel.held_back]
    period = f", {panel.period}" if panel.period else ""
    note = " ".join(dict.fromkeys(f"{label}: {why}." for label, why in panel.held_back))
    return Table(
        caption=f"{result.measure_words}, by {panel.kind}{period}",
        columns=(
            *word_columns(panel.kind.capitalize()),
            *number_columns("Figure", "95% interval", "n"),
        ),
        rows=tuple(rows),
        note=note,
        source=f"Run {result.run_id[:8]}. {panel_sentences(panel, measure)}",
    )


def _bins_table(result: Explored, own: Panel) -> Table:
    return Table(
        caption="Auditors by their own gap to moderators, beside what chance alone would show",
        columns=number_columns("From", "To below", unit="grades")
        + number_columns("Auditors", "By chance alone"),
        rows=tuple(
            (gap(one.low), gap(one.high), whole(one.auditors), f"{one.by_chance:.1f}")
            for one in result.bins
        ),
        note=f"Auditors with {FEWEST_OWN} moderated audits or more.",
        source=f"Run {result.run_id[:8]}. {panel_sentences(own, result.measure)}",
    )


def _mixes_table(mixes: Mixes, result: Explored) -> Table:
    left_out = f"Too few audits: {few_listed(mixes.left_out)}." if mixes.left_out else ""
    return Table(
        caption=f"Audits by grade and {mixes.by}",
        columns=(
            *word_columns(str(mixes.by).capitalize()),
            *number_columns(*result.scale.levels, "All"),
        ),
        rows=tuple(
            (label, *map(whole, counts), whole(sum(counts)))
            for label, counts in zip(mixes.labels, mixes.counts, strict=True)
        ),
        note=left_out,
        source=f"Run {result.run_id[:8]}. {mixes_sentence(mixes)}",
    )


def _estimate(one: Member) -> Estimate:
    return Estimate(
        value=one.value, low=one.low, high=one.high, level=0.95, cases=one.cases, auditors=0,
        method="as released",
    )  # fmt: skip


def _interval(one: Member, measure: Measure) -> str:
    return interval(_estimate(one), measure.write)


def _with_interval(one: Member, measure: Measure) -> str:
    return with_interval(_estimate(one), measure.write)
