"""What a council agreed to do after a report, as it declares it itself: who, by when, how far.

Nothing is worked out from it. The next report prints it beside what was recommended, so that a
reader sees what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from qaf_analysis.terms.missing_words import plain_spelling

if TYPE_CHECKING:
    from qaf_analysis.terms.quarter import Quarter
    from qaf_analysis.terms.settings_table import SettingsTable

AgreedState: TypeAlias = Literal["done", "part done", "late", "not started", "dropped"]
ENDED: tuple[AgreedState, ...] = ("done", "dropped")
"""States in which nothing more is to be done."""
MOST_AGREED = 50
LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One thing that was agreed.

    Parameters
    ----------
    action : str
        What is to be done.
    by : date
        Day by which it is to be done; of a quarter, its last day.
    state : {"done", "part done", "late", "not started", "dropped"}
        As the council says.
    owner : str
        Role of who is to do it; empty where none is named.
    outcome : str
        What came of it, printed as it is.
    meeting : str
        Where it was agreed.
    """

    action: str
    by: date
    state: AgreedState
    owner: str = ""
    outcome: str = ""
    meeting: str = ""

    def is_overdue(self, quarter: Quarter) -> bool:
        """Whether its day lies before the end of a quarter, and it is neither done nor dropped.

        Examples
        --------
        >>> from qaf_analysis.terms.quarter import Quarter
        >>> late = Agreed(action="Brief auditors", by=date(2019, 12, 30), state="part done")
        >>> late.is_overdue(Quarter(2019, 3)), late.is_overdue(Quarter(2019, 2))
        (True, False)
        """
        return self.by < quarter.last_day and self.state not in ENDED


def agreed_from(reader: SettingsTable) -> tuple[Agreed, ...]:
    """Return what the ``[[agreed]]`` tables declare, in their order.

    Raises
    ------
    SettingsError
        If a key is missing, misspelt, too long, or one thing is declared twice.
    """
    tables = reader.tables("agreed")
    if len(tables) > MOST_AGREED:
        raise reader.fail(
            f"there are {len(tables)} [[agreed]] tables; keep the latest {MOST_AGREED} at most, so "
            "that the report can be read."
        )
    found: list[Agreed] = []
    for table in tables:
        one = _agreed(table)
        same = (plain_spelling(one.action), one.by)
        if any((plain_spelling(other.action), other.by) == same for other in found):
            raise table.fail(
                f'"{one.action}" by {one.by.isoformat()} is declared above already; keep one.'
            )
        found.append(one)
    return tuple(found)


def _agreed(table: SettingsTable) -> Agreed:
    by = table.bound("by", last=True)
    if by is None:
        raise table.fail(
            '"by" is missing; write a quarter such as by = "2019-20 Q4", or a day such as '
            "by = 2020-03-31."
        )
    state = table.choice("state", get_args(AgreedState), None)
    if state is None:
        raise table.fail(f'"state" is missing; write one of {", ".join(get_args(AgreedState))}.')
    one = Agreed(
        action=_words(table, "action", table.text("action")),
        by=by,
        state=state,
        owner=_words(table, "owner", table.maybe_text("owner")),
        outcome=_words(table, "outcome", table.maybe_text("outcome")),
        meeting=_words(table, "meeting", table.maybe_text("meeting")),
    )
    table.refuse_unknown()
    return one


def _words(table: SettingsTable, key: str, text: str | None) -> str:
    """Text as it is printed, on one line; too long a one would not fit a table."""
    one_line = " ".join((text or "").split())
    if len(one_line) > LONGEST:
        raise table.fail(
            f'"{key}" has {len(one_line)} characters; write at most {LONGEST}. The report prints '
            "it in a table."
        )
    return one_line
