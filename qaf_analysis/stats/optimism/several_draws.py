"""Several draws of audits for moderation as one: each file by the chance that any draw takes it.

Two draws that each stand for all audits say the same thing twice, so a file must not weigh by the
draw that happened to take it: a file of a small draw would weigh as many audits as its whole draw
stands for. One over the chance that any draw takes it is right whatever the draws (Bankier 1986).
Where a draw's chance is known for the files it took only, each draw is scaled to its own effective
number instead (composite). Panels of moderators that are shown to grade differently are not
pooled. Measured in docs/calibration/optimism.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan, sqrt

import numpy as np

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints
from qaf_analysis.stats.core.intervals import t_p_value, t_quantile
from qaf_analysis.stats.optimism.adjusted import profile_of
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits, moderated_counts
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.estimate import Estimate
from qaf_analysis.terms.names import Selection
from qaf_analysis.terms.verdicts import DRAWS_RULE

ROUNDING = 0.05  # files by which a recorded chance, written with few digits, may miss a count
MOST_MISSED = 3.0  # expected files of a grade, of which chance leaves none more often than 1 in 20
LONGEST_FRAME = 8  # quarters
ALIKE = 1e-9
ROUNDED = 12  # decimals, so that chances that are alike stay so


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """Draws, and the files that at least one of them took.

    Parameters
    ----------
    took : bool array, shape (draws, files)
        Which files each draw took.
    chance : array, shape (draws, files)
        Chance with which each draw could take each file, before anything of its exercise was
        drawn; 0 where the file was not in its frame, NaN where that is not known.
    exercise : int array, shape (draws,)
        Number of the exercise. Parts of one exercise (by chance, then by risk from the rest) never
        take the same file, so their chances add up.

    Raises
    ------
    ShapeError
        If shapes differ, or a draw took a file whose chance is not recorded.
    """

    took: Bools
    chance: Floats
    exercise: Ints

    def __post_init__(self) -> None:
        if self.took.shape != self.chance.shape or len(self.took) != len(self.exercise):
            raise ShapeError("Draws need a chance for each file and a number of the exercise.")
        if not (self.chance[self.took] > 0).all() or (self.chance > 1).any():
            raise ShapeError("A draw took a file with no recorded chance above 0 and at most 1.")


def chance_of_any(draws: Draws, grade: Ints) -> tuple[Floats, bool]:
    """Chance that any draw takes each file, and whether that is known.

    Parameters
    ----------
    draws : Draws
    grade : int array, shape (files,)
        Auditor's grade of each file.

    Returns
    -------
    chance : array, shape (files,)
        1 - prod_k (1 - p_ik), where every draw's chance is known. Otherwise numbers in proportion
        to one over the composite weight, at most 1: within an auditor's grade they weigh alike.
    known : bool

    References
    ----------
    Bankier (1986), Estimators based on several stratified samples with applications to multiple
    frame surveys, Journal of the American Statistical Association 81; Kish (1965), Survey
    Sampling (effective number).

    Examples
    --------
    >>> draws = Draws(took=np.array([[True, False], [False, True]]),
    ...               chance=np.array([[0.2, 0.2], [0.05, 0.05]]), exercise=np.arange(2))
    >>> chance_of_any(draws, np.array([1, 1]))
    (array([0.24, 0.24]), True)
    """
    told: Bools = np.asarray(~np.isnan(draws.chance).any(axis=1))
    union = _union(draws, told)
    if told.all():
        return np.round(union, ROUNDED), True
    if len(draws.took) == 1:
        return np.where(draws.took[0], draws.chance[0], nan), True
    # Draws that are known everywhere make one design; each of the others is one by itself.
    took = [*([draws.took[told].any(axis=0)] if told.any() else []), *draws.took[~told]]
    chance = [*([union] if told.any() else []), *draws.chance[~told]]
    weight = np.zeros(len(grade))
    for ours, each in zip(took, chance, strict=True):
        weight += _to_own_number(ours, each, grade)
    lightest = np.ones(int(grade.max(initial=0)) + 1)
    np.minimum.at(lightest, grade, weight)
    return np.round(lightest[grade] / weight, ROUNDED), False


def _union(draws: Draws, told: Bools) -> Floats:
    passed_by = np.ones(draws.took.shape[1])
    for number in np.unique(draws.exercise[told]):
        parts = told & (draws.exercise == number)
        if (draws.took[parts].sum(axis=0) > 1).any():
            passed_by *= (1 - draws.chance[parts]).prod(axis=0)
        else:
            passed_by *= np.maximum(1 - draws.chance[parts].sum(axis=0), 0.0)
    return 1 - passed_by


def _to_own_number(took: Bools, chance: Floats, grade: Ints) -> Floats:
    """One over the chance, scaled within each grade to add up to the draw's effective number."""
    weight = np.where(took, 1 / np.where(took, chance, 1.0), 0.0)
    total, squares = np.bincount(grade, weights=weight), np.bincount(grade, weights=weight**2)
    scale = np.divide(total, squares, out=np.zeros_like(total), where=squares > 0)
    scaled: Floats = weight * scale[grade]
    return scaled


def frame_chance(
    took: Bools,
    chance: Floats,
    how: Selection,
    *,
    quarter: Ints,
    grade: Ints,
    read_before: Bools,
    last: int,
) -> Floats:
    """Chance of every file in one draw, from what was recorded of the files it took.

    A frame is a run of quarters, with or without the files that were moderated before. The
    recorded chances tell how many files of each grade it held; a frame that holds just so many is
    the one; of several, the one that reaches nearest to the day of the moderation. In a draw by
    risk one grade of which no file was taken has the chance that makes the numbers add up.

    Parameters
    ----------
    took : bool array, shape (files,)
        Files that the draw took.
    chance : array, shape (files,)
        Recorded chance of these; anything elsewhere.
    how : Selection
        One number for all, one by auditor's grade, or by risk.
    quarter, grade : int array, shape (files,)
        Quarter, numbered in order of time, and auditor's grade.
    read_before : bool array, shape (files,)
        Files that had been moderated before the draw.
    last : int
        Latest quarter that the frame may hold.

    Returns
    -------
    array, shape (files,)
        0 outside the frame. NaN where the draw's frame or rule does not follow from the record.
    """
    k = int(grade.max(initial=0)) + 1
    taken, found = np.bincount(grade[took], minlength=k), np.where(took, chance, nan)
    each = np.full(k, nan)
    for a in np.flatnonzero(taken):
        own = chance[took & (grade == a)]
        if np.isnan(own).any() or np.ptp(own) > 1e-6:
            return found
        each[a] = own[0]
    first_taken, last_taken = int(quarter[took].min()), int(quarter[took].max())
    for end in range(max(last, last_taken), last_taken - 1, -1):
        answers: list[Floats] = []
        for start in range(max(0, end - LONGEST_FRAME + 1), first_taken + 1):
            window = (quarter >= start) & (quarter <= end)
            for frame in (window, window & ~(read_before & ~took)):
                rule = _fitting(np.bincount(grade[frame], minlength=k), taken, each, how)
                if rule is not None:
                    answers.append(np.where(frame, rule[grade], 0.0))
        if any(np.abs(one - answers[0]).max() > 1e-6 for one in answers):
            return found
        if answers:
            return np.where(took, chance, answers[0])
    return found


def _fitting(held: Ints, taken: Ints, each: Floats, how: Selection) -> Floats | None:
    """Chance by grade in a frame that holds so many of each; None where they do not fit."""
    known, n = ~np.isnan(each), int(taken.sum())
    if how == Selection.STRATIFIED:
        fits = (np.abs(each * held - taken)[known] <= ROUNDING).all()
        return np.where(known, each, 0.0) if fits else None
    if how != Selection.TARGETED:
        one = float(each[known][0])
        fits = np.ptp(each[known]) <= 1e-6 and abs(one * held.sum() - n) <= ROUNDING
        return np.full(len(held), one) if fits else None
    rest, missed = n - float((each * held)[known].sum()), np.flatnonzero(~known & (held > 0))
    if len(missed) == 0:
        return np.where(known, each, 0.0) if abs(rest) <= ROUNDING else None
    if len(missed) > 1 or not 0 < rest <= min(MOST_MISSED, float(held[missed[0]])):
        return None
    return np.where(known, each, np.where(held > 0, rest / np.maximum(held, 1), 0.0))


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Readings by one panel of moderators: the moderated audits, and which file each is of.

    ``readings`` speak for all audits by the chance that any draw of this panel took them.
    """

    name: str
    readings: ModeratedAudits
    file: Ints


@dataclass(frozen=True, kw_only=True)
class PanelDifference:
    """How much higher one panel grades files than another, in grades.

    ``paired`` tells whether it rests on files that both read; otherwise on files with the same
    auditor's grade.
    """

    first: str
    second: str
    difference: Estimate
    paired: bool


def panel_differences(panels: Sequence[Panel], *, level: float = 0.95) -> list[PanelDifference]:
    """Difference of every two panels, positive where the first grades higher."""
    return [panel_difference(*pair, level=level) for pair in combinations(panels, 2)]


def panel_difference(first: Panel, second: Panel, *, level: float = 0.95) -> PanelDifference:
    """Difference of two panels in grades, positive where the first grades higher.

    On files that both read, where there are enough. Otherwise within auditors' grades,

        D = sum_a h_a (m_a1 - m_a2) / sum_a h_a,  h_a = n_a1 n_a2 / (n_a1 + n_a2),

    with weighted means m, effective numbers n, one variance s^2 within panel and grade, variance
    s^2 / sum_a h_a, and t.

    References
    ----------
    Mantel & Haenszel (1959), Journal of the National Cancer Institute 22 (the weights h).
    """
    both, ours, theirs = np.intersect1d(first.file, second.file, return_indices=True)
    if len(both) >= DRAWS_RULE.fewest_read_by_both:
        apart = (
            first.readings.moderation_grade[ours] - second.readings.moderation_grade[theirs]
        ).astype(np.float64)
        se = float(apart.std(ddof=1)) / sqrt(len(both))
        if se > 0:
            return _difference(
                first, second, float(apart.mean()), se, len(both) - 1, len(both), level=level
            )
    ours_, theirs_ = (
        moderated_counts(
            panel.readings.audit_grade, panel.readings.moderation_grade, panel.readings.weight,
            n_levels=panel.readings.n_levels,
        )
        for panel in (first, second)
    )  # fmt: skip
    levels = np.arange(len(ours_.cases))
    shared = (ours_.cases > 0) & (theirs_.cases > 0)
    h = np.where(shared, 1 / (1 / ours_.effective + 1 / theirs_.effective), 0.0)
    n = len(first.file) + len(second.file)
    if not shared.any() or n < DRAWS_RULE.fewest_read_by_both:
        return _difference(first, second, nan, nan, nan, n, level=level)
    parts = [counts.pooled_variance() for counts in (ours_, theirs_)]
    df = sum(part[1] for part in parts)
    variance = sum(part[0] * part[1] for part in parts) / df
    value = float(h @ (ours_.found @ levels - theirs_.found @ levels)) / float(h.sum())
    return _difference(
        first, second, value, sqrt(variance / float(h.sum())), df, n, level=level, paired=False
    )


def _difference(
    first: Panel,
    second: Panel,
    value: float,
    se: float,
    df: float,
    n: int,
    *,
    level: float,
    paired: bool = True,
) -> PanelDifference:
    method = (
        "mean difference on files that both panels read, t"
        if paired
        else "difference within auditors' grades, Mantel–Haenszel weights, t"
    )
    if np.isnan(value):
        found = Estimate.not_estimable(
            "the two panels read too few files of the same auditors' grade",
            method=method, level=level, cases=n,
        )  # fmt: skip
    else:
        half = t_quantile(level, df=df) * se
        found = Estimate(
            value=value, low=value - half, high=value + half, level=level, cases=n, auditors=0,
            method=method, se=se, p=t_p_value(value / se, df=df), df=df,
        )  # fmt: skip
    return PanelDifference(first=first.name, second=second.name, difference=found, paired=paired)


def shown_apart(differences: Sequence[PanelDifference]) -> PanelDifference | None:
    """Return the two panels that are shown to differ most surely; None where none are.

    With several pairs the level is shared among them (Bonferroni), so that panels which do not
    differ are refused to one council in twenty, however many there are.
    """
    known = [one for one in differences if one.difference.is_estimable]
    surest = min(known, key=lambda one: one.difference.p, default=None)
    if surest is None or surest.difference.p * len(known) > 1 - DRAWS_RULE.level:
        return None
    return surest


def leading_panel(panels: Sequence[Panel]) -> Panel | None:
    """Panel with the most effective files of those that alone carry an adjusted profile."""
    able = [p for p in panels if profile_of(p.readings).good.is_estimable]
    return max(able, key=lambda panel: effective_files(panel.readings), default=None)


def effective_files(moderated: ModeratedAudits) -> float:
    """Files of equal weight that would tell as much: (sum w)^2 / sum w^2 within grades, added."""
    counts = moderated_counts(
        moderated.audit_grade, moderated.moderation_grade, moderated.weight,
        n_levels=moderated.n_levels,
    )  # fmt: skip
    return float(counts.effective[counts.cases > 0].sum())


@dataclass(frozen=True, kw_only=True)
class PanelLine:
    """One panel: files, its share of the weight, files it counts as, and its own figures."""

    name: str
    files: int
    weight_share: float
    effective: float
    good: Estimate
    gap: Estimate


@dataclass(frozen=True, kw_only=True)
class GradeLine:
    """What stands for the audits of one auditor's grade.

    ``files`` are by panel and ``twice`` were read by more than one of them. ``lightest`` and
    ``heaviest`` are audits that one file stands for; ``good`` is the weighted share of files that
    moderators graded good or better, and ``gap`` the weighted mean of audit minus moderation.
    """

    grade: int
    audits: int
    files: tuple[int, ...]
    twice: int
    read: int
    lightest: float
    heaviest: float
    effective: float
    good: float
    gap: float


@dataclass(frozen=True, kw_only=True)
class WeightLine:
    """Files of one auditor's grade with one chance: how many, and how many found good."""

    grade: int
    chance: float
    stands_for: float
    files: int
    good: int


@dataclass(frozen=True, kw_only=True)
class DrawBasis:
    """What an adjusted figure rests on, so that a reader can make it again.

    Parameters
    ----------
    panels : tuple of PanelLine
        In order of their names.
    grades : tuple of GradeLine
        Each auditor's grade that was given.
    weights : tuple of WeightLine
        Every weight that occurs in a grade; empty where files of a grade weigh alike.
    differences : tuple of PanelDifference
    files : int
        Moderated audits, each once.
    effective : float
        Files of equal weight that would tell as much.
    chances_known : bool
        Whether each draw's chance is known for every file; otherwise draws are weighed by their
        own effective numbers.
    apart : PanelDifference or None
        Panels shown to differ, which are therefore not pooled.
    others : tuple of PanelLine
        Panels that are told apart from the figures, because they grade differently.
    """

    panels: tuple[PanelLine, ...] = ()
    others: tuple[PanelLine, ...] = ()
    grades: tuple[GradeLine, ...] = ()
    weights: tuple[WeightLine, ...] = ()
    differences: tuple[PanelDifference, ...] = ()
    files: int = 0
    effective: float = nan
    chances_known: bool = True
    apart: PanelDifference | None = None

    @property
    def few_dominate(self) -> bool:
        """Whether the files count as much fewer because a few of them weigh much."""
        return self.effective < DRAWS_RULE.few_dominate * self.files

    @property
    def outweighing(self) -> tuple[str, ...]:
        """Panels whose share of the weight is more than twice their share of the files."""
        total = sum(panel.files for panel in self.panels)
        return tuple(
            panel.name
            for panel in self.panels
            if panel.weight_share > DRAWS_RULE.outweighs * panel.files / total + ALIKE
        )


def draw_basis(
    moderated: ModeratedAudits,
    panels: Sequence[Panel],
    took: Bools,
    *,
    others: Sequence[Panel] = (),
    differences: Sequence[PanelDifference] = (),
    chances_known: bool = True,
    apart: PanelDifference | None = None,
) -> DrawBasis:
    """Put together what adjusted figures rest on.

    Parameters
    ----------
    moderated : ModeratedAudits
        The files that the figures rest on, each once, with all audits they speak for.
    panels : sequence of Panel
        Panels that read them, each with the readings of its own draws.
    took : bool array, shape (panels, files)
        Which of the files each panel read.
    others : sequence of Panel
        Panels that are told apart.
    """
    there = moderated.population
    if there is None or len(moderated.audit_grade) == 0:
        return DrawBasis(apart=apart)
    weight, grade = moderated.weight, moderated.audit_grade
    stands_for = weight * (there / np.maximum(np.bincount(grade, weight, len(there)), ALIKE))[grade]
    # A file that two panels read counts half for each.
    shared = took / np.maximum(took.sum(axis=0), 1)
    return DrawBasis(
        panels=tuple(
            _panel_line(panel, float(share @ stands_for / stands_for.sum()))
            for panel, share in zip(panels, shared, strict=True)
        ),
        others=tuple(_panel_line(panel, 0.0) for panel in others),
        grades=tuple(
            _grade_line(a, moderated, stands_for, took) for a in range(len(there)) if there[a]
        ),
        weights=_weight_lines(moderated, stands_for),
        differences=tuple(differences),
        files=len(grade),
        effective=effective_files(moderated),
        chances_known=chances_known,
        apart=apart,
    )


def _panel_line(panel: Panel, weight_share: float) -> PanelLine:
    figures = gap_of_all(panel.readings)
    return PanelLine(
        name=panel.name,
        files=len(panel.file),
        weight_share=weight_share,
        effective=effective_files(panel.readings),
        good=figures.adjusted.good,
        gap=figures.gap,
    )


def _grade_line(
    grade: int, moderated: ModeratedAudits, stands_for: Floats, took: Bools
) -> GradeLine:
    here = moderated.audit_grade == grade
    w, n = stands_for[here], int(here.sum())
    good = moderated.moderation_grade[here] >= moderated.good_from
    return GradeLine(
        grade=grade,
        audits=int(moderated.population[grade]) if moderated.population is not None else 0,
        files=tuple(int(ours[here].sum()) for ours in took),
        twice=int((took[:, here].sum(axis=0) > 1).sum()),
        read=n,
        lightest=float(w.min()) if n else nan,
        heaviest=float(w.max()) if n else nan,
        effective=float(w.sum() ** 2 / (w @ w)) if n else 0.0,
        # Audits of a grade of which none was read keep the auditors' grade.
        good=float(w @ good / w.sum()) if n else float(grade >= moderated.good_from),
        gap=float(w @ moderated.gap[here] / w.sum()) if n else 0.0,
    )


def _weight_lines(moderated: ModeratedAudits, stands_for: Floats) -> tuple[WeightLine, ...]:
    good = moderated.moderation_grade >= moderated.good_from
    lines = []
    for a in np.unique(moderated.audit_grade):
        here = moderated.audit_grade == a
        for weight in np.unique(np.round(stands_for[here], 9)):
            same = here & (np.abs(stands_for - weight) < 1e-6)
            lines.append(
                WeightLine(
                    grade=int(a),
                    chance=float(moderated.chance[same][0]),
                    stands_for=float(stands_for[same].mean()),
                    files=int(same.sum()),
                    good=int(good[same].sum()),
                )
            )
    several = len({line.grade for line in lines}) < len(lines)
    return tuple(lines) if several else ()
