"""Words that would tell, as whole words in any capitals."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 3


def telling(words: Iterable[str]) -> re.Pattern[str]:
    """Pattern of any of some words.

    Numbers and words of one or two letters are left out: they stand for other things too, in
    references and in sentences.

    Examples
    --------
    >>> bool(telling(["Good", "6"]).search("CF-6 good")), bool(telling(["Good"]).search("Goodwin"))
    (True, False)
    """
    kept = [re.escape(word) for word in words if len(word) >= _SHORTEST and not word.isdigit()]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(kept) or '(?!)'})(?![^\W_])", re.IGNORECASE)
