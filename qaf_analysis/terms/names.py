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
    ANCHOR = "anchor"
    CONSENSUS = "consensus"
    RETEST = "retest"


AUDITING_ROLES = (Role.AUDITOR, Role.SECOND_AUDITOR)
MODERATING_ROLES = (Role.MODERATOR, Role.EXTERNAL_MODERATOR)
REREADING_ROLES = (Role.ANCHOR, Role.CONSENSUS, Role.RETEST)
"""Grades that tell about the moderator who gave them, and nothing of the audit."""
NOT_STATED = (Role.BRIDGE, *REREADING_ROLES)
"""Roles that a kind of file gives; no column states them."""
TICKED = ("yes", "no", "not sure")
"""What a moderator may answer to whether a file, or its grade, was known before."""


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


class BridgeKind(StrEnum):
    """Which audits were graded on both of two scales, and so what a comparison carries.

    Re-read: old audits are read again, blind, on the new scale. Auditors' present strictness is
    taken out, and the change is one of practice. Graded twice: the auditor of a new audit grades
    it on the old scale too. Only words are translated, so that auditors who became kinder or
    harsher on both scales count as a change of practice.
    """

    RE_READ = "re_read"
    GRADED_TWICE = "graded_twice"
