"""Intraclass correlation when every auditor graded only some of the audits.

Audits and auditors are taken as samples, and variance components come from Henderson's method 3:
the sums of squares of audits after auditors, of auditors after audits, and of what is left
(``Crossing``), each set equal to what it is on average. In a complete design this is the usual
analysis of variance. All sums work on the sparse table of who graded what, so that memory grows
with the number of grades, and time with the cube of the number of auditors (not of audits).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import nan

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, sparse, special
from scipy.optimize import brentq
from scipy.sparse.csgraph import connected_components

from qaf_analysis.stats.agreement.icc_form import Icc, IccKind, SingleGrade, icc_forms
from qaf_analysis.stats.core.arrays import Floats, Ints, frozen_floats, frozen_ints, sums

METHOD = "variance components (Henderson's method 3)"

# Points of a fixed low-discrepancy sequence in three dimensions stand for random draws, so that
# the same grades always give the same limits.
POINTS = 8192
GRID = 300

# Share of the variation below which a sum of squares is rounding.
ROUNDING = 1e-12


def incomplete_icc(
    audit: ArrayLike,
    auditor: ArrayLike,
    grade: ArrayLike,
    *,
    auditors_known: bool = True,
    averaged: float | None = None,
    level: float = 0.95,
) -> Icc:
    """Intraclass correlations by variance components, for any pattern of who graded what.

    Parameters
    ----------
    audit, auditor : int array, shape (grades,)
        Whole numbers naming the audit and the auditor of each grade.
    grade : array, shape (grades,)
        The grade as a number.
    auditors_known : bool
        Whether the same code in two audits is the same auditor; the two-way forms need it.
    averaged : float, optional
        Number of grades in the mean of the ``k`` forms; by default the harmonic mean number of
        grades of the audits graded at least twice.
    level : float
        Confidence level.

    Returns
    -------
    Icc
        One-way and consistency forms have the exact limits of Harville and Fenech (when grades
        are normal); in a complete design these are the usual F limits. Agreement forms have
        generalised limits (Weerahandi): the three variances that the sums of squares, divided by
        chi-squared numbers, could stand for. Audits graded once count towards the variance
        between audits. Agreement needs at least two auditors linked by an audit. One-way limits
        take the auditors of each audit as different people and are too narrow where a few
        auditors who differ in strictness grade very many audits.

    References
    ----------
    Henderson (1953), Biometrics 9, 226-252, method 3; Harville & Fenech (1985), Biometrics 41,
    137-152; Weerahandi (1993), Journal of the American Statistical Association 88, 899-905.

    Examples
    --------
    >>> result = incomplete_icc([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 0], [3, 2, 1, 0, 0, 1])
    >>> round(result.form("ICC(C,1)").estimate.value, 4)
    0.8
    """
    audits, auditors = frozen_ints(audit, name="audit"), frozen_ints(auditor, name="auditor")
    numbers = frozen_floats(grade)
    two_way = crossing(audits, auditors, numbers)
    one_way = crossing(audits, np.zeros_like(auditors), numbers)
    why_not = _why_not(two_way)
    unknown = "it compares auditors, and who gave which grade is not known"
    singles: dict[IccKind, SingleGrade] = {
        "one_way": SingleGrade(why_not=why_not) if why_not else _exact(one_way, level=level),
        "agreement": SingleGrade(why_not=why_not or unknown),
        "consistency": SingleGrade(why_not=why_not or unknown),
    }
    if not why_not and auditors_known:
        singles["agreement"] = _agreement(two_way, level=level)
        singles["consistency"] = _exact(two_way, level=level)
    mean_of = two_way.mean_double if averaged is None else averaged
    make = partial(
        icc_forms,
        averaged=mean_of,
        level=level,
        cases=two_way.n_audits,
        auditors=two_way.n_auditors,
    )
    return Icc(
        forms=tuple(form for kind, single in singles.items() for form in make(kind, single)),
        audit_variance=two_way.audit_variance if auditors_known else nan,
        auditor_variance=two_way.auditor_variance if auditors_known else nan,
        error_variance=two_way.error_variance if auditors_known else nan,
        is_complete=auditors_known and len(numbers) == two_way.n_audits * two_way.n_auditors,
        groups=two_way.groups,
    )


def _why_not(design: Crossing) -> str:
    if design.n_audits < 2:
        return f"{design.n_audits} audits were graded; at least two are needed"
    if not design.has_double:
        return f"none of the {design.n_audits} audits was graded by two auditors"
    if design.total == 0:
        return f"every grade in {design.n_audits} audits is the same, so there is no variation"
    return ""


def _exact(design: Crossing, *, level: float) -> SingleGrade:
    """Share of audits in the variance of audits and error."""
    if design.audit_rank < 1 or design.error_df < 1:
        return SingleGrade(
            why_not="too few grades to tell audits, auditors and error apart; more audits graded "
            "by two auditors, in changing pairs, are needed"
        )
    if not design.has_error:
        if design.has_audits:
            return SingleGrade(value=1.0, method=f"{METHOD}; no error left to set limits by")
        return SingleGrade(why_not="audits do not differ once auditors' strictness is taken out")
    error, whole = design.error_variance, design.audit_variance + design.error_variance
    if not whole > 0:
        return SingleGrade(why_not="the variances of audits and error add up to nothing")
    # rho = sigma_a^2 / (sigma_a^2 + sigma_e^2).
    value, tail = design.audit_variance / whole, (1 - level) / 2
    df1, df2 = float(design.audit_rank), float(design.error_df)
    # Limits: rho at which Q(rho) / df1 over the mean square of error meets the F quantiles.
    limits = [
        _root(design, df1 * error * float(special.fdtri(df1, df2, place)))
        for place in (1 - tail, tail)
    ]
    return SingleGrade(
        value=value,
        low=min(value, limits[0]),
        high=max(value, limits[1]),
        f=design.audit_squares / df1 / error,
        df1=df1,
        df2=df2,
        method=f"{METHOD}, exact F limits",
    )


def _root(design: Crossing, target: float) -> float:
    """Correlation at which the weighted sum of squares of audits equals its target."""
    lowest, highest = design.lowest_correlation + 1e-9, 1 - 1e-9

    def excess(correlation: float) -> float:
        return design.weighted_audit_squares(correlation) - target

    if excess(lowest) <= 0:
        return lowest
    if excess(highest) >= 0:
        return highest
    return float(brentq(excess, lowest, highest, xtol=1e-13, rtol=1e-13))


def _agreement(design: Crossing, *, level: float) -> SingleGrade:
    """Share of audits in the variance of audits, auditors and error."""
    consistency = _exact(design, level=level)
    if consistency.why_not:
        return consistency
    if design.auditor_rank < 1:
        return SingleGrade(why_not="no two auditors graded the same audit")
    audits, error = design.audit_variance, design.error_variance
    whole = audits + design.auditor_variance + error
    if not whole > 0:
        return SingleGrade(why_not="the variances of audits and auditors add up to nothing")
    # rho = sigma_a^2 / (sigma_a^2 + sigma_b^2 + sigma_e^2).
    value = audits / whole
    if not design.has_error:
        return SingleGrade(value=value, method=consistency.method)
    low, high = np.quantile(_generalised(design), [(1 - level) / 2, (1 + level) / 2])
    return SingleGrade(
        value=value,
        low=min(value, float(low)),
        high=max(value, float(high)),
        f=consistency.f,
        df1=consistency.df1,
        df2=consistency.df2,
        method=f"{METHOD}, generalised limits",
    )


def _generalised(design: Crossing) -> Floats:
    """Correlations that the sums of squares could stand for."""
    spread = _points()
    # Generalised pivots: SS_e / chi2 is a draw of sigma_e^2, one for each point, (points,).
    error = design.error_squares / special.chdtri(design.error_df, spread[:, 0])
    # Squares of audits, and of auditors, in units of error: falling curves of their ratio to it.
    grid = np.linspace(design.lowest_correlation + 1e-6, 1 - 1e-6, GRID)
    audits = np.array([design.weighted_audit_squares(place) for place in grid])
    # Q_a(rho) = sigma_e^2 chi2 is solved for rho by interpolation on the log scale.
    wanted = error * special.chdtri(design.audit_rank, spread[:, 1])
    audit_share = np.interp(-np.log(wanted), -_log(audits), grid)
    grid = np.linspace(0, 1 - 1e-6, GRID)
    auditors = np.array([design.weighted_auditor_squares(place) for place in grid])
    wanted = error * special.chdtri(design.auditor_rank, spread[:, 2])
    # Auditors more alike than chance would make them count as not differing at all.
    auditor_share = np.interp(-np.log(wanted), -_log(auditors), grid)
    # Variances of audits and auditors in units of error.
    audit_ratio = audit_share / (1 - audit_share)
    auditor_ratio = auditor_share / (1 - auditor_share)
    correlation: Floats = audit_ratio / (audit_ratio + auditor_ratio + 1)
    return correlation


def _log(squares: Floats) -> Floats:
    """Logarithm of squares; those of auditors (or audits) who do not differ at all are zero."""
    logs: Floats = np.log(np.maximum(squares, np.finfo(np.float64).tiny))
    return logs


def _points() -> Floats:
    """Evenly spread points of the unit cube: multiples of powers of a generalised golden ratio."""
    golden = brentq(lambda x: x**4 - x - 1, 1.0, 2.0)
    steps = golden ** -np.arange(1.0, 4.0)
    points: Floats = (0.5 + np.outer(np.arange(1, POINTS + 1), steps)) % 1
    return points


@dataclass(frozen=True, kw_only=True, eq=False)
class Crossing:
    """Sums of squares of the two-way model grade = audit + auditor + error.

    Parameters
    ----------
    n_audits, n_auditors, grades, groups : int
        Audits, auditors, grades, and groups of them with nobody in common.
    total, audit_squares, auditor_squares, error_squares : float
        Sum of squares about the mean; of audits after auditors; of auditors after audits; of
        what is left.
    audit_weight, auditor_weight : float
        How often the variance of audits, and of auditors, is in the expected sum of squares.
    mean_double : float
        Harmonic mean number of grades of the audits with at least two; NaN without any.
    sizes : array, shape (sizes,)
        The different numbers of grades that audits have.
    shared : array, shape (sizes, auditors, auditors)
        Of the audits of each size, in how many (counting repeats) two auditors met.
    meeting : array, shape (sizes, auditors)
        For each auditor, the sum over audits of that size of the audit's total, every grade
        taken about its auditor's mean.
    own : array, shape (sizes,)
        Sum of the squares of these totals.
    load : array, shape (auditors,)
        Number of grades of each auditor.
    auditor_strength, auditor_contrasts : array, shape (auditor_rank,)
        Independent contrasts between auditors, free of audits: times the variance of auditors in
        each, and its square.
    """

    n_audits: int
    n_auditors: int
    grades: int
    groups: int
    total: float
    audit_squares: float
    auditor_squares: float
    error_squares: float
    audit_weight: float
    auditor_weight: float
    mean_double: float
    sizes: Floats
    shared: Floats
    meeting: Floats
    own: Floats
    load: Floats
    auditor_strength: Floats
    auditor_contrasts: Floats

    @property
    def audit_rank(self) -> int:
        """Number of independent contrasts between audits, free of auditors."""
        return self.n_audits - self.groups

    @property
    def auditor_rank(self) -> int:
        """Number of independent contrasts between auditors, free of audits."""
        return self.n_auditors - self.groups

    @property
    def error_df(self) -> int:
        """Grades beyond what audits and auditors can explain."""
        return self.grades - self.n_audits - self.n_auditors + self.groups

    @property
    def has_double(self) -> bool:
        """Whether any audit has two grades."""
        return self.grades > self.n_audits

    @property
    def has_error(self) -> bool:
        """Whether error is more than rounding."""
        return self.error_squares > ROUNDING * self.total

    @property
    def has_audits(self) -> bool:
        """Whether audits differ, beyond auditors, by more than rounding."""
        return self.audit_squares > ROUNDING * self.total

    @property
    def error_variance(self) -> float:
        """Variance of a grade about its audit and auditor; NaN when no grade is left for it."""
        return self.error_squares / self.error_df if self.error_df > 0 else nan

    @property
    def audit_variance(self) -> float:
        """Variance between audits, in grades squared; may be below 0."""
        if self.audit_rank < 1:
            return nan
        return (self.audit_squares - self.audit_rank * self.error_variance) / self.audit_weight

    @property
    def auditor_variance(self) -> float:
        """Variance between auditors, in grades squared; may be below 0."""
        if self.auditor_rank < 1:
            return nan
        # Henderson 3: E[SS] = weight * sigma_b^2 + rank * sigma_e^2, solved for sigma_b^2.
        own = self.auditor_squares - self.auditor_rank * self.error_variance
        return own / self.auditor_weight

    @property
    def lowest_correlation(self) -> float:
        """Lowest correlation that two grades of one audit can have, given the largest audit."""
        return -1 / (float(self.sizes.max()) - 1)

    def weighted_audit_squares(self, correlation: float) -> float:
        """Sum of squared contrasts of audits, each over its variance in units of error.

        Falls as the correlation rises, and divided by the variance of error follows chi-squared
        with ``audit_rank`` degrees of freedom at the true correlation of two grades of an audit.

        With r the variance of audits over that of error, C the information on audits free of
        auditors and u the totals by audit, it is u'C^-(I + rC)^-1 u = u'C^-u - r u'(I + rC)^-1 u;
        C is diagonal but for a part of the rank of the auditors, so the inverse needs only a
        matrix of their number.
        """
        ratio = correlation / (1 - correlation)
        # (I + r D)^-1 of the diagonal part, one entry for each size.
        shrink = 1 / (1 + ratio * self.sizes)
        # Woodbury: what the auditors' part adds, (auditors, auditors).
        inside = np.diag(self.load) - ratio * np.tensordot(shrink, self.shared, axes=1)
        met = shrink @ self.meeting
        solved = linalg.solve(inside, met, assume_a="sym")
        shrunken = float(shrink @ self.own + ratio * met @ solved)
        return self.audit_squares - ratio * shrunken

    def weighted_auditor_squares(self, share: float) -> float:
        """The same for auditors, by their share in the variance of auditors and error."""
        ratio = share / (1 - share)
        return float((self.auditor_contrasts / (1 + ratio * self.auditor_strength)).sum())


def crossing(audit: Ints, auditor: Ints, grade: Floats) -> Crossing:
    """Sums of squares of grades, for any pattern of who graded what.

    Parameters
    ----------
    audit, auditor : int array, shape (grades,)
        Whole numbers naming the audit and the auditor of each grade.
    grade : array, shape (grades,)
        The grade as a number.
    """
    rows = np.unique(audit, return_inverse=True)[1]
    columns = np.unique(auditor, return_inverse=True)[1]
    size, load = np.bincount(rows).astype(float), np.bincount(columns).astype(float)
    shape = (len(size), len(load))
    # Incidence N of who graded what: (audits, auditors).
    who = sparse.coo_array((np.ones(len(rows)), (rows, columns)), shape=shape).tocsr()
    middle = grade - grade.mean() if len(grade) else grade
    # Grades about their auditor's, and about their audit's, mean: (grades,).
    about_auditor = middle - (sums(columns, middle) / load)[columns]
    about_audit = middle - (sums(rows, middle) / size)[rows]
    groups = _groups(who)
    contrasts, strength = _auditor_contrasts(
        who, sums(columns, about_audit), size, load, rank=len(load) - groups
    )
    # SS_e: what is left within audits after the contrasts of auditors.
    error = max(float(about_audit @ about_audit) - float(contrasts.sum()), 0.0)
    sizes, shared, meeting, own = _by_size(who, size, sums(rows, about_auditor))
    double = size[size > 1]
    return Crossing(
        n_audits=len(size),
        n_auditors=len(load),
        grades=len(rows),
        groups=groups,
        total=float(middle @ middle),
        audit_squares=max(float(about_auditor @ about_auditor) - error, 0.0),
        auditor_squares=float(contrasts.sum()),
        error_squares=error,
        audit_weight=len(rows) - float(((who**2).sum(axis=0) / load).sum()),
        auditor_weight=len(rows) - float(((who**2).sum(axis=1) / size).sum()),
        mean_double=len(double) / float((1 / double).sum()) if len(double) else nan,
        sizes=sizes,
        shared=shared,
        meeting=meeting,
        own=own,
        load=frozen_floats(load),
        auditor_strength=strength,
        auditor_contrasts=contrasts,
    )


def _groups(who: sparse.csr_array) -> int:
    if who.shape[0] == 0:
        return 0
    n, c = who.shape
    links = who.tocoo()
    # One network of audits (numbered first) and auditors, joined where an auditor graded an audit.
    network = sparse.coo_array((links.data, (links.row, n + links.col)), shape=(n + c, n + c))
    return int(connected_components(network, directed=False)[0])


def _auditor_contrasts(
    who: sparse.csr_array, totals: Floats, size: Floats, load: Floats, *, rank: int
) -> tuple[Floats, Floats]:
    """Squares of independent contrasts between auditors, and the auditors' variance in each."""
    if rank < 1:
        return frozen_floats([]), frozen_floats([])
    # Auditors adjusted for audits: diag(load) - N' diag(1 / size) N.
    shared = (who.T @ (who * (1 / size)[:, np.newaxis])).toarray()
    strength, vectors = linalg.eigh(np.diag(load) - shared)
    # As many eigenvalues are zero as there are groups; eigh sorts them first.
    kept = slice(len(load) - rank, None)
    squares = (vectors[:, kept].T @ totals) ** 2 / strength[kept]
    return frozen_floats(squares), frozen_floats(strength[kept])


def _by_size(
    who: sparse.csr_array, size: Floats, totals: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    sizes = np.unique(size)
    shared, meeting, own = [], [], []
    for one in sizes:
        chosen = np.flatnonzero(size == one)
        part, total = who[chosen], totals[chosen]
        shared.append((part.T @ part).toarray())
        meeting.append(part.T @ total)
        own.append(float(total @ total))
    c = who.shape[1]
    return (
        frozen_floats(sizes),
        frozen_floats(np.array(shared).reshape(len(sizes), c, c)),
        frozen_floats(np.array(meeting).reshape(len(sizes), c)),
        frozen_floats(own),
    )
