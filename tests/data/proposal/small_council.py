"""A small council whose truth is known, and the comparison of what was loaded with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import Import, read_council
from qaf_analysis.data.proposal.look import look_at
from qaf_analysis.data.proposal.propose import Proposal, propose

KEY = PseudonymKey(secret=bytes(range(32)))
AS_OF = date(2026, 6, 30)
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
DOMAINS = ("Assessment", "Planning", "Voice of the child", "Supervision", "Overall")
AUDITORS = ("Ann Field", "Ben Marsh", "Cara Holt", "Dev Anand", "Eve Stone", "Fay O'Dell")
MODERATORS = ("Mo Lane", "Nia West")
TEAMS = ("North Locality", "South Locality", "Front Door Service")


@dataclass(frozen=True, kw_only=True)
class Moderated:
    """A moderation of one audit: who, when, and the overall grade."""

    moderator: str
    on: date
    grade: int


@dataclass(frozen=True, kw_only=True)
class Audited:
    """One audit as it truly was; grades are codes 0 to 3 by domain."""

    number: int
    children: tuple[str, ...]
    on: date
    team: str
    auditor: str
    grades: Mapping[str, int]
    second: str = ""
    second_grades: Mapping[str, int] = field(default_factory=dict)
    moderated: Moderated | None = None

    @property
    def child(self) -> str:
        """The first child."""
        return self.children[0]

    @property
    def quarter(self) -> str:
        """Financial quarter of the audit."""
        year = self.on.year - (self.on.month < 4)
        return f"{year}-{(year + 1) % 100:02d} Q{(self.on.month - 4) % 12 // 3 + 1}"


def small_council(
    *,
    audits: int = 48,
    seed: int = 1,
    seconds: float = 0.4,
    moderated: float = 0.3,
    siblings: bool = False,
) -> list[Audited]:
    """Audits of one year, every child audited once, spread over teams and quarters."""
    rng = np.random.default_rng(seed)
    found, child = [], 410_000
    for number in range(audits):
        children = []
        for _ in range(int(rng.integers(1, 4)) if siblings else 1):
            child += int(rng.integers(3, 90))
            children.append(str(child))
        on = date(2024, 4, 1) + timedelta(days=int(number * 364 / audits))
        auditor, second = rng.choice(len(AUDITORS), size=2, replace=False)
        true = int(rng.integers(0, 4))
        is_second, is_moderated = rng.random() < seconds, rng.random() < moderated
        found.append(
            Audited(
                number=number + 1,
                children=tuple(children),
                on=on,
                team=TEAMS[number % len(TEAMS)],
                auditor=AUDITORS[auditor],
                grades=_grades(true, rng),
                second=AUDITORS[second] if is_second else "",
                second_grades=_grades(true, rng) if is_second else {},
                moderated=Moderated(
                    moderator=MODERATORS[number % 2],
                    on=on + timedelta(days=int(rng.integers(5, 40))),
                    grade=_near(true, rng),
                )
                if is_moderated
                else None,
            )
        )
    return found


def _grades(true: int, rng: np.random.Generator) -> dict[str, int]:
    return {domain: _near(true, rng) for domain in DOMAINS}


def _near(true: int, rng: np.random.Generator) -> int:
    return int(np.clip(true + rng.integers(-1, 2), 0, 3))


def proposed(folder: Path, answers: Mapping[str, str] | None = None) -> Proposal:
    """What qaf init proposes for a folder."""
    return propose(look_at(folder), answers=answers)


def loaded(folder: Path, proposal: Proposal) -> Import:
    """What the proposed settings load; they, the questions and the notes name nobody."""
    said = (proposal.text, [(q.asks, q.consequence) for q in proposal.questions], proposal.notes)
    assert not [name for name in (*AUDITORS, *MODERATORS) if name in repr(said)]
    return read_council(folder, as_of=AS_OF, key=KEY, proposed=proposal.text.encode())


def assert_loads_truth(
    found: Import,
    truth: Sequence[Audited],
    *,
    domains: Mapping[str, str] | None = None,
    teams: Mapping[str, str] | None = None,
) -> None:
    """Compare every audit, grade and moderation that was loaded with the truth.

    Parameters
    ----------
    domains, teams : mapping of str to str
        How the council's files call them, where otherwise than the truth does.
    """
    names = {domain: (domains or {}).get(domain, domain) for domain in DOMAINS}
    audits = found.audits.audits
    record = found.audits.record
    aside = [f.message for f in record.findings if f.outcome == "quarantine"]
    assert record.quarantined == 0, aside[:5]
    assert record.rows_in == record.loaded + record.not_data
    assert len(audits) == len(truth)
    by_case = {row["case_ref"]: row for row in audits.to_dict("records")}
    expected_grades: set[tuple[object, ...]] = set()
    for audit in truth:
        row = next(by_case[c] for child in audit.children if (c := _case(child)) in by_case)
        assert pd.Timestamp(row["audit_date"]).date() == audit.on
        assert row["quarter"] == audit.quarter
        assert row["team"] == (teams or {}).get(audit.team, audit.team)
        expected_grades |= _expected(row["audit_id"], audit, names)
    ratings = found.audits.ratings
    got = {
        (r["audit_id"], r["domain"], r["rater"], _role(r["role"]), r["grade"])
        for r in ratings.to_dict("records")
    }
    assert len(got) == len(ratings)
    assert got == expected_grades
    _assert_moderations(found, truth, by_case)


def _expected(audit_id: str, audit: Audited, names: Mapping[str, str]) -> set[tuple[object, ...]]:
    first = {
        (audit_id, names[d], _person(audit.auditor), "auditor", g) for d, g in audit.grades.items()
    }
    second = {
        (audit_id, names[d], _person(audit.second), "second_auditor", g)
        for d, g in audit.second_grades.items()
    }
    if audit.moderated is None:
        return first | second
    by, grade = _person(audit.moderated.moderator), audit.moderated.grade
    return first | second | {(audit_id, names["Overall"], by, "moderator", grade)}


def _assert_moderations(
    found: Import, truth: Sequence[Audited], by_case: Mapping[str, Mapping[str, object]]
) -> None:
    got = {
        (r["audit_id"], r["moderator"], pd.Timestamp(r["moderated_on"]).date())
        for r in found.audits.moderations.to_dict("records")
    }
    assert got == {
        (
            next(by_case[c] for child in a.children if (c := _case(child)) in by_case)["audit_id"],
            _person(a.moderated.moderator),
            a.moderated.on,
        )
        for a in truth
        if a.moderated is not None
    }


def _role(role: object) -> str:
    return "moderator" if str(role).endswith("moderator") else str(role)


def _case(child: str) -> str:
    return KEY.code("case", child)


def _person(name: str) -> str:
    return KEY.code("person", name)


def without_seconds(truth: Sequence[Audited]) -> list[Audited]:
    """The same audits, none of them read twice."""
    return [replace(audit, second="", second_grades={}) for audit in truth]
