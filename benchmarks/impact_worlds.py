"""Simulated councils for themed audits and for changes of the audit process.

An independent path: nothing here comes from ``qaf_analysis.simulate``. For themes, grades arise on
a latent normal scale. All domains of an audit share practice (gamma, skewed, SD 0.65), team (SD
0.3), case (0.4) and one of 29 auditors (0.4); to these come the auditor in the domain (0.15), the
quarter in the domain (0.1) and a rest (0.54). Thresholds give 10, 45, 40 and 5 in 100 grades from
worst to best at level 0. One domain is themed, five never; the theme falls after half of the
quarters. The spreads are such that the rule in use before found a rise of 0.21 of a grade, at 8
quarters of 50 audits, in 76 of 100 councils.

Changes of the audit process (``Period``, ``Reading``) are simulated on a logit scale with limits
-2.95, 0 and 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LIMITS = np.array([-2.95, 0.0, 3.1])
CASE, AUDITOR, QUARTER = 1.0, 0.5, 0.15
AUDITORS, LEFT_AFTER_CUT, LENIENT_KEPT = 29, 12, 6

GOOD, CONTROLS, TEAMS = 2, 5, 8
PRACTICE_SHAPE, PRACTICE = 4.0, 0.65
TEAM, CASE_LATENT, AUDITOR_LATENT, REST = 0.3, 0.4, 0.4, 0.54
THRESHOLDS = np.array([-1.41, 0.14, 1.81])
LOW, CEILING = -0.6, 1.2


@dataclass(frozen=True, kw_only=True)
class World:
    """What happens to a council; levels, effects and spreads on the latent scale."""

    name: str
    effect: float = 0.0
    themed: float = 0.0  # level of the themed domain
    others: float | tuple[float, ...] = 0.0  # level of the comparison domains
    kinder: float = 0.0  # all auditors, from the theme on
    rise: float = 0.0  # of all domains, a quarter
    walk: float = 0.0  # SD of a random walk of all domains
    themed_rest: float = REST
    thresholds_differ: float = 0.0  # SD between comparison domains
    logistic: bool = False
    domain_sd: float = 0.1
    themed_sd: float = 0.1
    lasting: float = 0.0  # autocorrelation of a domain's quarter shocks
    own_walk: float = 0.0  # SD of each domain's own random walk
    auditors: int = AUDITORS
    auditor_domain: float = 0.15
    replaced: bool = False  # all auditors, at the date of the theme
    lenient_pool: bool = False
    drift: float = 0.0  # of the themed domain alone, a quarter
    drifts: float = 0.0  # SD of every domain's own drift, a quarter
    worst_picked: bool = False
    drop_selection: bool = False
    controls: int = CONTROLS

    @property
    def is_null(self) -> bool:
        return self.effect == 0 and self.drift == 0


def low_theme(name: str, **parts: object) -> World:
    """A themed domain low on the scale, the comparison domains near its end."""
    return World(name=name, themed=LOW, others=CEILING, **parts)


BASE = World(name="A: domains alike")
NULLS = (
    BASE,
    low_theme("B: all 0.5 kinder, comparison near the end of the scale", kinder=0.5),
    low_theme("C: all 0.5 stricter, comparison near the end", kinder=-0.5),
    low_theme("D: all domains rise by 0.08 a quarter, comparison near the end", rise=0.08),
    low_theme("E: all 0.8 kinder, comparison near the end", kinder=0.8),
    World(name="F: all 0.5 kinder, themed domain 1 lower", themed=-1.0, kinder=0.5),
    World(
        name="G: all 0.5 kinder, themed domain near the end", themed=CEILING, others=LOW, kinder=0.5
    ),
    low_theme("H: all domains wander together, comparison near the end", walk=0.15),
    low_theme("M: B, themed domain graded twice as noisily", kinder=0.5, themed_rest=1.1),
    low_theme("N: B, thresholds of comparison domains differ", kinder=0.5, thresholds_differ=0.3),
    low_theme("O: B, logistic noise", kinder=0.5, logistic=True),
    World(
        name="R: all 0.5 kinder, comparison at mixed levels", themed=LOW, kinder=0.5,
        others=(-1.0, -0.3, 0.4, 0.8, 1.2),
    ),
    World(name="A: the same, two comparison domains", controls=2),
    World(name="A: the same, one comparison domain", controls=1),
    low_theme("B: the same, one comparison domain", kinder=0.5, controls=1),
    World(name="S: no chance between quarters", domain_sd=0.0, themed_sd=0.0),
    World(name="T: 29 auditors cut to 12, lenient ones kept", lenient_pool=True),
    World(name="U: 29 auditors replaced, each kind in domains of his own", replaced=True,
          auditor_domain=0.3),
    World(name="V: 6 auditors replaced, each kind in domains of his own", replaced=True,
          auditors=6, auditor_domain=0.3),
    World(name="W: the same 6 auditors throughout", auditors=6, auditor_domain=0.3),
    World(name="X: themed domain unsteady", themed_sd=0.35, domain_sd=0.05),
)  # fmt: skip
WEAK = (
    World(name="P: the worst domain of the last quarter is picked", worst_picked=True),
    World(
        name="P: the same, that quarter left out", worst_picked=True, drop_selection=True
    ),
    World(name="Q: a domain's chance lasts (0.5)", domain_sd=0.15, themed_sd=0.15, lasting=0.5),
    World(name="Q: every domain wanders by itself", domain_sd=0.05, themed_sd=0.05, own_walk=0.1),
    World(name="Y: every domain drifts by itself (SD 0.04 a quarter)", drifts=0.04),
    World(name="Z: the themed domain was rising anyway, 0.04 a quarter", drift=0.04),
    World(name="Z: the themed domain was rising anyway, 0.08 a quarter", drift=0.08),
)  # fmt: skip
RISE = 0.35
EFFECTS = (
    World(name="rise, domains alike", effect=RISE),
    low_theme("rise, comparison near the end", effect=RISE),
    low_theme("rise, the same and all 0.5 stricter", effect=RISE, kinder=-0.5),
    low_theme("rise, the same and all 0.5 kinder", effect=RISE, kinder=0.5),
    World(name="rise, themed domain near the end", effect=RISE, themed=CEILING, others=LOW),
    low_theme("fall, comparison near the end", effect=-RISE),
    World(name="large rise (0.6), domains alike", effect=0.6),
    World(name="rise, 29 auditors replaced", effect=RISE, replaced=True, auditor_domain=0.3),
)
UNEQUAL = {
    "7 of 50, the only one after of 12": ((50,) * 7 + (12,), 7),
    "7 of 50, the only one after of 3": ((50,) * 7 + (3,), 7),
    "6 of 50 before, after 50 and 4": ((50,) * 7 + (4,), 6),
    "4 of 50 before, after 50, 50, 50 and 3": ((50,) * 7 + (3,), 4),
    "4 of 50 before, after 50, 50, 50 and 12": ((50,) * 7 + (12,), 4),
}
"""Audits of each quarter, and how many quarters lie before."""


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
    """A domain's chance by quarter: of constant spread, autocorrelated, wandering or drifting."""
    fresh = rng.normal(0, 1.0, (quarters, domains))
    for q in range(1, quarters):
        fresh[q] = world.lasting * fresh[q - 1] + np.sqrt(1 - world.lasting**2) * fresh[q]
    fresh *= np.where(np.arange(domains) == 0, world.themed_sd, world.domain_sd)
    if world.own_walk:
        fresh += rng.normal(0, world.own_walk, (quarters, domains)).cumsum(axis=0)
    if world.drifts:
        fresh += np.arange(quarters)[:, np.newaxis] * rng.normal(0, world.drifts, domains)
    return fresh


def who_audits(
    rng: np.random.Generator, world: World, post: np.ndarray, leniency: np.ndarray
) -> np.ndarray:
    auditor = rng.integers(0, world.auditors, len(post))
    if world.replaced:
        return auditor + world.auditors * post
    if world.lenient_pool:
        order = np.argsort(-leniency)
        rest = rng.choice(order[LENIENT_KEPT:], LEFT_AFTER_CUT - LENIENT_KEPT, replace=False)
        kept = np.concatenate([order[:LENIENT_KEPT], rest])
        return np.where(post, kept[rng.integers(0, LEFT_AFTER_CUT, len(post))], auditor)
    return auditor


def council(
    rng: np.random.Generator, world: World, *, quarters: int, audits: int, themes: int = 1
) -> Council:
    return council_of(rng, world, sizes=(audits,) * quarters, before=quarters // 2, themes=themes)


def council_of(
    rng: np.random.Generator, world: World, *, sizes: tuple[int, ...], before: int, themes: int = 1
) -> Council:
    quarters, domains = len(sizes), world.controls + themes
    quarter = np.repeat(np.arange(quarters), sizes)
    post, n = quarter >= before, len(quarter)
    pool = world.auditors * (1 + world.replaced)
    leniency = rng.normal(0, AUDITOR_LATENT, pool)
    auditor = who_audits(rng, world, post, leniency)
    practice = rng.gamma(PRACTICE_SHAPE, PRACTICE / np.sqrt(PRACTICE_SHAPE), n)
    latent = practice - PRACTICE * np.sqrt(PRACTICE_SHAPE)
    latent += rng.normal(0, TEAM, TEAMS)[rng.integers(0, TEAMS, n)] + rng.normal(0, CASE_LATENT, n)
    together = world.rise * np.arange(quarters) + rng.normal(0, world.walk, quarters).cumsum()
    latent += leniency[auditor] + world.kinder * post + together[quarter]
    seen = latent[:, np.newaxis] + rng.normal(0, world.auditor_domain, (pool, domains))[auditor]
    seen += shocks(rng, world, quarters, domains)[quarter]
    rest = np.where(np.arange(domains) == 0, world.themed_rest, REST)
    noise = (
        rng.logistic(0, np.sqrt(3) / np.pi, (n, domains))
        if world.logistic
        else rng.normal(size=(n, domains))
    )
    seen += rest * noise
    seen[:, :themes] += world.themed
    seen[:, themes:] += np.resize(np.asarray(world.others), domains - themes)
    seen[:, 0] += world.effect * post + world.drift * quarter
    grade = np.searchsorted(THRESHOLDS, seen).astype(float)
    if world.thresholds_differ:
        for d in range(themes, domains):
            own = np.sort(THRESHOLDS + rng.normal(0, world.thresholds_differ, 3))
            grade[:, d] = np.searchsorted(own, seen[:, d])
    found = Council(quarter=quarter, post=post, auditor=auditor, grade=grade)
    return _worst_first(found, before - 1, world) if world.worst_picked else found


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
