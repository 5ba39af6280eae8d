"""A small invented council with two earlier rounds of moderation, and a desk for a new round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from qaf_analysis.data.council.pseudonyms import PseudonymKey
from qaf_analysis.data.council.read import read_council
from qaf_analysis.moderation.ledger.key import LedgerKey
from qaf_analysis.moderation.ledger.store import open_ledger
from qaf_analysis.moderation.rounds.desk import RoundDesk
from qaf_analysis.moderation.rounds.place import ModerationPlace
from qaf_analysis.moderation.rounds.plan import Moderator, RoundPlan

COUNCIL = "Example County Council"
LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
DOMAINS = ("Overall", "Assessment", "Plan")
KEY = PseudonymKey(secret=bytes(range(32)))
LEDGER_KEY = LedgerKey(secret=bytes(range(1, 33)))
SETTINGS = f"""
[council]
name = "{COUNCIL}"

[domains]
Overall = ""
Assessment = ""
Plan = ""
"""
MODERATORS = (
    Moderator(code="M-01", name="Moderator A", source="Partner council"),
    Moderator(code="M-02", name="Moderator B", source="Consultancy"),
    Moderator(
        code="M-03", name="Auditor 03", source="Quality team", is_external=False, teams=("West",)
    ),
)
PLAN = RoundPlan(
    round="2019-20-Q4-a",
    purpose="Are audits over-optimistic?",
    quarter="",
    quarters=1,
    audits=12,
    targeted_share=0.25,
    min_per_grade=1,
    half_width=0.15,
    double_share=0.5,
    anchors=2,
    consensus=1,
    retests=1,
    due=date(2020, 4, 30),
    silence_days=5,
    shows_reference=True,
    seed=3,
)


class Clock:
    """A clock that goes on by a second each time it is asked."""

    def __init__(self, start=datetime(2020, 4, 6, 9, tzinfo=UTC)):
        self.now = start

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def write_council(folder, *, grades=None):
    """Forty audits of one quarter, three parts each; two rounds of moderation of earlier ones."""
    rng = np.random.default_rng(8)
    rows, moderations = [], []
    for number in range(60):
        day = date(2020, 1, 6) if number < 40 else date(2019, 7, 8)
        team = "West" if number % 4 == 0 else "East"
        drawn = [LEVELS[code] for code in rng.choice(4, p=[0.1, 0.3, 0.45, 0.15], size=3)]
        words = drawn if grades is None else grades(number, drawn)
        auditor = f"Auditor {number % 10:02d}"
        rows += [
            f"A{number:03d},C{number},{day},{team},Child in need,collaborative,{auditor},auditor,"
            f"{domain},{word}"
            for domain, word in zip(DOMAINS, words, strict=True)
        ]
    for number in range(40, 60):
        name, day = ("first", "2019-08-05") if number < 50 else ("second", "2019-11-04")
        for moderator in ("Moderator A", "Moderator B") if number % 2 else ("Moderator A",):
            moderations += [
                f"A{number:03d},{moderator},Partner,{name},{day},{domain},"
                f"{LEVELS[rng.choice(4, p=[0.1, 0.4, 0.4, 0.1])]},stratified"
                for domain in DOMAINS
            ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "council.toml").write_text(SETTINGS, encoding="utf-8")
    head = "audit_id,case_ref,audit_date,team,case_type,audit_type,auditor,role,domain,grade"
    (folder / "audits.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    head = "audit_id,moderator,moderation_source,round,moderated_on,domain,grade,selected_by"
    (folder / "moderations.csv").write_text("\n".join([head, *moderations]) + "\n")
    return folder


def found_in(folder):
    return read_council(folder, as_of=date(2020, 6, 30), key=KEY)


def desk_of(folder, data, *, clock=None):
    """A desk whose ledger lies in a folder, over exports that lie in another."""
    clock = clock or Clock()
    place = ModerationPlace(folder=folder, council=COUNCIL)
    ledger = open_ledger(folder, key=LEDGER_KEY, council=COUNCIL, now=clock())
    desk = RoundDesk(data, place=place, ledger=ledger, key=LEDGER_KEY, clock=clock)
    vars(desk)["found"] = found_in(data)
    return desk
