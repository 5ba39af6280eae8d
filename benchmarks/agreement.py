"""Time and memory of the agreement coefficients beside other programs, measured in one run.

    python benchmarks/agreement.py

irrCAC and krippendorff are compared with when they are installed (``pip install irrCAC`` in an
environment of one's own; it is no dependency here). Every time is the best of several; ratios
count, for seconds differ between machines.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np

from qaf_analysis.stats.agreement.alpha import alpha_coefficient
from qaf_analysis.stats.agreement.coefficient import measured
from qaf_analysis.stats.agreement.kappas import agreement_coefficient
from qaf_analysis.stats.agreement.linearised import MeasuredCoefficient
from qaf_analysis.stats.agreement.ratings import Ratings
from qaf_analysis.stats.agreement.resampling import bootstrap

NAMES = ("percent_agreement", "brennan_prediger", "gwet_ac", "fleiss", "conger")
SIX = [*(agreement_coefficient(name, n_levels=4) for name in NAMES), alpha_coefficient(n_levels=4)]
COUNTED = [measure for measure in SIX if not measure.compares_auditors]
BARS = {
    "irrCAC / six coefficients with errors, 1,450 x 29 (at least)": 100.0,
    "2,000 bootstrap draws / point estimates, 1,450 x 29 (under)": 40.0,
    "count-based coefficients / count matrix, 1M x 2 (under)": 3.0,
    "peak memory / ratings, count-based, 1M x 2 (under)": 4.0,
}


def seconds(action: Callable[[], object], *, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def council(audits: int, auditors: int, *, raters: tuple[int, int], seed: int) -> Ratings:
    rng = np.random.default_rng(seed)
    most = raters[1]
    if auditors == most:
        chosen = np.broadcast_to(np.arange(auditors), (audits, auditors))
    else:
        chosen = rng.random((audits, auditors)).argpartition(most, axis=1)[:, :most]
    seen = rng.normal(size=(audits, 1)) - rng.normal(0, 0.5, auditors)[chosen]
    grade = np.searchsorted([-1.9, 0.3, 1.9], seen + rng.normal(0, 0.6, chosen.shape))
    kept = np.arange(most) < rng.integers(raters[0], most + 1, (audits, 1))
    audit = np.broadcast_to(np.arange(audits)[:, np.newaxis], chosen.shape)
    return Ratings(audit=audit[kept], auditor=chosen[kept], grade=grade[kept], n_levels=4)


def afresh(ratings: Ratings) -> Ratings:
    """The same ratings with nothing computed yet; what checking them takes is in the time."""
    return Ratings(audit=ratings.audit, auditor=ratings.auditor, grade=ratings.grade, n_levels=4)


def forget(ratings: Ratings) -> None:
    """Forget all that was computed from checked ratings, but for their numbering."""
    for name in ("patterns", "moments", "margins", "pairs", "moments_without_auditors", "n_double"):
        ratings.__dict__.pop(name, None)


def without_auditors(ratings: Ratings) -> None:
    for measure in SIX:
        MeasuredCoefficient(ratings=ratings, measure=measure).without_auditors()


def points(ratings: Ratings) -> list[float]:
    return [float(measure.values(ratings.moments)) for measure in COUNTED]


def count_matrix(ratings: Ratings) -> np.ndarray:
    return np.bincount(ratings.audit * 4 + ratings.grade, minlength=4 * ratings.n_audits)


def wide(ratings: Ratings) -> np.ndarray:
    table = np.full((ratings.n_audits, ratings.n_auditors), np.nan)
    table[ratings.audit, ratings.auditor_number] = ratings.grade + 1
    return table


def of_irrcac(ratings: Ratings) -> float | None:
    if importlib.util.find_spec("irrCAC") is None:
        print("irrCAC is not installed: not compared")
        return None
    pandas, raw = importlib.import_module("pandas"), importlib.import_module("irrCAC.raw")
    table = pandas.DataFrame(wide(ratings))

    def six() -> None:
        cac = raw.CAC(table, weights="quadratic", categories=[1, 2, 3, 4])
        for name in ("bp", "conger", "fleiss", "gwet", "krippendorff"):
            getattr(cac, name)()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return seconds(six, repeats=2)


def of_krippendorff(ratings: Ratings) -> float | None:
    if importlib.util.find_spec("krippendorff") is None:
        print("krippendorff is not installed: not compared")
        return None
    package, table = importlib.import_module("krippendorff"), wide(ratings).T
    return seconds(
        lambda: package.alpha(table, level_of_measurement="ordinal", value_domain=[1, 2, 3, 4]),
        repeats=3,
    )


def peak_over_ratings(ratings: Ratings, action: Callable[[], object]) -> float:
    size = ratings.audit.nbytes + ratings.auditor.nbytes + ratings.grade.nbytes
    tracemalloc.start()
    action()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / size


def sparse_council() -> dict[str, float]:
    ratings = council(1450, 29, raters=(2, 3), seed=1)
    found: dict[str, float] = {}
    errors = {}
    for se in ("gwet2014", "subjects", "two_way"):
        errors[se] = seconds(
            lambda se=se: [measured(r, m, se=se) for r in [afresh(ratings)] for m in SIX],
            repeats=20,
        )
        print(f"1,450 x 29: six coefficients, {se} errors, from codes: {errors[se] * 1e3:.2f} ms")
    point = seconds(lambda: points(afresh(ratings)), repeats=20)
    # With errors, as the point estimate is asked for in practice.
    five = seconds(
        lambda: [measured(r, m, se="subjects") for r in [afresh(ratings)] for m in COUNTED],
        repeats=20,
    )
    rng = np.random.default_rng(1)
    drawn = seconds(lambda: bootstrap(afresh(ratings), COUNTED, rng=rng), repeats=5)
    left_out = seconds(lambda: without_auditors(afresh(ratings)), repeats=5)
    print(f"  point estimates {point * 1e3:.2f} ms; with errors {five * 1e3:.2f} ms")
    print(f"  2,000 draws of five: {drawn * 1e3:.1f} ms = {drawn / five:.0f} x with errors")
    print(f"  leaving each auditor out, six: {left_out * 1e3:.1f} ms")
    found["2,000 bootstrap draws / point estimates, 1,450 x 29 (under)"] = drawn / point
    peer = of_irrcac(ratings)
    if peer:
        print(f"  irrCAC, five coefficients with errors: {peer * 1e3:.0f} ms")
        print(f"    over ours with two-way errors: {peer / errors['two_way']:.0f} x")
        key = "irrCAC / six coefficients with errors, 1,450 x 29 (at least)"
        found[key] = peer / errors["gwet2014"]  # the error that irrCAC has
    other = of_krippendorff(ratings)
    if other:
        print(f"  krippendorff, one alpha without error: {other / errors['two_way']:.1f} x our six")
    return found


def million() -> dict[str, float]:
    ratings = council(1_000_000, 2, raters=(2, 2), seed=2)
    found: dict[str, float] = {}
    floor = seconds(lambda: count_matrix(ratings), repeats=7)

    def five() -> None:
        forget(ratings)
        for measure in COUNTED:
            measured(ratings, measure, se="subjects")

    counted = seconds(five, repeats=7)
    print(f"1M x 2: count matrix {floor * 1e3:.0f} ms; five with errors {counted * 1e3:.0f} ms")
    print(f"  checking the codes first: {seconds(lambda: afresh(ratings), repeats=3) * 1e3:.0f} ms")
    found["count-based coefficients / count matrix, 1M x 2 (under)"] = counted / floor
    key = "peak memory / ratings, count-based, 1M x 2 (under)"
    found[key] = peak_over_ratings(ratings, five)
    rng = np.random.default_rng(1)
    drawn = seconds(lambda: bootstrap(ratings, COUNTED, rng=rng), repeats=2)
    print(f"  2,000 draws: {drawn * 1e3:.0f} ms")
    many = council(1_000_000, 29, raters=(2, 2), seed=3)

    def two_way() -> None:
        forget(many)
        for measure in SIX:
            measured(many, measure)

    print(f"1M audits by two of 29, six two-way errors: {seconds(two_way, repeats=1):.2f} s")
    print(f"  peak memory {peak_over_ratings(many, two_way):.1f} x the ratings")
    return found


def full() -> None:
    for audits in (1000, 10_000):
        ratings = council(audits, 30, raters=(30, 30), seed=4)
        for se in ("subjects", "two_way"):
            spent = seconds(
                lambda se=se, r=ratings: [measured(x, m, se=se) for x in [afresh(r)] for m in SIX],
                repeats=1,
            )
            print(f"{audits:,} x 30 full: six coefficients, {se} errors: {spent * 1e3:.0f} ms")


def main() -> None:
    found = sparse_council() | million()
    full()
    print()
    for name, bar in BARS.items():
        if name not in found:
            print(f"not measured          {name} {bar:g}")
            continue
        met = found[name] >= bar if "at least" in name else found[name] < bar
        print(f"{'met' if met else 'NOT MET'} {found[name]:8.1f}   {name} {bar:g}")


if __name__ == "__main__":
    main()
