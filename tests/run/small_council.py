"""The smallest council that has a report: twelve audits, four of them read again."""

from __future__ import annotations

from pathlib import Path

HEADER = "audit_id,case_ref,audit_date,quarter,team,case_type,auditor,domain,grade\n"
MODERATED = (
    "audit_id,moderator,moderation_source,round,moderated_on,selected_by,"
    "selection_probability,blind,domain,grade,reason,response\n"
)


def write_small_council(folder: Path, *, grade: str = "Good", regraded: str = "Good") -> Path:
    """Write its exports; ``grade`` is that of the first audit, ``regraded`` of its moderation."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        f"A{n},C{n},2019-10-{n + 1:02d},2019-20 Q3,East,Child in need,Auditor 01,Overall,"
        f"{grade if n == 0 else 'Good'}\n"
        for n in range(12)
    ]
    again = [
        f"A{n},Moderator 1,Partner,R1,2019-12-{n + 1:02d},random,0.5,yes,Overall,"
        f"{regraded if n == 0 else 'Good'},,\n"
        for n in range(4)
    ]
    (folder / "audits.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    (folder / "moderations.csv").write_text(MODERATED + "".join(again), encoding="utf-8")
    (folder / "council.toml").write_text(
        '[council]\nname = "Example"\nsynthetic = true\n', encoding="utf-8"
    )
    return folder
