"""One spelling for each team, domain and person across all exports of a council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from qaf_analysis.data.contract.distinct import Texts, by_value, together, where
from qaf_analysis.data.contract.problems import counted, extract
from qaf_analysis.data.contract.spelling import Joined, joined, lookalikes, spelling_key
from qaf_analysis.data.council.export import Export
from qaf_analysis.terms.settings import Settings

_WORDS = ("team", "case_type", "theme", "sample_method", "moderation_source", "round", "domain")
_PEOPLE = ("auditor", "second_auditor", "moderator", "rater")
_SHOWN = 5


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
    _report_lookalikes(names, frames=graded, exports=exports)


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
    audits, moderations, _ = frames
    known = {*settings.domains, settings.headline_domain} if settings.domains else None
    for frame in frames:
        stated = where(frame["domain"], bool)
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


def _declared(name: str, settings: Settings) -> dict[str, str]:
    agreed: dict[str, str] = {}
    if name == "domain":
        declared = (*settings.domains, settings.headline_domain)
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
    moderating = "moderation_source" in frame.columns
    return export.layout.heading("moderator" if moderating else "auditor")


def _report_lookalikes(
    names: Texts, *, frames: Sequence[pd.DataFrame], exports: Sequence[Export]
) -> None:
    for rare, common in lookalikes(names):
        for frame in frames:
            rows = frame[where(frame["rater"], lambda text, rare=rare: text == rare)]
            if rows.empty:
                continue
            export = exports[int(rows["source"].iloc[0])]
            export.problems.warn(
                code="similar_names",
                row=int(rows["row"].iloc[0]),
                column=_heading(export, frame, "rater"),
                found=f"{extract(rare)}, a spelling similar to {extract(common)}; they are kept "
                "as two people",
                expected="one spelling for each person",
                mend="agree one spelling, or declare it in council.toml under [spellings.auditor]",
                rows=rows["row"].nunique(),
            )
            break
