"""A round for practice: three made-up cases to try the form on; nothing of it is kept."""

from __future__ import annotations

from datetime import date

from qaf_analysis.kit.parts import Table, number_columns, word_columns
from qaf_analysis.lab.place import MemoryPlace
from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import LAYOUT, Pack, PackCase, PackRow, Part
from qaf_analysis.terms.scale import OFSTED4

ROUND = "practice"
MODERATOR = "M-00"
LEVELS = OFSTED4.levels
DOMAINS = ("Overall", "Child’s voice", "Assessment", "Plan")
_KEY = RoundKey(secret=bytes(32), round=ROUND)
_AUDIT_GRADES = tuple(
    tuple(LEVELS[code] for code in codes) for codes in ((2, 2, 1, 2), (1, 2, 1, 0), (3, 2, 3, 2))
)


class PracticeRound:
    """What a notebook shows of a round, for a round that does not exist."""

    def __init__(self) -> None:
        self._place = practice_place()

    @property
    def sentence(self) -> str:
        """What the round is, in a sentence."""
        return "A round for practice: three made-up cases. Name a round above to open a real one."

    @property
    def plan(self) -> Table:
        """What the round is to be."""
        rows = (("Purpose", "To try the form"), ("Audits to draw", "3"), ("Due", "any day"))
        return Table(
            caption="The plan of the round",
            columns=word_columns("What", "Planned"),
            rows=rows,
            note="Made up, for practice: no council, no child, and nothing is kept.",
        )

    @property
    def draw(self) -> Table:
        """How many audits were drawn, and from what."""
        return Table(
            caption="Audits drawn",
            columns=(*word_columns("From"), *number_columns("Audits", "Drawn")),
            rows=(("Made-up audits", "3", "3"),),
        )

    @property
    def assignment(self) -> Table:
        """How many cases each moderator reads; for which purpose is not said."""
        return Table(
            caption="Cases of each moderator",
            columns=(*word_columns("Moderator"), *number_columns("Cases")),
            rows=((MODERATOR, "3"),),
        )

    @property
    def packs(self) -> Table:
        """Packs with what was sent."""
        return Table(
            caption="Packs",
            columns=(*word_columns("Pack", "Moderator"), *number_columns("Cases")),
            rows=((self._place.pack.pack, MODERATOR, "3"),),
        )

    @property
    def returns(self) -> Table:
        """What came back, and what stands in the way."""
        return Table(
            caption="Returns",
            columns=word_columns("Pack", "What came back"),
            rows=((self._place.pack.pack, "graded below, in this notebook"),),
        )

    @property
    def status(self) -> Table:
        """How far each pack is."""
        codes = [case.code for case in self._place.pack.cases]
        done = sum(self._place.standing(code).is_committed for code in codes)
        return Table(
            caption="How far the round is",
            columns=(*word_columns("Moderator"), *number_columns("Cases", "Committed")),
            rows=((MODERATOR, str(len(codes)), str(done)),),
        )

    def place(self, moderator: str) -> MemoryPlace:
        """Where the practice is kept until the notebook is closed, whoever grades."""
        return self._place


def practice_place() -> MemoryPlace:
    """Return a pack of three made-up cases, kept in memory alone."""
    pack = _KEY.code("pack", MODERATOR)
    codes = tuple(_KEY.code("case", pack, str(number)) for number in range(len(_AUDIT_GRADES)))
    return MemoryPlace(
        Pack(
            council="Practice",
            round=ROUND,
            pack=pack,
            moderator=MODERATOR,
            due=date(2020, 1, 31),
            levels=LEVELS,
            parts=tuple(Part(domain=domain) for domain in DOMAINS),
            cases=tuple(
                PackCase(code=code, reference=f"practice file {number}")
                for number, code in enumerate(codes, start=1)
            ),
            rows=tuple(
                PackRow(
                    key=_KEY.row_key(pack, code, domain, version=LAYOUT), case=code, domain=domain
                )
                for code in codes
                for domain in DOMAINS
            ),
        ),
        audit_grades={
            code: dict(zip(DOMAINS, grades, strict=True))
            for code, grades in zip(codes, _AUDIT_GRADES, strict=True)
        },
    )
