"""Audits with the auditor's and, where moderated, the moderator's grade, from a plain table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qaf_analysis.data.files.raw_table import RawTable
from qaf_analysis.data.plain.columns import (
    Floats,
    Ints,
    coded_grades,
    needed_place,
    numbered_names,
    numbers_between,
    refuse_blank,
    refuse_rows_of_totals,
)
from qaf_analysis.data.plain.counts import counts_of_two_auditors
from qaf_analysis.data.plain.levels import PlainLevels
from qaf_analysis.data.plain.table import cells_refused, place_of, read_plain_table, warnings_of
from qaf_analysis.terms.errors import UsageError
from qaf_analysis.terms.names import PROBABILITY_SELECTIONS, Selection

CHANCE = "a number above 0 and at most 1"


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainModerated:
    """Audits, of which some were moderated.

    Parameters
    ----------
    levels : PlainLevels
    audit_grade, moderation_grade : array of int, shape (audits,)
        Codes of the grades; -1 where the audit was not moderated.
    auditor : array of int, shape (audits,), or None
        Number of the auditor from 0; None where the table does not say.
    auditors : tuple of str
        Label of each number.
    selection_probability : array, shape (audits,), or None
        Chance that any draw took the audit; with ``draw`` that of its own draw. NaN where blank;
        None without that column.
    draw : array of int, shape (audits,), or None
        Number of the draw that took each audit.
    stratum : array of int, shape (audits,), or None
    selected_by : tuple of str, or None
        How each audit was chosen, blank where it was not; None without that column.
    warnings : tuple of str
    """

    levels: PlainLevels
    audit_grade: Ints
    moderation_grade: Ints
    auditor: Ints | None
    auditors: tuple[str, ...]
    selection_probability: Floats | None
    draw: Ints | None
    stratum: Ints | None
    selected_by: tuple[str, ...] | None
    warnings: tuple[str, ...]


def read_plain_moderated(path: Path, *, levels: PlainLevels | None = None) -> PlainModerated:
    """Read a table with a row per audit.

    Columns: audit_id, auditor, audit_grade, moderation_grade (blank where not moderated), and
    perhaps selected_by, selection_probability, draw and stratum.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If a column, a name or an auditor's grade is missing, a grade is not on the scale, an
        audit stands twice, or a probability is not above 0 and at most 1.
    """
    table = read_plain_table(
        path,
        parts=(
            "audit",
            "auditor",
            "audit grade",
            "moderation grade",
            "selection probability",
            "selected by",
            "stratum",
            "draw",
        ),
    )
    places = [needed_place(table, "audit grade"), needed_place(table, "moderation grade")]
    refuse_rows_of_totals(table, needed_place(table, "audit"))
    numbered_names(table, needed_place(table, "audit"), once=True)
    scale, codes = coded_grades(table, places, levels)
    refuse_blank(
        table,
        places[0],
        codes[:, 0] < 0,
        expected="the auditor's grade of every audit",
        mend="fill it in, or delete the row of an audit without a grade",
    )
    auditor = numbered_names(table, needed_place(table, "auditor"))
    stratum, draw = place_of(table, "stratum"), place_of(table, "draw")
    chosen_by, chance = _selections(table, codes[:, 1]), _probabilities(table)
    moderation, said = _chosen_by_chance(chosen_by, chance, codes[:, 1])
    return PlainModerated(
        levels=scale,
        audit_grade=codes[:, 0],
        moderation_grade=moderation,
        auditor=auditor.number,
        auditors=auditor.labels,
        selection_probability=chance,
        draw=None if draw is None else numbered_names(table, draw, needed=moderation >= 0).number,
        stratum=None if stratum is None else numbered_names(table, stratum).number,
        selected_by=chosen_by,
        warnings=(*warnings_of(table), *said),
    )


def _selections(table: RawTable, moderation: Ints) -> tuple[str, ...] | None:
    """How each audit was chosen, as it is written in the contract; None without that column."""
    place = place_of(table, "selected by")
    if place is None:
        return None
    words = table.cells[place].str.strip().str.casefold().to_numpy(dtype=object)
    known = {word.value for word in Selection}
    wrong = [row for row in np.flatnonzero(moderation >= 0) if words[row] not in known]
    if wrong:
        raise cells_refused(
            table,
            [(int(row), place) for row in wrong],
            code="unknown_word",
            expected=f"one of {', '.join(sorted(known))} in each row with a moderation grade",
            mend="write how the audit was chosen; unknown if that was not recorded",
        )
    return tuple(str(word) for word in words)


def _chosen_by_chance(
    selected_by: tuple[str, ...] | None, probability: Floats | None, moderation: Ints
) -> tuple[Ints, tuple[str, ...]]:
    """Moderation grades of cases chosen by a known chance; others count as not moderated.

    Cases picked by risk count where their chance is recorded, and that of all others too. What
    was picked on a hunch says nothing of the other audits, so it never mixes with these.
    """
    if selected_by is None:
        return moderation, ()
    chance = np.isin(selected_by, [word.value for word in PROBABILITY_SELECTIONS])
    if probability is not None and not np.isnan(probability[chance & (moderation >= 0)]).any():
        chance |= np.isin(selected_by, [Selection.TARGETED.value]) & ~np.isnan(probability)
    out = int(((moderation >= 0) & ~chance).sum())
    if not out:
        return moderation, ()
    kept = np.where(chance, moderation, -1)
    return kept, (
        f"{out:,} moderated audits were picked without a recorded chance; they are left out of "
        "every figure, which must not mix with cases chosen by chance.",
    )


def read_plain_moderated_counts(path: Path, *, levels: PlainLevels | None = None) -> PlainModerated:
    """Read a square table of counts: the auditor's grade down, the moderator's across.

    Raises
    ------
    UsageError
        If there is no such file.
    FileRefusedError
        If the table is not square, or a cell is no count.
    """
    table = read_plain_table(path)
    found = counts_of_two_auditors(table, levels=levels, warnings=warnings_of(table))
    k = len(found.levels.labels)
    codes = np.arange(k)
    times = found.counts.ravel()
    return PlainModerated(
        levels=found.levels,
        audit_grade=np.repeat(np.repeat(codes, k), times),
        moderation_grade=np.repeat(np.tile(codes, k), times),
        auditor=None,
        auditors=(),
        selection_probability=None,
        draw=None,
        stratum=None,
        selected_by=None,
        warnings=found.warnings,
    )


def read_moderated_table(
    path: Path, *, layout: str, levels: PlainLevels | None = None
) -> PlainModerated:
    """Read moderated audits in either layout, ``long`` or ``contingency``.

    Raises
    ------
    UsageError
        If the layout is not known, or there is no such file.
    FileRefusedError
        If the table is not as its layout asks.
    """
    readers = {"long": read_plain_moderated, "contingency": read_plain_moderated_counts}
    if layout not in readers:
        raise UsageError(f'"{layout}" is no layout of a table; expected long or contingency.')
    return readers[layout](path, levels=levels)


def _probabilities(table: RawTable) -> Floats | None:
    place = place_of(table, "selection probability")
    if place is None:
        return None
    found = numbers_between(table, place, low=0, high=1, expected=CHANCE)
    nought = np.flatnonzero(found == 0)
    if len(nought):
        raise cells_refused(
            table,
            [(int(row), place) for row in nought],
            code="not_a_number",
            expected=CHANCE,
            mend="an audit that could not be drawn stands outside the sample: leave it blank",
        )
    return found
