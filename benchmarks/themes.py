"""How long 1,000 councils take through the verdicts on their themes, on two processes.

    python benchmarks/themes.py

Each council has the example's design: 12 quarters of 50 audits, five themes, of which four are
about a domain. The way timed leads from the clean bundle to every verdict. Each process draws its
own councils beforehand, which is not timed, and goes through them in turn. The bar is a minute.
"""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from qaf_analysis.data.contract.audits import Audits
from qaf_analysis.simulate import example_design, simulate_council
from qaf_analysis.simulate.bundle import simulated_audits
from qaf_analysis.topics.common.scope import latest_quarter
from qaf_analysis.topics.impact.analysis.themes import themes

COUNCILS = 1000
PROCESSES = 2
DIFFERENT = 10
BAR = 60.0

drawn: list[Audits] = []


def draw(first_seed: int) -> int:
    """Draw the councils of this process and go through one, so that everything is loaded."""
    for seed in range(first_seed, first_seed + DIFFERENT):
        council = simulate_council(example_design(), rng=np.random.default_rng(seed))
        drawn.append(simulated_audits(council))
    themes(drawn[0], quarter=latest_quarter(drawn[0]))
    return len(drawn)


def verdicts(count: int) -> tuple[int, float]:
    """Number of verdicts given, and the processor's seconds for them."""
    began, given = time.process_time(), 0
    quarter = latest_quarter(drawn[0])
    for place in range(count):
        given += len(themes(drawn[place % DIFFERENT], quarter=quarter).themes)
    return given, time.process_time() - began


def main() -> None:
    # One process each, so that what a process drew is there when it is timed.
    pools = [ProcessPoolExecutor(max_workers=1) for _ in range(PROCESSES)]
    ready = [pool.submit(draw, 100 * number) for number, pool in enumerate(pools)]
    different = sum(one.result() for one in ready)
    began = time.perf_counter()
    share = COUNCILS // PROCESSES
    found = [one.result() for one in [pool.submit(verdicts, share) for pool in pools]]
    taken = time.perf_counter() - began
    for pool in pools:
        pool.shutdown()
    given, busy = sum(part[0] for part in found), sum(part[1] for part in found)
    print(f"{COUNCILS:,} councils ({different} different), {given:,} verdicts on {PROCESSES} "
          f"processes: {taken:.1f} s")  # fmt: skip
    print(f"per council: {1000 * busy / COUNCILS:.0f} ms of processor time")
    print(f"{'within' if taken < BAR else 'OVER'} the bar of {BAR:.0f} s")


if __name__ == "__main__":
    main()
