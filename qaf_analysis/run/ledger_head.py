"""How far the moderation ledger went when a run began: read beside the exports, kept with the run.

A round that is closed leaves ``ledger_head.json`` beside its moderations. The head is part of what
a run is made from, and stands at the foot of each page: whoever holds the ledger can see later
whether anything before it was cut off or changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qaf_analysis.data.files.private_file import write_privately
from qaf_analysis.moderation.ledger.entries import Head
from qaf_analysis.moderation.rounds.plan import GradeInUse
from qaf_analysis.terms.errors import InputRejectedError

HEAD_FILE = "ledger_head.json"


@dataclass(frozen=True, kw_only=True)
class LedgerHead:
    """The state of a ledger, and which grade analyses use.

    Parameters
    ----------
    ledger : str
        Identifier of the ledger.
    head : Head
        Number of its last entry and the first digits of its sum.
    rule : GradeInUse
        Which grade is used of a case that was discussed.
    round : str
        The round that was closed.
    """

    ledger: str
    head: Head
    rule: GradeInUse
    round: str

    @property
    def for_identity(self) -> str:
        """All that decides what a run gives, in one line."""
        return f"{self.ledger} {self.head} {self.rule}"

    @classmethod
    def parse(cls, told: Mapping[str, Any]) -> LedgerHead:
        """Read a head from JSON.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is none.
        """
        return cls(
            ledger=str(told["ledger"]),
            head=Head.parse(str(told["head"])),
            rule=GradeInUse(told["rule"]),
            round=str(told["round"]),
        )

    def as_json(self) -> bytes:
        """Return it as it is kept."""
        told = {
            "ledger": self.ledger,
            "head": str(self.head),
            "rule": str(self.rule),
            "round": self.round,
        }
        return (json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read_ledger_head(data: Path) -> LedgerHead | None:
    """Read the head beside a council's exports; of several that of the most entries.

    Raises
    ------
    InputRejectedError
        If a head cannot be read, or heads of two ledgers lie there.
    """
    found = []
    for path in sorted(data.rglob(HEAD_FILE)):
        try:
            found.append(LedgerHead.parse(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputRejectedError(
                f"{path.relative_to(data).as_posix()} cannot be read ({type(error).__name__}). "
                "Copy it once more from where the round was closed (qaf round close)."
            ) from None
    if len({one.ledger for one in found}) > 1:
        raise InputRejectedError(
            f"Files {HEAD_FILE} of two ledgers lie among the exports. Keep those of one council."
        )
    return max(found, key=lambda one: one.head.seq, default=None)


def keep_ledger_head(found: LedgerHead | None, bundle: Path) -> None:
    """Keep a head with what was read; nothing where there is none."""
    if found is not None:
        write_privately(bundle / HEAD_FILE, found.as_json())


def kept_ledger_head(bundle: Path) -> LedgerHead | None:
    """Return the head that a run keeps; None where it had none."""
    path = bundle / HEAD_FILE
    if not path.is_file():
        return None
    return LedgerHead.parse(json.loads(path.read_text(encoding="utf-8")))
