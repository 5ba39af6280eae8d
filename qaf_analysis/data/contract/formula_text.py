"""Text in a CSV file that a spreadsheet may open: no cell may run as a formula."""

from __future__ import annotations

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠", "'")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run.

    A text that begins with an apostrophe gets another one, so that ``unguarded`` always gives
    back the same text.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Good"), unguarded(guarded("'=x"))
    ("'=1+1", 'Good', "'=x")
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unguarded(text: str) -> str:
    """Take away the apostrophe that ``guarded`` put before a text."""
    return text[1:] if text.startswith("'") else text
