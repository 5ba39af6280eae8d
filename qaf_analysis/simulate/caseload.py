"""Which audits are done: when, of what kind, on whose case, and by which auditors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import CaseGroup
from qaf_analysis.simulate.raters import Integers
from qaf_analysis.terms.names import AuditType
from qaf_analysis.terms.quarter import Quarter


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Audits of one kind in one quarter."""

    quarter: int
    kind: AuditType
    size: int
    theme: str | None = None
    case_type: str | None = None
    session: str | None = None


def draw_caseload(design: CouncilDesign, *, rng: np.random.Generator) -> pd.DataFrame:
    """Draw every audit of a council.

    Returns
    -------
    DataFrame
        One row per audit: the canonical audit columns, and the places of its quarter, team,
        case type, auditor and second auditor (-1 = none) in the design's lists, as columns
        ``t``, ``team_code``, ``case_type_code``, ``auditor`` and ``second_auditor``.
    """
    blocks = _blocks(design, rng=rng)
    sizes = [block.size for block in blocks]
    t = np.repeat([block.quarter for block in blocks], sizes)
    kind = np.repeat([block.kind.value for block in blocks], sizes)
    team = _draw_groups(design.teams, size=len(t), rng=rng)
    case_type = _draw_groups(design.case_types, size=len(t), rng=rng)
    names = [group.name for group in design.case_types]
    for start, block in zip(np.cumsum([0, *sizes]), blocks, strict=False):
        if block.case_type is not None:
            case_type[start : start + block.size] = names.index(block.case_type)
    auditor, second = _deal_auditors(design, t=t, routine=kind == "collaborative", rng=rng)
    feedback = np.interp(t, [0, max(len(design.quarters) - 1, 1)], design.family_feedback)
    audits = pd.DataFrame(
        {
            "case_ref": _draw_cases(design, t=t, rng=rng),
            "audit_date": _draw_days(design.quarters, t=t, rng=rng),
            "quarter": np.array([str(quarter) for quarter in design.quarters])[t],
            "team": np.array([group.name for group in design.teams])[team],
            "case_type": _words_of_the_time(design, np.array(names)[case_type], t=t),
            "audit_type": kind,
            "theme": np.repeat(np.array([b.theme for b in blocks], dtype=object), sizes),
            "session_id": np.repeat(np.array([b.session for b in blocks], dtype=object), sizes),
            "co_located": (t >= _co_located_from(design)) & (rng.random(len(t)) < 0.85),
            "collaborative": kind != "calibration",
            "family_feedback": rng.random(len(t)) < feedback,
            "sample_method": np.where(kind == "collaborative", "random", "nominated"),
            "t": t,
            "team_code": team,
            "case_type_code": case_type,
            "auditor": auditor,
            "second_auditor": second,
        }
    )
    audits = audits.sort_values(["t", "audit_date"], kind="stable", ignore_index=True)
    audits.insert(0, "audit_id", [f"A{number:06d}" for number in range(1, len(audits) + 1)])
    return audits


def _blocks(design: CouncilDesign, *, rng: np.random.Generator) -> list[_Block]:
    blocks = []
    fewest, most = design.multi_agency
    for t, quarter in enumerate(design.quarters):
        blocks.append(
            _Block(quarter=t, kind=AuditType.COLLABORATIVE, size=design.audits_per_quarter)
        )
        if most > 0:
            size = int(rng.integers(fewest, most + 1))
            blocks.append(_Block(quarter=t, kind=AuditType.MULTI_AGENCY, size=size))
        blocks += [
            _Block(
                quarter=t,
                kind=AuditType.THEMED,
                size=theme.audits,
                theme=theme.name,
                case_type=theme.case_type,
            )
            for theme in design.themes
            if theme.audited_in == quarter
        ]
        if quarter.number in (1, 3) and design.calibration_files > 0:
            blocks.append(
                _Block(
                    quarter=t,
                    kind=AuditType.CALIBRATION,
                    size=design.calibration_files,
                    session=f"CAL-{quarter.path_name}",
                )
            )
    return blocks


def _draw_groups(groups: tuple[CaseGroup, ...], *, size: int, rng: np.random.Generator) -> Integers:
    shares = np.array([group.share for group in groups])
    return rng.choice(len(groups), size=size, p=shares / shares.sum())


def _words_of_the_time(design: CouncilDesign, case_type: np.ndarray, *, t: Integers) -> np.ndarray:
    """Types of case as they were called in each quarter."""
    words = case_type.astype(object)
    for merge in design.merges:
        later = t >= design.quarters.index(merge.starts)
        for old, new in merge.words.items():
            words[later & (words == old)] = new
    return words.astype(str)


def _draw_cases(design: CouncilDesign, *, t: Integers, rng: np.random.Generator) -> list[str]:
    """Draw open files at random: the same child is not audited twice in one quarter."""
    cases = np.empty(len(t), dtype=np.int64)
    for quarter in np.unique(t):
        rows = np.flatnonzero(t == quarter)
        files = max(design.open_cases, len(rows))
        cases[rows] = rng.choice(files, size=len(rows), replace=False)
    return [f"C{100_000 + case}" for case in cases]


def _draw_days(
    quarters: tuple[Quarter, ...], *, t: Integers, rng: np.random.Generator
) -> pd.DatetimeIndex:
    """Draw working days, bunched towards the end of the quarter."""
    first = np.array([quarter.first_day for quarter in quarters], dtype="datetime64[D]")
    after = np.array([quarter.next().first_day for quarter in quarters], dtype="datetime64[D]")
    working_days = np.busday_count(first, after)[t]
    place = np.floor(working_days * rng.beta(1.8, 1.0, size=len(t))).astype(np.int64)
    # The first day may be a weekend: counting starts from the first working day.
    days = np.busday_offset(first[t], np.minimum(place, working_days - 1), roll="forward")
    return pd.DatetimeIndex(days.astype("datetime64[us]"))


def _deal_auditors(
    design: CouncilDesign, *, t: Integers, routine: np.ndarray, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Deal audits evenly to the active auditors; give some routine audits a second auditor."""
    auditor = np.empty(len(t), dtype=np.int64)
    second = np.full(len(t), -1, dtype=np.int64)
    for quarter, pool in enumerate(design.pool_sizes):
        rows = np.flatnonzero(t == quarter)
        deals = -(-len(rows) // pool)
        dealt = np.concatenate([rng.permutation(pool) for _ in range(deals)])
        auditor[rows] = rng.permutation(dealt[: len(rows)])
        chances = rows[routine[rows]]
        twice = rng.choice(chances, size=round(design.double_share * len(chances)), replace=False)
        steps = rng.integers(1, pool, size=len(twice))
        second[twice] = (auditor[twice] + steps) % pool
    return auditor, second


def _co_located_from(design: CouncilDesign) -> int:
    starts = [change.quarter for change in design.changes if change.kind == "co_location"]
    return design.quarters.index(min(starts)) if starts else len(design.quarters)
