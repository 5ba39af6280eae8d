"""Time and memory of the severity model, in one run with ordinal (R) and RaschPy where installed.

    OMP_NUM_THREADS=1 python benchmarks/severity.py

Neither is a dependency here. ``clmm`` of the R package ordinal fits the same cumulative link by
Laplace's approximation, here to the same grades of 600 audits with the domains as fixed effects and
audits and auditors as random ones, with its Hessian; then with the bundle of one auditor's grades
of one audit too, as our halo. It starts where ``Rscript`` finds the package, and its own clock
(``proc.time``) counts, without loading. RaschPy (``pip install RaschPy`` in an environment of one's
own) fits a facets model without halo from double-graded audits alone; its errors come from 100
bootstrap samples. Times are of the processor, on one core; memory is the most this process held.
"""

from __future__ import annotations

import csv
import importlib
import importlib.util
import os
import resource
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from severity_worlds import World, simulated

from qaf_analysis.stats.severity.contrasts import severity_estimates
from qaf_analysis.stats.severity.fit import SeverityFit
from qaf_analysis.stats.severity.model import severity_model
from qaf_analysis.stats.severity.options import SeverityOptions
from qaf_analysis.stats.severity.ratings import SeverityRatings

EVERYTHING = SeverityOptions(auditor_by_domain=True, auditor_by_quarter=True)
SMALL = "600 audits, with intervals, seconds (under)"
SHARE = "600 audits, with intervals, share of clmm's seconds (under)"
BARS = {
    SMALL: 0.5,
    SHARE: 0.1,
    "17,400 audits with halo, seconds (under)": 10.0,
    "17,400 audits with halo, megabytes (under)": 500.0,
    "17,400 audits, by domain and by quarter, seconds (under)": 30.0,
}
CLMM = """
if (!requireNamespace("ordinal", quietly = TRUE)) quit(status = 3)
suppressMessages(library(ordinal))
given <- commandArgs(trailingOnly = TRUE)
d <- read.csv(given[1])
for (name in c("audit", "auditor", "domain")) d[[name]] <- factor(d[[name]])
d$grade <- factor(d$grade, ordered = TRUE)
before <- proc.time()
fit <- clmm(as.formula(given[2]), data = d, Hess = TRUE)
spent <- proc.time() - before
cat(spent[["user.self"]], as.numeric(fit$logLik), as.character(packageVersion("ordinal")))
"""
CLMM_MODELS = {
    "audits and auditors": "grade ~ domain + (1 | audit) + (1 | auditor)",
    "audits, auditors and bundles": "grade ~ domain + (1 | audit) + (1 | auditor) + "
    "(1 | audit:auditor)",
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


def of_clmm(ratings: SeverityRatings) -> dict[str, float]:
    """Seconds of ``clmm`` for each of its models; none where R or the package is missing."""
    found: dict[str, float] = {}
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("Rscript is not installed: clmm not compared")
        return found
    alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as folder:
        table, script = Path(folder, "grades.csv"), Path(folder, "clmm.R")
        script.write_text(CLMM, encoding="utf-8")
        with table.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("audit", "auditor", "domain", "grade"))
            columns = ratings.audit_number, ratings.auditor_number, ratings.domain_number
            rows.writerows(zip(*columns, ratings.grade, strict=True))
        for name, model in CLMM_MODELS.items():
            ran = subprocess.run(
                [rscript, str(script), str(table), model],
                capture_output=True,
                text=True,
                env=os.environ | alone,
                check=False,
            )
            if ran.returncode == 3:
                print("The R package ordinal is not installed: clmm not compared")
                return found
            ran.check_returncode()
            spent, likelihood, version = ran.stdout.split()
            found[name] = float(spent)
            print(f"clmm (ordinal {version}), {name}: {found[name]:.1f} s, log-likelihood", end=" ")
            print(f"{float(likelihood):.1f}", flush=True)
    return found


def report(name: str, ratings: SeverityRatings, fit: SeverityFit, spent: float) -> None:
    size = f"{len(ratings.grade):,} grades, {len(fit.parameters)} parameters"
    print(f"{name} ({size}): {spent:.2f} s, most memory so far {megabytes():.0f} MB")


def main() -> None:
    found: dict[str, float] = {}
    small = simulated(np.random.default_rng(1), World(audits=600)).ratings
    spent = seconds(lambda: with_intervals(small), repeats=5)
    report("600 audits", small, with_intervals(small), spent)
    found[SMALL] = spent
    cumulative = SeverityOptions(link="cumulative")
    other = seconds(lambda: with_intervals(small, cumulative), repeats=3)
    print(f"  cumulative link: {other:.2f} s")
    for name, theirs in of_clmm(small).items():
        found.setdefault(SHARE, spent / theirs)
        print(
            f"  = {theirs / spent:.0f} x ours, {theirs / other:.0f} x ours with its link ({name})"
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
        ours = found[SMALL]
        print(f"RaschPy, 600 audits: {peer:.2f} s = {peer / ours:.1f} x ours")
    print()
    for name, bar in BARS.items():
        if name not in found:
            print(f"not measured       {name} {bar:g}")
            continue
        print(f"{'met' if found[name] < bar else 'NOT MET'} {found[name]:8.2f}   {name} {bar:g}")


if __name__ == "__main__":
    main()
