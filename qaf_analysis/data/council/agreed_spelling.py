"""One spelling for each team, domain and person across all exports of a council."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from qaf_analysis.data.cells.near_words import near_domain
from qaf_analysis.data.contract.distinct import Texts, blank, by_value, counts_of, together
from qaf_analysis.data.contract.paste import MOST_LINES, Line, block, fits_quotes, lines_for, listed
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.spelling import Joined, joined, spelling_key
from qaf_analysis.data.council.export import Export
from qaf_analysis.data.council.likely_people import Likely, likely_people
from qaf_analysis.terms.headlines import MOST_AREAS, stand_ins
from qaf_analysis.terms.names import OVERALL
from qaf_analysis.terms.settings import Settings

_WORDS = ("team", "case_type", "theme", "sample_method", "moderation_source", "round", "domain")
_PEOPLE = ("auditor", "second_auditor", "moderator", "rater")
_SHOWN = 5
_COMPARED = 50  # unknown domains, the commonest, to which a declared one is looked for
_CAN_AND_CANNOT = (
    "grades, agreement and trends can be reported for each domain; headline figures are then about "
    "one or two domains, each by itself; nothing can be said of an overall grade"
)


def agree_spellings(
    frames: Sequence[pd.DataFrame], *, exports: Sequence[Export], settings: Settings
) -> None:
    """Write the agreed spelling into the entries and report what was joined.

    Spellings are joined when they differ in case, spaces or the form of a quotation mark only,
    or when the settings declare them. Names that merely look alike are reported.

    Parameters
    ----------
    frames : sequence of DataFrame
        Entries by auditors and by moderators, and actions; changed in place.
    """
    for name in _WORDS:
        _join(frames, name, agreed=_declared(name, settings), exports=exports)
    people = {key: text for kind in _PEOPLE for key, text in _declared(kind, settings).items()}
    names = _join(frames, "rater", agreed=people, exports=exports)
    graded = [frame for frame in frames if "rater" in frame.columns]
    agreed = frozenset(people.values())
    _report_likely_people(names, agreed=agreed, frames=graded, exports=exports)


def set_unknown_domains_aside(
    frames: Sequence[pd.DataFrame], *, exports: Sequence[Export], settings: Settings
) -> None:
    """Set aside rows of a domain that the settings do not declare, where they declare any.

    Where they declare none every domain counts; one that only moderators graded is warned of.
    Actions need not be about a domain.

    Parameters
    ----------
    frames : sequence of DataFrame
        Entries by auditors, by moderators, and actions.
    """
    audits, moderations, *_ = frames
    headline = _headline_to_be(audits, settings=settings)
    known = {*settings.domains, *settings.judged_domains} if settings.domains else None
    for frame in frames:
        stated = ~blank(frame["domain"])
        unknown = frame[stated & ~frame["domain"].isin(known)] if known else frame.iloc[:0]
        for source, part in unknown.groupby("source"):
            export, part = exports[int(str(source))], part.drop_duplicates("row")
            export.problems.set_aside(
                part["row"].tolist(),
                code="unknown_domain",
                column=export.layout.heading("domain"),
                found=_each(part, "domain"),
                expected=f"one of {', '.join(sorted(known or ()))}",
                mend="correct the domain, or declare it in council.toml under [domains] or "
                "[spellings.domain]",
            )
            meant = {headline if d == settings.headline_domain else d for d in known or ()}
            _advise_on_domains(export, part, known=meant, headline=headline)
    _warn_of_no_headline(audits, offered=headline, exports=exports, settings=settings)
    if known is None and len(moderations):
        graded = audits["domain"].unique()
        alone = moderations[~moderations["domain"].isin(graded)]
        for source, part in alone.groupby("source"):
            export = exports[int(str(source))]
            export.problems.warn(
                code="domain_only_moderated",
                row=int(part["row"].iloc[0]),
                column=export.layout.heading("domain"),
                found="a domain that no auditor graded: "
                + ", ".join(sorted({extract(str(text)) for text in part["domain"]})[:_SHOWN]),
                expected="the domains of the audits",
                mend="correct the domain if it is a misspelling",
                rows=part["row"].nunique(),
            )


def _each(part: pd.DataFrame, name: str) -> list[str]:
    """The short piece to quote of each row's cell, made once for each distinct text."""
    return list(by_value(part[name], lambda text: extract(str(text))))


def _advise_on_domains(
    export: Export, part: pd.DataFrame, *, known: set[str], headline: str
) -> None:
    """Say all unknown domains of an export at once, with the lines that would declare them."""
    counts = counts_of(part["domain"])
    near = {
        domain: near_domain(domain, known, headline=headline) for domain in [*counts][:_COMPARED]
    }
    export.problems.advise(
        code="domains_to_declare",
        row=int(part["row"].iloc[0]),
        column=export.layout.heading("domain"),
        found=f"{counted(len(counts), 'domain')} not among those declared: {listed(counts)}",
        expected=f"one of {', '.join(sorted(known))}",
        mend="say in council.toml which domain each of them is (add the lines to the table if it "
        "is there already), or declare it under [domains] as one of its own"
        + block("spellings.domain", lines_for(counts, near=near, hint=" a declared domain")),
        rows=len(part),
    )


def _alike(audits: pd.DataFrame, *, settings: Settings) -> dict[str, int]:
    """Domains that may be the overall grade where none is called so, with their grades."""
    headline = settings.headline_domain
    if audits.empty or (audits["domain"] == headline).any():
        return {}
    counts = counts_of(audits["domain"])
    return {d: n for d, n in counts.items() if d and near_domain(d, [headline], headline=headline)}


def _headline_to_be(audits: pd.DataFrame, *, settings: Settings) -> str:
    """The domain that should be the headline one; the declared one unless that cannot be.

    Another name of the overall grade is a spelling of it, unless it is a domain of its own: as the
    settings have it, or because one audit has a grade for several of them.
    """
    headline = settings.headline_domain
    alike = _alike(audits, settings=settings)
    own = [domain for domain in alike if domain in settings.domains]
    if own:
        return own[0]
    agreed = set(settings.spellings.get("domain", {}).values())
    graded = audits.loc[audits["domain"].isin(alike), ["audit", "domain"]].drop_duplicates()
    several = bool(graded["audit"].duplicated().any())
    # A council that calls its headline domain otherwise has written a name that no audit has.
    apart = several or bool(agreed & alike.keys()) or headline != OVERALL
    return next(iter(alike)) if alike and apart and not settings.domains else headline


def _warn_of_no_headline(
    audits: pd.DataFrame, *, offered: str, exports: Sequence[Export], settings: Settings
) -> None:
    """Warn where no audit has a grade for the headline domain: of its other name, or the want."""
    headline = settings.headline_domain
    graded = audits["domain"].isin(settings.headline_domains or (headline,))
    if audits.empty or graded.any():
        return
    counts = {domain: n for domain, n in counts_of(audits["domain"]).items() if domain}
    alike = _alike(audits, settings=settings)
    first = audits[audits["domain"].isin(alike)].iloc[0] if alike else audits.iloc[0]
    export = exports[int(first["source"])]
    # To grade areas alone is no fault, so it is noted; a name that no audit has is one.
    tell = export.problems.warn if alike or headline != OVERALL else export.problems.note
    tell(
        code="headline_absent",
        row=int(first["row"]) if alike else None,
        column=export.layout.heading("domain"),
        found=f"no grade for the domain {headline}; the domains are {listed(counts)}",
        expected=f"a grade for {headline}, or in its place the domains that headline figures are "
        "about",
        mend=_headline_mend(alike, offered=offered, settings=settings)
        if alike
        else _areas_mend(audits, settings=settings),
        rows=sum(alike.values()) or sum(counts.values()),
    )


def _areas_mend(audits: pd.DataFrame, *, settings: Settings) -> str:
    """Which domains stand for the headline until others are named, and the line that names them."""
    once = audits[["audit", "domain"]].drop_duplicates()
    graded = counts_of(once["domain"])
    names = [name for name in settings.domains if name in graded]
    names += sorted(name for name in graded if name and name not in names)
    names = [name for name in names if name != settings.impact_domain and fits_quotes(name)]
    found = stand_ins({name: graded[name] for name in names})
    if not found:
        return _CAN_AND_CANNOT
    each = ", ".join(f'"{name}"' for name in found)
    rest = [f'"{name}"' for name in names if name not in found][:MOST_LINES]
    more = [f"# or others, {MOST_AREAS} at most: {', '.join(rest)}"] if rest else []
    return (
        f"until headlines are declared the first page is about {each}, each by itself. Name the "
        "domains that it should be about, or the one that judges the whole audit (the line stands "
        "under [council], in place of headline_domain if that is there)"
        + "\n".join(["", "[council]", f"headline_domains = [{each}]", *more])
    )


def _headline_mend(alike: Mapping[str, int], *, offered: str, settings: Settings) -> str:
    headline = settings.headline_domain
    if offered != headline:
        return (
            "if this is the overall grade, say so under [council] in council.toml (in place of "
            f"headline_domain, if that stands there); else {_CAN_AND_CANNOT}\n[council]\n"
            f'headline_domain = "{offered}"  # {counted(alike[offered], "grade")}, check that this '
            "is meant"
        )
    if settings.domains:
        return (
            "if it is the overall grade, use the lines offered for the domains that are not "
            f"declared; else {_CAN_AND_CANNOT}"
        )
    near = dict.fromkeys(alike, headline)
    return (
        "if it is the overall grade, say so in council.toml (add the lines to the table if it is "
        f"there already); else {_CAN_AND_CANNOT}"
        + block("spellings.domain", lines_for(alike, near=near, noun="grade"))
    )


def _declared(name: str, settings: Settings) -> dict[str, str]:
    agreed: dict[str, str] = {}
    if name == "domain":
        declared = (*settings.domains, *settings.judged_domains)
        agreed = {spelling_key(domain): domain for domain in declared}
    if name == "theme":
        agreed = {spelling_key(theme.name): theme.name for theme in settings.themes}
    words: Mapping[str, str] = settings.spellings.get(name, {})
    agreed |= {spelling_key(text): text for text in words.values()}
    return agreed | {spelling_key(text): words[text] for text in words}


def _join(
    frames: Sequence[pd.DataFrame],
    name: str,
    *,
    agreed: Mapping[str, str],
    exports: Sequence[Export],
) -> Texts:
    having = [frame for frame in frames if name in frame.columns and len(frame)]
    if not having:
        return pd.Series(dtype=object)
    result = joined(together([f[name] for f in having]), agreed=agreed)
    start = 0
    for frame in having:
        part = slice(start, start + len(frame))
        here = Joined(texts=result.texts.iloc[part], otherwise=result.otherwise.iloc[part])
        _report(frame, here, name=name, exports=exports)
        frame[name] = here.texts.array
        start += len(frame)
    return result.texts


def _report(frame: pd.DataFrame, result: Joined, *, name: str, exports: Sequence[Export]) -> None:
    changed = frame[result.otherwise.to_numpy(dtype=bool)]
    for source, part in changed.groupby("source"):
        export = exports[int(str(source))]
        counts = part[name].astype(object).value_counts()
        listed = "; ".join(f"{extract(str(t))} ({n})" for t, n in counts.head(_SHOWN).items())
        more = f" and {len(counts) - _SHOWN} more" if len(counts) > _SHOWN else ""
        places = part.drop_duplicates("row")
        tell = export.problems.warn if name == "rater" else export.problems.note
        tell(
            code="spelling_joined",
            row=int(places["row"].min()),
            column=_heading(export, frame, name),
            found=f"{counted(len(counts), 'other spelling')} joined to the agreed one "
            f"({listed}{more})",
            expected="one spelling for each name",
            mend="agree one spelling; spellings that differ in case and spaces only are joined",
            rows=len(places),
        )


def _heading(export: Export, frame: pd.DataFrame, name: str) -> str:
    if name != "rater":
        return export.layout.heading(name)
    if "reading" in frame.columns:
        return export.layout.heading("moderator")
    if "read_on" in frame.columns:
        return export.layout.heading("reader")
    moderating = "moderation_source" in frame.columns
    return export.layout.heading("moderator" if moderating else "auditor")


def _report_likely_people(
    names: Texts,
    *,
    agreed: Collection[str],
    frames: Sequence[pd.DataFrame],
    exports: Sequence[Export],
) -> None:
    """Warn once of all spellings that are likely of people who stand otherwise too."""
    likely = likely_people(names)
    rare = [pair.name for pair in likely]
    for frame in frames:
        rows = frame[frame["rater"].isin(rare)]
        if rows.empty:
            continue
        export = exports[int(rows["source"].iloc[0])]
        export.problems.warn(
            code="similar_names",
            row=int(rows["row"].iloc[0]),
            column=_heading(export, frame, "rater"),
            found=f"{counted(len(likely), 'name')} similar to others: {_named(likely)}; they are "
            "kept as different people",
            expected="one spelling for each person",
            mend="agree one spelling, or say in council.toml who is the same person (add the lines "
            "to the table if it is there already; leave out who is not)"
            + block("spellings.auditor", [_line(pair, names, agreed=agreed) for pair in likely]),
            rows=len(pd.concat(f.loc[f["rater"].isin(rare), ["source", "row"]] for f in frames)),
        )
        return


def _named(likely: Sequence[Likely]) -> str:
    shown = "; ".join(
        f"{extract(pair.name)} to {' or '.join(extract(other) for other in pair.others[:2])}"
        for pair in likely[:_SHOWN]
    )
    rest = len(likely) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def _line(pair: Likely, names: Texts, *, agreed: Collection[str]) -> Line:
    number = counted(int((names == pair.name).sum()), "grade")
    if len(pair.others) == 1:
        comment = f"{number}, check that it is one person: {pair.why}"
        if pair.name in agreed:
            comment += "; so agreed in other lines, change it there too and take away the first #"
        return Line(
            word=pair.name, meaning=pair.others[0], comment=comment, by_hand=pair.name in agreed
        )
    choices = " or ".join(f'"{other}"' for other in pair.others[:4])
    return Line(
        word=pair.name, meaning="", comment=f"{number}, fill in {choices} and take away the first #"
    )
