"""The record that a run was repeated, with what came of it; without it nobody signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from qaf_analysis.moderation.ledger.entries import Draft, Entry, Kind, canonical

SAME = ("identical", "same numbers, other bytes")
"""Outcomes after which a run may be signed."""


def about_run(run_id: str, *below: str) -> str:
    """What entries of a run are about.

    Examples
    --------
    >>> about_run("4f2a09c1d2e3b4a5", "verdict-agreement")
    'run/4f2a09c1d2e3b4a5/verdict-agreement'
    """
    return "/".join(("run", run_id, *below))


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """What repeating a run came to.

    Parameters
    ----------
    manifest_sha256 : str
        Sum of the manifest of the run that was repeated: of exactly these bytes.
    at : str
        When, in ISO 8601.
    by : str
        Code of who repeated it.
    machine : str
        System and versions, without the computer's name.
    outcome : str
        ``identical``, ``same numbers, other bytes``, ``differs`` or ``cannot run``.
    figures_compared : int
    largest_difference : float
        Share of a number.
    differences : tuple of str
        What differs, in plain words.
    """

    manifest_sha256: str
    at: str
    by: str
    machine: str
    outcome: str
    figures_compared: int
    largest_difference: float
    differences: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the same came of it."""
        return self.outcome in SAME

    def draft(self, run_id: str) -> Draft:
        """The entry that records it."""
        body = {**asdict(self), "differences": list(self.differences)}
        named = sha256(canonical([run_id, body])).hexdigest()[:24]
        return Draft(
            op=f"reproduction {named}",
            kind=Kind.REPRODUCTION,
            who=self.by,
            about=about_run(run_id),
            body=body,
        )

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Reproduction:
        """The record that an entry holds."""
        return cls(**{**body, "differences": tuple(body["differences"])})

    def in_signature(self) -> dict[str, Any]:
        """The part of it that a signature repeats."""
        told = asdict(self)
        return {
            name: told[name]
            for name in (
                *("at", "by", "machine", "outcome"),
                *("figures_compared", "largest_difference"),
            )
        }


def last_reproduction(entries: Sequence[Entry], run_id: str) -> Reproduction | None:
    """The last record for a run; None where it was never repeated."""
    about = about_run(run_id)
    found = [e for e in entries if e.kind == Kind.REPRODUCTION and e.about == about]
    return Reproduction.of(found[-1].body) if found else None
