"""The files of a draw: the audits, a blind list for moderators, how to use them, and the record."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import qaf_analysis
from qaf_analysis.data.contract.formula_text import guarded
from qaf_analysis.moderation.draw.drawing import DrawnAudits
from qaf_analysis.terms.errors import UsageError

DRAW, RECORD, BLIND, README = "draw.csv", "draw.json", "for_moderators.csv", "README.txt"


def write_draw(drawn: DrawnAudits, folder: Path) -> None:
    """Write the draw, its record, the moderators' blind list and a page on how to use them.

    Nothing is overwritten. The record is written last: a folder without one holds no whole draw.

    Raises
    ------
    UsageError
        If a draw is there already.
    """
    files = {
        README: _README.encode("utf-8"),
        BLIND: _csv(_blind(drawn)),
        DRAW: _csv(drawn.table),
    }
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    record = json.dumps(
        draw_record(drawn, files=sums), indent=1, ensure_ascii=False, allow_nan=False
    )
    files[RECORD] = f"{record}\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise UsageError(
            f"“{folder}” holds a draw already ({', '.join(there)}); nothing is overwritten. Name "
            "a new folder."
        )
    for name, content in files.items():
        with (folder / name).open("xb") as file:
            file.write(content)


def draw_record(drawn: DrawnAudits, *, files: dict[str, str]) -> dict[str, Any]:
    """Return all that is needed to check the draw or to draw it again.

    Parameters
    ----------
    files : dict of str to str
        SHA-256 of each file of the draw by its name.
    """
    frame, rules, draw = drawn.frame, drawn.rules, drawn.drawn
    risk = draw.targeted_chance[~np.isnan(draw.targeted_chance)]
    return {
        "kind": "moderation_draw",
        "council": frame.council,
        "quarters": list(frame.quarters),
        "seed": rules.seed,
        "command": f'qaf sample --quarter "{frame.quarters[-1]}" '
        f"--quarters {len(frame.quarters)} {rules.command}",
        "rule": "stratified by auditors' grades, in proportion with a minimum for each, spread "
        "over auditors by controlled rounding; targeted: of the rest, 1 : 1 : 3 : 6 by grade",
        "package_version": qaf_analysis.__version__,
        "numpy_version": np.__version__,
        "frame": {
            "sha256": frame.sha256,
            "audits": len(frame.table),
            "left_out": {gone.reason: gone.records for gone in frame.left_out},
            "strata": _strata(drawn),
        },
        "by_chance": int(draw.by_chance.sum()),
        "targeted": int(draw.targeted.sum()),
        "anchors": int(draw.anchor.sum()),
        # 12 digits: the last ones of a sum differ from one computer to another.
        "sum_of_probabilities": round(float(draw.chance.sum()), 12),
        "sum_of_targeted_probabilities": round(float(risk.sum()), 12),
        "auditors": {
            "in_frame": int(frame.table["auditor"].nunique()),
            "in_draw": drawn.auditors_drawn,
            "of_the_year_not_yet_met": drawn.auditors_unseen,
        },
        "files": files,
    }


def _strata(drawn: DrawnAudits) -> list[dict[str, Any]]:
    grades, draw = drawn.frame.table["grade"].to_numpy(), drawn.drawn
    rows = []
    for code, level in enumerate(drawn.frame.levels):
        held = grades == code
        rows.append(
            {
                "grade": level,
                "audits": int(held.sum()),
                "by_chance": int((held & draw.by_chance).sum()),
                "targeted": int((held & draw.targeted).sum()),
                # Of every audit of the grade, drawn or not: by any draw then follows for each.
                "chance": _one(draw.chance[held]),
                "targeted_chance": _one(draw.targeted_chance[held]),
            }
        )
    return rows


def _one(chance: NDArray[np.float64]) -> float | None:
    """The chance that all audits of a grade share; None where they differ or one was named."""
    if len(chance) == 0 or np.isnan(chance).any() or np.ptp(chance) > 1e-12:
        return None
    return round(float(chance[0]), 12)


def _blind(drawn: DrawnAudits) -> pd.DataFrame:
    """What a moderator may see: nothing of grades, and not why an audit was chosen.

    Nor which audits two moderators read: those are drawn by chance, so the mark would tell which
    were not targeted. The order is a random one, for that of the exports may tell too.
    """
    seed = str(drawn.rules.seed).encode("ascii")
    names = sorted(
        drawn.table["audit_id"],
        key=lambda name: hashlib.sha256(seed + b"\0" + name.encode("utf-8")).digest(),
    )
    return pd.DataFrame({"audit_id": names})


def _csv(table: pd.DataFrame) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    # The mark at the start makes Excel read the letters right.
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else repr(float(value))
    return guarded(str(value))


_README = """\
A draw of audits for moderation

draw.csv holds the council's own audit identifiers (audit_id), so it stays with the people who
may see the audits. It also holds the auditor's grade (stratum): moderators must not see it.
audit_code is the same audit's code in reports.

for_moderators.csv is the list for moderators, in a random order. It tells no grade, not why an
audit was chosen, and not which are read twice. Audits with anchor "yes" in draw.csv go to two
moderators, neither of whom sees the other's grade: without them nobody knows how far moderators
themselves agree.

When the grades come back, put selected_by and selection_probability of draw.csv beside them in
the file of moderations. "stratified" was drawn by chance and carries the figures about all
audits. "targeted" was picked, by risk, by name or to meet an auditor. It is weighed by its
probability beside the others, unless council.toml says risk_picked = "apart". A targeted audit
without a probability was named, and is never counted together with the others.

Give the round one name (column round) and keep every audit that was read: the chance of each audit
in this draw follows from these numbers, and from the draws of other rounds.

selection_probability is the chance that the audit had before anything was drawn. A cell that
begins with an apostrophe has it so that no spreadsheet runs it; take it away to have the text.

draw.json holds the seed, a sum of the frame, and the command: whoever has the same exports can
draw again and get the same audits.
"""
