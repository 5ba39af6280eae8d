"""Bridge readings: audits graded on both sides of a change of scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import BridgeDesign
from qaf_analysis.simulate.grading import graded, seen
from qaf_analysis.simulate.raters import Floats, Integers, Raters
from qaf_analysis.terms.names import AuditType, Selection

BRIDGE_COLUMNS = (
    "audit_id",
    "reader",
    "read_on",
    "domain",
    "grade",
    "scale",
    "blind",
    "selected_by",
)


def draw_bridges(
    design: CouncilDesign,
    audits: pd.DataFrame,
    *,
    practice: Floats,
    auditor_latent: Floats,
    raters: Raters,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Hold every bridge of the design: routine audits drawn at random, whatever their grade.

    Parameters
    ----------
    practice, auditor_latent : array, shape (audits, columns)
        True practice, and what the first auditor saw of it.
    rng : Generator
        One of its own, so that the council is the same with and without bridges.

    Returns
    -------
    DataFrame
        One row per audit read and headline domain, ``BRIDGE_COLUMNS``; ``grade`` is a code on the
        scale that ``scale`` names. Audits read again are read blind, in the first quarter of the
        new scale; those graded twice by their auditor, on the day of the audit, are not.
    """
    readings = []
    for bridge in design.bridges:
        rows = _drawn(design, audits, bridge=bridge, rng=rng)
        if bridge.kind == "re_read":
            own = audits["auditor"].to_numpy()[rows]
            reader = _dealt(design, own, bridge=bridge, rng=rng)
            t = design.quarters.index(bridge.starts)
            latent = seen(
                practice[rows], leniency=raters.leniency[t, reader], design=design, rng=rng
            )
            days = _days_in(bridge, size=len(rows), rng=rng)
        else:
            reader = audits["auditor"].to_numpy()[rows]
            latent = auditor_latent[rows]
            days = audits["audit_date"].to_numpy()[rows]
        readings.append(
            _long(
                design,
                audits["audit_id"].to_numpy()[rows],
                bridge=bridge,
                reader=np.array(raters.auditors)[reader],
                latent=latent,
                days=days,
            )
        )
    if not readings:
        return pd.DataFrame(columns=list(BRIDGE_COLUMNS)).astype(
            {"read_on": "datetime64[us]", "grade": np.int64, "blind": bool}
        )
    return pd.concat(readings, ignore_index=True)


def _drawn(
    design: CouncilDesign, audits: pd.DataFrame, *, bridge: BridgeDesign, rng: np.random.Generator
) -> Integers:
    """Audits of one side of the change, none of another scale, in the order of the audits."""
    starts = design.quarters.index(bridge.starts)
    eras = np.array(design.era_by_quarter)
    is_old = bridge.kind == "re_read"
    t = np.arange(len(eras))
    near = (t >= starts - bridge.quarters) if is_old else (t < starts + bridge.quarters)
    side = eras == (eras[starts] - 1 if is_old else eras[starts])
    routine = audits["audit_type"].to_numpy() == AuditType.COLLABORATIVE
    frame = np.flatnonzero(routine & np.isin(audits["t"], t[side & near]))
    if not is_old:
        pool = rng.permutation(design.pool_sizes[starts])[: bridge.readers]
        frame = frame[np.isin(audits["auditor"].to_numpy()[frame], pool)]
    size = min(bridge.audits, len(frame))
    return np.sort(rng.choice(frame, size=size, replace=False))


def _dealt(
    design: CouncilDesign, own: Integers, *, bridge: BridgeDesign, rng: np.random.Generator
) -> Integers:
    """Readers of the new scale's first quarter, each with about as many audits, never their own.

    ``own`` is who graded each audit first.
    """
    pool = rng.permutation(design.pool_sizes[design.quarters.index(bridge.starts)])
    readers = pool[: bridge.readers]
    place = rng.permutation(np.arange(len(own)) % len(readers))
    place = (place + (readers[place] == own)) % len(readers)
    dealt: Integers = readers[place]
    return dealt


def _days_in(bridge: BridgeDesign, *, size: int, rng: np.random.Generator) -> np.ndarray:
    """Working days in the first weeks of the new scale."""
    first = np.datetime64(bridge.starts.first_day, "D")
    return np.busday_offset(first, rng.integers(10, 40, size=size), roll="forward").astype(
        "datetime64[us]"
    )


def _long(
    design: CouncilDesign,
    audit_ids: np.ndarray,
    *,
    bridge: BridgeDesign,
    reader: np.ndarray,
    latent: Floats,
    days: np.ndarray,
) -> pd.DataFrame:
    columns = list(design.headline_columns)
    new = design.era_by_quarter[design.quarters.index(bridge.starts)]
    is_re_read = bridge.kind == "re_read"
    era = new if is_re_read else new - 1
    codes = graded(latent, design=design, era=era)[:, columns]
    return pd.DataFrame(
        {
            "audit_id": np.repeat(audit_ids, len(columns)),
            "reader": np.repeat(reader, len(columns)),
            "read_on": np.repeat(days, len(columns)),
            "domain": np.tile(np.array(design.columns)[columns], len(audit_ids)),
            "grade": codes.ravel(),
            "scale": design.all_eras[era].scale.name,
            "blind": is_re_read,
            "selected_by": Selection.RANDOM.value,
        }
    )
