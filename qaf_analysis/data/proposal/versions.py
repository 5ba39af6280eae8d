"""Graded questions that never stand on one form: versions of one question, or domains apart.

Where a form was reworded, its questions have other words from one day on. Those that are worded
alike are joined without asking; of the others nobody but the council knows which took whose place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.fields import Field, quoted_headings
from qaf_analysis.data.proposal.meaning import Meaning

APART = "apart"
IN_ORDER = "in_order"
_NEARLY_ALL = 0.9
_LEAST = 5


@dataclass(frozen=True, kw_only=True)
class Reworded:
    """Domains of two versions of a form, in the order of their questions.

    Parameters
    ----------
    earlier, later : tuple of str
        Domains that only the one version asks, and those that only the other does.
    """

    earlier: tuple[str, ...]
    later: tuple[str, ...]

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Which question would stand in whose place; empty where their numbers differ."""
        if len(self.earlier) != len(self.later):
            return ()
        return tuple(zip(self.earlier, self.later, strict=True))


def with_versions(meaning: Meaning, asking: Asking, *, key: str = "") -> Meaning:
    """The same meaning, with the questions joined that somebody says took each other's place.

    Parameters
    ----------
    key : str
        Stands before the key of the question.
    """
    found = reworded(meaning.domains) if meaning.shape == "answers" else None
    if found is None:
        return meaning
    first = {domain: meaning.domains[domain][0] for domain in (*found.earlier, *found.later)}
    shown = "; ".join(
        quoted_headings([first[domain] for domain in group])
        for group in (found.earlier, found.later)
    )
    pairs = ", ".join(f'"{first[a].heading}" with "{first[b].heading}"' for a, b in found.pairs)
    answer = asking.choose(
        f"{key}versions",
        asks=f"{meaning.source.place}: no form answers questions of both these groups, which look "
        f"like two versions of the form: {shown}. Are they versions of the same questions?",
        options=(*((IN_ORDER,) if pairs else ()), APART),
        proposed="",
        consequence=(f"{IN_ORDER}: {pairs} are one domain each; " if pairs else "")
        + f"{APART}: {counted(len(first), 'domain')}, each graded on some of the forms. For other "
        'pairs write council.toml by hand: Domain = ["one question", "the other"]',
    )
    return _joined(meaning, found) if answer == IN_ORDER else meaning


def reworded(domains: Mapping[str, Sequence[Field]]) -> Reworded | None:
    """Domains that only one of two versions of a form grades; None where there is one version."""
    forms = {name: frozenset().union(*(f.forms for f in fs)) for name, fs in domains.items()}
    every = frozenset().union(*forms.values()) if forms else frozenset()
    for own in forms.values():
        others = [other for other, theirs in forms.items() if theirs and not own & theirs]
        covered = own.union(*(forms[other] for other in others))
        if min(len(own), len(covered) - len(own)) < _LEAST:
            continue
        if len(covered) < _NEARLY_ALL * len(every):
            continue
        beside = [d for d in domains if forms[d] and all(not forms[d] & forms[o] for o in others)]
        groups = sorted((beside, others), key=lambda group: min(domains[d][0].place for d in group))
        return Reworded(earlier=tuple(groups[0]), later=tuple(groups[1]))
    return None


def _joined(meaning: Meaning, found: Reworded) -> Meaning:
    later = dict(found.pairs)
    taken = set(later.values())
    return replace(
        meaning,
        domains={
            name: (*fields, *(meaning.domains[later[name]] if name in later else ()))
            for name, fields in meaning.domains.items()
            if name not in taken
        },
    )
