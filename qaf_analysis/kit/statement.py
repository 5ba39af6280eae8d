"""A finding in words: the claim, the paragraphs behind it, and what it does not show."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a result says.

    Parameters
    ----------
    claim : str
        The finding as a heading.
    paragraphs : tuple of str
        Plain sentences, generated from the result.
    limits : str
        What the finding does not show.
    source : str
        Records used, left out and why.
    """

    claim: str
    paragraphs: tuple[str, ...]
    limits: str
    source: str

    def _repr_html_(self) -> str:
        parts = [f"<h2>{html.escape(self.claim)}</h2>"]
        parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in self.paragraphs]
        parts.append(f"<p><strong>What this does not show.</strong> {html.escape(self.limits)}</p>")
        parts.append(f"<p><small>{html.escape(self.source)}</small></p>")
        return "".join(parts)


def listed(words: Sequence[str]) -> str:
    """Join words as in a sentence.

    Examples
    --------
    >>> listed(["training", "co-location", "a smaller pool"])
    'training, co-location and a smaller pool'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
