"""From readings to a change: which ones count, which way round, and what is said where none do."""

from __future__ import annotations

import numpy as np
import pytest

from qaf_analysis.stats.bridge.change import area_changes, change_across
from qaf_analysis.stats.bridge.comparison import comparison
from qaf_analysis.stats.bridge.refusals import BridgeDesign
from qaf_analysis.stats.bridge.two_phase import ScoreShare
from qaf_analysis.terms.errors import ShapeError
from qaf_analysis.terms.names import BridgeKind
from qaf_analysis.terms.verdicts import BridgeRefusal, BridgeVerdict
from tests.stats.bridge.plain import plain_share

NEW = ScoreShare.counted(150, 200)


def design(n=60, *, kind=BridgeKind.RE_READ, **given):
    usual = {
        "kind": kind, "grade": [0] * 90 + [1] * 110, "level": [0, 1] * (n // 2),
        "reader": [100 + place // 5 for place in range(n)], "by_chance": [1] * n, "blind": [1] * n,
        "levels": ("Below", "Good"),
    }  # fmt: skip
    return BridgeDesign(**{**usual, **given})


def readings(found, positive):
    use = found.usable
    return [
        (int(level), int(good), int(reader))
        for level, good, reader, counts in zip(
            found.level, positive, found.reader, use, strict=True
        )
        if counts
    ]


def test_old_audits_read_again_are_what_the_new_share_is_set_against():
    positive = [0, 1, 1, 1, 0, 0] * 10
    found = comparison(design(), positive=positive, counted=NEW)
    other = plain_share([0] * 90 + [1] * 110, readings(design(), positive), 2)
    assert found.share.value == pytest.approx(float(other["theta"]))
    assert found.share.df == pytest.approx(float(other["df"]))
    assert found.change.value == pytest.approx(0.75 - float(other["theta"]))
    assert found.change.low == change_across(found.share.score, NEW).low
    assert (found.readings, found.left_out, found.share.readers) == (60, 0, 12)
    (told,) = area_changes([found.change])
    assert told.verdict is BridgeVerdict.IMPROVED


def test_new_audits_graded_twice_are_set_against_the_old_share():
    positive = [0, 1, 1, 1, 0, 0] * 10
    found = comparison(design(kind=BridgeKind.GRADED_TWICE), positive=positive, counted=NEW)
    other = comparison(design(), positive=positive, counted=NEW)
    assert found.change.value == pytest.approx(-other.change.value)
    assert area_changes([found.change])[0].verdict is BridgeVerdict.WORSENED


def test_readings_that_do_not_count_change_nothing():
    """Twelve readings in sight of the first grade, all negative: the same as without them."""
    positive = np.array([0, 1, 1, 1, 0, 0] * 10)
    blind = np.ones(60)
    blind[:12] = 0
    spoilt = np.where(blind == 1, positive, 0)
    found = comparison(design(blind=blind), positive=spoilt, counted=NEW)
    assert found.left_out == 12
    other = plain_share([0] * 90 + [1] * 110, readings(design(blind=blind), positive), 2)
    assert found.share.value == pytest.approx(float(other["theta"]))
    assert found.share.bridge_audits == 48


def test_a_refusal_carries_its_reasons_and_no_figure():
    found = comparison(design(30, blind=[0] * 30), positive=[1] * 30, counted=NEW)
    assert [one.reason for one in found.refused] == [
        BridgeRefusal.FEW_AUDITS, BridgeRefusal.NOT_BLIND,
    ]  # fmt: skip
    assert found.share is None
    assert found.bridge is None
    assert not found.change.is_estimable
    assert found.change.why_not.startswith("30 audits were read again; at least 40 are needed.")
    assert "30 were read with the first grade in sight" in found.change.why_not
    assert area_changes([found.change])[0].verdict is BridgeVerdict.CANNOT_BE_COMPARED


def test_readings_of_another_length_are_refused():
    with pytest.raises(ShapeError):
        comparison(design(), positive=[1] * 59, counted=NEW)
