"""Personal details where none should be: seen, counted, and never quoted.

A pattern cannot know every name. These look for what stands around a name (a family word, a
title, initials), for common first names, and for numbers and dates that point at one person. How
often they miss and how often they are wrong is measured in ``tests/data/cells/test_personal.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pandas as pd

from qaf_analysis.data.contract.distinct import Texts, distinct, where
from qaf_analysis.data.contract.problems import Problems
from qaf_analysis.terms.scale import OFSTED4

_SEARCHED = 4_000
"""Characters of a text that are searched: some patterns take the square of a length in time."""

_FAMILY = (
    "mum|mummy|mam|mother|dad|daddy|father|parent|nan|nana|gran|granny|grandma|grandad|"
    "grandmother|grandfather|grandparent|sister|brother|sibling|half-sister|half-brother|"
    "step-?mum|step-?mother|step-?dad|step-?father|aunt|auntie|uncle|cousin|partner|ex-partner|"
    "boyfriend|girlfriend|husband|wife|son|daughter|baby|child|boy|girl|twin|carer|foster carer|"
    "worker|social worker|SW|practitioner|manager|auditor|moderator|IRO|chair|teacher|GP"
)
# Words that begin with a capital after a family word without being a name.
_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        """
        I A The And But In On At To Was Is Has Had Not No Yes Social Child Children Family
        Families Ofsted Police Health School Early Help Plan Plans Section Court Monday Tuesday
        Wednesday Thursday Friday Saturday Sunday January February March April May June July
        August September October November December Christmas Easter Care Core Group
        Impact Voice Protection In Need Looked After Team
        Service Services Strategy Review Assessment English British Local Authority Council Legal
        Order Act Practice Signs Safety Life Story Work Chronology Supervision Management Oversight
        Recording Overall Quarter Agency Agencies Domain Grade Audit Moderation North South East
        West Central Independent Reviewing Officer
        """
        + " ".join(OFSTED4.levels),
    )
)
_FIRST_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    Aaron Abbie Abdul Abdullah Abigail Adam Adele Adrian Ahmed Aidan Aisha Alan Albert Aleksandra
    Alex Alexander Alexandra Alfie Alice Alicia Alison Amanda Amelia Amir Amy Andrea Andrew
    Angela Anita Ann Anna Anne Annie Anthony Antonio Archie Arjun Arthur Ashley Ava Ayesha Barbara
    Beatrice Ben Benjamin Bethany Beverley Bilal Bradley Brandon Brenda Brian Bryony Caitlin
    Callum Cameron Caroline Catherine Charlie Charlotte Chelsea Chloe Chris Christina Christine
    Christopher Claire Clare Colin Connor Courtney Craig Daisy Daniel Daniela Danielle Darren Dave
    David Dawn Dean Deborah Debra Denise Derek Diane Donna Dorothy Dylan Edward Eleanor Elena
    Elizabeth Ella Ellie Elliot Ellen Emily Emma Eric Erin Ethan Evelyn Evie Farah Fatima
    Fiona Florence Frances Francesca Freddie Freya Gareth Gary Gavin Gemma Geoffrey George
    Georgia Georgina Gillian Glenn Graham Grzegorz Hamza Hannah Harriet Harry Harvey Hassan Hayley
    Heather Heidi Helen Henry Hollie Holly Hugo Ian Ibrahim Imogen Imran Ines Irene Isaac Isabel
    Isabella Isabelle Isla Ismail Jack Jackie Jacob Jacqueline Jade Jake James Jamie Jane Janet
    Janice Jasmine Jason Jayden Jean Jeffrey Jennifer Jenny Jeremy Jessica Jill Joan Joanne Joe Joel
    John Jonathan Jordan Joseph Josh Joshua Joyce Judith Julia Julian Julie Kamran Karen Karolina
    Kate Katherine Kathleen Katie Kayleigh Keith Kelly Kenneth Kerry Kevin Khadija Kieran Kimberley
    Kirsty Kwame Kyle Lara Laura Lauren Leah Leanne Lee Leo Leon Lewis Liam Lily Linda Lindsay Lisa
    Logan Lorraine Louis Louise Lucas Lucy Luis Luke Lydia Lynn Maisie Malcolm Marcus Margaret
    Maria Marie Marion Martin Martyn Mary Maryam Mason Matilda Matthew Maureen Megan Melanie
    Melissa Mia Michael Michelle Miguel Millie Mohamed Mohammad Mohammed Molly Muhammad Musa
    Naomi Natalie Natasha Nathan Neil Niamh Nicholas Nicola Nigel Noah Noor Oliver Olivia
    Oluwaseun Omar Oscar Owen Paige Pamela Patricia Patrick Paul Paula Pauline Peter Philip Phoebe
    Piotr Poppy Priya Rachel Rebecca Rhys Richard Riley Robert Robin Roger Ronald Rory Roxanne
    Ruby Russell Ruth Ryan Sally Sam Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean Sebastian
    Shannon Sharon Shaun Sheila Shirley Sian Simon Siobhan Sofia Sophia Sophie Stacey Stanley Stella
    Stephanie Stephen Steve Steven Stuart Susan Suzanne Sylvia Tamara Tanya Tara Tariq Teresa
    Theo Theresa Thomas Tim Timothy Toby Tom Tomasz Tony Tracey Tracy Tyler Valerie Vanessa
    Veronica Victoria Vincent Wayne Wendy William Yasmin Yusuf Yvonne Zachary Zainab Zara Zoe
    """,
    )
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ -](?:{_MONTH})[a-z]*\.?[ ,-]+(?:\d{{4}}|\d{{2}}))"
)
_NAME = r"[A-Z][a-z]+(?:['’-][A-Z][a-z]+)?"
_STREET = (
    "Street|St|Road|Rd|Avenue|Ave|Close|Lane|Drive|Way|Court|Crescent|Gardens|Terrace|Place|"
    "Grove|Hill|Walk|Row|Square|Mews|Parade"
)
_SYSTEMS = "mosaic|lcs|liquidlogic|carefirst|care first|azeus|ics|framework-?i|eclipse|swift"

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "a date of birth": re.compile(
        rf"\bborn\b.{{0,20}}\d|\bd\.?\s?o\.?\s?b\b\.?|\bdate of birth\b|\bbirthday\b.{{0,20}}\d"
        rf"|\bb\. ?{_DATE}|\({_DATE}\)",
        re.I,
    ),
    "an address": re.compile(
        rf"\b\d{{1,4}}[A-Za-z]?,? (?:{_NAME} ){{1,3}}(?:{_STREET})\b"
        r"|\b[Ff]lat \d{1,3}[A-Za-z]?\b"
        # Areas never begin with Q, V or X; and the inward part has none of C I K M O V.
        r"|\b(?![QVXqvx])[A-Za-z]{1,2}\d[A-Za-z\d]?\ ?\d(?!(?:st|nd|rd|th)\b)"
        r"[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}\b"
    ),
    "a telephone number": re.compile(
        r"(?:\+44\ ?(?:\(0\)\ ?)?|\b0)(?:\d[ -]?){9,10}\b(?!\d)"
        r"|\(0\d{2,4}\)\ ?\d{3,4}[ -]?\d{3,4}\b"
    ),
    "an e-mail address": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+"),
    "a National Insurance number": re.compile(
        r"\b[A-CEGHJ-PR-TW-Z]{2}\ ?\d{2}\ ?\d{2}\ ?\d{2}\ ?[A-D]\b", re.I
    ),
    "a pupil number": re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[A-Z\d]\b", re.I),
    "a case number": re.compile(
        rf"\b(?:{_SYSTEMS}|case|client|child|person|pupil|record|file|ref|reference)\s*"
        r"(?:(?:no|number|id|ref|reference)\b\.?)?\s*[:#]?\s*\d{5,}\b"
        r"|\b[A-Z]{2}\d{2}[CPFZ]\d{5}\b",  # a family court's
        re.I,
    ),
}
_NEED_DIGIT = frozenset(_PATTERNS) - {"a date of birth", "an e-mail address"}
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sgt|PC|DC|DS)\.? [A-Z][A-Za-z'’-]+"
    rf"|\b[A-Z]\.\s?(?:[A-Z]\.\s?)?{_NAME}\b"
    rf"|\b{_NAME}, [A-Z]\b\.?(?![a-z])"
)
_CAPITAL = re.compile(r"\b([A-Z][a-z]+)(?:['’]s)?\b")
_BEFORE = re.compile(
    rf"(?:\b(?i:{_FAMILY})(?:,|:|\s?[-–])?(?i:\s+(?:is|was|called|named))?"
    r"|\b(?i:initials|known as|name is|named|called))\s+[(-]?\s?$"
)
_AFTER_NAME = re.compile(
    rf"\s(?:{_STREET}|School|Academy|Hospital|House|Centre|Act|Council|Quality|Review)\b"
)
_LONGEST_BEFORE = 40
_TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_DIGIT = re.compile(r"\d")
_ANY_DATE = re.compile(rf"(?<![\d./-]){_DATE}(?![\d/-])", re.I)
_BEGINS_WITH_INITIAL = re.compile(rf"(?:[A-Z]\.? ){{1,2}}({_NAME})")


def details_in(text: str) -> tuple[str, ...]:
    """What kinds of personal detail a text seems to hold, in words; never the details.

    Examples
    --------
    >>> details_in("Mum (Sharon) says she was born 14.3.12; NHS 943 476 5919")
    ('a date of birth', 'a name', 'an NHS number')
    >>> details_in("Good analysis, but the chronology is thin before 2019.")
    ()
    """
    searched = text[:_SEARCHED]
    has_digit = _DIGIT.search(searched) is not None
    found = [
        kind
        for kind, pattern in _PATTERNS.items()
        if (has_digit or kind not in _NEED_DIGIT) and pattern.search(searched)
    ]
    if _holds_name(searched):
        found.append("a name")
    if has_digit and any(is_nhs_number(match) for match in _TEN_DIGITS.findall(searched)):
        found.append("an NHS number")
    return tuple(found)


def details_in_label(text: str) -> tuple[str, ...]:
    """What a team, a theme or the like seems to hold; there a date or an initial tells more.

    Examples
    --------
    >>> details_in_label("J Smith"), details_in_label("14/03/2012"), details_in_label("Team A")
    (('a name',), ('a date',), ())
    """
    found = details_in(text)
    initial = _BEGINS_WITH_INITIAL.fullmatch(text.strip())
    if initial and initial[1] not in _NO_NAME and "a name" not in found:
        found += ("a name",)
    if _ANY_DATE.search(text):
        found += ("a date",)
    return found


def _holds_name(text: str) -> bool:
    for match in _TITLED.finditer(text):
        if match[0].partition(",")[0] not in _NO_NAME:
            return True
    for match in _CAPITAL.finditer(text):
        word = match[1]
        if word in _NO_NAME:
            continue
        if word in _FIRST_NAMES and not _AFTER_NAME.match(text, match.end()):
            return True
        if _BEFORE.search(text[max(0, match.start() - _LONGEST_BEFORE) : match.start()]):
            return True
    return False


def is_nhs_number(text: str) -> bool:
    """Whether ten digits have the check digit of an NHS number.

    The digits are weighed 10 to 2; eleven less the remainder by eleven is the last digit, with 11
    written 0 and no number for 10 (NHS Data Dictionary, NHS NUMBER).

    Examples
    --------
    >>> is_nhs_number("943 476 5919"), is_nhs_number("943 476 5918")
    (True, False)
    """
    digits = [int(c) for c in text if c.isdigit()]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    weighed = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - weighed % 11) % 11 == digits[-1]


def warn_of_personal_details(
    texts: Texts, *, heading: str, problems: Problems, is_label: bool = False
) -> None:
    """Warn of rows whose text seems to identify somebody, without quoting it.

    Parameters
    ----------
    is_label : bool
        Whether the column holds short labels, such as teams, which go into reports as they stand.
    """
    look: Callable[[str], tuple[str, ...]] = details_in_label if is_label else details_in
    found = distinct(texts)
    kinds = [" and ".join(look(text)[:3]) if text else "" for text in found.texts]
    if not any(kinds):
        return
    kind_of = pd.Series(found.spread(kinds, missing=""), index=texts.index)
    text_goes = (
        "what stands in this column is printed in reports"
        if is_label
        else "the text itself goes into no output"
    )
    for kind in dict.fromkeys(kind_of[kind_of != ""]):
        problems.warn_each(
            [int(row) for row in texts.index[(kind_of == kind).to_numpy(dtype=bool)]],
            code="personal_details",
            column=heading,
            found=f"what seems to be {kind}, which may identify somebody",
            expected="no names, dates of birth, numbers or addresses here",
            mend=f"take the details out at source; {text_goes}",
        )


def warn_of_dates(texts: Texts, *, heading: str, problems: Problems) -> None:
    """Warn of rows whose identifier is a date: most often a date of birth, typed for a number."""
    if not any(mark in "|".join(distinct(texts).texts) for mark in "./- "):
        return  # no date is written without one of them
    dates = where(texts, lambda text: _ANY_DATE.fullmatch(text.strip()) is not None)
    problems.warn_each(
        [int(row) for row in texts.index[dates]],
        code="date_as_identifier",
        column=heading,
        found="a date where an identifier should be",
        expected="the identifier of the file or the audit, never a date of birth",
        mend="write the identifier; two children of one birthday are taken for one child",
    )
