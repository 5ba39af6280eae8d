"""The reveal: a moderator's committed grades beside the auditor's, case by case."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from qaf_analysis.data.council.read import Import
from qaf_analysis.moderation.plain_page import PlainSection, PlainTable, plain_page
from qaf_analysis.moderation.rounds.state import Reading, RoundState
from qaf_analysis.terms.names import Role

MARKING = "OFFICIAL-SENSITIVE"
NO_GRADE = "no grade"


def audit_grades(found: Import, audit: str) -> dict[str, str]:
    """The auditor's grades of an audit as words of the scale, by domain.

    Of several auditors it is the first by code, whom the draw went by too.
    """
    ratings = found.audits.ratings
    own = ratings[(ratings["audit_id"] == audit) & (ratings["role"] == Role.AUDITOR)]
    own = own.sort_values(["domain", "rater"], kind="stable").drop_duplicates("domain")
    levels = {era.scale.name: era.scale.levels for era in found.audits.settings.all_eras}
    rows = zip(own["domain"], own["scale"], own["grade"], strict=True)
    return {str(domain): levels[str(scale)][int(code)] for domain, scale, code in rows}


def reveal_pages(found: Import, state: RoundState, cases: Collection[str]) -> Mapping[str, bytes]:
    """One page a moderator with every revealed case of theirs.

    Parameters
    ----------
    found : Import
        Of it the council's own references are shown, where the round shows them.
    state : RoundState
        After the reveal.
    cases : collection of str
        Pack and case of each reading to show.
    """
    pages = {}
    for moderator in state.moderators:
        readings = [
            each
            for each in state.of_moderator(moderator.code)
            if each.about in cases and each.revealed is not None
        ]
        if readings:
            pages[f"revealed {moderator.code}.html"] = plain_page(
                f"Round {state.plan.round}: your grades beside the auditors’",
                opening=(
                    f"For {moderator.code}. What you graded is committed and stays as it is. If "
                    "you now see a case otherwise, tell the owner of the round: a second thought "
                    "is kept beside your grade and takes no part in figures of blind reading.",
                    _count(readings),
                ),
                sections=[_section(each, found, state) for each in readings],
                marking=MARKING,
            )
    return pages


def _section(reading: Reading, found: Import, state: RoundState) -> PlainSection:
    shown = found.references.get(reading.audit, "") if state.plan.shows_reference else ""
    title = f"Case {reading.case}" + (f", {shown}" if shown else "")
    theirs = reading.revealed.body["audit_grades"] if reading.revealed else {}
    own = reading.grading.grades if reading.grading else {}
    levels = state.packs[0].levels
    rows = tuple(
        (
            domain,
            word or NO_GRADE,
            theirs.get(domain, NO_GRADE),
            difference(word, theirs.get(domain), levels),
        )
        for domain, word in own.items()
    )
    table = PlainTable(
        caption=f"Case {reading.case}: grades side by side",
        columns=("Part", "You", "Auditor", "Difference"),
        rows=rows,
    )
    reason = reading.grading.reason if reading.grading else ""
    return PlainSection(
        heading=title,
        paragraphs=(f"Your reason: {reason}.",) if reason else (),
        tables=(table,),
    )


def difference(own: str | None, theirs: str | None, levels: tuple[str, ...]) -> str:
    """How the auditor's grade lies to the moderator's, in words.

    Examples
    --------
    >>> scale = ("Inadequate", "Requires improvement", "Good", "Outstanding")
    >>> difference("Good", "Outstanding", scale), difference("Good", "Inadequate", scale)
    ('auditor 1 grade kinder', 'auditor 2 grades stricter')
    >>> difference("Good", "Good", scale), difference(None, "Good", scale)
    ('the same', 'cannot be compared')
    """
    if own not in levels or theirs not in levels:
        return "cannot be compared"
    apart = levels.index(theirs) - levels.index(own)
    if apart == 0:
        return "the same"
    number = "1 grade" if abs(apart) == 1 else f"{abs(apart)} grades"
    return f"auditor {number} {'kinder' if apart > 0 else 'stricter'}"


def _count(readings: list[Reading]) -> str:
    parts = [
        (word, each.revealed.body["audit_grades"].get(domain))
        for each in readings
        if each.grading is not None and each.revealed is not None
        for domain, word in each.grading.grades.items()
    ]
    both = [(own, theirs) for own, theirs in parts if own is not None and theirs is not None]
    same = sum(own == theirs for own, theirs in both)
    return (
        f"{len(readings)} {'case' if len(readings) == 1 else 'cases'}; of {len(both)} parts that "
        f"you and the auditor graded, {same} have the same grade."
    )
