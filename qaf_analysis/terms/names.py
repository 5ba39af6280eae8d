"""The fixed lists of words that data columns may hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["mean_grade", "good_or_better"]
"""What decides the verdict on a theme."""

OVERALL = "Overall"


class Role(StrEnum):
    """In what role a rater graded."""

    AUDITOR = "auditor"
    SECOND_AUDITOR = "second_auditor"
    SELF = "self"
    MODERATOR = "moderator"
    EXTERNAL_MODERATOR = "external_moderator"
    PANEL = "panel"
    INSPECTOR = "inspector"
    BRIDGE = "bridge"


AUDITING_ROLES = (Role.AUDITOR, Role.SECOND_AUDITOR)
MODERATING_ROLES = (Role.MODERATOR, Role.EXTERNAL_MODERATOR)


class AuditType(StrEnum):
    """Kind of audit."""

    COLLABORATIVE = "collaborative"
    CASE_FILE = "case_file"
    THEMED = "themed"
    MULTI_AGENCY = "multi_agency"
    DIP_SAMPLE = "dip_sample"
    RE_AUDIT = "re_audit"
    CALIBRATION = "calibration"
    INSPECTION = "inspection"
    OTHER = "other"


ROUTINE_AUDITS = (AuditType.COLLABORATIVE, AuditType.CASE_FILE)


class Selection(StrEnum):
    """How a case was chosen for moderation."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    ALL = "all"
    TARGETED = "targeted"
    UNKNOWN = "unknown"


PROBABILITY_SELECTIONS = (Selection.RANDOM, Selection.STRATIFIED, Selection.ALL)


class DomainTag(StrEnum):
    """What a domain is about: the child's experience, or the process."""

    CHILD = "child"
    PROCESS = "process"
