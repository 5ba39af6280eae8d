"""Time and memory of the severity model, beside RaschPy where it is installed, in one run.

    OMP_NUM_THREADS=1 python benchmarks/severity.py

RaschPy (``pip install RaschPy`` in an environment of one's own) is no dependency here. It fits a
facets model without halo from double-graded audits alone; its errors come from 100 bootstrap
samples. Times are of the processor, on one core; memory is the most the whole process held.
"""

from __future__ import annotations

import importlib
import importlib.util
import resource
import time
import warnings
from collections.abc import Callable

import numpy as np
from severity_worlds import World, simulated

from qaf_analysis.stats.severity_contrasts import severity_estimates
from qaf_analysis.stats.severity_fit import SeverityFit
from qaf_analysis.stats.severity_model import severity_model
from qaf_analysis.stats.severity_options import SeverityOptions
from qaf_analysis.stats.severity_ratings import SeverityRatings

EVERYTHING = SeverityOptions(auditor_by_domain=True, auditor_by_quarter=True)
BARS = {
    "600 audits, with intervals, seconds (under)": 0.5,
    "17,400 audits with halo, seconds (under)": 10.0,
    "17,400 audits with halo, megabytes (under)": 500.0,
    "17,400 audits, by domain and by quarter, seconds (under)": 30.0,
}


def seconds(action: Callable[[], object], *, repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return min(times)


def megabytes() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def with_intervals(ratings: SeverityRatings, options: SeverityOptions | None = None) -> SeverityFit:
    fit = severity_model(ratings, options=options)
    severity_estimates(fit)
    return fit


def of_raschpy(ratings: SeverityRatings) -> float | None:
    if importlib.util.find_spec("raschpy") is None:
        print("RaschPy is not installed: not compared")
        return None
    pandas, raschpy = importlib.import_module("pandas"), importlib.import_module("raschpy")
    long = pandas.DataFrame(
        {
            "Rater": [f"R{number:02d}" for number in ratings.auditor_number],
            "Person": [f"A{number:05d}" for number in ratings.audit_number],
            "domain": [f"D{number}" for number in ratings.domain_number],
            "grade": ratings.grade,
        }
    )
    table = long.pivot(index=["Rater", "Person"], columns="domain", values="grade")

    def calibrated() -> None:
        model = raschpy.MFRM(table, max_score=ratings.n_levels - 1)
        model.calibrate()
        model.std_errors(no_of_samples=100, seed=1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return seconds(calibrated, repeats=1)


def report(name: str, ratings: SeverityRatings, fit: SeverityFit, spent: float) -> None:
    size = f"{len(ratings.grade):,} grades, {len(fit.parameters)} parameters"
    print(f"{name} ({size}): {spent:.2f} s, most memory so far {megabytes():.0f} MB")


def main() -> None:
    found: dict[str, float] = {}
    small = simulated(np.random.default_rng(1), World(audits=600)).ratings
    spent = seconds(lambda: with_intervals(small), repeats=5)
    report("600 audits", small, with_intervals(small), spent)
    found["600 audits, with intervals, seconds (under)"] = spent
    cumulative = SeverityOptions(link="cumulative")
    print(
        f"  cumulative link: {seconds(lambda: with_intervals(small, cumulative), repeats=3):.2f} s"
    )

    large = simulated(np.random.default_rng(1), World(audits=17_400)).ratings
    spent = seconds(lambda: with_intervals(large), repeats=2)
    report("17,400 audits", large, with_intervals(large), spent)
    found["17,400 audits with halo, seconds (under)"] = spent
    found["17,400 audits with halo, megabytes (under)"] = megabytes()

    world = World(audits=17_400, quarters=12, by_domain=0.25, by_quarter=0.2)
    whole = simulated(np.random.default_rng(1), world).ratings
    spent = seconds(lambda: with_intervals(whole, EVERYTHING), repeats=1)
    report("  by domain and quarter", whole, with_intervals(whole, EVERYTHING), spent)
    found["17,400 audits, by domain and by quarter, seconds (under)"] = spent
    spent = seconds(lambda: with_intervals(large, cumulative), repeats=1)
    report("  cumulative link", large, with_intervals(large, cumulative), spent)

    peer = of_raschpy(small)
    if peer:
        ours = found["600 audits, with intervals, seconds (under)"]
        print(f"RaschPy, 600 audits: {peer:.2f} s = {peer / ours:.1f} x ours")
    print()
    for name, bar in BARS.items():
        print(f"{'met' if found[name] < bar else 'NOT MET'} {found[name]:8.2f}   {name} {bar:g}")


if __name__ == "__main__":
    main()
