"""Improvement actions after each themed audit: raised, due, perhaps closed, perhaps verified."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from qaf_analysis.data.contract.audits import ACTION_COLUMNS
from qaf_analysis.data.council.assembly import typed
from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.design_parts import PlantedTheme
from qaf_analysis.terms.names import AuditType

_DAYS_GIVEN = (30, 60, 90, 120)
# Chances of ever being closed, of being verified once closed, and of an audit having shown it.
_CLOSED, _VERIFIED, _BY_AUDIT = 0.85, 0.7, 0.6


def draw_actions(
    design: CouncilDesign, audits: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the actions of every theme.

    Nothing follows from them: a theme's effect on practice is planted apart.

    Parameters
    ----------
    audits : DataFrame
        As in ``draw_caseload``; an action may be verified by a routine audit among them.
    rng : Generator
        One of its own, so that the council is the same with and without actions.

    Returns
    -------
    DataFrame
        One row per action, ``ACTION_COLUMNS``. No day lies after the last quarter but ``due_on``.
    """
    rows = [
        _action(design, theme, audits, rng=rng)
        for theme in design.themes
        for _ in range(design.actions_per_theme)
    ]
    table = pd.DataFrame(rows, columns=list(ACTION_COLUMNS))
    table["action_id"] = [f"ACT{number:03d}" for number in range(1, len(rows) + 1)]
    return typed(table, ACTION_COLUMNS)


def _action(
    design: CouncilDesign, theme: PlantedTheme, audits: pd.DataFrame, *, rng: np.random.Generator
) -> dict[str, object]:
    raised = theme.audited_in.last_day - timedelta(days=int(rng.integers(80)))
    given = int(rng.choice(_DAYS_GIVEN))
    closed = raised + timedelta(days=round(given * rng.uniform(0.3, 1.6)))
    verified = closed + timedelta(days=int(rng.integers(20, 120)))
    chances = rng.random(3) < (_CLOSED, _VERIFIED, _BY_AUDIT)
    is_closed = bool(chances[0]) and closed <= design.last.last_day
    is_verified = is_closed and bool(chances[1]) and verified <= design.last.last_day
    by_audit = is_verified and bool(chances[2])
    return {
        "theme": theme.name,
        "domain": theme.domain,
        "team": design.teams[int(rng.integers(len(design.teams)))].name,
        "raised_on": raised,
        "due_on": raised + timedelta(days=given),
        "closed_on": closed if is_closed else None,
        "verified_on": verified if is_verified else None,
        "verified_by_audit": _audit_between(audits, closed, verified) if by_audit else None,
    }


def _audit_between(audits: pd.DataFrame, first: date, last: date) -> str | None:
    """Return the latest routine audit of these days."""
    days = audits["audit_date"]
    routine = audits["audit_type"] == AuditType.COLLABORATIVE
    there = audits[routine & (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]
    return str(there["audit_id"].iloc[-1]) if len(there) else None
