"""Whether an SQL text is one query that only reads."""

from __future__ import annotations

import re

# Quoted texts and names, and comments: nothing inside them is an instruction.
_QUOTED = re.compile(
    r"""'(?:[^']|'')*'          # text
    |"(?:[^"]|"")*"             # name
    |`(?:[^`]|``)*`             # name, in SQLite
    |\[[^\]]*\]                 # name, in SQLite
    |\$(\w*)\$.*?\$\1\$         # text, in PostgreSQL
    |--[^\n]*                   # comment to the end of the line
    |/\*.*?\*/                  # comment
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\b[eE]'")
_OPENS = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(insert|update|delete|merge|into|create|drop|alter|truncate|attach|pragma|copy|call|grant)\b",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)


def fault_of(query: str) -> str:
    """What an SQL text is besides one query that only reads; empty where it is one.

    Examples
    --------
    >>> fault_of("SELECT id, grade FROM audits WHERE note <> 'delete; me'")
    ''
    >>> fault_of("SELECT 1; DROP TABLE audits")
    'more than one statement'
    >>> fault_of("WITH gone AS (DELETE FROM audits RETURNING *) SELECT * FROM gone")
    'a statement that may change the database (delete)'
    """
    if _ESCAPED.search(query):
        return "a text with backslash escapes (E'…')"
    bare = _bare(query).strip()
    if ";" in bare.rstrip("; \t\r\n"):
        return "more than one statement"
    if not _OPENS.match(bare.lstrip("( \t\r\n")):
        return "a statement that does not begin with SELECT or WITH"
    changes = _CHANGES.search(bare)
    if changes:
        return f"a statement that may change the database ({changes[1].casefold()})"
    return ""


def states_order(query: str) -> bool:
    """Whether a query says in which order its rows come.

    Examples
    --------
    >>> states_order("SELECT id FROM audits ORDER  BY id"), states_order("SELECT 'order by'")
    (True, False)
    """
    return _ORDERED.search(_bare(query)) is not None


def without_end(query: str) -> str:
    """Return the query without the semicolon at its end."""
    return query.strip().rstrip("; \t\r\n")


def _bare(query: str) -> str:
    return _QUOTED.sub(" x ", query)
