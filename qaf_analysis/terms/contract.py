"""The columns a council may bring, with what each means and what it makes possible."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of an export.

    Parameters
    ----------
    name : str
        Our name of the column.
    meaning : str
        What it holds.
    required : bool
        Whether a file without it is refused.
    unlocks : str
        What cannot be reported without it; empty for required columns.
    """

    name: str
    meaning: str
    required: bool = False
    unlocks: str = ""


AUDIT_FIELDS = (
    Field(name="audit_id", meaning="Identifier of the audit, as text", required=True),
    Field(
        name="case_ref",
        meaning="Identifier of the child's file, as text",
        unlocks="cases audited more than once",
    ),
    Field(name="audit_date", meaning="Day of the audit", required=True),
    Field(
        name="quarter",
        meaning="Financial quarter such as 2019-20 Q3; worked out from the day, and checked "
        "against it where given",
        unlocks="audits entered under the wrong quarter",
    ),
    Field(name="team", meaning="Team that holds the case", required=True),
    Field(
        name="case_type",
        meaning="Kind of case, such as child protection",
        unlocks="grades by case type, and themes about a type of case",
    ),
    Field(name="auditor", meaning="Who graded; replaced by a code", required=True),
    Field(name="domain", meaning="Domain graded; Overall is a domain", required=True),
    Field(name="grade", meaning="A level of the declared scale", required=True),
    Field(
        name="audit_type",
        meaning="collaborative, case_file, themed, multi_agency, dip_sample, re_audit, "
        "calibration, inspection or other",
        unlocks="routine audits told apart from themed and calibration audits",
    ),
    Field(name="theme", meaning="Theme of a themed audit", unlocks="themed audits by name"),
    Field(name="session_id", meaning="Audit day or room", unlocks="calibration sessions"),
    Field(
        name="co_located",
        meaning="yes or no: auditors sat together",
        unlocks="audits done together told apart",
    ),
    Field(
        name="collaborative",
        meaning="yes or no: the worker took part",
        unlocks="share of collaborative audits",
    ),
    Field(
        name="family_feedback",
        meaning="yes or no: the family was heard",
        unlocks="share of audits with family feedback",
    ),
    Field(name="sample_method", meaning="How the case was drawn", unlocks="sampling basis"),
    Field(
        name="role",
        meaning="auditor, second_auditor or self",
        unlocks="who graded first, where the order of rows does not say",
    ),
    Field(
        name="blind",
        meaning="yes or no: graded without sight of the other grade",
        unlocks="blind second readings told apart",
    ),
)

MODERATION_FIELDS = (
    Field(name="audit_id", meaning="The audit that was moderated", required=True),
    Field(name="moderator", meaning="Who moderated; replaced by a code", required=True),
    Field(
        name="moderation_source",
        meaning="Partner council, peer, consultancy …",
        unlocks="moderation by source",
    ),
    Field(name="moderated_on", meaning="Day of the moderation", required=True),
    Field(name="domain", meaning="Domain graded", required=True),
    Field(name="grade", meaning="The moderator's grade", required=True),
    Field(
        name="reason",
        meaning="Free text; kept out of every output",
        unlocks="whether a reason was given",
    ),
    Field(name="round", meaning="Moderation exercise", unlocks="rounds by name"),
    Field(
        name="selected_by",
        meaning="random, stratified, all, targeted or unknown",
        unlocks="moderation-adjusted grades: without it none is given",
    ),
    Field(
        name="selection_probability",
        meaning="Chance with which the case was drawn, above 0 and up to 1",
        unlocks="weights for unequal draws",
    ),
    Field(
        name="blind",
        meaning="yes or no: graded without sight of the auditor's grade",
        unlocks="unblinded moderation told apart",
    ),
    Field(name="response", meaning="What the auditor answered", unlocks="disputed moderations"),
)

ACTION_FIELDS = (
    Field(name="action_id", meaning="Identifier of the action; replaced by a code", required=True),
    Field(
        name="theme",
        meaning="Theme that the action answers, as in council.toml",
        unlocks="actions by theme, and whether they were closed before the quarters after it",
    ),
    Field(name="domain", meaning="Domain that the action is about", unlocks="actions by domain"),
    Field(name="team", meaning="Team that is to act", unlocks="actions by team"),
    Field(name="raised_on", meaning="Day on which the action was raised", required=True),
    Field(
        name="due_on",
        meaning="Day by which it is to be closed; may lie ahead",
        unlocks="actions closed in time, late or overdue",
    ),
    Field(
        name="closed_on",
        meaning="Day on which it was closed; blank while it is open",
        unlocks="actions closed",
    ),
    Field(
        name="verified_on",
        meaning="Day on which somebody saw that it was done; blank if nobody did",
        unlocks="actions verified",
    ),
    Field(
        name="verified_by_audit",
        meaning="audit_id of the re-audit that showed it",
        unlocks="actions verified by re-audit",
    ),
)
