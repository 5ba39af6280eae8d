"""What is said of over-optimism: the gap, what moderators would have found, and where it lies."""

from __future__ import annotations

from qaf_analysis.kit.direction import (
    GapMove,
    by_sign,
    gap_move,
    printed_sign,
    shown,
    unsigned,
)
from qaf_analysis.kit.numbers import (
    coefficient,
    counted,
    exact_gap,
    fine_gap,
    gap,
    interval,
    percent,
    points,
    value,
    with_interval,
)
from qaf_analysis.kit.parts import Statement, as_sentence, listed
from qaf_analysis.stats.optimism.adjusted import FEWEST_PAIRS
from qaf_analysis.terms.scale import ScaleWords
from qaf_analysis.terms.verdicts import (
    GAP_CLAIMS,
    LARGE_TYPE_RULE,
    OPTIMISM_RULE,
    OptimismVerdict,
    Standing,
    VerdictFigure,
)
from qaf_analysis.topics.optimism.analysis.detail import OptimismDetail
from qaf_analysis.topics.optimism.analysis.gaps import ToldApart
from qaf_analysis.topics.optimism.analysis.headline import Optimism

LIMITS = (
    "Moderators are the yardstick, not the truth: if two moderators differ by half a grade, these "
    "figures move too. The result describes the set of audits, never one child's case or one "
    "auditor. It holds if, within each auditor grade, moderated cases were chosen by the recorded "
    "chance, and moderators worked to the same descriptors."
)


def say_optimism(result: Optimism) -> Statement:
    """Words for the section on over-optimism."""
    if not result.gap.is_estimable:
        mend = result.verdict == OptimismVerdict.NOT_JUDGED
        return Statement(
            claim="Over-optimism cannot be judged until the data are mended"
            if mend
            else "Over-optimism could not be measured this period",
            paragraphs=(
                f"Not available because {result.gap.why_not}. {_still_said(result)}",
                _adjusted(result),
            ),
            limits=LIMITS,
            source=result.scope.source_line,
        )
    more = (rounds_words(result), _draws(result), _ceiling(result))
    return Statement(
        claim=_claim(result),
        paragraphs=(
            f"{_gap(result)} {_verdict(result)}",
            _adjusted(result),
            _apart(result),
            *(words for words in more if words),
        ),
        limits=LIMITS,
        source=result.scope.source_line,
    )


def _ceiling(result: Optimism) -> str:
    """How far two moderators agree, beside auditors on the same audits; nothing where too few."""
    found = result.ceiling
    if found is None:
        return ""
    two, beside = found.among_moderators, found.with_auditors
    by_auditors = (
        f"; an auditor and a moderator in {with_interval(beside.exact, percent)}"
        if beside.exact.is_estimable
        else ""
    )
    return (
        f"Two moderators of one round agree in {with_interval(two.exact, percent)} of "
        f"{counted(two.audits, 'audit')}{by_auditors}."
    )


def optimism_card(result: Optimism) -> str:
    """One sentence for the first page."""
    if not result.gap.is_estimable:
        return f"Not measurable because {result.gap.why_not}."
    return (
        f"Auditors graded {_grades(result)} moderators on the same audits "
        f"({interval(result.gap, exact_gap)}; {counted(result.gap.cases, 'audit')})."
        f"{_card_ever(result)} {_card_reason(result)}"
    )


def _card_reason(result: Optimism) -> str:
    """What decided, or by name what is open; its limits and numbers stand in the section."""
    still = [
        figure_name(one.figure, result.scale)
        for one in result.figures
        if one.standing is Standing.OPEN
    ]
    if result.verdict == OptimismVerdict.MORE_MODERATION and still:
        return f"Not settled yet: {listed(still)}."
    return as_sentence(result.reason)


def figure_name(figure: VerdictFigure, scale: ScaleWords) -> str:
    """Name of a figure of the verdict, within a sentence."""
    if figure is VerdictFigure.SHIFT:
        return f"shift in the share graded {scale.positive}"
    return str(figure)


def _card_ever(result: Optimism) -> str:
    if not _has_more_rounds(result):
        return ""
    return f" Over all rounds: {interval(result.ever.gap, exact_gap)}."


def _claim(result: Optimism) -> str:
    sign = shown(result.gap)
    if sign:
        share = result.over if sign > 0 else result.under
        if share.is_estimable and share.high - share.low > LARGE_TYPE_RULE.widest_share:
            return f"Auditors were {'kinder' if sign > 0 else 'harsher'} than moderators"
        verb = "lowered" if sign > 0 else "raised"
        return f"Moderators {verb} {percent(share.value)} of the grades they re-read"
    over_all = by_sign(
        shown(result.ever.gap) if _has_more_rounds(result) else 0,
        above=", but over all rounds auditors were kinder",
        below=", but over all rounds auditors were harsher",
        neither="",
    )
    farthest = max(abs(result.gap.low), abs(result.gap.high))
    few = result.gap.cases < LARGE_TYPE_RULE.fewest_alike
    if farthest > result.tolerance * (1 if few else LARGE_TYPE_RULE.widest_gap):
        return f"Too few audits were moderated to say whether auditors are kinder{over_all}"
    return f"Auditors and moderators did not clearly differ{over_all}"


def _has_more_rounds(result: Optimism) -> bool:
    return result.ever.gap.has_interval and result.ever.cases > result.gap.cases


def rounds_words(result: Optimism) -> str:
    """What all rounds together show; empty where this period is all there is."""
    if not _has_more_rounds(result):
        return ""
    ever = result.ever
    return (
        f"Over all rounds since {result.ever_since} the mean gap is "
        f"{with_interval(ever.gap, exact_gap)} of a grade, on {counted(ever.cases, 'audit')}. "
        f"Moderators graded lower in {with_interval(ever.over, percent)} and higher in "
        f"{with_interval(ever.under, percent)}."
    )


def _draws(result: Optimism) -> str:
    """Which panels read the audits, what these weigh together, and what to beware of."""
    basis, said = result.draws, []
    if len(basis.panels) + len(basis.others) > 1:
        panels = listed([f"{panel_name(each.name)} ({each.files:,})" for each in basis.panels])
        twice = sum(line.twice for line in basis.grades)
        were = "was" if twice == 1 else "were"
        both = f"; {twice:,} of them {were} read by more than one" if twice else ""
        how = (
            "Each weighs by one over the chance that any draw took it"
            if basis.chances_known
            else "Each draw weighs by its own effective number"
        )
        said.append(
            f"The {counted(basis.files, 'audit')} were read by {panels}{both}. {how}, so they "
            f"count as {basis.effective:.1f} of equal weight."
        )
    if basis.few_dominate:
        said.append(
            f"Beware: a few audits carry much of the weight, and {basis.files:,} count as "
            f"{basis.effective:.1f}."
        )
    said += [
        f"Beware: {panel_name(each.name)} holds {percent(each.weight_share)} of the weight with "
        f"{counted(each.files, 'audit')}."
        for each in basis.panels
        if each.name in basis.outweighing
    ]
    if basis.apart is not None:
        said.append(_not_pooled(result))
    return " ".join(said)


def _not_pooled(result: Optimism) -> str:
    basis = result.draws
    if basis.apart is None:
        return ""
    size = unsigned(basis.apart.difference.value, exact_gap)
    what = (
        f"Figures are those of {panel_name(basis.panels[0].name)}; "
        f"{listed([panel_name(each.name) for each in basis.others])} stands beside them."
        if basis.others
        else "So no figure about all audits is given."
    )
    return (
        f"{panel_name(basis.apart.first)} and {panel_name(basis.apart.second)} grade alike files "
        f"{size} of a grade apart, so panels are not pooled. {what}"
    )


def panel_name(name: str) -> str:
    """Name of a panel of moderators in plain words."""
    return name.replace("_", " ")


def _grades(result: Optimism) -> str:
    found = result.gap.value
    size = unsigned(found, fine_gap)
    return by_sign(
        printed_sign(found, fine_gap),
        above=f"{size} of a grade above",
        below=f"{size} of a grade below",
        neither="on average the same as",
    )


def _gap(result: Optimism) -> str:
    weighed = (
        f" Weights let them speak for all {counted(result.audits, 'audit')}."
        if result.adjusted_gap.is_estimable
        else ""
    )
    far = (
        f" The difference was {result.limits.severe_words} in "
        f"{with_interval(result.severe, percent)}."
        if result.limits.severe_words
        else ""
    )
    return (
        f"On {counted(result.gap.cases, 'audit')} chosen for moderation by a recorded chance, the "
        f"mean gap (audit minus moderation) is {with_interval(result.gap, exact_gap)} of a grade."
        f"{weighed} Moderators graded lower in {with_interval(result.over, percent)} of them and "
        f"higher in {with_interval(result.under, percent)}.{far} {_good_shift(result)}"
    )


def _verdict(result: Optimism) -> str:
    """The verdict, the estimate that decided it, and what it was held against."""
    limits = result.limits
    apart = (
        f"at most {percent(limits.severe_share)} of audits are {limits.severe_words} apart, and "
        if limits.severe_words
        else ""
    )
    return (
        f"Verdict: {result.verdict}. {as_sentence(result.reason)} A gap is small within "
        f"±{coefficient(limits.tolerance)} of a grade, a shift within "
        f"±{100 * limits.good_shift:g} points. Differences are small where {apart}auditors' own "
        f"gaps spread by at most {coefficient(limits.small_spread)} of a grade."
    )


def _good_shift(result: Optimism) -> str:
    shift, share = result.good_shift, f"share graded {result.scale.positive}"
    if not shift.is_estimable:
        return f"How the {share} differs cannot be told, because {shift.why_not}."
    size = unsigned(shift.value, points)
    size += " point" if size == "1" else " points"
    said = by_sign(
        printed_sign(shift.value, points),
        above=f"{size} higher by auditors than by moderators",
        below=f"{size} lower by auditors than by moderators",
        neither="the same by auditors and by moderators",
    )
    return f"The {share} is {said} ({interval(shift, points)})."


def _adjusted(result: Optimism) -> str:
    if not result.adjusted_good.is_estimable:
        return (
            "What the grade profile would be had moderators graded every audit is not given, "
            f"because {result.adjusted_good.why_not}."
        )
    return (
        f"By auditors, {with_interval(result.audit_good, percent)} of "
        f"{counted(result.audits, 'audit')} {'was' if result.audits == 1 else 'were'} graded "
        f"{result.scale.positive}. Had external moderators graded them all, the share would be "
        f"about {with_interval(result.adjusted_good, percent)}."
    )


def _apart(result: Optimism) -> str:
    rows = result.moderation_rows
    many = rows.set_aside > OPTIMISM_RULE.most_set_aside * rows.given
    return f"{_told(result)} {as_sentence(rows.words)}" if many else _told(result)


def _told(result: Optimism) -> str:
    if not result.apart:
        picked = [g for g in result.by_selection if g.label != "chosen by chance"]
        if not picked:
            return "No case of this period was picked for moderation in any other way."
        said = listed([f"{counted(group.cases, 'audit')} {group.label}" for group in picked])
        return f"Their chance was recorded, so they count in every figure above: {said}."
    said = listed([_told_apart(each) for each in result.apart])
    return f"Reported apart, and in no figure above: {said}."


def _told_apart(picked: ToldApart) -> str:
    too = picked.audits - picked.in_no_figure
    also = f" ({too:,} of them drawn by chance too, and counted for that)" if too else ""
    return f"{counted(picked.audits, 'audit')} {picked.label}{also}"


def _still_said(result: Optimism) -> str:
    if result.verdict == OptimismVerdict.NOT_JUDGED:
        return "Mend the export and run the report again: until then nothing is said of optimism."
    if not result.by_selection:
        return "No audit of this period has a moderator's grade."
    said = [
        f"of {counted(group.cases, 'audit')} {group.label}, moderators lowered "
        f"{value(group.over, percent)}"
        for group in result.by_selection
        if group.over.is_estimable
    ]
    if not said:
        few = [f"{counted(group.cases, 'audit')} {group.label}" for group in result.by_selection]
        return f"Moderated were {listed(few)}: too few to say how many were lowered."
    return f"What may still be said: {listed(said)}; this says nothing of the other audits."


DETAIL_LIMITS = (
    "Groups were not drawn separately, so a group may stand out by chance: with ten groups, one "
    "often does. An auditor's own gap rests on few cases and is never a ranking; a different "
    "auditor is not a wrong one."
)


def say_optimism_detail(result: OptimismDetail) -> Statement:
    """Words on groups, the trend over rounds, and auditors among themselves."""
    if result.withheld:
        return Statement(
            claim="Over-optimism cannot be judged until the data are mended",
            paragraphs=(f"Not available because {result.withheld}.",),
            limits=DETAIL_LIMITS,
            source=result.scope.source_line,
        )
    return Statement(
        claim=_detail_claim(result),
        paragraphs=(
            gaps_by_domain(result),
            _detail_trend(result),
            _auditors(result),
            replies_words(result),
        ),
        limits=DETAIL_LIMITS,
        source=result.scope.source_line,
    )


def _detail_claim(result: OptimismDetail) -> str:
    trend = result.trend
    if trend.direction not in GAP_CLAIMS:
        return "The gap shows no clear trend over the rounds"
    return {
        GapMove.NARROWED: "The gap is narrowing from round to round",
        GapMove.WIDENED: "The gap is widening from round to round",
        GapMove.TURNED: "The gap is turning from one side of no gap to the other over the rounds",
        GapMove.STAYED: "The gap hardly moves over the rounds",
    }[gap_move(trend.first, trend.last)]


def gaps_by_domain(result: OptimismDetail) -> str:
    """Say in how many domains the gap lies above none, and where it is widest."""
    domains = [g for grouped in result.grouped if grouped.kind == "domain" for g in grouped.groups]
    known = [group for group in domains if group.gap.has_interval]
    kinder = [group for group in known if group.gap.low > 0]
    if not known:
        return (
            f"No domain has the {FEWEST_PAIRS} moderated audits chosen by chance that a gap needs."
        )
    harsher = sum(group.gap.high < 0 for group in known)
    below = f" and below none in {counted(harsher, 'domain')}" if harsher else ""
    widest = max(known, key=lambda group: abs(group.gap.value))
    return (
        f"Of {counted(len(known), 'domain')} with a gap, the interval lies above none in "
        f"{counted(len(kinder), 'domain') if kinder else 'no domain'}{below}. "
        f"The widest is in {widest.label}: "
        f"{with_interval(widest.gap, exact_gap)} of a grade."
    )


def _detail_trend(result: OptimismDetail) -> str:
    trend = result.trend
    if not trend.slope.has_interval:
        why = trend.slope.why_not or "the rounds do not show how much they differ by chance"
        return f"Whether the gap narrows over rounds cannot be told, because {why}."
    ends = (
        f"from {gap(trend.first)} in {result.trend_quarters[0]} to {gap(trend.last)} in "
        f"{result.trend_quarters[-1]}"
    )
    clear = trend.direction in GAP_CLAIMS
    return (
        f"Over {counted(trend.rounds, 'quarter')} with moderation the line through the gaps runs "
        f"{ends}. Its slope is {with_interval(trend.slope, fine_gap)} of a grade a quarter, "
        f"{'a clear change' if clear else 'which may be chance'}."
    )


def _auditors(result: OptimismDetail) -> str:
    between = result.own.between
    if not between.is_estimable:
        return f"How far auditors differ in their gaps cannot be said, because {between.why_not}."
    beyond = [one for one in result.own.auditors if one.is_beyond]
    shown = (
        f"No auditor's own gap is shown, because {result.own.why_not}."
        if result.own.why_not
        else f"{counted(len(beyond), 'auditor') if beyond else 'No auditor'} of "
        f"{len(result.own.auditors)} shown "
        f"{'stand' if len(beyond) > 1 else 'stands'} outside the limits of chance (99.8%)."
    )
    alone = (
        " Each is judged there alone, on few audits: auditors can differ together with nobody "
        "outside."
        if result.own.auditors
        else ""
    )
    return (
        f"Auditors' true gaps differ by about {with_interval(between, coefficient)} of a grade "
        f"(standard deviation, all auditors and rounds taken together). {shown}{alone}"
    )


def replies_words(result: OptimismDetail) -> str:
    """Say how many changed grades carry a reason, and how many were disputed."""
    if not result.reasons.is_estimable:
        if result.reasons.cases:
            changed = counted(result.reasons.cases, "grade")
            return f"Moderators changed {changed}: too few to say how many carry a reason."
        return "No grade was changed by a moderator chosen by chance in this period."
    return (
        f"Of {counted(result.reasons.cases, 'changed grade')}, "
        f"{percent(result.reasons.value)} carry a recorded reason, and auditors disputed "
        f"{percent(result.disputed.value)}."
    )
