"""Simulated councils for themed audits and for changes of the audit process.

An independent path: nothing here comes from ``qaf_analysis.simulate``. Grades arise on a latent
logit scale with limits -2.95, 0 and 3.1: practice of the case (SD 1) is shared by all domains of
its audit, to which come the auditor (SD 0.5), the auditor in the domain (0.25), the quarter (0.15),
the quarter in the domain (0.15) and a logistic rest. One domain is themed, five never; the theme
falls after half of the quarters. About 45 in 100 grades are Good or better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

LIMITS = np.array([-2.95, 0.0, 3.1])
GOOD = 2
CASE, AUDITOR, AUDITOR_DOMAIN, QUARTER, QUARTER_DOMAIN = 1.0, 0.5, 0.25, 0.15, 0.15
AUDITORS, LEFT_AFTER_CUT, LENIENT_KEPT = 29, 12, 6
CONTROLS = 5
START = -0.3


@dataclass(frozen=True, kw_only=True)
class World:
    """What happens to a council; effects and shocks on the logit scale."""

    name: str
    effect: float = 0.0
    quarter_sd: float = QUARTER
    domain_sd: float = QUARTER_DOMAIN
    lasting: float = 0.0  # autocorrelation of a domain's quarter shocks
    common_trend: float = 0.0
    lenient_pool: bool = False
    tougher: float = 0.0
    worst_picked: bool = False
    drop_selection: bool = False
    drift: float = 0.0  # of the themed domain alone, a quarter
    controls: int = CONTROLS

    @property
    def is_null(self) -> bool:
        return self.effect == 0 and self.drift == 0


BASE = World(name="B: quarters differ by chance")
NULLS = (
    World(name="A: no chance between quarters", quarter_sd=0.0, domain_sd=0.0),
    BASE,
    replace(BASE, name="C: all domains rise alike", common_trend=0.08),
    replace(BASE, name="D: 29 auditors cut to 12, lenient ones kept", lenient_pool=True),
    replace(BASE, name="E: auditors trained to be tougher", tougher=0.4),
    replace(BASE, name="B: the same, two comparison domains", controls=2),
    replace(BASE, name="B: the same, one comparison domain", controls=1),
)
WEAK = (
    replace(BASE, name="F: the worst domain of the last quarter is picked", worst_picked=True),
    replace(
        BASE, name="F: the same, that quarter left out", worst_picked=True, drop_selection=True
    ),
    replace(BASE, name="G: a domain's chance lasts (0.5)", domain_sd=0.2, lasting=0.5),
    replace(
        BASE, name="H: C and D and chance that lasts (0.3)", common_trend=0.08, lenient_pool=True,
        lasting=0.3,
    ),
    replace(BASE, name="the themed domain was rising anyway, 0.05 a quarter", drift=0.05),
)  # fmt: skip
EFFECTS = (
    replace(BASE, name="rise of 0.4", effect=0.4),
    replace(BASE, name="rise of 0.7", effect=0.7),
    replace(BASE, name="rise of 1.0", effect=1.0),
    replace(BASE, name="fall of 0.7", effect=-0.7),
    replace(BASE, name="rise of 0.7, auditors tougher", effect=0.7, tougher=0.4),
)


@dataclass(frozen=True, kw_only=True)
class Council:
    """Grades by audit (row) and domain (column, the themed one first)."""

    quarter: np.ndarray
    post: np.ndarray
    auditor: np.ndarray
    grade: np.ndarray

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """Arguments of ``theme_change``."""
        good = (self.grade >= GOOD).astype(float)
        return {
            "quarter": self.quarter,
            "post": self.post,
            "themed_grade": self.grade[:, 0],
            "control_grade": self.grade[:, 1:].mean(axis=1),
            "themed_good": good[:, 0],
            "control_good": good[:, 1:].mean(axis=1),
            "auditor": self.auditor,
            "control_grades": self.grade[:, 1:],
            "control_goods": good[:, 1:],
        }


def shocks(rng: np.random.Generator, world: World, quarters: int, domains: int) -> np.ndarray:
    """A domain's chance by quarter, of constant spread; autocorrelated where it lasts."""
    fresh = rng.normal(0, world.domain_sd, (quarters, domains))
    for q in range(1, quarters):
        fresh[q] = world.lasting * fresh[q - 1] + np.sqrt(1 - world.lasting**2) * fresh[q]
    return fresh


def council(
    rng: np.random.Generator, world: World, *, quarters: int, audits: int, themes: int = 1
) -> Council:
    n, domains, theme_at = quarters * audits, world.controls + themes, quarters // 2
    quarter = np.repeat(np.arange(quarters), audits)
    post = quarter >= theme_at
    leniency = rng.normal(0, AUDITOR, AUDITORS)
    auditor = rng.integers(0, AUDITORS, n)
    if world.lenient_pool:
        order = np.argsort(-leniency)
        rest = rng.choice(order[LENIENT_KEPT:], LEFT_AFTER_CUT - LENIENT_KEPT, replace=False)
        kept = np.concatenate([order[:LENIENT_KEPT], rest])
        auditor = np.where(post, kept[rng.integers(0, LEFT_AFTER_CUT, n)], auditor)
    latent = rng.normal(0, CASE, n) + leniency[auditor] - world.tougher * post
    latent += (
        rng.normal(0, world.quarter_sd, quarters) + world.common_trend * np.arange(quarters)
    )[quarter]
    seen = latent[:, np.newaxis] + rng.normal(0, AUDITOR_DOMAIN, (AUDITORS, domains))[auditor]
    seen += shocks(rng, world, quarters, domains)[quarter] + rng.logistic(size=(n, domains))
    if not world.worst_picked:
        seen[:, :themes] += START
    seen[:, 0] += world.effect * post + world.drift * quarter
    grade = np.searchsorted(LIMITS, seen).astype(float)
    found = Council(quarter=quarter, post=post, auditor=auditor, grade=grade)
    return _worst_first(found, theme_at - 1, world) if world.worst_picked else found


def _worst_first(found: Council, last: int, world: World) -> Council:
    share = (found.grade[found.quarter == last] >= GOOD).mean(axis=0)
    worst = int(np.argmin(share))
    order = [worst, *(d for d in range(found.grade.shape[1]) if d != worst)]
    kept = (
        found.quarter != last if world.drop_selection else np.ones(len(found.quarter), dtype=bool)
    )
    return Council(
        quarter=found.quarter[kept],
        post=found.post[kept],
        auditor=found.auditor[kept],
        grade=found.grade[kept][:, order],
    )


@dataclass(frozen=True, kw_only=True)
class Period:
    """Audits of a period: how far auditors differ, how many there are, and of what practice."""

    audits: int
    auditors: int = AUDITORS
    sd: float = AUDITOR


def graded_period(rng: np.random.Generator, period: Period, *, quarters: int = 4) -> dict:
    """One grade per audit, its auditor, and marks of the quarters."""
    auditor = rng.integers(0, period.auditors, period.audits)
    quarter = np.arange(period.audits) % quarters
    latent = rng.normal(0, period.sd, period.auditors)[auditor]
    latent += rng.normal(0, QUARTER, quarters)[quarter] + rng.normal(0, CASE, period.audits)
    grade = np.searchsorted(LIMITS, latent + rng.logistic(size=period.audits))
    marks = (quarter[:, np.newaxis] == np.arange(1, quarters)).astype(float)
    return {"grade": grade.astype(float), "auditor": auditor, "fixed": marks}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How auditors and moderators read the same cases; latent practice has an SD of 2."""

    pairs: int
    error: float = 1.2
    bias: float = 0.0
    practice: float = 0.0
    auditors: int = 10_000
    spread: float = 0.0
    moderator_error: float = 0.5


def read_twice(
    rng: np.random.Generator, reading: Reading, *, leniency: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Auditor's grades, moderator's grades, auditors."""
    practice = rng.normal(reading.practice, 2.0, reading.pairs)
    auditor = rng.integers(0, reading.auditors, reading.pairs)
    own = rng.normal(0, reading.spread, reading.auditors) if leniency is None else leniency
    ours = practice + reading.bias + own[auditor] + rng.normal(0, reading.error, reading.pairs)
    theirs = practice + rng.normal(0, reading.moderator_error, reading.pairs)
    return np.searchsorted(LIMITS, ours), np.searchsorted(LIMITS, theirs), auditor
