"""Who reads which case of a round: barred readers kept away, work and pairs shared evenly.

What is new to a round is shared out by an exact search (a mixed-integer programme), or, where that
would take too long, by a search that improves step by step. Both know only who may read what: no
grade enters, so who reads a case tells nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from qaf_analysis.stats.core.arrays import Bools, Floats, Ints, frozen_ints
from qaf_analysis.terms.errors import ShapeError

NOBODY = -1
MOST_CHOICES = 5000
"""Yes-or-no choices up to which the exact search is used; it then takes seconds."""
_COSTS = 1000


@dataclass(frozen=True, kw_only=True, eq=False)
class Assignment:
    """Who reads which case.

    Parameters
    ----------
    first, second : int array, shape (cases,)
        Number of the moderator who gives the first and the second reading; -1 for nobody.
    unreadable : int array
        Cases that no moderator may read.
    read_once : int array
        Cases meant for two readings that only one moderator may read.
    loads : int array, shape (moderators,)
        Readings of each moderator, with those given beforehand.
    group : int array, shape (moderators,)
        Number of the group of moderators linked, directly or through others, by cases that two
        of them read. Severities can be compared within a group only.
    is_exact : bool
        Whether no sharing out is more even.
    """

    first: Ints
    second: Ints
    unreadable: Ints
    read_once: Ints
    loads: Ints
    group: Ints
    is_exact: bool

    @property
    def is_connected(self) -> bool:
        """Whether double readings link all moderators with one another."""
        return bool((self.group == 0).all())


def assign(
    allowed: ArrayLike,
    doubles: ArrayLike,
    *,
    seed: int,
    beforehand: ArrayLike | None = None,
    most_choices: int = MOST_CHOICES,
) -> Assignment:
    """Share out the cases of a round among its moderators.

    Parameters
    ----------
    allowed : bool array, shape (cases, moderators)
        Whether the moderator may read the case: not an own case, not the own team's, not read
        before.
    doubles : bool array, shape (cases,)
        Whether two moderators are to read the case.
    seed : int
        Decides among sharings that are equally even.
    beforehand : int array, shape (moderators,), optional
        Readings that each moderator has already, such as anchors; loads are evened with them.
    most_choices : int
        Above so many yes-or-no choices the search is not exact.

    Returns
    -------
    Assignment
        With the smallest sum of two ranges: of moderators' loads, and of how often each pair
        reads a case together; all moderators linked by double readings where that can be. Who of
        two is first is evened out too.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> found = assign(np.ones((6, 3), dtype=bool), [True, True, False, False, False, False],
    ...                seed=1)
    >>> sorted(found.loads.tolist()), found.is_connected
    ([2, 3, 3], True)
    """
    may = np.array(allowed, dtype=bool)
    twice = np.array(doubles, dtype=bool)
    if may.ndim != 2 or twice.shape != may.shape[:1]:
        raise ShapeError("Who may read needs one row a case, and doubles one mark a case.")
    n_moderators = may.shape[1]
    given = frozen_ints(np.zeros(n_moderators, int) if beforehand is None else beforehand,
                        name="beforehand")  # fmt: skip
    if given.shape != (n_moderators,):
        raise ShapeError("Readings given beforehand need one number a moderator.")
    rng = np.random.default_rng([seed, len(may), n_moderators])
    readers = may.sum(axis=1)
    wanted = np.minimum(readers, 1 + twice)
    pairs = np.array(list(combinations(range(n_moderators), 2)), dtype=np.int64).reshape(-1, 2)
    choices = may.size + int((wanted == 2).sum()) * len(pairs)
    cost = rng.integers(0, _COSTS, may.shape)
    search = _Search(may=may, wanted=wanted, given=given, pairs=pairs, cost=cost)
    exact = search.exact() if choices <= most_choices and wanted.any() else None
    reads = search.stepwise() if exact is None else exact
    first, second = _in_turn(reads, rng)
    return Assignment(
        first=first,
        second=second,
        unreadable=frozen_ints(np.flatnonzero(readers == 0), name="unreadable"),
        read_once=frozen_ints(np.flatnonzero(twice & (readers == 1)), name="read_once"),
        loads=frozen_ints(given + reads.sum(axis=0), name="loads"),
        group=frozen_ints(_groups(reads), name="group"),
        is_exact=exact is not None,
    )


def _groups(reads: Bools) -> Ints:
    """Group of each moderator, by cases that two read."""
    twice = reads[reads.sum(axis=1) == 2].astype(np.int64)
    return np.asarray(
        connected_components(csr_array(twice.T @ twice), directed=False)[1], dtype=np.int64
    )


def _in_turn(reads: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """First and second reader of each case; of two, who has given fewer first readings."""
    first, second = (np.full(len(reads), NOBODY) for _ in range(2))
    number = reads.sum(axis=1)
    first[number > 0] = reads[number > 0].argmax(axis=1)
    firsts = np.bincount(first[number == 1], minlength=reads.shape[1])
    for case in rng.permutation(np.flatnonzero(number == 2)):
        one, other = rng.permutation(np.flatnonzero(reads[case]))
        if firsts[other] < firsts[one]:
            one, other = other, one
        first[case], second[case] = one, other
        firsts[one] += 1
    return frozen_ints(first, name="first"), frozen_ints(second, name="second")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Search:
    """One sharing out: who may read, how many readings each case needs, loads given beforehand."""

    may: Bools
    wanted: Ints
    given: Ints
    pairs: Ints
    cost: Ints

    def exact(self) -> Bools | None:
        """The most even sharing, of those that link all moderators if there is one.

        Links are asked for only where they are missing: each time a group of moderators stands
        apart, at least one double reading across its border becomes a condition. None where the
        solver finds nothing.
        """
        cuts: list[Bools] = []
        best = self._solved(cuts)
        if best is None or not (self.wanted == 2).any():
            return best
        while (group := _groups(best)).max() > 0:
            cuts += [group == number for number in range(group.max() + 1)]
            further = self._solved(cuts)
            if further is None:
                # No sharing has a double reading across every border.
                return best
            best = further
        return best

    def _solved(self, cuts: list[Bools]) -> Bools | None:
        n_cases, n_moderators = self.may.shape
        doubles = np.flatnonzero(self.wanted == 2)
        rows = _Rows(reads=self.may.size, pairs=len(doubles) * len(self.pairs))
        x = np.arange(self.may.size).reshape(self.may.shape)
        y = self.may.size + np.arange(rows.pairs).reshape(len(doubles), len(self.pairs))
        for case in range(n_cases):
            rows.add(x[case], int(self.wanted[case]), int(self.wanted[case]))
        for row, case in enumerate(doubles.tolist()):
            rows.add(y[row], 1, 1)
            for moderator in range(n_moderators):
                within = y[row][(self.pairs == moderator).any(axis=1)]
                rows.add(within, 0, 0, minus=int(x[case, moderator]))
        for moderator in range(n_moderators):
            rows.within_range(x[:, moderator], int(self.given[moderator]), of=0)
        if len(doubles):
            for pair in range(len(self.pairs)):
                rows.within_range(y[:, pair], 0, of=2)
            for cut in cuts:
                crossing = cut[self.pairs].sum(axis=1) == 1
                rows.add(y[:, crossing].ravel(), 1, np.inf)
        return rows.solved(self.may, self.cost)

    def stepwise(self) -> Bools:
        """A sharing that no chain of moves makes more even in its loads."""
        reads = np.zeros_like(self.may)
        together = np.zeros(len(self.pairs), dtype=np.int64)
        group = np.arange(self.may.shape[1])
        order = np.lexsort((self.cost[:, 0], self.may.sum(axis=1), -self.wanted))
        for case in order[self.wanted[order] > 0]:
            load = self.given + reads.sum(axis=0)
            if self.wanted[case] == 1:
                free = np.flatnonzero(self.may[case])
                reads[case, free[np.lexsort((self.cost[case, free], load[free]))[0]]] = True
                continue
            possible = np.flatnonzero(self.may[case][self.pairs].all(axis=1))
            one, other = self.pairs[possible].T
            links = group[one] != group[other]
            cost = self.cost[case, one] + self.cost[case, other]
            pair = possible[np.lexsort((cost, load[one] + load[other], together[possible], ~links))]
            a, b = self.pairs[pair[0]]
            reads[case, [a, b]] = True
            together[pair[0]] += 1
            group[group == group[b]] = group[a]
        while self._evened(reads):
            pass
        return reads

    def _evened(self, reads: Bools) -> bool:
        """Move single readings along a chain from a moderator with much to one with less."""
        load = self.given + reads.sum(axis=0)
        single = self.wanted == 1
        # A case that a reads and b may read lets a give work to b.
        movable = (reads & single[:, np.newaxis]).astype(np.int64).T @ self.may.astype(np.int64) > 0
        for start in np.argsort(-load, kind="stable"):
            came_from = {int(start): -1}
            queue = [int(start)]
            for giver in queue:
                for taker in np.flatnonzero(movable[giver]):
                    if int(taker) not in came_from:
                        came_from[int(taker)] = giver
                        queue.append(int(taker))
            end = min(came_from, key=lambda moderator: (load[moderator], moderator))
            if load[start] - load[end] < 2:
                continue
            while end != start:
                giver = came_from[end]
                case = np.flatnonzero(reads[:, giver] & single & self.may[:, end])[0]
                reads[case, giver], reads[case, end] = False, True
                end = giver
            return True
        return False


class _Rows:
    """Conditions of a programme, row by row.

    Columns are readings, then pairs of double readings, then the largest and the smallest load,
    then the largest and the smallest number of cases that a pair reads together.
    """

    def __init__(self, *, reads: int, pairs: int) -> None:
        self.reads, self.pairs = reads, pairs
        self._first_limit = reads + pairs
        self._rows: list[Ints] = []
        self._columns: list[Ints] = []
        self._values: list[Floats] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def add(self, columns: Ints, low: float, high: float, *, minus: int | None = None) -> None:
        """The sum of some columns, less one, lies from low to high."""
        parts = columns if minus is None else np.append(columns, minus)
        values = np.ones(len(parts))
        if minus is not None:
            values[-1] = -1.0
        self._rows.append(np.full(len(parts), len(self._low)))
        self._columns.append(parts)
        self._values.append(values)
        self._low.append(low)
        self._high.append(high)

    def within_range(self, columns: Ints, given: int, *, of: int) -> None:
        """The sum, with what was given, is at most the largest and at least the smallest."""
        largest, smallest = self._first_limit + of, self._first_limit + of + 1
        self.add(columns, -np.inf, -given, minus=largest)
        self.add(columns, -given, np.inf, minus=smallest)

    def solved(self, may: Bools, cost: Ints) -> Bools | None:
        """Who reads what at the smallest ranges, and of these at the smallest cost."""
        n = self._first_limit + 4
        # One step of a range outweighs every difference of costs.
        step = 2 * _COSTS * len(may) + 1
        price = np.zeros(n)
        price[: self.reads] = cost.ravel()
        price[self._first_limit :] = (step, -step, step, -step)
        most = np.ones(n)
        most[: self.reads] = may.ravel()
        # Without double readings nothing bounds how often pairs read together.
        most[self._first_limit :] = np.inf
        if not self.pairs:
            most[-2:] = 0.0
        entries = np.concatenate(self._values)
        places = (np.concatenate(self._rows), np.concatenate(self._columns))
        table = csr_array((entries, places), shape=(len(self._low), n))
        found = milp(
            price,
            constraints=LinearConstraint(table, self._low, self._high),
            integrality=np.ones(n, dtype=np.int64),
            bounds=Bounds(np.zeros(n), most),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        reads: Bools = found.x[: self.reads].reshape(may.shape) > 0.5
        return reads
