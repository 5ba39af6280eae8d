"""The settings of a proposal, table by table, each line with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qaf_analysis.data.contract.columns import KINDS
from qaf_analysis.data.contract.problems import counted
from qaf_analysis.data.contract.spelling import spelling_key
from qaf_analysis.data.files.heading_words import domain_tag, is_overall
from qaf_analysis.data.proposal.asking import Asking
from qaf_analysis.data.proposal.dates_order import Order
from qaf_analysis.data.proposal.draft import Confidence, Draft, DraftTable, counts_in_words
from qaf_analysis.data.proposal.fields import Field
from qaf_analysis.data.proposal.identity import Identity
from qaf_analysis.data.proposal.meaning import Block, Meaning, graded_domains
from qaf_analysis.data.proposal.numbered import BEST_FIRST, WORST_FIRST
from qaf_analysis.data.proposal.places import Place
from qaf_analysis.data.proposal.words import Words, unfinished
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.scale import OFSTED4

UNKNOWN = "unknown"
UNNAMED = "Unnamed council"
_SURE: Mapping[int, Confidence] = {4: "sure", 3: "sure", 2: "likely"}
_NUMBERS: Mapping[str, Mapping[str, str]] = {
    BEST_FIRST: dict(zip(("1", "2", "3", "4"), reversed(OFSTED4.levels), strict=True)),
    WORST_FIRST: dict(zip(("1", "2", "3", "4"), OFSTED4.levels, strict=True)),
}
_WORDS_OF: Mapping[str, str] = {
    "role": "in what role somebody read",
    "audit_type": "what kind of audit it was",
    "selected_by": "how an audit was chosen for moderation",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One source with all that its block of settings says.

    Parameters
    ----------
    key : str
        Stands before the keys of questions about it.
    """

    meaning: Meaning
    place: Place
    order: Order
    identity: Identity
    key: str = ""


def compose(
    draft: Draft, *, name: str, parts: Sequence[Part], words: Words, asking: Asking
) -> None:
    """Write every table of the settings into a draft."""
    _council(draft, name=name, parts=parts, words=words)
    _domains(draft, parts, asking=asking)
    _grades(draft, parts, words=words, asking=asking)
    _spellings(draft, words)
    for number, part in enumerate(parts, start=1):
        _file(draft, part, number=number, words=words, asking=asking)


def _council(draft: Draft, *, name: str, parts: Sequence[Part], words: Words) -> None:
    table = draft.table("[council]")
    if name == UNNAMED:
        why = "no file names the council; reports print the name and its key is kept under it"
        table.add("name", name, why, "unsure")
    else:
        table.add("name", name, "printed on reports; settle it before the first report", "asked")
    counts: dict[str, int] = dict.fromkeys(OFSTED4.levels, 0)
    for word, level in words.grades.levels.items():
        counts[level] += words.grades.counts[word]
    table.add("scale", OFSTED4.name, f"cells by grade: {counts_in_words(counts)}")
    if words.not_graded:
        cells = words.grades.cells(words.not_graded)
        why = f"{counted(cells, 'grade cell')} say that no grade was meant"
        table.add("not_graded", list(words.not_graded), why)
    if words.missing:
        table.add("missing_words", list(words.missing), "these words mean an empty cell", "asked")
    overall = [domain for domain in _all_domains(parts) if is_overall(domain)]
    if len(overall) > 1 and OVERALL not in overall:
        table.add("headline_domain", overall[0], "the grade for the whole audit", "unsure")


def _all_domains(parts: Sequence[Part]) -> list[str]:
    """Every domain graded, the overall one first, then as the files have them."""
    found: dict[str, None] = {}
    for part in parts:
        if part.meaning.kind != "actions":
            found |= dict.fromkeys(graded_domains(part.meaning))
    by_key = {spelling_key(domain): domain for domain in reversed(found)}
    domains = [domain for domain in found if by_key[spelling_key(domain)] == domain]
    return sorted(domains, key=lambda domain: not is_overall(domain))


def _domains(draft: Draft, parts: Sequence[Part], *, asking: Asking) -> None:
    domains = _all_domains(parts)
    tags = {domain: "" if is_overall(domain) else domain_tag(domain) for domain in domains}
    child = [domain for domain, tag in tags.items() if tag == "child"]
    process = [domain for domain, tag in tags.items() if tag == "process"]
    agreed = True
    if child or process:
        agreed = asking.agrees(
            "domain_tags",
            asks=f"By their words these domains are about the child's experience: "
            f"{', '.join(child) or 'none'}; and these about process: "
            f"{', '.join(process) or 'none'}. Is that right?",
            consequence="yes: the report compares the two; no: none is tagged, and it does not",
        )
    spelt = [d for d in domains if d != OVERALL and is_overall(d)]
    if len(spelt) == 1:
        table = draft.table("[spellings.domain]", why="The grade for the whole audit.")
        for word in spelt:
            table.add(word, OVERALL, "the overall grade under the name that reports use", "likely")
    table = draft.table(
        "[domains]", why="What is graded: about the child, the process, or neither."
    )
    renamed = dict.fromkeys(spelt, OVERALL) if len(spelt) == 1 else {}
    for domain in dict.fromkeys(renamed.get(domain, domain) for domain in domains):
        tag = tags.get(domain, "") if agreed else ""
        table.add(domain, tag, "the words suggest it" if tag else "", "asked" if tag else "sure")


def _grades(draft: Draft, parts: Sequence[Part], *, words: Words, asking: Asking) -> None:
    table = draft.table(
        "[grades]", why="Words that stand for a grade, with the cells that hold them."
    )
    counts = words.grades.counts
    for word, level in words.declared.items():
        slip: Confidence = "likely" if word in words.grades.likely else "sure"
        table.add(word, level, counted(counts[word], "cell"), slip)
    numbered = [f for part in parts for f in part.meaning.graded_fields if f.is_numbered]
    if not numbered:
        return
    cells = sum(f.profile.filled for f in numbered)
    answer = asking.choose(
        "numbers",
        asks="Grades are given as numbers. Which end of the scale is best?",
        options=tuple(_NUMBERS),
        proposed=words.best_number,
        consequence=f"{counted(cells, 'cell')}; the wrong answer turns every grade round"
        + ("; the files write numbers beside the words so" if words.best_number else ""),
    )
    meant = _NUMBERS.get(answer)
    for number, level in (meant or {}).items():
        table.add(number, level, counted(counts.get(number, 0), "cell"), "asked")


def _spellings(draft: Draft, words: Words) -> None:
    for column, found in words.spellings.items():
        what = _WORDS_OF.get(column, "one person's names")
        table = draft.table(f"[spellings.{column}]", why=f"Words for {what}.")
        for word, fixed in found.items():
            number = words.counts[column][word] if column in words.counts else 0
            table.add(word, fixed, counted(number, "cell") if number else "", "likely")


def _file(draft: Draft, part: Part, *, number: int, words: Words, asking: Asking) -> None:
    meaning, place = part.meaning, part.place
    kind = meaning.kind or "audits"
    head = draft.table("[[files]]", name=f"files {number}", why=_summary(meaning))
    head.add("path", place.path, _path_why(meaning, place))
    if place.database:
        head.add("database", place.database, "an SQLite file of the folder, only ever read")
        head.add("query", place.query, "the whole table; a query of your own may join several")
    head.add("kind", kind, "by the columns it has")
    if meaning.shape != "long":
        head.add("shape", meaning.shape, _SHAPE_WHY[meaning.shape])
    _sheets_and_rows(head, part)
    drafts = unfinished(meaning, key=part.key, asking=asking)
    if drafts:
        head.add("not_data", list(drafts), "forms so marked are unfinished, and no audits", "asked")
    if part.identity.siblings is not None:
        head.add("siblings", part.identity.siblings, "one form covers several children", "asked")
    _half_grades(head, words, asking=asking)
    if part.order.order is not None:
        head.add("date_order", part.order.order, part.order.why, part.order.confidence)
    _columns(draft, part, number=number)
    _domain_table(draft, "[files.domains]", f"files {number} domains", meaning.domains)
    _questions(draft, meaning, number=number)
    _block(draft, "second_auditor", meaning.second_auditor, number=number)
    _block(draft, "moderator", meaning.moderator, number=number)
    _names(draft, place, number=number)
    _constants(draft, part, number=number, asking=asking)
    if part.identity.days is not None:
        table = draft.table("[files.match]", name=f"files {number} match")
        table.add("by", "case_ref", "rows that carry no audit's id are joined by the child")
        table.add("days", part.identity.days, "days between them at most", "asked")


_SHAPE_WHY: Mapping[str, str] = {
    "wide": "a row is an audit, a column a domain",
    "answers": "a row is the answer to one question of a form",
}


def _summary(meaning: Meaning) -> str:
    source = meaning.source
    tables = len(source.tables)
    text = f"{counted(source.records, 'row')} in {counted(tables, 'table')}."
    if meaning.shape == "answers":
        text += f" {counted(meaning.ignored, 'question')} are not wanted and will not be read."
    return text


def _path_why(meaning: Meaning, place: Place) -> str:
    files = len({table.grid.file for table in meaning.source.tables})
    return f"{counted(files, 'file')} with the same headings" if "*" in place.path else ""


def _sheets_and_rows(head: DraftTable, part: Part) -> None:
    meaning, place = part.meaning, part.place
    if place.sheet is not None:
        head.add("sheet", place.sheet, "the other sheets hold no such table")
    if place.sheets is not None:
        several = place.sheets if isinstance(place.sheets, str) else list(place.sheets)
        head.add("sheets", several, "all of them have the same headings")
    rows = meaning.source.first.heading_rows
    if rows > 1:
        head.add("header_rows", rows, "headings stand in several rows, some of them merged")
    sums: dict[str, int] = {}
    for table in meaning.source.tables:
        for label, number in table.sums.items():
            shown = _without_names(label, meaning)
            if shown:
                sums[shown] = sums.get(shown, 0) + number
    if sums and meaning.shape != "answers":
        why = f"{counted(sum(sums.values()), 'row')} sum up others and hold no record"
        head.add("not_data", list(sums), why)


def _without_names(label: str, meaning: Meaning) -> str:
    """Label of a row of totals, cut before anybody's name; empty where it begins with one."""
    blocks = [b for b in (meaning.second_auditor, meaning.moderator) if b is not None]
    fields = [*meaning.columns.get("auditor", ()), *meaning.columns.get("moderator", ())]
    fields += [block.rater for block in blocks if block.rater is not None]
    key = label.casefold()
    places = [
        key.find(name.casefold()) for f in fields for name in f.profile.words if len(name) > 2
    ]
    named = [place for place in places if place >= 0]
    return label[: min(named)].strip(" -–:,") if named else label


def _half_grades(head: DraftTable, words: Words, *, asking: Asking) -> None:
    between = words.grades.between
    if not between:
        return
    cells = words.grades.cells(between)
    answer = asking.choose(
        "half_grades",
        asks="Some cells name two neighbouring grades. What do they count as?",
        options=("aside", "lower", "higher"),
        proposed="aside",
        consequence=f"{counted(cells, 'cell')}; aside: they are set aside and listed",
    )
    if answer != "aside":
        head.add("half_grades", answer, f"{counted(cells, 'cell')} between two grades", "asked")


def _columns(draft: Draft, part: Part, *, number: int) -> None:
    meaning, identity = part.meaning, part.identity
    table = draft.table(
        "[files.columns]", name=f"files {number} columns", why="Our name = the heading in the file."
    )
    if identity.audit_id:
        built = len(identity.audit_id) > 1
        value = list(identity.audit_id) if built else identity.audit_id[0]
        table.add("audit_id", value, identity.why, "sure" if identity.sure else "unsure")
    if identity.case_ref:
        table.add("case_ref", identity.case_ref, "the number is the child's", "unsure")
    for name in dict.fromkeys((*KINDS, "question", "answer")):
        fields = meaning.columns.get(name, ())
        if not fields or name == "audit_id":
            continue
        if meaning.kind == "moderations" and name == "case_ref" and identity.days is None:
            continue
        headings = [f.heading for f in fields]
        confidence = _SURE.get(meaning.weights.get(name, 3), "unsure")
        why = f"{counted(fields[0].profile.filled, 'cell')}"
        table.add(name, headings if len(headings) > 1 else headings[0], why, confidence)


def _domain_table(
    draft: Draft, head: str, name: str, domains: Mapping[str, tuple[Field, ...]]
) -> None:
    table = draft.table(head, name=name)
    for domain, fields in domains.items():
        headings = [f.heading for f in fields]
        cells = sum(f.profile.filled for f in fields)
        why = f"{counted(cells, 'grade')}"
        if len(headings) > 1:
            why += "; versions of one question, never asked together"
        table.add(domain, headings if len(headings) > 1 else headings[0], why)


def _questions(draft: Draft, meaning: Meaning, *, number: int) -> None:
    table = draft.table("[files.questions]", name=f"files {number} questions")
    for name, f in meaning.questions.items():
        table.add(name, f.heading, counted(f.profile.filled, "answer"), "likely")


def _block(draft: Draft, who: str, block: Block | None, *, number: int) -> None:
    if block is None or block.rater is None:
        return
    table = draft.table(f"[files.{who}]", name=f"files {number} {who}")
    filled = counted(block.rater.profile.filled, "row")
    table.add(
        "rater",
        block.rater.heading,
        f"who graded; filled in {filled}",
        "sure" if block.sure else "unsure",
    )
    further = draft.table(f"[files.{who}.columns]", name=f"files {number} {who} columns")
    for name, f in block.columns.items():
        further.add(name, f.heading, counted(f.profile.filled, "cell"), "likely")
    _domain_table(draft, f"[files.{who}.domains]", f"files {number} {who} domains", block.domains)


def _names(draft: Draft, place: Place, *, number: int) -> None:
    table = draft.table("[files.from_name]", name=f"files {number} from_name")
    for where, pattern in place.from_name.items():
        table.add(where, pattern, f"taken from the name of each {where}", "likely")


def _constants(draft: Draft, part: Part, *, number: int, asking: Asking) -> None:
    meaning = part.meaning
    table = draft.table("[files.constants]", name=f"files {number} constants")
    if meaning.kind == "audits":
        _missing_team(table, part, asking=asking)
        if not _is_named(part, "auditor"):
            auditor = asking.choose(
                f"{part.key}auditor",
                asks="No column names the auditor. What should stand instead?",
                proposed="",
                consequence="all audits will count as one auditor's: agreement cannot be measured",
            )
            table.add("auditor", auditor or "Not named", "no column names the auditor", "asked")
    moderated = meaning.kind == "moderations" or meaning.moderator is not None
    further = meaning.moderator.columns if meaning.moderator is not None else meaning.columns
    if moderated and "selected_by" not in further:
        chosen = asking.choose(
            f"{part.key}selected_by",
            asks="How were audits chosen for moderation? No column says it.",
            options=("random", "stratified", "all", "targeted", UNKNOWN),
            proposed=UNKNOWN,
            consequence="unknown: moderators' grades are shown, but not carried over to all audits",
        )
        if chosen != UNKNOWN:
            table.add("selected_by", chosen, "as answered", "asked")


def _is_named(part: Part, name: str) -> bool:
    """Whether a column, a question or a name gives the value."""
    in_names = any(f"{{{name}}}" in pattern for pattern in part.place.from_name.values())
    return in_names or name in part.meaning.columns or name in part.meaning.questions


def _missing_team(table: DraftTable, part: Part, *, asking: Asking) -> None:
    if _is_named(part, "team"):
        return
    team = asking.choose(
        f"{part.key}team",
        asks="No column, sheet, file or title names the team. What should stand instead?",
        proposed="All teams",
        consequence="all audits count as one team's",
    )
    table.add("team", team, "no team is named in the files", "asked")
