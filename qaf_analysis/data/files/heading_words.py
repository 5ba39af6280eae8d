"""What a heading says: which of our columns it may be, whose block it is in, what is private.

Headings are matched by words that councils use. A match is a proposal; the cells below decide
with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from qaf_analysis.data.contract.columns import KINDS
from qaf_analysis.data.files.headings import folded
from qaf_analysis.terms.names import OVERALL, DomainTag

_WHO = (
    r"(?:child|children|person|people|client|case|lcs|lls|mosaic|ics|icss|carefirst|protocol|"
    r"liquidlogic|eclipse|azeus|service user|young person|yp|cyp|student|pupil|subject|su|"
    r"individual|file)"
)
_NO = r"(?:id|ids|no|nos|number|num|ref|refs|reference|identifier|pin|record)"
_AUDIT = (
    r"(?:audit|form|step|workflow|workflow step|episode|response|submission|questionnaire|"
    r"record|assessment form|instance|audit form|case audit|case file audit|audit tool|qa)"
)
_PERSON = (
    r"(?:auditor|reader|reviewer|rater|grader|assessor|"
    r"(?:auditing|reviewing|reading|grading) (?:manager|officer|lead|worker))"
)
_MODERATED = r"(?:moderat\w*|validat\w*|quality assured|qa d|calibrated|second tier|verif\w*)"
_WHEN = r"(?:date|day|when|on)"
# Each heading word with its weight: 3 is the name itself, 2 a good sign, 1 a hint.
_MEANINGS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "audit_id": (
        (3, rf"^(?:unique )?(?:{_AUDIT} )+(?:unique )?{_NO}$"),
        (2, rf"\b{_AUDIT} (?:unique )?{_NO}\b"),
        (2, r"^(?:audit|form|step|workflow|questionnaire|response) instance$"),
        (1, r"^(?:id|ref|reference|unique id|unique ref\w*|record id|row id)$"),
    ),
    "case_ref": (
        (3, rf"^(?:{_WHO} ?s? ?)+{_NO}$"),
        (2, rf"\b{_WHO}(?: s)?(?: \w+){{0,2}} {_NO}\b|\b{_NO} (?:of|for) (?:the )?{_WHO}\b"),
        (1, r"^(?:child|person|client|case|lcs|mosaic|young person|service user|pin)$"),
        (1, rf"^(?:family|household|sibling group) {_NO}$"),
    ),
    "audit_date": (
        (3, rf"^(?:{_WHEN} (?:of )?(?:the )?audit\w*|audit\w* (?:date|on|day)|date audit\w*)\b"),
        (3, r"^when (?:did|was|were|have) .*\b(?:audit\w*|review\w*|read)\b"),
        (2, r"\b(?:date|completed|completion).*\baudit\b|\baudit.*\b(?:date|completed)\b"),
        (2, r"\b(?:date (?:of )?completi?o?n?e?d?|complet(?:ed|ion) (?:date|on|time|at))\b"),
        (
            2,
            r"\b(?:review|reading|reviewed|read|audited) (?:date|on)\b|"
            r"\bdate (?:of )?re(?:view|ad)",
        ),
        (1, r"^(?:date|day|month|completed|submitted|finish\w*|date finished|end date|when)$"),
        (
            1,
            r"\b(?:submi\w+|finish\w*|end|closed) (?:date|time|on)\b|\bdate (?:submi|finish|ended)",
        ),
    ),
    "quarter": (
        (3, r"^(?:audit )?(?:quarter|qtr|financial quarter|fin qtr)$"),
        (2, r"\b(?:quarter|qtr)\b"),
        (1, r"^(?:period|audit period|reporting period)$"),
    ),
    "team": (
        (3, r"^(?:(?:allocated|social work|sw|case|holding|worker s|workers) )?team(?: name)?$"),
        (2, r"\bteam\b"),
        (1, r"^(?:service|service area|unit|locality|area|pod|hub|office|district|cluster|group)$"),
        (1, r"\b(?:service area|locality|social work unit|hub)\b"),
    ),
    "case_type": (
        (3, r"^(?:case type|type of case|case category|category of case|child s plan type)$"),
        (2, r"\b(?:plan type|type of plan|case status|legal status|status of (?:the )?child)\b"),
        (2, r"\b(?:type of (?:the )?(?:case|intervention|involvement)|child status|cohort)\b"),
        (1, r"^(?:status|category|type|pathway|need|plan|primary need|intervention)$"),
    ),
    "auditor": (
        (
            3,
            rf"^(?:name of )?(?:the )?(?:first |1st |lead |primary )?{_PERSON}"
            r"(?: 1| s name| name)?$",
        ),
        (2, r"\b(?:audited|completed|reviewed|graded|read|assessed|undertaken|carried out) by\b"),
        (2, rf"\b{_PERSON}\b"),
        (
            2,
            r"^(?:first |1st |main |lead |primary )?(?:audit|read|reading|review)(?: details)? "
            r"(?:name|by|who|person)$",
        ),
        (1, r"\b(?:assigned (?:worker|to)|author|owner|created by|submitted by|your name|user)\b"),
        (1, r"^(?:name|worker|manager)$"),
    ),
    "second_auditor": (
        (
            3,
            rf"\b(?:second|2nd|co|joint|paired|peer|buddy|other) ?{_PERSON}\b|"
            rf"\b{_PERSON} (?:2|b)\b",
        ),
        (
            2,
            r"\b(?:second|2nd|double|joint|jointly|also|paired)\b.*\b(?:by|name|audit\w*|read\w*)\b",
        ),
    ),
    "moderator": (
        (3, r"\bmoderator\b(?!.*\b(?:grade|date|comment\w*|judg\w*|rating|score|reason)\b)"),
        (3, rf"\b{_MODERATED} by\b|\bwho moderated\b"),
        (1, rf"^(?:qa|quality assurance|{_MODERATED}) (?:lead|officer|manager|name|person)$"),
    ),
    "moderated_on": (
        (3, rf"\b{_WHEN}\b.*\b{_MODERATED}\b|\b{_MODERATED}\b.*\b(?:date|day|on)\b"),
        (2, r"^moderat(?:ed|ion)$"),
    ),
    "selected_by": (
        (3, r"\b(?:how|why)\b.*\b(?:chosen|selected|picked|sampled)\b"),
        (3, r"^(?:selection|selected by|sampling|sampled|selection (?:method|basis|reason|type))$"),
        (
            2,
            r"\b(?:sampl\w+|selection) (?:method|basis|type|route)\b|"
            r"\b(?:basis|method) of (?:sel|sam)",
        ),
        (2, r"\breason (?:chosen|selected|for (?:selection|moderat\w+|choosing|sampling))\b"),
    ),
    "selection_probability": ((3, r"\b(?:chance|probability)(?: of selection)?\b"),),
    "moderation_source": (
        (3, r"^(?:moderation source|source of moderation)$"),
        (2, r"^(?:source|moderating (?:body|council|authority))$"),
    ),
    "round": ((3, r"^(?:round|moderation (?:round|exercise|panel))$"),),
    "reason": (
        (3, r"^(?:reason|reasons|reason for (?:the )?(?:change|difference|grade)|rationale)\b"),
    ),
    "response": ((3, r"\bauditor s? ?response\b"),),
    "audit_type": (
        (3, r"^(?:type of audit|audit type|kind of audit)$"),
        (2, r"\b(?:audit|form) type\b|\btype of audit\b"),
    ),
    "role": (
        (3, r"^(?:role|auditor role|reader role|audit role|reading|first or second.*)$"),
        (2, r"\b(?:step type|type of (?:step|read\w*)|workflow step|step name|step|stage)\b"),
        (
            1,
            r"^(?:type|form type|form name|audit type|form|reader|which reader|read|which read|"
            r"(?:read|reading|reader|auditor) (?:no|number|order))$",
        ),
    ),
    "theme": ((3, r"^(?:theme|audit theme|themed audit|theme of (?:the )?audit)$"),),
    "session_id": ((3, r"^(?:session(?: id)?|audit session|calibration session)$"),),
    "co_located": ((3, r"^co located$|\bsat together\b|\bsame room\b"),),
    "collaborative": ((3, r"^collaborative$|\bworker (?:present|took part|involved)\b"),),
    "family_feedback": ((3, r"\b(?:family|parent\w*|child) (?:feedback|spoken to|contacted)\b"),),
    "sample_method": ((3, r"^(?:how (?:was the )?(?:case )?(?:chosen|selected)|sample method)$"),),
    "blind": ((3, r"\bblind\b"),),
    "domain": (
        (3, r"^(?:domain|area of practice|practice area|practice domain|area graded)$"),
        (
            2,
            r"^(?:area|standard|section|criteri\w+|aspect|judge?ment area|element|"
            r"practice standard|area audited|measure|indicator|heading|component)$",
        ),
    ),
    "grade": (
        (3, r"^(?:grade|judge?ment|rating|grading|grade given|audit grade|final grade)$"),
        (1, r"^(?:score|outcome|result|answer|response|value)$"),
    ),
    "question": (
        (3, r"^(?:question|question text|question name|form question|question wording|q text)$"),
        (
            2,
            r"^(?:item|field|field name|prompt|label|question label|element|control)$|"
            rf"\bquestion\b|^(?:q|item|field|prompt) (?:{_NO}|key|code|wording)$",
        ),
    ),
    "answer": (
        (3, r"^(?:answer|answer text|answer given|response|response text|answer value)$"),
        (2, r"^(?:value|field value|reply|selected option|option|text)$|\banswer\b"),
    ),
    "action_id": ((3, r"^action (?:id|no|number|ref|reference)$"), (1, r"^action$")),
    "raised_on": (
        (3, r"\b(?:raised|action (?:set|agreed|date|created))\b"),
        (2, r"\bdate (?:set|raised|agreed)\b"),
    ),
    "due_on": ((3, r"\b(?:due|target date|deadline|by when)\b"),),
    "closed_on": ((3, r"\b(?:closed|date completed|completed (?:on|date)|completion date)\b"),),
    "verified_on": ((3, r"\b(?:verified (?:on|date)|date (?:verified|checked))\b"),),
    "verified_by_audit": ((3, r"\bverified by (?:audit|re audit)\b"),),
}
# Somebody's role: a column so headed holds names of people, which no report may print as teams.
_ROLE = (
    r"(?:manager|worker|lead|leader|supervisor|practitioner|iro|chair|chairperson|head|director)"
)
_PLACE = r"(?:team|service|service area|unit|locality|area|pod|hub|office|district)"
_OF_SOMEBODY = re.compile(rf"\b{_ROLE}s?\b")
_THEIR_TEAM = re.compile(
    rf"\b{_ROLE}s?(?: s)? {_PLACE}(?: name)?$|^(?:which|what)(?: is the)? {_PLACE}\b(?! {_ROLE}\b)"
)
_NEAR = 0.85
_SECOND = re.compile(
    r"\b(?:second|2nd|double|reader 2|auditor 2|auditor b|reader b|a2|aud2|co audit\w*|"
    r"peer (?:audit\w*|grade)|joint audit\w*|other auditor)\b"
)
_MODERATOR = re.compile(
    r"\b(?:moderat\w*|mod|modd?|validat\w*|agreed|quality assured|after moderation|final agreed)\b"
)
_PRIVATE = re.compile(
    r"\b(?:d ?o ?b|birth|born|nhs|upn|surname|forename|first name|last name|child(?: s)? name|"
    r"name of (?:the )?(?:child|young person|client|parent)|young person(?: s)? name|client name|"
    r"(?:child|person|young person|client) (?:s )?(?:details|information|record) name|"
    r"(?:parent|mother|father|carer|family|service user|person|pupil|student)(?: s)? name|"
    r"address|postcode|post code|phone|telephone|mobile|e ?mail|national insurance|ethnicity|"
    r"gender|sex|religion|initials)\b"
)
_OVERALL = re.compile(
    r"^(?:the )?(?:final |audit |moderated |agreed |summary |moderators? |s )*"
    r"(?:grade|judge?ment|rating|grading)(?: (?:for|of) (?:this|the) audit| after moderation)?$|"
    r"\bwhole file\b"
)
_BESIDE_OVERALL = re.compile(
    r"(?:overall|what|is|was|the|your|our|a|grad(?:e|ed|ing)|judge?ment|rat(?:ing|ed)|score|outcome|"
    r"of|for|in|on|this|that|audits?|practice|quality|effectiveness|file|case|child|s|auditor|"
    r"moderat(?:ed|or|ion)|agreed|final|after|second|reader|how|would|you|please|give|to|work|"
    r"good|well|effective|rate)"
)
_A_GRADE = r"(?:grade|grading|judge?ment|rating|score|overall)"
_ANOTHER_AUDIT = re.compile(
    r"\bprevious(?:ly)?\b|"
    r"\b(?:prior|last|earlier|former|next|target|predicted|expected)"
    rf"(?: \w+){{0,2}} (?:{_A_GRADE}|audit\w*)\b|"
    rf"\bself (?:{_A_GRADE}|audit\w*|evaluat\w+|assess\w*|graded|rated)\b|"
    rf"\bworker s? ?{_A_GRADE}\b|\bown {_A_GRADE}\b"
)
_LOOSE = ("date", "name", "on", "by", "who", "person", "reason", "comments", "grade")
_NO_GRADER = re.compile(r"\b(?:social worker|allocated|case ?holder|iro|key ?worker)\b")
_CHILD = re.compile(
    r"\b(?:voice|lived experience|wishes|feelings|views|child s experience|day to day|daily life|"
    r"impact on the child|outcomes? for (?:the )?child\w*|participation|direct work|heard|"
    r"child focus)\b"
)
_PROCESS = re.compile(
    r"\b(?:supervision|management|oversight|recording|case record\w*|chronolog\w*|timel\w*|"
    r"case summar\w*|core groups?|strategy (?:meetings?|discussions?)|decision making|compliance|"
    r"file (?:quality|order)|visits? recorded)\b"
)


_TELLS_QUESTION = re.compile(rf"^(?:q|question|item|field|prompt) (?:{_NO}|key|code|text|wording)$")


@lru_cache(maxsize=8192)
def plain_heading(heading: str) -> str:
    """Lower-case words of a heading, without its numbering and punctuation.

    Examples
    --------
    >>> plain_heading("Q4.5: Child's ID no."), plain_heading("AuditID"), plain_heading("audit_id")
    ('child s id no', 'audit id', 'audit id')
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    text = re.sub(r"[^\w]+|_", " ", text.casefold()).strip()
    if _TELLS_QUESTION.search(text):
        return text  # this Q is no numbering of the heading
    return re.sub(r"^(?:(?:q(?:uestion)? ?)?\d+|q)(?: \d+)* (?=\D)", "", text)


@lru_cache(maxsize=65_536)
def heading_weight(heading: str, name: str) -> int:
    """How strongly a heading says one of our columns: 0 not at all, 4 its very name.

    Examples
    --------
    >>> heading_weight("LCS Person ID", "case_ref"), heading_weight("Overall", "case_ref")
    (3, 0)
    """
    if name in KINDS and folded(heading) == folded(name):
        return 4
    plain = plain_heading(heading)
    if name == "team" and _OF_SOMEBODY.search(plain) and not _THEIR_TEAM.search(plain):
        return 0
    found = (weight for weight, words in _MEANINGS[name] if re.search(words, plain))
    return max(found, default=0) or (2 if _misspelt(folded(heading)) == name else 0)


@lru_cache(maxsize=8192)
def _misspelt(key: str) -> str:
    """The one of our names that a folded heading is a slip for, if any."""
    names = {folded(name): name for name in KINDS if name in _MEANINGS}
    near = get_close_matches(key, list(names), n=1, cutoff=_NEAR) if len(key) <= 30 else []
    return names[near[0]] if near else ""


def meanings() -> tuple[str, ...]:
    """Every column that a heading may mean."""
    return tuple(_MEANINGS)


@lru_cache(maxsize=8192)
def says_anything(heading: str) -> bool:
    """Whether a heading names any column we know, a private one, or an overall grade."""
    strong = any(heading_weight(heading, name) >= 1 for name in _MEANINGS)
    return strong or is_private(heading) or is_overall(heading)


def block_of(heading: str) -> str:
    """Whose column a heading says it is: "second_auditor", "moderator", or "" for the auditor.

    Examples
    --------
    >>> block_of("Second auditor / Name"), block_of("Moderated: Overall"), block_of("Overall")
    ('second_auditor', 'moderator', '')
    """
    plain = plain_heading(heading)
    if _MODERATOR.search(plain):
        return "moderator"
    return "second_auditor" if _SECOND.search(plain) else ""


def is_loose(heading: str) -> bool:
    """Whether a heading is too short to say whose it is, such as Date or Name."""
    return plain_heading(heading) in _LOOSE


def needs_upper(heading: str) -> bool:
    """Whether a heading says what it is only with the merged one above it, such as Name or ID."""
    plain = plain_heading(heading)
    return plain in _LOOSE or re.fullmatch(_NO, plain) is not None


def of_no_grader(heading: str) -> bool:
    """Whether a heading speaks of somebody who works with the family and grades nothing.

    Examples
    --------
    >>> of_no_grader("Allocated social worker"), of_no_grader("First reader")
    (True, False)
    """
    return _NO_GRADER.search(plain_heading(heading)) is not None


def tells_question(heading: str) -> bool:
    """Whether a heading says that the column names questions, by their text or their number.

    Examples
    --------
    >>> tells_question("Q No"), tells_question("Question code"), tells_question("Number")
    (True, True, False)
    """
    return _TELLS_QUESTION.search(plain_heading(heading)) is not None


def is_private(heading: str) -> bool:
    """Whether a column of that heading identifies a child or family and must be left out.

    Examples
    --------
    >>> is_private("Date of birth"), is_private("Child's name"), is_private("Child ID")
    (True, True, False)
    """
    return _PRIVATE.search(plain_heading(heading)) is not None


def of_another_audit(heading: str) -> bool:
    """Whether a heading speaks of an earlier or later audit, or of a worker's own view.

    Examples
    --------
    >>> of_another_audit("Previous audit grade"), of_another_audit("Self-evaluation grade")
    (True, True)
    >>> of_another_audit("Quality of last supervision")
    False
    """
    return _ANOTHER_AUDIT.search(plain_heading(heading)) is not None


def is_overall(text: str) -> bool:
    """Whether a domain or heading is the grade for the whole audit.

    Examples
    --------
    >>> is_overall("Overall grade for this audit"), is_overall("Overall impact on the child")
    (True, False)
    """
    plain = plain_heading(text)
    words = plain.split()
    if "overall" in words and all(_BESIDE_OVERALL.fullmatch(word) for word in words):
        return True
    return _OVERALL.search(plain) is not None


def domain_tag(domain: str) -> str:
    """Tag that a domain's words suggest: "child", "process" or "".

    Examples
    --------
    >>> domain_tag("Voice of the child"), domain_tag("Supervision"), domain_tag("Plan")
    ('child', 'process', '')
    """
    plain = plain_heading(domain)
    if _CHILD.search(plain):
        return str(DomainTag.CHILD)
    return str(DomainTag.PROCESS) if _PROCESS.search(plain) else ""


_GRADING = re.compile(
    r"^(?:please )?(?:how (?:would|do|did) you (?:grade|rate|judge)|"
    r"how (?:good|well|effective|strong|robust) (?:is|are|was|were)|what (?:is|was) (?:the|your) "
    r"(?:grade|judge?ment|rating)(?: for| of)?|(?:grade|rate|judge|rating|grading|judge?ment)"
    r"(?: for| of| given (?:for|to))?)[\s:–-]+(?:the )?(?:quality of )?(?:the )?"
    r"|^(?:the )?quality of (?:the )?",
    re.IGNORECASE,
)
_NUMBERING = re.compile(
    r"^\s*(?:q(?:uestion)?\s*)?\d+(?!\d|st|nd|rd|th)(?:[.)]\d*)*[.):]?\s*(?=\D)|"
    r"^\s*q\s*[:.-]\s*",
    re.IGNORECASE,
)
_BLOCK_WORDS = re.compile(
    r"^(?:(?:second|2nd)(?: auditor| reader| reading)?|moderat(?:ed|or|ion)(?: s|'s)?|mod|"
    r"auditor(?: [12ab])?(?:'s)?|reader(?: [12ab])?|"
    r"(?:first|1st)(?: auditor| reader| reading)?)"
    r"\s*(?:[:–-]\s*|\s+(?=\w))",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[:–-]?\s*\(?(?:grade|judge?ment|rating|grading|score)\)?|\?|\bof the file\b)\s*$", re.I
)


def domain_name(text: str) -> str:
    """Short name of a domain from its heading or question.

    Examples
    --------
    >>> domain_name("1. Assessment"), domain_name("Grade the quality of planning")
    ('Assessment', 'Planning')
    >>> domain_name("Overall grade for this audit"), domain_name("Q: Child voice")
    ('Overall', 'Child voice')
    """
    if is_overall(text):
        return OVERALL
    whole = " ".join(text.split())
    short = _NUMBERING.sub("", whole)
    if not re.search(r"[^\W\d_]{2}", short):
        return whole  # nothing but a number, such as Q9.1: it is all the name there is
    for pattern in (_BLOCK_WORDS, _NUMBERING, _GRADING, _TAIL, _TAIL):
        rest = pattern.sub("", short).strip(" -–:?")
        short = rest or short
    if is_overall(short):
        return OVERALL
    return short[:1].upper() + short[1:]
