"""Pictures of each result: the full ones of its section, and the small one of its card."""

from __future__ import annotations

import math
from collections.abc import Callable

from qaf_analysis.kit.charts.mark import Mark, Size
from qaf_analysis.kit.charts.time import Change
from qaf_analysis.kit.parts import Picture
from qaf_analysis.kit.statement import listed
from qaf_analysis.stats.impact.theme_change import ThemeChange
from qaf_analysis.stats.impact.themed_series import QuarterPoint
from qaf_analysis.terms.quarter import Quarter, quarters_between
from qaf_analysis.topics.agreement.agreement import Agreement
from qaf_analysis.topics.agreement.agreement_words import (
    grid_of_hundred,
    of_hundred_pairs,
    say_agreement,
)
from qaf_analysis.topics.agreement.charts_agreement import (
    auditor_grid,
    coefficient_scale,
    moderation_grid,
    pair_squares,
)
from qaf_analysis.topics.common.events import PROCESS, Event
from qaf_analysis.topics.impact.charts_themes import Line, theme_forest, theme_lines
from qaf_analysis.topics.impact.themes import ThemeFinding, Themes
from qaf_analysis.topics.optimism.charts_gap import gap_over_rounds, spread_before_after
from qaf_analysis.topics.optimism.gap_groups import GapGroup
from qaf_analysis.topics.optimism.optimism import Optimism
from qaf_analysis.topics.optimism.optimism_words import say_optimism
from qaf_analysis.topics.process.consistency import Consistency, ProcessFinding
from qaf_analysis.topics.programme.charts_grades import AdjustedBar, audits_completed, grade_bars
from qaf_analysis.topics.programme.programme import Programme
from qaf_analysis.topics.programme.programme_words import programme_claim

LANDIS_KOCH = (
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)
MOST_ROUNDS_ON_A_CARD = 6


def programme_pictures(result: Programme) -> tuple[Picture, ...]:
    """Grades by quarter, and audits completed by type."""
    return (grades_picture(result, None), _completed(result))


def grades_picture(result: Programme, optimism: Optimism | None) -> Picture:
    """Grades by quarter, with the moderation-adjusted profile beside them where there is one."""
    return grade_bars(
        [str(quarter) for quarter in result.quarters],
        title=programme_claim(result),
        levels=result.levels,
        good_from=result.good_from,
        counts=[counted.counts for counted in result.by_quarter],
        adjusted=_adjusted_bar(optimism) if optimism else None,
        changes=_changes(result.events, PROCESS, result.quarters),
    )


def agreement_pictures(result: Agreement) -> tuple[Picture, ...]:
    """One hundred squares, the grid of grades, and the coefficient on its scale."""
    if not result.ac2.is_estimable:
        return ()
    return (
        agreement_card_picture(result),
        auditor_grid(
            result.levels,
            title="Where 100 pairs of grades fell",
            pairs=grid_of_hundred(result.pair_shares, of_hundred_pairs(result)),
        ),
        coefficient_scale(
            Mark.of("AC2", result.ac2),
            title="Agreement allowing for chance",
            bands=LANDIS_KOCH,
        ),
    )


def agreement_card_picture(result: Agreement) -> Picture:
    """One hundred squares."""
    identical, one_apart, further = of_hundred_pairs(result)
    return pair_squares(
        title=say_agreement(result).claim,
        identical=identical,
        one_apart=one_apart,
        further=further,
    )


def optimism_pictures(result: Optimism) -> tuple[Picture, ...]:
    """The grid of auditor and moderator, and the gap over time."""
    pictures = []
    if any(any(row) for row in result.table):
        pictures.append(
            moderation_grid(result.levels, title=say_optimism(result).claim, counts=result.table)
        )
    if any(group.gap.is_estimable for group in result.rounds):
        pictures.append(_gap_picture(result, size="full"))
    return tuple(pictures)


def optimism_card_picture(result: Optimism) -> Picture | None:
    """The gap over the latest rounds."""
    if not any(group.gap.is_estimable for group in result.rounds):
        return None
    return _gap_picture(result, size="card")


def themes_pictures(result: Themes) -> tuple[Picture, ...]:
    """Forest of themes, then each theme beside its controls."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    if not judged:
        return ()
    return (_forest(judged, size="full"), *(_lines(theme) for theme in judged))


def themes_card_picture(result: Themes) -> Picture | None:
    """Small forest of themes."""
    judged = [theme for theme in result.themes if _has_change(theme)]
    return _forest(judged, size="card") if judged else None


def consistency_pictures(result: Consistency) -> tuple[Picture, ...]:
    """Spread before and after each change that can be measured."""
    return tuple(
        _spread(finding, size="full") for finding in result.changes if _has_spread(finding)
    )


def consistency_card_picture(result: Consistency) -> Picture | None:
    """Spread before and after the change that the verdict is about."""
    if result.headline < 0 or not _has_spread(result.changes[result.headline]):
        return None
    return _spread(result.changes[result.headline], size="card")


def _adjusted_bar(result: Optimism) -> AdjustedBar | None:
    shares = tuple(share.value for share in result.adjusted_profile)
    if not result.adjusted_good.is_estimable or any(math.isnan(share) for share in shares):
        return None
    return AdjustedBar(
        label=f"had moderators graded {result.scope.period}",
        shares=shares,
        good=Mark.of("good or better", result.adjusted_good),
    )


def _changes(events: tuple[Event, ...], kind: str, quarters: tuple[Quarter, ...]) -> list[Change]:
    return [
        Change(label=event.label, before=str(event.quarter))
        for event in events
        if event.kind == kind and event.quarter in quarters
    ]


def _completed(result: Programme) -> Picture:
    total = sum(sum(kind.counts) for kind in result.by_type)
    return audits_completed(
        [str(quarter) for quarter in result.quarters],
        title=f"{total:,} audits completed since {result.quarters[0]}",
        kinds=[kind.audit_type.replace("_", "-").capitalize() for kind in result.by_type],
        counts=[kind.counts for kind in result.by_type],
    )


def _gap_picture(result: Optimism, *, size: Size) -> Picture:
    rounds = result.rounds[-MOST_ROUNDS_ON_A_CARD:] if size == "card" else result.rounds
    known = {group.label: group for group in rounds}
    span = quarters_between(Quarter.parse(rounds[0].label), Quarter.parse(rounds[-1].label))
    labels = [str(quarter) for quarter in span] if size == "full" else list(known)
    return gap_over_rounds(
        [_round(label, known.get(label)) for label in labels],
        title="Auditor minus moderator, by quarter of moderation",
        tolerance=result.tolerance,
        changes=[
            Change(label=event.label, before=str(event.quarter))
            for event in result.events
            if str(event.quarter) in labels
        ],
        size=size,
    )


def _round(label: str, group: GapGroup | None) -> Mark:
    if group is None:
        return Mark(label=label, value=math.nan, note="no moderation")
    return Mark.of(label, group.gap)


def _has_change(theme: ThemeFinding) -> bool:
    return theme.change is not None and theme.change.decision.tested


def _change_of(theme: ThemeFinding) -> ThemeChange:
    if theme.change is None:
        raise ValueError(f"The theme {theme.name} has no comparison to draw.")
    return theme.change


def _forest(themes: list[ThemeFinding], *, size: Size) -> Picture:
    return theme_forest(
        [
            Mark.of(
                theme.name,
                _change_of(theme).grade,
                note=theme.full_verdict,
                is_quiet=theme.verdict not in ("improved", "got worse"),
            )
            for theme in themes
        ],
        title="Change of each theme against domains no theme touched",
        detectable=[_change_of(theme).detectable for theme in themes],
        size=size,
    )


def _lines(theme: ThemeFinding) -> Picture:
    by_quarter = {point.quarter: point for point in _change_of(theme).series}
    before = [point.difference for point in by_quarter.values() if not point.post]
    usual = sum(before) / len(before)

    def line(name: str, mean: Callable[[QuarterPoint], float]) -> Line:
        found = [by_quarter.get(quarter.index) for quarter in theme.quarters]
        return Line(name=name, means=tuple(math.nan if one is None else mean(one) for one in found))

    design = theme.design
    return theme_lines(
        [str(quarter) for quarter in theme.quarters],
        title=f"{theme.name}: {theme.full_verdict}",
        levels=theme.levels,
        themed=line(design.about, lambda point: point.themed),
        controls=line("Untouched domains", lambda point: point.control),
        as_controls=line(
            "Had it moved as they did",
            lambda point: point.control + usual if point.post else math.nan,
        ),
        marked=[Change(label="Themed audit", before=str(design.audited_in))],
    )


def _has_spread(finding: ProcessFinding) -> bool:
    return finding.before.sd.is_estimable and finding.after.sd.is_estimable


def _spread(finding: ProcessFinding, *, size: Size) -> Picture:
    return spread_before_after(
        Mark.of("before", finding.before.sd),
        Mark.of("after", finding.after.sd),
        title=f"{listed(finding.periods.labels)}: {finding.change.verdict}",
        size=size,
    )
