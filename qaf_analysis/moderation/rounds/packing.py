"""Packs of a round: made from assignments and keys alone, so that no grade has a part in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.ledger.entries import Draft, Kind, canonical, sum_of
from qaf_analysis.moderation.ledger.store import OWNER
from qaf_analysis.moderation.packs.pack import LAYOUT, Pack, PackCase, PackRow, Part
from qaf_analysis.moderation.rounds.plan import Assigned
from qaf_analysis.moderation.rounds.state import PackMade, RoundState
from qaf_analysis.terms.quarter import Quarter
from qaf_analysis.topics.common.eras import in_era
from qaf_analysis.topics.common.scope import headline_domain

Descriptors = Mapping[str, tuple[str, ...]]
"""What each grade means in a domain, worst first, by the name of the domain."""


@dataclass(frozen=True, kw_only=True)
class Tool:
    """What is graded of each case: domains, the overall grade first, and the scale."""

    domains: tuple[str, ...]
    levels: tuple[str, ...]


def tool_of(found: Import, *, quarter: str) -> Tool:
    """The audit tool as it was in a quarter: every part is asked of every case.

    Parts that an auditor left empty are asked too: which they are would tell of the audit.
    """
    audits = in_era(found.audits, Quarter.parse(quarter))
    settings = audits.settings
    first = headline_domain(audits)
    known = tuple(settings.domains) or tuple(sorted(set(audits.ratings["domain"])))
    rest = [domain for domain in known if domain != first]
    return Tool(
        domains=tuple(rest) if first is None else (first, *rest), levels=settings.scale.levels
    )


def with_codes(
    assigned: Sequence[Assigned], key: RoundKey
) -> tuple[tuple[Assigned, str, str], ...]:
    """Each reading with the codes of its pack and case, in the order in which it is shown."""
    coded = [(each, key.code("pack", each.moderator)) for each in assigned]
    rows = [(each, pack, key.code("case", pack, each.audit)) for each, pack in coded]
    # A keyed order: neither the exports' order nor why a case was chosen shows in it.
    return tuple(sorted(rows, key=lambda row: (row[0].moderator, key.order(row[1], row[2]))))


def packs_of(
    found: Import, state: RoundState, key: RoundKey, *, descriptors: Descriptors
) -> tuple[Pack, ...]:
    """The pack of each moderator who has cases.

    Parameters
    ----------
    found : Import
        Of it only the reference and the day of each audit are used.
    state : RoundState
    key : RoundKey
    descriptors : mapping
        Empty where the council gave none.
    """
    tool = tool_of(found, quarter=state.plan.quarter)
    days = found.audits.audits.set_index("audit_id")["audit_date"]
    made = []
    for moderator in state.moderators:
        readings = state.of_moderator(moderator.code)
        if not readings:
            continue
        shown = found.references if state.plan.shows_reference else {}
        cases = tuple(
            PackCase(
                code=each.case,
                reference=shown.get(each.audit, ""),
                as_at=pd.Timestamp(days[each.audit]).date(),
            )
            for each in readings
        )
        pack = readings[0].pack
        made.append(
            Pack(
                council=found.audits.settings.council,
                round=state.plan.round,
                pack=pack,
                moderator=moderator.code,
                due=state.plan.due,
                levels=tool.levels,
                parts=tuple(
                    Part(domain=domain, descriptors=descriptors.get(domain, ()))
                    for domain in tool.domains
                ),
                cases=cases,
                rows=pack_rows(
                    key, pack=pack, cases=[each.code for each in cases], domains=tool.domains
                ),
            )
        )
    return tuple(made)


def pack_again(made: PackMade, state: RoundState, key: RoundKey, *, council: str) -> Pack:
    """What a collector needs of a pack that was made: its rows, without reading exports again."""
    return Pack(
        council=council,
        round=state.plan.round,
        pack=made.pack,
        moderator=made.moderator,
        due=state.plan.due,
        levels=made.levels,
        parts=tuple(Part(domain=domain) for domain in made.domains),
        cases=tuple(PackCase(code=case) for case in made.cases),
        rows=pack_rows(
            key, pack=made.pack, cases=made.cases, domains=made.domains, version=made.version
        ),
        version=made.version,
    )


def pack_rows(
    key: RoundKey,
    *,
    pack: str,
    cases: Sequence[str],
    domains: Sequence[str],
    version: int = LAYOUT,
) -> tuple[PackRow, ...]:
    """Every part of every case with its key."""
    return tuple(
        PackRow(key=key.row_key(pack, case, domain, version=version), case=case, domain=domain)
        for case in cases
        for domain in domains
    )


def pack_draft(pack: Pack, files: Mapping[str, bytes]) -> Draft:
    """The entry that records a pack with the sums of its files.

    Another descriptor makes other files, and so another entry; rows and keys stay the same.
    """
    sums = {name: sum_of(content) for name, content in files.items()}
    about = f"{pack.round}/{pack.pack}"
    return Draft(
        op=f"pack/{about}/{sum_of(canonical(sums))[:16]}",
        kind=Kind.PACK,
        who=OWNER,
        about=about,
        body={
            "pack": pack.pack,
            "moderator": pack.moderator,
            "cases": [case.code for case in pack.cases],
            "domains": list(pack.domains),
            "levels": list(pack.levels),
            "version": pack.version,
            "files": sums,
        },
    )
