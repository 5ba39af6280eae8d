"""The picture of child focus."""

from __future__ import annotations

from qaf_analysis.kit.charts.mark import Mark
from qaf_analysis.kit.charts.rows import Axis, Row, interval_rows
from qaf_analysis.kit.numbers import percent
from qaf_analysis.kit.parts import Picture
from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, OwnReading


def child_focus_pictures(result: ChildFocusFinding) -> tuple[Picture, ...]:
    """Which rule overall grades follow."""
    rows = [
        Row(mark=Mark.of(f"{each.rule.capitalize()}", each.share))
        for each in result.own.rules
        if each.share.is_estimable
    ]
    if not rows:
        return ()
    return (
        interval_rows(
            rows,
            title=_rule_claim(result.own),
            axis=Axis(
                middle="never",
                left="",
                right="always",
                unit="share of audits",
                number=percent,
                span=(0.0, 1.0),
            ),
            about="Share of audits whose overall grade is what each rule would give.",
        ),
    )


def _rule_claim(own: OwnReading) -> str:
    known = [each for each in own.rules if each.share.is_estimable]
    most = max(known, key=lambda each: each.share.value)
    return f"Overall grades most often follow the {most.rule}"
