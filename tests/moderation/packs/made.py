"""Small packs to test with, made by the code of a round as a round makes them."""

from datetime import date, timedelta

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.packs.pack import LAYOUT, Pack, PackCase, PackRow, Part

LEVELS = ("Inadequate", "Requires improvement", "Good", "Outstanding")
DOMAINS = ("Overall", "Child’s voice", "Plan")
MEANS = (
    "Harm went unseen.",
    "Some parts are thin.",
    "The child is heard, and plans are kept.",
    "Others learn from it.",
)
KEY = RoundKey(secret=bytes(range(32)), round="2019-20-Q4-a")


def made_pack(
    audits=("a1", "a2", "a3"),
    *,
    key=KEY,
    moderator="M-04",
    shows=True,
    means=MEANS,
    domains=DOMAINS,
    levels=LEVELS,
    order=None,
    references=None,
):
    pack = key.code("pack", moderator)
    codes = {key.code("case", pack, audit): audit for audit in audits}
    shown = sorted(codes, key=order or (lambda code: key.order(pack, code)))
    references = references or {audit: f"CF-{audit}" for audit in audits}
    return Pack(
        council="Borsetshire",
        round=key.round,
        pack=pack,
        moderator=moderator,
        due=date(2020, 1, 31),
        levels=levels,
        parts=tuple(Part(domain=domain, descriptors=means) for domain in domains),
        cases=tuple(
            PackCase(
                code=code,
                reference=references[codes[code]] if shows else "",
                as_at=date(2019, 5, 1) + timedelta(days=audits.index(codes[code])),
            )
            for code in shown
        ),
        rows=tuple(
            PackRow(key=key.row_key(pack, code, domain, version=LAYOUT), case=code, domain=domain)
            for code in shown
            for domain in domains
        ),
    )
