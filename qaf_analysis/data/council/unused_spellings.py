"""Declared spellings that no export holds: most often they are misspelt themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from qaf_analysis.data.contract.distinct import present
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.record import Finding
from qaf_analysis.data.contract.spelling import spelling_key, tidy
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.files.settings_names import SETTINGS_FILE
from qaf_analysis.terms.settings import Settings
from qaf_analysis.terms.spelling_settings import PEOPLE

_SHOWN = 8


def unused_spellings(exports: Sequence[Export], *, settings: Settings) -> tuple[Finding, ...]:
    """Warn of the words of each [spellings.x] table that stand in no export: they do nothing.

    Names of people are told by their place in the table only; one declared for one column of
    people holds for all of them.
    """
    findings = []
    for name, words in settings.spellings.items():
        names = PEOPLE if name in PEOPLE else (name,)
        texts = {spelling_key(text): text for text in _texts(exports, names)}
        unused = [word for word in words if spelling_key(word) not in texts]
        if unused:
            quoted = [_with_near(word, [*texts.values()]) for word in unused]
            if name in PEOPLE:
                quoted = [f"number {[*words].index(word) + 1} of the table" for word in unused]
            findings.append(_finding(name, quoted))
    return tuple(findings)


def _texts(exports: Sequence[Export], names: Collection[str]) -> Iterator[str]:
    """Every different text of the columns, as written, and every name that the settings give."""
    for export in exports:
        for column, place in export.layout.places.items():
            if column.name in names:
                yield from (tidy(str(text)) for text in present(export.table.cells[place]))
            if column.domain is not None and "domain" in names:
                yield column.domain
        yield from (text for name, text in export.file.constants.items() if name in names)


def _finding(name: str, unused: Sequence[str]) -> Finding:
    shown = "; ".join(unused[:_SHOWN])
    rest = f" and {counted(len(unused) - _SHOWN, 'other')}" if len(unused) > _SHOWN else ""
    verb = "stands" if len(unused) == 1 else "stand"
    return Finding(
        code="spelling_unused",
        outcome="warning",
        file=SETTINGS_FILE,
        found=f"{counted(len(unused), 'word')} of [spellings.{name}] that {verb} in no export, so "
        f"that nothing is read by {'it' if len(unused) == 1 else 'them'}: {shown}{rest}",
        expected="words as the exports write them",
        mend="correct the word if it is misspelt; none needed if another export holds it",
        rows=0,
    )


def _with_near(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.8)
    return f"{extract(word)} (near {extract(near[0])})" if near else extract(word)
