"""Ledgers made by hand for tests: a key, a time and a round of a few cases."""

from datetime import UTC, datetime, timedelta

from qaf_analysis.moderation.ledger.entries import Draft, Kind
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.store import open_ledger

COUNCIL = "Example County Council"
KEY = LedgerKey(secret=bytes.fromhex("9d0c5f1b7a6e42835be1f7d02c94a86e" * 2))
NOW = datetime(2020, 1, 31, 10, 0, tzinfo=UTC)
ROUND = "2019-20-Q4-a"
PACK = f"{ROUND}/K7QM5TXB"
WHO = "M-04"


def new(folder, *, council=COUNCIL, key=KEY):
    """A ledger with its first entry only."""
    return open_ledger(folder, key=key, council=council, now=NOW)


def grade(case, level="Good", *, op="", who=WHO, pack=PACK):
    """A blind reading of one case."""
    return Draft(
        op=op or f"grade {pack} {case}",
        kind=Kind.GRADE,
        who=who,
        about=f"{pack}/{case}",
        body={"audit": f"A-{case}", "moderator": who, "grades": {"Overall": level}},
    )


def act(kind, case, *, op="", who=WHO, pack=PACK, **body):
    """Another act about a case."""
    return Draft(
        op=op or f"{kind} {pack} {case}", kind=kind, who=who, about=f"{pack}/{case}", body=body
    )


def commit(case, **more):
    return act(Kind.COMMIT, case, by="receipt 7QXM", grade_op=f"grade {PACK} {case}", **more)


def reveal(case, level="Outstanding", **more):
    return act(Kind.REVEAL, case, audit_grades={"Overall": level}, **more)


def with_cases(folder, number):
    """A ledger whose entries 2, 3 … are readings of cases C1, C2 …, one transaction each."""
    ledger = new(folder)
    for one in range(1, number + 1):
        ledger.append([grade(f"C{one}")], now=NOW + timedelta(minutes=one))
    return ledger
