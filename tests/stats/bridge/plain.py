"""The bridge's estimator once more, in plain Python, one audit after another.

Nothing of the package is used. Sums are of fractions, so that no rounding hides a difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from math import sqrt

Reading = tuple[int, int, int]
"""Level on the own scale, 1 if positive on the other, and the reader."""


def plain_share(grades: list[int], readings: list[Reading], levels: int) -> dict[str, Fraction]:
    held, audits = Counter(grades), len(grades)
    read = Counter(level for level, _, _ in readings)
    good = Counter(level for level, positive, _ in readings if positive)
    overall = Fraction(sum(good.values()), len(readings))
    share = {k: Fraction(held[k], audits) for k in range(levels)}
    found = {k: (good[k] + overall) / (read[k] + 1) for k in range(levels)}
    theta = sum(share[k] * found[k] for k in range(levels))
    v1 = sum(share[k] * (found[k] - theta) ** 2 for k in range(levels)) / audits
    v2 = Fraction(0)
    for k in range(levels):
        near = (good[k] + Fraction(1, 2)) / (read[k] + 1)
        v2 += share[k] ** 2 * near * (1 - near) / max(read[k], 1)
    pulls: dict[int, Fraction] = defaultdict(Fraction)
    for level, positive, reader in readings:
        pulls[reader] += share[level] / read[level] * (positive - found[level])
    people = len(pulls)
    v2c = Fraction(people, people - 1) * sum(pull**2 for pull in pulls.values())
    vb = max(v2, v2c)
    return {
        "theta": theta,
        "v1": v1,
        "v2": v2,
        "v2c": v2c,
        "vb": vb,
        "v": v1 + vb,
        "df": (people - 1) * ((v1 + vb) / vb) ** 2,
        "n_eff": theta * (1 - theta) / (v1 + vb),
    }


def plain_wilson(p: float, n: float, z: float) -> tuple[float, float]:
    """Roots of (p - x)^2 = z^2 x (1 - x) / n, by the formula for a quadratic equation."""
    a, b, c = 1 + z**2 / n, -(2 * p + z**2 / n), p**2
    root = sqrt(b**2 - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
