"""What a pack tells beside what it must: looked for in its finished files, before they are sent.

A pack may hold codes, references, days, the parts and words of the audit tool, and the sentences
of this package, each at its place. Everything else is told: another member of the zip file, a
hidden sheet, a comment, a filled-in cell, a cell that looks unlike its neighbours, a property, a
name. The files are read for themselves here; no function that writes them is called.

The sharper question is asked by ``same_but_for_grades``: are the files the same, byte for byte,
when auditors' grades change places among the audits that were chosen?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.files import file_names
from qaf_analysis.moderation.packs.pack import Pack
from qaf_analysis.moderation.packs.scan_page import page_leaks
from qaf_analysis.moderation.packs.scan_words import telling
from qaf_analysis.moderation.packs.scan_workbook import workbook_leaks
from qaf_analysis.terms.errors import UsageError

CHOSEN_BY = (
    *("targeted", "stratified", "random", "risk"),
    *("anchor", "consensus", "retest", "double", "second moderator"),
)
"""Words for why a case is read; whoever reads one of them knows more than a blind reader may."""


def scan_pack(
    files: Mapping[str, bytes], pack: Pack, *, key: RoundKey | None = None
) -> tuple[str, ...]:
    """Say what the files of a pack tell beside what they must.

    Parameters
    ----------
    files : mapping of str to bytes
        By file name.
    pack : Pack
        What they are to hold.
    key : RoundKey, optional
        With it the codes, the keys and the order of the cases are made anew and compared: an order
        by anything else, such as by stratum, shows in no single file.

    Returns
    -------
    tuple of str
        A sentence a leak; empty where nothing was found.
    """
    workbook, page = file_names(pack)
    leaks = list(_of_words(pack))
    if key is not None:
        leaks += _of_order(pack, key)
    for name, data in files.items():
        if name not in (workbook, page):
            leaks.append(f"{name} is no file of this pack. Send {workbook} or {page}.")
            continue
        found = workbook_leaks(data, pack) if name == workbook else page_leaks(data, pack)
        leaks += [f"{name}: {each}" for each in found]
    return tuple(leaks)


def same_but_for_grades(
    build: Callable[[Sequence[str]], Mapping[str, bytes]],
    grades: Sequence[str],
    *,
    seed: int,
    times: int = 3,
) -> tuple[str, ...]:
    """Names of files that change when auditors' grades change places at fixed selection.

    Parameters
    ----------
    build : callable
        Makes all files of a round from the grades of the audits that were chosen, in their order.
    grades : sequence of str
        The auditors' grades as they are.
    seed : int
        Seed of the permutations.
    times : int
        How often the grades change places.

    Returns
    -------
    tuple of str
        Empty where no byte hangs on a grade.

    Raises
    ------
    UsageError
        If all grades are alike: nothing would be tried.

    Examples
    --------
    >>> blind = lambda grades: {"pack": b"the same"}
    >>> same_but_for_grades(blind, ["Good", "Inadequate"], seed=1)
    ()
    >>> telling = lambda grades: {"pack": grades[0].encode()}
    >>> same_but_for_grades(telling, ["Good", "Inadequate"], seed=1)
    ('pack',)
    """
    if len(set(grades)) < 2:
        raise UsageError("All grades are alike: none can change places with another.")
    rng = np.random.default_rng(seed)
    before = dict(build(list(grades)))
    differing: set[str] = set()
    for _ in range(times):
        moved = list(grades)
        while moved == list(grades):
            moved = [grades[place] for place in rng.permutation(len(grades))]
        after = dict(build(moved))
        differing |= {
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        }
    return tuple(sorted(differing))


def _of_words(pack: Pack) -> Iterator[str]:
    """Words in what a council brings for one case or round alone."""
    grades = telling(pack.levels)
    why = telling(CHOSEN_BY)
    for case in pack.cases:
        if grades.search(case.reference) or why.search(case.reference):
            yield (
                f"The reference of {pack.case_name(case.code)} holds a grade or a word for why it "
                "was chosen. Use a key sheet for this round."
            )
    if grades.search(pack.round) or why.search(pack.round):
        yield "The name of the round holds a grade or a word for how cases were chosen. Rename it."


def _of_order(pack: Pack, key: RoundKey) -> Iterator[str]:
    codes = [case.code for case in pack.cases]
    if codes != sorted(codes, key=lambda code: key.order(pack.pack, code)):
        yield "The cases do not stand in the random order of the round’s key."
    if pack.pack != key.code("pack", pack.moderator):
        yield "The code of the pack is not the one that the round’s key gives."
    right = [
        (key.row_key(pack.pack, code, domain, version=pack.version), code, domain)
        for code in codes
        for domain in pack.domains
    ]
    if [(row.key, row.case, row.domain) for row in pack.rows] != right:
        yield "Rows or keys are not those that the round’s key gives for every part of every case."
