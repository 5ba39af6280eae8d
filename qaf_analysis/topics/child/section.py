"""The sections on how sharply audits look at the child, and on the impact for the child."""

from __future__ import annotations

from qaf_analysis.topics.child.analysis.focus import ChildFocusFinding, child_focus
from qaf_analysis.topics.child.analysis.impact import PracticeImpact, practice_impact
from qaf_analysis.topics.child.pictures import child_focus_pictures
from qaf_analysis.topics.child.tables import child_focus_tables, practice_impact_tables
from qaf_analysis.topics.child.words import say_child_focus, say_practice_impact
from qaf_analysis.topics.common.section import Section

CHILD_FOCUS = Section(
    id="child-focus",
    short="Focus on the child",
    level=3,
    notebook="03_optimism",
    result=ChildFocusFinding,
    asks=child_focus,
    say=say_child_focus,
    tables=child_focus_tables,
    pictures=child_focus_pictures,
)


def _is_declared(result: PracticeImpact) -> bool:
    return result.audits is not None


IMPACT = Section(
    id="impact-for-the-child",
    short="Practice and impact",
    level=3,
    notebook="03_optimism",
    result=PracticeImpact,
    asks=practice_impact,
    has_something=_is_declared,
    say=say_practice_impact,
    tables=practice_impact_tables,
)
