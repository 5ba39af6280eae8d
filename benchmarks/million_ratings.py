"""A council of a million ratings as two CSV files, as untidy as real exports are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

ROWS = 1_000_000
AUDITORS = 600
HEADER = (
    "audit_id,case_ref,audit_date,quarter,team,case_type,audit_type,family_feedback,"
    "auditor,domain,grade"
)
MODERATIONS_HEADER = "audit_id,moderator,moderation_source,moderated_on,domain,grade,reason"
DOMAINS = (
    "Overall",
    "Assessment and analysis",
    "Plan",
    "Child's voice and lived experience",
    "Risk",
    "Recording",
    "Supervision",
)
TEAMS = [f"Families First {place}" for place in ("North", "South", "East", "West", "Coast")] + [
    f"{what} Team {n}" for what in ("Locality", "Looked After", "Disability") for n in range(1, 11)
]
TYPES = ("Child in need", "Child protection", "Looked after", "Early help", "Care leaver")
GRADES = ("Inadequate", "Requires improvement", "Good", "Outstanding")
FIRST = ("Ada", "Ben", "Cara", "Dev", "Elin", "Femi", "Gwen", "Hari", "Ines", "Joel", "Kit", "Lena")
REASONS = (
    "evidence, as recorded, does not bear the grade",
    "the plan has no dates",
    "the moderator saw more of the file",
    "",
)
Texts = np.ndarray
Cells = dict[str, Texts]


def write_million(folder: Path, *, rows: int = ROWS, mess: float = 0.02, seed: int = 1) -> None:
    """Write ``audits.csv`` with so many rows, and ``moderations.csv`` with a twentieth of them.

    Parameters
    ----------
    mess : float
        Share of the rows spoilt in each of the ways of ``SPOILERS`` and ``_spoilt_lines``.
    """
    rng = np.random.default_rng(seed)
    cells = _audits(rows, rng=rng)
    moderations = _moderations(cells, rng=rng)
    for spoil in SPOILERS if mess else ():
        spoil(cells, np.flatnonzero(rng.random(rows) < mess), rng)
    lines = _lines(cells)
    _spoil_lines(lines, share=mess, rng=rng)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "audits.csv", HEADER, lines)
    _write(folder / "moderations.csv", MODERATIONS_HEADER, moderations)
    settings = '[council]\nname = "Example of a million ratings"\nsynthetic = true\n'
    (folder / "council.toml").write_text(settings, encoding="utf-8")


def _audits(rows: int, *, rng: np.random.Generator) -> Cells:
    size = rng.integers(6, 8, rows)  # domains of each audit; more audits than are needed
    audit = np.repeat(np.arange(rows), size)[:rows]
    audits = int(audit[-1]) + 1
    place = np.arange(rows) - np.searchsorted(audit, audit)
    days = np.datetime64("2015-04-01") + rng.integers(0, 9 * 365, audits)
    auditor = rng.choice(AUDITORS, audits, p=_unequal(AUDITORS))
    people = np.array([f"{FIRST[n % 12]} {_surname(n)}" for n in range(AUDITORS)], dtype=object)
    level = np.clip(np.round(rng.normal(1.7, 0.6, audits)[audit] + rng.normal(0, 0.5, rows)), 0, 3)
    of_audit: Cells = {
        "audit_id": _numbered("A", rng.permutation(audits), 7),
        "case_ref": _numbered("C", rng.integers(0, audits, audits) + 100_000, 6),
        "audit_date": _written(days),
        "quarter": _quarters(days),
        "team": np.array(TEAMS, dtype=object)[rng.integers(0, len(TEAMS), audits)],
        "case_type": np.array(TYPES, dtype=object)[rng.integers(0, len(TYPES), audits)],
        "audit_type": np.array(["collaborative", "themed", ""], dtype=object)[
            rng.integers(0, 3, audits)
        ],
        "family_feedback": np.array(["Yes", "No", ""], dtype=object)[rng.integers(0, 3, audits)],
        "auditor": people[auditor],
    }
    cells = {name: texts[audit] for name, texts in of_audit.items()}
    cells["domain"] = np.array(DOMAINS, dtype=object)[place]
    cells["grade"] = np.array(GRADES, dtype=object)[level.astype(int)]
    return cells


def _moderations(cells: Cells, *, rng: np.random.Generator) -> Texts:
    rows = np.sort(rng.permutation(len(cells["grade"]))[: len(cells["grade"]) // 20])
    day = np.datetime64("2024-06-01") + rng.integers(0, 90, len(rows))
    return _lines(
        {
            "audit_id": cells["audit_id"][rows],
            "moderator": np.array([f"Moderator {n}" for n in range(1, 13)], dtype=object)[
                rng.integers(0, 12, len(rows))
            ],
            "moderation_source": np.full(len(rows), "Partner council", dtype=object),
            "moderated_on": _written(day),
            "domain": cells["domain"][rows],
            "grade": np.array(GRADES, dtype=object)[rng.integers(0, 4, len(rows))],
            "reason": np.array([f'"{text}"' for text in REASONS], dtype=object)[
                rng.integers(0, len(REASONS), len(rows))
            ],
        }
    )


def _unequal(number: int) -> np.ndarray:
    weights = 1 / (10 + np.arange(number))
    return weights / weights.sum()


def _surname(number: int) -> str:
    syllables = ("bar", "den", "fol", "ham", "ket", "low", "mar", "ness", "pen", "thor")
    text = "".join(syllables[int(digit)] for digit in f"{number:03d}")
    return f"O'{text.title()}" if number % 40 == 0 else text.title()


def _numbered(letter: str, numbers: np.ndarray, digits: int) -> Texts:
    return np.array([f"{letter}{n:0{digits}d}" for n in numbers.tolist()], dtype=object)


def _written(days: np.ndarray) -> Texts:
    distinct, places = np.unique(days, return_inverse=True)
    texts = [f"{day.day:02d}/{day.month:02d}/{day.year}" for day in distinct.tolist()]
    return np.array(texts, dtype=object)[places]


def _quarters(days: np.ndarray) -> Texts:
    distinct, places = np.unique(days, return_inverse=True)
    texts = []
    for day in distinct.tolist():
        start = day.year - (day.month < 4)
        texts.append(f"{start}-{(start + 1) % 100:02d} Q{(day.month - 4) % 12 // 3 + 1}")
    return np.array(texts, dtype=object)[places]


def _swap(column: str, *texts: str) -> Callable[[Cells, np.ndarray, np.random.Generator], None]:
    def spoil(cells: Cells, rows: np.ndarray, rng: np.random.Generator) -> None:
        cells[column][rows] = np.array(texts, dtype=object)[rng.integers(0, len(texts), len(rows))]

    return spoil


def _change(column: str, change: Callable[[str], str]) -> Callable[..., None]:
    def spoil(cells: Cells, rows: np.ndarray, rng: np.random.Generator) -> None:
        cells[column][rows] = [change(text) for text in cells[column][rows]]

    return spoil


def _repeat(changes: bool) -> Callable[..., None]:
    """Rows that repeat the row before, in every cell or with another grade."""

    def spoil(cells: Cells, rows: np.ndarray, rng: np.random.Generator) -> None:
        rows = rows[rows > 0]
        for texts in cells.values():
            texts[rows] = texts[rows - 1]
        if changes:
            cells["grade"][rows] = "Outstanding"

    return spoil


SPOILERS = (
    _repeat(False),
    _repeat(True),
    _change("team", lambda text: f" {text}  "),
    _change("team", str.upper),
    _change("auditor", str.casefold),
    _change("auditor", lambda text: text.replace(" ", "\u00a0")),
    _change("domain", lambda text: f"{text}\u200b"),
    _change("audit_id", lambda text: f"{text} "),
    _change("team", lambda text: f'"{text}, first floor"'),
    _swap("grade", "GOOD", "good ", "requires  improvement"),
    _swap("grade", "Adequate", "Godd", "?"),
    _swap("grade", ""),
    _swap("auditor", ""),
    _swap("audit_date", "31/02/2019", "soon", "43700"),
    _swap("audit_date", "01/01/2062"),
    _swap("quarter", "2011-12 Q1", "Spring"),
    _swap("family_feedback", "perhaps"),
    _swap("case_type", "#REF!"),
)


def _lines(cells: Cells) -> Texts:
    return np.array([",".join(row) for row in zip(*cells.values(), strict=True)], dtype=object)


def _spoil_lines(lines: Texts, *, share: float, rng: np.random.Generator) -> None:
    changes: tuple[Callable[[str], str], ...] = (
        lambda line: line.rsplit(",", 1)[0],  # a cell too few
        lambda line: f"{line},more",  # a cell too many
        lambda line: f"{line},,",  # cells too many, without text
        lambda line: '"A" 1' + line,  # a quotation mark in the middle of a quoted cell
        lambda line: "," * 10 + "\n" + line,  # a blank row before it
        lambda line: "Total,,,,,,,,,,12",
    )
    for change in changes:
        for row in np.flatnonzero(rng.random(len(lines)) < share / len(changes)):
            lines[row] = change(lines[row])


def _write(path: Path, header: str, lines: Texts) -> None:
    path.write_bytes(("\r\n".join([header, *lines]) + "\r\n").encode())
