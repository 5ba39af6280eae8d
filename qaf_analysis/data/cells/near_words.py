"""What a word may be meant for: offered in a message to paste, never applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.headings import folded

_NEAR = 0.75
_NEAR_DOMAIN = 0.8
# What is written behind a grade to say that it is only just so.
_AFTER = re.compile(
    r"[\s(\[,;:+\-*]+(?:[+\-*]|\(?(?:borderline|just|low|high|weak|strong|upper|lower|minus|plus"
    r"|with \w+)[\w ]*\)?)?$"
)
_OVERALL = re.compile(
    r"\b(overall|headline|summary|final|whole|total)\b.*|.*\b(overall|effectiveness)\b.*"
)
# Words of the field for what an audit or a choice is called here.
_OTHER_WORDS = {
    "thematic": "themed",
    "theme": "themed",
    "joint": "multi_agency",
    "multiagency": "multi_agency",
    "randomly": "random",
    "sampled": "random",
    "census": "all",
    "every": "all",
    "everyone": "all",
    "risk": "targeted",
    "picked": "targeted",
    "chosen": "targeted",
    "purposive": "targeted",
    "strata": "stratified",
    "standardisation": "calibration",
    "2nd": "second_auditor",
}
_NEGATIONS = {"not", "no", "non", "without", "except"}


def near_grade(text: str, codes: Mapping[str, int], levels: Sequence[str]) -> str:
    """Level of the scale that a word may be meant for; empty where none is near.

    Parameters
    ----------
    text : str
    codes : mapping of str to int
        Code of every known spelling by its key.
    levels : sequence of str
        Labels by code.

    Examples
    --------
    >>> codes = {"good": 1, "ri": 0, "inadequate": 0}
    >>> [near_grade(t, codes, ("Poor", "Good")) for t in ("RI+", "Good (borderline)", "Adequate")]
    ['Poor', 'Good', '']
    """
    key = spelling_key(text)
    bare = _AFTER.sub("", key).strip(" ()[]+-*")
    if bare in codes:
        return levels[codes[bare]]
    near = get_close_matches(key, list(codes), n=1, cutoff=_NEAR)
    # "Adequate" is no misspelling of "Inadequate".
    if not near or near[0].endswith(key) or key.endswith(near[0]):
        return ""
    return levels[codes[near[0]]]


def near_choice(text: str, words: Sequence[str]) -> str:
    """The one of a few words that a text may be meant for; empty where none or several are near.

    Examples
    --------
    >>> near_choice("Random sample", ("random", "all")), near_choice("a hunch", ("random", "all"))
    ('random', '')
    """
    by_key = {folded(word): word for word in words}
    key = folded(text)
    parts = re.findall(r"[^\W_]+", spelling_key(text))
    named = {by_key[part] for part in parts if part in by_key}
    named |= {word for k, word in by_key.items() if len(k) > 4 and k in key}
    named |= {_OTHER_WORDS[p] for p in parts if _OTHER_WORDS.get(p) in words}
    # "Second auditor" names "auditor" too; the longer word says what is meant.
    named = {w for w in named if not any(w != other and w in other for other in named)}
    if set(parts) & _NEGATIONS:
        return ""
    if len(named) == 1:
        return named.pop()
    near = [] if named else get_close_matches(key, list(by_key), n=1, cutoff=_NEAR)
    return by_key[near[0]] if near else ""


def near_domain(text: str, known: Iterable[str], *, headline: str) -> str:
    """Declared domain that a domain may be meant for; empty where none is near.

    Examples
    --------
    >>> near_domain("Overall judgement", ["Plan"], headline="Overall")
    'Overall'
    >>> near_domain("Childs voice", ["Child's voice", "Plan"], headline="Overall")
    "Child's voice"
    """
    by_key = {folded(domain): domain for domain in known if domain != text}
    near = get_close_matches(folded(text), list(by_key), n=1, cutoff=_NEAR_DOMAIN)
    if near:
        return by_key[near[0]]
    return headline if may_be_overall(text) and text != headline else ""


def may_be_overall(domain: str) -> bool:
    """Whether a domain is called as an overall grade often is.

    Examples
    --------
    >>> may_be_overall("Overall judgement"), may_be_overall("Final grade"), may_be_overall("Plan")
    (True, True, False)
    """
    return _OVERALL.fullmatch(spelling_key(domain)) is not None
