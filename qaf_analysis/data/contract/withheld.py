"""Texts made fit to leave the intake step: only words that can name nobody are kept.

A run is kept for years and read by people who may not see the exports. Names of files, sheets and
columns were typed by somebody, and may name a child or a colleague. So no word of them goes into a
run unless it is on the list below; whoever may see the exports finds all of them, as they stood,
in the protected place (``council.set_aside``).
"""

from __future__ import annotations

import re

LEFT_OUT = "…"
NOT_KEPT = "see the list of findings, which is kept outside the run"

_KNOWN = frozenset(
    re.findall(
        r"[a-z]+",
        """
        a action actions activity additional after age agreed agreement all allocated an analysed
        analysis and annual answer answers april area areas assessment assessments at audit
        audited auditor auditors audits august author average before blank blind board book by
        calibration care case cases category check child children childrens client closed co code
        collaborative column comment comments committee completed completion conferences
        consultancy core council councils count csv data date dates day december design details
        director division domain domains draft due early end ended entry error event evidence
        example export exports external family february feedback fields figures file files final
        financial first follow form forms found framework friday from full further grade graded
        grades grading group groups hidden id identifier improvement in independent index initial
        inspection internal invented january judgement judgements july june key last late lcs
        leader leaving level levels liquidlogic list local locality located log long lookup main
        manager march master may method missing moderated moderation moderations moderator
        moderators monday month monthly mosaic multi name names new no not note notes november
        number numbers o october ods of old on open other outcome outcomes overall own panel part
        partner peer person place plan planning plans practice practitioner present process
        programme protection pseudonym quality quarter quarterly question questions raised random
        rated rater raters rating ratings raw re reason reasons record recorded recording records
        ref reference register report reporting response responses result results return returned
        returns review reviewed reviewer reviewers reviews risk role round rounds row rows sample
        sampled samples saturday second section selected selection september sequence service
        services session sessions shape sharepoint sheet sheets signed social source staff stage
        start started status step steps submitted summary sunday supervision support survey table
        tables target team teams template test text the theme themed themes third thursday time
        title to toml tool total totals tracker tsv tuesday two txt type types unit update updated
        user verified version versions voice wednesday week weekly wide with work workbook worker
        workers workflow working xls xlsb xlsm xlsx year yearly years yes
        """,
    )
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_DAY = re.compile(r"\d{1,2}([./ _-])\d{1,2}\1\d{2,4}(?!\d)|\d{4}([./ _-])\d{1,2}\2\d{1,2}(?!\d)")
_APART = rf"(?:[^\w{LEFT_OUT}]|_){{0,4}}"
_SPLIT = rf"(?:[^\w{LEFT_OUT}]|_){{1,4}}"
# In a name, unlike a message, three numbers side by side are a day whatever stands between them.
_IN_FIGURES = re.compile(
    rf"(?<!\d)\d{{1,2}}{_SPLIT}\d{{1,2}}{_SPLIT}\d{{2,4}}(?!\d)"
    rf"|(?<!\d)\d{{4}}{_SPLIT}(?:0?[1-9]|1[0-2]){_SPLIT}\d{{1,2}}(?!\d)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W\d_])"
)
# The number of a day; behind a letter, as in Q3, it is none.
_NUMBER_OF_DAY = r"(?<![^\W_])(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third)"
_IN_WORDS = (
    rf"(?:{_NUMBER_OF_DAY}{_APART}(?:of{_APART})?{_MONTH}"
    rf"|(?<![^\W\d_]){_MONTH}{_APART}(?:the{_APART})?\d{{1,2}}(?:(?:st|nd|rd|th)(?![^\W\d_])|(?!\d)))"
)
_YEAR_OF_DAY = r"(?:19|20)?\d\d(?!\d)"
_DAY_IN_NAME = re.compile(
    rf"(?:(?:19|20)\d\d{_APART})?{_IN_WORDS}(?:{_APART}{_YEAR_OF_DAY})?", re.IGNORECASE
)
_DAY_IN_MESSAGE = re.compile(
    rf"(?<!row )(?<!rows )(?:{_IN_WORDS}{_APART}{_YEAR_OF_DAY}"
    rf"|(?<!\d)(?:19|20)\d\d{_APART}{_IN_WORDS})",
    re.IGNORECASE,
)
# A month that is misspelt, or in another language, was left out as a word already.
_LEFT_OUT_MONTH = re.compile(
    rf"(?<![^\W_])\d{{1,2}}{_APART}{LEFT_OUT}{_APART}\d{{2,4}}(?!\d)"
    rf"|{LEFT_OUT}{_APART}\d{{1,2}}{_SPLIT}\d{{4}}(?!\d)"
    rf"|(?<!\d)\d{{4}}{_APART}{LEFT_OUT}{_APART}\d{{1,2}}(?!\d)"
)
_RUN_LEFT_OUT = re.compile(rf"{LEFT_OUT}(?:[\s_,'’&·-]*{LEFT_OUT})+")
_YEAR = re.compile(r"(19|20)\d\d")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|‘[^’]*’(?!\w)|«[^»]*»|`[^`]*`|(?<!\w)'[^'\n]*'(?!\w)")
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"(?<!row )(?<!rows )(?<!\d)\d{5,}")
_NAMED_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]{2,8} \d{2,4}\b")


def only_known_words(text: str) -> str:
    """Text in which every word is an ordinary one of this field, and … stands for any other.

    Whole numbers stay where they are short or a year; a day does not, in figures or in words, nor
    does what might be one: a number and a year with a word left out beside them.

    Examples
    --------
    >>> only_known_words("Audits 2023-24 Q1.xlsx"), only_known_words("J Smith 14.3.12")
    ('Audits 2023-24 Q1.xlsx', '…')
    >>> only_known_words("Case 3rd Mar 2011.xlsx"), only_known_words("Audits March 2019.xlsx")
    ('Case ….xlsx', 'Audits March 2019.xlsx')
    """
    hidden = _TOKEN.sub(_kept, _DAY_IN_NAME.sub(LEFT_OUT, _IN_FIGURES.sub(LEFT_OUT, text)))
    # What stands between two words left out would tell how many they were.
    hidden = _LEFT_OUT_MONTH.sub(LEFT_OUT, _RUN_LEFT_OUT.sub(LEFT_OUT, hidden))
    hidden = _RUN_LEFT_OUT.sub(LEFT_OUT, hidden)
    return "".join(c for c in hidden if c.isprintable())


def without_cells(text: str) -> str:
    """A message without any piece of a cell: quotations, dates, long numbers, lines to paste.

    Examples
    --------
    >>> without_cells('perhaps "AUD-1" is meant, of 2012-03-14: delete row 12345')
    'perhaps "…" is meant, of …: delete row 12345'
    """
    first, *rest = text.split("\n", 1)
    shown = _QUOTED.sub(f'"{LEFT_OUT}"', first)
    for pattern in (_DAY, _DAY_IN_MESSAGE, _NAMED_DAY, _ADDRESS, _NUMBER):
        shown = pattern.sub(LEFT_OUT, shown)
    return f"{shown.rstrip()} {LEFT_OUT}" if rest else shown


def phrases(text: str, *, longest: int = 8) -> set[str]:
    """Every run of words of a text, of four letters or more: what might be a whole cell.

    Examples
    --------
    >>> sorted(phrases("see Jane Doe"))
    ['Jane', 'Jane Doe', 'see Jane', 'see Jane Doe']
    """
    words = re.sub(r"\brows? \d+", " ", text).split()
    runs = {
        " ".join(words[start : start + length]).strip(".,;:()[]…\"'“”‘’")
        for length in range(1, longest + 1)
        for start in range(len(words) - length + 1)
    }
    return {run for run in runs if len(run) >= 4}


def _kept(match: re.Match[str]) -> str:
    token = match[0]
    if token.isdigit():
        return token if len(token) <= 2 or _YEAR.fullmatch(token) else LEFT_OUT
    is_known = token.casefold() in _KNOWN or token in ("Q", "s")
    return token if is_known else LEFT_OUT
