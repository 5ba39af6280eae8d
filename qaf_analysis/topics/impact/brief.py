"""What a committee is told of themed audits: every theme in one table, with its actions."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_analysis.kit.numbers import TOO_FEW, counted, fine_gap, points, whole, with_interval
from qaf_analysis.kit.parts import Column, Table, as_sentence, few_listed, listed, word_columns
from qaf_analysis.terms.scale import beginning_sentence
from qaf_analysis.terms.verdicts import THEME_CLAIMS, ThemeVerdict
from qaf_analysis.topics.common.brief import Brief, Told, short_limits
from qaf_analysis.topics.impact.analysis.actions import ActionCounts, Actions
from qaf_analysis.topics.impact.analysis.themes import ThemeFinding, Themes
from qaf_analysis.topics.impact.pictures import (
    WORST_FIRST,
    forest_picture,
    themes_small_multiples,
    worst_first,
)
from qaf_analysis.topics.impact.words import LIMITS, rivals_words, say_themes, themes_card

NO_ACTION = "none recorded"
_MOST_LETTERS = 60  # of names in a heading


def themes_brief(result: Themes, actions: Actions) -> Brief:
    """Return what a committee is told of themes and of what was done about them."""
    return Brief(
        claim=_claim(result),
        paragraphs=tuple(_paragraphs(result, actions)),
        shown=tuple(_shown(result, actions)),
        limits=short_limits(LIMITS),
        source=result.scope.source_line,
    )


def _claim(result: Themes) -> str:
    if not result.themes:
        return say_themes(result).claim
    worse, better = (
        _with(result, verdict) for verdict in (ThemeVerdict.GOT_WORSE, ThemeVerdict.IMPROVED)
    )
    if len(result.themes) == 1:
        return _claim_of_one(result.themes[0])
    total = f"{len(result.themes)} themed audits"
    unproven = len(result.themes) - len(worse) - len(better)
    said = []
    if worse:
        names = _names_or_number(worse, total)
        said.append(f"{names} {ThemeVerdict.GOT_WORSE}{_with_reservation(worse)}")
    if unproven == len(result.themes):
        said.append(f"no change can be shown for any of {total}")
    elif unproven:
        of_all = "" if total in " ".join(said) else f" of {total}"
        said.append(f"for {unproven}{of_all} no change can be shown")
    if better:
        of_all = "" if said else f" of {total}"
        said.append(f"{len(better)}{of_all} {ThemeVerdict.IMPROVED}{_with_reservation(better)}")
    return beginning_sentence("; ".join(said))


def _names_or_number(themes: list[ThemeFinding], total: str) -> str:
    """The themes by name where a heading has room for their names."""
    names = listed([theme.name for theme in themes])
    return names if len(names) <= _MOST_LETTERS else f"{len(themes)} of {total}"


def _claim_of_one(theme: ThemeFinding) -> str:
    if theme.verdict in THEME_CLAIMS:
        return f"{theme.name} {theme.verdict}{_with_reservation([theme])}"
    return f"No change can be shown for {theme.name}"


def _with_reservation(themes: list[ThemeFinding]) -> str:
    """How many of some claims are weakened; in brackets with a space before, or empty."""
    weak = sum(bool(theme.reservations) for theme in themes)
    if not weak:
        return ""
    number = "" if len(themes) == 1 else f"{weak} "
    return f" ({number}with reservations)"


def themes_in_short(result: Themes) -> str:
    """What a committee should not miss: themes that did not improve; else those that did."""
    told = [
        f"{few_listed([theme.name for theme in themes])}: {verdict}."
        for verdict in WORST_FIRST[:-1]
        if (themes := _with(result, verdict))
    ]
    return " ".join(told) or themes_card(result)


def _with(result: Themes, verdict: ThemeVerdict) -> list[ThemeFinding]:
    return [theme for theme in result.themes if theme.verdict == verdict]


def _paragraphs(result: Themes, actions: Actions) -> Iterator[Told]:
    if not result.themes:
        yield Told(what=say_themes(result).paragraphs[0])
        return
    for verdict in WORST_FIRST:
        themes = _with(result, verdict)
        if themes:
            yield Told(what=_told(verdict, themes))
    if any(_is_compared(theme) for theme in result.themes):
        for words in rivals_words(result):
            yield Told(what=words, keep=5)
    every = actions.overall
    if not actions.why_not and every.due:
        were = "was" if every.in_time == 1 else "were"
        yield Told(
            what=f"Of {counted(every.due, 'action')} whose day had come, {whole(every.in_time)} "
            f"{were} closed by it, {whole(every.late)} after it, and {whole(every.overdue)} not "
            f"yet.",
            keep=8,
        )


def _told(verdict: ThemeVerdict, themes: list[ThemeFinding]) -> str:
    names = [
        f"{theme.name} ({', '.join(theme.reservations)})" if theme.reservations else theme.name
        for theme in themes
    ]
    said = f"{listed(names)}: {verdict}."
    reasons = list(dict.fromkeys(theme.reason for theme in themes))
    # One reason for several themes is worth the room; a different one for each stands in the annex.
    return f"{said} {as_sentence(reasons[0])}" if len(reasons) == 1 else said


def _shown(result: Themes, actions: Actions) -> Iterator[Told]:
    if result.themes:
        yield Told(what=_table(result, actions))
    forest = forest_picture(result)
    if forest is not None:
        yield Told(
            what=forest, keep=2, measure="Change in mean grade, with 95% interval", is_filler=True
        )
    picture = themes_small_multiples(result, actions)
    # Of one quarter, or of none, there is no course of time to be seen.
    if picture is not None and result.scope.first < result.scope.last:
        measure = f"Mean grade by quarter, {result.scope.period}; the same scale in every chart"
        yield Told(what=picture, keep=6, measure=measure)


def _table(result: Themes, actions: Actions) -> Table:
    counts = {one.label: one for one in actions.by_theme}
    return Table(
        caption="Every themed audit: what was found, and what was done",
        columns=(
            *word_columns("Theme", "Audited in", "Found since"),
            Column(heading="Change"),
            Column(heading="Actions closed"),
            Column(heading="Overdue"),
        ),
        rows=tuple(_row(theme, counts.get(theme.name)) for theme in worst_first(result)),
        note="Change against domains that no theme touched, in grades unless points are named; 95% "
        "interval in brackets.",
        source=result.scope.source_line,
        place="section",
    )


def _row(theme: ThemeFinding, counts: ActionCounts | None) -> tuple[str, ...]:
    done = (NO_ACTION, "")
    if counts is not None and counts.raised:
        done = (f"{whole(counts.closed)} of {whole(counts.raised)}", whole(counts.overdue))
    return (theme.name, str(theme.design.audited_in), str(theme.full_verdict), _moved(theme), *done)


def _is_compared(theme: ThemeFinding) -> bool:
    return theme.change is not None and theme.change.decision.tested


def _moved(theme: ThemeFinding) -> str:
    if theme.cohort is not None:
        return "no comparison"
    change = theme.change
    if change is None or not _is_compared(theme):
        return TOO_FEW
    if change.rule.outcome == "mean_grade":
        return with_interval(change.deciding, fine_gap)
    return f"{with_interval(change.deciding, points)} points"
