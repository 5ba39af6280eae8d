"""The columns a council may bring and what it declares beforehand, with what each means."""

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


@dataclass(frozen=True, kw_only=True)
class SettingsKey:
    """One key of a table in ``council.toml``.

    Parameters
    ----------
    name : str
    holds : str
        What kind of value, with an example.
    meaning : str
        What it says, and what figures make of it.
    needed : str
        "yes", "no", or on what it depends.
    """

    name: str
    holds: str
    meaning: str
    needed: str = "no"


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
    Field(
        name="scale",
        meaning="Name of the scale that the grade is on, where the day does not tell",
        unlocks="grades on another scale than that of their day",
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
        meaning="Chance with which the case was drawn in this round, above 0 and up to 1",
        unlocks="weights for unequal draws",
    ),
    Field(
        name="blind",
        meaning="yes or no: graded without sight of the auditor's grade",
        unlocks="unblinded moderation told apart",
    ),
    Field(name="response", meaning="What the auditor answered", unlocks="disputed moderations"),
    Field(
        name="scale",
        meaning="Name of the scale that the grade is on, where the day does not tell",
        unlocks="grades on another scale than that of their day",
    ),
)

BRIDGE_FIELDS = (
    Field(name="audit_id", meaning="The audit that was graded again", required=True),
    Field(name="reader", meaning="Who graded it; replaced by a code", required=True),
    Field(name="read_on", meaning="Day on which it was graded again", required=True),
    Field(name="domain", meaning="Domain graded", required=True),
    Field(
        name="grade",
        meaning="A level of a scale other than the one on which the audit was graded",
        required=True,
    ),
    Field(
        name="scale",
        meaning="Name of the scale that the grade is on; if blank, the one in use on `read_on`",
        unlocks="new audits graded on the earlier scale too",
    ),
    Field(
        name="blind",
        meaning="yes or no: graded without sight of the first grade",
        unlocks="a verdict on the change over a new scale: without it none is given",
    ),
    Field(
        name="selected_by",
        meaning="random, stratified, all, targeted or unknown: how the audits were chosen",
        unlocks="a verdict on the change over a new scale: without it none is given",
    ),
)
REREADING_FIELDS = (
    Field(name="audit_id", meaning="The audit whose case was read", required=True),
    Field(name="moderator", meaning="Who read it; replaced by a code", required=True),
    Field(
        name="reading",
        meaning="anchor (own earlier reading, again, two rounds later or more), consensus (read by "
        "others before) or retest (own reading of the round before, again)",
        required=True,
    ),
    Field(name="round", meaning="Round of moderation, as in `moderations`", required=True),
    Field(name="read_on", meaning="Day on which it was read", required=True),
    Field(name="domain", meaning="Domain graded", required=True),
    Field(name="grade", meaning="The moderator's grade", required=True),
    Field(
        name="recognised",
        meaning="yes, no or not sure: whether the moderator knew the file again",
        unlocks="readings from memory told apart",
    ),
    Field(
        name="saw_audit_grade",
        meaning="yes, no or not sure: whether the moderator saw the audit's grade",
        unlocks="readings that were not blind told apart",
    ),
    Field(
        name="scale",
        meaning="Name of the scale that the grade is on; if blank, the one in use on `read_on`",
        unlocks="cases read again after the scale changed",
    ),
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
SCALE_KEYS = (
    SettingsKey(
        name="name",
        holds='text, such as `"five"`; a scale listed above needs no levels',
        meaning="What a column `scale` and other tables call it",
        needed="yes",
    ),
    SettingsKey(
        name="levels",
        holds='a list of 2 to 11 words, such as `["Urgent", "Expected", "Strong"]`, worst first',
        meaning="Its grades, in order",
        needed="unless the scale is listed above",
    ),
    SettingsKey(
        name="good_from",
        holds="text: one of the levels, not the worst",
        meaning="The lowest level that counts as positive",
        needed="unless the scale is listed above",
    ),
    SettingsKey(
        name="positive",
        holds='text, such as `"expected standard or better"`; made from `good_from` if absent',
        meaning="What that level and those above it are called together, within a sentence",
    ),
    SettingsKey(
        name="from",
        holds='a date such as `2027-04-01`, or a quarter such as `"2027-28 Q1"`',
        meaning="First day on which it is in use. Before it the scale of `[council]` is, or the "
        "one declared before; grades on two scales are never compared as they stand",
    ),
    SettingsKey(
        name="to",
        holds="a date or a quarter, on which its last day falls",
        meaning="Last day; if absent, the day before the next scale begins",
    ),
    SettingsKey(
        name="spellings",
        holds="a table: further word = level",
        meaning="Other words for its levels. Those under `[grades]` hold for every scale that has "
        "the level they name",
    ),
)
WORD_MAP_KEYS = (
    SettingsKey(
        name="from",
        holds="a date or a quarter",
        meaning="First day of the new words; earlier audits are mapped",
        needed="yes",
    ),
    SettingsKey(
        name="approved_by",
        holds='text, such as `"Head of service"`',
        meaning="Role that approved the map, no person's name. It is printed",
        needed="yes",
    ),
    SettingsKey(
        name="version",
        holds='text, such as `"1"`',
        meaning="Version of the map. It is printed",
        needed="yes",
    ),
    SettingsKey(
        name="words",
        holds='a table: `"Early help" = "Family Help"`',
        meaning="New word for each old one. Nothing is renamed when exports are read: analyses of "
        "the mix of audits ask for the words of today",
        needed="yes",
    ),
)
THEME_KEYS = (
    SettingsKey(
        name="name",
        holds='text, such as `"Chronologies"`',
        meaning="What the theme is called in reports; no two alike. Audits and actions refer to "
        "it in their column `theme`",
        needed="yes",
    ),
    SettingsKey(
        name="audited_in",
        holds='a quarter, such as `"2018-19 Q2"`',
        meaning="Quarter of the themed audit; it counts neither as before nor as after",
        needed="yes",
    ),
    SettingsKey(
        name="domain",
        holds="text: a domain of `[domains]`",
        meaning="The domain that it is about, compared with domains no theme touched",
        needed="this or `case_type`",
    ),
    SettingsKey(
        name="case_type",
        holds="text: a type of case as in the audits",
        meaning="The type of case that it is about. Nothing in the same audits serves as a "
        "comparison, so no change is claimed",
        needed="this or `domain`",
    ),
    SettingsKey(
        name="selected_in",
        holds='a list of quarters, such as `["2018-19 Q1"]`, each before `audited_in`',
        meaning="Quarters whose findings led to the choice of the theme; they count neither as "
        "before nor as after",
    ),
    SettingsKey(
        name="phase_in_quarters",
        holds="a whole number from 0 to 4; 0 if absent",
        meaning="Quarters after the themed audit in which what was decided took hold; they count "
        "neither as before nor as after",
    ),
    SettingsKey(
        name="activity",
        holds="text",
        meaning="The improvement activity that followed. It is printed; no figure rests on it",
    ),
    SettingsKey(
        name="controls",
        holds='a list of domains, such as `["Plan", "Risk"]`; only beside `domain`',
        meaning="Domains to compare with; if absent, every domain that is graded, that no theme "
        "is about and that is not the headline domain",
    ),
    SettingsKey(
        name="outcome",
        holds='`"mean_grade"` (if absent) or `"good_or_better"`; only the second beside '
        "`case_type`",
        meaning="Whether the mean grade or the positive share decides the verdict; the other is "
        "printed beside it",
    ),
)
REPORT_KEYS = (
    SettingsKey(
        name="name",
        holds='text, such as `"Example County Council"`',
        meaning="Shown in the head of the report; if absent, the name under `[council]`",
    ),
    SettingsKey(
        name="logo",
        holds='a file beside the exports, such as `"logo.png"`: PNG or SVG, at most 200 kB',
        meaning="Shown once, at the head of the report. An SVG may hold plain shapes and words "
        "only; save any other logo as PNG",
    ),
    SettingsKey(
        name="logo_alt",
        holds="text; `Logo of` and the name if absent",
        meaning="Words for readers who cannot see the logo",
    ),
    SettingsKey(
        name="colour",
        holds='text, such as `"#12436D"`',
        meaning="Colour of links, rules and the council's own number. Its contrast with white is "
        "at least 4.5:1. Charts keep their colours",
    ),
    SettingsKey(
        name="committee",
        holds='text, such as `"Children\'s Scrutiny Committee"`',
        meaning="To whom the report goes",
    ),
    SettingsKey(
        name="meeting",
        holds="a date without quotation marks, such as `2025-05-12`",
        meaning="Day on which they meet",
    ),
    SettingsKey(
        name="from",
        holds='text: a role, such as `"Head of Quality Assurance"`',
        meaning="From whom the report comes",
    ),
    SettingsKey(
        name="front_matter",
        holds='a list of at most 12 pairs, such as `[["Wards affected", "All"]]`',
        meaning="What a committee paper says first, label and text, in this order; in Word",
    ),
    SettingsKey(
        name="ask",
        holds="text of at most 60 words; generated if absent",
        meaning="What the committee is asked, in your own words",
    ),
    SettingsKey(
        name="reference",
        holds='a Word document beside the exports, such as `"committee report.docx"`, at most 5 MB',
        meaning="Your own styles, page, head and foot for Word; nothing of its text is used",
    ),
)
PROCESS_CHANGE_KEYS = (
    SettingsKey(
        name="kind",
        holds='text, such as `"training"`',
        meaning="A word of your own for what kind of change it is; no figure rests on it",
        needed="yes",
    ),
    SettingsKey(
        name="label",
        holds='text, such as `"Auditor training"`',
        meaning="What the change is called in reports",
        needed="yes",
    ),
    SettingsKey(
        name="starts",
        holds="a date without quotation marks, such as `2018-10-01`",
        meaning="Its first day. The quarter it lies in counts neither as before nor as after; "
        "changes of one quarter cannot be told apart",
        needed="yes",
    ),
)
AGREED_KEYS = (
    SettingsKey(
        name="action",
        holds="text of at most 300 characters",
        meaning="What is to be done, as it was agreed",
        needed="yes",
    ),
    SettingsKey(
        name="by",
        holds='a quarter, such as `"2019-20 Q4"`, or a date without quotation marks',
        meaning="When it is to be done; of a quarter its last day. It is overdue where that day "
        "lies before the end of the quarter reported and it is neither done nor dropped",
        needed="yes",
    ),
    SettingsKey(
        name="state",
        holds='`"done"`, `"part done"`, `"late"`, `"not started"` or `"dropped"`',
        meaning="How far it is, as you see it; it is printed as given",
        needed="yes",
    ),
    SettingsKey(
        name="owner",
        holds='text, such as `"Head of service"`',
        meaning="The role that is to do it; name no person",
        needed="no",
    ),
    SettingsKey(
        name="outcome",
        holds="text of at most 300 characters",
        meaning="What came of it; it is printed as given, and no figure rests on it",
        needed="no",
    ),
    SettingsKey(
        name="meeting",
        holds='text, such as `"Quality board, 14 January 2020"`',
        meaning="Where it was agreed",
        needed="no",
    ),
)
OPTIMISM_KEYS = (
    SettingsKey(
        name="tolerance",
        holds="a number of grades; if absent, a twelfth of the way from the worst grade to the "
        "best, and at least 0.125",
        meaning="Mean gap that counts as small. Auditors whose own gaps spread by more are too "
        "different for one correction",
    ),
    SettingsKey(
        name="good_shift",
        holds="a proportion; 0.125 if absent",
        meaning="Difference of the positive shares that counts as small",
    ),
    SettingsKey(
        name="severe_from",
        holds="a whole number of grades; if absent, half of that way, and at least 2",
        meaning="Grades apart from which a difference between auditor and moderator is severe",
    ),
    SettingsKey(
        name="severe_share",
        holds="a proportion; 0.1 if absent",
        meaning="Share of severe differences that counts as small",
    ),
)
