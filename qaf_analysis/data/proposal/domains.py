"""Domains of grade columns and graded questions: their names, and versions of one question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qaf_analysis.data.files.heading_words import domain_name, plain_heading
from qaf_analysis.data.files.headings import folded
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.terms.names import OVERALL


def domains_of(
    graded: Sequence[Field], *, like: Mapping[str, tuple[Field, ...]] | None = None
) -> dict[str, tuple[Field, ...]]:
    """Grade fields by the name of their domain; versions of one question stand together."""
    found: dict[str, tuple[Field, ...]] = {}
    for f in graded:
        name = domain_name(f.lower)
        if like is not None:
            name = agreed_name(name, like, alone=len(graded) == 1)
        same = next((known for known in found if _is_version(f, name, known, found[known])), None)
        if same is not None:
            found[same] = (*found[same], f)
        elif name in found:
            found[f.heading] = (f,)
        else:
            found[name] = (f,)
    return found


def _is_version(f: Field, name: str, known: str, fields: Sequence[Field]) -> bool:
    """Whether a question is another version of one known: alike, and never asked together."""
    if f.source != "question" or any(f.forms & other.forms for other in fields):
        return False
    mine, theirs = _telling(name), _telling(known)
    return name == known or len(mine & theirs) * 2 >= max(len(mine | theirs), 1)


def _telling(name: str) -> frozenset[str]:
    words = re.findall(r"[a-z]{3,}", plain_heading(name))
    return frozenset(word[:5] for word in words if word not in ("the", "and", "child", "for"))


def agreed_name(name: str, known: Mapping[str, object], *, alone: bool) -> str:
    """Name under which the first auditor grades the same domain."""
    by_key = {folded(each): each for each in known}
    if folded(name) in by_key:
        return by_key[folded(name)]
    alike = [each for each in known if _telling(each) and _telling(each) <= _telling(name)]
    if len(alike) == 1:
        return alike[0]
    return OVERALL if alone and OVERALL in known else name
