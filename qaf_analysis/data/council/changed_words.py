"""Types of case and teams that end as others begin: named, with the map that would declare it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.contract.paste import lines_for, listed, pasted_lines
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.eras import in_words
from qaf_analysis.terms.missing_words import plain_spelling
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.word_maps import MAP_TABLES, MappedColumn

FEWEST = 10
"""Audits of a word, below which its end or beginning may be chance."""
EXPECTED = 5.0
"""Audits that an unchanged word would have on the other side of the day: none is then no chance."""
LONGEST_GAP = pd.Timedelta(days=92)
WITHIN = pd.Timedelta(days=31)
_NOUNS: dict[MappedColumn, tuple[str, str]] = {
    "case_type": ("type of case", "types of case"),
    "team": ("team", "teams"),
}


@dataclass(frozen=True, kw_only=True)
class _Change:
    """Words that end, words that begin, and the first day of these; audits by word."""

    day: pd.Timestamp
    old: dict[str, int]
    new: dict[str, int]


def warn_of_changed_words(
    audits: pd.DataFrame, *, exports: Sequence[Export], settings: Settings
) -> None:
    """Warn of words that vanish at one date as others appear, unless a map declares them.

    Parameters
    ----------
    audits : DataFrame
        Entries by auditors that stay.
    """
    once = audits.drop_duplicates("audit")
    declared = {
        "case_type": {plain_spelling(w) for m in settings.case_type_maps for w in m.words},
        "team": {plain_spelling(w) for m in settings.team_maps for w in m.words},
    }
    for column in MAP_TABLES:
        known = once[(once[column] != "").to_numpy(dtype=bool) & once["audit_date"].notna()]
        words = known[column].astype(object)
        for change in _changes(words, known["audit_date"]):
            old = {w: n for w, n in change.old.items() if plain_spelling(w) not in declared[column]}
            if old:
                first = known[words.isin(change.new)].iloc[0]
                export = exports[int(first["source"])]
                _warn(export, int(first["row"]), column, old, change)


def _warn(
    export: Export, row: int, column: MappedColumn, old: dict[str, int], change: _Change
) -> None:
    one, several = _NOUNS[column]
    near = dict.fromkeys(old, next(iter(change.new))) if len(change.new) == 1 else {}
    lines = lines_for(old, near=near, hint=f" one of {listed(change.new)}", noun="audit")
    head = [
        f"[[{MAP_TABLES[column]}]]",
        f"from = {change.day.date().isoformat()}",
        'version = "1"',
        'approved_by = ""  # fill in the role that approved it',
        f"[{MAP_TABLES[column]}.words]",
    ]
    export.problems.warn(
        code="words_changed",
        row=row,
        column=export.layout.heading(column),
        found=f"{counted(len(old), one, several)} with no audit any more, {listed(old)}, as "
        f"{listed(change.new)} began on {in_words(change.day.date())}",
        expected="one word for one thing, or an approved map that says what became what",
        mend="none needed if these are different things; if one became the other, have it approved "
        "and paste this into council.toml (nothing is renamed in the data)\n"
        + "\n".join([*head, *pasted_lines(lines)]),
        rows=sum(old.values()) + sum(change.new.values()),
    )


def _changes(words: pd.Series, days: pd.Series) -> list[_Change]:
    """Changes in the order of their days; no word begins or ends twice."""
    of_word = days.groupby(words.to_numpy(), sort=True)
    spans = pd.DataFrame({"first": of_word.min(), "last": of_word.max(), "n": of_word.size()})
    often = spans[spans["n"] >= FEWEST]
    changes: list[_Change] = []
    used: set[str] = set()
    for day in sorted(often["first"].unique()):
        before, after = int((days < day).sum()), int((days >= day).sum())
        if not before or not after:
            continue
        begin = often[(often["first"] >= day) & (often["first"] <= day + WITHIN)]
        begin = begin[begin["n"] * before / after >= EXPECTED]
        end = often[(often["last"] < day) & (often["last"] >= day - LONGEST_GAP)]
        end = end[end["n"] * after / before >= EXPECTED]
        begin, end = begin[~begin.index.isin(used)], end[~end.index.isin(used)]
        if len(begin) and len(end) and begin["first"].min() == day:
            used |= {*begin.index, *end.index}
            new, old = (
                {str(word): int(n) for word, n in part["n"].items()} for part in (begin, end)
            )
            changes.append(_Change(day=pd.Timestamp(day), old=old, new=new))
    return changes
