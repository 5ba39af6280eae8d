"""Time of a whole optimism analysis beside other programs, measured in one run.

    OMP_NUM_THREADS=1 python benchmarks/optimism.py

A round of 80 moderated audits of 1,450: every paired measure, the adjusted profile, auditors' own
gaps, another panel of moderators and 2,000 draws of the focus on the child, against one summary of
statsmodels' SquareTable and one interval of ppi-python (``pip install ppi-python`` in an
environment of one's own; it is no dependency here). Ratios count, for seconds differ.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np
from statsmodels.stats.contingency_tables import SquareTable

from qaf_analysis.stats.child.domain_grades import DomainGrades
from qaf_analysis.stats.child.focus_share import focus_shares
from qaf_analysis.stats.optimism.auditor_gaps import auditor_gaps
from qaf_analysis.stats.optimism.headline import gap_of_all
from qaf_analysis.stats.optimism.moderated_counts import ModeratedAudits
from qaf_analysis.stats.optimism.moderator_sensitivity import another_panel
from qaf_analysis.topics.optimism.analysis.measures import every_optimism_measure

BAR = 10.0


def seconds(action: Callable[[], object], *, repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    rng = np.random.default_rng(1)
    practice, auditor = rng.normal(size=1450), rng.integers(0, 29, 1450)
    cuts = [-1.6, 0.1, 1.7]
    audited = np.searchsorted(cuts, practice + 0.4 + rng.normal(0, 0.7, 1450))
    moderated = np.searchsorted(cuts, practice + rng.normal(0, 0.5, 1450))
    at = rng.choice(1450, 80, replace=False)
    counts = np.bincount(audited, minlength=4)
    pairs = ModeratedAudits(
        audit_grade=audited[at], moderation_grade=moderated[at], auditor=auditor[at],
        n_levels=4, good_from=2, population=counts, population_auditors=29,
    )  # fmt: skip
    shown = practice[at, np.newaxis] + rng.normal(0, 0.7, (80, 6))
    is_child = np.arange(6) < 2
    readers = [
        DomainGrades(
            domains=np.searchsorted(cuts, shown + shift).astype(float),
            overall=grade[at].astype(float), is_child=is_child, is_process=~is_child,
        )
        for shift, grade in ((0.4, audited), (0.0, moderated))
    ]  # fmt: skip
    anchors = np.diag([3, 12, 12, 3]) + np.diag([1, 1, 1], 1)

    def whole() -> None:
        every_optimism_measure(pairs, gap_of_all(pairs))
        auditor_gaps(audited[at], moderated[at], auditor[at], n_levels=4)
        draws = np.random.default_rng(1)
        another_panel(counts, pairs.table, anchors, good_from=2, rng=draws, draws=2000)
        focus_shares(*readers, auditor=auditor[at], rng=draws, draws=2000)

    peer = seconds(lambda: str(SquareTable(pairs.table + 0.0, shift_zeros=False).summary()))
    name = "SquareTable"
    if importlib.util.find_spec("ppi_py") is not None:
        from ppi_py import ppi_mean_ci

        good = [(column >= 2).astype(float) for column in (moderated[at], audited[at], audited)]
        peer += seconds(lambda: ppi_mean_ci(*good))
        name += " and ppi-python"
    ours = seconds(whole)
    print(f"optimism, all tables and draws: {1000 * ours:.0f} ms; {name}: {1000 * peer:.1f} ms")
    print(f"ratio {ours / peer:.1f} (bar: under {BAR:g})")


if __name__ == "__main__":
    main()
