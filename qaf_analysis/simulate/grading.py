"""Grades: practice as a rater sees it, cut into the levels of the scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qaf_analysis.simulate.design import CouncilDesign
from qaf_analysis.simulate.raters import Floats, Integers, Raters
from qaf_analysis.terms.names import AuditType, Role

LOGISTIC_SD = np.pi / np.sqrt(3)  # of the standard logistic distribution


def seen(
    practice: Floats,
    *,
    leniency: Floats,
    design: CouncilDesign,
    noise: float = 1.0,
    rng: np.random.Generator,
) -> Floats:
    """Draw practice as a rater sees it, shape (readings, columns), in points.

    The rater's leniency, a halo over the whole audit and chance in each domain are added;
    ``noise`` multiplies the last two.
    """
    halo = noise * design.halo_sd * rng.normal(size=(len(practice), 1))
    scale = noise * design.reading_sd / LOGISTIC_SD
    return practice + leniency + halo + rng.logistic(scale=scale, size=practice.shape)


def graded(latent: Floats, *, design: CouncilDesign, era: Integers | int = 0) -> Integers:
    """Grade code of what was seen: the number of cutpoints it lies above.

    ``era`` says on which of the design's scales, for all readings or for each by itself.
    """
    of_reading = np.broadcast_to(era, len(latent))
    codes = np.empty(latent.shape, dtype=np.int64)
    for place, each in enumerate(design.all_eras):
        rows = of_reading == place
        codes[rows] = np.searchsorted(np.array(each.cutpoints), latent[rows])
    return codes


def scale_names(design: CouncilDesign, era: Integers) -> np.ndarray:
    """Name of the scale of each reading."""
    return np.array([each.scale.name for each in design.all_eras], dtype=object)[era]


def draw_ratings(
    design: CouncilDesign,
    audits: pd.DataFrame,
    *,
    practice: Floats,
    raters: Raters,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, Floats]:
    """Draw every auditor's grade of every column.

    Returns
    -------
    ratings : DataFrame
        One row per audit, rater and domain: ``row`` (place in ``audits``), ``audit_id``,
        ``domain``, ``rater``, ``role``, ``grade`` (code), ``scale`` and ``blind``. At calibration
        sessions all active auditors grade the headlines alone; themed audits about a domain grade
        that domain and the headlines.
    first : array, shape (audits, columns)
        What the (first) auditor saw, in points.
    """
    t, auditor = audits["t"].to_numpy(), audits["auditor"].to_numpy()
    first = seen(practice, leniency=raters.leniency[t, auditor], design=design, rng=rng)
    rows, others = _further_readings(design, audits)
    second = seen(practice[rows], leniency=raters.leniency[t[rows], others], design=design, rng=rng)
    readings = pd.DataFrame(
        {
            "row": np.concatenate([np.arange(len(audits)), rows]),
            "rater": np.array(raters.auditors)[np.concatenate([auditor, others])],
            "role": np.repeat([Role.AUDITOR, Role.SECOND_AUDITOR], [len(audits), len(rows)]),
            "blind": np.repeat([False, True], [len(audits), len(rows)]),
        }
    )
    era = np.array(design.era_by_quarter)[t[readings["row"]]]
    codes = graded(np.concatenate([first, second]), design=design, era=era)
    is_graded = _is_graded(design, audits)[readings["row"]]
    reading, column = np.nonzero(is_graded)
    ratings = readings.iloc[reading].reset_index(drop=True)
    ratings.insert(1, "audit_id", audits["audit_id"].to_numpy()[ratings["row"]])
    ratings.insert(2, "domain", np.array(design.columns)[column])
    ratings["grade"] = codes[reading, column]
    ratings["scale"] = scale_names(design, era[reading])
    return ratings.sort_values("row", kind="stable", ignore_index=True), first


def _further_readings(design: CouncilDesign, audits: pd.DataFrame) -> tuple[Integers, Integers]:
    """Rows of audits graded again, and who grades them."""
    second = audits["second_auditor"].to_numpy()
    twice = np.flatnonzero(second >= 0)
    rows, others = [twice], [second[twice]]
    calibration = np.flatnonzero(audits["audit_type"] == AuditType.CALIBRATION)
    for row in calibration:
        pool = np.arange(design.pool_sizes[audits["t"].iloc[row]])
        colleagues = pool[pool != audits["auditor"].iloc[row]]
        rows.append(np.full(len(colleagues), row))
        others.append(colleagues)
    return np.concatenate(rows), np.concatenate(others)


def _is_graded(design: CouncilDesign, audits: pd.DataFrame) -> np.ndarray:
    places = np.arange(len(design.columns))
    headline = np.isin(places, design.headline_columns)
    is_graded = np.tile(np.isin(places, design.graded_columns), (len(audits), 1))
    is_graded[audits["audit_type"] == AuditType.CALIBRATION] = headline
    for theme in design.themes:
        if theme.domain is not None:
            themed = np.flatnonzero(audits["theme"] == theme.name)
            is_graded[themed] = headline | (places == design.columns.index(theme.domain))
    return is_graded
