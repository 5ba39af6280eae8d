"""What was read of a moderator's return, read back to them; only what they confirm is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qaf_analysis.moderation.codes import RoundKey
from qaf_analysis.moderation.ledger.entries import canonical
from qaf_analysis.moderation.packs.pack import NOT_GRADED
from qaf_analysis.moderation.plain_page import PlainSection, PlainTable, plain_page
from qaf_analysis.moderation.returns.keyed import ReturnedCase

MARKING = "OFFICIAL-SENSITIVE"
NOTHING = "nothing yet"


def receipt_code(key: RoundKey, pack: str, cases: Sequence[ReturnedCase]) -> str:
    """Code that stands for what was read of a pack: other grades have another code.

    Parameters
    ----------
    key : RoundKey
    pack : str
    cases : sequence of ReturnedCase
        In whatever order.
    """
    content = [
        [each.case, dict(each.grades), each.reason, each.sure, each.comment]
        for each in sorted(cases, key=lambda each: each.case)
    ]
    return key.code("receipt", pack, canonical(content).decode("utf-8"))


def same_code(one: str, other: str) -> bool:
    """Whether two texts are one code, however they were typed.

    Examples
    --------
    >>> same_code(" b7kd 2qxm", "B7KD2QXM"), same_code("B7KD-2QXM", "B7KD2QXN")
    (True, False)
    """
    return _letters(one) == _letters(other)


def receipt_text(
    *, moderator: str, round: str, code: str, cases: Sequence[ReturnedCase], missing: int
) -> str:
    """The receipt as a message that can be sent by e-mail.

    Parameters
    ----------
    moderator, round, code : str
    cases : sequence of ReturnedCase
    missing : int
        Cases of the pack of which nothing came.
    """
    lines = [_opening(moderator, round, len(cases), missing), ""]
    lines += [_line(case) for case in cases]
    lines += ["", *_closing(code)]
    return "\r\n".join(lines) + "\r\n"


def receipt_page(
    *,
    moderator: str,
    round: str,
    code: str,
    cases: Sequence[ReturnedCase],
    missing: int,
    names: Mapping[str, str],
) -> bytes:
    """The receipt as a page.

    Parameters
    ----------
    moderator, round, code, cases, missing
        As for ``receipt_text``.
    names : mapping of str to str
        Name of each case as the pack has it, such as ``Case 3``.
    """
    sections = [
        PlainSection(
            heading=f"{names.get(case.case, 'Case')} ({case.case})",
            paragraphs=_aside(case),
            tables=(
                PlainTable(
                    caption=f"What was read of case {case.case}",
                    columns=("Part", "Grade"),
                    rows=tuple((part, word or NOTHING) for part, word in case.grades.items()),
                ),
            ),
        )
        for case in cases
    ]
    return plain_page(
        f"Receipt: what was read of your return, round {round}",
        opening=(_opening(moderator, round, len(cases), missing), *_closing(code)),
        sections=sections,
        marking=MARKING,
    )


def _opening(moderator: str, round: str, number: int, missing: int) -> str:
    gone = f" Nothing has come of {_cases(missing)}." if missing else ""
    return (
        f"{moderator}, this is what was read of your return for round {round}: "
        f"{_cases(number)}.{gone}"
    )


def _closing(code: str) -> tuple[str, ...]:
    return (
        "Please read it against what you meant. If a grade stands beside the wrong case, say so "
        "and send no code.",
        f"If all of it is right, send back this code: {code}. Then your grades are committed, and "
        "nobody can change them.",
    )


def _line(case: ReturnedCase) -> str:
    grades = ", ".join(f"{part} {word if word else NOTHING}" for part, word in case.grades.items())
    told = "; ".join(_aside(case))
    return f"Case {case.case}: {grades}." + (f" {told}" if told else "")


def _aside(case: ReturnedCase) -> tuple[str, ...]:
    told = []
    if case.reason:
        told.append(f"Reason: {case.reason}.")
    if case.sure:
        told.append(f"How sure: {case.sure}.")
    if case.comment:
        told.append(f"Comment: {case.comment}")
    elif NOT_GRADED in case.grades.values():
        told.append("Please say why a part could not be graded.")
    return tuple(told)


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def _letters(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())
