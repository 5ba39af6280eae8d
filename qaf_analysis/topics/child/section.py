"""The section on how sharply audits look at the child."""

from __future__ import annotations

from qaf_analysis.topics.child.analysis import ChildFocusFinding, child_focus
from qaf_analysis.topics.child.pictures import child_focus_pictures
from qaf_analysis.topics.child.tables import child_focus_tables
from qaf_analysis.topics.child.words import say_child_focus
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
